package pipeline

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// Period is a part of the calendar that can be closed, half-open.
type Period struct {
	Name        string
	From, Until time.Time
}

var periodNames = regexp.MustCompile(`^(?:(\d{4})|(\d{4})-(\d\d)|(\d{4})-Q([1-4])|FY(\d{4}))$`)

// ParsePeriod reads 2026-03, 2026-Q1, 2026 and FY2026. A fiscal year has the name of the calendar
// year in which it ends; fiscalMonth is the month in which it starts.
func ParsePeriod(text string, fiscalMonth int) (Period, error) {
	m := periodNames.FindStringSubmatch(text)
	if m == nil {
		return Period{}, fmt.Errorf("read period %q: write a month (2026-03), a quarter (2026-Q1), a year (2026) or a fiscal year (FY2026)", text)
	}
	number := func(i int) int { n, _ := strconv.Atoi(m[i]); return n } // the pattern allows digits only
	p := Period{Name: text}
	switch {
	case m[1] != "":
		p.From, p.Until = day(number(1), 1, 1), day(number(1)+1, 1, 1)
	case m[2] != "":
		if number(3) < 1 || number(3) > 12 {
			return Period{}, fmt.Errorf("read period %q: there is no month %s", text, m[3])
		}
		p.From, p.Until = day(number(2), time.Month(number(3)), 1), day(number(2), time.Month(number(3)+1), 1)
	case m[4] != "":
		first := time.Month(3*number(5) - 2)
		p.From, p.Until = day(number(4), first, 1), day(number(4), first+3, 1)
	default:
		p.Until = day(number(6)+1, time.Month(fiscalMonth), 1)
		if fiscalMonth > 1 {
			p.Until = day(number(6), time.Month(fiscalMonth), 1)
		}
		p.From = p.Until.AddDate(-1, 0, 0)
	}
	return p, nil
}
