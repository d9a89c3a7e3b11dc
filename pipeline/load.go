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
	sources, err := openSources(ctx, n.cfg, "pharos "+n.startedAt.Format(time.RFC3339))
	if err != nil {
		return nil, err
	}
	s := lake.Snapshot{Schema: lake.SchemaVersion}
	loaded, err := n.loadTables(ctx, sources, &s)
	readings, closing := sources.close()
	if err := errors.Join(err, closing); err != nil {
		return nil, err
	}
	s.Observed.Sources = readings
	if err := n.storeFindings(ctx, loaded, &s); err != nil {
		return nil, err
	}
	published, err := n.lake.Publish(s)
	return &published, err
}

// openSource is a source with what its mappings need to know about it.
type openSource struct {
	extract.Source
	spec extract.Spec
}

type sourceSet map[string]*openSource

// openSources opens every source that some mapping reads; each fixes its snapshot now. The
// application is what the run calls itself there.
func openSources(ctx context.Context, cfg *Config, application string) (sourceSet, error) {
	set := sourceSet{}
	for _, spec := range cfg.Sources {
		if !slices.ContainsFunc(cfg.Data, func(m extract.Mapping) bool { return m.Source == spec.Name }) {
			continue
		}
		spec.Application = application
		src, err := extract.Open(ctx, spec)
		if err != nil {
			_, closing := set.close()
			return nil, errors.Join(err, closing) // the error names the source
		}
		set[spec.Name] = &openSource{Source: src, spec: spec}
	}
	return set, nil
}

// close ends all sessions and gives their verdicts, by name.
func (set sourceSet) close() ([]lake.SourceReading, error) {
	var names []string
	for name := range set {
		names = append(names, name)
	}
	slices.Sort(names)
	var readings []lake.SourceReading
	var errs []error
	for _, name := range names {
		if err := set[name].Close(); err != nil {
			errs = append(errs, fmt.Errorf("close source %s: %w", name, err))
		}
		readings = append(readings, set[name].Verdict())
	}
	return readings, errors.Join(errs...)
}

// findings are what extraction saw that the lake keeps beside the tables.
type findings struct{ bad []extract.BadRow }

// loadTables reads one table after the other, each from all its mappings in order of precedence.
func (n *night) loadTables(ctx context.Context, sources sourceSet, s *lake.Snapshot) (*findings, error) {
	f := &findings{}
	for _, name := range tableNames(n.cfg.Data) {
		var mappings []extract.Mapping
		for _, m := range n.cfg.Data {
			if m.Table == name {
				mappings = append(mappings, m)
			}
		}
		if err := n.loadTable(ctx, sources, mappings, s, f); err != nil {
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

func (n *night) loadTable(ctx context.Context, sources sourceSet, mappings []extract.Mapping, s *lake.Snapshot, f *findings) error {
	since := n.opt.Now()
	mappings, err := withTypes(ctx, sources, mappings)
	if err != nil {
		return err
	}
	w, err := n.lake.NewWriter(tableOf(mappings), "")
	if err != nil {
		return err
	}
	var rows int64
	for _, m := range mappings {
		result, err := n.loadMapping(ctx, sources[m.Source], m, w)
		if err != nil {
			return errors.Join(err, w.Discard())
		}
		f.bad = append(f.bad, result.Bad...)
		rows += result.Rows
		s.Loads = append(s.Loads, loadOf(m, result))
	}
	tables, err := w.Close(ctx)
	if err != nil {
		return err
	}
	s.Tables = append(s.Tables, tables...)
	n.step("read", mappings[0].Table, rows, since)
	return nil
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

func (n *night) loadMapping(ctx context.Context, src *openSource, m extract.Mapping, w *lake.Writer) (extract.Result, error) {
	columns, err := src.columnsOf(ctx, m)
	if err != nil {
		return extract.Result{}, err
	}
	mapper, err := extract.Compile(m, src.spec, extract.Context{Location: n.cfg.Company.Location, Currency: n.cfg.Company.Currency}, columns)
	if err != nil {
		return extract.Result{}, kindError{err, extract.ErrMapping}
	}
	return extract.Load(ctx, src, mapper, w)
}

// columnsOf are the columns of the mapped relation, nil where only the server knows them.
func (src *openSource) columnsOf(ctx context.Context, m extract.Mapping) ([]string, error) {
	if m.Select != "" {
		return nil, nil
	}
	columns, err := extract.ColumnsOf(ctx, src.Source, m.Relation)
	if err != nil {
		err = fmt.Errorf("list columns of source %s: %w", m.Source, err)
		if ctx.Err() != nil || errors.Is(err, extract.ErrMapping) {
			return nil, err
		}
		return nil, kindError{err, extract.ErrUnreachable} // an export without its header, a damaged file
	}
	return columns, nil // nil for an unknown relation: Read names those that there are
}

func loadOf(m extract.Mapping, r extract.Result) lake.Load {
	l := lake.Load{Table: m.Table, Source: m.Source, Mapping: m.Index, Rows: r.Rows, Quarantined: r.Quarantined, Filtered: r.Filtered, Rounded: r.Rounded}
	if !r.Newest.IsZero() {
		l.NewestOn = r.Newest.Format(time.DateOnly)
	}
	return l
}

// storeFindings keeps the quarantined rows and the keys that stand more than once.
func (n *night) storeFindings(ctx context.Context, f *findings, s *lake.Snapshot) error {
	rows := make([][]*string, 0, len(f.bad))
	for _, b := range f.bad {
		rows = append(rows, []*string{&b.Table, &b.Source, &b.Location, &b.Rule, &b.Column, &b.Value})
	}
	quarantine, err := n.lake.StoreRows(ctx, quarantineTable, quarantineColumns(), rows)
	if err != nil {
		return err
	}
	twice, err := n.duplicateKeys(ctx, s)
	if err != nil {
		return err
	}
	duplicates, err := n.lake.StoreRows(ctx, duplicateTable, duplicateColumns(), twice)
	if err != nil {
		return err
	}
	s.Tables = append(s.Tables, quarantine, duplicates)
	return nil
}
