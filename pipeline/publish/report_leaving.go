package publish

import (
	"slices"
	"strconv"

	"github.com/govalues/decimal"
)

// What the heat map by segment shows at the most.
const (
	stayAges = 13 // 0 to a year of months
	stayRows = 30
)

// staySection shows who comes back, segment by segment, over all cohorts.
func staySection(s *speech, d ReportData) (section, bool) {
	groups := stayGroups(d.StayBy)
	if len(groups) < 2 {
		return section{}, false // nothing to compare
	}
	h := &heatMap{Caption: s.say("stay.caption"), Corner: s.say("stay.segment"), Size: s.say("cohorts.size"),
		AgeName: s.say("cohorts.age." + d.Period), Legend: s.say("stay.legend")}
	ages, top := 1, 0.0
	for _, g := range groups {
		for _, r := range g {
			if r.Age < stayAges {
				ages = max(ages, r.Age+1)
				if r.Age > 0 {
					top = max(top, number(r.Rate))
				}
			}
		}
	}
	for age := range ages {
		h.Ages = append(h.Ages, strconv.Itoa(age))
	}
	for _, g := range groups[:min(len(groups), stayRows)] {
		h.Rows = append(h.Rows, stayRow(s, g, ages, top))
	}
	sec := section{ID: "stay", Heading: s.say("stay.heading"), Findings: stayFindings(s, d, groups), Heat: h, Definition: s.say("stay.definition")}
	if rest := len(groups) - stayRows; rest > 0 {
		sec.Findings = append(sec.Findings, s.say("stay.more", s.count("n.more_rows", int64(rest))))
	}
	if d.StayLeftOut.Cohorts > 0 {
		sec.Findings = append(sec.Findings, s.say("stay.left_out", s.count("n.cohorts", d.StayLeftOut.Cohorts), s.count("n.customers", d.StayLeftOut.Customers)))
	}
	return sec, true
}

// stayGroups are the segments with their ages in order, everybody first.
func stayGroups(rows []StayRow) [][]StayRow {
	var groups [][]StayRow
	for _, r := range rows {
		if r.Measure != "classic" {
			continue
		}
		if last := len(groups) - 1; last >= 0 && groups[last][0].By == r.By && groups[last][0].Value == r.Value {
			groups[last] = append(groups[last], r)
			continue
		}
		groups = append(groups, []StayRow{r})
	}
	slices.SortStableFunc(groups, func(a, b []StayRow) int {
		all := func(g []StayRow) int {
			if g[0].By == "all" {
				return 0
			}
			return 1
		}
		return all(a) - all(b)
	})
	return groups
}

func stayRow(s *speech, g []StayRow, ages int, top float64) heatRow {
	row := heatRow{Name: stayName(s, g[0]), Pooled: g[0].By == "all", Cells: make([]heatCell, ages)}
	for age := range row.Cells {
		row.Cells[age].Class = "future"
	}
	for _, r := range g {
		if r.Age == 0 {
			row.Size = s.number(r.Customers)
		}
		if r.Age < ages {
			row.Cells[r.Age] = heatCell{Text: inPercent(r.Rate), Class: ramp(r.Rate, top, r.Age)}
		}
	}
	return row
}

// stayName is the segment with what divides the customers before it.
func stayName(s *speech, r StayRow) string {
	if r.By == "all" {
		return s.say("cohorts.pooled")
	}
	value := segmentName(s, r.By, r.Value)
	if r.Value == "(other)" {
		value = s.say("stay.other")
	}
	return s.say("churn.cause_joined", s.term("segmentation", r.By), value)
}

// stayFindings compares the segments at the age that people ask for first, and customers with money.
func stayFindings(s *speech, d ReportData, groups [][]StayRow) []string {
	age := map[string]int{"month": 6, "week": 4, "quarter": 2, "year": 1}[d.Period]
	var best, worst *StayRow
	for _, g := range groups {
		for _, r := range g {
			if r.Age != age || r.By == "all" || r.Value == "unknown" || r.Customers < 5 || !finite(r.Rate) {
				continue
			}
			if best == nil || *r.Rate > *best.Rate {
				best = &r
			}
			if worst == nil || *r.Rate < *worst.Rate {
				worst = &r
			}
		}
	}
	after := s.count("n."+d.Period, int64(age))
	findings := []string{s.say("stay.plain")}
	if best != nil && *best.Rate > *worst.Rate {
		findings[0] = s.say("stay.finding", after, stayName(s, *best), s.percent(best.Rate), stayName(s, *worst), s.percent(worst.Rate))
	}
	of := func(measure string) *float64 {
		for _, r := range d.StayBy {
			if r.By == "all" && r.Measure == measure && r.Age == age {
				return r.Rate
			}
		}
		return nil
	}
	if classic, streak, weighted := of("classic"), of("streak"), of("revenue_weighted"); finite(classic) && finite(streak) && finite(weighted) {
		findings = append(findings, s.say("stay.measures", after, s.percent(classic), s.percent(weighted), s.percent(streak)))
	}
	return findings
}

// leavingFindings name the sources that decide who left, whether they disagree, and who came back.
func leavingFindings(s *speech, d ReportData) []string {
	var used, counted []string
	for _, c := range d.ChurnSources {
		switch {
		case c.Used:
			used = append(used, s.say("leaving.by", s.term("churn_source", c.Source), s.count("n.customers", c.Here)))
		case c.Left > 0:
			counted = append(counted, s.say("leaving.by", s.term("churn_source", c.Source), s.count("n.customers", c.Left)))
		}
	}
	var findings []string
	if len(used) > 0 {
		findings = append(findings, s.say("leaving.decided", s.list(used)))
	}
	if len(counted) > 0 {
		findings = append(findings, s.say("leaving.counted", s.list(counted)))
	}
	if d.ChurnDisagree > 0 {
		findings = append(findings, s.say("leaving.disagree", s.count("n.customers", d.ChurnDisagree)))
	}
	left, back, here, profit := int64(0), int64(0), int64(0), decimal.Zero
	for _, w := range d.WinBacks {
		left, back, here, profit = left+w.Leavings, back+w.Returns, here+w.StillHere, sum(profit, w.Profit)
	}
	if back > 0 {
		findings = append(findings, s.say("leaving.back", s.number(left), s.number(back), s.percent(countShare(back, left)), s.number(here), s.money(profit)))
	}
	return findings
}

// leavingTables are what the sources say, the rates by their definitions and the returns by cause.
func leavingTables(s *speech, d ReportData) []table {
	var tables []table
	if len(d.ChurnSources) > 0 {
		t := table{Caption: s.say("leaving.sources"), Note: s.say("leaving.sources_note"), Columns: []heading{{s.say("leaving.col.source"), ""}, {s.say("leaving.col.used"), ""},
			{s.say("leaving.col.left"), "n"}, {s.say("leaving.col.stays"), "n"}, {s.say("leaving.col.alone"), "n"}, {s.say("leaving.col.contradicted"), "n"}, {s.say("leaving.col.here"), "n"}}}
		for _, c := range d.ChurnSources {
			t.Rows = append(t.Rows, words(s.term("churn_source", c.Source), s.say("leaving."+map[bool]string{true: "yes", false: "no"}[c.Used]),
				s.number(c.Left), s.number(c.Stays), s.number(c.Alone), s.number(c.Contradicted), s.number(c.Here)))
		}
		tables = append(tables, t)
	}
	if len(d.ChurnRates) > 0 {
		t := table{Caption: s.say("leaving.rates"), Columns: []heading{{s.say("leaving.col.definition"), ""}, {s.say("leaving.col.churned"), "n"},
			{s.say("col.customers"), "n"}, {s.say("leaving.col.rate"), "n"}, {s.say("leaving.col.interval"), "n"}}}
		for _, r := range d.ChurnRates {
			interval := noValue
			if finite(r.Low) && finite(r.High) {
				interval = s.percent(r.Low) + " – " + s.percent(r.High)
			}
			t.Rows = append(t.Rows, words(s.term("churn_rate", r.Definition), s.number(r.Churned), s.number(r.Customers), s.percent(r.Rate), interval))
		}
		tables = append(tables, t)
	}
	if back := slices.ContainsFunc(d.WinBacks, func(w WinBack) bool { return w.Returns > 0 }); back {
		t := table{Caption: s.say("leaving.won"), Note: s.say("leaving.won_note"), Columns: []heading{{s.say("churn.col.cause"), ""}, {s.say("leaving.col.rule"), ""},
			{s.say("leaving.col.leavings"), "n"}, {s.say("leaving.col.returns"), "n"}, {s.say("leaving.col.rate"), "n"}, {s.say("leaving.col.still"), "n"}, {s.say("leaving.col.profit", s.currency), "n"}}}
		for _, w := range d.WinBacks {
			t.Rows = append(t.Rows, words(s.term("class", w.Class), s.term("churn_rule", w.Rule), s.number(w.Leavings), s.number(w.Returns),
				s.percent(w.Rate), s.number(w.StillHere), s.exact(w.Profit)))
		}
		tables = append(tables, t)
	}
	return tables
}
