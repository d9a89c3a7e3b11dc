package analysis

import (
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// TestEveryStartFindsTheSameMaximum: also starts far from those that a fit tries.
func TestEveryStartFindsTheSameMaximum(t *testing.T) {
	fits := map[PurchaseModel]*PurchaseFit{}
	ofs := map[PurchaseModel]likelihood{}
	for _, m := range models {
		groups := newWorld(15).shop(m, typical[m], 4000)
		f, err := FitPurchases(m, groups)
		if err != nil {
			t.Fatal(err)
		}
		if fits[m] = f; f.Starts < 3 || f.Customers != 4000 {
			t.Errorf("%s: %d starts, %d customers", m, f.Starts, f.Customers)
		}
		h, err := newHistories(groups)
		if err != nil {
			t.Fatal(err)
		}
		if ofs[m] = betaGeometric(h, m); m == ParetoNBD {
			ofs[m] = paretoNBD(h)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		m := rapid.SampledFrom(models).Draw(t, "model")
		start := make([]float64, 4)
		for i := range start {
			start[i] = fits[m].Values[i] * math.Exp(rapid.Float64Range(-1.5, 1.5).Draw(t, "ln distance"))
		}
		f, err := maximise(fits[m].Names, [][]float64{start}, 4000, ofs[m])
		var lost *NotConverged
		if errors.As(err, &lost) { // a search may get lost, but then it says so and is no higher
			if lost.LogLikelihood > fits[m].LogLikelihood+1e-6 {
				t.Fatalf("%s from %v: %v is higher than the fit", m, start, lost)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range f.Values {
			if math.Abs(v/fits[m].Values[i]-1) > 1e-6 {
				t.Fatalf("%s from %v: %v, not %v", m, start, f.Values, fits[m].Values)
			}
		}
	})
}

// TestASearchWithoutAMaximumSaysSo: a likelihood that rises for ever, that is flat, that is nowhere finite.
func TestASearchWithoutAMaximumSaysSo(t *testing.T) {
	one := func(ll, grad, hess float64) *slopes {
		return &slopes{ll: ll, grad: []float64{grad}, hess: [][]float64{{hess}}}
	}
	for want, of := range map[string]likelihood{
		ReasonRunsAway:  func(theta []float64) *slopes { return one(theta[0], 1, 0) },
		ReasonNotFinite: func([]float64) *slopes { return one(math.NaN(), 0, 0) },
		// A top so flat that ln θ is known to ±10 only.
		ReasonNotIdentified: func(theta []float64) *slopes {
			l := math.Log(theta[0])
			return one(-l*l/200, -l/100/theta[0], (l-1)/100/(theta[0]*theta[0]))
		},
	} {
		_, err := maximise([]string{"θ"}, [][]float64{{2}}, 1, of)
		var lost *NotConverged
		if !errors.As(err, &lost) || lost.Reason != want {
			t.Errorf("%v, not %s", err, want)
		}
	}
	f, err := maximise([]string{"θ"}, [][]float64{{1e4}}, 1, func(theta []float64) *slopes { // ln θ ~ N(1, 1/2)
		l := math.Log(theta[0]) - 1
		return one(-2*l*l, -4*l/theta[0], (4*l-4)/(theta[0]*theta[0]))
	})
	if err != nil || math.Abs(f.Values[0]-math.E) > 1e-9 || math.Abs(f.LogErrors[0]-0.5) > 1e-9 {
		t.Errorf("%+v, %v: the top is at e with error 1/2", f, err)
	}
}

// TestASearchAlongARidgeIsGivenUp: where all customers leave at one rate, or at none, parameters of
// leaving rise without end and the likelihood all but stands still. That is said after some dozens of
// evaluations, not after two hundred steps of rounding errors.
func TestASearchAlongARidgeIsGivenUp(t *testing.T) {
	for name, leaving := range map[string][]float64{"one rate": {2e6, 2e6 * 180}, "none": {1e-6, 1e6}} {
		ended := 0
		for seed := range uint64(4) {
			w := newWorld(seed)
			groups := make([]Buyers, 1500)
			for i := range groups {
				groups[i], _ = w.buyer(ParetoNBD, append([]float64{1.5, 6}, leaving...), 50+100*w.Float64(), 0)
			}
			h, err := newHistories(groups)
			if err != nil {
				t.Fatal(err)
			}
			likelihood, evaluations := paretoNBD(h), 0
			c := newton(h.starts(h.meanT)[0], float64(h.customers), func(theta []float64) *slopes {
				evaluations++
				return likelihood(theta)
			}, nil)
			if evaluations > 90 {
				t.Errorf("%s: %d evaluations, until %.4g", name, evaluations, exps(c.logs))
			}
			if !c.done {
				ended++
			}
		}
		if ended == 0 {
			t.Errorf("%s: every search found a maximum; the test needs a ridge", name)
		}
	}
}
