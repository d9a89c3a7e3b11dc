package extract

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/google/go-cmp/cmp"
)

// writeTestFile puts a file below dir and gives its path.
func writeTestFile(t testing.TB, dir, name, content string) string {
	t.Helper()
	p := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(p, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return p
}

func gzipped(t testing.TB, content string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// openTestFiles opens a file source and closes it with the test.
func openTestFiles(t testing.TB, spec Spec) Source {
	t.Helper()
	src, err := Open(context.Background(), spec)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := src.Close(); err != nil {
			t.Error(err)
		}
	})
	return src
}

// placed is a row with its file and line.
type placed struct {
	File   string
	Line   int64
	Values []string // ∅ is NULL
}

// readPlaced reads columns with the place of each row.
func readPlaced(t testing.TB, src Source, relation string, columns ...string) ([]placed, []BadRow, error) {
	t.Helper()
	var rows []placed
	var bad []BadRow
	err := src.Read(context.Background(), Query{Relation: relation, Columns: columns}, Sink{
		Rows: func(rec arrow.RecordBatch) error {
			n := len(columns)
			files, lines := rec.Column(n).(*array.String), rec.Column(n+1).(*array.Int64)
			for r := range int(rec.NumRows()) {
				row := placed{File: files.Value(r), Line: lines.Value(r)}
				for c := range n {
					if rec.Column(c).IsNull(r) {
						row.Values = append(row.Values, "∅")
					} else {
						row.Values = append(row.Values, strings.Clone(rec.Column(c).(*array.String).Value(r)))
					}
				}
				rows = append(rows, row)
			}
			return nil
		},
		Bad: func(b BadRow) error { bad = append(bad, b); return nil },
	})
	return rows, bad, err
}

func TestAPatternFindsItsFilesInByteOrder(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a/orders-2.csv", "a/orders-10.csv", "a/Orders-3.csv", "a/orders-1.txt", "a/.orders-9.csv",
		"a/~$orders.csv", "a/deep/er/orders-4.csv", "a/deep/x.csv", "b/orders-1.csv", "订单 [1].csv", "订单 [2].csv"} {
		writeTestFile(t, dir, name, "x\n")
	}
	tests := []struct {
		pattern string
		want    []string
	}{
		{"a/orders-*.csv", []string{"orders-10.csv", "orders-2.csv"}},
		{"a/*rders-?.csv", []string{"Orders-3.csv", "orders-2.csv"}},
		{"a/**/*.csv", []string{"Orders-3.csv", "deep/er/orders-4.csv", "deep/x.csv", "orders-10.csv", "orders-2.csv"}},
		{"**/orders-?.csv", []string{"a/deep/er/orders-4.csv", "a/orders-2.csv", "b/orders-1.csv"}},
		{"a/**/**/x.csv", []string{"deep/x.csv"}},
		{"a/**", []string{"Orders-3.csv", "deep/er/orders-4.csv", "deep/x.csv", "orders-1.txt", "orders-10.csv", "orders-2.csv"}},
		{"*/orders-1.*", []string{"a/orders-1.txt", "b/orders-1.csv"}},
		{"a/.orders*", []string{".orders-9.csv"}},
		{"订单 [1].csv", []string{"订单 [1].csv"}},
		{"??*[?].csv", []string{"订单 [1].csv", "订单 [2].csv"}},
		{"./a/../b/*.csv", []string{"orders-1.csv"}},
		{filepath.Join(dir, "b", "orders-1.csv"), []string{"orders-1.csv"}},
	}
	for _, test := range tests {
		entries, err := listFiles(dir, test.pattern)
		if err != nil {
			t.Errorf("%s: %v", test.pattern, err)
			continue
		}
		var got []string
		for _, e := range entries {
			got = append(got, e.name)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.pattern, diff)
		}
	}
}

func TestAMissingFileIsToldWithItsFolderAndNeighbours(t *testing.T) {
	dir := t.TempDir()
	writeTestFile(t, dir, "exports/orders.csv", "x\n")
	writeTestFile(t, dir, "exports/customers.csv", "x\n")
	if err := os.Mkdir(filepath.Join(dir, "empty"), 0o755); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		path string
		want []string
	}{
		{"exports/order.csv", []string{"exports/order.csv", filepath.Join(dir, "exports"), "holds orders.csv, customers.csv"}},
		{"exports/*.xlsx", []string{"*.xlsx", "customers.csv"}},
		{"export/orders.csv", []string{"export/orders.csv", filepath.Join(dir, "export")}},
		{"empty/*.csv", []string{"is empty"}},
		{"exports", []string{"it is a folder", "exports/*.csv"}},
	}
	for _, test := range tests {
		_, err := Open(context.Background(), Spec{Name: "shop", Dir: dir, Pos: "pharos.yaml:7:3", CSV: &CSV{Path: test.path}})
		if err == nil {
			t.Errorf("%s was opened", test.path)
			continue
		}
		for _, want := range append(test.want, "shop", "pharos.yaml:7:3") {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: error does not say %q: %v", test.path, want, err)
			}
		}
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: error is not a missing file: %v", test.path, err)
		}
	}
}

func TestAFileThatChangesUnderTheRunIsRefused(t *testing.T) {
	dir := t.TempDir()
	p := writeTestFile(t, dir, "orders.csv", "id\n1\n")
	src := openTestFiles(t, Spec{Name: "shop", Dir: dir, CSV: &CSV{Path: "orders.csv"}})
	if _, _, err := readPlaced(t, src, "", "id"); err != nil {
		t.Fatal(err)
	}
	later := time.Date(2031, 1, 1, 0, 0, 0, 0, time.UTC)
	if err := os.Chtimes(p, later, later); err != nil {
		t.Fatal(err)
	}
	_, _, err := readPlaced(t, src, "", "id")
	if !errors.Is(err, ErrUnreachable) || !strings.Contains(err.Error(), "orders.csv") || !strings.Contains(err.Error(), "changed") {
		t.Errorf("error %v, want unreachable, and that orders.csv has changed", err)
	}
}

func TestReadingLeavesTheFolderAsItWas(t *testing.T) {
	dir := t.TempDir()
	p := writeTestFile(t, dir, "orders.csv", "id\n1\n")
	if err := os.Chmod(p, 0o444); err != nil {
		t.Fatal(err)
	}
	src := openTestFiles(t, Spec{Name: "shop", Dir: dir, CSV: &CSV{Path: "*.csv"}})
	if _, _, err := readPlaced(t, src, "", "id"); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("the folder holds %v (%v), want orders.csv alone", entries, err)
	}
	v := src.Verdict()
	if len(v.Findings) != 1 || v.Findings[0].Item != "opened_read_only" || v.Findings[0].Severity != "ok" || v.Kind != "csv" || v.Source != "shop" {
		t.Errorf("verdict %+v", v)
	}
}

func TestAPackedFileIsReadAsIfItWereNot(t *testing.T) {
	dir := t.TempDir()
	writeTestFile(t, dir, "a.csv.gz", gzipped(t, "id,name\n1,Köln\n"))
	writeTestFile(t, dir, "b.csv", "id,name\n2,Bonn\n")
	src := openTestFiles(t, Spec{Name: "shop", Dir: dir, CSV: &CSV{Path: "*.csv*"}})
	rows, bad, err := readPlaced(t, src, "", "id", "name")
	if err != nil || len(bad) > 0 {
		t.Fatal(err, bad)
	}
	want := []placed{{"a.csv.gz", 2, []string{"1", "Köln"}}, {"b.csv", 2, []string{"2", "Bonn"}}}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	whole := gzipped(t, "id,name\n"+strings.Repeat("1,Köln\n", 1000))
	writeTestFile(t, dir, "c.csv.gz", whole[:len(whole)-6])
	src = openTestFiles(t, Spec{Name: "shop", Dir: dir, CSV: &CSV{Path: "c.csv.gz"}})
	if _, _, err := readPlaced(t, src, "", "id"); err == nil || !strings.Contains(err.Error(), "c.csv.gz") {
		t.Errorf("a packed file cut short was read: %v", err)
	}
}

func TestTheNightsRowsComeInTheSameOrderWithAnyNumberOfWorkers(t *testing.T) {
	dir := t.TempDir()
	var want []placed
	for _, day := range []string{"01", "02", "03", "04", "05", "06", "07", "08", "09"} {
		var b strings.Builder
		b.WriteString("id,note\n")
		for i := range 4000 {
			b.WriteString(day + "-" + strings.Repeat("x", i%300) + ",∅\n")
			want = append(want, placed{day + ".csv", int64(i + 2), []string{day + "-" + strings.Repeat("x", i%300)}})
		}
		writeTestFile(t, dir, day+".csv", b.String())
	}
	for _, workers := range []int{1, 2, 8} {
		old := runtime.GOMAXPROCS(workers)
		src := openTestFiles(t, Spec{Name: "shop", Dir: dir, CSV: &CSV{Path: "*.csv"}})
		rows, _, err := readPlaced(t, src, "", "id")
		runtime.GOMAXPROCS(old)
		if err != nil {
			t.Fatal(err)
		}
		same := func(a, b placed) bool {
			return a.File == b.File && a.Line == b.Line && slices.Equal(a.Values, b.Values)
		}
		if !slices.EqualFunc(want, rows, same) {
			t.Errorf("with %d workers the rows differ", workers)
		}
	}
}

func TestADeclaredDecimalCommaIsToldToTheMapper(t *testing.T) {
	tests := []struct {
		spec Spec
		want bool
	}{
		{Spec{CSV: &CSV{Decimal: ","}}, true},
		{Spec{CSV: &CSV{Decimal: "."}}, false},
		{Spec{CSV: &CSV{}}, false},
		{Spec{Fixed: &Fixed{Decimal: ","}}, true},
		{Spec{Excel: &Excel{}}, false},
		{Spec{Postgres: &Server{}}, false},
	}
	for _, test := range tests {
		if got := test.spec.DecimalComma(); got != test.want {
			t.Errorf("%s: %v, want %v", test.spec.Kind(), got, test.want)
		}
	}
}

func TestAWordThatMeansNullIsNull(t *testing.T) {
	tests := []struct {
		null []string
		cell string
		want bool
	}{
		{nil, "", true}, {nil, "NULL", false}, {nil, " ", false},
		{[]string{"", "NULL"}, "NULL", true}, {[]string{"", "NULL"}, "", true}, {[]string{"", "NULL"}, "null", false},
		{[]string{"\\N"}, "", false}, {[]string{"\\N"}, "\\N", true}, {[]string{"无"}, "无", true},
	}
	for _, test := range tests {
		for _, spec := range []Spec{{CSV: &CSV{Null: test.null}}, {Fixed: &Fixed{Null: test.null}}, {Excel: &Excel{Null: test.null}}} {
			if got := spec.IsNull(test.cell); got != test.want {
				t.Errorf("%s, null words %q: %q is null: %v", spec.Kind(), test.null, test.cell, got)
			}
		}
	}
	if (Spec{JSONL: &Files{}}).IsNull("") {
		t.Error("an empty JSON string is null")
	}
}

func TestFilesRefuseWhatOnlyDatabasesCanAnswer(t *testing.T) {
	dir := t.TempDir()
	writeTestFile(t, dir, "orders.csv", "id\n1\n")
	src := openTestFiles(t, Spec{Name: "shop", Dir: dir, CSV: &CSV{Path: "orders.csv"}})
	for _, q := range []Query{{Select: "select 1", Columns: []string{"id"}}, {Relation: "other", Columns: []string{"id"}}, {}} {
		if _, _, err := readAll(t, src, q); err == nil || !strings.Contains(err.Error(), "shop") {
			t.Errorf("query %+v: error %v", q, err)
		}
	}
	if _, err := Open(context.Background(), Spec{Name: "shop"}); err == nil {
		t.Error("a source of no kind was opened")
	}
}
