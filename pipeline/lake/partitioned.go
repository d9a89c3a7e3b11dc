package lake

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
)

const (
	waitingRows = rowGroupRows // rows that may wait in memory for a whole row group, all partitions together
	fewRows     = 16_384       // a row group of fewer is not written before the table's end
	openParts   = 32           // files that are open at a time
	directRows  = 1024         // rows of one partition in a row that are not copied
)

// partitionedWriter writes the rows of one relation to a temporary folder per partition, in
// bounded memory and with a bounded number of open files however many partitions there are and
// however the rows are mixed. Rows wait for a whole row group of their partition; when too many
// wait, those of the largest partition are written, or, when even these are few, all go to a
// temporary file until the end. All of it depends on the rows and their order alone, not on the
// size of the records.
type partitionedWriter struct {
	rel    Relation
	dir    string
	budget int // waitingRows, less in tests
	limit  int64
	schema *arrow.Schema
	router *router
	key    []int // columns whose range in each partition is kept

	parts   []*partitionWriter
	waiting int
	spills  []spill
	open    []*relationWriter // with an open file, least recently used first
	byPart  [][]int32         // rows of a record by partition, reused

	workers []*scratch // of all partitions' writers
	lanes   []rowLanes
}

// partitionWriter is one partition: its rows that wait, and the writer of those before them.
type partitionWriter struct {
	value   string
	waiting int
	records []arrow.RecordBatch
	single  *rowBuffer // rows after the records
	fences  []fence    // of the key's columns
	out     *relationWriter
}

func newPartitionedWriter(rel Relation, dir string, by Partitioning, fixed string) (*partitionedWriter, error) {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	return &partitionedWriter{rel: rel, dir: dir, budget: waitingRows, limit: partBytes, schema: arrowSchema(rel.Columns), router: newRouter(by, fixed)}, nil
}

// write takes a record of exactly the relation's columns.
func (w *partitionedWriter) write(rec arrow.RecordBatch) error {
	ids, err := w.router.route(rec)
	if err != nil {
		return err
	}
	for len(w.parts) < len(w.router.values) {
		w.parts = append(w.parts, &partitionWriter{value: w.router.values[len(w.parts)], fences: make([]fence, len(w.key))})
		w.byPart = append(w.byPart, nil)
	}
	for i, column := range w.key {
		if len(ids) > 0 {
			fenceRows(rec.Column(column), ids, func(id int32) *fence { return &w.parts[id].fences[i] })
		}
	}
	for from := 0; from < len(ids); {
		to, full := w.until(ids, from)
		if err := w.keep(rec, ids, from, to); err != nil {
			return err
		}
		switch {
		case full != nil:
			err = w.flush(full)
		case w.waiting >= w.budget:
			err = w.relieve()
		}
		if err != nil {
			return err
		}
		from = to
	}
	return nil
}

// until counts rows up to the one that fills a row group, which it gives, or the memory.
func (w *partitionedWriter) until(ids []int32, from int) (to int, full *partitionWriter) {
	for row := from; row < len(ids); row++ {
		p := w.parts[ids[row]]
		p.waiting++
		w.waiting++
		if p.waiting == rowGroupRows {
			return row + 1, p
		}
		if w.waiting >= w.budget {
			return row + 1, nil
		}
	}
	return len(ids), nil
}

// keep lets rows wait: long runs of one partition as they are, single rows gathered.
func (w *partitionedWriter) keep(rec arrow.RecordBatch, ids []int32, from, to int) error {
	for from < to {
		end := from + 1
		for end < to && ids[end] == ids[from] {
			end++
		}
		if end-from >= directRows || end-from == len(ids) {
			if err := w.gather(rec); err != nil {
				return err
			}
			w.parts[ids[from]].append(rec.NewSlice(int64(from), int64(end)))
		} else {
			for row := from; row < end; row++ {
				w.byPart[ids[row]] = append(w.byPart[ids[row]], int32(row))
			}
		}
		from = end
	}
	return w.gather(rec)
}

// gather copies the single rows of a record to their partitions.
func (w *partitionedWriter) gather(rec arrow.RecordBatch) error {
	for id, rows := range w.byPart {
		if len(rows) == 0 {
			continue
		}
		p := w.parts[id]
		if p.single == nil {
			p.single = newRowBuffer(w.schema)
		}
		if err := p.single.add(rec, rows); err != nil {
			return err
		}
		w.byPart[id] = rows[:0]
	}
	return nil
}

func (p *partitionWriter) append(rec arrow.RecordBatch) {
	if p.single != nil && p.single.rows > 0 {
		p.records = append(p.records, p.single.take())
	}
	p.records = append(p.records, rec)
}

// take gives the waiting rows in their order; the caller releases the records.
func (p *partitionWriter) take() []arrow.RecordBatch {
	if p.single != nil && p.single.rows > 0 {
		p.records = append(p.records, p.single.take())
	}
	recs := p.records
	p.records, p.single, p.waiting = nil, nil, 0
	return recs
}

// relieve makes room: the largest partition's rows become a row group, or all are spilled.
func (w *partitionedWriter) relieve() error {
	largest := w.parts[0]
	for _, p := range w.parts {
		if p.waiting > largest.waiting {
			largest = p
		}
	}
	if largest.waiting >= min(fewRows, w.budget/8) {
		return w.flush(largest)
	}
	s, err := writeSpill(filepath.Join(w.dir, fmt.Sprintf("spill-%d", len(w.spills))), w.schema, w.parts)
	if err != nil {
		return err
	}
	w.spills = append(w.spills, s)
	w.waiting = 0
	return nil
}

// flush writes the waiting rows of a partition as a row group.
func (w *partitionedWriter) flush(p *partitionWriter) error {
	if err := w.use(p); err != nil {
		return err
	}
	w.waiting -= p.waiting
	if err := p.write(p.take()); err != nil {
		return err
	}
	if p.out.waiting > 0 {
		return p.out.flush()
	}
	return nil
}

func (p *partitionWriter) write(recs []arrow.RecordBatch) error {
	var err error
	for _, rec := range recs {
		if err == nil {
			err = p.out.write(rec)
		}
		rec.Release()
	}
	return err
}

// use makes a partition's writer the one that encodes; at most openParts keep a file open.
func (w *partitionedWriter) use(p *partitionWriter) error {
	if p.out == nil {
		var err error
		if p.out, err = newRelationWriter(w.rel, filepath.Join(w.dir, folderName(p.value))); err != nil {
			return err
		}
		p.out.limit = w.limit
		// One writer encodes at a time, so all use the buffers of the first.
		if w.workers == nil {
			w.workers, w.lanes = p.out.workers, p.out.lanes
		}
		p.out.workers, p.out.lanes = w.workers, w.lanes
	}
	if n := len(w.open); n > 0 && w.open[n-1] != p.out {
		if err := w.open[n-1].wait(); err != nil {
			return err
		}
	}
	w.open = append(slices.DeleteFunc(w.open, func(o *relationWriter) bool { return o == p.out }), p.out)
	if len(w.open) <= openParts {
		return nil
	}
	idle := w.open[0]
	w.open = w.open[1:]
	return idle.endPart()
}

// stored is a partition whose files are whole and were read back.
type stored struct {
	value   string
	rel     Relation
	dir     string
	rows    int64
	hash    rowHash
	tallies []tally
	files   []File
	keys    []KeyRange
}

// fence keeps the range of some columns in each partition; to be called before the first row.
func (w *partitionedWriter) fence(key []string) error {
	if _, err := columnsNamed(w.rel, key); err != nil {
		return err
	}
	w.key = nil
	for _, name := range key {
		w.key = append(w.key, slices.IndexFunc(w.rel.Columns, func(c Column) bool { return c.Name == name }))
	}
	return nil
}

// finish writes what is left and reads every file back. The partitions are ordered by value; a
// relation without rows has one, of the given value, unless that is "".
func (w *partitionedWriter) finish(ctx context.Context, empty string) ([]stored, error) {
	if len(w.parts) == 0 && empty != "" {
		w.parts = append(w.parts, &partitionWriter{value: empty})
	}
	out := make([]stored, len(w.parts))
	for id, p := range w.parts {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		var err error
		if out[id], err = w.finishPart(ctx, id, p); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(out, func(a, b stored) int { return strings.Compare(a.value, b.value) })
	return out, nil
}

func (w *partitionedWriter) finishPart(ctx context.Context, id int, p *partitionWriter) (stored, error) {
	if err := w.use(p); err != nil {
		return stored{}, err
	}
	for _, s := range w.spills {
		if err := s.each(id, p.out.write); err != nil {
			return stored{}, fmt.Errorf("read spilled rows of partition %s: %w", p.value, err)
		}
	}
	if err := p.write(p.take()); err != nil {
		return stored{}, err
	}
	if err := p.out.finish(); err != nil {
		return stored{}, err
	}
	w.open = w.open[:len(w.open)-1]
	files, err := p.out.verify(ctx)
	if err != nil {
		return stored{}, err
	}
	s := stored{value: p.value, rel: w.rel, dir: p.out.dir, rows: p.out.rows, hash: p.out.hash, tallies: p.out.tallies, files: files}
	for i, f := range p.fences {
		if r, ok := f.keyRange(w.rel.Columns[w.key[i]]); ok {
			s.keys = append(s.keys, r)
		}
	}
	p.out = nil
	return s, nil
}

// abandon stops the encoders and closes the open files; the folder is the caller's to remove.
func (w *partitionedWriter) abandon() {
	for _, p := range w.parts {
		for _, rec := range p.take() {
			rec.Release()
		}
		if p.out != nil {
			p.out.abandon()
		}
	}
	w.parts = nil
}
