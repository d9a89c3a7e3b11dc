package pipeline

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// keptRelations are relations that no figure can be explained without and that need everybody's
// rows: the run keeps them beside its parameters, so that one customer can be explained from the
// rows of that customer alone. They are small, most often empty.
func keptRelations() []string {
	return []string{"core.repeated_orders", "core.cost_shares", "core.identities"}
}

// narrow leaves in the relations of the lake only the rows that belong to one customer, so that
// every model about customers is computed from them alone, by its own definition. It returns the
// ids that the sources use for the customer, the customer's own first.
func (c *Console) narrow(ctx context.Context, customer string) ([]string, error) {
	ids := []string{customer}
	if c.known["core.identities"] {
		rows, err := c.Query(ctx, "select source_id from core.identities where customer_id = "+literal(customer)+" and source_id <> "+literal(customer)+" order by source_id")
		if err != nil {
			return nil, err
		}
		for _, r := range rows.Values {
			ids = append(ids, fmt.Sprint(r[0]))
		}
	}
	// Lines come first: what else belongs to the customer is found by their orders and products.
	tables := slices.DeleteFunc(lake.Canonical(), func(t lake.Table) bool { return t.Name == "order_lines" })
	tables = slices.Insert(tables, 0, canonical("order_lines"))
	for _, t := range tables {
		for _, r := range t.Relations() {
			relation := "raw." + r.Name
			query, err := c.ownRows(ctx, relation, r, ids)
			if err != nil {
				return nil, err
			}
			if query == "" || !c.loaded[r.Name] {
				continue
			}
			if err := c.Replace(ctx, relation, query); err != nil {
				return nil, err
			}
			c.narrowed[relation] = true
		}
	}
	return ids, nil
}

func canonical(name string) lake.Table { t, _ := lake.TableNamed(name); return t }

// ownRows is the query of a relation's rows that belong to a customer, empty for those that belong
// to everybody.
func (c *Console) ownRows(ctx context.Context, relation string, r lake.Relation, ids []string) (string, error) {
	own := "customer_id in (" + literals(ids) + ")"
	switch relation {
	case "raw.order_lines":
		return c.ownLines(ctx, own)
	case "raw.returns":
		return "select * from raw.returns where order_id in (select order_id from raw.order_lines)", nil
	case "raw.products":
		return "select * from raw.products where product_id in (select product_id from raw.order_lines)", nil
	case "raw.ledger":
		return "select * from raw.ledger where " + own +
			" or order_id in (select order_id from raw.order_lines) or contract_id in (select contract_id from raw.contracts)", nil
	}
	if !slices.ContainsFunc(r.Columns, func(col lake.Column) bool { return col.Name == "customer_id" }) {
		return "", nil
	}
	return "select * from " + relation + " where " + own, nil
}

// ownLines are the customer's order lines and, of orders that were loaded more than once, every
// copy: which of them counts is decided among all.
func (c *Console) ownLines(ctx context.Context, own string) (string, error) {
	mine := "select * from raw.order_lines where " + own
	if !c.known["core.repeated_orders"] {
		return mine, nil
	}
	any, err := c.Query(ctx, "select order_id from core.repeated_orders limit 1")
	if err != nil || len(any.Values) == 0 {
		return mine, err
	}
	rows, err := c.Query(ctx, "select order_id from core.repeated_orders where order_id in (select order_id from raw.order_lines where "+own+") order by order_id")
	if err != nil || len(rows.Values) == 0 {
		return mine, err
	}
	var orders []string
	for _, r := range rows.Values {
		orders = append(orders, fmt.Sprint(r[0]))
	}
	return strings.Join([]string{mine, "select * from raw.order_lines where order_id in (" + literals(orders) + ") and coalesce(not (" + own + "), true)"}, " union all "), nil
}
