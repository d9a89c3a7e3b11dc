package publish

import "github.com/govalues/decimal"

// ownerRows is how many owners the page names.
const ownerRows = 12

// funnelSection shows how far opportunities come, and what is open.
func funnelSection(s *speech, d ReportData) (section, bool) {
	stages := d.Funnel.Stages
	if len(stages) < 2 || stages[0].Entered == 0 {
		return section{}, false
	}
	first, last := stages[0], stages[len(stages)-1]
	open := int64(0)
	for _, st := range stages {
		open += st.Open
	}
	sec := section{ID: "funnel", Heading: s.say("funnel.heading"), Definition: s.say("funnel.definition"), Findings: []string{
		s.sentences(s.say("funnel.finding", s.count("n.opportunities", first.Entered), s.number(last.Converted), s.percent(countShare(last.Converted, first.Entered))),
			s.say("funnel.open", s.number(open))),
	}}
	if text := pipelineFinding(s, d.Funnel.Pipeline); text != "" {
		sec.Findings = append(sec.Findings, text)
	}
	sec.Wide = funnelChart(s, sec.Heading, sec.Findings[0], stages, "funnel-wide", wide)
	sec.Narrow = funnelChart(s, sec.Heading, sec.Findings[0], stages, "funnel-narrow", narrow)
	sec.Legend = []legendItem{{"bar-blue", s.say("funnel.went_on")}, {"bar-open", s.say("funnel.still_open")}, {"bar-orange", s.say("funnel.lost")}}
	sec.Details = append(sec.Details, stageTable(s, stages))
	if len(d.Funnel.Pipeline) > 0 {
		sec.Details = append(sec.Details, pipelineTable(s, d.Funnel.Pipeline))
	}
	return sec, true
}

func pipelineFinding(s *speech, stages []PipelineStage) string {
	deals, without, stuck := int64(0), int64(0), int64(0)
	value, weighted := decimal.Zero, decimal.Zero
	for _, st := range stages {
		deals, without, stuck = deals+st.Deals, without+st.WithoutAmount, stuck+st.Stuck
		value = sum(value, st.Value)
		if st.Weighted != nil {
			weighted = sum(weighted, *st.Weighted)
		}
	}
	var parts []string
	if deals > without {
		parts = append(parts, s.say("funnel.value", s.money(value), s.money(weighted)))
	}
	if without > 0 {
		parts = append(parts, s.say("funnel.without", s.count("n.opportunities", without)))
	}
	if stuck > 0 {
		parts = append(parts, s.say("funnel.stuck", s.count("n.opportunities", stuck)))
	}
	return s.sentences(parts...)
}

func stageTable(s *speech, stages []FunnelStage) table {
	t := table{Caption: s.say("funnel.table"), Columns: []heading{
		{s.say("funnel.col.stage"), ""}, {s.say("funnel.col.entered"), "n"}, {s.say("funnel.went_on"), "n"}, {s.say("funnel.still_open"), "n"}, {s.say("funnel.lost"), "n"},
		{s.say("funnel.col.conversion"), "n"}, {s.say("funnel.col.low"), "n"}, {s.say("funnel.col.high"), "n"}, {s.say("funnel.col.median"), "n"},
	}}
	for _, st := range stages {
		t.Rows = append(t.Rows, words(s.term("stage", st.Stage), s.number(st.Entered), s.number(st.Converted), s.number(st.Open), s.number(st.Lost),
			s.percent(st.Conversion), s.percent(st.Low), s.percent(st.High), days(s, st.MedianDays)))
	}
	return t
}

// days says a number of days, whole or with one decimal.
func days(s *speech, v *float64) string {
	switch {
	case !finite(v):
		return noValue
	case *v == float64(int64(*v)):
		return s.number(int64(*v))
	}
	return oneDecimal(*v)
}

func pipelineTable(s *speech, stages []PipelineStage) table {
	t := table{Caption: s.say("funnel.pipeline"), Columns: []heading{
		{s.say("funnel.col.stage"), ""}, {s.say("funnel.col.deals"), "n"}, {s.say("funnel.col.value", s.currency), "n"}, {s.say("funnel.col.chance"), "n"},
		{s.say("funnel.col.weighted", s.currency), "n"}, {s.say("funnel.col.stuck"), "n"}, {s.say("funnel.col.without"), "n"},
	}}
	for _, st := range stages {
		weighted := noValue
		if st.Weighted != nil {
			weighted = s.exact(*st.Weighted)
		}
		t.Rows = append(t.Rows, words(s.term("stage", st.Stage), s.number(st.Deals), s.exact(st.Value), s.percent(st.Chance), weighted, s.number(st.Stuck), s.number(st.WithoutAmount)))
	}
	return t
}

// signingSection shows who signs, and who records what.
func signingSection(s *speech, d ReportData) (section, bool) {
	owners := d.Funnel.Owners
	if len(owners) == 0 {
		return section{}, false
	}
	var all SigningOwner
	for _, o := range owners {
		all.Opportunities, all.Won, all.Lost = all.Opportunities+o.Opportunities, all.Won+o.Won, all.Lost+o.Lost
	}
	sec := section{ID: "signing", Heading: s.say("signing.heading"), Definition: s.say("signing.definition"), Findings: []string{
		s.say("signing.finding", s.count("n.opportunities", all.Opportunities), s.percent(countShare(all.Won, all.Opportunities)), s.number(all.Won+all.Lost), s.percent(countShare(all.Won, all.Won+all.Lost))),
	}}
	for _, t := range d.Funnel.Times {
		if finite(t.Mean) && finite(t.Median) {
			sec.Findings = append(sec.Findings, s.say("signing."+t.Outcome, s.count("n.opportunities", t.Deals), oneDecimal(*t.Mean), days(s, t.Median)))
		}
	}
	t := table{Caption: s.say("signing.table"), Columns: []heading{
		{s.say("renewals.col.owner"), ""}, {s.say("signing.col.opportunities"), "n"}, {s.say("signing.col.won"), "n"}, {s.say("signing.col.lost"), "n"}, {s.say("signing.col.open"), "n"},
		{s.say("signing.col.signing"), "n"}, {s.say("signing.col.close"), "n"}, {s.say("funnel.col.low"), "n"}, {s.say("funnel.col.high"), "n"},
		{s.say("signing.col.value", s.currency), "n"}, {s.say("signing.col.timely"), "n"}, {s.say("signing.col.complete"), "n"},
	}}
	for _, o := range owners[:min(len(owners), ownerRows)] {
		t.Rows = append(t.Rows, words(s.term("owner", o.Owner), s.number(o.Opportunities), s.number(o.Won), s.number(o.Lost), s.number(o.Open), s.percent(o.Signing),
			s.percent(o.Close), s.percent(o.CloseLow), s.percent(o.CloseHigh), s.exact(o.WonValue), s.percent(o.Timely), s.percent(o.Complete)))
	}
	if rest := len(owners) - ownerRows; rest > 0 {
		t.Note = s.count("n.more_rows", int64(rest))
	}
	sec.Details = []table{t}
	return sec, true
}
