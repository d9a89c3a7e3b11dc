package model

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// AttachParts gives a relation of the lake its rows: as Attach where every row of the files
// counts, else without the rows whose keys changed later and with those that stand in their place.
func (e *DuckDB) AttachParts(ctx context.Context, relation string, parts []lake.Part) error {
	if len(parts) == 1 && len(parts[0].Keys) == 0 {
		return e.Attach(ctx, relation, parts[0].Base)
	}
	var selects []string
	for _, p := range parts {
		for _, file := range slices.Concat(p.Base, p.Keys, p.Delta) {
			if !filepath.IsAbs(file) {
				return fmt.Errorf("attach %s: the path %q is not absolute", relation, file)
			}
		}
		selects = append(selects, selectPart(p)...)
	}
	if len(selects) == 0 {
		return fmt.Errorf("attach %s: it has no file", relation)
	}
	if err := e.makeSchema(ctx, relation); err != nil {
		return fmt.Errorf("attach %s: %w", relation, err)
	}
	err := e.exec(ctx, "create or replace view "+quoteRelation(relation)+" as "+strings.Join(selects, " union all by name "))
	if err != nil {
		return fmt.Errorf("attach %s: %w", relation, err)
	}
	e.views[relation] = true
	return nil
}

// selectPart reads the rows of a part that count. The anti join builds its hash table from the
// keys, which are few, and lets the rows stream by.
func selectPart(p lake.Part) []string {
	if len(p.Keys) == 0 {
		return []string{"select * from " + readParquet(p.Base)}
	}
	on := make([]string, len(p.Key))
	for i, column := range p.Key {
		on[i] = fmt.Sprintf("touched.%[1]s is not distinct from base.%[1]s", quoteName(column))
	}
	return []string{
		"select base.* from " + readParquet(p.Base) + " as base anti join " + readParquet(p.Keys) + " as touched on " + strings.Join(on, " and "),
		"select * from " + readParquet(p.Delta),
	}
}

// readParquet is the table function over files, whose columns are found by name. Without
// hive_partitioning = false a folder named p=… would become a column.
func readParquet(files []string) string {
	paths := make([]string, len(files))
	for i, file := range files {
		paths[i] = globEscaper().Replace(file)
	}
	return "read_parquet(" + quoteList(paths) + ", hive_partitioning = false, union_by_name = " + fmt.Sprint(len(files) > 1) + ")"
}
