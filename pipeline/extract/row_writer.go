package extract

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// rowWriter turns the rows of one query into records of the asked columns. A column of a record
// is typed or text as a whole: a value that does not fit begins a record in which it is text.
type rowWriter struct {
	source string               // name, for reports of bad rows
	asked  []string             // nil: all columns of the result
	types  map[string]lake.Type // of the columns that are wanted typed
	key    []string             // columns that identify a row, if they are read
	limit  int64                // rows at most; 0: all
	most   int                  // bytes of text in a record; 0: batchBytes
	memory *recycler            // of the records
	pace   *pace                // of all readers of the source; nil: unbounded
	out    Sink

	byPlace bool // a query of our own, whose columns go by their places and need no names

	places  []int // where in a row each asked column stands
	keys    []int // where the key stands; empty when it is not read
	wires   []wire
	columns []valueColumn
	pending int // rows of the record in the making
	bytes   int // of their text
	rows    int64
	bad     int64
}

// header takes the result's column names and finds the asked ones among them. wires says of each
// place in a row how its values come; nil: all as text.
func (w *rowWriter) header(names []string, wires []wire) error {
	if w.asked == nil {
		w.asked = names
	}
	var err error
	if w.byPlace {
		w.places = firstPlaces(len(names))
	} else if w.places, err = resultPlaces(names, w.asked); err != nil {
		return err
	}
	if w.wires = wires; wires == nil {
		w.wires = make([]wire, len(names))
	}
	for _, k := range w.key {
		at := slices.Index(names, k)
		if at < 0 {
			w.keys = nil
			break
		}
		w.keys = append(w.keys, at)
	}
	w.columns = make([]valueColumn, len(w.asked))
	for i, place := range w.places {
		w.columns[i] = newColumn(w.wires[place], w.memory)
	}
	if w.most == 0 {
		w.most = batchBytes
	}
	w.begin()
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
	rows := batchRows
	if w.limit > 0 {
		rows = int(min(w.limit, batchRows))
	}
	return min(rows, w.pace.batchRows())
}

func (w *rowWriter) begin() {
	for i := range w.columns {
		w.columns[i].begin(w.batchRows())
	}
	w.pending, w.bytes = 0, 0
}

// row takes the values of one row in the result's order, nil for NULL. They are copied. A value
// that is no text makes the row a bad row.
func (w *rowWriter) row(ctx context.Context, values [][]byte) error {
	for i, place := range w.places {
		c := &w.columns[i]
		v := values[place]
		before := len(c.data)
		switch c.add(v) {
		case added:
			w.bytes += len(c.data) - before
			continue
		case unclean:
			w.drop(i)
			return w.reportBad(values, w.asked[i], v)
		}
		w.drop(i)
		if err := w.asText(ctx, c); err != nil {
			return err
		}
		return w.row(ctx, values)
	}
	w.pending++
	if w.pending < w.batchRows() && w.bytes <= w.most {
		return nil
	}
	return w.flush(ctx)
}

// drop takes back what the first columns have got of a row.
func (w *rowWriter) drop(columns int) {
	for i := range columns {
		w.columns[i].drop()
	}
}

// asText ends the record, and begins one in which a column is text.
func (w *rowWriter) asText(ctx context.Context, c *valueColumn) error {
	if err := w.flush(ctx); err != nil {
		return err
	}
	c.textRows = batchRows
	c.begin(w.batchRows())
	return nil
}

func (w *rowWriter) reportBad(values [][]byte, column string, value []byte) error {
	bad := BadRow{Source: w.source, Location: w.location(values), Rule: RuleBadEncoding, Column: column, Value: printable(value)}
	w.bad++
	return w.out.Bad(bad)
}

// location names a row by its key, or by its number in reading order when the key is not read.
func (w *rowWriter) location(values [][]byte) string {
	if len(w.keys) == 0 {
		return rowLocation(w.taken() + 1)
	}
	parts := make([]string, len(w.keys))
	for i, place := range w.keys {
		text := values[place]
		if write := w.wires[place].text; write != nil && text != nil {
			text = write(nil, text)
		}
		parts[i] = printable(text)
	}
	return "key=" + strings.Join(parts, ",")
}

func rowLocation(row int64) string { return fmt.Sprintf("row %d", row) }

// taken counts the rows so far, the bad ones too.
func (w *rowWriter) taken() int64 { return w.rows + int64(w.pending) + w.bad }

// flush hands the rows of the record in the making over.
func (w *rowWriter) flush(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if w.pending == 0 {
		return nil
	}
	if err := w.pace.wait(ctx, w.pending); err != nil {
		return err
	}
	arrays := make([]arrow.Array, len(w.columns))
	fields := make([]arrow.Field, len(w.columns))
	for i := range w.columns {
		fields[i] = arrow.Field{Name: w.asked[i], Type: w.columns[i].dataType(), Nullable: true}
		arrays[i] = w.columns[i].finish()
	}
	rec := array.NewRecordBatch(arrow.NewSchema(fields, nil), arrays, int64(w.pending))
	defer rec.Release()
	for _, a := range arrays {
		a.Release()
	}
	w.rows += int64(w.pending)
	w.begin()
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
