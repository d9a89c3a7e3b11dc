package extract

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// Mapper turns the text records of one source relation into records of a canonical table. It is
// made once per mapping and may be used by several goroutines.
type Mapper struct {
	mapping    Mapping
	table      lake.Table
	company    Context
	comma      bool
	columns    []columnRule // in canonical order
	attributes []string
	schema     *arrow.Schema
	keys       *arrow.Schema // of the key of an incremental mapping; nil for others
	keyColumns []string      // its columns in the source
	seed       string
}

// columnRule is one compiled column mapping.
type columnRule struct {
	ColumnMapping
	column   lake.Column
	out      int // place in the loaded schema
	format   dateFormat
	compute  *expression
	optional bool // a column that a SELECT may leave out
	currency bool // its value is a currency: the company's, unless there are exchange rates
	ownDay   bool // it dates the table: lake.Table.Day
	verbatim bool // raw tables: not trimmed, blank stays blank
}

// Compile checks a mapping and prepares it. columns are the source's columns as Describe gives
// them; nil where they are not known yet (a SELECT). All problems are reported at once, each with
// its place in pharos.yaml.
func Compile(m Mapping, spec Spec, company Context, columns []string) (*Mapper, error) {
	out := &Mapper{mapping: m, company: company, comma: spec.DecimalComma(), attributes: m.Attributes}
	var errs []error
	if out.table, errs = targetOf(m); errs != nil {
		return nil, errors.Join(errs...)
	}
	mapped := m.Columns
	if m.Select != "" && len(m.Columns) == 0 {
		mapped = nil
		for _, c := range out.table.Columns {
			mapped = append(mapped, ColumnMapping{Name: c.Name, Column: c.Name, Pos: m.Pos})
		}
	}
	for _, c := range mapped {
		rule, err := out.compile(c)
		rule.optional = len(m.Columns) == 0
		errs = append(errs, err)
		out.columns = append(out.columns, rule)
	}
	errs = append(errs, out.checkRequired()...)
	errs = append(errs, out.checkSource(columns)...)
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	if err := out.aim(out.table); err != nil {
		return nil, err
	}
	if err := out.checkConstants(); err != nil {
		return nil, err
	}
	if err := out.aimKey(); err != nil {
		return nil, err
	}
	var err error
	out.seed, err = seedOf(m, company)
	return out, err
}

// targetOf is the table that a mapping fills.
func targetOf(m Mapping) (lake.Table, []error) {
	if m.Raw {
		var columns []lake.Column
		var errs []error
		for _, c := range m.Columns {
			if reserved(c.Name) {
				errs = append(errs, fmt.Errorf("%s: raw table %s cannot keep a column named %s: the lake uses that name itself", c.Pos, m.Table, c.Name))
			}
			columns = append(columns, lake.Column{Name: c.Name, Type: c.Type})
		}
		if len(columns) == 0 {
			errs = append(errs, fmt.Errorf("%s: raw table %s lists no columns", m.Pos, m.Table))
		}
		return lake.RawTable(m.Table, columns), errs
	}
	if t, ok := lake.TableNamed(m.Table); ok {
		return t, nil
	}
	var names []string
	for _, t := range lake.Canonical() {
		names = append(names, t.Name)
	}
	return lake.Table{}, []error{fmt.Errorf("%s: there is no table %q; nearest: %s", m.Pos, m.Table, nearestNames(m.Table, names))}
}

func reserved(name string) bool {
	return slices.Contains([]string{lake.SourceColumn, lake.MappingColumn, lake.FileColumn, lake.LineColumn}, name)
}

func (m *Mapper) compile(c ColumnMapping) (columnRule, error) {
	rule := columnRule{ColumnMapping: c, verbatim: m.mapping.Raw}
	if c.Pos == "" {
		rule.Pos = m.mapping.Pos
	}
	fail := func(format string, args ...any) (columnRule, error) {
		return rule, fmt.Errorf("%s: %s.%s: %s", rule.Pos, m.table.Name, c.Name, fmt.Sprintf(format, args...))
	}
	var ok bool
	if rule.column, ok = m.table.Column(c.Name); !ok {
		var names []string
		for _, known := range m.table.Columns {
			names = append(names, known.Name)
		}
		return fail("%s has no such column; nearest: %s", m.table.Name, nearestNames(c.Name, names))
	}
	t := rule.column.Type
	number, dated := t.IsNumber(), t == lake.Date || t.IsTime()
	given := 0
	for _, set := range []bool{c.Column != "", c.Compute != "", c.Value != nil, c.Location} {
		if set {
			given++
		}
	}
	switch {
	case given != 1:
		return fail("give one of column, compute, value and location")
	case c.Location && t != lake.Text:
		return fail("location is for ids and text")
	case c.Compute != "" && t.Scale() == 0:
		return fail("compute is for amounts, prices, quantities and rates")
	case c.Compute != "" && len(c.Values) > 0:
		return fail("compute takes numbers: values: does not apply")
	case (c.Prefix != "" || c.Suffix != "") && t != lake.Text:
		return fail("prefix and strip_suffix are for ids and text")
	case c.Format != "" && !dated:
		return fail("format is for dates")
	case c.Negate && !number:
		return fail("negate is for amounts")
	}
	var err error
	if c.Compute != "" {
		if rule.compute, err = compileExpression(c.Compute); err != nil {
			return fail("%v", err)
		}
	}
	if dated {
		if rule.format, err = compileFormat(c.Format); err != nil {
			return fail("%v", err)
		}
	}
	// exchange_rates.currency is its key and names the other currencies.
	rule.currency = !m.mapping.Raw && c.Name == "currency" && !slices.Contains(m.table.Key, "currency") && m.company.Currency != ""
	rule.ownDay = m.table.Day != "" && (c.Name == m.table.Day || t == lake.Timestamp && lake.LocalDate(c.Name) == m.table.Day)
	return rule, nil
}

// checkRequired reports required columns that nothing fills. Of a SELECT that names its columns
// itself this is known when its first record arrives.
func (m *Mapper) checkRequired() []error {
	var errs []error
	for _, c := range m.table.Columns {
		if c.Required && !m.maps(c.Name) {
			errs = append(errs, fmt.Errorf("%s: %s.%s is required and not mapped", m.mapping.Pos, m.table.Name, c.Name))
		}
	}
	if m.table.Name == "suppressions" && !m.mapping.Raw && !m.maps("customer_id") && !m.maps("contact") {
		errs = append(errs, fmt.Errorf("%s: suppressions needs customer_id or contact, and neither is mapped", m.mapping.Pos))
	}
	if len(m.attributes) > 0 && m.table.Name != "customers" {
		errs = append(errs, fmt.Errorf("%s: attributes are for customers, not for %s", m.mapping.Pos, m.table.Name))
	}
	for _, a := range m.attributes {
		if at := m.table.LoadSchema(nil).FieldIndices(a); len(at) > 0 {
			errs = append(errs, fmt.Errorf("%s: attribute %s has the name of a column of customers: map it there", m.mapping.Pos, a))
		}
	}
	return errs
}

func (m *Mapper) maps(name string) bool {
	return slices.ContainsFunc(m.columns, func(r columnRule) bool { return r.Name == name })
}

// checkSource reports source columns that are not there.
func (m *Mapper) checkSource(columns []string) []error {
	if columns == nil {
		return nil
	}
	var errs []error
	missing := func(name, pos, what string) {
		if !slices.Contains(columns, name) {
			errs = append(errs, fmt.Errorf("%s: %s: source %s has no column %q; nearest: %s", pos, what, m.mapping.Source, name, nearestNames(name, columns)))
		}
	}
	for _, c := range m.columns {
		if !c.optional {
			for _, name := range c.inputs() {
				missing(name, c.Pos, m.table.Name+"."+c.Name)
			}
		}
	}
	for _, a := range m.attributes {
		missing(a, m.mapping.Pos, "attribute")
	}
	for _, w := range m.mapping.Where {
		missing(w.Column, m.mapping.Pos, "where")
	}
	return errs
}

// inputs are the source columns that a rule reads.
func (r *columnRule) inputs() []string {
	switch {
	case r.compute != nil:
		return r.compute.columns
	case r.Column != "":
		return []string{r.Column}
	}
	return nil
}

// aim lays the loaded schema out: the mapper's own table, or the union of several raw mappings.
func (m *Mapper) aim(t lake.Table) error {
	m.table = t
	m.schema = t.LoadSchema(m.attributes)
	for i := range m.columns {
		at := m.schema.FieldIndices(m.columns[i].Name)
		if len(at) == 0 {
			return fmt.Errorf("%s: table %s has no column %s", m.columns[i].Pos, t.Name, m.columns[i].Name)
		}
		m.columns[i].out = at[0]
	}
	slices.SortStableFunc(m.columns, func(a, b columnRule) int { return a.out - b.out })
	return nil
}

// checkConstants maps each constant once, so that a wrong one is an error now and not in every row.
func (m *Mapper) checkConstants() error {
	var errs []error
	for _, c := range m.columns {
		if c.Value == nil || c.currency {
			continue
		}
		b := newBatch(m, &mapState{}, nil, 1)
		b.convert(&c, constantColumn(*c.Value, 1), func(int, arrow.Array) {})
		if len(b.problems) > 0 {
			errs = append(errs, fmt.Errorf("%s: %s.%s: the constant %q does not fit (%s)", c.Pos, m.table.Name, c.Name, *c.Value, b.problems[0].rule))
		}
	}
	return errors.Join(errs...)
}

// seedOf is what beside the rows decides a content id: the mapping, the zone and the currency.
func seedOf(m Mapping, company Context) (string, error) {
	m.Pos, m.Columns = "", slices.Clone(m.Columns)
	for i := range m.Columns {
		m.Columns[i].Pos = "" // moving a line of pharos.yaml changes nothing
	}
	text, err := json.Marshal(m)
	if err != nil {
		return "", fmt.Errorf("hash mapping of %s: %w", m.Table, err)
	}
	text = append(text, company.zone().String()+" "+company.Currency...)
	if company.HasRates && (m.Maps("currency") || len(m.Columns) == 0) { // rows in other currencies are no longer quarantined, or are again
		text = append(text, " and others"...)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16]), nil
}

// Seed is what, beside the rows, decides what is read: a hash of mapping, time zone and currency.
func (m *Mapper) Seed() string { return m.seed }

// Table is the table that the mapping fills.
func (m *Mapper) Table() lake.Table { return m.table }

// Query asks the source for exactly what the mapping needs, typed where nothing needs the text.
func (m *Mapper) Query() Query {
	return Query{
		Relation: m.mapping.Relation, Select: m.mapping.Select, Columns: m.SourceColumns(), Types: m.types(),
		Ordered: m.mapping.Distinct, // the first row of a key may not depend on where the rows lie
	}
}

// SourceColumns are the columns that are read, and no others: mapped ones, those of compute,
// where and attributes. It is nil for a SELECT that names its columns itself: all of them.
func (m *Mapper) SourceColumns() []string {
	var out []string
	add := func(name string) {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	for i := range m.columns {
		if m.columns[i].optional {
			return nil
		}
		for _, name := range m.columns[i].inputs() {
			add(name)
		}
	}
	for _, a := range m.attributes {
		add(a)
	}
	for _, w := range m.mapping.Where {
		add(w.Column)
	}
	return out
}

// mapped are the canonical columns that are filled from a record of the schema (nil: of any).
func (m *Mapper) mapped(schema *arrow.Schema) []string {
	var out []string
	for _, c := range m.columns {
		if c.optional && (schema == nil || !schema.HasField(c.Column)) {
			continue
		}
		out = append(out, c.Name)
		if c.column.Type == lake.Timestamp {
			out = append(out, lake.LocalDate(c.Name))
		}
	}
	if len(m.attributes) > 0 {
		out = append(out, "attribute", "value")
	}
	return out
}
