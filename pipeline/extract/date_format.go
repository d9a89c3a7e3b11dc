package extract

import (
	"fmt"
	"strings"
)

// dateFormat is a declared format, taken apart. The zero value declares nothing.
type dateFormat struct {
	tokens []dateToken
	excel  bool
	iso    bool // a value with the year first may stand among the declared ones
}

type dateToken struct {
	kind    dateKind
	exact   bool // two digits, no fewer
	literal byte
}

type dateKind int

const (
	tokenLiteral dateKind = iota
	tokenYear
	tokenShortYear
	tokenMonth
	tokenMonthAbbreviation
	tokenMonthName
	tokenDay
	tokenHour
	tokenMinute
	tokenSecond
	tokenFraction
	tokenHalf
	tokenOffset
)

// compileFormat reads a format such as DD.MM.YYYY, M/D/YYYY H:mm, YYYY年M月D日, D MMM YYYY,
// YYYYMMDD, "M/D/YYYY h:mm A" or excel (days since 1899-12-30, as workbooks count them).
//
// Tokens: YYYY YY M MM MMM MMMM D DD H HH h hh m mm s ss S… (fraction) A (AM, PM) Z (offset). MM,
// DD and their like take one digit as well where a sign follows. YY from 69 is 19YY, else 20YY.
func compileFormat(format string) (dateFormat, error) {
	if format == "" {
		return dateFormat{iso: true}, nil
	}
	if strings.EqualFold(format, "excel") {
		return dateFormat{excel: true, iso: true}, nil
	}
	folded, ok := foldDate(format)
	if !ok {
		return dateFormat{}, fmt.Errorf("date format %q has a character that no date has", format)
	}
	f := dateFormat{}
	has := make(map[dateKind]bool)
	for i := 0; i < len(folded); {
		n := 1
		for i+n < len(folded) && folded[i+n] == folded[i] {
			n++
		}
		token, ok := tokenOf(folded[i], n)
		if !ok {
			return dateFormat{}, fmt.Errorf("date format %q: %q is no token: use YYYY YY M MM MMM MMMM D DD H HH m mm s ss A Z", format, folded[i:i+n])
		}
		if token.kind == tokenLiteral {
			n = 1
		}
		f.tokens = append(f.tokens, token)
		has[token.kind] = true
		i += n
	}
	for i, t := range f.tokens {
		runsOn := i > 0 && f.tokens[i-1].kind != tokenLiteral || i+1 < len(f.tokens) && f.tokens[i+1].kind != tokenLiteral
		f.tokens[i].exact = t.exact && (runsOn || t.kind == tokenShortYear)
	}
	if !has[tokenYear] && !has[tokenShortYear] || !has[tokenMonth] && !has[tokenMonthAbbreviation] && !has[tokenMonthName] || !has[tokenDay] {
		return dateFormat{}, fmt.Errorf("date format %q does not name year, month and day", format)
	}
	// Beside dates with the day or month first, a year-first text can only be an ISO date (mixed
	// columns of workbooks have both). Beside year-first formats it could be YYYY-DD-MM: not guessed.
	f.iso = f.tokens[0].kind != tokenYear
	return f, nil
}

func tokenOf(c byte, n int) (dateToken, bool) {
	two := func(kind dateKind) (dateToken, bool) { return dateToken{kind: kind, exact: n == 2}, n <= 2 }
	switch c {
	case 'Y':
		if n == 4 {
			return dateToken{kind: tokenYear, exact: true}, true
		}
		return dateToken{kind: tokenShortYear, exact: true}, n == 2
	case 'M':
		if n >= 3 {
			return dateToken{kind: []dateKind{tokenMonthAbbreviation, tokenMonthName}[min(n-3, 1)]}, n <= 4
		}
		return two(tokenMonth)
	case 'D':
		return two(tokenDay)
	case 'H', 'h':
		return two(tokenHour)
	case 'm':
		return two(tokenMinute)
	case 's':
		return two(tokenSecond)
	case 'S':
		return dateToken{kind: tokenFraction}, true
	case 'A':
		return dateToken{kind: tokenHalf}, n == 1
	case 'Z':
		return dateToken{kind: tokenOffset}, n <= 2
	case 'T':
		return dateToken{kind: tokenLiteral, literal: c}, true
	}
	return dateToken{kind: tokenLiteral, literal: c}, c < 'A' || c > 'z' || c > 'Z' && c < 'a'
}

// parse reads a value in the declared format, or, without one, in an undeclared form.
func (f *dateFormat) parse(s string) (civil, string) {
	if f.excel {
		if c, rule := parseSerial(s); rule == "" {
			return c, ""
		}
	} else if len(f.tokens) > 0 {
		c, rule := f.declared(s)
		if rule == "" || !f.iso {
			return c, rule
		}
		if fallback, r := parseUndeclared(s); r == "" {
			return fallback, ""
		}
		return c, rule
	}
	c, rule := parseUndeclared(s)
	if f.excel && rule != "" {
		rule = RuleType
	}
	return c, rule
}

// dateParts are the numbers that the tokens read.
type dateParts struct {
	year, month, day, hour, minute, second int
	micros                                 int64
	half                                   byte
}

func (f *dateFormat) declared(s string) (civil, string) {
	var c civil
	text, ok := foldDate(s)
	if !ok {
		return c, RuleType
	}
	p := dateCursor{s: text}
	var v dateParts
	for _, t := range f.tokens {
		if !p.token(t, &v, &c) {
			return c, RuleType
		}
	}
	if !p.done() {
		return c, RuleType
	}
	if rule := c.setDate(v.year, v.month, v.day); rule != "" {
		return c, rule
	}
	hour, ok := halfDay(v.hour, v.half)
	if !ok {
		return c, RuleType
	}
	return c, c.setTime(hour, v.minute, v.second, v.micros)
}

// token reads one token of the format.
func (p *dateCursor) token(t dateToken, v *dateParts, c *civil) bool {
	two := func(out *int) bool {
		var n int
		*out, n = p.number(2)
		return n == 2 || n == 1 && !t.exact
	}
	switch t.kind {
	case tokenYear:
		var n int
		v.year, n = p.number(4)
		return n == 4
	case tokenShortYear:
		if !two(&v.year) {
			return false
		}
		v.year += 1900
		if v.year < 1969 {
			v.year += 100
		}
		return true
	case tokenMonth:
		return two(&v.month)
	case tokenMonthAbbreviation, tokenMonthName:
		v.month = p.monthName(t.kind == tokenMonthName)
		return v.month > 0
	case tokenDay:
		return two(&v.day)
	case tokenHour:
		return two(&v.hour)
	case tokenMinute:
		return two(&v.minute)
	case tokenSecond:
		return two(&v.second)
	case tokenFraction:
		var ok bool
		v.micros, ok = p.fraction()
		return ok
	case tokenHalf:
		v.half = p.half()
		return v.half != 0
	case tokenOffset:
		return p.zone(c) == "" && c.hasZone
	}
	if t.literal == ' ' {
		return p.skipSpaces()
	}
	return p.take(t.literal)
}

// monthName reads an English month name, in any case: Mar or Mar. for short, March for long.
func (p *dateCursor) monthName(long bool) int {
	for i, name := range strings.Fields("January February March April May June July August September October November December") {
		if !long {
			name = name[:3]
		}
		if rest := p.s[p.at:]; len(rest) >= len(name) && strings.EqualFold(rest[:len(name)], name) {
			p.at += len(name)
			if !long {
				p.take('.')
			}
			return i + 1
		}
	}
	return 0
}

// parseSerial reads a workbook's serial day number, its fraction to the millisecond. Serial 60 is
// a 29 February 1900 that never was.
func parseSerial(s string) (c civil, rule string) {
	const perDay, millis = 10_000_000_000, 86_400_000
	v, _, _, rule := parseFixed(s, 10, false)
	if rule != "" || v < perDay || v >= 2958466*perDay || v/perDay == 60 {
		return c, RuleType
	}
	days, ms := v/perDay, (v%perDay*millis+perDay/2)/perDay
	if ms == millis {
		days, ms = days+1, 0
	}
	if days < 60 {
		days++
	}
	c.days = int32(days) + daysFrom(1899, 12, 30)
	c.micros = ms * 1000
	return c, ""
}
