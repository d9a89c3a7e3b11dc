package extract

import (
	"bytes"
	"encoding/binary"
	"math"
	"strconv"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// PostgreSQL's types, as pg_type.dat numbers them.
const (
	oidBool        = 16
	oidBytea       = 17
	oidInt8        = 20
	oidInt2        = 21
	oidInt4        = 23
	oidFloat4      = 700
	oidFloat8      = 701
	oidDate        = 1082
	oidTimestamp   = 1114
	oidTimestamptz = 1184
	oidNumeric     = 1700
)

// Formats of the protocol.
const (
	pgText   = int16(0)
	pgBinary = int16(1)
)

const (
	pgEpochDays   = 10_957 // from 1970-01-01 to 2000-01-01, where PostgreSQL counts from
	pgEpochMicros = pgEpochDays * microsPerDay
)

// postgresWires says of each field of a result how it is asked for and read: in binary where a
// type is wanted and fits the server's own, otherwise as the server's text.
func postgresWires(fields []pgconn.FieldDescription, types map[string]lake.Type) ([]wire, []int16) {
	wires, formats := make([]wire, len(fields)), make([]int16, len(fields))
	for i, f := range fields {
		if w := binaryWire(f.DataTypeOID, types[f.Name]); w.typed != nil {
			wires[i], formats[i] = w, pgBinary
			continue
		}
		wires[i].text = textOf(f.DataTypeOID)
	}
	return wires, formats
}

// binaryWire reads the binary form of a type as the wanted one; without typed where it cannot.
func binaryWire(oid uint32, want lake.Type) wire {
	switch oid {
	case oidInt2, oidInt4, oidInt8:
		if want.IsNumber() {
			fit := fitted(want, 0)
			return wire{
				typed:  func(v []byte) (int64, bool) { return fit(bigEndian(v)) },
				stored: want.Arrow(), text: func(dst, v []byte) []byte { return strconv.AppendInt(dst, bigEndian(v), 10) },
			}
		}
	case oidNumeric:
		if want.IsNumber() {
			return wire{typed: numericReader(want), stored: want.Arrow(), text: appendNumeric}
		}
	case oidDate:
		if want == lake.Date {
			return wire{typed: dayOf, stored: arrow.FixedWidthTypes.Date32, text: appendDate}
		}
	case oidTimestamp, oidTimestamptz:
		instant := oid == oidTimestamptz
		if stored := timeType(want, instant); stored != nil {
			return wire{typed: microsOf, stored: stored, text: func(dst, v []byte) []byte { return appendTime(dst, v, instant) }}
		}
	case oidBool:
		if want == lake.Boolean {
			return wire{
				typed:  func(v []byte) (int64, bool) { return int64(v[0]), true },
				stored: arrow.FixedWidthTypes.Boolean, text: func(dst, v []byte) []byte { return strconv.AppendBool(dst, v[0] != 0) },
			}
		}
	}
	return wire{}
}

// bigEndian reads a signed integer of 2, 4 or 8 bytes.
func bigEndian(v []byte) int64 {
	switch len(v) {
	case 8:
		return int64(binary.BigEndian.Uint64(v))
	case 4:
		return int64(int32(binary.BigEndian.Uint32(v)))
	}
	return int64(int16(binary.BigEndian.Uint16(v)))
}

func dayOf(v []byte) (int64, bool) {
	day := bigEndian(v) + pgEpochDays
	return day, day >= firstDay && day <= lastDay
}

func microsOf(v []byte) (int64, bool) {
	micros := bigEndian(v)
	if micros < firstMicros-pgEpochMicros || micros >= lastMicros-pgEpochMicros { // infinities too, which must not overflow
		return 0, false
	}
	return micros + pgEpochMicros, true
}

func appendDate(dst, v []byte) []byte {
	switch day := bigEndian(v); day {
	case math.MaxInt32:
		return append(dst, "infinity"...)
	case math.MinInt32:
		return append(dst, "-infinity"...)
	default:
		dst, era := appendDay(dst, day+pgEpochDays)
		return append(dst, era...)
	}
}

func appendTime(dst, v []byte, instant bool) []byte {
	micros := bigEndian(v)
	switch micros {
	case math.MaxInt64:
		return append(dst, "infinity"...)
	case math.MinInt64:
		return append(dst, "-infinity"...)
	}
	start := len(dst)
	dst = appendMicrosFrom(dst, micros, pgEpochDays)
	switch {
	case !instant:
	case bytes.HasSuffix(dst[start:], []byte(" BC")):
		dst = append(dst[:len(dst)-3], "+00 BC"...) // as the server writes it
	default:
		dst = append(dst, 'Z')
	}
	return dst
}

// postgresText appends PostgreSQL's text of a value as a Source writes it.
type postgresText func(dst, value []byte) []byte

// textOf gives what a type needs, nil for types whose text is right as it comes.
func textOf(oid uint32) postgresText {
	switch oid {
	case oidBool:
		return func(dst, v []byte) []byte { return strconv.AppendBool(dst, string(v) == "t") }
	case oidBytea:
		return func(dst, v []byte) []byte { return append(append(dst, "0x"...), bytes.TrimPrefix(v, []byte(`\x`))...) }
	case oidFloat4:
		return func(dst, v []byte) []byte { return shortestFloat(dst, v, 32) }
	case oidFloat8:
		return func(dst, v []byte) []byte { return shortestFloat(dst, v, 64) }
	case oidTimestamptz:
		return func(dst, v []byte) []byte {
			if instant, ok := bytes.CutSuffix(v, []byte("+00")); ok { // the session's zone is UTC
				return append(append(dst, instant...), 'Z')
			}
			return append(dst, v...) // infinity, or BC
		}
	}
	return nil
}

// shortestFloat writes 1e-05 as 0.00001; versions before 12 also send more digits than needed.
func shortestFloat(dst, text []byte, bits int) []byte {
	v, err := strconv.ParseFloat(string(text), bits)
	if err != nil {
		return append(dst, text...)
	}
	return appendFloat(dst, v, bits)
}
