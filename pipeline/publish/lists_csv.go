package publish

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// byteOrderMark makes spreadsheet programs read the file as UTF-8.
const byteOrderMark = "\ufeff"

// csvFile is a list for people with spreadsheets: UTF-8, with a byte order mark unless that is not
// wanted, CRLF, and text that a spreadsheet would take for a formula disarmed. Figures are not touched.
type csvFile struct {
	file    io.Closer
	csv     *csv.Writer
	columns []lake.Column
	line    []string
	rows    int
}

func openCSV(path string, columns []lake.Column, marked bool) (*csvFile, error) {
	f, err := create(path)
	if err != nil {
		return nil, err
	}
	w, err := newCSV(f, f, columns, marked)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return w, nil
}

func newCSV(to io.Writer, file io.Closer, columns []lake.Column, marked bool) (*csvFile, error) {
	out := bufio.NewWriterSize(to, 1<<16)
	w := &csvFile{file: file, csv: csv.NewWriter(out), columns: columns, line: make([]string, len(columns))}
	w.csv.UseCRLF = true
	if marked {
		if _, err := out.WriteString(byteOrderMark); err != nil {
			return nil, err
		}
	}
	for i, c := range columns {
		w.line[i] = c.Name
	}
	return w, w.csv.Write(w.line)
}

func (w *csvFile) row(cells []string) error {
	w.rows++
	if len(cells) != len(w.columns) {
		return fmt.Errorf("row %d has %d cells for %d columns", w.rows, len(cells), len(w.columns))
	}
	for i, cell := range cells {
		w.line[i] = cell
		if w.columns[i].Type == lake.Text {
			w.line[i] = Disarm(cell)
		}
	}
	return w.csv.Write(w.line)
}

func (w *csvFile) close() error {
	w.csv.Flush()
	return errors.Join(w.csv.Error(), w.file.Close())
}

// writeCSV writes some rows as one such file.
func writeCSV(path string, columns []lake.Column, rows [][]string, marked bool) (err error) {
	w, err := openCSV(path, columns, marked)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	for _, row := range rows {
		if err := w.row(row); err != nil {
			return err
		}
	}
	return nil
}

// Disarm puts an apostrophe before text that a spreadsheet would compute: a cell that begins with
// = + - @, their full-width forms, tab, CR or LF, blanks before it or not (OWASP, CSV injection).
func Disarm(cell string) string {
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(cell, " \u00a0\u3000"))
	if strings.ContainsRune("=+-@＝＋－＠\t\r\n", first) && cell != "" {
		return "'" + cell
	}
	return cell
}
