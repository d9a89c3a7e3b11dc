package lake

import (
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// splitter divides loaded records among the relations that they fill.
type splitter struct {
	relations []Relation
	schemas   []*arrow.Schema
}

func newSplitter(relations []Relation) splitter {
	s := splitter{relations: relations}
	for _, r := range relations {
		s.schemas = append(s.schemas, arrowSchema(r.Columns))
	}
	return s
}

// split gives one record per relation; the caller releases them.
func (s splitter) split(rec arrow.RecordBatch) ([]arrow.RecordBatch, error) {
	known := make(map[string]bool)
	out := make([]arrow.RecordBatch, len(s.relations))
	for i, rel := range s.relations {
		if rel.Name == Attributes {
			continue
		}
		columns := make([]arrow.Array, len(rel.Columns))
		for j, c := range rel.Columns {
			at := rec.Schema().FieldIndices(c.Name)
			if len(at) == 0 {
				return nil, fmt.Errorf("the record has no column %s", c.Name)
			}
			columns[j] = rec.Column(at[0])
			if !arrow.TypeEqual(columns[j].DataType(), c.Type.Arrow()) {
				return nil, fmt.Errorf("column %s is %s, not %s", c.Name, columns[j].DataType(), c.Type.Arrow())
			}
			known[c.Name] = true
		}
		out[i] = array.NewRecordBatch(s.schemas[i], columns, rec.NumRows())
	}
	if n := len(out) - 1; s.relations[n].Name == Attributes {
		var err error
		if out[n], err = s.attributes(rec, known, s.schemas[n]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// attributes turns the columns that no relation knows into one row per customer and attribute,
// customer by customer. A NULL attribute has no row.
func (s splitter) attributes(rec arrow.RecordBatch, known map[string]bool, schema *arrow.Schema) (arrow.RecordBatch, error) {
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	ids := rec.Column(rec.Schema().FieldIndices("customer_id")[0]).(*array.String)
	mappings := rec.Column(rec.Schema().FieldIndices(MappingColumn)[0]).(*array.Int64)
	var names []string
	var values []*array.String
	for i, f := range rec.Schema().Fields() {
		if known[f.Name] {
			continue
		}
		text, ok := rec.Column(i).(*array.String)
		if !ok {
			return nil, fmt.Errorf("attribute %s is %s, not text", f.Name, f.Type)
		}
		names, values = append(names, f.Name), append(values, text)
	}
	for row := range int(rec.NumRows()) {
		for i, name := range names {
			if values[i].IsNull(row) {
				continue
			}
			b.Field(0).(*array.StringBuilder).Append(ids.Value(row))
			b.Field(1).(*array.StringBuilder).Append(name)
			b.Field(2).(*array.StringBuilder).Append(values[i].Value(row))
			b.Field(3).(*array.Int64Builder).Append(mappings.Value(row))
		}
	}
	return b.NewRecordBatch(), nil
}
