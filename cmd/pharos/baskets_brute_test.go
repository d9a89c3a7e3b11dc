package main

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/pharos-analytics/pharos/analysis"
)

// What is bought together and what comes next, computed a second time with maps and loops over the
// sale lines: nothing of it is shared with the models but the policies and Fisher's test.

// soldLine is a sale line that names a product; customer is empty for a line of nobody.
type soldLine struct {
	order, customer, product string
	day                      time.Time
}

// rules are what the brute force is asked for.
type rules struct {
	asOf     time.Time
	start    time.Time // of the baskets
	baskets  analysis.BasketPolicy
	offers   analysis.OfferPolicy
	isRepeat func(product string) bool // may be offered to who has it; nil: nothing
}

// pairKey is two products, the smaller id first.
type pairKey struct{ a, b string }

// pairCount is what baskets, or customers, say of two products.
type pairCount struct{ both, a, b, all int }

// together counts groups of products, each a set, of two to largest products; with fewer or more
// they do not count. One product alone counts too where alone is set.
func together(groups []map[string]bool, largest int, alone bool, leastOne, leastBoth int) (map[pairKey]pairCount, map[string]int) {
	numbers, names := map[string]int{}, []string{}
	var ones []int
	twos, all := map[[2]int32]int{}, 0
	for _, g := range groups {
		if len(g) > largest || len(g) < 2 && !alone || len(g) == 0 {
			continue
		}
		all++
		products := make([]int, 0, len(g))
		for p := range g {
			n, known := numbers[p]
			if !known {
				n = len(names)
				numbers[p], names, ones = n, append(names, p), append(ones, 0)
			}
			ones[n]++
			products = append(products, n)
		}
		for i, a := range products {
			for _, b := range products[i+1:] {
				twos[[2]int32{int32(min(a, b)), int32(max(a, b))}]++
			}
		}
	}
	out, each := map[pairKey]pairCount{}, map[string]int{}
	for p, n := range numbers {
		each[p] = ones[n]
	}
	for k, n := range twos {
		a, b := names[k[0]], names[k[1]]
		if a > b {
			a, b = b, a
		}
		if n >= leastBoth && each[a] >= leastOne && each[b] >= leastOne {
			out[pairKey{a, b}] = pairCount{n, each[a], each[b], all}
		}
	}
	return out, each
}

// firstDays gives each product of each order its first day: a line that is repeated counts once.
func firstDays(lines []soldLine) map[[2]string]map[string]time.Time {
	orders := map[[2]string]map[string]time.Time{}
	for _, l := range lines {
		key := [2]string{l.customer, l.order}
		if orders[key] == nil {
			orders[key] = map[string]time.Time{}
		}
		if first, known := orders[key][l.product]; !known || l.day.Before(first) {
			orders[key][l.product] = l.day
		}
	}
	return orders
}

// basketsOf are the products of each order on the days from start until before until.
func basketsOf(lines []soldLine, start, until time.Time) []map[string]bool {
	var out []map[string]bool
	for _, products := range firstDays(lines) {
		basket := map[string]bool{}
		for p, day := range products {
			if !day.Before(start) && day.Before(until) {
				basket[p] = true
			}
		}
		out = append(out, basket)
	}
	return out
}

// tested is a pair with its chance and what is left of it for the number of pairs.
type tested struct {
	pairKey
	pairCount
	p, adjusted float64
}

// adjust is Benjamini and Hochberg's step-up procedure over all pairs of the counted products.
func adjust(pairs map[pairKey]pairCount, ones map[string]int, leastOne int) ([]tested, error) {
	counted := 0
	for _, n := range ones {
		if n >= leastOne {
			counted++
		}
	}
	var out []tested
	for k, c := range pairs {
		p, err := analysis.FisherUpper(int64(c.both), int64(c.a), int64(c.b), int64(c.all))
		if err != nil {
			return nil, err
		}
		out = append(out, tested{k, c, p, 0})
	}
	slices.SortFunc(out, func(x, y tested) int { return cmp.Or(cmp.Compare(x.p, y.p), cmp.Compare(x.a1(), y.a1())) })
	m := float64(counted) * float64(counted-1) / 2
	least := 1.0
	for i := len(out) - 1; i >= 0; i-- {
		least = min(least, out[i].p*m/float64(i+1))
		out[i].adjusted = least
	}
	return out, nil
}

func (t tested) a1() string { return t.pairKey.a + "\x00" + t.pairKey.b }

// leads is a product that another leads to; likeness in millionths.
type leads struct {
	next, rule string
	likeness   int64
	count      pairCount // a is the product that is had
}

// buyers is what each customer had at a day: product -> last day before it.
func buyers(lines []soldLine, until time.Time) map[string]map[string]time.Time {
	out := map[string]map[string]time.Time{}
	for key, products := range firstDays(lines) {
		if key[0] == "" {
			continue
		}
		for p, day := range products {
			if !day.Before(until) {
				continue
			}
			if out[key[0]] == nil {
				out[key[0]] = map[string]time.Time{}
			}
			if last, known := out[key[0]][p]; !known || last.Before(day) {
				out[key[0]][p] = day
			}
		}
	}
	return out
}

// recent are the products bought last.
func recent(had map[string]time.Time, most int) []string {
	products := make([]string, 0, len(had))
	for p := range had {
		products = append(products, p)
	}
	slices.SortFunc(products, func(a, b string) int { return cmp.Or(had[b].Compare(had[a]), cmp.Compare(a, b)) })
	return products[:min(len(products), most)]
}

func likenessOf(c pairCount) int64 {
	return int64(math.Round(float64(c.both) / math.Sqrt(float64(c.a)*float64(c.b)) * 1e6))
}

// neighbours are the products that each leads to before a day.
func (r rules) neighbours(lines []soldLine, start, until time.Time) (map[string][]leads, error) {
	best := map[string]map[string]leads{}
	add := func(from, to, rule string, c pairCount) {
		l := leads{to, rule, likenessOf(c), c}
		if best[from] == nil {
			best[from] = map[string]leads{}
		}
		if known, found := best[from][to]; !found || l.likeness > known.likeness {
			best[from][to] = l
		}
	}
	both := func(rule string, k pairKey, c pairCount) {
		add(k.a, k.b, rule, c)
		add(k.b, k.a, rule, pairCount{c.both, c.b, c.a, c.all})
	}
	p := r.baskets
	pairs, ones := together(basketsOf(lines, start, until), p.Largest, false, p.LeastBaskets, p.LeastTogether)
	judged, err := adjust(pairs, ones, p.LeastBaskets)
	if err != nil {
		return nil, err
	}
	for _, t := range judged {
		if t.adjusted*10000 <= float64(p.FalseDiscoveryBP) {
			both("basket", t.pairKey, t.pairCount)
		}
	}
	var groups []map[string]bool
	for _, had := range buyers(lines, until) {
		group := map[string]bool{}
		for _, p := range recent(had, r.offers.Owned) {
			group[p] = true
		}
		groups = append(groups, group)
	}
	alike, _ := together(groups, math.MaxInt, true, p.LeastBaskets, p.LeastTogether)
	for k, c := range alike {
		if int64(c.both)*int64(c.all) > int64(c.a)*int64(c.b) {
			both("alike", k, c)
		}
	}
	out := map[string][]leads{}
	for from, to := range best {
		for _, l := range to {
			out[from] = append(out[from], l)
		}
		slices.SortFunc(out[from], func(a, b leads) int {
			return cmp.Or(cmp.Compare(b.likeness, a.likeness), cmp.Compare(a.next, b.next))
		})
		out[from] = out[from][:min(len(out[from]), r.offers.Neighbours)]
	}
	return out, nil
}
