package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// longestNumber bounds the text that is read as a number: unbounded numerics are the longest.
const longestNumber = 128

// tens are the powers of ten that fit into 64 bits.
var tens = func() (t [19]int64) {
	t[0] = 1
	for i := 1; i < len(t); i++ {
		t[i] = 10 * t[i-1]
	}
	return t
}()

// mostAt is the largest number of 18 digits that can still be multiplied by a power of ten.
var mostAt = func() (t [19]int64) {
	for i := range t {
		t[i] = (tens[18] - 1) / tens[i]
	}
	return t
}()

// pow10 is a power of ten; beyond 18 none fits into 64 bits.
func pow10(n int) int64 { return tens[min(max(n, 0), 18)] }

// parseFixed reads the text of an amount as decimal(18,scale), exactly: unscaled value, whether
// digits were lost by rounding (half away from zero), and the currency sign or code beside the
// number, if any. The rule is empty, or says why the text is no such number. Blank text is no
// number either: callers treat it as NULL first.
//
// What is read: 1234.5, 1,234.50, 1 234,50 and 1.234,50 (comma set), 1'234.50, (1,234), 1,234-,
// ¥1,234.50, 1234 CNY, １２３４．５, 1E3. Grouping must be plausible: 1,23 is no number where the
// decimal sign is the point. A percentage is no amount.
func parseFixed(s string, scale int, comma bool) (v int64, rounded bool, mark, rule string) {
	if v, scaled, ok := parsePlain(s, comma); ok {
		if v, rounded, ok = rescale(v, scaled, scale); ok {
			return v, rounded, "", ""
		}
	}
	var d decimalText
	if rule = d.scan(s, comma); rule != "" {
		return 0, false, d.mark, rule
	}
	v, rounded, ok := d.round(scale)
	if !ok {
		return 0, false, d.mark, RuleOutOfRange
	}
	return v, rounded, d.mark, ""
}

// parsePlain is the fast path: an optional minus, at most 18 digits, at most one decimal sign.
func parsePlain(s string, comma bool) (v int64, scale int, ok bool) {
	point := byte('.')
	if comma {
		point = ','
	}
	i, digits, at := 0, 0, -1
	if len(s) > 0 && s[0] == '-' {
		i = 1
	}
	start := i
	for ; i < len(s); i++ {
		switch c := s[i]; {
		case c-'0' <= 9:
			v = v*10 + int64(c-'0')
			digits++
		case c == point && at < 0:
			at = i
		default:
			return 0, 0, false
		}
	}
	if digits == 0 || digits > 18 {
		return 0, 0, false
	}
	if at >= 0 {
		scale = len(s) - at - 1
	}
	if start == 1 {
		v = -v
	}
	return v, scale, true
}

// parseCell is parsePlain for the bytes of a cell, at a scale. It is not ok for anything that is
// not an optional minus, at most 18 digits and at most one decimal sign, and loses no digit.
func parseCell(s []byte, scale int, point byte) (v int64, ok bool) {
	negative := len(s) > 0 && s[0] == '-'
	if negative {
		s = s[1:]
	}
	if len(s) == 0 || len(s) > 18 {
		return 0, false
	}
	behind := 0
	for i, c := range s {
		if d := c - '0'; d <= 9 {
			v = v*10 + int64(d)
			continue
		}
		if c != point || behind > 0 || i+1 == len(s) || i == 0 {
			return 0, false
		}
		behind = len(s) - i - 1
	}
	if behind > scale || v > mostAt[scale-behind] {
		return 0, false
	}
	v *= tens[scale-behind]
	if negative {
		v = -v
	}
	return v, true
}

// rescale moves an unscaled value from one scale to another, rounding half away from zero; not ok
// when it does not fit into 18 digits.
func rescale(v int64, from, to int) (out int64, rounded, ok bool) {
	if from <= to {
		if to-from > 18 {
			return 0, false, v == 0
		}
		p := pow10(to - from)
		if limit := mostAt[to-from]; v > limit || v < -limit {
			return 0, false, false
		}
		return v * p, false, true
	}
	if from-to > 18 {
		return 0, v != 0, true
	}
	p := pow10(from - to)
	q, r := v/p, v%p
	if r == 0 {
		return q, false, fits18(q)
	}
	if r < 0 {
		r = -r
	}
	if r >= p-r {
		if v < 0 {
			q--
		} else {
			q++
		}
	}
	return q, true, fits18(q)
}

func fits18(v int64) bool { return v > -1e18 && v < 1e18 }

// decimalText is a number taken apart: sign, digits without leading zeros, and how many of the
// digits stand behind the point (negative after a large exponent).
type decimalText struct {
	negative bool
	digits   []byte
	behind   int
	mark     string // the currency sign or code, as written
	buf      [longestNumber]byte
}

// round gives the number at a scale, not ok outside decimal(18,scale).
func (d *decimalText) round(scale int) (v int64, rounded, ok bool) {
	digits, drop := d.digits, d.behind-scale
	up := false
	if drop > 0 {
		kept := max(0, len(digits)-drop)
		rounded = len(strings.Trim(string(digits[kept:]), "0")) > 0
		up = drop <= len(digits) && digits[kept] >= '5'
		digits, drop = digits[:kept], 0
	}
	if len(digits) == 0 && !up {
		return 0, rounded, true
	}
	if len(digits)-drop > 18 {
		return 0, false, false
	}
	for _, c := range digits {
		v = v*10 + int64(c-'0')
	}
	v *= pow10(-drop)
	if up {
		v++
	}
	if d.negative {
		v = -v
	}
	return v, rounded, fits18(v)
}

// scan reads any form of parseFixed; the result is a rule, empty for a number.
func (d *decimalText) scan(s string, comma bool) string {
	text, rule := d.fold(s)
	if rule != "" {
		return rule
	}
	core, ok := d.unwrap(text)
	if !ok {
		return RuleType
	}
	return d.number(core, comma)
}

// currencyByte stands for a currency sign in folded text.
const currencyByte = 1

// fold brings full-width and typographic characters to ASCII, keeping a currency sign aside.
func (d *decimalText) fold(s string) ([]byte, string) {
	if len(s) > longestNumber {
		return nil, RuleOutOfRange
	}
	out := d.buf[:0]
	for i, r := range s {
		switch {
		case r == currencyByte || r == utf8.RuneError:
			return nil, RuleType
		case r < 0x80 && r != '$':
			if unicode.IsSpace(r) {
				r = ' '
			}
			out = append(out, byte(r))
		case r >= '０' && r <= '９':
			out = append(out, byte(r-'０'+'0'))
		case r == '\ufeff' || unicode.IsSpace(r):
			out = append(out, ' ')
		case unicode.Is(unicode.Sc, r) || strings.ContainsRune("元圆円원", r):
			d.mark = s[i : i+utf8.RuneLen(r)]
			out = append(out, currencyByte)
		default:
			c, ok := plainForm(r)
			if !ok {
				return nil, RuleType
			}
			out = append(out, c)
		}
	}
	return out, ""
}

// plainForm is the ASCII form of the full-width and typographic characters of numbers.
func plainForm(r rune) (byte, bool) {
	switch r {
	case '．':
		return '.', true
	case '，':
		return ',', true
	case '－', '−', '﹣', '–':
		return '-', true
	case '＋':
		return '+', true
	case '（':
		return '(', true
	case '）':
		return ')', true
	case '％':
		return '%', true
	case '’', '‘', '＇':
		return '\'', true
	}
	return 0, false
}

// unwrap takes signs, brackets and currency from both ends; each may stand there once.
func (d *decimalText) unwrap(text []byte) ([]byte, bool) {
	signs, marks, open, closed := 0, 0, 0, 0
	for len(text) > 0 {
		first, last := text[0], text[len(text)-1]
		switch {
		case first == ' ':
			text = text[1:]
		case last == ' ':
			text = text[:len(text)-1]
		case first == '-' || first == '+':
			d.negative, signs, text = first == '-', signs+1, text[1:]
		case last == '-' || last == '+':
			d.negative, signs, text = last == '-', signs+1, text[:len(text)-1]
		case first == '(':
			open, text = open+1, text[1:]
		case last == ')':
			closed, text = closed+1, text[:len(text)-1]
		case first == currencyByte:
			marks, text = marks+1, text[1:]
		case last == currencyByte:
			marks, text = marks+1, text[:len(text)-1]
		case first >= 'A':
			n := d.leadingCode(text)
			if n == 0 {
				return nil, false
			}
			marks, text = marks+1, text[n:]
		case last >= 'A':
			n := len(text) - 3
			if n < 0 || !isCurrencyCode(string(text[n:])) {
				return nil, false
			}
			d.mark, marks, text = string(text[n:]), marks+1, text[:n]
		default:
			// Brackets are a sign of their own: they pair, and stand beside no other sign.
			if open == 1 && closed == 1 && signs == 0 {
				d.negative, signs = true, 1
				open, closed = 0, 0
			}
			return text, signs <= 1 && marks <= 1 && open == 0 && closed == 0
		}
	}
	return nil, false
}

// leadingCode is the length of a currency in letters before the number: EUR, US$, HK$; 0 if none.
func (d *decimalText) leadingCode(text []byte) int {
	n := 0
	for n < len(text) && text[n] >= 'A' && text[n] <= 'Z' {
		n++
	}
	if n < len(text) && text[n] == currencyByte && d.mark == "$" {
		d.mark = string(text[:n]) + "$"
		return n + 1
	}
	if n != 3 || !isCurrencyCode(string(text[:3])) {
		return 0
	}
	d.mark = string(text[:3])
	return 3
}

// number reads digits with grouping, decimal sign and exponent.
func (d *decimalText) number(text []byte, comma bool) string {
	point, other := byte('.'), byte(',')
	if comma {
		point, other = ',', '.'
	}
	var groups grouping
	out, seen, fraction := text[:0], 0, false // out reuses text: it never overtakes the reading
	exponent := 0
loop:
	for i, c := range text {
		switch {
		case c-'0' <= 9:
			seen++
			groups.digit(c)
			if fraction {
				d.behind++
			}
			if len(out) > 0 || c != '0' {
				out = append(out, c)
			}
		case c == point && !fraction:
			fraction = true
			groups.end()
		case (c == other || c == ' ' || c == '\'') && !fraction:
			groups.separator(c)
		case (c == 'e' || c == 'E') && seen > 0:
			e, ok := parseExponent(string(text[i+1:]))
			if !ok {
				return RuleType
			}
			exponent = e
			break loop
		default:
			return RuleType
		}
	}
	groups.end()
	if seen == 0 || !groups.plausible() {
		return RuleType
	}
	for d.behind > 0 && len(out) > 0 && out[len(out)-1] == '0' {
		out, d.behind = out[:len(out)-1], d.behind-1
	}
	d.digits, d.behind = out, d.behind-exponent
	return ""
}

// parseExponent reads an optional sign and one to four digits.
func parseExponent(s string) (int, bool) {
	negative := strings.HasPrefix(s, "-")
	if negative || strings.HasPrefix(s, "+") {
		s = s[1:]
	}
	if len(s) == 0 || len(s) > 4 {
		return 0, false
	}
	n := 0
	for _, c := range []byte(s) {
		if c-'0' > 9 {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	if negative {
		n = -n
	}
	return n, true
}
