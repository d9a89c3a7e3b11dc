package extract

import (
	"slices"
	"time"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// Mapping says how the columns of one source relation become a canonical table.
type Mapping struct {
	Table      string          // canonical table, or the raw table's own name when Raw
	Raw        bool            // keep the columns under their own names, as raw.<Table>
	Typed      bool            `json:",omitempty"` // raw tables: the columns' types are given, not the source's
	Index      int             // 0 for the first mapping of the table: order of precedence
	Source     string          // source name
	Relation   string          // table or sheet of the source
	Select     string          // or one SELECT
	Columns    []ColumnMapping // in canonical order
	Attributes []string        // customers only: further columns, kept under their own names
	Where      []Condition     // rows kept; all must hold
	Distinct   bool            // customers and products: keep the first row of each key, leave the others out
	// Incremental reads the table by its changes; nil reads all of it every night.
	Incremental *Incremental `json:",omitempty"`
	Pos         string       // file:line:col in pharos.yaml
}

// Condition keeps a row when the source column's text is one of Values.
type Condition struct {
	Column string
	Values []string
}

// ColumnMapping fills one canonical column. Exactly one of Column, Compute, Value and Location is set.
type ColumnMapping struct {
	Name     string            // canonical column
	Column   string            // source column
	Compute  string            // decimal expression over source columns: + - * / ( ), numbers, names ("quoted" if needed)
	Value    *string           // a constant
	Location bool              // the row's place, "file:line", for records without a key of their own
	Prefix   string            // put before an id
	Suffix   string            // cut from the end of an id: strip_suffix ".0"
	Values   map[string]string // the source's words -> ours; others pass unchanged
	Format   string            // of dates: DD.MM.YYYY, YYYY年M月D日, M/D/YYYY, YYYYMMDD, "YYYY-MM-DD HH:mm:ss", excel
	Negate   bool              // amounts
	Type     lake.Type         `json:",omitempty"` // raw tables: what the column is kept as
	Pos      string
}

// Context is what the mapping of values needs to know about the company.
type Context struct {
	Location *time.Location // the company's time zone: naive timestamps are read in it
	Currency string         // amounts without a currency of their own are in it
	HasRates bool           // exchange_rates is mapped: rows in another currency pass in that one; else they are quarantined
}

// Maps says whether the mapping fills a canonical column.
func (m Mapping) Maps(column string) bool {
	return slices.ContainsFunc(m.Columns, func(c ColumnMapping) bool { return c.Name == column })
}
