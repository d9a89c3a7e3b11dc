package publish

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// OutcomeImport is what somebody handed back of a list: <workspace>/outcomes/<NUMBER>.json, beside
// its rows (<NUMBER>.parquet). Imports are only ever added; where two speak of the same row the
// later counts. The manifest is written last: without it nothing was imported.
type OutcomeImport struct {
	Schema     int     `json:"schema"`
	Number     int     `json:"number"` // 1 is the first
	List       string  `json:"list"`
	On         string  `json:"on"` // the day of the contacts
	Source     string  `json:"source"`
	SourceSHA  string  `json:"source_sha256"`
	Rows       int     `json:"rows"`       // that say something new
	Objections int     `json:"objections"` // of them: who must not be contacted any more
	File       RunFile `json:"file"`
	Observed   struct {
		ImportedAt time.Time `json:"imported_at"`
		ImportedBy string    `json:"imported_by,omitempty"` // the user of the machine
	} `json:"observed"`
}

// OutcomeInput is an import that a run took into account.
type OutcomeInput struct {
	Number int    `json:"number"`
	SHA256 string `json:"sha256"`
}

// OutcomeSchema is the version of the files of an import.
const OutcomeSchema = 1

// Outcomes is the folder of the imports inside the workspace; it is there once there is one.
func (w *Workspace) Outcomes() string { return filepath.Join(w.Root, "outcomes") }

// OutcomeFile names the rows of an import.
func OutcomeFile(number int) string { return fmt.Sprintf("%06d.parquet", number) }

// OutcomeColumns are those of the rows.
func OutcomeColumns() []lake.Column {
	return []lake.Column{{Name: "import_number", Type: lake.Integer}, {Name: "list"}, {Name: "run"}, {Name: "row_id"}, {Name: "customer_id"}, {Name: "channel"},
		{Name: "status"}, {Name: "outcome"}, {Name: "note"}, {Name: "touched_on", Type: lake.Date}}
}

// ReadOutcomes reads the manifests of all imports, the first first.
func (w *Workspace) ReadOutcomes() ([]*OutcomeImport, error) {
	entries, err := os.ReadDir(w.Outcomes())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read outcomes: %w", err)
	}
	var imports []*OutcomeImport
	for _, e := range entries {
		if filepath.Ext(e.Name()) != ".json" {
			continue
		}
		path := filepath.Join(w.Outcomes(), e.Name())
		b, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("read outcomes: %w", err)
		}
		o := new(OutcomeImport)
		d := json.NewDecoder(bytes.NewReader(b))
		d.DisallowUnknownFields()
		if err := d.Decode(o); err != nil {
			return nil, fmt.Errorf("read outcomes %s: %w", path, err)
		}
		if o.Schema != OutcomeSchema || o.File.Path != OutcomeFile(o.Number) || strings.TrimSuffix(o.File.Path, ".parquet")+".json" != e.Name() {
			return nil, fmt.Errorf("read outcomes %s: it describes no import that this version reads", path)
		}
		imports = append(imports, o)
	}
	slices.SortFunc(imports, func(a, b *OutcomeImport) int { return a.Number - b.Number })
	return imports, nil
}

// VerifyOutcome compares the rows of an import with its manifest.
func (w *Workspace) VerifyOutcome(o *OutcomeImport) error {
	if detail := differs(filepath.Join(w.Outcomes(), o.File.Path), o.File); detail != "" {
		return fmt.Errorf("read outcomes %s: %s: put the file back from a backup; what was handed back cannot be read again", filepath.Join(w.Outcomes(), o.File.Path), detail)
	}
	return nil
}

// AddOutcome keeps the rows of an import, cells as in OutcomeColumns. The caller holds the lock and
// gives a number that no import has.
func (w *Workspace) AddOutcome(o *OutcomeImport, rows [][]string) error {
	draft, err := w.Begin()
	if err != nil {
		return err
	}
	defer draft.Discard()
	if err := os.MkdirAll(w.Outcomes(), 0o700); err != nil {
		return fmt.Errorf("keep outcomes: %w", err)
	}
	name := OutcomeFile(o.Number)
	file := filepath.Join(draft.Dir, name)
	if err := lake.WriteRows(file, OutcomeColumns(), nullable(rows)); err != nil {
		return err
	}
	if err := os.Chmod(file, 0o600); err != nil {
		return fmt.Errorf("keep outcomes: %w", err)
	}
	sealed, err := sealFile(file)
	if err != nil {
		return fmt.Errorf("keep outcomes: %w", err)
	}
	sealed.Path = name
	o.Schema, o.File = OutcomeSchema, sealed
	b, err := json.MarshalIndent(o, "", "  ")
	if err != nil {
		return fmt.Errorf("keep outcomes: %w", err)
	}
	// rows that no manifest names are an import that was killed: they make room
	if err := os.Rename(file, filepath.Join(w.Outcomes(), name)); err != nil {
		return fmt.Errorf("keep outcomes: %w", err)
	}
	if err := syncDir(w.Outcomes()); err != nil {
		return fmt.Errorf("keep outcomes: %w", err)
	}
	path := filepath.Join(w.Outcomes(), strings.TrimSuffix(name, ".parquet")+".json")
	if err := replaceFile(path, append(b, '\n'), w.Tmp()); err != nil {
		return fmt.Errorf("keep outcomes: %w", err)
	}
	return syncDir(w.Root)
}
