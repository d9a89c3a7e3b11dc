package analysis

import "fmt"

// Why a fit is refused: closed words, for a mart and for whoever translates them.
const (
	ReasonNoModel           = "unknown_model"      // no such model
	ReasonTooFewCustomers   = "too_few_customers"  // fewer than MinCustomers
	ReasonTooFewRepeaters   = "too_few_repeaters"  // fewer than MinRepeaters came back
	ReasonTooFewDays        = "too_few_days"       // fewer than MinRepeatDays repeat purchase days, or fewer than MinLengths lengths of history
	ReasonImpossibleHistory = "impossible_history" // a negative time, a last purchase after the end, a count below one
	ReasonUnitsDiffer       = "units_differ"       // the last purchase and the length of history are not in one unit
	ReasonNoVariance        = "no_variance"        // everybody spends the same
	ReasonInfiniteMean      = "infinite_mean"      // Gamma-Gamma with q <= 1: the mean spend of the population does not exist
	ReasonTooFewPeriods     = "too_few_periods"    // contracts seen over fewer periods than the model has parameters
	ReasonNobodyLeft        = "nobody_left"        // no contract ended, or all did in the first period
	ReasonImpossibleCount   = "impossible_count"   // more lost than at risk, an age below one
)

// The least that a fit needs. Below these numbers the asymptotic normal, on which every interval
// here rests, is not worth printing: with 30 repeaters the standard error of ln r is about 0.3.
const (
	MinCustomers   = 50  // customers with any history
	MinRepeaters   = 30  // of them with a repeat purchase: the times between purchases come from these alone
	MinRepeatDays  = 50  // repeat purchase days of all customers: four parameters, a dozen observations each
	MinSpenders    = 30  // customers with repeat days of positive value
	MinLost        = 10  // contracts that ended: two or three parameters, a few events each
	unitsDifferAt  = 6.9 // weeks for days shrinks every TX to at most T/7
	minTermsPerPar = 1   // ages seen per parameter of a contract model
)

// Refusal says that there is too little data for a model, or data that cannot be.
type Refusal struct {
	Reason string // one of the closed words above
	Detail string // what was found and what is needed, one sentence
}

func (r *Refusal) Error() string { return r.Reason + ": " + r.Detail }

func refuse(reason, format string, args ...any) *Refusal {
	return &Refusal{Reason: reason, Detail: fmt.Sprintf(format, args...)}
}

// NotConverged says that no start reached a point with a zero gradient and a negative definite
// Hessian: the likelihood has no maximum inside the parameters' range (some parameter runs away,
// as when all customers are alike), or the search ended early.
type NotConverged struct {
	Names    []string
	Values   []float64 // where the best start ended
	Gradient float64   // largest |dLL/dln θ| per customer there
	Detail   string
}

func (e *NotConverged) Error() string {
	return fmt.Sprintf("not converged: %s (%v = %.4g, gradient %.2g per customer)", e.Detail, e.Names, e.Values, e.Gradient)
}
