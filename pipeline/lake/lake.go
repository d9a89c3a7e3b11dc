package lake

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// DefaultPartition is the partition value of a table that is not partitioned.
const DefaultPartition = "all"

// Lake is a folder of immutable Parquet files and snapshots. One process writes at a time (the
// run's lock sees to that); any number may read.
type Lake struct{ root string }

// Open opens the lake for writing: it makes the folders (mode 0700) and removes what a process
// that died left under tmp. The caller must hold the run's lock.
func Open(root string) (*Lake, error) {
	for _, dir := range []string{root, filepath.Join(root, "snapshots"), filepath.Join(root, "tmp")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("open lake: make folder: %w", err)
		}
	}
	l := &Lake{root}
	if err := l.sweep(); err != nil {
		return nil, fmt.Errorf("open lake %s: remove abandoned temporaries: %w", root, err)
	}
	return l, nil
}

// OpenExisting opens the lake for reading: it changes nothing, so it may run beside a writer.
// The error is fs.ErrNotExist when there is no lake.
func OpenExisting(root string) (*Lake, error) {
	if _, err := os.Stat(filepath.Join(root, "snapshots")); err != nil {
		return nil, fmt.Errorf("open lake: %w", err)
	}
	return &Lake{root}, nil
}

// Root is the lake's folder, as given to Open.
func (l *Lake) Root() string { return l.root }

func (l *Lake) path(parts ...string) string {
	return filepath.Join(append([]string{l.root}, parts...)...)
}

func (l *Lake) sweep() error {
	entries, err := os.ReadDir(l.path("tmp"))
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := os.RemoveAll(l.path("tmp", e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// folderName makes any text one path element: a raw table may be called "a/b" or "..".
func folderName(name string) string {
	escaped := url.PathEscape(name)
	if strings.HasPrefix(escaped, ".") || escaped == "snapshots" || escaped == "tmp" || escaped == "CURRENT" {
		escaped = "%" + hex.EncodeToString([]byte(escaped[:1])) + escaped[1:]
	}
	return escaped
}

// fileHash reads a whole file and gives its SHA-256, hex, and its size.
func fileHash(path string) (sum string, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	h := sha256.New()
	if size, err = io.Copy(h, f); err != nil {
		return "", 0, err
	}
	return hex.EncodeToString(h.Sum(nil)), size, nil
}

// writeFile puts a small file into place atomically: temporary, sync, rename, sync the folder.
func (l *Lake) writeFile(path string, content []byte) (err error) {
	tmp, err := os.CreateTemp(l.path("tmp"), "file-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, ignoreMissing(os.Remove(tmp.Name())))
		}
	}()
	_, err = tmp.Write(content)
	if err == nil {
		err = tmp.Sync()
	}
	if err = errors.Join(err, tmp.Close()); err != nil {
		return err
	}
	if err = os.Rename(tmp.Name(), path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// syncDir makes renames and new names in a folder durable.
func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
