package extract

import (
	"context"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// Sample is the first rows of a query as text, for init and check: it needs no knowledge of
// the columnar format. A nil cell is NULL. The locating columns are not among the columns.
type Sample struct {
	Columns []string
	Rows    [][]*string
	Bad     []BadRow // rows that cannot be read at all
}

// ReadSample reads at most limit rows of a query from the source.
func ReadSample(ctx context.Context, src Source, q Query, limit int64) (Sample, error) {
	var s Sample
	q.Limit = limit
	err := src.Read(ctx, q, Sink{
		Rows: func(rec arrow.RecordBatch) error {
			s.take(rec)
			return nil
		},
		Bad: func(b BadRow) error {
			s.Bad = append(s.Bad, b)
			return nil
		},
	})
	if err != nil {
		return Sample{}, fmt.Errorf("sample %s: %w", relationName(q), err)
	}
	return s, nil
}

func relationName(q Query) string {
	if q.Select != "" {
		return "select"
	}
	if q.Relation == "" {
		return "files"
	}
	return q.Relation
}

// take copies a record's text columns, since the record is not kept.
func (s *Sample) take(rec arrow.RecordBatch) {
	var texts []*array.String
	var names []string
	for i, col := range rec.Columns() {
		name := rec.ColumnName(i)
		if text, ok := col.(*array.String); ok && name != FileColumn {
			texts, names = append(texts, text), append(names, name)
		}
	}
	s.Columns = names
	for row := range int(rec.NumRows()) {
		cells := make([]*string, len(texts))
		for i, text := range texts {
			if text.IsValid(row) {
				value := string([]byte(text.Value(row)))
				cells[i] = &value
			}
		}
		s.Rows = append(s.Rows, cells)
	}
}
