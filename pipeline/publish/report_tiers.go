package publish

import (
	"slices"

	"github.com/govalues/decimal"

	"github.com/pharos-analytics/pharos/segment"
)

// tierKeys are the tiers in the order of the page.
func tierKeys() []string { return []string{segment.High, segment.Medium, segment.Zero, segment.Loss} }

// tierSection shows who carries the company and what to do with each tier.
func tierSection(s *speech, d ReportData) (section, bool) {
	if len(d.Tiers) == 0 {
		return section{}, false
	}
	known, positive, profit := int64(0), decimal.Zero, decimal.Zero
	for _, t := range d.Tiers {
		known += t.Customers
		profit = sum(profit, t.Profit)
		if t.Tier == "high" || t.Tier == "medium" {
			positive = sum(positive, t.Profit)
		}
	}
	sec := section{ID: "tiers", Heading: s.say("tiers.heading"), Definition: s.say("tiers.definition"), Findings: tierFindings(s, d, known, positive)}
	var bars []tierBar
	for _, key := range tierKeys() {
		t := tier(d, key)
		bars = append(bars, tierBar{key, s.term("tier", key), t.Customers, countShare(t.Customers, known), t.Profit})
	}
	valueName := s.say("tiers.panel.value")
	if d.Basis == "revenue" {
		valueName = s.say("tiers.panel.value_r")
	}
	if known > 0 {
		sec.Wide = tierChart(s, bars, sec.Findings[0], valueName, "tiers-wide", wide)
		sec.Narrow = tierChart(s, bars, sec.Findings[0], valueName, "tiers-narrow", narrow)
	}
	sec.Tables = []table{tierTable(s, d, known, profit)}
	return sec, true
}

func tierFindings(s *speech, d ReportData, known int64, positive decimal.Decimal) []string {
	high, loss := tier(d, segment.High), tier(d, segment.Loss)
	finding, tail := s.say("tiers.no_high"), s.say("tiers.no_loss")
	if high.Customers > 0 {
		id := "tiers.finding"
		if d.Basis == "revenue" {
			id = "tiers.finding_r"
		}
		finding = s.say(id, s.count("n.customers", high.Customers), s.percent(countShare(high.Customers, known)), s.percent(share(high.Profit, positive)))
	}
	if loss.Customers > 0 {
		tail = s.say("tiers.loss", s.count("n.customers", loss.Customers), s.money(loss.Profit.Abs()))
	}
	findings := []string{s.sentences(finding, tail)}
	if d.Basis == "revenue" {
		findings = append(findings, s.say("tiers.revenue"))
	}
	if d.TierCut != nil {
		findings = append(findings, s.say("tiers.cut", s.money(*d.TierCut)))
	}
	return findings
}

func tierTable(s *speech, d ReportData, known int64, profit decimal.Decimal) table {
	t := table{Columns: []heading{
		{s.say("col.tier"), "tier"}, {s.say("col.customers"), "n"}, {s.say("col.share"), "n"}, {s.say("col.year_ago"), "n"},
		{s.say("col.revenue", s.currency), "n"}, {s.say("col.profit", s.currency), "n"}, {s.say("col.profit_share"), "n"},
		{s.say("col.strategy"), "text"},
	}}
	revenue := decimal.Zero
	for _, key := range tierKeys() {
		row := tier(d, key)
		revenue = sum(revenue, row.Revenue)
		before := noValue
		if row.Previous != nil {
			before = s.number(*row.Previous)
		}
		cells := words(s.term("tier", key), s.number(row.Customers), s.percent(countShare(row.Customers, known)), before,
			s.exact(row.Revenue), s.exact(row.Profit), s.percent(partOfTotal(row.Profit, profit)), s.strategy(key))
		cells[0].Mark = key
		t.Rows = append(t.Rows, cells)
	}
	t.Total = words(s.say("col.total"), s.number(known), "", "", s.exact(revenue), s.exact(profit), "", "")
	if n := tier(d, "zero").NoActivity; n > 0 {
		t.Note = s.say("tiers.no_activity", s.count("n.customers", n))
	}
	return withoutProfit(d, t, 5)
}

// value says an amount of what customers are ranked by: profit, or net revenue where no cost is known.
func value(s *speech, d ReportData, amount decimal.Decimal) string {
	if d.Basis == "revenue" {
		return s.say("amount.revenue", s.money(amount))
	}
	return s.say("amount.profit", s.money(amount))
}

// withoutProfit drops the profit column where no cost is known: it would repeat the revenue.
func withoutProfit(d ReportData, t table, column int) table {
	if d.Basis != "revenue" {
		return t
	}
	t.Columns = slices.Delete(slices.Clone(t.Columns), column, column+1)
	for i, row := range t.Rows {
		t.Rows[i] = slices.Delete(row, column, column+1)
	}
	if t.Total != nil {
		t.Total = slices.Delete(t.Total, column, column+1)
	}
	return t
}

// partOfTotal is a share of a total that is worth sharing: of a total that is not positive there is none.
func partOfTotal(part, total decimal.Decimal) *float64 {
	if !total.IsPos() {
		return nil
	}
	return share(part, total)
}
