package mingguang

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"

	_ "modernc.org/sqlite" // the driver that writes crm.db
)

// relation is a table of crm.db.
type relation struct {
	name    string
	columns string // as in create table
	rows    [][]string
}

// database is the CRM: customers, products, contracts, service cases and credit notes. It is
// built in memory in one go, so that its pages are always the same.
func (c *company) database() (data []byte, err error) {
	ctx := context.Background()
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if _, err := conn.ExecContext(ctx, "begin"); err != nil {
		return nil, err
	}
	for _, r := range []relation{c.customerRows(), c.productRows(), c.contractRows(), c.caseRows(), c.returnRows()} {
		if err := r.create(ctx, conn); err != nil {
			return nil, fmt.Errorf("fill table %s: %w", r.name, err)
		}
	}
	if _, err := conn.ExecContext(ctx, "commit"); err != nil {
		return nil, err
	}
	err = conn.Raw(func(driver any) error {
		s, ok := driver.(interface{ Serialize() ([]byte, error) })
		if !ok {
			return fmt.Errorf("serialize database: driver %T cannot", driver)
		}
		data, err = s.Serialize()
		return err
	})
	return data, err
}

// create makes the table and fills it; an empty text is stored as NULL.
func (r relation) create(ctx context.Context, conn *sql.Conn) error {
	if _, err := conn.ExecContext(ctx, "create table "+r.name+" ("+r.columns+")"); err != nil {
		return err
	}
	if len(r.rows) == 0 {
		return nil
	}
	places := "?"
	for range len(r.rows[0]) - 1 {
		places += ", ?"
	}
	insert, err := conn.PrepareContext(ctx, "insert into "+r.name+" values ("+places+")")
	if err != nil {
		return err
	}
	for _, row := range r.rows {
		values := make([]any, len(row))
		for i, cell := range row {
			values[i] = sql.NullString{String: cell, Valid: cell != ""}
		}
		if _, err := insert.ExecContext(ctx, values...); err != nil {
			return errors.Join(err, insert.Close())
		}
	}
	return insert.Close()
}

func (c *company) customerRows() relation {
	r := relation{name: "customer", columns: "cust_no text primary key, title text not null, type text, group_no text, born text, " +
		"income text, sex text, region text, city text, trade text, came_by text, owner text, since text, " +
		"won_for text, mail text, phone text, size_class text"}
	for _, w := range c.customers {
		income := ""
		if w.income > 0 {
			income = w.income.text()
		}
		r.rows = append(r.rows, []string{w.id, w.name, w.kind, w.group, w.born, income, w.gender, w.region, w.city,
			w.industry, w.channel, w.owner, w.since.iso(), w.acquisition.text(), w.mail, w.phone, w.size})
	}
	return r
}

// productRows has a row per article and period of its unit cost, which the CRM keeps in whole fen.
func (c *company) productRows() relation {
	r := relation{name: "product", columns: "product_no text, title text, category text, cost_fen integer, " +
		"valid_from text, valid_to text, primary key (product_no, valid_from)"}
	change := costsChange()
	for _, p := range c.products {
		for _, period := range []struct {
			from day
			to   string
		}{{0, change.iso()}, {change, ""}} {
			fen := strconv.FormatInt(int64(p.cost(period.from)), 10)
			r.rows = append(r.rows, []string{p.id, p.name, p.category, fen, period.from.iso(), period.to})
		}
	}
	return r
}

func (c *company) contractRows() relation {
	r := relation{name: "contract", columns: "contract_no text primary key, cust_no text not null, signed text, starts text not null, " +
		"ends text, amount text not null, status text, cancelled text, renews text, owner text"}
	for _, t := range c.contracts {
		cancelled := ""
		if t.cancelled > 0 {
			cancelled = t.cancelled.iso()
		}
		r.rows = append(r.rows, []string{t.id, t.customer, t.signed.iso(), t.starts.iso(), t.ends.iso(), t.amount.text(),
			t.status, cancelled, t.renews, t.owner})
	}
	return r
}

func (c *company) caseRows() relation {
	r := relation{name: "service_case", columns: "case_no text primary key, cust_no text not null, opened text not null, " +
		"category text, severity text, resolved text, answer text"}
	for _, s := range c.cases {
		r.rows = append(r.rows, []string{s.id, s.customer, s.opened, s.category, s.severity, s.resolved, s.satisfaction})
	}
	return r
}

func (c *company) returnRows() relation {
	r := relation{name: "credit_note", columns: "note_no text primary key, order_no text not null, line_no text, day text, amount text"}
	for _, g := range c.returns {
		r.rows = append(r.rows, []string{g.id, g.order, strconv.Itoa(g.line), g.day.iso(), g.amount.text()})
	}
	return r
}
