package publish

import (
	"slices"
	"strings"
	"testing"

	"github.com/pharos-analytics/pharos/analysis"
)

func TestEveryFigureOfPotentialIsTheDatas(t *testing.T) {
	d := company()
	page := render(t, d, "en")
	shown := tables(page)
	for _, want := range [][]string{
		{"Südlicht Optik GmbH 41|C00041", "medium profit", "310,000.05", "285,000.00 – 342,000.99", "14.2", "98,700.12", "97.1 %", "buys often and much"},
		{"云汉网络 55|C00055", "medium profit", "184,000.00", "≥ 171,000.00", "30.0", "21,000.40", "88.4 %", "buys often"},
		{"C00067", "no profit", "90,505.05", "20,000.00 – 190,000.00", "0.8", "400,000.00", "50.5 %", "spends much"},
	} {
		expectRow(t, shown["potential/Who is rising, in figures"], want...)
	}
	models := shown["potential/The models and how they did on days they had not seen"]
	expectRow(t, models, "MBG/NBD (used)", "1,395", "+11.6 %", "3.13", "yes")
	expectRow(t, models, "BG/NBD", "1,395", "-4.2 %", "2.99", "yes")
	expectRow(t, models, "Pareto/NBD", noValue, noValue, noValue, "the data does not determine it")
	trials := shown["potential/Purchase days predicted by MBG/NBD and actual, by repeat days before"]
	expectRow(t, trials, "0", "301", "120.4", "131.0")
	expectRow(t, trials, "7+", "1,094", "12,005.0", "10,800.0")
	if len(trials) != 4 {
		t.Errorf("%d rows of trials: those of another model are shown", len(trials))
	}
	text := sentencesOf(page)
	for _, want := range []string{
		"23 customers who are not big yet are expected to bring CNY 2.10 M of profit within 12 months.",
		"Südlicht Optik GmbH 41 with CNY 310 K, uncertainty of the estimate CNY 285 K to CNY 342 K.",
		"21 customers, of whom 8 are big today (38.1 %, interval 20.8 % to 59.1 %); as many named by last year's spend hold 6, by chance 1.3.",
		"So few cannot show that the model is better than last year's spend.",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

// sentencesOf is the page's text with plain blanks.
func sentencesOf(page string) string {
	return strings.NewReplacer(nbsp, " ", minus, "-", "\u2068", "", "\u2069", "", "&#39;", "'").Replace(page)
}

func TestTheBackTestIsSaidWhateverItSays(t *testing.T) {
	for name, c := range map[string]struct {
		model, spend Backtest
		want         string
	}{
		"better":      {Backtest{Method: "clv", Named: 100, BecameBig: 60, Rate: ptr(0.6), Low: ptr(0.502), High: ptr(0.69)}, Backtest{Method: "revenue", Named: 100, BecameBig: 20, Rate: ptr(0.2), Low: ptr(0.13), High: ptr(0.29)}, "The model is better than last year's spend."},
		"as good":     {Backtest{Method: "clv", Named: 9, BecameBig: 4, Rate: ptr(0.44), Low: ptr(0.19), High: ptr(0.73)}, Backtest{Method: "revenue", Named: 9, BecameBig: 4, Rate: ptr(0.44), Low: ptr(0.19), High: ptr(0.73)}, "The model did no better than last year's spend."},
		"worse":       {Backtest{Method: "clv", Named: 9, BecameBig: 0, Rate: ptr(0.0), Low: ptr(0.0), High: ptr(0.3)}, Backtest{Method: "revenue", Named: 9, BecameBig: 4, Rate: ptr(0.44), Low: ptr(0.19), High: ptr(0.73)}, "The model did no better than last year's spend."},
		"no data yet": {Backtest{Method: "clv"}, Backtest{Method: "revenue"}, "Back-test: not enough data a year ago to name anybody."},
	} {
		t.Run(name, func(t *testing.T) {
			d := company()
			d.Potential.Backtest = []Backtest{c.model, c.spend, {Method: "random", Named: c.model.Named, BecameBig: 1}}
			if text := sentencesOf(render(t, d, "en")); !strings.Contains(text, c.want) {
				t.Errorf("the page does not say %q", c.want)
			}
		})
	}
}

func TestARefusedModelSaysWhyAndNamesNobody(t *testing.T) {
	d := company()
	d.Potential.Rising, d.Potential.Named = nil, 0
	i := slices.IndexFunc(d.Potential.Models, func(m LifetimeModel) bool { return m.Model == "mbg_nbd" })
	d.Potential.Models = slices.Clone(d.Potential.Models)
	d.Potential.Models[i] = LifetimeModel{Model: "mbg_nbd", Reason: "too_few_repeaters"}
	text := sentencesOf(render(t, d, "en"))
	if want := "Nothing is said of future value: MBG/NBD could not be fitted (too few customers came back)."; !strings.Contains(text, want) {
		t.Errorf("the page does not say %q", want)
	}
	if strings.Contains(text, "Who is rising, in figures") {
		t.Error("a table names customers nobody valued")
	}
}

func TestWhereNobodyLeavesTheModelInUseIsNamedAndWhy(t *testing.T) {
	d := company()
	d.Potential.Models = []LifetimeModel{{Model: "mbg_nbd", Reason: "nobody_leaves"}, {Model: "nbd", Customers: ptr(int64(1395)), Usable: true}}
	d.Potential.Trials = []Trial{{"nbd", "0", 301, 120.449, 131}, {"nbd", "all", 1395, 12_125.41, 10_931}}
	for lang, want := range map[string][]string{
		"en": {"MBG/NBD finds that nobody leaves, so NBD (without leaving) is used in its place", "NBD (without leaving) (used)", "Purchase days predicted by NBD (without leaving) and actual", "23 customers who are not big yet"},
		"zh": {"MBG/NBD 看不出有客户离开，因此改用 NBD（不含流失）", "NBD（不含流失）（采用）"},
	} {
		page := render(t, d, lang)
		for _, sentence := range want {
			if !strings.Contains(page, sentence) {
				t.Errorf("the page in %s does not say %q", lang, sentence)
			}
		}
	}
	// Without a usable NBD there is nothing to stand on, and the page says so.
	d.Potential.Models = []LifetimeModel{{Model: "mbg_nbd", Reason: "nobody_leaves"}, {Model: "nbd", Reason: "runs_away"}}
	if page := render(t, d, "en"); !strings.Contains(page, "Nothing is said of future value: MBG/NBD could not be fitted (nobody is seen to leave).") || strings.Contains(page, "in its place") {
		t.Error("a model that was not fitted is said to be used")
	}
}

func TestWithoutAMarginNoValueIsSaidAndPurchasesAre(t *testing.T) {
	d := company()
	d.Potential.Rising, d.Potential.Named, d.Potential.Backtest = nil, 0, nil
	d.Potential.Models = []LifetimeModel{{Model: "mbg_nbd", Customers: ptr(int64(1395)), Usable: true, Reason: "no_margin"}}
	page := render(t, d, "en")
	for _, sentence := range []string{"so no profit margin is known", "yes, but no profit margin is known"} {
		if !strings.Contains(page, sentence) {
			t.Errorf("the page does not say %q", sentence)
		}
	}
	if strings.Contains(page, "No customer outside today") {
		t.Error("values that were not computed are said to be small")
	}
}

func TestEveryReasonOfARefusalHasAWord(t *testing.T) {
	words := potentialWords()
	for _, reason := range []string{analysis.ReasonNoModel, analysis.ReasonTooFewCustomers, analysis.ReasonTooFewRepeaters, analysis.ReasonTooFewDays,
		analysis.ReasonImpossibleHistory, analysis.ReasonUnitsDiffer, analysis.ReasonNoVariance, analysis.ReasonInfiniteMean, analysis.ReasonTooFewPeriods,
		analysis.ReasonNobodyLeft, analysis.ReasonImpossibleCount, analysis.ReasonNotFinite, analysis.ReasonRunsAway, analysis.ReasonNotIdentified,
		analysis.ReasonNobodyLeaves, "correlated", "no_margin"} {
		if words["fit_reason."+reason].en == "" {
			t.Errorf("%s has no word", reason)
		}
	}
}

func TestWithoutLifetimeModelsThereIsNoPotential(t *testing.T) {
	d := company()
	d.Potential = Potential{Months: 12, Model: "mbg_nbd"}
	if strings.Contains(render(t, d, "en"), `id="potential"`) {
		t.Error("a section says nothing")
	}
}
