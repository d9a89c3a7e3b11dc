package analysis

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// hyp2f1 is the plain series, good for 0 <= z well below 1 and positive parameters.
func hyp2f1(a, b, c, z float64) float64 {
	term, sum := 1.0, 1.0
	for k := 0.0; k < 100_000 && term > 1e-18*sum; k++ {
		term *= (a + k) * (b + k) / ((c + k) * (k + 1)) * z
		sum += term
	}
	return sum
}

func lgamma(v float64) float64 {
	l, _ := math.Lgamma(v)
	return l
}

func lnBeta(a, b float64) float64 { return lgamma(a) + lgamma(b) - lgamma(a+b) }

// printedLL is the log-likelihood of one customer as the literature prints it.
func printedLL(m PurchaseModel, theta []float64, b Buyers) float64 {
	r, alpha, x := theta[0], theta[1], float64(b.X)
	common := lgamma(r+x) - lgamma(r) + r*math.Log(alpha)
	switch m {
	case BGNBD:
		a, bb := theta[2], theta[3]
		a2 := lgamma(a+bb) + lgamma(bb+x) - lgamma(bb) - lgamma(a+bb+x)
		sum := math.Exp(-(r + x) * math.Log(alpha+b.T))
		if b.X > 0 {
			sum += math.Exp(math.Log(a) - math.Log(bb+x-1) - (r+x)*math.Log(alpha+b.TX))
		}
		return common + a2 + math.Log(sum)
	case MBGNBD:
		a, bb := theta[2], theta[3]
		return common + lnBeta(a, bb+x+1) - lnBeta(a, bb) - (r+x)*math.Log(alpha+b.T) +
			math.Log1p(a/(bb+x)*math.Pow((alpha+b.T)/(alpha+b.TX), r+x))
	}
	s, beta := theta[2], theta[3]
	return common + s*math.Log(beta) +
		math.Log(math.Pow(alpha+b.T, -(r+x))*math.Pow(beta+b.T, -s)+s/(r+s+x)*printedA0(theta, b))
}

// printedA0 is the difference of two 2F1 that Fader and Hardie (2005) print.
func printedA0(theta []float64, b Buyers) float64 {
	r, alpha, s, beta, x := theta[0], theta[1], theta[2], theta[3], float64(b.X)
	n, hi, c, d := r+s+x, math.Max(alpha, beta), s+1, math.Abs(alpha-beta)
	if alpha < beta {
		c = r + x
	}
	return hyp2f1(n, c, n+1, d/(hi+b.TX))/math.Pow(hi+b.TX, n) - hyp2f1(n, c, n+1, d/(hi+b.T))/math.Pow(hi+b.T, n)
}

func printedAlive(m PurchaseModel, theta []float64, b Buyers) float64 {
	r, alpha, x := theta[0], theta[1], float64(b.X)
	switch ratio := math.Pow((alpha+b.T)/(alpha+b.TX), r+x); {
	case m == BGNBD && b.X == 0:
		return 1
	case m == BGNBD:
		return 1 / (1 + theta[2]/(theta[3]+x-1)*ratio)
	case m == MBGNBD:
		return 1 / (1 + theta[2]/(theta[3]+x)*ratio)
	}
	s, beta := theta[2], theta[3]
	return 1 / (1 + s/(r+s+x)*math.Pow(alpha+b.T, r+x)*math.Pow(beta+b.T, s)*printedA0(theta, b))
}

func printedExpected(m PurchaseModel, theta []float64, b Buyers, t float64) float64 {
	r, alpha, x := theta[0], theta[1], float64(b.X)
	if m == ParetoNBD {
		s, beta := theta[2], theta[3]
		return printedAlive(m, theta, b) * (r + x) * (beta + b.T) / ((alpha + b.T) * (s - 1)) * (1 - math.Pow((beta+b.T)/(beta+b.T+t), s-1))
	}
	a, last := theta[2], theta[3]+x
	if m == MBGNBD {
		last++
	}
	return printedAlive(m, theta, b) * (a + last - 1) / (a - 1) *
		(1 - math.Pow((alpha+b.T)/(alpha+b.T+t), r+x)*hyp2f1(r+x, last, a+last-1, t/(alpha+b.T+t)))
}

// TestFormulasAreThePrintedOnes: where the printed formulas keep their digits, ours are equal.
func TestFormulasAreThePrintedOnes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := func(name string, low, high float64) float64 { return rapid.Float64Range(low, high).Draw(t, name) }
		m := rapid.SampledFrom(models).Draw(t, "model")
		theta := []float64{number("r", 0.2, 2), number("alpha", 3, 12), number("a or s", 0.3, 0.9), number("b or beta", 2, 14)}
		b := Buyers{X: rapid.IntRange(0, 8).Draw(t, "x"), T: number("T", 10, 60), N: 1}
		if b.X > 0 {
			b.TX = b.T * number("t_x", 0.05, 0.9)
		}
		f, h := fitAt(m, theta), &histories{}
		h.index([]Buyers{b})
		of := paretoNBD(h)
		if m != ParetoNBD {
			of = betaGeometric(h, m)
		}
		equal := func(what string, got, want float64) {
			if !(math.Abs(got-want) <= 1e-7*math.Abs(want)) {
				t.Fatalf("%s %v %v: %s is %.12g, printed %.12g", m, theta, b, what, got, want)
			}
		}
		equal("LL", of(theta).ll, printedLL(m, theta, b))
		equal("P(alive)", f.Alive(b), printedAlive(m, theta, b))
		equal("E[X(T,T+t)]", f.Expected(b, 39), printedExpected(m, theta, b, 39))
		if m != ParetoNBD { // who is alive and never buys has not left
			q := theta[0] + float64(b.X)
			equal("P(none)", f.NoneWithin(b, 13), 1-f.Alive(b)*(1-math.Pow((theta[1]+b.T)/(theta[1]+b.T+13), q)))
		}
	})
}

// TestNothingHappensAtOne: a = 1 in BG/NBD and s = 1 in Pareto/NBD divide by zero in print only.
func TestNothingHappensAtOne(t *testing.T) {
	b := Buyers{3, 20, 30, 1}
	for _, m := range models {
		at := func(v float64) float64 { return fitAt(m, []float64{0.5, 6, v, 2.4}).Expected(b, 52) }
		low, one, high := at(1-1e-7), at(1), at(1+1e-7)
		if !(math.Abs((low+high)/2-one) < 1e-11*one && high < one && one < low) {
			t.Errorf("%s: %.15g, %.15g, %.15g", m, low, one, high)
		}
	}
}

// TestDrawsSpreadAsTheErrorsSay: the same for a seed, positive, with the covariance of the fit.
func TestDrawsSpreadAsTheErrorsSay(t *testing.T) {
	f, err := FitPurchases(MBGNBD, newWorld(4).shop(MBGNBD, typical[MBGNBD], 3000))
	if err != nil {
		t.Fatal(err)
	}
	const n = 50_000
	draws, err := f.Draws(n, 8)
	if err != nil {
		t.Fatal(err)
	}
	again, err := f.Draws(3, 8)
	if err != nil {
		t.Fatal(err)
	}
	other, err := f.Draws(1, 9)
	if err != nil {
		t.Fatal(err)
	}
	if again[2][1] != draws[2][1] || other[0][0] == draws[0][0] {
		t.Error("the seed does not say which draws come")
	}
	for i := range f.Values {
		for j := range f.Values {
			sum, mean := 0.0, 0.0
			for _, d := range draws {
				if !(d[i] > 0) {
					t.Fatalf("a draw of %s is %g", f.Names[i], d[i])
				}
				mean += math.Log(d[i]/f.Values[i]) / n
				sum += math.Log(d[i]/f.Values[i]) * math.Log(d[j]/f.Values[j]) / n
			}
			if scale := f.LogErrors[i] * f.LogErrors[j]; math.Abs(sum-f.LogCovariance[i][j]) > 0.03*scale {
				t.Errorf("covariance of %s and %s: %g, not %g", f.Names[i], f.Names[j], sum, f.LogCovariance[i][j])
			}
			if math.Abs(mean) > 4*f.LogErrors[i]/math.Sqrt(n) {
				t.Errorf("mean of ln %s is off by %g", f.Names[i], mean)
			}
		}
	}
}
