package publish

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Handover is a run that was current: what its lists say was in people's hands. The workspace's file
// handovers.jsonl keeps one line for each, in their order, longer than the runs themselves are kept.
type Handover struct {
	AsOf   string        `json:"as_of"`
	Run    string        `json:"run"`
	Inputs string        `json:"inputs"`          // Manifest.Inputs
	After  string        `json:"after,omitempty"` // Manifest.After
	Lists  []ListVersion `json:"lists"`
}

func (w *Workspace) handovers() string { return filepath.Join(w.Root, "handovers.jsonl") }

// Handovers reads them, the oldest first.
func (w *Workspace) Handovers() ([]Handover, error) {
	b, err := os.ReadFile(w.handovers())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read hand-overs: %w", err)
	}
	var all []Handover
	for i, line := range bytes.Split(bytes.TrimSpace(b), []byte("\n")) {
		var h Handover
		if err := json.Unmarshal(line, &h); err != nil || h.Run == "" {
			return nil, fmt.Errorf("read hand-overs %s:%d: %q is no hand-over: put the file back from a backup", w.handovers(), i+1, shorten(string(line), 80))
		}
		all = append(all, h)
	}
	return all, nil
}

// NoteHandover writes down the current run, unless it is the last that was for its day. Whoever is
// about to move CURRENT calls it first and holds the lock; so no run was ever current unseen,
// whatever kills the process.
func (w *Workspace) NoteHandover() ([]Handover, error) {
	all, err := w.Handovers()
	if err != nil {
		return nil, err
	}
	current, err := w.Current()
	if errors.Is(err, ErrNoRun) {
		return all, nil
	}
	if err != nil {
		return nil, err
	}
	m, err := ReadManifest(w.RunDir(current))
	if err != nil {
		return all, nil // the run is damaged: verify says so, and the night makes another
	}
	if last, ok := LastHandover(all, m.AsOf); ok && last.Run == m.ID {
		return all, nil
	}
	all = append(all, Handover{AsOf: m.AsOf, Run: m.ID, Inputs: m.Inputs, After: m.After, Lists: m.Lists})
	var text bytes.Buffer
	for _, h := range all {
		line, err := json.Marshal(h)
		if err != nil {
			return nil, fmt.Errorf("note hand-over: %w", err)
		}
		text.Write(append(line, '\n'))
	}
	if err := replaceFile(w.handovers(), text.Bytes(), w.Tmp()); err != nil {
		return nil, fmt.Errorf("note hand-over: %w", err)
	}
	return all, nil
}

// LastHandover is the last for an as-of day.
func LastHandover(all []Handover, asOf string) (last Handover, found bool) {
	for _, h := range all {
		if h.AsOf == asOf {
			last, found = h, true
		}
	}
	return last, found
}

// HandoverOf finds a run among the hand-overs.
func HandoverOf(all []Handover, run string) (Handover, bool) {
	for _, h := range all {
		if h.Run == run {
			return h, true
		}
	}
	return Handover{}, false
}
