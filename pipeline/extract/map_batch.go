package extract

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

func (c Context) zone() *time.Location {
	if c.Location == nil {
		return time.UTC
	}
	return c.Location
}

// mapState is what one worker keeps between records.
type mapState struct {
	clock    localTime
	operands []exact
	repeated map[int]arrow.Array // columns of one value or of NULL, by their place, for records of as many rows
}

// repeat gives a column that depends on the number of rows only, made once for many records.
func (s *mapState) repeat(column, rows int, make func() arrow.Array) arrow.Array {
	if s.repeated == nil {
		s.repeated = map[int]arrow.Array{}
	}
	a := s.repeated[column]
	if a == nil || a.Len() != rows {
		a = make()
		a.NullN() // counted here: several goroutines will ask
		s.repeated[column] = a
	}
	a.Retain()
	return a
}

// mappedRecord is what a record became.
type mappedRecord struct {
	rec      arrow.RecordBatch // rows that passed, in the source's order
	bad      []BadRow          // in the source's order
	filtered int64
	keys     arrow.RecordBatch // of an incremental mapping: the key of every row, kept or not
	leftOut  []string          // KeyText of the rows that where leaves out
	rounded  []int64           // per column of the mapper
	newest   int32             // newest own day of the rows that passed, if hasNewest
	dated    bool
}

// Map turns a source record into one of Table.LoadSchema (customers: names, contacts and
// attributes included; lake.Writer divides them). Rows that do not pass are given to bad, in
// order; rows that where leaves out vanish. The caller releases the result.
func (m *Mapper) Map(rec arrow.RecordBatch, bad func(BadRow) error) (arrow.RecordBatch, error) {
	out, err := m.mapRecord(rec, &mapState{}, 0)
	if err != nil {
		return nil, err
	}
	for _, b := range out.bad {
		if err := bad(b); err != nil {
			out.rec.Release()
			return nil, err
		}
	}
	return out.rec, nil
}

// The fate of a row.
const (
	rowKept = iota
	rowFiltered
	rowBad
)

// problem is why a row is bad: its first failing column, in canonical order.
type problem struct {
	row          int
	rule, column string
	value        string
}

// batch is a record on its way.
type batch struct {
	m        *Mapper
	state    *mapState
	rec      arrow.RecordBatch
	n        int
	fate     []uint8
	problems []problem
	filtered int64
	rounded  int64 // of the column at hand

	keyColumns []arrow.Array // of an incremental mapping, all rows
}

func newBatch(m *Mapper, state *mapState, rec arrow.RecordBatch, n int) *batch {
	if state.clock.location == nil {
		state.clock.location = m.company.zone()
	}
	return &batch{m: m, state: state, rec: rec, n: n, fate: make([]uint8, n)}
}

// fail marks a row bad, unless it is out already.
func (b *batch) fail(row int, rule string, c *columnRule, value string) {
	if b.fate[row] == rowKept {
		b.fate[row] = rowBad
		b.problems = append(b.problems, problem{row, rule, c.Name, value})
	}
}

// mapRecord maps one record; base is the number of rows that came before it.
func (m *Mapper) mapRecord(rec arrow.RecordBatch, state *mapState, base int64) (mappedRecord, error) {
	b := newBatch(m, state, rec, int(rec.NumRows()))
	if err := b.where(); err != nil {
		return mappedRecord{}, err
	}
	out := mappedRecord{rounded: make([]int64, len(m.columns))}
	columns := make([]arrow.Array, m.schema.NumFields())
	defer func() {
		for _, c := range columns {
			if c != nil {
				c.Release()
			}
		}
	}()
	for i := range m.columns {
		c := &m.columns[i]
		b.rounded = 0
		if err := b.column(c, func(i int, a arrow.Array) { columns[i] = a }); err != nil {
			return mappedRecord{}, err
		}
		if m.mapping.Distinct && slices.Contains(m.table.Key, c.Name) {
			b.leaveOutNull(columns[c.out])
		}
		if c.column.Required && !c.column.Nullable {
			b.require(c, columns[c.out])
		}
		out.rounded[i] = b.rounded
	}
	b.requireSubject(columns)
	if err := b.origin(columns); err != nil {
		return mappedRecord{}, err
	}
	b.keys(&out, columns)
	if err := b.finish(&out, columns, base); err != nil {
		return mappedRecord{}, err
	}
	return out, nil
}

// source finds an input column of the record; a missing one is an error unless it is optional.
func (b *batch) source(name string) (*array.String, error) {
	at := b.rec.Schema().FieldIndices(name)
	if len(at) == 0 {
		var names []string
		for _, f := range b.rec.Schema().Fields() {
			names = append(names, f.Name)
		}
		return nil, fmt.Errorf("map %s: source %s gives no column %q; nearest: %s", b.m.table.Name, b.m.mapping.Source, name, nearestNames(name, names))
	}
	text, ok := b.rec.Column(at[0]).(*array.String)
	if !ok {
		return nil, fmt.Errorf("map %s: column %q of source %s is %s, not text", b.m.table.Name, name, b.m.mapping.Source, b.rec.Column(at[0]).DataType())
	}
	return text, nil
}

// where marks the rows that the mapping leaves out. NULL counts as the empty text.
func (b *batch) where() error {
	for _, w := range b.m.mapping.Where {
		in, err := b.source(w.Column)
		if err != nil {
			return err
		}
		for row := range b.n {
			value := ""
			if in.IsValid(row) {
				value = trimText(in.Value(row))
			}
			if b.fate[row] == rowKept && !slices.Contains(w.Values, value) {
				b.fate[row] = rowFiltered
				b.filtered++
			}
		}
	}
	return nil
}

// column fills one canonical column, and the local date beside a timestamp.
func (b *batch) column(c *columnRule, set func(int, arrow.Array)) error {
	if c.compute != nil {
		a, err := b.computed(c)
		if err == nil {
			set(c.out, a)
		}
		return err
	}
	if c.Location {
		a, err := b.places(c)
		if err == nil {
			set(c.out, a)
		}
		return err
	}
	if c.Value != nil {
		in := constantColumn(*c.Value, b.n)
		defer in.Release()
		b.convert(c, in, set)
		return nil
	}
	if c.optional && !b.rec.Schema().HasField(c.Column) {
		if c.column.Required {
			return fmt.Errorf("%s: the select for %s gives no column %s, which is required", c.Pos, b.m.table.Name, c.Name)
		}
		return nil
	}
	in, err := b.input(c.Column)
	if err != nil {
		return err
	}
	text, ok := in.(*array.String)
	if !ok {
		return b.take(c, in, set)
	}
	b.convert(c, text, set)
	return nil
}

// require quarantines rows in which a required column is NULL.
func (b *batch) require(c *columnRule, values arrow.Array) {
	if values.NullN() == 0 {
		return
	}
	for row := range b.n {
		if values.IsNull(row) {
			b.fail(row, RuleRequired, c, "")
		}
	}
}

// requireSubject: a suppression names a customer or a contact, otherwise it suppresses nobody.
func (b *batch) requireSubject(columns []arrow.Array) {
	if b.m.mapping.Raw || b.m.table.Name != "suppressions" {
		return
	}
	named := func(name string, row int) bool {
		c := columns[b.m.schema.FieldIndices(name)[0]]
		return c != nil && c.IsValid(row)
	}
	for row := range b.n {
		if !named("customer_id", row) && !named("contact", row) {
			b.fail(row, RuleRequired, &columnRule{ColumnMapping: ColumnMapping{Name: "customer_id or contact"}}, "")
		}
	}
}

// origin fills attributes, the columns of origin, and NULL for what is not mapped.
func (b *batch) origin(columns []arrow.Array) error {
	set := func(name string, a arrow.Array) { columns[b.m.schema.FieldIndices(name)[0]] = a }
	for _, name := range b.m.attributes {
		in, err := b.source(name)
		if err != nil {
			return err
		}
		set(name, b.text(&columnRule{}, in))
	}
	repeat := func(name string, make func() arrow.Array) {
		set(name, b.state.repeat(b.m.schema.FieldIndices(name)[0], b.n, make))
	}
	repeat(lake.SourceColumn, func() arrow.Array { return constantColumn(b.m.mapping.Source, b.n) })
	repeat(lake.MappingColumn, func() arrow.Array {
		return longColumn(arrow.PrimitiveTypes.Int64, slices.Repeat([]int64{int64(b.m.mapping.Index)}, b.n), nil)
	})
	for i, f := range b.rec.Schema().Fields() {
		if at := b.m.schema.FieldIndices(f.Name); f.Name == FileColumn || f.Name == LineColumn {
			if a := b.rec.Column(i); columns[at[0]] == nil && arrow.TypeEqual(a.DataType(), b.m.schema.Field(at[0]).Type) {
				a.Retain()
				columns[at[0]] = a
			}
		}
	}
	for i, f := range b.m.schema.Fields() {
		if columns[i] == nil {
			columns[i] = b.state.repeat(i, b.n, func() arrow.Array { return array.MakeArrayOfNull(memory.DefaultAllocator, f.Type, b.n) })
		}
	}
	return nil
}

// finish drops the rows that are out and reports the bad ones with their places.
func (b *batch) finish(out *mappedRecord, columns []arrow.Array, base int64) error {
	slices.SortStableFunc(b.problems, func(x, y problem) int { return cmp.Compare(x.row, y.row) })
	for _, p := range b.problems {
		out.bad = append(out.bad, BadRow{
			Table: b.m.table.Name, Source: b.m.mapping.Source, Location: b.location(p.row, base),
			Rule: p.rule, Column: p.column, Value: printable([]byte(p.value)), Key: b.keyText(p.row),
		})
	}
	out.filtered = b.filtered
	kept := columns
	rows := b.n
	if gone := len(b.problems) + int(b.filtered); gone > 0 {
		rows -= gone
		kept = make([]arrow.Array, len(columns))
		keep := make([]int32, 0, rows)
		for row, fate := range b.fate {
			if fate == rowKept {
				keep = append(keep, int32(row))
			}
		}
		for i, c := range columns {
			kept[i] = keepRows(c, keep)
			defer kept[i].Release()
		}
	}
	if day := b.m.table.Day; day != "" {
		days, ok := kept[b.m.schema.FieldIndices(day)[0]].(*array.Date32)
		if !ok {
			return errors.New("map " + b.m.table.Name + ": its day is no date")
		}
		for row := range rows {
			if days.IsValid(row) && (!out.dated || int32(days.Value(row)) > out.newest) {
				out.newest, out.dated = int32(days.Value(row)), true
			}
		}
	}
	out.rec = array.NewRecordBatch(b.m.schema, kept, int64(rows))
	return nil
}

// location says where a row is to be found: file and line, or the key as the source writes it.
func (b *batch) location(row int, base int64) string {
	schema := b.rec.Schema()
	if file, line := schema.FieldIndices(FileColumn), schema.FieldIndices(LineColumn); len(file) > 0 && len(line) > 0 {
		return b.rec.Column(file[0]).ValueStr(row) + ":" + b.rec.Column(line[0]).ValueStr(row)
	}
	var parts []string
	for _, key := range b.m.table.Key {
		for _, c := range b.m.columns {
			at := schema.FieldIndices(c.Column)
			if c.Name != key || c.Column == "" || len(at) == 0 {
				continue
			}
			value := "NULL"
			if b.rec.Column(at[0]).IsValid(row) {
				value = printable([]byte(b.rec.Column(at[0]).ValueStr(row)))
			}
			parts = append(parts, key+":"+value)
		}
	}
	if len(parts) == 0 {
		return fmt.Sprintf("row=%d", base+int64(row)+1) // sources read in a stable order
	}
	return "key=" + strings.Join(parts, ",")
}
