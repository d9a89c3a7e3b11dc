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

func TestAChurnThatNothingDecidesSaysSo(t *testing.T) {
	change := func(f func(*ChurnPolicy)) error {
		p := DefaultChurn()
		f(&p)
		return p.Validate()
	}
	for says, err := range map[string]error{
		"churn.decided_by is empty":                       change(func(p *ChurnPolicy) { p.DecidedBy = nil }),
		"churn.decided_by names flag, but churn.flag":     change(func(p *ChurnPolicy) { p.DecidedBy = []string{ByFlag} }),
		"churn.decided_by names model, but nothing":       change(func(p *ChurnPolicy) { p.DecidedBy = []string{ByModel} }),
		"churn.flag.left is empty":                        change(func(p *ChurnPolicy) { p.Flag.Attribute = "Status" }),
		`"Gone" means left and joined`:                    change(func(p *ChurnPolicy) { p.Flag = ChurnFlag{"Status", []string{"Gone"}, []string{"Gone"}} }),
		"churn.decided_by names contract twice":           change(func(p *ChurnPolicy) { p.DecidedBy = []string{ByContract, ByContract} }),
		"churn.silent_after.p_alive_below is 10000 basis": change(func(p *ChurnPolicy) { p.AliveBelow = 10000 }),
	} {
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v does not say %q", err, says)
		}
	}
}

func TestAWordIsTheSameInFullWidthAndInAnyCase(t *testing.T) {
	for _, word := range []string{"ＰＲＩＣＥ（２）", " price(2)　", "Price（2)"} {
		if got := Patterns([]ClassWord{{Class: Fault, Word: word}})[0].Word; got != "price(2)" {
			t.Errorf("%q is compared as %q", word, got)
		}
	}
}
