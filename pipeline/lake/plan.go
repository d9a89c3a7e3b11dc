package lake

import (
	"bytes"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
)

// plan is how the values of a column are written. It is made from the first rows of a relation
// and holds for all its files; where the rows after them break its promise, a row group may do
// without its dictionary.
type plan int

const (
	planPlain      plan = iota // as in memory
	planDelta                  // DELTA_BINARY_PACKED
	planDictionary             // a dictionary; without one, deltas of integers, or lengths and bytes of texts
	planLengths                // DELTA_LENGTH_BYTE_ARRAY
)

// values is the encoding of pages without a dictionary, as the footer states it.
func (p plan) values(t Type) parquet.Encoding {
	switch {
	case t == Text:
		return parquet.Encodings.DeltaLengthByteArray
	case p == planPlain:
		return parquet.Encodings.Plain
	}
	return parquet.Encodings.DeltaBinaryPacked
}

// planRows is how many rows a plan looks at.
const planRows = 8192

func makePlans(columns []Column, group []arrow.RecordBatch) []plan {
	plans := make([]plan, len(columns))
	var longs []int64
	var days []int32
	var longDict numbers[int64]
	var dayDict numbers[int32]
	for i, c := range columns {
		var some []arrow.Array
		for _, rec := range group {
			some = append(some, rec.Column(i))
		}
		switch c.Type.Arrow().ID() {
		case arrow.STRING:
			plans[i] = planTexts(some)
		case arrow.BOOL:
			plans[i] = planPlain
		case arrow.DATE32, arrow.INT32:
			days = sample(days, some, int32s)
			plans[i] = planIntegers(days, &dayDict)
		default:
			longs = sample(longs, some, int64s)
			plans[i] = planIntegers(longs, &longDict)
		}
	}
	return plans
}

func sample[T int32 | int64](out []T, column []arrow.Array, values func(arrow.Array) []T) []T {
	out = out[:0]
	for _, col := range column {
		if len(out) < planRows {
			out = appendValid(out, col, values(col))
		}
	}
	return out[:min(len(out), planRows)]
}

// planIntegers takes deltas, which cost the least time, unless a dictionary or the plain integers
// are much smaller once compressed: amounts in whole cents with four places repeat in their low
// bytes, which only the compressor sees.
func planIntegers[T int32 | int64](values []T, dict *numbers[T]) plan {
	if len(values) == 0 {
		return planDelta
	}
	best, size := planDelta, packedSize(appendDeltas(nil, values))
	smaller := func(n int) bool { return 5*n < 4*size && n+len(values)/4 < size }
	dict.reset()
	if indices, few := dict.collect(nil, values); few && 4*len(dict.entries) < len(values) {
		if n := packedSize(appendIndices(nil, indices, len(dict.entries))) + packedSize(appendPlain(nil, dict.entries)); smaller(n) {
			best, size = planDictionary, n
		}
	}
	if n := packedSize(appendPlain(nil, values)); smaller(n) {
		best = planPlain
	}
	return best
}

func packedSize(page []byte) int {
	codec, err := compress.GetCodec(compress.Codecs.Zstd)
	if err != nil {
		return len(page)
	}
	var out bytes.Buffer
	out.Grow(int(codec.CompressBound(int64(len(page)))))
	return len(codec.EncodeLevel(out.Bytes(), page, zstdLevel))
}

// planTexts takes a dictionary where the first texts repeat themselves.
func planTexts(column []arrow.Array) plan {
	const often = 4
	seen := make(map[string]struct{})
	rows := 0
	for _, col := range column {
		col := col.(*array.String)
		for row := 0; row < col.Len() && rows < planRows; row++ {
			rows++
			seen[col.Value(row)] = struct{}{}
		}
	}
	if len(seen)*often <= rows {
		return planDictionary
	}
	return planLengths
}
