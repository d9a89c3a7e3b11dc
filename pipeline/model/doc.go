// Package model turns SQL files into computed relations.
//
// It takes files (sql.Files and the analyst's own folder) and an engine that holds the lake's
// Parquet, and gives marts as Parquet files, results of checks and a data dictionary:
//
//	models, err := model.Load(sql.Files, os.DirFS("sql"))    // headers, references
//	models, err = model.Order(models, given)                 // the graph, checked
//	plan, skipped, err := model.Plan(models, loaded, only)   // what this company's data allows
//	err = model.Compute(ctx, engine, plan, out, progress)    // tables, views, Parquet files
//	results, err := model.RunChecks(ctx, engine, plan, settings)
//	beside, err := engine.Beside(ctx, name)                  // the same models over other rows, such as those of an earlier day
//
// What SQL cannot compute, a Go step does (Step): it stands in the graph like a model, reads relations
// of the engine it runs on and adds rows, which are kept like those of any model.
//
// The graph is read from the SQL itself by DuckDB's own parser; nothing is templated, so every file
// can be pasted into a console. DuckDB is embedded: it reads and writes only the folders it is
// given, and the bytes of a mart do not depend on threads, memory or the order of its input. Lint
// keeps the models inside the subset of SQL that DuckDB and Trino compute alike.
//
// Errors about a model are path:line:column with the nearest names, all at once where possible.
//
// Of ours it imports lake (names of the canonical tables); it alone imports DuckDB's driver.
package model
