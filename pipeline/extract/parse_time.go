package extract

import "strings"

// clock reads 9:05, 09:05:07.123456, 9:05 PM, PM 9:05, 9时5分7秒.
func (p *dateCursor) clock(c *civil) string {
	half := p.half()
	hour, h := p.number(2)
	if h == 0 || !p.take(':') && !p.take(markHour) {
		return RuleType
	}
	minute, m := p.number(2)
	if m == 0 {
		return RuleType
	}
	minuteMark := p.take(markMinute)
	second, micros := 0, int64(0)
	if p.take(':') || minuteMark && p.at < len(p.s) && p.s[p.at]-'0' <= 9 {
		var s int
		if second, s = p.number(2); s == 0 {
			return RuleType
		}
		if p.take('.') || p.take(',') {
			var ok bool
			if micros, ok = p.fraction(); !ok {
				return RuleType
			}
		}
		p.take(markSecond)
	}
	p.skipSpaces()
	if half == 0 {
		half = p.half()
	}
	hour, ok := halfDay(hour, half)
	if !ok {
		return RuleType
	}
	return c.setTime(hour, minute, second, micros)
}

// fraction reads digits of a second. What is beyond microseconds is cut, not rounded: rounding
// could move the last instant of a day to the next one.
func (p *dateCursor) fraction() (int64, bool) {
	micros, n := p.number(6)
	if n == 0 {
		return 0, false
	}
	for ; n < 6; n++ {
		micros *= 10
	}
	for {
		if _, more := p.number(9); more == 0 {
			return int64(micros), true
		}
	}
}

// half reads AM or PM: 'A', 'P' or 0.
func (p *dateCursor) half() byte {
	if len(p.s)-p.at >= 2 && p.s[p.at+1]|0x20 == 'm' {
		if c := p.s[p.at] &^ 0x20; c == 'A' || c == 'P' {
			p.at += 2
			p.skipSpaces()
			return c
		}
	}
	return 0
}

// halfDay turns an hour of a half day (1 to 12) into one of the day.
func halfDay(hour int, half byte) (int, bool) {
	if half == 0 {
		return hour, true
	}
	if hour < 1 || hour > 12 {
		return 0, false
	}
	hour %= 12
	if half == 'P' {
		hour += 12
	}
	return hour, true
}

// zone reads nothing, Z, UTC, GMT, +08, +0800, +08:00 or +08:00:00, to the end of the text.
func (p *dateCursor) zone(c *civil) string {
	rest := p.s[p.at:]
	if rest == "" {
		return ""
	}
	if rest == "Z" || rest == "z" || rest == "UTC" || rest == "GMT" {
		c.hasZone = true
		return ""
	}
	if strings.HasSuffix(rest, "BC") {
		return RuleDateRange
	}
	west := p.take('-')
	if !west && !p.take('+') {
		return RuleType
	}
	hours, h := p.number(2)
	var parts [2]int
	for i := 0; i < 2 && !p.done(); i++ {
		p.take(':')
		var n int
		if parts[i], n = p.number(2); n != 2 {
			return RuleType
		}
	}
	if h != 2 || !p.done() || hours > 15 || parts[0] > 59 || parts[1] > 59 {
		return RuleType
	}
	c.hasZone, c.offset = true, hours*3600+parts[0]*60+parts[1]
	if west {
		c.offset = -c.offset
	}
	return ""
}
