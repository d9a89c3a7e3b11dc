package extract

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/google/go-cmp/cmp"
)

func TestCSVKeepsTheContract(t *testing.T) {
	testSourceContract(t, "csv", func(t *testing.T, header []string, rows [][]*string) Source {
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		record := func(row []string) {
			if err := w.Write(row); err != nil {
				t.Fatal(err)
			}
		}
		record(header)
		for _, row := range rows {
			line := make([]string, len(row))
			for i, v := range row {
				if v != nil {
					line[i] = *v
				}
			}
			record(line)
		}
		w.Flush()
		dir := t.TempDir()
		writeTestFile(t, dir, "t.csv", b.String())
		src, err := Open(context.Background(), Spec{Name: "t", Dir: dir, CSV: &CSV{Path: "t.csv"}})
		if err != nil {
			t.Fatal(err)
		}
		return src
	})
}

func no() *bool { f := false; return &f }

func TestACustomersFileIsReadInItsOwnDialect(t *testing.T) {
	tests := []struct {
		name string
		text string
		csv  CSV
		want []placed // of columns a and b in file f.csv
		bad  []string // location rule value
	}{
		{name: "plain", text: "a,b\n1,2\n", want: []placed{{"f.csv", 2, []string{"1", "2"}}}},
		{name: "last line without end", text: "a,b\n1,2", want: []placed{{"f.csv", 2, []string{"1", "2"}}}},
		{name: "CRLF", text: "a,b\r\n1,2\r\n\"3\",\"4\"\r\n", want: []placed{{"f.csv", 2, []string{"1", "2"}}, {"f.csv", 3, []string{"3", "4"}}}},
		{name: "CR alone", text: "a,b\r1,\"2\r3\"\r4,5\r", want: []placed{{"f.csv", 2, []string{"1", "2\r3"}}, {"f.csv", 4, []string{"4", "5"}}}},
		{name: "a CR within a line is a character", text: "a,b\n1\r2,3\n", want: []placed{{"f.csv", 2, []string{"1\r2", "3"}}}},
		{name: "byte order mark", text: "\ufeffa,b\n1,2\n", want: []placed{{"f.csv", 2, []string{"1", "2"}}}},
		{name: "byte order mark before a quote", text: "\ufeff\"a\",b\n1,2\n", want: []placed{{"f.csv", 2, []string{"1", "2"}}}},
		{name: "quoted delimiter, quote and line break", text: "a,b\n\"x,\"\"y\"\"\n z\",2\n3,4\n",
			want: []placed{{"f.csv", 2, []string{"x,\"y\"\n z", "2"}}, {"f.csv", 4, []string{"3", "4"}}}},
		{name: "a CRLF inside quotes stays", text: "a,b\r\n\"x\r\ny\",2\r\n3,4\r\n",
			want: []placed{{"f.csv", 2, []string{"x\r\ny", "2"}}, {"f.csv", 4, []string{"3", "4"}}}},
		{name: "inches in an unquoted value", text: "a,b\n5\" disk,2\n", want: []placed{{"f.csv", 2, []string{`5" disk`, "2"}}}},
		{name: "only quotes", text: "a,b\n\"\"\"\"\"\",\"\"\n", want: []placed{{"f.csv", 2, []string{`""`, ""}}}},
		{name: "an empty cell is NULL, a quoted one is the empty text", text: "a,b\n,\"\"\n\"\",\n",
			want: []placed{{"f.csv", 2, []string{"∅", ""}}, {"f.csv", 3, []string{"", "∅"}}}},
		{name: "a declared empty text is NULL in quotes as well", text: "a,b\n,\"\"\n", csv: CSV{Null: []string{""}},
			want: []placed{{"f.csv", 2, []string{"∅", "∅"}}}},
		{name: "blank lines are no rows but lines", text: "a,b\n\n1,2\n\r\n3,4\n\n",
			want: []placed{{"f.csv", 3, []string{"1", "2"}}, {"f.csv", 5, []string{"3", "4"}}}},
		{name: "semicolon and apostrophe", text: "a;b\n'1;''2';3\n", csv: CSV{Delimiter: ";", Quote: "'"},
			want: []placed{{"f.csv", 2, []string{"1;'2", "3"}}}},
		{name: "tab", text: "a\tb\n1\t2\n", csv: CSV{Delimiter: "\t"}, want: []placed{{"f.csv", 2, []string{"1", "2"}}}},
		{name: "pipe without quotes", text: "a|b\n\"1|2\"\n", csv: CSV{Delimiter: "|", Quote: "none"},
			want: []placed{{"f.csv", 2, []string{`"1`, `2"`}}}},
		{name: "full-width comma", text: "a，b\n上海，\"，\"\n", csv: CSV{Delimiter: "，"},
			want: []placed{{"f.csv", 2, []string{"上海", "，"}}}},
		{name: "notes above the header", text: "Report \"March\nby hand\na,b\n1,2\n", csv: CSV{HeaderRow: 3},
			want: []placed{{"f.csv", 4, []string{"1", "2"}}}},
		{name: "no header", text: "1,2\n3,4\n", csv: CSV{Header: no(), Columns: []string{"a", "b"}},
			want: []placed{{"f.csv", 1, []string{"1", "2"}}, {"f.csv", 2, []string{"3", "4"}}}},
		{name: "no header below notes", text: "notes\n1,2\n", csv: CSV{Header: no(), HeaderRow: 2, Columns: []string{"a", "b"}},
			want: []placed{{"f.csv", 2, []string{"1", "2"}}}},
		{name: "total row", text: "a,b\n1,2\n合计,2\nprinted by,x,y,z\n", csv: CSV{StopAt: "合计"},
			want: []placed{{"f.csv", 2, []string{"1", "2"}}}},
		{name: "null words", text: "a,b\nNULL,\n\\N,null\n", csv: CSV{Null: []string{"NULL", `\N`}},
			want: []placed{{"f.csv", 2, []string{"∅", ""}}, {"f.csv", 3, []string{"∅", "null"}}}},
		{name: "blanks stay", text: "a,b\n 1 , 2\n", want: []placed{{"f.csv", 2, []string{" 1 ", " 2"}}}},
		{name: "blanks are trimmed when asked", text: "a , b\n 1 ,\t\"2,\u00a0\" \n　3,\n", csv: CSV{Trim: true},
			want: []placed{{"f.csv", 2, []string{"1", "2,"}}, {"f.csv", 3, []string{"3", "∅"}}}},
		{name: "ragged lines", text: "a,b\n1\n1,2\n1,2,3\n", want: []placed{{"f.csv", 3, []string{"1", "2"}}},
			bad: []string{"f.csv:2 ragged_line 1", "f.csv:4 ragged_line 1,2,3"}},
		{name: "text behind a closing quote", text: "a,b\n\"1\"x,2\n3,4\n", want: []placed{{"f.csv", 3, []string{"3", "4"}}},
			bad: []string{`f.csv:2 stray_quote "1"x,2`}},
		{name: "a quote that is never closed costs its line only", text: "a,b\n1,2\n\"3,4\n5,6\n7,8", want: []placed{
			{"f.csv", 2, []string{"1", "2"}}, {"f.csv", 4, []string{"5", "6"}}, {"f.csv", 5, []string{"7", "8"}}},
			bad: []string{`f.csv:3 unclosed_quote "3,4`}},
		{name: "a quote that some later quote contradicts costs its line only", text: "a,b\n\"3,4\n5,6\n7,\"8\"\n", want: []placed{
			{"f.csv", 3, []string{"5", "6"}}, {"f.csv", 4, []string{"7", "8"}}},
			bad: []string{`f.csv:2 unclosed_quote "3,4`}},
		{name: "a lone quote at the end", text: "a,b\n1,2\n3,\"", want: []placed{{"f.csv", 2, []string{"1", "2"}}},
			bad: []string{`f.csv:3 unclosed_quote 3,"`}},
		{name: "a bad byte costs its line only", text: "a,b\n1,\xb5\n\"x\ny\",2\n", want: []placed{{"f.csv", 3, []string{"x\ny", "2"}}},
			bad: []string{`f.csv:2 bad_encoding 1,\xb5`}},
		{name: "NUL is no text", text: "a,b\n1,x\x00y\n3,4\n", want: []placed{{"f.csv", 3, []string{"3", "4"}}},
			bad: []string{`f.csv:2 bad_encoding 1,x\x00y`}},
		{name: "a header and nothing else", text: "a,b\n"},
		{name: "a header without line end", text: "a,b"},
		{name: "formulas and markup are text", text: "a,b\n=1+1,<script>\n", want: []placed{{"f.csv", 2, []string{"=1+1", "<script>"}}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			writeTestFile(t, dir, "f.csv", test.text)
			test.csv.Path = "f.csv"
			src := openTestFiles(t, Spec{Name: "shop", Dir: dir, CSV: &test.csv})
			rows, bad, err := readPlaced(t, src, "", "a", "b")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, rows); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			var gotBad []string
			for _, b := range bad {
				gotBad = append(gotBad, b.Location+" "+b.Rule+" "+b.Value)
				if b.Source != "shop" {
					t.Errorf("bad row of source %q", b.Source)
				}
			}
			if diff := cmp.Diff(test.bad, gotBad); diff != "" {
				t.Errorf("bad rows (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAFileWithoutNamesHasNumberedColumns(t *testing.T) {
	dir := t.TempDir()
	writeTestFile(t, dir, "f.csv", "7,8,9\n")
	writeTestFile(t, dir, "g.csv", "a,,c\n1,2,3\n")
	src := openTestFiles(t, Spec{Name: "s", Dir: dir, CSV: &CSV{Path: "f.csv", Header: no()}})
	rows, _, err := readPlaced(t, src, "", "c3", "c1")
	if diff := cmp.Diff([]placed{{"f.csv", 1, []string{"9", "7"}}}, rows); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	src = openTestFiles(t, Spec{Name: "s", Dir: dir, CSV: &CSV{Path: "g.csv"}})
	rows, _, err = readPlaced(t, src, "", "c2")
	if diff := cmp.Diff([]placed{{"g.csv", 2, []string{"2"}}}, rows); err != nil || diff != "" {
		t.Errorf("a column without a name: %v (-want +got):\n%s", err, diff)
	}
}

func TestFilesOfOneSetMayOrderTheirColumnsDifferently(t *testing.T) {
	dir := t.TempDir()
	writeTestFile(t, dir, "1.csv", "id,amount\n1,10\n")
	writeTestFile(t, dir, "2.csv", "note,amount,id\nx,20,2\n")
	writeTestFile(t, dir, "3.csv", "amount,id\n")
	src := openTestFiles(t, Spec{Name: "s", Dir: dir, CSV: &CSV{Path: "*.csv"}})
	rows, _, err := readPlaced(t, src, "", "id", "amount")
	want := []placed{{"1.csv", 2, []string{"1", "10"}}, {"2.csv", 2, []string{"2", "20"}}}
	if diff := cmp.Diff(want, rows); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	writeTestFile(t, dir, "4.csv", "amount,customer_id\n30,3\n")
	src = openTestFiles(t, Spec{Name: "s", Dir: dir, CSV: &CSV{Path: "*.csv"}})
	_, _, err = readPlaced(t, src, "", "amount", "id")
	if err == nil || !strings.Contains(err.Error(), `4.csv:1: no column "id"; the header has amount, customer_id`) {
		t.Errorf("a file that lacks a mapped column: %v", err)
	}
}

func TestAHeaderThatCannotBeMeantIsRefused(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"empty file", "", "f.csv:1: the file ends before its header"},
		{"blank file", "\n\n", "f.csv:1: the file ends before its header"},
		{"two columns of one name", "a,b,a\n1,2,3\n", `names "a" twice, as columns 1 and 3`},
		{"wrong encoding", "a,\xbf\xcd\xbb\xa7\n1,2\n", "f.csv:1: the header is not utf-8"},
		{"UTF-16", "\xff\xfea\x00,\x00b\x00\n\x00", "set encoding: utf-16"},
		{"broken quote", "\"a\"x,b\n1,2\n", "the header cannot be read (stray_quote)"},
		{"wrong delimiter", "a;b\n1;2\n", `no column "a"; the header has a;b`},
	}
	for _, test := range tests {
		dir := t.TempDir()
		writeTestFile(t, dir, "f.csv", test.text)
		src := openTestFiles(t, Spec{Name: "s", Dir: dir, CSV: &CSV{Path: "f.csv"}})
		_, _, err := readPlaced(t, src, "", "a", "b")
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %q", test.name, err, test.want)
		}
	}
}

func TestADialectThatCannotBeMeantIsRefused(t *testing.T) {
	dir := t.TempDir()
	writeTestFile(t, dir, "f.csv", "a,b\n")
	tests := []struct {
		csv  CSV
		want string
	}{
		{CSV{Delimiter: ";;"}, `delimiter ";;" is not one character`},
		{CSV{Delimiter: "\n"}, "is not one character"},
		{CSV{Quote: "«"}, `quote "«"`},
		{CSV{Delimiter: `"`}, "both"},
		{CSV{Encoding: "big5"}, "gb18030"},
		{CSV{Columns: []string{"a"}}, "header: false"},
	}
	for _, test := range tests {
		test.csv.Path = "f.csv"
		_, err := Open(context.Background(), Spec{Name: "shop", Dir: dir, CSV: &test.csv})
		if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "shop") {
			t.Errorf("%+v: error %v, want %q", test.csv, err, test.want)
		}
	}
}

func TestAQuoteThatIsNeverClosedNeedsNoMoreMemoryThanARecordMay(t *testing.T) {
	dir := t.TempDir()
	lines := 3 * maxRecord / 8
	writeTestFile(t, dir, "f.csv", "a,b\n\"open,x\n"+strings.Repeat("123,456\n", lines))
	src := openTestFiles(t, Spec{Name: "s", Dir: dir, CSV: &CSV{Path: "f.csv"}})
	var rows int64
	var bad []BadRow
	err := src.Read(context.Background(), Query{Columns: []string{"a"}}, Sink{
		Rows: func(rec arrow.RecordBatch) error { rows += rec.NumRows(); return nil },
		Bad:  func(b BadRow) error { bad = append(bad, b); return nil },
	})
	if err != nil || rows != int64(lines) || len(bad) != 1 || bad[0].Rule != RuleUnclosedQuote || bad[0].Location != "f.csv:2" {
		t.Errorf("%d rows of %d, bad %v, error %v", rows, lines, bad, err)
	}
}

func TestALineTooLongToBeMeantIsShownByItsBeginning(t *testing.T) {
	dir := t.TempDir()
	writeTestFile(t, dir, "f.csv", "a,b\n1,"+strings.Repeat("x", 2*maxRecord)+"\n3,4\n")
	src := openTestFiles(t, Spec{Name: "s", Dir: dir, CSV: &CSV{Path: "f.csv"}})
	rows, bad, err := readPlaced(t, src, "", "a", "b")
	if err != nil || len(bad) != 1 || bad[0].Rule != RuleLineTooLong || len(bad[0].Value) > maxShown+10 {
		t.Fatalf("bad %d, error %v", len(bad), err)
	}
	if diff := cmp.Diff([]placed{{"f.csv", 3, []string{"3", "4"}}}, rows); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

// Every cut of the text into windows must give the same records.
func TestRecordsDoNotDependOnWhereTheWindowEnds(t *testing.T) {
	text := "a，b\r\n\"x，\"\"y\"\"\r\nz\"，é\r\n1，\"2\"\r\n\"bad\"x，1\r\n\xff，2\r\n，\"\"\r\n明，光\r\nlast，\"open"
	dialect := csvDialect{delimiter: []byte("，"), quote: '"', quoting: true}
	records := func(step int) []string {
		r := &textReader{buf: make([]byte, step)}
		if err := r.open(&slowReader{text: text, step: step}, "f", nil); err != nil {
			t.Fatal(err)
		}
		var out []string
		s := newCSVScanner(r, dialect)
		for {
			ok, err := s.next()
			if err != nil {
				t.Fatal(err)
			}
			if !ok {
				return out
			}
			line := fmt.Sprintf("%d %s %q", s.record.line, s.record.rule, s.record.raw)
			for _, f := range s.record.fields {
				v, _ := s.value(f, nil)
				line += fmt.Sprintf(" [%s]", v)
			}
			out = append(out, line)
		}
	}
	want := records(4096)
	if len(want) != 8 {
		t.Fatalf("records: %q", want)
	}
	for step := 1; step < 40; step++ {
		if diff := cmp.Diff(want, records(step)); diff != "" {
			t.Fatalf("windows of %d bytes (-want +got):\n%s", step, diff)
		}
	}
}

// slowReader gives a few bytes at a time.
type slowReader struct {
	text string
	step int
}

func (r *slowReader) Read(p []byte) (int, error) {
	n := copy(p[:min(len(p), r.step)], r.text)
	r.text = r.text[n:]
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// BenchmarkCSV reads 305 day files of invented order lines, 45 MB together.
func BenchmarkCSV(b *testing.B) {
	dir := b.TempDir()
	var size int64
	for day := range 305 {
		var text strings.Builder
		text.WriteString("InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n")
		for i := range 1777 {
			fmt.Fprintf(&text, "%d,%dA,%s,%d,2011-03-%02d 08:%02d:00,%d.%02d,%d.0,United Kingdom\n", 500000+day*80+i/20, 20000+i%3000,
				[]string{"WHITE HANGING LANTERN", `"BOX, ""ROSE"" LARGE"`, "CREAM CUPID HEARTS COAT HANGER"}[i%3], i%24, 1+day%28, i%60, i%9, i%100, 12000+i%4000)
		}
		p := writeTestFile(b, dir, fmt.Sprintf("%03d.csv", day), text.String())
		info, err := os.Stat(p)
		if err != nil {
			b.Fatal(err)
		}
		size += info.Size()
	}
	benchmarkRead(b, Spec{Name: "s", Dir: dir, CSV: &CSV{Path: "*.csv"}}, size,
		[]string{"InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"})
}

func benchmarkRead(b *testing.B, spec Spec, size int64, columns []string) {
	src := openTestFiles(b, spec)
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		var rows int64
		err := src.Read(context.Background(), Query{Columns: columns}, Sink{
			Rows: func(rec arrow.RecordBatch) error { rows += rec.NumRows(); return nil },
			Bad:  func(r BadRow) error { return fmt.Errorf("bad row %v", r) },
		})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(rows)/1e6, "Mrows")
	}
}

func TestOnlineRetailIsReadWhole(t *testing.T) {
	dir := packFolder(t, "online_retail")
	src := openTestFiles(t, Spec{Name: "retail", Dir: dir, CSV: &CSV{Path: "*.csv"}})
	var rows, withCustomer int64
	err := src.Read(context.Background(), Query{Columns: []string{"CustomerID", "InvoiceNo"}}, Sink{
		Rows: func(rec arrow.RecordBatch) error {
			rows += rec.NumRows()
			withCustomer += rec.NumRows() - int64(rec.Column(0).NullN())
			return nil
		},
		Bad: func(b BadRow) error { return fmt.Errorf("bad row %+v", b) },
	})
	if err != nil || rows != 541_909 || rows-withCustomer != 135_080 {
		t.Errorf("%d rows, %d without customer, %v; want 541,909 and 135,080", rows, rows-withCustomer, err)
	}
}

// packFolder finds a pack of real data beside the project, or skips the test.
func packFolder(t *testing.T, pack string) string {
	t.Helper()
	dir := filepath.Join("..", "..", "..", "shared", "data", pack)
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("PHAROS_REQUIRE") == "all" {
			t.Fatalf("data pack %s: %v", pack, err)
		}
		t.Skipf("data pack %s is not beside the project: %v", pack, err)
	}
	return dir
}
