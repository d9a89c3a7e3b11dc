package extract

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// sqliteState is what a database and its logs look like from outside.
type sqliteState struct {
	path    string
	changes uint32 // the change counter of the file's header
	parts   [len(sqliteSuffixes)]sqlitePart
}

// sqliteSuffixes name the files of a database: itself, its write-ahead log, its rollback journal.
var sqliteSuffixes = [...]string{"", "-wal", "-journal"}

// sqlitePart is one of the files; an absent one has size -1.
type sqlitePart struct {
	size     int64
	modified time.Time
}

func stateOf(path string) (sqliteState, error) {
	s := sqliteState{path: path}
	for i, suffix := range sqliteSuffixes {
		info, err := os.Stat(path + suffix)
		switch {
		case err == nil:
			s.parts[i] = sqlitePart{info.Size(), info.ModTime()}
		case suffix != "" && errors.Is(err, fs.ErrNotExist):
			s.parts[i].size = -1
		default:
			return s, unreachable(fmt.Errorf("look at %s: %w", filepath.Base(path)+suffix, err))
		}
	}
	f, err := os.Open(path)
	if err != nil {
		return s, unreachable(fmt.Errorf("open %s: %w", filepath.Base(path), err))
	}
	var counter [4]byte
	const counterAt = 24 // of the database header, https://www.sqlite.org/fileformat.html#database_header
	if _, err := f.ReadAt(counter[:], counterAt); err == nil {
		s.changes = binary.BigEndian.Uint32(counter[:])
	} else if !errors.Is(err, io.EOF) {
		return s, unreachable(errors.Join(fmt.Errorf("read %s: %w", filepath.Base(path), err), f.Close()))
	}
	return s, f.Close()
}

func (s sqliteState) name() string { return filepath.Base(s.path) }

// hasLog says that rows may stand in a log beside the file.
func (s sqliteState) hasLog() bool { return s.parts[1].size > 0 || s.parts[2].size > 0 }

func (s sqliteState) equal(o sqliteState) bool {
	for i, p := range s.parts {
		if p.size != o.parts[i].size || !p.modified.Equal(o.parts[i].modified) {
			return false
		}
	}
	return s.changes == o.changes
}

// sameFile leaves the logs aside: what a writer puts there does not reach a reader of the file.
func (s sqliteState) sameFile(o sqliteState) bool {
	return s.parts[0].size == o.parts[0].size && s.parts[0].modified.Equal(o.parts[0].modified) && s.changes == o.changes
}

// copyFiles copies the database with its logs into a private folder, and again when a writer was
// at work meanwhile. It gives the copy's path.
func (s *sqliteSession) copyFiles(ctx context.Context) (string, error) {
	const attempts, pause = 5, 200 * time.Millisecond
	dir, err := os.MkdirTemp(s.temp, "pharos-sqlite-")
	if err != nil {
		return "", fmt.Errorf("make folder for a copy of %s: %w", s.state.name(), err)
	}
	s.copy = dir
	target := filepath.Join(dir, "copy.db")
	for range attempts {
		for i, suffix := range sqliteSuffixes {
			if err := copyPart(s.state.path+suffix, target+suffix, s.state.parts[i].size >= 0); err != nil {
				return "", err
			}
		}
		now, err := stateOf(s.state.path)
		if err != nil {
			return "", err
		}
		if now.equal(s.state) {
			return target, nil
		}
		s.state = now
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
	return "", unreachable(fmt.Errorf("%s changed during each of %d attempts to copy it with its log; run when its writer rests", s.state.name(), attempts))
}

// copyPart copies one file, or removes what an earlier attempt copied when it is gone.
func copyPart(from, to string, there bool) (err error) {
	if err := os.RemoveAll(to); err != nil || !there {
		return err
	}
	in, err := os.Open(from)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // it vanished: the state differs and the copy is made again
	}
	if err != nil {
		return unreachable(fmt.Errorf("open %s: %w", filepath.Base(from), err))
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("copy %s: %w", filepath.Base(from), err)
	}
	if _, err := io.Copy(out, in); err != nil {
		return errors.Join(fmt.Errorf("copy %s: %w", filepath.Base(from), err), out.Close())
	}
	return out.Close()
}
