package analysis

import "math"

// betaGeometricExpected is the mean number of purchases in the next t of a living customer with
// rate ~ Gamma(q, alpha) and chance to leave after each purchase ~ Beta(a, b):
//
//	(a+b-1)/(a-1) (1 - (1-z)^q 2F1(q, b; a+b-1; z)),   z = t/(alpha+t).
//
// By Euler's transformation (1-z)^q 2F1 = (1-z)^(a-1) (1 + (a-1) S) with the series S below, and
// a-1 cancels: nothing overflows, and a = 1 is no special case. Where the series is slow or loses
// digits, the mean over p is integrated instead.
func betaGeometricExpected(q, alpha, a, b, t float64) float64 {
	if t <= 0 {
		return 0
	}
	z, rest := t/(alpha+t), math.Log1p(t/alpha) // rest = -ln(1-z)
	if z < slowSeries {
		if s, widest, ok := eulerSeries(a+b-1-q, a, a+b-1, z); ok {
			first, second := powerMean(a-1, rest), math.Exp((1-a)*rest)
			value := first - second*s
			if widest = math.Max(math.Abs(first), second*widest); value > 1e-3*widest {
				return (a + b - 1) * value
			}
		}
	}
	return expectedOverChances(q, a, b, t/alpha)
}

const slowSeries = 0.995

// eulerSeries is S = sum over k >= 1 of (d)_k (a)_(k-1) / ((c)_k k!) z^k, its largest term, and
// whether it converged.
func eulerSeries(d, a, c, z float64) (sum, widest float64, ok bool) {
	term := d / c * z
	sum, widest = term, math.Abs(term)
	for k := 1.0; k < 20000; k++ {
		ratio := (d + k) * (a + k - 1) / ((c + k) * (k + 1)) * z
		term *= ratio
		sum += term
		size := math.Abs(term)
		widest = math.Max(widest, size)
		if size <= 1e-17*widest && math.Abs(ratio) < 1 {
			return sum, widest, !math.IsInf(sum, 0) && !math.IsNaN(sum)
		}
	}
	return 0, 0, false
}

// expectedOverChances is the mean of (1 - (1 + p tau)^-q) / p over p ~ Beta(a, b), tau = t/alpha: the
// trapezoidal rule over y = logit p, where the integrand is analytic in a strip and falls
// exponentially on both sides, so that the rule converges faster than any power. All terms are
// positive, and the weights, whose sum the rule knows too, need no gamma function.
func expectedOverChances(q, a, b, tau float64) float64 {
	peak := math.Log(a / b)
	h := 0.2 / math.Sqrt(1+a*b/(a+b)+q/8)
	top := a*softplusOf(-peak) + b*softplusOf(peak)
	at := func(y float64) (weight, value float64) {
		left, right := softplusOf(-y), softplusOf(y) // -ln p, -ln (1-p)
		p, mean := math.Exp(-left), q*tau
		if p > 1e-200 {
			mean = -math.Expm1(-q*math.Log1p(p*tau)) / p
		}
		weight = math.Exp(top - a*left - b*right)
		return weight, weight * mean
	}
	weights, sum := at(peak)
	for _, side := range []float64{-1, 1} {
		for k := 1.0; k < 1e6; k++ {
			w, v := at(peak + side*k*h)
			weights += w
			sum += v
			if w <= 1e-18*weights && v <= 1e-18*sum {
				break
			}
		}
	}
	return sum / weights
}
