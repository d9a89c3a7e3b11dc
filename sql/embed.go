// Package sql holds the models: one file, one relation, one select. The folder is the schema and
// the file name the relation, so sql/segment/profit_tiers.sql is segment.profit_tiers. Every file
// is plain SQL that runs on DuckDB and on Trino and can be pasted into any SQL console.
//
// The layers, each reading itself and those before it: staging renames and types, core makes one
// customer, one ledger and one calendar, segment says what a customer is worth, analysis what
// customers do, publish gathers key figures and lists, checks are queries about bad data.
//
// The package imports nothing; pipeline/model reads the files.
package sql

import "embed"

// Files are the models that come with Pharos, as <schema>/<relation>.sql.
//
//go:embed staging/*.sql core/*.sql segment/*.sql analysis/*.sql publish/*.sql checks/*.sql
var Files embed.FS

// Diff are the queries that compare two runs, as diff/<name>.sql. They are no models: they read the
// marts of both runs, before.<mart> and after.<mart>, once there are two.
//
//go:embed diff/*.sql
var Diff embed.FS
