package publish

import (
	"cmp"
	"html/template"
	"slices"

	"github.com/govalues/decimal"
)

// satisfactionSection shows how content customers are, who did not say, and what goes with it.
func satisfactionSection(s *speech, d ReportData) (section, bool) {
	f := d.Satisfaction
	all, found := answersOf(f.Answers, "all", "all")
	if !found && len(f.Signals) == 0 {
		return section{}, false
	}
	sec := section{ID: "satisfaction", Heading: s.say("satisfaction.heading"), Definition: s.say("satisfaction.definition")}
	if !found {
		sec.Findings = []string{s.say("satisfaction.nobody")}
		sec.Details = []table{signalTable(s, f.Signals)}
		return sec, true
	}
	sec.Findings = append([]string{answersFinding(s, all)}, present(scoreFinding(s, f, all), responseFinding(s, f.Responses), valueFinding(s, f.Values))...)
	if elements := elementRows(f.Answers); len(elements) > 0 && all.compared() > 0 {
		sec.Wide = answersChart(s, sec.Heading, sec.Findings[0], elements, "satisfaction-wide", wide)
		sec.Narrow = answersChart(s, sec.Heading, sec.Findings[0], elements, "satisfaction-narrow", narrow)
		sec.Legend = []legendItem{{"bar-orange", s.say("satisfaction.below")}, {"bar-open", s.say("satisfaction.equal")}, {"bar-blue", s.say("satisfaction.above")}}
	}
	sec.Details = append(sec.Details, answersTable(s, f, "satisfaction.by_tier", "tier", groupRows(f.Answers, "tier")),
		answersTable(s, f, "satisfaction.by_element", "element", elementRows(f.Answers)))
	if rows := groupRows(f.Answers, "churn_state"); len(rows) > 0 {
		sec.Details = append(sec.Details, answersTable(s, f, "satisfaction.by_state", "state", rows))
	}
	if len(f.Responses) > 0 {
		sec.Details = append(sec.Details, responseTable(s, f.Responses))
	}
	if len(f.Values) > 0 {
		sec.Details = append(sec.Details, valueTable(s, f.Values))
	}
	if len(f.Signals) > 0 {
		sec.Details = append(sec.Details, signalTable(s, f.Signals))
	}
	return sec, true
}

// present are the texts that say something.
func present(texts ...string) []string {
	return slices.DeleteFunc(texts, func(t string) bool { return t == "" })
}

// compared are the answers with an expectation and an experience.
func (a Answers) compared() int64 { return a.Below + a.Equal + a.Above }

func answersOf(rows []Answers, by, element string) (Answers, bool) {
	i := slices.IndexFunc(rows, func(a Answers) bool { return a.By == by && a.Element == element })
	if i < 0 {
		return Answers{}, false
	}
	return rows[i], true
}

// elementRows are the answers of all customers, element by element, the four of the definitions first.
func elementRows(rows []Answers) []Answers {
	place := map[string]int{"contact": 1, "product_quality": 2, "service": 3, "image": 4, "other": 5, "unknown": 6}
	var out []Answers
	for _, a := range rows {
		if a.By == "all" && a.Element != "all" {
			out = append(out, a)
		}
	}
	slices.SortFunc(out, func(a, b Answers) int { return cmp.Compare(place[a.Element], place[b.Element]) })
	return out
}

// groupRows are the answers about all elements of the groups of one kind, the best tier first.
func groupRows(rows []Answers, by string) []Answers {
	var out []Answers
	for _, a := range rows {
		if a.By == by && a.Element == "all" {
			out = append(out, a)
		}
	}
	slices.SortFunc(out, func(a, b Answers) int {
		return cmp.Or(cmp.Compare(groupPlace(a.Value), groupPlace(b.Value)), cmp.Compare(a.Value, b.Value))
	})
	return out
}

func groupPlace(value string) int {
	return slices.Index([]string{"high", "medium", "zero", "loss", "active", "at_risk", "churned", "none", "unknown"}, value)
}

func answersChart(s *speech, title, finding string, rows []Answers, id string, width float64) template.HTML {
	stacks := make([]stack, len(rows))
	for i, a := range rows {
		stacks[i] = stack{name: s.term("element", a.Element), text: s.number(a.compared()) + " · " + s.say("points", gap(a.Gap)), length: a.compared(),
			parts: []part{{"bar-orange", a.Below}, {"bar-open", a.Equal}, {"bar-blue", a.Above}}}
	}
	return stackChart(title, finding, stacks, id, width)
}

// gap writes a difference of shares in points, with its sign: +5.7.
func gap(v *float64) string {
	if !finite(v) {
		return noValue
	}
	text := signed(oneDecimal(*v * 100))
	if *v > 0 && text != "0.0" {
		return "+" + text
	}
	return text
}

// points writes points of a scale or of the net promoter score, with one decimal.
func points(v *float64) string {
	if !finite(v) {
		return noValue
	}
	return signed(oneDecimal(*v))
}

func answersFinding(s *speech, a Answers) string {
	given := s.say("satisfaction.given", s.count("n.answers", a.Answers), s.count("n.customers", a.Customers))
	if a.compared() == 0 {
		return s.sentences(given, s.say("satisfaction.no_expectation"))
	}
	return s.sentences(given, s.say("satisfaction.finding", s.number(a.Below), s.number(a.Equal), s.number(a.Above),
		gap(a.Gap), gap(a.GapLow), gap(a.GapHigh)))
}

// scoreFinding says the mean score and what the scale allows beside it.
func scoreFinding(s *speech, f Satisfaction, a Answers) string {
	if a.Scored == 0 {
		return ""
	}
	mean := s.say("satisfaction.mean", s.figure(a.Mean, "points"))
	if finite(a.MeanLow) && finite(a.MeanHigh) {
		mean = s.say("satisfaction.mean_between", s.figure(a.Mean, "points"), s.figure(a.MeanLow, "points"), s.figure(a.MeanHigh, "points"))
	}
	switch {
	case finite(a.NPS):
		return s.sentences(mean, s.say("satisfaction.nps", points(a.NPS), points(a.NPSLow), points(a.NPSHigh)))
	case finite(a.CSAT):
		return s.sentences(mean, s.say("satisfaction.csat", s.percent(a.CSAT), s.percent(a.CSATLow), s.percent(a.CSATHigh)))
	case f.NPS == "scale_unknown" || f.NPS == "other_scale":
		return s.sentences(mean, s.say("satisfaction."+f.NPS))
	}
	return mean
}

// responseFinding says who answered, and what those who did not bring beside those who did.
func responseFinding(s *speech, rows []Response) string {
	i := slices.IndexFunc(rows, func(r Response) bool { return r.By == "all" })
	if i < 0 || rows[i].Asked == 0 {
		return ""
	}
	r := rows[i]
	text := s.say("satisfaction.response_"+r.Basis, s.number(r.Answered), s.count("n.customers", r.Asked), s.percent(r.Rate), s.percent(r.Low), s.percent(r.High))
	if r.MeanAnswered != nil && r.MeanSilent != nil {
		text = s.sentences(text, s.say("satisfaction.bias", s.money(*r.MeanAnswered), s.money(*r.MeanSilent)))
	}
	return text
}

// valueFinding says what goes with a point of score, and that it is no effect.
func valueFinding(s *speech, rows []ScoreValue) string {
	var parts []string
	for _, v := range rows {
		if !v.Quoted || !finite(v.PerPoint) || !finite(v.Low) || !finite(v.High) {
			continue
		}
		parts = append(parts, s.say("satisfaction.point_"+v.Outcome, perPoint(s, v.Outcome, v.PerPoint), perPoint(s, v.Outcome, v.Low), perPoint(s, v.Outcome, v.High),
			s.count("n.customers", v.Customers), s.say("satisfaction.timing_"+v.Timing)))
		if *v.Low <= 0 && *v.High >= 0 {
			parts = append(parts, s.say("satisfaction.may_be_nothing"))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return s.sentences(append(parts, s.say("satisfaction.association"))...)
}

func perPoint(s *speech, outcome string, v *float64) string {
	if outcome == "churned" {
		return gap(v)
	}
	text := s.figure(v, "money")
	if finite(v) && *v > 0 {
		return "+" + text
	}
	return text
}

func answersTable(s *speech, f Satisfaction, caption, group string, rows []Answers) table {
	t := table{Caption: s.say(caption), Columns: []heading{
		{s.say("satisfaction.col." + group), ""}, {s.say("satisfaction.col.answers"), "n"}, {s.say("satisfaction.below"), "n"}, {s.say("satisfaction.equal"), "n"}, {s.say("satisfaction.above"), "n"},
		{s.say("satisfaction.col.gap"), "n"}, {s.say("satisfaction.col.between"), "n"}, {s.say("satisfaction.col.mean"), "n"}, {s.say("satisfaction.col.between"), "n"},
	}}
	hasNPS, hasCSAT := f.NPS == "computed", f.CSAT == "computed"
	if hasNPS {
		t.Columns = append(t.Columns, heading{s.say("kpi.nps"), "n"}, heading{s.say("satisfaction.col.between"), "n"})
	}
	if hasCSAT {
		t.Columns = append(t.Columns, heading{s.say("satisfaction.col.csat"), "n"}, heading{s.say("satisfaction.col.between"), "n"})
	}
	two := func(v *float64) string { return s.figure(v, "points") }
	for _, a := range rows {
		name := a.Value
		if group == "element" {
			name = a.Element
		}
		row := words(s.term(group, name), s.number(a.Answers), s.number(a.Below), s.number(a.Equal), s.number(a.Above),
			gap(a.Gap), span(gap, a.GapLow, a.GapHigh), two(a.Mean), span(two, a.MeanLow, a.MeanHigh))
		if group == "tier" {
			row[0].Mark = a.Value
		}
		if hasNPS {
			row = append(row, words(points(a.NPS), span(points, a.NPSLow, a.NPSHigh))...)
		}
		if hasCSAT {
			row = append(row, words(s.percent(a.CSAT), span(s.percent, a.CSATLow, a.CSATHigh))...)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// span writes both ends of an interval.
func span(say func(*float64) string, low, high *float64) string {
	if !finite(low) || !finite(high) {
		return noValue
	}
	return say(low) + " – " + say(high)
}

func responseTable(s *speech, rows []Response) table {
	t := table{Caption: s.say("satisfaction.response_table"), Columns: []heading{
		{s.say("satisfaction.col.group"), ""}, {s.say("satisfaction.col." + rows[0].Basis), "n"}, {s.say("satisfaction.col.answered"), "n"}, {s.say("kpi.satisfaction_response_rate"), "n"},
		{s.say("satisfaction.col.between"), "n"}, {s.say("satisfaction.col.mean_answered", s.currency), "n"}, {s.say("satisfaction.col.mean_silent", s.currency), "n"},
	}}
	money := func(v *decimal.Decimal) string {
		if v == nil {
			return noValue
		}
		return s.exact(*v)
	}
	rows = slices.Clone(rows)
	order := []string{"all", "tier", "churn_state"}
	slices.SortFunc(rows, func(a, b Response) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.By), slices.Index(order, b.By)), cmp.Compare(groupPlace(a.Value), groupPlace(b.Value)), cmp.Compare(a.Value, b.Value))
	})
	groups := map[string]string{"tier": "tier", "churn_state": "state", "all": "satisfaction"}
	for _, r := range rows {
		t.Rows = append(t.Rows, words(s.term(groups[r.By], r.Value), s.number(r.Asked), s.number(r.Answered), s.percent(r.Rate), span(s.percent, r.Low, r.High),
			money(r.MeanAnswered), money(r.MeanSilent)))
	}
	return t
}

func valueTable(s *speech, rows []ScoreValue) table {
	t := table{Caption: s.say("satisfaction.value_table"), Note: s.say("satisfaction.association"), Columns: []heading{
		{s.say("satisfaction.col.outcome"), ""}, {s.say("satisfaction.col.timing"), "text"}, {s.say("col.customers"), "n"}, {s.say("satisfaction.col.per_point"), "n"},
		{s.say("satisfaction.col.between"), "n"},
	}}
	refused := slices.ContainsFunc(rows, func(v ScoreValue) bool { return v.Reason != "" })
	if refused {
		t.Columns = append(t.Columns, heading{s.say("satisfaction.col.why"), "text"})
	}
	for _, v := range rows {
		row := words(s.say("satisfaction.outcome_"+v.Outcome), s.say("satisfaction.timing_"+v.Timing), s.number(v.Customers), perPoint(s, v.Outcome, v.PerPoint),
			span(func(x *float64) string { return perPoint(s, v.Outcome, x) }, v.Low, v.High))
		if refused && v.Reason != "" {
			row = append(row, cell{Text: s.say("slope_reason." + v.Reason)})
		} else if refused {
			row = append(row, cell{})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func signalTable(s *speech, rows []Signal) table {
	t := table{Caption: s.say("satisfaction.signals"), Note: s.say("satisfaction.signals_note"), Columns: []heading{
		{s.say("satisfaction.col.element"), ""}, {s.say("satisfaction.col.source"), "text"}, {s.say("satisfaction.col.times"), "n"}, {s.say("col.customers"), "n"},
	}}
	for _, r := range rows {
		t.Rows = append(t.Rows, words(s.term("element", r.Element), s.term("signal", r.Source), s.number(r.Signals), s.number(r.Customers)))
	}
	return t
}
