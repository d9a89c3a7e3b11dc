package publish

import (
	"html/template"
	"math"
)

// column is one period of a column chart.
type column struct {
	name       string
	rate       float64
	text       string // figure over the column
	unfinished bool
}

// columnChart draws a share per period, the unfinished ones hatched.
func columnChart(s *speech, title, finding string, columns []column, id string, width float64) template.HTML {
	d := draw(id, title, finding, width, 230)
	d.hatch()
	top := 0.0
	for _, c := range columns {
		top = math.Max(top, c.rate)
	}
	steps := ticks(0, math.Max(top, 0.01))
	x := scale{0, float64(len(columns)), 46, d.width - 4}
	y := scale{0, steps[len(steps)-1], d.height - 28, 22}
	for _, v := range steps {
		d.line("grid", x.low, y.at(v), x.high, y.at(v))
		d.text("tick", "end", x.low-6, y.at(v)+4, tickSize, wholePercentOf(s, v))
	}
	slot := x.at(1) - x.at(0)
	bar := math.Min(slot*0.7, 44)
	for i, c := range columns {
		mid := x.at(float64(i) + 0.5)
		if c.unfinished {
			d.hatched(mid-bar/2, y.at(0), mid+bar/2, y.at(c.rate))
		} else {
			d.rect("bar-blue", mid-bar/2, y.at(0), mid+bar/2, y.at(c.rate))
		}
		d.label("value", tickSize-1, c.text, spot{"middle", mid, y.at(c.rate) - 5})
	}
	d.line("axis", x.low, y.at(0), x.high, y.at(0))
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.name
	}
	d.nameSlots(x, names, d.height-8)
	return d.done()
}

// nameSlots writes as many of the names below an axis as fit, the last one always.
func (d *drawing) nameSlots(x scale, names []string, y float64) {
	widest := 0.0
	for _, n := range names {
		widest = math.Max(widest, textWidth(n, tickSize))
	}
	slot := x.at(1) - x.at(0)
	every := max(int(math.Ceil((widest+10)/slot)), 1)
	for i := len(names) - 1; i >= 0; i -= every {
		mid := math.Min(x.at(float64(i)+0.5), d.width-textWidth(names[i], tickSize)/2)
		d.text("tick", "middle", mid, y, tickSize, names[i])
	}
}

// wholePercentOf writes an axis value that may need a decimal.
func wholePercentOf(s *speech, v float64) string {
	if math.Abs(v*100-math.Round(v*100)) > 1e-6 {
		return s.percent(&v)
	}
	return wholePercent(s, v)
}
