package analysis

// PurchaseModel names a model of when customers buy and when they stop.
type PurchaseModel string

// The purchase models: who buys at random times until a hidden end. BG/NBD (Fader, Hardie and
// Lee 2005) may end after each repeat purchase, MBG/NBD (Batislam, Denizel and Filiztekin 2007)
// also after the first, Pareto/NBD (Schmittlein, Morrison and Colombo 1987) at any time.
const (
	BGNBD     PurchaseModel = "bg_nbd"
	MBGNBD    PurchaseModel = "mbg_nbd"
	ParetoNBD PurchaseModel = "pareto_nbd"
)

// PurchaseFit is a purchase model at the maximum of its likelihood. Parameters: r, alpha, a, b;
// Pareto/NBD: r, alpha, s, beta. alpha and beta are in the unit of the histories.
type PurchaseFit struct {
	Model PurchaseModel
	Fit
}

// With is the same model at other parameters, in the order of Names, for example a draw.
func (f *PurchaseFit) With(values []float64) *PurchaseFit {
	return &PurchaseFit{Model: f.Model, Fit: f.with(values)}
}

// FitPurchases fits a model by maximum likelihood, without any penalty. The groups may come in
// any order and equal ones may repeat: the result is the same to the last digit. Errors: *Refusal
// where there is too little data or a history that cannot be, *NotConverged where the likelihood
// has no maximum.
func FitPurchases(m PurchaseModel, groups []Buyers) (*PurchaseFit, error) {
	h, err := newHistories(groups)
	if err != nil {
		return nil, err
	}
	if r := h.enough(); r != nil {
		return nil, r
	}
	var fit *Fit
	switch m {
	case BGNBD, MBGNBD:
		fit, err = maximise([]string{"r", "alpha", "a", "b"}, h.starts(1), h.customers, betaGeometric(h, m))
	case ParetoNBD:
		fit, err = maximise([]string{"r", "alpha", "s", "beta"}, h.starts(h.meanT), h.customers, paretoNBD(h))
	default:
		return nil, refuse(ReasonNoModel, "%q is no purchase model: use %s, %s or %s", m, BGNBD, MBGNBD, ParetoNBD)
	}
	if err != nil {
		return nil, err
	}
	return &PurchaseFit{Model: m, Fit: *fit}, nil
}

// starts are three guesses that agree with the mean number of purchases: customers much alike,
// customers of very different rates, and a long life. Times scale with the data, so that days
// and weeks take the same path.
func (h *histories) starts(lastScale float64) [][]float64 {
	rate := h.meanX / h.meanT
	return [][]float64{
		{0.5, 0.5 / rate, 0.8, 2.4 * lastScale},
		{2, 1 / rate, 0.3, 1 * lastScale},
		{0.2, 0.1 / rate, 2, 8 * lastScale},
	}
}
