package lake

import (
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/bitutil"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// rowBuffer gathers single rows of many records. It knows three layouts: values of a fixed width,
// texts and flags; so it takes every type that the lake stores.
type rowBuffer struct {
	schema  *arrow.Schema
	columns []columnBuffer
	rows    int
}

type columnBuffer struct {
	width int     // bytes of a value; 0 for texts; flags are a byte here
	flags bool    // stored as bits in the record
	data  []byte  // values, texts one after the other
	ends  []int32 // texts: where each ends
	valid []byte  // a bit per row
	nulls int
}

func newRowBuffer(schema *arrow.Schema) *rowBuffer {
	b := &rowBuffer{schema: schema, columns: make([]columnBuffer, schema.NumFields())}
	for i, f := range schema.Fields() {
		c := &b.columns[i]
		switch t := f.Type.(type) {
		case *arrow.BooleanType:
			c.width, c.flags = 1, true
		case arrow.FixedWidthDataType:
			c.width = t.Bytes()
		}
	}
	return b
}

// add appends some rows of a record of the buffer's schema.
func (b *rowBuffer) add(rec arrow.RecordBatch, rows []int32) error {
	for i := range b.columns {
		if err := b.columns[i].add(rec.Column(i), rows, b.rows); err != nil {
			return fmt.Errorf("gather column %s: %w", b.schema.Field(i).Name, err)
		}
	}
	b.rows += len(rows)
	return nil
}

func (c *columnBuffer) add(col arrow.Array, rows []int32, before int) error {
	c.mark(col, rows, before)
	if flags, ok := col.(*array.Boolean); ok {
		for _, row := range rows {
			v := byte(0)
			if flags.IsValid(int(row)) && flags.Value(int(row)) {
				v = 1
			}
			c.data = append(c.data, v)
		}
		return nil
	}
	if text, ok := col.(*array.String); ok {
		for _, row := range rows {
			if text.IsValid(int(row)) {
				c.data = append(c.data, text.Value(int(row))...)
			}
			c.ends = append(c.ends, int32(len(c.data)))
		}
		return nil
	}
	values := col.Data().Buffers()[1]
	switch {
	case c.width == 0:
		return fmt.Errorf("no layout for %s", col.DataType())
	case values == nil: // only NULLs
		c.data = append(c.data, make([]byte, c.width*len(rows))...)
		return nil
	}
	offset, bytes := col.Data().Offset(), values.Bytes()
	switch c.width {
	case 8:
		for _, row := range rows {
			at := (offset + int(row)) * 8
			c.data = append(c.data, bytes[at:at+8]...)
		}
	default:
		for _, row := range rows {
			at := (offset + int(row)) * c.width
			c.data = append(c.data, bytes[at:at+c.width]...)
		}
	}
	return nil
}

// mark notes which of the rows are NULL.
func (c *columnBuffer) mark(col arrow.Array, rows []int32, before int) {
	after := before + len(rows)
	for len(c.valid)*8 < after {
		c.valid = append(c.valid, 0)
	}
	if col.NullN() == 0 {
		bitutil.SetBitsTo(c.valid, int64(before), int64(len(rows)), true)
		return
	}
	for i, row := range rows {
		if col.IsValid(int(row)) {
			bitutil.SetBit(c.valid, before+i)
		} else {
			c.nulls++
		}
	}
}

// put appends one value as it is stored; a flag is a byte.
func (c *columnBuffer) put(value []byte) {
	row := c.grow()
	bitutil.SetBit(c.valid, row)
	c.data = append(c.data, value...)
	if c.width == 0 {
		c.ends = append(c.ends, int32(len(c.data)))
	}
}

// putNull appends a NULL.
func (c *columnBuffer) putNull() {
	c.grow()
	c.nulls++
	c.data = append(c.data, make([]byte, c.width)...)
	if c.width == 0 {
		c.ends = append(c.ends, int32(len(c.data)))
	}
}

// grow makes room for the validity of the next row and gives its number.
func (c *columnBuffer) grow() int {
	row := len(c.ends)
	if c.width > 0 {
		row = len(c.data) / c.width
	}
	if row/8 == len(c.valid) {
		c.valid = append(c.valid, 0)
	}
	return row
}

// take gives the rows as a record and starts anew.
func (b *rowBuffer) take() arrow.RecordBatch {
	columns := make([]arrow.Array, len(b.columns))
	for i := range b.columns {
		columns[i] = b.columns[i].array(b.schema.Field(i).Type, b.rows)
	}
	rec := array.NewRecordBatch(b.schema, columns, int64(b.rows))
	for i, col := range columns {
		col.Release()
		b.columns[i] = columnBuffer{width: b.columns[i].width, flags: b.columns[i].flags}
	}
	b.rows = 0
	return rec
}

func (c *columnBuffer) array(t arrow.DataType, rows int) arrow.Array {
	buffers := []*memory.Buffer{memory.NewBufferBytes(c.valid), memory.NewBufferBytes(c.data)}
	switch {
	case c.flags:
		bits := make([]byte, bitutil.BytesForBits(int64(rows)))
		for row, v := range c.data {
			bitutil.SetBitTo(bits, row, v != 0)
		}
		buffers[1] = memory.NewBufferBytes(bits)
	case c.width == 0:
		offsets := append(make([]int32, 1, rows+1), c.ends...)
		buffers = []*memory.Buffer{buffers[0], memory.NewBufferBytes(arrow.Int32Traits.CastToBytes(offsets)), buffers[1]}
	}
	data := array.NewData(t, rows, buffers, nil, c.nulls, 0)
	defer data.Release()
	return array.MakeFromData(data)
}
