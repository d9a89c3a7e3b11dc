package publish

import (
	"cmp"
	"math"
	"slices"

	"github.com/govalues/decimal"
)

// periodSection shows who stays from one period to the next.
func periodSection(s *speech, d ReportData) (section, bool) {
	rows := slices.DeleteFunc(slices.Clone(d.Periods), func(r PeriodRow) bool { return !finite(r.Rate) })
	slices.SortFunc(rows, func(a, b PeriodRow) int { return a.Period.Compare(b.Period) })
	rows = rows[max(len(rows)-chartPeriods, 0):]
	if len(rows) == 0 {
		return section{}, false
	}
	sec := section{ID: "periods", Heading: s.say("periods.heading"), Findings: periodFindings(s, d, rows), Definition: s.say("periods.definition")}
	columns := make([]column, len(rows))
	t := table{Caption: s.say("periods.table"), Columns: []heading{
		{s.say("periods.col.period"), ""}, {s.say("periods.col.start"), "n"}, {s.say("periods.col.kept"), "n"},
		{s.say("periods.col.rate"), "n"}, {s.say("periods.col.state"), ""},
	}}
	for i, r := range rows {
		name := s.period(r.Period, d.Period)
		columns[i] = column{name: name, rate: *r.Rate, text: oneDecimal(*r.Rate * 100), unfinished: r.State == "in_progress"}
		t.Rows = append(t.Rows, words(name, s.number(r.AtStart), s.number(r.Kept), s.percent(r.Rate), s.term("state", r.State)))
	}
	sec.Details = []table{t}
	sec.Wide = columnChart(s, sec.Heading, sec.Findings[0], columns, "periods-wide", wide)
	sec.Narrow = columnChart(s, sec.Heading, sec.Findings[0], columns[max(len(columns)-chartPeriodsThin, 0):], "periods-narrow", narrow)
	return sec, true
}

func periodFindings(s *speech, d ReportData, rows []PeriodRow) []string {
	complete := slices.DeleteFunc(slices.Clone(rows), func(r PeriodRow) bool { return r.State == "in_progress" })
	n := len(complete)
	if n == 0 {
		return []string{s.say("periods.open")}
	}
	last := complete[n-1]
	findings := []string{s.say("periods.finding", s.period(last.Period, d.Period), s.percent(last.Rate), s.count("n.customers", last.AtStart))}
	if n > 1 {
		low, high := *last.Rate, *last.Rate
		for _, r := range complete {
			low, high = math.Min(low, *r.Rate), math.Max(high, *r.Rate)
		}
		findings = append(findings, s.sentences(
			s.say("periods.against", change(s, *last.Rate-*complete[n-2].Rate, "share")),
			s.say("periods.average", s.percent(&low), s.percent(&high))))
	}
	return findings
}

// lifecycleSection shows who comes and who goes quiet, month by month.
func lifecycleSection(s *speech, d ReportData) (section, bool) {
	months := lifecycleMonths(d.Lifecycle)
	if len(months) == 0 {
		return section{}, false
	}
	sec := section{ID: "lifecycle", Heading: s.say("lifecycle.heading"), Definition: s.say("lifecycle.definition"), Findings: []string{s.say("lifecycle.open")}}
	for _, m := range months {
		if m.complete {
			sec.Findings[0] = s.say("lifecycle.finding", m.name, s.count("n.customers", m.active()), s.number(m.fresh),
				s.number(m.returning), s.number(m.resurrected), s.count("n.customers", m.quiet))
		}
	}
	states := []string{"new", "resurrected", "returning", "dormant"}
	t := table{Caption: s.say("lifecycle.table"), Columns: []heading{{s.say("lifecycle.month"), ""}}}
	for _, st := range states {
		sec.Legend = append(sec.Legend, legendItem{"state-" + st, s.term("lifecycle", st)})
		t.Columns = append(t.Columns, heading{s.term("lifecycle", st), "n"})
	}
	sec.Legend = append(sec.Legend, legendItem{"hatch-key", s.say("state.in_progress")})
	for _, m := range months {
		name, quiet := m.name, s.number(m.quiet)
		if !m.complete {
			name, quiet = s.say("lifecycle.unfinished", name), noValue
		}
		t.Rows = append(t.Rows, words(name, s.number(m.fresh), s.number(m.resurrected), s.number(m.returning), quiet))
	}
	sec.Details = []table{t}
	sec.Wide = lifecycleChart(s, months, sec.Findings[0], "lifecycle-wide", wide)
	sec.Narrow = lifecycleChart(s, months[max(len(months)-chartPeriodsThin, 0):], sec.Findings[0], "lifecycle-narrow", narrow)
	return sec, true
}

// lifecycleMonths gathers the states of each month, the last two years of them.
func lifecycleMonths(rows []LifecycleRow) []lifecycleMonth {
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b LifecycleRow) int { return a.Month.Compare(b.Month) })
	var months []lifecycleMonth
	for i, r := range rows {
		if i == 0 || !r.Month.Equal(rows[i-1].Month) {
			months = append(months, lifecycleMonth{name: r.Month.Format("2006-01"), complete: r.Complete})
		}
		m := &months[len(months)-1]
		switch r.State {
		case "new":
			m.fresh = r.Customers
		case "returning":
			m.returning = r.Customers
		case "resurrected":
			m.resurrected = r.Customers
		case "dormant":
			if r.Complete { // of an unfinished month nobody is dormant yet
				m.quiet = r.Customers
			}
		}
	}
	return months[max(len(months)-chartPeriods, 0):]
}

// churnSection shows why customers leave, what it costs and what helps.
func churnSection(s *speech, d ReportData) (section, bool) {
	if len(d.States) == 0 && len(d.Causes) == 0 {
		return section{}, false
	}
	causes := slices.DeleteFunc(slices.Clone(d.Causes), func(c ChurnCause) bool { return c.Customers == 0 })
	slices.SortFunc(causes, func(a, b ChurnCause) int {
		return cmp.Or(b.ProfitLost.Cmp(a.ProfitLost), cmp.Compare(b.Customers, a.Customers),
			cmp.Compare(a.Class, b.Class), cmp.Compare(a.SubClass, b.SubClass))
	})
	sec := section{ID: "churn", Heading: s.say("churn.heading"), Findings: churnFindings(s, d, causes), Definition: s.say("churn.definition")}
	sec.Findings = append(sec.Findings, leavingFindings(s, d)...)
	sec.Details = leavingTables(s, d)
	if len(causes) == 0 {
		return sec, true
	}
	sec.Tables = []table{withoutProfit(d, churnTable(s, causes), 4)}
	bars := make([]bar, 0, causeRows)
	for _, c := range causes[:min(len(causes), causeRows)] {
		class := "bar-blue"
		if c.Class == "fault" {
			class = "bar-orange"
		}
		bars = append(bars, bar{name: causeName(s, c), class: class, value: plot(c.ProfitLost),
			text: s.money(c.ProfitLost) + " · " + s.count("n.customers", c.Customers)})
	}
	if slices.ContainsFunc(bars, func(b bar) bool { return b.value != 0 }) {
		sec.Wide = barChart(sec.Heading, sec.Findings[0], bars, "churn-wide", wide)
		sec.Narrow = barChart(sec.Heading, sec.Findings[0], bars, "churn-narrow", narrow)
		sec.Legend = []legendItem{{"bar-orange", s.term("class", "fault")}, {"bar-blue", s.say("churn.other_causes")}}
	}
	return sec, true
}

func churnFindings(s *speech, d ReportData, causes []ChurnCause) []string {
	left, fault, lost := int64(0), int64(0), decimal.Zero
	for _, c := range causes {
		left += c.Customers
		lost = sum(lost, c.ProfitLost)
		if c.Class == "fault" {
			fault += c.Customers
		}
	}
	findings := []string{s.say("churn.none")}
	if left > 0 {
		id := "churn.finding"
		if d.Basis == "revenue" {
			id = "churn.finding_r"
		}
		findings[0] = s.say(id, s.count("n.customers", left), s.money(lost), s.percent(countShare(fault, left)))
	}
	for _, c := range causes {
		if c.Class != "unclassified" && c.ProfitLost.IsPos() {
			findings = append(findings, s.say("churn.cause", causeName(s, c), s.count("n.customers", c.Customers), s.money(c.ProfitLost)))
			break
		}
	}
	for _, st := range d.States {
		if st.State == "at_risk" && st.Customers > 0 {
			findings = append(findings, s.say("churn.at_risk", s.count("n.customers", st.Customers), s.money(st.ValueAtStake)))
		}
	}
	return findings
}

// causeName says class and sub-class: our fault: service.
func causeName(s *speech, c ChurnCause) string {
	class := s.term("class", c.Class)
	if c.SubClass == "" || c.SubClass == "none" {
		return class
	}
	return s.say("churn.cause_joined", class, s.term("sub", c.SubClass))
}

func churnTable(s *speech, causes []ChurnCause) table {
	t := table{Columns: []heading{
		{s.say("churn.col.cause"), ""}, {s.say("col.customers"), "n"}, {s.say("churn.col.share"), "n"},
		{s.say("churn.col.revenue", s.currency), "n"}, {s.say("churn.col.profit", s.currency), "n"}, {s.say("churn.col.counter"), "text"},
	}}
	left, revenue, profit := int64(0), decimal.Zero, decimal.Zero
	for i, c := range causes {
		left += c.Customers
		revenue, profit = sum(revenue, c.RevenueLost), sum(profit, c.ProfitLost)
		if i < causeRows {
			t.Rows = append(t.Rows, words(causeName(s, c), s.number(c.Customers), s.percent(c.Share),
				s.exact(c.RevenueLost), s.exact(c.ProfitLost), s.countermeasure(c.Class, c.SubClass)))
		}
	}
	if rest := len(causes) - causeRows; rest > 0 {
		t.Note = s.count("n.more_rows", int64(rest))
	}
	t.Total = words(s.say("col.total"), s.number(left), "", s.exact(revenue), s.exact(profit), "")
	return t
}
