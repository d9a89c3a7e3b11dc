package extract

import (
	"strings"
	"unicode"
)

// civil is a date as written, with the time and the offset from UTC where they are written.
type civil struct {
	days    int32 // since 1970-01-01
	micros  int64 // of the day
	hasZone bool
	offset  int // seconds east of UTC
}

// Years that a date may have, and days that a table's own day may have: business data beyond
// them is a typing error, and one such row would stretch every calendar.
const (
	firstYear, lastYear = 1, 9999
	firstDay, lastDay   = -25567, 84005 // 1900-01-01, 2199-12-31
)

// daysFrom counts days since 1970-01-01 in the Gregorian calendar.
func daysFrom(year, month, day int) int32 {
	if month <= 2 {
		year--
		month += 12
	}
	era := year / 400
	yoe := year - era*400
	doy := (153*(month-3)+2)/5 + day - 1
	return int32(era*146097 + yoe*365 + yoe/4 - yoe/100 + doy - 719468)
}

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// setDate checks and sets the day. Zero dates (0000-00-00) and days that no calendar has are no
// dates; years that no one can mean are out of range.
func (c *civil) setDate(year, month, day int) string {
	switch {
	case month < 1 || month > 12 || day < 1 || day > 31:
		return RuleType
	case year < firstYear || year > lastYear:
		return RuleDateRange
	case day > daysIn(year, month):
		return RuleType
	}
	c.days = daysFrom(year, month, day)
	return ""
}

// setTime checks and sets the time of day. 24:00:00 and leap seconds belong to two days: no time.
func (c *civil) setTime(hour, minute, second int, micros int64) string {
	if hour > 23 || minute > 59 || second > 59 {
		return RuleType
	}
	c.micros = int64(hour*3600+minute*60+second)*1e6 + micros
	return ""
}

// Marks that foldDate writes for the characters of Chinese dates and times.
const (
	markYear = 1 + iota
	markMonth
	markDay
	markHour
	markMinute
	markSecond
)

// foldDate brings full-width digits and signs and the words of Chinese dates to single bytes.
func foldDate(s string) (string, bool) {
	plain := true
	for i := range len(s) {
		if s[i] >= 0x80 || s[i] <= markSecond {
			plain = false
			break
		}
	}
	if plain {
		return strings.TrimSpace(s), true
	}
	if len(s) > longestNumber {
		return "", false
	}
	out := make([]byte, 0, len(s))
	for _, r := range s {
		c, ok := foldDateRune(r)
		if !ok {
			return "", false
		}
		out = append(out, c)
	}
	return strings.TrimSpace(string(out)), true
}

func foldDateRune(r rune) (byte, bool) {
	switch {
	case r > markSecond && r < 0x80:
		return byte(r), true
	case r >= '０' && r <= '９':
		return byte(r-'０') + '0', true
	case unicode.IsSpace(r) || r == '\ufeff':
		return ' ', true
	}
	switch r {
	case '年':
		return markYear, true
	case '月':
		return markMonth, true
	case '日', '号', '號':
		return markDay, true
	case '时', '時', '点', '點':
		return markHour, true
	case '分':
		return markMinute, true
	case '秒':
		return markSecond, true
	case '上': // 上午 and 下午 become AM and PM
		return 'A', true
	case '下':
		return 'P', true
	case '午':
		return 'M', true
	case '／':
		return '/', true
	case '－', '‐', '–', '−':
		return '-', true
	case '：':
		return ':', true
	case '．':
		return '.', true
	}
	return 0, false
}

// parseISO is the fast path: 2026-03-08, 2026-03-08 10:00:00, also with T, a fraction of up to six
// digits and a zone (Z, +08, +0800, +08:00), as servers write them.
func parseISO(s string) (c civil, rule string, ok bool) {
	if len(s) != 10 && len(s) < 19 || s[4] != '-' || s[7] != '-' {
		return c, "", false
	}
	year, ok1 := digits4(s)
	month, ok2 := digits2(s[5:])
	day, ok3 := digits2(s[8:])
	if !ok1 || !ok2 || !ok3 {
		return c, "", false
	}
	if len(s) == 10 {
		return c, c.setDate(year, month, day), true
	}
	hour, ok1 := digits2(s[11:])
	minute, ok2 := digits2(s[14:])
	second, ok3 := digits2(s[17:])
	if !ok1 || !ok2 || !ok3 || s[10] != ' ' && s[10] != 'T' || s[13] != ':' || s[16] != ':' {
		return c, "", false
	}
	micros, rest, ok := isoFraction(s[19:])
	if !ok || !c.isoZone(rest) {
		return civil{}, "", false
	}
	if rule = c.setDate(year, month, day); rule == "" {
		rule = c.setTime(hour, minute, second, micros)
	}
	return c, rule, true
}

// isoFraction reads one to six digits of a second, if there are any; longer ones are not for the
// fast path.
func isoFraction(s string) (micros int64, rest string, ok bool) {
	if s == "" || s[0] != '.' {
		return 0, s, true
	}
	n := 1
	for n < len(s) && n <= 7 && s[n]-'0' <= 9 {
		micros = micros*10 + int64(s[n]-'0')
		n++
	}
	if n == 1 || n > 7 {
		return 0, s, false
	}
	return micros * tens[7-n], s[n:], true
}

// isoZone reads nothing, Z or an offset; what else there may be is not for the fast path.
func (c *civil) isoZone(s string) bool {
	switch {
	case s == "":
		return true
	case s == "Z":
		c.hasZone = true
		return true
	case len(s) < 3 || s[0] != '+' && s[0] != '-':
		return false
	}
	hours, ok := digits2(s[1:])
	minutes := 0
	if rest := s[3:]; ok && rest != "" {
		if rest[0] == ':' {
			rest = rest[1:]
		}
		if len(rest) != 2 {
			return false
		}
		minutes, ok = digits2(rest)
	}
	if !ok || hours > 15 || minutes > 59 {
		return false
	}
	c.hasZone, c.offset = true, hours*3600+minutes*60
	if s[0] == '-' {
		c.offset = -c.offset
	}
	return true
}

func digits2(s string) (int, bool) {
	a, b := s[0]-'0', s[1]-'0'
	return int(a)*10 + int(b), a <= 9 && b <= 9
}

func digits4(s string) (int, bool) {
	a, ok1 := digits2(s)
	b, ok2 := digits2(s[2:])
	return a*100 + b, ok1 && ok2
}

// parseUndeclared reads the forms that mean one day only, whoever wrote them: year first, with
// or without time, fraction and zone. Day and month in any other order are never guessed.
func parseUndeclared(s string) (civil, string) {
	if c, rule, ok := parseISO(s); ok {
		return c, rule
	}
	var c civil
	text, ok := foldDate(s)
	if !ok {
		return c, RuleType
	}
	p := dateCursor{s: text}
	if rule := p.date(&c); rule != "" {
		return c, rule
	}
	if p.done() {
		return c, ""
	}
	spaced := p.skipSpaces()
	if p.take('T') || p.take('t') || spaced || p.at > 0 && p.s[p.at-1] == markDay {
		if p.s[p.at:] == "BC" {
			return c, RuleDateRange
		}
		if rule := p.clock(&c); rule != "" {
			return c, rule
		}
		p.skipSpaces()
		return c, p.zone(&c)
	}
	return c, RuleType
}

// dateCursor reads folded text from left to right.
type dateCursor struct {
	s  string
	at int
}

func (p *dateCursor) done() bool { return p.at == len(p.s) }

func (p *dateCursor) take(c byte) bool {
	if p.at < len(p.s) && p.s[p.at] == c {
		p.at++
		return true
	}
	return false
}

func (p *dateCursor) skipSpaces() (any bool) {
	for p.take(' ') {
		any = true
	}
	return any
}

// number reads up to most digits; n is how many there were.
func (p *dateCursor) number(most int) (v, n int) {
	for n < most && p.at < len(p.s) && p.s[p.at]-'0' <= 9 {
		v = v*10 + int(p.s[p.at]-'0')
		p.at, n = p.at+1, n+1
	}
	return v, n
}

// date reads 2026-3-8, 2026/3/8, 2026.3.8, 2026年3月8日, 20260308 and 20260308101500.
func (p *dateCursor) date(c *civil) string {
	negative := p.take('-')
	year, n := p.number(9)
	if p.at < len(p.s) && n == 9 { // longer than any year: digits without separators
		p.at = 0
		year, _ = p.number(4)
		if len(p.s) == 14 && strings.Trim(p.s, "0123456789") == "" {
			return p.compact(c, year)
		}
		return RuleType
	}
	if n == 8 && p.at == len(p.s) || n == 8 && strings.ContainsRune(" Tt", rune(p.s[p.at])) {
		return c.setDate(year/10000, year/100%100, year%100)
	}
	if n <= 2 {
		return p.shortDate(n)
	}
	sep := p.separator()
	month, m := p.number(2)
	next := sep
	if sep == markYear {
		next = markMonth
	}
	if sep == 0 || m == 0 || !p.take(next) {
		return RuleType
	}
	day, d := p.number(2)
	if d == 0 || sep == markYear && !p.take(markDay) {
		return RuleType
	}
	if negative || n > 4 {
		return RuleDateRange
	}
	if n != 4 {
		return RuleType
	}
	return c.setDate(year, month, day)
}

// compact reads what follows the year of 20260308101500.
func (p *dateCursor) compact(c *civil, year int) string {
	var v [5]int
	for i := range v {
		v[i], _ = p.number(2)
	}
	if rule := c.setDate(year, v[0], v[1]); rule != "" {
		return rule
	}
	return c.setTime(v[2], v[3], v[4], 0)
}

func (p *dateCursor) separator() byte {
	for _, sep := range []byte{'-', '/', '.', markYear} {
		if p.take(sep) {
			return sep
		}
	}
	return 0
}

// shortDate is reached by a number of one or two digits: 11/8/2018 may be August or November.
func (p *dateCursor) shortDate(n int) string {
	sep := p.separator()
	_, m := p.number(2)
	same := sep != 0 && sep != markYear && p.take(sep)
	_, y := p.number(4)
	if n > 0 && m > 0 && same && (y == 2 || y == 4) {
		return RuleAmbiguousDate
	}
	return RuleType
}
