package extract

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// excelSource reads the sheets of workbooks of one layout; its relations are the sheets.
type excelSource struct {
	fileSource
	nulls nullWords
}

func openExcel(spec Spec) (Source, error) {
	files, err := newFileSource(spec, spec.Excel.Path)
	if err != nil {
		return nil, err
	}
	return &excelSource{fileSource: files, nulls: spec.nullWords()}, nil
}

func (e *Excel) headerRow() int { return max(e.HeaderRow, 1) }

// Describe lists the sheets of the first workbook.
func (s *excelSource) Describe(ctx context.Context) ([]Relation, error) {
	w, err := openWorkbook(s.files[0])
	if err != nil {
		return nil, err
	}
	relations, err := s.describe(ctx, w)
	return relations, errors.Join(err, w.close())
}

func (s *excelSource) describe(ctx context.Context, w *workbook) ([]Relation, error) {
	var relations []Relation
	for _, sheet := range w.sheets {
		if err := alive(ctx, w.entry.name); err != nil {
			return nil, err
		}
		r := Relation{Name: sheet.name, Rows: -1}
		rows, names, err := s.openSheet(w, sheet)
		if errors.Is(err, errNoHeader) { // a sheet of notes is no table
			relations = append(relations, r)
			continue
		}
		if err != nil {
			return nil, err
		}
		if err := rows.close(); err != nil {
			return nil, fmt.Errorf("read workbook %s: %w", w.entry.name, err)
		}
		r.Columns = textColumns(names)
		if err := sampleColumns(ctx, s, sheet.name, r.Columns, names); err != nil {
			return nil, err
		}
		relations = append(relations, r)
	}
	return relations, nil
}

var errNoHeader = errors.New("the sheet ends before its header; set header_row")

// openSheet reads up to the header and gives the columns' names.
func (s *excelSource) openSheet(w *workbook, sheet workbookSheet) (*sheetRows, []string, error) {
	rows, err := w.rows(sheet)
	if err != nil {
		return nil, nil, err
	}
	names, gaps, err := s.readHeader(w, rows)
	if err == nil && gaps {
		names, err = s.nameMerged(w, sheet, names)
	}
	if err != nil {
		return nil, nil, errors.Join(err, rows.close())
	}
	for i := range names {
		if names[i] == "" {
			names[i] = columnLetters(i)
		}
	}
	return rows, names, nil
}

// readHeader moves behind the header row. gaps: some column has its text further up.
func (s *excelSource) readHeader(w *workbook, rows *sheetRows) (names []string, gaps bool, err error) {
	header := s.spec.Excel.headerRow()
	above := map[int]bool{}
	for {
		ok, err := rows.next()
		if err != nil {
			return nil, false, err
		}
		if !ok || rows.number > header {
			return nil, false, fmt.Errorf("read sheet %s:%d: %w", rows.name, header, errNoHeader)
		}
		if rows.number == header {
			break
		}
		for _, c := range rows.cells {
			above[c.column] = above[c.column] || len(c.value) > 0
		}
	}
	names = w.headerNames(rows.cells)
	for column := range above {
		gaps = gaps || above[column] && (column >= len(names) || names[column] == "")
	}
	if len(names) == 0 && !gaps {
		return nil, false, fmt.Errorf("read sheet %s:%d: %w", rows.name, header, errNoHeader)
	}
	return names, gaps, nil
}

func (w *workbook) headerNames(cells []sheetCell) []string {
	var names []string
	for _, c := range cells {
		text := strings.TrimSpace(string(w.cellText(nil, c)))
		for text != "" && len(names) <= c.column {
			names = append(names, "")
		}
		if text != "" {
			names[c.column] = text
		}
	}
	return names
}

// nameMerged names the columns whose header cell is merged with cells above it. The file tells
// what is merged only behind its rows, so it is read through once more, which is rare.
func (s *excelSource) nameMerged(w *workbook, sheet workbookSheet, names []string) ([]string, error) {
	rows, err := w.rows(sheet)
	if err != nil {
		return nil, err
	}
	header := s.spec.Excel.headerRow()
	upper := map[[2]int]string{} // texts above the header by row and column
	for {
		ok, err := rows.next()
		if err != nil {
			return nil, errors.Join(err, rows.close())
		}
		if !ok {
			break
		}
		for _, c := range rows.cells {
			if rows.number < header {
				upper[[2]int{rows.number - 1, c.column}] = strings.TrimSpace(string(w.cellText(nil, c)))
			}
		}
	}
	for _, m := range rows.merges {
		text := upper[[2]int{m.top, m.left}]
		if text == "" || m.top >= header-1 || m.bottom < header-1 {
			continue
		}
		for len(names) <= m.left {
			names = append(names, "")
		}
		if names[m.left] == "" {
			names[m.left] = text
		}
	}
	return names, rows.close()
}

// cellText appends what a cell means: text as text, numbers as their exact digits, days and
// times by the calendar.
func (w *workbook) cellText(dst []byte, c sheetCell) []byte {
	value := c.value
	switch c.kind {
	case "s":
		i, err := strconv.Atoi(string(bytes.TrimSpace(value)))
		if text, ok := w.strings.get(i); ok && err == nil {
			return append(dst, text...)
		}
		return append(dst, value...)
	case "inlineStr", "str":
		return append(dst, unescapeCell(value)...)
	case "b":
		return strconv.AppendBool(dst, string(bytes.TrimSpace(value)) == "1")
	case "d":
		return append(dst, bytes.Replace(bytes.TrimSpace(value), []byte{'T'}, []byte{' '}, 1)...)
	case "e":
		return append(dst, value...)
	}
	value = bytes.TrimSpace(value)
	if c.style < len(w.formats) && w.formats[c.style].isDate() && len(value) > 0 {
		if out, ok := appendSerial(dst, string(value), w.formats[c.style], w.date1904); ok {
			return out
		}
	}
	return append(dst, value...)
}

// Read streams the rows of one sheet of every workbook.
func (s *excelSource) Read(ctx context.Context, q Query, out Sink) error {
	sheet := q.Relation
	if sheet == "" {
		sheet = s.spec.Excel.Sheet
	}
	q.Relation = ""
	if err := s.checkQuery(q); err != nil {
		return err
	}
	scan := func(ctx context.Context, p filePiece, out emit) (rest, error) {
		batch := newTextBatch(q.Columns, q.Limit, nil)
		for _, f := range p.files {
			if err := s.readFile(ctx, f, sheet, q, batch, out); err != nil {
				return rest{}, err
			}
		}
		return rest{}, flushRest(batch, out)
	}
	return streamUnits(ctx, wholeFiles(eachFile(s.files)), q, scan, out)
}

func (s *excelSource) readFile(ctx context.Context, f fileEntry, sheet string, q Query, batch *textBatch, out emit) (err error) {
	w, err := openWorkbook(f)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	part, err := w.sheetNamed(sheet)
	if err != nil {
		return err
	}
	rows, names, err := s.openSheet(w, part)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.close()) }()
	places, err := findColumns(fmt.Sprintf("%s:%d", rows.name, rows.number), names, q.Columns)
	if err != nil {
		return err
	}
	t := sheetTable{source: s, book: w, rows: rows, columns: q.Columns, places: places}
	for {
		ok, err := rows.next()
		if err != nil || !ok {
			return err
		}
		if rows.number%1024 == 0 {
			if err := alive(ctx, f.name); err != nil {
				return err
			}
		}
		if stop, err := t.row(batch, out); stop || err != nil {
			return err
		}
	}
}

// sheetTable turns the rows of one sheet into rows of the batch.
type sheetTable struct {
	source  *excelSource
	book    *workbook
	rows    *sheetRows
	columns []string
	places  []int // where the asked columns stand
	scratch []byte
}

// row appends the current row. stop: the row ends the data.
func (t *sheetTable) row(batch *textBatch, out emit) (stop bool, err error) {
	first, filled := t.firstFilled()
	if !filled {
		return false, nil // a blank row, like a blank line, is no record
	}
	if word := t.source.spec.Excel.StopAt; word != "" && (first == word || t.at(t.places[0]) == word) {
		return true, nil
	}
	if bad := t.fault(); bad != nil {
		return false, out(item{bad: bad})
	}
	for i, place := range t.places {
		c, ok := t.cell(place)
		if ok {
			t.scratch = t.book.cellText(t.scratch[:0], c)
		}
		if !ok || c.value == nil || t.source.nulls.match(t.scratch) {
			batch.null(i)
		} else {
			batch.value(i, t.scratch)
		}
	}
	if batch.endRow(t.book.entry.name, int64(t.rows.number)) {
		return false, out(item{rec: batch.flush()})
	}
	return false, nil
}

// firstFilled is the text of the row's first cell that is not empty.
func (t *sheetTable) firstFilled() (string, bool) {
	for _, c := range t.rows.cells {
		if text := strings.TrimSpace(string(t.book.cellText(nil, c))); text != "" || len(c.formula) > 0 {
			return text, true
		}
	}
	return "", false
}

func (t *sheetTable) cell(column int) (sheetCell, bool) {
	at, ok := slices.BinarySearchFunc(t.rows.cells, column, func(c sheetCell, column int) int { return c.column - column })
	if !ok {
		return sheetCell{}, false
	}
	return t.rows.cells[at], true
}

func (t *sheetTable) at(column int) string {
	c, _ := t.cell(column)
	return strings.TrimSpace(string(t.book.cellText(nil, c)))
}

// fault reports a row in which an asked cell is a formula whose result was never stored, as in
// workbooks that a program wrote and no spreadsheet has opened.
func (t *sheetTable) fault() *BadRow {
	for i, place := range t.places {
		c, ok := t.cell(place)
		if !ok || len(c.formula) == 0 || c.value != nil || c.kind == "str" {
			continue
		}
		bad := t.source.bad(t.book.entry.name, int64(t.rows.number), RuleFormula, c.formula)
		bad.Location = fmt.Sprintf("%s!%d", t.rows.name, t.rows.number)
		bad.Column = t.columns[i]
		return bad
	}
	return nil
}
