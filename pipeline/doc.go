// Package pipeline is the night's work: it reads the sources into the lake, computes the models
// and publishes the run.
//
//	sources            lake                     models                          published run
//	(read-only)        (Parquet, immutable)     (SQL on DuckDB)                 (immutable folder)
//
//	postgres ┐                                  staging ─ core ─┬─ segment ─┐    marts/*.parquet
//	mysql    │ extract  orders, contracts,      one customer,   │           ├──▶ report.html
//	sqlite   ├────────▶ ledger, …               one ledger,     └─ analysis ┘    lists/<name>/…
//	csv xlsx │          + manifest              checked                          manifest.json
//	parquet  ┘                                                                   ◀─ CURRENT
//
// Data flows one way, left to right; Run is the picture as code.
package pipeline
