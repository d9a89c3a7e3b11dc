package pipeline

import (
	"testing"
	"time"

	"github.com/pharos-analytics/pharos/segment"
)

func TestAMonthBeforeTheLastDayIsTheLastDay(t *testing.T) {
	for _, c := range []struct {
		from   string
		months int
		want   string
	}{
		{"2026-03-31", 1, "2026-02-28"},
		{"2024-03-31", 1, "2024-02-29"},
		{"2024-02-29", 12, "2023-02-28"},
		{"2026-01-15", 1, "2025-12-15"},
		{"2026-09-01", 12, "2025-09-01"},
		{"2026-05-31", 0, "2026-05-31"},
		{"2026-01-31", 26, "2023-11-30"},
	} {
		if got := monthsBefore(date(t, c.from), c.months).Format(time.DateOnly); got != c.want {
			t.Errorf("%d months before %s is %s, not %s", c.months, c.from, got, c.want)
		}
	}
}

func date(t *testing.T, text string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestWhatCountsEndsTheDayBeforeTheAsOfDay(t *testing.T) {
	for _, c := range []struct {
		name               string
		asOf               string
		window             segment.Window
		fiscal             int
		start, beforeStart string
	}{
		{"twelve months", "2026-09-01", segment.Window{Months: 12}, 1, "2025-09-01", "2024-09-01"},
		{"twelve months from a leap day", "2024-02-29", segment.Window{Months: 12}, 1, "2023-02-28", "2022-02-28"},
		{"all history", "2026-09-01", segment.Window{All: true}, 1, "1900-01-01", "1900-01-01"},
		{"the fiscal year to date", "2026-09-01", segment.Window{Fiscal: true}, 4, "2026-04-01", "2025-04-01"},
		{"the fiscal year that ended yesterday", "2026-04-01", segment.Window{Fiscal: true}, 4, "2025-04-01", "2024-04-01"},
		{"the first day of a fiscal year", "2026-04-02", segment.Window{Fiscal: true}, 4, "2026-04-01", "2025-04-01"},
	} {
		w := windowsAt(date(t, c.asOf), c.window, c.fiscal)
		if got := w.start.Format(time.DateOnly); got != c.start {
			t.Errorf("%s: the window starts on %s, not %s", c.name, got, c.start)
		}
		if got := w.previousStart.Format(time.DateOnly); got != c.beforeStart {
			t.Errorf("%s: the window a year before starts on %s, not %s", c.name, got, c.beforeStart)
		}
		if !w.start.Before(w.asOf) || !w.previousStart.Before(w.previousAsOf) {
			t.Errorf("%s: an empty window %+v", c.name, w)
		}
	}
}

func TestTodayIsTheCompanysDayWhereverTheServerStands(t *testing.T) {
	at := time.Date(2026, 8, 31, 17, 30, 0, 0, time.UTC)
	for zone, want := range map[string]string{"Asia/Shanghai": "2026-09-01", "America/New_York": "2026-08-31", "Pacific/Kiritimati": "2026-09-01"} {
		location, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := Today(at, location).Format(time.DateOnly); got != want {
			t.Errorf("%s: today is %s, not %s", zone, got, want)
		}
	}
}

// Every day stands in exactly one period, and the periods' numbers have no gap.
func TestTheCalendarHasEveryDayOnceAndNoGap(t *testing.T) {
	for _, period := range []string{"week", "month", "quarter", "year"} {
		rows := calendar(day(2026, 9, 1), period).rows
		if first := rows[0][0].(time.Time); !first.Equal(epoch) {
			t.Errorf("%s: the calendar begins on %v", period, first)
		}
		for i, r := range rows {
			d, next, from, to, index := r[0].(time.Time), r[1].(time.Time), r[5].(time.Time), r[6].(time.Time), r[7].(int64)
			if d.Before(from) || !d.Before(to) || !next.Equal(d.AddDate(0, 0, 1)) {
				t.Fatalf("%s: %v lies in [%v, %v)", period, d, from, to)
			}
			if i == 0 {
				continue
			}
			before := rows[i-1]
			if !before[1].(time.Time).Equal(d) {
				t.Fatalf("%s: %v follows %v", period, d, before[0])
			}
			step := index - before[7].(int64)
			if began := d.Equal(from); began != (step == 1) || step < 0 || step > 1 {
				t.Fatalf("%s: on %v the period's number moves by %d", period, d, step)
			}
		}
	}
}
