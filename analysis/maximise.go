package analysis

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// slopes is a log-likelihood with its first and second derivatives by the natural parameters.
type slopes struct {
	ll   float64
	grad []float64
	hess [][]float64 // symmetric, both triangles filled
}

func newSlopes(k int) *slopes {
	s := &slopes{grad: make([]float64, k), hess: make([][]float64, k)}
	for i := range s.hess {
		s.hess[i] = make([]float64, k)
	}
	return s
}

// mirror copies the upper triangle of the Hessian to the lower one.
func (s *slopes) mirror() {
	for i := range s.hess {
		for j := range i {
			s.hess[i][j] = s.hess[j][i]
		}
	}
}

// inLogs turns the derivatives by θ into those by ln θ.
func (s *slopes) inLogs(theta []float64) {
	for i := range theta {
		for j := range theta {
			s.hess[i][j] *= theta[i] * theta[j]
		}
		s.grad[i] *= theta[i]
		s.hess[i][i] += s.grad[i]
	}
}

func (s *slopes) finite() bool {
	ok := !math.IsNaN(s.ll) && !math.IsInf(s.ll, 0)
	for i, g := range s.grad {
		ok = ok && !math.IsNaN(g) && !math.IsInf(g, 0)
		for _, h := range s.hess[i] {
			ok = ok && !math.IsNaN(h) && !math.IsInf(h, 0)
		}
	}
	return ok
}

// likelihood evaluates a model at theta (natural parameters).
type likelihood func(theta []float64) *slopes

const (
	maxIterations = 200
	maxLogStep    = 1.5  // no parameter moves by more than a factor of 4.5 at once
	logRange      = 16.0 // parameters beyond e^±16 of the start's scale have run away
	zeroGradient  = 1e-9 // per customer
	maxLogError   = 3.0  // a parameter known to a factor of e^±6 only is not known: its draws would be noise
	idleSteps     = 8    // a search that gains nothing for so many steps walks along a ridge, see newton
)

// sameHeight is what two log-likelihoods near ll may differ by and count as one height.
func sameHeight(ll float64) float64 { return 1e-6 * math.Max(1, math.Abs(ll)*1e-3) }

// climb is one Newton search from a start: where it ended and the slopes there, in logs.
type climb struct {
	logs []float64
	at   *slopes
	done bool
}

// maximise climbs from each start by damped Newton steps in the logarithms of the parameters and
// gives the highest point that is a proven maximum: gradient zero, Hessian negative definite.
func maximise(names []string, starts [][]float64, n int64, of likelihood) (*Fit, error) {
	var best, highest *climb
	for _, start := range starts {
		var known []float64
		if best != nil {
			known = best.logs
		}
		c := newton(start, float64(n), of, known)
		if c == nil {
			continue
		}
		if highest == nil || c.at.ll > highest.at.ll {
			highest = c
		}
		if c.done && (best == nil || c.at.ll > best.at.ll) {
			best = c
		}
	}
	switch {
	case highest == nil:
		return nil, &NotConverged{Reason: ReasonNotFinite, Names: names, Detail: "the likelihood is not finite at any start"}
	case best == nil || highest.at.ll > best.at.ll+sameHeight(best.at.ll):
		return nil, &NotConverged{Reason: ReasonRunsAway, Names: names, Values: exps(highest.logs), LogLikelihood: highest.at.ll, Gradient: largest(highest.at.grad) / float64(n),
			Detail: "the likelihood still rises where the search ended: the parameters run away or are not identified"}
	}
	return provenFit(names, best, n, len(starts))
}

// provenFit inverts the Hessian.
func provenFit(names []string, c *climb, n int64, starts int) (*Fit, error) {
	k := len(names)
	f := &Fit{Names: names, Values: exps(c.logs), LogLikelihood: c.at.ll, Customers: n, Gradient: largest(c.at.grad) / float64(n), Starts: starts}
	var chol mat.Cholesky
	var inverse mat.SymDense
	if !chol.Factorize(negative(c.at.hess)) || chol.InverseTo(&inverse) != nil {
		return nil, f.unknown("the likelihood is flat at its highest point")
	}
	f.LogErrors, f.LogCovariance = make([]float64, k), make([][]float64, k)
	for i := range k {
		f.LogCovariance[i] = make([]float64, k)
		for j := range k {
			f.LogCovariance[i][j] = inverse.At(i, j)
		}
		f.LogErrors[i] = math.Sqrt(inverse.At(i, i))
	}
	for i, e := range f.LogErrors {
		if !(e <= maxLogError) {
			return nil, f.unknown(fmt.Sprintf("the data do not tell %s: the standard error of its logarithm is %.3g", names[i], e))
		}
	}
	return f, nil
}

// unknown is the answer where the likelihood hardly changes with some parameter.
func (f *Fit) unknown(detail string) *NotConverged {
	return &NotConverged{ReasonNotIdentified, f.Names, f.Values, f.LogLikelihood, f.Gradient, detail}
}

// newton climbs from start (natural parameters) until the gradient per customer is zero. It
// returns early when it comes to a maximum that is known already, and gives up on a ridge: from
// where so little is left to gain, a maximum whose parameters are known to maxLogError is within
// a few steps, because Newton doubles the digits with each. A ridge without end, such as all
// customers leaving at one rate (s and beta of Pareto/NBD run away together) or at none, would
// be walked until the iterations are used up.
func newton(start []float64, n float64, of likelihood, known []float64) *climb {
	logs := make([]float64, len(start))
	for i, v := range start {
		logs[i] = math.Log(v)
	}
	eval := func(logs []float64) *slopes {
		theta := exps(logs)
		s := of(theta)
		s.inLogs(theta)
		return s
	}
	at := eval(logs)
	if !at.finite() {
		return nil
	}
	from := append([]float64(nil), logs...)
	idle := 0
	for range maxIterations {
		if known != nil && distance(logs, known) < 0.1 {
			return nil
		}
		if largest(at.grad) <= zeroGradient*n && positiveDefinite(at.hess) {
			return polish(logs, at, eval)
		}
		step := ascent(at)
		next, s := backtrack(logs, step, at, eval)
		if s == nil {
			break
		}
		if idle++; s.ll > at.ll+sameHeight(at.ll) {
			idle = 0
		}
		logs, at = next, s
		if idle == idleSteps || distance(logs, from) > logRange {
			break
		}
	}
	return &climb{logs: logs, at: at}
}

// polish takes one more full step: Newton doubles the digits, and the answer should not depend on where the search stopped.
func polish(logs []float64, at *slopes, eval func([]float64) *slopes) *climb {
	step := ascent(at)
	next := make([]float64, len(logs))
	for i := range logs {
		next[i] = logs[i] + step[i]
	}
	if s := eval(next); s.finite() && largest(s.grad) <= largest(at.grad) && positiveDefinite(s.hess) {
		return &climb{next, s, true}
	}
	return &climb{logs, at, true}
}

// backtrack halves the step until the likelihood rises by a fair part of what the slope promises.
func backtrack(logs, step []float64, at *slopes, eval func([]float64) *slopes) ([]float64, *slopes) {
	slope := 0.0
	for i := range step {
		slope += step[i] * at.grad[i]
	}
	noise := 1e-14 * math.Abs(at.ll)
	next := make([]float64, len(logs))
	for size := 1.0; size > 1e-9; size /= 2 {
		for i := range logs {
			next[i] = logs[i] + size*step[i]
		}
		if s := eval(next); s.finite() && (s.ll >= at.ll+1e-4*size*slope-noise) {
			return next, s
		}
	}
	return nil, nil
}

// ascent is the Newton direction; where the likelihood is not concave, curvatures are taken by
// their size, which makes it a direction of ascent.
func ascent(at *slopes) []float64 {
	k := len(at.grad)
	var eigen mat.EigenSym
	eigen.Factorize(negative(at.hess), true)
	values := eigen.Values(nil)
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	floor := 1e-10 * math.Abs(values[k-1])
	step := make([]float64, k)
	for j := range k {
		along := 0.0
		for i := range k {
			along += vectors.At(i, j) * at.grad[i]
		}
		along /= math.Max(math.Abs(values[j]), math.Max(floor, 1e-300))
		for i := range k {
			step[i] += along * vectors.At(i, j)
		}
	}
	if far := largest(step); far > maxLogStep {
		for i := range step {
			step[i] *= maxLogStep / far
		}
	}
	return step
}

func negative(hess [][]float64) *mat.SymDense {
	m := mat.NewSymDense(len(hess), nil)
	for i := range hess {
		for j := i; j < len(hess); j++ {
			m.SetSym(i, j, -(hess[i][j]+hess[j][i])/2)
		}
	}
	return m
}

// positiveDefinite says whether -hess is.
func positiveDefinite(hess [][]float64) bool {
	var chol mat.Cholesky
	return chol.Factorize(negative(hess)) && chol.Cond() < 1e13
}

func exps(logs []float64) []float64 {
	values := make([]float64, len(logs))
	for i, l := range logs {
		values[i] = math.Exp(l)
	}
	return values
}

func largest(values []float64) float64 {
	m := 0.0
	for _, v := range values {
		m = math.Max(m, math.Abs(v))
	}
	return m
}

func distance(a, b []float64) float64 {
	m := 0.0
	for i := range a {
		m = math.Max(m, math.Abs(a[i]-b[i]))
	}
	return m
}
