package publish

import (
	"html/template"
	"math"
)

// funnelChart draws per stage those who went on, those who are still there and those who were lost,
// end to end: together they are all who reached it.
func funnelChart(s *speech, title, finding string, stages []FunnelStage, id string, width float64) template.HTML {
	left, row := 0.0, 34.0
	for _, st := range stages {
		left = math.Max(left, textWidth(s.term("stage", st.Stage), labelSize)*1.1+14) // bold is wider
	}
	left = math.Min(left, width*0.35)
	if width < wide {
		left, row = 0, 46
	}
	most, room := 1.0, 0.0
	texts := make([]string, len(stages))
	for i, st := range stages {
		texts[i] = s.number(st.Entered) + " · " + s.percent(st.Conversion)
		most = math.Max(most, float64(st.Entered))
		room = math.Max(room, textWidth(texts[i], tickSize)+12)
	}
	d := draw(id, title, finding, width, row*float64(len(stages))+8)
	x := scale{0, most, left, width - room}
	for i, st := range stages {
		top := row * float64(i)
		if width < wide {
			d.text("label", "start", 6, top+15, labelSize, shortenTo(s.term("stage", st.Stage), labelSize, width/2.2))
			top += 16
		} else {
			d.text("label", "start", 0, top+19, labelSize, shortenTo(s.term("stage", st.Stage), labelSize, (left-14)/1.1))
		}
		at := 0.0
		for _, part := range []struct {
			class string
			n     int64
		}{{"bar-blue", st.Converted}, {"bar-open", st.Open}, {"bar-orange", st.Lost}} {
			if part.n > 0 {
				d.rect(part.class, x.at(at), top+6, x.at(at+float64(part.n)), top+24)
				at += float64(part.n)
			}
		}
		d.text("value", "start", x.at(at)+6, top+19, tickSize, texts[i])
	}
	d.line("axis", x.at(0), 2, x.at(0), d.height-2)
	return d.done()
}
