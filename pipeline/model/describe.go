package model

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Description is one row of the data dictionary. The row with an empty Column is the mart itself:
// its Sentence says what one row is and its Type names the grain.
type Description struct {
	Mart, Column string
	Type         string // varchar, decimal(38,4), bigint, double, date, timestamp, boolean
	Unit         string // money, count, share, days, … or empty
	Sentence     string // from the header; empty when it says nothing
}

// Describe lists the marts by name and their columns in order. Sentences and units come from the
// headers, names and types from the engine, which must hold every mart: computed (over empty
// tables is enough) or attached. So nothing is described that the SQL does not make.
func Describe(ctx context.Context, eng Engine, models []Model) ([]Description, error) {
	marts := slices.DeleteFunc(slices.Clone(models), func(m Model) bool { return !m.Mart })
	slices.SortFunc(marts, func(a, b Model) int { return strings.Compare(a.Name, b.Name) })
	var rows []Description
	for _, m := range marts {
		found, err := eng.Query(ctx, "select * from "+quoteRelation(m.Relation())+" where false")
		if err != nil {
			return nil, fmt.Errorf("describe %s: %w", m.Name, err)
		}
		grain := "one row"
		if len(m.Grain) > 0 {
			grain = "one row per " + strings.Join(m.Grain, ", ")
		}
		rows = append(rows, Description{Mart: m.Name, Type: grain, Sentence: m.Sentence})
		for i, column := range found.Columns {
			rows = append(rows, Description{m.Name, column, found.Types[i], m.Units[column], m.Columns[column]})
		}
	}
	return rows, nil
}
