package lake

import (
	"slices"
	"time"
)

// SchemaVersion is the version of the lake's manifest layout: since 2 a table may have partitions
// per mapping and rows that stand in the place of earlier ones (Delta). What version 1 wrote is
// read as it is.
const SchemaVersion = 2

// contentVersion is the version of the content ids: programs of one version share folders. Since 2
// rows are hashed column by column.
const contentVersion = 2

// Snapshot maps every table of one night to its immutable files. It is written as
// snapshots/<id>.json; the id is a hash over everything in it but the observed values.
type Snapshot struct {
	ID         string          `json:"id"`
	Schema     int             `json:"schema"`
	Tables     []TableSnapshot `json:"tables"`               // ordered by name
	Loads      []Load          `json:"loads"`                // ordered by table and mapping
	Increments []Increment     `json:"increments,omitempty"` // ordered by table and mapping
	Drift      []Drift         `json:"drift,omitempty"`
	Observed   Observed        `json:"observed"`
}

// Load is what one mapping of one source gave one table.
type Load struct {
	Table       string           `json:"table"`
	Source      string           `json:"source"`
	Mapping     int              `json:"mapping"` // order of precedence
	Rows        int64            `json:"rows"`
	Quarantined int64            `json:"quarantined"`
	Filtered    int64            `json:"filtered"`
	Rounded     map[string]int64 `json:"rounded,omitempty"`   // column -> values with more digits than the lake keeps
	NewestOn    string           `json:"newest_on,omitempty"` // newest day of a dated table
	Schema      []DeclaredColumn `json:"schema,omitempty"`    // of the relation that was read, mapped or not
}

// DeclaredColumn is a column as its source names and types it.
type DeclaredColumn struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// Drift is a change of a source's columns since the load before, and what became of it.
type Drift struct {
	Table   string `json:"table"`
	Source  string `json:"source"`
	Column  string `json:"column"`
	Change  string `json:"change"` // added, dropped, renamed, reordered, widened, narrowed, rescaled, retyped, rezoned
	Before  string `json:"before,omitempty"`
	After   string `json:"after,omitempty"`
	Outcome string `json:"outcome"` // accept, warn, hold, refuse
}

// Observed holds what depends on the clock and on the servers: it is in no hash.
type Observed struct {
	Sources  []SourceReading `json:"sources,omitempty"`
	Verified []Verification  `json:"verified,omitempty"`
}

// Verification is when a mapping was last compared with its source beyond what every load does.
type Verification struct {
	Table   string    `json:"table"`
	Mapping int       `json:"mapping"`
	What    string    `json:"what"` // sums: all columns were added up on both sides; keys: all keys were compared
	At      time.Time `json:"at"`
}

// SourceReading is what happened at one source: when, as whom, how safely.
type SourceReading struct {
	Source      string    `json:"source"`
	Kind        string    `json:"kind"`
	SnapshotAt  time.Time `json:"snapshot_at"`
	Seconds     float64   `json:"seconds"`
	Connections int       `json:"connections"`
	Application string    `json:"application,omitempty"` // how the session calls itself on the server
	Attempts    int       `json:"attempts,omitempty"`    // how often the reading was begun, where a fault made it begin again
	Reads       []Reading `json:"reads,omitempty"`       // what was read, in its order
	Findings    []Finding `json:"findings,omitempty"`    // the boundary verdict
}

// Reading is what one mapping read of a source.
type Reading struct {
	Table    string   `json:"table"`
	Relation string   `json:"relation,omitempty"` // empty: a SELECT, or the only relation of files
	Columns  []string `json:"columns"`
	How      string   `json:"how"` // all rows, changes since …, partition …
	Rows     int64    `json:"rows"`
	Seconds  float64  `json:"seconds"`
	Attempt  int      `json:"attempt,omitempty"` // the attempt that failed and whose rows were thrown away; 0: the last
}

// Finding is one item of a boundary verdict.
type Finding struct {
	Item     string `json:"item"`     // "session_read_only", "table_write_privilege", …
	Severity string `json:"severity"` // ok, warning, error, accepted
	Detail   string `json:"detail"`   // what was found and, unless ok, what to do
}

// TableSnapshot is one relation of the lake: a canonical table, persons, customer_attributes, a raw table, quarantine.
type TableSnapshot struct {
	Name       string      `json:"name"`   // relation name in schema raw
	Source     []string    `json:"source"` // sources it was read from, in order of precedence
	Mapped     []string    `json:"mapped"` // canonical columns that some mapping fills
	Partitions []Partition `json:"partitions"`
	Deltas     []Delta     `json:"deltas,omitempty"` // ordered by mapping
}

// Partition is one immutable folder of Parquet files.
type Partition struct {
	Value     string        `json:"value"`             // p= value, text; "all" for a table without partitions
	Mapping   int           `json:"mapping,omitempty"` // whose rows these are, where a mapping is read incrementally; else 0: the rows of all
	ContentID string        `json:"content_id"`
	Files     []File        `json:"files"`
	Rows      int64         `json:"rows"`
	Hidden    int64         `json:"hidden,omitempty"` // rows of it whose keys the mapping's Delta has: they no longer count
	Columns   []ColumnStats `json:"columns"`
	Keys      []KeyRange    `json:"keys,omitempty"` // of the columns by which its rows are found, where they are known
}

// File is one Parquet file, its path relative to the lake's root.
type File struct {
	Path   string `json:"path"`
	Rows   int64  `json:"rows"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// ColumnStats are counted while writing and compared when the file is read back.
type ColumnStats struct {
	Name  string `json:"name"`
	Nulls int64  `json:"nulls"`
	Sum   string `json:"sum,omitempty"` // decimal and integer columns: the exact sum as decimal text
}

// Delta is what changed in the rows of one mapping since its partitions were written. The rows of a
// partition whose key is among Keys no longer count; Rows count in their place.
type Delta struct {
	Mapping int       `json:"mapping"`
	Key     []string  `json:"key"`  // columns of Keys, by which rows are found; NULL equals NULL
	Keys    Partition `json:"keys"` // each key once: changed, deleted or no longer kept
	Rows    Partition `json:"rows"` // columns of the relation
}

// Increment is what the next night must know to read only what changed for a mapping.
type Increment struct {
	Table        string            `json:"table"`
	Mapping      int               `json:"mapping"`
	Seed         string            `json:"seed"` // of mapping and settings: under another one, everything is read again
	Key          []string          `json:"key"`  // canonical columns that identify a row
	Partitioning Partitioning      `json:"partitioning"`
	Watermark    string            `json:"watermark,omitempty"` // highest cursor value, in the source's own precision
	State        map[string]string `json:"state,omitempty"`
}

// Increment finds the state of a mapping; ok is false when it was not read incrementally.
func (s *Snapshot) Increment(table string, mapping int) (inc Increment, ok bool) {
	for _, inc := range s.Increments {
		if inc.Table == table && inc.Mapping == mapping {
			return inc, true
		}
	}
	return Increment{}, false
}

// RowCount is the number of rows that count.
func (t TableSnapshot) RowCount() int64 {
	var n int64
	for _, p := range t.Partitions {
		n += p.Rows - p.Hidden
	}
	for _, d := range t.Deltas {
		n += d.Rows.Rows
	}
	return n
}

// Folders lists every folder of the relation: partitions, then the keys and rows of its deltas.
func (t TableSnapshot) Folders() []Partition {
	out := slices.Clone(t.Partitions)
	for _, d := range t.Deltas {
		out = append(out, d.Keys, d.Rows)
	}
	return out
}

// Table finds a relation of the snapshot.
func (s *Snapshot) Table(name string) (TableSnapshot, bool) {
	for _, t := range s.Tables {
		if t.Name == name {
			return t, true
		}
	}
	return TableSnapshot{}, false
}
