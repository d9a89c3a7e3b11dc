package lake

import (
	"encoding/binary"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/zeebo/xxh3"
)

// The values of a key are spelled with a mark, texts with their length as well, so that no two
// keys spell the same bytes.
const (
	markNull  = 0
	markValue = 1
)

func valueWriter(col arrow.Array) func([]byte, int) []byte {
	value := bareWriter(col)
	switch col.NullN() {
	case col.Len():
		return func(b []byte, _ int) []byte { return append(b, markNull) }
	case 0:
		return value
	}
	return func(b []byte, row int) []byte {
		if col.IsNull(row) {
			return append(b, markNull)
		}
		return value(b, row)
	}
}

func bareWriter(col arrow.Array) func([]byte, int) []byte {
	if text, ok := col.(*array.String); ok {
		return func(b []byte, row int) []byte {
			v := text.Value(row)
			b = binary.AppendUvarint(append(b, markValue), uint64(len(v)))
			return append(b, v...)
		}
	}
	if flags, ok := col.(*array.Boolean); ok {
		return func(b []byte, row int) []byte {
			if flags.Value(row) {
				return append(b, markValue, 1)
			}
			return append(b, markValue, 0)
		}
	}
	if values := int32s(col); values != nil {
		return func(b []byte, row int) []byte {
			return binary.LittleEndian.AppendUint32(append(b, markValue), uint32(values[row]))
		}
	}
	values := int64s(col)
	return func(b []byte, row int) []byte {
		return binary.LittleEndian.AppendUint64(append(b, markValue), uint64(values[row]))
	}
}

// eachRowHash hashes each row of a record over the values of all columns in order, to tell rows of
// one relation apart.
func eachRowHash(rec arrow.RecordBatch, give func(int, rowHash)) {
	write := make([]func([]byte, int) []byte, rec.NumCols())
	for i, col := range rec.Columns() {
		write[i] = valueWriter(col)
	}
	buf := make([]byte, 0, 512)
	for row := range int(rec.NumRows()) {
		buf = buf[:0]
		for _, w := range write {
			buf = w(buf, row)
		}
		s := xxh3.Hash128(buf)
		give(row, rowHash{s.Hi, s.Lo, 1})
	}
}
