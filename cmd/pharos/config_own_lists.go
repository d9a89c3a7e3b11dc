package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/pharos-analytics/pharos/segment"
)

// ownListHeader marks a model of the company's own as one more target list.
var ownListHeader = regexp.MustCompile(`(?m)^--\s*part_of:\s*publish\.list_candidates\s*$`)

// ownLists names the lists that files sql/publish/list_<name>.sql beside pharos.yaml add to the
// eight, in byte order. One that replaces a list of Pharos' own keeps that list's name.
func ownLists(dir string) []string {
	files, err := filepath.Glob(filepath.Join(globbed(dir), "sql", "publish", "list_*.sql"))
	if err != nil {
		return nil // the pattern is ours
	}
	var names []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "list_"), ".sql")
		if err == nil && ownListHeader.Match(text) && !slices.Contains(segment.ListNames(), name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// globbed is a path that a pattern takes as it is.
func globbed(path string) string {
	return regexp.MustCompile(`[\\*?\[]`).ReplaceAllString(path, `\$0`)
}

// ownList judges a list of the company's own: its name, and that somebody says what callers do.
func (n node) ownList(l *segment.ListPolicy, section node) {
	if slices.Contains([]string{"order", "files", "bom", "import", "lift"}, l.Name) {
		section.reject("sql/publish/list_%s.sql: a list cannot be named %s, which means something else under lists: or after pharos list; rename the file and its list", l.Name, l.Name)
		return
	}
	n.list(l)
	if l.Action == "" {
		section.reject("sql/publish/list_%s.sql is a list of your own: say what callers do, lists: { %s: { action: … } }", l.Name, l.Name)
	}
}

// reject tells a problem at a section, or at the first line where the file has none.
func (n node) reject(format string, args ...any) {
	if n.present() {
		n.fail(format, args...)
		return
	}
	n.d.add(1, 1, format, args...)
}
