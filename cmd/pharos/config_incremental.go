package main

import (
	"slices"
	"strconv"

	"go.yaml.in/yaml/v4"

	"github.com/pharos-analytics/pharos/pipeline"
	"github.com/pharos-analytics/pharos/pipeline/extract"
	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// incremental decodes how a table is read by its changes.
func (n node) incremental(table lake.Table, m extract.Mapping, sources []extract.Spec) *extract.Incremental {
	if !n.present() {
		return nil
	}
	for _, s := range sources {
		if s.Name == m.Source && !extract.Tracks(s) {
			n.fail("is for databases; source %s is %s, whose files are read whole", m.Source, s.Kind())
		}
	}
	if m.Distinct {
		n.fail("does not go with distinct, which looks at all rows")
	}
	inc := &extract.Incremental{Overlap: extract.UsualOverlap()}
	n.mapping(func(f *fields) {
		inc.Cursor = f.need("cursor", "the column that grows with every change").text("")
		inc.Key = f.need("key", "the columns that identify a row").distinct()
		inc.Overlap = f.get("overlap").overlap(inc.Overlap)
		usual := "hash"
		if dated(table, m) != "" {
			usual = "month"
		}
		partition := f.get("partition")
		inc.Partition = partition.word(usual, "day", "month", "year", "hash", "all")
		by := f.get("by")
		inc.By = by.text(dated(table, m))
		timed := slices.Contains([]string{"day", "month", "year"}, inc.Partition)
		switch {
		case by.present() && !timed:
			by.fail("is the date of partitions by day, month or year; partition is %s", inc.Partition)
		case by.present() && !m.Maps(inc.By):
			by.fail("%q is no column that this mapping fills", inc.By)
		case timed && inc.By == "":
			partition.fail("by %s needs a date: name the mapped column with by, or take hash", inc.Partition)
		}
		if !timed {
			inc.By = ""
		}
		inc.Deletes = f.get("deletes").word(extract.DeletesNightly, extract.DeletesNightly, extract.DeletesWeekly, extract.DeletesNever)
	})
	return inc
}

// dated is the mapped column that dates a table's rows.
func dated(t lake.Table, m extract.Mapping) string {
	for _, c := range t.Columns {
		if (c.Name == t.Day || c.Type == lake.Timestamp && lake.LocalDate(c.Name) == t.Day) && (m.Maps(c.Name) || m.Select != "" && len(m.Columns) == 0) {
			return c.Name
		}
	}
	return ""
}

// overlap is a time, or a number for cursors that are numbers.
func (n node) overlap(fallback extract.Overlap) extract.Overlap {
	if !n.present() || !n.is(yaml.ScalarNode) {
		return fallback
	}
	if v, err := strconv.ParseInt(n.y.Value, 10, 64); err == nil && v >= 0 {
		return extract.Overlap{Number: v}
	}
	d, ok := parseDuration(n.y.Value)
	if !ok {
		n.fail("%s is not an overlap; write a time such as 3 days or 2 hours, or a number for a cursor of numbers", n.shown())
		return fallback
	}
	return extract.Overlap{Time: d}
}

// drift decodes what happens when the columns of a source change.
func (n node) drift() map[string]string {
	if !n.present() {
		return nil
	}
	out := map[string]string{}
	n.mapping(func(f *fields) {
		for _, kind := range pipeline.DriftKinds() {
			if at := f.get(kind); at.present() {
				out[kind] = at.word("", pipeline.DriftOutcomes()...)
			}
		}
	})
	return out
}
