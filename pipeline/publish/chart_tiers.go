package publish

import (
	"html/template"
	"math"

	"github.com/govalues/decimal"
)

// tierBar is one tier of the chart.
type tierBar struct {
	key, name string
	customers int64
	share     *float64 // of all known customers
	profit    decimal.Decimal
}

// tierChart draws per tier how many customers it has and what they bring.
func tierChart(s *speech, bars []tierBar, finding, valueName, id string, width float64) template.HTML {
	left, row, gap := 0.0, 46.0, 40.0
	for _, b := range bars {
		left = math.Max(left, textWidth(b.name, labelSize+1)*1.1+12) // bold is wider
	}
	if width < wide {
		left, row, gap = 0, 62, 26
	}
	d := draw(id, s.say("tiers.heading"), finding, width, 26+row*float64(len(bars))+6)
	people, value := tierScales(s, bars, left, gap, d.width)
	d.text("tick", "start", people.low, 14, tickSize, s.say("tiers.panel.people"))
	head := valueName + " (" + s.currency + ")"
	d.text("tick", "start", math.Min(value.low, d.width-textWidth(head, tickSize)), 14, tickSize, head)
	for i, b := range bars {
		top := 26 + row*float64(i)
		if left > 0 {
			d.text("label", "start", 0, top+21, labelSize+1, b.name)
		} else {
			d.text("label", "start", 6, top+14, labelSize+1, b.name)
			top += 14
		}
		high := top + 8 + 16
		d.rect("tier-"+b.key, people.low, top+8, people.at(number(b.share)), high)
		d.text("value", "start", people.at(number(b.share))+5, high-4, tickSize, s.percent(b.share))
		d.rect("tier-"+b.key, value.at(0), top+8, value.at(plot(b.profit)), high)
		d.tierValue(value, b, high-4, s.axis(b.profit))
	}
	d.line("axis", value.at(0), 24, value.at(0), d.height-6)
	d.line("axis", people.low, 24, people.low, d.height-6)
	return d.done()
}

// tierValue writes a tier's money on the outer side of its bar.
func (d *drawing) tierValue(value scale, b tierBar, y float64, text string) {
	if b.profit.IsNeg() || b.profit.IsZero() && value.to == 0 {
		d.text("value", "end", value.at(plot(b.profit))-5, y, tickSize, text)
		return
	}
	d.text("value", "start", value.at(plot(b.profit))+5, y, tickSize, text)
}

// tierScales share the width between the two panels and leave room for the figures at the bars' ends.
func tierScales(s *speech, bars []tierBar, left, gap, width float64) (people, value scale) {
	most, low, high, room := 0.01, 0.0, 0.0, 0.0
	for _, b := range bars {
		most = math.Max(most, number(b.share))
		low, high = math.Min(low, plot(b.profit)), math.Max(high, plot(b.profit))
		room = math.Max(room, textWidth(s.axis(b.profit), tickSize)+10)
		room = math.Max(room, textWidth(s.percent(b.share), tickSize)+10)
	}
	panel := (width - left - gap) / 2
	people = scale{0, most, left, left + panel - room}
	from := left + panel + gap
	start := from
	if low < 0 {
		start += room
	}
	if low == 0 && high == 0 {
		high = 1
	}
	value = scale{low, high, start, width - room}
	if high == 0 {
		value.high = width - 4
	}
	return people, value
}

func number(v *float64) float64 {
	if !finite(v) {
		return 0
	}
	return *v
}
