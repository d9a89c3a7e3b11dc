package publish

import (
	"time"

	"github.com/govalues/decimal"
)

// BridgeStep is a row of mart profit_bridge.
type BridgeStep struct {
	Position  int64
	Component string // profit_before, price, volume, …, profit_now
	Total     bool   // the profit before or now, not a step between them
	Amount    decimal.Decimal
	Customers int64
}

// Movement is a row of mart tier_movement.
type Movement struct {
	From, To  string // tiers; new in From, lost in To
	Customers int64
	Change    decimal.Decimal // of their profit
}

// MovementCause sums up the customers of mart movement_causes whose profit one cause moved most.
type MovementCause struct {
	Cause     string // revenue, discounts, returns, cogs, cost_to_serve, bad_debt, allocated_cost, …
	Customers int64
	Change    decimal.Decimal // of their profit
}

// Mover is a row of mart movement_causes.
type Mover struct {
	CustomerID, Name    string
	From, To            string
	Before, Now, Change decimal.Decimal // profit
	Cause               string
	CauseAmount         *decimal.Decimal // how much of the change the main cause is; nil when it is no column
}

// RetentionMoney is the row of mart retention_money.
type RetentionMoney struct {
	AtStart, Kept              int64
	Rate, RateLow, RateHigh    *float64
	PerKept                    *float64 // profit, money
	Plus1, Plus1Low, Plus1High *float64 // money
	Plus5, Plus5Low, Plus5High *float64
	Acquired, AcquiredWithCost int64
	AcquisitionCost            *float64 // money, per customer won
	RetentionCost              *float64 // money, per customer kept; nil without a ledger
	AcquisitionToRetention     *float64
}

// LightMonth is a row of mart kpi_history for the light's figure.
type LightMonth struct {
	Month time.Time
	Value *float64
}

// Reconciliation is a row of mart reconciliation: a kind of ledger entry, and where its money stands.
type Reconciliation struct {
	Kind                                             string
	Ledger, Assigned, Allocated, Unassigned, Missing decimal.Decimal // Missing is what is left: zero
}

// Restatement sums up a closed period of mart restatements.
type Restatement struct {
	Period             string
	Customers          int64 // whose figures changed
	First, Now, Change decimal.Decimal
}
