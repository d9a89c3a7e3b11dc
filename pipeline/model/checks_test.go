package model

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// check is the file of a check that finds 3 of 100 bad lines and no bad contract.
func check(severity string) string {
	return "-- One row per table.\n-- grain: table_name\n-- needs: none\n-- severity: " + severity + `
select table_name, cast(failing as bigint) as failing, cast(tested as bigint) as tested
from (values ('order_lines', 3, 100), ('contracts', 0, 0)) as v(table_name, failing, tested)`
}

// checked computes and checks models.
func checked(t *testing.T, settings []Setting, files ...string) []CheckResult {
	t.Helper()
	e, _ := engine(t, 2)
	p := plan(t, files...)
	if err := Compute(t.Context(), e, p, func(Model) string { return "" }, nil); err != nil {
		t.Fatal(err)
	}
	results, err := RunChecks(t.Context(), e, p, settings)
	if err != nil {
		t.Fatal(err)
	}
	return results
}

func TestACheckPassesWarnsOrFails(t *testing.T) {
	contracts := CheckResult{"orphans", "contracts", "error", 0, 0, VerdictPassed, ""}
	for name, c := range map[string]struct {
		severity string
		settings []Setting
		want     CheckResult
	}{
		"an error blocks":         {"error", nil, CheckResult{"", "", "error", 3, 100, VerdictFailed, ""}},
		"a warning does not":      {"warning", nil, CheckResult{"", "", "warning", 3, 100, VerdictWarning, ""}},
		"made an error":           {"warning", []Setting{{"orphans", "error", -1}}, CheckResult{"", "", "error", 3, 100, VerdictFailed, ""}},
		"made a warning":          {"error", []Setting{{"orphans", "warning", -1}}, CheckResult{"", "", "warning", 3, 100, VerdictWarning, ""}},
		"a share that is allowed": {"error", []Setting{{"orphans", "", 300}}, CheckResult{"", "", "error", 3, 100, VerdictPassed, ""}},
		"a share just exceeded":   {"error", []Setting{{"orphans", "", 299}}, CheckResult{"", "", "error", 3, 100, VerdictFailed, ""}},
		"the table's own setting wins": {"error", []Setting{{"order_lines.orphans", "warning", -1}, {"orphans", "error", 10}},
			CheckResult{"", "", "warning", 3, 100, VerdictWarning, ""}},
		"another table's does not": {"error", []Setting{{"contracts.orphans", "warning", 10000}}, CheckResult{"", "", "error", 3, 100, VerdictFailed, ""}},
	} {
		t.Run(name, func(t *testing.T) {
			results := checked(t, c.settings, "checks/orphans.sql", check(c.severity))
			c.want.CheckName, c.want.TableName = "orphans", "order_lines"
			if diff := cmp.Diff(c.want, results[1]); diff != "" {
				t.Error(diff)
			}
			if results[0].TableName != "contracts" || results[0].Verdict != contracts.Verdict {
				t.Errorf("an empty table passes: %v", results[0])
			}
		})
	}
}

func TestEveryMartIsCheckedForItsGrain(t *testing.T) {
	mart := func(query string) string {
		return "-- One row per customer and day.\n-- grain: customer_id, day\n-- needs: none\n-- mart: yes\n" + query
	}
	values := func(rows string) string {
		return mart("select customer_id, day from (values " + rows + ") as v(customer_id, day)")
	}
	got := checked(t, nil,
		"core/good.sql", values("('a', 1), ('a', 2), ('b', 1)"),
		"core/twice.sql", values("('a', 1), ('a', 1), ('a', 1), ('b', 1)"),
		"core/unknown.sql", values("('a', null), (null, 1), (null, 1), ('b', 1)"),
		"core/empty.sql", mart("select 'a' as customer_id, 1 as day where false"),
		"core/alone.sql", strings.Replace(mart("select 1 as x"), "customer_id, day", "none", 1),
		"core/no_mart.sql", modelText("", "select 'a' as customer_id from (values (1), (2)) as v(i)"),
		"checks/orphans.sql", check("warning"))
	want := []CheckResult{
		{"grain", "empty", "error", 0, 0, VerdictPassed, ""},
		{"grain", "good", "error", 0, 3, VerdictPassed, ""},
		{"grain", "twice", "error", 3, 4, VerdictFailed, ""},
		{"grain", "unknown", "error", 3, 4, VerdictFailed, ""},
		{"orphans", "contracts", "warning", 0, 0, VerdictPassed, ""},
		{"orphans", "order_lines", "warning", 3, 100, VerdictWarning, ""},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestACheckWithOtherColumnsIsRefused(t *testing.T) {
	e, _ := engine(t, 1)
	for query, want := range map[string]string{
		"select 'x' as table_name, 1 as failing":                                             "sql/checks/broken.sql:1: a check gives table_name varchar",
		"select 'x' as table_name, null as failing, cast(1 as bigint) as tested":             "sql/checks/broken.sql:1: a check gives table_name varchar",
		"select 'x' as table_name, cast(1.5 as double) as failing, cast(1 as bigint) tested": "sql/checks/broken.sql:1: a check gives table_name varchar",
	} {
		p := plan(t, "checks/broken.sql", modelText("-- severity: error\n", query))
		_, err := RunChecks(t.Context(), e, p, nil)
		wantErrors(t, err, want)
	}
}

func TestACheckMayNameWhatFailed(t *testing.T) {
	got := checked(t, nil, "checks/late.sql", modelText("-- severity: error\n",
		`select v.table_name, cast(1 as bigint) as failing, cast(1 as bigint) as tested, v.detail
from (values ('a', 'erp is late'), ('b', null)) as v(table_name, detail)`))
	want := []CheckResult{
		{"late", "a", "error", 1, 1, VerdictFailed, "erp is late"},
		{"late", "b", "error", 1, 1, VerdictFailed, ""},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAllowedSharesAreComparedExactly(t *testing.T) {
	for _, c := range []struct {
		failing, tested, basisPoints int64
		want                         bool
	}{
		{0, 0, 0, true}, {1, 0, 10000, false}, {1, 100, 100, true}, {1, 99, 100, false}, {2, 100, 100, false},
		{math.MaxInt64, math.MaxInt64, 10000, true}, {math.MaxInt64, math.MaxInt64, 9999, false},
	} {
		if got := withinShare(c.failing, c.tested, c.basisPoints); got != c.want {
			t.Errorf("%d of %d within %d basis points: %v", c.failing, c.tested, c.basisPoints, got)
		}
	}
}

func TestASettingForNoCheckIsNamed(t *testing.T) {
	models := plan(t, "checks/orphans.sql", check("warning"))
	if err := UnknownSettings(models, []Setting{{Name: "orphans"}, {Name: "order_lines.orphans"}, {Name: "tiers.grain"}}); err != nil {
		t.Error(err)
	}
	wantErrors(t, UnknownSettings(models, []Setting{{Name: "order_lines.orphan"}, {Name: "grian"}}),
		"unknown check order_lines.orphan: did you mean orphans?", "unknown check grian: did you mean grain?")
}
