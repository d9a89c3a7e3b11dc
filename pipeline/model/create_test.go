package model

import (
	"database/sql"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/duckdb/duckdb-go/v2"
	"github.com/google/go-cmp/cmp"
)

func TestParametersReachSQLExactly(t *testing.T) {
	e, folder := engine(t, 2)
	columns := []Column{{"word", "varchar"}, {"fee", "decimal(18,4)"}, {"n", "bigint"}, {"share", "double"}, {"day", "date"},
		{"at", "timestamp"}, {"is_on", "boolean"}}
	day := time.Date(2025, 3, 8, 0, 0, 0, 0, time.UTC)
	at := time.Date(2025, 3, 8, 23, 59, 59, 999999000, time.UTC)
	rows := [][]any{
		{"z'ü\n明光", Decimal("-0.0001"), int64(1) << 62, 0.1, day, at, true},
		{nil, nil, nil, nil, nil, nil, nil},
		{"", "12345678901234.5678", 3, 2, day, at, false},
		{"a", int64(7), nil, nil, nil, nil, nil},
	}
	out := filepath.Join(folder, "params.parquet")
	if err := e.CreateFrom(t.Context(), "run.params", columns, rows, out); err != nil {
		t.Fatal(err)
	}
	if err := e.Attach(t.Context(), "run.written", []string{out}); err != nil {
		t.Fatal(err)
	}
	want := [][]any{
		{"z'ü\n明光", Decimal("-0.0001"), int64(1) << 62, 0.1, day, at, true},
		{nil, nil, nil, nil, nil, nil, nil},
		{"", Decimal("12345678901234.5678"), int64(3), 2.0, day, at, false},
		{"a", Decimal("7.0000"), nil, nil, nil, nil, nil},
	}
	for _, relation := range []string{"run.params", "run.written"} {
		if diff := cmp.Diff(want, values(t, e, "select * from "+relation)); diff != "" {
			t.Errorf("%s: %s", relation, diff)
		}
	}
}

func TestAnAbsentTableIsAnEmptyRelation(t *testing.T) {
	e, _ := engine(t, 1)
	for range 2 {
		if err := e.CreateFrom(t.Context(), "raw.returns", []Column{{"order_id", "varchar"}, {"amount", "decimal(18,4)"}}, nil, ""); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := e.Query(t.Context(), "select * from raw.returns")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&Rows{Columns: []string{"order_id", "amount"}, Types: []string{"varchar", "decimal(18,4)"}}, rows); diff != "" {
		t.Error(diff)
	}
}

func TestAValueOfAnotherTypeIsRefused(t *testing.T) {
	e, _ := engine(t, 1)
	for name, c := range map[string]struct {
		kind  string
		value any
		want  string
	}{
		"money as a float":  {"decimal(18,4)", 0.1, "create run.x: row 1: column a is decimal(18,4): it cannot hold 0.1 (float64)"},
		"text as a number":  {"bigint", "7", "column a is bigint"},
		"number as a text":  {"varchar", int64(7), "column a is varchar"},
		"share as a text":   {"double", "0.5", "column a is double"},
		"day as a text":     {"date", "2025-01-01", "column a is date"},
		"flag as a number":  {"boolean", int64(1), "column a is boolean"},
		"bytes as a text":   {"varchar", "\xff", "not UTF-8"},
		"words as money":    {"decimal(18,4)", "a lot", `could not convert string "a lot"`},
		"money that is big": {"decimal(18,4)", "123456789012345", "could not convert"},
	} {
		t.Run(name, func(t *testing.T) {
			wantErrors(t, e.CreateFrom(t.Context(), "run.x", []Column{{"a", c.kind}}, [][]any{{c.value}}, ""), c.want)
		})
	}
	wantErrors(t, e.CreateFrom(t.Context(), "run.x", []Column{{"a", "bigint"}}, [][]any{{1, 2}}, ""), "row 1 has 2 values for 1 columns")
}

func TestTheExportedDatabaseHoldsTheMarts(t *testing.T) {
	e, folder := engine(t, 1)
	build(t, e, oneModel(t, "-- mart: yes\n", "select 'a' as customer_id, cast(1.5 as decimal(38,4)) as profit"), "")
	path := filepath.Join(folder, "it's pharos.duckdb")
	if err := e.ExportDatabase(t.Context(), path, []string{"core.made"}); err != nil {
		t.Fatal(err)
	}
	connector, err := duckdb.NewConnector(path+"?access_mode=read_only", nil)
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	defer db.Close()
	var id, profit string
	if err := db.QueryRow("select customer_id, cast(profit as varchar) from made").Scan(&id, &profit); err != nil {
		t.Fatal(err)
	}
	if id != "a" || profit != "1.5000" {
		t.Errorf("got %s, %s", id, profit)
	}
	wantErrors(t, e.ExportDatabase(t.Context(), path, []string{"core.made"}), "the file exists")
}

func TestAnExportThatFailsLeavesNoFile(t *testing.T) {
	e, folder := engine(t, 1)
	path := filepath.Join(folder, "x.duckdb")
	wantErrors(t, e.ExportDatabase(t.Context(), path, []string{"core.absent"}), "core.absent: ")
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("the file is still there: %v", err)
	}
	wantErrors(t, e.ExportDatabase(t.Context(), filepath.Join(t.TempDir(), "x.duckdb"), nil), "annot access")
	wantErrors(t, e.ExportDatabase(t.Context(), "x.duckdb", nil), "not absolute")
}

func TestALongCalendarIsWrittenWithTheSameBytesEveryTime(t *testing.T) {
	columns := []Column{{"day", "date"}, {"month_on", "date"}, {"month_index", "bigint"}}
	var rows [][]any
	for d := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC); d.Year() < 2140; d = d.AddDate(0, 0, 1) {
		rows = append(rows, []any{d, time.Date(d.Year(), d.Month(), 1, 0, 0, 0, 0, time.UTC), int64(d.Year())*12 + int64(d.Month())})
	}
	var first []byte
	for round := range 12 {
		e, folder := engine(t, 1+round%4)
		out := filepath.Join(folder, "calendar.parquet")
		if err := e.CreateFrom(t.Context(), "core.calendar", columns, rows, out); err != nil {
			t.Fatal(err)
		}
		written, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = written
		}
		if string(written) != string(first) {
			t.Fatalf("round %d wrote other bytes: %d instead of %d", round, len(written), len(first))
		}
	}
}
