package analysis

import (
	"errors"
	"fmt"
	"strings"
)

// BasketPolicy says which baskets and products are counted in pairs. The minimum counts keep the
// pairs of a large company few enough to be counted, and chance out of them.
type BasketPolicy struct {
	LeastBaskets     int      // a product in fewer baskets, or with fewer customers, is in no pair
	LeastTogether    int      // a pair in fewer baskets, or with fewer customers, is none
	Largest          int      // baskets of more different products are left out of pairs
	FalseDiscoveryBP int      // significant pairs are chance at most in so many basis points of them
	LeaveOut         []string // product ids that are no products: postage, fees
}

// OfferPolicy says how the next product of a customer is found and tried.
type OfferPolicy struct {
	Repeat     string   // may what a customer has be offered again: RepeatNever, RepeatAllowed, RepeatCategories
	Categories []string // of RepeatCategories: consumables and the like
	Owned      int      // so many of a customer's products, the last bought, say what is like them
	Neighbours int      // so many products each product leads to at most

	HoldoutDays int // what the method is tried on; 0: DefaultHoldoutDays, at most HoldoutShareBP of the history
}

// Whether a product that a customer has is offered again.
const (
	RepeatNever      = "never"
	RepeatAllowed    = "allowed"
	RepeatCategories = "categories"
)

// What the method of the next products is tried with.
const (
	DefaultHoldoutDays = 90
	HoldoutShareBP     = 2000 // a fifth of the history
	LeastTried         = 30   // customers: fewer say nothing
)

// OfferPlaces are the numbers of first offers for which hits are counted; the last is how many a
// customer gets.
func OfferPlaces() []int { return []int{1, 5, 10} }

// DefaultBaskets counts products from ten baskets and pairs from five on, with one pair in twenty
// being chance at most, and leaves out baskets of more than 200 products.
func DefaultBaskets() BasketPolicy {
	return BasketPolicy{LeastBaskets: 10, LeastTogether: 5, Largest: 200, FalseDiscoveryBP: 500}
}

// DefaultOffers never offers what a customer has. That the same is bought again needs no finding:
// where goods are used up, the company names their categories, or allows it for all.
func DefaultOffers() OfferPolicy {
	return OfferPolicy{Repeat: RepeatNever, Owned: 50, Neighbours: 10}
}

// Validate says what is wrong with a policy of baskets, all of it, one sentence each.
func (p BasketPolicy) Validate() error {
	errs := []error{
		between("needs.baskets.min_baskets", p.LeastBaskets, 1, 1_000_000, "baskets"),
		between("needs.baskets.min_pair", p.LeastTogether, 1, 1_000_000, "baskets"),
		between("needs.baskets.largest", p.Largest, 2, 1000, "products"),
		between("needs.baskets.false_discovery", p.FalseDiscoveryBP, 1, 5000, "basis points"),
	}
	if p.LeastTogether > p.LeastBaskets {
		errs = append(errs, fmt.Errorf("needs.baskets.min_pair is %d and min_baskets %d: two products are together in at most as many baskets as each is in", p.LeastTogether, p.LeastBaskets))
	}
	return errors.Join(append(errs, namedOnce("needs.baskets.leave_out", p.LeaveOut)...)...)
}

// Validate says what is wrong with a policy of offers, all of it, one sentence each.
func (p OfferPolicy) Validate() error {
	errs := []error{
		oneOf("needs.next.repeat", p.Repeat, RepeatNever, RepeatAllowed, RepeatCategories),
		between("needs.next.owned", p.Owned, 1, 1000, "products"),
		between("needs.next.neighbours", p.Neighbours, 1, 1000, "products"),
		between("needs.next.holdout", p.HoldoutDays, 0, longest, "days"),
	}
	if p.Repeat == RepeatCategories && len(p.Categories) == 0 {
		errs = append(errs, errors.New("needs.next.repeat names no category: list some, or write never or allowed"))
	}
	return errors.Join(append(errs, namedOnce("needs.next.repeat", p.Categories)...)...)
}

// namedOnce finds empty and repeated names in a list.
func namedOnce(key string, names []string) []error {
	var errs []error
	seen := map[string]bool{}
	for _, name := range names {
		switch {
		case strings.TrimSpace(name) == "":
			errs = append(errs, fmt.Errorf("%s: an empty name fits nothing", key))
		case seen[name]:
			errs = append(errs, fmt.Errorf("%s: %q stands there twice", key, name))
		}
		seen[name] = true
	}
	return errs
}
