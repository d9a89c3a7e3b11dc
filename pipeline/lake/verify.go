package lake

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/apache/arrow-go/v18/parquet/file"
)

// Problem is one way in which a lake differs from its snapshot.
type Problem struct {
	Table string
	Path  string // file, relative to the lake's root
	What  string
}

// String is the problem as one line.
func (p Problem) String() string { return p.Path + ": " + p.What }

// Verify reads every file of a snapshot again and compares existence, size, SHA-256, rows, NULLs
// and sums with the manifest. It gives all problems, in the manifest's order; the error is for
// what keeps it from looking (a cancelled context).
func (l *Lake) Verify(ctx context.Context, s *Snapshot) ([]Problem, error) {
	var problems []Problem
	seen := map[string]bool{} // the relations of customers share their keys
	for _, t := range s.Tables {
		for _, p := range t.Folders() {
			if len(p.Files) > 0 && seen[p.Files[0].Path] {
				continue
			}
			for _, f := range p.Files {
				seen[f.Path] = true
			}
			found, err := l.verifyPartition(ctx, t.Name, p)
			if err != nil {
				return nil, fmt.Errorf("verify snapshot %s: %w", s.ID, err)
			}
			problems = append(problems, found...)
		}
	}
	return problems, nil
}

func (l *Lake) verifyPartition(ctx context.Context, table string, p Partition) ([]Problem, error) {
	var problems []Problem
	var columns []Column
	var tallies []tally
	var rows int64
	for _, f := range p.Files {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		found, cols, counted := l.verifyFile(ctx, f)
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if found != "" {
			problems = append(problems, Problem{table, f.Path, found})
			continue
		}
		rows += f.Rows
		if columns == nil {
			columns, tallies = cols, make([]tally, len(cols))
		}
		for i := range min(len(tallies), len(counted)) {
			tallies[i].add(counted[i])
		}
	}
	if len(problems) > 0 || len(p.Files) == 0 {
		return problems, nil // sums over a part of the files say nothing
	}
	folder := filepath.ToSlash(filepath.Dir(p.Files[0].Path))
	if rows != p.Rows {
		problems = append(problems, Problem{table, folder, fmt.Sprintf("%d rows expected, %d found", p.Rows, rows)})
	}
	got := columnStats(columns, tallies)
	if len(got) != len(p.Columns) {
		return append(problems, Problem{table, folder, fmt.Sprintf("%d columns expected, %d found", len(p.Columns), len(got))}), nil
	}
	for i, want := range p.Columns {
		if want != got[i] {
			problems = append(problems, Problem{table, folder, fmt.Sprintf("column %s: %s", want.Name, difference(want, got[i]))})
		}
	}
	return problems, nil
}

// verifyFile gives what is wrong with a file, or its columns as the file declares them and what
// was counted. A file whose bytes changed is not parsed.
func (l *Lake) verifyFile(ctx context.Context, f File) (string, []Column, []tally) {
	path := l.path(filepath.FromSlash(f.Path))
	sum, size, err := fileHash(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "the file is missing", nil, nil
	case err != nil:
		return err.Error(), nil, nil
	case size != f.Bytes:
		return fmt.Sprintf("%d bytes expected, %d found", f.Bytes, size), nil, nil
	case sum != f.SHA256:
		return "the content changed: its SHA-256 is not the manifest's", nil, nil
	}
	columns, err := fileColumns(path)
	if err != nil {
		return err.Error(), nil, nil
	}
	back, tallies, err := readBack(ctx, path, columns)
	switch {
	case err != nil:
		return err.Error(), nil, nil
	case back.Rows != f.Rows:
		return fmt.Sprintf("%d rows expected, %d found", f.Rows, back.Rows), nil, nil
	}
	return "", columns, tallies
}

// fileColumns reads the columns from the file itself: raw tables are in no schema of ours.
func fileColumns(path string) (columns []Column, err error) {
	err = guarded(func() error {
		r, err := file.OpenParquetFile(path, false)
		if err != nil {
			return err
		}
		schema := r.MetaData().Schema
		for i := range schema.NumColumns() {
			c := schema.Column(i)
			columns = append(columns, Column{Name: c.Name(), Type: typeOf(c)})
		}
		return r.Close()
	})
	return columns, err
}
