package publish

import (
	"html/template"
	"math"
)

// bar is one row of a bar chart: a name, a figure and its length.
type bar struct {
	name, text string
	value      float64 // negative to the left
	class      string
}

// barChart draws rows of bars from a common zero; on a narrow drawing the name stands above its bar.
func barChart(title, finding string, bars []bar, id string, width float64) template.HTML {
	left, row := 0.0, 32.0
	for _, b := range bars {
		left = math.Max(left, textWidth(b.name, labelSize)*1.1+14) // bold is wider
	}
	left = math.Min(left, width*0.4)
	if width < wide {
		left, row = 0, 44
	}
	low, high, room := 0.0, 0.0, 0.0
	for _, b := range bars {
		low, high = math.Min(low, b.value), math.Max(high, b.value)
		room = math.Max(room, textWidth(b.text, tickSize)+12)
	}
	if low == high {
		high = 1
	}
	d := draw(id, title, finding, width, row*float64(len(bars))+8)
	x := scale{low, high, left, width - room}
	if low < 0 {
		x.low += room
	}
	for i, b := range bars {
		top := row * float64(i)
		if width < wide {
			d.text("label", "start", 6, top+15, labelSize, b.name)
			top += 16
		} else {
			d.text("label", "start", 0, top+19, labelSize, shortenTo(b.name, labelSize, (left-14)/1.1))
		}
		d.rect(b.class, x.at(0), top+6, x.at(b.value), top+24)
		if b.value < 0 {
			d.text("value", "end", x.at(b.value)-6, top+19, tickSize, b.text)
		} else {
			d.text("value", "start", x.at(b.value)+6, top+19, tickSize, b.text)
		}
	}
	d.line("axis", x.at(0), 2, x.at(0), d.height-2)
	return d.done()
}

// shortenTo cuts a text to a width in pixels.
func shortenTo(text string, size, width float64) string {
	for n := cells(text); n > 1 && textWidth(text, size) > width+0.5; n-- {
		text = shorten(text, n-1)
	}
	return text
}

// sliver is the small bar inside a table's row, a picture of the figure beside it and silent for
// screen readers. lo and hi are the extremes of the whole table.
func sliver(value, lo, hi float64) template.HTML {
	lo, hi = math.Min(lo, 0), math.Max(hi, 0)
	if lo == hi {
		return ""
	}
	x := scale{lo, hi, 0, 100}
	d := &drawing{}
	d.write(`<svg class="sliver" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">`)
	class := "bar-blue"
	if value < 0 {
		class = "bar-orange"
	}
	d.rect(class, x.at(0), 1, x.at(value), 9)
	return d.done()
}

// lightMarks are the places on the light's scale, all in the kpi's unit.
type lightMarks struct {
	now              float64
	before, target   *float64
	low, high        *float64
	beforeText, goal string
}

// lightChart draws the light on a scale from nothing: its bar, its interval, where it was and where it has to be.
func lightChart(s *speech, title, finding string, m lightMarks, id string) template.HTML {
	d := draw(id, title, finding, narrow, 74)
	top := m.now
	for _, v := range []*float64{m.before, m.target, m.high} {
		top = math.Max(top, number(v))
	}
	if m.now < 0 || top <= 0 || number(m.before) < 0 || number(m.target) < 0 {
		return "" // a scale from nothing cannot show it; the sentences do
	}
	x := scale{0, top * 1.08, 1, narrow - 1}
	d.rect("light-ground", x.low, 28, x.high, 46)
	d.rect("light-bar", x.low, 28, x.at(m.now), 46)
	if finite(m.low) && finite(m.high) {
		d.line("light-interval", x.at(*m.low), 37, x.at(*m.high), 37)
		d.line("light-interval", x.at(*m.low), 33, x.at(*m.low), 41)
		d.line("light-interval", x.at(*m.high), 33, x.at(*m.high), 41)
	}
	if finite(m.before) {
		at := x.at(*m.before)
		d.line("light-before", at, 24, at, 50)
		d.label("tick", tickSize, m.beforeText, spot{"middle", at, 66}, spot{"start", 0, 66}, spot{"end", narrow, 66})
	}
	if finite(m.target) {
		at := x.at(*m.target)
		d.line("light-target", at, 20, at, 50)
		d.label("tick", tickSize, m.goal, spot{"middle", at, 14}, spot{"start", 0, 14}, spot{"end", narrow, 14})
	}
	return d.done()
}
