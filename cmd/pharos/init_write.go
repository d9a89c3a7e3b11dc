package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/pharos-analytics/pharos/pipeline/extract"
)

// companyGuess is what init believes about the company, with a comment for each line.
type companyGuess struct {
	name, currency, zone, language string
	currencyWhy, zoneWhy           string
}

// yamlWriter builds a pharos.yaml with comments.
type yamlWriter struct {
	strings.Builder
	dir string // absolute folder of the file, for relative paths
}

func (w *yamlWriter) linef(format string, args ...any) {
	fmt.Fprintf(w, format, args...)
	w.WriteByte('\n')
}

// comment writes lines that YAML ignores, whatever is in them.
func (w *yamlWriter) comment(indent, text string) { w.linef("%s# %s", indent, oneLine(text)) }

func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || unicode.IsPrint(r) {
			return r
		}
		return '·'
	}, s)
}

// configText writes the proposed configuration.
func configText(dir string, c companyGuess, sources []*foundSource, p *plan) string {
	w := &yamlWriter{dir: dir}
	w.comment("", "Proposed by pharos init from the names and values of your data. The comments say why; look at")
	w.comment("", "every line marked CHECK, then run: pharos check")
	w.linef("version: 1\n\ncompany:")
	w.linef("  name: %s # CHECK: as it stands on the report", yamlText(c.name))
	w.linef("  currency: %s # %s", yamlText(c.currency), c.currencyWhy)
	w.linef("  time_zone: %s # %s", yamlText(c.zone), c.zoneWhy)
	w.linef("  language: %s\n\nsources:", c.language)
	for i, s := range sources {
		if slices.ContainsFunc(p.mappings, func(m *proposal) bool { return m.from.source == i }) {
			w.source(s)
		}
	}
	w.linef("\nsecrets: { key_file: secrets/key } # keys row ids; keep it out of version control\n\ndata:")
	for i, m := range p.mappings {
		if i == 0 || p.mappings[i-1].table.Name != m.table.Name {
			w.table(m.table.Name, p.mappings, sources)
		}
	}
	for _, other := range p.others {
		w.comment("  ", other)
	}
	for _, n := range p.almost() {
		w.comment("  ", n.almost())
	}
	w.funnel(p)
	w.linef("\ntiers:\n  zero: { within_share_of_revenue: 1 %% } # hardly any customer earns exactly nothing")
	w.suppression(p)
	return w.String()
}

// suppression says what target lists need, which no guess can give.
func (w *yamlWriter) suppression(p *plan) {
	if slices.ContainsFunc(p.mappings, func(m *proposal) bool { return m.table.Name == "suppressions" }) {
		return
	}
	w.linef("")
	w.comment("", "CHECK: no table of people who must not be contacted was found. Until data.suppressions is mapped,")
	w.comment("", "target lists are withheld. If nobody has ever objected, say so by taking the # away:")
	w.comment("", "suppression: { required: false }")
}

func (w *yamlWriter) source(s *foundSource) {
	for _, note := range s.notes {
		w.comment("  ", note)
	}
	w.linef("  %s:\n    %s: { %s }", yamlText(s.spec.Name), s.spec.Kind(), strings.Join(w.settings(s.spec), ", "))
}

// settings are the source's keys that differ from their defaults.
func (w *yamlWriter) settings(s extract.Spec) []string {
	var out []string
	add := func(key, value string) {
		if value != "" {
			out = append(out, key+": "+yamlText(value))
		}
	}
	number := func(key string, v int) {
		if v > 1 || v == 1 && key == "skip_rows" {
			out = append(out, fmt.Sprintf("%s: %d", key, v))
		}
	}
	if server := s.Server(); server != nil {
		add("host", server.Host)
		if server.Port != 0 {
			out = append(out, fmt.Sprintf("port: %d", server.Port))
		}
		add("database", server.Database)
		add("user", server.User)
		add("password_env", server.PasswordEnv)
		add("tls", server.TLS)
		return out
	}
	add("path", w.relative(s.FilePath()))
	switch {
	case s.CSV != nil:
		add("encoding", s.CSV.Encoding)
		add("delimiter", strings.ReplaceAll(s.CSV.Delimiter, "\t", "tab"))
		add("quote", s.CSV.Quote)
		add("decimal", s.CSV.Decimal)
		out = append(out, yamlList("null", s.CSV.Null)...)
		if s.CSV.Header != nil && !*s.CSV.Header {
			out = append(out, "header: false")
		}
		out = append(out, yamlList("columns", s.CSV.Columns)...)
		number("header_row", s.CSV.HeaderRow)
		add("stop_at", s.CSV.StopAt)
		if s.CSV.Trim {
			out = append(out, "trim: true")
		}
	case s.Excel != nil:
		add("sheet", s.Excel.Sheet)
		number("header_row", s.Excel.HeaderRow)
		add("stop_at", s.Excel.StopAt)
	case s.Fixed != nil:
		add("encoding", s.Fixed.Encoding)
		number("skip_rows", s.Fixed.SkipRows)
		var columns []string
		for _, c := range s.Fixed.Columns {
			columns = append(columns, fmt.Sprintf("%s: %d-%d", yamlText(c.Name), c.From, c.To))
		}
		out = append(out, "columns: { "+strings.Join(columns, ", ")+" }")
	}
	return out
}

// relative writes a path as seen from the configuration, with slashes.
func (w *yamlWriter) relative(p string) string {
	if rel, err := filepath.Rel(w.dir, p); err == nil {
		p = rel
	}
	return filepath.ToSlash(p)
}

// table writes all mappings of one canonical table: one as it is, several as a list.
func (w *yamlWriter) table(name string, all []*proposal, sources []*foundSource) {
	var own []*proposal
	for _, m := range all {
		if m.table.Name == name {
			own = append(own, m)
		}
	}
	w.linef("  %s:", name)
	for _, m := range own {
		first, rest := "    ", "    "
		if len(own) > 1 {
			first, rest = "    - ", "      "
		}
		if m.note != "" {
			w.comment("    ", m.note)
		}
		w.linef("%ssource: %s", first, yamlText(sources[m.from.source].spec.Name))
		w.mapping(rest, m, sources[m.from.source].spec)
	}
}

func (w *yamlWriter) mapping(indent string, m *proposal, spec extract.Spec) {
	switch {
	case m.query != "":
		w.linef("%sselect: |\n%s  %s", indent, indent, strings.ReplaceAll(m.query, "\n", "\n"+indent+"  "))
	case m.from.relation != "" && spec.Excel != nil:
		w.linef("%ssheet: %s", indent, yamlText(m.from.relation))
	case m.from.relation != "" && spec.FilePath() == "" || spec.SQLite != nil:
		w.linef("%stable: %s", indent, yamlText(m.from.relation))
	}
	if m.derived {
		w.linef("%sdistinct: true", indent)
	}
	w.linef("%scolumns:", indent)
	for _, g := range m.columns {
		reason := g.why
		if len(g.sample) > 0 {
			reason = because(reason, strings.Join(g.sample, ", "))
		}
		if reason != "" {
			reason = " # " + oneLine(reason)
		}
		w.linef("%s  %s: %s%s", indent, g.Name, columnText(g.ColumnMapping), reason)
	}
	if len(m.unmapped) > 0 {
		w.comment(indent, "not mapped: "+strings.Join(m.unmapped, ", "))
	}
}

// columnText is the short form of a mapped column, or its full form.
func columnText(c extract.ColumnMapping) string {
	parts := []string{}
	add := func(key, value string) {
		if value != "" {
			parts = append(parts, key+": "+yamlText(value))
		}
	}
	add("column", c.Column)
	add("compute", c.Compute)
	add("strip_suffix", c.Suffix)
	add("format", c.Format)
	if len(parts) == 1 && c.Column != "" {
		return yamlText(c.Column)
	}
	return "{ " + strings.Join(parts, ", ") + " }"
}

func yamlList(key string, values []string) []string {
	if len(values) == 0 {
		return nil
	}
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = yamlText(v)
	}
	return []string{key + ": [" + strings.Join(quoted, ", ") + "]"}
}

// yamlText writes a text so that YAML reads it back unchanged, in block and in flow style:
// without quotes where no character could mean anything else.
func yamlText(s string) string {
	plain := s != "" && !slices.Contains([]string{"true", "false", "null", "yes", "no", "on", "off", "y", "n"}, strings.ToLower(s))
	for i, r := range s {
		letter := unicode.IsLetter(r) || r == '_'
		inner := unicode.IsDigit(r) || r == '-' || r == '.' || r == '/' || r == '(' || r == ')' || r == '*'
		if !letter && (i == 0 || !inner) {
			plain = plain && r == ' ' && i > 0 && i < len(s)-1
		}
	}
	if plain {
		return s
	}
	return strconv.Quote(s)
}

func quoted(s string) string { return strconv.Quote(visible(s)) }
