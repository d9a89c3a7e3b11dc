package publish

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// jsonFile is a list for programs: one array, a row an object on a line of its own with every
// column. Figures are numbers with every digit, an empty cell is null, text is text: <, > and & are
// escaped, so that the file does nothing where somebody pastes it.
type jsonFile struct {
	file    *os.File
	out     *bufio.Writer
	columns []lake.Column
	rows    int
}

func openListJSON(path string, columns []lake.Column) (*jsonFile, error) {
	f, err := create(path)
	if err != nil {
		return nil, err
	}
	return &jsonFile{file: f, out: bufio.NewWriterSize(f, 1<<16), columns: columns}, nil
}

func (w *jsonFile) row(cells []string) error {
	if w.rows++; len(cells) != len(w.columns) {
		return fmt.Errorf("row %d has %d cells for %d columns", w.rows, len(cells), len(w.columns))
	}
	if w.rows == 1 {
		w.out.WriteString("[\n{")
	} else {
		w.out.WriteString(",\n{")
	}
	for i, cell := range cells {
		if i > 0 {
			w.out.WriteByte(',')
		}
		fmt.Fprintf(w.out, "%q:", w.columns[i].Name) // names are plain words
		switch {
		case cell == "":
			w.out.WriteString("null")
		case w.columns[i].Type == lake.Money, w.columns[i].Type == lake.Integer:
			w.out.WriteString(cell)
		default:
			text, err := json.Marshal(cell)
			if err != nil {
				return err
			}
			w.out.Write(text)
		}
	}
	return w.out.WriteByte('}')
}

func (w *jsonFile) close() error {
	end := "\n]\n"
	if w.rows == 0 {
		end = "[]\n"
	}
	_, err := w.out.WriteString(end)
	return errors.Join(err, w.out.Flush(), w.file.Close())
}
