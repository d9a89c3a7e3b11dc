package analysis

import (
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func spenders(theta []float64, n int) []Spend {
	w := newWorld(31)
	rows := make([]Spend, n)
	for i := range rows {
		rows[i] = w.spender(theta, 1+i%6)
	}
	return rows
}

func TestSpendThatSaysNothingIsRefused(t *testing.T) {
	change := func(do func(s *Spend)) []Spend {
		rows := spenders([]float64{6, 4, 15}, 500)
		for i := range rows {
			do(&rows[i])
		}
		return rows
	}
	for _, c := range []struct {
		what, reason string
		rows         []Spend
	}{
		{"nobody", ReasonTooFewRepeaters, nil},
		{"one customer", ReasonTooFewRepeaters, []Spend{{3, 10, 1}}},
		{"all bought once", ReasonTooFewRepeaters, change(func(s *Spend) { s.X = 0 })},
		{"all spent nothing", ReasonTooFewRepeaters, change(func(s *Spend) { s.Z = 0 })},
		{"all gave everything back", ReasonTooFewRepeaters, change(func(s *Spend) { s.Z = -s.Z })},
		{"everybody spends the same", ReasonNoVariance, change(func(s *Spend) { s.Z = 25 })},
		{"a count of 0", ReasonImpossibleHistory, []Spend{{3, 10, 0}}},
		{"a few very rich", ReasonInfiniteMean, spenders([]float64{3, 0.7, 10}, 2000)},
	} {
		_, err := FitSpend(c.rows)
		var refusal *Refusal
		if !errors.As(err, &refusal) || refusal.Reason != c.reason {
			t.Errorf("%s: %v, not %s", c.what, err, c.reason)
		}
	}
}

// TestReturnsSayNothingAboutSpend: customers without repeats or with returned ones are left out,
// and expect the mean of the population.
func TestReturnsSayNothingAboutSpend(t *testing.T) {
	rows := spenders([]float64{6, 4, 15}, 500)
	alone, err := FitSpend(rows)
	if err != nil {
		t.Fatal(err)
	}
	with, err := FitSpend(append(slices.Clone(rows), Spend{2, -5, 3}, Spend{0, 0, 900}, Spend{4, 0, 1}, Spend{1, math.NaN(), 1}))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(alone.Values, with.Values) || with.Customers != 500 {
		t.Errorf("%v of %d, not %v", with.Values, with.Customers, alone.Values)
	}
	for _, z := range []float64{0, -5, math.NaN()} {
		if with.Expected(2, z) != with.Prior() {
			t.Errorf("z = %g: %g, not the mean %g", z, with.Expected(2, z), with.Prior())
		}
	}
	if with.Expected(0, 30) != with.Prior() {
		t.Error("who never came back expects something else than the mean")
	}
}

// TestExpectedSpendLiesBetweenTheCustomersAndTheMean: nearer to the customer's own with each purchase.
func TestExpectedSpendLiesBetweenTheCustomersAndTheMean(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := &SpendFit{Fit{Values: []float64{rapid.Float64Range(0.01, 100).Draw(t, "p"), rapid.Float64Range(0.5, 100).Draw(t, "q"), rapid.Float64Range(0.01, 1e6).Draw(t, "v")}}}
		z, before := rapid.Float64Range(0.01, 1e7).Draw(t, "z"), f.Prior()
		for _, x := range []int{1, 2, 10, 1000} {
			e := f.Expected(x, z)
			if !(e > 0) || math.IsInf(e, 0) || math.Abs(e-z) > math.Abs(before-z)*(1+1e-9)+1e-9*z {
				t.Fatalf("x = %d: %g after %g, own %g", x, e, before, z)
			}
			before = e
		}
	})
}

func TestCorrelationIsZeroWithoutVariance(t *testing.T) {
	for _, rows := range [][]Spend{nil, {{1, 5, 10}}, {{2, 5, 10}, {2, 7, 1}}, {{1, 5, 10}, {2, 5, 1}}} {
		if c := Correlation(rows); c != 0 {
			t.Errorf("%v: %g", rows, c)
		}
	}
	if c := Correlation([]Spend{{1, 1, 5}, {2, 2, 3}, {3, 3, 9}}); math.Abs(c-1) > 1e-12 {
		t.Errorf("who buys more spends more: %g, not 1", c)
	}
	if c := Correlation([]Spend{{1, 1, 1}, {1, 3, 1}, {2, 4, 2}}); math.Abs(c-0.816496580927726) > 1e-12 {
		t.Errorf("weighted: %g", c)
	}
}
