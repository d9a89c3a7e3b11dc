package publish

import "github.com/govalues/decimal"

// Funnel is what the marts of opportunities say.
type Funnel struct {
	Stages   []FunnelStage // in their order, all cohorts; none without configured stages
	Pipeline []PipelineStage
	Owners   []SigningOwner
	Times    []DealTime
}

// FunnelStage is a row of mart funnel.
type FunnelStage struct {
	Stage                          string
	Entered, Converted, Open, Lost int64
	Conversion, Low, High          *float64
	MedianDays                     *float64
}

// PipelineStage is a row of mart pipeline.
type PipelineStage struct {
	Stage                       string
	Deals, WithoutAmount, Stuck int64
	Value                       decimal.Decimal
	Chance                      *float64
	Weighted                    *decimal.Decimal
}

// SigningOwner is a row of mart signing.
type SigningOwner struct {
	Owner                          string
	Opportunities, Won, Lost, Open int64
	Signing                        *float64
	Close, CloseLow, CloseHigh     *float64
	WonValue                       decimal.Decimal
	Timely, Complete               *float64
}

// DealTime is a row of mart deal_times: the deals whose days are known.
type DealTime struct {
	Outcome      string // won, lost
	Deals        int64
	Mean, Median *float64
}
