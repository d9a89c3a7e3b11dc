package analysis

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// someHistories draws a few customers with anything that can be.
func someHistories(r *rand.Rand, n int) []Buyers {
	out := make([]Buyers, n)
	for i := range out {
		b := Buyers{T: r.Float64() * 100, N: 1 + r.Int64N(5)}
		if r.IntN(3) > 0 {
			b.X = 1 + r.IntN(1<<r.IntN(7))
			b.TX = b.T * (0.001 + 0.999*r.Float64())
		}
		out[i] = b
	}
	return out
}

// TestSlopesAreThoseOfTheLikelihood: gradient and Hessian are the differences of what they derive.
func TestSlopesAreThoseOfTheLikelihood(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		h, err := newHistories(someHistories(random, 30))
		if err != nil {
			t.Fatal(err)
		}
		var rows []Spend
		for x := range 20 {
			rows = append(rows, Spend{1 + x/3, math.Exp(random.NormFloat64()), 1 + random.Int64N(3)})
		}
		ages := CohortSurvivors(1000, 700, 600, 500, 450, 440)
		models := map[string]struct {
			of likelihood
			k  int
		}{
			"bg_nbd": {betaGeometric(h, BGNBD), 4}, "mbg_nbd": {betaGeometric(h, MBGNBD), 4}, "pareto_nbd": {paretoNBD(h), 4},
			"gamma_gamma": {gammaGamma(rows), 3}, "sbg": {contractLikelihood(ages, false), 2}, "bdw": {contractLikelihood(ages, true), 3},
		}
		for name, m := range models {
			theta := make([]float64, m.k)
			for i := range theta {
				theta[i] = math.Exp(2 * random.NormFloat64())
			}
			if name == "bdw" {
				theta[2] = 0.2 + 2*random.Float64()
			}
			if err := checkSlopes(m.of, theta); err != nil {
				t.Errorf("%s at %v: %v", name, theta, err)
			}
		}
	})
}

func checkSlopes(of likelihood, theta []float64) error {
	at := of(theta)
	if !at.finite() {
		return fmt.Errorf("not finite: %+v", at)
	}
	for i := range theta {
		step := 1e-5 * theta[i]
		up, down := append([]float64(nil), theta...), append([]float64(nil), theta...)
		up[i] += step
		down[i] -= step
		high, low := of(up), of(down)
		scale := math.Abs(at.ll) * 1e-10 / 1e-5
		if got, want := at.grad[i]*theta[i], (high.ll-low.ll)/2e-5; math.Abs(got-want) > 1e-6*math.Abs(want)+scale {
			return fmt.Errorf("d/dln θ%d is %g, by differences %g", i, got, want)
		}
		for j := range theta {
			got, want := at.hess[i][j]*theta[i]*theta[j], (high.grad[j]-low.grad[j])/2e-5*theta[j]
			if size := math.Abs(at.hess[i][i]*theta[i]*theta[i]) + math.Abs(at.hess[j][j]*theta[j]*theta[j]) + math.Abs(at.ll); math.Abs(got-want) > 1e-6*size {
				return fmt.Errorf("d2/dln θ%d dln θ%d is %g, by differences %g", i, j, got, want)
			}
			if at.hess[i][j] != at.hess[j][i] {
				return fmt.Errorf("the Hessian is not symmetric at %d, %d", i, j)
			}
		}
	}
	return nil
}
