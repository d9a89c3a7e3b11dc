package lake

import (
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/bitutil"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/zeebo/xxh3"
)

// dictionary collects the distinct texts of a row group. The encoder of the library would do so
// too, but allocates for every value; business rows mostly repeat the row before.
type dictionary struct {
	index   map[string]int32
	entries []string // in the order of their first appearance
	hashes  []uint64
	rows    []int32 // entry of each row; 0 for NULL
	valid   []byte
	nulls   int
}

// collect reads a column of a row group. It is not ok when too many values differ for a
// dictionary to pay, or when there are none.
func (d *dictionary) collect(column []arrow.Array, rows int) bool {
	if d.index == nil {
		d.index = make(map[string]int32)
	}
	clear(d.index)
	d.entries, d.hashes, d.rows, d.nulls = d.entries[:0], d.hashes[:0], d.rows[:0], 0
	d.valid = make([]byte, bitutil.BytesForBits(int64(rows)))
	for _, col := range column {
		if !d.add(col.(*array.String), rows/2) {
			return false
		}
	}
	return len(d.entries) > 0
}

func (d *dictionary) add(col *array.String, most int) bool {
	last, at := "", int32(-1)
	for row := range col.Len() {
		if col.IsNull(row) {
			d.rows = append(d.rows, 0)
			d.nulls++
			continue
		}
		if v := col.Value(row); at < 0 || v != last {
			var known bool
			if at, known = d.index[v]; !known {
				if len(d.entries) >= most {
					return false
				}
				at = int32(len(d.entries))
				d.index[v] = at
				d.entries = append(d.entries, v)
				d.hashes = append(d.hashes, xxh3.HashString(v))
			}
			last = v
		}
		bitutil.SetBit(d.valid, len(d.rows))
		d.rows = append(d.rows, at)
	}
	return true
}

// write hands entries and indices to a column whose writer has a dictionary.
func (d *dictionary) write(w *file.ByteArrayColumnChunkWriter, levels []int16) error {
	b := array.NewStringBuilder(memory.DefaultAllocator)
	defer b.Release()
	b.AppendValues(d.entries, nil)
	entries := b.NewArray()
	defer entries.Release()
	encoder, ok := w.CurrentEncoder().(interface{ PutDictionary(arrow.Array) error })
	if !ok {
		return fmt.Errorf("the encoder %T has no dictionary", w.CurrentEncoder())
	}
	if err := encoder.PutDictionary(entries); err != nil {
		return err
	}
	buffers := []*memory.Buffer{memory.NewBufferBytes(d.valid), memory.NewBufferBytes(arrow.Int32Traits.CastToBytes(d.rows))}
	data := array.NewData(arrow.PrimitiveTypes.Int32, len(d.rows), buffers, nil, d.nulls, 0)
	defer data.Release()
	indices := array.NewInt32Data(data)
	defer indices.Release()
	return w.WriteDictIndices(indices, levels, nil)
}

// check is the order-independent checksum of the values, as tally.text would count it.
func (d *dictionary) check() uint64 {
	var sum uint64
	for row, at := range d.rows {
		if bitutil.BitIsSet(d.valid, row) {
			sum += d.hashes[at]
		}
	}
	return sum
}

// forget lets go of the records that the texts point into.
func (d *dictionary) forget() {
	clear(d.index)
	clear(d.entries)
}
