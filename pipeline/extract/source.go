package extract

import (
	"context"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// Source is one system that is read and never written. Open fixes one read-only, repeatable
// snapshot; every Read of the same Source sees that snapshot.
type Source interface {
	// Describe lists the relations that the source offers (tables, sheets, file sets) with
	// their columns, for init, check and the nearest-name hints of errors.
	Describe(ctx context.Context) ([]Relation, error)
	// Read streams the asked columns of one relation, in the source's own stable order, as
	// records whose columns are all arrow.String: the value's exact text, NULL as null. A
	// decimal never passes through a float; a float is its shortest decimal; a timestamp is
	// ISO 8601 ("2026-03-08 10:00:00.123456", with "+08:00" or "Z" when the source knows its
	// zone); a date is "2026-03-08"; a boolean is "true" or "false"; bytes are 0x-hex text.
	// File sources append two columns: FileColumn (String, relative to the source's root)
	// and LineColumn (Int64, 1-based line, sheet row or record number).
	// The stream is complete only when Read returns nil.
	Read(ctx context.Context, q Query, out Sink) error
	// Verdict is the boundary audit of this session, and after Close its evidence as well.
	Verdict() lake.SourceReading
	// Close collects the evidence that nothing was written and releases the session.
	Close() error
}

// FileColumn and LineColumn locate a row of a file source.
const (
	FileColumn = "_file"
	LineColumn = "_line"
)

// Query asks for columns of a relation, or for the columns of one SELECT (databases only).
type Query struct {
	Relation string   // table, "schema.table", sheet; empty for a source that has one relation only
	Columns  []string // source column names; nothing else is read
	Select   string   // instead of Relation: one SELECT
	Limit    int64    // 0: all rows; otherwise a sample for init and check
	Filter   *Filter  // rows that are read (databases only); nil: all
	// Types are the types that some source columns become. A column of a record that Read gives
	// may be of that type (Type.Arrow, times with or without their zone) instead of text if it
	// holds every value of the record exactly; otherwise it is text, for the mapper to judge.
	Types map[string]lake.Type
	// Ordered asks for the order that does not change when rows are moved in the source: by key.
	Ordered bool
	// Reuse says that the reader keeps nothing of a record that it has released, no text either:
	// its memory may be used again.
	Reuse bool
}

func (q Query) recycler() *recycler {
	if q.Reuse {
		return &recycler{}
	}
	return nil
}

// what names in messages what is read.
func (q Query) what() string {
	if q.Select != "" {
		return "the select"
	}
	return "table " + q.Relation
}

// Sink takes what a Source reads. Rows is called in order, from one goroutine at a time, and
// must not keep the record after it returns unless it retains it. Bad takes rows that cannot
// be read at all (ragged line, undecodable byte): they are quarantined, never dropped silently.
type Sink struct {
	Rows func(arrow.RecordBatch) error
	Bad  func(BadRow) error
}

// BadRow is a row that does not reach the lake, with all that is needed to find it again.
type BadRow struct {
	Table    string // canonical table, filled by the mapper
	Source   string // source name
	Location string // "file.csv:17", "sheet!17", or "key=…" for databases
	Rule     string // required, type, currency, ragged_line, bad_encoding, ambiguous_date, …
	Column   string
	Value    string // the raw value, or the raw line
	Key      string // KeyText of a row of an incremental mapping
}

// Relation is a table, sheet or file set of a source.
type Relation struct {
	Name    string
	Columns []SourceColumn
	Rows    int64 // an estimate; -1 unknown
}

// SourceColumn is a column as the source names and types it.
type SourceColumn struct {
	Name    string
	Type    string // in the source's words; "text" for files
	Samples []string
}

// Spec says where a source is and how it is read. Exactly one of the pointers is set.
type Spec struct {
	Name     string
	Dir      string // folder of pharos.yaml, which relative paths start from
	TempDir  string // for private copies of a database and its log; empty: the system's
	Postgres *Server
	MySQL    *Server
	SQLite   *Files
	CSV      *CSV
	Fixed    *Fixed
	Excel    *Excel
	Parquet  *Files
	JSONL    *Files
	Pos      string // file:line:col of the source in pharos.yaml, for errors
	// Application is how the sessions name themselves to a server, so that its owner sees which run
	// reads; default pharos.
	Application string
}

// Kind names the set pointer: postgres, mysql, sqlite, csv, fixed, excel, parquet, jsonl.
func (s Spec) Kind() string {
	switch {
	case s.Postgres != nil:
		return "postgres"
	case s.MySQL != nil:
		return "mysql"
	case s.SQLite != nil:
		return "sqlite"
	case s.CSV != nil:
		return "csv"
	case s.Fixed != nil:
		return "fixed"
	case s.Excel != nil:
		return "excel"
	case s.Parquet != nil:
		return "parquet"
	case s.JSONL != nil:
		return "jsonl"
	}
	return ""
}

// Server is the server of a source, nil for files.
func (s Spec) Server() *Server {
	if s.Postgres != nil {
		return s.Postgres
	}
	return s.MySQL
}

// RetryFor is how long faults of the source that may pass are waited out; 0 for files.
func (s Spec) RetryFor() time.Duration {
	switch {
	case s.Postgres != nil:
		return s.Postgres.RetryFor
	case s.MySQL != nil:
		return s.MySQL.RetryFor
	}
	return 0
}

// Server is a PostgreSQL, MySQL or MariaDB server.
type Server struct {
	Host, Database, User string // Host may be a socket folder (PostgreSQL) or socket file (MySQL)
	Port                 int    // 0: the protocol's default
	PasswordEnv          string // name of an environment variable
	PasswordFile         string // or a file, relative to Spec.Dir
	TLS                  string // disable, prefer (default), require, verify-ca, verify-full
	CAFile               string
	Workers              int           // sessions that read at the same time; 0: 2
	RowsPerSecond        int           // of all sessions together; 0: unbounded
	StatementTimeout     time.Duration // of one query; 0: 4 hours
	RetryFor             time.Duration // how long a fault that may pass is waited out; 0: it ends the run
}

func (s *Server) workers() int {
	const usual = 2
	if s.Workers == 0 {
		return usual
	}
	return s.Workers
}

func (s *Server) limit() time.Duration {
	if s.StatementTimeout == 0 {
		return nightLimit
	}
	return s.StatementTimeout
}

// Files is a path, or a pattern with *, ? and **; the files form one relation, read in byte order of their names.
type Files struct{ Path string }

// CSV is a set of delimited text files of one dialect.
type CSV struct {
	Path      string
	Encoding  string   // utf-8 (default, BOM accepted), utf-16, utf-16le, utf-16be, gbk, gb18030, latin-1, windows-1252
	Delimiter string   // one character; default ","
	Quote     string   // default `"`; "none" switches quoting off
	Decimal   string   // "." (default) or ","
	Null      []string // texts that mean NULL; default the empty text
	Header    *bool    // default true; false: columns are named c1, c2, …
	HeaderRow int      // 1-based line of the header; default 1
	Columns   []string // names, when there is no header
	StopAt    string   // a first cell that ends the data (a total row)
	Trim      bool     // trim blanks around values
}

// Fixed is a set of fixed-width text files.
type Fixed struct {
	Path     string
	Encoding string
	Columns  []FixedColumn
	SkipRows int // header lines
	Null     []string
	Decimal  string
}

// FixedColumn is a column from character From to To, 1-based and inclusive; values are trimmed.
type FixedColumn struct {
	Name     string
	From, To int
}

// Excel is a workbook, or a set of workbooks of one layout.
type Excel struct {
	Path      string
	Sheet     string // default: the first
	HeaderRow int    // 1-based; default 1
	StopAt    string // a cell in the first mapped column that ends the data (合计)
	Null      []string
}
