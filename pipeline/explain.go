package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/pharos-analytics/pharos/pipeline/lake"
	"github.com/pharos-analytics/pharos/pipeline/model"
)

// ErrUnknownCustomer says that no mart and no source row names a customer.
var ErrUnknownCustomer = errors.New("unknown customer")

// Explanation is all that a run says of one customer.
type Explanation struct {
	Customer   string
	MergedFrom string   // the id that was asked for, when it was merged into Customer
	SourceIDs  []string // the ids that were merged into this customer, the customer's own left out
	Summary    Summary
	Sections   []Section // the marts that have a row, then the source rows
}

// Section is what one relation says of a customer.
type Section struct {
	Relation string // a mart, or raw.<table> for source rows
	Sentence string // what one row is
	Total    int64  // rows there are; Rows may hold fewer
	Rows     *model.Rows
}

// Explain collects every figure of one customer: each mart that has a row for it, then the source
// rows behind them with file and line or key, at most limit per table (0: all).
func (c *Console) Explain(ctx context.Context, customer string, limit int64) (*Explanation, error) {
	e := &Explanation{Customer: customer}
	who, err := c.Customer(ctx, customer)
	if err != nil {
		return nil, err
	}
	if who.ID != customer {
		e.MergedFrom, customer, e.Customer = customer, who.ID, who.ID
	}
	var sources []Section
	e.Sections, err = c.martSections(ctx, customer, func() error {
		ids, err := c.narrow(ctx, customer, limit)
		if err != nil {
			return err
		}
		e.SourceIDs = ids[1:]
		for _, t := range lake.Canonical() {
			s, err := c.sourceRows(ctx, t, limit)
			if err != nil {
				return err
			}
			if s != nil {
				sources = append(sources, *s)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	e.Sections = append(e.Sections, sources...)
	if len(e.Sections) == 0 {
		return nil, c.unknownCustomer(ctx, customer)
	}
	if merged := who.section(); merged != nil {
		e.Sections = slices.Insert(e.Sections, 0, *merged)
	}
	e.Summary, err = c.summary(ctx, e)
	return e, err
}

// martSections are the rows of a customer in the marts, looked up on a second connection while this
// one does something else first; then both take mart by mart.
func (c *Console) martSections(ctx context.Context, customer string, first func() error) (out []Section, err error) {
	beside, err := c.Beside(ctx, "marts")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, beside.Close()) }()
	about := slices.DeleteFunc(c.Marts(), func(md model.Model) bool { return !slices.Contains(md.Grain, "customer_id") })
	found := make([]*Section, len(about))
	var next atomic.Int64
	look := func(e *model.DuckDB) error {
		for i := next.Add(1) - 1; i < int64(len(about)); i = next.Add(1) - 1 {
			s, err := c.martRows(ctx, e, about[i], customer)
			if err != nil {
				return err
			}
			found[i] = s
		}
		return nil
	}
	err = model.SideBySide(2, []func() error{
		func() error { return look(beside) },
		func() error { return errors.Join(first(), look(c.DuckDB)) },
	})
	for _, s := range found {
		if s != nil {
			out = append(out, *s)
		}
	}
	return out, err
}

// martRows are the rows of a mart for a customer, nil when it has none.
func (c *Console) martRows(ctx context.Context, e *model.DuckDB, md model.Model, customer string) (*Section, error) {
	rows, err := e.Lookup(ctx, c.martFile(md), "customer_id = "+literal(customer), strings.Join(md.Grain, ", "))
	if err != nil || len(rows.Values) == 0 {
		return nil, err
	}
	return &Section{Relation: md.Name, Sentence: md.Sentence, Total: int64(len(rows.Values)), Rows: rows}, nil
}

// sourceRows are the lake's rows of the customer that the console was narrowed to, with the columns
// that some mapping fills and the place they came from. Contacts stay out: a report of figures
// needs none.
func (c *Console) sourceRows(ctx context.Context, t lake.Table, limit int64) (*Section, error) {
	from := "raw." + t.Name
	if t.Name == "order_lines" {
		from = ownLines // the lines of others that share an order decide, they are not the customer's
	}
	if !c.narrowed[from] {
		return nil, nil
	}
	mapped, err := c.Query(ctx, "select column_name from run.columns where table_name = "+literal(t.Name))
	if err != nil || len(mapped.Values) == 0 {
		return nil, err
	}
	total, err := c.total(ctx, from)
	if err != nil {
		return nil, err
	}
	if total == 0 {
		return nil, nil
	}
	columns := shownColumns(t, mapped)
	query := fmt.Sprintf("select %s from %s order by %s", strings.Join(columns, ", "), from, orderOf(t, columns))
	if limit > 0 {
		query += fmt.Sprintf(" limit %d", limit)
	}
	rows, err := c.Query(ctx, query)
	if err != nil {
		return nil, err
	}
	return &Section{Relation: "raw." + t.Name, Sentence: "source rows", Total: total, Rows: rows}, nil
}

// total is the number of rows of a relation that the console was narrowed to.
func (c *Console) total(ctx context.Context, relation string) (int64, error) {
	if found := c.found[relation]; found > 0 {
		return found, nil
	}
	count, err := c.Query(ctx, "select count(*) from "+relation)
	if err != nil {
		return 0, err
	}
	return count.Values[0][0].(int64), nil
}

func shownColumns(t lake.Table, mapped *model.Rows) []string {
	columns := []string{quoted("_source"), quoted("_file"), quoted("_line")}
	for _, col := range t.Relations()[0].Columns {
		if col.Class == lake.Contact || col.Class == lake.Address {
			continue // an opt-out may name its contact
		}
		if slices.ContainsFunc(mapped.Values, func(v []any) bool { return v[0] == col.Name }) {
			columns = append(columns, quoted(col.Name))
		}
	}
	return columns
}

// quoted is a column's name in SQL: some of ours are words of the language.
func quoted(name string) string { return `"` + name + `"` }

// literal is a text in SQL. What a person typed is a value, never a part of the statement.
func literal(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// literals are the items of an in list.
func literals(texts []string) string {
	items := make([]string, len(texts))
	for i, t := range texts {
		items[i] = literal(t)
	}
	return strings.Join(items, ", ")
}

// orderOf sorts source rows by day, the newest first, then by where they stand, then by everything shown.
func orderOf(t lake.Table, columns []string) string {
	order := slices.Clone(columns)
	if t.Day != "" {
		order = append([]string{quoted(t.Day) + " desc"}, order...)
	}
	return strings.Join(order, ", ")
}

// unknownCustomer names the ids that were probably meant, and the customers of this very name.
func (c *Console) unknownCustomer(ctx context.Context, customer string) error {
	err := fmt.Errorf("explain customer %q: %w in run %s", customer, ErrUnknownCustomer, c.Manifest.ID)
	if !c.known["segment.customers"] || len(customer) > 100 {
		return err
	}
	text := literal(customer)
	rows, failed := c.Query(ctx, `select customer_id, min(distance) as distance from (
		select customer_id, damerau_levenshtein(lower(customer_id), lower(`+text+`)) as distance from segment.customers
		union all select customer_id, 0 as distance from segment.customers where name = `+text+`) as near
		where distance <= 2 group by customer_id order by distance, customer_id limit 3`)
	if failed != nil || len(rows.Values) == 0 {
		return errors.Join(err, failed)
	}
	var ids []string
	for _, r := range rows.Values {
		ids = append(ids, fmt.Sprint(r[0]))
	}
	return fmt.Errorf("%w; nearest: %s", err, strings.Join(ids, ", "))
}
