package pipeline

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// SourceRows are the rows of one customer that appeared, disappeared or changed in the sources
// between the two runs: per table the data of the row, its key deciding what is a change, and
// where it stands. Line numbers alone are no change. Missing says when the earlier rows are gone.
func (c *Comparison) SourceRows(ctx context.Context, customer string) ([]Section, error) {
	if c.Before.Snapshot == c.Manifest.Snapshot {
		return nil, nil
	}
	l, err := lake.OpenExisting(c.w.Lake())
	if err != nil {
		return nil, err
	}
	s, err := l.Load(c.Before.Snapshot)
	if err != nil {
		c.Missing = append(c.Missing, fmt.Sprintf("the source rows of run %s are no longer kept", c.Before.ID))
		return nil, nil
	}
	if err := attachLakeAs(ctx, c.DuckDB, "earlier", l, s, c.cfg); err != nil {
		return nil, err
	}
	ids := []string{customer}
	if c.known["core.identities"] {
		merged, err := c.texts(ctx, "select source_id from core.identities where customer_id = "+literal(customer)+" order by source_id")
		if err != nil {
			return nil, err
		}
		ids = append(ids, merged...)
	}
	var out []Section
	for _, t := range lake.Canonical() {
		section, err := c.changedRows(ctx, t, "customer_id in ("+literals(ids)+")")
		if err != nil {
			return nil, err
		}
		if section != nil {
			out = append(out, *section)
		}
	}
	return out, nil
}

// changedRows compares the customer's rows of one table as a bag: what stands in both, as often, is
// left out.
func (c *Comparison) changedRows(ctx context.Context, t lake.Table, own string) (*Section, error) {
	if t.Name == "returns" {
		own = "order_id in (select order_id from raw.order_lines where " + own + " union all select order_id from earlier.order_lines where " + own + ")"
	} else if _, ok := t.Column("customer_id"); !ok {
		return nil, nil
	}
	mapped, err := c.Query(ctx, "select column_name from run.columns where table_name = "+literal(t.Name))
	if err != nil || len(mapped.Values) == 0 {
		return nil, err
	}
	columns := shownColumns(t, mapped)[3:] // without the place
	list := strings.Join(columns, ", ")
	same := make([]string, len(columns))
	for i, col := range columns {
		same[i] = "a." + col + " is not distinct from b." + col
	}
	side := func(schema string) string {
		return "(select " + list + ", count(*) as copies, min(_source) as _source, min(_file) as _file, min(_line) as _line from " +
			schema + "." + t.Name + " where " + own + " group by " + list + ")"
	}
	only := func(a, b, kind string) string {
		return "select '" + kind + "' as kind, a.* from " + side(a) + " as a where not exists (select 1 from " + side(b) + " as b where " +
			strings.Join(append(same, "a.copies = b.copies"), " and ") + ")"
	}
	if err := c.Replace(ctx, "diff.rows", only("earlier", "raw", "disappeared")+" union all "+only("raw", "earlier", "appeared")); err != nil {
		return nil, err
	}
	key := mappedKey(t, columns)
	kind := "kind"
	if len(key) > 0 {
		twins := make([]string, len(key))
		for i, col := range key {
			twins[i] = "other." + col + " is not distinct from rows." + col
		}
		kind = "case when exists (select 1 from diff.rows as other where other.kind <> rows.kind and " + strings.Join(twins, " and ") + ")" +
			" then case rows.kind when 'appeared' then 'changed to' else 'changed from' end else rows.kind end as kind"
	}
	rows, err := c.Query(ctx, "select "+kind+", _source, _file, _line, "+list+" from diff.rows as rows order by "+
		strings.Join(append(slices.Clone(key), "kind", "_file", "_line", list), ", "))
	if err != nil || len(rows.Values) == 0 {
		return nil, err
	}
	return &Section{Relation: "raw." + t.Name, Sentence: "source rows that are not the same in both runs", Total: int64(len(rows.Values)), Rows: rows}, nil
}

// mappedKey are the columns of a table's key, none when one of them is not mapped.
func mappedKey(t lake.Table, columns []string) []string {
	var key []string
	for _, name := range t.Key {
		if !slices.Contains(columns, quoted(name)) {
			return nil
		}
		key = append(key, quoted(name))
	}
	return key
}
