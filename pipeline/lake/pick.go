package lake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/metadata"
	"github.com/zeebo/xxh3"
)

// Wanted are the values of a text column that somebody looks for.
type Wanted struct {
	Column string
	Values []string
}

// Pick copies the rows in which at least one column holds one of its wanted values, of all the Parquet
// files of a relation, to files below dir, which it makes: one per shape of columns, empty where there
// are no such rows. A file that lacks a column has no row that holds its values. Engines unpack whole
// row groups for the few rows of one customer; this reads their pages only.
func Pick(ctx context.Context, paths []string, wanted []Wanted, dir string) (out []string, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("pick rows: %w", err)
	}
	var shapes []*relationWriter // of the rows of the files that have the same columns
	defer func() {
		for _, w := range shapes {
			w.abandon()
		}
	}()
	for _, path := range paths {
		columns, groups, err := pickFile(ctx, path, wanted)
		if err != nil {
			return nil, fmt.Errorf("pick rows of %s: %w", path, err)
		}
		i := slices.IndexFunc(shapes, func(w *relationWriter) bool { return slices.Equal(w.rel.Columns, columns) })
		if i < 0 {
			w, err := newRelationWriter(Relation{Columns: columns}, filepath.Join(dir, fmt.Sprint(len(shapes))))
			if err != nil {
				return nil, fmt.Errorf("pick rows: %w", err)
			}
			w.brief = true
			i, shapes = len(shapes), append(shapes, w)
		}
		for _, rec := range groups {
			if rec == nil {
				continue
			}
			err = errors.Join(err, shapes[i].write(rec))
			rec.Release()
		}
		if err != nil {
			return nil, fmt.Errorf("pick rows: %w", err)
		}
	}
	for _, w := range shapes {
		if err := w.finish(); err != nil {
			return nil, fmt.Errorf("pick rows: %w", err)
		}
		for _, p := range w.parts {
			out = append(out, filepath.Join(w.dir, p.name))
		}
	}
	return out, nil
}

// picker reads some rows of one file.
type picker struct {
	in      io.ReaderAt
	file    *file.Reader
	filters filterPlaces
	columns []Column
	schema  *arrow.Schema
	wanted  []Wanted
	at      []int // the columns of wanted in the file
}

// pickFile gives the columns of a file and, by row group, its wanted rows; nil where it has none.
func pickFile(ctx context.Context, path string, wanted []Wanted) (columns []Column, groups []arrow.RecordBatch, err error) {
	in, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	err = guarded(func() error {
		props := parquet.NewReaderProperties(memory.DefaultAllocator)
		props.BufferedStreamEnabled, props.BufferSize = true, 32<<10
		r, err := file.NewParquetReader(openFile{in}, file.WithReadProps(props))
		if err != nil {
			return err
		}
		p, err := newPicker(in, r, wanted)
		if err != nil {
			return err
		}
		columns, groups = p.columns, make([]arrow.RecordBatch, r.NumRowGroups())
		if len(p.at) == 0 {
			return nil
		}
		workers := make([]cellScratch, max(1, min(len(groups), runtime.GOMAXPROCS(0))))
		return inParallel(len(groups), len(workers), func(i, worker int) (err error) {
			if err := ctx.Err(); err != nil {
				return err
			}
			groups[i], err = p.group(i, &workers[worker])
			return err
		})
	})
	return columns, groups, err
}

func newPicker(in io.ReaderAt, r *file.Reader, wanted []Wanted) (p *picker, err error) {
	p = &picker{in: in, file: r}
	if p.filters, err = readFilterPlaces(r.MetaData().KeyValueMetadata().FindValue(filtersKey)); err != nil {
		return nil, err
	}
	shape := r.MetaData().Schema
	for i := range shape.NumColumns() {
		c := shape.Column(i)
		p.columns = append(p.columns, Column{Name: c.Name(), Type: typeOf(c)})
		for _, w := range wanted {
			if w.Column == c.Name() && len(w.Values) > 0 {
				p.wanted, p.at = append(p.wanted, w), append(p.at, i)
			}
		}
	}
	p.schema = arrowSchema(p.columns)
	return p, nil
}

// group gives the wanted rows of a row group.
func (p *picker) group(i int, s *cellScratch) (arrow.RecordBatch, error) {
	group := p.file.RowGroup(i)
	var rows []int64
	for k, w := range p.wanted {
		var err error
		if rows, err = p.find(group, i, k, rows, s); err != nil {
			return nil, fmt.Errorf("column %s: %w", w.Column, err)
		}
	}
	if len(rows) == 0 {
		return nil, nil
	}
	slices.Sort(rows)
	return p.read(group, slices.Compact(rows), s)
}

// find appends the rows of a row group that hold a value in the k-th of the wanted columns.
func (p *picker) find(group *file.RowGroupReader, i, k int, rows []int64, s *cellScratch) ([]int64, error) {
	values, err := inRange(group, p.at[k], p.wanted[k].Values)
	if err != nil || len(values) == 0 {
		return rows, err
	}
	pages, err := p.possible(group, i, p.at[k], values)
	if err != nil || len(pages) == 0 {
		return rows, err
	}
	column, err := newCellReader(group, p.at[k], columnBuffer{}, s)
	if err != nil {
		return rows, err
	}
	return column.find(values, pages, rows)
}

// inRange leaves the values that are not beyond those of a chunk.
func inRange(group *file.RowGroupReader, column int, values []string) ([]string, error) {
	chunk, err := group.MetaData().ColumnChunk(column)
	if err != nil {
		return nil, err
	}
	stats, err := chunk.Statistics()
	if err != nil {
		return nil, err
	}
	s, ok := stats.(*metadata.ByteArrayStatistics)
	if !ok || !s.HasMinMax() {
		return values, nil
	}
	return slices.DeleteFunc(slices.Clone(values), func(v string) bool { return v < string(s.Min()) || v > string(s.Max()) }), nil
}

// rowRange are some rows of a row group, from the first up to but without to.
type rowRange struct{ from, to int64 }

func (r rowRange) count() int { return int(r.to - r.from) }

// possible are the pages of a chunk that may hold one of the values; the whole chunk where no filters say.
func (p *picker) possible(group *file.RowGroupReader, i, column int, values []string) ([]rowRange, error) {
	whole := []rowRange{{0, group.NumRows()}}
	at := p.filters.of(p.columns[column].Name, i)
	if at == 0 {
		return whole, nil
	}
	index, err := p.file.GetPageIndexReader().RowGroup(i)
	if err != nil {
		return nil, err
	}
	places, err := index.GetOffsetIndex(column)
	if err != nil || places == nil {
		return whole, err
	}
	locations := places.GetPageLocations()
	pages := make([]filteredPage, len(locations))
	for k, page := range locations {
		pages[k] = filteredPage{rowRange{page.FirstRowIndex, group.NumRows()}, at}
		if k > 0 {
			before := &pages[k-1]
			before.to = page.FirstRowIndex
			pages[k].at = before.at + int64(filterSize(before.count()))
		}
	}
	return mayHold(p.in, pages, values)
}

// filteredPage are the rows of a page and where its filter stands.
type filteredPage struct {
	rowRange
	at int64
}

// mayHold leaves the pages whose filter knows one of the values.
func mayHold(in io.ReaderAt, pages []filteredPage, values []string) (out []rowRange, err error) {
	hashes := make([]uint64, len(values))
	for i, v := range values {
		hashes[i] = xxh3.HashString128(v).Lo
	}
	for _, page := range pages {
		known, size := false, filterSize(page.count())
		if len(values) > fewValues {
			filter := make(pageFilter, size)
			_, err = in.ReadAt(filter, page.at)
			known = slices.ContainsFunc(hashes, filter.mayHold)
		} else {
			for i := 0; i < len(hashes) && !known && err == nil; i++ {
				known, err = mayHoldIn(in, page.at, size, hashes[i])
			}
		}
		if err != nil {
			return nil, err
		}
		if known {
			out = append(out, page.rowRange)
		}
	}
	return out, nil
}

// read gives some rows of a row group, in rising order.
func (p *picker) read(group *file.RowGroupReader, rows []int64, s *cellScratch) (arrow.RecordBatch, error) {
	picked := newRowBuffer(p.schema)
	for i, c := range p.columns {
		if err := p.readColumn(group, i, rows, &picked.columns[i], s); err != nil {
			return nil, fmt.Errorf("column %s: %w", c.Name, err)
		}
	}
	picked.rows = len(rows)
	return picked.take(), nil
}

func (p *picker) readColumn(group *file.RowGroupReader, i int, rows []int64, to *columnBuffer, s *cellScratch) error {
	meta, err := group.MetaData().ColumnChunk(i)
	if err != nil {
		return err
	}
	if stats, err := meta.Statistics(); err == nil && stats != nil && stats.HasNullCount() && stats.NullCount() == group.NumRows() {
		for range rows {
			to.putNull()
		}
		return nil
	}
	column, err := newCellReader(group, i, *to, s)
	if err != nil {
		return err
	}
	return column.copy(rows, to)
}
