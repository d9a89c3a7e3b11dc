package extract

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

func TestExcelKeepsTheContract(t *testing.T) {
	testSourceContract(t, "excel", func(t *testing.T, header []string, rows [][]*string) Source {
		f := excelize.NewFile()
		if err := f.SetSheetName("Sheet1", contractRelation); err != nil {
			t.Fatal(err)
		}
		w, err := f.NewStreamWriter(contractRelation)
		if err != nil {
			t.Fatal(err)
		}
		set := func(row int, values []any) {
			if err := w.SetRow(fmt.Sprintf("A%d", row), values); err != nil {
				t.Fatal(err)
			}
		}
		line := make([]any, len(header))
		for i, name := range header {
			line[i] = name
		}
		set(1, line)
		for r, row := range rows {
			for i, v := range row {
				if line[i] = nil; v != nil {
					line[i] = *v
				}
			}
			set(r+2, line)
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		saveWorkbook(t, f, dir, "t.xlsx")
		src, err := Open(context.Background(), Spec{Name: "book", Dir: dir, Excel: &Excel{Path: "t.xlsx"}})
		if err != nil {
			t.Fatal(err)
		}
		return src
	})
}

func saveWorkbook(t testing.TB, f *excelize.File, dir, name string) {
	t.Helper()
	if err := f.SaveAs(filepath.Join(dir, name)); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestACellSaysWhatTheAccountantSees(t *testing.T) {
	tests := []struct{ name, cell, attributes, want string }{
		{"exact digits", `<c r="A2"><v>731.9399999999999</v></c>`, "", "731.9399999999999"},
		{"more digits than a float has", `<c r="A2"><v>12345678901234567890.123456789</v></c>`, "", "12345678901234567890.123456789"},
		{"exponent", `<c r="A2" t="n"><v>1.5E-7</v></c>`, "", "1.5E-7"},
		{"text", `<c r="A2" t="s"><v>1</v></c>`, "", " 上海 "},
		{"rich text without its pronunciation", `<c r="A2" t="s"><v>2</v></c>`, "", "bold plain"},
		{"escaped characters", `<c r="A2" t="s"><v>3</v></c>`, "", "a\rbA"},
		{"no NUL", `<c r="A2" t="str"><v>a_x0000_b_xD83D_c_xZZZZ_</v></c>`, "", "a_x0000_b_xD83D_c_xZZZZ_"},
		{"inline text", `<c r="A2" t="inlineStr"><is><r><t>x &amp; </t></r><r><t>y</t></r></is></c>`, "", "x & y"},
		{"text of digits", `<c r="A2" t="inlineStr" s="1"><is><t>00017</t></is></c>`, "", "00017"},
		{"yes", `<c r="A2" t="b"><v>1</v></c>`, "", "true"},
		{"no", `<c r="A2" t="b"><v>0</v></c>`, "", "false"},
		{"error", `<c r="A2" t="e"><v>#DIV/0!</v></c>`, "", "#DIV/0!"},
		{"result of a formula", `<c r="A2"><f>B2*2</f><v>84.20</v></c>`, "", "84.20"},
		{"text of a formula", `<c r="A2" t="str"><f>B2&amp;"x"</f><v>yx</v></c>`, "", "yx"},
		{"day", `<c r="A2" s="1"><v>46089</v></c>`, "", "2026-03-08"},
		{"Chinese day", `<c r="A2" s="3"><v>46089</v></c>`, "", "2026-03-08"},
		{"day and time", `<c r="A2" s="2"><v>46089.416666666664</v></c>`, "", "2026-03-08 10:00:00"},
		{"midnight", `<c r="A2" s="2"><v>46089</v></c>`, "", "2026-03-08 00:00:00"},
		{"milliseconds", `<c r="A2" s="2"><v>46089.416668101855</v></c>`, "", "2026-03-08 10:00:00.124"},
		{"a time that a day's format hides", `<c r="A2" s="1"><v>46089.5</v></c>`, "", "2026-03-08 12:00:00"},
		{"time of day", `<c r="A2" s="4"><v>0.75</v></c>`, "", "18:00:00"},
		{"duration stays a number", `<c r="A2" s="5"><v>1.5</v></c>`, "", "1.5"},
		{"a number with the word day", `<c r="A2" s="6"><v>46089.5</v></c>`, "", "46089.5"},
		{"last second of a day", `<c r="A2" s="2"><v>46089.99999999999</v></c>`, "", "2026-03-09 00:00:00"},
		{"before the leap day that never was", `<c r="A2" s="1"><v>59</v></c>`, "", "1900-02-28"},
		{"the leap day that never was", `<c r="A2" s="1"><v>60</v></c>`, "", "1900-02-29"},
		{"after it", `<c r="A2" s="1"><v>61</v></c>`, "", "1900-03-01"},
		{"1904", `<c r="A2" s="1"><v>44627</v></c>`, `date1904="1"`, "2026-03-08"},
		{"1904, first day", `<c r="A2" s="1"><v>0</v></c>`, `date1904="true"`, "1904-01-01"},
		{"negative day", `<c r="A2" s="1"><v>-1</v></c>`, "", "-1"},
		{"a day beyond the calendar", `<c r="A2" s="1"><v>2958466</v></c>`, "", "2958466"},
		{"ISO day", `<c r="A2" t="d"><v>2026-03-08T10:00:00</v></c>`, "", "2026-03-08 10:00:00"},
		{"empty text", `<c r="A2" t="s"><v>4</v></c><c r="B2"><v>1</v></c>`, "", "∅"},
		{"blank cell", `<c r="A2" s="1"/><c r="B2"><v>1</v></c>`, "", "∅"},
		{"no cell", `<c r="B2"><v>1</v></c>`, "", "∅"},
		{"a cell without place", `<c><v>5</v></c>`, "", "5"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			writeZip(t, dir, "f.xlsx", handWorkbook(sheetXML(`<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2">`+test.cell+`</row>`), test.attributes))
			src := openTestFiles(t, Spec{Name: "s", Dir: dir, Excel: &Excel{Path: "f.xlsx"}})
			rows, bad, err := readPlaced(t, src, "Data", "v")
			want := []placed{{"f.xlsx", 2, []string{test.want}}}
			if diff := cmp.Diff(want, rows); err != nil || len(bad) > 0 || diff != "" {
				t.Errorf("%v, bad %v (-want +got):\n%s", err, bad, diff)
			}
		})
	}
}

// excelize writes and judges: for cells of all kinds both readers say the same.
func TestWorkbooksOfExcelizeAreReadAsItReadsThem(t *testing.T) {
	f := excelize.NewFile()
	style, err := f.NewStyle(&excelize.Style{NumFmt: 22})
	if err != nil {
		t.Fatal(err)
	}
	values := [][]any{{"id", "value", "day"}}
	for i := range 200 {
		values = append(values, []any{i, []any{"text", 1.25 * float64(i), i%2 == 0, "上海\nline", -i, 0.1 + float64(i)}[i%6],
			time.Date(2026, 1, 1+i, i%24, 0, 0, 0, time.UTC)})
	}
	for r, row := range values {
		for c, v := range row {
			cell, err := excelize.CoordinatesToCellName(c+1, r+1)
			if err != nil {
				t.Fatal(err)
			}
			if err := f.SetCellValue("Sheet1", cell, v); err != nil {
				t.Fatal(err)
			}
			if c == 2 && r > 0 {
				if err := f.SetCellStyle("Sheet1", cell, cell, style); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	dir := t.TempDir()
	saveWorkbook(t, f, dir, "f.xlsx")
	src := openTestFiles(t, Spec{Name: "s", Dir: dir, Excel: &Excel{Path: "f.xlsx"}})
	got, bad, err := readPlaced(t, src, "Sheet1", "id", "value", "day")
	if err != nil || len(bad) > 0 || len(got) != 200 {
		t.Fatal(len(got), bad, err)
	}
	theirs, err := excelize.OpenFile(filepath.Join(dir, "f.xlsx"), excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := theirs.Close(); err != nil {
			t.Error(err)
		}
	}()
	rows, err := theirs.GetRows("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range got {
		want := rows[i+1]
		if i%6 == 2 {
			want[1] = map[string]string{"1": "true", "0": "false"}[want[1]]
		}
		want[2] = time.Date(2026, 1, 1+i, i%24, 0, 0, 0, time.UTC).Format("2006-01-02 15:04:05")
		if diff := cmp.Diff(want, row.Values); diff != "" || row.Line != int64(i+2) {
			t.Errorf("row %d (-excelize +got):\n%s", row.Line, diff)
		}
	}
}

func TestAVoucherSheetIsReadBelowItsNotesAndAboveItsTotal(t *testing.T) {
	f := excelize.NewFile()
	for cell, v := range map[string]any{
		"A1": "明光通信 2026", "A2": "凭证号", "B2": "金额", "D2": "备注",
		"B3": "借方", "C3": "贷方",
		"A4": "P-1", "B4": 10.5, "D4": "x",
		"A6": "P-2", "C6": 7,
		"A7": " 合计 ", "B7": 17.5,
		"A8": "制表人",
	} {
		if err := f.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range [][2]string{{"A1", "D1"}, {"A2", "A3"}, {"B2", "C2"}, {"D2", "D3"}} {
		if err := f.MergeCell("Sheet1", m[0], m[1]); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := f.NewSheet("状态"); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	saveWorkbook(t, f, dir, "f.xlsx")
	src := openTestFiles(t, Spec{Name: "finance", Dir: dir, Excel: &Excel{Path: "f.xlsx", HeaderRow: 3, StopAt: "合计"}})
	rows, _, err := readPlaced(t, src, "", "凭证号", "借方", "贷方", "备注")
	want := []placed{{"f.xlsx", 4, []string{"P-1", "10.5", "∅", "x"}}, {"f.xlsx", 6, []string{"P-2", "∅", "7", "∅"}}}
	if diff := cmp.Diff(want, rows); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	for query, want := range map[string]string{"凭证": "its sheets are 状态, Sheet1", "状态": "ends before its header"} {
		if _, _, err := readPlaced(t, src, query, "凭证号"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("sheet %s: %v, want %q", query, err, want)
		}
	}
	relations, err := src.Describe(context.Background())
	if err != nil || len(relations) != 2 || relations[0].Name != "Sheet1" || len(relations[0].Columns) != 4 || len(relations[1].Columns) != 0 {
		t.Errorf("relations %+v, %v", relations, err)
	}
}

func TestAFormulaThatWasNeverComputedIsReported(t *testing.T) {
	sheet := sheetXML(`<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="A2"><f>SUM(B2:B9)</f></c></row>` +
		`<row r="3"><c r="A3"><v>3</v></c></row>`)
	dir := t.TempDir()
	writeZip(t, dir, "f.xlsx", handWorkbook(sheet, ""))
	src := openTestFiles(t, Spec{Name: "s", Dir: dir, Excel: &Excel{Path: "*.xlsx"}})
	rows, bad, err := readPlaced(t, src, "", "v")
	if diff := cmp.Diff([]placed{{"f.xlsx", 3, []string{"3"}}}, rows); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	want := []BadRow{{Source: "s", Location: "f.xlsx:Data!2", Rule: RuleFormula, Column: "v", Value: "=SUM(B2:B9)"}}
	if diff := cmp.Diff(want, bad); diff != "" {
		t.Errorf("bad (-want +got):\n%s", diff)
	}
}

func TestSeveralWorkbooksOfOneLayoutAreOneTable(t *testing.T) {
	dir := t.TempDir()
	for _, month := range []string{"2026-02", "2026-01"} {
		f := excelize.NewFile()
		for cell, v := range map[string]string{"A1": "id", "A2": month} {
			if err := f.SetCellValue("Sheet1", cell, v); err != nil {
				t.Fatal(err)
			}
		}
		saveWorkbook(t, f, dir, month+".xlsx")
	}
	writeTestFile(t, dir, "~$2026-01.xlsx", "lock")
	src := openTestFiles(t, Spec{Name: "s", Dir: dir, Excel: &Excel{Path: "*.xlsx"}})
	rows, _, err := readPlaced(t, src, "", "id")
	want := []placed{{"2026-01.xlsx", 2, []string{"2026-01"}}, {"2026-02.xlsx", 2, []string{"2026-02"}}}
	if diff := cmp.Diff(want, rows); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestFormatsAreToldApart(t *testing.T) {
	day, clock, both, number := numberFormat{day: true}, numberFormat{clock: true}, numberFormat{day: true, clock: true}, numberFormat{}
	tests := []struct {
		code string
		want numberFormat
	}{
		{"General", number}, {"0.00", number}, {"#,##0.00_);[Red](#,##0.00)", number}, {"0.00E+00", number}, {"@", number},
		{`"month" 0`, number}, {`0\d`, number}, {`#,##0 "€";[Red]-#,##0 "€"`, number}, {"[h]:mm:ss", number}, {"[mm]:ss", number},
		{"yyyy-mm-dd", day}, {"m/d/yy", day}, {"mmm", day}, {`[$-804]yyyy"年"m"月"`, day}, {"[$-F800]dddd, mmmm dd, yyyy", day},
		{"h:mm", clock}, {"mm:ss.0", clock}, {"[$-409]h:mm AM/PM;@", clock},
		{"yyyy-mm-dd hh:mm", both}, {`d/m/yyyy\ h:mm`, both}, {`"unclosed`, number}, {"[unclosed", number}, {`\`, number},
	}
	for _, test := range tests {
		if got := formatOfCode(test.code); got != test.want {
			t.Errorf("%s: %+v, want %+v", test.code, got, test.want)
		}
	}
}

func BenchmarkExcel(b *testing.B) {
	f := excelize.NewFile()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		b.Fatal(err)
	}
	row := []any{"id", "name", "amount", "city", "quantity", "note"}
	for i := range 20_001 {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			b.Fatal(err)
		}
		if err := w.SetRow(cell, row); err != nil {
			b.Fatal(err)
		}
		row = []any{i, fmt.Sprintf("customer %d", i%700), float64(i) + 0.25, "上海", i % 12, "x"}
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	dir := b.TempDir()
	saveWorkbook(b, f, dir, "f.xlsx")
	info, err := os.Stat(filepath.Join(dir, "f.xlsx"))
	if err != nil {
		b.Fatal(err)
	}
	benchmarkRead(b, Spec{Name: "s", Dir: dir, Excel: &Excel{Path: "f.xlsx"}}, info.Size(), []string{"id", "name", "amount", "city"})
}

func TestTelcoIsReadWhole(t *testing.T) {
	dir := packFolder(t, "telco")
	files, err := filepath.Glob(filepath.Join(dir, "*.xlsx"))
	if err != nil || len(files) != 5 {
		t.Fatal(files, err)
	}
	for _, p := range files {
		src := openTestFiles(t, Spec{Name: "telco", Dir: dir, Excel: &Excel{Path: filepath.Base(p)}})
		relations, err := src.Describe(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		var rows int64
		err = src.Read(context.Background(), Query{Columns: []string{relations[0].Columns[0].Name}}, Sink{
			Rows: func(rec arrow.RecordBatch) error { rows += rec.NumRows(); return nil },
			Bad:  func(b BadRow) error { return fmt.Errorf("bad row %+v", b) },
		})
		if err != nil || rows < 1671 {
			t.Errorf("%s: %d rows, %v", filepath.Base(p), rows, err)
		}
	}
}
