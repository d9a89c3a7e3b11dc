package publish

import (
	"cmp"
	"slices"

	"github.com/govalues/decimal"
)

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
	rest := w.past - int64(len(names))
	switch {
	case len(names) == 0 || w.past == 0 || w.peak.Rank == 0:
		return ""
	case rest <= 0:
		return s.say("whale.past", s.list(names))
	}
	return s.say("whale.past_more", s.commas(names), s.count("n.others", rest))
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

// tierKeys are the tiers in the order of the page.
func tierKeys() []string { return []string{"high", "medium", "zero", "loss"} }

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
	sec := section{ID: "tiers", Heading: s.say("tiers.heading"), Definition: s.say("tiers.definition")}
	high, loss := tier(d, "high"), tier(d, "loss")
	finding := s.say("tiers.no_high")
	if high.Customers > 0 {
		id := "tiers.finding"
		if d.Basis == "revenue" {
			id = "tiers.finding_r"
		}
		finding = s.say(id, s.count("n.customers", high.Customers),
			s.percent(countShare(high.Customers, known)), s.percent(share(high.Profit, positive)))
	}
	tail := s.say("tiers.no_loss")
	if loss.Customers > 0 {
		tail = s.say("tiers.loss", s.count("n.customers", loss.Customers), s.money(loss.Profit.Abs()))
	}
	sec.Findings = []string{s.sentences(finding, tail)}
	if d.Basis == "revenue" {
		sec.Findings = append(sec.Findings, s.say("tiers.revenue"))
	}
	if d.TierCut != nil {
		sec.Findings = append(sec.Findings, s.say("tiers.cut", s.money(*d.TierCut)))
	}
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
		sec.Wide = tierChart(s, bars, finding, valueName, "tiers-wide", wide)
		sec.Narrow = tierChart(s, bars, finding, valueName, "tiers-narrow", narrow)
	}
	sec.Tables = []table{tierTable(s, d, known, profit)}
	return sec, true
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

// segmentSection shows RFM first and then every other grouping.
func segmentSection(s *speech, d ReportData) (section, bool) {
	groups := segmentGroups(d.Segments)
	if len(groups) == 0 {
		return section{}, false
	}
	sec := section{ID: "segments", Heading: s.say("segments.heading"), Definition: s.say("segments.definition"), Findings: segmentFindings(s, d)}
	var left []string
	for i, g := range groups {
		if i >= segmentations {
			left = append(left, s.term("segmentation", g[0].Segmentation))
			continue
		}
		t := segmentTable(s, d, g)
		if g[0].Segmentation == "rfm" {
			sec.Tables = append(sec.Tables, t)
		} else {
			sec.Details = append(sec.Details, t)
		}
	}
	if len(left) > 0 {
		sec.Findings = append(sec.Findings, s.say("segments.left_out", s.list(left[:min(len(left), segmentations)])))
	}
	return sec, true
}

func segmentFindings(s *speech, d ReportData) []string {
	var best, quiet SegmentRow
	for _, r := range d.Segments {
		if r.Segmentation != "rfm" {
			continue
		}
		if c := r.Profit.Cmp(best.Profit); best.Segment == "" || c > 0 || c == 0 && r.Segment < best.Segment {
			best = r
		}
		if r.Segment == "at_risk" || r.Segment == "cannot_lose" {
			quiet.Customers += r.Customers
			quiet.Revenue = sum(quiet.Revenue, r.Revenue)
		}
	}
	if best.Segment == "" {
		return []string{s.say("segments.plain")}
	}
	findings := []string{s.say("segments.finding", s.term("rfm", best.Segment), s.count("n.customers", best.Customers), value(s, d, best.Profit))}
	if quiet.Customers > 0 {
		findings = append(findings, s.say("segments.watch", s.count("n.customers", quiet.Customers), s.money(quiet.Revenue)))
	}
	return findings
}

// segmentGroups splits the rows by segmentation, rfm first, each by profit.
func segmentGroups(rows []SegmentRow) [][]SegmentRow {
	rows = slices.Clone(rows)
	slices.SortFunc(rows, func(a, b SegmentRow) int {
		return cmp.Or(
			-cmp.Compare(btoi(a.Segmentation == "rfm"), btoi(b.Segmentation == "rfm")),
			cmp.Compare(a.Segmentation, b.Segmentation), b.Profit.Cmp(a.Profit),
			cmp.Compare(a.Segment, b.Segment))
	})
	var groups [][]SegmentRow
	for i, r := range rows {
		if i == 0 || r.Segmentation != rows[i-1].Segmentation {
			groups = append(groups, nil)
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], r)
	}
	return groups
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func segmentTable(s *speech, d ReportData, rows []SegmentRow) table {
	by := rows[0].Segmentation
	t := table{Caption: s.say("segments.by", s.term("segmentation", by)), Columns: []heading{
		{s.say("col.segment"), ""}, {s.say("col.customers"), "n"}, {s.say("col.revenue", s.currency), "n"},
		{s.say("col.profit", s.currency), "n"}, {"", "bar"},
	}}
	if len(rows) > segmentRows {
		rest := SegmentRow{Segmentation: by, Segment: "\x00rest"}
		for _, r := range rows[segmentRows-1:] {
			rest.Customers += r.Customers
			rest.Revenue, rest.Profit = sum(rest.Revenue, r.Revenue), sum(rest.Profit, r.Profit)
		}
		rows = append(slices.Clone(rows[:segmentRows-1]), rest)
	}
	lo, hi := extremes(rows, func(r SegmentRow) decimal.Decimal { return r.Profit })
	for _, r := range rows {
		name := segmentName(s, by, r.Segment)
		if r.Segment == "\x00rest" {
			name = s.say("segments.rest")
		}
		cells := words(name, s.number(r.Customers), s.exact(r.Revenue), s.exact(r.Profit), "")
		cells[4].Bar = sliver(plot(r.Profit), lo, hi)
		t.Rows = append(t.Rows, cells)
	}
	return withoutProfit(d, t, 3)
}

// segmentName says a segment of a known segmentation; a word that all share comes second.
func segmentName(s *speech, by, key string) string {
	if text := s.term(by, key); text != key {
		return text
	}
	return s.term("any", key)
}

// extremes are the smallest and largest amount of rows, as coordinates.
func extremes[R any](rows []R, of func(R) decimal.Decimal) (lo, hi float64) {
	for _, r := range rows {
		lo, hi = min(lo, plot(of(r))), max(hi, plot(of(r)))
	}
	return lo, hi
}
