package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/pharos-analytics/pharos/pipeline/extract"
	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// tableLoad is one table's way into the lake.
type tableLoad struct {
	*night
	name     string
	mappings []extract.Mapping
	sources  sourceSet
	before   *lake.Snapshot // of the night before; empty before the first
	out      *lake.Snapshot // of this night
	found    *findings
}

// prepared is a mapping that fits its source as that is tonight.
type prepared struct {
	extract.Mapping
	src    *openSource
	mapper *extract.Mapper
	schema []lake.DeclaredColumn
	reread bool // columns changed: what was read before may mean something else
}

// load reads the table, or keeps it as it is where a change of its source asks for that.
func (t *tableLoad) load(ctx context.Context) error {
	since := t.opt.Now()
	parts, hold, err := t.prepare(ctx)
	if err != nil {
		return err
	}
	if hold {
		t.keep()
		t.step("keep", t.name, 0, since)
		return nil
	}
	var tables []lake.TableSnapshot
	var rows int64
	if slices.ContainsFunc(parts, func(p prepared) bool { return p.Incremental != nil }) {
		tables, rows, err = t.loadApart(ctx, parts)
	} else {
		tables, rows, err = t.loadTogether(ctx, parts)
	}
	if err != nil {
		return err
	}
	t.out.Tables = append(t.out.Tables, tables...)
	t.step("read", t.name, rows, since)
	return nil
}

// prepare compares every source's columns with the night before and compiles the mappings.
func (t *tableLoad) prepare(ctx context.Context) (parts []prepared, hold bool, err error) {
	if t.mappings, err = withTypes(ctx, t.sources, t.mappings); err != nil {
		return nil, false, err
	}
	for _, m := range t.mappings {
		p := prepared{Mapping: m, src: t.sources[m.Source]}
		if p.schema, err = p.src.schemaOf(ctx, m); err != nil {
			return nil, false, err
		}
		d, err := t.drift(m, t.loadBefore(m).Schema, p.schema)
		if err != nil {
			if unfit := t.compile(&p); unfit != nil { // a mapped column is gone: say where, and what there is
				err = kindError{fmt.Errorf("%w\n%w", unfit, err), extract.ErrMapping}
			}
			return nil, false, err
		}
		p.Mapping, p.reread = d.mapping, d.reread
		t.out.Drift = append(t.out.Drift, d.changes...)
		hold = hold || d.hold
		parts = append(parts, p)
	}
	for i := range parts {
		if hold {
			return nil, true, nil
		}
		if err := t.compile(&parts[i]); err != nil {
			return nil, false, err
		}
	}
	return parts, false, nil
}

func (t *tableLoad) compile(p *prepared) (err error) {
	var columns []string
	for _, c := range p.schema {
		columns = append(columns, c.Name)
	}
	if p.mapper, err = extract.Compile(p.Mapping, p.src.spec, t.cfg.Values(), columns); err != nil {
		return kindError{err, extract.ErrMapping}
	}
	return nil
}

// loadBefore is what the mapping gave the night before; empty where it gave nothing.
func (t *tableLoad) loadBefore(m extract.Mapping) lake.Load {
	for _, l := range t.before.Loads {
		if l.Table == m.Table && l.Mapping == m.Index && l.Source == m.Source {
			return l
		}
	}
	return lake.Load{}
}

// keep takes the table over as it was read the night before.
func (t *tableLoad) keep() {
	for _, rel := range tableOf(t.mappings).Relations() {
		if kept, ok := t.before.Table(rel.Name); ok {
			t.out.Tables = append(t.out.Tables, kept)
		}
	}
	for _, l := range t.before.Loads {
		if l.Table == t.name {
			t.out.Loads = append(t.out.Loads, l)
		}
	}
	for _, inc := range t.before.Increments {
		if inc.Table == t.name {
			t.out.Increments = append(t.out.Increments, inc)
		}
	}
	t.out.Observed.Verified = append(t.out.Observed.Verified, t.verifiedBefore()...)
	t.found.kept = append(t.found.kept, t.name)
}

// loadTogether reads all mappings whole into one partition.
func (t *tableLoad) loadTogether(ctx context.Context, parts []prepared) ([]lake.TableSnapshot, int64, error) {
	w, err := t.lake.NewWriter(tableOf(t.mappings), "")
	if err != nil {
		return nil, 0, err
	}
	var rows int64
	for _, p := range parts {
		result, err := t.readAll(ctx, p, w)
		if err != nil {
			return nil, 0, errors.Join(err, w.Discard())
		}
		rows += result.Rows
		t.note(p, result)
		if err := t.proveKey(ctx, p); err != nil {
			return nil, 0, errors.Join(err, w.Discard())
		}
	}
	tables, err := w.Close(ctx)
	return tables, rows, err
}

// proveKey notes what the primary key of a database keeps unique in a table of one mapping: then
// nobody need look for keys that stand more than once.
func (t *tableLoad) proveKey(ctx context.Context, p prepared) error {
	tracker, ok := p.src.Source.(extract.Tracker)
	if !ok || len(t.mappings) > 1 {
		return nil
	}
	primary, err := tracker.KeyColumns(ctx, p.Relation)
	if err != nil {
		return err
	}
	if columns, ok := p.mapper.KeptKey(primary, p.schema); ok {
		t.found.unique[t.name] = columns
	}
	return nil
}

// note keeps what a whole read found.
func (t *tableLoad) note(p prepared, r extract.Result) {
	t.found.notes = append(t.found.notes, notes{table: t.name, mapping: p.Index, bad: r.Bad, leftOut: r.LeftOut})
	t.out.Loads = append(t.out.Loads, loadOf(p, r))
}

func loadOf(p prepared, r extract.Result) lake.Load {
	l := lake.Load{Table: p.Table, Source: p.Source, Mapping: p.Index, Rows: r.Rows, Quarantined: r.Quarantined, Filtered: r.Filtered, Rounded: r.Rounded, Schema: p.schema}
	if !r.Newest.IsZero() {
		l.NewestOn = r.Newest.Format(time.DateOnly)
	}
	return l
}

// readAll reads a mapping whole. Where that is due the source also counts and sums up its columns
// in the same snapshot, and what arrived must be equal.
func (t *tableLoad) readAll(ctx context.Context, p prepared, to extract.Target) (extract.Result, error) {
	var part extract.Part
	var source extract.Tallies
	tracker, tracks := p.src.Source.(extract.Tracker)
	verify := tracks && t.sumsDue(p)
	if verify {
		var err error
		since := t.opt.Now()
		if source, err = tracker.Sums(ctx, p.mapper.Query()); err != nil {
			return extract.Result{}, err
		}
		t.asked(p, "counts and sums, which the source computes itself", source.Rows, since)
		part.Tally = source.Exact()
	}
	r, err := t.read(ctx, p, to, part, "all rows")
	if err != nil {
		return r, err
	}
	if verify {
		if r.Unreadable > 0 { // their values are in no sum
			source.Rows, source.Columns = source.Rows-r.Unreadable, nil
		}
		if said := r.Tallies.Differ(source); said != "" {
			return r, kindError{fmt.Errorf("verify source %s: %s; the table was written to while it was read in a way that its snapshot does not cover, or values were lost on the way: run again",
				p.Source, said), extract.ErrUnreachable}
		}
		t.verified(p, verifiedSums)
	} else {
		t.stillVerified(p, verifiedSums)
	}
	return r, nil
}

// read loads rows of a mapping and keeps the record of it for the source's owner.
func (t *tableLoad) read(ctx context.Context, p prepared, to extract.Target, part extract.Part, how string) (extract.Result, error) {
	since := t.opt.Now()
	r, err := extract.Load(ctx, p.src, p.mapper, to, part)
	t.asked(p, how, r.Rows+r.Quarantined+r.Filtered, since)
	return r, err
}

// asked keeps what was asked of a source.
func (t *tableLoad) asked(p prepared, how string, rows int64, since time.Time) {
	columns := p.mapper.SourceColumns()
	if columns == nil {
		columns = []string{"those of the select"}
	}
	p.src.reads = append(p.src.reads, lake.Reading{
		Table: t.name, Relation: p.Relation, Columns: columns, How: how, Rows: rows, Seconds: t.opt.Now().Sub(since).Seconds(),
	})
}

// What a Verification compared.
const (
	verifiedSums = "sums"
	verifiedKeys = "keys"
)

// week is how long a weekly verification lasts; a night that begins a little early counts.
const week = 7*24*time.Hour - 6*time.Hour

// sumsDue says whether the source adds up its columns tonight.
func (t *tableLoad) sumsDue(p prepared) bool {
	switch t.cfg.Verify {
	case VerifyFull:
		return true
	case VerifyCount:
		return false
	}
	return t.due(p, verifiedSums)
}

// due says whether a verification is older than a week, and takes the time of one that is not over.
func (t *tableLoad) due(p prepared, what string) bool {
	at := t.verifiedAt(p, what)
	return at.IsZero() || t.opt.Now().Sub(at) >= week
}

func (t *tableLoad) verifiedAt(p prepared, what string) time.Time {
	for _, v := range t.before.Observed.Verified {
		if v.Table == t.name && v.Mapping == p.Index && v.What == what {
			return v.At
		}
	}
	return time.Time{}
}

func (t *tableLoad) verifiedBefore() []lake.Verification {
	return slices.DeleteFunc(slices.Clone(t.before.Observed.Verified), func(v lake.Verification) bool { return v.Table != t.name })
}

// verified notes that a verification was done now.
func (t *tableLoad) verified(p prepared, what string) { t.setVerified(p, what, t.opt.Now().UTC()) }

// stillVerified carries the time of an earlier verification on.
func (t *tableLoad) stillVerified(p prepared, what string) {
	if at := t.verifiedAt(p, what); !at.IsZero() {
		t.setVerified(p, what, at)
	}
}

func (t *tableLoad) setVerified(p prepared, what string, at time.Time) {
	t.out.Observed.Verified = append(t.out.Observed.Verified, lake.Verification{Table: t.name, Mapping: p.Index, What: what, At: at})
}
