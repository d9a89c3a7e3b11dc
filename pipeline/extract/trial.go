package extract

import (
	"context"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// Trial is what a mapping makes of a source's first rows. Nothing of it is written anywhere.
type Trial struct {
	Read, Kept, Quarantined int64 // rows; the rest was left out by where
	Columns                 []TrialColumn
	Bad                     []BadRow         // the first of the quarantined rows
	Rules                   map[string]int64 // "rule column" -> quarantined rows
	NewestDay               string           // latest date of the table's own day column, 2026-03-08; "" unknown
}

// TrialColumn shows a canonical column before and after the mapping, for the first rows kept.
type TrialColumn struct {
	Mapping ColumnMapping
	Raw     []string // the source column's texts; empty for computed and constant columns
	Parsed  []string // what they became, row by row; NULL is ""
}

const (
	trialShown = 3  // rows shown per column
	trialBad   = 20 // quarantined rows kept
)

// Try compiles a mapping and runs it over at most limit rows of the source (0: all of them).
func Try(ctx context.Context, src Source, m Mapping, spec Spec, company Context, limit int64) (Trial, error) {
	mapper, err := Compile(m, spec, company, nil)
	if err != nil {
		return Trial{}, err
	}
	run := newTrialRun(m, mapper)
	q := mapper.Query()
	q.Limit, q.Types = limit, nil // people see the source's own text
	if err := src.Read(ctx, q, Sink{Rows: run.rows, Bad: run.unreadable}); err != nil {
		return Trial{}, fmt.Errorf("%s: try mapping of %s from %s: %w", m.Pos, m.Table, m.Source, err)
	}
	return run.Trial, nil
}

// trialRun collects a trial while rows arrive.
type trialRun struct {
	Trial
	mapper  *Mapper
	mapping Mapping
	day     string
}

func newTrialRun(m Mapping, mapper *Mapper) *trialRun {
	r := &trialRun{mapper: mapper, mapping: m, Trial: Trial{Rules: map[string]int64{}}}
	if t, ok := lake.TableNamed(m.Table); ok && !m.Raw {
		r.day = t.Day
	}
	for _, c := range m.Columns {
		r.Columns = append(r.Columns, TrialColumn{Mapping: c})
	}
	return r
}

// unreadable takes a row that the source cannot even split into columns.
func (r *trialRun) unreadable(b BadRow) error {
	r.Read++
	return r.bad(b)
}

func (r *trialRun) bad(b BadRow) error {
	r.Quarantined++
	r.Rules[b.Rule+" "+b.Column]++
	if len(r.Bad) < trialBad {
		r.Bad = append(r.Bad, b)
	}
	return nil
}

func (r *trialRun) rows(rec arrow.RecordBatch) error {
	r.nameColumns(rec)
	r.Read += rec.NumRows()
	if err := r.show(rec); err != nil {
		return err
	}
	mapped, err := r.mapper.Map(rec, r.bad)
	if err != nil {
		return err
	}
	defer mapped.Release()
	r.Kept += mapped.NumRows()
	r.newest(mapped)
	return nil
}

// nameColumns takes the columns of a SELECT that names them canonically itself from its record.
func (r *trialRun) nameColumns(rec arrow.RecordBatch) {
	if len(r.Columns) > 0 {
		return
	}
	for _, c := range r.mapper.Table().Columns {
		if rec.Schema().HasField(c.Name) {
			r.Columns = append(r.Columns, TrialColumn{Mapping: ColumnMapping{Name: c.Name, Column: c.Name, Pos: r.mapping.Pos}})
		}
	}
}

// show maps the first rows one by one, so that each value stands beside the text it came from.
func (r *trialRun) show(rec arrow.RecordBatch) error {
	quiet := func(BadRow) error { return nil }
	for i := int64(0); i < rec.NumRows() && i < 100 && r.shown() < trialShown; i++ {
		one := rec.NewSlice(i, i+1)
		mapped, err := r.mapper.Map(one, quiet)
		if err != nil {
			one.Release()
			return err
		}
		if mapped.NumRows() == 1 {
			for c := range r.Columns {
				column := &r.Columns[c]
				column.Raw = append(column.Raw, cell(one, column.Mapping.Column))
				column.Parsed = append(column.Parsed, cell(mapped, column.Mapping.Name))
			}
		}
		mapped.Release()
		one.Release()
	}
	return nil
}

func (r *trialRun) shown() int {
	if len(r.Columns) == 0 {
		return trialShown
	}
	return len(r.Columns[0].Parsed)
}

// cell is the text of a one-row record's column.
func cell(rec arrow.RecordBatch, column string) string {
	at := rec.Schema().FieldIndices(column)
	if column == "" || len(at) == 0 || rec.Column(at[0]).IsNull(0) {
		return ""
	}
	return rec.Column(at[0]).ValueStr(0)
}

func (r *trialRun) newest(mapped arrow.RecordBatch) {
	at := mapped.Schema().FieldIndices(r.day)
	if r.day == "" || len(at) == 0 {
		return
	}
	column := mapped.Column(at[0])
	for i := range column.Len() {
		if column.IsValid(i) {
			r.NewestDay = max(r.NewestDay, column.ValueStr(i)) // ISO dates sort as text
		}
	}
}
