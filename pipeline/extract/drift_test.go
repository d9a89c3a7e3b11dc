package extract

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

func TestAChangeOfASourcesColumnIsCalledByItsName(t *testing.T) {
	columns := func(pairs ...string) (out []lake.DeclaredColumn) {
		for i := 0; i < len(pairs); i += 2 {
			out = append(out, lake.DeclaredColumn{Name: pairs[i], Type: pairs[i+1]})
		}
		return out
	}
	for _, c := range []struct {
		name        string
		before, now []lake.DeclaredColumn
		want        []lake.Drift
	}{
		{"a first load", nil, columns("id", "integer"), nil},
		{"nothing", columns("id", "integer", "a", "text"), columns("id", "integer", "a", "text"), nil},
		{"a new column", columns("id", "integer"), columns("id", "integer", "a", "text"), []lake.Drift{{Column: "a", Change: ColumnAdded, After: "text"}}},
		{"a column less", columns("id", "integer", "a", "text"), columns("id", "integer"), []lake.Drift{{Column: "a", Change: ColumnDropped, Before: "text"}}},
		{"another name", columns("id", "integer", "a", "text"), columns("id", "integer", "b", "text"), []lake.Drift{{Column: "a", Change: ColumnRenamed, Before: "a", After: "b"}}},
		{"another case", columns("Id", "integer", "a", "text"), columns("a", "text", "ID", "integer"), []lake.Drift{{Column: "Id", Change: ColumnRenamed, Before: "Id", After: "ID"}}},
		{"gone, and another new", columns("id", "integer", "a", "text"), columns("id", "integer", "b", "date"), []lake.Drift{
			{Column: "a", Change: ColumnDropped, Before: "text"}, {Column: "b", Change: ColumnAdded, After: "date"}}},
		{"another order", columns("a", "text", "b", "text"), columns("b", "text", "a", "text"), []lake.Drift{
			{Column: "a", Change: ColumnReordered, Before: "1", After: "2"}, {Column: "b", Change: ColumnReordered, Before: "2", After: "1"}}},
	} {
		if diff := cmp.Diff(c.want, CompareColumns(c.before, c.now)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestAChangeOfTypeIsSortedByWhatItDoesToValues(t *testing.T) {
	for _, c := range []struct{ before, now, want string }{
		{"integer", "bigint", ColumnWidened}, {"bigint", "smallint", ColumnNarrowed},
		{"int(11)", "int(10)", ColumnNarrowed}, {"int(11) unsigned", "bigint(20) unsigned", ColumnWidened}, {"int(11)", "int(11) unsigned", ColumnRetyped},
		{"character varying(10)", "character varying(20)", ColumnWidened}, {"varchar(20)", "varchar(10)", ColumnNarrowed},
		{"character varying(10)", "text", ColumnWidened}, {"text", "character varying(10)", ColumnNarrowed}, {"varchar(9)", "longtext", ColumnWidened},
		{"numeric(12,2)", "numeric(14,2)", ColumnWidened}, {"numeric(12,2)", "numeric(10,2)", ColumnNarrowed},
		{"numeric(12,2)", "numeric(12,4)", ColumnRescaled}, {"decimal(6,4)", "decimal(6,0)", ColumnRescaled},
		{"numeric", "numeric(12,2)", ColumnNarrowed}, {"numeric(12,2)", "numeric", ColumnWidened},
		{"real", "double precision", ColumnWidened}, {"numeric(12,2)", "double precision", ColumnRetyped}, {"text", "integer", ColumnRetyped},
		{"timestamp without time zone", "timestamp with time zone", ColumnRezoned}, {"timestamp(3) with time zone", "timestamp(3) without time zone", ColumnRezoned},
		{"datetime(6)", "timestamp(6)", ColumnRezoned}, {"timestamp(0) with time zone", "timestamp(6) with time zone", ColumnWidened},
		{"date", "timestamp with time zone", ColumnRetyped}, {"enum('a','b')", "enum('a','b','c')", ColumnRetyped},
	} {
		if got := compareTypes(c.before, c.now); got != c.want {
			t.Errorf("%s to %s is %q, want %q", c.before, c.now, got, c.want)
		}
	}
}
