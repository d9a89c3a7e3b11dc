package main

import (
	"database/sql"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// shownRows are what explain --json says of the source rows of one customer.
type shownRows struct {
	Sections []struct {
		Relation string
		Total    int64
		Rows     []map[string]string
	}
}

func explained(t *testing.T, config, customer string, flags ...string) (s shownRows) {
	t.Helper()
	if err := json.Unmarshal([]byte(capture(t, append([]string{"-c", config, "--json", "explain", customer}, flags...)...)), &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// mustBeginLikeAll compares what is shown of a customer with all that there is; it counts the rows that
// were left out.
func mustBeginLikeAll(t *testing.T, config, customer string) (left map[string]int64) {
	t.Helper()
	some, all := explained(t, config, customer), explained(t, config, customer, "--all")
	if len(some.Sections) != len(all.Sections) {
		t.Fatalf("%s: %d sections of %d", customer, len(some.Sections), len(all.Sections))
	}
	left = map[string]int64{}
	for i, s := range some.Sections {
		whole := all.Sections[i]
		if s.Relation != whole.Relation || s.Total != whole.Total || int(whole.Total) != len(whole.Rows) {
			t.Errorf("%s: %s says %d, with --all %s says %d and shows %d", customer, s.Relation, s.Total, whole.Relation, whole.Total, len(whole.Rows))
		}
		if diff := cmp.Diff(whole.Rows[:min(len(s.Rows), len(whole.Rows))], s.Rows); diff != "" {
			t.Errorf("%s: %s does not begin with what comes first of all: %s", customer, s.Relation, diff)
		}
		left[s.Relation] = whole.Total - int64(len(s.Rows))
	}
	return left
}

func TestTheNewestRowsOfACustomerAreTheFirstOfAll(t *testing.T) {
	config := filepath.Join(demoDir(t), "pharos.yaml")
	var lines, entries int64
	for _, customer := range []string{"C0001", "C0003", "C0040", "C0200", "C0399"} {
		left := mustBeginLikeAll(t, config, customer)
		lines += left["raw.order_lines"]
		entries += left["raw.ledger"]
	}
	if lines == 0 || entries == 0 {
		t.Errorf("%d lines and %d entries are left out: this shows nothing", lines, entries)
	}
}

// anyHolds says whether a text stands in one of some files.
func anyHolds(t *testing.T, pattern, text string) bool {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(paths, func(path string) bool {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Contains(string(content), text)
	})
}

// Among ten thousand lines those of one customer are found by their pages; the ones that changed in a
// later night count once, as they are then, and for the customer they belong to then.
func TestALineThatMovesToAnotherCustomerIsExplainedThere(t *testing.T) {
	if testing.Short() {
		t.Skip("whole runs; -short leaves them out")
	}
	dir := t.TempDir()
	db, err := sql.Open("sqlite", filepath.Join(dir, "shop.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	do := func(statement string) {
		t.Helper()
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	do(`create table lines (no text, pos integer, who text, at text, net numeric, cost numeric, changed text, primary key (no, pos))`)
	do(`with recursive n(i) as (select 0 union all select i + 1 from n where i < 9999)
		insert into lines select 'O' || (i / 2), i % 2, 'C' || (i * 7 % 61), date('2025-01-01', (i / 20) || ' days'), (i % 90) + 10.25, (i % 50) + 0.5, '2026-06-01 00:00:00' from n`)
	config := write(t, dir, "pharos.yaml", `version: 1
history: { months: 2 }
company: { name: Large, currency: EUR, time_zone: UTC, language: en }
sources: { shop: { sqlite: { path: shop.db } } }
data:
  order_lines:
    source: shop
    table: lines
    columns: { order_id: no, line_id: pos, customer_id: who, ordered_at: at, net_amount: net, cost: cost }
    incremental: { cursor: changed, key: [no, pos] }
`)
	must := func() {
		t.Helper()
		capture(t, "-c", config, "run", "--as-of", "2026-07-01")
		for _, customer := range []string{"C7", "C8", "C60"} {
			var want int64
			if err := db.QueryRow(`select count(*) from lines where who = ?`, customer).Scan(&want); err != nil {
				t.Fatal(err)
			}
			left := mustBeginLikeAll(t, config, customer)
			if got := left["raw.order_lines"] + 20; got != want {
				t.Errorf("%s has %d lines, %d are explained", customer, want, got)
			}
		}
	}
	must()
	do(`update lines set who = 'C8', net = 999.75, changed = '2026-06-02 00:00:00' where who = 'C7' and pos = 1`)
	must()
	if !anyHolds(t, filepath.Join(dir, "lighthouse", "lake", "snapshots", "*.json"), `"deltas"`) {
		t.Error("the second night stored no changes: this shows nothing")
	}
	moved := 0
	for _, section := range explained(t, config, "C8", "--all").Sections {
		for _, row := range section.Rows {
			if section.Relation == "raw.order_lines" && row["net_amount"] == "999.7500" {
				moved++
			}
		}
	}
	if moved < 50 {
		t.Errorf("%d lines came from C7", moved)
	}
}
