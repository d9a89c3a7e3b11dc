package extract

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// listedBad bounds the quarantined rows of one load that are listed one by one; beyond it they
// are only counted, and Result says how many.
const listedBad = 100_000

// Result is what one load did. Every row read is in exactly one of Rows, Quarantined, Filtered.
type Result struct {
	Rows        int64 // written to the lake
	Quarantined int64
	Filtered    int64            // left out by where
	Rounded     map[string]int64 // column -> values that had more digits than the lake keeps
	Newest      time.Time        // newest own day of the table (UTC midnight); zero when unknown
	Bad         []BadRow         // the first 100,000 quarantined rows in reading order, then one of RuleUnlisted if there are more
	Unlisted    int64            // quarantined rows beyond those
	Rules       []RuleCount      // all quarantined rows, by rule and column
	Unreadable  int64            // quarantined rows that the source could not give as values at all
	LeftOut     []string         // of an incremental mapping: keys of the filtered rows, the first million
	Tallies     Tallies          // of the rows as they came, where Part asks for them
}

// RuleCount counts quarantined rows.
type RuleCount struct {
	Rule, Column string
	Rows         int64
}

// Target takes the rows of a load.
type Target interface {
	Table() lake.Table
	Write(arrow.RecordBatch) error
	Origin(lake.Origin)
}

// Toucher is a Target that also takes the key of every row that was read of an incremental
// mapping, whether the row is kept or not.
type Toucher interface {
	Touch(keys arrow.RecordBatch) error
}

// Part says which rows a load reads, and whether it counts them on the way.
type Part struct {
	Filter *Filter
	Tally  map[string]bool // counts all columns and sums up these; nil: counts nothing
	Noted  map[string]bool // KeyText -> set to true when a row of that key is read
	Seen   map[string]bool // takes the KeyText of every row that is read, unless nil
}

// listedLeftOut bounds the keys of rows that where leaves out of an incremental mapping.
const listedLeftOut = 1_000_000

// Load reads a source relation, maps it and writes it to the lake's writer, in three stages with
// bounded queues of records between them: memory does not grow with rows. Records are mapped on
// all processors but written, and bad rows reported, in reading order. It returns when all its
// goroutines have ended; a cancelled context ends them at the next record.
func Load(ctx context.Context, src Source, m *Mapper, w Target, part Part) (Result, error) {
	if m.mapping.Raw {
		union := *m
		union.columns = slices.Clone(m.columns)
		if err := union.aim(w.Table()); err != nil {
			return Result{}, fmt.Errorf("load %s: %w", m.table.Name, err)
		}
		m = &union
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	l := &loader{m: m, w: w, part: part, ctx: ctx, result: Result{Rounded: map[string]int64{}}}
	workers := runtime.GOMAXPROCS(0)
	work, order := make(chan *job, workers), make(chan *job, 2*workers)

	var wg sync.WaitGroup
	wg.Go(func() {
		defer close(order)
		defer close(work)
		if err := l.read(src, work, order); err != nil {
			stop(err)
		}
	})
	for range workers {
		wg.Go(func() {
			var state mapState
			var counted sums
			for j := range work {
				if part.Tally != nil {
					counted.take(j.rec, part.Tally)
				}
				j.out, j.err = m.mapRecord(j.rec, &state, j.base)
				j.rec.Release()
				close(j.done)
			}
			l.mu.Lock()
			defer l.mu.Unlock()
			l.counted.add(&counted)
		})
	}
	if err := l.write(order); err != nil {
		stop(err)
	}
	for j := range order { // after an error: let the stages before run dry
		j.discard()
	}
	wg.Wait()
	if err := context.Cause(ctx); err != nil {
		return Result{}, fmt.Errorf("load %s from %s: %w", m.table.Name, m.mapping.Source, err)
	}
	l.result.Tallies = l.counted.tallies()
	w.Origin(lake.Origin{Source: m.mapping.Source, Mapped: m.mapped(l.schema), Seed: m.seed})
	slices.SortFunc(l.result.Rules, func(a, b RuleCount) int {
		return strings.Compare(a.Rule+" "+a.Column, b.Rule+" "+b.Column)
	})
	if n := l.result.Unlisted; n > 0 {
		l.result.Bad = append(l.result.Bad, BadRow{
			Table: m.table.Name, Source: m.mapping.Source, Rule: RuleUnlisted, Value: fmt.Sprintf("%d more rows are not listed", n),
		})
	}
	return l.result, nil
}

// job is a record on its way through the stages, or bad rows that the source found before one.
type job struct {
	rec  arrow.RecordBatch // nil: only bad rows
	base int64             // rows before it
	bad  []BadRow          // found by the source before this record
	done chan struct{}     // closed when out is there
	out  mappedRecord
	err  error
}

// discard frees a job that will not be written.
func (j *job) discard() {
	<-j.done
	if j.out.rec != nil {
		j.out.rec.Release()
	}
	if j.out.keys != nil {
		j.out.keys.Release()
	}
}

// loader is the state of one load. read runs in one goroutine, write in another.
type loader struct {
	m      *Mapper
	w      Target
	part   Part
	ctx    context.Context
	schema *arrow.Schema   // of the source's records; nil before the first
	seen   map[string]bool // keys of a distinct mapping so far
	result Result

	mu      sync.Mutex
	counted sums // of all workers
}

// read is the first stage.
func (l *loader) read(src Source, work, order chan<- *job) error {
	const mostPending = 1024 // bad rows in a row before they are passed on without a record
	var base int64
	var pending []BadRow
	send := func(rec arrow.RecordBatch) error {
		j := &job{rec: rec, base: base, bad: pending, done: make(chan struct{})}
		pending = nil
		if rec == nil {
			close(j.done)
		}
		select {
		case order <- j:
		case <-l.ctx.Done():
			if rec != nil {
				rec.Release()
			}
			return context.Cause(l.ctx)
		}
		if rec == nil {
			return nil
		}
		base += rec.NumRows()
		work <- j // the workers take every job, whatever happens
		return nil
	}
	q := l.m.Query()
	q.Filter, q.Reuse = l.part.Filter, true
	err := src.Read(l.ctx, q, Sink{
		Rows: func(rec arrow.RecordBatch) error {
			if l.schema == nil {
				l.schema = rec.Schema()
			}
			rec.Retain()
			return send(rec)
		},
		Bad: func(b BadRow) error {
			b.Table, b.Source = l.m.table.Name, l.m.mapping.Source
			l.result.Unreadable++
			pending = append(pending, b)
			if len(pending) < mostPending {
				return l.ctx.Err()
			}
			return send(nil)
		},
	})
	if err == nil && len(pending) > 0 {
		err = send(nil)
	}
	return err
}

// write is the last stage.
func (l *loader) write(order <-chan *job) error {
	for j := range order {
		select {
		case <-j.done:
		case <-l.ctx.Done():
			j.discard()
			return context.Cause(l.ctx)
		}
		for _, b := range j.bad {
			l.quarantine(b)
		}
		if j.err != nil {
			return j.err
		}
		if j.rec == nil {
			continue
		}
		l.keepFirst(&j.out)
		err := l.touch(j.out.keys)
		if err == nil {
			err = l.w.Write(j.out.rec)
		}
		l.count(&j.out)
		j.out.rec.Release()
		if err != nil {
			return err
		}
		if l.ctx.Err() != nil {
			return context.Cause(l.ctx)
		}
	}
	return nil
}

// touch hands over the keys of a record.
func (l *loader) touch(keys arrow.RecordBatch) error {
	if keys == nil {
		return nil
	}
	defer keys.Release()
	if len(l.part.Noted) > 0 || l.part.Seen != nil {
		for row := range int(keys.NumRows()) {
			key := RowKey(keys.Columns(), row)
			if _, noted := l.part.Noted[key]; noted {
				l.part.Noted[key] = true
			}
			if l.part.Seen != nil {
				l.part.Seen[key] = true
			}
		}
	}
	if t, ok := l.w.(Toucher); ok {
		return t.Touch(keys)
	}
	return nil
}

func (l *loader) count(out *mappedRecord) {
	r := &l.result
	r.LeftOut = append(r.LeftOut, out.leftOut[:min(len(out.leftOut), listedLeftOut-len(r.LeftOut))]...)
	r.Rows += out.rec.NumRows()
	r.Filtered += out.filtered
	for _, b := range out.bad {
		l.quarantine(b)
	}
	for i, n := range out.rounded {
		if n > 0 {
			r.Rounded[l.m.columns[i].Name] += n
		}
	}
	if day := time.Unix(int64(out.newest)*secondsPerDay, 0).UTC(); out.dated && (r.Newest.IsZero() || day.After(r.Newest)) {
		r.Newest = day
	}
}

func (l *loader) quarantine(b BadRow) {
	r := &l.result
	r.Quarantined++
	i := slices.IndexFunc(r.Rules, func(c RuleCount) bool { return c.Rule == b.Rule && c.Column == b.Column })
	if i < 0 {
		i = len(r.Rules)
		r.Rules = append(r.Rules, RuleCount{Rule: b.Rule, Column: b.Column})
	}
	r.Rules[i].Rows++
	if len(r.Bad) < listedBad {
		r.Bad = append(r.Bad, b)
		return
	}
	r.Unlisted++
}
