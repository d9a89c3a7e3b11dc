package publish

import (
	"cmp"
	"slices"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// kpiSection is every key figure with its value a month earlier, and what each means.
func kpiSection(s *speech, d ReportData) (section, bool) {
	if len(d.KPIs) == 0 {
		return section{}, false
	}
	t := table{Columns: []heading{
		{s.say("kpis.col.kpi"), ""}, {s.say("kpis.col.value"), "n"}, {s.say("kpis.col.previous"), "n"}, {s.say("kpis.col.interval"), "n"},
	}}
	sec := section{ID: "kpis", Heading: s.say("kpis.heading"), Findings: []string{s.say("kpis.finding")}}
	for _, k := range inReadingOrder(d.KPIs) {
		if d.Basis == "revenue" && needsCost(k.Name) {
			continue
		}
		interval := ""
		if finite(k.Low) && finite(k.High) {
			interval = s.say("kpis.interval", s.figure(k.Low, k.Unit), s.figure(k.High, k.Unit))
		}
		t.Rows = append(t.Rows, words(s.term("kpi", k.Name), s.figure(k.Value, k.Unit), s.figure(k.Previous, k.Unit), interval))
		if s.known("kpi_is", k.Name) {
			sec.Terms = append(sec.Terms, pair{Name: s.term("kpi", k.Name), Value: s.say("kpi_is." + k.Name)})
		}
	}
	sec.Details = []table{t}
	return sec, true
}

// inReadingOrder puts the key figures in the order of their definitions; unknown ones follow by name.
func inReadingOrder(kpis []KPI) []KPI {
	order := kpiOrder()
	place := func(k KPI) int {
		if i := slices.Index(order, k.Name); i >= 0 {
			return i
		}
		return len(order)
	}
	kpis = slices.Clone(kpis)
	slices.SortFunc(kpis, func(a, b KPI) int {
		return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(a.Name, b.Name))
	})
	return kpis
}

// needsCost tells the figures that say nothing where no cost is known.
func needsCost(kpi string) bool {
	return slices.Contains([]string{"profit", "profit_margin", "top20_profit_share", "loss_customers", "loss_sum", "whale_peak", "whale_erosion",
		"retention_plus_1", "retention_plus_5"}, kpi)
}

// trustSection is what the figures stand on: checks, exclusions, quarantine, what was not computed.
func trustSection(s *speech, d ReportData) (section, bool) {
	sec := section{ID: "quality", Heading: s.say("trust.heading"), Definition: s.say("trust.definition"), Findings: trustFindings(s, d)}
	failing, passing := checkTables(s, d)
	for _, t := range []table{failing, driftTable(s, d), excluded(s, d), notComputed(s, d)} {
		if len(t.Rows) > 0 {
			sec.Tables = append(sec.Tables, t)
		}
	}
	for _, t := range []table{quarantineTable(s, d), freshness(s, d), passing} {
		if len(t.Rows) > 0 {
			sec.Details = append(sec.Details, t)
		}
	}
	return sec, true
}

func trustFindings(s *speech, d ReportData) []string {
	passed, total := verdicts(d.Quality)
	checks := s.say("trust.no_checks")
	switch {
	case total > 0 && passed == total:
		checks = s.say("trust.fine", s.number(total))
	case total > 0:
		checks = s.say("trust.warned", s.number(passed), s.number(total), s.number(total-passed))
	}
	rows := s.say("trust.clean")
	if n := setAside(d); n > 0 {
		rows = s.say("trust.quarantine", s.count("n.rows", n))
	}
	return []string{s.sentences(checks, rows)}
}

// setAside counts the quarantined rows of all loads.
func setAside(d ReportData) int64 {
	n := int64(0)
	for _, src := range d.Sources {
		n += src.Quarantined
	}
	return n
}

func checkTables(s *speech, d ReportData) (failing, passing table) {
	columns := []heading{
		{s.say("trust.col.check"), ""}, {s.say("trust.col.table"), ""}, {s.say("trust.col.failing"), "n"},
		{s.say("trust.col.tested"), "n"}, {s.say("trust.col.verdict"), ""},
	}
	failing = table{Caption: s.say("trust.checks"), Columns: columns}
	passing = table{Caption: s.say("trust.checks_passed"), Columns: columns}
	rows := slices.Clone(d.Quality)
	slices.SortFunc(rows, func(a, b QualityRow) int {
		return cmp.Or(cmp.Compare(a.Check, b.Check), cmp.Compare(a.Table, b.Table))
	})
	for _, q := range rows {
		t := &failing
		if q.passed() {
			t = &passing
		}
		if len(t.Rows) == tableRows {
			t.Note = s.say("trust.more")
			continue
		}
		t.Rows = append(t.Rows, words(s.term("check", q.Check), relationName(s, q.Table), s.number(q.Failing), s.number(q.Tested), s.term("verdict", q.Verdict)))
	}
	return failing, passing
}

// relationName says an input table, a mart or a list; another relation keeps its own name.
func relationName(s *speech, name string) string {
	if s.known("table", name) {
		return s.say("table." + name)
	}
	if s.known("mart", name) {
		return s.say("mart." + name)
	}
	return s.term("list", name) // one check looks at each list
}

// excluded lists what the figures leave out, with counts.
func excluded(s *speech, d ReportData) table {
	t := table{Caption: s.say("trust.excluded"), Columns: []heading{{s.say("trust.col.what"), ""}, {s.say("trust.col.count"), "n"}}}
	add := func(what string, n int64) {
		if n > 0 {
			t.Rows = append(t.Rows, words(what, s.number(n)))
		}
	}
	add(s.say("trust.excl.quarant"), setAside(d))
	add(s.say("trust.excl.nobody", s.money(d.Unassigned.Revenue)), d.Unassigned.Lines)
	add(s.say("trust.excl.inactive"), d.Known-d.Customers)
	return t
}

func notComputed(s *speech, d ReportData) table {
	t := table{Caption: s.say("trust.not_computed"), Columns: []heading{{s.say("trust.col.what"), ""}, {s.say("col.reason_missing"), "text"}}}
	rows := slices.Clone(d.NotComputed)
	slices.SortFunc(rows, func(a, b Uncomputed) int { return cmp.Compare(a.Mart, b.Mart) })
	for _, u := range rows[:min(len(rows), tableRows)] {
		var needs []string
		for _, n := range u.Needs {
			var either []string
			for one := range strings.SplitSeq(n, "|") {
				either = append(either, s.term("table", strings.TrimSpace(one)))
			}
			needs = append(needs, strings.Join(either, s.say("trust.or")))
		}
		t.Rows = append(t.Rows, words(s.term("mart", u.Mart), s.say("trust.needs", s.list(needs))))
	}
	return t
}

func quarantineTable(s *speech, d ReportData) table {
	t := table{Caption: s.say("trust.quarant.table"), Columns: []heading{
		{s.say("trust.col.table"), ""}, {s.say("trust.col.source"), ""}, {s.say("trust.col.rule"), ""},
		{s.say("trust.col.rows"), "n"}, {s.say("trust.col.examples"), "text why"},
	}}
	rules := slices.Clone(d.Quarantine)
	slices.SortFunc(rules, func(a, b QuarantineRule) int {
		return cmp.Or(cmp.Compare(b.Rows, a.Rows), cmp.Compare(a.Table, b.Table), cmp.Compare(a.Source, b.Source), cmp.Compare(a.Rule, b.Rule))
	})
	for _, q := range rules[:min(len(rules), ruleRows)] {
		var examples []string
		for _, e := range q.Examples[:min(len(q.Examples), ruleExamples)] {
			examples = append(examples, example(s, q.Table, e))
		}
		t.Rows = append(t.Rows, words(relationName(s, q.Table), shorten(plain(q.Source), 30), s.term("rule", q.Rule), s.number(q.Rows), strings.Join(examples, "; ")))
		t.Rows[len(t.Rows)-1][1].Code = true
	}
	if rest := len(rules) - ruleRows; rest > 0 {
		t.Note = s.count("n.more_rules", int64(rest))
	}
	return t
}

// example shows where a bad row is and the value that broke the rule, unless the value may tell
// something about a person: contacts, addresses, free texts and whole lines stay out of the report.
func example(s *speech, tableName string, e QuarantineExample) string {
	where, column := shorten(plain(e.Location), 80), shorten(plain(e.Column), 40)
	switch {
	case column == "":
		return where
	case !printable(tableName, e.Column):
		return s.say("trust.example_hidden", where, column)
	case e.Value == "":
		return s.say("trust.example_empty", where, column)
	}
	return s.say("trust.example", where, column, shorten(plain(e.Value), 40))
}

// printable says whether a column's values may be printed: ids and plain columns of known tables,
// of the customers themselves the ids only (a birth date is plain and still personal).
func printable(tableName, column string) bool {
	t, ok := lake.TableNamed(tableName)
	if !ok {
		return false
	}
	c, ok := t.Column(column)
	return ok && (c.Class == lake.ID || c.Class == lake.Plain && t.Name != "customers")
}

func freshness(s *speech, d ReportData) table {
	t := table{Caption: s.say("fresh.heading"), Columns: []heading{
		{s.say("trust.col.table"), ""}, {s.say("trust.col.source"), ""}, {s.say("trust.col.rows"), "n"},
		{s.say("strip.quarantined"), "n"}, {s.say("fresh.col.newest"), ""}, {s.say("fresh.col.age"), ""},
	}}
	rows := sortedSources(d.Sources)
	for _, src := range rows[:min(len(rows), tableRows)] {
		newest, old := s.say("fresh.undated"), ""
		if src.Newest != nil {
			newest, old = s.day(*src.Newest), s.count("n.days_old", age(d, src))
		}
		cells := words(relationName(s, src.Table), shorten(plain(src.Source), 30), s.number(src.Rows), s.number(src.Quarantined), newest, old)
		cells[1].Code = true
		t.Rows = append(t.Rows, cells)
	}
	return t
}

// driftTable lists what changed in the columns of the sources, and what became of it.
func driftTable(s *speech, d ReportData) table {
	t := table{Caption: s.say("drift.heading"), Columns: []heading{
		{s.say("trust.col.table"), ""}, {s.say("trust.col.source"), ""}, {s.say("drift.col.column"), ""},
		{s.say("drift.col.change"), ""}, {s.say("drift.col.before"), ""}, {s.say("drift.col.after"), ""}, {s.say("drift.col.outcome"), ""},
	}}
	for _, c := range d.Drift[:min(len(d.Drift), tableRows)] {
		cells := words(relationName(s, c.Table), shorten(plain(c.Source), 30), shorten(plain(c.Column), 40), s.term("drift", c.Change),
			shorten(plain(c.Before), 40), shorten(plain(c.After), 40), s.term("outcome", c.Outcome))
		for _, i := range []int{1, 2, 4, 5} {
			cells[i].Code = true
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

// provenance names everything the report was made from.
func provenance(s *speech, d ReportData) []pair {
	pairs := []pair{
		{s.say("prov.run"), shorten(plain(d.Run), 60), true},
		{s.say("prov.as_of"), s.day(d.AsOf), false},
		{s.say("prov.window"), window(s, d.Window), false},
		{s.say("prov.currency"), s.currency, true},
		{s.say("prov.config"), shorten(plain(d.ConfigHash), 80), true},
		{s.say("prov.version"), shorten(plain(d.Version), 40), true},
	}
	rows := slices.Clone(d.Verdicts)
	slices.SortFunc(rows, func(a, b SourceVerdict) int { return cmp.Compare(a.Source, b.Source) })
	var verdicts []string
	for _, v := range rows[:min(len(rows), tableRows)] {
		verdicts = append(verdicts, boundarySentence(s, v))
	}
	if len(verdicts) > 0 {
		pairs = append(pairs, pair{Name: s.say("prov.boundary"), Value: s.sentences(verdicts...)})
	}
	return slices.DeleteFunc(pairs, func(p pair) bool { return p.Value == "" })
}

// boundarySentence says of one source how far it is proved that it was only read.
func boundarySentence(s *speech, v SourceVerdict) string {
	text := s.say("prov.files", s.count("n.items", int64(v.Items)))
	if slices.Contains([]string{"postgres", "mysql"}, v.Kind) {
		text = s.say("prov.session", s.count("n.items", int64(v.Items)))
		if v.Unchanged {
			text = s.say("prov.nothing_written", s.count("n.items", int64(v.Items)))
		}
	}
	if v.Warnings > 0 {
		text = s.say("prov.and", text, s.count("n.warnings", int64(v.Warnings)))
	}
	if n := len(v.Accepted); n > 0 {
		var names []string
		for _, item := range v.Accepted[:min(n, ruleExamples)] {
			names = append(names, s.term("finding", item))
		}
		accepted := s.commas(names)
		if rest := n - len(names); rest > 0 {
			accepted = s.say("prov.more", accepted, s.number(int64(rest)))
		}
		text = s.say("prov.accepted", text, s.count("n.accepted", int64(n)), accepted)
	}
	return s.say("prov.verdict", shorten(plain(v.Source), 30), s.term("source_kind", v.Kind), text)
}
