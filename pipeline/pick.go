package pipeline

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// pickedRows is from how many rows on a table of the lake is looked up by its pages: fewer are read
// whole in the time that opening the files takes.
const pickedRows = 8192

// keep makes a relation a table of the rows of a table of the lake that meet a condition: those that
// hold one of the wanted ids. Where the console was narrowed to show the newest rows only, it is these.
func (c *Console) keep(ctx context.Context, relation, table, condition string, wanted ...lake.Wanted) error {
	from, found, err := c.pick(ctx, table, c.newestOf(table), wanted)
	if err != nil {
		return err
	}
	c.narrowed[relation] = true
	if found > c.newest {
		c.found[relation] = found
	}
	return c.Replace(ctx, relation, "select * from "+from+" where "+condition)
}

// newestOf says which rows of a table are enough to be shown: all, where others of the customer are
// found by them, or where rows whose keys changed later do not count.
func (c *Console) newestOf(table string) lake.Newest {
	t, _ := lake.TableNamed(table)
	s, _ := c.snapshot.Table(table)
	if c.newest == 0 || t.Day == "" || len(s.Deltas) > 0 || c.leadsToOthers(table) {
		return lake.Newest{}
	}
	return lake.Newest{Day: t.Day, Rows: int(c.newest)}
}

// leadsToOthers says whether rows of other tables are found by those of a table (narrow).
func (c *Console) leadsToOthers(table string) bool {
	switch table {
	case "contracts":
		return c.loaded["ledger"]
	case "order_lines":
		return c.loaded["returns"] || c.loaded["products"] || c.loaded["ledger"] && !c.known[ledgerOrders]
	}
	return false
}

// pick names a relation that has the rows of a table that hold one of the wanted ids, and may have
// others; found is how many there are where it has the newest only, else 0.
func (c *Console) pick(ctx context.Context, table string, newest lake.Newest, wanted []lake.Wanted) (relation string, found int64, err error) {
	if t, _ := c.snapshot.Table(table); t.RowCount() < pickedRows {
		return "raw." + table, 0, nil
	}
	c.picked++
	relation = fmt.Sprintf("picked.t%d", c.picked)
	dir := filepath.Join(c.temp, relation)
	parts := c.lake.Parts(c.snapshot, table)
	for i := range parts {
		p := &parts[i]
		base, err := lake.Pick(ctx, p.Base, wanted, newest, filepath.Join(dir, fmt.Sprint(i), "base"))
		if err != nil {
			return "", 0, err
		}
		delta, err := lake.Pick(ctx, p.Delta, wanted, newest, filepath.Join(dir, fmt.Sprint(i), "delta"))
		if err != nil {
			return "", 0, err
		}
		p.Base, p.Delta = base.Files, delta.Files
		found += base.Found
	}
	if newest.Rows == 0 {
		found = 0
	}
	return relation, found, c.AttachParts(ctx, relation, parts)
}
