package analysis

import (
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// perMille are the survivors of Fader and Hardie 2007, years 0 to 12, of a thousand customers.
var perMille = map[string][]int64{
	"High End": {869, 743, 653, 593, 551, 517, 491, 468, 445, 427, 409, 394},
	"Regular":  {631, 468, 382, 326, 289, 262, 241, 223, 207, 194, 183, 173},
}

func TestContractFitsAreThePublishedOnes(t *testing.T) {
	for _, want := range []struct {
		segment, a, b string
		years         []string
	}{{"High End", ".668", "3.806", []string{".460", ".436", ".414", ".395", ".378"}}, {"Regular", ".704", "1.182", nil}} {
		f, err := FitContracts(SBG, CohortSurvivors(1000, perMille[want.segment][:7]...))
		if err != nil {
			t.Fatal(err)
		}
		published(t, want.segment+" a", f.Values[0], want.a)
		published(t, want.segment+" b", f.Values[1], want.b)
		for i, s := range want.years {
			published(t, "survival", f.Survival(float64(8+i)), s)
		}
		product := 1.0
		for year := range 12 {
			product *= f.Retention(float64(year + 1))
			if math.Abs(product-f.Survival(float64(year+1))) > 1e-12 {
				t.Errorf("year %d: the retentions multiply to %g, survival is %g", year+1, product, f.Survival(float64(year+1)))
			}
		}
	}
}

// TestWeibullIsAtLeastAsGood: BdW holds sBG at c = 1, so its likelihood is no lower, and where
// each customer's chance to leave rises with age it forecasts better.
func TestWeibullIsAtLeastAsGood(t *testing.T) {
	for segment, left := range perMille {
		plain, err := FitContracts(SBG, CohortSurvivors(1000, left[:7]...))
		if err != nil {
			t.Fatal(err)
		}
		weibull, err := FitContracts(BDW, CohortSurvivors(1000, left[:7]...))
		if err != nil {
			t.Fatal(err)
		}
		if weibull.LogLikelihood < plain.LogLikelihood {
			t.Errorf("%s: %g with c, %g without", segment, weibull.LogLikelihood, plain.LogLikelihood)
		}
		same := weibull.With([]float64{plain.Values[0], plain.Values[1], 1})
		for year := 1.0; year <= 12; year++ {
			if math.Abs(same.Survival(year)-plain.Survival(year)) > 1e-12 || math.Abs(same.Retention(year)-plain.Retention(year)) > 1e-12 {
				t.Errorf("%s, year %g: with c = 1, BdW is not sBG", segment, year)
			}
		}
	}
}

// TestCohortsOfDifferentAgesAreOneSample: a cohort that was seen for three periods only, and one
// of a single customer, say about these periods what a longer cohort says.
func TestCohortsOfDifferentAgesAreOneSample(t *testing.T) {
	whole := CohortSurvivors(1000, perMille["Regular"]...)
	var parts Survivors
	parts = append(parts, CohortSurvivors(1, 0)...)
	for _, r := range whole {
		if r.Age == 1 {
			r.AtRisk, r.Lost = r.AtRisk-1, r.Lost-1
		}
		parts = append(Survivors{{r.Age, r.AtRisk - r.Lost, 0}, {r.Age, r.Lost, r.Lost}}, parts...)
	}
	a, err := FitContracts(SBG, whole)
	if err != nil {
		t.Fatal(err)
	}
	b, err := FitContracts(SBG, parts)
	if err != nil {
		t.Fatal(err)
	}
	for i := range a.Values {
		if a.Values[i] != b.Values[i] || a.LogErrors[i] != b.LogErrors[i] {
			t.Errorf("%s: %v and %v", a.Names[i], a.Values[i], b.Values[i])
		}
	}
}

// TestSurvivalOfContractsIsAShare: at any parameters, far out too.
func TestSurvivalOfContractsIsAShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		log := rapid.Float64Range(-9, 9)
		f := &ContractFit{BDW, Fit{Values: []float64{math.Exp(log.Draw(t, "a")), math.Exp(log.Draw(t, "b")), math.Exp(log.Draw(t, "c") / 4)}}}
		before := 1.0
		for _, age := range []float64{0, 1, 2, 5, 40, 500} {
			s := f.Survival(age)
			if !(s >= 0 && s <= before*(1+1e-9)) {
				t.Fatalf("%v: S(%g) is %g after %g", f.Values, age, s, before)
			}
			if r := f.Retention(age + 1); !(r >= 0 && r <= 1+1e-9) {
				t.Fatalf("%v: r(%g) is %g", f.Values, age+1, r)
			}
			before = s
		}
	})
}

func TestContractsThatSayNothingAreRefused(t *testing.T) {
	for _, c := range []struct {
		what, reason string
		survivors    Survivors
	}{
		{"nothing", ReasonTooFewCustomers, nil},
		{"one contract", ReasonTooFewCustomers, CohortSurvivors(1, 1, 0)},
		{"one age", ReasonTooFewPeriods, CohortSurvivors(1000, 900)},
		{"nobody left", ReasonNobodyLeft, CohortSurvivors(1000, 1000, 1000, 1000)},
		{"everybody left at once", ReasonTooFewPeriods, CohortSurvivors(1000, 0, 0, 0)},
		{"more lost than at risk", ReasonImpossibleCount, Survivors{{1, 100, 101}, {2, 50, 1}}},
		{"age 0", ReasonImpossibleCount, Survivors{{0, 100, 10}, {1, 50, 1}}},
	} {
		for _, m := range []ContractModel{SBG, BDW} {
			_, err := FitContracts(m, c.survivors)
			var refusal *Refusal
			if !errors.As(err, &refusal) || refusal.Reason != c.reason {
				t.Errorf("%s, %s: %v, not %s", m, c.what, err, c.reason)
			}
		}
	}
	_, err := FitContracts("coin", CohortSurvivors(1000, 900, 800))
	var refusal *Refusal
	if !errors.As(err, &refusal) || refusal.Reason != ReasonNoModel {
		t.Errorf("an unknown model: %v", err)
	}
	// Equal customers have no spread of chances: a and b run away together, and the fit says so.
	_, err = FitContracts(SBG, CohortSurvivors(4096, 2048, 1024, 512, 256, 128))
	var lost *NotConverged
	if !errors.As(err, &lost) {
		t.Errorf("customers who are all alike: %v", err)
	}
}
