package pipeline

import (
	"context"
	"fmt"
	"slices"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// narrow leaves in the relations of the lake only the rows that belong to one customer, so that
// every model about customers is computed from them alone, by its own definition. It returns the
// ids that the sources use for the customer, the customer's own first. Where rows are only to be shown,
// the newest are enough (0: all are needed).
func (c *Console) narrow(ctx context.Context, customer string, newest int64) ([]string, error) {
	ids := []string{customer}
	if c.known["core.identities"] {
		merged, err := c.texts(ctx, "select source_id from core.identities where customer_id = "+literal(customer)+" and source_id <> "+literal(customer)+" order by source_id")
		if err != nil {
			return nil, err
		}
		ids = append(ids, merged...)
	}
	if c.own != "" { // to the same customer, before
		if c.newest > 0 && c.newest != newest {
			return nil, fmt.Errorf("narrow the run to %s: it was narrowed to their newest %d rows before", customer, c.newest)
		}
		return ids, nil
	}
	c.newest = newest
	c.own = "customer_id in (" + literals(ids) + ")"
	named := lake.Wanted{Column: "customer_id", Values: ids}
	// What belongs to the customer by an order or a contract is found once these are known.
	if c.loaded["order_lines"] {
		if err := c.keep(ctx, ownLines, "order_lines", c.own, named); err != nil {
			return nil, err
		}
	}
	for _, t := range lake.Canonical() {
		if t.Name == "order_lines" || t.Name == "ledger" {
			continue
		}
		for _, r := range t.Relations() {
			if err := c.keepRows(ctx, r, named); err != nil {
				return nil, err
			}
		}
	}
	if err := c.narrowLedger(ctx, named); err != nil {
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

func (c *Console) keepRows(ctx context.Context, r lake.Relation, named lake.Wanted) error {
	condition := ownRows(r, c.own)
	needsLines := r.Name == "returns" || r.Name == "products"
	if !c.loaded[r.Name] || condition == "" || needsLines && !c.loaded["order_lines"] {
		return nil
	}
	switch r.Name {
	case "products": // few
		c.narrowed["raw.products"] = true
		return c.Replace(ctx, "raw.products", "select * from raw.products where "+condition)
	case "returns":
		orders, err := c.texts(ctx, "select distinct order_id from "+ownLines+" order by order_id")
		if err != nil {
			return err
		}
		named = lake.Wanted{Column: "order_id", Values: orders}
	}
	return c.keep(ctx, "raw."+r.Name, r.Name, condition, named)
}

// narrowLedger leaves the entries that name the customer, and those that name nobody but one of the
// customer's orders or contracts.
func (c *Console) narrowLedger(ctx context.Context, named lake.Wanted) error {
	if !c.loaded["ledger"] {
		return nil
	}
	orders, err := c.ordersNamed(ctx)
	if err != nil {
		return err
	}
	var contracts []string
	if c.loaded["contracts"] {
		if contracts, err = c.texts(ctx, "select distinct contract_id from raw.contracts order by contract_id"); err != nil {
			return err
		}
	}
	condition, wanted := c.own, []lake.Wanted{named}
	for _, w := range []lake.Wanted{{Column: "order_id", Values: orders}, {Column: "contract_id", Values: contracts}} {
		if len(w.Values) > 0 {
			condition += " or customer_id is null and " + w.Column + " in (" + literals(w.Values) + ")"
			w.Unless = "customer_id"
			wanted = append(wanted, w)
		}
	}
	return c.keep(ctx, "raw.ledger", "ledger", condition, wanted...)
}

// ordersNamed are the customer's orders that entries without a customer may name.
func (c *Console) ordersNamed(ctx context.Context) ([]string, error) {
	switch {
	case c.known[ledgerOrders]:
		return c.texts(ctx, "select order_id from "+ledgerOrders+" where "+c.own+" order by order_id")
	case c.loaded["order_lines"]: // a run of an earlier version
		return c.texts(ctx, "select distinct order_id from "+ownLines+" order by order_id")
	}
	return nil, nil
}

// narrowLines leaves the customer's lines, and every line of those of their orders that are not
// theirs alone to decide: which copy of a repeated line counts, and whose an entry of the ledger
// is that names an order only, depends on all lines of the order.
func (c *Console) narrowLines(ctx context.Context) error {
	if !c.loaded["order_lines"] || c.newest > 0 {
		return nil // where rows are only shown, the customer's own are enough
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
		from, _, err := c.pick(ctx, "order_lines", lake.Newest{}, []lake.Wanted{{Column: "order_id", Values: shared}})
		if err != nil {
			return err
		}
		query += " union all select * from " + from + " where order_id in (" + literals(shared) + ") and coalesce(not (" + c.own + "), true)"
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
