package main

import (
	"fmt"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/pharos-analytics/pharos/pipeline"
	"github.com/pharos-analytics/pharos/pipeline/publish"
)

func newCloseCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "close [PERIOD]",
		Short: "Freeze what a period said; without a period, list what is closed",
		Long: `Freezes the figures that the current run's data gives every customer for a period, and the entries
behind them. From then on every run shows what has changed in that period since: marts
restatements and restated_entries. A closing is never overwritten and never pruned.

A period is a month (2026-03), a quarter (2026-Q1), a year (2026) or a fiscal year (FY2026, the one
that ends in 2026). It must have ended before the as-of day of the current run.`,
		Example: `  pharos close 2026-03
  pharos close                                         what is closed, when and by whom
  pharos sql "select * from restatements"              what a later run says of closed periods
  pharos sql "select * from restated_entries"          the entries that caused it`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := loadConfig(a.config)
			if err != nil {
				return err
			}
			if len(args) == 0 {
				return a.closings(cfg)
			}
			p, err := pipeline.ParsePeriod(args[0], cfg.Company.FiscalMonth)
			if err != nil {
				return usageError("pharos close 2026-03", "%w", err)
			}
			c, err := pipeline.Close(cmd.Context(), cfg, p, pipeline.Options{Version: programVersion(), Now: time.Now})
			if err != nil {
				return hinted(err, cfg, nil)
			}
			if a.json {
				return a.printJSON(c)
			}
			a.sayClosed(cfg, c)
			return nil
		},
	}
}

func (a *app) sayClosed(cfg *pipeline.Config, c *publish.Closing) {
	fmt.Fprintf(a.out, "%s %s: %d customers, %d entries, from run %s\n", a.styled("closed"), c.Period, c.Customers, c.Entries, c.Run)
	fmt.Fprintf(a.out, "  figures  %s\n", filepath.Join(cfg.Workspace, "closings", c.FiguresFile()))
	fmt.Fprintf(a.out, "  as of    %s (everything before it counts)\n", c.AsOf)
	fmt.Fprintf(a.out, "  next     pharos run compares itself with it: pharos sql \"select * from restatements\"\n")
}

// closings lists what is closed.
func (a *app) closings(cfg *pipeline.Config) error {
	closings, err := (&publish.Workspace{Root: cfg.Workspace}).ReadClosings()
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(append([]*publish.Closing{}, closings...))
	}
	if len(closings) == 0 {
		fmt.Fprintf(a.err, "no period is closed in %s; pharos close 2026-03 closes one\n", cfg.Workspace)
		return nil
	}
	table := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "period\tfirst day\tuntil\tcustomers\tentries\trun\tas of\tclosed\tby")
	for _, c := range closings {
		fmt.Fprintf(table, "%s\t%s\t%s\t%d\t%d\t%s\t%s\t%s\t%s\n", c.Period, c.StartsOn, c.EndsOn, c.Customers, c.Entries, c.Run, c.AsOf,
			c.Observed.ClosedAt.Local().Format("2006-01-02 15:04:05"), inert(c.Observed.ClosedBy))
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("print closings: %w", err)
	}
	return nil
}
