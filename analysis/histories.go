package analysis

import (
	"cmp"
	"math"
	"slices"
)

// Buyers is N customers with the same history: X repeat purchase days, the last of them TX after
// the first purchase, observed until T after it. TX and T are in one unit, for example weeks.
type Buyers struct {
	X     int
	TX, T float64
	N     int64
}

// histories are buyers in their canonical order, equal ones merged, with the times listed once:
// two years of days are 730 times, however many customers there are.
type histories struct {
	rows      []row
	times     []float64 // distinct T and TX, ascending
	ending    []float64 // customers observed until times[i]
	repeats   []float64 // their repeat purchases
	xs        []int     // distinct X, ascending
	with      []float64 // customers with xs[i] repeat purchases
	customers int64
	meanT     float64
	meanX     float64
}

// row is a group with its places in times and xs.
type row struct {
	x, tx, t int32
	n        float64
}

// newHistories checks, sorts and merges; the result does not depend on the order of groups.
func newHistories(groups []Buyers) (*histories, error) {
	sorted := make([]Buyers, 0, len(groups))
	for _, g := range groups {
		if r := impossible(g); r != nil {
			return nil, r
		}
		sorted = append(sorted, g)
	}
	slices.SortFunc(sorted, func(a, b Buyers) int {
		return cmp.Or(cmp.Compare(a.X, b.X), cmp.Compare(a.T, b.T), cmp.Compare(a.TX, b.TX))
	})
	merged := sorted[:0]
	for _, g := range sorted {
		if last := len(merged) - 1; last >= 0 && merged[last].X == g.X && merged[last].T == g.T && merged[last].TX == g.TX {
			merged[last].N += g.N
		} else {
			merged = append(merged, g)
		}
	}
	h := &histories{}
	h.index(merged)
	return h, nil
}

// impossible says what no customer's history can be.
func impossible(g Buyers) *Refusal {
	switch {
	case g.N < 1:
		return refuse(ReasonImpossibleHistory, "a group has %d customers: give counts of 1 and more", g.N)
	case g.X < 0 || g.X > math.MaxInt32:
		return refuse(ReasonImpossibleHistory, "a customer has %d repeat purchase days", g.X)
	case math.IsNaN(g.T) || math.IsInf(g.T, 0) || math.IsNaN(g.TX) || g.TX < 0:
		return refuse(ReasonImpossibleHistory, "a customer's times are t_x = %v and T = %v: they are counted from the first purchase and finite", g.TX, g.T)
	case g.T < g.TX:
		return refuse(ReasonImpossibleHistory, "a customer's last purchase comes %v after the first, but history ends %v after it: count both in one unit and to the same day", g.TX, g.T)
	case g.X > 0 && g.TX == 0:
		return refuse(ReasonImpossibleHistory, "a customer has %d repeat purchase days, and the last is the day of the first: count each day once", g.X)
	case g.X == 0 && g.TX > 0:
		return refuse(ReasonImpossibleHistory, "a customer has no repeat purchase day, but bought %v after the first", g.TX)
	}
	return nil
}

func (h *histories) index(merged []Buyers) {
	h.times = make([]float64, 0, 1024)
	h.times = distinctTimes(merged)
	h.rows = make([]row, len(merged))
	h.ending, h.repeats = make([]float64, len(h.times)), make([]float64, len(h.times))
	place := placeOf(h.times)
	var sumT, sumX compensated
	for i, g := range merged {
		n := float64(g.N)
		if len(h.xs) == 0 || h.xs[len(h.xs)-1] != g.X {
			h.xs, h.with = append(h.xs, g.X), append(h.with, 0)
		}
		t := place(g.T)
		h.rows[i] = row{int32(len(h.xs) - 1), int32(place(g.TX)), int32(t), n}
		h.with[len(h.xs)-1] += n
		h.ending[t] += n
		h.repeats[t] += n * float64(g.X)
		h.customers += g.N
		sumT.add(n * g.T)
		sumX.add(n * float64(g.X))
	}
	h.meanT, h.meanX = sumT.value()/float64(h.customers), sumX.value()/float64(h.customers)
}

// distinctTimes are all T and TX, ascending, each once.
func distinctTimes(groups []Buyers) []float64 {
	seen := map[float64]bool{}
	for _, g := range groups {
		seen[g.T], seen[g.TX] = true, true
	}
	times := make([]float64, 0, len(seen))
	for t := range seen {
		times = append(times, t)
	}
	slices.Sort(times)
	return times
}

func placeOf(times []float64) func(float64) int {
	at := make(map[float64]int32, len(times))
	for i, t := range times {
		at[t] = int32(i)
	}
	return func(t float64) int { return int(at[t]) }
}

// enough refuses histories from which no four parameters can be learnt.
func (h *histories) enough() *Refusal {
	repeaters, days, late := 0.0, 0.0, 0.0
	for i, x := range h.xs {
		if x > 0 {
			repeaters += h.with[i]
			days += h.with[i] * float64(x)
		}
	}
	lengths := 0
	for i := range h.times {
		if h.ending[i] > 0 {
			lengths++
		}
	}
	for _, r := range h.rows {
		if h.xs[r.x] > 0 {
			late = max(late, h.times[r.tx]/h.times[r.t])
		}
	}
	switch {
	case h.customers < MinCustomers:
		return refuse(ReasonTooFewCustomers, "%d customers with a purchase; a fit needs %d", h.customers, MinCustomers)
	case repeaters < MinRepeaters:
		return refuse(ReasonTooFewRepeaters, "%.0f customers came back on another day; a fit needs %d", repeaters, MinRepeaters)
	case days < MinRepeatDays:
		return refuse(ReasonTooFewDays, "%.0f repeat purchase days; a fit needs %d", days, MinRepeatDays)
	case late <= 1/unitsDifferAt:
		return refuse(ReasonUnitsDiffer, "no repeat purchase lies in the later six sevenths of its customer's history: is t_x in weeks and T in days?")
	}
	return nil
}
