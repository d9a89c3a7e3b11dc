package lake

import (
	"encoding/binary"
	"errors"
)

// What the encodings of dictionary.go's neighbours say, read back for single rows.

var errTorn = errors.New("a page ends within a value")

// bits64 is a number of up to 64 bits, the lowest first, that starts at some bit; bits behind the end are 0.
func bits64(data []byte, bit, width int) uint64 {
	if width == 0 {
		return 0
	}
	at, shift := bit/8, bit%8
	var word, more uint64
	if at+9 <= len(data) {
		word, more = binary.LittleEndian.Uint64(data[at:]), uint64(data[at+8])
	} else {
		var tail [9]byte
		copy(tail[:], data[min(at, len(data)):])
		word, more = binary.LittleEndian.Uint64(tail[:]), uint64(tail[8])
	}
	return (word>>shift | more<<(64-shift)) & (1<<width - 1)
}

// field is bits64 where a word holds it all.
func field(data []byte, bit, width int) uint64 {
	if at := bit >> 3; width <= 56 && at+8 <= len(data) {
		return binary.LittleEndian.Uint64(data[at:]) >> (bit & 7) & (1<<width - 1)
	}
	return bits64(data, bit, width)
}

// hybrid appends n numbers of some bits from runs of one value and runs of packed ones (RLE).
func hybrid(out []uint32, data []byte, width, n int) ([]uint32, error) {
	for left := n; left > 0; {
		head, size := binary.Uvarint(data)
		if size <= 0 {
			return out, errTorn
		}
		data = data[size:]
		if head&1 == 0 {
			size = (width + 7) / 8
			if len(data) < size {
				return out, errTorn
			}
			v, count := uint32(bits64(data[:size], 0, width)), min(left, int(head>>1))
			for range count {
				out = append(out, v)
			}
			left -= count
		} else {
			size = int(head>>1) * width
			count := min(left, int(head>>1)*8)
			if len(data) < (count*width+7)/8 {
				return out, errTorn
			}
			for i := range count {
				out = append(out, uint32(field(data, i*width, width)))
			}
			left -= count
			size = min(size, len(data))
		}
		data = data[size:]
	}
	return out, nil
}

// deltas appends the first integers, need of them or all, of a DELTA_BINARY_PACKED run of n, and gives
// the run's size in bytes. Integers of 32 bits are right in their lowest 32.
func deltas(out []int64, data []byte, need, n int) ([]int64, int, error) {
	at, bad := 0, false
	uvarint := func() uint64 {
		v, size := binary.Uvarint(data[min(at, len(data)):])
		bad = bad || size <= 0
		at += max(size, 0)
		return v
	}
	varint := func() int64 {
		v := uvarint()
		return int64(v>>1) ^ -int64(v&1)
	}
	block, minis, left := int(uvarint()), int(uvarint()), int(uvarint())
	last := varint()
	if bad || minis < 1 || block < minis || left != n || n < 1 {
		return out, at, errTorn
	}
	out = append(out, last)
	left--
	need--
	for mini := block / minis; left > 0; {
		least := varint()
		widths := at
		if at += minis; bad || at > len(data) {
			return out, at, errTorn
		}
		for i := 0; i < minis && left > 0; i++ {
			width, count := int(data[widths+i]), min(left, mini)
			if width > 64 || at+(count*width+7)/8 > len(data) {
				return out, at, errTorn
			}
			packed := data[at:]
			for k := range min(count, need) {
				last += least + int64(field(packed, k*width, width))
				out = append(out, last)
			}
			left, need = left-count, max(0, need-count)
			at += mini * width / 8
		}
	}
	return out, min(at, len(data)), nil
}

// plainTexts appends where each of n texts, lengths before them, starts, and where the last ends.
func plainTexts(starts []int32, data []byte, n int) ([]int32, error) {
	at := 0
	for range n {
		if at+4 > len(data) {
			return starts, errTorn
		}
		starts = append(starts, int32(at))
		if at += 4 + int(binary.LittleEndian.Uint32(data[at:])); at > len(data) {
			return starts, errTorn
		}
	}
	return append(starts, int32(at)), nil
}
