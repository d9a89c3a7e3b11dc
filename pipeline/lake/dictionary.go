package lake

import (
	"encoding/binary"

	"github.com/zeebo/xxh3"
)

// words collects the distinct texts of a row group. Business rows mostly repeat the row before,
// or a few words.
type words struct {
	table   []uint32 // entry+1 by hash, open addressing; a power of two, at most half full
	entries []string
	hashes  []xxh3.Uint128
}

func (d *words) reset() {
	if d.table == nil {
		d.table = make([]uint32, 1<<10)
	}
	clear(d.table)
	clear(d.entries) // they point into records
	d.entries, d.hashes = d.entries[:0], d.hashes[:0]
}

// find gives the entry of a text, a new one for a new text.
func (d *words) find(v string) uint32 {
	h := xxh3.HashString128(v)
	mask := uint64(len(d.table) - 1)
	slot := h.Lo & mask
	for ; d.table[slot] != 0; slot = (slot + 1) & mask {
		if at := d.table[slot] - 1; d.hashes[at] == h && d.entries[at] == v {
			return at
		}
	}
	at := uint32(len(d.entries))
	d.entries, d.hashes = append(d.entries, v), append(d.hashes, h)
	d.table[slot] = at + 1
	if 2*len(d.entries) > len(d.table) {
		d.grow()
	}
	return at
}

func (d *words) grow() {
	d.table = make([]uint32, 4*len(d.table))
	mask := uint64(len(d.table) - 1)
	for at, h := range d.hashes {
		slot := h.Lo & mask
		for d.table[slot] != 0 {
			slot = (slot + 1) & mask
		}
		d.table[slot] = uint32(at) + 1
	}
}

// page is the dictionary as a page holds it.
func (d *words) page(out []byte) []byte {
	for _, v := range d.entries {
		out = append(binary.LittleEndian.AppendUint32(out, uint32(len(v))), v...)
	}
	return out
}

// numbers collects the distinct integers of a row group.
type numbers[T int32 | int64] struct {
	table   []uint32
	entries []T
}

// fewNumbers bounds a dictionary of integers: where more differ, their differences are smaller.
const fewNumbers = 1 << 12

func (d *numbers[T]) reset() {
	if d.table == nil {
		d.table = make([]uint32, 4*fewNumbers)
	}
	clear(d.table)
	d.entries = d.entries[:0]
}

// collect appends the entries of values; not ok when there are too many.
func (d *numbers[T]) collect(indices []uint32, values []T) ([]uint32, bool) {
	const shift = 64 - 14 // the table has 1<<14 slots
	mask := uint64(len(d.table) - 1)
	for _, v := range values {
		slot := uint64(v) * 0x9e3779b97f4a7c15 >> shift
		for d.table[slot] != 0 && d.entries[d.table[slot]-1] != v {
			slot = (slot + 1) & mask
		}
		if d.table[slot] == 0 {
			if len(d.entries) == fewNumbers {
				return indices, false
			}
			d.entries = append(d.entries, v)
			d.table[slot] = uint32(len(d.entries))
		}
		indices = append(indices, d.table[slot]-1)
	}
	return indices, true
}

// appendPlain appends integers as they stand in memory.
func appendPlain[T int32 | int64](page []byte, values []T) []byte {
	for _, v := range values {
		if mask[T]() == 1<<32-1 {
			page = binary.LittleEndian.AppendUint32(page, uint32(v))
		} else {
			page = binary.LittleEndian.AppendUint64(page, uint64(v))
		}
	}
	return page
}
