package extract

import (
	"os"
	"path/filepath"
	"strings"
)

// FilePath is the path or pattern of a file source as pharos.yaml says it, and "" for a server.
func (s Spec) FilePath() string {
	switch {
	case s.CSV != nil:
		return s.CSV.Path
	case s.Fixed != nil:
		return s.Fixed.Path
	case s.Excel != nil:
		return s.Excel.Path
	case s.SQLite != nil:
		return s.SQLite.Path
	case s.Parquet != nil:
		return s.Parquet.Path
	case s.JSONL != nil:
		return s.JSONL.Path
	}
	return ""
}

// Reaches says whether a file source could read from a folder: its files lie in it, or its ** walks
// into it. Symbolic links are followed, whether what they point to exists or not.
func (s Spec) Reaches(folder string) bool {
	if s.FilePath() == "" {
		return false
	}
	full := resolve(s.Dir, s.FilePath())
	root, segments := splitPattern(filepath.ToSlash(filepath.Clean(full)))
	deep := false
	for _, segment := range segments {
		deep = deep || segment == "**"
	}
	root = filepath.FromSlash(root)
	for _, at := range [][2]string{{root, filepath.Clean(folder)}, {realPath(root), realPath(folder)}} {
		if isWithin(at[0], at[1]) || deep && isWithin(at[1], at[0]) {
			return true
		}
		for i := 1; i < len(segments); i++ { // light*/x.csv reads from lighthouse
			if matchesBelow(at[0], segments[:i], at[1]) {
				return true
			}
		}
	}
	return isWithin(realPath(full), realPath(folder))
}

// Owns says whether a path belongs to a file source: a file that it reads or would read if it were
// there, by whatever link, or one that SQLite keeps beside its database. Nothing may be written there.
func (s Spec) Owns(path string) bool {
	if s.FilePath() == "" {
		return false
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return true // what cannot be located is not written to
	}
	root, segments := splitPattern(filepath.ToSlash(filepath.Clean(resolve(s.Dir, s.FilePath()))))
	root = filepath.FromSlash(root)
	for _, base := range s.databasesOf(abs) {
		if matchesBelow(root, segments, base) || matchesBelow(realPath(root), segments, realPath(base)) {
			return true
		}
		files, err := listFiles(s.Dir, s.FilePath())
		if err != nil {
			continue // it has no files yet: then only its pattern counts
		}
		for _, f := range files {
			if realPath(f.path) == realPath(base) || sameFile(f.path, base) {
				return true
			}
		}
	}
	return false
}

// databasesOf are the files that a path is or belongs to: SQLite names its logs after its database.
func (s Spec) databasesOf(path string) []string {
	bases := []string{path}
	if s.SQLite != nil {
		for _, suffix := range append([]string{"-shm"}, sqliteSuffixes[1:]...) {
			if base, is := strings.CutSuffix(path, suffix); is {
				bases = append(bases, base)
			}
		}
	}
	return bases
}

// matchesBelow says whether a path below root fits the segments of a pattern.
func matchesBelow(root string, segments []string, path string) bool {
	rel, err := filepath.Rel(root, path)
	return err == nil && matchesSegments(segments, strings.Split(filepath.ToSlash(rel), "/"))
}

func matchesSegments(segments, names []string) bool {
	switch {
	case len(segments) == 0 || len(names) == 0:
		return len(segments) == len(names)
	case segments[0] == "**" && len(segments) == 1:
		return names[0] != ".."
	case segments[0] == "**":
		return matchesSegments(segments[1:], names) || names[0] != ".." && matchesSegments(segments, names[1:])
	}
	return matchSegment(segments[0], names[0]) && matchesSegments(segments[1:], names[1:])
}

func sameFile(a, b string) bool {
	first, err := os.Stat(a)
	if err != nil {
		return false
	}
	second, err := os.Stat(b)
	return err == nil && os.SameFile(first, second)
}

// realPath follows the links of a path as far as it exists; what does not exist yet is taken as named.
func realPath(path string) string {
	const mostLinks = 40 // as the kernel counts
	for range mostLinks {
		if found, err := filepath.EvalSymlinks(path); err == nil {
			return found
		}
		target, err := os.Readlink(path)
		if err != nil {
			break
		}
		path = resolve(filepath.Dir(path), target) // a link to nothing, where writing would make a file
	}
	parent := filepath.Dir(path)
	if parent == path {
		return filepath.Clean(path)
	}
	return filepath.Join(realPath(parent), filepath.Base(path))
}

// isWithin says whether a path is the folder or lies below it.
func isWithin(path, folder string) bool {
	rel, err := filepath.Rel(folder, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}
