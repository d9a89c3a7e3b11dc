package publish

import (
	"html/template"
	"math"
)

// lifecycleMonth is a month of the lifecycle chart, customers by state.
type lifecycleMonth struct {
	name                                 string
	fresh, returning, resurrected, quiet int64
	complete                             bool
}

func (m lifecycleMonth) active() int64 { return m.fresh + m.returning + m.resurrected }

// lifecycleChart stacks the active states above the line and draws the dormant below it.
func lifecycleChart(s *speech, months []lifecycleMonth, finding, id string, width float64) template.HTML {
	d := draw(id, s.say("lifecycle.heading"), finding, width, 280)
	d.hatch()
	low, high := 0.0, 1.0
	for _, m := range months {
		low, high = math.Min(low, -float64(m.quiet)), math.Max(high, float64(m.active()))
	}
	steps := ticks(low, high)
	x := scale{0, float64(len(months)), 50, d.width - 4}
	y := scale{steps[0], steps[len(steps)-1], d.height - 28, 12}
	for _, v := range steps {
		if v != math.Trunc(v) {
			continue // there are no half customers
		}
		d.line("grid", x.low, y.at(v), x.high, y.at(v))
		d.text("tick", "end", x.low-6, y.at(v)+4, tickSize, s.number(int64(math.Abs(v))))
	}
	bar := math.Min((x.at(1)-x.at(0))*0.72, 40)
	names := make([]string, len(months))
	for i, m := range months {
		names[i] = m.name
		d.lifecycleColumn(m, x.at(float64(i)+0.5)-bar/2, bar, y)
	}
	d.line("axis", x.low, y.at(0), x.high, y.at(0))
	d.nameSlots(x, names, d.height-8)
	return d.done()
}

func (d *drawing) lifecycleColumn(m lifecycleMonth, left, bar float64, y scale) {
	base := 0.0
	for _, part := range []struct {
		class string
		n     int64
	}{{"state-returning", m.returning}, {"state-resurrected", m.resurrected}, {"state-new", m.fresh}} {
		d.rect(part.class, left, y.at(base), left+bar, y.at(base+float64(part.n)))
		base += float64(part.n)
	}
	if !m.complete {
		d.hatched(left, y.at(0), left+bar, y.at(base))
	}
	d.rect("state-dormant", left, y.at(0), left+bar, y.at(-float64(m.quiet)))
}
