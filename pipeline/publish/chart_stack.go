package publish

import (
	"html/template"
	"math"
)

// stack is one row of a chart of stacked bars: parts end to end, and what is said of the whole.
type stack struct {
	name, text string
	length     int64 // of the whole row
	parts      []part
}

// part is a piece of a stack: its class and how many it stands for.
type part struct {
	class string
	n     int64
}

// stackChart draws rows of stacked bars from a common zero; on a narrow drawing the name stands
// above its bar.
func stackChart(title, finding string, rows []stack, id string, width float64) template.HTML {
	left, row := 0.0, 34.0
	for _, r := range rows {
		left = math.Max(left, textWidth(r.name, labelSize)*1.1+14) // bold is wider
	}
	left = math.Min(left, width*0.35)
	if width < wide {
		left, row = 0, 46
	}
	most, room := 1.0, 0.0
	for _, r := range rows {
		room = math.Max(room, textWidth(r.text, tickSize)+12)
		most = math.Max(most, float64(r.length))
	}
	d := draw(id, title, finding, width, row*float64(len(rows))+8)
	x := scale{0, most, left, width - room}
	for i, r := range rows {
		top := row * float64(i)
		if width < wide {
			d.text("label", "start", 6, top+15, labelSize, shortenTo(r.name, labelSize, width/2.2))
			top += 16
		} else {
			d.text("label", "start", 0, top+19, labelSize, shortenTo(r.name, labelSize, (left-14)/1.1))
		}
		at := 0.0
		for _, p := range r.parts {
			if p.n > 0 {
				d.rect(p.class, x.at(at), top+6, x.at(at+float64(p.n)), top+24)
				at += float64(p.n)
			}
		}
		d.text("value", "start", x.at(at)+6, top+19, tickSize, r.text)
	}
	d.line("axis", x.at(0), 2, x.at(0), d.height-2)
	return d.done()
}
