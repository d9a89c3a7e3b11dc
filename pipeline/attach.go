package pipeline

import (
	"context"
	"fmt"
	"slices"

	"github.com/pharos-analytics/pharos/pipeline/lake"
	"github.com/pharos-analytics/pharos/pipeline/model"
)

// The relations of the lake that Pharos itself fills.
const (
	quarantineTable = "quarantine"
	duplicateTable  = "duplicate_keys"
)

// lakeShapes are the relations of schema raw that a model may read: the canonical tables, what
// customers split into, quarantine and duplicate keys. The raw tables of pharos.yaml come beside them.
func lakeShapes() []lake.Relation {
	var shapes []lake.Relation
	for _, t := range lake.Canonical() {
		shapes = append(shapes, t.Relations()...)
	}
	return append(shapes,
		lake.Relation{Name: quarantineTable, Columns: quarantineColumns()},
		lake.Relation{Name: duplicateTable, Columns: duplicateColumns()})
}

func quarantineColumns() []lake.Column {
	return []lake.Column{{Name: "table_name"}, {Name: "source"}, {Name: "location"}, {Name: "rule"}, {Name: "column_name"}, {Name: "value"},
		{Name: lake.MappingColumn}, {Name: "key"}} // the last two, of incremental mappings, carry a row's note from night to night
}

func duplicateColumns() []lake.Column {
	return []lake.Column{{Name: "table_name"}, {Name: "key"}, {Name: "rows", Type: lake.Integer}}
}

// lakeRelations names everything that schema raw offers to the models of one company.
func lakeRelations(cfg *Config) []string {
	var names []string
	for _, r := range lakeShapes() {
		names = append(names, r.Name)
	}
	for _, m := range cfg.Data {
		if m.Raw && !slices.Contains(names, m.Table) {
			names = append(names, m.Table)
		}
	}
	return names
}

// attachLake gives the engine every relation of the snapshot, and an empty one with the right
// columns for every canonical table that the company does not have: joins to it are then safe,
// and needs: decides what is computed.
func attachLake(ctx context.Context, eng *model.DuckDB, l *lake.Lake, s *lake.Snapshot, cfg *Config) error {
	return attachLakeAs(ctx, eng, "raw", l, s, cfg)
}

// attachLakeAs gives the relations of a snapshot under another schema, beside those of a later one.
func attachLakeAs(ctx context.Context, eng *model.DuckDB, schema string, l *lake.Lake, s *lake.Snapshot, cfg *Config) error {
	for _, name := range attachable(s) {
		if err := attachRelation(ctx, eng, schema, l, s, name); err != nil {
			return err
		}
	}
	for _, m := range cfg.Data {
		if _, loaded := s.Table(m.Table); m.Raw && !loaded && schema == "raw" {
			return fmt.Errorf("attach raw.%s: the last snapshot does not hold it: run once without --from-lake", m.Table)
		}
	}
	return nil
}

// attachable names what a snapshot holds and the canonical relations that it does not.
func attachable(s *lake.Snapshot) []string {
	var names []string
	for _, t := range s.Tables {
		names = append(names, t.Name)
	}
	for _, r := range lakeShapes() {
		if !slices.Contains(names, r.Name) {
			names = append(names, r.Name)
		}
	}
	return names
}

// attachRelation gives one of them its rows, or the right columns and none.
func attachRelation(ctx context.Context, eng *model.DuckDB, schema string, l *lake.Lake, s *lake.Snapshot, name string) error {
	if _, loaded := s.Table(name); loaded {
		return eng.AttachParts(ctx, schema+"."+name, l.Parts(s, name))
	}
	shapes := lakeShapes()
	var columns []model.Column
	for _, c := range shapes[slices.IndexFunc(shapes, func(r lake.Relation) bool { return r.Name == name })].Columns {
		columns = append(columns, model.Column{Name: c.Name, Type: c.Type.String()})
	}
	return eng.CreateFrom(ctx, schema+"."+name, columns, nil, "")
}
