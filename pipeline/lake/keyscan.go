package lake

import (
	"context"
	"fmt"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
)

// Keys are some keys of a table, all of one partition.
type Keys struct {
	Partition string
	Record    arrow.RecordBatch // the key columns; nil for rows written tonight
	Rows      []int32           // those rows of the record that count; nil: all
	Hashes    []KeyHash         // of rows written tonight
}

// Keys gives the key of every row that the mapping's table would have if the changes were closed
// now, so that they can be compared with those of the source. Only key columns are read, and the
// column that decides the partition where rows changed. What it gives is valid until it returns.
func (w *DeltaWriter) Keys(ctx context.Context, give func(Keys) error) error {
	if err := w.eachKey(ctx, give); err != nil {
		return fmt.Errorf("read keys of table %s: %w", w.table.Name, err)
	}
	return nil
}

func (w *DeltaWriter) eachKey(ctx context.Context, give func(Keys) error) error {
	r := w.relations[0]
	for _, p := range r.base {
		var err error
		if p.Hidden == 0 && !w.added.mayBeIn(p) { // all its keys count
			err = w.lake.eachRecord(ctx, p, w.keys.rel.Columns, func(rec arrow.RecordBatch) error {
				return give(Keys{Partition: p.Value, Record: rec})
			})
		} else {
			err = w.lake.eachRecord(ctx, p, w.keys.rel.Columns, func(rec arrow.RecordBatch) error {
				rows, err := w.counting(rec)
				if err != nil {
					return err
				}
				return give(Keys{Partition: p.Value, Record: rec, Rows: rows})
			})
		}
		if err != nil {
			return err
		}
	}
	if r.old != nil {
		if err := w.eachOldRow(ctx, give); err != nil {
			return err
		}
	}
	for _, value := range w.router.values {
		if err := give(Keys{Partition: value, Hashes: w.fresh[value]}); err != nil {
			return err
		}
	}
	return nil
}

// eachOldRow gives the keys of rows that earlier nights changed and tonight did not.
func (w *DeltaWriter) eachOldRow(ctx context.Context, give func(Keys) error) error {
	r := w.relations[0]
	columns, err := columnsNamed(r.rel, w.routeColumns())
	if err != nil {
		return err
	}
	router := newRouter(w.inc.Partitioning, DefaultPartition)
	return w.lake.eachKeyed(ctx, r.old.Rows, columns, w.inc.Key, func(rec arrow.RecordBatch, hashes []KeyHash) error {
		keys, err := project(rec, w.schema)
		if err != nil {
			return err
		}
		defer keys.Release()
		ids, err := router.route(rec)
		if err != nil {
			return err
		}
		byPart := make([][]int32, len(router.values))
		for _, row := range w.without(hashes, touchedTonight) {
			byPart[ids[row]] = append(byPart[ids[row]], row)
		}
		for id, rows := range byPart {
			if len(rows) == 0 {
				continue
			}
			if err := give(Keys{Partition: router.values[id], Record: keys, Rows: rows}); err != nil {
				return err
			}
		}
		return nil
	})
}

// routeColumns are the columns that decide key and partition.
func (w *DeltaWriter) routeColumns() []string {
	names := slices.Clone(w.inc.Key)
	for _, name := range append(slices.Clone(w.inc.Partitioning.Key), w.inc.Partitioning.Column) {
		if name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// Each gives the number of every row of the record that counts.
func (k Keys) Each(give func(row int)) {
	if k.Record == nil {
		return
	}
	if k.Rows == nil {
		for row := range int(k.Record.NumRows()) {
			give(row)
		}
	}
	for _, row := range k.Rows {
		give(int(row))
	}
}
