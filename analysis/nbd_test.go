package analysis

import (
	"errors"
	"math"
	"testing"
)

// TestWhereNobodyLeavesThatIsSaid: customers who never stop hold nothing about stopping, and the
// model without it is found.
func TestWhereNobodyLeavesThatIsSaid(t *testing.T) {
	w := newWorld(12)
	groups := make([]Buyers, 4000)
	for i := range groups {
		groups[i], _ = w.buyer(BGNBD, []float64{0.8, 9, 1e-9, 1}, 20+30*w.Float64(), 0)
	}
	f, err := FitPurchases(NBD, groups)
	if err != nil {
		t.Fatal(err)
	}
	// By chance a few silent customers may look as if they had left: then there is a fit, but it
	// explains no more than chance does.
	said := 0
	for _, m := range models {
		leaving, err := FitPurchases(m, groups)
		var lost *NotConverged
		switch {
		case err == nil && leaving.LogLikelihood-f.LogLikelihood < 4:
		case errors.As(err, &lost) && lost.Reason == ReasonNobodyLeaves:
			said++
		default:
			t.Errorf("%s: %v, %v", m, leaving, err)
		}
	}
	if said == 0 {
		t.Error("no model says that nobody leaves")
	}
	for i, planted := range []float64{0.8, 9} {
		if off := math.Log(f.Values[i]/planted) / f.LogErrors[i]; math.Abs(off) > 3 {
			t.Errorf("%s is %g, planted %g: %.1f standard errors", f.Names[i], f.Values[i], planted, off)
		}
	}
	h, err := NewHorizon(52, 0.002)
	if err != nil {
		t.Fatal(err)
	}
	c, b := h.Forecast(f, 50), Buyers{3, 20, 30, 1}
	rate := (f.Values[0] + 3) / (f.Values[1] + 30)
	e, d := c.Purchases(b)
	for what, pair := range map[string][2]float64{
		"P(alive)": {f.Alive(b), 1}, "expected": {f.Expected(b, 52), rate * 52}, "forecast": {e, rate * 52},
		"discounted": {d, f.Discounted(b, 52, 0.002)}, "new": {f.ExpectedNew(10), 10 * f.Values[0] / f.Values[1]},
		"none": {f.NoneWithin(b, 13), math.Pow((f.Values[1]+30)/(f.Values[1]+43), f.Values[0]+3)},
	} {
		if math.Abs(pair[0]/pair[1]-1) > 1e-8 {
			t.Errorf("%s is %g, not %g", what, pair[0], pair[1])
		}
	}
}

// TestWhereCustomersLeaveNobodySaysOtherwise: a fit that merely failed for another reason is not
// taken for a company that keeps everybody.
func TestWhereCustomersLeaveNobodySaysOtherwise(t *testing.T) {
	for _, m := range models {
		_, err := FitPurchases(m, []Buyers{{4, 15, 20, 500}})
		var lost *NotConverged
		if errors.As(err, &lost) && lost.Reason == ReasonNobodyLeaves {
			t.Errorf("%s: %v", m, err)
		}
	}
}
