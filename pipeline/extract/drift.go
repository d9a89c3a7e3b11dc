package extract

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// The ways in which a column of a source changes between two nights.
const (
	ColumnAdded     = "added"
	ColumnDropped   = "dropped"
	ColumnRenamed   = "renamed"   // gone, and a column of its type is new in its place
	ColumnReordered = "reordered" // among the columns that stayed
	ColumnWidened   = "widened"   // every old value still fits
	ColumnNarrowed  = "narrowed"
	ColumnRescaled  = "rescaled" // decimal places
	ColumnRetyped   = "retyped"
	ColumnRezoned   = "rezoned" // between times with and without a zone
)

// SchemaOf lists the columns of one relation with their types; nil when there is no such relation.
// Unlike Describe it reads no row of a database: a night reads mapped columns only. It is nil too
// for JSON lines, which declare nothing: a key may come late, and in any order.
func SchemaOf(ctx context.Context, src Source, relation string) ([]lake.DeclaredColumn, error) {
	if _, ok := src.(*jsonlSource); ok {
		return nil, nil
	}
	columns, err := columnsOf(ctx, src, relation)
	if err != nil {
		return nil, err
	}
	var out []lake.DeclaredColumn
	for _, c := range columns {
		out = append(out, lake.DeclaredColumn{Name: c.Name, Type: c.Type})
	}
	return out, nil
}

// CompareColumns lists what changed from one night to the next, in the order of the columns
// before, then of those that are new. Nothing before means a first load: nothing has changed.
func CompareColumns(before, now []lake.DeclaredColumn) []lake.Drift {
	if len(before) == 0 || len(now) == 0 {
		return nil
	}
	place := func(list []lake.DeclaredColumn, name string) int {
		return slices.IndexFunc(list, func(c lake.DeclaredColumn) bool { return c.Name == name })
	}
	var added []int
	for i, c := range now {
		if place(before, c.Name) < 0 {
			added = append(added, i)
		}
	}
	var out []lake.Drift
	stay := 0 // columns so far that are there on both nights
	var order []string
	for _, c := range now {
		if place(before, c.Name) >= 0 {
			order = append(order, c.Name)
		}
	}
	for i, c := range before {
		at := place(now, c.Name)
		if at < 0 {
			if r := renamedTo(c, i, now, added); r >= 0 {
				added = slices.DeleteFunc(added, func(a int) bool { return a == r })
				out = append(out, lake.Drift{Column: c.Name, Change: ColumnRenamed, Before: c.Name, After: now[r].Name})
				continue
			}
			out = append(out, lake.Drift{Column: c.Name, Change: ColumnDropped, Before: c.Type})
			continue
		}
		if change := compareTypes(c.Type, now[at].Type); change != "" {
			out = append(out, lake.Drift{Column: c.Name, Change: change, Before: c.Type, After: now[at].Type})
		}
		if order[stay] != c.Name {
			out = append(out, lake.Drift{Column: c.Name, Change: ColumnReordered, Before: strconv.Itoa(i + 1), After: strconv.Itoa(at + 1)})
		}
		stay++
	}
	for _, a := range added {
		out = append(out, lake.Drift{Column: now[a].Name, Change: ColumnAdded, After: now[a].Type})
	}
	return out
}

// renamedTo finds the new column that a missing one is probably called now: the one of its type in
// its own place, or the only new one of its type whose name differs in case only.
func renamedTo(c lake.DeclaredColumn, at int, now []lake.DeclaredColumn, added []int) int {
	for _, a := range added {
		if strings.EqualFold(now[a].Name, c.Name) {
			return a
		}
	}
	for _, a := range added {
		if a == at && now[a].Type == c.Type {
			return a
		}
	}
	return -1
}

// declaredType is a type's name and its numbers: numeric(12,2).
type declaredType struct {
	name string
	args []int
}

func parseType(text string) declaredType {
	text = strings.ToLower(text)
	head, rest, found := strings.Cut(text, "(")
	var t declaredType
	if found {
		inside, tail, _ := strings.Cut(rest, ")")
		for _, a := range strings.Split(inside, ",") {
			n, err := strconv.Atoi(strings.TrimSpace(a))
			if err != nil {
				return declaredType{name: text} // enum('a','b')
			}
			t.args = append(t.args, n)
		}
		head += tail
	}
	t.name = strings.Join(strings.Fields(head), " ")
	return t
}

// compareTypes says how one declared type became another; empty when they are the same.
func compareTypes(before, now string) string {
	if strings.EqualFold(before, now) {
		return ""
	}
	a, b := parseType(before), parseType(now)
	if zone(a.name) != zone(b.name) && isTime(a.name) && isTime(b.name) {
		return ColumnRezoned
	}
	if a.name == b.name {
		return compareArguments(a, b)
	}
	for _, ladder := range [][]string{
		{"tinyint", "smallint", "mediumint", "int", "bigint"},
		{"smallint", "integer", "bigint"},
		{"tinyint unsigned", "smallint unsigned", "mediumint unsigned", "int unsigned", "bigint unsigned"},
		{"real", "double precision"}, {"float", "double"},
		{"character varying", "text"}, {"character", "character varying", "text"}, {"char", "varchar", "tinytext", "text", "mediumtext", "longtext"},
	} {
		from, to := slices.Index(ladder, a.name), slices.Index(ladder, b.name)
		if from >= 0 && to >= 0 {
			if from < to {
				return ColumnWidened
			}
			return ColumnNarrowed
		}
	}
	return ColumnRetyped
}

// compareArguments compares types of one name; none means without a bound.
func compareArguments(a, b declaredType) string {
	decimals := a.name == "numeric" || a.name == "decimal"
	scale := func(t declaredType) int {
		if len(t.args) > 1 {
			return t.args[1]
		}
		return 0
	}
	switch {
	case len(a.args) == 0 && len(b.args) == 0:
		return ""
	case len(a.args) == 0:
		return ColumnNarrowed
	case len(b.args) == 0:
		return ColumnWidened
	case decimals && scale(a) != scale(b):
		return ColumnRescaled
	case a.args[0] < b.args[0]:
		return ColumnWidened
	}
	return ColumnNarrowed
}

func isTime(name string) bool {
	return strings.HasPrefix(name, "timestamp") || strings.HasPrefix(name, "datetime") || strings.HasPrefix(name, "time ")
}

// zone tells instants from times of no zone: PostgreSQL says so, MySQL by TIMESTAMP and DATETIME.
func zone(name string) string {
	switch {
	case strings.HasSuffix(name, "with time zone"), name == "timestamp":
		return "instant"
	}
	return "naive"
}
