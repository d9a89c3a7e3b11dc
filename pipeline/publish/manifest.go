package publish

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// MartSchema is the version of the public mart contract (names, columns, types).
const MartSchema = 1

// ManifestFile is the name of the manifest inside a run folder. It is written last: a folder
// without it is no run.
const ManifestFile = "manifest.json"

// Manifest describes one published or failed run. Everything but Observed depends only on the
// inputs, the configuration, the SQL and the version, so equal runs have equal manifests.
type Manifest struct {
	ID          string         `json:"id"`              // as-of day and 12 hex of a hash over inputs, config, SQL and version, and of After
	Inputs      string         `json:"inputs"`          // that hash without After
	After       string         `json:"after,omitempty"` // the run with other inputs that was current for the same as-of day
	Schema      int            `json:"schema"`
	Status      string         `json:"status"` // published, partial (--only), failed
	AsOf        string         `json:"as_of"`
	WindowStart string         `json:"window_start"`
	Company     string         `json:"company"`
	Currency    string         `json:"currency"`
	Language    string         `json:"language"`
	Version     string         `json:"version"`
	Snapshot    string         `json:"snapshot"`
	ConfigHash  string         `json:"config_sha256"`
	SQLHash     string         `json:"sql_sha256"`
	Loads       []lake.Load    `json:"loads"`
	Drift       []lake.Drift   `json:"drift,omitempty"`     // changes of the sources' columns
	Decisions   *Decisions     `json:"decisions,omitempty"` // of people about customers
	Closings    []ClosedInput  `json:"closings,omitempty"`
	Outcomes    []OutcomeInput `json:"outcomes,omitempty"`       // of lists that were handed back
	Withheld    string         `json:"lists_withheld,omitempty"` // why no list was written: no_opt_outs, stale_opt_outs, unread_opt_outs
	Lists       []ListVersion  `json:"lists,omitempty"`
	NotComputed []NotComputed  `json:"not_computed"`
	Checks      []Check        `json:"checks"`
	Files       []RunFile      `json:"files"` // ordered by path, without the manifest itself
	Observed    Observed       `json:"observed"`
}

// ClosedInput is a closing that the run was compared with.
type ClosedInput struct {
	Period        string `json:"period"`
	FiguresSHA256 string `json:"figures_sha256"`
	EntriesSHA256 string `json:"entries_sha256"`
}

// NotComputed is a mart that this company's data does not allow, and what it needs.
type NotComputed struct {
	Mart   string `json:"mart"`
	Reason string `json:"reason"`
}

// Decisions sums up merges.csv and parents.csv as the run took them. Proposals that nobody has
// decided are not in it: they change nothing.
type Decisions struct {
	Accepted   int    `json:"accepted"`
	Refused    int    `json:"refused"`
	ParentRows int    `json:"parent_rows"`
	SHA256     string `json:"sha256"` // of the decided rows and their lines
}

// Check is one row of the quality mart.
type Check struct {
	Name     string `json:"check_name"`
	Table    string `json:"table_name"`
	Severity string `json:"severity"`
	Failing  int64  `json:"failing"`
	Tested   int64  `json:"tested"`
	Verdict  string `json:"verdict"`
	Detail   string `json:"detail,omitempty"` // what failed, by name, where the check says it
}

// RunFile is one file of a run, its path relative to the run folder with forward slashes.
type RunFile struct {
	Path   string `json:"path"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Observed holds the values of the clock and of the servers.
type Observed struct {
	StartedAt  time.Time            `json:"started_at"`
	FinishedAt time.Time            `json:"finished_at"`
	Boundary   []lake.SourceReading `json:"boundary,omitempty"`
	Error      string               `json:"error,omitempty"`
}

// ReadManifest reads the manifest of a run folder.
func ReadManifest(dir string) (*Manifest, error) {
	path := filepath.Join(dir, ManifestFile)
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read run manifest: %w", err)
	}
	m := new(Manifest)
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(m); err != nil {
		return nil, fmt.Errorf("read run manifest %s: %w", path, err)
	}
	if m.Schema != MartSchema {
		return nil, fmt.Errorf("read run manifest %s: schema %d, this version reads %d", path, m.Schema, MartSchema)
	}
	return m, nil
}
