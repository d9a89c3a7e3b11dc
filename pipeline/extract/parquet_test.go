package extract

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
	"github.com/google/go-cmp/cmp"
)

// writeParquet writes one record per row group.
func writeParquet(t testing.TB, path string, schema *arrow.Schema, withArrowSchema bool, groups ...arrow.RecordBatch) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	props := pqarrow.DefaultWriterProps()
	if withArrowSchema {
		props = pqarrow.NewArrowWriterProperties(pqarrow.WithStoreSchema())
	}
	w, err := pqarrow.NewFileWriter(schema, f, parquet.NewWriterProperties(), props)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range groups {
		if err := w.Write(g); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// textRecord makes a record of text columns.
func textRecord(header []string, rows [][]*string) arrow.RecordBatch {
	var fields []arrow.Field
	for _, name := range header {
		fields = append(fields, arrow.Field{Name: name, Type: arrow.BinaryTypes.String, Nullable: true})
	}
	b := array.NewRecordBuilder(memory.NewGoAllocator(), arrow.NewSchema(fields, nil))
	for _, row := range rows {
		for i, v := range row {
			if v == nil {
				b.Field(i).AppendNull()
			} else {
				b.Field(i).(*array.StringBuilder).Append(*v)
			}
		}
	}
	return b.NewRecordBatch()
}

// jsonRecord makes a record of one row per JSON object.
func jsonRecord(t testing.TB, schema *arrow.Schema, rows string) arrow.RecordBatch {
	t.Helper()
	rec, _, err := array.RecordFromJSON(memory.NewGoAllocator(), schema, strings.NewReader(rows))
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

func TestParquetKeepsTheContract(t *testing.T) {
	for _, withArrowSchema := range []bool{false, true} {
		testSourceContract(t, fmt.Sprintf("parquet, arrow schema %v", withArrowSchema), func(t *testing.T, header []string, rows [][]*string) Source {
			dir := t.TempDir()
			half := len(rows) / 2
			groups := []arrow.RecordBatch{textRecord(header, rows[:half]), textRecord(header, rows[half:])}
			if len(rows) == 0 {
				groups = nil
			}
			writeParquet(t, filepath.Join(dir, "t.parquet"), textRecord(header, nil).Schema(), withArrowSchema, groups...)
			src, err := Open(context.Background(), Spec{Name: "t", Dir: dir, Parquet: &Files{Path: "t.parquet"}})
			if err != nil {
				t.Fatal(err)
			}
			return src
		})
	}
}

func TestEveryParquetTypeKeepsItsExactValue(t *testing.T) {
	dictionary := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: arrow.BinaryTypes.String}
	tests := []struct {
		name string
		typ  arrow.DataType
		json []string
		want []string
	}{
		{"text", arrow.BinaryTypes.String, []string{`"上海"`, `""`, `null`}, []string{"上海", "", "∅"}},
		{"large text", arrow.BinaryTypes.LargeString, []string{`"x"`, `null`}, []string{"x", "∅"}},
		{"words", dictionary, []string{`"a"`, `"b"`, `null`, `"a"`}, []string{"a", "b", "∅", "a"}},
		{"bytes", arrow.BinaryTypes.Binary, []string{`"AP8="`}, []string{"0x00ff"}},
		{"int8", arrow.PrimitiveTypes.Int8, []string{`-128`, `127`}, []string{"-128", "127"}},
		{"int16", arrow.PrimitiveTypes.Int16, []string{`-32768`}, []string{"-32768"}},
		{"int32", arrow.PrimitiveTypes.Int32, []string{`2147483647`}, []string{"2147483647"}},
		{"int64", arrow.PrimitiveTypes.Int64, []string{`-9223372036854775808`}, []string{"-9223372036854775808"}},
		{"uint8", arrow.PrimitiveTypes.Uint8, []string{`255`}, []string{"255"}},
		{"uint16", arrow.PrimitiveTypes.Uint16, []string{`65535`}, []string{"65535"}},
		{"uint32", arrow.PrimitiveTypes.Uint32, []string{`4294967295`}, []string{"4294967295"}},
		{"uint64", arrow.PrimitiveTypes.Uint64, []string{`18446744073709551615`}, []string{"18446744073709551615"}},
		{"float", arrow.PrimitiveTypes.Float32, []string{`0.1`, `16777216`}, []string{"0.1", "16777216"}},
		{"double", arrow.PrimitiveTypes.Float64, []string{`0.1`, `731.9399999999999`, `-0.0000001`, `1e22`, `1e-9`, `123456789012345680000`},
			[]string{"0.1", "731.9399999999999", "-0.0000001", "1e+22", "1e-09", "123456789012345680000"}},
		{"boolean", arrow.FixedWidthTypes.Boolean, []string{`true`, `false`, `null`}, []string{"true", "false", "∅"}},
		{"decimal 9.2", &arrow.Decimal128Type{Precision: 9, Scale: 2}, []string{`"-0.05"`, `"1234567.80"`, `"0"`}, []string{"-0.05", "1234567.80", "0.00"}},
		{"decimal 18.4", &arrow.Decimal128Type{Precision: 18, Scale: 4}, []string{`"-99999999999999.9999"`}, []string{"-99999999999999.9999"}},
		{"decimal 38.10", &arrow.Decimal128Type{Precision: 38, Scale: 10}, []string{`"1234567890123456789012345678.0000000001"`, `"-0.0000000001"`},
			[]string{"1234567890123456789012345678.0000000001", "-0.0000000001"}},
		{"decimal 10.0", &arrow.Decimal128Type{Precision: 10, Scale: 0}, []string{`"-17"`}, []string{"-17"}},
		{"day", arrow.FixedWidthTypes.Date32, []string{`"2026-03-08"`, `"1969-12-31"`, `"0001-01-01"`}, []string{"2026-03-08", "1969-12-31", "0001-01-01"}},
		{"time", arrow.FixedWidthTypes.Time64us, []string{`"23:59:59.000001"`}, []string{"23:59:59.000001"}},
		{"time in ms", arrow.FixedWidthTypes.Time32ms, []string{`"00:00:01.5"`}, []string{"00:00:01.5"}},
		{"instant", arrow.FixedWidthTypes.Timestamp_us, []string{`"2026-03-08 10:00:00.123456Z"`, `"1969-12-31 23:59:59.999999Z"`},
			[]string{"2026-03-08 10:00:00.123456Z", "1969-12-31 23:59:59.999999Z"}},
		{"local time", &arrow.TimestampType{Unit: arrow.Microsecond}, []string{`"2026-03-08 10:00:00"`}, []string{"2026-03-08 10:00:00"}},
		{"local time in ms", &arrow.TimestampType{Unit: arrow.Millisecond}, []string{`"9999-12-31 23:59:59.999"`}, []string{"9999-12-31 23:59:59.999"}},
		{"instant of Shanghai", &arrow.TimestampType{Unit: arrow.Nanosecond, TimeZone: "Asia/Shanghai"}, []string{`"2026-03-08 10:00:00.000000001Z"`},
			[]string{"2026-03-08 10:00:00.000000001Z"}},
	}
	for _, test := range tests {
		for _, withArrowSchema := range []bool{false, true} {
			schema := arrow.NewSchema([]arrow.Field{{Name: "v", Type: test.typ, Nullable: true}}, nil)
			rows := `[{"v":` + strings.Join(test.json, `},{"v":`) + `}]`
			dir := t.TempDir()
			writeParquet(t, filepath.Join(dir, "f.parquet"), schema, withArrowSchema, jsonRecord(t, schema, rows))
			src := openTestFiles(t, Spec{Name: "s", Dir: dir, Parquet: &Files{Path: "f.parquet"}})
			got, bad, err := readPlaced(t, src, "", "v")
			if err != nil || len(bad) > 0 {
				t.Errorf("%s: %v, bad %v", test.name, err, bad)
				continue
			}
			for i, want := range test.want {
				if got[i].Values[0] != want || got[i].Line != int64(i+1) {
					t.Errorf("%s, record %d: %q, want %q", test.name, got[i].Line, got[i].Values[0], want)
				}
			}
		}
	}
}

func TestFilesWhoseSchemasDifferAreRefusedByName(t *testing.T) {
	file := func(dir, name, rows string, fields ...arrow.Field) {
		schema := arrow.NewSchema(fields, nil)
		writeParquet(t, filepath.Join(dir, name), schema, false, jsonRecord(t, schema, rows))
	}
	id := arrow.Field{Name: "id", Type: arrow.PrimitiveTypes.Int32}
	wide := arrow.Field{Name: "id", Type: arrow.PrimitiveTypes.Int64}
	amount := arrow.Field{Name: "amount", Type: &arrow.Decimal128Type{Precision: 18, Scale: 2}}
	text := arrow.Field{Name: "amount", Type: arrow.BinaryTypes.String}
	tags := arrow.Field{Name: "amount", Type: arrow.ListOf(arrow.PrimitiveTypes.Int32)}

	dir := t.TempDir()
	file(dir, "a.parquet", `[{"id":1,"amount":"1.50"}]`, id, amount)
	file(dir, "b.parquet", `[{"amount":"2.50","id":2}]`, amount, wide)
	src := openTestFiles(t, Spec{Name: "s", Dir: dir, Parquet: &Files{Path: "*.parquet"}})
	rows, _, err := readPlaced(t, src, "", "id", "amount")
	want := []placed{{"a.parquet", 1, []string{"1", "1.50"}}, {"b.parquet", 1, []string{"2", "2.50"}}}
	if diff := cmp.Diff(want, rows); err != nil || diff != "" {
		t.Errorf("another order and a wider integer: %v (-want +got):\n%s", err, diff)
	}

	tests := []struct {
		rows   string
		fields []arrow.Field
		want   []string
	}{
		{`[{"id":1,"amount":"1"}]`, []arrow.Field{id, text}, []string{"c.parquet", `"amount"`, "utf8", "decimal", "a.parquet"}},
		{`[{"id":1,"amount":[1]}]`, []arrow.Field{id, tags}, []string{"c.parquet", `"amount"`, "list", "plain"}},
		{`[{"id":1}]`, []arrow.Field{id}, []string{"c.parquet", `no column "amount"`, "has id"}},
	}
	for _, test := range tests {
		file(dir, "c.parquet", test.rows, test.fields...)
		src := openTestFiles(t, Spec{Name: "s", Dir: dir, Parquet: &Files{Path: "*.parquet"}})
		_, _, err := readPlaced(t, src, "", "id", "amount")
		if err == nil {
			t.Errorf("%v was read", test.fields)
			continue
		}
		for _, want := range test.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("error does not say %q: %v", want, err)
			}
		}
	}
}

func TestTextThatIsNoneIsReportedByItsRecord(t *testing.T) {
	b := array.NewRecordBuilder(memory.NewGoAllocator(), arrow.NewSchema([]arrow.Field{
		{Name: "id", Type: arrow.PrimitiveTypes.Int64}, {Name: "name", Type: arrow.BinaryTypes.String, Nullable: true}}, nil))
	for i, name := range []string{"Köln", "a\x00b", "\xe4\xb8", "\x8a\xe6", "Bonn"} { // the last two bad ones are fine when put together
		b.Field(0).(*array.Int64Builder).Append(int64(i))
		b.Field(1).(*array.StringBuilder).Append(name)
	}
	rec := b.NewRecordBatch()
	dir := t.TempDir()
	writeParquet(t, filepath.Join(dir, "f.parquet"), rec.Schema(), false, rec)
	src := openTestFiles(t, Spec{Name: "s", Dir: dir, Parquet: &Files{Path: "f.parquet"}})
	rows, bad, err := readPlaced(t, src, "", "id", "name")
	want := []placed{{"f.parquet", 1, []string{"0", "Köln"}}, {"f.parquet", 5, []string{"4", "Bonn"}}}
	if diff := cmp.Diff(want, rows); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	wantBad := []BadRow{
		{Source: "s", Location: "f.parquet:2", Rule: RuleBadEncoding, Column: "name", Value: `a\x00b`},
		{Source: "s", Location: "f.parquet:3", Rule: RuleBadEncoding, Column: "name", Value: `\xe4\xb8`},
		{Source: "s", Location: "f.parquet:4", Rule: RuleBadEncoding, Column: "name", Value: `\x8a\xe6`},
	}
	if diff := cmp.Diff(wantBad, bad); diff != "" {
		t.Errorf("bad (-want +got):\n%s", diff)
	}
}

func TestADamagedParquetFileNeverPassesForAShorterOne(t *testing.T) {
	dir := t.TempDir()
	p := filepath.Join(dir, "f.parquet")
	rec := textRecord([]string{"id", "name"}, contractMany(3000))
	writeParquet(t, p, rec.Schema(), false, rec)
	whole, err := os.ReadFile(p)
	if err != nil {
		t.Fatal(err)
	}
	read := func(content []byte) (int, error) {
		if err := os.WriteFile(p, content, 0o644); err != nil {
			t.Fatal(err)
		}
		src := openTestFiles(t, Spec{Name: "s", Dir: dir, Parquet: &Files{Path: "f.parquet"}})
		rows, bad, err := readPlaced(t, src, "", "id", "name")
		return len(rows) + len(bad), err
	}
	for _, cut := range []int{0, 4, 100, len(whole) / 2, len(whole) - 1} {
		if _, err := read(whole[:cut]); err == nil || !strings.Contains(err.Error(), "f.parquet") {
			t.Errorf("cut to %d bytes: error %v", cut, err)
		}
	}
	for at := 4; at < len(whole); at += 397 {
		damaged := bytes.Clone(whole)
		damaged[at] ^= 0x55
		if n, err := read(damaged); err == nil && n != 3000 {
			t.Errorf("byte %d damaged: %d rows without an error", at, n)
		}
	}
}

func BenchmarkParquet(b *testing.B) {
	const rows = 122_880 // of each of four row groups
	fields := []arrow.Field{
		{Name: "order_id", Type: arrow.PrimitiveTypes.Int64}, {Name: "line_id", Type: arrow.PrimitiveTypes.Int32},
		{Name: "customer_id", Type: arrow.PrimitiveTypes.Int32}, {Name: "at", Type: arrow.FixedWidthTypes.Timestamp_us},
		{Name: "product", Type: arrow.BinaryTypes.String}, {Name: "quantity", Type: arrow.PrimitiveTypes.Int32},
		{Name: "price", Type: &arrow.Decimal128Type{Precision: 18, Scale: 4}}, {Name: "net", Type: &arrow.Decimal128Type{Precision: 18, Scale: 4}},
		{Name: "discount", Type: arrow.PrimitiveTypes.Float64}, {Name: "status", Type: arrow.BinaryTypes.String},
	}
	var text strings.Builder
	for i := range rows {
		sep := ","
		if i == 0 {
			sep = "["
		}
		fmt.Fprintf(&text, `%s{"order_id":%d,"line_id":%d,"customer_id":%d,"at":"2026-03-%02d 10:%02d:00Z","product":"P-%d","quantity":%d,"price":"%d.25","net":"-%d.5","discount":0.%d,"status":"paid"}`,
			sep, i/3, i%3, i%5000, 1+i%28, i%60, i%900, i%12, i%700, i%3000, i%10)
	}
	schema := arrow.NewSchema(fields, nil)
	rec := jsonRecord(b, schema, text.String()+"]")
	dir := b.TempDir()
	p := filepath.Join(dir, "f.parquet")
	writeParquet(b, p, schema, false, rec, rec, rec, rec)
	info, err := os.Stat(p)
	if err != nil {
		b.Fatal(err)
	}
	var names []string
	for _, f := range fields {
		names = append(names, f.Name)
	}
	benchmarkRead(b, Spec{Name: "s", Dir: dir, Parquet: &Files{Path: "f.parquet"}}, info.Size(), names)
}
