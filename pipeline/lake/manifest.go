package lake

import "time"

// SchemaVersion is the version of the lake's file and manifest layout.
const SchemaVersion = 1

// Snapshot maps every table of one night to its immutable files. It is written as
// snapshots/<id>.json; the id is a hash over everything in it but the observed values.
type Snapshot struct {
	ID       string          `json:"id"`
	Schema   int             `json:"schema"`
	Tables   []TableSnapshot `json:"tables"` // ordered by name
	Loads    []Load          `json:"loads"`  // ordered by table and mapping
	Observed Observed        `json:"observed"`
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
}

// Observed holds what depends on the clock and on the servers: it is in no hash.
type Observed struct {
	Sources []SourceReading `json:"sources,omitempty"`
}

// SourceReading is what happened at one source: when, as whom, how safely.
type SourceReading struct {
	Source      string    `json:"source"`
	Kind        string    `json:"kind"`
	SnapshotAt  time.Time `json:"snapshot_at"`
	Seconds     float64   `json:"seconds"`
	Connections int       `json:"connections"`
	Findings    []Finding `json:"findings,omitempty"` // the boundary verdict
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
}

// Partition is one immutable folder of Parquet files.
type Partition struct {
	Value     string        `json:"value"` // p= value, text; "all" for a table without partitions
	ContentID string        `json:"content_id"`
	Files     []File        `json:"files"`
	Rows      int64         `json:"rows"`
	Columns   []ColumnStats `json:"columns"`
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

// Table finds a relation of the snapshot.
func (s *Snapshot) Table(name string) (TableSnapshot, bool) {
	for _, t := range s.Tables {
		if t.Name == name {
			return t, true
		}
	}
	return TableSnapshot{}, false
}
