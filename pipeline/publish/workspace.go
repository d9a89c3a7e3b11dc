package publish

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// ErrLocked says that another run works in the same workspace.
var ErrLocked = errors.New("another run holds the lock")

// ErrNoRun says that nothing has been published yet.
var ErrNoRun = errors.New("no published run")

// Workspace is the one folder that Pharos writes: lake/, runs/<id>/, runs/failed/<id>/, tmp/,
// the file CURRENT with the id of the last good run, and beside it the symlink current.
//
// CURRENT is the pointer that readers resolve once. Everything it can name is complete: a run
// is built in tmp/, synced, renamed into runs/, and only then named.
type Workspace struct{ Root string }

// OpenWorkspace creates the folders that are missing, readable by the owner only.
func OpenWorkspace(root string) (*Workspace, error) {
	for _, dir := range []string{"", "runs", "tmp"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o700); err != nil {
			return nil, fmt.Errorf("open workspace: %w", err)
		}
	}
	return &Workspace{Root: root}, nil
}

// Lake is the folder of the lake inside the workspace.
func (w *Workspace) Lake() string { return filepath.Join(w.Root, "lake") }

// Tmp is the folder for what a run needs until it ends; Sweep empties it.
func (w *Workspace) Tmp() string { return filepath.Join(w.Root, "tmp") }

// RunDir is the folder of a published run.
func (w *Workspace) RunDir(id string) string { return filepath.Join(w.Root, "runs", id) }

// FailedDir is the folder of a run that was held back.
func (w *Workspace) FailedDir(id string) string {
	return filepath.Join(w.Root, "runs", "failed", id)
}

// Lock takes the workspace for one run. The kernel releases it when the process dies, however it dies.
func (w *Workspace) Lock() (release func(), err error) {
	path := filepath.Join(w.Root, "LOCK")
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|syscall.O_CLOEXEC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock workspace: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("lock workspace %s: %w", w.Root, ErrLocked)
		}
		return nil, fmt.Errorf("lock workspace %s: %w", w.Root, err)
	}
	return func() { f.Close() }, nil
}

// Sweep removes what killed runs left in tmp. The caller holds the lock.
func (w *Workspace) Sweep() error {
	entries, err := os.ReadDir(filepath.Join(w.Root, "tmp"))
	if err != nil {
		return fmt.Errorf("sweep workspace: %w", err)
	}
	for _, e := range entries {
		if err := os.RemoveAll(filepath.Join(w.Root, "tmp", e.Name())); err != nil {
			return fmt.Errorf("sweep workspace: %w", err)
		}
	}
	return nil
}

// Current is the id of the last good run, or ErrNoRun.
func (w *Workspace) Current() (string, error) {
	b, err := os.ReadFile(filepath.Join(w.Root, "CURRENT"))
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("resolve current run in %s: %w", w.Root, ErrNoRun)
	}
	if err != nil {
		return "", fmt.Errorf("resolve current run: %w", err)
	}
	id := strings.TrimSpace(string(b))
	if id == "" || id != filepath.Base(id) {
		return "", fmt.Errorf("resolve current run: %s holds %q, which is no run id", filepath.Join(w.Root, "CURRENT"), id)
	}
	return id, nil
}

// Resolve finds the folder of a run: the current one for "", a published one, or a failed one.
func (w *Workspace) Resolve(id string) (string, error) {
	if id == "" {
		current, err := w.Current()
		if err != nil {
			return "", err
		}
		return w.RunDir(current), nil
	}
	if id != filepath.Base(id) || id == "." || id == ".." || id == "failed" {
		return "", fmt.Errorf("resolve run %q: %w of this name: a run id is the name of a folder in %s", id, ErrNoRun, filepath.Join(w.Root, "runs"))
	}
	for _, dir := range []string{w.RunDir(id), w.FailedDir(id)} {
		if _, err := os.Stat(filepath.Join(dir, ManifestFile)); err == nil {
			return dir, nil
		}
	}
	return "", fmt.Errorf("resolve run %q: %w of this name in %s", id, ErrNoRun, w.Root)
}

// Runs lists the manifests of all runs, failed ones included, newest first. A folder without a
// readable manifest is returned among the broken.
func (w *Workspace) Runs() (runs []*Manifest, broken []string, err error) {
	for _, parent := range []string{filepath.Join(w.Root, "runs"), filepath.Join(w.Root, "runs", "failed")} {
		entries, err := os.ReadDir(parent)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, nil, fmt.Errorf("list runs: %w", err)
		}
		for _, e := range entries {
			if !e.IsDir() || e.Name() == "failed" {
				continue
			}
			m, err := ReadManifest(filepath.Join(parent, e.Name()))
			if err != nil {
				broken = append(broken, filepath.Join(parent, e.Name()))
				continue
			}
			runs = append(runs, m)
		}
	}
	slices.SortStableFunc(runs, func(a, b *Manifest) int {
		if c := b.Observed.FinishedAt.Compare(a.Observed.FinishedAt); c != 0 {
			return c
		}
		return strings.Compare(b.ID, a.ID)
	})
	return runs, broken, nil
}

// Prune keeps the newest runs, published, partial and failed ones counted apart, and always the
// current one.
func (w *Workspace) Prune(keep int) error {
	current, err := w.Current()
	if err != nil && !errors.Is(err, ErrNoRun) {
		return err
	}
	runs, _, err := w.Runs()
	if err != nil {
		return err
	}
	kept := map[string]int{}
	for _, m := range runs {
		kept[m.Status]++
		dir := w.RunDir(m.ID)
		if m.Status == StatusFailed {
			dir = w.FailedDir(m.ID)
		}
		if kept[m.Status] <= keep || (m.ID == current && m.Status != StatusFailed) {
			continue
		}
		if err := w.remove(dir); err != nil {
			return fmt.Errorf("prune runs: %w", err)
		}
	}
	return nil
}

// remove takes a run away whole: it is renamed into tmp first, because a process that is killed
// while it removes files would leave a run with holes.
func (w *Workspace) remove(dir string) error {
	old, err := os.MkdirTemp(filepath.Join(w.Root, "tmp"), "old-")
	if err != nil {
		return err
	}
	if err := os.Rename(dir, filepath.Join(old, "run")); err != nil {
		return errors.Join(err, os.RemoveAll(old))
	}
	return os.RemoveAll(old)
}
