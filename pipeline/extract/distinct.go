package extract

import (
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// places gives each row its place as text: the id of records that have none of their own.
func (b *batch) places(c *columnRule) (arrow.Array, error) {
	schema := b.rec.Schema()
	if !schema.HasField(FileColumn) || !schema.HasField(LineColumn) {
		return nil, fmt.Errorf("%s: %s.%s: location is for file sources; the rows of %s are found by their key", c.Pos, b.m.table.Name, c.Name, b.m.mapping.Source)
	}
	out := array.NewStringBuilder(memory.DefaultAllocator)
	defer out.Release()
	out.Reserve(b.n)
	for row := range b.n {
		out.Append(b.location(row, 0))
	}
	return out.NewArray(), nil
}

// leaveOutNull filters rows without a key out of a distinct mapping: they describe nobody.
func (b *batch) leaveOutNull(key arrow.Array) {
	if key.NullN() == 0 {
		return
	}
	for row := range b.n {
		if key.IsNull(row) && b.fate[row] == rowKept {
			b.fate[row] = rowFiltered
			b.filtered++
		}
	}
}

// keepFirst leaves out the rows of a distinct mapping whose key came before. It runs where
// records are in reading order, so the first row is the same on every run. Memory grows with the
// distinct customers or products, not with rows.
func (l *loader) keepFirst(out *mappedRecord) {
	if !l.m.mapping.Distinct {
		return
	}
	if l.seen == nil {
		l.seen = map[string]bool{}
	}
	var columns []arrow.Array
	for _, name := range l.m.table.Key {
		columns = append(columns, out.rec.Column(l.m.schema.FieldIndices(name)[0]))
	}
	keep := make([]int32, 0, out.rec.NumRows())
	for row := range int(out.rec.NumRows()) {
		key := ""
		for _, c := range columns {
			key += c.ValueStr(row) + "\x00"
		}
		if !l.seen[key] {
			l.seen[key] = true
			keep = append(keep, int32(row))
		}
	}
	if len(keep) == int(out.rec.NumRows()) {
		return
	}
	out.filtered += out.rec.NumRows() - int64(len(keep))
	kept := make([]arrow.Array, out.rec.NumCols())
	for i, c := range out.rec.Columns() {
		kept[i] = keepRows(c, keep)
		defer kept[i].Release()
	}
	all := out.rec
	out.rec = array.NewRecordBatch(l.m.schema, kept, int64(len(keep)))
	all.Release()
}
