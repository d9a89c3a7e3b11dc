// Package segment holds the policies of what a customer is worth: the profit window, the tiers,
// the big customers, the bands, the crosses and the target lists. A policy is a value that the
// configuration fills, Validate judges, and the pipeline hands to SQL as a small relation; the
// rules themselves stand in sql/segment. It also says the words of these marts, tiers and their
// strategies, segments, lists and their actions, in English and Chinese. The package imports
// nothing of ours.
package segment

// BasisPoints is a share in ten-thousandths: 80 % is 8000. SQL compares integers with it, never floats.
type BasisPoints int64

// Window is the period before the as-of day that profit, ranking, tiers and RFM count in.
type Window struct {
	Months int  // 12 by default; 0 with All or FiscalYear
	All    bool // everything before the as-of day
	Fiscal bool // fiscal year to date
}

// ProfitPolicy says in which window and how profit is counted.
type ProfitPolicy struct {
	Window      Window
	MissingCost string // "" (a gate), category_average, zero, exclude
	Goods       string // of returns: restocked (default) or lost
	Allocations []Allocation

	BadDebtDays    int // an undisputed invoice that is overdue for so long is bad debt
	InvoiceDueDays int // an invoice without a due day is due so long after its issue
}

// Allocation says by what the ledger entries of one kind that name nobody are divided among the
// customers. A kind without one stays unassigned.
type Allocation struct {
	Kind       string      // one of LedgerKinds
	Driver     string      // one of Drivers
	Unassigned BasisPoints // share that is nobody's
}

// LedgerKinds are the kinds of ledger entries that profit knows (product.md, data sets).
func LedgerKinds() []string {
	return []string{"revenue", "discount", "refund", "cogs", "service", "selling", "overhead", "bad_debt"}
}

// Drivers are what shared entries can be divided by: net revenue, number of orders, number of
// service cases, or the same for every customer.
func Drivers() []string { return []string{"revenue", "orders", "cases", "equal"} }

// TierPolicy cuts the customers with positive profit into high and medium, and says how close to nothing zero is.
// Exactly one of HighHolds, HighTop and HighAtLeast is set.
type TierPolicy struct {
	HighHolds   BasisPoints // smallest prefix that holds this share of the positive profit
	HighTop     BasisPoints // the first ceil(share * n) customers by rank
	HighAtLeast string      // a minimum profit, decimal text
	ZeroWithin  string      // |profit| <= this amount, decimal text; default "0.00"
	ZeroShare   BasisPoints // or: |profit| <= this share of the customer's own net revenue
}

// BigPolicy says who is big: by value, and separately by kind.
type BigPolicy struct {
	Holds BasisPoints // default 8000
	Top   BasisPoints // or the first ceil(share * n)
	Kinds []string    // distributor, dealer, wholesaler, agent
}

// Bands are ascending lower bounds: 18, 25, 35 gives "<18", "18-24", "25-34", "35+".
type Bands struct{ Age, Income []int64 }
