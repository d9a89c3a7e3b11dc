package analysis

import "math"

// betaGeometric is the log-likelihood of BG/NBD and MBG/NBD with its derivatives. Both are
//
//	lnG(r+x) - lnG(r) + r ln alpha + lnB(a, b+y) - lnB(a, b) - (r+x) ln(alpha+T) + [y>0] ln(1 + e^D),
//	D = ln a - ln(b+y-1) + (r+x) ln((alpha+T)/(alpha+t_x)),
//
// with y = x in BG/NBD and y = x + 1 in MBG/NBD, where the first purchase may be the last. Terms
// of x alone are summed over distinct x, terms of T over distinct T; only D needs every row.
func betaGeometric(h *histories, m PurchaseModel) likelihood {
	extra := extraChance(m)
	return func(theta []float64) *slopes {
		s := newSlopes(4)
		betaGeometricCounts(s, h, theta, extra)
		betaGeometricTimes(s, h, theta)
		betaGeometricRows(s, h, theta, extra)
		s.mirror()
		return s
	}
}

// extraChance is y - x: how many chances to leave come before the repeat purchases.
func extraChance(m PurchaseModel) int {
	if m == MBGNBD {
		return 1
	}
	return 0
}

// betaGeometricCounts adds the terms of x alone.
func betaGeometricCounts(s *slopes, h *histories, theta []float64, extra int) {
	r, a, b := theta[0], theta[2], theta[3]
	for i, x := range h.xs {
		n, x, y := h.with[i], float64(x), float64(x+extra)
		s.ll += n * (lgammaRise(r, x) + lgammaRise(b, y) - lgammaRise(a+b, y))
		s.grad[0] += n * digammaRise(r, x)
		s.hess[0][0] += n * trigammaRise(r, x)
		ab, ab2 := digammaRise(a+b, y), trigammaRise(a+b, y)
		s.grad[2] -= n * ab
		s.grad[3] += n * (digammaRise(b, y) - ab)
		s.hess[2][2] -= n * ab2
		s.hess[2][3] -= n * ab2
		s.hess[3][3] += n * (trigammaRise(b, y) - ab2)
	}
}

// betaGeometricTimes adds r ln alpha - (r+x) ln(alpha+T).
func betaGeometricTimes(s *slopes, h *histories, theta []float64) {
	r, alpha := theta[0], theta[1]
	n := float64(h.customers)
	var ll, byR, byAlpha, byBoth, byAlpha2 compensated
	for i, t := range h.times {
		if h.ending[i] == 0 {
			continue
		}
		q, at := r*h.ending[i]+h.repeats[i], alpha+t
		l := math.Log(at)
		ll.add(-q * l)
		byR.add(-h.ending[i] * l)
		byAlpha.add(-q / at)
		byBoth.add(-h.ending[i] / at)
		byAlpha2.add(q / (at * at))
	}
	s.ll += n*r*math.Log(alpha) + ll.value()
	s.grad[0] += n*math.Log(alpha) + byR.value()
	s.grad[1] += n*r/alpha + byAlpha.value()
	s.hess[0][1] += n/alpha + byBoth.value()
	s.hess[1][1] += -n*r/(alpha*alpha) + byAlpha2.value()
}

// betaGeometricRows adds ln(1 + e^D) of every row.
func betaGeometricRows(s *slopes, h *histories, theta []float64, extra int) {
	r, alpha, a, b := theta[0], theta[1], theta[2], theta[3]
	logs, inverse := make([]float64, len(h.times)), make([]float64, len(h.times))
	for i, t := range h.times {
		logs[i], inverse[i] = math.Log(alpha+t), 1/(alpha+t)
	}
	sums := sumChunks(len(h.rows), 15, func(from, to int, sums []float64) {
		for from < to {
			x := h.rows[from].x
			end := from
			for end < to && h.rows[end].x == x {
				end++
			}
			if y := h.xs[x] + extra; y > 0 {
				q, last := r+float64(h.xs[x]), b+float64(y-1)
				addRun(sums, h.rows[from:end], logs, inverse, q, math.Log(a)-math.Log(last), last)
			}
			from = end
		}
	})
	s.ll += sums[0]
	s.grad[0] += sums[1]
	s.grad[1] += sums[2]
	s.grad[2] += sums[3] / a
	s.grad[3] -= sums[4]
	s.hess[0][0] += sums[5]
	s.hess[0][1] += sums[6]
	s.hess[1][1] += sums[7]
	s.hess[0][2] += sums[8] / a
	s.hess[1][2] += sums[9] / a
	s.hess[0][3] -= sums[10]
	s.hess[1][3] -= sums[11]
	// d2D/da2 = -1/a2 with weight p, (dD/da)2 with weight p(1-p): together -p2/a2.
	s.hess[2][2] -= sums[12] / (a * a)
	s.hess[2][3] -= sums[13] / a
	s.hess[3][3] += sums[14]
}

// addRun adds rows of one x to sums: ln(1+e^D) and its derivatives. p = 1 - P(alive).
func addRun(sums []float64, rows []row, logs, inverse []float64, q, odds, last float64) {
	var ll, p0, pl, pd, pdd, p2 float64
	var w0, wl, wd, wll, wld, wdd float64
	for _, row := range rows {
		l := logs[row.t] - logs[row.tx]
		it, ix := inverse[row.t], inverse[row.tx]
		d := it - ix // dl/dalpha
		soft, p := softplus(odds + q*l)
		np := row.n * p
		w := np * (1 - p)
		ll += row.n * soft
		p0 += np
		w0 += w
		p2 += np * p
		pl += np * l
		pd += np * d
		pdd += np * (ix*ix - it*it)
		wl += w * l
		wd += w * d
		wll += w * l * l
		wld += w * l * d
		wdd += w * d * d
	}
	sums[0] += ll
	sums[1] += pl
	sums[2] += q * pd
	sums[3] += p0
	sums[4] += p0 / last
	sums[5] += wll
	sums[6] += q*wld + pd
	sums[7] += q*q*wdd + q*pdd
	sums[8] += wl
	sums[9] += q * wd
	sums[10] += wl / last
	sums[11] += q * wd / last
	sums[12] += p2
	sums[13] += w0 / last
	sums[14] += (p0 + w0) / (last * last)
}
