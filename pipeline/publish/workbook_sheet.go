package publish

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/govalues/decimal"
	"github.com/xuri/excelize/v2"
)

// sheetWriter writes one sheet from top to bottom; the first error is kept and told at the end.
type sheetWriter struct {
	stream *excelize.StreamWriter
	row    int // the last one written
	err    error
}

// sheet begins the next sheet with its columns' widths and, but for the overview, a frozen first row.
func (b *book) sheet(name string, widths []float64) (*sheetWriter, error) {
	overview := !b.first
	if overview {
		b.first = true
		if err := b.file.SetSheetName("Sheet1", name); err != nil {
			return nil, err
		}
	} else if _, err := b.file.NewSheet(name); err != nil {
		return nil, err
	}
	stream, err := b.file.NewStreamWriter(name)
	if err != nil {
		return nil, err
	}
	for i, width := range widths {
		if err := stream.SetColWidth(i+1, i+1, width); err != nil {
			return nil, err
		}
	}
	if !overview {
		if err := stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
			return nil, err
		}
	}
	return &sheetWriter{stream: stream}, nil
}

// line writes texts and counts in one style.
func (w *sheetWriter) line(style int, values ...any) {
	cells := make([]any, len(values))
	for i, v := range values {
		if text, ok := v.(string); ok {
			v = cellText(text)
		}
		cells[i] = excelize.Cell{StyleID: style, Value: v}
	}
	if err := w.cells(cells); err != nil && w.err == nil {
		w.err = err
	}
}

func (w *sheetWriter) cells(cells []any) error {
	w.row++
	at, err := excelize.CoordinatesToCellName(1, w.row)
	if err != nil {
		return err
	}
	return w.stream.SetRow(at, cells)
}

func (w *sheetWriter) end() error {
	if w.err != nil {
		return w.err
	}
	return w.stream.Flush()
}

// table makes all that was written a table with filters.
func (w *sheetWriter) table(name string, columns int) error {
	corner, err := excelize.CoordinatesToCellName(columns, max(w.row, 2))
	if err != nil {
		return err
	}
	// a name that could be a cell's is refused by Excel
	table := &excelize.Table{Range: "A1:" + corner, Name: "mart_" + name, StyleName: "TableStyleLight1"}
	if err := w.stream.AddTable(table); err != nil {
		return err
	}
	return w.end()
}

// numberFormats are how figures of a unit are shown; the value in the cell is whole.
func numberFormats() map[string]string {
	return map[string]string{
		"money": "#,##0.00;-#,##0.00", "share": "0.0%", "count": "#,##0", "days": "#,##0.0", "date": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm:ss",
		"figure": "#,##0.00##",
	}
}

// style gives the number of a style, made at its first use.
func (b *book) style(name string) int {
	if id, ok := b.styles[name]; ok {
		return id
	}
	var style excelize.Style
	switch name {
	case "head":
		style.Font = &excelize.Font{Bold: true}
		style.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"DCE6F1"}}
	case "title":
		style.Font = &excelize.Font{Bold: true, Size: 14}
	case "text":
		style.NumFmt = 49 // @: a text that looks like a number stays one when it is edited
	default:
		format := numberFormats()[name]
		style.CustomNumFmt = &format
	}
	id, err := b.file.NewStyle(&style)
	if err != nil {
		id = 0 // the styles are constants above; a workbook without them is still right
	}
	b.styles[name] = id
	return id
}

// rowFormats gives each value of a row its format. A mart of figures of several units says the
// unit in a column of that name.
type rowFormats struct {
	book   *book
	units  []string // of each column; empty: as the row says, if it says
	unitAt int      // the column that says it, -1: none
	cells  []any
}

func newRowFormats(b *book, columns []SheetColumn) *rowFormats {
	f := &rowFormats{book: b, cells: make([]any, len(columns))}
	f.unitAt = slices.IndexFunc(columns, func(c SheetColumn) bool { return c.Name == "unit" })
	for _, c := range columns {
		f.units = append(f.units, unitOf(c))
	}
	return f
}

// unitOf is the format that a column's unit or type asks for; empty for doubles without a unit.
func unitOf(c SheetColumn) string {
	switch {
	case c.Type == "varchar", c.Type == "boolean":
		return "text"
	case c.Type == "date":
		return "date"
	case strings.HasPrefix(c.Type, "timestamp"):
		return "moment"
	case strings.HasPrefix(c.Type, "decimal") && (c.Unit == "" || c.Unit == "money"):
		return "money"
	case c.Type == "bigint" || c.Type == "integer":
		return "count"
	}
	if _, known := numberFormats()[c.Unit]; known {
		return c.Unit
	}
	return ""
}

// of gives the cells of a row; they are used again for the next.
func (f *rowFormats) of(row []any) []any {
	said := ""
	if f.unitAt >= 0 {
		said, _ = row[f.unitAt].(string)
	}
	for i, v := range row {
		unit := f.units[i]
		if unit == "" {
			unit = "figure"
			if _, known := numberFormats()[said]; known {
				unit = said
			}
		}
		f.cells[i] = f.cell(v, unit)
	}
	return f.cells
}

func (f *rowFormats) cell(v any, unit string) any {
	switch v := v.(type) {
	case nil:
		return nil
	case string:
		return excelize.Cell{StyleID: f.book.style("text"), Value: cellText(v)}
	case bool: // a text: LibreOffice reads a cell of type boolean as the formula TRUE()
		return excelize.Cell{StyleID: f.book.style("text"), Value: strconv.FormatBool(v)}
	case decimal.Decimal:
		amount, _ := v.Float64() // a cell holds binary floating point of 15 digits, whatever is written
		return excelize.Cell{StyleID: f.book.style(unit), Value: amount}
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil
		}
		return excelize.Cell{StyleID: f.book.style(unit), Value: v}
	case time.Time:
		if v.Before(excelDay) {
			return excelize.Cell{StyleID: f.book.style("text"), Value: v.Format(time.DateOnly)}
		}
		return excelize.Cell{StyleID: f.book.style(unit), Value: v}
	}
	return excelize.Cell{StyleID: f.book.style(unit), Value: v}
}

// cellText is a text as a cell can hold it: valid UTF-8 without control characters, and no longer
// than a cell may be. Direction marks go too: they would turn a column's other rows around.
func cellText(text string) string {
	if !needsCleaning(text) {
		return text
	}
	return shorten(plain(text), 32000)
}

func needsCleaning(text string) bool {
	if len(text) > 32000 {
		return true
	}
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return plain(text) != text
		}
	}
	return false
}
