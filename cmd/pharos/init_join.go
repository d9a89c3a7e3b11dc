package main

import (
	"fmt"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// proposeJoin looks in databases for the usual pair of tables: lines that name an order, with
// price and quantity, and orders that name the customer and the day. The lines' table with the
// most columns wins; it returns nil when there is no such pair.
func proposeJoin(relations []*looked, sources []*foundSource) *proposal {
	table, _ := lake.TableNamed("order_lines")
	var best *proposal
	for _, l := range relations {
		kind := sources[l.source].spec.Kind()
		if kind != "postgres" && kind != "mysql" && kind != "sqlite" {
			continue
		}
		for _, o := range relations {
			if o == l || o.source != l.source {
				continue
			}
			if p := joinLines(table, l, o, kind); p != nil && (best == nil || len(p.columns) > len(best.columns)) {
				best = p
			}
		}
	}
	return best
}

// joinLines proposes lines with customer and day from their orders, or nil when the two tables
// are no such pair.
func joinLines(table lake.Table, l, o *looked, kind string) *proposal {
	lines, orders := propose(l, table), propose(o, table)
	number := lines.source("order_id")
	head := o.column(orders.source("order_id"))
	if number == "" || head == nil || !head.unique() || !orders.has("customer_id") || !orders.has("ordered_at") {
		return nil
	}
	if lines.has("customer_id") && lines.has("ordered_at") || !lines.has("net_amount") {
		return nil
	}
	p := &proposal{table: table, from: l, note: "joined with " + o.relation + ", which has the customer and the day"}
	p.query = joinSQL(lines, orders, l.relation, o.relation, kind)
	// The joined rows carry canonical names already; what is computed is computed from those.
	for _, g := range lines.columns {
		if g.Compute != "" {
			g.Compute = canonicalFormula(g.Compute, lines)
		} else {
			g.Column = g.Name
		}
		p.add(g)
	}
	for _, name := range []string{"customer_id", "ordered_at", "currency", "channel", "status"} {
		for _, g := range orders.columns {
			if g.Name == name && !lines.has(name) {
				g.why = because(g.why, "in "+o.relation)
				g.Column = name
				p.add(g)
			}
		}
	}
	p.finish()
	p.unmapped = nil // the SELECT says what is read
	if len(p.missing) > 0 {
		return nil
	}
	return p
}

// joinSQL writes the SELECT that runs in the database, in its own way of quoting names.
func joinSQL(lines, orders *proposal, l, o, kind string) string {
	var columns []string
	add := func(alias, source, name string) {
		columns = append(columns, fmt.Sprintf("%s.%s as %s", alias, quoteName(source, kind), quoteName(name, kind)))
	}
	for _, g := range lines.columns {
		if g.Column != "" {
			add("l", g.Column, g.Name)
		}
	}
	if rate := rateColumn(lines); rate != "" {
		add("l", rate, "rate")
	}
	for _, g := range orders.columns {
		switch g.Name {
		case "customer_id", "ordered_at", "currency", "channel", "status":
			if !lines.has(g.Name) {
				add("o", g.Column, g.Name)
			}
		}
	}
	return fmt.Sprintf("select\n    %s\nfrom %s l\njoin %s o on o.%s = l.%s", strings.Join(columns, ",\n    "),
		quoteRelation(l, kind), quoteRelation(o, kind), quoteName(orders.source("order_id"), kind), quoteName(lines.source("order_id"), kind))
}

// rateColumn is the discount's rate that the amount is computed from, if there is one.
func rateColumn(lines *proposal) string {
	for i := range lines.from.columns {
		name := lines.from.columns[i].name
		for _, g := range lines.columns {
			if g.Name == "net_amount" && strings.HasSuffix(g.Compute, "(1 - "+operand(name)+")") {
				return name
			}
		}
	}
	return ""
}

// canonicalFormula rewrites a formula over the table's columns to the names that the SELECT gives them.
func canonicalFormula(formula string, lines *proposal) string {
	pairs := []string{}
	if rate := rateColumn(lines); rate != "" {
		pairs = append(pairs, "(1 - "+operand(rate)+")", "(1 - rate)")
	}
	for _, g := range lines.columns {
		if g.Column != "" {
			pairs = append(pairs, operand(g.Column), g.Name)
		}
	}
	return strings.NewReplacer(pairs...).Replace(formula)
}

func quoteName(name, kind string) string {
	if isVariable(name) && name == strings.ToLower(name) {
		return name
	}
	if kind == "mysql" {
		return "`" + strings.ReplaceAll(name, "`", "``") + "`"
	}
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}

// quoteRelation quotes each part of schema.table.
func quoteRelation(name, kind string) string {
	parts := strings.Split(name, ".")
	for i, part := range parts {
		parts[i] = quoteName(part, kind)
	}
	return strings.Join(parts, ".")
}
