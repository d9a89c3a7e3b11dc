package extract

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// rowWriter turns the rows of one query into records of the asked columns.
type rowWriter struct {
	source string   // name, for reports of bad rows
	asked  []string // nil: all columns of the result
	key    []string // columns that identify a row, if they are read
	limit  int64    // rows at most; 0: all
	out    Sink

	byPlace bool // a query of our own, whose columns go by their places and need no names

	schema  *arrow.Schema
	places  []int // where in a row each asked column stands
	keys    []int // where the key stands; empty when it is not read
	columns []textColumn
	pending int // rows of the record in the making
	bytes   int // of their text
	rows    int64
	bad     int64
}

// header takes the result's column names and finds the asked ones among them.
func (w *rowWriter) header(names []string) error {
	if w.asked == nil {
		w.asked = names
	}
	var err error
	if w.byPlace {
		w.places = firstPlaces(len(names))
	} else if w.places, err = resultPlaces(names, w.asked); err != nil {
		return err
	}
	fields := make([]arrow.Field, len(w.asked))
	for i, name := range w.asked {
		fields[i] = arrow.Field{Name: name, Type: arrow.BinaryTypes.String, Nullable: true}
	}
	w.schema = arrow.NewSchema(fields, nil)
	for _, k := range w.key {
		at := slices.Index(names, k)
		if at < 0 {
			w.keys = nil
			break
		}
		w.keys = append(w.keys, at)
	}
	w.columns = make([]textColumn, len(w.asked))
	w.reset()
	return nil
}

// resultPlaces finds columns in the result of a query, each by a name that is there once.
func resultPlaces(names, asked []string) ([]int, error) {
	places := make([]int, len(asked))
	for i, name := range asked {
		places[i] = slices.Index(names, name)
		if places[i] < 0 {
			return nil, unfit(fmt.Errorf("no column %q; nearest: %s", name, nearestNames(name, names)))
		}
		if slices.Contains(names[places[i]+1:], name) {
			return nil, unfit(fmt.Errorf("the select gives %q twice; give each column a name of its own with as", name))
		}
	}
	return places, nil
}

func firstPlaces(n int) []int {
	places := make([]int, n)
	for i := range places {
		places[i] = i
	}
	return places
}

func (w *rowWriter) batchRows() int {
	if w.limit > 0 && w.limit < batchRows {
		return int(w.limit)
	}
	return batchRows
}

func (w *rowWriter) reset() {
	for i := range w.columns {
		w.columns[i].reset(w.batchRows())
	}
	w.pending, w.bytes = 0, 0
}

// row takes the values of one row in the result's order, nil for NULL. They are copied. A value
// that is no text makes the row a bad row.
func (w *rowWriter) row(ctx context.Context, values [][]byte) error {
	for i, place := range w.places {
		if v := values[place]; v != nil && !isCleanValue(v) {
			return w.reportBad(values, w.asked[i], v)
		}
	}
	for i, place := range w.places {
		c := &w.columns[i]
		v := values[place]
		if v == nil {
			c.null()
			continue
		}
		c.value(v)
		w.bytes += len(v)
	}
	w.pending++
	if w.pending < w.batchRows() && w.bytes <= batchBytes {
		return nil
	}
	return w.flush(ctx)
}

func (w *rowWriter) reportBad(values [][]byte, column string, value []byte) error {
	w.bad++
	return w.out.Bad(BadRow{
		Source: w.source, Location: w.location(values), Rule: RuleBadEncoding, Column: column, Value: printable(value),
	})
}

// location names a row by its key, or by its number in reading order when the key is not read.
func (w *rowWriter) location(values [][]byte) string {
	if len(w.keys) == 0 {
		return fmt.Sprintf("row %d", w.rows+int64(w.pending)+w.bad)
	}
	parts := make([]string, len(w.keys))
	for i, place := range w.keys {
		parts[i] = printable(values[place])
	}
	return "key=" + strings.Join(parts, ",")
}

// flush hands the rows of the record in the making over.
func (w *rowWriter) flush(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if w.pending == 0 {
		return nil
	}
	arrays := make([]arrow.Array, len(w.columns))
	for i := range w.columns {
		arrays[i] = w.columns[i].array(w.pending)
	}
	rec := array.NewRecordBatch(w.schema, arrays, int64(w.pending))
	w.rows += int64(w.pending)
	w.reset()
	return w.out.Rows(rec)
}

// newBuffers are what the values of a row are written to; they are not nil even when empty, since
// nil is NULL.
func newBuffers(columns int) [][]byte {
	const usual = 32
	buffers := make([][]byte, columns)
	for i := range buffers {
		buffers[i] = make([]byte, 0, usual)
	}
	return buffers
}
