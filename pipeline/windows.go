package pipeline

import (
	"time"

	"github.com/pharos-analytics/pharos/segment"
)

// epoch is the first day of a window without a beginning.
var epoch = day(1900, time.January, 1)

// windows are the days that decide what counts: [start, asOf) for W, and W moved back by a year.
type windows struct {
	asOf, start                 time.Time
	previousAsOf, previousStart time.Time
}

// windowsAt moves the configured window to an as-of day.
func windowsAt(asOf time.Time, w segment.Window, fiscalMonth int) windows {
	out := windows{asOf: asOf, previousAsOf: monthsBefore(asOf, 12)}
	switch {
	case w.All:
		out.start, out.previousStart = epoch, epoch
	case w.Fiscal:
		out.start = fiscalStart(asOf.AddDate(0, 0, -1), fiscalMonth)
		out.previousStart = monthsBefore(out.start, 12)
	default:
		out.start = monthsBefore(asOf, w.Months)
		out.previousStart = monthsBefore(out.start, 12)
	}
	return out
}

// monthsBefore clips to the end of the month: a month before March 31 is February 28 or 29.
func monthsBefore(d time.Time, months int) time.Time {
	first := day(d.Year(), d.Month()-time.Month(months), 1)
	last := first.AddDate(0, 1, -1).Day()
	return day(first.Year(), first.Month(), min(d.Day(), last))
}

// fiscalStart is the first day of the fiscal year that holds d.
func fiscalStart(d time.Time, month int) time.Time {
	start := day(d.Year(), time.Month(month), 1)
	if start.After(d) {
		return start.AddDate(-1, 0, 0)
	}
	return start
}

// day is a calendar day: midnight UTC stands for it everywhere in Go, whatever the company's zone.
func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// Today is the calendar day in the company's time zone at an instant.
func Today(now time.Time, zone *time.Location) time.Time {
	y, m, d := now.In(zone).Date()
	return day(y, m, d)
}
