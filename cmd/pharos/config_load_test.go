package main

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pharos-analytics/pharos/pipeline/extract"
	"github.com/pharos-analytics/pharos/pipeline/lake"
)

const keeping = `version: 1
company: { name: Tea, currency: EUR, time_zone: Europe/Berlin }
sources: { erp: { postgres: { host: db1, database: erp, user: u, LOAD } }, tills: { csv: { path: tills.csv } } }
raw:
  orders: { source: erp, table: orders, columns: [id, note] }
  lines: { source: tills, columns: { id: bigint, line: integer, at: timestamptz, price: "decimal(12,2)", day: date, note: text } }
`

func TestTheLoadOnAServerIsBounded(t *testing.T) {
	for _, c := range []struct {
		load string
		want extract.Server
	}{
		{"tls: require", extract.Server{TLS: "require"}},
		{"workers: 4, rows_per_second: 50000, statement_timeout: 90 minutes", extract.Server{Workers: 4, RowsPerSecond: 50000, StatementTimeout: 90 * time.Minute}},
		{"workers: 1, statement_timeout: 1 day", extract.Server{Workers: 1, StatementTimeout: 24 * time.Hour}},
		{"retry_for: 2 hours", extract.Server{RetryFor: 2 * time.Hour}},
	} {
		if c.want.RetryFor == 0 {
			c.want.RetryFor = 5 * time.Minute
		}
		c.want.Host, c.want.Database, c.want.User = "db1", "erp", "u"
		cfg := mustParse(t, strings.Replace(keeping, "LOAD", c.load, 1))
		if diff := cmp.Diff(&c.want, cfg.Sources[0].Postgres); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.load, diff)
		}
	}
	if cfg := mustParse(t, strings.Replace(keeping, "LOAD", "retry_for: 0", 1)); cfg.Sources[0].RetryFor() != 0 {
		t.Errorf("a fault that may pass is waited out for %s, though nothing is to be tried again", cfg.Sources[0].RetryFor())
	}
	for load, want := range map[string]string{
		"workers: 0":                     "workers: the value is not a whole number from 1 to 32",
		"rows_per_second: -1":            "rows_per_second: the value is not a whole number from 0",
		"retry_for: 00":                  "retry_for: the value is not a time up to 7 days; write it like 30 minutes or 4 hours",
		"statement_timeout: 4":           "statement_timeout: the value is not a time up to 7 days; write it like 30 minutes or 4 hours",
		"statement_timeout: 8 days":      "statement_timeout: the value is not a time up to 7 days",
		"statement_timeout: two hours":   "statement_timeout: the value is not a time",
		"statement_timeout: 0 hours":     "statement_timeout: the value is not a time",
		"statement_timeout: 4 fortnight": "statement_timeout: the value is not a time",
	} {
		if got := strings.Join(problemsOf(t, strings.Replace(keeping, "LOAD", load, 1)), "\n"); !strings.Contains(got, want) {
			t.Errorf("%s: got\n%s\nwant\n%s", load, got, want)
		}
	}
}

func TestARawTableNamesTypesOrLeavesThemToTheSource(t *testing.T) {
	cfg := mustParse(t, strings.Replace(keeping, "LOAD", "tls: require", 1))
	if m := cfg.Data[0]; m.Typed || len(m.Columns) != 2 || m.Columns[0].Type != lake.Text {
		t.Errorf("a list of names became %+v", m)
	}
	var got []string
	for _, c := range cfg.Data[1].Columns {
		got = append(got, c.Name+" "+c.Type.String())
	}
	want := []string{"id bigint", "line integer", "at timestamptz", "price decimal(12,2)", "day date", "note varchar"}
	if diff := cmp.Diff(want, got); diff != "" || !cfg.Data[1].Typed {
		t.Errorf("typed %v, columns (-want +got):\n%s", cfg.Data[1].Typed, diff)
	}
	for _, wrong := range []string{`"decimal(38,2)"`, "decimal", "float", `"decimal(4,5)"`, "money"} {
		text := strings.Replace(strings.Replace(keeping, "LOAD", "tls: require", 1), "id: bigint", "id: "+wrong, 1)
		if got := strings.Join(problemsOf(t, text), "\n"); !strings.Contains(got, "is not a type that the lake keeps") {
			t.Errorf("%s: got\n%s", wrong, got)
		}
	}
	if got := strings.Join(problemsOf(t, strings.SplitN(keeping, "raw:", 2)[0]), "\n"); !strings.Contains(got, `missing key "data"`) {
		t.Errorf("a file that reads nothing: %s", got)
	}
}
