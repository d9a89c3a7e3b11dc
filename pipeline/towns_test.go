package pipeline

import (
	"testing"

	"github.com/pharos-analytics/pharos/pipeline/lake"
	"github.com/pharos-analytics/pharos/pipeline/model"
	"github.com/pharos-analytics/pharos/segment"
)

// computeTown builds relations on 2026-01-01 from rows of canonical tables, column by column; a
// column that a row lacks is NULL. mapped are the columns that pharos.yaml would map.
func computeTown(t *testing.T, cfg *Config, tables map[string][]map[string]any, mapped map[string][]string, wanted []string) *model.DuckDB {
	t.Helper()
	models, err := Models(cfg)
	if err != nil {
		t.Fatal(err)
	}
	eng, err := openEngine(t.Context(), EngineSetting{MemoryMB: 1500, Threads: 2}, model.DuckDBOptions{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { eng.Close() })
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range lakeShapes() {
		var columns []model.Column
		for _, c := range s.Columns {
			columns = append(columns, model.Column{Name: c.Name, Type: c.Type.String()})
		}
		var rows [][]any
		for _, values := range tables[s.Name] {
			row := make([]any, len(columns))
			for i, c := range columns {
				row[i] = values[c.Name]
			}
			rows = append(rows, row)
		}
		must(eng.CreateFrom(t.Context(), "raw."+s.Name, columns, rows, ""))
	}
	undecided := append(identityRelations(cfg, &lake.Snapshot{}, &decisions{merges: &segment.Merges{}}, nil), noOutcomes())
	for _, r := range append(relations(cfg, windowsAt(day(2026, 1, 1), cfg.Profit.Window, 1), &lake.Snapshot{}, mapped), undecided...) {
		must(eng.CreateFrom(t.Context(), r.name, r.columns, r.rows, ""))
	}
	must(model.Compute(t.Context(), eng, keep(models, wanted), func(model.Model) string { return "" }, nil, wanted...))
	return eng
}
