package model

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// plan orders and plans all models of a folder.
func plan(t *testing.T, files ...string) []Model {
	t.Helper()
	ordered, err := Order(load(t, folder(files...)), given())
	if err != nil {
		t.Fatal(err)
	}
	return ordered
}

// tables lists what the engine holds, as schema.name.
func tables(t *testing.T, e *DuckDB) []string {
	t.Helper()
	var names []string
	for _, row := range values(t, e, `select schema_name || '.' || table_name from duckdb_tables()
union all select schema_name || '.' || view_name from duckdb_views() where not internal`) {
		names = append(names, row[0].(string))
	}
	slices.Sort(names)
	return names
}

func TestAnIntermediateTableIsFreedAfterItsLastReader(t *testing.T) {
	e, folder := engine(t, 2)
	p := plan(t,
		"staging/lines.sql", modelText("-- view: yes\n", "select 'a' as customer_id"),
		"core/days.sql", modelText("", "select customer_id from staging.lines"),
		"core/seen_by_view.sql", modelText("", "select customer_id from staging.lines"),
		"core/seen_by_check.sql", modelText("", "select customer_id from staging.lines"),
		"core/thin.sql", modelText("-- view: yes\n", "select customer_id from core.seen_by_view"),
		"core/unread.sql", modelText("", "select customer_id from core.thin"),
		"segment/scores.sql", modelText("", "select customer_id from core.days"),
		"segment/tiers.sql", modelText("-- mart: yes\n-- view: yes\n", "select customer_id from segment.scores"),
		"checks/known.sql", modelText("-- severity: error\n", "select 'x' as table_name, count(*) as failing, count(*) as tested from core.seen_by_check"))
	out := func(m Model) string {
		if m.Mart {
			return filepath.Join(folder, m.Name+".parquet")
		}
		return ""
	}
	var heard []string
	held := map[string]bool{}
	err := Compute(t.Context(), e, p, out, func(m Model, rows int64, seconds float64) {
		heard = append(heard, m.Relation())
		held[m.Relation()] = slices.Contains(tables(t, e), "core.days")
		if seconds < 0 || !m.View && rows != 1 {
			t.Errorf("%s: %d rows in %v s", m.Relation(), rows, seconds)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(heard, " "), strings.TrimSuffix(relations(p), " checks.known"); got != want {
		t.Errorf("heard of %s, want %s", got, want)
	}
	if !held["segment.scores"] || held["segment.tiers"] {
		t.Errorf("core.days must be held for its reader and no longer: %v", held)
	}
	want := []string{"core.seen_by_check", "core.thin", "core.unread", "segment.tiers", "staging.lines"}
	if diff := cmp.Diff(want, tables(t, e)); diff != "" {
		t.Error(diff)
	}
	if _, err := os.Stat(filepath.Join(folder, "tiers.parquet")); err != nil {
		t.Error(err)
	}
}

// What is asked for when all is computed stands on tables, also where a view is between them.
func TestATableIsHeldForAViewThatIsReadAtTheEnd(t *testing.T) {
	e, _ := engine(t, 2)
	p := plan(t,
		"core/days.sql", modelText("", "select 'a' as customer_id"),
		"core/named.sql", modelText("", "select 'a' as customer_id"),
		"core/thin.sql", modelText("-- view: yes\n", "select customer_id from core.days"),
		"core/scores.sql", modelText("", "select customer_id from core.thin"),
		"core/named_scores.sql", modelText("", "select customer_id from core.named"),
		"segment/shown.sql", modelText("-- view: yes\n", "select customer_id from core.scores"))
	if err := Compute(t.Context(), e, p, func(Model) string { return "" }, nil, "core.named"); err != nil {
		t.Fatal(err)
	}
	want := []string{"core.named", "core.named_scores", "core.scores", "core.thin", "segment.shown"}
	if diff := cmp.Diff(want, tables(t, e)); diff != "" {
		t.Error(diff)
	}
	if got := values(t, e, "select customer_id from segment.shown"); len(got) != 1 {
		t.Errorf("got %v", got)
	}
}

func TestAFailingModelEndsTheComputation(t *testing.T) {
	e, _ := engine(t, 1)
	p := plan(t,
		"core/a.sql", modelText("", "select cast('x' as bigint) as customer_id from (values (1)) as v(i)"),
		"core/b.sql", modelText("", "select customer_id from core.a"))
	err := Compute(t.Context(), e, p, func(Model) string { return "" }, nil)
	wantErrors(t, err, "sql/core/a.sql:4:8: could not convert string 'x'")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Compute(ctx, e, p, func(Model) string { return "" }, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
