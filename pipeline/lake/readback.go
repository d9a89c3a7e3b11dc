package lake

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/apache/arrow-go/v18/parquet/file"
)

// verify reads every file of a finished relation back and compares it with what was counted
// while writing it.
func (w *relationWriter) verify(ctx context.Context) ([]File, error) {
	var files []File
	for _, p := range w.parts {
		f, tallies, err := readBack(ctx, filepath.Join(w.dir, p.name), w.rel.Columns)
		if err != nil {
			return nil, fmt.Errorf("read back %s of %s: %w", p.name, w.rel.Name, err)
		}
		if f.Rows != p.rows {
			return nil, fmt.Errorf("read back %s of %s: %d rows were written, %d are there", p.name, w.rel.Name, p.rows, f.Rows)
		}
		for i, c := range w.rel.Columns {
			if tallies[i] != p.tallies[i] {
				return nil, fmt.Errorf("read back %s of %s: column %s differs from what was written: %s", p.name, w.rel.Name, c.Name,
					difference(columnStats(w.rel.Columns[i:i+1], p.tallies[i:i+1])[0], columnStats(w.rel.Columns[i:i+1], tallies[i:i+1])[0]))
			}
		}
		f.Path = p.name
		files = append(files, f)
	}
	return files, nil
}

// difference says in words how two countings of a column differ.
func difference(want, got ColumnStats) string {
	switch {
	case want.Nulls != got.Nulls:
		return fmt.Sprintf("%d NULLs expected, %d found", want.Nulls, got.Nulls)
	case want.Sum != got.Sum:
		return fmt.Sprintf("sum %s expected, %s found", want.Sum, got.Sum)
	}
	return "values differ"
}

// readBack reads a whole file from disk: its hash and size, and every value of every column
// through a Parquet reader. The columns must be those of the relation, in order.
func readBack(ctx context.Context, path string, columns []Column) (f File, tallies []tally, err error) {
	if f.SHA256, f.Bytes, err = fileHash(path); err != nil {
		return f, nil, err
	}
	in, err := os.Open(path)
	if err != nil {
		return f, nil, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	err = guarded(func() error {
		r, err := file.NewParquetReader(openFile{in})
		if err != nil {
			return err
		}
		f.Rows = r.NumRows()
		tallies, err = readColumns(ctx, r, columns)
		return errors.Join(err, r.Close())
	})
	return f, tallies, err
}

// openFile hides Close from the Parquet reader: readBack closes the file itself, once.
type openFile struct{ f *os.File }

func (o openFile) ReadAt(p []byte, off int64) (int, error)   { return o.f.ReadAt(p, off) }
func (o openFile) Seek(off int64, whence int) (int64, error) { return o.f.Seek(off, whence) }

func readColumns(ctx context.Context, r *file.Reader, columns []Column) ([]tally, error) {
	if names := columnNames(r); !slices.EqualFunc(names, columns, func(n string, c Column) bool { return n == c.Name }) {
		return nil, fmt.Errorf("the file has columns %v", names)
	}
	groups := r.NumRowGroups()
	parts := make([]tally, groups*len(columns))
	workers := newWorkers(len(parts))
	err := inParallel(len(parts), len(workers), func(task, worker int) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		i := task % len(columns)
		cr, err := r.RowGroup(task / len(columns)).Column(i)
		if err != nil {
			return err
		}
		parts[task], err = readColumn(cr, columns[i], workers[worker])
		if err != nil {
			return fmt.Errorf("column %s: %w", columns[i].Name, err)
		}
		return nil
	})
	total := make([]tally, len(columns))
	for task, t := range parts {
		total[task%len(columns)].add(t)
	}
	return total, err
}

func columnNames(r *file.Reader) []string {
	schema := r.MetaData().Schema
	names := make([]string, schema.NumColumns())
	for i := range names {
		names[i] = schema.Column(i).Name()
	}
	return names
}

// readColumn counts one column of one row group.
func readColumn(cr file.ColumnChunkReader, c Column, s *scratch) (tally, error) {
	const batch = 16384
	s.levels = sized(s.levels, batch)
	var t tally
	for cr.HasNext() {
		var rows int64
		var values int
		var err error
		switch cr := cr.(type) {
		case *file.Int64ColumnChunkReader:
			s.longs = sized(s.longs, batch)
			rows, values, err = cr.ReadBatch(batch, s.longs, s.levels, nil)
			for _, v := range s.longs[:values] {
				t.number(v, c.Type.summed())
			}
		case *file.Int32ColumnChunkReader:
			s.days = sized(s.days, batch)
			rows, values, err = cr.ReadBatch(batch, s.days, s.levels, nil)
			for _, v := range s.days[:values] {
				t.number(int64(v), c.Type.summed())
			}
		case *file.ByteArrayColumnChunkReader:
			s.texts = sized(s.texts, batch)
			// Texts of one page point into it; across pages the library would copy each of them.
			rows, values, err = cr.ReadBatchInPage(batch, s.texts, s.levels, nil)
			for _, v := range s.texts[:values] {
				t.text(v)
			}
		case *file.BooleanColumnChunkReader:
			s.flags = sized(s.flags, batch)
			rows, values, err = cr.ReadBatch(batch, s.flags, s.levels, nil)
			for _, v := range s.flags[:values] {
				t.flag(v)
			}
		default:
			return t, fmt.Errorf("unexpected Parquet type %s", cr.Type())
		}
		if err != nil {
			return t, err
		}
		if rows == 0 {
			break
		}
		t.rows += rows
		t.nulls += rows - int64(values)
	}
	return t, cr.Err()
}

func sized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
