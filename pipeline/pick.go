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

// keep makes a relation a table of the rows of a table of the lake that meet a condition. Each such
// row holds at least one of the wanted ids.
func (c *Console) keep(ctx context.Context, relation, table, condition string, wanted ...lake.Wanted) error {
	from, err := c.pick(ctx, table, wanted)
	if err != nil {
		return err
	}
	return c.Replace(ctx, relation, "select * from "+from+" where "+condition)
}

// pick names a relation that has all rows of a table that hold one of the wanted ids, and may have others.
func (c *Console) pick(ctx context.Context, table string, wanted []lake.Wanted) (relation string, err error) {
	if t, _ := c.snapshot.Table(table); t.RowCount() < pickedRows {
		return "raw." + table, nil
	}
	c.picked++
	relation = fmt.Sprintf("picked.t%d", c.picked)
	dir := filepath.Join(c.temp, relation)
	parts := c.lake.Parts(c.snapshot, table)
	for i := range parts {
		p := &parts[i]
		if p.Base, err = lake.Pick(ctx, p.Base, wanted, filepath.Join(dir, fmt.Sprint(i), "base")); err != nil {
			return "", err
		}
		if p.Delta, err = lake.Pick(ctx, p.Delta, wanted, filepath.Join(dir, fmt.Sprint(i), "delta")); err != nil {
			return "", err
		}
	}
	return relation, c.AttachParts(ctx, relation, parts)
}
