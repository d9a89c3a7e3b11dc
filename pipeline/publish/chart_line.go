package publish

import (
	"html/template"
	"math"
	"time"
)

// monthValue is a figure of a month; nil leaves a gap in the line.
type monthValue struct {
	month time.Time
	value *float64
}

// goal is a value to be reached in a month.
type goal struct {
	month time.Time
	value float64
	name  string
}

// lineChart draws a figure month by month and, ahead of it, what it has to reach.
func lineChart(s *speech, title, finding, unit string, months []monthValue, goals []goal, id string, width float64) template.HTML {
	d := draw(id, title, finding, width, 250)
	first, last := months[0].month, months[len(months)-1].month
	low, high := 0.0, 0.0
	for _, m := range months {
		if finite(m.value) {
			low, high = math.Min(low, *m.value), math.Max(high, *m.value)
		}
	}
	end := last
	for _, g := range goals {
		low, high = math.Min(low, g.value), math.Max(high, g.value)
		if g.month.After(end) {
			end = g.month
		}
	}
	steps := ticks(low, math.Max(high, low+1e-9))
	left := 0.0
	for _, v := range steps {
		left = math.Max(left, textWidth(axisFigure(s, v, unit), tickSize)+10)
	}
	n := monthsBetween(first, end)
	x := scale{0, float64(max(n, 1)), left + 6, d.width - 14}
	y := scale{steps[0], steps[len(steps)-1], d.height - 30, 24}
	for _, v := range steps {
		d.line("grid", left, y.at(v), x.high+6, y.at(v))
		d.text("tick", "end", left-8, y.at(v)+4, tickSize, axisFigure(s, v, unit))
	}
	d.monthNames(x, first, n)
	at := func(month time.Time, v float64) [2]float64 {
		return [2]float64{x.at(float64(monthsBetween(first, month))), y.at(v)}
	}
	d.goals(months, goals, at)
	var run [][2]float64
	for i, m := range months {
		if finite(m.value) {
			run = append(run, at(m.month, *m.value))
		}
		if !finite(m.value) || i == len(months)-1 {
			d.path("curve-blue", run, false)
			if len(run) == 1 {
				d.dot("dot-blue", run[0][0], run[0][1], 3)
			}
			run = nil
		}
	}
	if now := months[len(months)-1]; finite(now.value) {
		p := at(now.month, *now.value)
		d.dot("dot-blue", p[0], p[1], 5)
		d.label("label", labelSize, s.figure(now.value, unit), spot{"start", p[0] - 2, p[1] - 11}, spot{"end", p[0] + 4, p[1] - 11}, spot{"end", p[0] - 4, p[1] + 22})
	}
	d.line("axis", left, y.at(math.Max(steps[0], 0)), x.high+6, y.at(math.Max(steps[0], 0)))
	return d.done()
}

// goals draws the way from the last figure over what has to be reached.
func (d *drawing) goals(months []monthValue, goals []goal, at func(time.Time, float64) [2]float64) {
	now := months[len(months)-1]
	var way [][2]float64
	if finite(now.value) {
		way = append(way, at(now.month, *now.value))
	}
	for _, g := range goals {
		if !g.month.Before(now.month) {
			way = append(way, at(g.month, g.value))
		}
	}
	for i := 1; i < len(way); i++ {
		d.line("guide", way[i-1][0], way[i-1][1], way[i][0], way[i][1])
	}
	for _, g := range goals {
		p := at(g.month, g.value)
		d.dot("dot-orange", p[0], p[1], 5)
	}
	for _, g := range goals {
		if !g.month.After(now.month) {
			continue // among the months there is no room for words
		}
		p := at(g.month, g.value)
		d.label("tick", tickSize, g.name, spot{"middle", p[0], p[1] + 19}, spot{"end", p[0] + 6, p[1] + 19}, spot{"end", p[0] - 9, p[1] + 4}, spot{"end", p[0] + 6, p[1] - 10})
	}
}

// monthNames writes as many months below the axis as fit, the first always.
func (d *drawing) monthNames(x scale, first time.Time, n int) {
	slot := x.at(1) - x.at(0)
	every := max(int(math.Ceil((textWidth("2026-01", tickSize)+12)/slot)), 1)
	for i := 0; i <= n; i += every {
		name := first.AddDate(0, i, 0).Format("2006-01")
		half := textWidth(name, tickSize) / 2
		d.text("tick", "middle", math.Min(math.Max(x.at(float64(i)), half), d.width-half), d.height-8, tickSize, name)
	}
}

func monthsBetween(a, b time.Time) int {
	return (b.Year()-a.Year())*12 + int(b.Month()) - int(a.Month())
}

// axisFigure writes a value of an axis in its unit.
func axisFigure(s *speech, v float64, unit string) string {
	switch unit {
	case "money":
		return axisAmount(s, v)
	case "share":
		return wholePercentOf(s, v)
	}
	return s.figure(&v, unit)
}
