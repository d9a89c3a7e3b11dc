package lake

import (
	"fmt"
	"math/bits"
	"strings"

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

// rowLanes sum up what every column of a row group adds to the hash of each of its rows, so that
// columns may be counted in any order and by several workers. A value adds its 128-bit hash under
// the key of its column, NULL adds nothing; only then is the row's sum itself hashed.
type rowLanes struct{ lo, hi []uint64 }

// columnKey tells the columns of a row apart. Both halves are odd.
type columnKey struct{ lo, hi uint64 }

func keyOf(column int) columnKey {
	n := uint64(column)*2 + 1
	return columnKey{scatter(n) | 1, scatter(n+1) | 1}
}

// reset makes room for the rows of a group.
func (l *rowLanes) reset(rows int) {
	l.lo, l.hi = sized(l.lo, rows), sized(l.hi, rows)
	clear(l.lo)
	clear(l.hi)
}

// add takes two halves of the hash of a value.
func (l *rowLanes) add(row int, k columnKey, lo, hi uint64) {
	l.lo[row] += lo * k.lo
	hi = (hi ^ k.hi) * 0xff51afd7ed558ccd
	l.hi[row] += hi ^ hi>>32
}

// sum closes the hashes of the rows over the lanes of all workers.
func sumRows(lanes []rowLanes, rows int) rowHash {
	h := rowHash{}
	for row := range rows {
		var lo, hi uint64
		for i := range lanes {
			lo += lanes[i].lo[row]
			hi += lanes[i].hi[row]
		}
		lo, hi = lo+hi, lo+2*hi // one to one, as MurmurHash3 ends
		lo, hi = scatter(lo), scatter(hi)
		h.add(rowHash{hi: lo + 2*hi, lo: lo + hi, rows: 1})
	}
	return h
}

// scatter maps 64 bits one to one so that every bit counts in every other: the finalizer of
// MurmurHash3.
func scatter(v uint64) uint64 {
	v ^= v >> 33
	v *= 0xff51afd7ed558ccd
	v ^= v >> 33
	v *= 0xc4ceb9fe1a85ec53
	return v ^ v>>33
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
