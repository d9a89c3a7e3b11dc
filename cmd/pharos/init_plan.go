package main

import (
	"slices"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// plan is what init would write: the mappings, and what it saw and left out.
type plan struct {
	mappings []*proposal
	others   []string    // "file.csv: also looks like order_lines; …"
	nearly   []*proposal // recognised, but required columns are missing
}

// usable says whether the mappings suffice for a run.
func (p *plan) usable() bool {
	return slices.ContainsFunc(p.mappings, func(m *proposal) bool {
		return slices.Contains([]string{"order_lines", "contracts", "ledger", "opportunities"}, m.table.Name)
	})
}

func (p *plan) mapped(table string) *proposal {
	for _, m := range p.mappings {
		if m.table.Name == table {
			return m
		}
	}
	return nil
}

// almost are the relations that serve no mapping, each with the table that it comes nearest to.
func (p *plan) almost() []*proposal {
	best := map[*looked]*proposal{}
	var order []*looked
	for _, n := range p.nearly {
		switch b := best[n.from]; {
		case p.uses(n.from):
		case b == nil:
			order = append(order, n.from)
			best[n.from] = n
		case len(n.missing) < len(b.missing):
			best[n.from] = n
		}
	}
	out := make([]*proposal, len(order))
	for i, l := range order {
		out[i] = best[l]
	}
	return out
}

// almost says what a relation lacks.
func (p *proposal) almost() string {
	return p.from.label + " looks like " + p.table.Name + ", but nothing was found for: " + strings.Join(p.missing, ", ")
}

// makePlan chooses for every canonical table the relation that fills it best. Two relations are
// joined only when they have the same columns and lie in the same source; anything else could
// count the same orders twice, and is left to a person.
func makePlan(relations []*looked, sources []*foundSource) *plan {
	out := &plan{}
	for _, table := range planOrder() {
		var complete []*proposal
		for _, l := range relations {
			p := proposeFor(l, table)
			switch {
			case len(p.missing) == 0 && recognised(p):
				complete = append(complete, p)
			case len(p.missing) > 0 && len(p.columns) >= 2 && (table.Name == "order_lines" || recognised(p)):
				out.nearly = append(out.nearly, p)
			}
		}
		if table.Name == "returns" {
			complete = slices.DeleteFunc(complete, func(r *proposal) bool { return out.ofOtherOrders(r, relations) })
		}
		if table.Name == "order_lines" {
			if joined := proposeJoin(relations, sources); joined != nil {
				complete = append(complete, joined)
			}
		}
		out.choose(complete)
	}
	out.derive("customers")
	out.derive("products")
	return out
}

// proposeFor tries a relation for a table; a relation without names can only be order lines.
func proposeFor(l *looked, table lake.Table) *proposal {
	if l.headless && table.Name == "order_lines" {
		return proposeShapes(l, table)
	}
	return propose(l, table)
}

// planOrder are the canonical tables, order lines first: other tables are chosen around them.
func planOrder() []lake.Table {
	tables := lake.Canonical()
	slices.SortStableFunc(tables, func(a, b lake.Table) int {
		return strings.Compare(orderKey(a.Name), orderKey(b.Name))
	})
	return tables
}

func orderKey(table string) string {
	if table == "order_lines" {
		return "0"
	}
	return "1"
}

// recognised asks for more than the required columns where those are so common that any table
// would pass: a table about customers or products has one row for each, and the rarer tables
// must be named for what they are.
func recognised(p *proposal) bool {
	named := speaksOf(p.from.topic, p.table.Name)
	key := p.from.column(p.source(ownKey(p.table)))
	switch p.table.Name {
	case "order_lines":
		return !speaksOf(p.from.topic, "returns") && !speaksOf(p.from.topic, "opportunities")
	case "customers":
		return key != nil && key.unique() && len(p.columns) >= 2 && (named || p.has("name"))
	case "products":
		return key != nil && key.unique() && len(p.columns) >= 2 && (named || p.has("category") || p.has("unit_cost"))
	case "contracts", "opportunities":
		return true
	case "ledger":
		kind := p.from.column(p.source("kind"))
		return kind != nil && kind.every(isLedgerKind)
	}
	return named
}

func isLedgerKind(s string) bool {
	return slices.Contains([]string{"revenue", "discount", "refund", "cogs", "service", "selling", "overhead", "bad_debt"}, s)
}

// choose takes the proposal with the most columns, and those of the same source with the same
// columns; the rest is named in a comment.
func (p *plan) choose(complete []*proposal) {
	if len(complete) == 0 {
		return
	}
	slices.SortStableFunc(complete, func(a, b *proposal) int { return score(b) - score(a) })
	best := complete[0]
	for i, c := range complete {
		if i == 0 || best.query == "" && c.query == "" && c.from.source == best.from.source && sameColumns(c.from, best.from) {
			p.mappings = append(p.mappings, c)
			continue
		}
		joined := best.query != "" && c.from.source == best.from.source
		if c.from == best.from || joined || p.uses(c.from) {
			continue
		}
		p.others = append(p.others, c.from.label+" looks like "+c.table.Name+" too; it is left out, because adding it could count the same rows twice")
	}
}

// score prefers a join over its halves, a name that fits, and more columns.
func score(p *proposal) int {
	s := len(p.columns)
	if speaksOf(p.from.topic, p.table.Name) {
		s += 3
	}
	if p.query != "" {
		s += 100
	}
	return s
}

// ofOtherOrders says whether returns lie in a source whose own order lines were left out: they
// belong to those.
func (p *plan) ofOtherOrders(r *proposal, relations []*looked) bool {
	lines := p.mapped("order_lines")
	if lines == nil || lines.from.source == r.from.source {
		return false
	}
	for _, l := range relations {
		if l.source == r.from.source && len(proposeFor(l, lines.table).missing) == 0 {
			p.others = append(p.others, r.from.label+" looks like returns, of the order lines that were left out")
			return true
		}
	}
	return false
}

func (p *plan) uses(l *looked) bool {
	return slices.ContainsFunc(p.mappings, func(m *proposal) bool { return m.from == l })
}

func sameColumns(a, b *looked) bool {
	return slices.EqualFunc(a.columns, b.columns, func(x, y lookedColumn) bool { return x.name == y.name })
}

// derive maps customers or products out of the order lines when no table of their own was found
// and the lines carry more than the id. Only columns that do not vary within one of them are taken.
func (p *plan) derive(name string) {
	lines := p.mapped("order_lines")
	if lines == nil || lines.query != "" || lines.from.headless || p.mapped(name) != nil {
		return
	}
	table, _ := lake.TableNamed(name)
	c := propose(lines.from, table)
	if len(c.missing) > 0 {
		return
	}
	key := c.source(ownKey(table))
	for _, g := range slices.Clone(c.columns) {
		if g.Column != key && !lines.from.dependent(key, g.Column) {
			c.drop(g.Name)
		}
	}
	if c.finish(); len(c.columns) < 2 {
		return
	}
	c.derived = true
	c.note = "no table of " + name + " was found: these come from the order lines, the first line of each counts"
	p.mappings = append(p.mappings, c)
}
