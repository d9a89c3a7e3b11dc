package model

import "context"

// Model is one SQL file: one relation, one select.
type Model struct {
	Schema string // folder: staging, core, segment, analysis, publish, checks
	Name   string // file
	Path   string // as shown in errors: sql/core/activity.sql
	SQL    string // the whole text, comments included
	Own    bool   // from the analyst's own sql folder
	Header
	Refs []Ref // relations it reads, from the parse tree

	// Step makes the relation in Go instead of SQL, from relations that Refs names; Output are its
	// columns. Files have no steps.
	Step   Step
	Output []Column
}

// Step makes a relation in Go: a likelihood, an iteration, an interval. It reads what the engine on
// which it runs holds, tonight's database or one beside it, and adds its rows one by one, values in
// the order of Output. Rows read and rows added may take turns.
type Step func(ctx context.Context, from Reader, add func(values ...any) error) error

// Reader reads relations for a step; a small result as a whole, a long one row by row.
type Reader interface {
	Query(ctx context.Context, query string) (*Rows, error)
	Each(ctx context.Context, query string, each func(row []any) error) error
}

// Relation is the model's qualified name.
func (m Model) Relation() string { return m.Schema + "." + m.Name }

// Header is what the comment lines on top of a file say. All but the sentence are "key: value" lines.
type Header struct {
	Sentence string            // what one row is
	Grain    []string          // unique and not null
	Needs    []string          // canonical tables; "order_lines | contracts" means one of them
	Mart     bool              // published under its name
	View     bool              // a thin relation that is not worth storing
	Units    map[string]string // column -> unit: money, count, share, days, …
	Columns  map[string]string // column -> sentence, for the data dictionary
	Severity string            // checks only: error, warning

	PartOf string // the relation that this model is one part of, such as publish.list_candidates

	Segmentation bool // the analyst's own, one row per customer: its column segment joins the segmentations
}

// Ref is a reference to a relation at a byte offset of the file.
type Ref struct {
	Schema, Name string
	Offset       int
}

// Engine computes models. DuckDB is embedded; Trino follows.
type Engine interface {
	// Attach gives a name its Parquet files (absolute paths); no file means an empty relation and is an error.
	Attach(ctx context.Context, relation string, files []string) error
	// Build computes a model under its relation name; with out set it also writes the Parquet
	// file out, ordered by the grain, and later readers of the relation see the same rows.
	Build(ctx context.Context, m Model, out string) (rows int64, err error)
	// Query runs one select and returns its columns and rows.
	Query(ctx context.Context, query string) (*Rows, error)
	Close() error
}

// Rows is a small result, held in memory.
type Rows struct {
	Columns []string
	Types   []string // the engine's type names, lower case: varchar, decimal(38,4), bigint, double, date, timestamp, boolean
	Values  [][]any  // nil, string, int64, float64, bool, time.Time, Decimal
}

// Decimal is an exact decimal as text, for example "-1980.7400".
type Decimal string
