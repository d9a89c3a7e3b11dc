package lake

import (
	"encoding/binary"
	"math/bits"
)

// sieveBits is small enough for the processor's cache and wide enough for a night's keys.
const sieveBits = 20

// sieve tells of most texts that they are not among those that were put in, cheaper than their
// hash could: a night looks for few keys among all of a table.
type sieve [1 << sieveBits / 64]uint64

func (s *sieve) add(text string) {
	at := sievePlace([]byte(text))
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
