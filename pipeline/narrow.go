package pipeline

import (
	"context"
	"fmt"
	"slices"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// narrow leaves in the relations of the lake only the rows that belong to one customer, so that
// every model about customers is computed from them alone, by its own definition. It returns the
// ids that the sources use for the customer, the customer's own first.
func (c *Console) narrow(ctx context.Context, customer string) ([]string, error) {
	ids := []string{customer}
	if c.known["core.identities"] {
		merged, err := c.texts(ctx, "select source_id from core.identities where customer_id = "+literal(customer)+" and source_id <> "+literal(customer)+" order by source_id")
		if err != nil {
			return nil, err
		}
		ids = append(ids, merged...)
	}
	if c.own != "" {
		return ids, nil // to the same customer, before
	}
	c.own = "customer_id in (" + literals(ids) + ")"
	// What belongs to the customer by an order or a contract is found once these are known.
	if c.loaded["order_lines"] {
		if err := c.Replace(ctx, ownLines, "select * from raw.order_lines where "+c.own); err != nil {
			return nil, err
		}
	}
	for _, t := range lake.Canonical() {
		if t.Name == "order_lines" || t.Name == "ledger" {
			continue
		}
		for _, r := range t.Relations() {
			if err := c.keepRows(ctx, r.Name, ownRows(r, c.own)); err != nil {
				return nil, err
			}
		}
	}
	if err := c.narrowLedger(ctx); err != nil {
		return nil, err
	}
	return ids, c.narrowLines(ctx)
}

// ownLines are the order lines that name the customer.
const ownLines = "explain.own_lines"

// ownRows says which rows of a relation belong to a customer, empty for all.
func ownRows(r lake.Relation, own string) string {
	switch {
	case r.Name == "returns":
		return "order_id in (select order_id from " + ownLines + ")"
	case r.Name == "products":
		return "product_id in (select product_id from " + ownLines + ")"
	case slices.ContainsFunc(r.Columns, func(col lake.Column) bool { return col.Name == "customer_id" }):
		return own
	}
	return ""
}

func (c *Console) keepRows(ctx context.Context, table, condition string) error {
	needsLines := table == "returns" || table == "products"
	if !c.loaded[table] || condition == "" || needsLines && !c.loaded["order_lines"] {
		return nil
	}
	c.narrowed["raw."+table] = true
	return c.Replace(ctx, "raw."+table, "select * from raw."+table+" where "+condition)
}

// narrowLedger leaves the entries that name the customer, and those that name nobody but one of the
// customer's orders or contracts. Each way to an entry is a query of its own, and disjoint from the
// others, so that the engine can skip the row groups whose Bloom filters do not know the id.
func (c *Console) narrowLedger(ctx context.Context) error {
	if !c.loaded["ledger"] {
		return nil
	}
	const entries = "select * from raw.ledger where "
	orders, err := c.ordersNamed(ctx)
	if err != nil {
		return err
	}
	query := entries + c.own
	if orders != "" {
		query += " union all " + entries + "order_id in (" + orders + ") and coalesce(customer_id, '') = ''" // a plain `is null` is asked of every row first
	}
	if c.loaded["contracts"] {
		contracts, err := c.texts(ctx, "select distinct contract_id from raw.contracts order by contract_id")
		if err != nil {
			return err
		}
		if len(contracts) > 0 {
			query += " union all " + entries + "customer_id is null and contract_id in (" + literals(contracts) + ")"
			if orders != "" {
				query += " and coalesce(order_id not in (" + orders + "), true)"
			}
		}
	}
	c.narrowed["raw.ledger"] = true
	return c.Replace(ctx, "raw.ledger", query)
}

// ordersNamed are the customer's orders that entries without a customer may name, as the inside of
// an `in`; empty when there are none.
func (c *Console) ordersNamed(ctx context.Context) (string, error) {
	switch {
	case c.known[ledgerOrders]:
		orders, err := c.texts(ctx, "select order_id from "+ledgerOrders+" where "+c.own+" order by order_id")
		return literals(orders), err
	case c.loaded["order_lines"]: // a run of an earlier version
		return "select order_id from " + ownLines, nil
	}
	return "", nil
}

// narrowLines leaves the customer's lines, and every line of those of their orders that are not
// theirs alone to decide: which copy of a repeated line counts, and whose an entry of the ledger
// is that names an order only, depends on all lines of the order.
func (c *Console) narrowLines(ctx context.Context) error {
	if !c.loaded["order_lines"] {
		return nil
	}
	var shared []string
	if c.known["core.repeated_orders"] {
		repeated, err := c.texts(ctx, "select order_id from core.repeated_orders where order_id in (select order_id from "+ownLines+")")
		if err != nil {
			return err
		}
		shared = repeated
	}
	if c.loaded["ledger"] && !c.known[ledgerOrders] {
		named, err := c.texts(ctx, "select distinct order_id from raw.ledger where customer_id is null and order_id is not null")
		if err != nil {
			return err
		}
		shared = append(shared, named...)
	}
	query := "select * from " + ownLines
	if len(shared) > 0 {
		query += " union all select * from raw.order_lines where order_id in (" + literals(shared) + ") and coalesce(not (" + c.own + "), true)"
	}
	c.narrowed["raw.order_lines"] = true
	return c.Replace(ctx, "raw.order_lines", query)
}

// texts is the first column of a query.
func (c *Console) texts(ctx context.Context, query string) ([]string, error) {
	rows, err := c.Query(ctx, query)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, r := range rows.Values {
		out = append(out, fmt.Sprint(r[0]))
	}
	return out, nil
}
