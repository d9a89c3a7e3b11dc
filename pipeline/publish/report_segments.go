package publish

import (
	"cmp"
	"slices"

	"github.com/govalues/decimal"
)

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
