package extract

import (
	"fmt"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// types are the source columns whose text nothing needs, with what they become. They are those
// that exactly one rule reads, and that rule only parses.
func (m *Mapper) types() map[string]lake.Type {
	types, readers := map[string]lake.Type{}, map[string]int{}
	for i := range m.columns {
		c := &m.columns[i]
		for _, name := range c.inputs() {
			readers[name]++
		}
		if c.parsesOnly() && !slices.Contains(m.table.Key, c.Name) { // the key stands in places of bad rows
			types[c.Column] = c.column.Type
		}
	}
	for _, a := range m.attributes {
		readers[a]++
	}
	for _, w := range m.mapping.Where {
		readers[w.Column]++
	}
	for name := range types {
		if readers[name] > 1 {
			delete(types, name)
		}
	}
	return types
}

// parsesOnly says that a rule takes a source column's value as it is.
func (c *columnRule) parsesOnly() bool {
	return c.Column != "" && c.column.Type != lake.Text && len(c.Values) == 0 && c.Format == ""
}

// input finds an input column of the record: text, or typed where types asked for it.
func (b *batch) input(name string) (arrow.Array, error) {
	at := b.rec.Schema().FieldIndices(name)
	if len(at) == 0 {
		_, err := b.source(name)
		return nil, err
	}
	return b.rec.Column(at[0]), nil
}

// take fills a column from typed values, which are in range and exact: that is the source's part.
func (b *batch) take(c *columnRule, in arrow.Array, set func(int, arrow.Array)) error {
	t := c.column.Type
	if t == lake.Timestamp {
		if times, ok := in.(*array.Timestamp); ok {
			b.takeTimes(c, times, set)
			return nil
		}
	}
	if !arrow.TypeEqual(in.DataType(), t.Arrow()) {
		return fmt.Errorf("map %s: column %q of source %s is %s; %s is needed", b.m.table.Name, c.Column, b.m.mapping.Source, in.DataType(), t)
	}
	if c.Negate {
		in = negated(in)
	} else {
		in.Retain()
	}
	set(c.out, in)
	return nil
}

// takeTimes gives instants and the company's days. Wall-clock times are the company's.
func (b *batch) takeTimes(c *columnRule, in *array.Timestamp, set func(int, arrow.Array)) {
	naive := in.DataType().(*arrow.TimestampType).TimeZone == ""
	valid := validityOf(in)
	out, days := make([]int64, b.n), make([]int32, b.n)
	clock := &b.state.clock
	for row, v := range in.TimestampValues() {
		if valid.nulls > 0 && in.IsNull(row) {
			continue
		}
		micros := int64(v)
		if naive {
			days[row] = int32(floorDiv(micros, microsPerDay))
			out[row] = clock.toUTC(days[row], micros-int64(days[row])*microsPerDay)
		} else {
			out[row], days[row] = micros, clock.dayOf(micros)
		}
	}
	set(c.out, longColumn(lake.Timestamp.Arrow(), out, valid))
	set(c.out+1, dayColumn(days, valid))
}

// validityOf copies which rows hold a value.
func validityOf(in arrow.Array) *bitmap {
	valid := newBitmap(in.Len())
	if in.NullN() > 0 {
		for row := range in.Len() {
			if in.IsNull(row) {
				valid.clear(row)
			}
		}
	}
	return valid
}

// negated changes the sign of numbers.
func negated(in arrow.Array) arrow.Array {
	switch in := in.(type) {
	case *array.Int64:
		return longColumn(in.DataType(), changeSigns(in.Int64Values()), validityOf(in))
	case *array.Decimal64:
		values := arrow.Int64Traits.CastFromBytes(arrow.Decimal64Traits.CastToBytes(in.Values()))
		return longColumn(in.DataType(), changeSigns(values), validityOf(in))
	}
	return in
}

func changeSigns(values []int64) []int64 {
	out := make([]int64, len(values))
	for i, v := range values {
		out[i] = -v
	}
	return out
}
