package main

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/pharos-analytics/pharos/pipeline"
	"github.com/pharos-analytics/pharos/pipeline/extract"
	"github.com/pharos-analytics/pharos/pipeline/lake"
	"github.com/pharos-analytics/pharos/segment"
)

// identity says how several records become one customer: by which keys merges are proposed, where
// they are decided, who belongs to whom, and which source is asked first for each column.
func (n node) identity(cfg *pipeline.Config) pipeline.Identity {
	var id pipeline.Identity
	if !n.present() {
		return id
	}
	var customers []extract.Mapping
	for _, m := range cfg.Data {
		if m.Table == "customers" && !m.Raw {
			customers = append(customers, m)
		}
	}
	n.mapping(func(f *fields) {
		id.MatchOn = f.get("match_on").matches(customers)
		id.Merges = f.d.resolve(f.get("merges").text("merges.csv"))
		id.Parents = f.get("parents").text("")
		if id.Parents != "" {
			id.Parents = f.d.resolve(id.Parents)
		}
		id.Precedence = f.get("precedence").precedence(customers)
		for _, s := range cfg.Sources {
			if s.Owns(id.Merges) {
				f.get("merges").fail("source %s reads %s; an output may not be a source, choose another file", s.Name, id.Merges)
			}
		}
		if id.Parents == id.Merges {
			f.get("parents").fail("is the file of the merges too; give each its own")
		}
	})
	return id
}

// matches are keys of match_on: a column of customers, or `key: [columns]` where the sources
// keep the same thing under several names.
func (n node) matches(customers []extract.Mapping) []segment.Match {
	if !n.present() {
		return nil
	}
	known := knownOfCustomers(customers)
	var out []segment.Match
	add := func(at node, kind string, columns []string) {
		for _, c := range columns {
			if !slices.Contains(known, c) {
				at.fail("%q is no mapped column and no attribute of customers%s", c, nearestHint(c, known))
			}
		}
		if slices.ContainsFunc(out, func(m segment.Match) bool { return m.Kind == kind }) {
			at.fail("%q stands twice; every key is given once", kind)
		}
		out = append(out, segment.Match{Kind: kind, Columns: columns})
	}
	for _, item := range n.items() {
		if item.y.Kind != yaml.MappingNode {
			if item.is(yaml.ScalarNode) {
				add(item, item.y.Value, []string{item.y.Value})
			}
			continue
		}
		for _, m := range item.members() {
			columns := m.distinct()
			if len(columns) == 0 {
				m.fail("needs the columns or attributes that hold it")
			}
			add(m.node, m.key, columns)
		}
	}
	return out
}

// knownOfCustomers are the columns of customers that some mapping fills, and the declared
// attributes. A SELECT without a column map may name any column.
func knownOfCustomers(customers []extract.Mapping) []string {
	table, _ := lake.TableNamed("customers")
	var known []string
	for _, name := range columnNames(table) {
		if name != "customer_id" && slices.ContainsFunc(customers, func(m extract.Mapping) bool {
			return m.Select != "" && len(m.Columns) == 0 || slices.ContainsFunc(m.Columns, func(c extract.ColumnMapping) bool { return c.Name == name })
		}) {
			known = append(known, name)
		}
	}
	for _, m := range customers {
		for _, a := range m.Attributes {
			if !slices.Contains(known, a) {
				known = append(known, a)
			}
		}
	}
	return known
}

// precedence decodes column: [source, ...]: who is asked first. Sources that are not named follow in
// the order of the mappings.
func (n node) precedence(customers []extract.Mapping) []pipeline.Precedence {
	if !n.present() {
		return nil
	}
	var sources []string
	for _, m := range customers {
		if !slices.Contains(sources, m.Source) {
			sources = append(sources, m.Source)
		}
	}
	known := knownOfCustomers(customers)
	var out []pipeline.Precedence
	for _, m := range n.members() {
		if !slices.Contains(known, m.key) {
			n.d.add(m.keyAt.Line, m.keyAt.Column, "%s: %q is no mapped column and no attribute of customers%s", n.name(), m.key, nearestHint(m.key, known))
		}
		order := m.distinct()
		for _, s := range order {
			if !slices.Contains(sources, s) {
				m.fail("source %q maps no customers; it is one of %s%s", s, strings.Join(sources, ", "), nearestHint(s, sources))
			}
		}
		if len(order) == 0 {
			m.fail("needs the sources in their order, such as [%s]", strings.Join(sources, ", "))
		}
		out = append(out, pipeline.Precedence{Column: m.key, Sources: order})
	}
	return out
}
