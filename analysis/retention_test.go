package analysis

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestACompanyIsCountedInItsPeriodFirstThenInTheOthersThenByElapsedTime(t *testing.T) {
	p := DefaultRetention()
	p.Periods, p.Elapsed = []string{"week", "month", FiscalYear}, true
	want := []RetentionGrid{{"month", "month", false}, {"week", "week", false}, {FiscalYear, FiscalYear, false},
		{"elapsed_month", "month", true}, {"elapsed_week", "week", true}}
	if diff := cmp.Diff(want, p.Grids()); diff != "" {
		t.Error(diff)
	}
}

func TestARetentionThatCannotBeCountedSaysSo(t *testing.T) {
	change := func(f func(*RetentionPolicy)) error {
		p := DefaultRetention()
		f(&p)
		return p.Validate()
	}
	for says, err := range map[string]error{
		`retention.periods is "decade": use day`:         change(func(p *RetentionPolicy) { p.Periods = []string{"decade"} }),
		"retention.by names tier twice":                  change(func(p *RetentionPolicy) { p.By = []string{"tier", "kind", "tier"} }),
		`retention.cohorts is "birth"`:                   change(func(p *RetentionPolicy) { p.Cohorts = "birth" }),
		"retention.at_most is 401: use 1 to 400 periods": change(func(p *RetentionPolicy) { p.AtMost = 401 }),
	} {
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v does not say %q", err, says)
		}
	}
}
