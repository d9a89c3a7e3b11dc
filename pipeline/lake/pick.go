package lake

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/parquet/file"
)

// Wanted are the values of a text column that somebody looks for, in all rows or, with Unless, in those
// in which that other column is NULL.
type Wanted struct {
	Column string
	Values []string
	Unless string
}

// Newest asks for so many rows only, the newest by a column of days, and for all of the last day among
// them. NULL is the oldest of days. The zero value asks for all rows.
type Newest struct {
	Day  string
	Rows int
}

// Picked are the files that hold picked rows.
type Picked struct {
	Files []string // one or more per shape of columns, empty ones where there are no such rows
	Found int64    // rows that were wanted; the files hold fewer when only the newest were asked for
}

// openFiles is the most files whose newest rows are told apart: all of them are open at once.
const openFiles = 256

// Pick copies the rows that hold one of the wanted values, of all the Parquet files of a relation, to
// files below dir, which it makes. A file that lacks a column has no row that holds its values. Engines
// unpack whole row groups for the few rows of one customer; this reads their pages only.
func Pick(ctx context.Context, paths []string, wanted []Wanted, newest Newest, dir string) (Picked, error) {
	w := &pickWriter{dir: dir}
	defer w.abandon()
	together := 1
	if newest.Rows > 0 && len(paths) > 1 && len(paths) <= openFiles {
		together = len(paths)
	}
	err := os.MkdirAll(dir, 0o700)
	for some := range slices.Chunk(paths, together) {
		if err == nil {
			err = w.pick(ctx, some, wanted, newest, together == len(paths))
		}
	}
	if err == nil {
		err = w.finish()
	}
	if err != nil {
		return Picked{}, fmt.Errorf("pick rows: %w", err)
	}
	return w.picked, nil
}

// pickWriter writes the rows of the files that have the same columns together.
type pickWriter struct {
	dir    string
	shapes []*relationWriter
	picked Picked
}

func (w *pickWriter) abandon() {
	for _, s := range w.shapes {
		s.abandon()
	}
}

// pick writes the wanted rows of some files, the newest only where these are all files there are.
func (w *pickWriter) pick(ctx context.Context, paths []string, wanted []Wanted, newest Newest, all bool) (err error) {
	var pickers []*picker
	defer func() {
		for _, p := range pickers {
			err = errors.Join(err, p.in.Close())
		}
	}()
	found := 0
	for _, path := range paths {
		p, err := openPicker(path, wanted)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		pickers = append(pickers, p)
		if err := p.each(ctx, p.findAll); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		for _, rows := range p.rows {
			found += len(rows)
		}
	}
	w.picked.Found += int64(found)
	if all && newest.Rows > 0 && found > newest.Rows {
		if err := keepNewest(ctx, pickers, newest); err != nil {
			return err
		}
	}
	for _, p := range pickers {
		if err := w.write(ctx, p); err != nil {
			return fmt.Errorf("%s: %w", p.in.Name(), err)
		}
	}
	return nil
}

// write reads and writes the rows of a file that are left.
func (w *pickWriter) write(ctx context.Context, p *picker) error {
	i := slices.IndexFunc(w.shapes, func(s *relationWriter) bool { return slices.Equal(s.rel.Columns, p.columns) })
	if i < 0 {
		s, err := newRelationWriter(Relation{Columns: p.columns}, filepath.Join(w.dir, fmt.Sprint(len(w.shapes))))
		if err != nil {
			return err
		}
		s.brief = true
		i, w.shapes = len(w.shapes), append(w.shapes, s)
	}
	records := make([]arrow.RecordBatch, len(p.rows))
	err := p.each(ctx, func(i int, group *file.RowGroupReader, s *cellScratch) (err error) {
		if len(p.rows[i]) > 0 {
			records[i], err = p.read(group, p.rows[i], s)
		}
		return err
	})
	for _, rec := range records {
		if rec == nil {
			continue
		}
		if err == nil {
			err = w.shapes[i].write(rec)
		}
		rec.Release()
	}
	return err
}

func (w *pickWriter) finish() error {
	for _, s := range w.shapes {
		if err := s.finish(); err != nil {
			return err
		}
		for _, p := range s.parts {
			w.picked.Files = append(w.picked.Files, filepath.Join(s.dir, p.name))
		}
	}
	return nil
}

// oldest stands for NULL, before every day.
const oldest = math.MinInt32

// keepNewest leaves the newest of the rows that were found.
func keepNewest(ctx context.Context, pickers []*picker, newest Newest) error {
	days := make([][][]int32, len(pickers)) // by file, row group and row
	var all []int32
	for k, p := range pickers {
		days[k] = make([][]int32, len(p.rows))
		err := p.each(ctx, func(i int, group *file.RowGroupReader, s *cellScratch) (err error) {
			days[k][i], err = p.days(group, newest.Day, p.rows[i], s)
			return err
		})
		if err != nil {
			return fmt.Errorf("%s: %w", p.in.Name(), err)
		}
		all = append(all, slices.Concat(days[k]...)...)
	}
	slices.Sort(all)
	last := all[len(all)-newest.Rows]
	for k, p := range pickers {
		for i, rows := range p.rows {
			left := rows[:0]
			for n, row := range rows {
				if days[k][i][n] >= last {
					left = append(left, row)
				}
			}
			p.rows[i] = left
		}
	}
	return nil
}
