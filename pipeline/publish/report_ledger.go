package publish

import (
	"cmp"
	"slices"

	"github.com/govalues/decimal"
)

// ledgerSection shows that every cent of the ledger is somewhere: with a customer, allocated, or
// declared to be nobody's.
func ledgerSection(s *speech, d ReportData) (section, bool) {
	rows := slices.Clone(d.Reconciliation)
	if len(rows) == 0 {
		return section{}, false
	}
	slices.SortFunc(rows, func(a, b Reconciliation) int { return cmp.Compare(a.Kind, b.Kind) })
	sec := section{ID: "ledger", Heading: s.say("ledger.heading"), Definition: s.say("ledger.definition")}
	t := table{Caption: s.say("ledger.table", s.currency), Columns: []heading{
		{s.say("ledger.col.kind"), ""}, {s.say("ledger.col.total"), "n"}, {s.say("ledger.col.assigned"), "n"},
		{s.say("ledger.col.allocated"), "n"}, {s.say("ledger.col.unassigned"), "n"}, {s.say("ledger.col.difference"), "n"},
	}}
	var off []string
	for _, r := range rows {
		if !r.Missing.IsZero() {
			off = append(off, s.say("ledger.off", s.term("kind", r.Kind), s.exact(r.Missing)))
		}
		if len(t.Rows) < tableRows {
			t.Rows = append(t.Rows, words(s.term("kind", r.Kind), s.exact(r.Ledger), s.exact(r.Assigned), s.exact(r.Allocated), s.exact(r.Unassigned), s.exact(r.Missing)))
		}
	}
	finding := s.say("ledger.even", s.number(int64(len(rows))))
	if len(off) > 0 {
		finding = s.say("ledger.differs", s.commas(off))
	}
	sec.Findings = []string{finding}
	sec.Tables = []table{t}
	return sec, true
}

// restatementSection shows what closed periods said first and what they say now.
func restatementSection(s *speech, d ReportData) (section, bool) {
	rows := slices.Clone(d.Restatements)
	if len(rows) == 0 {
		return section{}, false
	}
	slices.SortFunc(rows, func(a, b Restatement) int { return cmp.Compare(b.Period, a.Period) })
	sec := section{ID: "restatements", Heading: s.say("restated.heading"), Definition: byBasis(s, d, "restated.definition")}
	t := table{Columns: []heading{
		{s.say("restated.col.period"), ""}, {s.say("restated.col.customers"), "n"}, {byBasis(s, d, "restated.col.first", s.currency), "n"},
		{byBasis(s, d, "restated.col.now", s.currency), "n"}, {s.say("restated.col.change", s.currency), "n"},
	}}
	changed, change := 0, decimal.Zero
	for _, r := range rows {
		if r.Customers > 0 || !r.Change.IsZero() {
			changed, change = changed+1, sum(change, r.Change)
		}
		if len(t.Rows) < tableRows {
			t.Rows = append(t.Rows, words(shorten(plain(r.Period), 20), s.number(r.Customers), s.exact(r.First), s.exact(r.Now), s.exact(r.Change)))
		}
	}
	finding := s.say("restated.none", s.number(int64(len(rows))))
	if changed > 0 {
		finding = byBasis(s, d, "restated.finding", s.number(int64(changed)), s.number(int64(len(rows))), signedMoney(s, change))
	}
	sec.Findings = []string{finding}
	sec.Tables = []table{t}
	return sec, true
}
