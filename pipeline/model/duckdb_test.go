package model

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// engine opens an engine that may read and write one folder of the test.
func engine(t *testing.T, threads int) (*DuckDB, string) {
	t.Helper()
	folder := t.TempDir()
	e, err := OpenDuckDB(t.Context(), DuckDBOptions{
		MemoryMB: 512, Threads: threads, TempDir: t.TempDir(), Writable: []string{folder}, KeepOrder: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e, folder
}

// oneModel loads a single file of schema core around a select.
func oneModel(t *testing.T, header, query string) Model {
	t.Helper()
	return load(t, folder("core/made.sql", modelText(header, query)))[0]
}

// values runs a query that must succeed.
func values(t *testing.T, e *DuckDB, query string) [][]any {
	t.Helper()
	rows, err := e.Query(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	return rows.Values
}

func build(t *testing.T, e *DuckDB, m Model, out string) int64 {
	t.Helper()
	rows, err := e.Build(t.Context(), m, out)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestAMartHasTheSameBytesOnAnyNumberOfThreads(t *testing.T) {
	// 300,000 rows are three row groups; the grain is broken on purpose, so ties must be ordered too.
	const query = `select 'C' || cast(i % 70001 as varchar) as customer_id,
cast(i % 977 as decimal(38,4)) as profit, case when i % 3 = 0 then 'x' end as word,
cast(i % 31 as bigint) as orders, cast(i as double) / 7 as share
from unnest(range(300000)) as numbers(i)`
	m := oneModel(t, "-- mart: yes\n", query)
	hashes := map[string][]int{}
	for _, threads := range []int{1, 2, 8, 2} {
		e, folder := engine(t, threads)
		out := filepath.Join(folder, "mart.parquet")
		if rows := build(t, e, m, out); rows != 300000 {
			t.Fatalf("%d rows", rows)
		}
		bytes, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		sum := fmt.Sprintf("%x", sha256.Sum256(bytes))
		hashes[sum] = append(hashes[sum], threads)
	}
	if len(hashes) != 1 {
		t.Errorf("the file differs between thread counts: %v", hashes)
	}
}

func TestReadersOfAMartSeeTheRowsOfItsFile(t *testing.T) {
	e, folder := engine(t, 2)
	m := oneModel(t, "-- mart: yes\n", "select customer_id from (values ('b'), ('a'), ('c')) as v(customer_id)")
	for range 2 { // built again, the relation is replaced
		build(t, e, m, filepath.Join(folder, "mart.parquet"))
	}
	if diff := cmp.Diff([][]any{{"a"}, {"b"}, {"c"}}, values(t, e, "select * from core.made")); diff != "" {
		t.Error(diff)
	}
}

func TestAMartWithAColumnThatParquetWouldBendIsRefused(t *testing.T) {
	e, folder := engine(t, 1)
	m := oneModel(t, "-- mart: yes\n-- units: cost money\n-- column: profits  what is left\n",
		"select 'a' as customer_id, sum(cast(1 as bigint)) as orders, 1 as small, 2.5 as profit")
	_, err := e.Build(t.Context(), m, filepath.Join(folder, "mart.parquet"))
	wantErrors(t, err,
		"sql/core/made.sql:1: the column orders is hugeint: cast it to one of varchar, bigint",
		"the column small is integer",
		"the header names the column cost, which the select does not make",
		"the header names the column profits, which the select does not make: did you mean profit?")
}

func TestALakeFolderMayHaveAnyName(t *testing.T) {
	e, folder := engine(t, 2)
	strange := filepath.Join(folder, `p=2025-01 it's [1-9]* "ü" 明光?`)
	if err := os.Mkdir(strange, 0o700); err != nil {
		t.Fatal(err)
	}
	write := func(path, query string) string {
		build(t, e, oneModel(t, "", query), path)
		return path
	}
	first := write(filepath.Join(strange, "x[1]*.parquet"), "select 'a' as customer_id")
	write(filepath.Join(strange, "x1y.parquet"), "select 'decoy' as customer_id")
	later := write(filepath.Join(folder, "later.parquet"), "select 'b' as customer_id, 'north' as region")
	if err := e.Attach(t.Context(), `raw.the "odd" one`, []string{first, later}); err != nil {
		t.Fatal(err)
	}
	got := values(t, e, `select * from raw."the ""odd"" one" order by customer_id`)
	if diff := cmp.Diff([][]any{{"a", nil}, {"b", "north"}}, got); diff != "" {
		t.Errorf("an older file lacks a column, no folder is one: %s", diff)
	}
}

func TestAttachingNeedsAFileThatIsThere(t *testing.T) {
	e, folder := engine(t, 1)
	ctx := t.Context()
	wantErrors(t, e.Attach(ctx, "raw.none", nil), "attach raw.none: it has no file")
	wantErrors(t, e.Attach(ctx, "raw.near", []string{"here.parquet"}), `attach raw.near: the path "here.parquet" is not absolute`)
	wantErrors(t, e.Attach(ctx, "raw.gone", []string{filepath.Join(folder, "gone.parquet")}), "attach raw.gone: ", "gone.parquet")
}

func TestTheEngineSeesNothingOutsideItsFolders(t *testing.T) {
	e, folder := engine(t, 1)
	outside := filepath.Join(t.TempDir(), "outside.parquet")
	m := oneModel(t, "", "select 'a' as customer_id")
	_, err := e.Build(t.Context(), m, outside)
	wantErrors(t, err, "cannot access file")
	for query, want := range map[string]string{
		"select * from read_text('/etc/hostname')":                    "annot access file",
		"set threads = 8":                                             "only one select",
		"copy (select 1) to '" + filepath.Join(folder, "x.csv") + "'": "only one select",
		"explain analyze create table x as select 1":                  "only one select",
		"EXPLAIN (analyze) create table x as select 1":                "only one select",
		"explain explain analyze vacuum":                              "run a query: ",
		"explain":                                                     "run a query: ",
		"create table x as select 1":                                  "only one select",
		"attach '" + filepath.Join(folder, "x.db") + "'":              "only one select",
		"select 1; select 2":                                          "one select at a time",
		"install httpfs":                                              "only one select",
		"select * from '" + filepath.Join(folder, "..", "other", "x.parquet") + "'": "annot access file",
		"select \xff":    "not UTF-8",
		"select 1\x00 2": "not UTF-8",
	} {
		_, err := e.Query(t.Context(), query)
		wantErrors(t, err, want)
	}
	if _, err := e.run(t.Context(), "set enable_external_access = true"); err == nil {
		t.Error("the configuration is not locked")
	}
}

func TestFoldersMustBeAbsolute(t *testing.T) {
	_, err := OpenDuckDB(t.Context(), DuckDBOptions{MemoryMB: 64, Threads: 1, TempDir: "tmp"})
	wantErrors(t, err, `the folder "tmp" is not absolute`)
	_, err = OpenDuckDB(t.Context(), DuckDBOptions{TempDir: t.TempDir()})
	wantErrors(t, err, "both must be at least 1")
}

func TestAnErrorOfTheEngineNamesThePlaceInTheFile(t *testing.T) {
	for name, c := range map[string]struct{ query, want string }{
		"column": {"select -- ü\n    é.custmer_id\nfrom (select 'a' as customer_id) as é",
			"sql/core/made.sql:6:5: values list \"é\" does not have a column named \"custmer_id\": did you mean customer_id?"},
		"function": {"select 'a' as customer_id,\n    yaer(date '2025-01-01') as y", "sql/core/made.sql:6:5: scalar Function with name yaer does not exist: did you mean year"},
		"value":    {"select 'a' as customer_id,\n    cast(word as bigint) as n from (values ('x')) as v(word)", "sql/core/made.sql:6:5: could not convert string 'x'"},
		"type":     {"select coalesce(1, date '2025-01-01') as customer_id", "sql/core/made.sql:1: cannot mix values of type"},
	} {
		t.Run(name, func(t *testing.T) {
			e, folder := engine(t, 1)
			m := oneModel(t, "-- mart: yes\n", c.query)
			_, err := e.Build(t.Context(), m, "")
			wantErrors(t, err, c.want)
			_, err = e.Build(t.Context(), m, filepath.Join(folder, "x.parquet"))
			wantErrors(t, err, c.want)
		})
	}
}

func TestAnErrorInAViewIsNotBlamedOnALineOfItsReader(t *testing.T) {
	e, _ := engine(t, 1)
	models := load(t, folder(
		"staging/words.sql", modelText("-- view: yes\n", "select cast(w as integer) as customer_id from (values ('x')) as v(w)"),
		"core/reader.sql", modelText("", "select customer_id from staging.words")))
	build(t, e, models[0], "")
	_, err := e.Build(t.Context(), models[1], "")
	wantErrors(t, err, "sql/core/reader.sql:1: could not convert string 'x'", "or in a view that it reads")
}

func TestACancelledRunStops(t *testing.T) {
	e, _ := engine(t, 2)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	endless := oneModel(t, "", `select cast(count(*) as varchar) as customer_id
from unnest(range(10000)) as a(i) cross join unnest(range(10000)) as b(j)
cross join unnest(range(10000)) as c(k) where a.i + b.j + c.k = 7`)
	_, err := e.Build(ctx, endless, "")
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	if _, err := e.Query(ctx, "select 1"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	if diff := cmp.Diff([][]any{{int64(1)}}, values(t, e, "select 1")); diff != "" {
		t.Errorf("the engine works on: %s", diff)
	}
}

func TestMoneyComesBackWithEveryDigit(t *testing.T) {
	e, _ := engine(t, 1)
	rows, err := e.Query(t.Context(), `select cast('-0.0500' as decimal(38,4)) as small,
cast('99999999999999999999999999999999.9999' as decimal(38,4)) as large, cast(7 as decimal(5,0)) as whole,
cast(2 as bigint) as n, cast('170141183460469231731687303715884105727' as hugeint) as huge, cast(0.1 as double) as share,
cast(0.5 as float) as half, true as yes, 'ü' as word, date '1899-12-31' as day,
timestamp '2025-03-08 10:00:00.000001' as at, null as nothing, interval '1' month as span, ['a', 'b'] as list`)
	if err != nil {
		t.Fatal(err)
	}
	want := &Rows{
		Columns: []string{"small", "large", "whole", "n", "huge", "share", "half", "yes", "word", "day", "at", "nothing", "span", "list"},
		Types: []string{"decimal(38,4)", "decimal(38,4)", "decimal(5,0)", "bigint", "hugeint", "double", "float", "boolean",
			"varchar", "date", "timestamp", "integer", "varchar", "varchar"},
		Values: [][]any{{Decimal("-0.0500"), Decimal("99999999999999999999999999999999.9999"), Decimal("7"), int64(2),
			Decimal("170141183460469231731687303715884105727"), 0.1, 0.5, true, "ü",
			time.Date(1899, 12, 31, 0, 0, 0, 0, time.UTC), time.Date(2025, 3, 8, 10, 0, 0, 1000, time.UTC),
			nil, "1 month", "[a, b]"}},
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
}

func TestAQueryErrorSaysLineAndColumn(t *testing.T) {
	e, _ := engine(t, 1)
	_, err := e.Query(t.Context(), "select 1 as tier,\n  teir from (select 2 as tier) as t")
	wantErrors(t, err, "run a query: line 2, column 3: ", "did you mean tier?")
	_, err = e.Query(t.Context(), "selec 1")
	wantErrors(t, err, `line 1, column 1: syntax error at or near "selec"`)
}

func TestTooLittleMemorySaysWhatToDo(t *testing.T) {
	e, err := OpenDuckDB(t.Context(), DuckDBOptions{MemoryMB: 32, MaxTempMB: 1, Threads: 1, TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	large := oneModel(t, "", "select cast(i as varchar) || repeat('x', 200) as customer_id from unnest(range(600000)) as v(i)")
	_, err = e.Build(t.Context(), large, "")
	wantErrors(t, err, "sql/core/made.sql:1", "give the engine more memory or fewer threads")
}

func TestPeopleMayLookAroundWithTheEnginesOwnWords(t *testing.T) {
	e, _ := engine(t, 1)
	build(t, e, oneModel(t, "", "select 'a' as customer_id"), "")
	for _, query := range []string{"describe core.made", "show all tables", "summarize core.made", "from core.made;",
		"explain select * from core.made", "explain analyze select * from core.made", "values (1)",
		"with x as (select 1 as a) select a from x -- ; no end"} {
		if rows := values(t, e, query); len(rows) == 0 {
			t.Errorf("%s gave no row", query)
		}
	}
}
