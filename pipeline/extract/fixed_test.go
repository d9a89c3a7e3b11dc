package extract

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"
)

func TestFixedWidthTextKeepsTheContract(t *testing.T) {
	testSourceContract(t, "fixed", func(t *testing.T, header []string, rows [][]*string) Source {
		widths := make([]int, len(header))
		for _, row := range rows {
			for i, v := range row {
				if v != nil {
					widths[i] = max(widths[i], utf8.RuneCountInString(*v))
				}
			}
		}
		var columns []FixedColumn
		at := 1
		for i, name := range header {
			columns = append(columns, FixedColumn{Name: name, From: at, To: at + widths[i]})
			at += widths[i] + 1
		}
		var b strings.Builder
		for _, row := range rows {
			for i, v := range row {
				text := ""
				if v != nil {
					text = *v
				}
				b.WriteString(text + strings.Repeat(" ", widths[i]+1-utf8.RuneCountInString(text)))
			}
			b.WriteString("\n")
		}
		dir := t.TempDir()
		writeTestFile(t, dir, "t.txt", b.String())
		src, err := Open(context.Background(), Spec{Name: "t", Dir: dir, Fixed: &Fixed{Path: "t.txt", Columns: columns}})
		if err != nil {
			t.Fatal(err)
		}
		return src
	})
}

func TestAPunchedCardIsReadByItsPositions(t *testing.T) {
	columns := []FixedColumn{{"id", 2, 6}, {"day", 8, 15}, {"city", 17, 18}, {"amount", 19, 25}}
	text := strings.Join([]string{
		"MASTER FILE",
		" 00001 19970101 上海  11.77",
		"",
		" 00002 19970112 Köln12.00\r",
		" 00003 19970113",
		" 00004",
		" ",
		"x",
		" 00005 19970114 \xff\xff  1.00",
		" 00006 19970115 NA   2.50   beyond",
	}, "\n")
	dir := t.TempDir()
	writeTestFile(t, dir, "m.txt", text)
	src := openTestFiles(t, Spec{Name: "punched", Dir: dir, Fixed: &Fixed{Path: "m.txt", Columns: columns, SkipRows: 1, Null: []string{"NA"}}})
	rows, bad, err := readPlaced(t, src, "", "amount", "id", "day", "city")
	if err != nil {
		t.Fatal(err)
	}
	want := []placed{
		{"m.txt", 2, []string{"11.77", "00001", "19970101", "上海"}},
		{"m.txt", 4, []string{"ln12.00", "00002", "19970112", "Kö"}},
		{"m.txt", 5, []string{"∅", "00003", "19970113", "∅"}},
		{"m.txt", 6, []string{"∅", "00004", "∅", "∅"}},
		{"m.txt", 10, []string{"2.50", "00006", "19970115", "∅"}},
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	var got []string
	for _, b := range bad {
		got = append(got, b.Location+" "+b.Rule)
	}
	if diff := cmp.Diff([]string{"m.txt:8 ragged_line", "m.txt:9 bad_encoding"}, got); diff != "" {
		t.Errorf("bad rows (-want +got):\n%s", diff)
	}
}

func TestFixedWidthCountsCharactersNotBytes(t *testing.T) {
	dir := t.TempDir()
	writeTestFile(t, dir, "f.txt", encoded(t, simplifiedchinese.GBK, "客户甲 100\n客户乙丙200\n"))
	src := openTestFiles(t, Spec{Name: "s", Dir: dir, Fixed: &Fixed{Path: "f.txt", Encoding: "gbk",
		Columns: []FixedColumn{{"name", 1, 4}, {"amount", 5, 7}}}})
	rows, _, err := readPlaced(t, src, "", "name", "amount")
	want := []placed{{"f.txt", 1, []string{"客户甲", "100"}}, {"f.txt", 2, []string{"客户乙丙", "200"}}}
	if diff := cmp.Diff(want, rows); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestPositionsThatCannotBeMeantAreRefused(t *testing.T) {
	dir := t.TempDir()
	writeTestFile(t, dir, "f.txt", "x\n")
	for _, columns := range [][]FixedColumn{nil, {{"a", 0, 3}}, {{"a", 4, 3}}, {{"a", 1, 2}, {"a", 3, 4}}} {
		if _, err := Open(context.Background(), Spec{Name: "s", Dir: dir, Fixed: &Fixed{Path: "f.txt", Columns: columns}}); err == nil {
			t.Errorf("positions %v were accepted", columns)
		}
	}
}

func TestCDNOWIsReadWhole(t *testing.T) {
	dir := packFolder(t, "cdnow")
	src := openTestFiles(t, Spec{Name: "cdnow", Dir: dir, Fixed: &Fixed{Path: "CDNOW_master.txt", SkipRows: 1, Columns: []FixedColumn{
		{"customer_id", 2, 6}, {"day", 8, 15}, {"quantity", 17, 18}, {"amount", 20, 26}}}})
	var rows int64
	var nulls int
	customers := map[string]bool{}
	err := src.Read(context.Background(), Query{Columns: []string{"customer_id", "amount"}}, Sink{
		Rows: func(rec arrow.RecordBatch) error {
			rows += rec.NumRows()
			nulls += rec.Column(1).NullN()
			for _, row := range textRows(t, rec) {
				customers[strings.Clone(row[0])] = true
			}
			return nil
		},
		Bad: func(b BadRow) error { return fmt.Errorf("bad row %+v", b) },
	})
	if err != nil || rows != 69_659 || len(customers) != 23_570 || nulls != 0 {
		t.Errorf("%d rows, %d customers, %d nulls, %v; want 69,659 and 23,570", rows, len(customers), nulls, err)
	}
}

func TestALayoutIsGuessedFromBlankColumns(t *testing.T) {
	lines := []string{"customer day pieces amount", " 00001 19970101  1   11.77", " 00002 19970112 12   12.00", " 00002 19970112  5  177.00"}
	got := sniffFixed(strings.Join(lines, "\n") + "\n")
	want := []FixedColumn{{"customer", 2, 6}, {"day", 8, 15}, {"pieces", 17, 18}, {"amount", 21, 26}}
	if got == nil || got.SkipRows != 1 || !slices.Equal(got.Columns, want) {
		t.Fatalf("layout %+v, want %v", got, want)
	}
	got = sniffFixed(strings.Join(lines[1:], "\n") + "\n")
	if got == nil || got.SkipRows != 0 || got.Columns[0] != (FixedColumn{"c1", 2, 6}) {
		t.Fatalf("layout without header %+v", got)
	}
}
