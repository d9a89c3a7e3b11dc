package extract

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/bitutil"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// wire says how the values of one column of a result become values of a record. The zero wire is
// for values that come as the text that a Source gives.
type wire struct {
	// typed gives a value as stored says: unscaled, in days or microseconds since 1970-01-01, 1 for
	// true. It is false for a value that stored cannot hold exactly: that one is given as text.
	typed  func(v []byte) (int64, bool)
	stored arrow.DataType // nil: values are given as text only
	// text appends a value's exact text; nil: the bytes are that text.
	text func(dst, v []byte) []byte
}

// valueColumn is one column of a record in the making.
type valueColumn struct {
	wire
	textColumn
	bits     int     // of a typed value: 64, 32, 1
	longs    []int64 // typed values of 64 bits
	words    []int32 // of 32
	flags    []byte  // of 1
	rows     int
	textRows int // rows for which the column stays text, after a value that did not fit
}

// fate is what became of a value.
type fate int

const (
	added   fate = iota
	misfit       // it does not fit the type; nothing was added
	unclean      // its bytes are no text; nothing was added
)

func newColumn(w wire, from *recycler) valueColumn {
	c := valueColumn{wire: w, textColumn: textColumn{memory: from}}
	if w.stored != nil {
		c.bits = w.stored.(arrow.FixedWidthDataType).BitWidth()
	}
	return c
}

func (c *valueColumn) isTyped() bool { return c.bits > 0 && c.textRows == 0 }

// begin starts a record of at most so many rows.
func (c *valueColumn) begin(rows int) {
	c.textRows = max(0, c.textRows-c.rows)
	c.rows = 0
	if !c.isTyped() {
		c.textColumn.reset(rows)
		return
	}
	c.valid, c.nulls = nil, 0
	switch c.bits {
	case 64:
		c.longs = c.memory.int64s(rows)
	case 32:
		c.words = c.memory.int32s(rows)
	default:
		c.flags = make([]byte, bitutil.BytesForBits(int64(rows)))
	}
}

// add appends a value, nil for NULL.
func (c *valueColumn) add(v []byte) fate {
	if !c.isTyped() {
		return c.addText(v)
	}
	var n int64
	if v == nil {
		c.clear(c.rows)
	} else {
		var fits bool
		if n, fits = c.typed(v); !fits {
			return misfit
		}
	}
	switch c.bits {
	case 64:
		c.longs = append(c.longs, n)
	case 32:
		c.words = append(c.words, int32(n))
	default:
		if n != 0 {
			bitutil.SetBit(c.flags, c.rows)
		}
	}
	c.rows++
	return added
}

func (c *valueColumn) addText(v []byte) fate {
	switch {
	case v == nil:
		c.null()
	case c.text != nil:
		c.data = c.text(c.data, v)
		c.endValue()
	case !isCleanValue(v):
		return unclean
	default:
		c.value(v)
	}
	c.rows++
	return added
}

// drop takes the last value back.
func (c *valueColumn) drop() {
	c.rows--
	if c.valid != nil && !bitutil.BitIsSet(c.valid, c.rows) { // a row is valid until it is cleared
		c.nulls--
		bitutil.SetBit(c.valid, c.rows)
	}
	if !c.isTyped() {
		c.offsets = c.offsets[:len(c.offsets)-1]
		c.data = c.data[:c.offsets[len(c.offsets)-1]]
		return
	}
	switch c.bits {
	case 64:
		c.longs = c.longs[:c.rows]
	case 32:
		c.words = c.words[:c.rows]
	default:
		bitutil.ClearBit(c.flags, c.rows)
	}
}

// dataType is that of the record in the making.
func (c *valueColumn) dataType() arrow.DataType {
	if c.isTyped() {
		return c.stored
	}
	return arrow.BinaryTypes.String
}

// finish gives the values that were added.
func (c *valueColumn) finish() arrow.Array {
	if !c.isTyped() {
		return c.textColumn.array(c.rows)
	}
	values := c.flags
	switch c.bits {
	case 64:
		values = arrow.Int64Traits.CastToBytes(c.longs)
	case 32:
		values = arrow.Int32Traits.CastToBytes(c.words)
	}
	buffers := []*memory.Buffer{nil, c.memory.buffer(values)}
	if c.nulls > 0 {
		buffers[0] = memory.NewBufferBytes(c.valid)
	}
	data := array.NewData(c.stored, c.rows, buffers, nil, c.nulls, 0)
	defer data.Release()
	buffers[1].Release()
	return array.MakeFromData(data)
}
