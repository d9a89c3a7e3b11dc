package analysis

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"
)

// ContractModel names a model of how long contracts last.
type ContractModel string

// The contract models: a contract is renewed each period with a chance that differs between
// customers. SBG is the shifted beta-geometric (Fader and Hardie 2007), BDW the beta-discrete-Weibull
// (Fader, Hardie, Liu, Davin and Steenburgh 2018), in which the chance of each customer changes with age too.
const (
	SBG ContractModel = "sbg"
	BDW ContractModel = "bdw"
)

// Survivors are counts by age, over cohorts of any ages: how many contracts entered their Age-th
// period (1 is the first) and saw its end, and how many of them ended with it. Those whose period
// is still running are not in it: that is censoring, and with it these counts hold all that the
// likelihood needs. Equal ages may repeat, for example one list per cohort.
type Survivors []Renewal

// Renewal is one age of Survivors.
type Renewal struct {
	Age          int
	AtRisk, Lost int64
}

// CohortSurvivors are those of one cohort: its size, then how many were still there after each
// period.
func CohortSurvivors(size int64, left ...int64) Survivors {
	var s Survivors
	for i, l := range left {
		s = append(s, Renewal{Age: i + 1, AtRisk: size, Lost: size - l})
		size = l
	}
	return s
}

// ContractFit is a contract model at the maximum of its likelihood. Parameters: a, b, and c in BDW
// (c = 1 is SBG; c > 1: each customer's chance to leave grows with age).
type ContractFit struct {
	Model ContractModel
	Fit
}

// With is the same model at other parameters, in the order of Names, for example a draw.
func (f *ContractFit) With(values []float64) *ContractFit {
	return &ContractFit{f.Model, f.with(values)}
}

// Survival is S(t), the share of contracts still there after t periods. A customer who has stayed
// T is there after t more with chance Survival(T+t)/Survival(T).
func (f *ContractFit) Survival(t float64) float64 {
	if t <= 0 {
		return 1
	}
	return math.Exp(contractLogSurvival(f.Values[0], f.Values[1], math.Pow(t, f.c())))
}

// Retention is r(t), the share of those who entered the t-th period who stay after it; t >= 1.
func (f *ContractFit) Retention(t float64) float64 {
	a, b := f.Values[0], f.Values[1]
	if f.Model == SBG {
		return (b + t - 1) / (a + b + t - 1)
	}
	return math.Exp(contractLogSurvival(a, b, math.Pow(t, f.c())) - contractLogSurvival(a, b, math.Pow(math.Max(t-1, 0), f.c())))
}

func (f *ContractFit) c() float64 {
	if f.Model == BDW {
		return f.Values[2]
	}
	return 1
}

// contractLogSurvival is ln B(a, b+u) - ln B(a, b), for u up to where doubles end.
func contractLogSurvival(a, b, u float64) float64 {
	return lgammaRise(b, a) - lgammaRise(b+math.Min(u, 1e300), a)
}

// FitContracts fits a contract model by maximum likelihood. Errors: *Refusal (too few ages or
// endings, impossible counts), *NotConverged (all customers alike, for example).
func FitContracts(m ContractModel, survivors Survivors) (*ContractFit, error) {
	names, starts := []string{"a", "b"}, [][]float64{{1, 2}, {0.3, 4}, {5, 20}}
	switch m {
	case SBG:
	case BDW:
		names, starts = append(names, "c"), [][]float64{{1, 2, 1}, {0.3, 4, 1.5}, {5, 20, 0.7}}
	default:
		return nil, refuse(ReasonNoModel, "%q is no contract model: use %s or %s", m, SBG, BDW)
	}
	ages, n, err := contractAges(survivors, len(names))
	if err != nil {
		return nil, err
	}
	of := contractLikelihood(ages, m == BDW)
	fit, err := maximise(names, starts, n, of)
	if err != nil {
		return nil, err
	}
	return &ContractFit{m, *fit}, nil
}

// contractAges merges by age and refuses what cannot be fitted. n is the number of contracts that
// entered their first observed period.
func contractAges(survivors Survivors, parameters int) (ages Survivors, n int64, err error) {
	sorted := slices.Clone(survivors)
	slices.SortFunc(sorted, func(a, b Renewal) int { return cmp.Compare(a.Age, b.Age) })
	var lost int64
	for _, r := range sorted {
		if r.Age < 1 || r.AtRisk < 0 || r.Lost < 0 || r.Lost > r.AtRisk {
			return nil, 0, refuse(ReasonImpossibleCount, "at age %d, %d contracts were at risk and %d ended", r.Age, r.AtRisk, r.Lost)
		}
		if last := len(ages) - 1; last >= 0 && ages[last].Age == r.Age {
			ages[last].AtRisk += r.AtRisk
			ages[last].Lost += r.Lost
		} else if r.AtRisk > 0 {
			ages = append(ages, r)
		}
		lost += r.Lost
		n = max(n, r.AtRisk)
	}
	for _, r := range ages {
		n = max(n, r.AtRisk)
	}
	switch {
	case n < MinCustomers:
		return nil, 0, refuse(ReasonTooFewCustomers, "%d contracts; a fit needs %d", n, MinCustomers)
	case len(ages) < parameters*minTermsPerPar:
		return nil, 0, refuse(ReasonTooFewPeriods, "contracts were seen to the end of %d periods of their life; a fit of %d parameters needs as many", len(ages), parameters)
	case lost < MinLost:
		return nil, 0, refuse(ReasonNobodyLeft, "%d contracts ended; a fit needs %d", lost, MinLost)
	}
	return ages, n, nil
}

// contractLikelihood is the sum over ages of kept ln r + lost ln(1-r), r = S(t)/S(t-1), with
// derivatives by a, b and, if weibull, c.
func contractLikelihood(ages Survivors, weibull bool) likelihood {
	return func(theta []float64) *slopes {
		k := len(theta)
		s := newSlopes(k)
		for _, age := range ages {
			now, before := survivalSlopes(theta, float64(age.Age)), survivalSlopes(theta, float64(age.Age-1))
			kept, lost := float64(age.AtRisk-age.Lost), float64(age.Lost)
			g := now.ll - before.ll
			odds := 1 / math.Expm1(-g) // r / (1-r)
			s.ll += kept * g
			if lost > 0 {
				s.ll += lost * math.Log(-math.Expm1(g))
			}
			first, second := kept-lost*odds, -lost*odds*(1+odds)
			for i := range k {
				di := now.grad[i] - before.grad[i]
				s.grad[i] += first * di
				for j := i; j < k; j++ {
					s.hess[i][j] += first*(now.hess[i][j]-before.hess[i][j]) + second*di*(now.grad[j]-before.grad[j])
				}
			}
		}
		s.mirror()
		return s
	}
}

// survivalSlopes is ln S(t) = lnG(b+u) - lnG(b) - lnG(a+b+u) + lnG(a+b), u = t^c.
func survivalSlopes(theta []float64, t float64) *slopes {
	k := len(theta)
	s := newSlopes(k)
	if t == 0 {
		return s
	}
	a, b, c := theta[0], theta[1], 1.0
	if k == 3 {
		c = theta[2]
	}
	u, lt := math.Pow(t, c), math.Log(t)
	s.ll = contractLogSurvival(a, b, u)
	psi, tri := mathext.Digamma, trigamma
	s.grad[0] = psi(a+b) - psi(a+b+u)
	s.grad[1] = s.grad[0] + psi(b+u) - psi(b)
	s.hess[0][0] = tri(a+b) - tri(a+b+u)
	s.hess[0][1] = s.hess[0][0]
	s.hess[1][1] = s.hess[0][0] + tri(b+u) - tri(b)
	if k == 3 {
		du := u * lt
		byU := psi(b+u) - psi(a+b+u)
		s.grad[2] = byU * du
		s.hess[0][2] = -tri(a+b+u) * du
		s.hess[1][2] = (tri(b+u) - tri(a+b+u)) * du
		s.hess[2][2] = (tri(b+u)-tri(a+b+u))*du*du + byU*du*lt
	}
	s.mirror()
	return s
}
