package main

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/pharos-analytics/pharos/pipeline"
	"github.com/pharos-analytics/pharos/pipeline/model"
)

// Whoever forwards the workbook vouches for it: each of its figures is the mart's.
func TestEveryCellOfTheWorkbookIsItsMarts(t *testing.T) {
	dir := demoDir(t)
	config := filepath.Join(dir, "pharos.yaml")
	cfg, err := loadConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	c, err := pipeline.OpenRun(t.Context(), cfg, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	path := filepath.Join(c.Dir, "report.xlsx")
	cells := workbookEqualsMarts(t, c, path)
	if cells < 20000 {
		t.Errorf("the demo's workbook has %d cells: sheets are missing", cells)
	}

	again := filepath.Join(t.TempDir(), "again.xlsx")
	mustRun(t, "-c", config, "report", "-o", again)
	first, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	second, err := os.ReadFile(again)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, second) {
		t.Error("the workbook of the same run, written again, has other bytes")
	}
	english := filepath.Join(t.TempDir(), "english.xlsx")
	mustRun(t, "-c", config, "report", "--lang", "en", "-o", english)
	workbookEqualsMarts(t, c, english)
	if sheets := openWorkbook(t, english).GetSheetList(); sheets[0] != "Overview" || sheets[len(sheets)-1] != "Dictionary" {
		t.Errorf("the English workbook begins with %s and ends with %s", sheets[0], sheets[len(sheets)-1])
	}
	aLargeCompanysSheetsHoldTheCustomersThatMatterMost(t, c, config)
}

func aLargeCompanysSheetsHoldTheCustomersThatMatterMost(t *testing.T, c *pipeline.Console, config string) {
	t.Helper()
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	small := string(text) + "\npublish: { workbook: { rows: 7, marts: [profit_tiers, segment_members, kpis] } }\n"
	if strings.Contains(string(text), "\npublish:") {
		t.Fatal("the demo has a publish block now: put the workbook into it")
	}
	if err := os.WriteFile(config, []byte(small), 0o600); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "small.xlsx")
	mustRun(t, "-c", config, "report", "-o", out)
	file := openWorkbook(t, out)
	rows, err := file.GetRows("profit_tiers")
	if err != nil {
		t.Fatal(err)
	}
	var shown []string
	for _, r := range rows[1:] {
		shown = append(shown, r[0])
	}
	want := answer(t, c, "select string_agg(customer_id, '|' order by abs(profit) desc) from (select * from profit_tiers order by abs(profit) desc limit 7)")
	if got := strings.Join(shown, "|"); got != want {
		t.Errorf("the sheet of 7 rows holds %s, the largest profits and losses are %s", got, want)
	}
	if members, err := file.GetRows("segment_members"); err != nil || len(members) != 8 || members[1][0] != shown[0] {
		t.Errorf("segment_members: %v %v", members, err)
	}

	wrong := strings.Replace(small, "segment_members", "segment_member", 1)
	if err := os.WriteFile(config, []byte(wrong), 0o600); err != nil {
		t.Fatal(err)
	}
	code, _, talk := pharos(t, "-c", config, "run", "--from-lake")
	if code != 2 || !strings.Contains(talk, `there is no mart "segment_member": did you mean segment_members`) {
		t.Errorf("a workbook of a mart that there is not: exit %d, %s", code, talk)
	}
}

func openWorkbook(t *testing.T, path string) *excelize.File {
	t.Helper()
	file, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return file
}

// workbookEqualsMarts compares every cell of every mart's sheet and counts them.
func workbookEqualsMarts(t *testing.T, c *pipeline.Console, path string) (cells int) {
	t.Helper()
	file := openWorkbook(t, path)
	sheets := file.GetSheetList()
	for _, name := range sheets[1 : len(sheets)-1] {
		var grain string
		for _, md := range c.Marts() {
			if md.Name == name && len(md.Grain) > 0 && md.Grain[0] != "none" {
				grain = ` order by "` + strings.Join(md.Grain, `", "`) + `"`
			}
		}
		mart, err := c.Query(t.Context(), "select * from "+name+grain)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := file.GetRows(name, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) != len(mart.Values)+1 {
			t.Errorf("%s: %d rows on the sheet, %d in the mart", name, len(rows)-1, len(mart.Values))
			continue
		}
		for i, values := range mart.Values {
			for j, v := range values {
				cells++
				got := ""
				if j < len(rows[i+1]) {
					got = rows[i+1][j]
				}
				if problem := cellIs(got, v); problem != "" {
					t.Errorf("%s, row %d, %s: %s", name, i+1, mart.Columns[j], problem)
				}
			}
		}
		for row := range rows[:min(len(rows), 3)] {
			for column := range rows[row] {
				at, _ := excelize.CoordinatesToCellName(column+1, row+1)
				if formula, err := file.GetCellFormula(name, at); err != nil || formula != "" {
					t.Errorf("%s!%s is a formula: %s %v", name, at, formula, err)
				}
			}
		}
	}
	return cells
}

// cellIs says how a raw cell differs from a value of a mart; figures to 15 digits.
func cellIs(got string, want any) string {
	var figure float64
	switch v := want.(type) {
	case nil:
		if got != "" {
			return fmt.Sprintf("%q for NULL", got)
		}
		return ""
	case string:
		if got != strings.Join(strings.Fields(v), " ") && got != v {
			return fmt.Sprintf("%q for %q", got, v)
		}
		return ""
	case bool:
		if got != strconv.FormatBool(v) {
			return fmt.Sprintf("%q for %t", got, v)
		}
		return ""
	case time.Time:
		if v.Year() < 1901 && got == v.Format(time.DateOnly) {
			return "" // before the first day that all spreadsheets agree on: a text
		}
		serial, err := strconv.ParseFloat(got, 64)
		if err != nil {
			return fmt.Sprintf("%q for %s", got, v)
		}
		if day, err := excelize.ExcelDateToTime(serial, false); err != nil || !day.Round(time.Second).Equal(v.Truncate(time.Second)) {
			return fmt.Sprintf("%s for %s", day, v)
		}
		return ""
	case int64:
		figure = float64(v)
	case float64:
		figure = v
	case model.Decimal:
		figure, _ = strconv.ParseFloat(string(v), 64)
	default:
		return fmt.Sprintf("a value of type %T", want)
	}
	shown, err := strconv.ParseFloat(got, 64)
	if err != nil || math.Abs(shown-figure) > 1e-14*math.Abs(figure) {
		return fmt.Sprintf("%q for %v", got, want)
	}
	return ""
}
