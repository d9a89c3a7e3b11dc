package analysis

import "math"

// FisherUpper is the chance that two products which do not care for each other stand together in
// so many baskets or more: Fisher's exact test, one-sided (Fisher 1922). Of all baskets ofA hold
// the one and ofB the other; together is then hypergeometric. The answer lies in [0, 1]; below
// about 1e-308 it is 0. Error: *Refusal for counts that no baskets can have.
//
// The tail is summed term by term from its largest one on, so that small chances keep their
// digits; of a tail that holds the middle, what is left of the other one is taken.
func FisherUpper(together, ofA, ofB, all int64) (float64, error) {
	least := max(0, ofA+ofB-all)
	if ofA < 0 || ofB < 0 || ofA > all || ofB > all || together < least || together > min(ofA, ofB) {
		return 0, refuse(ReasonImpossibleHistory, "%d baskets hold both, %d the one, %d the other, of %d in all: no baskets can have these counts", together, ofA, ofB, all)
	}
	middle := float64(ofA+1) * float64(ofB+1) / float64(all+2) // the mode, give or take one
	if float64(together) > middle {
		return min(hypergeometricTail(together, min(ofA, ofB), 1, ofA, ofB, all), 1), nil
	}
	if together == least {
		return 1, nil
	}
	return max(1-hypergeometricTail(together-1, least, -1, ofA, ofB, all), 0), nil
}

// hypergeometricTail sums the chances from one number of common baskets to another, away from the
// middle: they only shrink, and the sum ends where they no longer change it.
func hypergeometricTail(from, to, step, ofA, ofB, all int64) float64 {
	term := math.Exp(logChoose(ofA, from) + logChoose(all-ofA, ofB-from) - logChoose(all, ofB))
	sum := term
	for k := from; k != to && term > sum*1e-17; k += step {
		a, b, rest := float64(ofA), float64(ofB), float64(all-ofA-ofB)
		x := float64(k)
		if step > 0 {
			term *= (a - x) * (b - x) / ((x + 1) * (rest + x + 1))
		} else {
			term *= x * (rest + x) / ((a - x + 1) * (b - x + 1))
		}
		sum += term
	}
	return sum
}

// logChoose is the logarithm of the number of ways to take k of n.
func logChoose(n, k int64) float64 {
	return logFactorial(n) - logFactorial(k) - logFactorial(n-k)
}

func logFactorial(n int64) float64 {
	v, _ := math.Lgamma(float64(n) + 1)
	return v
}
