package publish

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// The statuses of a manifest.
const (
	StatusPublished = "published"
	StatusPartial   = "partial" // --only: complete in itself, never current
	StatusFailed    = "failed"
)

// Draft is a run that is being built: a folder in tmp that nobody reads.
type Draft struct {
	w   *Workspace
	Dir string
}

// Begin makes an empty draft. The caller holds the lock.
func (w *Workspace) Begin() (*Draft, error) {
	dir, err := os.MkdirTemp(filepath.Join(w.Root, "tmp"), "run-")
	if err != nil {
		return nil, fmt.Errorf("begin run: %w", err)
	}
	return &Draft{w: w, Dir: dir}, nil
}

// Path is a file of the draft; its folder exists afterwards.
func (d *Draft) Path(elem ...string) (string, error) {
	path := filepath.Join(append([]string{d.Dir}, elem...)...)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", fmt.Errorf("make run folder: %w", err)
	}
	return path, nil
}

// Discard removes a draft that became nothing; after Publish or Fail it does nothing.
func (d *Draft) Discard() error { return os.RemoveAll(d.Dir) }

// Publish makes the draft the run m.ID and, unless it is partial, the current one: every file
// is synced and hashed, the manifest written, the folder renamed, the pointer moved. Whatever
// kills the process on the way leaves the former run current and whole.
func (d *Draft) Publish(m *Manifest) error {
	if err := d.seal(m); err != nil {
		return err
	}
	if err := d.moveTo(d.w.RunDir(m.ID)); err != nil {
		return err
	}
	if m.Status == StatusPartial {
		return nil
	}
	return d.w.Point(m.ID)
}

// Fail keeps the draft as a failed run, for `pharos runs` and `pharos sql --run`. The pointer stays.
func (d *Draft) Fail(m *Manifest) error {
	m.Status = StatusFailed
	if err := d.seal(m); err != nil {
		return err
	}
	return d.moveTo(d.w.FailedDir(m.ID))
}

// Point makes a complete run the current one.
func (w *Workspace) Point(id string) error {
	// What a killed process leaves half-written lies in tmp, where Sweep finds it.
	tmp := filepath.Join(w.Root, "tmp")
	if err := replaceFile(filepath.Join(w.Root, "CURRENT"), []byte(id+"\n"), tmp); err != nil {
		return fmt.Errorf("move pointer: %w", err)
	}
	// The symlink is for people and BI tools; the pointer file decides.
	link := filepath.Join(tmp, "current-"+id)
	if err := os.Remove(link); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("move pointer: %w", err)
	}
	if err := os.Symlink(filepath.Join("runs", id), link); err != nil {
		return fmt.Errorf("move pointer: %w", err)
	}
	if err := os.Rename(link, filepath.Join(w.Root, "current")); err != nil {
		return fmt.Errorf("move pointer: %w", err)
	}
	return syncDir(w.Root)
}

// seal syncs and hashes every file and writes the manifest last.
func (d *Draft) seal(m *Manifest) error {
	m.Files = nil
	var dirs []string
	err := filepath.WalkDir(d.Dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() {
			dirs = append(dirs, path)
			return nil
		}
		rel, err := filepath.Rel(d.Dir, path)
		if err != nil || rel == ManifestFile {
			return err
		}
		f, err := sealFile(path)
		if err != nil {
			return err
		}
		f.Path = filepath.ToSlash(rel)
		m.Files = append(m.Files, f)
		return nil
	})
	if err != nil {
		return fmt.Errorf("seal run: %w", err)
	}
	slices.SortFunc(m.Files, func(a, b RunFile) int { return strings.Compare(a.Path, b.Path) })
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return fmt.Errorf("seal run: %w", err)
	}
	if err := replaceFile(filepath.Join(d.Dir, ManifestFile), append(b, '\n'), d.Dir); err != nil {
		return fmt.Errorf("seal run: %w", err)
	}
	for _, dir := range dirs {
		if err := syncDir(dir); err != nil {
			return fmt.Errorf("seal run: %w", err)
		}
	}
	return nil
}

func sealFile(path string) (RunFile, error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return RunFile{}, err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	if err != nil {
		return RunFile{}, err
	}
	if err := f.Sync(); err != nil {
		return RunFile{}, err
	}
	return RunFile{Bytes: n, SHA256: hex.EncodeToString(h.Sum(nil))}, nil
}

// moveTo renames the draft to its place. A folder that is already there is an earlier run of the
// same id whose files did not verify, or an earlier failure: it makes room.
func (d *Draft) moveTo(dir string) error {
	if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
		return fmt.Errorf("publish run: %w", err)
	}
	if _, err := os.Lstat(dir); err == nil {
		if err := d.w.remove(dir); err != nil {
			return fmt.Errorf("publish run: %w", err)
		}
	}
	if err := os.Rename(d.Dir, dir); err != nil {
		return fmt.Errorf("publish run: %w", err)
	}
	return syncDir(filepath.Dir(dir))
}

// replaceFile writes a file so that readers see the old or the new bytes, never a part; until
// then the new ones lie in folder tmp of the same file system.
func replaceFile(path string, b []byte, tmp string) error {
	f, err := os.CreateTemp(tmp, ".new-")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if _, err := f.Write(b); err != nil {
		f.Close()
		return err
	}
	if err := f.Sync(); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}
