package publish

import "github.com/govalues/decimal"

// NeedGroup is a row of mart needs_by.
type NeedGroup struct {
	By, Value, Tier            string // Tier all is every tier
	Customers, AtRisk, Churned int64
	Revenue, Profit            decimal.Decimal
	ProfitBefore, ProfitAtRisk decimal.Decimal
	AtRiskShare, ChurnedShare  *float64
}
