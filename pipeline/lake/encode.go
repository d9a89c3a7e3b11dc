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

// rowGroupRows is DuckDB's own row group size: its readers work a row group at a time. A page
// holds a whole column of it, but for long texts, whose pages end after about pageBytes.
const (
	rowGroupRows = 122_880
	pageBytes    = 1 << 20
)

// scratch holds one worker's buffers.
type scratch struct {
	page       []byte
	compressed bytes.Buffer
	valid      []byte
	longs      []int64
	days       []int32
	indices    []uint32
	lengths    []int32
	words      words
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
	filter bool // of texts: whether the chunk has a Bloom filter
	least  string
	most   string
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
	e := encoder{scratch: s, chunk: ch, filter: lookedUp(c.Name), kind: c.Type, plan: p, key: keyOf(i), lanes: lanes, rows: rows}
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

// begin starts a page with the levels of all rows.
func (e *encoder) begin() {
	e.page = appendLevels(e.page[:0], e.valid, e.rows, int(e.tally.nulls))
}

func (e *encoder) end(encoding parquet.Encoding) error {
	return e.chunk.page(e.page, e.rows, encoding, &e.compressed)
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
			e.begin()
			e.page = appendIndices(e.page, e.indices, len(dict.entries))
			return out, e.end(parquet.Encodings.RLEDict)
		}
	}
	e.begin()
	if e.plan == planPlain {
		e.page = appendPlain(e.page, out)
	} else {
		e.page = appendDeltas(e.page, out)
	}
	return out, e.end(e.plan.values(e.kind))
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
	e.begin()
	at, row := 0, 0
	for _, col := range e.column {
		col := col.(*array.Boolean)
		for i := range col.Len() {
			if col.IsNull(i) {
				continue
			}
			v := col.Value(i)
			h := e.tally.flag(v)
			e.lanes.add(row+i, e.key, h, h)
			if at%8 == 0 {
				e.page = append(e.page, 0)
			}
			if v {
				e.page[len(e.page)-1] |= 1 << (at % 8)
			}
			at++
		}
		row += col.Len()
	}
	return e.end(parquet.Encodings.Plain)
}

// texts writes texts; minima and maxima are left out: they cost a comparison per value, and rows
// are not sorted by text.
func (e *encoder) texts() error {
	if e.plan == planDictionary && e.tally.nulls < e.tally.rows && e.collectWords() {
		defer e.words.reset()
		if err := e.chunk.dictionaryPage(e.words.page(e.page[:0]), len(e.words.entries)); err != nil {
			return err
		}
		if e.filter {
			e.chunk.filtered(int64(len(e.words.entries)))
			for _, v := range e.words.entries {
				e.remember(v)
			}
			e.setExtremes()
		}
		e.begin()
		e.page = appendIndices(e.page, e.indices, len(e.words.entries))
		row := 0
		e.eachText(0, e.rows, func(i int, _ string) {
			h := e.words.hashes[e.indices[row]]
			row++
			e.tally.check += h.Lo
			e.lanes.add(i, e.key, h.Lo, h.Hi)
		})
		return e.end(parquet.Encodings.RLEDict)
	}
	if e.filter {
		e.chunk.filtered(e.tally.rows - e.tally.nulls)
	}
	for from := 0; from < e.rows; {
		to, err := e.textPage(from)
		if err != nil {
			return err
		}
		from = to
	}
	if e.filter {
		e.setExtremes()
	}
	return nil
}

// remember puts a text into the Bloom filter, if the chunk has one, and widens its range.
func (e *encoder) remember(v string) {
	if bloom := e.chunk.bloom; bloom != nil {
		bloom.InsertHash(metadata.GetHash(bloom.Hasher(), parquet.ByteArray(unsafe.Slice(unsafe.StringData(v), len(v)))))
		e.least, e.most = extremes(e.least, e.most, v)
	}
}

// setExtremes states the range of the texts: readers ask a Bloom filter only beside statistics. Where
// all are NULL it is that of the empty text, which no id is, so that they need not look there either.
func (e *encoder) setExtremes() {
	s := metadata.EncodedStatistics{HasNullCount: true, NullCount: e.tally.nulls}
	s.SetMin([]byte(e.least))
	s.SetMax([]byte(e.most))
	e.chunk.meta.SetStats(s)
}

// extremes widens a range of texts, in byte order; one without a largest is empty yet.
func extremes(least, most, v string) (string, string) {
	if most == "" {
		return v, v
	}
	return min(least, v), max(most, v)
}

// collectWords is not ok where too many words differ for a dictionary to pay.
func (e *encoder) collectWords() bool {
	e.words.reset()
	e.indices = e.indices[:0]
	last, at := "", uint32(0)
	for _, col := range e.column {
		col := col.(*array.String)
		nulls := col.NullN() > 0
		for row := range col.Len() {
			if nulls && col.IsNull(row) {
				continue
			}
			if v := col.Value(row); v != last || len(e.indices) == 0 {
				last, at = v, e.words.find(v)
			}
			e.indices = append(e.indices, at)
		}
		if len(e.words.entries) > e.rows/2 {
			e.words.reset()
			return false
		}
	}
	return true
}

// textPage writes the texts from a row on as DELTA_LENGTH_BYTE_ARRAY: all lengths, then all
// bytes. It ends after about pageBytes, at a multiple of 8 rows, so that levels need no shifting.
func (e *encoder) textPage(from int) (to int, err error) {
	const step = 1024
	e.lengths = e.lengths[:0]
	size := 0
	for to = from; to < e.rows && size < pageBytes; {
		next := min(e.rows, to+step)
		e.eachText(to, next, func(row int, v string) {
			e.lengths = append(e.lengths, int32(len(v)))
			size += len(v)
		})
		to = next
	}
	nulls := to - from - len(e.lengths)
	var valid []byte
	if nulls > 0 {
		valid = e.valid
		if valid != nil && len(e.lengths) > 0 {
			valid = valid[from/8:]
		}
	}
	e.page = appendLevels(e.page[:0], valid, to-from, nulls)
	e.page = appendDeltas(e.page, e.lengths)
	e.eachText(from, to, func(row int, v string) {
		text := unsafe.Slice(unsafe.StringData(v), len(v))
		h := e.tally.text(text)
		e.lanes.add(row, e.key, h.Lo, h.Hi)
		e.page = append(e.page, text...)
		e.remember(v)
	})
	return to, e.chunk.page(e.page, to-from, e.plan.values(Text), &e.compressed)
}

// eachText calls do with the texts of the rows that are not NULL.
func (e *encoder) eachText(from, to int, do func(row int, v string)) {
	base := 0
	for _, col := range e.column {
		col := col.(*array.String)
		n := col.Len()
		nulls := col.NullN() > 0
		for i := max(0, from-base); i < min(n, to-base); i++ {
			if !nulls || col.IsValid(i) {
				do(base+i, col.Value(i))
			}
		}
		base += n
	}
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
