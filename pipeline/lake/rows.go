package lake

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// WriteRows writes a small relation as one Parquet file, synced, in the lake's format and with
// its determinism. A nil cell is NULL; the others are plain text of the column's type: decimals
// as -1234.5600, days as 2026-03-08, instants as 2026-03-08 10:00:00.123456 in UTC, true or
// false. A cell that is not is an error with row and column. The path must not exist yet.
func WriteRows(path string, columns []Column, rows [][]*string) error {
	rec, err := record(columns, rows)
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer rec.Release()
	return writeFileOf(path, columns, rec)
}

// WriteEmpty writes a valid Parquet file of zero rows with the relation's columns, so that a
// table that no source fills can still be read.
func WriteEmpty(rel Relation, path string) error { return WriteRows(path, rel.Columns, nil) }

// StoreRows keeps a small relation of Pharos' own (quarantine, duplicate keys) in the lake, like
// a table without origin columns. Cells are as in WriteRows.
func (l *Lake) StoreRows(ctx context.Context, name string, columns []Column, rows [][]*string) (TableSnapshot, error) {
	rec, err := record(columns, rows)
	if err != nil {
		return TableSnapshot{}, fmt.Errorf("store %s: %w", name, err)
	}
	defer rec.Release()
	w, err := l.newWriter(Table{Name: name, Columns: columns}, []Relation{{name, columns}}, DefaultPartition)
	if err != nil {
		return TableSnapshot{}, err
	}
	if err := w.Write(rec); err != nil {
		return TableSnapshot{}, errors.Join(err, w.Discard())
	}
	tables, err := w.Close(ctx)
	if err != nil {
		return TableSnapshot{}, err
	}
	return tables[0], nil
}

// writeFileOf writes one record to one file by way of a folder beside it.
func writeFileOf(path string, columns []Column, rec arrow.RecordBatch) (err error) {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("write %s: it exists already", path)
	}
	tmp, err := os.MkdirTemp(filepath.Dir(path), ".rows-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(tmp)) }()
	w, err := newRelationWriter(Relation{Name: filepath.Base(path), Columns: columns}, filepath.Join(tmp, "part"))
	if err != nil {
		return err
	}
	defer w.abandon()
	if err := w.write(rec); err != nil {
		return err
	}
	if err := w.finish(); err != nil {
		return err
	}
	if len(w.parts) != 1 {
		return fmt.Errorf("write %s: %d rows are too many for a small relation", path, w.rows)
	}
	if err := os.Rename(filepath.Join(w.dir, w.parts[0].name), path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

func record(columns []Column, rows [][]*string) (arrow.RecordBatch, error) {
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrowSchema(columns))
	defer b.Release()
	for r, row := range rows {
		if len(row) != len(columns) {
			return nil, fmt.Errorf("row %d has %d cells for %d columns", r+1, len(row), len(columns))
		}
		for i, cell := range row {
			if cell == nil {
				b.Field(i).AppendNull()
				continue
			}
			if err := appendCell(b.Field(i), columns[i].Type, *cell); err != nil {
				return nil, fmt.Errorf("row %d, column %s: %w", r+1, columns[i].Name, err)
			}
		}
	}
	return b.NewRecordBatch(), nil
}

func appendCell(b array.Builder, t Type, cell string) error {
	switch b := b.(type) {
	case *array.StringBuilder:
		b.Append(cell)
	case *array.Decimal64Builder:
		v, err := parseDecimal(cell, t.Scale())
		if err != nil {
			return err
		}
		b.Append(decimal.Decimal64(v))
	case *array.Int64Builder:
		v, err := strconv.ParseInt(cell, 10, 64)
		if err != nil {
			return err
		}
		b.Append(v)
	case *array.Int32Builder:
		v, err := strconv.ParseInt(cell, 10, 32)
		if err != nil {
			return err
		}
		b.Append(int32(v))
	case *array.BooleanBuilder:
		v, err := strconv.ParseBool(cell)
		if err != nil {
			return err
		}
		b.Append(v)
	case *array.Date32Builder:
		v, err := time.Parse(time.DateOnly, cell)
		if err != nil {
			return err
		}
		b.Append(arrow.Date32FromTime(v))
	case *array.TimestampBuilder:
		v, err := time.Parse(time.DateTime, cell)
		if err != nil {
			return err
		}
		b.Append(arrow.Timestamp(v.UnixMicro()))
	}
	return nil
}

// parseDecimal reads plain decimal text exactly; it never rounds.
func parseDecimal(cell string, scale int) (int64, error) {
	whole, fraction, _ := strings.Cut(cell, ".")
	if len(fraction) > scale || strings.ContainsAny(fraction, "+-") {
		return 0, fmt.Errorf("%q is no decimal with at most %d places", cell, scale)
	}
	v, err := strconv.ParseInt(whole+fraction+strings.Repeat("0", scale-len(fraction)), 10, 64)
	if err != nil || v <= -1e18 || v >= 1e18 {
		return 0, fmt.Errorf("%q is no decimal(18,%d)", cell, scale)
	}
	return v, nil
}
