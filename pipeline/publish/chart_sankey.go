package publish

import (
	"html/template"
	"math"
)

// node is one end of a flow: a name and how much is there, in the order in which it is drawn.
type node struct {
	key, name, text string
	size            float64
}

// flow is a band from a node on the left to one on the right.
type flow struct {
	from, to string
	size     float64
	class    string // flow-up, flow-down, flow-same
}

// Sizes of a Sankey in pixels: nodes, the room between them, and the least height of what is there at all.
const (
	nodeWidth  = 12
	nodeGap    = 14
	leastNode  = 3
	sankeyTall = 300
)

// sankeyChart draws bands between two columns of nodes, each as high as what it holds.
func sankeyChart(title, finding string, left, right []node, flows []flow, id string, width float64) template.HTML {
	room := 0.0
	for _, n := range left {
		room = math.Max(room, math.Max(textWidth(n.name, labelSize)*1.1, textWidth(n.text, tickSize))+12)
	}
	roomRight := 0.0
	for _, n := range right {
		roomRight = math.Max(roomRight, math.Max(textWidth(n.name, labelSize)*1.1, textWidth(n.text, tickSize))+12)
	}
	total := math.Max(sumOf(left), sumOf(right))
	unit := sankeyTall / math.Max(total, 1)
	d := draw(id, title, finding, width, math.Max(columnHeight(left, unit), columnHeight(right, unit))+20)
	x1, x2 := room+nodeWidth, width-roomRight-nodeWidth
	starts, ends := d.nodes(left, unit, x1-nodeWidth, "end"), d.nodes(right, unit, x2, "start")
	for _, class := range []string{"flow-same", "flow-up", "flow-down"} { // what moved lies on top
		for _, f := range placed(flows, starts, ends, unit) {
			if f.class == class {
				d.band(f, x1, x2)
			}
		}
	}
	return d.done()
}

func sumOf(nodes []node) float64 {
	total := 0.0
	for _, n := range nodes {
		total += n.size
	}
	return total
}

// slot is the height that a node takes: its own, or that of its two lines of text.
func (n node) slot(unit float64) float64 { return math.Max(n.size*unit, 30) }

func columnHeight(column []node, unit float64) float64 {
	high := 0.0
	for _, n := range column {
		high += n.slot(unit) + nodeGap
	}
	return high - nodeGap
}

// nodes draws a column and returns where each node begins. Labels stand outside.
func (d *drawing) nodes(column []node, unit, x float64, anchor string) map[string]float64 {
	at := map[string]float64{}
	y := 10.0
	for _, n := range column {
		high := math.Max(n.size*unit, leastNode)
		slot := n.slot(unit)
		top := y + (slot-high)/2
		at[n.key] = top
		d.rect("node", x, top, x+nodeWidth, top+high)
		label := x - 6
		if anchor == "start" {
			label = x + nodeWidth + 6
		}
		middle := top + high/2
		d.text("label", anchor, label, middle-2, labelSize, n.name)
		d.text("tick", anchor, label, middle+13, tickSize, n.text)
		y += slot + nodeGap
	}
	return at
}

// placedFlow is a band with its edges on both sides.
type placedFlow struct {
	class                    string
	fromTop, toTop, fromHigh float64
}

// placed stacks the bands at both of their nodes, in the order given.
func placed(flows []flow, starts, ends map[string]float64, unit float64) []placedFlow {
	var out []placedFlow
	usedStart, usedEnd := map[string]float64{}, map[string]float64{}
	for _, f := range flows {
		high := f.size * unit
		out = append(out, placedFlow{f.class, starts[f.from] + usedStart[f.from], ends[f.to] + usedEnd[f.to], math.Max(high, 0.6)})
		usedStart[f.from] += high
		usedEnd[f.to] += high
	}
	return out
}

func (d *drawing) band(f placedFlow, x1, x2 float64) {
	mid := (x1 + x2) / 2
	point := func(x, y float64) string { return px(x) + " " + px(y) }
	curve := func(y1, y2, from, to float64) string {
		return "C" + point(mid, y1) + " " + point(mid, y2) + " " + point(to, y2)
	}
	d.write(`<path class="`, f.class, `" d="M`, point(x1, f.fromTop), curve(f.fromTop, f.toTop, x1, x2),
		"L", point(x2, f.toTop+f.fromHigh), curve(f.toTop+f.fromHigh, f.fromTop+f.fromHigh, x2, x1), `Z"/>`)
}
