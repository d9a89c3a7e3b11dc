package main

import (
	"slices"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/extract"
	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// guess is one canonical column as init would map it, and why.
type guess struct {
	extract.ColumnMapping
	why    string
	sample []string // a few values of the source column
}

// proposal maps one relation to one canonical table.
type proposal struct {
	table    lake.Table
	from     *looked
	query    string // a SELECT instead of the relation
	derived  bool   // customers or products out of the order lines: the first row of each counts
	note     string // what a reader should know, one line
	columns  []guess
	missing  []string // required columns that nothing was found for
	unmapped []string // source columns left out
}

func (p *proposal) has(column string) bool {
	return slices.ContainsFunc(p.columns, func(g guess) bool { return g.Name == column })
}

func (p *proposal) source(column string) string {
	for _, g := range p.columns {
		if g.Name == column {
			return g.Column
		}
	}
	return ""
}

func (p *proposal) add(g guess) { p.columns = append(p.columns, g) }

func (p *proposal) drop(column string) {
	p.columns = slices.DeleteFunc(p.columns, func(g guess) bool { return g.Name == column })
}

// propose maps what it recognises of a relation to a canonical table by the columns' names,
// held against the shape of their values.
func propose(l *looked, table lake.Table) *proposal {
	p := &proposal{table: table, from: l}
	words := vocabulary(table.Name)
	taken := map[string]bool{}
	for _, c := range table.Columns {
		found := match(l, c, words[c.Name], taken)
		if found == nil && c.Name == ownKey(table) && speaksOf(l.topic, table.Name) {
			found = match(l, c, "id no number nr code 编号 代码", taken)
		}
		if found == nil {
			continue
		}
		taken[found.name] = true
		p.add(convert(c, found, ""))
	}
	if table.Name == "order_lines" {
		completeLines(p)
	}
	p.finish()
	return p
}

// finish notes what is missing and what is left over.
func (p *proposal) finish() {
	var mapped []extract.ColumnMapping
	used := map[string]bool{}
	names := columnNames(p.table)
	slices.SortStableFunc(p.columns, func(a, b guess) int { return slices.Index(names, a.Name) - slices.Index(names, b.Name) })
	for _, g := range p.columns {
		mapped = append(mapped, g.ColumnMapping)
		used[g.Column] = true
	}
	p.missing = missingColumns(p.table, mapped)
	p.unmapped = nil
	for _, c := range p.from.columns {
		inFormula := slices.ContainsFunc(p.columns, func(g guess) bool { return strings.Contains(g.Compute, operand(c.name)) })
		if !used[c.name] && !inFormula {
			p.unmapped = append(p.unmapped, c.name)
		}
	}
}

// ownKey is the id that a table is about.
func ownKey(t lake.Table) string {
	if len(t.Key) > 0 && strings.HasSuffix(t.Key[0], "_id") {
		return t.Key[0]
	}
	return ""
}

// match finds the first known name whose column holds values that fit the type.
func match(l *looked, c lake.Column, words string, taken map[string]bool) *lookedColumn {
	known := append([]string{plainName(c.Name)}, strings.Fields(words)...)
	for _, word := range known {
		for i := range l.columns {
			column := &l.columns[i]
			if !taken[column.name] && plainName(column.name) == word && fits(c, column) {
				return column
			}
		}
	}
	return nil
}

// fits holds a column's values against a canonical type. An empty sample says nothing against an
// optional column's name, but cannot fill a required one.
func fits(c lake.Column, column *lookedColumn) bool {
	if len(column.values) == 0 {
		return !c.Required
	}
	switch c.Type {
	case lake.Money, lake.Precise, lake.Rate, lake.Integer:
		return column.most(looksNumeric) && !column.most(looksDated)
	case lake.Date, lake.Timestamp:
		return column.most(looksDated)
	}
	return true
}

// convert maps one column and adds the conversions that its values call for.
func convert(c lake.Column, column *lookedColumn, why string) guess {
	g := guess{why: why, sample: samples(c, column)}
	g.Name, g.Column = c.Name, column.name
	switch {
	case c.Class == lake.ID && column.every(looksFloatID):
		g.Suffix = ".0"
		g.why = because(why, "whole numbers that something wrote with .0")
	case c.Type == lake.Date || c.Type == lake.Timestamp:
		format, ambiguous := extract.SniffDates(column.values)
		g.Format = format
		if ambiguous {
			g.why = because(why, "CHECK: no value shows which number is the day")
		}
	}
	return g
}

// because joins the reasons for one column.
func because(first, second string) string { return strings.TrimPrefix(first+"; "+second, "; ") }

// samples are up to three different values for a comment; names and contacts of persons stay out.
func samples(c lake.Column, column *lookedColumn) []string {
	if c.Class != lake.Plain && c.Class != lake.ID {
		return nil
	}
	var out []string
	for _, v := range column.values {
		if v = visible(v); !slices.Contains(out, v) {
			out = append(out, v)
		}
		if len(out) == 3 {
			break
		}
	}
	return out
}

// completeLines fills what order lines often have in another form: a rate for the discount, price
// and quantity for the amount, a cost per unit for the cost, and the day for the order's number.
func completeLines(p *proposal) {
	quantity, price := p.source("quantity"), p.source("unit_price")
	isRate := false
	rate := p.source("discount")
	if column := p.from.column(rate); column != nil && column.every(looksShare) {
		isRate = true
		p.drop("discount")
	}
	if !p.has("net_amount") && quantity != "" && price != "" {
		formula, why := operand(quantity)+" * "+operand(price), "no column of amounts: quantity times price"
		if isRate {
			formula, why = formula+" * (1 - "+operand(rate)+")", why+", less the discount, which is a rate"
		} else if rate != "" {
			formula, why = formula+" - "+operand(rate), why+", less the discount"
		}
		p.add(guess{ColumnMapping: extract.ColumnMapping{Name: "net_amount", Compute: formula}, why: why})
	}
	for i := range p.from.columns {
		c := &p.from.columns[i]
		name := plainName(c.name)
		if !p.has("cost") && quantity != "" && (name == "unitcost" || name == "costprice" || name == "单位成本" || name == "成本价") && c.most(looksNumeric) {
			p.add(guess{ColumnMapping: extract.ColumnMapping{Name: "cost", Compute: operand(quantity) + " * " + operand(c.name)}, why: "quantity times the cost of a unit"})
		}
	}
	if day := p.source("ordered_at"); !p.has("order_id") && day != "" && p.has("customer_id") && p.has("net_amount") {
		p.add(guess{ColumnMapping: extract.ColumnMapping{Name: "order_id", Column: day},
			why: "no order number: what a customer buys on one day counts as one order"})
	}
}

// operand writes a column name as it stands in compute.
func operand(name string) string {
	if isVariable(name) {
		return name
	}
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}

// proposeShapes maps a relation without column names by the shapes of its values: the first day,
// the last amount with a fraction, the first id. It is a guess, and says so.
func proposeShapes(l *looked, table lake.Table) *proposal {
	p := &proposal{table: table, from: l, note: "the file has no header: every column is guessed from its values, CHECK each"}
	used := map[string]bool{}
	take := func(canonical, why string, fits func(*lookedColumn) bool, fromEnd bool) {
		order := make([]int, len(l.columns))
		for i := range order {
			order[i] = i
		}
		if fromEnd {
			slices.Reverse(order)
		}
		for _, i := range order {
			if c := &l.columns[i]; !used[c.name] && fits(c) {
				used[c.name] = true
				column, _ := table.Column(canonical)
				p.add(convert(column, c, why))
				return
			}
		}
	}
	whole := func(s string) bool { return digits(s) }
	take("ordered_at", "the first column of days", func(c *lookedColumn) bool { return c.most(looksDated) }, false)
	take("net_amount", "the last column of numbers with a fraction", func(c *lookedColumn) bool { return c.most(looksDecimal) }, true)
	take("customer_id", "the first column of ids", func(c *lookedColumn) bool { return c.most(whole) || len(c.values) > 0 && !c.most(looksNumeric) }, false)
	take("quantity", "the last column of small whole numbers", func(c *lookedColumn) bool {
		return c.every(func(s string) bool { return digits(s) && len(s) <= 3 })
	}, true)
	completeLines(p)
	p.finish()
	return p
}
