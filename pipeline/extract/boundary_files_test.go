package extract

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

func TestNothingChangesInAFolderOfExports(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"orders.csv": "no,net\n1,2.50\n", "events.jsonl": "{\"no\":\"1\",\"net\":2.5}\n", "cards.txt": "12.50\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o444); err != nil {
			t.Fatal(err)
		}
	}
	one, net := "1", "2.50"
	record := textRecord([]string{"no", "net"}, [][]*string{{&one, &net}})
	writeParquet(t, filepath.Join(dir, "old.parquet"), record.Schema(), false, record)
	book := excelize.NewFile()
	for cell, value := range map[string]string{"A1": "no", "B1": "net", "A2": one, "B2": net} {
		if err := book.SetCellStr("Sheet1", cell, value); err != nil {
			t.Fatal(err)
		}
	}
	saveWorkbook(t, book, dir, "books.xlsx")
	writer(t, filepath.Join(dir, "shop.db"), "create table orders (no text, net text)", "insert into orders values ('1', '2.50')").Close()
	before := listing(t, dir)
	for _, spec := range []Spec{
		{CSV: &CSV{Path: "orders.csv"}}, {JSONL: &Files{Path: "events.jsonl"}}, {Parquet: &Files{Path: "old.parquet"}}, {Excel: &Excel{Path: "books.xlsx"}},
		{SQLite: &Files{Path: "shop.db"}}, {Fixed: &Fixed{Path: "cards.txt", Columns: []FixedColumn{{"no", 1, 1}, {"net", 2, 5}}}},
	} {
		spec.Name, spec.Dir = "exports", dir
		src := openUnclosed(t, spec)
		q := Query{Columns: []string{"no", "net"}}
		if spec.SQLite != nil {
			q.Relation = "orders"
		}
		if _, err := src.Describe(t.Context()); err != nil {
			t.Errorf("%s: %v", spec.Kind(), err)
		}
		if rows, _, err := readAll(t, src, q); err != nil || len(rows) != 1 {
			t.Errorf("%s: %v, %v", spec.Kind(), rows, err)
		}
		if err := src.Close(); err != nil {
			t.Errorf("%s: %v", spec.Kind(), err)
		}
		if _, err := Judge(src.Verdict(), BoundaryPolicy{Strict: true}); err != nil {
			t.Errorf("%s: %v", spec.Kind(), err)
		}
		if diff := cmp.Diff(before, listing(t, dir)); diff != "" {
			t.Errorf("reading %s changed its folder:\n%s", spec.Kind(), diff)
		}
	}
}

func TestACopyOfABusyDatabaseLiesWhereTheRunIsSwept(t *testing.T) {
	dir, temp := t.TempDir(), t.TempDir()
	writer(t, filepath.Join(dir, "shop.db"), "pragma journal_mode = wal", "create table orders (no int); insert into orders values (1)")
	src := openUnclosed(t, Spec{Name: "shop", Dir: dir, TempDir: temp, SQLite: &Files{Path: "shop.db"}})
	if copies, err := filepath.Glob(filepath.Join(temp, "*", "copy.db")); err != nil || len(copies) != 1 {
		t.Errorf("copies %v, %v", copies, err)
	}
	if err := src.Close(); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestAnOutputThatBelongsToASourceIsRecognised(t *testing.T) {
	dir := t.TempDir()
	for _, folder := range []string{"exports/2026", "elsewhere", "free"} {
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"exports/orders-1.csv", "shop.db", "elsewhere/real.csv", "exports/2026/a.jsonl"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for link, target := range map[string]string{
		"report.html": "exports/orders-1.csv", "door": "exports", "dangling.html": "exports/orders-new.csv", "exports/orders-9.csv": "../elsewhere/real.csv",
	} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Link(filepath.Join(dir, "shop.db"), filepath.Join(dir, "free", "twin.db")); err != nil {
		t.Fatal(err)
	}
	orders := Spec{Dir: dir, CSV: &CSV{Path: "exports/orders-*.csv"}}
	through := Spec{Dir: dir, CSV: &CSV{Path: "door/orders-*.csv"}}
	events := Spec{Dir: dir, JSONL: &Files{Path: "exports/**/*.jsonl"}}
	database := Spec{Dir: dir, SQLite: &Files{Path: "shop.db"}}
	for _, c := range []struct {
		spec Spec
		path string
		want bool
	}{
		{orders, "exports/orders-1.csv", true}, {orders, "exports/../exports/orders-1.csv", true}, {orders, "report.html", true},
		{orders, "door/orders-1.csv", true}, {orders, "exports/orders-new.csv", true}, {orders, "door/orders-new.csv", true},
		{orders, "dangling.html", true}, {orders, "elsewhere/real.csv", true}, {orders, "exports/report.html", false}, {orders, "orders-1.csv", false},
		{through, "exports/orders-2.csv", true}, {through, "door/orders-2.csv", true}, {through, "free/orders-2.csv", false},
		{events, "exports/new.jsonl", true}, {events, "exports/2027/01/new.jsonl", true}, {events, "new.jsonl", false}, {events, "exports/2026/a.html", false},
		{database, "shop.db", true}, {database, "shop.db-wal", true}, {database, "shop.db-shm", true}, {database, "shop.db-journal", true},
		{database, "free/twin.db", true}, {database, "free/twin.db-wal", true}, {database, "shop.duckdb", false},
		{Spec{Postgres: &Server{}}, "shop.db", false},
	} {
		if got := c.spec.Owns(filepath.Join(dir, c.path)); got != c.want {
			t.Errorf("%s of %s: %v, want %v", c.path, c.spec.FilePath(), got, c.want)
		}
	}
}

func TestAWorkspaceThatASourceReadsFromIsRecognised(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "exports", "lighthouse"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("exports", filepath.Join(dir, "door")); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		pattern, workspace string
		want               bool
	}{
		{"exports/*.csv", "exports", true}, {"exports/*.csv", "door", true}, {"door/*.csv", "exports", true}, {"exports/*.csv", "lighthouse", false},
		{"exports/**/*.csv", "exports/lighthouse", true}, {"exports/**/*.csv", "door/lighthouse", true}, {"exports/*.csv", "exports/lighthouse", false},
		{"exports/light*/x.csv", "exports/lighthouse", true}, {"x.csv", "lighthouse", false}, {"lighthouse/lake/x.db", "lighthouse", true},
	} {
		spec := Spec{Dir: dir, CSV: &CSV{Path: c.pattern}}
		if got := spec.Reaches(filepath.Join(dir, c.workspace)); got != c.want {
			t.Errorf("%s reaches %s: %v, want %v", c.pattern, c.workspace, got, c.want)
		}
	}
}
