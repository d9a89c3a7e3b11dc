package model

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// doubled is a step that reads numbers and gives each with its double, the last first.
func doubled() Model {
	return Model{Schema: StepSchema, Name: "doubled", Path: "fit.doubled", Header: Header{Grain: []string{"n"}},
		Refs: []Ref{{Schema: "core", Name: "numbers"}}, Output: []Column{{"n", "bigint"}, {"twice", "double"}, {"word", "varchar"}},
		Step: func(ctx context.Context, from Reader, add func(...any) error) error {
			return from.Each(ctx, "select n from core.numbers order by n desc", func(row []any) error {
				n := row[0].(int64)
				if n%2 == 1 {
					return add(n, float64(2*n), nil)
				}
				return add(n, float64(2*n), "even")
			})
		}}
}

func TestAStepReadsAndAddsInTurnsHoweverManyRows(t *testing.T) {
	e, _ := engine(t, 2)
	const rows = 3*stepRows + 17
	if err := e.Replace(t.Context(), "core.numbers", fmt.Sprintf("select i as n from range(%d) as numbers(i)", rows)); err != nil {
		t.Fatal(err)
	}
	made, err := e.Build(t.Context(), doubled(), "")
	if err != nil || made != rows {
		t.Fatalf("%d rows, %v", made, err)
	}
	got, err := e.Query(t.Context(), "select count(*), cast(sum(n) as bigint), max(twice), count(word) from fit.doubled")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]any{int64(rows), int64(rows * (rows - 1) / 2), float64(2 * (rows - 1)), int64(rows/2 + rows%2)}, got.Values[0]); diff != "" {
		t.Error(diff)
	}
}

func TestAStepIsWrittenLikeAMartInTheOrderOfItsGrain(t *testing.T) {
	var files []string
	for threads := range 3 {
		e, dir := engine(t, threads+1)
		if err := e.Replace(t.Context(), "core.numbers", "select i as n from range(1000) as numbers(i)"); err != nil {
			t.Fatal(err)
		}
		out := filepath.Join(dir, "doubled.parquet")
		if rows, err := e.Build(t.Context(), doubled(), out); err != nil || rows != 1000 {
			t.Fatalf("%d rows, %v", rows, err)
		}
		first, err := e.Query(t.Context(), "select n, twice from fit.doubled limit 1")
		if err != nil || first.Values[0][1].(float64) != 0 {
			t.Fatalf("%v, %v: the relation does not read its file in order", first, err)
		}
		b, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, string(b))
	}
	if files[0] != files[1] || files[1] != files[2] {
		t.Error("the file depends on the number of threads")
	}
}

func TestAStepWorksInADatabaseBesideOnItsRows(t *testing.T) {
	e, _ := engine(t, 2)
	if err := e.Replace(t.Context(), "core.numbers", "select i as n from range(10) as numbers(i)"); err != nil {
		t.Fatal(err)
	}
	b, err := e.Beside(t.Context(), "past_0")
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if err := b.Share(t.Context(), "core.numbers", "*", "n < 4"); err != nil {
		t.Fatal(err)
	}
	for range 2 { // month after month
		if err := Compute(t.Context(), b, []Model{doubled()}, func(Model) string { return "" }, nil); err != nil {
			t.Fatal(err)
		}
	}
	got, err := b.Query(t.Context(), "select count(*) from fit.doubled")
	if err != nil || got.Values[0][0].(int64) != 4 {
		t.Fatalf("%v, %v", got, err)
	}
	if _, err := e.Query(t.Context(), "select count(*) from fit.doubled"); err == nil {
		t.Error("the step wrote into the run's own database")
	}
}

func TestNoImpossibleNumberLeavesAStep(t *testing.T) {
	for name, value := range map[string]any{"NaN": math.NaN(), "+Inf": math.Inf(1), "-Inf": math.Inf(-1), "a word": "x"} {
		e, _ := engine(t, 1)
		m := doubled()
		m.Step = func(_ context.Context, _ Reader, add func(...any) error) error { return add(int64(1), value, nil) }
		_, err := e.Build(t.Context(), m, "")
		if err == nil || !strings.Contains(err.Error(), "compute fit.doubled: row 1: column twice") {
			t.Errorf("%s: %v", name, err)
		}
	}
	e, _ := engine(t, 1)
	m := doubled()
	m.Step = func(_ context.Context, _ Reader, add func(...any) error) error { return add(int64(1)) }
	if _, err := e.Build(t.Context(), m, ""); err == nil || !strings.Contains(err.Error(), "1 values for 3 columns") {
		t.Errorf("a short row: %v", err)
	}
	m.Output = []Column{{"money", "decimal(38,4)"}}
	if _, err := e.Build(t.Context(), m, ""); err == nil || !strings.Contains(err.Error(), "column money") {
		t.Errorf("money: %v", err)
	}
}

func TestAStepStandsInTheGraphLikeAModel(t *testing.T) {
	step := doubled()
	step.Needs = []string{"order_lines"}
	text := func(needs, query string) string {
		return "-- One row.\n-- grain: n\n-- needs: " + needs + "\n-- mart: yes\n" + query
	}
	models := load(t, folder(
		"core/numbers.sql", "-- One number.\n-- grain: n\n-- needs: none\nselect 1 as n",
		"analysis/a_reader.sql", text("none", "select n from fit.doubled"),
		"analysis/alone.sql", text("none", "select 2 as n")))
	ordered, err := Order(append(models, step), nil)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, m := range ordered {
		names = append(names, m.Relation())
	}
	if diff := cmp.Diff([]string{"core.numbers", "analysis.alone", "fit.doubled", "analysis.a_reader"}, names); diff != "" {
		t.Error(diff)
	}
	build, skipped, err := Plan(ordered, nil, nil)
	if err != nil || len(build) != 2 {
		t.Errorf("%d planned without order lines, %v", len(build), err)
	}
	if diff := cmp.Diff([]Skipped{{"fit.doubled", "", "needs order_lines"}, {"analysis.a_reader", "a_reader", "needs order_lines"}}, skipped); diff != "" {
		t.Error(diff)
	}
	build, _, err = Plan(ordered, []string{"order_lines"}, []string{"alone"})
	if err != nil || len(build) != 1 {
		t.Errorf("only alone: %d planned, %v", len(build), err)
	}
	early := load(t, folder("core/early.sql", "-- One row.\n-- grain: n\n-- needs: none\nselect n from fit.doubled"))
	if _, err := Order(append(append(models, step), early...), nil); err == nil || !strings.Contains(err.Error(), "a later layer") {
		t.Errorf("core reads a fit: %v", err)
	}
}
