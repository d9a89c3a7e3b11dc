package publish

import (
	"cmp"
	"slices"

	"github.com/govalues/decimal"
)

// Nodes of the movement that are no tiers: not known a year before, and without a result now.
const (
	nodeNew  = "new"
	nodeLost = "lost"
)

// movementSection shows who moved between the tiers and what moved them.
func movementSection(s *speech, d ReportData) (section, bool) {
	m := newMoves(d.Movement)
	if len(m.from) == 0 && len(d.MovementCauses) == 0 {
		return section{}, false
	}
	sec := section{ID: "movement", Heading: s.say("movement.heading"), Findings: movementFindings(s, m), Definition: byBasis(s, d, "movement.definition")}
	if len(m.from) > 0 && m.total() > 0 {
		left, right := m.nodesOf(s, m.from, true), m.nodesOf(s, m.to, false)
		sec.Wide = sankeyChart(sec.Heading, sec.Findings[0], left, right, m.flows(), "movement-wide", wide)
		sec.Narrow = sankeyChart(sec.Heading, sec.Findings[0], left, right, m.flows(), "movement-narrow", narrow)
		sec.Legend = []legendItem{{"flow-up", s.say("movement.up")}, {"flow-same", s.say("movement.same")}, {"flow-down", s.say("movement.down")}}
		sec.Tables = []table{movementTable(s, m)}
	}
	if len(d.MovementCauses) > 0 {
		sec.Tables = append(sec.Tables, causeTable(s, d))
	}
	for _, rising := range []bool{true, false} {
		if t := moverTable(s, d, rising); len(t.Rows) > 0 {
			sec.Details = append(sec.Details, t)
		}
	}
	return sec, true
}

// moves is the movement by node, in the order of the page.
type moves struct {
	from, to []string
	cells    map[[2]string]Movement
}

func newMoves(rows []Movement) moves {
	m := moves{cells: map[[2]string]Movement{}}
	var from, to []string
	for _, r := range rows {
		key := [2]string{r.From, r.To}
		old := m.cells[key]
		m.cells[key] = Movement{r.From, r.To, old.Customers + r.Customers, sum(old.Change, r.Change)}
		from, to = append(from, r.From), append(to, r.To)
	}
	m.from, m.to = inTierOrder(from), inTierOrder(to)
	return m
}

// inTierOrder lists each once: the tiers as on the page, new first and lost last.
func inTierOrder(keys []string) []string {
	order := slices.Concat([]string{nodeNew}, tierKeys(), []string{nodeLost})
	keys = slices.Clone(keys)
	slices.SortFunc(keys, func(a, b string) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a), slices.Index(order, b)), cmp.Compare(a, b))
	})
	return slices.Compact(keys)
}

func (m moves) total() int64 {
	n := int64(0)
	for _, c := range m.cells {
		n += c.Customers
	}
	return n
}

// nodesOf sums the customers of each node of one side.
func (m moves) nodesOf(s *speech, keys []string, isFrom bool) []node {
	var nodes []node
	for _, key := range keys {
		n := int64(0)
		for pair, c := range m.cells {
			if isFrom && pair[0] == key || !isFrom && pair[1] == key {
				n += c.Customers
			}
		}
		nodes = append(nodes, node{key: key, name: s.term("node", key), text: s.number(n), size: float64(n)})
	}
	return nodes
}

func (m moves) flows() []flow {
	var flows []flow
	for _, from := range m.from {
		for _, to := range m.to {
			if c := m.cells[[2]string{from, to}]; c.Customers > 0 {
				flows = append(flows, flow{from, to, float64(c.Customers), flowClass(from, to)})
			}
		}
	}
	return flows
}

// flowClass tells whether a movement is one to a better tier.
func flowClass(from, to string) string {
	place := func(key string, other int) int {
		if i := slices.Index(tierKeys(), key); i >= 0 {
			return i
		}
		return other
	}
	switch {
	case from == nodeNew && to == "loss", to == nodeLost:
		return "flow-down"
	case from == nodeNew && (to == "high" || to == "medium"):
		return "flow-up"
	case from == nodeNew || place(from, 0) == place(to, 0):
		return "flow-same"
	case place(to, 0) < place(from, 0):
		return "flow-up"
	}
	return "flow-down"
}

func movementFindings(s *speech, m moves) []string {
	if len(m.from) == 0 {
		return []string{s.say("movement.causes_only")}
	}
	return movementSentences(s, m, "movement.finding")
}

// movementSentences say who moved up and down, in the words of finding, and who is new or gone.
func movementSentences(s *speech, m moves, finding string) []string {
	up, down, fresh, gone := int64(0), int64(0), int64(0), int64(0)
	changeUp, changeDown := decimal.Zero, decimal.Zero
	for _, from := range m.from {
		for _, to := range m.to {
			c := m.cells[[2]string{from, to}]
			switch class := flowClass(from, to); {
			case from == nodeNew:
				fresh += c.Customers
			case to == nodeLost:
				gone += c.Customers
			case class == "flow-up":
				up, changeUp = up+c.Customers, sum(changeUp, c.Change)
			case class == "flow-down":
				down, changeDown = down+c.Customers, sum(changeDown, c.Change)
			}
		}
	}
	findings := []string{s.say(finding, s.count("n.customers", up), signedMoney(s, changeUp), s.count("n.customers", down), signedMoney(s, changeDown))}
	if fresh > 0 || gone > 0 {
		findings = append(findings, s.say("movement.turnover", s.count("n.customers", fresh), s.count("n.customers", gone)))
	}
	return findings
}

// signedMoney says a change with its sign.
func signedMoney(s *speech, d decimal.Decimal) string {
	if d.IsPos() {
		return "+" + s.money(d)
	}
	return s.money(d)
}

// movementTable is the matrix: tiers a year before in rows, now in columns.
func movementTable(s *speech, m moves) table {
	t := table{Caption: s.say("movement.table", s.currency), Columns: []heading{{s.say("movement.col.from"), "tier"}}}
	for _, to := range m.to {
		t.Columns = append(t.Columns, heading{s.term("node", to), "n"})
	}
	for _, from := range m.from {
		row := words(s.term("node", from))
		for _, to := range m.to {
			c := m.cells[[2]string{from, to}]
			if c.Customers == 0 && c.Change.IsZero() {
				row = append(row, cell{Text: noValue})
				continue
			}
			row = append(row, cell{Text: s.number(c.Customers), Small: s.exact(c.Change)})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// causeTable sums the changes by what caused most of each.
func causeTable(s *speech, d ReportData) table {
	rows := slices.Clone(d.MovementCauses)
	slices.SortFunc(rows, func(a, b MovementCause) int {
		return cmp.Or(b.Change.Abs().Cmp(a.Change.Abs()), cmp.Compare(a.Cause, b.Cause))
	})
	t := table{Caption: s.say("movement.causes"), Columns: []heading{
		{s.say("movement.col.cause"), ""}, {s.say("col.customers"), "n"}, {byBasis(s, d, "movement.col.change", s.currency), "n"},
	}}
	n, change := int64(0), decimal.Zero
	for i, c := range rows {
		n, change = n+c.Customers, sum(change, c.Change)
		if i < causeRows {
			t.Rows = append(t.Rows, words(s.term("cause", c.Cause), s.number(c.Customers), s.exact(c.Change)))
		}
	}
	t.Total = words(s.say("col.total"), s.number(n), s.exact(change))
	return t
}

// moverTable names the customers whose profit changed most, one way.
func moverTable(s *speech, d ReportData, rising bool) table {
	var rows []Mover
	for _, m := range d.Movers {
		if rising && m.Change.IsPos() || !rising && m.Change.IsNeg() {
			rows = append(rows, m)
		}
	}
	slices.SortFunc(rows, func(a, b Mover) int {
		return cmp.Or(b.Change.Abs().Cmp(a.Change.Abs()), cmp.Compare(a.CustomerID, b.CustomerID))
	})
	t := table{Caption: s.say(map[bool]string{true: "movement.risers", false: "movement.fallers"}[rising]), Columns: []heading{
		{s.say("col.customer"), "text"}, {s.say("movement.col.tiers"), ""}, {byBasis(s, d, "movement.col.before", s.currency), "n"},
		{byBasis(s, d, "movement.col.now", s.currency), "n"}, {s.say("movement.col.by", s.currency), "n"}, {s.say("movement.col.cause"), "text"},
	}}
	for _, m := range rows[:min(len(rows), rankedRows)] {
		cause := s.term("cause", m.Cause)
		if m.CauseAmount != nil {
			cause = s.say("movement.cause", cause, signedMoney(s, *m.CauseAmount))
		}
		cells := words("", s.say("movement.tiers", s.term("node", m.From), s.term("node", m.To)), s.exact(m.Before), s.exact(m.Now), s.exact(m.Change), cause)
		cells[0] = customer(m.Name, m.CustomerID)
		t.Rows = append(t.Rows, cells)
	}
	return t
}
