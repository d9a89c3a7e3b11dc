package pipeline

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/extract"
	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// ErrDrift says that the columns of a source changed in a way that the configuration refuses.
var ErrDrift = errors.New("the source's columns changed")

// The outcomes of a change of a source's columns.
const (
	DriftAccept = "accept" // taken as it is, and noted
	DriftWarn   = "warn"   // taken as it is; a check warns
	DriftHold   = "hold"   // the table stays as it was last read; a check warns
	DriftRefuse = "refuse" // the run ends
)

// DriftOutcomes lists what can be configured.
func DriftOutcomes() []string { return []string{DriftAccept, DriftWarn, DriftHold, DriftRefuse} }

// DriftKinds lists the kinds of change that are told apart.
func DriftKinds() []string {
	return []string{
		extract.ColumnAdded, extract.ColumnDropped, extract.ColumnRenamed, extract.ColumnReordered, extract.ColumnWidened,
		extract.ColumnNarrowed, extract.ColumnRescaled, extract.ColumnRetyped, extract.ColumnRezoned,
	}
}

// DefaultDrift takes what cannot change a value, warns of what may and refuses what does.
func DefaultDrift(kind string) string {
	switch kind {
	case extract.ColumnAdded, extract.ColumnReordered, extract.ColumnWidened:
		return DriftAccept
	case extract.ColumnNarrowed, extract.ColumnRescaled:
		return DriftWarn
	}
	return DriftRefuse
}

// drifted is what became of a mapping whose source changed.
type drifted struct {
	mapping extract.Mapping
	changes []lake.Drift
	hold    bool // keep the table as it was last read
	reread  bool // values may have another meaning: read all of them again
}

// drift compares the columns of a mapping's relation with those of the last load and decides, by
// configuration, what becomes of each change. What does not touch a mapped column changes no
// figure: it is never worse than a warning.
func (n *night) drift(m extract.Mapping, before, now []lake.DeclaredColumn) (drifted, error) {
	out := drifted{mapping: m}
	read := columnsRead(m)
	var refused []string
	for _, c := range extract.CompareColumns(before, now) {
		outcome := n.cfg.Drift[c.Change]
		if outcome == "" {
			outcome = DefaultDrift(c.Change)
		}
		touches := slices.Contains(read, c.Column)
		if !touches && (outcome == DriftHold || outcome == DriftRefuse) {
			if outcome = DriftWarn; n.cfg.Drift[c.Change] == "" {
				outcome = DriftAccept
			}
		}
		gone := touches && (c.Change == extract.ColumnDropped || c.Change == extract.ColumnRenamed)
		if gone && (outcome == DriftAccept || outcome == DriftWarn) && !follow(&out.mapping, c) {
			outcome = DriftRefuse
		}
		c.Table, c.Source, c.Outcome = m.Table, m.Source, outcome
		out.changes = append(out.changes, c)
		switch {
		case outcome == DriftHold:
			out.hold = true
		case outcome == DriftRefuse:
			refused = append(refused, SayDrift(c))
		case touches && c.Change != extract.ColumnReordered:
			out.reread = true
		}
	}
	if len(refused) == 0 || out.hold {
		return out, nil
	}
	return out, kindError{fmt.Errorf("%s: source %s changed: %s; correct the mapping, or say in drift: what is to happen (accept, warn, hold)",
		m.Pos, m.Source, strings.Join(refused, "; ")), ErrDrift}
}

// columnsRead are the source columns that a mapping needs, as pharos.yaml names them.
func columnsRead(m extract.Mapping) []string {
	var out []string
	for _, c := range m.Columns {
		out = append(out, c.Column)
		out = append(out, extract.ComputeColumns(c.Compute)...)
	}
	for _, w := range m.Where {
		out = append(out, w.Column)
	}
	if m.Incremental != nil {
		out = append(append(out, m.Incremental.Cursor), m.Incremental.Key...)
	}
	return append(out, m.Attributes...)
}

// follow makes a mapping fit a column that was renamed, or leaves out a column that is gone where
// nothing requires it. It says whether the mapping can work.
func follow(m *extract.Mapping, c lake.Drift) bool {
	if c.Change == extract.ColumnRenamed {
		follows := false
		m.Columns = slices.Clone(m.Columns)
		for i := range m.Columns {
			if m.Columns[i].Column == c.Column {
				m.Columns[i].Column, follows = c.After, true
			}
		}
		return follows && !slices.Contains(columnsRead(*m), c.Column)
	}
	table, _ := lake.TableNamed(m.Table)
	m.Columns = slices.DeleteFunc(slices.Clone(m.Columns), func(mapped extract.ColumnMapping) bool {
		target, known := table.Column(mapped.Name)
		return mapped.Column == c.Column && (m.Raw || known && !target.Required)
	})
	return !slices.Contains(columnsRead(*m), c.Column)
}

// SayDrift says a change of a source's column in words.
func SayDrift(d lake.Drift) string {
	switch d.Change {
	case extract.ColumnAdded:
		return fmt.Sprintf("column %q (%s) was added", d.Column, d.After)
	case extract.ColumnDropped:
		return fmt.Sprintf("column %q (%s) is gone", d.Column, d.Before)
	case extract.ColumnRenamed:
		return fmt.Sprintf("column %q seems to be called %q now", d.Column, d.After)
	case extract.ColumnReordered:
		return fmt.Sprintf("column %q moved from place %s to %s", d.Column, d.Before, d.After)
	}
	return fmt.Sprintf("column %q was %s from %s to %s", d.Column, d.Change, d.Before, d.After)
}
