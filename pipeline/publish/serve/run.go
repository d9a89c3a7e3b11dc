package serve

import (
	"context"
	"errors"

	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// ErrUnknown says that a run has no such customer, table or figure.
var ErrUnknown = errors.New("unknown")

// Run is one open run, answered for by whoever knows the engine. All functions may be called by
// many at once; Close is called when nobody asks any more.
type Run struct {
	Manifest *publish.Manifest
	Marts    []Mart
	KPIs     []KPI

	Customer func(ctx context.Context, id string) (*Customer, error)                 // figures of the marts; about a millisecond
	Explain  func(ctx context.Context, id string) (*Customer, error)                 // with source rows; may take a second
	Figure   func(ctx context.Context, id, mart, column string) (*Figure, error)     // one figure taken apart
	Search   func(ctx context.Context, text string) (*Table, error)                  // by number or name; the first by profit for ""
	Rows     func(ctx context.Context, mart string, most int) (*Table, error)        // the first rows of a mart
	Members  func(ctx context.Context, segmentation, segment string) (*Table, error) // customers of a segment
	Close    func() error
}

// Mart is a published table as the data dictionary describes it. Its sentences are those of the
// SQL file.
type Mart struct {
	Name, Sentence string
	Grain          []string
	Rows           int64
	Columns        []Column
}

// Column is one column of a mart.
type Column struct{ Name, Type, Unit, Sentence string }

// KPI is a row of mart kpis.
type KPI struct {
	Name, Unit      string
	Value, Previous *float64
}

// Null stands in cells for a value that is not there. Texts of a run never hold it.
const Null = "\x1e"

// Table is some rows of one relation, every value as exact text.
type Table struct {
	Relation, Sentence string // a mart, or raw.<table> for source rows
	Columns, Types     []string
	Rows               [][]string
	Total              int64 // rows there are; Rows may hold fewer
}

// Customer is what a run says of one customer.
type Customer struct {
	ID         string
	MergedFrom string // the id that was asked for, where it was merged into ID
	SourceIDs  []string
	Summary    Summary
	Tables     []Table
}

// Summary is the standing of a customer as exact text; what the run does not know is empty.
type Summary struct {
	Name, Kind, Parent     string
	Tier, PreviousTier     string
	Basis, Profit          string
	Parts                  []Amount // what the profit is made of; all but revenue are taken off
	Rank, Customers, ToCut string
	Churn, Class, SubClass string
	EvidenceEN, EvidenceZH string
	Segments               [][2]string // segmentation and segment
	Lists                  [][2]string // list and status
}

// Amount is a named part of the profit.
type Amount struct{ Name, Value string }

// Figure is one number of one customer, taken apart.
type Figure struct {
	Customer, Mart, Column  string
	Sentence, Meaning, Unit string
	Value, Formula          string
	Row                     Table // the mart's rows of the customer
	Entries                 *Table
	IsSum, Agrees           bool
	Sum                     string
	Basis                   []Table
}
