package analysis

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// softplus is ln(1 + e^d) and its derivative, without overflow.
func softplus(d float64) (value, slope float64) {
	if d > 0 {
		e := math.Exp(-d)
		return d + math.Log1p(e), 1 / (1 + e)
	}
	e := math.Exp(d)
	return math.Log1p(e), e / (1 + e)
}

func softplusOf(d float64) float64 {
	v, _ := softplus(d)
	return v
}

// lgammaRise is lnG(v+d) - lnG(v) for v > 0, d >= 0, also where both are huge and nearly equal.
func lgammaRise(v, d float64) float64 {
	switch {
	case d == 0:
		return 0
	case v < 60:
		if d <= 8 && d == math.Trunc(d) {
			product := 1.0
			for k := range int(d) {
				product *= v + float64(k)
			}
			if product > 1e-280 {
				return math.Log(product)
			}
		}
		high, _ := math.Lgamma(v + d)
		low, _ := math.Lgamma(v)
		return high - low
	}
	// Stirling's series of both, with the difference of the large terms taken first.
	return (v-0.5)*math.Log1p(d/v) + d*(math.Log(v+d)-1) + stirling(v+d) - stirling(v)
}

// stirling is what Stirling's formula for lnG leaves out, for v >= 60.
func stirling(v float64) float64 {
	w := 1 / (v * v)
	return (1.0/12 - w*(1.0/360-w*(1.0/1260-w/1680))) / v
}

// digammaRise is psi(v+x) - psi(v), trigammaRise the same of psi', for whole x.
func digammaRise(v, x float64) float64 {
	if x <= 8 {
		sum := 0.0
		for k := range int(x) {
			sum += 1 / (v + float64(k))
		}
		return sum
	}
	return mathext.Digamma(v+x) - mathext.Digamma(v)
}

func trigammaRise(v, x float64) float64 {
	if x <= 8 {
		sum := 0.0
		for k := range int(x) {
			sum -= 1 / ((v + float64(k)) * (v + float64(k)))
		}
		return sum
	}
	return trigamma(v+x) - trigamma(v)
}

// trigamma is psi', Hurwitz's zeta at 2.
func trigamma(v float64) float64 { return mathext.Zeta(2, v) }
