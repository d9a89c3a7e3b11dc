package pipeline

import (
	"cmp"
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// A town of contracts holds what the models of contracts are compared with: contracts of every
// kind and fault, and a plain reading of the definitions, contract by contract and day by day.

type townContract struct {
	id, customer, period, renews    string
	starts, ends, cancelled, signed time.Time // zero: not given
	amount                          int64     // ten-thousandths
}

const graceDays = 30

// company is the part of a customer's id before the dash.
func (c townContract) company() string { return c.customer[:strings.Index(c.customer, "-")] }

// newContractTown invents townCompanies companies: chains of renewals that are named or not,
// grow, shrink, lapse, are cancelled, overlap, come back, and contracts that are wrong.
func newContractTown(seed uint64) *town {
	w := &town{rng: rand.New(rand.NewPCG(seed, 77)), until: day(2026, 3, 15)}
	for i := range townCompanies {
		isNaming := w.rng.IntN(2) == 0
		for c := range 1 + w.rng.IntN(6) {
			customer := fmt.Sprintf("k%03d-%d", i, c)
			for k := range 1 + w.rng.IntN(3) {
				w.contractChain(fmt.Sprintf("%s/%d", customer, k), customer, isNaming)
			}
		}
	}
	return w
}

func (w *town) contractChain(id, customer string, isNaming bool) {
	start := w.until.AddDate(0, -w.rng.IntN(40), -w.rng.IntN(40)+3)
	amount := int64(w.rng.IntN(4000)) * 100
	for n := range 1 + w.rng.IntN(5) {
		c := townContract{id: fmt.Sprint(id, "/", n), customer: customer, starts: start, amount: amount,
			period: []string{"month", "year", "term", ""}[w.rng.IntN(4)]}
		c.ends = start.AddDate(0, []int{1, 3, 6, 12, 12, 12, 24}[w.rng.IntN(7)], []int{0, 0, 0, -1, 9}[w.rng.IntN(5)])
		if w.rng.IntN(12) == 0 {
			c.ends = start.AddDate(0, 0, 1+w.rng.IntN(50))
		}
		if n > 0 && isNaming {
			c.renews = fmt.Sprint(id, "/", n-1)
		}
		c = w.spoilt(c)
		w.contracts = append(w.contracts, c)
		if c.ends.IsZero() {
			return
		}
		start = c.ends.AddDate(0, 0, []int{0, 0, 0, -10, 5, 29, 30, 31, 200}[w.rng.IntN(9)])
		if amount += int64(w.rng.IntN(600)-250) * 100; amount < 0 || w.rng.IntN(3) == 0 {
			amount = c.amount
		}
	}
}

// spoilt is the contract with what happens to contracts, now and then.
func (w *town) spoilt(c townContract) townContract {
	switch w.rng.IntN(24) {
	case 0:
		c.ends = time.Time{}
		if w.rng.IntN(2) == 0 {
			c.cancelled = c.starts.AddDate(0, 0, w.rng.IntN(400))
		}
	case 1:
		c.ends = c.starts.AddDate(0, 0, -w.rng.IntN(3))
	case 2, 3:
		c.cancelled = c.starts.AddDate(0, 0, w.rng.IntN(200))
	case 4:
		c.cancelled = c.starts.AddDate(0, 0, -w.rng.IntN(9))
	case 5:
		c.amount = -c.amount
	case 6:
		c.amount = 0
	case 7:
		c.renews = c.id
	case 8:
		c.renews = "k000-0/0/0"
	case 9:
		c.renews = "a contract that there is not"
	case 10:
		c.renews += "/1" // one of the same chain, before it or after
	case 11, 12:
		c.signed = c.starts.AddDate(0, 0, -w.rng.IntN(60))
	}
	return c
}

// rawContracts adds the rows of the lake's relations that hold contracts.
func (w *town) rawContracts(relation string, add func(map[string]any)) {
	customers := map[string]bool{}
	for i, c := range w.contracts {
		if relation == "customer_attributes" {
			if !customers[c.customer] {
				add(map[string]any{"customer_id": c.customer, "attribute": "company", "value": c.company(), "_mapping": int64(0)})
			}
			customers[c.customer] = true
			continue
		}
		v := map[string]any{"contract_id": c.id, "customer_id": c.customer, "period": c.period, "renews_contract_id": c.renews,
			"amount": money(c.amount), "starts_on": c.starts, "_mapping": int64(0), "_line": int64(i + 1)}
		for name, d := range map[string]time.Time{"ends_on": c.ends, "cancelled_on": c.cancelled, "signed_on": c.signed} {
			if !d.IsZero() {
				v[name] = d
			}
		}
		add(v)
	}
}

// deal is a contract as the definitions read it on D.
type deal struct {
	townContract
	ended   time.Time // zero: never
	isEarly bool
	value   int64 // of a month, ten-thousandths
}

func days(a, b time.Time) int { return int(b.Sub(a).Hours() / 24) }

// deals are the contracts that were known before D and came into force.
func (w *town) deals() []deal {
	var out []deal
	for _, c := range w.contracts {
		isKnown := c.starts.Before(w.until) || !c.signed.IsZero() && c.signed.Before(w.until)
		if !isKnown || c.amount < 0 {
			continue
		}
		d := deal{townContract: c, ended: c.ends}
		if !c.cancelled.IsZero() && c.cancelled.Before(w.until) && (c.ends.IsZero() || c.cancelled.Before(c.ends)) {
			d.ended, d.isEarly = c.cancelled, true
		}
		if !d.ended.IsZero() && !d.starts.Before(d.ended) {
			continue
		}
		d.value = monthly(c)
		out = append(out, d)
	}
	return out
}

// monthly is the value of a month, rounded half up.
func monthly(c townContract) int64 {
	value := big.NewRat(c.amount, 1)
	switch {
	case c.period == "month":
	case c.period == "year":
		value.Quo(value, big.NewRat(12, 1))
	case c.ends.IsZero():
		return 0
	default:
		term := days(c.starts, c.ends)
		months := big.NewRat(int64(term)*16, 487)
		for n := int64(1); n <= 400; n++ {
			if off := 16*int64(term) - 487*n; off <= 64 && off >= -64 {
				months = big.NewRat(n, 1)
			}
		}
		value.Quo(value, months)
	}
	value.Add(value, big.NewRat(1, 2))
	return new(big.Int).Div(value.Num(), value.Denom()).Int64()
}

// isOn says whether the contract is active on a day.
func (d deal) isOn(t time.Time) bool {
	return !t.Before(d.starts) && (d.ended.IsZero() || t.Before(d.ended))
}

// links are what each contract renews: as named, or else inferred.
func links(deals []deal) map[string]string {
	at := map[string]deal{}
	for _, d := range deals {
		at[d.id] = d
	}
	found, isNaming := map[string]string{}, map[string]bool{}
	for _, d := range deals {
		if old, ok := at[d.renews]; ok && old.customer == d.customer && old.starts.Before(d.starts) {
			found[d.id], isNaming[d.customer] = old.id, true
		}
	}
	quiet := slices.DeleteFunc(slices.Clone(deals), func(d deal) bool { return isNaming[d.customer] })
	taken := map[string]bool{}
	for _, round := range []bool{true, false} { // first those with the same place, then any
		best := map[string][]string{} // takers of each contract, the nearest first
		for _, later := range quiet {
			if found[later.id] != "" {
				continue
			}
			if old := nearest(quiet, later, round, taken); old != "" {
				best[old] = append(best[old], later.id)
			}
		}
		for old, takers := range best {
			slices.SortFunc(takers, func(a, b string) int {
				return cmp.Or(cmp.Compare(gap(at[old], at[a]), gap(at[old], at[b])), at[a].starts.Compare(at[b].starts), cmp.Compare(a, b))
			})
			found[takers[0]], taken[old] = old, true
		}
	}
	return found
}

func gap(old, later deal) int {
	return max(days(old.ended, later.starts), -days(old.ended, later.starts))
}

// nearest is the contract that a later one could renew and whose end is nearest to its start.
func nearest(all []deal, later deal, isSamePlace bool, taken map[string]bool) string {
	var best *deal
	for _, old := range all {
		switch {
		case old.customer != later.customer || old.ended.IsZero() || !old.starts.Before(later.starts) || taken[old.id]:
		case days(old.ended, later.starts) > graceDays || !later.ended.IsZero() && !old.ended.Before(later.ended):
		case isSamePlace && place(all, old, func(d deal) time.Time { return d.ended }) != place(all, later, func(d deal) time.Time { return d.starts }):
		case best == nil || cmp.Or(cmp.Compare(gap(old, later), gap(*best, later)), best.ended.Compare(old.ended), cmp.Compare(old.id, best.id)) < 0:
			best = &old
		}
	}
	if best == nil {
		return ""
	}
	return best.id
}

// place is how many of the customer's contracts with the same day come before one.
func place(all []deal, of deal, on func(deal) time.Time) (before int) {
	for _, d := range all {
		if d.customer == of.customer && on(d).Equal(on(of)) && cmp.Or(cmp.Compare(of.value, d.value), cmp.Compare(d.id, of.id)) < 0 {
			before++
		}
	}
	return before
}
