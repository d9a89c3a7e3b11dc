package extract

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// session is one read-only session with a database that shows one state of it from open to close.
type session interface {
	// catalog lists what may be read, in byte order of the names.
	catalog(ctx context.Context) ([]table, error)
	// stream runs one SELECT and gives its header and rows to the writer. It returns nil only
	// after the database has said that these were all rows. The session survives an error of the
	// query, of the writer and a cancelled context, if the server lets it.
	stream(ctx context.Context, query string, to *rowWriter) error
	// evidence says whether the session has written anything.
	evidence(ctx context.Context) []lake.Finding
	close(ctx context.Context) error
}

// table is a table or view in a database's catalog.
type table struct {
	schema  string
	name    string
	listed  string // as Relation.Name and messages show it
	columns []SourceColumn
	key     []string // columns of the primary key, in its order
	order   []string // expressions that order the rows where there is no key: SQLite's rowid
	rows    int64    // an estimate; -1 unknown
	ranged  bool     // rows have addresses, by which a part of the table can be read
}

// databaseSource is a Source over a session.
type databaseSource struct {
	spec        Spec
	dialect     dialect
	session     session
	opened      time.Time
	closed      time.Time
	connections int
	workers     int // sessions that may read at the same time
	pace        *pace
	readers     []session // beside session, on the same state
	refused     error     // why there are no more readers
	findings    []lake.Finding

	mu        sync.Mutex // the session serves one query at a time
	tables    []table
	relations []Relation
}

// Describe lists the tables and views that may be read. The state is fixed, so it looks once.
func (d *databaseSource) Describe(ctx context.Context) ([]Relation, error) {
	tables, err := d.catalog(ctx)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	known := d.relations
	d.mu.Unlock()
	if known != nil {
		return known, nil
	}
	relations := make([]Relation, 0, len(tables))
	for _, t := range tables {
		r := Relation{Name: t.listed, Columns: slices.Clone(t.columns), Rows: t.rows}
		names := make([]string, len(t.columns))
		for i, c := range t.columns {
			names[i] = c.Name
		}
		if err := sampleColumns(ctx, d, t.listed, r.Columns, names); err != nil && !d.alive(ctx) {
			return nil, err // otherwise it is a view that does not work, shown without samples
		}
		relations = append(relations, r)
	}
	d.mu.Lock()
	d.relations = relations
	d.mu.Unlock()
	return relations, nil
}

// alive says whether the session still answers.
func (d *databaseSource) alive(ctx context.Context) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, err := queryRows(ctx, d.session, "select 1")
	return err == nil
}

// columnsOf are the columns of one relation; nil when there is no such relation.
func columnsOf(ctx context.Context, src Source, relation string) ([]SourceColumn, error) {
	if d, ok := src.(*databaseSource); ok {
		tables, err := d.catalog(ctx)
		if err != nil {
			return nil, err
		}
		if t, err := findTable(tables, relation); err == nil {
			return t.columns, nil
		}
		return nil, nil
	}
	relations, err := src.Describe(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range relations {
		if r.Name == relation || relation == "" && len(relations) == 1 {
			return r.Columns, nil
		}
	}
	return nil, nil
}

func (d *databaseSource) catalog(ctx context.Context) ([]table, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.tables != nil {
		return d.tables, nil
	}
	tables, err := d.session.catalog(ctx)
	if err != nil {
		return nil, fmt.Errorf("list tables of source %s: %w", d.spec.Name, err)
	}
	d.tables = tables
	return tables, nil
}

// Read streams a relation or a SELECT. Rows that were delivered count only when Read returns
// nil: the database has ended the stream cleanly, and counts as many rows as were read.
func (d *databaseSource) Read(ctx context.Context, q Query, out Sink) error {
	p, err := d.plan(ctx, q)
	if err != nil {
		return fmt.Errorf("read source %s: %w", d.spec.Name, err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.read(ctx, p, out); err != nil {
		return fmt.Errorf("read source %s, %s: %w", d.spec.Name, p.what, err)
	}
	return nil
}

func (d *databaseSource) read(ctx context.Context, p plan, out Sink) error {
	parts, err := d.parts(ctx, p)
	if err != nil {
		return err
	}
	if parts != nil {
		return d.readParts(ctx, p, parts, out)
	}
	w := d.writer(p)
	w.out = out
	if p.fromSelect != "" && d.dialect == sqliteSQL {
		if err := p.nameColumns(ctx, d.session); err != nil {
			return err
		}
	}
	if err := d.session.stream(ctx, p.query, w); err != nil {
		return err
	}
	if err := w.flush(ctx); err != nil || p.limit > 0 {
		return err
	}
	counted, err := countRows(ctx, d.session, p.count)
	if err != nil {
		return err
	}
	return sameCount(w.taken(), counted)
}

func (d *databaseSource) writer(p plan) *rowWriter {
	return &rowWriter{source: d.spec.Name, asked: p.asked, types: p.types, key: p.key, limit: p.limit, memory: p.memory, pace: d.pace}
}

// queryRows runs a small query of our own and gives its rows as text, NULL as "".
func queryRows(ctx context.Context, s session, query string) ([][]string, error) {
	return collectRows(ctx, func(w *rowWriter) error { return s.stream(ctx, query, w) })
}

// collectRows gives what is written as rows of text.
func collectRows(ctx context.Context, write func(*rowWriter) error) ([][]string, error) {
	var rows [][]string
	w := &rowWriter{byPlace: true, out: Sink{
		Rows: func(rec arrow.RecordBatch) error {
			for r := range int(rec.NumRows()) {
				row := make([]string, rec.NumCols())
				for c, col := range rec.Columns() {
					if text := col.(*array.String); text.IsValid(r) {
						row[c] = strings.Clone(text.Value(r))
					}
				}
				rows = append(rows, row)
			}
			return nil
		},
		Bad: func(b BadRow) error {
			return fmt.Errorf("column %s of the catalog holds bytes that are no text: %s", b.Column, b.Value)
		},
	}}
	if err := write(w); err != nil {
		return nil, err
	}
	return rows, w.flush(ctx)
}

// Verdict is the audit of the session and, after Close, its evidence. The times are observed.
func (d *databaseSource) Verdict() lake.SourceReading {
	d.mu.Lock()
	defer d.mu.Unlock()
	v := lake.SourceReading{
		Source:      d.spec.Name,
		Kind:        d.spec.Kind(),
		SnapshotAt:  d.opened.UTC(),
		Connections: d.connections,
		Findings:    slices.Clone(d.findings),
	}
	if d.dialect != sqliteSQL {
		v.Application = applicationName(d.spec.Application)
	}
	if !d.closed.IsZero() {
		v.Seconds = d.closed.Sub(d.opened).Seconds()
	}
	return v
}

// Close collects the evidence and ends the session. It may be called again.
func (d *databaseSource) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.closed.IsZero() {
		return nil
	}
	const patience = 5 * time.Second // a server that hangs must not hold the end of a run
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	d.findings = append(d.findings, d.evidence(ctx)...)
	d.closed = time.Now()
	err := d.session.close(ctx)
	for _, reader := range d.readers {
		err = errors.Join(err, reader.close(ctx))
	}
	if err != nil {
		return fmt.Errorf("close source %s: %w", d.spec.Name, err)
	}
	return nil
}
