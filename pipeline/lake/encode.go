package lake

import (
	"bytes"
	"fmt"
	"unsafe"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/bitutil"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/metadata"
)

// rowGroupRows is DuckDB's own row group size: its readers work a row group at a time. Pages are
// small, so that whoever looks up a few rows unpacks little else: of pageRows rows, fewer where
// texts are long, which end them after about pageBytes.
const (
	rowGroupRows = 122_880
	pageRows     = 8192 // a multiple of 8, so that the levels of a page begin with a byte
	pageBytes    = 1 << 20
)

// scratch holds one worker's buffers.
type scratch struct {
	page       []byte
	compressed bytes.Buffer
	valid      []byte
	bits       []bool
	longs      []int64
	days       []int32
	indices    []uint32
	lengths    []int32
	words      words
	known      pageFilter
	longDict   numbers[int64]
	dayDict    numbers[int32]

	// for reading back
	levels []int16
	flags  []bool
	texts  []parquet.ByteArray
}

// encoder writes one column of a row group and counts what it writes.
type encoder struct {
	*scratch
	chunk  *chunk
	filter bool   // of texts: whether each page has a filter
	least  string // of the texts so far, once ranged is set
	most   string
	ranged bool
	kind   Type
	plan   plan
	key    columnKey
	lanes  *rowLanes
	column []arrow.Array
	rows   int
	tally  tally
}

// encodeColumn writes column i of a row group, whose records hold that many rows.
func encodeColumn(ch *chunk, c Column, p plan, group []arrow.RecordBatch, i, rows int, lanes *rowLanes, s *scratch) (tally, error) {
	e := encoder{scratch: s, chunk: ch, filter: c.Type == Text && lookedUp(c.Name), kind: c.Type, plan: p, key: keyOf(i), lanes: lanes, rows: rows}
	for _, rec := range group {
		col := rec.Column(i)
		e.column = append(e.column, col)
		e.tally.nulls += int64(col.NullN())
	}
	e.tally.rows = int64(rows)
	if n := int(e.tally.nulls); n > 0 && n < rows {
		s.valid = validBits(s.valid, e.column, rows)
	}
	var err error
	switch e.column[0].(type) {
	case *array.String:
		err = e.texts()
	case *array.Boolean:
		err = e.flags()
	case *array.Date32, *array.Int32:
		s.days, err = integers(&e, s.days, &s.dayDict, int32s)
	default:
		s.longs, err = integers(&e, s.longs, &s.longDict, int64s)
	}
	if err != nil {
		return e.tally, fmt.Errorf("encode column %s: %w", c.Name, err)
	}
	return e.tally, nil
}

// pages writes the chunk page by page: levels first, then what add appends of the values first to
// last, counted without NULLs.
func (e *encoder) pages(encoding parquet.Encoding, add func(page []byte, first, last int) []byte) error {
	first := 0
	for from := 0; from < e.rows; from += pageRows {
		to := min(e.rows, from+pageRows)
		last := first + to - from - e.begin(from, to)
		e.page = add(e.page, first, last)
		if err := e.end(to-from, encoding); err != nil {
			return err
		}
		first = last
	}
	return nil
}

// begin starts a page with the levels of some rows, the first a multiple of 8, and counts their NULLs.
func (e *encoder) begin(from, to int) (nulls int) {
	var valid []byte
	switch int(e.tally.nulls) {
	case 0:
	case e.rows:
		nulls = to - from
	default:
		valid = e.valid[from/8:]
		nulls = to - from - bitutil.CountSetBits(valid, 0, to-from)
	}
	e.page = appendLevels(e.page[:0], valid, to-from, nulls)
	if e.filter {
		e.known = newPageFilter(e.known, to-from)
	}
	return nulls
}

// end writes the page and keeps its filter.
func (e *encoder) end(rows int, encoding parquet.Encoding) error {
	if e.filter && e.tally.nulls < e.tally.rows {
		e.chunk.filters = append(e.chunk.filters, e.known...)
	}
	return e.chunk.page(e.page, rows, encoding, &e.compressed)
}

// integers writes what is stored as INT64 or INT32, and its smallest and largest value.
func integers[T int32 | int64](e *encoder, out []T, dict *numbers[T], values func(arrow.Array) []T) ([]T, error) {
	out = out[:0]
	row := 0
	summed := e.kind.summed()
	for _, col := range e.column {
		from := len(out)
		out = appendValid(out, col, values(col))
		some := out[from:]
		if col.NullN() == 0 {
			for i, v := range some {
				h := e.tally.number(int64(v), summed)
				e.lanes.add(row+i, e.key, h, h)
			}
		} else if len(some) > 0 {
			for i := range col.Len() {
				if col.IsValid(i) {
					h := e.tally.number(int64(some[0]), summed)
					e.lanes.add(row+i, e.key, h, h)
					some = some[1:]
				}
			}
		}
		row += col.Len()
	}
	setStatistics(e.chunk.meta, out, e.tally.nulls)
	if e.plan == planDictionary {
		dict.reset()
		var few bool
		if e.indices, few = dict.collect(e.indices[:0], out); few && len(out) > 0 {
			if err := e.chunk.dictionaryPage(appendPlain(e.page[:0], dict.entries), len(dict.entries)); err != nil {
				return out, err
			}
			return out, e.indexPages(len(dict.entries))
		}
	}
	return out, e.pages(e.plan.values(e.kind), func(page []byte, first, last int) []byte {
		if e.plan == planPlain {
			return appendPlain(page, out[first:last])
		}
		return appendDeltas(page, out[first:last])
	})
}

// indexPages writes the places of the values in a dictionary of that many entries.
func (e *encoder) indexPages(entries int) error {
	return e.pages(parquet.Encodings.RLEDict, func(page []byte, first, last int) []byte {
		if e.filter {
			for _, i := range e.indices[first:last] {
				e.known.add(e.words.hashes[i].Lo)
			}
		}
		return appendIndices(page, e.indices[first:last], entries)
	})
}

func setStatistics[T int32 | int64](meta *metadata.ColumnChunkMetaDataBuilder, values []T, nulls int64) {
	s := metadata.EncodedStatistics{HasNullCount: true, NullCount: nulls, Signed: true}
	if len(values) > 0 {
		least, most := values[0], values[0]
		for _, v := range values {
			least, most = min(least, v), max(most, v)
		}
		s.SetMin(appendPlain(nil, []T{least}))
		s.SetMax(appendPlain(nil, []T{most}))
	}
	meta.SetStats(s)
}

func (e *encoder) flags() error {
	e.bits = e.bits[:0]
	row := 0
	for _, col := range e.column {
		col := col.(*array.Boolean)
		for i := range col.Len() {
			if col.IsNull(i) {
				continue
			}
			v := col.Value(i)
			h := e.tally.flag(v)
			e.lanes.add(row+i, e.key, h, h)
			e.bits = append(e.bits, v)
		}
		row += col.Len()
	}
	return e.pages(parquet.Encodings.Plain, func(page []byte, first, last int) []byte {
		for i, v := range e.bits[first:last] {
			if i%8 == 0 {
				page = append(page, 0)
			}
			if v {
				page[len(page)-1] |= 1 << (i % 8)
			}
		}
		return page
	})
}

// appendValid appends the values that are not NULL.
func appendValid[T int64 | int32](out []T, col arrow.Array, values []T) []T {
	switch col.NullN() {
	case 0:
		return append(out, values...)
	case col.Len():
		return out
	}
	bitmap, offset := col.NullBitmapBytes(), col.Data().Offset()
	for row, v := range values {
		if bitutil.BitIsSet(bitmap, offset+row) {
			out = append(out, v)
		}
	}
	return out
}

// int64s views the values of a column whose physical type is a 64-bit integer.
func int64s(col arrow.Array) []int64 {
	switch col := col.(type) {
	case *array.Int64:
		return col.Int64Values()
	case *array.Decimal64:
		v := col.Values()
		return unsafe.Slice((*int64)(unsafe.SliceData(v)), len(v))
	case *array.Timestamp:
		v := col.TimestampValues()
		return unsafe.Slice((*int64)(unsafe.SliceData(v)), len(v))
	}
	return nil
}

// int32s views the values of a column whose physical type is a 32-bit integer: days count from 1970-01-01.
func int32s(col arrow.Array) []int32 {
	switch col := col.(type) {
	case *array.Int32:
		return col.Int32Values()
	case *array.Date32:
		v := col.Date32Values()
		return unsafe.Slice((*int32)(unsafe.SliceData(v)), len(v))
	}
	return nil
}
