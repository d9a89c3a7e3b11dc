package publish

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// Workbook is report.xlsx: an overview, a sheet for each mart that people read, and the data
// dictionary. Everything in it is a value: there is no formula, and every text is a text.
type Workbook struct {
	Data    ReportData // for the overview
	Lang    string     // en, zh
	TempDir string     // where long sheets are written first; empty: the system's
	Sheets  []Sheet
}

// Sheet is one mart, or its first rows.
type Sheet struct {
	Mart     string
	Sentence string // what one row is
	Columns  []SheetColumn
	Rows     int64 // of the mart
	Shown    int64 // of them on the sheet
	ByProfit bool  // fewer are shown, customers with the largest profit or loss first
	// Each hands over the rows that are shown; a row is used again for the next. Values are nil,
	// string, int64, float64, bool, time.Time and decimal.Decimal.
	Each func(func(row []any) error) error
}

// SheetColumn is a column of a mart and what the data dictionary says of it.
type SheetColumn struct{ Name, Type, Unit, Sentence string }

// maxSheetRows is what a sheet can hold below its header (ECMA-376 part 1, 18.3.1.73).
const maxSheetRows = 1<<20 - 1

// WriteWorkbook writes the workbook; the same data gives the same bytes. It fails when a sheet
// gives more rows than it says or a row gives another number of values than there are columns.
func WriteWorkbook(w io.Writer, b Workbook) error {
	s := newSpeech(b.Lang, b.Data.Currency)
	file := excelize.NewFile(excelize.Options{TmpDir: b.TempDir})
	book := &book{file: file, speech: s, styles: map[string]int{}}
	err := book.fill(b)
	if err == nil {
		err = s.complete()
	}
	if err == nil {
		file.SetZipWriter(func(w io.Writer) excelize.ZipWriter { return newSortedZip(w) })
		_, err = file.WriteTo(w)
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return nil
}

// book is a workbook that is being written.
type book struct {
	file   *excelize.File
	speech *speech
	styles map[string]int // by number format; "head", "title" and "text" beside
	first  bool           // whether the first sheet has its name
}

func (b *book) fill(w Workbook) error {
	if err := b.overview(w); err != nil {
		return err
	}
	for _, sheet := range w.Sheets {
		if err := b.mart(sheet); err != nil {
			return fmt.Errorf("sheet %s: %w", sheet.Mart, err)
		}
	}
	return b.dictionary(w.Sheets)
}

// overview names the finding, the run and what the other sheets hold.
func (b *book) overview(w Workbook) error {
	s, d := b.speech, w.Data
	out, err := b.sheet(s.say("workbook.overview"), []float64{30, 60, 12, 12, 60})
	if err != nil {
		return err
	}
	out.line(b.style("title"), plain(d.Company)+" · "+headline(s, d))
	out.line(0, lede(s, d))
	out.line(0)
	for _, p := range provenance(s, d) {
		out.line(0, p.Name, p.Value)
	}
	out.line(0)
	out.line(b.style("head"), s.say("workbook.sheet"), s.say("workbook.row"), s.say("workbook.rows"), s.say("workbook.shown"), s.say("workbook.which"))
	for _, sheet := range w.Sheets {
		which := s.say("workbook.all")
		switch {
		case sheet.Shown < sheet.Rows && sheet.ByProfit:
			which = s.say("workbook.by_profit")
		case sheet.Shown < sheet.Rows:
			which = s.say("workbook.first")
		}
		out.line(0, sheet.Mart, relationName(s, sheet.Mart), sheet.Rows, sheet.Shown, which)
	}
	out.line(0)
	out.line(0, s.say("workbook.note"))
	return out.end()
}

// dictionary says what every column means, in the words of the SQL that makes it.
func (b *book) dictionary(sheets []Sheet) error {
	s := b.speech
	out, err := b.sheet(s.say("workbook.dictionary"), []float64{26, 28, 16, 12, 100})
	if err != nil {
		return err
	}
	out.line(b.style("head"), s.say("workbook.sheet"), s.say("workbook.column"), s.say("workbook.type"), s.say("workbook.unit"), s.say("workbook.meaning"))
	for _, sheet := range sheets {
		out.line(0, sheet.Mart, "", "", "", sheet.Sentence)
		for _, c := range sheet.Columns {
			out.line(0, sheet.Mart, c.Name, c.Type, c.Unit, c.Sentence)
		}
	}
	return out.end()
}

// mart writes a mart as a table that can be filtered, its header frozen.
func (b *book) mart(m Sheet) error {
	widths := make([]float64, len(m.Columns))
	head := make([]any, len(m.Columns))
	for i, c := range m.Columns {
		widths[i], head[i] = columnWidth(c), c.Name
	}
	out, err := b.sheet(m.Mart, widths)
	if err != nil {
		return err
	}
	out.line(b.style("head"), head...)
	formats := newRowFormats(b, m.Columns)
	err = m.Each(func(row []any) error {
		if len(row) != len(m.Columns) || int64(out.row) > maxSheetRows {
			return fmt.Errorf("row %d has %d values for %d columns", out.row, len(row), len(m.Columns))
		}
		return out.cells(formats.of(row))
	})
	if err != nil {
		return err
	}
	return out.table(m.Mart, len(m.Columns))
}

// columnWidth is in characters of the standard font.
func columnWidth(c SheetColumn) float64 {
	least := 12.0
	switch {
	case c.Type == "date":
		least = 11
	case c.Name == "name", strings.HasSuffix(c.Name, "evidence"), c.Name == "reason", c.Name == "strategy", c.Name == "countermeasure":
		least = 36
	case c.Type == "varchar":
		least = 16
	}
	return max(least, float64(len(c.Name))+4) // the filter's button stands beside the name
}

// excelDay is the first day that a cell can hold as a date and that all programs agree on.
var excelDay = time.Date(1900, 3, 1, 0, 0, 0, 0, time.UTC)
