package lake

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Publish makes a snapshot current: it fills in the schema version and the id, orders the tables
// by name, writes snapshots/<id>.json and renames CURRENT onto it. A process that dies before the
// last rename leaves the old snapshot current. A snapshot that exists already is not written
// again (its observed values stay those of the first time).
func (l *Lake) Publish(s Snapshot) (Snapshot, error) {
	s.Schema = SchemaVersion
	s.Tables = slices.Clone(s.Tables)
	slices.SortStableFunc(s.Tables, func(a, b TableSnapshot) int { return strings.Compare(a.Name, b.Name) })
	for i := 1; i < len(s.Tables); i++ {
		if s.Tables[i].Name == s.Tables[i-1].Name {
			return s, fmt.Errorf("publish snapshot: table %s is in it twice", s.Tables[i].Name)
		}
	}
	s.Increments = slices.Clone(s.Increments)
	slices.SortStableFunc(s.Increments, func(a, b Increment) int {
		return cmp.Or(strings.Compare(a.Table, b.Table), cmp.Compare(a.Mapping, b.Mapping))
	})
	var err error
	if s.ID, err = snapshotID(s); err != nil {
		return s, fmt.Errorf("publish snapshot: %w", err)
	}
	for _, step := range l.publishSteps(s) {
		if err := step(); err != nil {
			return s, fmt.Errorf("publish snapshot %s: %w", s.ID, err)
		}
	}
	return s, nil
}

// publishSteps are the moments between which a process may die.
func (l *Lake) publishSteps(s Snapshot) []func() error {
	return []func() error{
		func() error { return l.filesExist(s) },
		func() error {
			if old, err := l.Load(s.ID); err == nil && old.ID == s.ID {
				return nil
			}
			text, err := json.MarshalIndent(s, "", " ")
			if err != nil {
				return err
			}
			return l.writeFile(l.snapshotPath(s.ID), append(text, '\n'))
		},
		func() error { return l.writeFile(l.path("CURRENT"), []byte(s.ID+"\n")) },
	}
}

// filesExist is the last look before the pointer moves.
func (l *Lake) filesExist(s Snapshot) error {
	for _, t := range s.Tables {
		for _, p := range t.Folders() {
			for _, f := range p.Files {
				info, err := os.Stat(l.path(f.Path))
				if err != nil {
					return err
				}
				if info.Size() != f.Bytes {
					return fmt.Errorf("%s has %d bytes, not %d", f.Path, info.Size(), f.Bytes)
				}
			}
		}
	}
	return nil
}

// snapshotID hashes everything in a snapshot but its observed values and the id itself.
func snapshotID(s Snapshot) (string, error) {
	s.ID, s.Observed = "", Observed{}
	text, err := json.Marshal(s)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16]), nil
}

func (l *Lake) snapshotPath(id string) string { return l.path("snapshots", id+".json") }

// Current is the snapshot that CURRENT names; nil without an error when nothing was published yet.
func (l *Lake) Current() (*Snapshot, error) {
	text, err := os.ReadFile(l.path("CURRENT"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read current snapshot: %w", err)
	}
	return l.Load(strings.TrimSpace(string(text)))
}

// Load reads a snapshot by its id and checks that its content still hashes to that id.
func (l *Lake) Load(id string) (*Snapshot, error) {
	if id == "" || id != filepath.Base(id) {
		return nil, fmt.Errorf("load snapshot %q: this is no snapshot id", id)
	}
	text, err := os.ReadFile(l.snapshotPath(id))
	if err != nil {
		return nil, fmt.Errorf("load snapshot: %w", err)
	}
	var s Snapshot
	if err := json.Unmarshal(text, &s); err != nil {
		return nil, fmt.Errorf("load snapshot %s: %w", id, err)
	}
	if s.Schema > SchemaVersion {
		return nil, fmt.Errorf("load snapshot %s: it has layout version %d, this program reads up to %d: use a newer pharos", id, s.Schema, SchemaVersion)
	}
	switch sum, err := snapshotID(s); {
	case err != nil:
		return nil, fmt.Errorf("load snapshot %s: %w", id, err)
	case sum != id || s.ID != id:
		return nil, fmt.Errorf("load snapshot %s: its content was changed after it was written (it hashes to %s)", id, sum)
	}
	return &s, nil
}

// Collect removes the snapshots that are neither named nor current, and every folder of files
// that no remaining snapshot uses.
func (l *Lake) Collect(keep []string) error {
	used, err := l.usedFolders(keep)
	if err != nil {
		return fmt.Errorf("collect garbage: %w", err)
	}
	folders, err := fs.Glob(os.DirFS(l.root), "*/*/*") // the root's own name is no pattern
	if err != nil {
		return fmt.Errorf("collect garbage: %w", err)
	}
	for _, rel := range folders {
		if used[rel] || strings.HasPrefix(rel, "tmp/") || strings.HasPrefix(rel, "snapshots/") {
			continue
		}
		folder := l.path(filepath.FromSlash(rel))
		if err := os.RemoveAll(folder); err != nil {
			return fmt.Errorf("collect garbage: %w", err)
		}
		// The folders above go too when they are empty now; otherwise the error says that they are not.
		_ = os.Remove(filepath.Dir(folder))
		_ = os.Remove(filepath.Dir(filepath.Dir(folder)))
	}
	return nil
}

// usedFolders removes the snapshots that go and lists the folders of those that stay.
func (l *Lake) usedFolders(keep []string) (map[string]bool, error) {
	current, err := l.Current()
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(l.path("snapshots"))
	if err != nil {
		return nil, err
	}
	used := make(map[string]bool)
	var gone []string
	for _, e := range entries {
		id := strings.TrimSuffix(e.Name(), ".json")
		if !slices.Contains(keep, id) && (current == nil || current.ID != id) {
			gone = append(gone, e.Name())
			continue
		}
		s, err := l.Load(id)
		if err != nil {
			return nil, err // a kept snapshot that cannot be read: nothing may be removed
		}
		for _, t := range s.Tables {
			for _, p := range t.Folders() {
				for _, f := range p.Files {
					used[filepath.ToSlash(filepath.Dir(f.Path))] = true
				}
			}
		}
	}
	for _, name := range gone {
		if err := os.Remove(l.path("snapshots", name)); err != nil {
			return nil, err
		}
	}
	return used, nil
}
