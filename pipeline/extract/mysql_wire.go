package extract

import (
	"database/sql/driver"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// mysqlKind is how a column's values become the bytes that its wire reads.
type mysqlKind int

const (
	mysqlPlain   mysqlKind = iota // as it comes
	mysqlInteger                  // eight bytes, big-endian; what is beyond int64 as text
	mysqlInstant                  // TIMESTAMP, which the session's zone makes UTC
	mysqlBits                     // BIT: a number in big-endian bytes
	mysqlBinary                   // bytes
	mysqlYear                     // YEAR, whose zero is the year 0000
)

// kindOfMySQL sorts by the driver's names of types.
func kindOfMySQL(name string) mysqlKind {
	switch {
	case name == "TIMESTAMP":
		return mysqlInstant
	case name == "BIT":
		return mysqlBits
	case name == "YEAR":
		return mysqlYear
	case strings.HasSuffix(name, "BLOB"), strings.HasSuffix(name, "BINARY"), name == "GEOMETRY", name == "VECTOR":
		return mysqlBinary
	}
	return mysqlPlain
}

// mysqlWire says how values of a type are read as the wanted one. Without typed they come as text.
func mysqlWire(name string, want lake.Type) (wire, mysqlKind) {
	kind := kindOfMySQL(name)
	switch {
	case strings.HasSuffix(name, "INT") && want.IsNumber():
		fit := fitted(want, 0)
		return wire{typed: func(v []byte) (int64, bool) {
			if len(v) != wholeBytes {
				return 0, false
			}
			return fit(bigEndian(v))
		}, stored: want.Arrow(), text: appendWholeNumber}, mysqlInteger
	case strings.HasSuffix(name, "INT") && want == lake.Boolean:
		return wire{typed: func(v []byte) (int64, bool) {
			n := bigEndian(v)
			return n, len(v) == wholeBytes && (n == 0 || n == 1)
		}, stored: arrow.FixedWidthTypes.Boolean, text: appendWholeNumber}, mysqlInteger
	case name == "DECIMAL" && want.IsNumber():
		return wire{typed: decimalReader(want), stored: want.Arrow()}, mysqlPlain
	case name == "DATE" && want == lake.Date:
		return wire{typed: isoDay, stored: arrow.FixedWidthTypes.Date32}, mysqlPlain
	case name == "DATETIME":
		if stored := timeType(want, false); stored != nil {
			return wire{typed: isoMicros, stored: stored}, mysqlPlain
		}
	case name == "TIMESTAMP":
		if stored := timeType(want, true); stored != nil {
			return wire{typed: isoMicros, stored: stored, text: appendInstant}, mysqlPlain
		}
	}
	return wire{}, kind
}

const wholeBytes = 8

func appendWholeNumber(dst, v []byte) []byte {
	if len(v) != wholeBytes {
		return append(dst, v...) // an unsigned number beyond int64
	}
	return strconv.AppendInt(dst, bigEndian(v), 10)
}

func appendInstant(dst, v []byte) []byte {
	if strings.HasPrefix(string(v), "0000") { // a zero date is no instant
		return append(dst, v...)
	}
	return append(append(dst, v...), 'Z')
}

// bytes are a value as its wire reads it, nil for NULL; the buffer is used again for the next row.
func (k mysqlKind) bytes(buffer *[]byte, v driver.Value) ([]byte, error) {
	b := (*buffer)[:0]
	switch v := v.(type) {
	case nil:
		return nil, nil
	case []byte:
		if k <= mysqlInteger {
			if v == nil {
				return b, nil
			}
			return v, nil
		}
		b = k.convert(b, v)
	case int64:
		switch k {
		case mysqlInteger:
			b = binary.BigEndian.AppendUint64(b, uint64(v))
		case mysqlYear:
			b = fmt.Appendf(b, "%04d", v)
		default:
			b = strconv.AppendInt(b, v, 10)
		}
	case float32:
		b = appendFloat(b, float64(v), 32)
	case float64:
		b = appendFloat(b, v, 64)
	case string:
		b = append(b, v...)
	default:
		return nil, fmt.Errorf("a value of type %T is not known", v)
	}
	*buffer = b
	return b, nil
}

func (k mysqlKind) convert(b, v []byte) []byte {
	switch k {
	case mysqlBits:
		var n uint64
		for _, c := range v {
			n = n<<8 | uint64(c)
		}
		return strconv.AppendUint(b, n, 10)
	case mysqlBinary:
		return hex.AppendEncode(append(b, "0x"...), v)
	case mysqlYear:
		return append(b, v...)
	}
	return appendInstant(b, v)
}

// decimalReader reads plain decimal text into numbers of a type, without rounding.
func decimalReader(want lake.Type) func(v []byte) (int64, bool) {
	scale, limit := want.Scale(), bound(want)
	return func(v []byte) (int64, bool) {
		negative := len(v) > 0 && v[0] == '-'
		if negative {
			v = v[1:]
		}
		var n int64
		left := -1 // decimal places that are still to come, -1 before the point
		for i, c := range v {
			switch {
			case c == '.' && left < 0 && i > 0:
				left = scale
			case c-'0' > 9:
				return 0, false
			case left == 0:
				if c != '0' {
					return 0, false
				}
			default:
				if n > limit/10 {
					return 0, false
				}
				n = 10*n + int64(c-'0')
				if left > 0 {
					left--
				}
			}
		}
		if left < 0 {
			left = scale
		}
		if p := pow10(left); n > limit/p {
			return 0, false
		} else {
			n *= p
		}
		if negative {
			n = -n
		}
		return n, len(v) > 0
	}
}

// isoDay reads 2026-03-08.
func isoDay(v []byte) (int64, bool) {
	if len(v) != len("2026-03-08") || v[4] != '-' || v[7] != '-' {
		return 0, false
	}
	year, okYear := digitsOf(v[:4])
	month, okMonth := digitsOf(v[5:7])
	day, okDay := digitsOf(v[8:])
	if !okYear || !okMonth || !okDay || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return 0, false
	}
	days := daysFrom(year, month, day)
	return int64(days), days >= firstDay && days <= lastDay
}

// isoMicros reads 2026-03-08 10:00:00 with up to six decimals.
func isoMicros(v []byte) (int64, bool) {
	const whole = len("2026-03-08 10:00:00")
	if len(v) < whole || len(v) > whole+7 || v[10] != ' ' || v[13] != ':' || v[16] != ':' {
		return 0, false
	}
	day, ok := isoDay(v[:10])
	hour, okHour := digitsOf(v[11:13])
	minute, okMinute := digitsOf(v[14:16])
	second, okSecond := digitsOf(v[17:19])
	if !ok || !okHour || !okMinute || !okSecond || hour > 23 || minute > 59 || second > 59 {
		return 0, false
	}
	fraction := 0
	if len(v) > whole {
		decimals, okFraction := digitsOf(v[whole+1:])
		if !okFraction || v[whole] != '.' {
			return 0, false
		}
		fraction = decimals * int(pow10(whole+7-len(v)))
	}
	micros := day*microsPerDay + int64(hour*3600+minute*60+second)*1e6 + int64(fraction)
	return micros, inCalendar(micros)
}

func digitsOf(v []byte) (n int, ok bool) {
	for _, c := range v {
		if c-'0' > 9 {
			return 0, false
		}
		n = 10*n + int(c-'0')
	}
	return n, len(v) > 0
}
