package extract

import (
	"bytes"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

const (
	batchRows  = 16 << 10
	batchBytes = 16 << 20 // a record is cut early when its text is long: offsets are 32 bits
)

// textBatch collects rows of text and hands them over as a record. It writes Arrow's layout
// itself: at file speed the generic builders cost more than the scanning.
type textBatch struct {
	schema *arrow.Schema
	cols   []textColumn // the asked columns
	files  []fileRun    // FileColumn
	lines  []int64
	limit  int // rows of a record
	bytes  int // of the cells since the last flush
	memory *recycler
}

// fileRun is a run of rows that come from one file.
type fileRun struct {
	name string
	rows int
}

// newTextBatch makes a batch of the asked columns and the two that locate a row.
// Their memory is that of records released before, if there is a recycler.
func newTextBatch(columns []string, limit int64, from *recycler) *textBatch {
	fields := make([]arrow.Field, 0, len(columns)+2)
	for _, name := range columns {
		fields = append(fields, arrow.Field{Name: name, Type: arrow.BinaryTypes.String, Nullable: true})
	}
	fields = append(fields,
		arrow.Field{Name: FileColumn, Type: arrow.BinaryTypes.String},
		arrow.Field{Name: LineColumn, Type: arrow.PrimitiveTypes.Int64})
	b := &textBatch{schema: arrow.NewSchema(fields, nil), limit: batchRows, memory: from}
	if limit > 0 && limit < batchRows {
		b.limit = int(limit)
	}
	b.cols = make([]textColumn, len(columns))
	for i := range b.cols {
		b.cols[i].memory = from
	}
	b.reset()
	return b
}

func (b *textBatch) reset() {
	for i := range b.cols {
		b.cols[i].reset(b.limit)
	}
	b.lines = b.memory.int64s(b.limit)
	b.files, b.bytes = b.files[:0], 0
}

// endRow finishes a row after every asked column has got its value. It says whether the batch
// is full.
func (b *textBatch) endRow(file string, line int64) bool {
	if n := len(b.files); n == 0 || b.files[n-1].name != file {
		b.files = append(b.files, fileRun{name: file})
	}
	b.files[len(b.files)-1].rows++
	b.lines = append(b.lines, line)
	return len(b.lines) >= b.limit || b.bytes > batchBytes
}

func (b *textBatch) value(column int, text []byte) {
	b.cols[column].value(text)
	b.bytes += len(text)
}

func (b *textBatch) null(column int) { b.cols[column].null() }

func (b *textBatch) rows() int { return len(b.lines) }

// flush hands the rows over and starts anew.
func (b *textBatch) flush() arrow.RecordBatch {
	n := len(b.lines)
	arrays := make([]arrow.Array, 0, len(b.cols)+2)
	for i := range b.cols {
		arrays = append(arrays, b.cols[i].array(n))
	}
	arrays = append(arrays, b.fileNames(n))
	lines := b.memory.buffer(arrow.Int64Traits.CastToBytes(b.lines))
	data := array.NewData(arrow.PrimitiveTypes.Int64, n, []*memory.Buffer{nil, lines}, nil, 0, 0)
	lines.Release()
	arrays = append(arrays, array.NewInt64Data(data))
	data.Release()
	rec := array.NewRecordBatch(b.schema, arrays, int64(n))
	for _, a := range arrays {
		a.Release()
	}
	b.reset()
	return rec
}

// fileNames repeats the name of each file.
func (b *textBatch) fileNames(rows int) arrow.Array {
	size := 0
	for _, r := range b.files {
		size += len(r.name) * r.rows
	}
	c := textColumn{memory: b.memory, data: b.memory.bytes(size), offsets: append(b.memory.int32s(rows+1), 0)}
	for _, r := range b.files {
		for range r.rows {
			c.data = append(c.data, r.name...)
			c.endValue()
		}
	}
	return c.array(rows)
}

// textColumn is one Arrow string array in the making.
type textColumn struct {
	data    []byte
	offsets []int32
	valid   []byte // one bit per row, cleared for NULL; nil as long as there is none
	nulls   int
	memory  *recycler
}

// reset forgets the handed-over memory, and expects about as much text as last time, at first
// eight bytes per value: growing costs more than reserving.
func (c *textColumn) reset(rows int) {
	*c = textColumn{
		data:    c.memory.bytes(max(8*rows, len(c.data)+len(c.data)/8)),
		offsets: append(c.memory.int32s(rows+1), 0),
		memory:  c.memory,
	}
}

// value appends a text. A short one, which most are, is copied as sixteen bytes wherever there are
// as many behind it, of which the next text overwrites those that are not its own.
func (c *textColumn) value(text []byte) {
	const word = 16
	at := len(c.data)
	if len(text) <= word && cap(text) >= word && cap(c.data)-at >= word {
		*(*[word]byte)(c.data[at : at+word]) = *(*[word]byte)(text[:word])
		c.data = c.data[:at+len(text)]
	} else {
		c.data = append(c.data, text...)
	}
	c.endValue()
}

func (c *textColumn) endValue() { c.offsets = append(c.offsets, int32(len(c.data))) }

func (c *textColumn) null() {
	c.clear(len(c.offsets) - 1)
	c.endValue()
}

// clear marks a row as NULL.
func (c *textColumn) clear(row int) {
	for row>>3 >= len(c.valid) {
		c.valid = append(c.valid, bytes.Repeat([]byte{0xff}, validBytes)...)
	}
	c.valid[row>>3] &^= 1 << (row & 7)
	c.nulls++
}

// validBytes is how many a validity bitmap grows by: enough for a usual record.
const validBytes = batchRows / 8

func (c *textColumn) array(rows int) arrow.Array {
	buffers := []*memory.Buffer{
		nil,
		c.memory.buffer(arrow.Int32Traits.CastToBytes(c.offsets)),
		c.memory.buffer(c.data),
	}
	if c.valid != nil {
		buffers[0] = memory.NewBufferBytes(c.valid)
	}
	data := array.NewData(arrow.BinaryTypes.String, rows, buffers, nil, c.nulls, 0)
	defer data.Release()
	buffers[1].Release()
	buffers[2].Release()
	return array.NewStringData(data)
}
