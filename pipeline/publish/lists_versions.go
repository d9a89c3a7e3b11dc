package publish

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// ListVersion is the version of a list for an as-of day. The first that is handed over is 1; a later
// run of the same day that says something else is the next, and keeps the number when it says the same.
type ListVersion struct {
	List       string `json:"list"`
	Version    int    `json:"version"`
	Supersedes string `json:"supersedes,omitempty"` // the run whose list of the same day this one takes the place of
	Added      int    `json:"added,omitempty"`
	Removed    int    `json:"removed,omitempty"`
	Changed    int    `json:"changed,omitempty"` // rows
}

// ListBefore is a list as a run handed it over for the same as-of day.
type ListBefore struct {
	Run     string
	Version int
	Path    string // its list.parquet; empty: that run is no longer kept
}

// differenceColumns are those of difference.csv: a row that is added or removed is one line, one
// that changed a line for every column.
func differenceColumns() []lake.Column {
	return []lake.Column{{Name: "change"}, {Name: "row_id"}, {Name: "customer_id"}, {Name: "column"}, {Name: "before"}, {Name: "after"}}
}

// version numbers a list, and writes difference.csv where it takes the place of another. The run is
// no difference, nor is what people fill in.
func (d ListData) version(folder, list string, columns []lake.Column) (ListVersion, error) {
	v := ListVersion{List: list, Version: 1}
	before, superseded := d.Before[list]
	if !superseded {
		return v, nil
	}
	v.Version, v.Supersedes = before.Version+1, before.Run
	if before.Path == "" {
		return v, nil
	}
	old, err := lake.ReadRows(before.Path, columns)
	if err != nil {
		return v, fmt.Errorf("compare with version %d of run %s: %w", before.Version, before.Run, err)
	}
	rows, err := lake.ReadRows(filepath.Join(folder, "list.parquet"), columns)
	if err != nil {
		return v, err
	}
	difference := v.compare(columns, old, rows)
	if len(difference) == 0 {
		v.Version = before.Version
	}
	return v, writeCSV(filepath.Join(folder, "difference.csv"), differenceColumns(), difference, !d.Format.Plain)
}

// compare counts and tells what is different, ordered by change and row.
func (v *ListVersion) compare(columns []lake.Column, old, rows [][]string) [][]string {
	id, customer := columnAt(columns, "row_id"), columnAt(columns, "customer_id")
	was := map[string][]string{}
	for _, row := range old {
		was[row[id]] = row
	}
	var out [][]string
	for _, row := range rows {
		before, there := was[row[id]]
		delete(was, row[id])
		if !there {
			v.Added++
			out = append(out, []string{"added", row[id], row[customer], "", "", ""})
			continue
		}
		changed := false
		for i, c := range columns {
			if c.Name != "run" && row[i] != before[i] {
				changed = true
				out = append(out, []string{"changed", row[id], row[customer], c.Name, before[i], row[i]})
			}
		}
		if changed {
			v.Changed++
		}
	}
	for _, gone := range slices.Sorted(maps.Keys(was)) {
		v.Removed++
		out = append(out, []string{"removed", gone, was[gone][customer], "", "", ""})
	}
	slices.SortStableFunc(out, func(a, b []string) int {
		if c := strings.Compare(a[0], b[0]); c != 0 {
			return c
		}
		return strings.Compare(a[1], b[1])
	})
	return out
}

func columnAt(columns []lake.Column, name string) int {
	return slices.IndexFunc(columns, func(c lake.Column) bool { return c.Name == name })
}
