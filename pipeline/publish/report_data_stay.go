package publish

import "github.com/govalues/decimal"

// StayRow is a row of mart retention_by_curve, of the configured period: a segment, an age and how
// many of its customers the measure counts, over the cohorts that have completed the age.
type StayRow struct {
	By, Value string // all, all: everybody
	Measure   string // classic, streak, revenue_weighted, …
	Age       int
	Customers int64
	Rate      *float64
}

// StayLeftOut sums up what the grids of retention_by leave out.
type StayLeftOut struct{ Cohorts, Customers int64 }

// ChurnSource is a row of mart churn_sources that says something.
type ChurnSource struct {
	Source                                 string // departure, contract, flag, rhythm, model
	Used                                   bool
	Left, Stays, Alone, Contradicted, Here int64 // Here: churned in W by its rule
}

// ChurnRate is a row of mart churn_rates.
type ChurnRate struct {
	Definition         string // of_all, of_settled, of_active_at_start
	Churned, Customers int64
	Rate, Low, High    *float64
}

// WinBack is a row of mart win_back_summary.
type WinBack struct {
	Class, Rule                  string
	Leavings, Returns, StillHere int64
	Rate                         *float64
	Profit                       decimal.Decimal
}
