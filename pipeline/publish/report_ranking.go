package publish

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/govalues/decimal"
)

// rankingSection shows the first and the last customers, each with the reason of its rank.
func rankingSection(s *speech, d ReportData) (section, bool) {
	top := bestFirst(d.Top)
	if len(top) == 0 {
		return section{}, false
	}
	bottom := withoutAny(worstFirst(d.Bottom), top)
	sec := section{ID: "ranking", Heading: s.say("ranking.heading"), Definition: s.say("ranking.definition"), Findings: rankingFindings(s, d, top)}
	topName, bottomName := "ranking.top", "ranking.bottom"
	if d.Basis == "revenue" {
		topName, bottomName = "ranking.top_r", "ranking.bottom_r"
	}
	lo, hi := extremes(slices.Concat(top, bottom), func(c RankedCustomer) decimal.Decimal { return c.Profit })
	sec.Tables = []table{rankingTable(s, d, s.say(topName), top, lo, hi)}
	if len(bottom) > 0 {
		sec.Tables = append(sec.Tables, rankingTable(s, d, s.say(bottomName), bottom, lo, hi))
	} else if len(top) > 1 {
		sec.Findings = append(sec.Findings, s.say("ranking.overlap"))
	}
	return sec, true
}

func bestFirst(rows []RankedCustomer) []RankedCustomer {
	rows = slices.Clone(rows)
	slices.SortFunc(rows, func(a, b RankedCustomer) int {
		return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.CustomerID, b.CustomerID))
	})
	return rows[:min(len(rows), rankedRows)]
}

func worstFirst(rows []RankedCustomer) []RankedCustomer {
	rows = slices.Clone(rows)
	slices.SortFunc(rows, func(a, b RankedCustomer) int {
		return cmp.Or(cmp.Compare(b.Rank, a.Rank), cmp.Compare(a.CustomerID, b.CustomerID))
	})
	return rows[:min(len(rows), rankedRows)]
}

// withoutAny leaves out those who stand in the other table: nobody is both first and last.
func withoutAny(rows, others []RankedCustomer) []RankedCustomer {
	return slices.DeleteFunc(rows, func(c RankedCustomer) bool {
		return slices.ContainsFunc(others, func(o RankedCustomer) bool { return o.CustomerID == c.CustomerID })
	})
}

func rankingFindings(s *speech, d ReportData, top []RankedCustomer) []string {
	first := top[0]
	last := first
	if worst := worstFirst(d.Bottom); len(worst) > 0 {
		last = worst[0]
	}
	if first.CustomerID == last.CustomerID {
		return []string{s.say("ranking.one", s.name(first.Name, first.CustomerID), value(s, d, first.Profit))}
	}
	findings := []string{s.say("ranking.finding", s.name(first.Name, first.CustomerID), value(s, d, first.Profit),
		s.name(last.Name, last.CustomerID), value(s, d, last.Profit))}
	if c, ok := biggestLoser(d.Bottom); ok {
		findings = append(findings, s.say("ranking.big_loss", s.name(c.Name, c.CustomerID), s.number(c.RevenueRank), s.money(c.Profit.Neg())))
	}
	return findings
}

// biggestLoser is the loss-maker with the most revenue, when it is among the largest customers.
func biggestLoser(rows []RankedCustomer) (RankedCustomer, bool) {
	var found RankedCustomer
	for _, c := range worstFirst(rows) {
		if c.Profit.IsNeg() && c.Basis != "revenue" && c.RevenueRank > 0 && c.RevenueRank <= rankedRows && (found.RevenueRank == 0 || c.RevenueRank < found.RevenueRank) {
			found = c
		}
	}
	return found, found.RevenueRank > 0
}

func rankingTable(s *speech, d ReportData, caption string, rows []RankedCustomer, lo, hi float64) table {
	t := table{Caption: caption, Columns: []heading{
		{s.say("col.rank"), "n"}, {s.say("col.customer"), "text"}, {s.say("col.tier"), "tier"}, {s.say("col.revenue", s.currency), "n"},
		{s.say("col.profit", s.currency), "n"}, {"", "bar"}, {s.say("col.reason"), "text why"},
	}}
	for _, c := range rows {
		cells := words(s.number(c.Rank), "", s.term("tier", c.Tier), s.exact(c.net()), s.exact(c.Profit), "", reason(s, d, c))
		cells[1] = customer(c.Name, c.CustomerID)
		if c.Kind != "" && c.Kind != "unknown" {
			cells[1].Small = strings.TrimSuffix(s.term("kind", c.Kind)+" · "+cells[1].Small, " · ")
		}
		cells[2].Mark = c.Tier
		cells[5].Bar = sliver(plot(c.Profit), lo, hi)
		t.Rows = append(t.Rows, cells)
	}
	return withoutProfit(d, t, 4)
}

// net is revenue after discounts and returns.
func (c RankedCustomer) net() decimal.Decimal {
	return sum(sum(c.Revenue, c.Discounts.Neg()), c.Returns.Neg())
}

// reason explains a rank with the customer's own figures: what it keeps, and what eats the most of it.
func reason(s *speech, d ReportData, c RankedCustomer) string {
	var parts []string
	add := func(id string, args ...string) { parts = append(parts, s.say(id, args...)) }
	net := c.net()
	if c.Basis == "revenue" {
		if p := partOfTotal(net, d.Revenue); p != nil && net.IsPos() {
			add("why.revenue", s.percent(p))
		}
	} else if c.Profit.IsPos() {
		if p := partOfTotal(c.Profit, d.Profit); p != nil {
			add("why.share", s.percent(p))
		}
		if p := partOfTotal(c.Profit, net); p != nil {
			add("why.margin", s.percent(p))
		}
	}
	switch {
	case net.IsNeg():
		add("why.returned")
	case net.IsZero() && c.Profit.IsNeg():
		add("why.no_sale")
	case net.IsZero() && c.Profit.IsZero() && c.Revenue.IsZero():
		add("why.no_activity")
	}
	parts = append(parts, eaters(s, c, net)...)
	if c.RevenueRank > 0 && (c.Profit.IsNeg() || len(parts) == 0) {
		add("why.volume", s.number(c.RevenueRank))
	}
	if c.State == "at_risk" || c.State == "churned" {
		add("why." + c.State)
	}
	if s.lang == "zh" {
		return strings.Join(parts, "；")
	}
	return strings.Join(parts, "; ")
}

// eaters are the largest parts of revenue that goods, discounts, returns and other costs take.
func eaters(s *speech, c RankedCustomer, net decimal.Decimal) []string {
	type eater struct {
		id    string
		share float64
	}
	var found []eater
	consider := func(id string, p *float64, from float64) {
		if finite(p) && *p >= from {
			found = append(found, eater{id, *p})
		}
	}
	if c.Profit.IsNeg() || c.Profit.IsZero() {
		goods := partOfTotal(c.Cogs, net)
		if finite(goods) && *goods > 1 {
			consider("why.goods_more", goods, 0)
		} else {
			consider("why.goods", goods, 0.5)
		}
		consider("why.other", partOfTotal(c.OtherCost, net), 0.05)
	}
	consider("why.discounts", partOfTotal(c.Discounts, c.Revenue), 0.1)
	consider("why.returns", partOfTotal(c.Returns, c.Revenue), 0.1)
	slices.SortStableFunc(found, func(a, b eater) int { return cmp.Compare(b.share, a.share) })
	var parts []string
	for _, e := range found[:min(len(found), 3)] {
		p := math.Abs(e.share)
		parts = append(parts, s.say(e.id, s.percent(&p)))
	}
	return parts
}
