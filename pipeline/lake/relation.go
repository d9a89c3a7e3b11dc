package lake

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/apache/arrow-go/v18/arrow"
)

// partBytes is the size at which a file is closed and the next one begun.
const partBytes = 128 << 20

// relationWriter writes the rows of one relation to numbered files of a temporary folder. Rows
// are gathered to whole row groups, so that the bytes do not depend on the size of the records;
// a row group is encoded by column on all processors while the next one is gathered. At most two
// row groups are in memory.
type relationWriter struct {
	rel     Relation
	dir     string
	limit   int64 // bytes after which a file is closed: partBytes, less in tests
	brief   bool  // the files end with this process: nothing need be durable
	rows    int64
	pending []arrow.RecordBatch
	waiting int
	busy    chan error // result of the row group that is being encoded; nil when none is

	// Owned by the encoding of a row group while busy is set.
	out     *os.File
	parquet *parquetFile
	parts   []part
	plans   []plan
	workers []*scratch
	lanes   []rowLanes // one per worker
	tallies []tally
	hash    rowHash
}

// part is a finished file, as counted while writing it.
type part struct {
	name    string
	rows    int64
	tallies []tally
}

func newRelationWriter(rel Relation, dir string) (*relationWriter, error) {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	workers := newWorkers(len(rel.Columns))
	return &relationWriter{rel: rel, dir: dir, limit: partBytes, workers: workers, lanes: make([]rowLanes, len(workers))}, nil
}

// write takes a record of exactly the relation's columns.
func (w *relationWriter) write(rec arrow.RecordBatch) error {
	for from, n := int64(0), rec.NumRows(); from < n; {
		to := min(n, from+int64(rowGroupRows-w.waiting))
		slice := rec.NewSlice(from, to)
		for _, col := range slice.Columns() {
			col.NullN() // counts once, here: the encoders read it at the same moment
		}
		w.pending = append(w.pending, slice)
		w.waiting += int(to - from)
		w.rows += to - from
		from = to
		if w.waiting == rowGroupRows {
			if err := w.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

// flush hands the gathered rows to the encoders, after the row group before them is done.
func (w *relationWriter) flush() error {
	if err := w.wait(); err != nil {
		return err
	}
	group := w.pending
	w.pending, w.waiting = nil, 0
	busy := make(chan error, 1)
	w.busy = busy
	go func() {
		err := w.encode(group)
		for _, rec := range group {
			rec.Release()
		}
		busy <- err
	}()
	return nil
}

func (w *relationWriter) wait() error {
	if w.busy == nil {
		return nil
	}
	err := <-w.busy
	w.busy = nil
	return err
}

// finish writes what is left. A relation without rows still gets one valid file.
func (w *relationWriter) finish() error {
	if w.waiting > 0 || w.rows == 0 {
		if err := w.flush(); err != nil {
			return err
		}
	}
	if err := w.wait(); err != nil {
		return err
	}
	return w.endPart()
}

// abandon stops the encoders and closes the open file; the folder is the caller's to remove.
func (w *relationWriter) abandon() {
	_ = w.wait() // the reason to abandon is known already
	for _, rec := range w.pending {
		rec.Release()
	}
	w.pending = nil
	if w.out != nil {
		_ = w.out.Close()
		w.out = nil
	}
}

// encode writes one row group.
func (w *relationWriter) encode(group []arrow.RecordBatch) error {
	if err := w.beginPart(group); err != nil {
		return err
	}
	p := &w.parts[len(w.parts)-1]
	if len(group) > 0 {
		if err := w.encodeGroup(p, group); err != nil {
			return fmt.Errorf("write %s: %w", p.name, err)
		}
	}
	if w.parquet.out.n >= w.limit {
		return w.endPart()
	}
	return nil
}

func (w *relationWriter) encodeGroup(p *part, group []arrow.RecordBatch) error {
	rows := 0
	for _, rec := range group {
		rows += int(rec.NumRows())
	}
	rowGroup, err := w.parquet.begin()
	if err != nil {
		return err
	}
	for i := range w.lanes {
		w.lanes[i].reset(rows)
	}
	tallies := make([]tally, len(w.rel.Columns))
	err = inParallel(len(tallies), len(w.workers), func(i, worker int) (err error) {
		tallies[i], err = encodeColumn(rowGroup.chunks[i], w.rel.Columns[i], w.plans[i], group, i, rows, &w.lanes[worker], w.workers[worker])
		return err
	})
	if err != nil {
		return err
	}
	for i, t := range tallies {
		p.tallies[i].add(t)
	}
	p.rows += int64(rows)
	w.hash.add(sumRows(w.lanes, rows))
	return rowGroup.end(rows)
}

func (w *relationWriter) beginPart(first []arrow.RecordBatch) (err error) {
	if w.parquet != nil {
		return nil
	}
	if w.plans == nil {
		w.plans = makePlans(w.rel.Columns, first)
	}
	p := part{name: fmt.Sprintf("part-%05d.parquet", len(w.parts)), tallies: make([]tally, len(w.rel.Columns))}
	w.out, err = os.OpenFile(filepath.Join(w.dir, p.name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	w.parts = append(w.parts, p)
	if w.parquet, err = newParquetFile(w.out, w.rel.Columns, w.plans); err != nil {
		return fmt.Errorf("write %s: %w", p.name, err)
	}
	return nil
}

// endPart writes the footer and makes the file durable.
func (w *relationWriter) endPart() error {
	if w.parquet == nil {
		return nil
	}
	p := w.parts[len(w.parts)-1]
	err := w.parquet.close()
	if err == nil && !w.brief {
		err = w.out.Sync()
	}
	err = errors.Join(err, w.out.Close())
	w.parquet, w.out = nil, nil
	if err != nil {
		return fmt.Errorf("write %s: %w", p.name, err)
	}
	if w.tallies == nil {
		w.tallies = make([]tally, len(w.rel.Columns))
	}
	for i, t := range p.tallies {
		w.tallies[i].add(t)
	}
	return nil
}

// newWorkers makes buffers for as many workers as there are processors, but not more than tasks.
func newWorkers(tasks int) []*scratch {
	workers := make([]*scratch, max(1, min(tasks, runtime.GOMAXPROCS(0))))
	for i := range workers {
		workers[i] = &scratch{}
	}
	return workers
}

// inParallel runs tasks 0 to n-1 on some workers. A panic in a task (the Parquet library's way to
// report some faults) becomes its error.
func inParallel(n, workers int, do func(task, worker int) error) error {
	var next atomic.Int64
	var wg sync.WaitGroup
	errs := make([]error, n)
	for worker := range min(n, workers) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				errs[i] = guarded(func() error { return do(i, worker) })
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

func guarded(f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic in the Parquet library: %v", r)
		}
	}()
	return f()
}
