package main

import (
	"cmp"
	"slices"
	"time"
)

// offered is a next product; likeness and score in millionths.
type offered struct {
	product, rule, owned string
	score                int64
	support              int
}

// popularity are the products by customers who bought them in a span, the most popular first.
func popularity(lines []soldLine, start, until time.Time) (products []string, buyersOf map[string]int) {
	who := map[string]map[string]bool{}
	for key, sold := range firstDays(lines) {
		for p, day := range sold {
			if key[0] == "" || day.Before(start) || !day.Before(until) {
				continue
			}
			if who[p] == nil {
				who[p] = map[string]bool{}
			}
			who[p][key[0]] = true
		}
	}
	buyersOf = map[string]int{}
	for p, customers := range who {
		products = append(products, p)
		buyersOf[p] = len(customers)
	}
	slices.SortFunc(products, func(a, b string) int {
		return cmp.Or(cmp.Compare(buyersOf[b], buyersOf[a]), cmp.Compare(a, b))
	})
	return products, buyersOf
}

// seenFrom is what can be recommended on a day.
type seenFrom struct {
	r        rules
	next     map[string][]leads
	popular  []string
	buyersOf map[string]int
	had      map[string]map[string]time.Time
}

func (r rules) seenFrom(lines []soldLine, start, until time.Time) (seenFrom, error) {
	next, err := r.neighbours(lines, start, until)
	popular, buyersOf := popularity(lines, start, until)
	return seenFrom{r, next, popular, buyersOf, buyers(lines, until)}, err
}

// isClosed says whether a product may not be offered to a customer.
func (s seenFrom) isClosed(customer, product string) bool {
	_, has := s.had[customer][product]
	return has && (s.r.isRepeat == nil || !s.r.isRepeat(product))
}

// offersFor are the next ten products of a customer.
func (s seenFrom) offersFor(customer string) []offered {
	scores := map[string]*offered{}
	best := map[string]int64{}
	for _, has := range recent(s.had[customer], s.r.offers.Owned) {
		for _, l := range s.next[has] {
			if s.isClosed(customer, l.next) {
				continue
			}
			o := scores[l.next]
			if o == nil {
				o = &offered{product: l.next}
				scores[l.next] = o
			}
			o.score += l.likeness
			if l.likeness > best[l.next] || l.likeness == best[l.next] && has < o.owned {
				best[l.next] = l.likeness
				o.rule, o.owned, o.support = l.rule, has, l.count.both
			}
		}
	}
	var out []offered
	for _, o := range scores {
		out = append(out, *o)
	}
	slices.SortFunc(out, func(a, b offered) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.product, b.product))
	})
	out = out[:min(len(out), 10)]
	for _, p := range s.popularFor(customer, len(s.popular)) {
		if len(out) == 10 {
			break
		}
		if !slices.ContainsFunc(out, func(o offered) bool { return o.product == p }) {
			out = append(out, offered{product: p, rule: "popular", support: s.buyersOf[p]})
		}
	}
	return out
}

// popularFor are the most popular products that may be offered to a customer.
func (s seenFrom) popularFor(customer string, most int) []string {
	var out []string
	for _, p := range s.popular {
		if len(out) == most {
			break
		}
		if !s.isClosed(customer, p) {
			out = append(out, p)
		}
	}
	return out
}

// trial is how often the first so many products held one that was bought.
type trial struct{ customers, hits, popular, onlyMethod, onlyPopular int }

// cut is the first day of the hold-out: the last 90 days, at most a fifth of the history.
func (r rules) cut(lines []soldLine) (time.Time, int, bool) {
	first := r.asOf
	for _, l := range lines {
		if l.day.Before(first) {
			first = l.day
		}
	}
	history := int(r.asOf.Sub(first).Hours() / 24)
	days := min(90, history/5)
	if r.offers.HoldoutDays > 0 {
		days = r.offers.HoldoutDays
	}
	return r.asOf.AddDate(0, 0, -days), days, days > 0 && days < history
}

// try recommends before the hold-out and looks at what was bought in it.
func (r rules) try(lines []soldLine, places ...int) (map[int]trial, error) {
	until, days, found := r.cut(lines)
	if !found {
		return nil, nil
	}
	start := r.start
	if start.Year() > 1900 {
		start = start.AddDate(0, 0, -days)
	}
	s, err := r.seenFrom(lines, start, until)
	if err != nil {
		return nil, err
	}
	bought := map[string]map[string]bool{}
	for key, products := range firstDays(lines) {
		for p, day := range products {
			if key[0] == "" || day.Before(until) {
				continue
			}
			if bought[key[0]] == nil {
				bought[key[0]] = map[string]bool{}
			}
			bought[key[0]][p] = true
		}
	}
	out := map[int]trial{}
	for customer, after := range bought {
		if len(s.had[customer]) == 0 {
			continue
		}
		offers, popular := s.offersFor(customer), s.popularFor(customer, 10)
		for _, n := range places {
			t := out[n]
			t.customers++
			isHit := slices.ContainsFunc(offers[:min(n, len(offers))], func(o offered) bool { return after[o.product] })
			isPopular := slices.ContainsFunc(popular[:min(n, len(popular))], func(p string) bool { return after[p] })
			t.hits, t.popular = t.hits+one(isHit), t.popular+one(isPopular)
			t.onlyMethod, t.onlyPopular = t.onlyMethod+one(isHit && !isPopular), t.onlyPopular+one(isPopular && !isHit)
			out[n] = t
		}
	}
	return out, nil
}

func one(is bool) int {
	if is {
		return 1
	}
	return 0
}
