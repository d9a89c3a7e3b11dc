package publish

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/govalues/decimal"
)

// Since is what is not the same as in an earlier run, as the comparison of the two runs says it.
type Since struct {
	Run      string
	AsOf     time.Time
	Inputs   []SinceInput
	Figures  []SinceFigure
	KPIs     []SinceKPI
	Movement []Movement // from tier to tier, those who stayed and whose profit changed among them
	Movers   []Mover    // those whose profit changed most
	Changed  int64      // customers whose figures are not the same
	Restated int64      // customers of closed periods whose figures are no longer those first said
}

// SinceInput is one thing that the runs were computed from and that is not the same: a word of
// ours, or the rows of a table.
type SinceInput struct{ What, Table, Source, Before, After string }

// SinceFigure is a row of the comparison's sums.
type SinceFigure struct {
	Position              int64
	Figure                string
	Before, After, Change decimal.Decimal
}

// ofTier begins the figures that count the customers of a tier.
const ofTier = "customers of tier "

// SinceKPI is a key figure that changed, or the light.
type SinceKPI struct {
	Name, Unit    string
	Before, After *float64
	IsLight       bool
}

// sinceSection stands first where the report is asked what changed since an earlier run.
func sinceSection(s *speech, d ReportData) (section, bool) {
	if d.Since == nil {
		return section{}, false
	}
	c, m := d.Since, newMoves(d.Since.Movement)
	sec := section{ID: "since", Heading: s.say("since.heading", s.day(c.AsOf)), Findings: sinceFindings(s, d, m),
		Definition: s.say("since.definition", shorten(plain(c.Run), 60))}
	add := func(t table) {
		if len(t.Rows) > 0 {
			sec.Tables = append(sec.Tables, t)
		}
	}
	add(sinceSums(s, d))
	add(sinceKPIs(s, c))
	if m.total() > 0 {
		t := movementTable(s, m)
		t.Caption, t.Columns[0].Name = s.say("since.tiers", s.currency), s.say("since.col.then")
		add(t)
	}
	for _, rising := range []bool{true, false} {
		compared := d
		compared.Movers = c.Movers
		if t := moverTable(s, compared, rising); len(t.Rows) > 0 {
			t.Columns[2].Name, t.Columns[3].Name = s.say("since.col.before", s.currency), s.say("since.col.now", s.currency)
			sec.Details = append(sec.Details, t)
		}
	}
	if t := sinceInputs(s, c); len(t.Rows) > 0 {
		sec.Details = append(sec.Details, t)
	}
	return sec, true
}

func sinceFindings(s *speech, d ReportData, m moves) []string {
	c := d.Since
	basis := ""
	if d.Basis == "revenue" {
		basis = "_r"
	}
	profit := c.figure("profit")
	direction := map[int]string{-1: "since.fall", 0: "since.same", 1: "since.rise"}[profit.Change.Sign()]
	findings := []string{s.say(direction+basis, s.money(profit.Change.Abs()), s.money(profit.After), s.count("n.customers", c.Changed))}
	for _, k := range c.KPIs {
		if k.IsLight && finite(k.Before) && finite(k.After) {
			findings = append(findings, s.say("since.light", s.term("kpi", k.Name), s.figure(k.Before, k.Unit), s.figure(k.After, k.Unit), change(s, *k.After-*k.Before, k.Unit)))
		}
	}
	if m.total() > 0 {
		findings = append(findings, movementSentences(s, m, "since.moved")...)
	}
	if c.Restated > 0 {
		findings = append(findings, s.say("since.restated", s.count("n.customers", c.Restated)))
	}
	return findings
}

func (c *Since) figure(name string) SinceFigure {
	for _, f := range c.Figures {
		if f.Figure == name {
			return f
		}
	}
	return SinceFigure{Figure: name}
}

// sinceSums compares the parts of the profit and the customers.
func sinceSums(s *speech, d ReportData) table {
	rows := slices.Clone(d.Since.Figures)
	slices.SortFunc(rows, func(a, b SinceFigure) int {
		return cmp.Or(cmp.Compare(a.Position, b.Position), cmp.Compare(tierPlace(a.Figure), tierPlace(b.Figure)), cmp.Compare(a.Figure, b.Figure))
	})
	t := table{Caption: s.say("since.sums", s.currency), Columns: []heading{
		{s.say("since.col.figure"), ""}, {s.say("since.col.then"), "n"}, {s.say("since.col.after"), "n"}, {s.say("since.col.change"), "n"}}}
	for _, f := range rows {
		say := s.exact
		name := ""
		switch tier, counts := strings.CutPrefix(f.Figure, ofTier); {
		case counts:
			name, say = s.say("since.of_tier", s.term("node", tier)), s.people
		case strings.HasPrefix(f.Figure, "customers "):
			name, say = s.term("since_figure", strings.ReplaceAll(f.Figure, " ", "_")), s.people
		case f.Figure == "profit" && d.Basis == "revenue":
			name = s.term("kpi", "revenue")
		case f.Figure == "profit":
			name = s.term("kpi", "profit")
		default:
			name = s.term("cause", f.Figure)
		}
		t.Rows = append(t.Rows, words(name, say(f.Before), say(f.After), say(f.Change)))
	}
	return t
}

// tierPlace orders the counts of tiers as the page orders tiers.
func tierPlace(figure string) int {
	return slices.Index(tierKeys(), strings.TrimPrefix(figure, ofTier))
}

// people says a count that the comparison keeps as a decimal.
func (s *speech) people(d decimal.Decimal) string {
	whole, _, _ := d.Int64(0)
	return s.number(whole)
}

func sinceKPIs(s *speech, c *Since) table {
	t := table{Caption: s.say("since.kpis"), Columns: []heading{
		{s.say("since.col.figure"), ""}, {s.say("since.col.then"), "n"}, {s.say("since.col.after"), "n"}, {s.say("since.col.change"), "text"}}}
	rows := slices.Clone(c.KPIs)
	order := kpiOrder()
	slices.SortFunc(rows, func(a, b SinceKPI) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.Name), slices.Index(order, b.Name)), cmp.Compare(a.Name, b.Name))
	})
	for _, k := range rows {
		by := noValue
		if finite(k.Before) && finite(k.After) {
			by = change(s, *k.After-*k.Before, k.Unit)
		}
		t.Rows = append(t.Rows, words(s.term("kpi", k.Name), s.figure(k.Before, k.Unit), s.figure(k.After, k.Unit), by))
	}
	return t
}

// sinceInputs lists what went in and is not the same.
func sinceInputs(s *speech, c *Since) table {
	t := table{Caption: s.say("since.inputs"), Columns: []heading{{s.say("since.col.input"), "text"}, {s.say("since.col.then"), ""}, {s.say("since.col.after"), ""}}}
	for _, in := range c.Inputs[:min(len(c.Inputs), tableRows)] {
		name := s.term("since_input", in.What)
		if in.Table != "" {
			name = s.say("since.rows", s.term("table", in.Table), shorten(plain(in.Source), 30))
		}
		cells := words(name, shorten(plain(in.Before), 60), shorten(plain(in.After), 60))
		for i := 1; i < 3; i++ {
			if cells[i].Text == "" {
				cells[i].Text = noValue
			}
			cells[i].Code = true
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}
