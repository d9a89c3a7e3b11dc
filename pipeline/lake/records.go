package lake

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/bitutil"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
)

// recordRows is the most rows of a record that is read from a file of the lake.
const recordRows = 16_384

// readRecords gives the rows of a file of the lake as records of the given columns, in the order
// of the file. Only these columns are read; one that the file lacks is NULL. The records belong to
// whom they are given and are released by him.
func readRecords(ctx context.Context, path string, columns []Column, give func(arrow.RecordBatch) error) (err error) {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	err = guarded(func() error {
		r, err := file.NewParquetReader(openFile{in})
		if err != nil {
			return err
		}
		for group := range r.NumRowGroups() {
			if err := readGroup(ctx, r, group, columns, give); err != nil {
				return errors.Join(err, r.Close())
			}
		}
		return r.Close()
	})
	if err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	return nil
}

func readGroup(ctx context.Context, r *file.Reader, group int, columns []Column, give func(arrow.RecordBatch) error) error {
	rows := r.RowGroup(group)
	readers := make([]arrayReader, len(columns))
	for i, c := range columns {
		readers[i].column = c
		at := r.MetaData().Schema.ColumnIndexByName(c.Name)
		if at < 0 {
			continue
		}
		if found := typeOf(r.MetaData().Schema.Column(at)); !arrow.TypeEqual(found.Arrow(), c.Type.Arrow()) {
			return fmt.Errorf("column %s has another type in the file", c.Name)
		}
		var err error
		if readers[i].chunk, err = rows.Column(at); err != nil {
			return fmt.Errorf("column %s: %w", c.Name, err)
		}
	}
	schema := arrowSchema(columns)
	for left := rows.NumRows(); left > 0; {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := min(left, recordRows)
		arrays := make([]arrow.Array, len(columns))
		for i := range readers {
			var err error
			if arrays[i], err = readers[i].read(int(n)); err != nil {
				return fmt.Errorf("column %s: %w", columns[i].Name, err)
			}
		}
		if err := give(array.NewRecordBatch(schema, arrays, n)); err != nil {
			return err
		}
		left -= n
	}
	return nil
}

// arrayReader reads one column of a row group, some rows at a time.
type arrayReader struct {
	column Column
	chunk  file.ColumnChunkReader // nil: the file lacks the column
	levels []int16
	texts  []parquet.ByteArray
	bytes  int // of the texts of a record
	flags  []bool
}

func (a *arrayReader) read(n int) (arrow.Array, error) {
	a.levels = sized(a.levels, n)
	t := a.column.Type.Arrow()
	switch chunk := a.chunk.(type) {
	case nil:
		return array.MakeArrayOfNull(memory.DefaultAllocator, t, n), nil
	case *file.Int64ColumnChunkReader:
		values, valid, nulls, err := readFixed(n, a.levels, chunk.ReadBatchInPage)
		return fixedArray(t, n, memory.NewBufferBytes(arrow.Int64Traits.CastToBytes(values)), valid, nulls), err
	case *file.Int32ColumnChunkReader:
		values, valid, nulls, err := readFixed(n, a.levels, chunk.ReadBatchInPage)
		return fixedArray(t, n, memory.NewBufferBytes(arrow.Int32Traits.CastToBytes(values)), valid, nulls), err
	case *file.ByteArrayColumnChunkReader:
		return a.readTexts(chunk, n)
	case *file.BooleanColumnChunkReader:
		return a.readFlags(chunk, n)
	}
	return nil, fmt.Errorf("unexpected Parquet type %s", a.chunk.Type())
}

func fixedArray(t arrow.DataType, n int, values *memory.Buffer, valid []byte, nulls int) arrow.Array {
	var bits *memory.Buffer
	if nulls > 0 {
		bits = memory.NewBufferBytes(valid)
	}
	data := array.NewData(t, n, []*memory.Buffer{bits, values}, nil, nulls, 0)
	defer data.Release()
	return array.MakeFromData(data)
}

// errShort says that a column ends before its row group does.
var errShort = errors.New("the column ends early")

// readFixed reads n rows. The values of a page come without its NULLs and are spread over them.
func readFixed[T int32 | int64](n int, levels []int16, read func(int64, []T, []int16, []int16) (int64, int, error)) (values []T, valid []byte, nulls int, err error) {
	values, valid = make([]T, n), make([]byte, bitutil.BytesForBits(int64(n)))
	for at := 0; at < n; {
		rows, got, err := read(int64(n-at), values[at:], levels, nil)
		if err == nil && rows == 0 {
			err = errShort
		}
		if err != nil {
			return values, valid, nulls, err
		}
		nulls += int(rows) - got
		if got == int(rows) {
			bitutil.SetBitsTo(valid, int64(at), rows, true)
		} else {
			page := values[at : at+int(rows)]
			for row := int(rows) - 1; row >= 0; row-- {
				if levels[row] > 0 {
					got--
					page[row] = page[got]
					bitutil.SetBit(valid, at+row)
				} else {
					page[row] = 0
				}
			}
		}
		at += int(rows)
	}
	return values, valid, nulls, nil
}

func (a *arrayReader) readTexts(chunk *file.ByteArrayColumnChunkReader, n int) (arrow.Array, error) {
	a.texts = sized(a.texts, n)
	offsets, valid, nulls := make([]int32, 1, n+1), make([]byte, bitutil.BytesForBits(int64(n))), 0
	data := make([]byte, 0, a.bytes)
	for at := 0; at < n; {
		rows, got, err := chunk.ReadBatchInPage(int64(n-at), a.texts, a.levels, nil)
		if err == nil && rows == 0 {
			err = errShort
		}
		if err != nil {
			return nil, err
		}
		nulls += int(rows) - got
		if got == int(rows) { // the values of a page are gone with the next
			for _, v := range a.texts[:got] {
				data = append(data, v...)
				offsets = append(offsets, int32(len(data)))
			}
			bitutil.SetBitsTo(valid, int64(at), rows, true)
		} else {
			value := 0
			for row, level := range a.levels[:rows] {
				if level > 0 {
					data = append(data, a.texts[value]...)
					bitutil.SetBit(valid, at+row)
					value++
				}
				offsets = append(offsets, int32(len(data)))
			}
		}
		at += int(rows)
	}
	a.bytes = len(data) + len(data)/8 // as many as the next rows will have
	buffers := []*memory.Buffer{memory.NewBufferBytes(valid), memory.NewBufferBytes(arrow.Int32Traits.CastToBytes(offsets)), memory.NewBufferBytes(data)}
	values := array.NewData(a.column.Type.Arrow(), n, buffers, nil, nulls, 0)
	defer values.Release()
	return array.MakeFromData(values), nil
}

func (a *arrayReader) readFlags(chunk *file.BooleanColumnChunkReader, n int) (arrow.Array, error) {
	a.flags = sized(a.flags, n)
	b := array.NewBooleanBuilder(memory.DefaultAllocator)
	defer b.Release()
	for at := 0; at < n; {
		rows, _, err := chunk.ReadBatchInPage(int64(n-at), a.flags, a.levels, nil)
		if err == nil && rows == 0 {
			err = errShort
		}
		if err != nil {
			return nil, err
		}
		value := 0
		for _, level := range a.levels[:rows] {
			if level > 0 {
				b.Append(a.flags[value])
				value++
			} else {
				b.AppendNull()
			}
		}
		at += int(rows)
	}
	return b.NewArray(), nil
}
