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
	deathNodes = 12    // Gauss-Legendre points of a panel
	deathDecay = 8.0   // by how much, in logs, the integrand may change over a panel
	deathPanel = 2.5   // the widest panel: the nearest singularity of the integrand lies at distance pi
	deathSmall = 1e-17 // what is left of the integral no longer counts
)

var legendre = sync.OnceValues(func() (nodes, weights []float64) {
	nodes, weights = make([]float64, deathNodes), make([]float64, deathNodes)
	quad.Legendre{}.FixedLocations(nodes, weights, 0, 1)
	return nodes, weights
})

// deaths are the moments of the integrand that the derivatives need, in units of e^scale.
type deaths struct {
	scale         float64 // ln of the largest value of the integrand (by v)
	j             float64 // J
	l, m          float64 // integrals of ln(alpha+u), ln(beta+u)
	ia, ib        float64 // of 1/(alpha+u), 1/(beta+u)
	ll, lm, mm    float64
	lia, lib      float64 // of ln(alpha+u)/(alpha+u), ln(alpha+u)/(beta+u)
	mia, mib      float64
	iaa, iab, ibb float64
}

// integrateDeaths computes the moments for q = r+x and c = s+1.
func integrateDeaths(d *deaths, alpha, beta, q, c, tx, t float64) {
	*d = deaths{}
	lo := math.Min(alpha, beta)
	da, db := alpha-lo, beta-lo
	slope := func(e float64) float64 { return 1 - q*e/(da+e) - c*e/(db+e) } // falls with v
	v, to := math.Log(lo+tx), math.Log(lo+t)
	start := math.Exp(v)
	d.scale = v - q*math.Log(da+start) - c*math.Log(db+start)
	nodes, weights := legendre()
	for v < to {
		step := math.Min(to-v, deathPanel)
		for range 40 {
			steep := math.Max(math.Abs(slope(math.Exp(v))), math.Abs(slope(math.Exp(v+step))))
			if steep*step <= deathDecay {
				break
			}
			step = math.Max(step/2, math.Min(step, deathDecay/steep))
		}
		for i, node := range nodes {
			at := v + step*node
			e := math.Exp(at)
			l, m := at, at
			if da > 0 {
				l = math.Log(da + e)
			} else if db > 0 {
				m = math.Log(db + e)
			}
			d.add(step*weights[i]*math.Exp(at-q*l-c*m-d.scale), l, m, 1/(da+e), 1/(db+e))
		}
		v += step
		e := math.Exp(v)
		rest := math.Exp(v - q*math.Log(da+e) - c*math.Log(db+e) - d.scale)
		if fall := -slope(e); fall > 0 && rest < deathSmall*fall*d.j {
			break
		}
	}
}

// add adds one point with its weight: l, m are ln(alpha+u), ln(beta+u), ia, ib their inverses.
func (d *deaths) add(w, l, m, ia, ib float64) {
	d.j += w
	wl, wm, wa, wb := w*l, w*m, w*ia, w*ib
	d.l += wl
	d.m += wm
	d.ia += wa
	d.ib += wb
	d.ll += wl * l
	d.lm += wl * m
	d.mm += wm * m
	d.lia += wl * ia
	d.lib += wl * ib
	d.mia += wm * ia
	d.mib += wm * ib
	d.iaa += wa * ia
	d.iab += wa * ib
	d.ibb += wb * ib
}

// paretoNBD is the log-likelihood of Pareto/NBD with its derivatives.
func paretoNBD(h *histories) likelihood {
	return func(theta []float64) *slopes {
		r, alpha, s, beta := theta[0], theta[1], theta[2], theta[3]
		out := newSlopes(4)
		n := float64(h.customers)
		out.ll = n * (r*math.Log(alpha) + s*math.Log(beta))
		out.grad = []float64{n * math.Log(alpha), n * r / alpha, n * math.Log(beta), n * s / beta}
		out.hess[0][1], out.hess[2][3] = n/alpha, n/beta
		out.hess[1][1], out.hess[3][3] = -n*r/(alpha*alpha), -n*s/(beta*beta)
		for i, x := range h.xs {
			out.ll += h.with[i] * lgammaRise(r, float64(x))
			out.grad[0] += h.with[i] * digammaRise(r, float64(x))
			out.hess[0][0] += h.with[i] * trigammaRise(r, float64(x))
		}
		sums := sumChunks(len(h.rows), 15, func(from, to int, sums []float64) {
			var d deaths
			for _, row := range h.rows[from:to] {
				tx, t := h.times[row.tx], h.times[row.t]
				q := r + float64(h.xs[row.x])
				integrateDeaths(&d, alpha, beta, q, s+1, tx, t)
				d.addCustomer(sums, row.n, alpha, beta, q, s, t)
			}
		})
		k := 5
		out.ll += sums[0]
		for i := range 4 {
			out.grad[i] += sums[1+i]
			for j := i; j < 4; j++ {
				out.hess[i][j] += sums[k]
				out.hess[j][i] = out.hess[i][j]
				k++
			}
		}
		return out
	}
}

// addCustomer adds n times ln(P0 + s J) and its derivatives, P0 = (alpha+T)^-q (beta+T)^-s.
func (d *deaths) addCustomer(sums []float64, n, alpha, beta, q, s, t float64) {
	c, l, m, ia, ib := s+1, math.Log(alpha+t), math.Log(beta+t), 1/(alpha+t), 1/(beta+t)
	alive := -q*l - s*m
	soft, w := 0.0, 0.0
	j := 1.0
	if d.j > 0 {
		j = d.j
		soft, w = softplus(d.scale + math.Log(s*d.j) - alive)
	}
	// First and second derivatives of P0 and of s J, each over itself.
	p1 := [4]float64{-l, -q * ia, -m, -s * ib}
	p2 := [10]float64{l * l, q*l*ia - ia, l * m, s * l * ib, q * (q + 1) * ia * ia, q * m * ia, q * s * ia * ib,
		m * m, s*m*ib - ib, s * c * ib * ib}
	d1 := [4]float64{-d.l / j, -q * d.ia / j, 1/s - d.m/j, -c * d.ib / j}
	d2 := [10]float64{d.ll / j, (q*d.lia - d.ia) / j, (d.lm - d.l/s) / j, c * d.lib / j,
		q * (q + 1) * d.iaa / j, q * (d.mia - d.ia/s) / j, q * c * d.iab / j,
		(d.mm - 2*d.m/s) / j, (c*d.mib - d.ib - c*d.ib/s) / j, c * (c + 1) * d.ibb / j}
	var g [4]float64
	for i := range g {
		g[i] = (1-w)*p1[i] + w*d1[i]
		sums[1+i] += n * g[i]
	}
	sums[0] += n * (alive + soft)
	k := 0
	for i := range g {
		for j := i; j < 4; j++ {
			sums[5+k] += n * ((1-w)*p2[k] + w*d2[k] - g[i]*g[j])
			k++
		}
	}
}
