package publish

import (
	"html/template"
	"math"
	"slices"
	"strings"

	"github.com/govalues/decimal"
)

// whale is the curve with the figures read off it.
type whale struct {
	points   []WhalePoint // at most 200, by rank
	n        int64
	peak     WhalePoint
	end      decimal.Decimal
	erosion  decimal.Decimal
	fifth    WhalePoint // the first 20 % of the customers
	past     int64      // customers behind the peak
	positive bool       // the total is positive
}

// curvePoints is how many points of the curve are drawn.
const curvePoints = 200

// newWhale reads the curve; ok is false when there is nothing to draw.
func newWhale(points []WhalePoint) (w whale, ok bool) {
	points = slices.Clone(points)
	slices.SortFunc(points, func(a, b WhalePoint) int { return int(a.Rank - b.Rank) })
	if len(points) == 0 {
		return whale{}, false
	}
	last := points[len(points)-1]
	w = whale{n: last.Rank, end: last.Cumulative, positive: last.Cumulative.IsPos()}
	w.peak = WhalePoint{Cumulative: decimal.Zero}
	for _, p := range points {
		if w.peak.Cumulative.Less(p.Cumulative) {
			w.peak = p
		}
	}
	w.erosion, _ = w.peak.Cumulative.Sub(w.end)
	w.past = w.n - w.peak.Rank
	fifth := (w.n + 4) / 5
	for _, p := range points {
		if p.Rank <= fifth {
			w.fifth = p
		}
	}
	w.points = thin(points, w.peak.Rank, w.fifth.Rank)
	return w, true
}

// thin keeps every k-th point so that at most curvePoints remain, the first, the last and the named ranks always.
func thin(points []WhalePoint, keep ...int64) []WhalePoint {
	step := (len(points) + curvePoints - len(keep) - 3) / (curvePoints - len(keep) - 2)
	var out []WhalePoint
	for i, p := range points {
		if i%max(step, 1) == 0 || i == len(points)-1 || slices.Contains(keep, p.Rank) {
			out = append(out, p)
		}
	}
	return out
}

// flat says that the curve is a line on zero.
func (w whale) flat() bool {
	return !slices.ContainsFunc(w.points, func(p WhalePoint) bool { return !p.Cumulative.IsZero() })
}

// whaleChart draws the curve: blue up to the peak, orange behind it.
func whaleChart(s *speech, w whale, finding, id string, width float64) template.HTML {
	height := 380.0
	if width < wide {
		height = 300
	}
	d := draw(id, s.say("whale.heading"), finding, width, height)
	f := whaleFrame(s, d, w)

	rise, fall := f.halves(w)
	ground := append(slices.Clone(rise), fall[min(len(fall), 1):]...)
	d.path("area-blue", append(ground, [2]float64{f.x.at(1), f.y.at(0)}, [2]float64{f.x.at(0), f.y.at(0)}), true)
	if len(fall) > 1 {
		top := f.y.at(plot(w.peak.Cumulative))
		d.path("area-orange", append(slices.Clone(fall), [2]float64{fall[len(fall)-1][0], top}), true)
		d.line("guide", fall[0][0], top, fall[len(fall)-1][0], top)
	}
	d.line("axis", f.x.low, f.y.at(0), f.x.high, f.y.at(0))
	d.path("curve-blue", rise, false)
	d.path("curve-orange", fall, false)
	f.mark(s, w, width >= wide)
	return d.done()
}

// whaleAxes is a drawing with its two scales.
type whaleAxes struct {
	*drawing
	x, y scale
}

func whaleFrame(s *speech, d *drawing, w whale) whaleAxes {
	low, high := 0.0, plot(w.peak.Cumulative)
	for _, p := range w.points {
		low = math.Min(low, plot(p.Cumulative))
	}
	steps := ticks(low, high)
	left := 0.0
	for _, v := range steps {
		left = math.Max(left, textWidth(axisAmount(s, v), tickSize)+10)
	}
	f := whaleAxes{drawing: d,
		x: scale{0, 1, left, d.width - 16},
		y: scale{steps[0], steps[len(steps)-1], d.height - 46, 26},
	}
	for _, v := range steps {
		d.line("grid", f.x.low, f.y.at(v), f.x.high, f.y.at(v))
		d.text("tick", "end", f.x.low-8, f.y.at(v)+4, tickSize, axisAmount(s, v))
	}
	for i := 0; i <= 5; i++ {
		share := float64(i) / 5
		d.text("tick", "middle", math.Min(f.x.at(share), f.x.high-12), d.height-26, tickSize, wholePercent(s, share))
	}
	d.text("tick", "end", f.x.high, d.height-6, tickSize, s.say("whale.x"))
	d.text("tick", "start", 4, 12, tickSize, s.currency)
	return f
}

// halves are the points up to the peak and from it on; the curve starts at nothing.
func (f whaleAxes) halves(w whale) (rise, fall [][2]float64) {
	start := [2]float64{f.x.at(0), f.y.at(0)}
	rise = [][2]float64{start}
	if w.peak.Rank == 0 {
		fall = [][2]float64{start}
	}
	for _, p := range w.points {
		at := f.point(p, w.n)
		if p.Rank <= w.peak.Rank {
			rise = append(rise, at)
		}
		if p.Rank >= w.peak.Rank {
			fall = append(fall, at)
		}
	}
	return rise, fall
}

func (f whaleAxes) point(p WhalePoint, n int64) [2]float64 {
	return [2]float64{f.x.at(float64(p.Rank) / float64(n)), f.y.at(plot(p.Cumulative))}
}

// mark names peak, first fifth and end on the curve, where there is room.
func (f whaleAxes) mark(s *speech, w whale, roomy bool) {
	say := func(id string, d decimal.Decimal) string {
		if roomy {
			return s.say(id) + s.say("colon") + s.money(d)
		}
		return s.say(id)
	}
	if w.peak.Rank > 0 {
		id := "whale.peak"
		if w.past == 0 {
			id = "whale.end"
		}
		at := f.point(w.peak, w.n)
		f.dot("dot-blue", at[0], at[1], 5)
		f.label("label", labelSize, say(id, w.peak.Cumulative), around(at, -11)...)
	}
	if w.past > 0 {
		at := [2]float64{f.x.at(1), f.y.at(plot(w.end))}
		f.dot("dot-orange", at[0], at[1], 5)
		f.label("label", labelSize, say("whale.end", w.end), spot{"end", at[0], at[1] + 22}, spot{"end", at[0] - 12, at[1] - 10}, spot{"end", at[0], at[1] + 38})
	}
	if w.n >= 5 && w.peak.Rank > 0 {
		at := f.point(w.fifth, w.n)
		f.line("guide", at[0], at[1], at[0], f.y.at(0))
		f.dot("dot-blue", at[0], at[1], 5)
		f.label("label", labelSize, say("whale.fifth_label", w.fifth.Cumulative),
			spot{"start", at[0] + 10, at[1] + 22}, spot{"start", at[0] + 10, at[1] + 40}, spot{"start", at[0] + 10, at[1] - 10})
	}
}

// around are the places above a point: centred, to its left, to its right.
func around(at [2]float64, dy float64) []spot {
	return []spot{{"middle", at[0], at[1] + dy}, {"end", at[0], at[1] + dy}, {"start", at[0], at[1] + dy}}
}

func axisAmount(s *speech, v float64) string {
	d, err := decimal.NewFromFloat64(v)
	if err != nil {
		return noValue
	}
	figure, unit, _ := strings.Cut(s.axis(d), nbsp)
	if strings.Contains(figure, ".") {
		figure = strings.TrimRight(strings.TrimRight(figure, "0"), ".")
	}
	if unit == "" {
		return figure
	}
	return figure + nbsp + unit
}

// wholePercent writes a round share for an axis.
func wholePercent(s *speech, v float64) string {
	text := s.number(int64(math.Round(v*100))) + nbsp + "%"
	if s.lang == "zh" {
		return s.number(int64(math.Round(v*100))) + "%"
	}
	return text
}
