package extract

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"math"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/extensions"
)

// valueKind groups types whose texts read alike: a column may be int32 in one file and int64 in
// the next, but not a number here and a day there.
type valueKind int

const (
	kindNested valueKind = iota // lists, structs, maps and what else has no plain text
	kindText
	kindInteger
	kindDecimal
	kindFloat
	kindBoolean
	kindDate
	kindTime
	kindInstant // a timestamp that knows its zone
	kindLocal   // one that does not
	kindBytes
)

func kindOf(t arrow.DataType) valueKind {
	switch t := t.(type) {
	case *arrow.DictionaryType:
		return kindOf(t.ValueType)
	case *extensions.UUIDType:
		return kindText
	case arrow.ExtensionType:
		return kindOf(t.StorageType())
	case *arrow.TimestampType:
		if t.TimeZone != "" {
			return kindInstant
		}
		return kindLocal
	}
	switch id := t.ID(); {
	case id == arrow.STRING || id == arrow.LARGE_STRING:
		return kindText
	case arrow.IsInteger(id):
		return kindInteger
	case arrow.IsDecimal(id):
		return kindDecimal
	case id == arrow.FLOAT32 || id == arrow.FLOAT64:
		return kindFloat
	case id == arrow.BOOL:
		return kindBoolean
	case id == arrow.DATE32 || id == arrow.DATE64:
		return kindDate
	case id == arrow.TIME32 || id == arrow.TIME64:
		return kindTime
	case id == arrow.BINARY || id == arrow.LARGE_BINARY || id == arrow.FIXED_SIZE_BINARY:
		return kindBytes
	}
	return kindNested
}

// writeText appends the text of a value that is not NULL.
type writeText func(dst []byte, row int) []byte

// textWriter chooses how an array's values are written. bytesAreText: a byte array holds text.
func textWriter(values arrow.Array, bytesAreText bool) (writeText, error) {
	switch a := values.(type) {
	case *array.String:
		return func(dst []byte, row int) []byte { return append(dst, a.Value(row)...) }, nil
	case *array.LargeString:
		return func(dst []byte, row int) []byte { return append(dst, a.Value(row)...) }, nil
	case *array.Binary:
		return bytesWriter(a.Value, bytesAreText), nil
	case *array.LargeBinary:
		return bytesWriter(a.Value, bytesAreText), nil
	case *array.FixedSizeBinary:
		return bytesWriter(a.Value, bytesAreText), nil
	case *array.Boolean:
		return func(dst []byte, row int) []byte { return strconv.AppendBool(dst, a.Value(row)) }, nil
	case *array.Dictionary:
		inner, err := textWriter(a.Dictionary(), bytesAreText)
		return func(dst []byte, row int) []byte { return inner(dst, a.GetValueIndex(row)) }, err
	case *extensions.UUIDArray:
		return func(dst []byte, row int) []byte { return append(dst, a.ValueStr(row)...) }, nil
	case array.ExtensionArray:
		return textWriter(a.Storage(), bytesAreText)
	}
	if write := numberWriter(values); write != nil {
		return write, nil
	}
	if write := timeWriter(values); write != nil {
		return write, nil
	}
	return nil, fmt.Errorf("%s has no plain text", values.DataType())
}

func bytesWriter(value func(int) []byte, areText bool) writeText {
	if areText {
		return func(dst []byte, row int) []byte { return append(dst, value(row)...) }
	}
	return func(dst []byte, row int) []byte { return hex.AppendEncode(append(dst, "0x"...), value(row)) }
}

// numberWriter writes integers, decimals and floats; nil for other types.
func numberWriter(values arrow.Array) writeText {
	switch a := values.(type) {
	case *array.Int8:
		return func(dst []byte, row int) []byte { return strconv.AppendInt(dst, int64(a.Value(row)), 10) }
	case *array.Int16:
		return func(dst []byte, row int) []byte { return strconv.AppendInt(dst, int64(a.Value(row)), 10) }
	case *array.Int32:
		return func(dst []byte, row int) []byte { return strconv.AppendInt(dst, int64(a.Value(row)), 10) }
	case *array.Int64:
		return func(dst []byte, row int) []byte { return strconv.AppendInt(dst, a.Value(row), 10) }
	case *array.Uint8:
		return func(dst []byte, row int) []byte { return strconv.AppendUint(dst, uint64(a.Value(row)), 10) }
	case *array.Uint16:
		return func(dst []byte, row int) []byte { return strconv.AppendUint(dst, uint64(a.Value(row)), 10) }
	case *array.Uint32:
		return func(dst []byte, row int) []byte { return strconv.AppendUint(dst, uint64(a.Value(row)), 10) }
	case *array.Uint64:
		return func(dst []byte, row int) []byte { return strconv.AppendUint(dst, a.Value(row), 10) }
	case *array.Float32:
		return func(dst []byte, row int) []byte { return appendFloat(dst, float64(a.Value(row)), 32) }
	case *array.Float64:
		return func(dst []byte, row int) []byte { return appendFloat(dst, a.Value(row), 64) }
	case *array.Decimal128:
		scale := a.DataType().(*arrow.Decimal128Type).Scale
		return func(dst []byte, row int) []byte { return appendDecimal(dst, a.Value(row), scale) }
	case *array.Decimal256:
		scale := a.DataType().(*arrow.Decimal256Type).Scale
		return func(dst []byte, row int) []byte { return append(dst, a.Value(row).ToString(scale)...) }
	case *array.Decimal32:
		scale := a.DataType().(*arrow.Decimal32Type).Scale
		return func(dst []byte, row int) []byte { return append(dst, a.Value(row).ToString(scale)...) }
	case *array.Decimal64:
		scale := a.DataType().(*arrow.Decimal64Type).Scale
		return func(dst []byte, row int) []byte { return append(dst, a.Value(row).ToString(scale)...) }
	}
	return nil
}

// appendFloat writes the shortest decimal that reads back as the same float, with an exponent
// only where digits would be mostly zeros.
func appendFloat(dst []byte, v float64, bits int) []byte {
	size := math.Abs(v)
	switch {
	case math.IsNaN(v):
		return append(dst, "NaN"...)
	case math.IsInf(v, 1):
		return append(dst, "Infinity"...)
	case math.IsInf(v, -1):
		return append(dst, "-Infinity"...)
	case size != 0 && (size < 1e-7 || size >= 1e21):
		return strconv.AppendFloat(dst, v, 'e', -1, bits)
	}
	return strconv.AppendFloat(dst, v, 'f', -1, bits)
}

// appendDecimal writes a decimal exactly, with all digits of its scale.
func appendDecimal(dst []byte, v decimal128.Num, scale int32) []byte {
	low := int64(v.LowBits())
	if v.HighBits() != low>>63 || scale < 0 || low == math.MinInt64 {
		return append(dst, v.ToString(scale)...) // beyond 64 bits
	}
	if low < 0 {
		dst, low = append(dst, '-'), -low
	}
	var digits [20]byte
	text := strconv.AppendInt(digits[:0], low, 10)
	point := len(text) - int(scale)
	if point <= 0 {
		dst = append(dst, "0."...)
		for range -point {
			dst = append(dst, '0')
		}
		return append(dst, text...)
	}
	dst = append(dst, text[:point]...)
	if scale > 0 {
		dst = append(append(dst, '.'), text[point:]...)
	}
	return dst
}

// timeWriter writes days, times of day and timestamps; nil for other types.
func timeWriter(values arrow.Array) writeText {
	const day, clock = "2006-01-02", "15:04:05.999999999"
	switch a := values.(type) {
	case *array.Date32:
		return func(dst []byte, row int) []byte { return a.Value(row).ToTime().AppendFormat(dst, day) }
	case *array.Date64:
		return func(dst []byte, row int) []byte { return a.Value(row).ToTime().AppendFormat(dst, day) }
	case *array.Time32:
		unit := a.DataType().(*arrow.Time32Type).Unit
		return func(dst []byte, row int) []byte { return a.Value(row).ToTime(unit).AppendFormat(dst, clock) }
	case *array.Time64:
		unit := a.DataType().(*arrow.Time64Type).Unit
		return func(dst []byte, row int) []byte { return a.Value(row).ToTime(unit).AppendFormat(dst, clock) }
	case *array.Timestamp:
		t := a.DataType().(*arrow.TimestampType)
		format := day + " " + clock
		if t.TimeZone != "" {
			format += "Z" // Parquet stores instants in UTC whatever zone they are shown in
		}
		return func(dst []byte, row int) []byte { return instantOf(a.Value(row), t.Unit).AppendFormat(dst, format) }
	}
	return nil
}

// instantOf is exact for every year that 64 bits can hold, unlike a count of nanoseconds.
func instantOf(v arrow.Timestamp, unit arrow.TimeUnit) time.Time {
	perSecond := int64(time.Second / unit.Multiplier())
	seconds, rest := int64(v)/perSecond, int64(v)%perSecond
	return time.Unix(seconds, rest*int64(unit.Multiplier())).UTC()
}

// isCleanText says that every value of an array is text, looking at all bytes at once.
func isCleanText(a *array.String) bool {
	all := a.ValueBytes()
	if bytes.IndexByte(all, 0) >= 0 || !utf8.Valid(all) {
		return false
	}
	for row := range a.Len() { // no character may reach over the end of its value
		if v := a.Value(row); v != "" && !utf8.RuneStart(v[0]) {
			return false
		}
	}
	return true
}
