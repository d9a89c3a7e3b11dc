package analysis

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// TestForecastsAreTheExactSums: within 1e-6 for any customer of any parameters that a fit or a draw has.
func TestForecastsAreTheExactSums(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		log := func(name string, low, high float64) float64 {
			return math.Exp(rapid.Float64Range(math.Log(low), math.Log(high)).Draw(t, name))
		}
		m := rapid.SampledFrom(models).Draw(t, "model")
		f := fitAt(m, []float64{log("r", 0.01, 100), log("alpha", 0.01, 1000), log("a or s", 0.01, 100), log("b or beta", 0.01, 1000)})
		units, rate := rapid.IntRange(1, 130).Draw(t, "units"), rapid.Float64Range(0, 0.1).Draw(t, "rate")
		h, err := NewHorizon(units, rate)
		if err != nil {
			t.Fatal(err)
		}
		until := rapid.Float64Range(0, 500).Draw(t, "until")
		c := h.Forecast(f, until)
		for _, share := range []float64{0, 0.001, 0.3, 0.99, 1, 1.5} {
			b := Buyers{T: until * share, N: 1}
			if b.T > 0 {
				b.X = rapid.SampledFrom([]int{0, 1, 2, 7, 40, 300, 2000}).Draw(t, "x")
				b.TX = b.T * min(1, 0.01+0.2*float64(b.X))
				if b.X == 0 {
					b.TX = 0
				}
			}
			expected, discounted := c.Purchases(b)
			wantE, wantD := f.Expected(b, float64(units)), f.Discounted(b, units, rate)
			if math.Abs(expected-wantE) > 1e-6*wantE+1e-290 || math.Abs(discounted-wantD) > 1e-6*wantD+1e-290 {
				t.Fatalf("%v %v: %g (%.1e), discounted %g (%.1e), %d points", f.Values, b, expected, expected/wantE-1, discounted, discounted/wantD-1, c.points)
			}
		}
	})
}

func TestHorizonsThatCannotBeAreRefused(t *testing.T) {
	for _, c := range []struct {
		units int
		rate  float64
	}{{0, 0.1}, {52, -0.1}, {52, math.NaN()}, {52, math.Inf(1)}} {
		if _, err := NewHorizon(c.units, c.rate); err == nil {
			t.Errorf("%v: no error", c)
		}
	}
}
