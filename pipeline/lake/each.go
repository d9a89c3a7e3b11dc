package lake

import (
	"context"
	"fmt"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
)

// EachRow gives the rows of a small relation of Pharos' own, cells as text and NULL as "". A
// column that the files do not have is NULL; a relation that the snapshot does not have has no
// rows. The cells are valid until give returns.
func (l *Lake) EachRow(ctx context.Context, s *Snapshot, relation string, columns []Column, give func(cells []string) error) error {
	t, _ := s.Table(relation)
	cells := make([]string, len(columns))
	for _, p := range t.Partitions {
		for _, path := range l.files(p) {
			err := readRecords(ctx, path, columns, func(rec arrow.RecordBatch) error {
				defer rec.Release()
				for row := range int(rec.NumRows()) {
					for i, col := range rec.Columns() {
						cells[i] = ""
						if col.IsValid(row) {
							cells[i] = string([]byte(col.ValueStr(row))) // the record's memory goes
						}
					}
					if err := give(cells); err != nil {
						return err
					}
				}
				return ctx.Err()
			})
			if err != nil {
				return fmt.Errorf("read %s: %w", relation, err)
			}
		}
	}
	return nil
}

// Of is the part of a relation that one mapping filled.
func (t TableSnapshot) Of(mapping int) TableSnapshot {
	out := TableSnapshot{Name: t.Name, Source: t.Source, Mapped: t.Mapped}
	for _, p := range t.Partitions {
		if p.Mapping == mapping {
			out.Partitions = append(out.Partitions, p)
		}
	}
	for _, d := range t.Deltas {
		if d.Mapping == mapping {
			out.Deltas = append(out.Deltas, d)
		}
	}
	return out
}

// ReadRows reads a small Parquet file of Pharos' own, such as WriteRows makes: cells as text and
// NULL as "". A column that the file does not have is NULL.
func ReadRows(path string, columns []Column) ([][]string, error) {
	var rows [][]string
	err := readRecords(context.Background(), path, columns, func(rec arrow.RecordBatch) error {
		defer rec.Release()
		for row := range int(rec.NumRows()) {
			cells := make([]string, len(columns))
			for i, col := range rec.Columns() {
				if col.IsValid(row) {
					cells[i] = strings.Clone(col.ValueStr(row)) // the record's memory goes
				}
			}
			rows = append(rows, cells)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return rows, nil
}
