package analysis

import (
	"strings"
	"testing"
)

func TestAPolicyOfBasketsThatCannotBeMeantIsRefused(t *testing.T) {
	if err := DefaultBaskets().Validate(); err != nil {
		t.Errorf("the default is refused: %v", err)
	}
	if err := DefaultOffers().Validate(); err != nil {
		t.Errorf("the default is refused: %v", err)
	}
	baskets := func(change func(*BasketPolicy)) error { p := DefaultBaskets(); change(&p); return p.Validate() }
	offers := func(change func(*OfferPolicy)) error { p := DefaultOffers(); change(&p); return p.Validate() }
	for _, c := range []struct {
		err  error
		want string
	}{
		{baskets(func(p *BasketPolicy) { p.LeastBaskets = 0 }), "needs.baskets.min_baskets is 0: use 1 to 1000000 baskets"},
		{baskets(func(p *BasketPolicy) { p.LeastTogether = 11 }), "needs.baskets.min_pair is 11 and min_baskets 10"},
		{baskets(func(p *BasketPolicy) { p.Largest = 1 }), "needs.baskets.largest is 1: use 2 to 1000 products"},
		{baskets(func(p *BasketPolicy) { p.FalseDiscoveryBP = 0 }), "needs.baskets.false_discovery is 0"},
		{baskets(func(p *BasketPolicy) { p.LeaveOut = []string{"POST", "POST"} }), `needs.baskets.leave_out: "POST" stands there twice`},
		{baskets(func(p *BasketPolicy) { p.LeaveOut = []string{" "} }), "needs.baskets.leave_out: an empty name fits nothing"},
		{offers(func(p *OfferPolicy) { p.Repeat = "sometimes" }), `needs.next.repeat is "sometimes": use never, allowed, categories`},
		{offers(func(p *OfferPolicy) { p.Repeat = RepeatCategories }), "needs.next.repeat names no category"},
		{offers(func(p *OfferPolicy) { p.Owned = 0 }), "needs.next.owned is 0"},
		{offers(func(p *OfferPolicy) { p.Neighbours = 1001 }), "needs.next.neighbours is 1001"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.want) {
			t.Errorf("got %v, want %s", c.err, c.want)
		}
	}
}
