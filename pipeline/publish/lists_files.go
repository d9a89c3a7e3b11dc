package publish

import (
	"errors"
	"os"
	"path/filepath"
	"slices"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// The files of a list that lists.files chooses among. list.parquet is always written: Pharos itself
// reads it, to show the list and to say what a later version changed.
const (
	ListXLSX    = "xlsx"
	ListCSV     = "csv"
	ListJSON    = "json"
	ListParquet = "parquet"
)

// ListFiles are the kinds of files of a list.
func ListFiles() []string { return []string{ListXLSX, ListCSV, ListParquet, ListJSON} }

// ListFormat says which files a list is written as.
type ListFormat struct {
	Files []string // of ListFiles; nil: all
	Plain bool     // CSV without a byte order mark
}

func (f ListFormat) has(kind string) bool { return f.Files == nil || slices.Contains(f.Files, kind) }

// rowFile is one file that takes the rows of a list, one after the other.
type rowFile interface {
	row(cells []string) error
	close() error // also after an error
}

// writeRows writes the same rows to folder/base.csv, .xlsx and .json, as far as they are wanted and
// among kinds.
func (f ListFormat) writeRows(s *speech, folder, base string, columns []lake.Column, rows [][]string, kinds ...string) (names []string, err error) {
	var files []rowFile
	defer func() {
		for _, open := range files {
			err = errors.Join(err, open.close())
		}
	}()
	for _, kind := range kinds {
		if !f.has(kind) {
			continue
		}
		name := base + "." + kind
		file, err := f.open(s, kind, filepath.Join(folder, name), columns, len(rows))
		if err != nil {
			return nil, err
		}
		files, names = append(files, file), append(names, name)
	}
	for _, row := range rows {
		for _, file := range files {
			if err := file.row(row); err != nil {
				return nil, err
			}
		}
	}
	return names, nil
}

func (f ListFormat) open(s *speech, kind, path string, columns []lake.Column, rows int) (rowFile, error) {
	switch kind {
	case ListXLSX:
		return openListSheet(path, s, columns, rows)
	case ListJSON:
		return openListJSON(path, columns)
	}
	return openCSV(path, columns, !f.Plain)
}

// create makes a file that only its owner reads and that is not there yet.
func create(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
}
