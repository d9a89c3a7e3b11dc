package extract

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// wholeKeyHash hashes integers one after the other, each with the hash of those before it as its
// seed. PostgreSQL folds a bigint to 32 bits first, so the upper half goes into the seed as well:
// no two values of one column are hashed alike on that account.
func wholeKeyHash(d dialect, key []string) string {
	seed := ""
	for _, k := range key {
		k = d.quote(k) + "::bigint"
		upper := "(" + k + " >> 32)"
		if seed != "" {
			upper = seed + " # " + upper
		}
		seed = "pg_catalog.hashint8extended(" + k + ", " + upper + ")"
	}
	return seed
}

// wholeKeyGoHash is wholeKeyHash of a KeyText. What spells no integers as PostgreSQL does cannot
// come from there: it gets some other hash.
func wholeKeyGoHash(key []byte) uint64 {
	seed := uint64(0)
	for rest, more := key, true; more; {
		var part []byte
		part, rest, more = bytes.Cut(rest, []byte(keySeparator))
		v, ok := wholeNumber(part)
		if !ok {
			return jenkinsHash(key)
		}
		seed = hashInt8(v, seed^uint64(v>>32))
	}
	return seed
}

// wholeNumber reads a bigint that is spelled in the only way in which PostgreSQL writes it.
func wholeNumber(text []byte) (v int64, ok bool) {
	digits := text
	negative := len(text) > 0 && text[0] == '-'
	if negative {
		digits = text[1:]
	}
	if len(digits) == 0 || len(digits) > 19 || digits[0] == '0' && len(text) > 1 {
		return 0, false
	}
	var n uint64 // 19 digits fit
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + uint64(c-'0')
	}
	if negative {
		return -int64(n), n <= 1<<63
	}
	return int64(n), n < 1<<63
}

// hashInt8 is PostgreSQL's hashint8extended. Hash partitions rely on it, so it stays.
func hashInt8(v int64, seed uint64) uint64 {
	low, high := uint32(v), uint32(v>>32)
	if v < 0 {
		high = ^high
	}
	a := uint32(0x9e3779b9 + 4 + 3923095)
	b, c := a, a
	if seed != 0 {
		a, b, c = jenkinsMix(a+uint32(seed>>32), b+uint32(seed), c)
	}
	return jenkinsFinal(a+(low^high), b, c)
}

// jenkinsHash is PostgreSQL's 64-bit hash of a text with seed 0 (hash_bytes_extended): Bob
// Jenkins' lookup3 of 2006, on little-endian words. Hash partitions rely on it, so it stays.
func jenkinsHash(key []byte) uint64 {
	a := 0x9e3779b9 + uint32(len(key)) + 3923095
	b, c := a, a
	for ; len(key) >= 12; key = key[12:] {
		a += binary.LittleEndian.Uint32(key)
		b += binary.LittleEndian.Uint32(key[4:])
		c += binary.LittleEndian.Uint32(key[8:])
		a, b, c = jenkinsMix(a, b, c)
	}
	for i, v := range key { // the lowest byte of c stands for the length
		switch {
		case i < 4:
			a += uint32(v) << (8 * i)
		case i < 8:
			b += uint32(v) << (8 * (i - 4))
		default:
			c += uint32(v) << (8 * (i - 7))
		}
	}
	return jenkinsFinal(a, b, c)
}

func jenkinsMix(a, b, c uint32) (x, y, z uint32) {
	a -= c
	a ^= bits.RotateLeft32(c, 4)
	c += b
	b -= a
	b ^= bits.RotateLeft32(a, 6)
	a += c
	c -= b
	c ^= bits.RotateLeft32(b, 8)
	b += a
	a -= c
	a ^= bits.RotateLeft32(c, 16)
	c += b
	b -= a
	b ^= bits.RotateLeft32(a, 19)
	a += c
	c -= b
	c ^= bits.RotateLeft32(b, 4)
	b += a
	return a, b, c
}

func jenkinsFinal(a, b, c uint32) uint64 {
	c ^= b
	c -= bits.RotateLeft32(b, 14)
	a ^= c
	a -= bits.RotateLeft32(c, 11)
	b ^= a
	b -= bits.RotateLeft32(a, 25)
	c ^= b
	c -= bits.RotateLeft32(b, 16)
	a ^= c
	a -= bits.RotateLeft32(c, 4)
	b ^= a
	b -= bits.RotateLeft32(a, 14)
	c ^= b
	c -= bits.RotateLeft32(b, 24)
	return uint64(b)<<32 | uint64(c)
}
