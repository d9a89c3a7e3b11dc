package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/extract"
)

// sampleRows is how many rows of a relation init looks at to recognise its columns.
const sampleRows = 1000

// foundSource is a source as pharos.yaml will name it.
type foundSource struct {
	spec  extract.Spec
	label string   // the file, pattern or database, as people know it
	notes []string // what was guessed about its dialect, and why
}

// foundFile is a file that can be read, with the names of its columns per relation.
type foundFile struct {
	path   string // as walked
	spec   extract.Spec
	notes  []string
	layout string // same dialect and same columns: same layout
}

// walkFiles lists the data files of a file or folder, in byte order. It skips what is hidden and
// what Pharos wrote itself.
func walkFiles(target string) ([]string, error) {
	info, err := os.Stat(target)
	if err != nil {
		return nil, usageError("give a file, a folder, or a server's address", "look at %s: %w", target, err)
	}
	if !info.IsDir() {
		return []string{target}, nil
	}
	var files []string
	err = filepath.WalkDir(target, func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		hidden := strings.HasPrefix(e.Name(), ".") || strings.HasPrefix(e.Name(), "~$")
		if e.IsDir() {
			if p != target && (hidden || isWorkspace(p)) {
				return filepath.SkipDir
			}
			return nil
		}
		if !hidden && e.Type().IsRegular() && isDataFile(e.Name()) {
			files = append(files, p)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look through %s: %w", target, err)
	}
	slices.Sort(files)
	return files, nil
}

// isWorkspace recognises a folder that Pharos publishes into.
func isWorkspace(folder string) bool {
	return isFolder(filepath.Join(folder, "runs")) && isFolder(filepath.Join(folder, "lake"))
}

func isDataFile(name string) bool {
	name = strings.TrimSuffix(strings.ToLower(name), ".gz")
	return slices.Contains([]string{".csv", ".tsv", ".txt", ".dat", ".xlsx", ".xlsm", ".jsonl", ".ndjson", ".parquet", ".sqlite", ".sqlite3", ".db"}, filepath.Ext(name))
}

// sniffFile finds out how a file is read, and its columns.
func sniffFile(ctx context.Context, file string) (foundFile, error) {
	spec, notes, err := extract.Sniff(file)
	if err != nil {
		return foundFile{}, fmt.Errorf("recognise %s: %w", file, err)
	}
	if spec.CSV != nil {
		if fixed, ok := sniffFixed(file); ok {
			spec, notes = extract.Spec{Fixed: fixed}, []string{"columns stand at fixed positions: the blanks between them are in every line"}
		}
	}
	found := foundFile{path: file, notes: notes, spec: withPath(spec, absolute(file))}
	found.spec.Name = "sniffed"
	relations, err := describe(ctx, found.spec)
	if err != nil {
		return foundFile{}, err
	}
	found.layout = layoutOf(found.spec, relations)
	return found, nil
}

// absolute frees a path of the working directory; a path that has no absolute form stays.
func absolute(file string) string {
	if abs, err := filepath.Abs(file); err == nil {
		return abs
	}
	return file
}

func describe(ctx context.Context, spec extract.Spec) ([]extract.Relation, error) {
	src, err := extract.Open(ctx, spec)
	if err != nil {
		return nil, err
	}
	relations, err := src.Describe(ctx)
	if closeErr := src.Close(); err == nil {
		err = closeErr
	}
	return relations, err
}

// layoutOf is equal for files that can be read as one: same kind, dialect, sheets and columns.
func layoutOf(spec extract.Spec, relations []extract.Relation) string {
	var b strings.Builder
	same := withPath(spec, "")
	fmt.Fprintf(&b, "%s|", spec.Kind())
	switch {
	case same.CSV != nil:
		fmt.Fprintf(&b, "%s|%s|%s|%s|%d|%v", same.CSV.Encoding, same.CSV.Delimiter, same.CSV.Quote, same.CSV.Decimal, same.CSV.HeaderRow, same.CSV.Header == nil || *same.CSV.Header)
	case same.Excel != nil:
		fmt.Fprintf(&b, "%s|%d", same.Excel.Sheet, same.Excel.HeaderRow)
	case same.Fixed != nil:
		fmt.Fprintf(&b, "%v|%d", same.Fixed.Columns, same.Fixed.SkipRows)
	}
	for i, r := range relations {
		if same.Excel != nil || i > 0 {
			fmt.Fprintf(&b, "|%q", r.Name)
		}
		for _, c := range r.Columns {
			fmt.Fprintf(&b, "|%q", c.Name)
		}
	}
	return b.String()
}

// withPath is the spec with another path; the pointed-to settings are copied.
func withPath(s extract.Spec, p string) extract.Spec {
	switch {
	case s.CSV != nil:
		c := *s.CSV
		c.Path, s.CSV = p, &c
	case s.Fixed != nil:
		c := *s.Fixed
		c.Path, s.Fixed = p, &c
	case s.Excel != nil:
		c := *s.Excel
		c.Path, s.Excel = p, &c
	case s.SQLite != nil:
		s.SQLite = &extract.Files{Path: p}
	case s.Parquet != nil:
		s.Parquet = &extract.Files{Path: p}
	case s.JSONL != nil:
		s.JSONL = &extract.Files{Path: p}
	}
	return s
}

// groupFiles makes one source of all files of one layout, when a pattern exists that matches
// exactly them among all files; otherwise each folder, and at last each file, is a source.
func groupFiles(files []foundFile) []*foundSource {
	var layouts []string
	groups := map[string][]foundFile{}
	for _, f := range files {
		if groups[f.layout] == nil {
			layouts = append(layouts, f.layout)
		}
		groups[f.layout] = append(groups[f.layout], f)
	}
	var out []*foundSource
	for _, layout := range layouts {
		out = append(out, groupSources(groups[layout], files)...)
	}
	return out
}

func groupSources(group, all []foundFile) []*foundSource {
	first := group[0]
	if len(group) == 1 || first.spec.SQLite != nil {
		var out []*foundSource
		for _, f := range group {
			out = append(out, &foundSource{spec: f.spec, label: filepath.Base(f.path), notes: f.notes})
		}
		return out
	}
	if pattern, ok := patternFor(group, all); ok {
		notes := append([]string{fmt.Sprintf("%d files with the same columns", len(group))}, first.notes...)
		return []*foundSource{{spec: withPath(first.spec, pattern), label: path.Base(filepath.ToSlash(pattern)), notes: notes}}
	}
	var out []*foundSource
	for _, f := range group {
		out = append(out, groupSources([]foundFile{f}, all)...)
	}
	return out
}

// patternFor finds a pattern that matches the files of the group and no other file.
func patternFor(group, all []foundFile) (string, bool) {
	var names, folders []string
	for _, f := range group {
		names = append(names, filepath.Base(f.path))
		folders = append(folders, filepath.Dir(absolute(f.path)))
	}
	root := commonFolder(folders)
	deep := slices.ContainsFunc(folders, func(f string) bool { return f != root })
	prefix, suffix := commonEnds(names)
	candidates := []string{prefix + "*" + suffix, "*" + filepath.Ext(names[0])}
	if !slices.ContainsFunc(names, func(n string) bool { return n != names[0] }) {
		candidates = []string{names[0]} // the same name in several folders
	}
	for _, base := range candidates {
		outside := func(f foundFile) bool {
			folder := filepath.Dir(absolute(f.path))
			reached := folder == root || deep && within(folder, root)
			return reached && matches(base, filepath.Base(f.path)) != (f.layout == group[0].layout)
		}
		if slices.ContainsFunc(all, outside) {
			continue
		}
		if deep {
			return filepath.Join(root, "**", base), true
		}
		return filepath.Join(root, base), true
	}
	return "", false
}

// matches holds a name against a pattern with at most one *.
func matches(pattern, name string) bool {
	head, tail, star := strings.Cut(pattern, "*")
	if !star {
		return name == pattern
	}
	return len(name) >= len(head)+len(tail) && strings.HasPrefix(name, head) && strings.HasSuffix(name, tail)
}

// commonEnds are the longest common beginning and end of the names, which do not overlap in any.
func commonEnds(names []string) (prefix, suffix string) {
	prefix, suffix = names[0], names[0]
	shortest := len(names[0])
	for _, n := range names {
		shortest = min(shortest, len(n))
		for !strings.HasPrefix(n, prefix) {
			prefix = prefix[:len(prefix)-1]
		}
		for !strings.HasSuffix(n, suffix) {
			suffix = suffix[1:]
		}
	}
	// Digits are left out: 2026-03-* would miss the files of next month.
	if i := strings.IndexAny(prefix, "0123456789"); i >= 0 {
		prefix = prefix[:i]
	}
	suffix = suffix[strings.LastIndexAny(suffix, "0123456789")+1:]
	suffix = suffix[max(0, len(suffix)-(shortest-len(prefix))):]
	return strings.ToValidUTF8(prefix, ""), strings.ToValidUTF8(suffix, "")
}

func commonFolder(folders []string) string {
	root := folders[0]
	for _, f := range folders {
		for !within(f, root) {
			root = filepath.Dir(root)
		}
	}
	return root
}
