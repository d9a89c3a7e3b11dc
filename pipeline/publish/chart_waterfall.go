package publish

import (
	"html/template"
	"math"
)

// stair is one row of a waterfall: a total from the edge, or a step from one sum to the next.
type stair struct {
	name, text string
	from, to   float64
	total      bool
}

// stairScale is the part of the money axis that a waterfall shows. Steps that are small beside the
// totals could not be seen on a scale from nothing: it then starts below the smallest sum, and cut is true.
func stairScale(stairs []stair) (low, high float64, cut bool) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, st := range stairs {
		low, high = math.Min(low, st.to), math.Max(high, st.to)
	}
	span := high - low
	if low > 0 && span < 0.4*high {
		return math.Max(low-math.Max(0.35*span, 0.01*high), 0), high, true
	}
	low, high = math.Min(low, 0), math.Max(high, 0)
	if low == high {
		high = 1
	}
	return low, high, false
}

// waterfallChart draws the steps from one total to another: what adds in blue, what takes away in
// orange, totals grey; where the scale is cut, the totals show a gap near their beginning.
func waterfallChart(title, finding string, stairs []stair, id string, width float64) template.HTML {
	left, row := 0.0, 32.0
	for _, st := range stairs {
		left = math.Max(left, textWidth(st.name, labelSize)*1.1+14) // bold is wider
	}
	if width < wide {
		left, row = 0, 46
	}
	room := 0.0
	for _, st := range stairs {
		room = math.Max(room, textWidth(st.text, tickSize)+12)
	}
	low, high, cut := stairScale(stairs)
	d := draw(id, title, finding, width, row*float64(len(stairs))+8)
	x := scale{low, high, left, width - room}
	if low < 0 || hasFalls(stairs) {
		x.low += room
	}
	for i, st := range stairs {
		top := row * float64(i)
		if width < wide {
			d.text("label", "start", 0, top+15, labelSize, st.name)
			top += 16
		} else {
			d.text("label", "start", 0, top+19, labelSize, st.name)
		}
		d.stair(x, st, top, cut)
		if i+1 < len(stairs) {
			d.line("guide", x.at(st.to), top+24, x.at(st.to), row*float64(i+1)+map[bool]float64{true: 6, false: 22}[width >= wide])
		}
	}
	return d.done()
}

func hasFalls(stairs []stair) bool {
	for _, st := range stairs {
		if !st.total && st.to < st.from {
			return true
		}
	}
	return false
}

func (d *drawing) stair(x scale, st stair, top float64, cut bool) {
	class, from := "bar-blue", st.from
	switch {
	case st.total:
		class, from = "tier-zero", math.Max(x.from, 0)
	case st.to < st.from:
		class = "bar-orange"
	}
	d.rect(class, x.at(from), top+6, x.at(st.to), top+24)
	if st.total && cut {
		d.rect("gap", x.low+10, top+5, x.low+14, top+25)
	}
	if st.to < from {
		d.text("value", "end", x.at(st.to)-6, top+19, tickSize, st.text)
		return
	}
	d.text("value", "start", x.at(st.to)+6, top+19, tickSize, st.text)
}
