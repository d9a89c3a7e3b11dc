package analysis

import (
	"math"
	"math/rand/v2"
	"testing"
)

func oneStratum(a, n, b, m int64) []LiftStratum {
	return []LiftStratum{{Treated: LiftArm{N: n, Active: a}, Control: LiftArm{N: m, Active: b}}}
}

// Newcombe 1998, table II, method 10.
func TestWithOneStratumTheShareIsNewcombes(t *testing.T) {
	for _, c := range []struct {
		a, n, b, m int64
		low, high  float64
	}{
		{56, 70, 48, 80, 0.0524, 0.3339}, {9, 10, 3, 10, 0.1705, 0.8090}, {6, 7, 2, 7, 0.0582, 0.8062}, {5, 56, 0, 29, -0.0381, 0.1926},
		{0, 10, 0, 20, -0.1611, 0.2775}, {0, 10, 0, 10, -0.2775, 0.2775}, {10, 10, 0, 20, 0.6791, 1}, {10, 10, 0, 10, 0.6075, 1},
	} {
		e, ok := LiftOfShare(oneStratum(c.a, c.n, c.b, c.m))
		if !ok || math.Abs(e.Low-c.low) > 5e-5 || math.Abs(e.High-c.high) > 5e-5 {
			t.Errorf("%d/%d - %d/%d: %.4f to %.4f, published %.4f to %.4f", c.a, c.n, c.b, c.m, e.Low, e.High, c.low, c.high)
		}
	}
}

// moments are an arm of n customers with a mean and a standard deviation.
func moments(n int64, mean, deviation float64) LiftArm {
	return LiftArm{N: n, Revenue: mean * float64(n), Squares: deviation*deviation*float64(n-1) + mean*mean*float64(n)}
}

// NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.5.3, miles per gallon of US and Japanese
// cars, unequal variances: T = -12.94627 with 136.8750 degrees of freedom.
func TestWithOneStratumTheMoneyIsWelchs(t *testing.T) {
	e, ok := LiftOfMoney([]LiftStratum{{Treated: moments(249, 20.14458, 6.41470), Control: moments(79, 30.48101, 6.10771)}})
	if !ok || math.Abs(e.DegreesOfFreedom-136.8750) > 5e-4 {
		t.Errorf("%.4f degrees of freedom, published 136.8750", e.DegreesOfFreedom)
	}
	const t975 = 1.977446 // of 136.875 degrees of freedom
	statistic := e.Difference / ((e.High - e.Low) / 2 / t975)
	if math.Abs(statistic+12.94627) > 5e-4 {
		t.Errorf("T is %.5f, published -12.94627", statistic)
	}
}

func TestStrataOfTheSameShareAreOneSample(t *testing.T) {
	one, _ := LiftOfShare(oneStratum(56, 70, 48, 80))
	half := LiftStratum{Treated: LiftArm{N: 35, Active: 28}, Control: LiftArm{N: 40, Active: 24}}
	two, ok := LiftOfShare([]LiftStratum{half, half, {Name: "nobody left out", Treated: LiftArm{N: 9, Active: 9}}})
	if !ok || math.Abs(one.Low-two.Low)+math.Abs(one.High-two.High) > 1e-12 || two.StrataDropped != 1 || two.TreatedN != 70 {
		t.Errorf("%+v, not %+v", two, one)
	}
}

func TestWithoutAControlGroupThereIsNoEffect(t *testing.T) {
	none := []LiftStratum{{Treated: LiftArm{N: 100, Active: 10}}}
	if e, ok := LiftOfShare(none); ok {
		t.Errorf("%+v", e)
	}
	if e, ok := LiftOfMoney(none); ok {
		t.Errorf("%+v", e)
	}
	if e, ok := LiftOfMoney([]LiftStratum{{Treated: moments(100, 5, 1), Control: LiftArm{N: 1, Revenue: 3, Squares: 9}}}); ok {
		t.Errorf("one customer has no spread: %+v", e)
	}
	if _, ok := LiftOfShare(nil); ok {
		t.Error("nobody has an effect")
	}
	same, ok := LiftOfMoney([]LiftStratum{{Treated: LiftArm{N: 5}, Control: LiftArm{N: 4}}})
	if !ok || same.Low != 0 || same.High != 0 {
		t.Errorf("nobody bought: %+v", same)
	}
}

func TestWhoIsTreatedAndWhoIsNotTurnTheSign(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	for range 500 {
		var there, back []LiftStratum
		for range 1 + rng.IntN(4) {
			arm := func() LiftArm {
				n := 2 + rng.Int64N(60)
				return LiftArm{N: n, Active: rng.Int64N(n + 1), Revenue: rng.Float64() * 1000, Squares: 1e6 + rng.Float64()*1e6}
			}
			s := LiftStratum{Treated: arm(), Control: arm()}
			there, back = append(there, s), append(back, LiftStratum{Treated: s.Control, Control: s.Treated})
		}
		for _, of := range []func([]LiftStratum) (Effect, bool){LiftOfShare, LiftOfMoney} {
			a, _ := of(there)
			b, _ := of(back)
			if scale := 1 + math.Abs(a.High); math.Abs(a.Low+b.High) > 1e-9*scale || math.Abs(a.High+b.Low) > 1e-9*scale || a.Low > a.Difference || a.High < a.Difference {
				t.Fatalf("%+v and %+v", a, b)
			}
		}
	}
}

// 2,000 companies with a list of 400 and a control group of a tenth in four tiers, whose effect is
// known: the interval holds it as often as it says.
func TestNineteenIntervalsOfTwentyHoldTheEffect(t *testing.T) {
	if testing.Short() {
		t.Skip("2,000 companies; -short leaves them out")
	}
	const companies = 2000
	shares, money := 0, 0
	bases, sizes := []float64{0.6, 0.35, 0.1, 0.05}, []int64{60, 140, 160, 40}
	const lift, more = 0.08, 25.0
	for seed := range companies {
		rng := rand.New(rand.NewPCG(uint64(seed), 11))
		var strata []LiftStratum
		for i, n := range sizes {
			draw := func(n int64, chance, mean float64) (a LiftArm) {
				for range n {
					a.N++
					if rng.Float64() < chance {
						a.Active++
					}
					v := mean + 80*rng.ExpFloat64()
					a.Revenue += v
					a.Squares += v * v
				}
				return a
			}
			strata = append(strata, LiftStratum{Treated: draw(n-n/5, bases[i]+lift, 100*float64(i)+more), Control: draw(n/5, bases[i], 100*float64(i))})
		}
		if e, ok := LiftOfShare(strata); ok && e.Low <= lift && lift <= e.High {
			shares++
		}
		if e, ok := LiftOfMoney(strata); ok && e.Low <= more && more <= e.High {
			money++
		}
	}
	for what, held := range map[string]int{"share": shares, "money": money} {
		covered := float64(held) / companies
		t.Logf("%s: %.2f %% of the intervals hold the effect", what, 100*covered)
		if covered < 0.935 || covered > 0.985 {
			t.Errorf("%s: %.2f %% of the intervals hold the effect, not 95", what, 100*covered)
		}
	}
}
