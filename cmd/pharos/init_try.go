package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/pharos-analytics/pharos/pipeline/extract"
)

// tryRows bounds how much of a table init reads to try its mapping on.
const tryRows = 1_000_000

// trialSummary says how the mappings did, in their order, and which day a run could count to.
type trialSummary struct {
	lines []string
	asOf  string
}

// tryOut runs every mapping over real rows. An optional column that fails in one of a hundred
// rows is left out again, with a comment; customers derived from order lines are left out when
// lines without a customer would all be quarantined.
func (l *look) tryOut(ctx context.Context, p *plan, company companyGuess) (trialSummary, error) {
	var out trialSummary
	location, err := time.LoadLocation(company.zone)
	if err != nil {
		return out, fmt.Errorf("load time zone %s: %w", company.zone, err)
	}
	about := extract.Context{Location: location, Currency: company.currency}
	var kept []*proposal
	newest := ""
	for _, m := range p.mappings {
		trial, err := l.try(ctx, m, about)
		if err != nil {
			return out, err
		}
		if m.derived && trial.Quarantined > 0 {
			continue
		}
		kept = append(kept, m)
		out.lines = append(out.lines, describeTrial(trial))
		if m.table.Name == "order_lines" || newest == "" {
			newest = trial.NewestDay
		}
	}
	p.mappings = kept
	if day, err := time.Parse(time.DateOnly, newest); err == nil {
		out.asOf = day.AddDate(0, 0, 1).Format(time.DateOnly)
	}
	return out, nil
}

// try runs one mapping, and again without the optional columns that do not hold what they seem to.
func (l *look) try(ctx context.Context, m *proposal, company extract.Context) (extract.Trial, error) {
	src, spec := l.open[m.from.source], l.sources[m.from.source].spec
	for {
		mapping := extract.Mapping{Table: m.table.Name, Source: spec.Name, Relation: m.from.relation, Select: m.query, Distinct: m.derived}
		if m.query != "" {
			mapping.Relation = ""
		}
		for _, g := range m.columns {
			mapping.Columns = append(mapping.Columns, g.ColumnMapping)
		}
		trial, err := extract.Try(ctx, src, mapping, spec, company, tryRows)
		if err != nil {
			return trial, fmt.Errorf("try %s from %s: %w", m.table.Name, m.from.label, err)
		}
		worst := failing(m, trial)
		if worst == "" {
			return trial, nil
		}
		m.note = strings.TrimPrefix(m.note+"; "+worst+" was left out: its values are not what its name says", "; ")
		m.drop(worst)
		m.finish()
	}
}

// failing is an optional column that quarantines more than one row in a hundred, and "" if none does.
func failing(m *proposal, t extract.Trial) string {
	for _, g := range m.columns {
		column, _ := m.table.Column(g.Name)
		var bad int64
		for rule, n := range t.Rules {
			if strings.HasSuffix(rule, " "+g.Name) {
				bad += n
			}
		}
		if !column.Required && bad*100 > t.Read {
			return g.Name
		}
	}
	return ""
}

func describeTrial(t extract.Trial) string {
	if t.Quarantined == 0 {
		return fmt.Sprintf("tried on %s rows, all map", grouped(t.Read))
	}
	var rules []string
	for rule, n := range t.Rules {
		rules = append(rules, fmt.Sprintf("%s %s", strings.TrimSpace(rule), grouped(n)))
	}
	slices.Sort(rules)
	return fmt.Sprintf("tried on %s rows, %s would be quarantined (%s)", grouped(t.Read), grouped(t.Quarantined), strings.Join(rules, ", "))
}

// grouped writes a count with thousands separated: 541,909.
func grouped(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// guessCompany reads currency, language and zone out of names and values; what nothing tells is
// marked for a person to check.
func guessCompany(folder string, p *plan) companyGuess {
	c := companyGuess{name: folder, currency: "USD", zone: "UTC", language: "en",
		currencyWhy: "CHECK: nothing in the data says it", zoneWhy: "CHECK: it decides which day an order belongs to"}
	if c.name == "" || c.name == "." || c.name == "/" {
		c.name = "My company"
	}
	if usesHan(p) {
		c.currency, c.zone, c.language = "CNY", "Asia/Shanghai", "zh"
		c.currencyWhy, c.zoneWhy = "CHECK: the names are Chinese", "CHECK: the names are Chinese"
	}
	if code, why := currencyOf(p); code != "" {
		c.currency, c.currencyWhy = code, why
	}
	return c
}

func usesHan(p *plan) bool {
	for _, m := range p.mappings {
		for _, g := range m.columns {
			if strings.ContainsFunc(g.Column, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
				return true
			}
		}
	}
	return false
}

// currencyOf finds the currency in a column of codes, or in the signs beside amounts.
func currencyOf(p *plan) (code, why string) {
	for _, m := range p.mappings {
		if c := m.from.column(m.source("currency")); c != nil && len(c.values) > 0 && c.most(func(v string) bool { return v == c.values[0] }) && isCurrency(c.values[0]) {
			return c.values[0], "the column " + c.name + " says so"
		}
	}
	signs := []struct{ sign, code string }{{"€", "EUR"}, {"£", "GBP"}, {"¥", "CNY"}, {"￥", "CNY"}, {"$", "USD"}, {"EUR", "EUR"}, {"CNY", "CNY"}, {"USD", "USD"}, {"GBP", "GBP"}}
	for _, m := range p.mappings {
		for _, name := range []string{"net_amount", "unit_price", "amount"} {
			c := m.from.column(m.source(name))
			for _, s := range signs {
				if c != nil && c.most(func(v string) bool { return strings.Contains(v, s.sign) }) {
					return s.code, "CHECK: the amounts in " + c.name + " carry " + s.sign
				}
			}
		}
	}
	return "", ""
}
