package publish

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// Reveal is a line of <workspace>/reveals.jsonl: somebody saw the contacts of a list. Lines are only
// ever added, each before anything is shown.
type Reveal struct {
	At      time.Time `json:"at"`
	User    string    `json:"user"` // of the machine
	Run     string    `json:"run"`
	List    string    `json:"list"`
	Version int       `json:"version"`
	Rows    int       `json:"rows"`
	Reason  string    `json:"reason"`
	SHA256  string    `json:"sha256"` // of what was shown
}

// NoteReveal adds a line and has it on the disk when it returns without an error.
func (w *Workspace) NoteReveal(r Reveal) (err error) {
	line, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("note reveal: %w", err)
	}
	path := filepath.Join(w.Root, "reveals.jsonl")
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("note reveal: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := f.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("note reveal in %s: %w", path, err)
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("note reveal in %s: %w", path, err)
	}
	return syncDir(w.Root)
}

// WriteRevealed writes the rows of a list.parquet as list.csv has them, with the contact of each
// customer in place of the masked one, and counts them.
func WriteRevealed(to io.Writer, list string, contacts map[string]string, marked bool) (int, error) {
	columns := listColumns()
	rows, err := lake.ReadRows(list, columns)
	if err != nil {
		return 0, err
	}
	w, err := newCSV(to, io.NopCloser(nil), columns, marked)
	if err != nil {
		return 0, fmt.Errorf("write revealed list: %w", err)
	}
	customer, contact := columnAt(columns, "customer_id"), columnAt(columns, "contact")
	for _, row := range rows {
		row[contact] = contacts[row[customer]]
		if err := w.row(row); err != nil {
			return 0, fmt.Errorf("write revealed list: %w", err)
		}
	}
	return len(rows), w.close()
}
