package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/govalues/decimal"

	"github.com/pharos-analytics/pharos/pipeline/lake"
	"github.com/pharos-analytics/pharos/pipeline/model"
)

// ErrUnknownFigure says that a run has no such mart, or the mart no such column.
var ErrUnknownFigure = errors.New("unknown figure")

// Figure is one number of one customer, taken apart.
type Figure struct {
	Customer, Mart, Column  string
	Sentence, Meaning, Unit string // from the header of the model
	Row                     *model.Rows
	Value                   string
	Formula                 string
	Entries                 *model.Rows // the rows that make the value; the last column is what each adds to it
	Total                   int64       // entries there are; Entries may hold fewer
	Sum                     string      // of all entries; empty when the value is no sum of rows
	IsSum                   bool
	Basis                   []Section // otherwise: what the value stands on, of this customer
}

// UnknownName is a mart or a column that there is not, with those that there are.
type UnknownName struct {
	What, Name string
	Known      []string
}

func (e *UnknownName) Error() string { return fmt.Sprintf("this run has no %s %q", e.What, e.Name) }
func (e *UnknownName) Unwrap() error { return ErrUnknownFigure }

// ExplainFigure takes one column of one mart apart for one customer: what it means, its value, and
// the rows that make it, at most limit of them (0: all). Where the value is a sum over rows, what
// each row adds is given, and together they are the value.
func (c *Console) ExplainFigure(ctx context.Context, customer, mart, column string, limit int64) (*Figure, error) {
	md, err := c.martNamed(mart)
	if err != nil {
		return nil, err
	}
	who, err := c.Customer(ctx, customer)
	if err != nil {
		return nil, err
	}
	customer = who.ID
	row, err := c.figureRow(ctx, md, customer)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(row.Columns, column) {
		return nil, &UnknownName{"column of " + mart, column, row.Columns}
	}
	f := &Figure{Customer: customer, Mart: mart, Column: column, Sentence: md.Sentence, Meaning: md.Columns[column], Unit: md.Units[column], Row: row}
	if len(row.Values) == 0 {
		if known, err := c.isKnown(ctx, customer); err != nil || !known {
			return nil, errors.Join(err, c.unknownCustomer(ctx, customer))
		}
		return f, nil
	}
	f.Value = cellOf(row, 0, column)
	if column == "allocated_cost" {
		if err := c.poolEntries(ctx, f, limit); err != nil {
			return nil, err
		}
	}
	if _, err := c.narrow(ctx, customer, 0); err != nil {
		return nil, err
	}
	rule, ok := figureRules()[mart+"."+column]
	if !ok {
		return f, c.standsOn(ctx, f, md, limit)
	}
	f.Formula = rule.formula
	return f, c.entries(ctx, f, rule, limit)
}

func (c *Console) martNamed(name string) (model.Model, error) {
	var names []string
	for _, md := range c.Marts() {
		if md.Name == name {
			return md, nil
		}
		names = append(names, md.Name)
	}
	return model.Model{}, &UnknownName{"mart", name, names}
}

// figureRow are the rows of a mart about a customer: by its id, or by the group it belongs to.
func (c *Console) figureRow(ctx context.Context, md model.Model, customer string) (*model.Rows, error) {
	where := "customer_id = " + literal(customer)
	switch {
	case md.Name == "parent_profit":
		where = "parent_id = (" + groupOf(customer) + ")"
	case !slices.Contains(md.Grain, "customer_id"):
		return nil, &UnknownName{"mart about customers named", md.Name, c.martsOfCustomers()}
	}
	return c.Query(ctx, fmt.Sprintf("select * from %s where %s order by %s", md.Relation(), where, strings.Join(md.Grain, ", ")))
}

func (c *Console) martsOfCustomers() []string {
	var names []string
	for _, md := range c.Marts() {
		if slices.Contains(md.Grain, "customer_id") || md.Name == "parent_profit" {
			names = append(names, md.Name)
		}
	}
	return names
}

func (c *Console) isKnown(ctx context.Context, customer string) (bool, error) {
	if !c.known["segment.customers"] {
		return false, nil
	}
	rows, err := c.Query(ctx, "select customer_id from segment.customers where customer_id = "+literal(customer))
	return err == nil && len(rows.Values) > 0, err
}

// entries asks for the rows of a figure and, where they add up to it, for their sum.
func (c *Console) entries(ctx context.Context, f *Figure, rule figureRule, limit int64) error {
	query := strings.ReplaceAll(rule.query, "{customer}", literal(f.Customer))
	if err := c.Prepare(ctx, query); err != nil {
		return err
	}
	if err := c.Replace(ctx, "explained", query); err != nil {
		return err
	}
	sum := "null"
	if rule.isSum {
		sum = "sum(contribution)"
	}
	total, err := c.Query(ctx, "select count(*) as entries, "+sum+" as total from explained")
	if err != nil {
		return err
	}
	f.Total, f.IsSum = total.Values[0][0].(int64), rule.isSum
	if f.IsSum {
		f.Sum = cellOf(total, 0, "total")
	}
	shown := "select * from explained order by " + rule.order
	if limit > 0 {
		shown += fmt.Sprintf(" limit %d", limit)
	}
	f.Entries, err = c.Query(ctx, shown)
	return err
}

// poolEntries are the shared entries of the ledger in the window: they name nobody, so that they
// must be read before the lake is narrowed to one customer.
func (c *Console) poolEntries(ctx context.Context, f *Figure, limit int64) error {
	if !c.loaded["ledger"] || !c.known[sharesRelation] || c.own != "" {
		return nil
	}
	kinds, err := c.texts(ctx, "select kind from "+sharesRelation+" where customer_id = "+literal(f.Customer))
	if err != nil || len(kinds) == 0 {
		return err
	}
	pool := "select entry_id, kind, account, amount, posted_on, _source, _file, _line from raw.ledger cross join run.params as params" +
		" where customer_id is null and order_id is null and contract_id is null and kind in (" + literals(kinds) + ")" +
		" and posted_on >= params.window_start and posted_on < params.as_of"
	total, err := c.Query(ctx, "select count(*) from ("+pool+") as pool")
	if err != nil {
		return err
	}
	pool += " order by posted_on desc, entry_id, kind, amount, _file, _line"
	if limit > 0 {
		pool += fmt.Sprintf(" limit %d", limit)
	}
	rows, err := c.Query(ctx, pool)
	if err != nil {
		return err
	}
	f.Basis = append(f.Basis, Section{Relation: "raw.ledger", Sentence: "the entries in the pools: they name nobody", Total: total.Values[0][0].(int64), Rows: rows})
	return nil
}

// standsOn gives what a figure without a rule of its own is made from: the customer's rows of the
// marts and tables of the lake that its model reads, directly or through other models.
func (c *Console) standsOn(ctx context.Context, f *Figure, md model.Model, limit int64) error {
	reads := map[string]bool{}
	for _, m := range slices.Backward(c.models) {
		if m.Relation() != md.Relation() && !reads[m.Relation()] {
			continue
		}
		if m.Mart && m.Relation() != md.Relation() {
			continue // a mart is shown, what it stands on is its own explanation
		}
		for _, r := range m.Refs {
			reads[r.Relation()] = true
		}
	}
	for _, m := range c.Marts() {
		if reads[m.Relation()] && slices.Contains(m.Grain, "customer_id") {
			s, err := c.martRows(ctx, c.DuckDB, m, f.Customer)
			if err != nil {
				return err
			}
			if s != nil {
				f.Basis = append(f.Basis, *s)
			}
		}
	}
	for _, t := range lake.Canonical() {
		if !reads["raw."+t.Name] {
			continue
		}
		s, err := c.sourceRows(ctx, t, limit)
		if err != nil {
			return err
		}
		if s != nil {
			f.Basis = append(f.Basis, *s)
		}
	}
	return nil
}

// Agrees says whether the contributions add up to the value, to the last digit.
func (f *Figure) Agrees() bool {
	sum, err := decimal.Parse(orWord(f.Sum, "0"))
	value, failed := decimal.Parse(f.Value)
	return err == nil && failed == nil && sum.Equal(value)
}
