package extract

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// fileSource is what the file kinds share: the files as they were at Open, and the verdict.
type fileSource struct {
	spec   Spec
	files  []fileEntry
	opened time.Time
	closed time.Time

	spanBytes int64 // spanBytes, less in tests
}

// newFileSource fixes the files of a source.
func newFileSource(spec Spec, pattern string) (fileSource, error) {
	files, err := listFiles(spec.Dir, pattern)
	if err != nil {
		return fileSource{}, specError(spec, err)
	}
	return fileSource{spec: spec, files: files, opened: time.Now(), spanBytes: spanBytes}, nil
}

// specError says which source of which line of pharos.yaml an error belongs to.
func specError(spec Spec, err error) error {
	where := ""
	if spec.Pos != "" {
		where = spec.Pos + ": "
	}
	return fmt.Errorf("%sopen source %s: %w", where, spec.Name, err)
}

// Verdict says that files can only have been read. The times are observed, not part of any result.
func (s *fileSource) Verdict() lake.SourceReading {
	v := lake.SourceReading{
		Source:     s.spec.Name,
		Kind:       s.spec.Kind(),
		SnapshotAt: s.opened.UTC(),
		Findings: []lake.Finding{{
			Item:     "opened_read_only",
			Severity: "ok",
			Detail:   fmt.Sprintf("%d files were opened for reading only", len(s.files)),
		}},
	}
	if !s.closed.IsZero() {
		v.Seconds = s.closed.Sub(s.opened).Seconds()
	}
	return v
}

// Close ends the session; files are open only while they are read.
func (s *fileSource) Close() error {
	s.closed = time.Now()
	return nil
}

// checkQuery refuses what files cannot answer. A file set is one relation, named as its source.
func (s *fileSource) checkQuery(q Query) error {
	if q.Select != "" {
		return unfit(fmt.Errorf("read source %s: a select needs a database; map the columns of the files instead", s.spec.Name))
	}
	if len(q.Columns) == 0 {
		return unfit(fmt.Errorf("read source %s: no column is asked for; map at least one", s.spec.Name))
	}
	if q.Relation != "" && q.Relation != s.spec.Name {
		return unfit(fmt.Errorf("read source %s: a %s source has one table; leave %q away", s.spec.Name, s.spec.Kind(), q.Relation))
	}
	return nil
}

// bad makes the report of a row that cannot be read.
func (s *fileSource) bad(file string, line int64, rule string, raw []byte) *BadRow {
	return &BadRow{Source: s.spec.Name, Location: fmt.Sprintf("%s:%d", file, line), Rule: rule, Value: printable(raw)}
}

// item is what a scan delivers: a record or a bad row.
type item struct {
	rec  arrow.RecordBatch
	bad  *BadRow
	line int64 // of the bad row; needed where files are cut into spans
}

// emit takes an item from a scan. Its error means: stop.
type emit func(item) error

// scanFunc reads one piece from beginning to end.
type scanFunc func(ctx context.Context, p filePiece, out emit) (rest, error)

// unit is a piece that one goroutine reads, and what it has read so far.
type unit struct {
	filePiece
	ctx    context.Context
	cancel context.CancelFunc
	items  chan item
	rest   rest  // set before items is closed
	err    error // likewise
}

func newUnit(ctx context.Context, p filePiece) *unit {
	u := &unit{filePiece: p, items: make(chan item, waitingItems)}
	u.ctx, u.cancel = context.WithCancel(ctx)
	return u
}

// waitingItems are as many as a span of usual lines gives, so that its goroutine can go on to the
// next one.
const waitingItems = 8

// groupFiles joins neighbouring small files, so that their rows share records.
func groupFiles(files []fileEntry) [][]fileEntry {
	const enough = 2 << 20
	var groups [][]fileEntry
	var size int64
	for i, f := range files {
		if i == 0 || size >= enough || f.size >= enough {
			groups, size = append(groups, nil), 0
		}
		last := len(groups) - 1
		groups[last] = append(groups[last], f)
		size += f.size
	}
	return groups
}

// eachFile makes every file its own unit.
func eachFile(files []fileEntry) [][]fileEntry {
	groups := make([][]fileEntry, len(files))
	for i := range files {
		groups[i] = files[i : i+1]
	}
	return groups
}

// streamUnits scans several pieces at a time and delivers their items in the order of the files.
// Memory is bounded: as many units as there are workers, and a few items waiting in each.
func streamUnits(ctx context.Context, pieces []filePiece, q Query, scan scanFunc, out Sink) error {
	workers := min(runtime.GOMAXPROCS(0), 4)
	if q.Limit > 0 {
		workers = 1
	}
	parent := ctx
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	defer running.Wait() // after cancel: no goroutine outlives the read
	defer cancel()

	pending := make(chan *unit, workers-1)
	running.Go(func() {
		defer close(pending)
		for _, p := range pieces {
			u := newUnit(ctx, p)
			select {
			case pending <- u:
			case <-ctx.Done():
				return
			}
			running.Go(func() { u.scan(scan) })
		}
	})
	d := delivery{out: out, limit: q.Limit}
	var before rest
	for u := range pending {
		if u.span == nil || u.span.first() {
			before = rest{}
		}
		if before.skip > 0 {
			u = u.again(ctx, before.skip)
			running.Go(func() { u.scan(scan) })
		}
		for it := range u.items {
			if err := parent.Err(); err != nil {
				return fmt.Errorf("read %s: %w", u.files[0].name, err)
			}
			if err := d.take(it.after(before.lines, u.files[0].name)); err != nil {
				return ignoreEnough(err)
			}
		}
		u.cancel()
		if u.err != nil {
			return damaged(u.err)
		}
		before = rest{skip: u.rest.skip, lines: before.lines + u.rest.lines}
	}
	return parent.Err()
}

func (u *unit) scan(scan scanFunc) {
	defer close(u.items)
	u.rest, u.err = scan(u.ctx, u.filePiece, func(it item) error {
		select {
		case u.items <- it:
			return nil
		case <-u.ctx.Done():
			return fmt.Errorf("read %s: %w", u.files[0].name, u.ctx.Err())
		}
	})
}

// errEnough ends a read that has its sample.
var errEnough = errors.New("sample is complete")

func ignoreEnough(err error) error {
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

// delivery hands items to the sink, up to a limit of rows (0: all).
type delivery struct {
	out   Sink
	limit int64
	rows  int64
}

func (d *delivery) take(it item) error {
	if it.bad != nil {
		return d.out.Bad(*it.bad)
	}
	rec := it.rec
	if d.limit > 0 && d.rows+rec.NumRows() > d.limit {
		rec = rec.NewSlice(0, d.limit-d.rows)
	}
	d.rows += rec.NumRows()
	err := d.out.Rows(rec)
	it.rec.Release() // the reader holds what it needs
	if err != nil {
		return err
	}
	if d.limit > 0 && d.rows >= d.limit {
		return errEnough
	}
	return nil
}

// sampleColumns reads a few rows to show what columns hold. A name that stands twice in names
// cannot be read and stays without samples.
func sampleColumns(ctx context.Context, src Source, relation string, columns []SourceColumn, names []string) error {
	const rows, most = 100, 5
	q := Query{Relation: relation, Limit: rows}
	var shown []*SourceColumn
	for i := range columns {
		first := slices.Index(names, columns[i].Name)
		if first >= 0 && !slices.Contains(names[first+1:], columns[i].Name) {
			q.Columns = append(q.Columns, columns[i].Name)
			shown = append(shown, &columns[i])
		}
	}
	if len(shown) == 0 {
		return nil
	}
	take := func(rec arrow.RecordBatch) error {
		for i, c := range shown {
			for r := range int(rec.NumRows()) {
				if len(c.Samples) < most && rec.Column(i).IsValid(r) {
					c.Samples = append(c.Samples, rec.Column(i).ValueStr(r))
				}
			}
		}
		return nil
	}
	return src.Read(ctx, q, Sink{Rows: take, Bad: func(BadRow) error { return nil }})
}
