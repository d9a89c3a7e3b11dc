package mingguang

// role is the part that a customer plays in the story of this company.
type role int

const (
	steady    role = iota // buys in its own rhythm until today
	showpiece             // the third largest: bought with discounts that cost more than they bring
	project               // large project buyers, silent for longer than they ever were
	due                   // a frame contract ends soon, and a complaint is open
	neglected             // dealers of the south-west, driven away by our own faults
	poached               // mid-size companies, taken by a cheaper competitor
	closed                // left for natural causes: closed, moved away, project over
	fairWon               // the cohort of the trade fair of September 2024: it stays
	promoted              // the cohort of the promotion of November 2025: one order at cost, never again
	thin                  // buys at cost, so that nothing is left
	costly                // small customers who are sold to below cost
	gone                  // left long ago
	quiet                 // fell silent this year and never said why
	prospect              // in the CRM, never bought
)

// group is a number of customers of one role; whatever lies in a range is spread evenly over it.
type group struct {
	role              role
	count             int
	largest, smallest int      // place in the order of size, 1 is the largest customer
	kinds             []string // dealt in turn
	region            string   // empty: all regions
	joined            [2]day   // first order
	founders          int      // percent of them who bought from the first months of the books
	left              [2]day   // last order; the zero range: still here
}

// groups is the whole cast: 400 customers.
func groups() []group {
	start, recent := on(2023, 9, 1), on(2026, 5, 20)
	trade := []string{business, distributor, dealer, business, agent}
	return []group{
		{role: steady, count: 2, largest: 1, smallest: 2, kinds: []string{business, distributor}, joined: [2]day{start, start + 10}},
		{role: showpiece, count: 1, largest: 3, smallest: 3, kinds: []string{business}, joined: [2]day{start, start + 10}},
		{role: steady, count: 8, largest: 4, smallest: 11, kinds: []string{business, distributor, business}, joined: [2]day{start, start + 30}},
		{role: project, count: 6, largest: 10, smallest: 34, kinds: []string{business}, joined: [2]day{start, start + 60}},
		{role: due, count: 1, largest: 34, smallest: 34, kinds: []string{business}, joined: [2]day{start + 5, start + 5}},
		{role: steady, count: 56, largest: 12, smallest: 92, kinds: []string{business, business, distributor}, joined: [2]day{start, recent - 300}, founders: 70},
		{role: fairWon, count: 16, largest: 60, smallest: 200, kinds: []string{business, distributor}, joined: [2]day{on(2024, 9, 4), on(2024, 9, 24)}},
		{role: steady, count: 48, largest: 60, smallest: 200, kinds: []string{distributor, dealer, business}, joined: [2]day{start, recent}, founders: 50},
		{role: steady, count: 56, largest: 150, smallest: 400, kinds: []string{business, dealer, agent, consumer}, joined: [2]day{start, recent}, founders: 30},
		{role: neglected, count: 14, largest: 80, smallest: 210, kinds: []string{dealer}, region: southwest, joined: [2]day{start, on(2024, 8, 1)}, founders: 60, left: [2]day{on(2025, 10, 20), on(2026, 5, 29)}},
		{role: steady, count: 2, largest: 170, smallest: 230, kinds: []string{dealer}, region: southwest, joined: [2]day{start, on(2024, 8, 1)}},
		{role: poached, count: 9, largest: 35, smallest: 125, kinds: []string{business}, joined: [2]day{start, on(2024, 6, 1)}, founders: 60, left: [2]day{on(2025, 11, 3), on(2026, 5, 29)}},
		{role: closed, count: 6, largest: 130, smallest: 350, kinds: []string{business, dealer}, joined: [2]day{start, on(2025, 1, 10)}, founders: 40, left: [2]day{on(2025, 10, 10), on(2026, 5, 20)}},
		{role: promoted, count: 26, largest: 300, smallest: 400, kinds: []string{consumer, dealer, consumer}, joined: [2]day{on(2025, 11, 3), on(2025, 11, 14)}},
		{role: thin, count: 14, largest: 120, smallest: 340, kinds: trade, joined: [2]day{start, on(2025, 9, 1)}, founders: 40},
		{role: costly, count: 46, largest: 90, smallest: 400, kinds: trade, joined: [2]day{start, recent}, founders: 40},
		{role: gone, count: 64, largest: 100, smallest: 400, kinds: []string{business, dealer, business, agent, distributor, consumer}, joined: [2]day{start, on(2024, 10, 10)}, founders: 60, left: [2]day{on(2024, 11, 4), on(2025, 6, 20)}},
		{role: quiet, count: 19, largest: 150, smallest: 400, kinds: []string{business, dealer, agent, consumer}, joined: [2]day{start, on(2025, 3, 1)}, founders: 40, left: [2]day{on(2025, 10, 9), on(2026, 3, 10)}},
		{role: prospect, count: 6, largest: 400, smallest: 400, kinds: []string{business}, joined: [2]day{on(2026, 6, 1), on(2026, 8, 10)}},
	}
}

// spread is the i-th of n values from low to high.
func spread(low, high, i, n int) int {
	if n < 2 {
		return low
	}
	return low + (high-low)*i/(n-1)
}

// yearlyNet is what the customer at a place in the order of size buys in a year.
func yearlyNet(place int) cents {
	points := [...]struct{ place, yuan int }{
		{1, 9_000_000}, {2, 8_000_000}, {3, 6_500_000}, {4, 5_300_000}, {6, 4_000_000}, {10, 2_800_000},
		{20, 1_600_000}, {40, 1_000_000}, {60, 760_000}, {80, 600_000}, {120, 330_000}, {160, 170_000},
		{220, 95_000}, {300, 52_000}, {400, 30_000},
	}
	for i := 1; i < len(points); i++ {
		a, b := points[i-1], points[i]
		if place <= b.place {
			return yuan(a.yuan + (b.yuan-a.yuan)*(place-a.place)/(b.place-a.place))
		}
	}
	return yuan(points[len(points)-1].yuan)
}

// rhythmOf is the usual number of days between two orders.
func rhythmOf(l luck, kind string, place int) int {
	switch {
	case kind == consumer:
		return l.between(55, 100)
	case place <= 11:
		return l.between(5, 8)
	case place <= 40:
		return l.between(8, 14)
	case place <= 100:
		return l.between(13, 24)
	case place <= 200:
		return l.between(20, 38)
	}
	return l.between(34, 60)
}
