package lake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Store is where a cluster and this machine both see files. Paths are relative, with slashes.
type Store interface {
	// URI is how the cluster writes a path.
	URI(path string) string
	// Put copies a local file to a path that holds nothing else; one that is there already stays.
	Put(ctx context.Context, file, path string) error
	// Get gives the files of a folder that hold rows, as absolute local paths, in the order of
	// their names; copies lie below the local folder into.
	Get(ctx context.Context, folder, into string) ([]string, error)
	// Read gives the bytes of a small file, nil when there is none.
	Read(ctx context.Context, path string) ([]byte, error)
	// Remove removes everything below a folder.
	Remove(ctx context.Context, folder string) error
}

// SharedFolder is a folder of this machine that every node of the cluster sees too.
type SharedFolder struct {
	Root string // absolute
	Seen string // its URI on the cluster, such as local:///pharos
}

var _ Store = SharedFolder{}

// URI implements Store.
func (s SharedFolder) URI(path string) string { return strings.TrimSuffix(s.Seen, "/") + "/" + path }

// Put implements Store: a link where the file system has them, a copy elsewhere.
func (s SharedFolder) Put(_ context.Context, file, path string) error {
	to := filepath.Join(s.Root, filepath.FromSlash(path))
	if to == file {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return fmt.Errorf("put %s: %w", path, err)
	}
	switch err := os.Link(file, to); {
	case err == nil, errors.Is(err, fs.ErrExist):
		return nil
	}
	if err := copyFile(file, to); err != nil {
		return fmt.Errorf("put %s: %w", path, err)
	}
	return nil
}

func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	partial := to + ".partial"
	out, err := os.OpenFile(partial, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		return errors.Join(err, out.Close(), os.Remove(partial))
	}
	if err := out.Close(); err != nil {
		return err
	}
	return os.Rename(partial, to)
}

// Get implements Store: the files themselves, nothing is copied.
func (s SharedFolder) Get(_ context.Context, folder, _ string) ([]string, error) {
	dir := filepath.Join(s.Root, filepath.FromSlash(folder))
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read folder %s: %w", folder, err)
	}
	var files []string
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			return nil, fmt.Errorf("read folder %s: %w", folder, err)
		}
		if info.Mode().IsRegular() && info.Size() > 0 && holdsRows(e.Name()) {
			files = append(files, filepath.Join(dir, e.Name()))
		}
	}
	slices.Sort(files)
	return files, nil
}

// holdsRows says whether engines read a file of this name: hidden ones are notes.
func holdsRows(name string) bool {
	return !strings.HasPrefix(name, ".") && !strings.HasPrefix(name, "_")
}

// Read implements Store.
func (s SharedFolder) Read(_ context.Context, path string) ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(s.Root, filepath.FromSlash(path)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return text, nil
}

// Remove implements Store.
func (s SharedFolder) Remove(_ context.Context, folder string) error {
	return os.RemoveAll(filepath.Join(s.Root, filepath.FromSlash(folder)))
}
