package main

import (
	"encoding/csv"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/xuri/excelize/v2"

	"github.com/pharos-analytics/pharos/pipeline"
	"github.com/pharos-analytics/pharos/pipeline/publish/reporttest"
)

// TestLibreOfficeReadsTheSameFiguresAndNoFormula opens what a run leaves for spreadsheets in a real one.
func TestLibreOfficeReadsTheSameFiguresAndNoFormula(t *testing.T) {
	if testing.Short() {
		t.Skip("a whole run and LibreOffice; -short leaves them out")
	}
	reporttest.Program(t, "soffice")
	dir := demoDir(t)
	cfg, err := loadConfig(filepath.Join(dir, "pharos.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := pipeline.OpenRun(t.Context(), cfg, "")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if cells := checkSpreadsheets(t, c.Dir); cells < 20000 {
		t.Errorf("only %d cells are compared", cells)
	}
}

// everyColumnAsText is the part of LibreOffice's import filter that names column and format, 2 for text.
func everyColumnAsText() string {
	var pairs []string
	for i := range 60 {
		pairs = append(pairs, fmt.Sprintf("%d/2", i+1))
	}
	return strings.Join(pairs, "/")
}

// calcCell is a cell as LibreOffice understood it.
type calcCell struct{ kind, value, text, formula string }

// checkSpreadsheets opens every workbook and every CSV of a run folder in LibreOffice and counts the cells it compared.
func checkSpreadsheets(t *testing.T, run string) (cells int) {
	t.Helper()
	var books, texts []string
	owners := 0
	err := filepath.WalkDir(run, func(path string, e os.DirEntry, err error) error {
		if filepath.Base(filepath.Dir(path)) == "owners" { // one per caller, all written alike: the first ones
			if owners++; owners > 20 {
				return err
			}
		}
		switch filepath.Ext(path) {
		case ".xlsx":
			books = append(books, path)
		case ".csv":
			texts = append(texts, path)
		}
		return err
	})
	if err != nil || len(books) == 0 || len(texts) == 0 {
		t.Fatalf("%d workbooks, %d CSV files, %v", len(books), len(texts), err)
	}
	for i, sheets := range converted(t, books, "") {
		cells += workbookIsRead(t, books[i], sheets)
	}
	// as a double click opens it: comma, double quotes, UTF-8, each column as it looks
	for i, sheets := range converted(t, texts, "CSV:44,34,76,1,,0,false,true,false") {
		for _, rows := range sheets {
			for r, row := range rows {
				for _, cell := range row {
					if cell.formula != "" {
						t.Errorf("%s, row %d: %.60q is the formula %.60q", texts[i], r+1, cell.text, cell.formula)
					}
				}
			}
		}
	}
	// as it ought to be opened where ids have leading zeros: every column as text
	for i, sheets := range converted(t, texts, "CSV:44,34,76,1,"+everyColumnAsText()+",0,true,false,false") {
		cells += csvIsRead(t, texts[i], sheets)
	}
	return cells
}

// atOnce is how many files one LibreOffice is asked to convert.
const atOnce = 40

// converted are the sheets of files, in the order of the files, as LibreOffice saves them again.
func converted(t *testing.T, files []string, filter string) []map[string][][]calcCell {
	t.Helper()
	var all []map[string][][]calcCell
	for some := range slices.Chunk(files, atOnce) {
		all = append(all, convertedAtOnce(t, some, filter)...)
	}
	return all
}

func convertedAtOnce(t *testing.T, files []string, filter string) []map[string][][]calcCell {
	t.Helper()
	in, out := t.TempDir(), t.TempDir()
	args := []string{"-env:UserInstallation=file://" + filepath.Join(in, "profile"), "--headless", "--norestore", "--convert-to", "fods", "--outdir", out}
	if filter != "" {
		args = append(args, "--infilter="+filter)
	}
	for i, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		copied := filepath.Join(in, fmt.Sprintf("%03d%s", i, filepath.Ext(f)))
		if err := os.WriteFile(copied, text, 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, copied)
	}
	if said, err := exec.CommandContext(t.Context(), "soffice", args...).CombinedOutput(); err != nil {
		t.Fatalf("convert: %v\n%s", err, said)
	}
	var all []map[string][][]calcCell
	for i := range files {
		all = append(all, readFlat(t, filepath.Join(out, fmt.Sprintf("%03d.fods", i))))
	}
	return all
}

// readFlat reads a flat OpenDocument spreadsheet: rows without their trailing empty cells.
func readFlat(t *testing.T, path string) map[string][][]calcCell {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	sheets := map[string][][]calcCell{}
	name, row, cell := "", []calcCell{}, calcCell{}
	repeated, inText := 1, 0
	d := xml.NewDecoder(file)
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return sheets
		}
		if err != nil {
			t.Fatalf("read %s: %v", path, err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			a := attributes(e)
			switch e.Name.Local {
			case "table":
				name = a["name"]
			case "table-row":
				row = nil
			case "table-cell", "covered-table-cell":
				cell, repeated = calcCell{kind: a["value-type"], formula: a["formula"], value: a["value"] + a["date-value"] + a["boolean-value"]}, max(repeats(a["number-columns-repeated"]), 1)
			case "p":
				if inText++; cell.text != "" {
					cell.text += "\n"
				}
			case "s":
				cell.text += strings.Repeat(" ", max(repeats(a["c"]), 1))
			case "tab":
				cell.text += "\t"
			case "line-break":
				cell.text += "\n"
			}
		case xml.CharData:
			if inText > 0 {
				cell.text += string(e)
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "p":
				inText--
			case "table-cell", "covered-table-cell":
				if cell != (calcCell{}) || repeated < 500 {
					for range repeated {
						row = append(row, cell)
					}
				}
				cell = calcCell{}
			case "table-row":
				for len(row) > 0 && row[len(row)-1] == (calcCell{}) {
					row = row[:len(row)-1]
				}
				if len(row) > 0 {
					sheets[name] = append(sheets[name], row)
				}
			}
		}
	}
}

func attributes(e xml.StartElement) map[string]string {
	all := map[string]string{}
	for _, a := range e.Attr {
		if _, twice := all[a.Name.Local]; !twice { // calcext repeats value-type
			all[a.Name.Local] = a.Value
		}
	}
	return all
}

func repeats(text string) int { n, _ := strconv.Atoi(text); return n }

// workbookIsRead compares each cell with what the file holds.
func workbookIsRead(t *testing.T, path string, sheets map[string][][]calcCell) (cells int) {
	t.Helper()
	file := openWorkbook(t, path)
	for _, name := range file.GetSheetList() {
		raw, err := file.GetRows(name, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		filled := raw[:0]
		for _, row := range raw {
			if strings.Join(row, "") != "" {
				filled = append(filled, row)
			}
		}
		if len(filled) != len(sheets[name]) {
			t.Errorf("%s: %d rows of %s, LibreOffice reads %d", path, len(filled), name, len(sheets[name]))
			continue
		}
		for r, row := range sheets[name] {
			for column, got := range row {
				want := ""
				if column < len(filled[r]) {
					want = filled[r][column]
				}
				cells++
				if problem := readAs(got, want); problem != "" {
					t.Errorf("%s!%s row %d column %d: %s", filepath.Base(path), name, r+1, column+1, problem)
				}
			}
		}
	}
	return cells
}

// readAs says how a cell that was read differs from the value in the file.
func readAs(got calcCell, want string) string {
	switch {
	case got.formula != "":
		return fmt.Sprintf("%.60q is the formula %.60q", want, got.formula)
	case got.kind == "string" || got.kind == "":
		if legible(got.text) != legible(want) {
			return fmt.Sprintf("the text %.80q is read as %.80q", want, got.text)
		}
		return ""
	case got.kind == "date":
		return "" // the file holds a day number, the text shows the day; TestEveryCellOfTheWorkbookIsItsMarts reads it
	}
	a, errA := strconv.ParseFloat(got.value, 64)
	b, errB := strconv.ParseFloat(want, 64)
	if errA != nil || errB != nil || math.Abs(a-b) > 1e-13*math.Abs(b)+1e-19 { // LibreOffice writes twenty places
		return fmt.Sprintf("the figure %s is read as %s of kind %s", want, got.value, got.kind)
	}
	return ""
}

// legible is a text without what the saved XML cannot hold: control characters, and the kind of its blanks.
func legible(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text)
	return strings.Join(strings.Fields(text), " ")
}

// csvIsRead compares each cell of a CSV file whose columns are all read as text.
func csvIsRead(t *testing.T, path string, sheets map[string][][]calcCell) (cells int) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(text), "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	for _, rows := range sheets {
		if len(rows) != len(want) {
			t.Errorf("%s: %d rows, LibreOffice reads %d", path, len(want), len(rows))
			return cells
		}
		for r, row := range rows {
			for column, got := range row {
				cells++
				if got.kind != "" && got.kind != "string" || readAs(got, strings.TrimPrefix(want[r][column], "'")) != "" && readAs(got, want[r][column]) != "" {
					t.Errorf("%s row %d column %d: %.80q is read as %s %.80q", path, r+1, column+1, want[r][column], got.kind, got.text)
				}
			}
		}
	}
	return cells
}
