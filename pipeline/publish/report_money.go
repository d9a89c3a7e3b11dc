package publish

import (
	"slices"
	"time"

	"github.com/govalues/decimal"
)

// lightSection is the light month by month, with what it has to reach.
func lightSection(s *speech, d ReportData) (section, bool) {
	k := kpi(d, d.Light.KPI)
	months := lightMonths(d.LightMonths)
	if len(months) == 0 || !finite(months[len(months)-1].value) {
		return section{}, false
	}
	name := lightName(s, d)
	sec := section{ID: "months", Heading: s.say("lightline.heading"), Definition: s.say("lightline.definition")}
	first, last := firstMonth(months), months[len(months)-1]
	finding := s.say("lightline.one", name, s.figure(last.value, k.Unit))
	if !first.month.Equal(last.month) {
		finding = s.say("lightline.finding", name, s.figure(last.value, k.Unit), change(s, *last.value-*first.value, k.Unit), first.month.Format("2006-01"))
	}
	sec.Findings = append([]string{finding}, goalLines(s, d, k)...)
	goals := goalsOf(s, d, k, months[0].month)
	sec.Wide = lineChart(s, sec.Heading, finding, k.Unit, months, goals, "months-wide", wide)
	thin := months[max(len(months)-chartPeriodsThin, 0):]
	sec.Narrow = lineChart(s, sec.Heading, finding, k.Unit, thin, goalsOf(s, d, k, thin[0].month), "months-narrow", narrow)
	t := table{Caption: s.say("lightline.table"), Columns: []heading{{s.say("lifecycle.month"), ""}, {name, "n"}}}
	for _, m := range slices.Backward(months) {
		t.Rows = append(t.Rows, words(m.month.Format("2006-01"), s.figure(m.value, k.Unit)))
	}
	sec.Details = []table{t}
	return sec, true
}

// lightName is the light's name, of net revenue where no cost is known.
func lightName(s *speech, d ReportData) string {
	if d.Basis == "revenue" && s.known("light_r", d.Light.KPI) {
		return s.term("light_r", d.Light.KPI)
	}
	return s.term("kpi", d.Light.KPI)
}

// lightMonths are the last two years from the first month with a figure on, each month once.
func lightMonths(rows []LightMonth) []monthValue {
	rows = slices.Clone(rows)
	slices.SortFunc(rows, func(a, b LightMonth) int { return a.Month.Compare(b.Month) })
	var months []monthValue
	for _, r := range rows {
		if len(months) > 0 || finite(r.Value) {
			months = append(months, monthValue{r.Month, r.Value})
		}
	}
	return months[max(len(months)-chartPeriods, 0):]
}

// firstMonth is the first with a figure.
func firstMonth(months []monthValue) monthValue {
	return months[max(slices.IndexFunc(months, func(m monthValue) bool { return finite(m.value) }), 0)]
}

// goalLines say the target and every milestone, in the order of their days.
func goalLines(s *speech, d ReportData, k KPI) []string {
	var lines []string
	milestones := slices.Clone(d.Light.Milestones)
	slices.SortStableFunc(milestones, func(a, b LightTarget) int { return a.By.Compare(b.By) })
	for _, m := range milestones[:min(len(milestones), causeRows)] {
		lines = append(lines, s.say("lightline.goal", goalLine(s, "milestone", m, k)))
	}
	if t := d.Light.Target; t != nil {
		lines = append(lines, s.say("lightline.goal", goalLine(s, "target", *t, k)))
	}
	return lines
}

// goalsOf are what lies within the drawn months or the two years after them.
func goalsOf(s *speech, d ReportData, k KPI, first time.Time) []goal {
	var goals []goal
	add := func(t LightTarget, name string) {
		month := time.Date(t.By.Year(), t.By.Month(), 1, 0, 0, 0, 0, time.UTC)
		if !month.Before(first) && month.Before(d.AsOf.AddDate(2, 0, 0)) {
			goals = append(goals, goal{month, t.Value, name + " " + s.figure(&t.Value, k.Unit)})
		}
	}
	for _, m := range d.Light.Milestones {
		add(m, s.say("light.mark.milestone"))
	}
	if d.Light.Target != nil {
		add(*d.Light.Target, s.say("light.mark.target"))
	}
	slices.SortStableFunc(goals, func(a, b goal) int { return a.month.Compare(b.month) })
	return goals
}

// moneySection is what it is worth to keep customers, and what winning and keeping one costs.
func moneySection(s *speech, d ReportData) (section, bool) {
	m := d.Money
	if m == nil || m.AtStart == 0 || d.Basis == "revenue" { // of revenue nobody knows what it earns
		return section{}, false
	}
	sec := section{ID: "money", Heading: s.say("money.heading"), Definition: s.say("money.definition")}
	sec.Findings = moneyFindings(s, m)
	sec.Tables = []table{moneyTable(s, m)}
	var bars []bar
	for _, b := range []struct {
		id string
		of *float64
	}{{"kpi.acquisition_cost", m.AcquisitionCost}, {"kpi.retention_cost", m.RetentionCost}} {
		if finite(b.of) {
			bars = append(bars, bar{name: s.say(b.id), text: s.figure(b.of, "money"), value: *b.of, class: "bar-blue"})
		}
	}
	if len(bars) == 2 {
		bars[0].class = "bar-orange"
		sec.Wide = barChart(sec.Heading, sec.Findings[0], bars, "money-wide", wide)
		sec.Narrow = barChart(sec.Heading, sec.Findings[0], bars, "money-narrow", narrow)
	}
	return sec, true
}

func moneyFindings(s *speech, m *RetentionMoney) []string {
	kept := s.say("money.kept", s.number(m.Kept), s.count("n.customers", m.AtStart), s.percent(m.Rate))
	if !finite(m.PerKept) {
		return []string{kept, s.say("money.no_profit")}
	}
	findings := []string{s.say("money.finding", s.figure(m.Plus1, "money"), s.figure(m.Plus5, "money")),
		s.sentences(kept, s.say("money.per_kept", s.figure(m.PerKept, "money")))}
	switch {
	case finite(m.AcquisitionToRetention):
		findings = append(findings, s.say("money.ratio", s.figure(m.AcquisitionCost, "money"), s.figure(m.RetentionCost, "money"), s.figure(m.AcquisitionToRetention, "ratio")))
	case finite(m.AcquisitionCost):
		findings = append(findings, s.say("money.no_keeping", s.figure(m.AcquisitionCost, "money")))
	case finite(m.RetentionCost):
		findings = append(findings, s.say("money.no_winning", s.figure(m.RetentionCost, "money")))
	}
	return findings
}

func moneyTable(s *speech, m *RetentionMoney) table {
	t := table{Columns: []heading{{s.say("kpis.col.kpi"), ""}, {s.say("kpis.col.value"), "n"}, {s.say("kpis.col.interval"), "n"}}}
	add := func(name, value, interval string) { t.Rows = append(t.Rows, words(name, value, interval)) }
	between := func(low, high *float64, unit string) string {
		if !finite(low) || !finite(high) {
			return ""
		}
		return s.say("kpis.interval", s.figure(low, unit), s.figure(high, unit))
	}
	add(s.say("money.at_start"), s.number(m.AtStart), "")
	add(s.say("money.kept_name"), s.number(m.Kept), "")
	add(s.say("money.rate"), s.percent(m.Rate), between(m.RateLow, m.RateHigh, "share"))
	add(s.say("money.per_kept_name"), fullMoney(s, m.PerKept), "")
	add(s.say("kpi.retention_plus_1"), fullMoney(s, m.Plus1), between(m.Plus1Low, m.Plus1High, "money"))
	add(s.say("kpi.retention_plus_5"), fullMoney(s, m.Plus5), between(m.Plus5Low, m.Plus5High, "money"))
	add(s.say("money.acquired"), s.number(m.Acquired), "")
	add(s.say("money.acquired_known"), s.number(m.AcquiredWithCost), "")
	add(s.say("kpi.acquisition_cost"), fullMoney(s, m.AcquisitionCost), "")
	add(s.say("kpi.retention_cost"), fullMoney(s, m.RetentionCost), "")
	add(s.say("kpi.acquisition_to_retention"), s.figure(m.AcquisitionToRetention, "ratio"), "")
	return t
}

// fullMoney writes an average of money with the digits of the currency, and the currency.
func fullMoney(s *speech, v *float64) string {
	if !finite(v) {
		return noValue
	}
	d, err := decimal.NewFromFloat64(*v)
	if err != nil {
		return noValue
	}
	return s.currency + nbsp + s.exact(d)
}
