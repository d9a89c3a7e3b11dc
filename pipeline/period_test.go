package pipeline

import (
	"testing"
	"time"
)

func TestAPeriodIsAMonthAQuarterAYearOrTheFiscalYearThatEndsInIt(t *testing.T) {
	for _, c := range []struct {
		text        string
		fiscalMonth int
		from, until string
	}{
		{"2026-03", 1, "2026-03-01", "2026-04-01"},
		{"2025-12", 1, "2025-12-01", "2026-01-01"},
		{"2026-Q1", 4, "2026-01-01", "2026-04-01"},
		{"2026-Q4", 1, "2026-10-01", "2027-01-01"},
		{"2026", 4, "2026-01-01", "2027-01-01"},
		{"FY2026", 1, "2026-01-01", "2027-01-01"},
		{"FY2026", 4, "2025-04-01", "2026-04-01"},
		{"FY2026", 12, "2025-12-01", "2026-12-01"},
	} {
		p, err := ParsePeriod(c.text, c.fiscalMonth)
		if err != nil || p.From.Format(time.DateOnly) != c.from || p.Until.Format(time.DateOnly) != c.until || p.Name != c.text {
			t.Errorf("%s with a fiscal year from month %d: got %v, %v", c.text, c.fiscalMonth, p, err)
		}
	}
	for _, text := range []string{"", "26-03", "2026-00", "2026-13", "2026-Q0", "2026-Q5", "fy2026", "2026-03-01", "2026 ", "FY26", "../2026"} {
		if p, err := ParsePeriod(text, 1); err == nil {
			t.Errorf("%q is read as %v", text, p)
		}
	}
}
