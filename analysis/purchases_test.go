package analysis

import (
	"errors"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

var models = []PurchaseModel{BGNBD, MBGNBD, ParetoNBD}

// typical are parameters of each model at which a shop's customers look like real ones.
var typical = map[PurchaseModel][]float64{BGNBD: {0.5, 6, 0.8, 2.4}, MBGNBD: {0.6, 7, 0.9, 2}, ParetoNBD: {0.6, 8, 0.7, 12}}

func fitAt(m PurchaseModel, values []float64) *PurchaseFit {
	return &PurchaseFit{Model: m, Fit: Fit{Values: values}}
}

// TestThreadsAndOrderChangeNoDigit: one processor or eight, any order, groups split in two.
func TestThreadsAndOrderChangeNoDigit(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	random := rand.New(rand.NewPCG(3, 3))
	for _, m := range models {
		groups := newWorld(5).shop(m, typical[m], 20_000)
		var first *PurchaseFit
		for _, threads := range []int{1, 8, 3} {
			runtime.GOMAXPROCS(threads)
			f, err := FitPurchases(m, groups)
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = f
			}
			if !slices.Equal(f.Values, first.Values) || !slices.Equal(f.LogErrors, first.LogErrors) || f.LogLikelihood != first.LogLikelihood {
				t.Errorf("%s on %d threads, other order: %v, not %v", m, threads, f.Values, first.Values)
			}
			random.Shuffle(len(groups), func(i, j int) { groups[i], groups[j] = groups[j], groups[i] })
			merged, err := newHistories(groups)
			if err != nil {
				t.Fatal(err)
			}
			groups = groups[:0]
			for _, r := range merged.rows {
				b := Buyers{merged.xs[r.x], merged.times[r.tx], merged.times[r.t], int64(r.n)}
				if b.N > 1 && threads == 8 {
					b.N--
					groups = append(groups, Buyers{b.X, b.TX, b.T, 1})
				}
				groups = append(groups, b)
			}
			random.Shuffle(len(groups), func(i, j int) { groups[i], groups[j] = groups[j], groups[i] })
		}
	}
	spends := make([]Spend, 9000)
	w := newWorld(9)
	for i := range spends {
		spends[i] = w.spender([]float64{6.25, 3.74, 15.44}, 1+i%7)
	}
	runtime.GOMAXPROCS(1)
	one, err := FitSpend(spends)
	if err != nil {
		t.Fatal(err)
	}
	runtime.GOMAXPROCS(8)
	reversed := slices.Clone(spends)
	slices.Reverse(reversed)
	eight, err := FitSpend(reversed)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(one.Values, eight.Values) || Correlation(spends) != Correlation(reversed) {
		t.Errorf("spend: %v and %v", one.Values, eight.Values)
	}
}

// TestTheUnitOfTimeIsNoMatter: days and weeks give the same customers, alpha in the other unit.
func TestTheUnitOfTimeIsNoMatter(t *testing.T) {
	for _, m := range models {
		weeks := newWorld(11).shop(m, typical[m], 3000)
		inDays := slices.Clone(weeks)
		for i := range inDays {
			inDays[i].T, inDays[i].TX = math.Round(inDays[i].T*7), math.Round(inDays[i].TX*7)
		}
		a, err := FitPurchases(m, weeks)
		if err != nil {
			t.Fatal(err)
		}
		b, err := FitPurchases(m, inDays)
		if err != nil {
			t.Fatal(err)
		}
		for i, scale := range []float64{1, 7, 1, map[bool]float64{true: 7, false: 1}[m == ParetoNBD]} {
			if math.Abs(b.Values[i]/a.Values[i]/scale-1) > 1e-7 || math.Abs(b.LogErrors[i]/a.LogErrors[i]-1) > 1e-6 {
				t.Errorf("%s, %s: %g in weeks, %g in days", m, a.Names[i], a.Values[i], b.Values[i])
			}
		}
	}
}

// TestExpectationsAreWhatCustomersDo: the mean over simulated customers is E[X(t)], and over those
// who bought x times E[X(T,T+t)], P(alive) and P(none), within the noise of simulation.
func TestExpectationsAreWhatCustomersDo(t *testing.T) {
	const n, length, ahead = 100_000, 20.0, 15.0
	for _, m := range models {
		f, w := fitAt(m, typical[m]), newWorld(21)
		var new, predicted, later, none, square, noneVar compensated
		newSquare := 0.0
		for range n {
			b, after := w.buyer(m, f.Values, length, ahead)
			new.add(float64(b.X))
			newSquare += float64(b.X * b.X)
			e, p := f.Expected(b, ahead), f.NoneWithin(b, ahead)
			predicted.add(e)
			later.add(float64(after))
			square.add((float64(after) - e) * (float64(after) - e))
			if after == 0 {
				none.add(1)
			}
			none.add(-p)
			noneVar.add(p * (1 - p))
		}
		mean := new.value() / n
		if off := mean - f.ExpectedNew(length); math.Abs(off) > 4*math.Sqrt((newSquare/n-mean*mean)/n) {
			t.Errorf("%s: new customers bought %.4f times, expected %.4f", m, mean, f.ExpectedNew(length))
		}
		if off := later.value() - predicted.value(); math.Abs(off) > 4*math.Sqrt(square.value()) {
			t.Errorf("%s: customers bought %.0f times more, expected %.0f", m, later.value(), predicted.value())
		}
		if math.Abs(none.value()) > 4*math.Sqrt(noneVar.value()) {
			t.Errorf("%s: %.0f more customers than expected bought nothing", m, none.value())
		}
	}
}

// TestWhatIsExpectedObeysItsLaws: for any customer at any parameters, numbers are finite, chances
// are in [0, 1], expectation grows with time, and E over [0, t] then [t, t+u] adds up for new ones.
func TestWhatIsExpectedObeysItsLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		log := func(name string, low, high float64) float64 {
			return math.Exp(rapid.Float64Range(math.Log(low), math.Log(high)).Draw(t, name))
		}
		m := rapid.SampledFrom(models).Draw(t, "model")
		f := fitAt(m, []float64{log("r", 1e-4, 1e4), log("alpha", 1e-4, 1e5), log("a or s", 1e-4, 1e4), log("b or beta", 1e-4, 1e5)})
		b := Buyers{T: rapid.Float64Range(0, 2000).Draw(t, "T"), N: 1}
		if b.X = rapid.SampledFrom([]int{0, 1, 2, 5, 30, 400, 5000}).Draw(t, "x"); b.X > 0 {
			b.TX = max(b.T, 1e-3) * rapid.Float64Range(0.001, 1).Draw(t, "t_x")
			b.T = max(b.T, b.TX)
		}
		if p := f.Alive(b); !(p >= 0 && p <= 1) {
			t.Fatalf("P(alive) %g", p)
		}
		before, beforeNew, beforeNone := 0.0, 0.0, 1.0
		for _, ahead := range []float64{1e-6, 1, 13, 52, 520, 52000} {
			e, n, none := f.Expected(b, ahead), f.ExpectedNew(ahead), f.NoneWithin(b, ahead)
			if !(e >= before*(1-1e-9) && n >= beforeNew*(1-1e-9) && none <= beforeNone*(1+1e-9) && none >= 0) || math.IsInf(e, 0) || math.IsInf(n, 0) {
				t.Fatalf("in %g: %g after %g, new %g after %g, none %g after %g", ahead, e, before, n, beforeNew, none, beforeNone)
			}
			if mean := f.Alive(b) * (f.Values[0] + float64(b.X)) / (f.Values[1] + b.T) * ahead; e > mean*(1+1e-9) {
				t.Fatalf("in %g: %g, and who never leaves %g", ahead, e, mean)
			}
			before, beforeNew, beforeNone = e, n, none
		}
	})
}

func TestHistoriesThatSayNothingAreRefused(t *testing.T) {
	shop := newWorld(2).shop(MBGNBD, typical[MBGNBD], 2000)
	change := func(do func(b *Buyers)) []Buyers {
		out := slices.Clone(shop)
		for i := range out {
			do(&out[i])
		}
		return out
	}
	for _, c := range []struct {
		what, reason string
		groups       []Buyers
	}{
		{"nobody", ReasonTooFewCustomers, nil},
		{"one customer", ReasonTooFewCustomers, []Buyers{{3, 10, 20, 1}}},
		{"49 customers", ReasonTooFewCustomers, []Buyers{{3, 10, 20, 49}}},
		{"all bought once", ReasonTooFewRepeaters, change(func(b *Buyers) { b.X, b.TX = 0, 0 })},
		{"29 came back", ReasonTooFewRepeaters, []Buyers{{0, 0, 20, 5000}, {3, 10, 20, 29}}},
		{"49 repeat days", ReasonTooFewDays, []Buyers{{0, 0, 20, 5000}, {1, 10, 20, 49}}},
		{"t_x after T", ReasonImpossibleHistory, []Buyers{{3, 20.1, 20, 100}}},
		{"t_x in days, T in weeks", ReasonImpossibleHistory, change(func(b *Buyers) { b.TX *= 7 })},
		{"t_x in weeks, T in days", ReasonUnitsDiffer, change(func(b *Buyers) { b.T *= 7 })},
		{"repeats on the first day", ReasonImpossibleHistory, []Buyers{{3, 0, 20, 100}}},
		{"no repeats, a last purchase", ReasonImpossibleHistory, []Buyers{{0, 2, 20, 100}}},
		{"minus one customer", ReasonImpossibleHistory, []Buyers{{3, 2, 20, -1}}},
		{"negative x", ReasonImpossibleHistory, []Buyers{{-3, 2, 20, 1}}},
		{"NaN", ReasonImpossibleHistory, []Buyers{{3, math.NaN(), 20, 1}}},
		{"infinite", ReasonImpossibleHistory, []Buyers{{3, 1, math.Inf(1), 1}}},
	} {
		for _, m := range models {
			_, err := FitPurchases(m, c.groups)
			var refusal *Refusal
			if !errors.As(err, &refusal) || refusal.Reason != c.reason {
				t.Errorf("%s, %s: %v, not %s", m, c.what, err, c.reason)
			}
		}
	}
	_, err := FitPurchases("coin", shop)
	var refusal *Refusal
	if !errors.As(err, &refusal) || refusal.Reason != ReasonNoModel {
		t.Errorf("an unknown model: %v", err)
	}
}

// TestCustomersWhoAreAllAlikeDoNotConverge: equal histories hold no spread to learn.
func TestCustomersWhoAreAllAlikeDoNotConverge(t *testing.T) {
	for _, m := range models {
		_, err := FitPurchases(m, []Buyers{{4, 15, 20, 500}})
		var lost *NotConverged
		if !errors.As(err, &lost) {
			t.Errorf("%s: %v", m, err)
		}
	}
}

// TestAnyHistoriesEndInAFitOrAReason: never NaN, never a panic, whatever was bought.
func TestAnyHistoriesEndInAFitOrAReason(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		groups := someHistories(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 2)), rapid.IntRange(1, 80).Draw(t, "groups"))
		for i := range groups {
			groups[i].N *= 4
		}
		for _, m := range models {
			f, err := FitPurchases(m, groups)
			var refusal *Refusal
			var lost *NotConverged
			switch {
			case err == nil:
				for i, v := range f.Values {
					if !(v > 0 && v < 1e12 && f.LogErrors[i] > 0 && f.LogErrors[i] <= maxLogError) {
						t.Fatalf("%s: %+v", m, f)
					}
				}
				if !(f.Gradient <= zeroGradient) {
					t.Fatalf("%s: gradient %g", m, f.Gradient)
				}
			case !errors.As(err, &refusal) && !errors.As(err, &lost):
				t.Fatalf("%s: %v", m, err)
			}
		}
	})
}
