package publish

import (
	"cmp"
	"slices"

	"github.com/govalues/decimal"
)

// renewalRows is how many contracts that are due the page names.
const renewalRows = 8

// contractSection shows what stays of the contracts in force a year ago.
func contractSection(s *speech, d ReportData) (section, bool) {
	w := d.Contracts.Window
	if w == nil || w.Customers == 0 {
		return section{}, false
	}
	sec := section{ID: "contracts", Heading: s.say("contracts.heading"), Definition: s.say("contracts.definition"), Findings: []string{
		s.say("contracts.finding", s.count("n.customers", w.Customers), s.number(w.CustomersKept), s.percent(w.Logo), s.percent(w.LogoLow), s.percent(w.LogoHigh)),
		s.say("contracts.value", s.money(w.ValueStart), s.percent(w.GRR), s.percent(w.NRR)),
	}}
	if w.Contracts > 0 {
		sec.Findings = append(sec.Findings, s.say("contracts.by_contract", s.count("n.contracts", w.Contracts), s.number(w.ContractsKept), s.percent(w.ContractLogo)))
	}
	steps := slices.Clone(d.Contracts.Bridge)
	slices.SortFunc(steps, func(a, b BridgeStep) int { return cmp.Compare(a.Position, b.Position) })
	if len(steps) > 1 {
		stairs := contractStairs(s, steps)
		if _, _, cut := stairScale(stairs); cut {
			sec.Findings = append(sec.Findings, s.say("bridge.cut"))
		}
		sec.Wide = waterfallChart(sec.Heading, sec.Findings[1], stairs, "contracts-wide", wide)
		sec.Narrow = waterfallChart(sec.Heading, sec.Findings[1], stairs, "contracts-narrow", narrow)
		sec.Legend = []legendItem{{"bar-blue", s.say("bridge.adds")}, {"bar-orange", s.say("bridge.takes")}}
		sec.Details = append(sec.Details, contractBridgeTable(s, steps))
	}
	for _, t := range []table{stayTable(s, d), stayByTable(s, d)} {
		if len(t.Rows) > 0 {
			sec.Details = append(sec.Details, t)
		}
	}
	return sec, true
}

func contractStairs(s *speech, steps []BridgeStep) []stair {
	var stairs []stair
	reached := decimal.Zero
	for _, b := range steps {
		from := reached
		if b.Total {
			from, reached = decimal.Zero, b.Amount
		} else {
			reached = sum(reached, b.Amount)
		}
		if !b.Total && b.Amount.IsZero() {
			continue // the table says it
		}
		text := s.axis(b.Amount)
		if !b.Total && b.Amount.IsPos() {
			text = "+" + text
		}
		stairs = append(stairs, stair{name: s.term("contract_step", b.Component), text: text, from: plot(from), to: plot(reached), total: b.Total})
	}
	return stairs
}

func contractBridgeTable(s *speech, steps []BridgeStep) table {
	t := table{Caption: s.say("contracts.bridge"), Columns: []heading{
		{s.say("bridge.col.step"), ""}, {s.say("contracts.col.month", s.currency), "n"}, {s.say("col.customers"), "n"},
	}}
	for _, b := range steps[:len(steps)-1] {
		t.Rows = append(t.Rows, words(s.term("contract_step", b.Component), s.exact(b.Amount), s.number(b.Customers)))
	}
	last := steps[len(steps)-1]
	t.Total = words(s.term("contract_step", last.Component), s.exact(last.Amount), s.number(last.Customers))
	return t
}

// stayTable is what stayed in each of the last twelve periods of the kind that retention is configured for.
func stayTable(s *speech, d ReportData) table {
	kind := d.Period
	if kind != "quarter" && kind != "year" {
		kind = "month"
	}
	rows := slices.DeleteFunc(slices.Clone(d.Contracts.Periods), func(r ContractStay) bool { return r.Kind != kind || r.Customers == 0 })
	slices.SortFunc(rows, func(a, b ContractStay) int { return a.Period.Compare(b.Period) })
	t := table{Caption: s.say("contracts.periods"), Columns: []heading{
		{s.say("periods.col.period"), ""}, {s.say("contracts.col.before"), "n"}, {s.say("contracts.col.kept"), "n"},
		{s.say("contracts.col.logo"), "n"}, {s.say("contracts.col.contract_logo"), "n"}, {s.say("contracts.col.grr"), "n"}, {s.say("contracts.col.nrr"), "n"}, {s.say("periods.col.state"), ""},
	}}
	for _, r := range rows[max(len(rows)-chartPeriodsThin, 0):] {
		t.Rows = append(t.Rows, words(s.period(r.Period, kind), s.number(r.Customers), s.number(r.CustomersKept), s.percent(r.Logo),
			s.percent(r.ContractLogo), s.percent(r.GRR), s.percent(r.NRR), s.term("state", r.State)))
	}
	return t
}

// stayByTable is what stayed by the tier of a year ago and by the kind of customer.
func stayByTable(s *speech, d ReportData) table {
	t := table{Caption: s.say("contracts.by"), Columns: []heading{
		{s.say("col.segment"), ""}, {s.say("contracts.col.before"), "n"}, {s.say("contracts.col.logo"), "n"}, {s.say("contracts.col.grr"), "n"}, {s.say("contracts.col.nrr"), "n"},
		{s.say("renewals.col.due"), "n"}, {s.say("renewals.col.renewed"), "n"}, {s.say("renewals.col.rate"), "n"},
	}}
	rows := slices.DeleteFunc(slices.Clone(d.Contracts.By), func(r ContractBy) bool { return r.Segmentation != "tier" && r.Segmentation != "kind" })
	slices.SortFunc(rows, func(a, b ContractBy) int {
		return cmp.Or(-cmp.Compare(a.Segmentation, b.Segmentation), -cmp.Compare(a.Customers, b.Customers), cmp.Compare(a.Segment, b.Segment))
	})
	for _, r := range rows[:min(len(rows), segmentRows)] {
		t.Rows = append(t.Rows, words(segmentName(s, r.Segmentation, r.Segment), s.number(r.Customers), s.percent(r.Logo), s.percent(r.GRR), s.percent(r.NRR),
			s.number(r.Due), s.number(r.Renewed), s.percent(r.Rate)))
	}
	return t
}

// renewalSection shows how many contracts are renewed and which are due next.
func renewalSection(s *speech, d ReportData) (section, bool) {
	rows := slices.Clone(d.Contracts.Renewed)
	slices.SortFunc(rows, func(a, b RenewalPeriod) int { return a.Period.Compare(b.Period) })
	rows = rows[max(len(rows)-chartPeriods, 0):]
	due := d.Contracts.DueSum
	if len(rows) == 0 && due.Contracts == 0 {
		return section{}, false
	}
	sec := section{ID: "renewals", Heading: s.say("renewals.heading"), Definition: s.say("renewals.definition"), Findings: renewalFindings(s, d)}
	var columns []column
	t := table{Caption: s.say("renewals.table"), Columns: []heading{
		{s.say("periods.col.period"), ""}, {s.say("renewals.col.due"), "n"}, {s.say("renewals.col.renewed"), "n"}, {s.say("renewals.col.pending"), "n"},
		{s.say("renewals.col.lost"), "n"}, {s.say("renewals.col.rate"), "n"}, {s.say("renewals.col.value_due", s.currency), "n"},
		{s.say("renewals.col.value_renewed", s.currency), "n"}, {s.say("renewals.col.up"), "n"}, {s.say("renewals.col.down"), "n"},
		{s.say("renewals.col.early"), "n"}, {s.say("periods.col.state"), ""},
	}}
	for i, r := range rows {
		name := s.period(r.Period, d.Period)
		if finite(r.Rate) {
			columns = append(columns, column{name: name, rate: *r.Rate, text: oneDecimal(*r.Rate * 100), unfinished: r.State == "in_progress"})
		}
		if i < len(rows)-chartPeriodsThin {
			continue // the chart and the mart have them
		}
		t.Rows = append(t.Rows, words(name, s.number(r.Due), s.number(r.Renewed), s.number(r.Pending), s.number(r.Lost), s.percent(r.Rate),
			s.exact(r.ValueDue), s.exact(r.ValueRenewed), s.number(r.Upgrades), s.number(r.Downgrades), s.number(r.Early), s.term("state", r.State)))
	}
	if len(columns) > 0 {
		sec.Wide = columnChart(s, sec.Heading, sec.Findings[0], columns, "renewals-wide", wide)
		sec.Narrow = columnChart(s, sec.Heading, sec.Findings[0], columns[max(len(columns)-chartPeriodsThin, 0):], "renewals-narrow", narrow)
	}
	if len(t.Rows) > 0 {
		sec.Details = []table{t}
	}
	if len(d.Contracts.Due) > 0 {
		sec.Tables = []table{dueTable(s, d)}
	}
	return sec, true
}

func renewalFindings(s *speech, d ReportData) []string {
	y, due := d.Contracts.Year, d.Contracts.DueSum
	var findings []string
	switch {
	case y == nil || y.Due == 0:
		findings = append(findings, s.say("renewals.none"))
	case !finite(y.Rate):
		findings = append(findings, s.say("renewals.all_pending", s.count("n.contracts", y.Due)))
	default:
		findings = append(findings, s.say("renewals.finding", s.count("n.contracts", y.Due-y.Pending), s.number(y.Renewed), s.percent(y.Rate)))
	}
	if y != nil {
		var more []string
		if y.Pending > 0 && finite(y.Rate) {
			more = append(more, s.say("renewals.pending", s.count("n.contracts", y.Pending)))
		}
		if y.Renewed > 0 {
			more = append(more, s.say("renewals.changes", s.number(y.Upgrades), s.number(y.Downgrades)))
		}
		if y.Early > 0 {
			more = append(more, s.say("renewals.early", s.count("n.contracts", y.Early)))
		}
		if len(more) > 0 {
			findings = append(findings, s.sentences(more...))
		}
	}
	if due.Contracts > 0 {
		text := s.say("renewals.due", s.number(int64(d.Contracts.DueDays)), s.count("n.contracts", due.Contracts), s.money(due.Value))
		if due.WithCases > 0 {
			text = s.sentences(text, s.say("renewals.cases", s.count("n.contracts", due.WithCases)))
		}
		findings = append(findings, text)
	}
	return findings
}

// dueTable names the contracts to see first: those with open complaints, then the next to end.
func dueTable(s *speech, d ReportData) table {
	t := table{Caption: s.say("renewals.next"), Columns: []heading{
		{s.say("col.customer"), ""}, {s.say("renewals.col.contract"), ""}, {s.say("renewals.col.due_on"), "n"}, {s.say("renewals.col.days"), "n"},
		{s.say("renewals.col.value", s.currency), "n"}, {s.say("renewals.col.cases"), "n"}, {s.say("renewals.col.owner"), ""},
	}}
	rows := d.Contracts.Due[:min(len(d.Contracts.Due), renewalRows)]
	for _, r := range rows {
		owner := noValue
		if o := plain(r.Owner); o != "" {
			owner = shorten(o, 40)
		}
		cells := append([]cell{customer(r.Name, r.CustomerID)}, words(shorten(plain(r.ContractID), 40), s.day(r.Due), s.number(r.DaysLeft),
			s.exact(r.Value), s.number(r.OpenCases), owner)...)
		cells[1].Code = true
		t.Rows = append(t.Rows, cells)
	}
	if rest := d.Contracts.DueSum.Contracts - int64(len(rows)); rest > 0 {
		t.Note = s.count("n.more_rows", rest)
	}
	return t
}
