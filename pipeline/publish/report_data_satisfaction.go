package publish

import "github.com/govalues/decimal"

// Satisfaction is what the marts of satisfaction say.
type Satisfaction struct {
	Answers   []Answers // all, by tier and by state of churn; of all also by element
	Responses []Response
	Values    []ScoreValue
	Signals   []Signal
	NPS, CSAT string // computed, or why not: words of mart satisfaction_scale
}

// Answers is a row of mart satisfaction_by.
type Answers struct {
	By, Value, Element         string
	Answers, Customers, Scored int64
	Below, Equal, Above        int64
	Gap, GapLow, GapHigh       *float64 // shares
	Mean, MeanLow, MeanHigh    *float64 // points
	NPS, NPSLow, NPSHigh       *float64 // points
	CSAT, CSATLow, CSATHigh    *float64 // shares
}

// Response is a row of mart satisfaction_response.
type Response struct {
	By, Value, Basis         string // basis: asked, active
	Asked, Answered          int64
	Rate, Low, High          *float64
	MeanAnswered, MeanSilent *decimal.Decimal // profit per customer
}

// ScoreValue is a row of mart satisfaction_value about all elements together.
type ScoreValue struct {
	Outcome, Timing     string
	Customers           int64
	PerPoint, Low, High *float64
	Quoted              bool
	Reason              string // why there is none
}

// Signal sums mart satisfaction_signals over the tiers.
type Signal struct {
	Element, Source    string
	Signals, Customers int64
}
