package analysis

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Discounted is the sum over k = 1..units of (E[X(T,T+k)] - E[X(T,T+k-1)]) / (1+rate)^k: the expected
// purchase days of the next units periods, each worth what a payment at its period's end is worth
// today. Times a margin and a spend it is the customer's CLV.
func (f *PurchaseFit) Discounted(b Buyers, units int, rate float64) float64 {
	sum, before := 0.0, 0.0
	for k := 1; k <= units; k++ {
		now := f.whileAlive(b, float64(k))
		sum += (now - before) / math.Pow(1+rate, float64(k))
		before = now
	}
	return f.Alive(b) * sum
}

// Horizon is a number of periods with a rate of discount per period, prepared for many customers.
// With v = 1/(1+rate), summing by parts,
//
//	sum of v^k (E(k) - E(k-1)) = v^H E(H) + sum over k < H of (v^k - v^(k+1)) E(k),
//
// which is the mean of E over a discrete measure; E is smooth, so a Gauss rule of that measure
// with a few points gives the same number as all H of them.
type Horizon struct {
	units int
	rules []rule // from few points to many; the last has all periods
}

// rule is a quadrature of the discounted sum: the error is below 1e-9 of it for customers whose
// alpha+T (beta+T in Pareto/NBD if less) is at least from.
type rule struct {
	times, weights []float64
	from           float64
}

// NewHorizon prepares a horizon; units is at least 1 and rate at least 0, both finite.
func NewHorizon(units int, rate float64) (*Horizon, error) {
	if units < 1 || units > 10_000 || !(rate >= 0) || math.IsInf(rate, 0) {
		return nil, fmt.Errorf("a horizon of %d periods at a discount of %v: use 1 to 10,000 periods and a rate of 0 or more", units, rate)
	}
	all := rule{times: make([]float64, units), weights: make([]float64, units)}
	v := 1 / (1 + rate)
	for i := range units {
		power := math.Pow(v, float64(i+1))
		all.times[i], all.weights[i] = float64(i+1), power*(1-v)
		if i == units-1 {
			all.weights[i] = power
		}
	}
	h := &Horizon{units: units}
	for _, points := range []int{6, 10, 16} {
		if 2*points <= units && rate > 0 {
			h.rules = append(h.rules, all.gauss(points))
		}
	}
	if rate == 0 { // only the end counts
		all = rule{times: all.times[units-1:], weights: all.weights[units-1:]}
	}
	h.rules = append(h.rules, all)
	return h, nil
}

// gauss is the Gauss rule of a discrete measure (Golub and Welsch 1969): Lanczos with
// reorthogonalisation gives its Jacobi matrix, whose eigenvalues are the points. E has its
// singularity at -(alpha+T), so the error falls by rho^2 with each point, rho that of the Bernstein ellipse.
func (all rule) gauss(points int) rule {
	n, asked := len(all.times), points
	total := 0.0
	for _, w := range all.weights {
		total += w
	}
	basis := make([][]float64, points)
	jacobi := mat.NewSymDense(points, nil)
	now := make([]float64, n)
	for i, w := range all.weights {
		now[i] = math.Sqrt(w / total)
	}
	for k := range points {
		basis[k] = now
		next := make([]float64, n)
		for i := range n {
			next[i] = all.times[i] * now[i]
		}
		jacobi.SetSym(k, k, dot(next, now))
		for range 2 {
			for _, b := range basis[:k+1] {
				along := dot(next, b)
				for i := range next {
					next[i] -= along * b[i]
				}
			}
		}
		size := math.Sqrt(dot(next, next))
		if k+1 == points || size < 1e-9*float64(n) { // the measure has no more points that count
			points = k + 1
			break
		}
		jacobi.SetSym(k, k+1, size)
		for i := range next {
			next[i] /= size
		}
		now = next
	}
	var eigen mat.EigenSym
	eigen.Factorize(jacobi.SliceSym(0, points), true)
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	r := rule{times: eigen.Values(nil), weights: make([]float64, points)}
	for i := range points {
		r.weights[i] = total * vectors.At(0, i) * vectors.At(0, i)
	}
	rho := math.Pow(1e9, 1/(2*float64(asked)))
	r.from = float64(n) / 2 * ((rho+1/rho)/2 - 1)
	return r
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}

// nearest is the distance of the singularity of E from T = 0 as a function of time: alpha, or beta
// where that is less.
func (f *PurchaseFit) nearest() float64 {
	if f.Model == ParetoNBD {
		return math.Min(f.Values[1], f.Values[3])
	}
	return f.Values[1]
}

// whileAlive gives E[X(T, T+H)] and its discounted sum for a customer who is alive at T.
func (h *Horizon) whileAlive(f *PurchaseFit, b Buyers) (expected, discounted float64) {
	// Towards its singularity E grows the faster the more purchases would be the last: keep away.
	steep := f.Values[2]
	if f.Model != ParetoNBD {
		q, last := f.Values[0]+float64(b.X), f.Values[3]+float64(b.X+extraChance(f.Model))
		steep = q * f.Values[2] / (f.Values[2] + last)
	}
	for i, r := range h.rules {
		if i+1 < len(h.rules) && f.nearest()+b.T < r.from*(1+steep/2) {
			continue
		}
		for i, t := range r.times {
			discounted += r.weights[i] * f.whileAlive(b, t)
		}
		break
	}
	return f.whileAlive(b, float64(h.units)), discounted
}
