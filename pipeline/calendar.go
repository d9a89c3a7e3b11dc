package pipeline

import (
	"time"

	"github.com/pharos-analytics/pharos/analysis"
	"github.com/pharos-analytics/pharos/pipeline/model"
)

// calendar is core.calendar: one row per day from 1900 to two years after the as-of day, with
// the periods that it lies in. Models take dates from here, so that no SQL needs date arithmetic
// on which engines differ. period is the configured retention period; its index counts without gaps.
func calendar(asOf time.Time, period string) relation {
	r := relation{name: "core.calendar", columns: []model.Column{
		{Name: "day", Type: "date"}, {Name: "next_day", Type: "date"},
		{Name: "month_on", Type: "date"}, {Name: "next_month_on", Type: "date"}, {Name: "month_index", Type: "bigint"},
		{Name: "period_on", Type: "date"}, {Name: "next_period_on", Type: "date"}, {Name: "period_index", Type: "bigint"},
		{Name: "quarter_on", Type: "date"}, {Name: "year_on", Type: "date"},
	}}
	var index int64
	start := epoch
	for d := epoch; !d.After(asOf.AddDate(2, 0, 0)); d = d.AddDate(0, 0, 1) {
		from, to := periodOf(d, period, 1)
		if !from.Equal(start) {
			start = from
			index++
		}
		month := day(d.Year(), d.Month(), 1)
		r.rows = append(r.rows, []any{
			d, d.AddDate(0, 0, 1),
			month, month.AddDate(0, 1, 0), int64(d.Year())*12 + int64(d.Month()),
			from, to, index,
			day(d.Year(), (d.Month()-1)/3*3+1, 1), day(d.Year(), time.January, 1),
		})
	}
	return r
}

// periodOf is the half-open period that holds d. A week is the ISO week, from Monday on; a fiscal
// year begins with fiscalMonth.
func periodOf(d time.Time, period string, fiscalMonth int) (from, to time.Time) {
	switch period {
	case "day":
		return d, d.AddDate(0, 0, 1)
	case "week":
		from = d.AddDate(0, 0, -((int(d.Weekday()) + 6) % 7))
		return from, from.AddDate(0, 0, 7)
	case "quarter":
		from = day(d.Year(), (d.Month()-1)/3*3+1, 1)
		return from, from.AddDate(0, 3, 0)
	case analysis.FiscalYear:
		from = day(d.Year(), time.Month(fiscalMonth), 1)
		if d.Before(from) {
			from = from.AddDate(-1, 0, 0)
		}
		return from, from.AddDate(1, 0, 0)
	case "year":
		from = day(d.Year(), time.January, 1)
		return from, from.AddDate(1, 0, 0)
	default:
		from = day(d.Year(), d.Month(), 1)
		return from, from.AddDate(0, 1, 0)
	}
}
