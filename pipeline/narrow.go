package pipeline

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/pharos-analytics/pharos/pipeline/lake"
	"github.com/pharos-analytics/pharos/pipeline/model"
)

// Some relations need everybody's rows and yet no customer can be explained without them. The run
// keeps them beside its parameters; then one customer's rows are enough. keptWhole are small, most
// often empty, or, of prices, at most as many as are asked of anybody; and what Go steps say of customers beside the marts, which no reader can compute again.
func keptWhole() []string {
	return []string{"core.repeated_orders", "core.cost_shares", "core.identities", "core.window_sources", "core.shared_pools", "analysis.price_places",
		"fit.purchase_model", "fit.models", "fit.holdouts", "fit.contract_models", "fit.survival", "fit.summaries", "fit.purchase_scores", "fit." + modelLimits}
}

// sharesRelation holds what was allocated to each customer. Only the shares in the window W are
// kept, ordered by customer, so that a reader finds one without reading all.
const sharesRelation = "core.allocations"

func keepShares(ctx context.Context, m *marts, dir string) error {
	if !slices.ContainsFunc(m.plan.models, func(md model.Model) bool { return md.Relation() == sharesRelation }) {
		return nil
	}
	_, err := freeze(ctx, m.DuckDB, "select profit_window, kind, customer_id, driver, weight, amount from "+sharesRelation+" where profit_window = 'current'",
		filepath.Join(dir, "run", sharesRelation+".parquet"), "customer_id", "kind")
	return err
}

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
	byOrder := "select order_id from " + ownLines
	if !c.loaded["order_lines"] {
		byOrder = "select order_id from raw.order_lines"
	}
	ledger := c.own + " or customer_id is null and (order_id in (" + byOrder + ") or contract_id in (select contract_id from raw.contracts))"
	if err := c.keepRows(ctx, "ledger", ledger); err != nil {
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
	if c.loaded["ledger"] {
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
