package extract

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxToken bounds one piece of XML (a tag, a text, a comment), which has to fit into memory.
const maxToken = 4 << 20

var errTokenTooLong = fmt.Errorf("refused: a single value or comment of more than %d MB", maxToken>>20)

// xmlParts pulls tokens out of a part. Its reader fails when one token swallows too much.
type xmlParts struct {
	part    io.ReadCloser
	decoder *xml.Decoder
	left    int
}

func newXMLParts(part io.ReadCloser) *xmlParts {
	x := &xmlParts{part: part}
	x.decoder = xml.NewDecoder(x)
	return x
}

// Read serves the decoder.
func (x *xmlParts) Read(p []byte) (int, error) {
	if x.left -= len(p); x.left < 0 {
		return 0, errTokenTooLong
	}
	return x.part.Read(p)
}

func (x *xmlParts) next() (xml.Token, error) {
	x.left = maxToken
	return x.decoder.RawToken()
}

// drain reads the part to its end, where archive/zip compares the checksum.
func (x *xmlParts) drain() error {
	_, err := io.Copy(io.Discard, x.part)
	return errors.Join(err, x.part.Close())
}

// sharedStrings is the table of texts that cells point to: one block of bytes, since workbooks
// hold millions of them.
type sharedStrings struct {
	data []byte
	ends []int
}

func (s *sharedStrings) get(i int) ([]byte, bool) {
	if i < 0 || i >= len(s.ends) {
		return nil, false
	}
	from := 0
	if i > 0 {
		from = s.ends[i-1]
	}
	return s.data[from:s.ends[i]], true
}

func (s *sharedStrings) load(w *workbook, name string) error {
	if name == "" {
		return nil
	}
	part, err := w.openPart(name, maxStrings)
	if err != nil {
		return err
	}
	x := newXMLParts(part)
	var text richText
	for {
		token, err := x.next()
		if err == io.EOF {
			return x.drain()
		}
		if err != nil {
			return errors.Join(fmt.Errorf("part %s: %w", name, err), part.Close())
		}
		text.token(token)
		if end, ok := token.(xml.EndElement); ok && end.Name.Local == "si" {
			s.data = append(s.data, unescapeCell(text.take())...)
			s.ends = append(s.ends, len(s.data))
		}
	}
}

// richText gathers the text of t elements and leaves out rPh, which says how to pronounce it.
type richText struct {
	text     []byte
	inText   bool
	inPhonic bool
}

func (r *richText) token(token xml.Token) {
	switch t := token.(type) {
	case xml.StartElement:
		r.inText = t.Name.Local == "t" && !r.inPhonic
		r.inPhonic = r.inPhonic || t.Name.Local == "rPh"
	case xml.EndElement:
		r.inText = false
		r.inPhonic = r.inPhonic && t.Name.Local != "rPh"
	case xml.CharData:
		if r.inText {
			r.text = append(r.text, t...)
		}
	}
}

func (r *richText) take() []byte {
	text := r.text
	r.text = r.text[:0]
	return text
}

// unescapeCell undoes _x000D_ and its like, by which a workbook writes what XML cannot hold. What
// would be no character either, NUL above all, stays as it is written.
func unescapeCell(text []byte) []byte {
	if !bytes.Contains(text, []byte("_x")) {
		return text
	}
	var out []byte
	for len(text) > 0 {
		if len(text) >= 7 && text[0] == '_' && text[1] == 'x' && text[6] == '_' {
			if code, err := strconv.ParseUint(string(text[2:6]), 16, 16); err == nil && code > 0 && utf8.ValidRune(rune(code)) {
				out = append(out, string(rune(code))...)
				text = text[7:]
				continue
			}
		}
		out = append(out, text[0])
		text = text[1:]
	}
	return out
}

// sheetCell is a cell as the file has it.
type sheetCell struct {
	column  int    // 0-based
	kind    string // the t attribute: s, str, inlineStr, b, d, e, n or nothing
	style   int
	value   []byte // of <v>, or the text of <is>
	formula []byte
}

// sheetRows pulls the rows of a sheet.
type sheetRows struct {
	xml    *xmlParts
	name   string // for errors
	number int    // of the last row, 1-based
	cells  []sheetCell
	texts  []byte        // of the cells
	merges []mergedRange // complete only after the last row, where the file has them
	done   bool
}

// mergedRange is a block of cells of which only the upper left one has a value; 0-based, inclusive.
type mergedRange struct{ left, top, right, bottom int }

func (w *workbook) rows(sheet workbookSheet) (*sheetRows, error) {
	part, err := w.openPart(sheet.part, maxWorkbook)
	if err != nil {
		return nil, fmt.Errorf("read workbook %s: %w", w.entry.name, err)
	}
	return &sheetRows{xml: newXMLParts(part), name: w.entry.name + ":" + sheet.name}, nil
}

// close gives the part back without reading the rest of it.
func (s *sheetRows) close() error { return s.xml.part.Close() }

// next reads one row into cells. After the last one it reads the sheet to its end: a sheet that
// breaks off is an error, never a shorter sheet.
func (s *sheetRows) next() (bool, error) {
	for !s.done {
		token, err := s.xml.next()
		if err != nil {
			return false, s.damaged(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if t.Name.Local == "row" {
				s.number = intAttr(t, "r", s.number+1)
				return true, s.readRow()
			}
		case xml.EndElement:
			s.done = t.Name.Local == "sheetData"
		}
	}
	return false, s.readMerges()
}

func (s *sheetRows) damaged(err error) error {
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("read sheet %s after row %d: %w", s.name, s.number, err)
}

func (s *sheetRows) readRow() error {
	s.cells, s.texts = s.cells[:0], s.texts[:0]
	column := -1
	for {
		token, err := s.xml.next()
		if err != nil {
			return s.damaged(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if t.Name.Local != "c" {
				continue
			}
			cell, err := s.startCell(t, column+1)
			if err != nil {
				return err
			}
			column = cell.column
			if err := s.readCell(&cell); err != nil {
				return err
			}
			s.cells = append(s.cells, cell)
		case xml.EndElement:
			if t.Name.Local == "row" {
				return nil
			}
		}
	}
}

func (s *sheetRows) startCell(t xml.StartElement, column int) (sheetCell, error) {
	cell := sheetCell{column: column, style: intAttr(t, "s", 0)}
	for _, a := range t.Attr {
		switch a.Name.Local {
		case "t":
			cell.kind = a.Value
		case "r":
			c, _, ok := cellPlace(a.Value)
			if !ok {
				return cell, s.damaged(fmt.Errorf("a cell stands at %q", a.Value))
			}
			cell.column = c
		}
	}
	return cell, nil
}

// readCell reads up to the end of the cell.
func (s *sheetRows) readCell(cell *sheetCell) error {
	var rich richText
	from := len(s.texts)
	inside := "" // the element whose text is read
	for {
		token, err := s.xml.next()
		if err != nil {
			return s.damaged(err)
		}
		rich.token(token)
		switch t := token.(type) {
		case xml.StartElement:
			if inside = t.Name.Local; inside == "f" {
				cell.formula = append(cell.formula, '=')
			}
		case xml.EndElement:
			if inside = ""; t.Name.Local == "c" {
				if cell.kind == "inlineStr" {
					cell.value = rich.take()
				}
				return nil
			}
		case xml.CharData:
			switch inside {
			case "v":
				s.texts = append(s.texts, t...)
				cell.value = s.texts[from:len(s.texts):len(s.texts)]
			case "f":
				cell.formula = append(cell.formula, t...)
			}
		}
	}
}

// readMerges reads what follows the rows, once.
func (s *sheetRows) readMerges() error {
	for {
		token, err := s.xml.next()
		if err == io.EOF {
			return nil // archive/zip has compared the checksum
		}
		if err != nil {
			return s.damaged(err)
		}
		t, ok := token.(xml.StartElement)
		if !ok || t.Name.Local != "mergeCell" {
			continue
		}
		for _, a := range t.Attr {
			if from, to, ok := strings.Cut(a.Value, ":"); ok && a.Name.Local == "ref" {
				left, top, ok1 := cellPlace(from)
				right, bottom, ok2 := cellPlace(to)
				if ok1 && ok2 {
					s.merges = append(s.merges, mergedRange{left, top, right, bottom})
				}
			}
		}
	}
}

func intAttr(t xml.StartElement, name string, missing int) int {
	for _, a := range t.Attr {
		if a.Name.Local == name {
			if n, err := strconv.Atoi(a.Value); err == nil && n >= 0 {
				return n
			}
		}
	}
	return missing
}

// cellPlace reads B12 as column 1 and row 11.
func cellPlace(ref string) (column, row int, ok bool) {
	const mostColumns, mostRows = 16_384, 1_048_576
	i := 0
	for ; i < len(ref) && 'A' <= ref[i] && ref[i] <= 'Z' && column <= mostColumns; i++ {
		column = column*26 + int(ref[i]-'A') + 1
	}
	row, err := strconv.Atoi(ref[i:])
	ok = err == nil && column >= 1 && column <= mostColumns && row >= 1 && row <= mostRows
	return column - 1, row - 1, ok
}

// columnLetters is the name of a column in the workbook: A, B, … AA.
func columnLetters(column int) string {
	if column < 26 {
		return string(rune('A' + column))
	}
	return columnLetters(column/26-1) + string(rune('A'+column%26))
}
