package analysis

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"
)

// Spend is N customers with X repeat purchase days of mean value Z.
type Spend struct {
	X int
	Z float64
	N int64
}

// SpendFit is the Gamma-Gamma model of spend (Fader and Hardie, note 025) at the maximum of its
// likelihood. Parameters: p, q, v; v is in the unit of Z.
type SpendFit struct{ Fit }

// With is the same model at other parameters, in the order of Names, for example a draw.
func (f *SpendFit) With(values []float64) *SpendFit { return &SpendFit{f.with(values)} }

// Prior is the mean spend of the population, p v / (q-1). With q <= 1, which a draw can have and a
// fit cannot, that mean does not exist; the value then is that at the smallest q above 1 that a
// double can tell, so that it stays finite and its rank stays right.
func (f *SpendFit) Prior() float64 {
	return f.Values[0] * f.Values[2] / math.Max(f.Values[1]-1, 1e-9)
}

// Expected is E[M], the expected value of a future purchase day of a customer with x repeat days
// of mean value z. Who has none, or gave it all back (z <= 0), gets the mean of the population.
func (f *SpendFit) Expected(x int, z float64) float64 {
	prior := f.Prior()
	if x < 1 || !(z > 0) {
		return prior
	}
	px, q := f.Values[0]*float64(x), math.Max(f.Values[1]-1, 1e-9)
	w := px / (px + q)
	return w*z + (1-w)*prior
}

// FitSpend fits Gamma-Gamma by maximum likelihood to the customers with X > 0 and Z > 0; the
// others say nothing about it and are left out. Errors: *Refusal (too few spenders, everybody
// spends the same, q <= 1), *NotConverged.
func FitSpend(groups []Spend) (*SpendFit, error) {
	rows := slices.DeleteFunc(slices.Clone(groups), func(g Spend) bool {
		return g.X < 1 || !(g.Z > 0) || math.IsInf(g.Z, 0)
	})
	slices.SortFunc(rows, func(a, b Spend) int {
		return cmp.Or(cmp.Compare(a.X, b.X), cmp.Compare(a.Z, b.Z), cmp.Compare(a.N, b.N))
	})
	customers, mean := int64(0), 0.0
	for _, g := range rows {
		if g.N < 1 {
			return nil, refuse(ReasonImpossibleHistory, "a group has %d customers: give counts of 1 and more", g.N)
		}
		customers += g.N
		mean += float64(g.N) * g.Z
	}
	mean /= float64(customers)
	switch {
	case customers < MinSpenders:
		return nil, refuse(ReasonTooFewRepeaters, "%d customers with repeat purchase days of positive value; spend needs %d", customers, MinSpenders)
	case !slices.ContainsFunc(rows, func(g Spend) bool { return math.Abs(g.Z-rows[0].Z) > 1e-9*rows[0].Z }):
		return nil, refuse(ReasonNoVariance, "all %d customers spend %.4g a day: no distribution can be learnt", customers, rows[0].Z)
	}
	starts := [][]float64{{2, 4, 1.5 * mean}, {6, 3, mean / 3}, {0.5, 8, 14 * mean}}
	fit, err := maximise([]string{"p", "q", "v"}, starts, customers, gammaGamma(rows))
	if err != nil {
		return nil, err
	}
	if fit.Values[1] <= 1 {
		return nil, refuse(ReasonInfiniteMean, "the fit has q = %.4g: with q <= 1 the mean spend of the population does not exist", fit.Values[1])
	}
	return &SpendFit{*fit}, nil
}

// gammaGamma is the log-likelihood with its derivatives; rows are sorted by x. In it stand
// ln(xz+v) for every row and gamma functions for every distinct x.
func gammaGamma(rows []Spend) likelihood {
	var xs []int
	var with, logz, fixed []float64 // per x: customers, sum of ln(x z), sum of -ln z
	for _, g := range rows {
		if len(xs) == 0 || xs[len(xs)-1] != g.X {
			xs, with, logz, fixed = append(xs, g.X), append(with, 0), append(logz, 0), append(fixed, 0)
		}
		n, i := float64(g.N), len(xs)-1
		with[i] += n
		logz[i] += n * math.Log(float64(g.X)*g.Z)
		fixed[i] -= n * math.Log(g.Z)
	}
	return func(theta []float64) *slopes {
		p, q, v := theta[0], theta[1], theta[2]
		s := newSlopes(3)
		for i, x := range xs {
			n, x := with[i], float64(x)
			up, _ := math.Lgamma(p*x + q)
			low, _ := math.Lgamma(p * x)
			lq, _ := math.Lgamma(q)
			s.ll += n*(up-low-lq+q*math.Log(v)) + p*x*logz[i] + fixed[i]
			du, dl := mathext.Digamma(p*x+q), mathext.Digamma(p*x)
			tu, tl := trigamma(p*x+q), trigamma(p*x)
			s.grad[0] += n*x*(du-dl) + x*logz[i]
			s.grad[1] += n * (du - mathext.Digamma(q) + math.Log(v))
			s.grad[2] += n * q / v
			s.hess[0][0] += n * x * x * (tu - tl)
			s.hess[0][1] += n * x * tu
			s.hess[1][1] += n * (tu - trigamma(q))
			s.hess[1][2] += n / v
			s.hess[2][2] -= n * q / (v * v)
		}
		// -(px+q) ln(xz+v)
		sums := sumChunks(len(rows), 7, func(from, to int, sums []float64) {
			for _, g := range rows[from:to] {
				n, x := float64(g.N), float64(g.X)
				k, at := p*x+q, x*g.Z+v
				l, inverse := math.Log(at), 1/at
				sums[0] -= n * k * l
				sums[1] -= n * x * l
				sums[2] -= n * l
				sums[3] -= n * k * inverse
				sums[4] -= n * x * inverse
				sums[5] -= n * inverse
				sums[6] += n * k * inverse * inverse
			}
		})
		s.ll += sums[0]
		for i := range 3 {
			s.grad[i] += sums[1+i]
		}
		s.hess[0][2] += sums[4]
		s.hess[1][2] += sums[5]
		s.hess[2][2] += sums[6]
		s.mirror()
		return s
	}
}

// Correlation is that of X and Z over customers with X > 0 and Z > 0, weighted by their number;
// Gamma-Gamma supposes that it is near 0. Without variance it is 0.
func Correlation(groups []Spend) float64 {
	rows := slices.DeleteFunc(slices.Clone(groups), func(g Spend) bool { return g.X < 1 || !(g.Z > 0) || g.N < 1 || math.IsInf(g.Z, 0) })
	slices.SortFunc(rows, func(a, b Spend) int {
		return cmp.Or(cmp.Compare(a.X, b.X), cmp.Compare(a.Z, b.Z), cmp.Compare(a.N, b.N))
	})
	var n, x, z compensated
	for _, g := range rows {
		w := float64(g.N)
		n.add(w)
		x.add(w * float64(g.X))
		z.add(w * g.Z)
	}
	mx, mz := x.value()/n.value(), z.value()/n.value()
	var xx, zz, xz compensated
	for _, g := range rows {
		w, dx, dz := float64(g.N), float64(g.X)-mx, g.Z-mz
		xx.add(w * dx * dx)
		zz.add(w * dz * dz)
		xz.add(w * dx * dz)
	}
	if c := xz.value() / math.Sqrt(xx.value()) / math.Sqrt(zz.value()); !math.IsNaN(c) && !math.IsInf(c, 0) {
		return min(1, max(-1, c))
	}
	return 0
}
