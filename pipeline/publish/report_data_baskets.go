package publish

import "time"

// Baskets is what the marts of baskets and next products say.
type Baskets struct {
	Baskets     int64   // in the window; 0: no pair of products is common enough
	Pairs       int64   // pairs common enough to be counted
	Significant int64   // of them, those that are no chance
	False       float64 // the share of the significant ones that may be chance
	Together    []ProductPair
	Trials      []OfferTrial
	Customers   int64 // with a next product
	Popular     int64 // of the next products, those that only popularity names
	Offers      int64
}

// ProductPair is a row of mart basket_pairs.
type ProductPair struct {
	A, B           string // ids
	NameA, NameB   string
	OfA, OfB, Both int64
	AB, BA, Lift   *float64
}

// OfferTrial is a row of mart next_product_backtest.
type OfferTrial struct {
	Places                int64 // the first so many products offered
	From                  *time.Time
	Days                  int64
	Customers             int64
	Hits, PopularHits     int64
	Rate, Popular         *float64
	Difference, Low, High *float64
	Usable                bool
	Reason                string // why not, in one word
}
