package extract

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/bitutil"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// keepRows copies the rows with the given numbers.
func keepRows(in arrow.Array, keep []int32) arrow.Array {
	valid := newBitmap(len(keep))
	for i, row := range keep {
		if in.IsNull(int(row)) {
			valid.clear(i)
		}
	}
	switch in := in.(type) {
	case *array.String:
		var out textColumn
		out.reset(len(keep))
		for _, row := range keep {
			if in.IsNull(int(row)) {
				out.null()
				continue
			}
			out.data = append(out.data, in.Value(int(row))...)
			out.endValue()
		}
		return out.array(len(keep))
	case *array.Boolean:
		bits := make([]byte, bitutil.BytesForBits(int64(len(keep))))
		for i, row := range keep {
			bitutil.SetBitTo(bits, i, in.IsValid(int(row)) && in.Value(int(row)))
		}
		return array.NewBooleanData(columnData(in.DataType(), len(keep), memory.NewBufferBytes(bits), valid))
	case *array.Date32:
		out := make([]int32, len(keep))
		for i, row := range keep {
			out[i] = int32(in.Value(int(row)))
		}
		return dayColumn(out, valid)
	case *array.Int32:
		out := make([]int32, len(keep))
		for i, row := range keep {
			out[i] = in.Value(int(row))
		}
		return wordColumn(in.DataType(), out, valid)
	}
	out := make([]int64, len(keep))
	values := in.Data().Buffers()[1]
	for i, row := range keep {
		if values != nil {
			out[i] = arrow.Int64Traits.CastFromBytes(values.Bytes())[in.Data().Offset()+int(row)]
		}
	}
	return longColumn(in.DataType(), out, valid)
}
