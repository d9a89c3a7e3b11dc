package main

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/pharos-analytics/pharos/pipeline"
	"github.com/pharos-analytics/pharos/pipeline/extract"
	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// checks decodes changed severities and thresholds, by the name of a check or table.rule, and the
// gates that must be asked for: freshness, volume, ledger_difference.
func (n node) checks(cfg *pipeline.Config) {
	if !n.present() {
		return
	}
	for _, m := range n.members() {
		switch m.key {
		case "freshness":
			m.freshness(cfg)
		case "volume":
			m.volume(cfg)
		case "ledger_difference":
			cfg.Checks = append(cfg.Checks, m.difference())
		default:
			cfg.Checks = append(cfg.Checks, m.check())
		}
	}
}

// check is a changed severity or share of one check.
func (m member) check() pipeline.CheckSetting {
	if table, _, dotted := strings.Cut(m.key, "."); dotted && !slices.Contains(tableNames(), table) {
		m.d.add(m.keyAt.Line, m.keyAt.Column, "unknown table %q in %s%s", table, m.name(), nearestHint(table, tableNames()))
	}
	setting := pipeline.CheckSetting{Name: m.key, AtMostBP: -1, Pos: m.pos()}
	m.mapping(func(f *fields) {
		setting.Severity = f.get("severity").severity("")
		setting.AtMostBP = int64(f.get("at_most").share(-1))
		if !f.has("severity") && !f.has("at_most") {
			f.fail("changes nothing; give severity or at_most")
		}
	})
	return setting
}

func (n node) severity(fallback string) string { return n.word(fallback, "error", "warning") }

// difference is how far, in money, the customers' figures may be from the ledger.
func (m member) difference() pipeline.CheckSetting {
	setting := pipeline.CheckSetting{Name: m.key, Severity: "error", AtMostBP: -1, AtMostAmount: "0.00", Pos: m.pos()}
	m.mapping(func(f *fields) {
		most := f.get("at_most")
		if setting.AtMostAmount = most.amount("0.00"); strings.HasPrefix(setting.AtMostAmount, "-") {
			most.fail("%s is below zero; a difference counts in both directions, write it without a sign", most.shown())
		}
		setting.Severity = f.get("severity").severity("error")
	})
	return setting
}

// freshness decodes how old the newest row of a table may be, counted to the as-of day:
// "order_lines: 2 days", or {at_most, sources, severity}.
func (n node) freshness(cfg *pipeline.Config) {
	for _, m := range n.members() {
		m.gate(cfg, n.last(), "at_most", func(limit node, sources []string) {
			days := limit.days(1)
			if days == 0 {
				limit.fail("%s can never hold: the newest row before the as-of day is of the day before, one day old", limit.shown())
			}
			for _, source := range sources {
				cfg.Freshness = append(cfg.Freshness, pipeline.FreshnessLimit{Table: m.key, Source: source, Days: days})
			}
		})
	}
}

// volume decodes how far a day's rows may be from what is usual: "order_lines: ±50 %", or
// {within, sources, severity}.
func (n node) volume(cfg *pipeline.Config) {
	for _, m := range n.members() {
		m.gate(cfg, n.last(), "within", func(limit node, sources []string) {
			share := limit.deviation()
			for _, source := range sources {
				cfg.Volume = append(cfg.Volume, pipeline.VolumeLimit{Table: m.key, Source: source, WithinBP: share})
			}
		})
	}
}

// last is the last key of the path.
func (n node) last() string { return n.path[len(n.path)-1] }

// gate decodes the limit of one table, in its short form or under a key, for the sources that are
// named, or all that the table is mapped from.
func (m member) gate(cfg *pipeline.Config, check, key string, body func(limit node, sources []string)) {
	table, known := lake.TableNamed(m.key)
	mapped := sourcesOf(cfg.Data, m.key)
	switch {
	case !known:
		m.d.add(m.keyAt.Line, m.keyAt.Column, "unknown table %q in %s%s", m.key, strings.Join(m.path[:len(m.path)-1], "."), nearestHint(m.key, tableNames()))
		return
	case table.Day == "":
		m.d.add(m.keyAt.Line, m.keyAt.Column, "%s: %s has no day of its own; this check is for tables whose rows are dated", m.name(), m.key)
		return
	case len(mapped) == 0:
		m.d.add(m.keyAt.Line, m.keyAt.Column, "%s: no source is mapped to %s; map it under data, or remove the key", m.name(), m.key)
		return
	}
	if m.y.Kind != yaml.MappingNode {
		body(m.node, mapped)
		return
	}
	m.mapping(func(f *fields) {
		limit, only := f.need(key, "the limit"), f.get("sources")
		sources := mapped
		if only.present() {
			sources = only.distinct()
		}
		for _, source := range sources {
			if !slices.Contains(mapped, source) {
				only.fail("%s is not mapped from %q%s", m.key, source, nearestHint(source, mapped))
			}
		}
		body(limit, sources)
		if severity := f.get("severity"); severity.present() {
			cfg.Checks = append(cfg.Checks, pipeline.CheckSetting{Name: m.key + "." + check, Severity: severity.severity("error"), AtMostBP: -1, Pos: m.pos()})
		}
	})
}

// sourcesOf are the sources that a table is mapped from, in order of precedence, each once.
func sourcesOf(data []extract.Mapping, table string) []string {
	var sources []string
	for _, m := range data {
		if m.Table == table && !m.Raw && !slices.Contains(sources, m.Source) {
			sources = append(sources, m.Source)
		}
	}
	return sources
}

// deviation is a share in both directions, written as ±50 %.
func (n node) deviation() int64 {
	if !n.present() || !n.is(yaml.ScalarNode) {
		return 0
	}
	bare, signed := strings.CutPrefix(n.y.Value, "±")
	bp, err := parseShare(bare)
	switch {
	case !signed || err != nil:
		n.fail("%s is not a deviation; write it like ±50 %%", n.shown())
	case bp == 10000:
		n.fail("%s lets a day without a single row pass; write less than 100 %%", n.shown())
	}
	return int64(bp)
}
