package main

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pharos-analytics/pharos/pipeline"
	"github.com/pharos-analytics/pharos/pipeline/extract"
)

// byChanges is a configuration whose order lines are read by their changes.
func byChanges(incremental string) string {
	return strings.NewReplacer(
		"tills: { csv: { path: tills.csv } }", "erp: { postgres: { host: db1, database: erp, user: pharos } }",
		"source: tills", "source: erp\n    table: lines\n    incremental: "+incremental,
	).Replace(smallest)
}

func TestATableReadByItsChangesGetsTheDefaults(t *testing.T) {
	cfg := mustParse(t, byChanges("{ cursor: updated_at, key: [no] }"))
	want := &extract.Incremental{Cursor: "updated_at", Key: []string{"no"}, Overlap: extract.UsualOverlap(), Partition: "month", By: "ordered_at", Deletes: "nightly"}
	if diff := cmp.Diff(want, cfg.Data[0].Incremental); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if cfg.Verify != pipeline.VerifyWeekly || cfg.Drift != nil {
		t.Errorf("verify %s, drift %v", cfg.Verify, cfg.Drift)
	}
}

func TestEachSettingOfChangesArrives(t *testing.T) {
	for _, c := range []struct {
		text string
		want extract.Incremental
	}{
		{"{ cursor: v, key: [a, b], overlap: 500, partition: hash, deletes: weekly }",
			extract.Incremental{Cursor: "v", Key: []string{"a", "b"}, Overlap: extract.Overlap{Number: 500}, Partition: "hash", Deletes: "weekly"}},
		{"{ cursor: v, key: [no], overlap: 90 minutes, partition: day, by: ordered_at, deletes: never }",
			extract.Incremental{Cursor: "v", Key: []string{"no"}, Overlap: extract.Overlap{Time: 90 * time.Minute}, Partition: "day", By: "ordered_at", Deletes: "never"}},
		{"{ cursor: v, key: [no], overlap: 1 week, partition: all }",
			extract.Incremental{Cursor: "v", Key: []string{"no"}, Overlap: extract.Overlap{Time: 7 * 24 * time.Hour}, Partition: "all", Deletes: "nightly"}},
	} {
		if diff := cmp.Diff(&c.want, mustParse(t, byChanges(c.text)).Data[0].Incremental); diff != "" {
			t.Errorf("%s: -want +got\n%s", c.text, diff)
		}
	}
}

func TestSettingsOfChangesThatCannotBeMeantSayWhatToDo(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{byChanges("{ key: [no] }"), `missing key "cursor" in data.order_lines.incremental`},
		{byChanges("{ cursor: v }"), `missing key "key" in data.order_lines.incremental`},
		{byChanges("{ cursor: v, key: [no], overlap: soon }"), "write a time such as 3 days or 2 hours, or a number"},
		{byChanges("{ cursor: v, key: [no], overlap: 3 moons }"), "write a time such as 3 days or 2 hours, or a number"},
		{byChanges("{ cursor: v, key: [no], partition: fortnight }"), "is not one of day, month, year, hash, all"},
		{byChanges("{ cursor: v, key: [no], by: shipped_on }"), `"shipped_on" is no column that this mapping fills`},
		{byChanges("{ cursor: v, key: [no], partition: hash, by: ordered_at }"), "by: is the date of partitions by day, month or year"},
		{byChanges("{ cursor: v, key: [no], deletes: often }"), "is not one of nightly, weekly, never"},
		{byChanges("{ cursor: v, key: [no, no] }"), `"no" stands twice`},
		{byChanges("{ cursor: v, keys: [no] }"), `unknown key "keys" in data.order_lines.incremental; nearest: key`},
		{strings.Replace(smallest, "source: tills", "source: tills\n    incremental: { cursor: v, key: [no] }", 1), "is for databases; source tills is csv, whose files are read whole"},
		{smallest + "verify: sometimes\n", "is not one of weekly, full, count"},
		{smallest + "drift: { widened: perhaps }\n", "is not one of accept, warn, hold, refuse"},
		{smallest + "drift: { widend: accept }\n", `unknown key "widend" in drift; nearest: widened`},
	} {
		if got := strings.Join(problemsOf(t, c.text), "\n"); !strings.Contains(got, c.want) {
			t.Errorf("got\n%s\nwant\n%s", got, c.want)
		}
	}
}
