package model

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/duckdb/duckdb-go/v2"
)

// DuckDBOptions bound the embedded engine. All folders are absolute.
type DuckDBOptions struct {
	MemoryMB  int      // most that the engine shall hold, in MiB; what does not fit spills into TempDir
	Threads   int      // at least 1
	TempDir   string   // for this engine alone: two engines would overwrite each other's spill files
	MaxTempMB int      // most that may be spilled, in MiB; 0: 64 times the memory
	Readable  []string // folders read from: the lake, a published run
	Writable  []string // folders written to: the run being made, an export
	KeepOrder bool     // rows without an order by come as they are stored: for people's own queries
}

// DuckDB computes models in an embedded, in-memory DuckDB. Its database belongs to this value and
// goes with Close; it reads and writes no file outside the folders of its options, loads no
// extension and its configuration is locked. It is not safe for concurrent use.
type DuckDB struct {
	db      *sql.DB
	conn    *sql.Conn
	tempDir string
	beside  string          // of a second database in the engine: its name
	views   map[string]bool // relations whose rows are computed when they are read
}

var _ Engine = (*DuckDB)(nil)

// OpenDuckDB starts an engine.
func OpenDuckDB(ctx context.Context, o DuckDBOptions) (*DuckDB, error) {
	if o.MemoryMB < 1 || o.Threads < 1 {
		return nil, fmt.Errorf("open duckdb: memory is %d MiB and threads %d: both must be at least 1", o.MemoryMB, o.Threads)
	}
	folders := append([]string{o.TempDir}, append(o.Readable, o.Writable...)...)
	for _, folder := range folders {
		if !filepath.IsAbs(folder) {
			return nil, fmt.Errorf("open duckdb: the folder %q is not absolute", folder)
		}
	}
	connector, err := duckdb.NewConnector("", nil)
	if err != nil {
		return nil, fmt.Errorf("open duckdb: %w", err)
	}
	e := &DuckDB{db: sql.OpenDB(connector), tempDir: o.TempDir, views: map[string]bool{}}
	if e.conn, err = e.db.Conn(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open duckdb: %w", err), e.db.Close())
	}
	for _, setting := range o.settings(folders) {
		if _, err := e.conn.ExecContext(ctx, "set "+setting); err != nil {
			return nil, errors.Join(fmt.Errorf("set %s: %w", setting, err), e.Close())
		}
	}
	return e, nil
}

// settings are the engine's bounds; the last one closes the door behind them.
func (o DuckDBOptions) settings(folders []string) []string {
	maxTemp := o.MaxTempMB
	if maxTemp == 0 {
		maxTemp = 64 * o.MemoryMB
	}
	return []string{
		"errors_as_json = true", // errors with byte offsets
		"TimeZone = 'UTC'",      // the host's zone must change nothing
		fmt.Sprintf("memory_limit = '%dMiB'", o.MemoryMB-o.MemoryMB/16), // the rest is for what the engine does not count
		fmt.Sprintf("threads = %d", o.Threads),
		"temp_directory = " + quoteText(o.TempDir),
		fmt.Sprintf("max_temp_directory_size = '%dMiB'", maxTemp),
		fmt.Sprintf("preserve_insertion_order = %t", o.KeepOrder),
		"parquet_metadata_cache = true", // the files are immutable
		"autoinstall_known_extensions = false",
		"autoload_known_extensions = false",
		"allow_community_extensions = false",
		"allowed_directories = " + quoteList(append(folders, escaped(folders)...)),
		"enable_external_access = false",
		"lock_configuration = true",
	}
}

// Close ends the engine and frees its memory.
func (e *DuckDB) Close() error {
	if e.beside != "" {
		return e.closeBeside()
	}
	return errors.Join(e.conn.Close(), e.db.Close())
}

// Attach gives a relation its Parquet files, absolute paths inside a readable folder. Files of
// different schema versions are one relation: a column that a file lacks is NULL in its rows. A
// relation without a schema belongs to main, as for pharos sql.
func (e *DuckDB) Attach(ctx context.Context, relation string, files []string) error {
	if len(files) == 0 {
		return fmt.Errorf("attach %s: it has no file", relation)
	}
	for _, file := range files {
		if !filepath.IsAbs(file) {
			return fmt.Errorf("attach %s: the path %q is not absolute", relation, file)
		}
	}
	if err := e.attach(ctx, relation, files); err != nil {
		return fmt.Errorf("attach %s: %w", relation, err)
	}
	e.views[relation] = true
	return nil
}

func (e *DuckDB) attach(ctx context.Context, relation string, files []string) error {
	if err := e.makeSchema(ctx, relation); err != nil {
		return err
	}
	return e.exec(ctx, "create or replace view "+quoteRelation(relation)+" as select * from "+readParquet(files))
}

// Drop removes a relation and frees its memory; files stay.
func (e *DuckDB) Drop(ctx context.Context, relation string) error {
	kind := "table"
	if e.views[relation] {
		kind = "view"
	}
	if err := e.exec(ctx, "drop "+kind+" if exists "+quoteRelation(relation)); err != nil {
		return fmt.Errorf("drop %s: %w", relation, err)
	}
	delete(e.views, relation)
	return nil
}

// exec runs one statement of our own making.
func (e *DuckDB) exec(ctx context.Context, statement string) error {
	_, err := e.run(ctx, statement)
	if err != nil {
		return plainError(ctx, err)
	}
	return nil
}

// run returns the number of rows a statement made, which DuckDB gives as its result (the driver's
// RowsAffected is 0 for create table as). The error is DuckDB's own.
func (e *DuckDB) run(ctx context.Context, statement string) (count int64, err error) {
	rows, err := e.conn.QueryContext(ctx, statement)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	if types, err := rows.ColumnTypes(); err != nil || len(types) != 1 || types[0].Name() != "Count" {
		return 0, errors.Join(err, rows.Err())
	}
	for rows.Next() {
		if err := rows.Scan(&count); err != nil {
			return 0, err
		}
	}
	return count, rows.Err()
}

func (e *DuckDB) makeSchema(ctx context.Context, relation string) error {
	schema, _, qualified := strings.Cut(relation, ".")
	if !qualified {
		return nil
	}
	return e.exec(ctx, "create schema if not exists "+quoteName(schema))
}

// quoteRelation quotes schema.name; without a schema, just the name.
func quoteRelation(relation string) string {
	schema, name, qualified := strings.Cut(relation, ".")
	if !qualified {
		return quoteName(relation)
	}
	return quoteName(schema) + "." + quoteName(name)
}

func quoteName(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func quoteText(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

func quoteNames(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = quoteName(name)
	}
	return strings.Join(quoted, ", ")
}

func quoteList(texts []string) string {
	quoted := make([]string, len(texts))
	for i, text := range texts {
		quoted[i] = quoteText(text)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// globEscaper makes DuckDB read a path as it is: read_parquet takes every path for a pattern.
func globEscaper() *strings.Replacer {
	return strings.NewReplacer("[", "[[]", "*", "[*]", "?", "[?]")
}

// escaped are the folders as patterns: DuckDB checks the pattern of read_parquet too, not only
// what it finds by it.
func escaped(folders []string) []string {
	patterns := make([]string, len(folders))
	for i, folder := range folders {
		patterns[i] = globEscaper().Replace(folder)
	}
	return patterns
}
