package analysis

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// LiftArm counts the customers of a stratum who were on a list, or who were left out of it: how many
// there are, how many bought in the days that are looked at, and their net revenue in these days, as
// its sum and the sum of its squares.
type LiftArm struct {
	N, Active        int64
	Revenue, Squares float64
}

// LiftStratum is both arms of one stratum, within which chance decided who was left out.
type LiftStratum struct {
	Name             string
	Treated, Control LiftArm
}

// Effect is a difference, treated less control, with its interval of 95 %.
type Effect struct {
	Treated, Control       float64 // standardised over the strata
	Difference, Low, High  float64
	DegreesOfFreedom       float64 // of money
	TreatedN, ControlN     int64
	StrataN, StrataDropped int // compared, and left out because one arm is empty
}

// normal97 is the 97.5 % quantile of the normal distribution.
const normal97 = 1.959963984540054

// weighted are the strata that have both arms, and the weight of each, n·m/(n+m) over their sum
// (Mantel and Haenszel): of all weights that add up to one those with the least variance where the
// effect is everywhere the same.
func weighted(strata []LiftStratum) (both []LiftStratum, weights []float64, dropped int) {
	var total float64
	for _, s := range strata {
		n, m := float64(s.Treated.N), float64(s.Control.N)
		if n == 0 || m == 0 {
			if n+m > 0 {
				dropped++
			}
			continue
		}
		both, weights = append(both, s), append(weights, n*m/(n+m))
		total += n * m / (n + m)
	}
	for i := range weights {
		weights[i] /= total
	}
	return both, weights, dropped
}

// LiftOfShare is the difference of the shares who bought. Its interval is Newcombe's (Statistics in
// Medicine 17, 1998, 873-890, method 10) from the stratified Wilson limits of Yan and Su (Statistics
// in Biopharmaceutical Research 2, 2010, 329-335): with one stratum exactly Newcombe's. ok is false
// where no stratum has both arms.
func LiftOfShare(strata []LiftStratum) (e Effect, ok bool) {
	both, weights, dropped := weighted(strata)
	e = Effect{StrataN: len(both), StrataDropped: dropped}
	var treatedVariance, controlVariance float64 // Σ w²/n: one over the effective size of the arm
	for i, s := range both {
		w := weights[i]
		e.TreatedN += s.Treated.N
		e.ControlN += s.Control.N
		e.Treated += w * float64(s.Treated.Active) / float64(s.Treated.N)
		e.Control += w * float64(s.Control.Active) / float64(s.Control.N)
		treatedVariance += w * w / float64(s.Treated.N)
		controlVariance += w * w / float64(s.Control.N)
	}
	if len(both) == 0 {
		return e, false
	}
	e.Difference = e.Treated - e.Control
	treatedLow, treatedHigh := wilson(e.Treated, treatedVariance)
	controlLow, controlHigh := wilson(e.Control, controlVariance)
	e.Low = max(-1, e.Difference-math.Hypot(e.Treated-treatedLow, controlHigh-e.Control))
	e.High = min(1, e.Difference+math.Hypot(treatedHigh-e.Treated, e.Control-controlLow))
	return e, true
}

// wilson are the score limits of a share p whose variance is v·p·(1-p); v is 1/n for a plain sample.
func wilson(p, v float64) (low, high float64) {
	z2 := normal97 * normal97 * v
	middle := (p + z2/2) / (1 + z2)
	half := math.Sqrt(z2*p*(1-p)+z2*z2/4) / (1 + z2)
	return max(0, middle-half), min(1, middle+half)
}

// LiftOfMoney is the difference of the mean net revenue of a customer, stratified like the shares.
// Its interval is Welch's (Biometrika 34, 1947, 28-35) with the degrees of freedom of Satterthwaite
// (Biometrics Bulletin 2, 1946, 110-114) over the arms of all strata. Strata with one customer in an
// arm say nothing of its spread: then all strata are taken together. ok is false where even these
// have fewer than two customers in an arm.
func LiftOfMoney(strata []LiftStratum) (e Effect, ok bool) {
	both, weights, dropped := weighted(strata)
	for _, s := range both {
		if s.Treated.N < 2 || s.Control.N < 2 {
			both, weights = []LiftStratum{pooledStratum(both)}, []float64{1}
			break
		}
	}
	e = Effect{StrataN: len(both), StrataDropped: dropped}
	var variance, spread float64
	for i, s := range both {
		w := weights[i]
		e.TreatedN += s.Treated.N
		e.ControlN += s.Control.N
		e.Treated += w * s.Treated.Revenue / float64(s.Treated.N)
		e.Control += w * s.Control.Revenue / float64(s.Control.N)
		for _, arm := range []LiftArm{s.Treated, s.Control} {
			if arm.N < 2 {
				return e, false
			}
			n := float64(arm.N)
			part := w * w * max(0, arm.Squares-arm.Revenue*arm.Revenue/n) / (n - 1) / n
			variance += part
			spread += part * part / (n - 1)
		}
	}
	if len(both) == 0 {
		return e, false
	}
	e.Difference = e.Treated - e.Control
	e.Low, e.High = e.Difference, e.Difference
	if variance > 0 {
		e.DegreesOfFreedom = variance * variance / spread
		half := distuv.StudentsT{Sigma: 1, Nu: e.DegreesOfFreedom}.Quantile(0.975) * math.Sqrt(variance)
		e.Low, e.High = e.Difference-half, e.Difference+half
	}
	return e, true
}

func pooledStratum(strata []LiftStratum) (all LiftStratum) {
	add := func(into *LiftArm, a LiftArm) {
		into.N += a.N
		into.Active += a.Active
		into.Revenue += a.Revenue
		into.Squares += a.Squares
	}
	for _, s := range strata {
		add(&all.Treated, s.Treated)
		add(&all.Control, s.Control)
	}
	return all
}
