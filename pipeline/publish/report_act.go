package publish

import (
	"cmp"
	"slices"

	"github.com/govalues/decimal"

	"github.com/pharos-analytics/pharos/segment"
)

// onPageOne is how many drivers and actions an executive reads in a minute.
const onPageOne = 3

// driversView are the customers that carry most of the number.
type driversView struct {
	Sentence string
	Rows     []driverView
}

type driverView struct{ Name, Full, Figures, Reason string }

func drivers(s *speech, d ReportData) driversView {
	rows := slices.Clone(d.Drivers)
	slices.SortFunc(rows, func(a, b Driver) int {
		return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.CustomerID, b.CustomerID))
	})
	rows = rows[:min(len(rows), onPageOne)]
	if len(rows) == 0 {
		return driversView{Sentence: s.say("drivers.none")}
	}
	var v driversView
	sum, whole := 0.0, true
	for _, r := range rows {
		c := customer(r.Name, r.CustomerID)
		row := driverView{Name: shorten(c.Text, 36), Full: c.Full, Figures: s.money(r.Amount), Reason: driverReason(s, d, r)}
		if finite(r.Share) {
			row.Figures = s.say("driver.amount", row.Figures, s.percent(r.Share))
			sum += *r.Share
		} else {
			whole = false
		}
		v.Rows = append(v.Rows, row)
	}
	if whole {
		v.Sentence = s.say("drivers.share", s.count("n.mentioned", int64(len(rows))), s.percent(&sum))
	}
	return v
}

// driverReason says why a customer drives the number; without costs nobody is called profitable.
func driverReason(s *speech, d ReportData, r Driver) string {
	if r.Reason == "top_profit" && d.Basis == "revenue" {
		return s.say("driver.top_revenue")
	}
	return s.term("driver", r.Reason)
}

// actionsView is what to do about it: the lists with the most money at stake.
type actionsView struct {
	None string
	Rows []actionView
}

type actionView struct{ List, Figures, Do, Owner string }

func actions(s *speech, d ReportData) actionsView {
	var v actionsView
	for _, l := range byStake(d.Actions) {
		if l.Rows == 0 || len(v.Rows) == onPageOne {
			continue
		}
		v.Rows = append(v.Rows, actionView{
			List:    s.say("actions.list", s.term("list", l.List), s.count("n.customers", l.Rows)),
			Figures: s.say("actions.figures", s.money(l.Value)),
			Do:      shorten(s.listAction(l.List, l.Action), 110),
			Owner:   s.say("actions.owner", owner(s, l)),
		})
	}
	switch {
	case d.ListsWithheld != "":
		v.None = s.say("lists.withheld", s.say("lists.withheld."+d.ListsWithheld))
	case len(v.Rows) == 0:
		v.None = s.say("actions.none")
	}
	return v
}

// byClaim orders lists by their claim on a customer, the first first.
func byClaim(lists []ActionRow) []ActionRow {
	rows := slices.Clone(lists)
	slices.SortFunc(rows, func(a, b ActionRow) int {
		return cmp.Or(cmp.Compare(a.Position, b.Position), cmp.Compare(a.List, b.List))
	})
	return rows
}

// byStake orders lists by the money at stake, the most first.
func byStake(lists []ActionRow) []ActionRow {
	rows := slices.Clone(lists)
	slices.SortFunc(rows, func(a, b ActionRow) int {
		return cmp.Or(b.Value.Cmp(a.Value), cmp.Compare(a.List, b.List))
	})
	return rows
}

func owner(s *speech, l ActionRow) string {
	switch name := shorten(plain(l.Owner), 40); name {
	case "":
		return s.say("owner.nobody")
	case segment.AccountManager:
		return s.say("owner.account_owner")
	default:
		return name
	}
}

// listSection shows all lists, those without a row too, and how the candidates of each divide.
func listSection(s *speech, d ReportData) (section, bool) {
	if len(d.Actions) == 0 {
		return section{}, false
	}
	lists := table{Columns: []heading{
		{s.say("lists.col.list"), ""}, {s.say("col.customers"), "n"}, {s.say("lists.col.stake", s.currency), "n"},
		{s.say("lists.col.action"), "text"}, {s.say("lists.col.owner"), "text"},
	}}
	ends := table{Columns: []heading{
		{s.say("lists.col.list"), ""}, {s.say("lists.col.candidates"), "n"}, {s.say("lists.col.chosen"), "n"}, {s.say("lists.col.suppressed"), "n"},
		{s.say("lists.col.elsewhere"), "n"}, {s.say("lists.col.control"), "n"}, {s.say("lists.col.over"), "n"},
	}}
	people, stake := int64(0), decimal.Zero
	for _, l := range byStake(d.Actions) {
		people += l.Rows
		stake = sum(stake, l.Value)
		lists.Rows = append(lists.Rows, words(s.term("list", l.List), s.number(l.Rows), s.exact(l.Value), s.listAction(l.List, l.Action), owner(s, l)))
	}
	var names []string
	for _, l := range byClaim(d.Actions) {
		names = append(names, s.term("list", l.List))
		ends.Rows = append(ends.Rows, words(s.term("list", l.List), s.number(l.Candidates), s.number(l.Rows), s.number(l.Suppressed),
			s.number(l.OnOtherList), s.number(l.Control), s.number(l.OverCapacity)))
	}
	found := s.say("lists.finding", s.count("n.customers", people), s.money(stake))
	if d.ListsWithheld != "" {
		found = s.say("lists.withheld", s.say("lists.withheld."+d.ListsWithheld))
	}
	return section{
		ID: "lists", Heading: s.say("lists.heading"), Tables: []table{lists, ends}, Definition: s.say("lists.definition", s.commas(names)),
		Findings: []string{found},
	}, true
}

// sum adds money; what passes the nineteen digits of a decimal stays at the last sum that fits.
func sum(a, b decimal.Decimal) decimal.Decimal {
	c, err := a.Add(b)
	if err != nil {
		return a
	}
	return c
}

// strip says how fresh and how sure the figures are, in one row.
func strip(s *speech, d ReportData) []pair {
	pairs := []pair{{Name: s.say("strip.as_of"), Value: s.day(d.AsOf)}}
	newest, oldest, dated := ages(d)
	if !dated {
		pairs = append(pairs, pair{Name: s.say("strip.newest"), Value: s.say("strip.unknown")})
	} else {
		pairs = append(pairs,
			pair{Name: s.say("strip.newest"), Value: s.day(*newest.Newest)},
			pair{Name: s.say("strip.oldest"), Value: s.say("strip.age", s.term("table", oldest.Table), s.count("n.days_old", age(d, oldest)))})
	}
	passed, total := verdicts(d.Quality)
	checks := s.say("strip.no_checks")
	if total > 0 {
		checks = s.say("strip.passed", s.number(passed), s.number(total))
	}
	rows, bad := int64(0), int64(0)
	for _, src := range d.Sources {
		rows, bad = rows+src.Rows+src.Quarantined, bad+src.Quarantined
	}
	return append(pairs,
		pair{Name: s.say("strip.checks"), Value: checks},
		pair{Name: s.say("strip.quarantined"), Value: s.say("strip.rows", s.number(bad), s.number(rows))},
		pair{Name: s.say("strip.run"), Value: shorten(plain(d.Run), 40), Code: true})
}

// ages finds the freshest and the stalest dated table.
func ages(d ReportData) (newest, oldest SourceAge, dated bool) {
	for _, src := range sortedSources(d.Sources) {
		if src.Newest == nil {
			continue
		}
		if !dated || src.Newest.After(*newest.Newest) {
			newest = src
		}
		if !dated || src.Newest.Before(*oldest.Newest) {
			oldest = src
		}
		dated = true
	}
	return newest, oldest, dated
}

// age counts whole days from a table's newest day to D.
func age(d ReportData, src SourceAge) int64 {
	return int64(d.AsOf.Sub(*src.Newest).Hours()) / 24
}

func sortedSources(sources []SourceAge) []SourceAge {
	rows := slices.Clone(sources)
	slices.SortFunc(rows, func(a, b SourceAge) int {
		return cmp.Or(cmp.Compare(a.Table, b.Table), cmp.Compare(a.Source, b.Source))
	})
	return rows
}

func verdicts(rows []QualityRow) (passed, total int64) {
	for _, q := range rows {
		if q.passed() {
			passed++
		}
	}
	return passed, int64(len(rows))
}

func (q QualityRow) passed() bool { return q.Verdict == "passed" || q.Verdict == "ok" }
