package extract

import (
	"context"
	"strconv"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// TypeNamed is the type that a raw table keeps a column as, by its name in SQL: bigint, integer,
// smallint, decimal(12,2), date, timestamp, timestamptz, boolean, text and their other spellings.
// It is false for a type that the lake cannot hold exactly; such a column is kept as text.
func TypeNamed(name string) (lake.Type, bool) {
	name = strings.ToLower(strings.TrimSpace(name))
	base, arguments := name, ""
	if open := strings.IndexByte(name, '('); open >= 0 {
		shut := strings.IndexByte(name, ')')
		if shut < open {
			return lake.Text, false
		}
		base, arguments = strings.TrimSpace(name[:open])+name[shut+1:], name[open+1:shut]
	}
	switch base {
	case "bigint", "int8", "int unsigned":
		return lake.Integer, true
	case "integer", "int", "int4", "mediumint", "smallint", "int2", "tinyint", "mediumint unsigned", "smallint unsigned", "tinyint unsigned":
		return lake.Integer32, true
	case "numeric", "decimal", "decimal unsigned":
		return decimalNamed(arguments)
	case "date":
		return lake.Date, true
	case "timestamp with time zone", "timestamptz":
		return lake.Instant, true
	case "timestamp without time zone", "timestamp", "datetime":
		return lake.WallClock, true
	case "boolean", "bool":
		return lake.Boolean, true
	case "text", "varchar":
		return lake.Text, true
	}
	return lake.Text, false
}

// decimalNamed reads precision and scale; a decimal without them is unbounded.
func decimalNamed(arguments string) (lake.Type, bool) {
	digits, places, both := strings.Cut(arguments, ",")
	if !both {
		places = "0"
	}
	precision, err := strconv.Atoi(strings.TrimSpace(digits))
	scale, wrong := strconv.Atoi(strings.TrimSpace(places))
	if err != nil || wrong != nil || precision < 1 || precision > lake.MaxPrecision || scale < 0 || scale > precision {
		return lake.Text, false
	}
	return lake.DecimalOf(precision, scale), true
}

// WithSourceTypes gives the columns of a raw mapping the types that a server declares, where the
// lake can hold them exactly; the others, and those of a SELECT, stay text.
func WithSourceTypes(ctx context.Context, src Source, m Mapping) (Mapping, error) {
	d, ok := src.(*databaseSource)
	if !ok || !m.Raw || m.Typed || m.Select != "" || d.dialect == sqliteSQL { // SQLite's columns hold any type
		return m, nil
	}
	tables, err := d.catalog(ctx)
	if err != nil {
		return m, err
	}
	t, err := findTable(tables, m.Relation)
	if err != nil {
		return m, nil // Read says which tables there are
	}
	columns := make([]ColumnMapping, len(m.Columns))
	for i, c := range m.Columns {
		kind := t.column(c.Column).Type
		if d.dialect == mysqlSQL && strings.HasPrefix(kind, "timestamp") {
			kind = "timestamptz" // an instant, which the session's zone makes UTC
		}
		c.Type, _ = TypeNamed(kind)
		columns[i] = c
	}
	m.Columns = columns
	return m, nil
}
