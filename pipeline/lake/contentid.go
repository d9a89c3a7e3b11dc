package lake

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/zeebo/xxh3"
)

// rowHash is the sum modulo 2^128 of one 128-bit hash per row: the order of rows does not
// matter, their number of occurrences does.
type rowHash struct {
	hi, lo uint64
	rows   uint64
}

func (h *rowHash) add(o rowHash) {
	lo, carry := bits.Add64(h.lo, o.lo, 0)
	hi, _ := bits.Add64(h.hi, o.hi, carry)
	h.hi, h.lo, h.rows = hi, lo, h.rows+o.rows
}

func (h *rowHash) subtract(o rowHash) {
	lo, borrow := bits.Sub64(h.lo, o.lo, 0)
	hi, _ := bits.Sub64(h.hi, o.hi, borrow)
	h.hi, h.lo, h.rows = hi, lo, h.rows-o.rows
}

// hashRows hashes each row of a record over the values of all columns in order. A value is
// written with a mark, text with its length as well, so that no two rows spell the same bytes.
func hashRows(rec arrow.RecordBatch) rowHash {
	var h rowHash
	eachRowHash(rec, func(_ int, row rowHash) { h.add(row) })
	return h
}

func eachRowHash(rec arrow.RecordBatch, give func(int, rowHash)) {
	n := int(rec.NumRows())
	write := make([]func([]byte, int) []byte, rec.NumCols())
	for i, col := range rec.Columns() {
		write[i] = valueWriter(col)
	}
	buf := make([]byte, 0, 512)
	for row := range n {
		buf = buf[:0]
		for _, w := range write {
			buf = w(buf, row)
		}
		s := xxh3.Hash128(buf)
		give(row, rowHash{s.Hi, s.Lo, 1})
	}
}

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

// contentID closes the hash over the relation's columns, the seeds in order, and the rows.
func contentID(rel Relation, seeds []string, h rowHash) string {
	var b strings.Builder
	fmt.Fprintf(&b, "lake %d\n%q\n", contentVersion, rel.Name)
	for _, c := range rel.Columns {
		fmt.Fprintf(&b, "%q %d\n", c.Name, c.Type)
	}
	for _, s := range seeds {
		fmt.Fprintf(&b, "seed %q\n", s)
	}
	fmt.Fprintf(&b, "%d %016x%016x\n", h.rows, h.hi, h.lo)
	id := xxh3.HashString128(b.String())
	return fmt.Sprintf("%016x%016x", id.Hi, id.Lo)
}
