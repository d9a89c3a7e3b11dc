package extract

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// rangedSession is a session that can read a table part by part, with others beside it.
type rangedSession interface {
	session
	// parts gives conditions that divide a table's rows, in the order of its pages. Fewer than two
	// mean that it is not worth dividing. Until the session ends nobody can move the rows.
	parts(ctx context.Context, t table) ([]string, error)
	// beside opens one more session that sees the same state.
	beside(ctx context.Context) (session, error)
}

// parts are the conditions by which a plan's table is read, nil for one stream in the plan's order.
func (d *databaseSource) parts(ctx context.Context, p plan) ([]string, error) {
	ranged, ok := d.session.(rangedSession)
	if !ok || !p.table.ranged || p.ordered || p.filter != "" || p.limit > 0 {
		return nil, nil
	}
	parts, err := ranged.parts(ctx, p.table)
	if err != nil || len(parts) < 2 {
		return nil, err
	}
	for len(d.readers)+1 < d.workers && d.refused == nil {
		reader, err := ranged.beside(ctx)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			d.refused = err // the sessions that there are read all the same
			break
		}
		d.readers = append(d.readers, reader)
		d.connections++
	}
	return parts, nil
}

// parcel is what a reader has got of a part: a record, a bad row, or at the end the number of rows.
type parcel struct {
	rec    arrow.RecordBatch
	bad    BadRow
	number int64 // of a bad row that no key names: its place in the part, 1 first
	rows   int64
}

// partRead is the reading of a table's parts by several sessions. What they read is handed over
// in the order of the parts, from one goroutine.
type partRead struct {
	plan     plan
	source   *databaseSource
	parts    []string
	queues   []chan parcel // of each part
	ahead    chan struct{} // a place for each part that is begun and not handed over
	next     atomic.Int64
	fail     context.CancelCauseFunc
	counted  int64
	sessions []session
}

// queueLength bounds the records that wait, with partBytes the memory: usual parts fit whole, so
// that the next part is read while this one is.
const (
	queueLength = 16
	partBytes   = 2 << 20
)

func (d *databaseSource) readParts(ctx context.Context, p plan, parts []string, out Sink) error {
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	r := &partRead{plan: p, source: d, parts: parts, fail: fail, sessions: append([]session{d.session}, d.readers...)}
	r.queues = make([]chan parcel, len(parts))
	for i := range r.queues {
		r.queues[i] = make(chan parcel, queueLength)
	}
	r.ahead = make(chan struct{}, len(r.sessions)+1)
	var readers sync.WaitGroup
	for i, s := range r.sessions {
		readers.Go(func() {
			if err := r.work(ctx, s, i == len(r.sessions)-1); err != nil {
				fail(err)
			}
		})
	}
	rows, err := r.deliver(ctx, out)
	if err != nil {
		fail(err)
	}
	readers.Wait()
	if err := context.Cause(ctx); err != nil {
		return err
	}
	return sameCount(rows, r.counted)
}

// work reads one part after the other. One of the sessions also counts the rows, before it reads.
func (r *partRead) work(ctx context.Context, s session, counts bool) error {
	if counts {
		var err error
		if r.counted, err = countRows(ctx, s, r.plan.count); err != nil {
			return err
		}
	}
	for {
		select {
		case r.ahead <- struct{}{}:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		part := int(r.next.Add(1)) - 1
		if part >= len(r.parts) {
			return nil
		}
		if err := r.read(ctx, s, part); err != nil {
			return err
		}
	}
}

// read reads one part.
func (r *partRead) read(ctx context.Context, s session, part int) error {
	queue := r.queues[part]
	send := func(p parcel) error {
		select {
		case queue <- p:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	w := r.source.writer(r.plan)
	w.most = partBytes
	w.out = Sink{
		Rows: func(rec arrow.RecordBatch) error {
			rec.Retain()
			return send(parcel{rec: rec})
		},
		Bad: func(b BadRow) error {
			p := parcel{bad: b}
			if len(w.keys) == 0 {
				p.number = w.taken()
			}
			return send(p)
		},
	}
	if err := s.stream(ctx, r.plan.part(r.parts[part]), w); err != nil {
		return err
	}
	if err := w.flush(ctx); err != nil {
		return err
	}
	if err := send(parcel{rows: w.taken()}); err != nil {
		return err
	}
	close(queue)
	return nil
}

// deliver hands over what the readers read, and gives the number of rows.
func (r *partRead) deliver(ctx context.Context, out Sink) (int64, error) {
	var rows int64
	for _, queue := range r.queues {
		whole := int64(0)
		for open := true; open; {
			var p parcel
			select {
			case p, open = <-queue:
			case <-ctx.Done():
				return 0, context.Cause(ctx)
			}
			var err error
			switch {
			case p.rec != nil:
				err = out.Rows(p.rec)
				p.rec.Release()
			case p.bad.Rule != "":
				if p.number > 0 {
					p.bad.Location = rowLocation(rows + p.number)
				}
				err = out.Bad(p.bad)
			case open:
				whole = p.rows
			}
			if err != nil {
				return 0, err
			}
		}
		rows += whole
		<-r.ahead
	}
	return rows, nil
}

// countRows runs a query that counts.
func countRows(ctx context.Context, s session, query string) (int64, error) {
	counted, err := queryRows(ctx, s, query)
	if err != nil {
		return 0, fmt.Errorf("count rows: %w", err)
	}
	if len(counted) != 1 {
		return 0, unreachable(errors.New("count rows: the server gives no number; run again"))
	}
	n, err := strconv.ParseInt(counted[0][0], 10, 64)
	if err != nil {
		return 0, unreachable(fmt.Errorf("count rows: %w; run again", err))
	}
	return n, nil
}

// sameCount says whether the rows that came are all that there are.
func sameCount(read, counted int64) error {
	if read != counted {
		return unreachable(fmt.Errorf("%d rows came, but count(*) in the same snapshot says %d: the stream is not whole; run again", read, counted))
	}
	return nil
}

// evidence is that of all sessions: of each item the worst, and of equals the first.
func (d *databaseSource) evidence(ctx context.Context) []lake.Finding {
	findings := d.session.evidence(ctx)
	for _, reader := range d.readers {
		for _, f := range reader.evidence(ctx) {
			at := slices.IndexFunc(findings, func(known lake.Finding) bool { return known.Item == f.Item })
			switch {
			case at < 0:
				findings = append(findings, f)
			case severityRank(f.Severity) > severityRank(findings[at].Severity):
				findings[at] = f
			}
		}
	}
	if d.refused != nil {
		findings = append(findings, lake.Finding{
			Item: "parallel_readers", Severity: SeverityWarning,
			Detail: fmt.Sprintf("%d of %d sessions read: %s", len(d.readers)+1, d.workers, d.refused),
		})
	}
	return findings
}

func severityRank(severity string) int {
	return slices.Index([]string{SeverityOK, SeverityWarning, SeverityError}, severity)
}
