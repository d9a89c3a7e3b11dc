package mingguang

import (
	"cmp"
	"slices"
	"sync"
)

// example is the company that the tests only look at, invented once.
var example = sync.OnceValue(found)

// windowStart is the first day of the twelve months before the as-of day.
func windowStart() day { return on(2025, 9, 1) }

// standing is what the books say about one customer, counted here a second time and in fen.
type standing struct {
	customer
	net, profit, netEver cents // net of returns; profit with the cost of goods lost
	hasLines             bool  // in the window
	active               []day // days with a sale, ascending
	tier, state          string
}

// standings are all customers whom the books know, in descending order of profit.
func standings(c *company) []standing {
	byID := make(map[string]*standing)
	for _, w := range c.customers {
		byID[w.id] = &standing{customer: w}
	}
	byID[strangerID] = &standing{customer: customer{id: strangerID}}
	for _, n := range c.lines {
		s, known := byID[n.customer]
		if !known || !n.isBooked() {
			continue
		}
		s.netEver += n.net
		if len(s.active) == 0 || s.active[len(s.active)-1] != n.day {
			s.active = append(s.active, n.day)
		}
		if n.day >= windowStart() {
			s.net += n.net
			s.profit += n.net - n.cost
			s.hasLines = true
		}
	}
	for _, r := range c.returns {
		s := byID[r.customer]
		s.netEver -= r.amount
		if r.day >= windowStart() {
			s.net -= r.amount
			s.profit -= r.amount
		}
	}
	all := make([]standing, 0, len(byID))
	for _, s := range byID {
		all = append(all, *s)
	}
	slices.SortFunc(all, func(a, b standing) int {
		return cmp.Or(cmp.Compare(b.profit, a.profit), cmp.Compare(a.id, b.id))
	})
	markTiers(all)
	pooled := pooledGaps(all)
	for i := range all {
		all[i].state = all[i].churnState(pooled)
	}
	return all
}

// markTiers cuts the customers, in descending order of profit, as definitions of tiers say.
func markTiers(all []standing) {
	var positive, running cents
	for i := range all {
		s := &all[i]
		eps := max(s.net, 0) / 100
		switch {
		case s.profit < -eps:
			s.tier = "loss"
		case s.profit <= eps:
			s.tier = "zero"
		default:
			s.tier = "medium"
			positive += s.profit
		}
	}
	for i := range all {
		if s := &all[i]; s.tier == "medium" && running*100 < positive*80 {
			running += s.profit
			s.tier = "high"
		}
	}
}

func (s standing) gaps() []day {
	var gaps []day
	for i := 1; i < len(s.active); i++ {
		gaps = append(gaps, s.active[i]-s.active[i-1])
	}
	slices.Sort(gaps)
	return gaps
}

func pooledGaps(all []standing) []day {
	var gaps []day
	for _, s := range all {
		gaps = append(gaps, s.gaps()...)
	}
	slices.Sort(gaps)
	return gaps
}

// churnState is the state by silence alone: own rhythm from four gaps on, at least 60 days.
func (s standing) churnState(pooled []day) string {
	if len(s.active) == 0 {
		return ""
	}
	gaps := s.gaps()
	if len(gaps) < 4 {
		gaps = pooled
	}
	silent := lastDay + 1 - s.active[len(s.active)-1]
	limit := func(percent int) day { return max(gaps[(len(gaps)*percent+99)/100-1], 60) }
	switch {
	case silent > limit(95):
		return "churned"
	case silent > limit(80):
		return "at_risk"
	}
	return "active"
}

// churnedOn is the day on which silence became churn; meaningful for the churned.
func (s standing) churnedOn(pooled []day) day {
	gaps := s.gaps()
	if len(gaps) < 4 {
		gaps = pooled
	}
	return s.active[len(s.active)-1] + max(gaps[(len(gaps)*95+99)/100-1], 60)
}
