package analysis

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// references are the mean purchases of a living customer, computed with 25 digits and more (mpmath).
var references = []struct{ q, alpha, a, b, t, want float64 }{
	{0.5, 6, 0.8, 2.4, 52, 2.2082920345767905},
	{2.5, 40, 0.8, 4.4, 39, 1.9790307895691141},
	{0.2426, 4.4136, 0.7929, 2.4259, 78, 1.8580239048662915},
	{26.5, 37, 0.9, 27.6, 52, 24.578118864229693},
	{200.5, 110, 0.9, 202.6, 52, 79.259332996462735},
	{0.5, 6, 1, 2.4, 52, 1.9775570409288036},
	{0.5, 6, 1.0000001, 2.4, 52, 1.9775569401938921},
	{0.5, 6, 0.9999999, 2.4, 52, 1.9775571416637281},
	{5, 20, 1, 7, 10, 2.1252032164182957},
	{80, 10, 0.5, 3, 52, 62.84110695126445},
	{300, 2, 0.3, 1.5, 52, 794.68556424080953},
	{0.01, 0.01, 0.01, 0.01, 52, 24.155094576654451},
	{0.5, 0.001, 0.8, 2.4, 52, 51.737057741940042},
	{3, 0.0001, 1.5, 2, 1000, 4.9986029485716908},
	{50, 0.5, 2, 60, 500, 60.925397820514729},
	{10000.0, 10000.0, 0.7, 50, 52, 39.809956364286794},
	{0.5, 6, 10000.0, 30000.0, 52, 1.7522381969691391},
	{0.5, 6, 0.7, 1000000.0, 52, 4.3333136169225396},
	{0.0001, 0.001, 0.5, 0.5, 1, 0.0061269907758452531},
	{0.5, 6, 0.8, 2.4, 1e-09, 8.3333333330729172e-11},
	{0.5, 6, 0.8, 2.4, 1000000000.0, 304.06828597513464},
	{1000.5, 730, 0.8, 1002, 104, 135.05510821734654},
	{12, 3, 30, 13, 400, 1.4482758620689655},
	{0.5, 1000000000.0, 0.8, 2.4, 52, 2.5999999746500005e-8},
	{2000, 0.01, 0.05, 0.05, 52, 2384656.6921739349},
	{1, 1, 1, 1, 1, 0.69314718055994531},
}

func TestExpectedPurchasesAgreeWithManyDigits(t *testing.T) {
	for _, r := range references {
		name := fmt.Sprint(r.q, r.alpha, r.a, r.b, r.t)
		if got := betaGeometricExpected(r.q, r.alpha, r.a, r.b, r.t); !(math.Abs(got/r.want-1) < 1e-11) {
			t.Errorf("%s: %.17g, not %.17g (%.1e)", name, got, r.want, got/r.want-1)
		}
		if got := expectedOverChances(r.q, r.a, r.b, r.t/r.alpha); !(math.Abs(got/r.want-1) < 1e-11) {
			t.Errorf("%s, over chances: %.17g, not %.17g (%.1e)", name, got, r.want, got/r.want-1)
		}
	}
}

// TestBothWaysToExpectedPurchasesAgree: the series and the mean over chances to leave.
func TestBothWaysToExpectedPurchasesAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		log := func(name string, low, high float64) float64 {
			return math.Exp(rapid.Float64Range(math.Log(low), math.Log(high)).Draw(t, name))
		}
		q, alpha, ahead := log("r", 1e-3, 1e3)+float64(rapid.IntRange(0, 500).Draw(t, "x")), log("alpha", 1e-3, 1e4), log("t", 1e-2, 1e3)
		a, b := log("a", 1e-2, 1e3), log("b", 1e-2, 1e3)
		got, want := betaGeometricExpected(q, alpha, a, b, ahead), expectedOverChances(q, a, b, ahead/alpha)
		if !(math.Abs(got/want-1) < 1e-9) {
			t.Fatalf("%g and %g", got, want)
		}
	})
}
