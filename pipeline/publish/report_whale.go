package publish

// whaleSection shows where the profit is made and where it goes again.
func whaleSection(s *speech, d ReportData) (section, bool) {
	w, ok := newWhale(d.Whale)
	if !ok {
		return section{}, false
	}
	sec := section{ID: "whale", Heading: s.say("whale.heading"), Findings: whaleFindings(s, d, w), Definition: s.say("whale.definition")}
	if d.Basis == "revenue" {
		sec.Definition = s.say("whale.definition_r")
	}
	if w.flat() {
		return sec, true
	}
	sec.Wide = whaleChart(s, w, sec.Findings[0], "whale-wide", wide)
	sec.Narrow = whaleChart(s, w, sec.Findings[0], "whale-narrow", narrow)
	sec.Figures = whaleFigures(s, d, w)
	sec.Details = []table{whaleTable(s, w)}
	return sec, true
}

func whaleFindings(s *speech, d ReportData, w whale) []string {
	all := s.count("n.customers", w.n)
	var finding string
	switch {
	case w.flat():
		return []string{s.say("whale.flat", all)}
	case w.peak.Rank == 0:
		finding = s.say("whale.only_loss", all, s.money(w.end.Neg()))
	case d.Basis == "revenue":
		finding = s.say("whale.revenue", all, s.money(w.end))
	case w.erosion.IsZero():
		finding = s.say("whale.no_loss", all, s.money(w.end))
	default:
		finding = s.say("whale.finding", s.count("n.customers", w.peak.Rank), s.money(w.peak.Cumulative),
			s.count("n.customers", w.past), s.money(w.erosion))
	}
	findings := []string{finding}
	if fifth := fifthShare(d, w); fifth != nil && w.n >= 5 {
		findings = append(findings, s.say("whale.fifth", s.count("n.customers", (w.n+4)/5), s.percent(fifth)))
	}
	if !w.positive && w.peak.Rank > 0 {
		findings = append(findings, s.say("whale.negative"))
	}
	if text := pastPeak(s, d, w); text != "" {
		findings = append(findings, text)
	}
	return findings
}

// fifthShare is the first fifth's share as the kpi says it; the curve is thinned, the kpi is not.
func fifthShare(d ReportData, w whale) *float64 {
	if !w.positive {
		return nil
	}
	name := "top20_profit_share"
	if d.Basis == "revenue" {
		name = "top20_revenue_share"
	}
	return kpi(d, name).Value
}

// pastPeak names the customers behind the peak, the worst first.
func pastPeak(s *speech, d ReportData, w whale) string {
	var names []string
	for _, c := range worstFirst(d.Bottom) {
		if c.Profit.IsNeg() && len(names) < 5 {
			names = append(names, s.name(c.Name, c.CustomerID))
		}
	}
	rest, basis := w.past-int64(len(names)), ""
	if d.Basis == "revenue" {
		basis = "_r"
	}
	switch {
	case len(names) == 0 || w.past == 0 || w.peak.Rank == 0:
		return ""
	case rest <= 0:
		return s.say("whale.past"+basis, s.list(names))
	}
	return s.say("whale.past_more"+basis, s.commas(names), s.count("n.others", rest))
}

func whaleFigures(s *speech, d ReportData, w whale) []pair {
	var pairs []pair
	add := func(name, value string) { pairs = append(pairs, pair{Name: name, Value: value}) }
	if w.peak.Rank > 0 && d.Basis != "revenue" {
		add(s.say("whale.peak"), s.money(w.peak.Cumulative))
		add(s.say("whale.peak_at"), s.count("n.customers", w.peak.Rank))
	}
	if share := fifthShare(d, w); share != nil && w.n >= 5 {
		add(s.say("whale.fifth_value"), s.percent(share))
	}
	add(s.say("whale.end"), s.money(w.end))
	if w.peak.Rank > 0 && d.Basis != "revenue" {
		add(s.say("whale.erosion"), s.money(w.erosion))
	}
	return pairs
}

// whaleTable is the curve at every tenth of the customers.
func whaleTable(s *speech, w whale) table {
	t := table{Caption: s.say("whale.table"), Columns: []heading{
		{s.say("whale.col.rank"), "n"}, {s.say("whale.col.share"), "n"},
		{s.say("whale.col.value") + " (" + s.currency + ")", "n"}, {s.say("whale.col.total"), "n"},
	}}
	next := int64(1)
	for _, p := range w.points {
		if p.Rank < next && p.Rank != w.n && p.Rank != w.peak.Rank {
			continue
		}
		next = p.Rank + max(w.n/10, 1)
		total := noValue
		if w.positive {
			total = s.percent(share(p.Cumulative, w.end))
		}
		t.Rows = append(t.Rows, words(s.number(p.Rank), s.percent(countShare(p.Rank, w.n)), s.exact(p.Cumulative), total))
	}
	return t
}
