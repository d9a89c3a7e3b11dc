package pipeline

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/pharos-analytics/pharos/pipeline/extract"
	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// ErrNoSnapshot says that --from-lake was asked for before anything was read.
var ErrNoSnapshot = errors.New("the lake is empty")

// load reads every source into the lake and makes that the lake's current snapshot.
func (n *night) load(ctx context.Context) (*lake.Snapshot, error) {
	if n.opt.FromLake {
		s, err := n.lake.Current()
		if err == nil && s == nil {
			err = fmt.Errorf("compute from the lake %s: %w", n.lake.Root(), ErrNoSnapshot)
		}
		return s, err
	}
	before, err := n.lake.Current()
	if err != nil {
		return nil, err
	}
	if before == nil {
		before = &lake.Snapshot{}
	}
	s, loaded, err := n.readSources(ctx, before)
	if err != nil {
		return nil, err
	}
	if err := n.storeFindings(ctx, loaded, before, s); err != nil {
		return nil, err
	}
	published, err := n.lake.Publish(*s)
	return &published, err
}

// readOnce reads every table in new sessions. n.readings tells of them, with an error too.
func (n *night) readOnce(ctx context.Context, before *lake.Snapshot) (*lake.Snapshot, *findings, error) {
	s := &lake.Snapshot{Schema: lake.SchemaVersion}
	var loaded *findings
	sources, err := openSources(ctx, n.cfg, n.workspace.Tmp(), "pharos "+n.startedAt.Format(time.RFC3339))
	if err == nil {
		loaded, err = n.loadTables(ctx, sources, before, s)
	}
	if n.readings, err = sources.end(n.cfg.Boundary, err); err != nil {
		return nil, nil, err
	}
	return s, loaded, nil
}

// openSource is a source with what its mappings need to know about it.
type openSource struct {
	extract.Source
	spec  extract.Spec
	reads []lake.Reading
}

type sourceSet map[string]*openSource

// openSources opens every source that some mapping reads; each fixes its snapshot now. Those that
// are open are returned with an error too: their verdicts are evidence, and the caller ends them.
// The application is what the run calls itself there.
func openSources(ctx context.Context, cfg *Config, tmp, application string) (sourceSet, error) {
	set := sourceSet{}
	for _, spec := range cfg.Sources {
		if !slices.ContainsFunc(cfg.Data, func(m extract.Mapping) bool { return m.Source == spec.Name }) {
			continue
		}
		spec.TempDir, spec.Application = tmp, application
		src, err := extract.Open(ctx, spec)
		if err != nil {
			return set, err // the error names the source
		}
		set[spec.Name] = &openSource{Source: src, spec: spec}
	}
	return set, set.judge(cfg.Boundary)
}

// names are the sources in one order.
func (set sourceSet) names() []string { return slices.Sorted(maps.Keys(set)) }

// close ends all sessions and gives their verdicts, by name.
func (set sourceSet) close() ([]lake.SourceReading, error) {
	var readings []lake.SourceReading
	var errs []error
	for _, name := range set.names() {
		if err := set[name].Close(); err != nil {
			errs = append(errs, fmt.Errorf("close source %s: %w", name, err))
		}
		reading := set[name].Verdict()
		reading.Reads = set[name].reads
		readings = append(readings, reading)
	}
	return readings, errors.Join(errs...)
}

// findings are what extraction saw that the lake keeps beside the tables.
type findings struct {
	notes  []notes
	kept   []string            // tables that stay as they were, with their notes
	unique map[string][]string // table -> columns that its source keeps unique
}

// notes are the rows of one mapping that are not in its table.
type notes struct {
	table   string
	mapping int
	bad     []extract.BadRow
	leftOut []string // keys, of an incremental mapping only
}

// loadTables reads one table after the other, each from all its mappings in order of precedence.
func (n *night) loadTables(ctx context.Context, sources sourceSet, before, s *lake.Snapshot) (*findings, error) {
	f := &findings{unique: map[string][]string{}}
	for _, name := range tableNames(n.cfg.Data) {
		t := tableLoad{night: n, name: name, sources: sources, before: before, out: s, found: f}
		for _, m := range n.cfg.Data {
			if m.Table == name {
				t.mappings = append(t.mappings, m)
			}
		}
		if len(n.again) > 0 && !slices.Contains(n.again, name) {
			t.keep()
			continue
		}
		if err := t.load(ctx); err != nil {
			return nil, fmt.Errorf("load %s: %w", name, err)
		}
	}
	return f, nil
}

// tableNames are the mapped tables in file order, each once.
func tableNames(mappings []extract.Mapping) []string {
	var names []string
	for _, m := range mappings {
		if !slices.Contains(names, m.Table) {
			names = append(names, m.Table)
		}
	}
	return names
}

// tableOf is the shape the mappings fill.
func tableOf(mappings []extract.Mapping) lake.Table {
	if t, ok := lake.TableNamed(mappings[0].Table); ok && !mappings[0].Raw {
		return t
	}
	var columns []lake.Column
	for _, m := range mappings {
		for _, c := range m.Columns {
			if !slices.ContainsFunc(columns, func(known lake.Column) bool { return known.Name == c.Name }) {
				columns = append(columns, lake.Column{Name: c.Name, Type: c.Type})
			}
		}
	}
	return lake.RawTable(mappings[0].Table, columns)
}

// storeFindings keeps the quarantined rows, those that where: leaves out of incremental mappings,
// and the keys that stand more than once.
func (n *night) storeFindings(ctx context.Context, f *findings, before, s *lake.Snapshot) error {
	kept, err := n.notesOf(ctx, before, f.kept)
	if err != nil {
		return err
	}
	var bad, leftOut [][]*string
	for _, note := range append(f.notes, kept...) {
		index := strconv.Itoa(note.mapping)
		for _, b := range note.bad {
			bad = append(bad, []*string{&b.Table, &b.Source, &b.Location, &b.Rule, &b.Column, &b.Value, &index, &b.Key})
		}
		for _, key := range note.leftOut {
			leftOut = append(leftOut, []*string{&note.table, &index, &key})
		}
	}
	twice, err := n.duplicateKeys(ctx, s, f.unique)
	if err != nil {
		return err
	}
	for _, r := range []struct {
		name    string
		columns []lake.Column
		rows    [][]*string
	}{
		{quarantineTable, quarantineColumns(), bad},
		{duplicateTable, duplicateColumns(), twice},
		{leftOutTable, leftOutColumns(), leftOut},
	} {
		if r.name == leftOutTable && len(r.rows) == 0 {
			continue
		}
		stored, err := n.lake.StoreRows(ctx, r.name, r.columns, r.rows)
		if err != nil {
			return err
		}
		s.Tables = append(s.Tables, stored)
	}
	return nil
}

// schemaOf are the columns of the mapped relation, nil where only the server knows them.
func (src *openSource) schemaOf(ctx context.Context, m extract.Mapping) ([]lake.DeclaredColumn, error) {
	if m.Select != "" {
		return nil, nil
	}
	columns, err := extract.SchemaOf(ctx, src.Source, m.Relation)
	if err != nil {
		err = fmt.Errorf("list columns of source %s: %w", m.Source, err)
		if ctx.Err() != nil || errors.Is(err, extract.ErrMapping) {
			return nil, err
		}
		return nil, kindError{err, extract.ErrUnreachable} // an export without its header, a damaged file
	}
	return columns, nil // nil for an unknown relation: Read names those that there are
}
