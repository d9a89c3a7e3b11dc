package publish

import (
	"cmp"
	"slices"
	"strings"
)

// pairRows is how many pairs of products the page names.
const pairRows = 15

// offerSection shows what is bought together, and how naming the next product did when it was tried.
func offerSection(s *speech, d ReportData) (section, bool) {
	b := d.Baskets
	trials := slices.Clone(b.Trials)
	slices.SortFunc(trials, func(x, y OfferTrial) int { return cmp.Compare(x.Places, y.Places) })
	if len(trials) == 0 || trials[0].Reason == "no_products" {
		return section{}, false
	}
	all := trials[len(trials)-1]
	sec := section{ID: "offers", Heading: s.say("offers.heading"), Definition: s.sentences(s.say("offers.definition"), s.say("offers.definition.trial")),
		Findings: append(offerFindings(s, b, all), pairFinding(s, b))}
	if all.Customers > 0 {
		sec.Details = append(sec.Details, trialsTable(s, trials))
	}
	if len(b.Together) > 0 {
		sec.Details = append(sec.Details, pairTable(s, b))
	}
	return sec, true
}

// offerFindings say how the trial went, also when it went no better than popularity.
func offerFindings(s *speech, b Baskets, all OfferTrial) []string {
	refused := s.sentences(s.say("offers.refused"), s.term("offer_reason", all.Reason))
	if all.Customers == 0 || all.From == nil || all.Reason == "too_few_customers" {
		return []string{refused}
	}
	found := []string{
		s.say("offers.found", s.count("n.customers", all.Customers), s.number(all.Places), s.percent(all.Rate), s.percent(all.Popular)),
		s.say("offers.tried", s.number(all.Days), s.day(*all.From), gap(all.Difference), gap(all.Low), gap(all.High)),
	}
	switch {
	case !all.Usable:
		found[1] = s.sentences(found[1], refused)
	case b.Popular > 0:
		found[1] = s.sentences(found[1], s.say("offers.named", s.count("n.customers", b.Customers)), s.say("offers.popular", s.number(b.Popular), s.number(b.Offers)))
	default:
		found[1] = s.sentences(found[1], s.say("offers.named", s.count("n.customers", b.Customers)))
	}
	return found
}

func pairFinding(s *speech, b Baskets) string {
	if b.Pairs == 0 {
		return s.say("offers.no_pairs")
	}
	return s.say("offers.pairs", s.number(b.Baskets), s.count("n.pairs", b.Pairs), s.number(b.Significant), s.percent(&b.False))
}

func trialsTable(s *speech, trials []OfferTrial) table {
	t := table{Caption: s.say("offers.trials"), Columns: []heading{
		{s.say("offers.col.places"), ""}, {s.say("offers.col.hits"), "n"}, {s.say("offers.col.rate"), "n"}, {s.say("offers.col.popular_hits"), "n"},
		{s.say("offers.col.popular"), "n"}, {s.say("offers.col.difference"), "n"}, {s.say("offers.col.low"), "n"}, {s.say("offers.col.high"), "n"},
	}}
	for _, r := range trials {
		t.Rows = append(t.Rows, words(s.number(r.Places), s.number(r.Hits), s.percent(r.Rate), s.number(r.PopularHits), s.percent(r.Popular),
			gap(r.Difference), gap(r.Low), gap(r.High)))
	}
	return t
}

func pairTable(s *speech, b Baskets) table {
	t := table{Caption: s.say("offers.table"), Columns: []heading{
		{s.say("offers.col.a"), "text"}, {s.say("offers.col.b"), "text"}, {s.say("offers.col.both"), "n"}, {s.say("offers.col.of_a"), "n"},
		{s.say("offers.col.of_b"), "n"}, {s.say("offers.col.ab"), "n"}, {s.say("offers.col.ba"), "n"}, {s.say("offers.col.lift"), "n"},
	}}
	for _, p := range b.Together[:min(len(b.Together), pairRows)] {
		lift := s.figure(p.Lift, "ratio")
		if !strings.Contains(lift, noValue) {
			lift = "×" + nbsp + lift
		}
		t.Rows = append(t.Rows, append([]cell{customer(p.NameA, p.A), customer(p.NameB, p.B)},
			words(s.number(p.Both), s.number(p.OfA), s.number(p.OfB), s.percent(p.AB), s.percent(p.BA), lift)...))
	}
	return t
}
