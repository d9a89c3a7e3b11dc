package analysis

import (
	"errors"
	"fmt"
	"slices"
)

// RetentionPolicy is the period of cohorts, what counts as an activity, and by what further periods
// and segmentations cohorts are counted.
type RetentionPolicy struct {
	Period   string   // month (default), week, quarter, year
	Activity string   // sale (default): a day with a sale line; net: a day with positive net value
	By       []string // segmentations, or columns of customers, that mart retention_by divides by
	Periods  []string // further periods of mart retention_by
	Cohorts  string   // of retention_by: FirstOrder (default) or AcquiredOn
	Elapsed  bool     // retention_by also counts whole periods since the customer's own first day
	AtMost   int      // periods of a grid of retention_by: the youngest cohorts, the first ages
}

// What a customer's cohort in mart retention_by is chosen by.
const (
	FirstOrder = "first_order" // the first activity
	AcquiredOn = "acquired_on" // the day on which the customer was won, where it lies before that
)

// FiscalYear is the period that starts with the company's fiscal year.
const FiscalYear = "fiscal_year"

// RetentionPeriods are the periods that retention can be counted in, short ones first.
func RetentionPeriods() []string {
	return []string{"day", "week", "month", "quarter", "year", FiscalYear}
}

// mostPeriods bounds AtMost: a grid has at most so many cohorts of so many ages.
const mostPeriods = 400

// RetentionGrid is a way in which mart retention_by counts ages.
type RetentionGrid struct {
	Kind    string // the unit, or elapsed_ and the unit
	Unit    string // of RetentionPeriods: the period of the cohorts
	Elapsed bool   // ages are whole units since the customer's own first day, not calendar periods
}

// Units are the periods that cohorts are formed by: the configured one, then the further ones.
func (p RetentionPolicy) Units() []string {
	units := []string{p.Period}
	for _, unit := range p.Periods {
		if !slices.Contains(units, unit) {
			units = append(units, unit)
		}
	}
	return units
}

// Grids are the grids of mart retention_by, the configured period first. A fiscal year that has
// elapsed is a year that has elapsed, so it has no grid of its own.
func (p RetentionPolicy) Grids() []RetentionGrid {
	var grids []RetentionGrid
	for _, unit := range p.Units() {
		grids = append(grids, RetentionGrid{Kind: unit, Unit: unit})
	}
	for _, unit := range p.Units() {
		if p.Elapsed && unit != FiscalYear {
			grids = append(grids, RetentionGrid{Kind: "elapsed_" + unit, Unit: unit, Elapsed: true})
		}
	}
	return grids
}

// DefaultRetention counts by calendar month, every day with a sale as an activity, and divides by
// kind and tier.
func DefaultRetention() RetentionPolicy {
	return RetentionPolicy{Period: "month", Activity: "sale", By: []string{"kind", "tier"}, Cohorts: FirstOrder, AtMost: 60}
}

// Validate says what is wrong with a retention policy, all of it, one sentence each.
func (p RetentionPolicy) Validate() error {
	errs := []error{
		oneOf("retention.period", p.Period, "week", "month", "quarter", "year"),
		oneOf("retention.activity", p.Activity, "sale", "net"),
		oneOf("retention.cohorts", p.Cohorts, FirstOrder, AcquiredOn),
		between("retention.at_most", p.AtMost, 1, mostPeriods, "periods"),
	}
	for _, period := range p.Periods {
		errs = append(errs, oneOf("retention.periods", period, RetentionPeriods()...))
	}
	return errors.Join(append(errs, repeated("retention.by", p.By), repeated("retention.periods", p.Periods))...)
}

// repeated finds a word that a list has twice.
func repeated(key string, words []string) error {
	for i, w := range words {
		if slices.Contains(words[:i], w) {
			return fmt.Errorf("%s names %s twice: keep one", key, w)
		}
	}
	return nil
}
