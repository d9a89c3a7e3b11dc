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
)

// ErrClosed says that a period was closed before: a closing is never written again.
var ErrClosed = errors.New("the period is closed")

// Closing is what a period said first: <workspace>/closings/<PERIOD>.json, beside the customers'
// figures (<PERIOD>.parquet) and the entries behind them (<PERIOD>.entries.parquet). The manifest
// is written last: without it the period is not closed. Closings are never pruned and never
// overwritten. Everything but Observed depends only on the run that was closed.
type Closing struct {
	Schema     int       `json:"schema"`
	Period     string    `json:"period"`    // 2026-03, 2026-Q1, 2026, FY2026
	StartsOn   string    `json:"starts_on"` // first day
	EndsOn     string    `json:"ends_on"`   // first day after it
	Run        string    `json:"run"`       // the run that was current
	AsOf       string    `json:"as_of"`     // its as-of day
	Snapshot   string    `json:"snapshot"`
	Currency   string    `json:"currency"`
	ConfigHash string    `json:"config_sha256"`
	SQLHash    string    `json:"sql_sha256"`
	Version    string    `json:"version"`
	Customers  int64     `json:"customers"`
	Entries    int64     `json:"entries"`
	Files      []RunFile `json:"files"` // ordered by path, relative to the folder
	Observed   struct {
		ClosedAt time.Time `json:"closed_at"`
		ClosedBy string    `json:"closed_by,omitempty"` // the user of the machine
	} `json:"observed"`
}

// ClosingSchema is the version of the files of a closing.
const ClosingSchema = 1

// Closings is the folder of the closings inside the workspace; it is there once a period is closed.
func (w *Workspace) Closings() string { return filepath.Join(w.Root, "closings") }

// FiguresFile and EntriesFile name the files of a closing.
func (c *Closing) FiguresFile() string { return c.Period + ".parquet" }
func (c *Closing) EntriesFile() string { return c.Period + ".entries.parquet" }

// SHA256 is the checksum of one of its files.
func (c *Closing) SHA256(file string) string {
	for _, f := range c.Files {
		if f.Path == file {
			return f.SHA256
		}
	}
	return ""
}

// ReadClosings reads the manifests of all closings, ordered by period.
func (w *Workspace) ReadClosings() ([]*Closing, error) {
	entries, err := os.ReadDir(w.Closings())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read closings: %w", err)
	}
	var closings []*Closing
	for _, e := range entries {
		if filepath.Ext(e.Name()) != ".json" {
			continue
		}
		c, err := readClosing(filepath.Join(w.Closings(), e.Name()))
		if err != nil {
			return nil, err
		}
		closings = append(closings, c)
	}
	slices.SortFunc(closings, func(a, b *Closing) int { return strings.Compare(a.Period, b.Period) })
	return closings, nil
}

func readClosing(path string) (*Closing, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read closing: %w", err)
	}
	c := new(Closing)
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(c); err != nil {
		return nil, fmt.Errorf("read closing %s: %w", path, err)
	}
	if c.Schema != ClosingSchema {
		return nil, fmt.Errorf("read closing %s: schema %d, this version reads %d", path, c.Schema, ClosingSchema)
	}
	if c.Period+".json" != filepath.Base(path) || c.SHA256(c.FiguresFile()) == "" || c.SHA256(c.EntriesFile()) == "" {
		return nil, fmt.Errorf("read closing %s: it does not describe the closing of %s", path, strings.TrimSuffix(filepath.Base(path), ".json"))
	}
	return c, nil
}

// VerifyClosing compares the files of a closing with its manifest.
func (w *Workspace) VerifyClosing(c *Closing) []Problem {
	var problems []Problem
	for _, f := range c.Files {
		if detail := differs(filepath.Join(w.Closings(), f.Path), f); detail != "" {
			problems = append(problems, Problem{Path: f.Path, Detail: detail})
		}
	}
	return problems
}

// Close makes a draft, which holds the two files of a closing and nothing else, that closing: the
// files are synced and hashed and renamed to their place, the manifest last. The caller holds the
// lock and has seen that the period is not closed.
func (d *Draft) Close(c *Closing) error {
	dir := d.w.Closings()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("close %s: %w", c.Period, err)
	}
	path := filepath.Join(dir, c.Period+".json")
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("close %s: %w", c.Period, ErrClosed)
	}
	c.Files = nil
	for _, name := range []string{c.EntriesFile(), c.FiguresFile()} {
		file := filepath.Join(d.Dir, name)
		if err := os.Chmod(file, 0o600); err != nil {
			return fmt.Errorf("close %s: %w", c.Period, err)
		}
		f, err := sealFile(file)
		if err != nil {
			return fmt.Errorf("close %s: %w", c.Period, err)
		}
		f.Path = name
		c.Files = append(c.Files, f)
		if err := os.Rename(file, filepath.Join(dir, name)); err != nil {
			return fmt.Errorf("close %s: %w", c.Period, err)
		}
	}
	b, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return fmt.Errorf("close %s: %w", c.Period, err)
	}
	if err := syncDir(dir); err != nil {
		return fmt.Errorf("close %s: %w", c.Period, err)
	}
	if err := replaceFile(path, append(b, '\n'), filepath.Join(d.w.Root, "tmp")); err != nil {
		return fmt.Errorf("close %s: %w", c.Period, err)
	}
	return syncDir(d.w.Root)
}
