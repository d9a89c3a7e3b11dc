package extract

import (
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// aimKey finds the canonical columns that hold the key of an incremental mapping: by them the lake
// finds a row again, so each must be a column of the source as it is.
func (m *Mapper) aimKey() error {
	inc := m.mapping.Incremental
	if inc == nil {
		return nil
	}
	if m.mapping.Distinct {
		return fmt.Errorf("%s: distinct keeps the first row of a key among all rows: it does not go with incremental", m.mapping.Pos)
	}
	m.keyColumns = inc.Key
	var fields []arrow.Field
	for _, key := range inc.Key {
		i := slices.IndexFunc(m.columns, func(r columnRule) bool { return r.Column == key && len(r.Values) == 0 })
		if i < 0 {
			return fmt.Errorf("%s: incremental: key column %q is not mapped as it is to a column of %s: the lake could not find its rows again", m.mapping.Pos, key, m.table.Name)
		}
		fields = append(fields, m.schema.Field(m.columns[i].out))
	}
	if m.table.Name == "customers" && !m.mapping.Raw && (len(fields) != 1 || fields[0].Name != "customer_id") {
		return fmt.Errorf("%s: incremental: the key of customers is the column that is mapped to customer_id", m.mapping.Pos)
	}
	m.keys = arrow.NewSchema(fields, nil)
	return nil
}

// KeyColumns are the canonical columns of an incremental mapping's key, in its order.
func (m *Mapper) KeyColumns() []string {
	if m.keys == nil {
		return nil
	}
	var names []string
	for _, f := range m.keys.Fields() {
		names = append(names, f.Name)
	}
	return names
}

// keys gives the keys of all rows of a record, before any of them is left out.
func (b *batch) keys(out *mappedRecord, columns []arrow.Array) {
	if b.m.keys == nil {
		return
	}
	b.keyColumns = make([]arrow.Array, b.m.keys.NumFields())
	for i, f := range b.m.keys.Fields() {
		b.keyColumns[i] = columns[b.m.schema.FieldIndices(f.Name)[0]]
	}
	out.keys = array.NewRecordBatch(b.m.keys, b.keyColumns, int64(b.n))
	for row, fate := range b.fate {
		if fate == rowFiltered {
			out.leftOut = append(out.leftOut, b.keyText(row))
		}
	}
}

// keyText is the key of a row, empty where the mapping has none.
func (b *batch) keyText(row int) string {
	if b.m.keys == nil {
		return ""
	}
	return RowKey(b.keyColumns, row)
}

// RowKey is the KeyText of a row of key columns.
func RowKey(columns []arrow.Array, row int) string {
	parts := make([]*string, len(columns))
	for i, col := range columns {
		if col.IsValid(row) {
			text := col.ValueStr(row)
			parts[i] = &text
		}
	}
	return strings.Clone(KeyText(parts)) // the record's memory is used again
}

// SourceKeys writes keys of the lake as the source does, for comparing them.
type SourceKeys struct{ prefixes []string }

// SourceKeys is not ok where the mapping changes a key so that there is no way back.
func (m *Mapper) SourceKeys() (keys SourceKeys, ok bool) {
	for _, f := range m.keys.Fields() {
		rule := m.columns[slices.IndexFunc(m.columns, func(r columnRule) bool { return r.Name == f.Name })]
		if rule.Suffix != "" || !slices.Contains([]lake.Type{lake.Text, lake.Integer, lake.Integer32}, rule.column.Type) {
			return keys, false
		}
		keys.prefixes = append(keys.prefixes, rule.Prefix)
	}
	return keys, true
}

// Append writes the key of a row of the lake.
func (s SourceKeys) Append(dst []byte, columns []arrow.Array, row int) []byte {
	for i, col := range columns {
		if i > 0 {
			dst = append(dst, keySeparator...)
		}
		switch text, isText := col.(*array.String); {
		case col.IsNull(row):
			dst = append(dst, keyNull...)
		case isText:
			v := text.Value(row)
			dst = append(dst, v[min(len(s.prefixes[i]), len(v)):]...)
		default:
			dst = append(dst, col.ValueStr(row)...)
		}
	}
	return dst
}

// Text is the source's form of a KeyText of the lake.
func (s SourceKeys) Text(key string) string {
	parts := strings.Split(key, keySeparator)
	for i := range min(len(parts), len(s.prefixes)) {
		if parts[i] != keyNull {
			parts[i] = strings.TrimPrefix(parts[i], s.prefixes[i])
		}
	}
	return strings.Join(parts, keySeparator)
}

// KeptKey gives the canonical columns that a primary key of the source becomes, where that keeps
// it unique: each column is mapped as it is, and is of a type that is written in one way only.
func (m *Mapper) KeptKey(primary []string, schema []lake.DeclaredColumn) (columns []string, ok bool) {
	for _, key := range primary {
		rule := slices.IndexFunc(m.columns, func(r columnRule) bool { return r.Column == key && len(r.Values) == 0 && r.Suffix == "" })
		declared := slices.IndexFunc(schema, func(c lake.DeclaredColumn) bool { return c.Name == key && isWholeNumber(c.Type) })
		if rule < 0 || declared < 0 {
			return nil, false
		}
		columns = append(columns, m.columns[rule].Name)
	}
	return columns, len(columns) > 0
}

// isWholeNumber knows the integers of PostgreSQL and MySQL.
func isWholeNumber(kind string) bool {
	name := strings.TrimSuffix(parseType(kind).name, " unsigned")
	return slices.Contains([]string{"tinyint", "smallint", "mediumint", "int", "integer", "bigint"}, name)
}
