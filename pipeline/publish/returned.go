package publish

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode/utf8"
)

// Returned is a row of a list as somebody hands it back; cells are as they were written.
type Returned struct {
	Line                           int // of the file, or the row of the sheet
	List, Run, RowID, CustomerID   string
	Status, Outcome, Note, Channel string
}

// Fault is one thing that is wrong with a file that somebody hands back.
type Fault struct {
	Line   int    `json:"line,omitempty"` // 0: the whole file
	Column string `json:"column,omitempty"`
	Why    string `json:"why"` // with what to do
}

func (f Fault) String() string {
	var place []string
	if f.Line > 0 {
		place = append(place, fmt.Sprintf("line %d", f.Line))
	}
	if f.Column != "" {
		place = append(place, "column "+f.Column)
	}
	return strings.Join(append(place, f.Why), ": ")
}

// What a list that comes back has at the most; above it, it is another file.
const (
	largestReturned = 64 << 20
	longestNote     = 4000 // characters
)

// returnedColumns are read; the others may be gone.
func returnedColumns() []string {
	return []string{"list", "run", "row_id", "customer_id", "status", "outcome", "note"}
}

// ReadReturned reads list.csv or list.xlsx as people hand them back: sorted, filtered, with columns
// taken out or added. What is wrong with the file itself comes back as faults, all of them.
func ReadReturned(path string) ([]Returned, []Fault, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, fmt.Errorf("read %s: %w", path, err)
	}
	if !info.Mode().IsRegular() || info.Size() > largestReturned {
		return nil, []Fault{{Why: fmt.Sprintf("it is no file, or larger than %d MB: no list is", largestReturned>>20)}}, nil
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, fmt.Errorf("read %s: %w", path, err)
	}
	switch {
	case bytes.HasPrefix(b, []byte("PK\x03\x04")):
		rows, faults := readReturnedSheet(b)
		return rows, faults, nil
	case bytes.HasPrefix(b, []byte("\xd0\xcf\x11\xe0")):
		return nil, []Fault{{Why: "it is a workbook of an old kind (.xls): save it as .xlsx"}}, nil
	}
	if fault := wrongEncoding(b); fault != nil {
		return nil, []Fault{*fault}, nil
	}
	rows, faults := readReturnedCSV(bytes.TrimPrefix(b, []byte(byteOrderMark)))
	return rows, faults, nil
}

// wrongEncoding finds out that a text is not UTF-8: names and notes would be others.
func wrongEncoding(b []byte) *Fault {
	const save = "save it as CSV UTF-8, or as .xlsx"
	switch {
	case bytes.HasPrefix(b, []byte("\xff\xfe")), bytes.HasPrefix(b, []byte("\xfe\xff")):
		return &Fault{Line: 1, Why: "it is UTF-16 (\"Unicode text\"): " + save}
	case bytes.IndexByte(b[:min(len(b), 4096)], 0) >= 0 && !utf8Header(b):
		return &Fault{Line: 1, Why: "it holds NUL bytes, as UTF-16 without a byte order mark does: " + save}
	case !utf8.Valid(b):
		at := 0
		for rest := b; len(rest) > 0; {
			r, n := utf8.DecodeRune(rest)
			if r == utf8.RuneError && n == 1 {
				break
			}
			at, rest = at+n, rest[n:]
		}
		return &Fault{Line: 1 + bytes.Count(b[:at], []byte("\n")), Why: "it is not UTF-8 but GBK or another encoding: " + save}
	}
	return nil
}

// utf8Header says that a text begins as our own files do, whatever a name in it holds.
func utf8Header(b []byte) bool {
	head, _, _ := bytes.Cut(b, []byte("\n"))
	return bytes.Contains(head, []byte("row_id"))
}

func readReturnedCSV(b []byte) ([]Returned, []Fault) {
	head, _, _ := bytes.Cut(b, []byte("\n"))
	reader := csv.NewReader(bytes.NewReader(b))
	reader.FieldsPerRecord = -1
	for _, mark := range []rune{';', '\t'} { // what spreadsheets write where the comma is the decimal mark
		if bytes.ContainsRune(head, mark) && !bytes.ContainsRune(head, ',') {
			reader.Comma = mark
		}
	}
	var table returnedTable
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var bad *csv.ParseError
		if errors.As(err, &bad) {
			return nil, append(table.faults, Fault{Line: bad.StartLine, Why: bad.Err.Error() + ": what follows cannot be read; save the file again from the spreadsheet"})
		}
		if err != nil {
			return nil, []Fault{{Why: err.Error()}}
		}
		line, _ := reader.FieldPos(0)
		formulas := map[int]bool{}
		for i, cell := range record {
			first, _ := utf8.DecodeRuneInString(strings.TrimLeft(cell, " \u00a0\u3000"))
			formulas[i] = first == '=' || first == '＝'
			record[i] = rearm(cell)
		}
		table.add(line, record, func(column int) bool { return formulas[column] })
	}
	return table.end()
}

// rearm takes off the apostrophe that Disarm put there.
func rearm(cell string) string {
	if rest, quoted := strings.CutPrefix(cell, "'"); quoted && Disarm(rest) == cell {
		return rest
	}
	return cell
}

// returnedTable collects the rows of a file by the names of its columns.
type returnedTable struct {
	at     map[string]int // name -> place
	rows   []Returned
	faults []Fault
}

func (t *returnedTable) add(line int, cells []string, isFormula func(column int) bool) {
	if t.at == nil {
		t.head(line, cells)
		return
	}
	if !slices.ContainsFunc(cells, func(c string) bool { return strings.TrimSpace(c) != "" }) {
		return // a spreadsheet leaves empty rows behind
	}
	cell := func(name string) string {
		i, there := t.at[name]
		if !there || i >= len(cells) {
			return ""
		}
		if isFormula(i) {
			t.fault(line, name, "it is a formula: write the text itself, or copy the column and paste its values")
			return ""
		}
		if name == "customer_id" || name == "note" {
			return cells[i]
		}
		return strings.TrimSpace(cells[i])
	}
	r := Returned{Line: line, List: cell("list"), Run: cell("run"), RowID: cell("row_id"), CustomerID: cell("customer_id"),
		Status: cell("status"), Outcome: cell("outcome"), Note: cell("note"), Channel: cell("channel")}
	if n := utf8.RuneCountInString(r.Note); n > longestNote {
		t.fault(line, "note", fmt.Sprintf("it has %d characters: at most %d are kept; shorten it", n, longestNote))
	}
	t.rows = append(t.rows, r)
}

func (t *returnedTable) head(line int, cells []string) {
	t.at = map[string]int{}
	for i, name := range cells {
		name = strings.ToLower(strings.TrimSpace(name))
		if _, twice := t.at[name]; twice && slices.Contains(returnedColumns(), name) {
			t.fault(line, name, "there are two columns of this name: take one out")
		}
		t.at[name] = i
	}
	for _, name := range returnedColumns() {
		if _, there := t.at[name]; !there {
			t.fault(line, name, "the column is missing: the first row has to hold the names of the columns, as in the list that was handed out")
		}
	}
}

func (t *returnedTable) fault(line int, column, why string) {
	t.faults = append(t.faults, Fault{line, column, why})
}

func (t *returnedTable) end() ([]Returned, []Fault) {
	if len(t.rows) == 0 && len(t.faults) == 0 {
		t.faults = append(t.faults, Fault{Why: "it holds no row"})
	}
	return t.rows, t.faults
}

// SameText says that a cell is what CSV or a sheet makes of a text: without carriage returns, or
// without control characters and direction marks.
func SameText(cell, text string) bool {
	bare := func(s string) string { return strings.ReplaceAll(s, "\r", "") }
	return bare(cell) == bare(text) || cell == cellText(text) || bare(cell) == bare(Disarm(text)) || bare(cell) == bare(rearm(text))
}
