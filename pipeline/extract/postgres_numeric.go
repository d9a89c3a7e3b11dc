package extract

import (
	"encoding/binary"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// A numeric comes as four 16-bit numbers (how many digits follow, the weight of the first, the
// sign, how many decimal places its text has) and digits of base 10,000.
const (
	numericHead     = 8
	numericBase     = 10_000
	numericNegative = 0x4000
	numericNaN      = 0xC000
	numericInf      = 0xD000
	numericNegInf   = 0xF000
)

// numericReader reads numerics into numbers of a type, without rounding: one that has more decimal
// places or digits, NaN and the infinities do not fit.
func numericReader(want lake.Type) func(v []byte) (int64, bool) {
	limit, scale := bound(want), want.Scale()
	return func(v []byte) (int64, bool) {
		digits := int(binary.BigEndian.Uint16(v))
		weight := int(int16(binary.BigEndian.Uint16(v[2:])))
		sign := binary.BigEndian.Uint16(v[4:])
		if digits == 0 {
			return 0, sign == 0 || sign == numericNegative
		}
		if digits > 6 || weight > 4 || sign != 0 && sign != numericNegative {
			return 0, false
		}
		var n int64
		for i := range digits {
			d := int64(binary.BigEndian.Uint16(v[numericHead+2*i:]))
			places := scale + 4*(weight-i) // the digit counts 10^places at the wanted scale
			if places >= 0 {
				if places > 18 || d > limit/pow10(places) {
					return 0, false
				}
				n += d * pow10(places)
			} else {
				if places < -3 && d != 0 {
					return 0, false
				}
				p := pow10(min(-places, 4))
				if d%p != 0 {
					return 0, false
				}
				n += d / p
			}
			if n > limit {
				return 0, false
			}
		}
		if sign != 0 {
			n = -n
		}
		return n, true
	}
}

// appendNumeric writes a numeric as the server does: with all its decimal places.
func appendNumeric(dst, v []byte) []byte {
	digits := int(binary.BigEndian.Uint16(v))
	weight := int(int16(binary.BigEndian.Uint16(v[2:])))
	places := int(binary.BigEndian.Uint16(v[6:]))
	switch binary.BigEndian.Uint16(v[4:]) {
	case numericNaN:
		return append(dst, "NaN"...)
	case numericInf:
		return append(dst, "Infinity"...)
	case numericNegInf:
		return append(dst, "-Infinity"...)
	case numericNegative:
		dst = append(dst, '-')
	}
	digit := func(at int) uint16 {
		if at < 0 || at >= digits {
			return 0
		}
		return binary.BigEndian.Uint16(v[numericHead+2*at:])
	}
	dst = appendWhole(dst, digit, weight)
	if places == 0 {
		return dst
	}
	dst = append(dst, '.')
	end := len(dst) + places
	for at := weight + 1; len(dst) < end; at++ {
		d := digit(at)
		dst = append(dst, byte('0'+d/1000), byte('0'+d/100%10), byte('0'+d/10%10), byte('0'+d%10))
	}
	return dst[:end]
}

// appendWhole writes what stands before the point, without leading zeros.
func appendWhole(dst []byte, digit func(int) uint16, weight int) []byte {
	start := len(dst)
	for at := 0; at <= weight; at++ {
		for d, p := digit(at), uint16(1000); p > 0; p /= 10 {
			if c := byte('0' + d/p%10); c != '0' || len(dst) > start {
				dst = append(dst, c)
			}
		}
	}
	if len(dst) == start {
		dst = append(dst, '0')
	}
	return dst
}
