package main

import "github.com/pharos-analytics/pharos/pipeline"

const (
	// defaultSheetRows keeps the workbook of a large company small enough to be opened at once.
	defaultSheetRows = 5000
	mostSheetRows    = 1<<20 - 1 // of any spreadsheet
)

// publish reads what a run leaves beside its marts.
func (f *fields) publish(cfg *pipeline.Config) {
	cfg.KeepRuns = f.get("keep_runs").count(30, 1, 100000)
	f.get("workbook").mapping(func(w *fields) {
		cfg.Workbook.Rows = w.get("rows").count(defaultSheetRows, 1, mostSheetRows)
		marts := w.get("marts")
		cfg.Workbook.Marts, cfg.Workbook.Pos = marts.texts(), marts.pos()
	})
}
