package publish

import (
	"html/template"
	"math"
)

// needChart draws the revenue of the customers of each category, tier by tier, end to end. A tier
// whose returns pass its sales has no bar; the table has it.
func needChart(s *speech, title, finding string, bars []needBar, id string, width float64) template.HTML {
	left, row := 0.0, 30.0
	for _, b := range bars {
		left = math.Max(left, textWidth(b.name, labelSize)*1.1+14) // bold is wider
	}
	left = math.Min(left, width*0.35)
	if width < wide {
		left, row = 0, 44
	}
	most, room := 0.0, 0.0
	for _, b := range bars {
		whole := 0.0
		for _, p := range b.parts {
			whole += plot(p.amount)
		}
		most, room = math.Max(most, whole), math.Max(room, textWidth(b.text, tickSize)+12)
	}
	d := draw(id, title, finding, width, row*float64(len(bars))+8)
	x := scale{0, math.Max(most, 1), left, width - room}
	for i, b := range bars {
		top := row * float64(i)
		if width < wide {
			d.text("label", "start", 6, top+15, labelSize, shortenTo(b.name, labelSize, width/1.4))
			top += 15
		} else {
			d.text("label", "start", 0, top+18, labelSize, shortenTo(b.name, labelSize, (left-14)/1.1))
		}
		at := 0.0
		for _, p := range b.parts {
			d.rect("tier-"+p.tier, x.at(at), top+6, x.at(at+plot(p.amount)), top+22)
			at += plot(p.amount)
		}
		d.text("value", "start", x.at(at)+6, top+18, tickSize, b.text)
	}
	d.line("axis", x.at(0), 2, x.at(0), d.height-2)
	return d.done()
}
