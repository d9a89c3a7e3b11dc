package analysis

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// Fit is a model at the maximum of its likelihood. Parameters are positive; errors are those of
// their logarithms, from the inverse Hessian, because the likelihood is far closer to a normal
// there and a draw can never be negative.
type Fit struct {
	Names         []string
	Values        []float64
	LogErrors     []float64   // standard errors of ln θ
	LogCovariance [][]float64 // of ln θ
	LogLikelihood float64
	Customers     int64
	Gradient      float64 // largest |dLL/dln θ| per customer at Values
	Starts        int     // how many starting points were tried
}

// Draws gives n parameter vectors from the asymptotic normal of their logarithms, the same for
// the same seed: it is the uncertainty of the estimate.
func (f *Fit) Draws(n int, seed uint64) ([][]float64, error) {
	k := len(f.Values)
	cov := mat.NewSymDense(k, nil)
	for i := range k {
		for j := i; j < k; j++ {
			cov.SetSym(i, j, f.LogCovariance[i][j])
		}
	}
	var chol mat.Cholesky
	if !chol.Factorize(cov) {
		return nil, fmt.Errorf("draw parameters: the covariance of %v is not positive definite", f.Names)
	}
	var lower mat.TriDense
	chol.LTo(&lower)
	random := rand.New(rand.NewPCG(seed, 0))
	draws := make([][]float64, n)
	normal := make([]float64, k)
	for d := range draws {
		for i := range normal {
			normal[i] = random.NormFloat64()
		}
		draws[d] = make([]float64, k)
		for i := range k {
			shift := 0.0
			for j := 0; j <= i; j++ {
				shift += lower.At(i, j) * normal[j]
			}
			draws[d][i] = f.Values[i] * math.Exp(shift)
		}
	}
	return draws, nil
}

// with is the fit at other parameter values; the likelihood and errors stay those of the fit.
func (f *Fit) with(values []float64) Fit {
	g := *f
	g.Values = values
	return g
}
