package extract

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// numberFormat says what a cell's number format shows of a serial number. The zero value is a
// plain number.
type numberFormat struct{ day, clock bool }

func (f numberFormat) isDate() bool { return f.day || f.clock }

// builtinFormat knows the formats that workbooks name by number only (ECMA-376, 18.8.30), with
// the East Asian ones.
func builtinFormat(id int) numberFormat {
	switch {
	case id >= 14 && id <= 17, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 58:
		return numberFormat{day: true}
	case id == 22:
		return numberFormat{day: true, clock: true}
	case id >= 18 && id <= 21, id >= 32 && id <= 35, id == 45, id == 47:
		return numberFormat{clock: true}
	}
	return numberFormat{}
}

// formatOfCode reads a format code such as yyyy"年"m"月"d"日" or [$-409]h:mm AM/PM;@. Elapsed
// times, [h]:mm, are durations and stay numbers.
func formatOfCode(code string) numberFormat {
	var f numberFormat
	month := false
	section, _, _ := strings.Cut(code, ";")
	if strings.EqualFold(strings.TrimSpace(section), "general") {
		return f
	}
	for i := 0; i < len(section); i++ {
		switch c := section[i]; c {
		case '"':
			i += 1 + within(section[i+1:], '"')
		case '\\', '_', '*':
			i++ // the next character stands for itself
		case '[':
			end := within(section[i:], ']')
			if inner := strings.Trim(strings.ToLower(section[i:i+end]), "["); inner != "" && strings.Trim(inner, "hms") == "" {
				return numberFormat{}
			}
			i += end
		case 'y', 'Y', 'd', 'D':
			f.day = true
		case 'h', 'H', 's', 'S':
			f.clock = true
		case 'm', 'M':
			month = true // or minutes, beside hours or seconds
		}
	}
	if month && !f.clock {
		f.day = true
	}
	return f
}

// within is the length of what stands before the closing character, or of all when it is missing.
func within(s string, closing byte) int {
	if i := strings.IndexByte(s, closing); i >= 0 {
		return i
	}
	return len(s)
}

// appendSerial writes a serial number as the day or time that its format shows. It is false for
// what no calendar has: the number then stays as it is.
func appendSerial(dst []byte, number string, f numberFormat, date1904 bool) ([]byte, bool) {
	serial, err := strconv.ParseFloat(number, 64)
	const lastDay = 2_958_465 // 9999-12-31
	if err != nil || serial < 0 || serial >= lastDay+1 {
		return dst, false
	}
	// Workbooks keep about a millisecond; what lies below is an error of binary fractions.
	days := math.Floor(serial)
	clock := time.Duration(math.Round((serial-days)*24*60*60*1000)) * time.Millisecond
	if clock == 24*time.Hour {
		days, clock = days+1, 0
	}
	if f.clock && !f.day && days == 0 {
		return time.Unix(0, int64(clock)).UTC().AppendFormat(dst, "15:04:05.999"), true
	}
	at := serialDay(int(days), date1904).Add(clock)
	switch {
	case days == 60 && !date1904:
		dst = append(dst, "1900-02-29"...) // a day of workbooks only: refused where dates are read
	default:
		dst = at.AppendFormat(dst, "2006-01-02")
	}
	if f.clock || clock != 0 {
		dst = at.AppendFormat(dst, " 15:04:05.999")
	}
	return dst, true
}

// serialDay counts days from 1904-01-01, or from 1899-12-31 with the leap day that 1900 never had.
func serialDay(days int, date1904 bool) time.Time {
	switch {
	case date1904:
		return time.Date(1904, 1, 1+days, 0, 0, 0, 0, time.UTC)
	case days < 60:
		return time.Date(1899, 12, 31+days, 0, 0, 0, 0, time.UTC)
	}
	return time.Date(1899, 12, 30+days, 0, 0, 0, 0, time.UTC)
}
