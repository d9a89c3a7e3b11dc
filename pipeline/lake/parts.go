package lake

import (
	"cmp"
	"path/filepath"
	"slices"
)

// Part is how some rows of a relation are read: those of Base whose key is in none of Keys, and
// those of Delta. All are Parquet files, absolute paths where the lake's root is absolute.
// A relation is the union of its parts, by column name.
type Part struct {
	Base  []string
	Key   []string // columns that identify a row, NULL equals NULL; none when every row of Base counts
	Keys  []string
	Delta []string
}

// Parts says how to read a relation of a snapshot; nil when the snapshot does not have it.
func (l *Lake) Parts(s *Snapshot, relation string) []Part {
	t, _ := s.Table(relation)
	var plain Part
	var merged []Part
	for _, d := range t.Deltas {
		merged = append(merged, Part{Key: d.Key, Keys: l.files(d.Keys), Delta: l.files(d.Rows)})
	}
	for _, p := range t.Partitions {
		to := &plain
		if i := slices.IndexFunc(t.Deltas, func(d Delta) bool { return d.Mapping == p.Mapping }); i >= 0 {
			to = &merged[i]
		}
		to.Base = append(to.Base, l.files(p)...)
	}
	if len(plain.Base) > 0 {
		merged = append([]Part{plain}, merged...)
	}
	return merged
}

// Files lists the Parquet files of a relation's partitions, as absolute paths where the lake's
// root is absolute; nil when the snapshot does not have it. Where a relation has deltas these are
// not the rows that count: Parts says how to read them.
func (l *Lake) Files(s *Snapshot, relation string) []string {
	t, _ := s.Table(relation)
	var out []string
	for _, p := range t.Partitions {
		out = append(out, l.files(p)...)
	}
	return out
}

func (l *Lake) files(p Partition) []string {
	out := make([]string, len(p.Files))
	for i, f := range p.Files {
		out[i] = l.path(filepath.FromSlash(f.Path))
	}
	return out
}

// Union puts together what several mappings gave the relations of one table, in order of
// precedence: one entry per relation, in the order of Table.Relations.
func Union(t Table, mappings ...[]TableSnapshot) []TableSnapshot {
	var out []TableSnapshot
	for _, rel := range t.Relations() {
		u := TableSnapshot{Name: rel.Name}
		for _, tables := range mappings {
			for _, m := range tables {
				if m.Name == rel.Name {
					u.add(m)
				}
			}
		}
		order := func(name string) int {
			return slices.IndexFunc(rel.Columns, func(c Column) bool { return c.Name == name })
		}
		slices.SortFunc(u.Mapped, func(a, b string) int { return cmp.Compare(order(a), order(b)) })
		slices.SortStableFunc(u.Deltas, func(a, b Delta) int { return cmp.Compare(a.Mapping, b.Mapping) })
		out = append(out, u)
	}
	return out
}

func (t *TableSnapshot) add(o TableSnapshot) {
	for _, s := range o.Source {
		if !slices.Contains(t.Source, s) {
			t.Source = append(t.Source, s)
		}
	}
	for _, c := range o.Mapped {
		if !slices.Contains(t.Mapped, c) {
			t.Mapped = append(t.Mapped, c)
		}
	}
	t.Partitions = append(t.Partitions, o.Partitions...)
	t.Deltas = append(t.Deltas, o.Deltas...)
}
