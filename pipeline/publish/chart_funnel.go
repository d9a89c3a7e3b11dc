package publish

import "html/template"

// funnelChart draws per stage those who went on, those who are still there and those who were lost,
// end to end: together they are all who reached it.
func funnelChart(s *speech, title, finding string, stages []FunnelStage, id string, width float64) template.HTML {
	rows := make([]stack, len(stages))
	for i, st := range stages {
		rows[i] = stack{name: s.term("stage", st.Stage), text: s.number(st.Entered) + " · " + s.percent(st.Conversion), length: st.Entered,
			parts: []part{{"bar-blue", st.Converted}, {"bar-open", st.Open}, {"bar-orange", st.Lost}}}
	}
	return stackChart(title, finding, rows, id, width)
}
