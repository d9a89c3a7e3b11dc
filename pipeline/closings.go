package pipeline

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/pharos-analytics/pharos/pipeline/model"
	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// What closed periods said, as relations of SQL.
const (
	closedFigures = "run.closed_figures"
	closedEntries = "run.closed_entries"
)

// readClosings reads the closings that the night is compared with and verifies their files: a
// comparison with a damaged closing would restate what nobody changed.
func (n *night) readClosings() error {
	closings, err := n.workspace.ReadClosings()
	if err != nil {
		return err
	}
	for _, c := range closings {
		for _, p := range n.workspace.VerifyClosing(c) {
			return fmt.Errorf("read closing %s: %s %s: put the file back from a backup; what a closed period said first cannot be computed again",
				c.Period, filepath.Join(n.workspace.Closings(), p.Path), p.Detail)
		}
		p, err := closedPeriod(c)
		if err != nil {
			return err
		}
		n.windows.closed = append(n.windows.closed, p)
	}
	n.closings = closings
	return nil
}

// closedPeriod is the period that was closed, with the days that it had then: a fiscal year that is
// declared anew does not move it.
func closedPeriod(c *publish.Closing) (Period, error) {
	from, err := time.Parse(time.DateOnly, c.StartsOn)
	if err != nil {
		return Period{}, fmt.Errorf("read closing %s: %w", c.Period, err)
	}
	until, err := time.Parse(time.DateOnly, c.EndsOn)
	if err != nil {
		return Period{}, fmt.Errorf("read closing %s: %w", c.Period, err)
	}
	return Period{Name: c.Period, From: from, Until: until}, nil
}

func closedInputs(closings []*publish.Closing) []publish.ClosedInput {
	var inputs []publish.ClosedInput
	for _, c := range closings {
		inputs = append(inputs, publish.ClosedInput{Period: c.Period, FiguresSHA256: c.SHA256(c.FiguresFile()), EntriesSHA256: c.SHA256(c.EntriesFile())})
	}
	return inputs
}

// closingsRelation is run.closings.
func closingsRelation(closings []*publish.Closing) relation {
	dayOf := func(text string) any {
		d, err := time.Parse(time.DateOnly, text)
		if err != nil {
			return nil
		}
		return d
	}
	return table("run.closings", "period varchar", "profit_window varchar", "starts_on date", "ends_on date", "run varchar", "as_of date").of(
		each(closings, func(c *publish.Closing) []any {
			return []any{c.Period, closedWindow(c.Period), dayOf(c.StartsOn), dayOf(c.EndsOn), c.Run, dayOf(c.AsOf)}
		}))
}

// attachClosings gives the engine what closed periods said. A closing that is just being made has
// no files yet.
func attachClosings(ctx context.Context, eng *model.DuckDB, w *publish.Workspace, closings []*publish.Closing) error {
	var figures, entries []string
	for _, c := range closings {
		if len(c.Files) > 0 {
			figures = append(figures, filepath.Join(w.Closings(), c.FiguresFile()))
			entries = append(entries, filepath.Join(w.Closings(), c.EntriesFile()))
		}
	}
	if len(figures) > 0 {
		if err := eng.Attach(ctx, closedFigures, figures); err != nil {
			return err
		}
		return eng.Attach(ctx, closedEntries, entries)
	}
	money := func(names ...string) []string {
		for i := range names {
			names[i] += " decimal(38,4)"
		}
		return names
	}
	f := table(closedFigures, append([]string{"period varchar", "customer_id varchar", "basis varchar", "orders bigint"},
		money("revenue", "discounts", "returns", "cogs", "cost_to_serve", "bad_debt", "allocated_cost", "net_revenue", "profit")...)...)
	if err := eng.CreateFrom(ctx, f.name, f.columns, nil, ""); err != nil {
		return err
	}
	e := table(closedEntries, append([]string{"period varchar", "table_name varchar", "entry_key varchar", "customer_id varchar", "part varchar"}, money("amount")...)...)
	return eng.CreateFrom(ctx, e.name, e.columns, nil, "")
}

// attachClosings gives a finished run the closings that it was compared with, as far as they are there.
func (c *Console) attachClosings(ctx context.Context, w *publish.Workspace) error {
	var closings []*publish.Closing
	for _, in := range c.Manifest.Closings {
		closing := &publish.Closing{Period: in.Period}
		closing.Files = []publish.RunFile{{Path: closing.FiguresFile(), SHA256: in.FiguresSHA256}, {Path: closing.EntriesFile(), SHA256: in.EntriesSHA256}}
		if _, err := os.Stat(filepath.Join(w.Closings(), closing.EntriesFile())); err == nil {
			closings = append(closings, closing)
		}
	}
	attach := func(ctx context.Context) error { return attachClosings(ctx, c.DuckDB, w, closings) }
	if err := c.attachWhenNamed(ctx, closedFigures, attach); err != nil {
		return err
	}
	return c.attachWhenNamed(ctx, closedEntries, attach)
}
