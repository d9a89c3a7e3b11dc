package lake

import (
	"fmt"
	"unsafe"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/file"
)

// rowGroupRows is DuckDB's own row group size: its readers work a row group at a time. A page
// holds a whole column of it, but for long texts, whose pages end after about pageBytes.
const (
	rowGroupRows = 122_880
	pageBytes    = 1 << 20
)

// writerProperties are the same for every file of a relation. Minima and maxima of text are
// left out: they cost a comparison per value, and rows are not sorted by text.
func writerProperties(columns []Column, dictionary []bool) *parquet.WriterProperties {
	props := []parquet.WriterProperty{
		parquet.WithVersion(parquet.V2_LATEST),
		parquet.WithCreatedBy("pharos"),
		parquet.WithCompression(compress.Codecs.Zstd),
		parquet.WithCompressionLevel(1),
		parquet.WithDictionaryDefault(false),
		// Pages end where encodeColumn ends them. Left to the library, a page could end with the
		// row group's last value, and the flush after it would have nothing to flush and panic.
		parquet.WithDataPageSize(1 << 30),
	}
	for i, c := range columns {
		if c.Type == Text {
			props = append(props, parquet.WithStatsFor(c.Name, false), parquet.WithDictionaryFor(c.Name, dictionary[i]))
		}
	}
	return parquet.NewWriterProperties(props...)
}

// dictionaries decides per text column whether a dictionary pays: it does when the first rows
// repeat themselves. Numbers stay plain, where zstd and readers are fastest.
func dictionaries(columns []Column, group []arrow.RecordBatch) []bool {
	const sample, repeats = 8192, 4
	out := make([]bool, len(columns))
	for i, c := range columns {
		if c.Type != Text {
			continue
		}
		seen := make(map[string]struct{})
		rows := 0
		for _, rec := range group {
			col := rec.Column(i).(*array.String)
			for row := 0; row < col.Len() && rows < sample; row++ {
				rows++
				seen[col.Value(row)] = struct{}{}
			}
		}
		out[i] = len(seen)*repeats <= rows
	}
	return out
}

// scratch holds one worker's buffers for a column of a row group.
type scratch struct {
	levels []int16
	longs  []int64
	days   []int32
	flags  []bool
	texts  []parquet.ByteArray
	words  dictionary
}

// encodeColumn writes column i of a row group and counts what it wrote. It ends the page, so that
// compression runs here, in the worker, and not where the row group is closed.
func encodeColumn(w file.ColumnChunkWriter, c Column, dictionary bool, group []arrow.RecordBatch, i int, s *scratch) (tally, error) {
	var t tally
	column := make([]arrow.Array, len(group))
	s.levels = s.levels[:0]
	for r, rec := range group {
		column[r] = rec.Column(i)
		s.levels = appendLevels(s.levels, column[r])
		t.rows += rec.NumRows()
		t.nulls += int64(column[r].NullN())
	}
	var err error
	switch w := w.(type) {
	case *file.Int64ColumnChunkWriter:
		err = s.writeLongs(w, column, c.Type.summed(), &t)
	case *file.Int32ColumnChunkWriter:
		err = s.writeDays(w, column, c.Type.summed(), &t)
	case *file.BooleanColumnChunkWriter:
		err = s.writeFlags(w, column, &t)
	case *file.ByteArrayColumnChunkWriter:
		if dictionary && s.words.collect(column, len(s.levels)) {
			t.check = s.words.check()
			err = s.words.write(w, s.levels)
			s.words.forget()
		} else {
			err = s.writeTexts(w, column, &t)
		}
	default:
		err = fmt.Errorf("no encoder for %T", w)
	}
	if err == nil {
		err = endPage(w)
	}
	if err != nil {
		return t, fmt.Errorf("encode column %s: %w", c.Name, err)
	}
	return t, nil
}

func (s *scratch) writeLongs(w *file.Int64ColumnChunkWriter, column []arrow.Array, summed bool, t *tally) error {
	s.longs = s.longs[:0]
	for _, col := range column {
		s.longs = appendValid(s.longs, col, int64s(col))
	}
	for _, v := range s.longs {
		t.number(v, summed)
	}
	_, err := w.WriteBatch(s.longs, s.levels, nil)
	return err
}

func (s *scratch) writeDays(w *file.Int32ColumnChunkWriter, column []arrow.Array, summed bool, t *tally) error {
	s.days = s.days[:0]
	for _, col := range column {
		s.days = appendValid(s.days, col, int32s(col))
	}
	for _, v := range s.days {
		t.number(int64(v), summed)
	}
	_, err := w.WriteBatch(s.days, s.levels, nil)
	return err
}

func (s *scratch) writeFlags(w *file.BooleanColumnChunkWriter, column []arrow.Array, t *tally) error {
	s.flags = s.flags[:0]
	for _, col := range column {
		s.flags = appendFlags(s.flags, col.(*array.Boolean))
	}
	for _, v := range s.flags {
		t.flag(v)
	}
	_, err := w.WriteBatch(s.flags, s.levels, nil)
	return err
}

// writeTexts writes texts without a dictionary of ours, all but the last page ended.
func (s *scratch) writeTexts(w *file.ByteArrayColumnChunkWriter, column []arrow.Array, t *tally) error {
	s.texts = s.texts[:0]
	for _, col := range column {
		s.texts = appendTexts(s.texts, col.(*array.String))
	}
	defer clear(s.texts) // they point into the records
	value, firstValue, firstRow, size := 0, 0, 0, 0
	for row, level := range s.levels {
		if size >= pageBytes {
			if _, err := w.WriteBatch(s.texts[firstValue:value], s.levels[firstRow:row], nil); err != nil {
				return err
			}
			if err := endPage(w); err != nil {
				return err
			}
			firstValue, firstRow, size = value, row, 0
		}
		if level > 0 {
			t.text(s.texts[value])
			size += len(s.texts[value])
			value++
		}
	}
	_, err := w.WriteBatch(s.texts[firstValue:], s.levels[firstRow:], nil)
	return err
}

// endPage compresses what was written since the last page; there must be something.
func endPage(w file.ColumnChunkWriter) error {
	if w, ok := w.(interface{ FlushCurrentPage() error }); ok {
		return w.FlushCurrentPage()
	}
	return nil
}

// appendLevels appends a definition level per row: 1 for a value, 0 for NULL.
func appendLevels(levels []int16, col arrow.Array) []int16 {
	start := len(levels)
	if col.NullN() == col.Len() {
		return append(levels, make([]int16, col.Len())...)
	}
	for range col.Len() {
		levels = append(levels, 1)
	}
	if col.NullN() > 0 {
		for row := range col.Len() {
			if col.IsNull(row) {
				levels[start+row] = 0
			}
		}
	}
	return levels
}

// appendValid appends the values that are not NULL.
func appendValid[T int64 | int32](out []T, col arrow.Array, values []T) []T {
	switch col.NullN() {
	case 0:
		return append(out, values...)
	case col.Len():
		return out
	}
	for row, v := range values {
		if col.IsValid(row) {
			out = append(out, v)
		}
	}
	return out
}

func appendTexts(out []parquet.ByteArray, col *array.String) []parquet.ByteArray {
	if col.NullN() == col.Len() {
		return out
	}
	for row := range col.Len() {
		if col.IsValid(row) {
			v := col.Value(row)
			out = append(out, unsafe.Slice(unsafe.StringData(v), len(v)))
		}
	}
	return out
}

func appendFlags(out []bool, col *array.Boolean) []bool {
	for row := range col.Len() {
		if col.IsValid(row) {
			out = append(out, col.Value(row))
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
