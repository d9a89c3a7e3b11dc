package lake

import (
	"context"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
	"pgregory.net/rapid"
)

// cells reads a Parquet file by another library than the one that wrote it: names and types, then
// the rows as stored (decimals unscaled, days and microseconds since 1970).
func cells(t *testing.T, path string) [][]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	file, err := parquet.OpenFile(f, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	out := [][]string{nil}
	for _, field := range file.Schema().Fields() {
		out[0] = append(out[0], field.Name()+" "+field.Type().String())
	}
	for _, group := range file.RowGroups() {
		rows := group.Rows()
		buf := make([]parquet.Row, group.NumRows())
		n, err := rows.ReadRows(buf)
		if err != nil && err != io.EOF || n != len(buf) {
			t.Fatalf("read %d rows of %d: %v", n, len(buf), err)
		}
		for _, row := range buf {
			var line []string
			for _, v := range row {
				line = append(line, v.String())
			}
			out = append(out, line)
		}
		if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func TestEveryTypeReachesAnotherReader(t *testing.T) {
	path := filepath.Join(t.TempDir(), "list.parquet")
	columns := []Column{
		{Name: "name"}, {Name: "amount", Type: Money}, {Name: "price", Type: Precise}, {Name: "rate", Type: Rate},
		{Name: "day", Type: Date}, {Name: "at", Type: Timestamp}, {Name: "won", Type: Boolean}, {Name: "n", Type: Integer},
	}
	rows := [][]*string{
		{new("明光 'x'"), new("-1980.7400"), new("2.55"), new("7.1234567891"), new("2026-03-08"), new("2026-03-08 10:00:00.5"), new("true"), new("-7")},
		{nil, nil, nil, nil, nil, nil, nil, nil},
		{new(""), new("99999999999999.9999"), new("-0.000001"), new("0"), new("0001-01-01"), new("9999-12-31 23:59:59"), new("false"), new("9223372036854775807")},
	}
	if err := WriteRows(path, columns, rows); err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{
			"name STRING", "amount DECIMAL(18,4)", "price DECIMAL(18,6)", "rate DECIMAL(18,10)", "day DATE",
			"at TIMESTAMP(isAdjustedToUTC=false,unit=MICROS)", "won BOOLEAN", "n INT(64,true)",
		},
		{"明光 'x'", "-19807400", "2550000", "71234567891", "20520", "1772964000500000", "true", "-7"},
		slices.Repeat([]string{"<null>"}, 8),
		{"", "999999999999999999", "-1", "0", "-719162", "253402300799000000", "false", "9223372036854775807"},
	}
	if diff := cmp.Diff(want, cells(t, path)); diff != "" {
		t.Error(diff)
	}
	again := filepath.Join(t.TempDir(), "again.parquet")
	if err := WriteRows(again, columns, rows); err != nil {
		t.Fatal(err)
	}
	first, _, _ := fileHash(path)
	if second, _, err := fileHash(again); err != nil || first != second {
		t.Errorf("the same rows give other bytes (%v)", err)
	}
	if err := WriteRows(path, columns, rows); err == nil {
		t.Error("an existing file was overwritten")
	}
}

func TestACellThatIsNotOfItsTypeIsAnErrorWithItsPlace(t *testing.T) {
	for typ, cell := range map[Type]string{Money: "1.23456", Precise: "1e3", Rate: "12345678901", Date: "8.3.2026", Timestamp: "2026-03-08", Boolean: "ja", Integer: "1.0"} {
		err := WriteRows(filepath.Join(t.TempDir(), "x.parquet"), []Column{{Name: "c", Type: typ}}, [][]*string{{nil}, {&cell}})
		if err == nil || !strings.Contains(err.Error(), "row 2, column c") {
			t.Errorf("%s: error %v", cell, err)
		}
	}
}

func TestAnEmptyTableCanBeRead(t *testing.T) {
	dir := t.TempDir()
	for _, table := range Canonical() {
		for _, rel := range table.Relations() {
			path := filepath.Join(dir, rel.Name+".parquet")
			if err := WriteEmpty(rel, path); err != nil {
				t.Fatal(err)
			}
			if got := cells(t, path); len(got) != 1 || len(got[0]) != len(rel.Columns) {
				t.Errorf("%s: %v", rel.Name, got)
			}
		}
	}
	customers := cells(t, filepath.Join(dir, "customers.parquet"))[0]
	for _, private := range []string{"name STRING", "email STRING", "phone STRING"} {
		if slices.Contains(customers, private) {
			t.Errorf("customers holds %s", private)
		}
	}
	want := []string{"customer_id STRING", "name STRING", "email STRING", "phone STRING", "_source STRING", "_mapping INT(64,true)"}
	if diff := cmp.Diff(want, cells(t, filepath.Join(dir, "persons.parquet"))[0]); diff != "" {
		t.Error(diff)
	}
}

func TestNamesAndContactsLiveApart(t *testing.T) {
	table, _ := TableNamed("customers")
	schema := table.LoadSchema([]string{"size_class", "vat"})
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	set := func(row map[string]string) {
		for i, f := range schema.Fields() {
			v, ok := row[f.Name]
			switch field := b.Field(i).(type) {
			case *array.StringBuilder:
				if ok {
					field.Append(v)
					continue
				}
				field.AppendNull()
			case *array.Int64Builder:
				field.Append(0)
			default:
				field.AppendNull()
			}
		}
	}
	set(map[string]string{"customer_id": "C1", "name": "Ada", "email": "ada@example.com", "kind": "consumer", "size_class": "S", "vat": "X1", "_source": "erp"})
	set(map[string]string{"customer_id": "C2", "name": "Bo", "phone": "1", "vat": "X2", "_source": "erp"})
	l := openLake(t)
	w, err := l.NewWriter(table, "")
	if err != nil {
		t.Fatal(err)
	}
	w.Origin(Origin{Source: "erp", Mapped: []string{"customer_id", "name", "email", "kind", "attribute", "value"}})
	if err := w.Write(b.NewRecordBatch()); err != nil {
		t.Fatal(err)
	}
	tables, err := w.Close(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	s := publish(t, l, tables...)
	mustVerify(t, l, &s)
	persons := cells(t, l.Files(&s, Persons)[0])
	if diff := cmp.Diff([][]string{{"C1", "Ada", "ada@example.com", "<null>", "erp", "0"}, {"C2", "Bo", "<null>", "1", "erp", "0"}}, persons[1:]); diff != "" {
		t.Error(diff)
	}
	attributes := cells(t, l.Files(&s, Attributes)[0])
	if diff := cmp.Diff([][]string{{"C1", "size_class", "S", "0"}, {"C1", "vat", "X1", "0"}, {"C2", "vat", "X2", "0"}}, attributes[1:]); diff != "" {
		t.Error(diff)
	}
	if got, _ := s.Table("customers"); slices.Contains(got.Mapped, "name") || !slices.Contains(got.Mapped, "kind") {
		t.Errorf("customers is mapped as %v", got.Mapped)
	}
}

func TestTheQuarantineIsPartOfTheSnapshot(t *testing.T) {
	l := openLake(t)
	columns := []Column{{Name: "table_name"}, {Name: "rows", Type: Integer}}
	table, err := l.StoreRows(context.Background(), "duplicate_keys", columns, [][]*string{{new("order_lines"), new("2")}, {new("ledger"), nil}})
	if err != nil {
		t.Fatal(err)
	}
	empty, err := l.StoreRows(context.Background(), "quarantine", columns, nil)
	if err != nil {
		t.Fatal(err)
	}
	s := publish(t, l, table, empty)
	mustVerify(t, l, &s)
	if got := table.Partitions[0].Columns[1]; got != (ColumnStats{Name: "rows", Nulls: 1, Sum: "2"}) {
		t.Errorf("stats %+v", got)
	}
	if empty.Partitions[0].Rows != 0 || len(empty.Partitions[0].Files) != 1 {
		t.Errorf("an empty relation is %+v", empty.Partitions[0])
	}
}

func TestARawTableOfAnyNameHasItsFolder(t *testing.T) {
	l := openLake(t)
	for _, name := range []string{"状态", "..", "a/b", "tmp", "x'y"} {
		table, err := l.StoreRows(context.Background(), name, []Column{{Name: "a"}}, [][]*string{{new("1")}})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		s := publish(t, l, table)
		mustVerify(t, l, &s)
		rel, err := filepath.Rel(l.Root(), l.Files(&s, name)[0])
		if err != nil || len(strings.Split(rel, string(filepath.Separator))) != 4 {
			t.Errorf("%s is kept in %s", name, rel)
		}
	}
}

func TestSumsAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOf(rapid.Int64()).Draw(t, "values")
		var sum int128
		want := new(big.Int)
		for _, v := range values {
			sum.add(v)
			want.Add(want, big.NewInt(v))
		}
		if got := sum.decimal(0); got != want.String() {
			t.Fatalf("sum %s, want %s", got, want)
		}
		rat := new(big.Rat).SetFrac(want, big.NewInt(10_000))
		if got := sum.decimal(4); got != rat.FloatString(4) && want.Sign() != 0 {
			t.Fatalf("sum %s, want %s", got, rat.FloatString(4))
		}
	})
}
