package model

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/pharos-analytics/pharos/sql"
)

// layers are the schemas in reading order: each reads itself and those before it.
var layers = [...]string{"run", "raw", "staging", "core", "segment", "analysis", "publish", "checks"}

// firstModelLayer is staging: run and raw are written by Pharos, never by a model.
const firstModelLayer = 2

// Load reads model files: the first file system holds the models that come with Pharos
// (sql.Files), later ones the analyst's own, whose file of the same schema and name replaces the
// earlier one. Every file is <schema>/<relation>.sql with a header and one select; other files are
// ignored. Models come back ordered by layer, then name, with Refs filled from DuckDB's parse
// tree. All problems are returned together, each as sql/<schema>/<relation>.sql:line[:column].
func Load(files ...fs.FS) ([]Model, error) { return loadFiles(nil, files) }

func loadFiles(before Parsed, files []fs.FS) ([]Model, error) {
	byRelation := map[string]Model{}
	var errs []error
	for i, files := range files {
		models, err := readFolder(files, i > 0)
		errs = append(errs, err)
		for _, m := range models {
			byRelation[m.Relation()] = m
		}
	}
	models := make([]Model, 0, len(byRelation))
	for _, m := range byRelation {
		models = append(models, m)
	}
	slices.SortFunc(models, compareModels)
	errs = append(errs, gatherSegmentations(models), gatherParts(models), fillRefs(models, before), marts(models))
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return models, nil
}

// readFolder reads the .sql files of one file system.
func readFolder(files fs.FS, own bool) ([]Model, error) {
	var models []Model
	var errs []error
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return fmt.Errorf("read sql/%s: %w", name, err)
		case entry.IsDir() && name != "." && strings.HasPrefix(entry.Name(), "."):
			return fs.SkipDir
		case entry.IsDir() || path.Ext(name) != ".sql":
			return nil
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return fmt.Errorf("read sql/%s: %w", name, err)
		}
		m, err := newModel(name, string(text), own)
		errs = append(errs, err)
		if isText(m.SQL) { // the parser takes nothing else
			models = append(models, m)
		}
		return nil
	})
	return models, errors.Join(append(errs, err)...)
}

// newModel takes schema and name from the path and the header from the text.
func newModel(name, text string, own bool) (Model, error) {
	m := Model{Path: "sql/" + name, SQL: text, Own: own}
	folder, file := path.Split(name)
	m.Schema, m.Name = strings.TrimSuffix(folder, "/"), strings.TrimSuffix(file, ".sql")
	known := layers[firstModelLayer:]
	switch {
	case !slices.Contains(known, m.Schema):
		return m, fmt.Errorf("%s:1: a model stands in one of the folders %s, not in %q%s",
			m.Path, strings.Join(known, ", "), m.Schema, DidYouMean(m.Schema, known))
	case !isPlainName(m.Name):
		return m, fmt.Errorf("%s:1: the file name is the relation: use lower case, digits and _", m.Path)
	case !isText(text):
		return m, fmt.Errorf("%s:1: the file is not UTF-8 text: save it as UTF-8", m.Path)
	}
	var err error
	m.Header, err = parseHeader(m.Path, m.Schema, text)
	return m, err
}

// isText says whether DuckDB may be given a text: other bytes end its driver without an error.
func isText(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsRune(text, 0)
}

// marts reports marts of the same name: a mart is published under its file name.
func marts(models []Model) error {
	var errs []error
	first := map[string]string{}
	for _, m := range models {
		if !m.Mart {
			continue
		}
		if other, again := first[m.Name]; again {
			errs = append(errs, fmt.Errorf("%s:1: the mart %s exists already in %s: rename the file", m.Path, m.Name, other))
		}
		first[m.Name] = m.Path
	}
	return errors.Join(errs...)
}

// compareModels orders by layer, then name.
func compareModels(a, b Model) int {
	if d := layerOf(a.Schema) - layerOf(b.Schema); d != 0 {
		return d
	}
	return strings.Compare(a.Relation(), b.Relation())
}

// StepSchema is the schema of what Go steps make: no folder of files, and in the layer of analysis,
// whose statistics the steps read and whose marts read the steps.
const StepSchema = "fit"

// layerOf is a schema's place in the reading order; a relation of any other schema is given by
// Pharos and may be read by every model, like run.
func layerOf(schema string) int {
	if schema == StepSchema {
		schema = "analysis"
	}
	return max(slices.Index(layers[:], schema), 0)
}

// position turns a byte offset of a text into a line and a column, both from 1; columns count
// characters.
func position(text string, offset int) (line, column int) {
	before := text[:min(max(offset, 0), len(text))]
	line = 1 + strings.Count(before, "\n")
	return line, 1 + utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:])
}

// at is the place of a byte offset in the model's file, for errors.
func (m Model) at(offset int) string {
	line, column := position(m.SQL, offset)
	return fmt.Sprintf("%s:%d:%d", m.Path, line, column)
}

// LoadAll reads the models that come with Pharos and, over them, the analyst's own. Texts that are
// in before, which may be nil, are not parsed again.
func LoadAll(before Parsed, own ...fs.FS) ([]Model, error) {
	return loadFiles(before, append([]fs.FS{sql.Files}, own...))
}
