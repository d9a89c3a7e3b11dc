package pipeline

import (
	"fmt"
	"time"

	"github.com/pharos-analytics/pharos/pipeline/model"
	"github.com/pharos-analytics/pharos/segment"
)

// epoch is the first day of a window without a beginning.
var epoch = day(1900, time.January, 1)

// windows are the days that decide what counts: [start, asOf) for W, and W moved back by a year.
type windows struct {
	asOf, start                 time.Time
	previousAsOf, previousStart time.Time
	months                      int      // how many months of the history are computed too
	standard                    bool     // whether the standard windows are
	closed                      []Period // the periods that are closed, or about to be
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

// profitWindows are the windows in which profit is counted (run.windows): W and W a year earlier,
// the standard ones, closed periods, and W as it was at D minus one to 23 months. W itself and W a
// year earlier are months of the history too.
func profitWindows(cfg *Config, w windows) relation {
	r := table("run.windows", "profit_window varchar", "kind varchar", "position bigint", "starts_on date", "ends_on date", "month_on date")
	add := func(name, kind string, from, until time.Time, month any) {
		r.rows = append(r.rows, []any{name, kind, int64(len(r.rows) + 1), from, until, month})
	}
	add("current", "report", w.start, w.asOf, lastMonth(w.asOf))
	add("previous", "report", w.previousStart, w.previousAsOf, lastMonth(w.previousAsOf))
	for _, p := range w.closed {
		add(closedWindow(p.Name), "closed", p.From, p.Until, nil)
	}
	if w.standard {
		add("all", "standard", epoch, w.asOf, nil)
		add("fiscal_year", "standard", fiscalStart(w.asOf.AddDate(0, 0, -1), cfg.Company.FiscalMonth), w.asOf, nil)
		add("trailing", "standard", monthsBefore(w.asOf, 12), w.asOf, nil)
	}
	for back := 1; back <= w.months; back++ {
		if back == 12 {
			continue // previous
		}
		then := windowsAt(monthsBefore(w.asOf, back), cfg.Profit.Window, cfg.Company.FiscalMonth)
		add(fmt.Sprintf("month_%02d", back), "history", then.start, then.asOf, lastMonth(then.asOf))
	}
	return r
}

// ask adds the windows that planned models show, of a history of so many months. A run of a few marts is spared those of the others.
func (w *windows) ask(planned []model.Model, months int) {
	for _, md := range planned {
		switch md.Relation() {
		case "publish.kpi_history", "segment.tier_history":
			w.months = max(w.months, months-1)
		case "publish.kpis":
			w.months = max(w.months, 1) // the value before
		case "segment.window_rankings", "segment.window_profit", "segment.reconciliation_periods":
			w.standard = true
		}
	}
}

// closedWindow is the window of a closed period.
func closedWindow(period string) string { return "closed " + period }

// lastMonth is the first day of the month that holds the last day before an as-of day.
func lastMonth(asOf time.Time) time.Time {
	last := asOf.AddDate(0, 0, -1)
	return day(last.Year(), last.Month(), 1)
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
