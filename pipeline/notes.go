package pipeline

import (
	"context"
	"slices"
	"strconv"

	"github.com/pharos-analytics/pharos/pipeline/extract"
	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// keys are those of all noted rows, none read yet tonight.
func (n notes) keys() map[string]bool {
	keys := map[string]bool{}
	for _, b := range n.bad {
		keys[b.Key] = false
	}
	for _, k := range n.leftOut {
		keys[k] = false
	}
	return keys
}

// replace drops the notes on rows that were read again and adds the new ones.
func (n *notes) replace(read map[string]bool, r extract.Result) {
	n.bad = append(slices.DeleteFunc(n.bad, func(b extract.BadRow) bool { return read[b.Key] }), r.Bad...)
	n.leftOut = append(slices.DeleteFunc(n.leftOut, func(k string) bool { return read[k] }), r.LeftOut...)
}

// drop forgets rows that are gone from the source.
func (n *notes) drop(keys []string) {
	gone := map[string]bool{}
	for _, k := range keys {
		gone[k] = true
	}
	n.replace(gone, extract.Result{})
}

// leftOutTable is the lake's relation of rows that where: leaves out of incremental mappings.
const leftOutTable = "left_out"

func leftOutColumns() []lake.Column {
	return []lake.Column{{Name: "table_name"}, {Name: lake.MappingColumn}, {Name: "key"}}
}

// notesBefore reads the notes of the night before on one mapping.
func (n *night) notesBefore(ctx context.Context, before *lake.Snapshot, table string, mapping int) (notes, error) {
	out := notes{table: table, mapping: mapping}
	index := strconv.Itoa(mapping)
	err := n.lake.EachRow(ctx, before, quarantineTable, quarantineColumns(), func(cells []string) error {
		if cells[0] == table && cells[6] == index {
			out.bad = append(out.bad, extract.BadRow{
				Table: cells[0], Source: cells[1], Location: cells[2], Rule: cells[3], Column: cells[4], Value: cells[5], Key: cells[7],
			})
		}
		return nil
	})
	if err != nil {
		return out, err
	}
	return out, n.lake.EachRow(ctx, before, leftOutTable, leftOutColumns(), func(cells []string) error {
		if cells[0] == table && cells[1] == index {
			out.leftOut = append(out.leftOut, cells[2])
		}
		return nil
	})
}

// notesOf are all notes of the night before on the tables that stay as they were.
func (n *night) notesOf(ctx context.Context, before *lake.Snapshot, tables []string) ([]notes, error) {
	var out []notes
	for _, l := range before.Loads {
		if slices.Contains(tables, l.Table) {
			kept, err := n.notesBefore(ctx, before, l.Table, l.Mapping)
			if err != nil {
				return nil, err
			}
			out = append(out, kept)
		}
	}
	return out, nil
}
