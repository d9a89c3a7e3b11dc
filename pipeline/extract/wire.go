package extract

import (
	"bytes"
	"encoding/binary"
	"strconv"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// The types in which a source gives times: instants in UTC, and wall-clock times without a zone.
var (
	instantType   = lake.Instant.Arrow()
	wallClockType = lake.WallClock.Arrow()
)

// timeType is how times reach a column of the wanted type, nil where they cannot. A canonical
// timestamp takes both kinds, and knows the company's zone; the mapper tells them apart.
func timeType(want lake.Type, instant bool) arrow.DataType {
	switch {
	case instant && (want == lake.Timestamp || want == lake.Instant):
		return instantType
	case !instant && (want == lake.Timestamp || want == lake.WallClock):
		return wallClockType
	}
	return nil
}

// Times outside these days are given as text, so that one place only judges them. The margin
// leaves room for the company's zone.
const (
	firstMicros = (firstDay + 2) * microsPerDay
	lastMicros  = (lastDay - 2) * microsPerDay
)

func inCalendar(micros int64) bool { return micros >= firstMicros && micros < lastMicros }

// bound is the largest unscaled number that a type takes, and the smallest is its negative (one
// less for whole int64 of raw tables, which go as text).
func bound(want lake.Type) int64 {
	if limit := want.Limit(); limit > 0 {
		return limit - 1
	}
	return 1e18 - 1
}

// fitted gives n, of the given scale, at the scale of a number column, if it can hold it exactly.
// Each step is made once per column: the result is called once per value.
func fitted(want lake.Type, scale int) func(n int64) (int64, bool) {
	limit := bound(want)
	if scale > want.Scale() {
		return nil
	}
	factor := pow10(want.Scale() - scale)
	most := limit / factor
	return func(n int64) (int64, bool) { return n * factor, n <= most && n >= -most }
}

// isCleanValue says whether bytes are text that every reader can take: UTF-8 without NUL.
func isCleanValue(v []byte) bool {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	rest := v
	for len(rest) >= 8 {
		if x := binary.LittleEndian.Uint64(rest); (x|(x-ones))&highs != 0 {
			return utf8.Valid(rest) && bytes.IndexByte(rest, 0) < 0
		}
		rest = rest[8:]
	}
	for _, c := range rest {
		if c-1 >= 0x7f {
			return utf8.Valid(rest) && bytes.IndexByte(rest, 0) < 0
		}
	}
	return true
}

// appendMicrosFrom writes a time as 2026-03-08 10:00:00.5, with as many decimals as it needs. The
// micros count from the given day: from 1970 they would overflow at the end of PostgreSQL's calendar.
func appendMicrosFrom(dst []byte, micros, from int64) []byte {
	day := floorDiv(micros, microsPerDay)
	dst, era := appendDay(dst, day+from)
	within := micros - day*microsPerDay
	seconds := within / 1e6
	dst = append(dst, ' ')
	dst = appendTwo(dst, seconds/3600)
	dst = appendTwo(append(dst, ':'), seconds/60%60)
	dst = appendTwo(append(dst, ':'), seconds%60)
	if fraction := within % 1e6; fraction > 0 {
		text := strconv.AppendInt(nil, 1e6+fraction, 10)
		dst = append(append(dst, '.'), bytes.TrimRight(text[1:], "0")...)
	}
	return append(dst, era...)
}

// appendDay writes a day as 2026-03-08, and gives what stands after it, and after a time: " BC" of the years before 1.
func appendDay(dst []byte, day int64) ([]byte, string) {
	const days400, fromMarch = 146_097, 719_468 // days of 400 years; days from 0000-03-01 to 1970-01-01
	z := day + fromMarch
	era := floorDiv(z, days400)
	doe := z - era*days400
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	year, month, d := yoe+era*400, mp+3, doy-(153*mp+2)/5+1
	if month > 12 {
		year, month = year+1, month-12
	}
	suffix := ""
	if year < 1 {
		year, suffix = 1-year, " BC"
	}
	for below := int64(1000); below > year && below > 1; below /= 10 {
		dst = append(dst, '0')
	}
	dst = strconv.AppendInt(dst, year, 10)
	dst = appendTwo(append(dst, '-'), month)
	return appendTwo(append(dst, '-'), d), suffix
}

func appendTwo(dst []byte, n int64) []byte { return append(dst, byte('0'+n/10), byte('0'+n%10)) }
