package publish

import (
	"html/template"
	"math"
	"strconv"
	"strings"
)

// Widths of a chart's two drawings. Text in an SVG shrinks with it, so that a narrow window gets
// its own drawing instead of a small one.
const (
	wide   = 880
	narrow = 340
)

// Sizes of text in charts, in pixels of the drawing.
const (
	labelSize = 12.5
	tickSize  = 11.5
)

// drawing is an SVG under construction. Every text that enters it is escaped here and nowhere else.
type drawing struct {
	b             strings.Builder
	id            string
	width, height float64
	taken         []box // where labels stand already
}

// box is a rectangle in pixels of the drawing.
type box struct{ left, top, right, bottom float64 }

func (a box) overlaps(b box) bool {
	return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
}

// draw starts a drawing that a screen reader announces by its title and the finding.
func draw(id, title, finding string, width, height float64) *drawing {
	d := &drawing{id: id, width: width, height: height}
	d.write(`<svg class="chart" viewBox="0 0 `, px(width), ` `, px(height), `" role="img" aria-labelledby="`,
		id, `-t `, id, `-d"><title id="`, id, `-t">`, escape(title), `</title><desc id="`, id, `-d">`,
		escape(finding), `</desc>`)
	return d
}

// done ends the drawing. Its markup is safe: numbers and classes are ours, texts are escaped.
func (d *drawing) done() template.HTML {
	d.write(`</svg>`)
	return template.HTML(d.b.String())
}

func (d *drawing) write(parts ...string) {
	for _, p := range parts {
		d.b.WriteString(p)
	}
}

func (d *drawing) line(class string, x1, y1, x2, y2 float64) {
	d.write(`<line class="`, class, `" x1="`, px(x1), `" y1="`, px(y1), `" x2="`, px(x2), `" y2="`, px(y2), `"/>`)
}

// rect draws a rectangle between two corners in any order; an empty one is not drawn.
func (d *drawing) rect(class string, x1, y1, x2, y2 float64) {
	w, h := math.Abs(x2-x1), math.Abs(y2-y1)
	if w < 0.05 || h < 0.05 {
		return
	}
	d.write(`<rect class="`, class, `" x="`, px(min(x1, x2)), `" y="`, px(min(y1, y2)), `" width="`, px(w), `" height="`, px(h), `"/>`)
}

func (d *drawing) dot(class string, x, y, r float64) {
	d.write(`<circle class="`, class, `" cx="`, px(x), `" cy="`, px(y), `" r="`, px(r), `"/>`)
}

// path draws through points; closed fills the area between them.
func (d *drawing) path(class string, points [][2]float64, closed bool) {
	if len(points) < 2 {
		return
	}
	d.write(`<path class="`, class, `" d="`)
	for i, p := range points {
		d.write(map[bool]string{true: "M", false: "L"}[i == 0], px(p[0]), " ", px(p[1]))
	}
	if closed {
		d.write("Z")
	}
	d.write(`"/>`)
}

// text writes a text and keeps its place. anchor is start, middle or end.
func (d *drawing) text(class, anchor string, x, y, size float64, text string) {
	d.taken = append(d.taken, textBox(anchor, x, y, size, text))
	d.write(`<text class="`, class, `" text-anchor="`, anchor, `" x="`, px(x), `" y="`, px(y), `" font-size="`,
		px(size), `">`, escape(text), `</text>`)
}

// spot is a place that a label may take.
type spot struct {
	anchor string
	x, y   float64
}

// label writes a text at the first of the spots where it fits and covers no other text; where
// there is none it is left out, because the figure stands beside the chart as well.
func (d *drawing) label(class string, size float64, text string, spots ...spot) {
	for _, s := range spots {
		b := textBox(s.anchor, s.x, s.y, size, text)
		if b.left < 0 || b.right > d.width || b.top < 0 || b.bottom > d.height || d.covered(b) {
			continue
		}
		d.text(class, s.anchor, s.x, s.y, size, text)
		return
	}
}

func (d *drawing) covered(b box) bool {
	for _, t := range d.taken {
		if t.overlaps(b) {
			return true
		}
	}
	return false
}

// hatch defines the pattern of what is unfinished. Each drawing has its own, because a pattern of
// a drawing that is not shown does not paint.
func (d *drawing) hatch() {
	d.write(`<defs><pattern id="`, d.id, `-h" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">`,
		`<rect class="hatch-ground" width="6" height="6"/><rect class="hatch-line" width="2.2" height="6"/></pattern></defs>`)
}

// hatched draws an unfinished rectangle.
func (d *drawing) hatched(x1, y1, x2, y2 float64) {
	d.write(`<rect class="unfinished" fill="url(#`, d.id, `-h)" x="`, px(min(x1, x2)), `" y="`, px(min(y1, y2)),
		`" width="`, px(math.Abs(x2-x1)), `" height="`, px(math.Abs(y2-y1)), `"/>`)
}

// textBox estimates where a text stands, rather too large than too small.
func textBox(anchor string, x, y, size float64, text string) box {
	w := textWidth(text, size)
	switch anchor {
	case "middle":
		x -= w / 2
	case "end":
		x -= w
	}
	return box{x - 2, y - size, x + w + 2, y + size*0.3}
}

func textWidth(text string, size float64) float64 {
	w := 0.0
	for _, r := range text {
		switch {
		case runeCells(r) == 2, strings.ContainsRune("mwMW%@", r):
			w += 1
		case r == '−', r >= 'A' && r <= 'Z':
			w += 0.8
		case runeCells(r) == 1:
			w += 0.58
		}
	}
	return w * size
}

func escape(text string) string { return template.HTMLEscapeString(text) }

func px(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		v = 0
	}
	text := strconv.FormatFloat(v, 'f', 1, 64)
	text = strings.TrimSuffix(text, ".0")
	if text == "-0" {
		return "0"
	}
	return text
}

// ticks are four to seven round numbers that cover lo to hi, ascending. hi must not be below lo.
func ticks(lo, hi float64) []float64 {
	span := hi - lo
	if span <= 0 {
		span = math.Max(math.Abs(hi), 1)
		hi = lo + span
	}
	step := math.Pow(10, math.Floor(math.Log10(span/4)))
	for _, m := range []float64{5, 2} {
		if span/(step*m) >= 3.5 {
			step *= m
			break
		}
	}
	var out []float64
	for i := math.Floor(lo/step + 1e-9); ; i++ {
		out = append(out, i*step)
		if i*step >= hi-step*1e-9 {
			return out
		}
	}
}

// scale maps values to pixels.
type scale struct{ from, to, low, high float64 }

func (s scale) at(v float64) float64 {
	if s.to == s.from {
		return s.low
	}
	return s.low + (v-s.from)/(s.to-s.from)*(s.high-s.low)
}
