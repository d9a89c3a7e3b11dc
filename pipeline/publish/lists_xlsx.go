package publish

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/govalues/decimal"
	"github.com/xuri/excelize/v2"

	"github.com/pharos-analytics/pharos/pipeline/lake"
	"github.com/pharos-analytics/pharos/segment"
)

// listSheet is the name of the one sheet of list.xlsx.
const listSheet = "list"

// sheetFile is a list for people: ids are text, amounts and days are what they are, the header stays
// in sight and filters, the columns to fill in offer their words. No cell is a formula.
type sheetFile struct {
	file    *os.File
	book    *book
	sheet   *sheetWriter
	columns []lake.Column
	cells   []any
	err     error
}

func openListSheet(path string, s *speech, columns []lake.Column, rows int) (*sheetFile, error) {
	f, err := create(path)
	if err != nil {
		return nil, err
	}
	b := &book{file: excelize.NewFile(), speech: s, styles: map[string]int{}}
	w := &sheetFile{file: f, book: b, columns: columns, cells: make([]any, len(columns))}
	if err := w.begin(rows); err != nil {
		return nil, errors.Join(err, b.file.Close(), f.Close())
	}
	return w, nil
}

// begin writes what stands before the rows, and the drop-downs, which the stream writer takes over.
func (w *sheetFile) begin(rows int) error {
	if rows > maxSheetRows {
		return fmt.Errorf("%d rows are more than a sheet holds (%d): give the list a capacity (rows), or leave xlsx out of lists.files", rows, maxSheetRows)
	}
	if err := w.book.file.SetSheetName("Sheet1", listSheet); err != nil {
		return err
	}
	if err := errors.Join(w.offer("status", segment.ListStatuses(), rows), w.offer("outcome", segment.ListOutcomes(), rows)); err != nil {
		return err
	}
	stream, err := w.book.file.NewStreamWriter(listSheet)
	if err != nil {
		return err
	}
	w.sheet = &sheetWriter{stream: stream}
	head := make([]any, len(w.columns))
	for i, c := range w.columns {
		head[i] = c.Name
		if err := stream.SetColWidth(i+1, i+1, listColumnWidth(c)); err != nil {
			return err
		}
	}
	if err := stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	w.sheet.line(w.book.style("head"), head...)
	return w.sheet.err
}

// offer makes a column a drop-down of its words, in the language of the list; others are refused.
func (w *sheetFile) offer(column string, words []string, rows int) error {
	var said []string
	for _, word := range words {
		said = append(said, segment.WorkWord(w.book.speech.lang, word))
	}
	for i, c := range w.columns {
		if c.Name != column {
			continue
		}
		letter, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		validation := excelize.NewDataValidation(true)
		validation.SetSqref(fmt.Sprintf("%s2:%s%d", letter, letter, max(rows, 1)+1))
		if err := validation.SetDropList(said); err != nil {
			return err
		}
		s := w.book.speech
		validation.SetError(excelize.DataValidationErrorStyleStop, column, s.say("list.one_of", strings.Join(said, ", ")))
		if err := w.book.file.AddDataValidation(listSheet, validation); err != nil {
			return err
		}
	}
	return nil
}

func listColumnWidth(c lake.Column) float64 {
	switch c.Name {
	case "name", "action", "offer", "note":
		return 32
	case "reason":
		return 60
	case "run", "customer_id", "row_id", "reason_codes", "contact", "outcome":
		return 20
	}
	return max(12, float64(len(c.Name))+4) // the filter's button stands beside the name
}

func (w *sheetFile) row(cells []string) error {
	if len(cells) != len(w.columns) {
		return fmt.Errorf("row %d has %d cells for %d columns", w.sheet.row, len(cells), len(w.columns))
	}
	for i, cell := range cells {
		w.cells[i] = w.cell(w.columns[i], cell)
	}
	if err := w.sheet.cells(w.cells); err != nil {
		w.err = err
		return err
	}
	return nil
}

// cell is the value of a cell. Text is text even where it looks like a number, also when somebody
// edits it; an empty cell of a text column has the format of one, for what people write there.
func (w *sheetFile) cell(c lake.Column, text string) any {
	unit := map[lake.Type]string{lake.Money: "money", lake.Integer: "count", lake.Date: "date"}[c.Type]
	if text != "" {
		switch c.Type {
		case lake.Money:
			if amount, err := decimal.Parse(text); err == nil {
				value, _ := amount.Float64() // a cell holds binary floating point of 15 digits, whatever is written
				return excelize.Cell{StyleID: w.book.style(unit), Value: value}
			}
		case lake.Integer:
			if n, err := strconv.ParseInt(text, 10, 64); err == nil {
				return excelize.Cell{StyleID: w.book.style(unit), Value: n}
			}
		case lake.Date:
			if day, err := time.Parse(time.DateOnly, text); err == nil && !day.Before(excelDay) {
				return excelize.Cell{StyleID: w.book.style(unit), Value: day}
			}
		}
	} else if unit != "" {
		return nil
	} else {
		return excelize.Cell{StyleID: w.book.style("text")}
	}
	return excelize.Cell{StyleID: w.book.style("text"), Value: cellText(text)}
}

// close ends the sheet and writes the workbook with its parts in the order of their names.
func (w *sheetFile) close() error {
	err := w.err
	if err == nil {
		err = w.end()
	}
	return errors.Join(err, w.book.file.Close(), w.file.Close())
}

func (w *sheetFile) end() error {
	corner, err := excelize.CoordinatesToCellName(len(w.columns), max(w.sheet.row, 2))
	if err != nil {
		return err
	}
	if err := w.sheet.stream.AddTable(&excelize.Table{Range: "A1:" + corner, Name: "rows_of_list", StyleName: "TableStyleLight1"}); err != nil {
		return err
	}
	if err := w.sheet.end(); err != nil {
		return err
	}
	w.book.file.SetZipWriter(func(w io.Writer) excelize.ZipWriter { return newSortedZip(w) })
	_, err = w.book.file.WriteTo(w.file)
	return err
}
