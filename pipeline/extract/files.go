package extract

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// DecimalComma says that the source writes 1.234,56: its declared decimal sign is a comma.
func (s Spec) DecimalComma() bool {
	switch {
	case s.CSV != nil:
		return s.CSV.Decimal == ","
	case s.Fixed != nil:
		return s.Fixed.Decimal == ","
	}
	return false
}

// IsNull says that a cell of this source means NULL: it is one of the declared null words, or
// empty where none are declared. Database, Parquet and JSON sources know NULL themselves.
func (s Spec) IsNull(text string) bool {
	return s.nullWords().match([]byte(text))
}

func (s Spec) nullWords() nullWords {
	switch {
	case s.CSV != nil:
		return newNullWords(s.CSV.Null)
	case s.Fixed != nil:
		return newNullWords(s.Fixed.Null)
	case s.Excel != nil:
		return newNullWords(s.Excel.Null)
	}
	return nullWords{}
}

// nullWords are the texts that mean NULL. The empty text is apart because every cell is tested.
type nullWords struct {
	empty    bool
	declared bool
	words    []string
}

func newNullWords(declared []string) nullWords {
	if len(declared) == 0 {
		return nullWords{empty: true}
	}
	n := nullWords{declared: true}
	for _, w := range declared {
		if w == "" {
			n.empty = true
		} else {
			n.words = append(n.words, w)
		}
	}
	return n
}

// matchCell is match for a cell that may stand in quotes. Where nothing is declared, quotes make
// the empty text a text, as PostgreSQL writes it: tables kept as they are tell the two apart.
func (n nullWords) matchCell(cell []byte, quoted bool) bool {
	if len(cell) == 0 && quoted && !n.declared {
		return false
	}
	return len(cell) == 0 && n.empty || len(n.words) > 0 && n.match(cell)
}

func (n nullWords) match(cell []byte) bool {
	if len(cell) == 0 {
		return n.empty
	}
	for _, w := range n.words {
		if string(cell) == w {
			return true
		}
	}
	return false
}

// fileEntry is one file as it was when the source was opened.
type fileEntry struct {
	path     string // as the operating system knows it
	name     string // relative to the source's root, with slashes: what _file says
	size     int64
	modified time.Time
}

// listFiles finds the files of a path or pattern in byte order of their names. The root is the
// folder before the first segment with *, ? or **. Names that start with a dot or ~$ (editors'
// locks) only match patterns that say so.
func listFiles(dir, pattern string) ([]fileEntry, error) {
	if pattern == "" {
		return nil, errors.New("path is empty: give a file, or a pattern with *, ? and **")
	}
	full := filepath.ToSlash(pattern)
	if !filepath.IsAbs(pattern) {
		full = path.Join(filepath.ToSlash(dir), full)
	}
	root, segments := splitPattern(full)
	if len(segments) == 1 && !strings.ContainsAny(segments[0], "*?") {
		if info, err := os.Stat(filepath.FromSlash(full)); err == nil && info.IsDir() {
			return nil, fmt.Errorf("find %s: it is a folder; name its files, as in %s/*.csv: %w", pattern, strings.TrimRight(pattern, "/"), fs.ErrNotExist)
		}
	}
	names, err := walkPattern(filepath.FromSlash(root), segments)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("look for %s: %w", pattern, err)
	}
	if len(names) == 0 {
		return nil, noFileError(pattern, root, segments)
	}
	slices.Sort(names)
	entries := make([]fileEntry, 0, len(names))
	for _, name := range names {
		p := filepath.Join(filepath.FromSlash(root), filepath.FromSlash(name))
		info, err := os.Stat(p)
		if err != nil {
			return nil, fmt.Errorf("look at %s: %w", name, err)
		}
		if info.Mode().IsRegular() {
			entries = append(entries, fileEntry{path: p, name: name, size: info.Size(), modified: info.ModTime()})
		}
	}
	if len(entries) == 0 {
		return nil, noFileError(pattern, root, segments)
	}
	return entries, nil
}

// splitPattern cuts a slash path into its fixed folder and the segments to be matched.
func splitPattern(full string) (root string, segments []string) {
	all := strings.Split(full, "/")
	first := len(all) - 1
	for i, s := range all {
		if strings.ContainsAny(s, "*?") {
			first = i
			break
		}
	}
	root = strings.Join(all[:first], "/")
	switch {
	case root == "" && strings.HasPrefix(full, "/"):
		root = "/"
	case root == "":
		root = "."
	}
	return root, all[first:]
}

// walkPattern lists the names below root, with slashes, that match all segments.
func walkPattern(root string, segments []string) ([]string, error) {
	entries, err := os.ReadDir(root)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		found, err := matchEntry(root, e, segments)
		if err != nil {
			return nil, err
		}
		names = append(names, found...)
	}
	slices.Sort(names)
	return slices.Compact(names), nil // "a/**/**/b" reaches a file by more than one way
}

func matchEntry(root string, e fs.DirEntry, segments []string) ([]string, error) {
	name, first, rest := e.Name(), segments[0], segments[1:]
	var names []string
	if len(rest) == 0 && !e.IsDir() && (matchSegment(first, name) || first == "**" && !isHidden(name)) {
		return []string{name}, nil
	}
	descend := func(segments []string) error {
		below, err := walkPattern(filepath.Join(root, name), segments)
		for _, b := range below {
			names = append(names, name+"/"+b)
		}
		return err
	}
	if first == "**" {
		if e.IsDir() && !isHidden(name) {
			if err := descend(segments); err != nil {
				return nil, err
			}
		}
		if len(rest) > 0 { // ** may also stand for no folder at all
			here, err := matchEntry(root, e, rest)
			return append(names, here...), err
		}
		return names, nil
	}
	if len(rest) > 0 && matchSegment(first, name) && isFolder(root, e) {
		return names, descend(rest)
	}
	return names, nil
}

// isFolder follows symbolic links, which ** does not: a link to a parent must not make a loop.
func isFolder(root string, e fs.DirEntry) bool {
	if e.Type()&fs.ModeSymlink == 0 {
		return e.IsDir()
	}
	info, err := os.Stat(filepath.Join(root, e.Name()))
	return err == nil && info.IsDir()
}

func isHidden(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "~$")
}

// matchSegment matches one name against a pattern of literal characters, * and ?.
func matchSegment(pattern, name string) bool {
	if isHidden(name) && !isHidden(pattern) {
		return false
	}
	p, n := []rune(pattern), []rune(name)
	star, resume := -1, 0
	i, j := 0, 0
	for j < len(n) {
		switch {
		case i < len(p) && p[i] == '*':
			star, resume = i, j
			i++
		case i < len(p) && (p[i] == '?' || p[i] == n[j]):
			i++
			j++
		case star >= 0:
			resume++
			i, j = star+1, resume
		default:
			return false
		}
	}
	for i < len(p) && p[i] == '*' {
		i++
	}
	return i == len(p)
}

// noFileError says what was looked for, where, and what lies there instead.
func noFileError(pattern, root string, segments []string) error {
	folder := filepath.FromSlash(root)
	entries, err := os.ReadDir(folder)
	if err != nil {
		return fmt.Errorf("find %s: list folder %s: %w", pattern, folder, err)
	}
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		if !isHidden(e.Name()) {
			names = append(names, e.Name())
		}
	}
	if len(names) == 0 {
		return fmt.Errorf("find %s: the folder %s is empty: %w", pattern, folder, fs.ErrNotExist)
	}
	return fmt.Errorf("find %s: no such file in %s, which holds %s: %w",
		pattern, folder, nearestNames(segments[0], names), fs.ErrNotExist)
}

// openEntry opens a file read-only. The close function fails when the file has changed since
// the source was opened: a run must not mix two states of one file.
func openEntry(e fileEntry) (f *os.File, closeFile func() error, err error) {
	f, err = os.Open(e.path)
	if err != nil {
		return nil, nil, fmt.Errorf("open %s: %w", e.name, err)
	}
	if err := e.unchanged(f); err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	return f, func() error { return errors.Join(e.unchanged(f), f.Close()) }, nil
}

// openFile opens a file for streaming and unpacks gzip, which it knows by its magic number.
func openFile(e fileEntry) (r io.Reader, closeFile func() error, err error) {
	f, closeFile, err := openEntry(e)
	if err != nil {
		return nil, nil, err
	}
	var magic [2]byte
	n, err := f.ReadAt(magic[:], 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, errors.Join(fmt.Errorf("open %s: %w", e.name, err), f.Close())
	}
	if n < 2 || magic != [2]byte{0x1f, 0x8b} {
		return f, closeFile, nil
	}
	z, err := gzip.NewReader(bufio.NewReaderSize(f, 1<<16))
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("unpack %s: %w", e.name, err), f.Close())
	}
	return z, closeFile, nil
}

// unchanged compares the open file with what the source saw when it was opened.
func (e fileEntry) unchanged(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("look at %s: %w", e.name, err)
	}
	if info.Size() != e.size || !info.ModTime().Equal(e.modified) {
		return unreachable(fmt.Errorf("read %s: the file was changed while the run was reading; run again when its writer has finished", e.name))
	}
	return nil
}

// alive returns the reason to stop, if there is one, in the words of a read.
func alive(ctx context.Context, name string) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return nil
}

// WrittenAt is when the newest file of an export was written. What is no export, a database of
// whatever kind, is as new as its snapshot.
func WrittenAt(s Spec) (at time.Time, isExport bool, err error) {
	var pattern string
	switch {
	case s.CSV != nil:
		pattern = s.CSV.Path
	case s.Fixed != nil:
		pattern = s.Fixed.Path
	case s.Excel != nil:
		pattern = s.Excel.Path
	case s.Parquet != nil:
		pattern = s.Parquet.Path
	case s.JSONL != nil:
		pattern = s.JSONL.Path
	default:
		return at, false, nil
	}
	files, err := listFiles(s.Dir, pattern)
	for _, f := range files {
		if f.modified.After(at) {
			at = f.modified
		}
	}
	return at, true, err
}
