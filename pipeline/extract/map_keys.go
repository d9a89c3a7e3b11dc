package extract

import (
	"fmt"
	"slices"

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
func (b *batch) keys(out *mappedRecord, columns []arrow.Array) error {
	if b.m.keys == nil {
		return nil
	}
	keys := make([]arrow.Array, b.m.keys.NumFields())
	for i, f := range b.m.keys.Fields() {
		keys[i] = columns[b.m.schema.FieldIndices(f.Name)[0]]
	}
	for _, name := range b.m.keyColumns {
		if len(b.rec.Schema().FieldIndices(name)) == 0 {
			return fmt.Errorf("map %s: source %s gives no key column %q", b.m.table.Name, b.m.mapping.Source, name)
		}
	}
	out.keys = array.NewRecordBatch(b.m.keys, keys, int64(b.n))
	for row, fate := range b.fate {
		if fate == rowFiltered {
			out.leftOut = append(out.leftOut, b.keyText(row))
		}
	}
	return nil
}

// keyText is the key of a row as the source writes it, empty where the mapping has none.
func (b *batch) keyText(row int) string {
	if b.m.keys == nil {
		return ""
	}
	columns := make([]*string, len(b.m.keyColumns))
	for i, name := range b.m.keyColumns {
		col := b.rec.Column(b.rec.Schema().FieldIndices(name)[0])
		if col.IsValid(row) {
			text := col.ValueStr(row)
			columns[i] = &text
		}
	}
	return KeyText(columns)
}

// SourceKey writes the key of a row of the lake as the source does, for comparing keys; it is not
// ok where the mapping changes the key so that there is no way back.
func (m *Mapper) SourceKey() (write func(dst []byte, key arrow.RecordBatch, row int) []byte, ok bool) {
	prefixes := make([]string, len(m.keyColumns))
	for i, f := range m.keys.Fields() {
		rule := m.columns[slices.IndexFunc(m.columns, func(r columnRule) bool { return r.Name == f.Name })]
		if rule.Suffix != "" || rule.column.Type != lake.Text && rule.column.Type != lake.Integer {
			return nil, false
		}
		prefixes[i] = rule.Prefix
	}
	return func(dst []byte, key arrow.RecordBatch, row int) []byte {
		for i, col := range key.Columns() {
			if i > 0 {
				dst = append(dst, keySeparator...)
			}
			switch text, isText := col.(*array.String); {
			case col.IsNull(row):
				dst = append(dst, keyNull...)
			case isText:
				dst = append(dst, text.Value(row)[min(len(prefixes[i]), len(text.Value(row))):]...)
			default:
				dst = append(dst, col.ValueStr(row)...)
			}
		}
		return dst
	}, true
}
