package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/lake"
	"github.com/pharos-analytics/pharos/pipeline/model"
)

// ErrUnknownCustomer says that no mart and no source row names a customer.
var ErrUnknownCustomer = errors.New("unknown customer")

// Section is what one relation says of a customer.
type Section struct {
	Relation string // a mart, or raw.<table> for source rows
	Sentence string // what one row is
	Total    int64  // rows there are; Rows may hold fewer
	Rows     *model.Rows
}

// Explain collects every figure of one customer: each mart that has a row for it, then the source
// rows behind them with file and line or key, at most limit per table (0: all).
func (c *Console) Explain(ctx context.Context, customer string, limit int64) ([]Section, error) {
	who, err := c.Customer(ctx, customer)
	if err != nil {
		return nil, err
	}
	id := quotedText(who.ID)
	var sections []Section
	if merged := who.section(); merged != nil {
		sections = append(sections, *merged)
	}
	for _, md := range c.Marts() {
		if !slices.Contains(md.Grain, "customer_id") {
			continue
		}
		rows, err := c.Query(ctx, fmt.Sprintf("select * from %s where customer_id = %s order by %s", md.Relation(), id, strings.Join(md.Grain, ", ")))
		if err != nil {
			return nil, err
		}
		if len(rows.Values) > 0 {
			sections = append(sections, Section{Relation: md.Name, Sentence: md.Sentence, Total: int64(len(rows.Values)), Rows: rows})
		}
	}
	sources := quotedText(who.ID)
	for _, merged := range who.Merged {
		sources += ", " + quotedText(merged.SourceID)
	}
	for _, t := range lake.Canonical() {
		s, err := c.sourceRows(ctx, t, sources, limit)
		if err != nil {
			return nil, err
		}
		if s != nil {
			sections = append(sections, *s)
		}
	}
	if len(sections) == 0 || len(sections) == 1 && len(who.Merged) > 0 {
		return nil, fmt.Errorf("explain customer %q: %w in run %s", customer, ErrUnknownCustomer, c.Manifest.ID)
	}
	return sections, nil
}

// sourceRows are the lake's rows of a customer, under all their ids, with the columns that some
// mapping fills and the place they came from. Contacts stay out: a report of figures needs none.
func (c *Console) sourceRows(ctx context.Context, t lake.Table, ids string, limit int64) (*Section, error) {
	if _, ok := t.Column("customer_id"); !ok {
		return nil, nil
	}
	relation := "raw." + t.Name
	mapped, err := c.Query(ctx, "select column_name from run.columns where table_name = '"+t.Name+"'")
	if err != nil || len(mapped.Values) == 0 {
		return nil, err
	}
	count, err := c.Query(ctx, fmt.Sprintf("select count(*) from %s where customer_id in (%s)", relation, ids))
	if err != nil {
		return nil, err
	}
	total := count.Values[0][0].(int64)
	if total == 0 {
		return nil, nil
	}
	columns := shownColumns(t, mapped)
	query := fmt.Sprintf("select %s from %s where customer_id in (%s) order by %s", strings.Join(columns, ", "), relation, ids, orderOf(t, columns))
	if limit > 0 {
		query += fmt.Sprintf(" limit %d", limit)
	}
	rows, err := c.Query(ctx, query)
	if err != nil {
		return nil, err
	}
	return &Section{Relation: relation, Sentence: "source rows", Total: total, Rows: rows}, nil
}

func shownColumns(t lake.Table, mapped *model.Rows) []string {
	columns := []string{quoted("_source"), quoted("_file"), quoted("_line")}
	for _, col := range t.Relations()[0].Columns {
		if slices.ContainsFunc(mapped.Values, func(v []any) bool { return v[0] == col.Name }) {
			columns = append(columns, quoted(col.Name))
		}
	}
	return columns
}

// quoted is a column's name in SQL: some of ours are words of the language.
func quoted(name string) string { return `"` + name + `"` }

// quotedText is a text in SQL.
func quotedText(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// orderOf sorts source rows by day, the newest first, then by where they stand, then by everything shown.
func orderOf(t lake.Table, columns []string) string {
	order := slices.Clone(columns)
	if t.Day != "" {
		order = append([]string{quoted(t.Day) + " desc"}, order...)
	}
	return strings.Join(order, ", ")
}
