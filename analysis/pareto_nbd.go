package analysis

import (
	"math"
	"sync"

	"gonum.org/v1/gonum/integrate/quad"
)

// The death integral of Pareto/NBD. The likelihood of a customer is that of one who is alive at T
// plus that of one who left at u, for every u from t_x to T:
//
//	G(r+x)/G(r) alpha^r beta^s ((alpha+T)^-(r+x) (beta+T)^-s + s J),
//	J = integral from t_x to T of (alpha+u)^-(r+x) (beta+u)^-(s+1) du.
//
// s J is the s/n A0 of the literature (Fader and Hardie 2005), where it is a difference of two
// 2F1. The integral has no difference to lose digits in, no 2F1 to overflow, and its derivatives
// are integrals over the same points. It runs over v = ln(lo+u), lo the smaller of alpha and
// beta, in which the integrand is nearly exponential; panels are cut where it has fallen below
// the last digit.

const (
	panelNodes = 12    // Gauss-Legendre points of a panel,
	panelDecay = 8.0   // over which the integrand may change by so much, in logs,
	panelWidth = 2.5   // and v by so much: the nearest singularity of the integrand lies at distance pi
	shortNodes = 5     // points of a short panel: a day of many
	shortDecay = 0.5   // that is one over which it changes by no more than this: 1e-16 for an exponential
	shortWidth = 0.25  // and v by no more than this
	deathSmall = 1e-17 // what is left of the integral no longer counts
)

type gauss struct{ nodes, weights []float64 }

var legendre = sync.OnceValues(func() (panel, short gauss) {
	rule := func(n int) gauss {
		g := gauss{make([]float64, n), make([]float64, n)}
		quad.Legendre{}.FixedLocations(g.nodes, g.weights, 0, 1)
		return g
	}
	return rule(panelNodes), rule(shortNodes)
})

// deaths are integrals of the integrand times what its derivatives bring with them, all in units
// of e^scale: with l = ln(alpha+u), m = ln(beta+u), i = 1/(alpha+u), k = 1/(beta+u).
type deaths struct {
	scale                                                 float64
	j, l, m, i, k, ll, lm, mm, li, lk, mi, mk, ii, ik, kk float64
}

// integrand is that of J for q = r+x and c = s+1, by v = ln(lo+u).
type integrand struct {
	q, c, lo, da, db float64
	panel, short     gauss
}

func newIntegrand(alpha, beta, q, c float64) integrand {
	lo := math.Min(alpha, beta)
	panel, short := legendre()
	return integrand{q, c, lo, alpha - lo, beta - lo, panel, short}
}

// log is the logarithm of the integrand where e = e^v = lo+u.
func (f *integrand) log(e float64) float64 {
	return math.Log(e) - f.q*math.Log(f.da+e) - f.c*math.Log(f.db+e)
}

// slope is that of log by v; it falls with v.
func (f *integrand) slope(e float64) float64 { return 1 - f.q*e/(f.da+e) - f.c*e/(f.db+e) }

// between integrates u from tx to t into d, whose scale becomes the logarithm of the integrand at tx.
func (f *integrand) between(d *deaths, tx, t float64) {
	*d = deaths{scale: f.log(f.lo + tx)}
	for at, end := f.lo+tx, f.lo+t; at < end; { // at = e^v
		v := math.Log(at)
		width := math.Min(math.Log(end)-v, panelWidth)
		next := at * math.Exp(width)
		steep := math.Max(math.Abs(f.slope(at)), math.Abs(f.slope(next)))
		for steep*width > panelDecay {
			width = math.Max(width/2, math.Min(width, panelDecay/steep))
			next = at * math.Exp(width)
			steep = math.Max(math.Abs(f.slope(at)), math.Abs(f.slope(next)))
		}
		rule := &f.panel
		if width <= shortWidth && steep*width <= shortDecay {
			rule = &f.short
		}
		for n, node := range rule.nodes {
			step := width * node
			f.add(d, v+step, at*math.Exp(step), width*rule.weights[n])
		}
		if v+width >= math.Log(end) {
			return
		}
		at = next
		if fall := -f.slope(at); fall > 0 && math.Exp(f.log(at)-d.scale) < deathSmall*fall*d.j {
			return
		}
	}
}

// add adds the integrand at v with a weight; e = e^v.
func (f *integrand) add(d *deaths, v, e, weight float64) {
	l, m := v, v
	if f.da > 0 {
		l = math.Log(f.da + e)
	} else if f.db > 0 {
		m = math.Log(f.db + e)
	}
	w := weight * math.Exp(v-f.q*l-f.c*m-d.scale)
	i, k := 1/(f.da+e), 1/(f.db+e)
	wl, wm, wi, wk := w*l, w*m, w*i, w*k
	d.j += w
	d.l += wl
	d.m += wm
	d.i += wi
	d.k += wk
	d.ll += wl * l
	d.lm += wl * m
	d.mm += wm * m
	d.li += wl * i
	d.lk += wl * k
	d.mi += wm * i
	d.mk += wm * k
	d.ii += wi * i
	d.ik += wi * k
	d.kk += wk * k
}

// plus adds factor times another's integrals.
func (d *deaths) plus(o *deaths, factor float64) {
	d.j += factor * o.j
	d.l += factor * o.l
	d.m += factor * o.m
	d.i += factor * o.i
	d.k += factor * o.k
	d.ll += factor * o.ll
	d.lm += factor * o.lm
	d.mm += factor * o.mm
	d.li += factor * o.li
	d.lk += factor * o.lk
	d.mi += factor * o.mi
	d.mk += factor * o.mk
	d.ii += factor * o.ii
	d.ik += factor * o.ik
	d.kk += factor * o.kk
}
