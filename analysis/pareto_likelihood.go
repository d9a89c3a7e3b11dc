package analysis

import (
	"math"
	"slices"
)

// paretoRun are the rows of one x, whose places are in times of their own.
type paretoRun struct {
	x     int
	n     float64
	times []float64
	rows  []row
}

// paretoRuns sorts the histories by what shares an integrand.
func paretoRuns(h *histories) []paretoRun {
	runs := make([]paretoRun, len(h.xs))
	place := make([]int32, len(h.times))
	for from := 0; from < len(h.rows); {
		x := h.rows[from].x
		end := from
		for end < len(h.rows) && h.rows[end].x == x {
			end++
		}
		used := make([]int32, 0, 2*(end-from))
		for _, row := range h.rows[from:end] {
			used = append(used, row.tx, row.t)
		}
		slices.Sort(used)
		used = slices.Compact(used)
		run := paretoRun{x: h.xs[x], n: h.with[x], times: make([]float64, len(used)), rows: slices.Clone(h.rows[from:end])}
		for i, u := range used {
			run.times[i], place[u] = h.times[u], int32(i)
		}
		for i, row := range run.rows {
			run.rows[i].tx, run.rows[i].t = place[row.tx], place[row.t]
		}
		runs[x] = run
		from = end
	}
	return runs
}

// paretoNBD is the log-likelihood of Pareto/NBD with its derivatives. Customers of one x share an
// integrand, so its integrals are taken once between neighbouring times and added up from the
// end; a customer's is the difference of two such sums. That loses no digit of the likelihood:
// P0 + s J is at least s times the larger sum.
func paretoNBD(h *histories) likelihood {
	runs := paretoRuns(h)
	return func(theta []float64) *slopes {
		r, alpha, s, beta := theta[0], theta[1], theta[2], theta[3]
		out := newSlopes(4)
		n := float64(h.customers)
		out.ll = n * (r*math.Log(alpha) + s*math.Log(beta))
		out.grad = []float64{n * math.Log(alpha), n * r / alpha, n * math.Log(beta), n * s / beta}
		out.hess[0][1], out.hess[2][3] = n/alpha, n/beta
		out.hess[1][1], out.hess[3][3] = -n*r/(alpha*alpha), -n*s/(beta*beta)
		for _, run := range runs {
			out.ll += run.n * lgammaRise(r, float64(run.x))
			out.grad[0] += run.n * digammaRise(r, float64(run.x))
			out.hess[0][0] += run.n * trigammaRise(r, float64(run.x))
		}
		partial := make([]float64, len(runs)*15)
		inParallel(len(runs), func(i int) { runs[i].sum(partial[i*15:(i+1)*15], r, alpha, s, beta) })
		sums := addUp(partial, 15)
		out.ll += sums[0]
		k := 5
		for i := range 4 {
			out.grad[i] += sums[1+i]
			for j := i; j < 4; j++ {
				out.hess[i][j] += sums[k]
				k++
			}
		}
		out.mirror()
		return out
	}
}

// sum adds ln(P0 + s J) of the run's customers, with its four first and ten second derivatives.
func (run *paretoRun) sum(sums []float64, r, alpha, s, beta float64) {
	q := r + float64(run.x)
	f := newIntegrand(alpha, beta, q, s+1)
	last := len(run.times) - 1
	after := make([]deaths, last+1) // integrals from times[i] to the last
	after[last].scale = f.log(f.lo + run.times[last])
	for i := last - 1; i >= 0; i-- {
		f.between(&after[i], run.times[i], run.times[i+1])
		after[i].plus(&after[i+1], math.Exp(after[i+1].scale-after[i].scale))
	}
	alive := make([]aliveTerms, last+1)
	for i, t := range run.times {
		alive[i] = newAliveTerms(alpha, beta, q, s, t)
	}
	total := make([]compensated, 15)
	var part [15]float64
	for from := 0; from < len(run.rows); from += chunkRows {
		part = [15]float64{}
		for _, row := range run.rows[from:min(from+chunkRows, len(run.rows))] {
			d := after[row.tx]
			if row.t != row.tx {
				end := &after[row.t]
				d.plus(end, -math.Exp(end.scale-d.scale))
			} else {
				d = deaths{scale: d.scale}
			}
			addCustomer(&part, &d, &alive[row.t], row.n, q, s)
		}
		for i := range total {
			total[i].add(part[i])
		}
	}
	for i := range total {
		sums[i] = total[i].value()
	}
}

// aliveTerms are ln P0 = -q ln(alpha+T) - s ln(beta+T), and the derivatives of P0 over P0.
type aliveTerms struct {
	log    float64
	first  [4]float64
	second [10]float64
}

func newAliveTerms(alpha, beta, q, s, t float64) aliveTerms {
	l, m, i, k := math.Log(alpha+t), math.Log(beta+t), 1/(alpha+t), 1/(beta+t)
	return aliveTerms{-q*l - s*m, [4]float64{-l, -q * i, -m, -s * k},
		[10]float64{l * l, q*l*i - i, l * m, s * l * k, q * (q + 1) * i * i, q * m * i, q * s * i * k, m * m, s*m*k - k, s * (s + 1) * k * k}}
}

// addCustomer adds n times ln(P0 + s J) and its derivatives.
func addCustomer(sums *[15]float64, d *deaths, alive *aliveTerms, n, q, s float64) {
	soft, w := 0.0, 0.0 // w: the chance to have left
	over := 1.0
	if d.j > 0 {
		soft, w = softplus(d.scale + math.Log(s*d.j) - alive.log)
		over = 1 / d.j
	}
	c := s + 1
	// First and second derivatives of s J over s J.
	first := [4]float64{-d.l * over, -q * d.i * over, 1/s - d.m*over, -c * d.k * over}
	second := [10]float64{d.ll * over, (q*d.li - d.i) * over, (d.lm - d.l/s) * over, c * d.lk * over,
		q * (q + 1) * d.ii * over, (q*d.mi - q*d.i/s) * over, q * c * d.ik * over,
		(d.mm - 2*d.m/s) * over, (c*d.mk - d.k - c*d.k/s) * over, c * (c + 1) * d.kk * over}
	sums[0] += n * (alive.log + soft)
	var g [4]float64
	for i := range g {
		g[i] = (1-w)*alive.first[i] + w*first[i]
		sums[1+i] += n * g[i]
	}
	k := 0
	for i := range g {
		for j := i; j < 4; j++ {
			sums[5+k] += n * ((1-w)*alive.second[k] + w*second[k] - g[i]*g[j])
			k++
		}
	}
}
