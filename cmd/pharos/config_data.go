package main

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/pharos-analytics/pharos/pipeline/extract"
	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// dataSection is what the sections data and raw say.
type dataSection struct {
	mappings []extract.Mapping
	goods    string // of returns: restocked, lost
}

// data decodes the canonical tables' mappings, each a single one or a list in order of precedence.
func (d *decoder) data(n node, sources []extract.Spec) dataSection {
	var out dataSection
	for _, m := range n.members() {
		table, ok := lake.TableNamed(m.key)
		if !ok {
			d.add(m.keyAt.Line, m.keyAt.Column, "unknown table %q in data%s; tables of your own go under raw", m.key, nearestHint(m.key, tableNames()))
			continue
		}
		list := []node{m.node}
		if m.y.Kind == yaml.SequenceNode {
			list = m.items()
		}
		if len(list) == 0 {
			m.fail("has no mapping")
		}
		for i, item := range list {
			mapping := extract.Mapping{Table: table.Name, Index: i, Pos: item.pos()}
			item.mapping(func(f *fields) {
				f.relation(&mapping, sources)
				f.columns(&mapping, table)
				if table.Name == "customers" {
					mapping.Attributes = f.get("attributes").attributes(table)
				}
				if table.Name == "returns" {
					f.goods(&out)
				}
			})
			out.mappings = append(out.mappings, mapping)
		}
	}
	return out
}

func tableNames() []string {
	var names []string
	for _, t := range lake.Canonical() {
		names = append(names, t.Name)
	}
	return names
}

// raw decodes the tables that are kept under their own names for own models.
func (d *decoder) raw(n node, sources []extract.Spec) []extract.Mapping {
	taken := append(tableNames(), "persons", "customer_attributes", "quarantine", "duplicate_keys")
	var out []extract.Mapping
	for _, m := range n.members() {
		if !isRelationName(m.key) || slices.Contains(taken, m.key) {
			d.add(m.keyAt.Line, m.keyAt.Column, "raw table %q: choose a name of a-z, 0-9 and _ that no table of Pharos has", m.key)
		}
		mapping := extract.Mapping{Table: m.key, Raw: true, Pos: m.pos()}
		m.mapping(func(f *fields) {
			f.relation(&mapping, sources)
			f.rawColumns(&mapping)
		})
		out = append(out, mapping)
	}
	return out
}

// rawColumns decodes the columns of a raw table: a list of names, whose types are the source's, or
// name: type.
func (f *fields) rawColumns(m *extract.Mapping) {
	n := f.need("columns", "the columns to keep")
	if !n.present() || n.y.Kind != yaml.MappingNode {
		for _, name := range n.distinct() {
			m.Columns = append(m.Columns, extract.ColumnMapping{Name: name, Column: name, Pos: n.pos()})
		}
		return
	}
	m.Typed = true
	for _, c := range n.members() {
		column := extract.ColumnMapping{Name: c.key, Column: c.key, Pos: c.pos()}
		var ok bool
		if column.Type, ok = extract.TypeNamed(c.text("")); !ok {
			c.fail("%s is not a type that the lake keeps; it is text, bigint, integer, decimal(12,2) with at most 18 digits, date, timestamp, timestamptz or boolean", c.shown())
		}
		m.Columns = append(m.Columns, column)
	}
}

func isRelationName(s string) bool {
	return isVariable(s) && s == strings.ToLower(s)
}

// relation decodes where the rows come from: source and table, sheet or select, and which rows.
func (f *fields) relation(m *extract.Mapping, sources []extract.Spec) {
	at := f.need("source", "the name of a source")
	m.Source = at.text("")
	kind, names := "", []string{}
	for _, s := range sources {
		names = append(names, s.Name)
		if s.Name == m.Source {
			kind = s.Kind()
		}
	}
	if m.Source != "" && !slices.Contains(names, m.Source) {
		at.fail("no source is named %q%s", m.Source, nearestHint(m.Source, names))
	}
	table, sheet, query := f.get("table"), f.get("sheet"), f.get("select")
	m.Where = f.get("where").conditions()
	distinct := f.get("distinct")
	m.Distinct = distinct.flag(false)
	if m.Distinct && m.Table != "customers" && m.Table != "products" {
		distinct.fail("is for customers and products: elsewhere a repeated key is reported, never left out")
	}
	m.Select = strings.TrimSpace(query.text(""))
	switch kind {
	case "": // the source is unknown and reported
	case "postgres", "mysql", "sqlite":
		m.Relation = table.text("")
		f.oneOf("table", "select")
		if sheet.present() {
			sheet.fail("belongs to workbooks; name a table")
		}
	default:
		m.Relation = sheet.text("")
		if sheet.present() && kind != "excel" {
			sheet.fail("belongs to workbooks; source %s is %s", m.Source, kind)
		}
		if table.present() {
			table.fail("belongs to databases; source %s is %s, whose files are one relation", m.Source, kind)
		}
		if query.present() {
			query.fail("needs SELECTs over extracted files, which this version does not do yet; map the columns instead")
		}
	}
}

// conditions decodes where: {column: value} or {column: [values]}; all must hold.
func (n node) conditions() []extract.Condition {
	if !n.present() {
		return nil
	}
	var out []extract.Condition
	for _, m := range n.members() {
		values := m.texts()
		if len(values) == 0 {
			m.fail("needs a value or a list of values")
		}
		out = append(out, extract.Condition{Column: m.key, Values: values})
	}
	return out
}

// columns decodes the column map of a canonical table, in canonical order, and reports required
// columns that nobody fills. A select without a map names its columns canonically itself.
func (f *fields) columns(m *extract.Mapping, table lake.Table) {
	n := f.get("columns")
	if !n.present() {
		if m.Select == "" {
			f.need("columns", "canonical column: source column")
		}
		return
	}
	known := columnNames(table)
	for _, c := range n.members() {
		column, ok := table.Column(c.key)
		if !ok {
			f.d.add(c.keyAt.Line, c.keyAt.Column, "unknown column %q in %s%s", c.key, n.name(), nearestHint(c.key, known))
			continue
		}
		m.Columns = append(m.Columns, c.column(column))
	}
	slices.SortStableFunc(m.Columns, func(a, b extract.ColumnMapping) int {
		return slices.Index(known, a.Name) - slices.Index(known, b.Name)
	})
	if n.y.Kind != yaml.MappingNode {
		return
	}
	if missing := missingColumns(table, m.Columns); len(missing) > 0 {
		n.fail("required columns are not mapped: %s", strings.Join(missing, ", "))
	}
}

func columnNames(t lake.Table) []string {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
	}
	return names
}

// missingColumns are the required columns of a table that no mapping fills.
func missingColumns(t lake.Table, mapped []extract.ColumnMapping) []string {
	filled := func(name string) bool {
		return slices.ContainsFunc(mapped, func(c extract.ColumnMapping) bool { return c.Name == name })
	}
	var missing []string
	for _, c := range t.Columns {
		if c.Required && !filled(c.Name) {
			missing = append(missing, c.Name)
		}
	}
	if t.Name == "suppressions" && !filled("customer_id") && !filled("contact") {
		missing = append(missing, "customer_id or contact")
	}
	return missing
}

// column decodes one canonical column: the name of a source column, or its full form.
func (n node) column(c lake.Column) extract.ColumnMapping {
	out := extract.ColumnMapping{Name: c.Name, Pos: n.pos()}
	if n.y.Kind == yaml.ScalarNode {
		out.Column = n.text("")
		return out
	}
	n.mapping(func(f *fields) {
		f.oneOf("column", "compute", "value", "location")
		out.Column = f.get("column").text("")
		out.Compute = f.get("compute").text("")
		if v := f.get("value"); v.present() && v.is(yaml.ScalarNode) {
			text := v.y.Value
			out.Value = &text
		}
		out.Location = f.get("location").flag(false)
		out.Prefix = f.get("prefix").text("")
		out.Suffix = f.get("strip_suffix").text("")
		out.Format = f.get("format").text("")
		out.Negate = f.get("negate").flag(false)
		out.Values = f.get("values").words()
		f.fits(c, out)
	})
	return out
}

// words decodes values: {theirs: ours}.
func (n node) words() map[string]string {
	if !n.present() {
		return nil
	}
	out := map[string]string{}
	for _, m := range n.members() {
		out[m.key] = m.text("")
	}
	return out
}

// fits reports conversions that the column's type does not have.
func (f *fields) fits(c lake.Column, m extract.ColumnMapping) {
	isDate := c.Type == lake.Date || c.Type == lake.Timestamp
	isNumber := c.Type.Scale() > 0 || c.Type == lake.Integer
	for _, rule := range []struct {
		key  string
		used bool
		ok   bool
		only string
	}{
		{"format", m.Format != "", isDate, "dates"},
		{"negate", m.Negate, isNumber, "numbers"},
		{"compute", m.Compute != "", isNumber, "numbers"},
		{"prefix", m.Prefix != "", c.Type == lake.Text, "ids and texts"},
		{"strip_suffix", m.Suffix != "", c.Type == lake.Text, "ids and texts"},
	} {
		if rule.used && !rule.ok {
			f.get(rule.key).fail("is for %s; %s is not one", rule.only, c.Name)
		}
	}
}

// attributes are further columns of customers, kept under their own names.
func (n node) attributes(t lake.Table) []string {
	names := n.distinct()
	for _, name := range names {
		if _, ok := t.Column(name); ok {
			n.fail("%q is a column of customers already; map it under columns", name)
		}
	}
	return names
}

// goods decodes what becomes of returned goods, once for all mappings of returns.
func (f *fields) goods(out *dataSection) {
	n := f.get("goods")
	word := n.word("", "restocked", "lost")
	if out.goods != "" && word != "" && word != out.goods {
		n.fail("differs from the other mapping of returns; one rule holds for all")
	}
	if word != "" {
		out.goods = word
	}
}
