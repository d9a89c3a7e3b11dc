package lake

import (
	"math/big"
	"math/bits"
	"strings"

	"github.com/zeebo/xxh3"
)

// tally is what is counted of one column, while writing and again while reading back.
type tally struct {
	rows, nulls int64
	sum         int128 // unscaled; columns that are not summed leave it zero
	check       uint64 // order-independent checksum of every value, also of text, days and instants
}

func (t *tally) add(o tally) {
	t.rows += o.rows
	t.nulls += o.nulls
	t.sum.addWide(o.sum)
	t.check += o.check
}

// number counts an integer, a decimal, a day or an instant and gives its hash.
func (t *tally) number(v int64, summed bool) uint64 {
	if summed {
		t.sum.add(v)
	}
	h := scatter(uint64(v))
	t.check += h
	return h
}

// text counts a text and gives its hash.
func (t *tally) text(v []byte) xxh3.Uint128 {
	h := xxh3.Hash128(v)
	t.check += h.Lo
	return h
}

// flag counts a boolean and gives its hash.
func (t *tally) flag(v bool) uint64 {
	h := scatter(1)
	if v {
		h = scatter(2)
	}
	t.check += h
	return h
}

// columnStats renders the tallies of a relation for the manifest.
func columnStats(columns []Column, tallies []tally) []ColumnStats {
	out := make([]ColumnStats, len(columns))
	for i, c := range columns {
		out[i] = ColumnStats{Name: c.Name, Nulls: tallies[i].nulls}
		if c.Type.summed() {
			out[i].Sum = tallies[i].sum.decimal(c.Type.Scale())
		}
	}
	return out
}

// int128 is a two's complement sum: 2^64 values of 63 bits fit.
type int128 struct {
	hi int64
	lo uint64
}

func (s *int128) add(v int64) { s.addWide(int128{v >> 63, uint64(v)}) }

func (s *int128) addWide(o int128) {
	lo, carry := bits.Add64(s.lo, o.lo, 0)
	s.lo, s.hi = lo, s.hi+o.hi+int64(carry)
}

// decimal is the exact value as text with the given number of decimal places.
func (s int128) decimal(scale int) string {
	n := new(big.Int).Lsh(big.NewInt(s.hi), 64)
	n.Add(n, new(big.Int).SetUint64(s.lo))
	if scale == 0 {
		return n.String()
	}
	digits := new(big.Int).Abs(n).String()
	if len(digits) <= scale {
		digits = strings.Repeat("0", scale+1-len(digits)) + digits
	}
	text := digits[:len(digits)-scale] + "." + digits[len(digits)-scale:]
	if n.Sign() < 0 {
		return "-" + text
	}
	return text
}
