package lake

import (
	"encoding/binary"
	"math/bits"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/bitutil"
)

// The encodings of the Parquet format that the lake's pages use.

// appendLevels appends the definition levels of the rows: 1 for a value, 0 for NULL. valid has a
// bit per row and is read only when some are NULL and some are not.
func appendLevels(page []byte, valid []byte, rows, nulls int) []byte {
	at := len(page)
	page = append(page, 0, 0, 0, 0) // the length, filled in below
	switch nulls {
	case 0:
		page = append(binary.AppendUvarint(page, uint64(rows)<<1), 1)
	case rows:
		page = append(binary.AppendUvarint(page, uint64(rows)<<1), 0)
	default:
		groups := bitutil.BytesForBits(int64(rows))
		page = binary.AppendUvarint(page, uint64(groups)<<1|1)
		page = append(page, valid[:groups]...)
	}
	binary.LittleEndian.PutUint32(page[at:], uint32(len(page)-at-4))
	return page
}

// validBits collects the validity of a column over the records of a row group.
func validBits(bitmap []byte, column []arrow.Array, rows int) []byte {
	bitmap = sized(bitmap, int(bitutil.BytesForBits(int64(rows))))
	bitmap[len(bitmap)-1] = 0 // bits behind the last row are part of the page
	at := 0
	for _, col := range column {
		n := col.Len()
		switch {
		case col.NullN() == 0:
			bitutil.SetBitsTo(bitmap, int64(at), int64(n), true)
		case col.NullN() == n:
			bitutil.SetBitsTo(bitmap, int64(at), int64(n), false)
		default:
			bitutil.CopyBitmap(col.NullBitmapBytes(), col.Data().Offset(), n, bitmap, at)
		}
		at += n
	}
	return bitmap
}

const (
	deltaBlock = 128 // values of a block
	miniBlock  = 32  // values that share a bit width
)

// appendDeltas appends integers as DELTA_BINARY_PACKED: the differences of neighbours, less the
// smallest of their block, in as few bits as the largest of 32 needs. Differences wrap around.
func appendDeltas[T int32 | int64](page []byte, values []T) []byte {
	page = binary.AppendUvarint(page, deltaBlock)
	page = binary.AppendUvarint(page, deltaBlock/miniBlock)
	page = binary.AppendUvarint(page, uint64(len(values)))
	if len(values) == 0 {
		return append(page, 0)
	}
	page = binary.AppendVarint(page, int64(values[0]))
	var deltas [deltaBlock]uint64
	for from := 1; from < len(values); from += deltaBlock {
		n := min(deltaBlock, len(values)-from)
		last, least := values[from-1], values[from]-values[from-1]
		for i, v := range values[from : from+n] {
			d := v - last
			last = v
			least = min(least, d)
			deltas[i] = uint64(int64(d))
		}
		page = binary.AppendVarint(page, int64(least))
		page = appendMiniBlocks(page, &deltas, n, uint64(int64(least)), mask[T]())
	}
	return page
}

// mask keeps the bits of a type's unsigned difference.
func mask[T int32 | int64]() uint64 {
	var zero T
	if _, ok := any(zero).(int32); ok {
		return 1<<32 - 1
	}
	return 1<<64 - 1
}

func appendMiniBlocks(page []byte, deltas *[deltaBlock]uint64, n int, least, mask uint64) []byte {
	widths := len(page)
	page = append(page, make([]byte, deltaBlock/miniBlock)...)
	for from := 0; from < n; from += miniBlock {
		mini := (*[miniBlock]uint64)(deltas[from:])
		var all uint64
		for i := range min(miniBlock, n-from) {
			mini[i] = (mini[i] - least) & mask
			all |= mini[i]
		}
		for i := n - from; i < miniBlock; i++ {
			mini[i] = 0
		}
		width := bits.Len64(all)
		page[widths+from/miniBlock] = byte(width)
		page = pack32(page, mini, width)
	}
	return page
}

// pack32 appends 32 numbers of that many bits, the lowest bits first.
func pack32(page []byte, values *[miniBlock]uint64, width int) []byte {
	if width == 0 {
		return page
	}
	at := len(page)
	if cap(page) < at+4*width+8 {
		page = append(page, make([]byte, 4*width+8)...)
	}
	page = page[:at+4*width+8] // whole words are stored, also the last one
	var word uint64
	filled := 0
	for _, v := range values {
		word |= v << filled
		filled += width
		if filled >= 64 {
			binary.LittleEndian.PutUint64(page[at:], word)
			at += 8
			filled -= 64
			word = v >> (width - filled) // 0 when nothing is left of v
		}
	}
	if filled > 0 {
		binary.LittleEndian.PutUint64(page[at:], word)
		at += filled / 8
	}
	return page[:at]
}

// appendIndices appends places in a dictionary of that many entries.
func appendIndices(page []byte, indices []uint32, entries int) []byte {
	if entries == 1 { // one value all along
		return append(binary.AppendUvarint(append(page, 1), uint64(len(indices))<<1), 0)
	}
	width := bits.Len(uint(entries - 1))
	groups := (len(indices) + 7) / 8
	page = binary.AppendUvarint(append(page, byte(width)), uint64(groups)<<1|1)
	end := len(page) + groups*width
	var mini [miniBlock]uint64
	for from := 0; from < len(indices); from += miniBlock {
		some := indices[from:min(from+miniBlock, len(indices))]
		for i, at := range some {
			mini[i] = uint64(at)
		}
		clear(mini[len(some):])
		page = pack32(page, &mini, width)
	}
	return page[:end]
}
