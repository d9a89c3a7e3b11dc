package publish

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/govalues/decimal"
	"github.com/xuri/excelize/v2"
)

// sheetOfRows is a mart of so many rows for tests and benchmarks.
func sheetOfRows(n int) Sheet {
	s := Sheet{Mart: "profits", Sentence: "One customer.", Rows: int64(n), Shown: int64(n), Columns: []SheetColumn{
		{"customer_id", "varchar", "", ""}, {"name", "varchar", "", ""}, {"tier", "varchar", "", ""}, {"rank", "bigint", "count", ""}, {"orders", "bigint", "count", ""},
		{"revenue", "decimal(38,4)", "money", ""}, {"returns", "decimal(38,4)", "money", ""}, {"cost", "decimal(38,4)", "money", ""}, {"profit", "decimal(38,4)", "money", ""},
		{"share", "double", "share", ""}, {"p_alive", "double", "", ""}, {"last_on", "date", "", ""},
	}}
	s.Each = func(row func([]any) error) error {
		values := make([]any, len(s.Columns))
		for i := range n {
			amount := func(k int) decimal.Decimal { return decimal.MustNew(int64(i*k%9_999_991), 4) }
			copy(values, []any{fmt.Sprintf("%08d", i), fmt.Sprintf("Customer %d", i), "medium", int64(i), int64(i % 40),
				amount(7919), amount(31), amount(4231), amount(977).Neg(), float64(i%1000) / 1000, float64(i%7) / 7, time.Date(2026, 1, 1+i%300, 0, 0, 0, 0, time.UTC)})
			if err := row(values); err != nil {
				return err
			}
		}
		return nil
	}
	return s
}

func workbookOf(t testing.TB, sheets ...Sheet) *excelize.File {
	t.Helper()
	var out bytes.Buffer
	if err := WriteWorkbook(&out, Workbook{Data: company(), Lang: "en", TempDir: t.TempDir(), Sheets: sheets}); err != nil {
		t.Fatal(err)
	}
	file, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return file
}

func TestAnIDThatLooksLikeANumberStaysAText(t *testing.T) {
	file := workbookOf(t, sheetOfRows(3))
	kind, err := file.GetCellType("profits", "A2")
	if err != nil || kind != excelize.CellTypeInlineString {
		t.Errorf("the id's cell is of type %v %v", kind, err)
	}
	if text, err := file.GetCellValue("profits", "A3"); err != nil || text != "00000001" {
		t.Errorf("the id 00000001 is shown as %q %v", text, err)
	}
	for cell, want := range map[string]string{"I3": "-0.10", "J3": "0.1%", "L3": "2026-01-02", "F3": "0.79"} {
		if text, err := file.GetCellValue("profits", cell); err != nil || text != want {
			t.Errorf("%s is shown as %q, not %q %v", cell, text, want, err)
		}
	}
	panes, err := file.GetPanes("profits")
	if err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("the header is not frozen: %+v %v", panes, err)
	}
	if tables, err := file.GetTables("profits"); err != nil || len(tables) != 1 || tables[0].Range != "A1:L4" {
		t.Errorf("the sheet is no table that can be filtered: %+v %v", tables, err)
	}
}

func TestHostileTextsAreOnlyTextsInTheWorkbook(t *testing.T) {
	hostile := []string{"=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "<script>alert(1)</script>", "\x00nul\x1b[31m", "\u202egnp.exe", "_x0041_", strings.Repeat("长", 40000), "", "a\ufffeb", "\xff\xfe", "]]>", "'quoted"}
	s := Sheet{Mart: "names", Rows: int64(len(hostile)), Shown: int64(len(hostile)), Columns: []SheetColumn{{"id", "varchar", "", "=2+2"}, {"name", "varchar", "", ""}}}
	s.Each = func(row func([]any) error) error {
		for i, h := range hostile {
			if err := row([]any{fmt.Sprint(i), h}); err != nil {
				return err
			}
		}
		return nil
	}
	file := workbookOf(t, s)
	rows, err := file.GetRows("names")
	if err != nil || len(rows) != len(hostile)+1 {
		t.Fatalf("%d rows of %d names %v", len(rows), len(hostile), err)
	}
	for i, h := range hostile {
		got := ""
		if len(rows[i+1]) > 1 {
			got = rows[i+1][1]
		}
		if want := strings.ReplaceAll(shorten(plain(h), 32000), "\ufffe", "\ufffd"); got != want && got != h {
			t.Errorf("%.40q became %.40q", h, got)
		}
		cell := fmt.Sprintf("B%d", i+2)
		if formula, err := file.GetCellFormula("names", cell); err != nil || formula != "" {
			t.Errorf("%.40q is a formula: %q %v", h, formula, err)
		}
	}
	if text, err := file.GetCellFormula("Dictionary", "E3"); err != nil || text != "" {
		t.Errorf("a meaning is a formula: %q %v", text, err)
	}
}

func TestAMartWithoutRowsHasItsHeader(t *testing.T) {
	file := workbookOf(t, sheetOfRows(0))
	if rows, err := file.GetRows("profits"); err != nil || len(rows) != 1 || rows[0][0] != "customer_id" {
		t.Errorf("%v %v", rows, err)
	}
}

func TestLongSheetsGiveTheSameBytesEveryTime(t *testing.T) {
	write := func() []byte {
		var out bytes.Buffer
		a, b := sheetOfRows(2000), sheetOfRows(3000)
		b.Mart = "more_profits"
		if err := WriteWorkbook(&out, Workbook{Data: company(), Lang: "zh", TempDir: t.TempDir(), Sheets: []Sheet{a, b}}); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	first := write()
	for range 5 {
		if !bytes.Equal(first, write()) {
			t.Fatal("the same workbook has other bytes")
		}
	}
}

// BenchmarkWorkbook writes 200,000 rows of 12 columns, and the same cells by the library alone: at
// most 1.2 times its time.
func BenchmarkWorkbook(b *testing.B) {
	const n = 200_000
	b.Run("Pharos", func(b *testing.B) {
		for b.Loop() {
			if err := WriteWorkbook(io.Discard, Workbook{Data: company(), Lang: "en", TempDir: b.TempDir(), Sheets: []Sheet{sheetOfRows(n)}}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("excelize", func(b *testing.B) {
		for b.Loop() {
			if err := bareWorkbook(io.Discard, sheetOfRows(n)); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// bareWorkbook writes the values of a sheet with nothing around them.
func bareWorkbook(w io.Writer, s Sheet) error {
	file := excelize.NewFile()
	defer file.Close()
	stream, err := file.NewStreamWriter("Sheet1")
	if err != nil {
		return err
	}
	at := 0
	cells := make([]any, len(s.Columns))
	err = s.Each(func(row []any) error {
		at++
		for i, v := range row {
			if d, ok := v.(decimal.Decimal); ok {
				v, _ = d.Float64()
			}
			cells[i] = v
		}
		return stream.SetRow(fmt.Sprintf("A%d", at), cells)
	})
	if err != nil {
		return err
	}
	if err := stream.Flush(); err != nil {
		return err
	}
	_, err = file.WriteTo(w)
	return err
}
