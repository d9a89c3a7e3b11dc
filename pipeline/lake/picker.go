package lake

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/bitutil"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/metadata"
	"github.com/zeebo/xxh3"
)

// picker finds and reads some rows of one file.
type picker struct {
	in      *os.File
	file    *file.Reader
	filters filterPlaces
	columns []Column
	schema  *arrow.Schema
	wanted  []Wanted
	at      []int     // the columns of wanted in the file
	rows    [][]int64 // by row group, rising: the rows that were found
}

func openPicker(path string, wanted []Wanted) (p *picker, err error) {
	in, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	err = guarded(func() error {
		props := parquet.NewReaderProperties(memory.DefaultAllocator)
		props.BufferedStreamEnabled, props.BufferSize = true, 32<<10
		r, err := file.NewParquetReader(openFile{in}, file.WithReadProps(props))
		if err != nil {
			return err
		}
		p = &picker{in: in, file: r, rows: make([][]int64, r.NumRowGroups())}
		p.filters, err = readFilterPlaces(r.MetaData().KeyValueMetadata().FindValue(filtersKey))
		return err
	})
	if err != nil {
		return nil, errors.Join(err, in.Close())
	}
	shape := p.file.MetaData().Schema
	for i := range shape.NumColumns() {
		c := shape.Column(i)
		p.columns = append(p.columns, Column{Name: c.Name(), Type: typeOf(c)})
	}
	for _, w := range wanted {
		if at := p.column(w.Column); at >= 0 && len(w.Values) > 0 {
			p.wanted, p.at = append(p.wanted, w), append(p.at, at)
		}
	}
	p.schema = arrowSchema(p.columns)
	return p, nil
}

// column is the place of a column in the file, -1 when it lacks it.
func (p *picker) column(name string) int {
	return slices.IndexFunc(p.columns, func(c Column) bool { return c.Name == name })
}

// each does something with every row group, on all processors.
func (p *picker) each(ctx context.Context, do func(i int, group *file.RowGroupReader, s *cellScratch) error) error {
	if len(p.at) == 0 {
		return nil
	}
	workers := make([]cellScratch, max(1, min(len(p.rows), runtime.GOMAXPROCS(0))))
	return inParallel(len(p.rows), len(workers), func(i, worker int) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return do(i, p.file.RowGroup(i), &workers[worker])
	})
}

// findAll finds the wanted rows of a row group.
func (p *picker) findAll(i int, group *file.RowGroupReader, s *cellScratch) error {
	var rows []int64
	for k, w := range p.wanted {
		found, err := p.find(group, i, k, s)
		if err == nil && w.Unless != "" {
			found, err = p.without(group, w.Unless, found, s)
		}
		if err != nil {
			return fmt.Errorf("column %s: %w", w.Column, err)
		}
		rows = append(rows, found...)
	}
	slices.Sort(rows)
	p.rows[i] = slices.Compact(rows)
	return nil
}

// without leaves the rows in which a column is NULL.
func (p *picker) without(group *file.RowGroupReader, column string, rows []int64, s *cellScratch) ([]int64, error) {
	at := p.column(column)
	if at < 0 || len(rows) == 0 {
		return rows, nil
	}
	values := newRowBuffer(p.schema).columns[at]
	if err := p.readColumn(group, at, rows, &values, s); err != nil {
		return nil, err
	}
	left := rows[:0]
	for i, row := range rows {
		if !bitutil.BitIsSet(values.valid, i) {
			left = append(left, row)
		}
	}
	return left, nil
}

// days are those of some rows; of a file that lacks the column, oldest.
func (p *picker) days(group *file.RowGroupReader, column string, rows []int64, s *cellScratch) ([]int32, error) {
	days := make([]int32, len(rows))
	for i := range days {
		days[i] = oldest
	}
	at := p.column(column)
	if at < 0 || len(rows) == 0 {
		return days, nil
	}
	if p.columns[at].Type != Date {
		return nil, fmt.Errorf("column %s holds no days", column)
	}
	values := newRowBuffer(p.schema).columns[at]
	if err := p.readColumn(group, at, rows, &values, s); err != nil {
		return nil, fmt.Errorf("column %s: %w", column, err)
	}
	for i := range days {
		if bitutil.BitIsSet(values.valid, i) {
			days[i] = int32(binary.LittleEndian.Uint32(values.data[4*i:]))
		}
	}
	return days, nil
}

// find gives the rows of a row group that hold a value in the k-th of the wanted columns.
func (p *picker) find(group *file.RowGroupReader, i, k int, s *cellScratch) ([]int64, error) {
	values, err := inRange(group, p.at[k], p.wanted[k].Values)
	if err != nil || len(values) == 0 {
		return nil, err
	}
	pages, err := p.possible(group, i, p.at[k], values)
	if err != nil || len(pages) == 0 {
		return nil, err
	}
	column, err := newCellReader(group, p.at[k], columnBuffer{}, s)
	if err != nil {
		return nil, err
	}
	return column.find(values, pages)
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
