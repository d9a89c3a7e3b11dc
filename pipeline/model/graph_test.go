package model

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// relations lists models for comparison.
func relations(models []Model) string {
	names := make([]string, len(models))
	for i, m := range models {
		names[i] = m.Relation()
	}
	return strings.Join(names, " ")
}

// given stands for what Pharos gives to every run.
func given() []string {
	return []string{"raw.order_lines", "raw.contracts", "raw.weather", "run.params", "core.calendar"}
}

func TestModelsAreComputedByLayerThenName(t *testing.T) {
	models := load(t, folder(
		"segment/a.sql", modelText("", "select * from core.z cross join core.b cross join core.calendar"),
		"core/b.sql", modelText("", "select * from core.z cross join run.params"),
		"core/z.sql", modelText("", "select * from staging.lines"),
		"core/c.sql", modelText("", "select 1 as customer_id"),
		"analysis/d.sql", modelText("", "select * from segment.a cross join analysis.e"),
		"analysis/e.sql", modelText("", "select * from core.c"),
		"staging/lines.sql", modelText("", "select * from raw.order_lines"),
		"checks/f.sql", modelText("-- severity: error\n", "select * from analysis.d")))
	ordered, err := Order(models, given())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := relations(ordered), "staging.lines core.c core.z core.b segment.a analysis.e analysis.d checks.f"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestAWrongReferenceIsNamedWithItsPlace(t *testing.T) {
	models := load(t, folder(
		"core/a.sql", modelText("", "select *\nfrom segment.b cross join core.calender"),
		"segment/b.sql", modelText("", "select * from raw.order_line\ncross join analysis.c"),
		"analysis/c.sql", "-- One row.\n-- grain: none\n-- needs: order_lines, contract | weather\nselect 1 as x"))
	_, err := Order(models, given())
	wantErrors(t, err,
		"sql/core/a.sql:5:6: core.a reads segment.b, a later layer: the order is run, raw, staging, core, segment, analysis, publish, checks",
		"sql/core/a.sql:5:27: unknown relation core.calender: did you mean core.calendar?",
		"sql/segment/b.sql:4:15: unknown relation raw.order_line: did you mean raw.order_lines?",
		"sql/segment/b.sql:5:12: segment.b reads analysis.c, a later layer",
		"sql/analysis/c.sql:1: needs: there is no table contract: did you mean contracts?")
	if strings.Contains(err.Error(), "weather") {
		t.Errorf("a table of the company's own is known: %v", err)
	}
}

func TestACircleOfModelsIsShown(t *testing.T) {
	models := load(t, folder(
		"core/a.sql", modelText("", "select * from core.b"),
		"core/b.sql", modelText("", "select * from core.c"),
		"core/c.sql", modelText("", "select * from raw.order_lines\ncross join core.b"),
		"core/self.sql", modelText("", "select 1 as customer_id")))
	_, err := Order(models, given())
	wantErrors(t, err, "sql/core/c.sql:5:12: the models read each other in a circle: core.b -> core.c -> core.b")
	models = load(t, folder("core/self.sql", modelText("", "select * from core.self")))
	_, err = Order(models, given())
	wantErrors(t, err, "core.self -> core.self")
}

// company loads a small house of models with needs.
func company(t *testing.T, own ...string) []Model {
	t.Helper()
	file := func(needs, mart, query string) string {
		return "-- One row per customer.\n-- grain: customer_id\n-- needs: " + needs + "\n-- mart: " + mart + "\n" + query + "\n"
	}
	models, err := Order(load(t, folder(
		"staging/contracts.sql", file("none", "no", "select * from raw.contracts"),
		"staging/order_lines.sql", file("none", "no", "select * from raw.order_lines"),
		"core/activity.sql", file("order_lines | contracts", "no", "select * from staging.order_lines"),
		"core/terms.sql", file("contracts", "no", "select * from staging.contracts"),
		"segment/tiers.sql", file("none", "yes", "select * from core.activity"),
		"analysis/renewals.sql", file("none", "yes", "select * from core.terms"),
		"analysis/both.sql", file("order_lines, contracts", "yes", "select * from segment.tiers"),
		"publish/kpis.sql", file("none", "yes", "select * from segment.tiers"),
		"checks/tiers.sql", strings.Replace(file("none", "no", "select * from segment.tiers"), "mart: no", "severity: error", 1),
		"checks/terms.sql", strings.Replace(file("none", "no", "select * from core.terms"), "mart: no", "severity: error", 1),
		"checks/loads.sql", strings.Replace(file("none", "no", "select * from run.params"), "mart: no", "severity: error", 1),
	), folder(own...)), given())
	if err != nil {
		t.Fatal(err)
	}
	return models
}

func TestWhatACompanyLacksIsSkippedWithItsReason(t *testing.T) {
	const always = "staging.contracts staging.order_lines"
	for name, c := range map[string]struct {
		available []string
		build     string
		skipped   []Skipped
	}{
		"only orders": {[]string{"order_lines"},
			always + " core.activity segment.tiers publish.kpis checks.loads checks.tiers",
			[]Skipped{{"core.terms", "", "needs contracts"}, {"analysis.both", "both", "needs contracts"},
				{"analysis.renewals", "renewals", "needs contracts"}, {"checks.terms", "", "needs contracts"}}},
		"only contracts": {[]string{"contracts"},
			always + " core.activity core.terms segment.tiers analysis.renewals publish.kpis checks.loads checks.terms checks.tiers",
			[]Skipped{{"analysis.both", "both", "needs order_lines"}}},
		"neither": {nil, always + " checks.loads",
			[]Skipped{{"core.activity", "", "needs order_lines or contracts"}, {"core.terms", "", "needs contracts"},
				{"segment.tiers", "tiers", "needs order_lines or contracts"}, {"analysis.both", "both", "needs order_lines and contracts"},
				{"analysis.renewals", "renewals", "needs contracts"}, {"publish.kpis", "kpis", "needs order_lines or contracts"},
				{"checks.terms", "", "needs contracts"}, {"checks.tiers", "", "needs order_lines or contracts"}}},
	} {
		t.Run(name, func(t *testing.T) {
			build, skipped, err := Plan(company(t), c.available, nil)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.build, relations(build)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(c.skipped, skipped); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTheAnalystsOwnStagingModelMakesItsTableAvailable(t *testing.T) {
	for name, c := range map[string]struct{ needs, want string }{
		"made from another table": {"weather", "core.terms"},
		"changed only":            {"contracts", ""},
	} {
		t.Run(name, func(t *testing.T) {
			own := "-- One row per contract.\n-- grain: contract_id\n-- needs: " + c.needs + "\nselect * from raw.weather"
			build, _, err := Plan(company(t, "staging/contracts.sql", own), []string{"order_lines", "weather"}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if has := strings.Contains(relations(build), "core.terms"); has != (c.want != "") {
				t.Errorf("built %s", relations(build))
			}
		})
	}
}

func TestOnlyKeepsAMartAndWhatItStandsOn(t *testing.T) {
	build, skipped, err := Plan(company(t), []string{"order_lines"}, []string{"tiers", "renewals"})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := relations(build), "staging.contracts staging.order_lines core.activity segment.tiers checks.loads checks.tiers"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	want := []Skipped{{"core.terms", "", "needs contracts"}, {"analysis.renewals", "renewals", "needs contracts"}, {"checks.terms", "", "needs contracts"}}
	if diff := cmp.Diff(want, skipped); diff != "" {
		t.Error(diff)
	}
	_, _, err = Plan(company(t), nil, []string{"tires"})
	wantErrors(t, err, "there is no mart tires: did you mean tiers?")
	_, _, err = Plan(company(t), nil, []string{"activity"})
	wantErrors(t, err, "there is no mart activity")
}
