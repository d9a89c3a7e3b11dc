package analysis

import (
	"math"
	"sync/atomic"
)

// Forecast is a purchase fit over a horizon, prepared for a million customers and hundreds of
// draws: what a living customer will buy depends on x and T only, and smoothly on ln(alpha+T), so
// it is computed at a few T for each x and interpolated by Chebyshev polynomials; P(alive) is
// computed for each customer. The relative error against Expected and Discounted is below 1e-6.
// It may be used from many goroutines; what it answers does not depend on the order of questions.
type Forecast struct {
	fit        *PurchaseFit
	horizon    *Horizon
	near       float64 // alpha; in Pareto/NBD the smaller of alpha and beta
	from, wide float64 // ln(near+T) runs over [from, from+wide]
	points     int
	curves     [maxCurves]atomic.Pointer[curve]
}

// maxCurves is up to which x curves are kept; customers with more purchases are few.
const maxCurves = 1024

// curve are Chebyshev coefficients of the logarithms of expected and discounted purchases.
type curve struct{ expected, discounted []float64 }

// Forecast prepares a fit, for customers with T up to until; others are computed one by one.
func (h *Horizon) Forecast(f *PurchaseFit, until float64) *Forecast {
	near := f.nearest()
	c := &Forecast{fit: f, horizon: h, near: near, from: math.Log(near), wide: math.Log1p(math.Max(until, 0) / near)}
	// The singularities lie at distance pi from the real axis.
	ratio := 2 * math.Pi / math.Max(c.wide, 1e-3)
	rho := ratio + math.Sqrt(ratio*ratio+1)
	c.points = 4 + int(math.Ceil(math.Log(1e9)/math.Log(rho)))
	return c
}

// Purchases are E[X(T, T+H)] of a customer with history b and the discounted sum of the same.
func (c *Forecast) Purchases(b Buyers) (expected, discounted float64) {
	alive := c.fit.Alive(b)
	if alive == 0 {
		return 0, 0
	}
	expected, discounted = c.whileAlive(b)
	return alive * expected, alive * discounted
}

// whileAlive is Purchases for a customer who is alive at T.
func (c *Forecast) whileAlive(b Buyers) (expected, discounted float64) {
	place := 2*(math.Log(c.near+b.T)-c.from)/c.wide - 1
	if b.X >= maxCurves || !(place <= 1+1e-12) || c.points > maxPoints {
		return c.horizon.whileAlive(c.fit, b)
	}
	curve := c.curves[b.X].Load()
	if curve == nil {
		curve = c.newCurve(b.X)
		c.curves[b.X].Store(curve)
	}
	e, d := curve.at(place)
	return math.Exp(e), math.Exp(d)
}

// maxPoints is where interpolation no longer pays.
const maxPoints = 64

// newCurve interpolates the customers with x purchases.
func (c *Forecast) newCurve(x int) *curve {
	n := c.points
	expected, discounted := make([]float64, n), make([]float64, n)
	for k := range n {
		place := math.Cos(math.Pi * (float64(k) + 0.5) / float64(n))
		t := math.Max(math.Exp(c.from+c.wide*(place+1)/2)-c.near, 0)
		e, d := c.horizon.whileAlive(c.fit, Buyers{X: x, T: t})
		expected[k], discounted[k] = math.Log(math.Max(e, 1e-300)), math.Log(math.Max(d, 1e-300))
	}
	return &curve{chebyshev(expected), chebyshev(discounted)}
}

// chebyshev are the coefficients of the polynomial through values at the Chebyshev points.
func chebyshev(values []float64) []float64 {
	n := len(values)
	out := make([]float64, n)
	for j := range out {
		for k, v := range values {
			out[j] += v * math.Cos(math.Pi*float64(j)*(float64(k)+0.5)/float64(n))
		}
		out[j] *= 2 / float64(n)
	}
	out[0] /= 2
	return out
}

// at evaluates both polynomials (Clenshaw).
func (c *curve) at(x float64) (expected, discounted float64) {
	var e1, e2, d1, d2 float64
	for j := len(c.expected) - 1; j > 0; j-- {
		e1, e2 = 2*x*e1-e2+c.expected[j], e1
		d1, d2 = 2*x*d1-d2+c.discounted[j], d1
	}
	return x*e1 - e2 + c.expected[0], x*d1 - d2 + c.discounted[0]
}
