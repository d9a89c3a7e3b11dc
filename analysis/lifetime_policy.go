package analysis

import (
	"errors"
	"math"
)

// LifetimePolicy says how the future value of customers is estimated (definitions.md, Lifetime models).
type LifetimePolicy struct {
	Model         string // whose purchases are used for clv: mbg_nbd (default), bg_nbd, pareto_nbd
	UnitDays      int    // the unit of time of the models; their parameters depend on it
	HorizonMonths int    // how far ahead purchases and value are expected
	DiscountBP    int    // yearly discount rate in basis points
	HoldoutDays   int    // what the models are tried on; 0: the last twelve months, at most half the history
	Tenure        string // attribute of customers that holds whole months as a customer; empty: contracts and dates say it
}

// DefaultLifetime is weeks, a year ahead, ten percent a year, and the model that does not call
// everybody alive who bought once.
func DefaultLifetime() LifetimePolicy {
	return LifetimePolicy{Model: "mbg_nbd", UnitDays: 7, HorizonMonths: 12, DiscountBP: 1000}
}

// Validate says what is wrong with a lifetime policy, all of it, one sentence each.
func (p LifetimePolicy) Validate() error {
	errs := []error{
		oneOf("lifetime.model", p.Model, "mbg_nbd", "bg_nbd", "pareto_nbd"),
		between("lifetime.unit", p.UnitDays, 1, 92, "days"),
		between("lifetime.horizon", p.HorizonMonths, 1, 120, "months"),
		between("lifetime.discount", p.DiscountBP, 0, 10000, "basis points"),
		between("lifetime.holdout", p.HoldoutDays, 0, longest, "days"),
	}
	return errors.Join(errs...)
}

// yearUnits are the whole units in a year: 52 weeks.
func (p LifetimePolicy) yearUnits() int { return max(365/max(p.UnitDays, 1), 1) }

// HorizonUnits is the horizon in units of time, at least one: twelve months are 52 weeks.
func (p LifetimePolicy) HorizonUnits() int {
	return max(p.HorizonMonths*p.yearUnits()/12, 1)
}

// Discount is the rate of one unit of time that comes to the yearly rate in a year of units.
func (p LifetimePolicy) Discount() float64 {
	return math.Pow(1+float64(p.DiscountBP)/10000, 1/float64(p.yearUnits())) - 1
}
