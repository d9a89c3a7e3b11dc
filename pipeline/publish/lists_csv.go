package publish

import (
	"encoding/csv"
	"fmt"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// byteOrderMark makes spreadsheet programs read the file as UTF-8.
const byteOrderMark = "\ufeff"

// writeCSV writes a list for people with spreadsheets: UTF-8 with a byte order mark, CRLF, and
// text that a spreadsheet would take for a formula disarmed. Figures are not touched.
func writeCSV(path string, columns []lake.Column, rows [][]string) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if closing := f.Close(); err == nil {
			err = closing
		}
	}()
	if _, err := f.WriteString(byteOrderMark); err != nil {
		return err
	}
	w := csv.NewWriter(f)
	w.UseCRLF = true
	head := make([]string, len(columns))
	for i, c := range columns {
		head[i] = c.Name
	}
	if err := w.Write(head); err != nil {
		return err
	}
	line := make([]string, len(columns))
	for n, row := range rows {
		if len(row) != len(columns) {
			return fmt.Errorf("row %d has %d cells for %d columns", n+1, len(row), len(columns))
		}
		for i, cell := range row {
			line[i] = cell
			if columns[i].Type == lake.Text {
				line[i] = Disarm(cell)
			}
		}
		if err := w.Write(line); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
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
