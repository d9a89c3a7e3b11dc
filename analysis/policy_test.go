package analysis

import (
	"strings"
	"testing"
)

func TestTheDefaultsAreValid(t *testing.T) {
	for name, err := range map[string]error{
		"retention": DefaultRetention().Validate(),
		"renewal":   DefaultRenewal().Validate(),
		"churn":     DefaultChurn().Validate(),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAPolicyThatCannotBeMeantIsRefusedWithTheKeyAndTheRemedy(t *testing.T) {
	churn := func(change func(*ChurnPolicy)) error {
		p := DefaultChurn()
		change(&p)
		return p.Validate()
	}
	classes := func(words ...ClassWord) error {
		return churn(func(p *ChurnPolicy) { p.Classes = words })
	}
	for name, c := range map[string]struct {
		err  error
		says []string
	}{
		"a period that no calendar has": {RetentionPolicy{Period: "decade", Activity: "sale"}.Validate(),
			[]string{`retention.period is "decade"`, "week, month, quarter, year"}},
		"an activity that is none": {RetentionPolicy{Period: "month", Activity: "visit"}.Validate(),
			[]string{`retention.activity is "visit"`, "sale, net"}},
		"both at once": {RetentionPolicy{}.Validate(), []string{"retention.period", "retention.activity"}},
		"a grace that ends before it begins": {RenewalPolicy{GraceDays: -1}.Validate(),
			[]string{"renewal.grace is -1", "0 to 36500 days"}},
		"a limit before the purchase": {churn(func(p *ChurnPolicy) { p.Days = -30 }), []string{"churn.silent_after.days is -30"}},
		"a quantile above all gaps":   {churn(func(p *ChurnPolicy) { p.GapQuantile = 100 }), []string{"own_gap_quantile is 100", "1 to 99"}},
		"churned before at risk": {churn(func(p *ChurnPolicy) { p.GapQuantile = 80 }),
			[]string{"own_gap_quantile is 80 %", "at_risk begins at 80 %"}},
		"a smallest limit below nothing": {churn(func(p *ChurnPolicy) { p.AtLeastDays = -1 }), []string{"at_least is -1"}},
		"a class that is none":           {classes(ClassWord{Class: "fate", Word: "x"}), []string{`"fate" is no class`, "natural, competitive, fault"}},
		"a word without letters":         {classes(ClassWord{Class: Fault, SubClass: "price", Word: "  "}), []string{"churn.classes.fault.price", "name a word"}},
		"a pattern that fits everything": {classes(ClassWord{Class: Natural, Word: "**"}), []string{"churn.classes.natural", `"**" fits every text`}},
		"a word with two causes": {classes(ClassWord{Class: Fault, SubClass: "price", Word: "Price"}, ClassWord{Class: Competitive, Word: " price "}),
			[]string{"churn.classes.competitive", "stands under fault.price already"}},
	} {
		t.Run(name, func(t *testing.T) {
			if c.err == nil {
				t.Fatal("accepted")
			}
			for _, part := range c.says {
				if !strings.Contains(c.err.Error(), part) {
					t.Errorf("%q does not say %q", c.err, part)
				}
			}
		})
	}
}

func TestWithAFixedLimitTheQuantilesDoNotMatter(t *testing.T) {
	p := DefaultChurn()
	p.Days, p.GapQuantile, p.AtRisk = 90, 0, 0
	if err := p.Validate(); err != nil {
		t.Error(err)
	}
}

func TestTheSameWordTwiceUnderOneCauseIsNoMistake(t *testing.T) {
	p := DefaultChurn()
	p.Classes = []ClassWord{{Natural, "", "Moved"}, {Natural, "", "moved"}, {Unclassified, "", "Don't know"}}
	if err := p.Validate(); err != nil {
		t.Error(err)
	}
}
