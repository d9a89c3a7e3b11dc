package model

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Build computes a model. Without out it becomes a table, or a view when its header says so (rows
// is then 0). With out it goes straight into that Parquet file and the relation reads the file, so
// no row is held twice; rows are ordered by the grain and then by the other columns, which makes
// the file's bytes the same on every run and on any number of threads. Columns of a written model
// must have one of the public types: varchar, decimal, bigint, double, date, timestamp, boolean.
// Errors are path:line:column of the model's file.
func (e *DuckDB) Build(ctx context.Context, m Model, out string) (rows int64, err error) {
	if err := e.makeSchema(ctx, m.Relation()); err != nil {
		return 0, fmt.Errorf("build %s: %w", m.Relation(), err)
	}
	if m.Step != nil {
		return e.take(ctx, m, out)
	}
	name := quoteRelation(m.Relation())
	if m.Segmentation {
		columns, err := e.columns(ctx, m)
		if err == nil {
			err = checkSegmentation(m, columns)
		}
		if err != nil {
			return 0, err
		}
	}
	if out != "" {
		return e.write(ctx, m, out)
	}
	kind := "table"
	if m.View {
		kind = "view"
	}
	if err := e.Drop(ctx, m.Relation()); err != nil {
		return 0, err
	}
	rows, err = e.runModel(ctx, m, "create "+kind+" "+name+" as ", "")
	if err != nil {
		return 0, err
	}
	if m.View {
		e.views[m.Relation()] = true
		return 0, nil
	}
	return rows, nil
}

// martFormat has row groups of a quarter of DuckDB's own size: whoever looks up one customer unpacks
// one, and files get no larger by it, nor reading slower.
const martFormat = "(format parquet, compression zstd, row_group_size 30720)"

// write computes a model into a Parquet file and lets its relation read the file.
func (e *DuckDB) write(ctx context.Context, m Model, out string) (int64, error) {
	columns, err := e.columns(ctx, m)
	if err != nil {
		return 0, err
	}
	if err := checkColumns(m, columns); err != nil {
		return 0, err
	}
	rows, err := e.runModel(ctx, m, "copy (select * from (",
		") as result order by "+orderOf(m, columns)+") to "+quoteText(out)+" "+martFormat)
	if err != nil {
		return 0, err
	}
	if err := e.Drop(ctx, m.Relation()); err != nil {
		return 0, err
	}
	return rows, e.Attach(ctx, m.Relation(), []string{out})
}

// Column is a column's name and its type as DuckDB writes it in lower case.
type Column struct {
	Name, Type string
}

// columns binds a model without computing it.
func (e *DuckDB) columns(ctx context.Context, m Model) (columns []Column, err error) {
	before, text, after := modelStatement(m, "describe select * from (", ") as result")
	rows, err := e.conn.QueryContext(ctx, before+text+after)
	if err != nil {
		return nil, e.modelError(ctx, m, len(before), err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var c Column
		var null, key, standard, extra any
		if err := rows.Scan(&c.Name, &c.Type, &null, &key, &standard, &extra); err != nil {
			return nil, fmt.Errorf("describe %s: %w", m.Relation(), err)
		}
		c.Type = strings.ToLower(c.Type)
		columns = append(columns, c)
	}
	return columns, rows.Err()
}

// runModel runs a statement around the model's text and places its errors in the model's file.
func (e *DuckDB) runModel(ctx context.Context, m Model, before, after string) (int64, error) {
	before, text, after := modelStatement(m, before, after)
	rows, err := e.run(ctx, before+text+after)
	if err != nil {
		return 0, e.modelError(ctx, m, len(before), err)
	}
	return rows, nil
}

// modelStatement keeps the model's text as it is, so that byte offsets stay true; the line break
// ends a comment on the text's last line.
func modelStatement(m Model, before, after string) (string, string, string) {
	return before, withoutSemicolon(m.SQL), "\n" + after
}

// withoutSemicolon cuts the ; that may end a file pasted from a console.
func withoutSemicolon(text string) string {
	tokens := tokenize(text)
	if n := len(tokens); n > 0 && tokens[n-1].text == ";" {
		return text[:tokens[n-1].offset]
	}
	return text
}

// orderOf is every column, the grain first.
func orderOf(m Model, columns []Column) string {
	order := slices.Clone(m.Grain)
	for _, c := range columns {
		if !slices.Contains(m.Grain, c.Name) {
			order = append(order, c.Name)
		}
	}
	return quoteNames(order)
}

// publicTypes are what downstream readers may meet; Parquet has no hugeint (DuckDB would write a
// double), and integer widths would differ between engines.
var publicTypes = [...]string{"varchar", "bigint", "double", "date", "timestamp", "boolean"}

// checkColumns reports columns of a mart without a public type, and names in the header that the
// select does not make.
func checkColumns(m Model, columns []Column) error {
	var errs []error
	made := map[string]bool{}
	var names []string
	for _, c := range columns {
		made[c.Name] = true
		names = append(names, c.Name)
		if !slices.Contains(publicTypes[:], c.Type) && !strings.HasPrefix(c.Type, "decimal(") {
			errs = append(errs, fmt.Errorf("%s:1: the column %s is %s: cast it to one of %s or decimal(38,4)",
				m.Path, c.Name, c.Type, strings.Join(publicTypes[:], ", ")))
		}
	}
	for _, name := range m.headerNames() {
		if !made[name] {
			errs = append(errs, fmt.Errorf("%s:1: the header names the column %s, which the select does not make%s",
				m.Path, name, DidYouMean(name, names)))
		}
	}
	return errors.Join(errs...)
}

// headerNames are the columns that grain, units and column lines speak of, sorted, each once.
func (h Header) headerNames() []string {
	names := slices.Clone(h.Grain)
	for name := range h.Units {
		names = append(names, name)
	}
	for name := range h.Columns {
		names = append(names, name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
