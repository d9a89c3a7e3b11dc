package publish

import (
	"cmp"
	"slices"

	"github.com/govalues/decimal"

	"github.com/pharos-analytics/pharos/analysis"
)

// categoryRows is how many categories the page names.
const categoryRows = 10

// needSection shows what customers buy, by tier and with money, and what changed.
func needSection(s *speech, d ReportData) (section, bool) {
	categories := needGroups(d, "category")
	if len(categories) == 0 {
		return section{}, false
	}
	sec := section{ID: "needs", Heading: s.say("needs.heading"), Definition: s.say("needs.definition"), Findings: []string{categoryFinding(s, d, categories)}}
	for _, text := range []string{levelFinding(s, d), changeFinding(s, d)} {
		if text != "" {
			sec.Findings = append(sec.Findings, text)
		}
	}
	if bars := needBars(s, d, categories); len(bars) > 1 {
		sec.Wide = needChart(s, sec.Heading, sec.Findings[0], bars, "needs-wide", wide)
		sec.Narrow = needChart(s, sec.Heading, sec.Findings[0], bars, "needs-narrow", narrow)
		for _, key := range tierKeys() {
			sec.Legend = append(sec.Legend, legendItem{"tier-" + key, s.term("tier", key)})
		}
	}
	sec.Details = []table{categoryTable(s, d, categories), needTable(s, d, "price_level", levelKeys()), changeTable(s, d)}
	return sec, true
}

// needGroups are the groups of all tiers of one segmentation, those with most revenue first, what
// nobody says and those without a sale in the window last.
func needGroups(d ReportData, by string) []NeedGroup {
	var rows []NeedGroup
	for _, g := range d.Needs {
		if g.By == by && g.Tier == "all" {
			rows = append(rows, g)
		}
	}
	last := func(g NeedGroup) int { return slices.Index([]string{"unknown", "none"}, g.Value) }
	slices.SortFunc(rows, func(a, b NeedGroup) int {
		return cmp.Or(cmp.Compare(last(a), last(b)), b.Revenue.Cmp(a.Revenue), cmp.Compare(a.Value, b.Value))
	})
	return rows
}

// needGroup is one group in one tier; nobody where there is none.
func needGroup(d ReportData, by, value, tier string) NeedGroup {
	for _, g := range d.Needs {
		if g.By == by && g.Value == value && g.Tier == tier {
			return g
		}
	}
	return NeedGroup{}
}

// isNamed says whether a group is one of something, neither unknown nor none.
func (g NeedGroup) isNamed() bool { return g.Value != "unknown" && g.Value != "none" }

func categoryFinding(s *speech, d ReportData, categories []NeedGroup) string {
	named := slices.DeleteFunc(slices.Clone(categories), func(g NeedGroup) bool { return !g.isNamed() })
	if len(named) == 0 {
		return s.say("needs.no_category")
	}
	best := named[0]
	for _, g := range named {
		if g.Profit.Cmp(best.Profit) > 0 {
			best = g
		}
	}
	parts := []string{s.say("needs.finding", shorten(plain(best.Value), 40), s.count("n.customers", best.Customers), value(s, d, best.Profit))}
	if best.AtRisk > 0 {
		parts = append(parts, s.say("needs.at_risk", s.number(best.AtRisk), s.money(best.ProfitAtRisk)))
	}
	return s.sentences(parts...)
}

func levelKeys() []string { return []string{"high", "middle", "low", "unknown"} }

func levelFinding(s *speech, d ReportData) string {
	low, high := needGroup(d, "price_level", "low", "all"), needGroup(d, "price_level", "high", "all")
	if low.Customers == 0 || high.Customers == 0 {
		return ""
	}
	return s.say("needs.levels", s.count("n.customers", high.Customers), value(s, d, high.Profit), s.count("n.customers", low.Customers), value(s, d, low.Profit))
}

// changeFinding says whose change is for the worse, and what it costs.
func changeFinding(s *speech, d ReportData) string {
	down, other := needGroup(d, "direction", analysis.ChangeDown, "all"), needGroup(d, "direction", analysis.ChangeOther, "all")
	var parts []string
	if down.Customers > 0 {
		parts = append(parts, s.say("needs.down", s.count("n.customers", down.Customers), value(s, d, down.ProfitBefore), value(s, d, down.Profit)))
	}
	if other.Customers > 0 {
		parts = append(parts, s.say("needs.other", s.count("n.customers", other.Customers)))
	}
	return s.sentences(parts...)
}

// categoryTable shows the largest categories, and the others in one row.
func categoryTable(s *speech, d ReportData, categories []NeedGroup) table {
	t := table{Caption: s.say("needs.table"), Columns: append([]heading{{s.say("needs.col.category"), ""}}, needColumns(s)...)}
	for _, key := range tierKeys() {
		t.Columns = append(t.Columns, heading{s.say("needs.col.tier", s.term("tier", key)), "n"})
	}
	cells := func(name string, g NeedGroup, of func(tier string) int64) []cell {
		row := needCells(s, name, g)
		for _, key := range tierKeys() {
			row = append(row, cell{Text: s.number(of(key))})
		}
		return row
	}
	shown := categories[:min(len(categories), categoryRows)]
	for _, g := range shown {
		t.Rows = append(t.Rows, cells(needName(s, g), g, func(tier string) int64 { return needGroup(d, "category", g.Value, tier).Customers }))
	}
	if others := categories[len(shown):]; len(others) > 0 {
		rest := sumGroups(others)
		t.Rows = append(t.Rows, cells(s.say("needs.rest"), rest, func(tier string) int64 {
			n := int64(0)
			for _, g := range others {
				n += needGroup(d, "category", g.Value, tier).Customers
			}
			return n
		}))
	}
	return withoutProfit(d, t, 3)
}

// sumGroups is several groups as one; its shares are not said.
func sumGroups(groups []NeedGroup) NeedGroup {
	var all NeedGroup
	for _, g := range groups {
		all.Customers, all.AtRisk, all.Churned = all.Customers+g.Customers, all.AtRisk+g.AtRisk, all.Churned+g.Churned
		all.Revenue, all.Profit, all.ProfitBefore = sum(all.Revenue, g.Revenue), sum(all.Profit, g.Profit), sum(all.ProfitBefore, g.ProfitBefore)
		all.ProfitAtRisk = sum(all.ProfitAtRisk, g.ProfitAtRisk)
	}
	all.AtRiskShare, all.ChurnedShare = countShare(all.AtRisk, all.Customers), countShare(all.Churned, all.Customers)
	return all
}

func needColumns(s *speech) []heading {
	return []heading{{s.say("col.customers"), "n"}, {s.say("col.revenue", s.currency), "n"}, {s.say("col.profit", s.currency), "n"},
		{s.say("needs.col.at_risk"), "n"}, {s.say("needs.col.churned"), "n"}}
}

func needCells(s *speech, name string, g NeedGroup) []cell {
	return words(name, s.number(g.Customers), s.exact(g.Revenue), s.exact(g.Profit), s.percent(g.AtRiskShare), s.percent(g.ChurnedShare))
}

// needName says a category in the company's words, or that there is none.
func needName(s *speech, g NeedGroup) string {
	if g.isNamed() {
		return shorten(plain(g.Value), 60)
	}
	return s.say("needs.category." + g.Value)
}

// needTable shows the groups of a segmentation whose words are known, in their order.
func needTable(s *speech, d ReportData, by string, keys []string) table {
	t := table{Caption: s.say("needs.by." + by), Columns: append([]heading{{s.say("needs.col." + by), ""}}, needColumns(s)...)}
	for _, key := range keys {
		if g := needGroup(d, by, key, "all"); g.Customers > 0 {
			t.Rows = append(t.Rows, needCells(s, s.say("needs."+by+"."+key), g))
		}
	}
	return withoutProfit(d, t, 3)
}

// changeTable shows what changed, with the profit of both windows.
func changeTable(s *speech, d ReportData) table {
	t := table{Caption: s.say("needs.by.change"), Columns: []heading{
		{s.say("needs.col.change"), ""}, {s.say("col.customers"), "n"}, {s.say("needs.col.before", s.currency), "n"}, {s.say("needs.col.now", s.currency), "n"},
		{s.say("needs.col.at_risk"), "n"}, {s.say("needs.col.churned"), "n"},
	}}
	for _, c := range analysis.NeedChanges() {
		if g := needGroup(d, "change", c.Word, "all"); g.Customers > 0 {
			t.Rows = append(t.Rows, words(s.say("needs.change."+c.Word), s.number(g.Customers), s.exact(g.ProfitBefore), s.exact(g.Profit), s.percent(g.AtRiskShare), s.percent(g.ChurnedShare)))
		}
	}
	return t
}

// needBars are the largest categories with their revenue by tier.
func needBars(s *speech, d ReportData, categories []NeedGroup) []needBar {
	var bars []needBar
	for _, g := range categories[:min(len(categories), categoryRows)] {
		if g.Value == "none" || !g.Revenue.IsPos() {
			continue
		}
		b := needBar{name: needName(s, g), text: s.money(g.Revenue)}
		for _, key := range tierKeys() {
			if part := needGroup(d, "category", g.Value, key).Revenue; part.IsPos() {
				b.parts = append(b.parts, tierPart{key, part})
			}
		}
		bars = append(bars, b)
	}
	return bars
}

// needBar is the revenue of one category, tier by tier.
type needBar struct {
	name, text string
	parts      []tierPart
}

type tierPart struct {
	tier   string
	amount decimal.Decimal
}
