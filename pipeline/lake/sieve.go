package lake

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"unsafe"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/zeebo/xxh3"
)

// sieveBits is small enough for the processor's cache and wide enough for a night's keys.
const sieveBits = 20

// sieve tells of most texts that they are not among those that were put in, cheaper than their
// hash could: a night looks for few keys among all of a table.
type sieve [1 << sieveBits / 64]uint64

func (s *sieve) add(text string) {
	at := sievePlace(unsafeBytes(text))
	s[at/64] |= 1 << (at % 64)
}

// mayHave is false only for texts that were not put in.
func (s *sieve) mayHave(text []byte) bool {
	at := sievePlace(text)
	return s[at/64]&(1<<(at%64)) != 0
}

// sievePlace mixes length, beginning and end of a text.
func sievePlace(text []byte) uint64 {
	n := len(text)
	var first, last uint64
	switch {
	case n >= 8:
		first, last = binary.LittleEndian.Uint64(text), binary.LittleEndian.Uint64(text[n-8:])
	case n >= 4:
		first, last = uint64(binary.LittleEndian.Uint32(text)), uint64(binary.LittleEndian.Uint32(text[n-4:]))
	default:
		for _, c := range text {
			first = first<<8 | uint64(c)
		}
	}
	mixed := (first ^ bits.RotateLeft64(last, 29) ^ uint64(n)<<56) * 0x9e3779b97f4a7c15
	return mixed >> (64 - sieveBits)
}

// newSieve is nil for keys other than one text.
func newSieve(key []Column) *sieve {
	if len(key) != 1 || key[0].Type != Text {
		return nil
	}
	return &sieve{}
}

// addKeys puts the keys of a record in.
func (s *sieve) addKeys(keys arrow.RecordBatch) {
	if s == nil {
		return
	}
	text := keys.Column(0).(*array.String)
	for row := range text.Len() {
		if text.IsValid(row) {
			s.add(text.Value(row))
		}
	}
}

// counting gives those rows of a record of base keys whose keys were touched neither tonight nor
// before; the slice is valid until the next call.
func (w *DeltaWriter) counting(keys arrow.RecordBatch) ([]int32, error) {
	if w.sieve == nil {
		hashes, err := w.scanner.hash(keys)
		return w.without(hashes, touchedBefore|touchedTonight), err
	}
	text := keys.Column(0).(*array.String)
	spell := valueWriter(text)
	rows := slices.Grow(w.rows[:0], text.Len()+1) // never nil
	for row := range text.Len() {
		if text.IsNull(row) || w.sieve.mayHave(unsafeBytes(text.Value(row))) {
			w.spelled = spell(w.spelled[:0], row)
			if w.known.get(KeyHash(xxh3.Hash128(w.spelled)))&(touchedBefore|touchedTonight) != 0 {
				continue
			}
		}
		rows = append(rows, int32(row))
	}
	w.rows = rows
	return rows, nil
}

func unsafeBytes(v string) []byte { return unsafe.Slice(unsafe.StringData(v), len(v)) }
