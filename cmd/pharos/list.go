package main

import (
	"fmt"
	"path/filepath"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/pharos-analytics/pharos/pipeline"
	"github.com/pharos-analytics/pharos/pipeline/model"
)

func newListCommand(a *app) *cobra.Command {
	var run, format string
	cmd := &cobra.Command{
		Use:   "list [NAME]",
		Short: "Show the target lists, or the rows of one",
		Example: `  pharos list                    how many customers each list names, and what is at stake
  pharos list keep               its rows
  pharos list keep --format csv  the same for programs; list.csv in the run folder is for spreadsheets`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := loadConfig(a.config)
			if err != nil {
				return err
			}
			shown, err := a.formatOf(format)
			if err != nil {
				return err
			}
			if len(args) == 0 && format != "" {
				return usageError("pharos list keep --format "+format+", or pharos list --json", "read --format: it is for the rows of one list; name the list")
			}
			c, err := pipeline.OpenRun(cmd.Context(), cfg, run)
			if err != nil {
				return hinted(err, cfg, nil)
			}
			defer c.Close()
			if len(args) == 0 {
				return a.lists(cmd, c)
			}
			return a.list(cmd, c, args[0], shown)
		},
	}
	cmd.Flags().StringVar(&run, "run", "", "run id; default the current run")
	cmd.Flags().StringVar(&format, "format", "", "table (default), csv, json or parquet")
	return cmd
}

func (a *app) lists(cmd *cobra.Command, c *pipeline.Console) error {
	summaries, err := c.Lists(cmd.Context())
	if err != nil {
		return err
	}
	if a.json {
		type list struct {
			List         string `json:"list"`
			Candidates   int64  `json:"candidates"`
			Rows         int64  `json:"rows"`
			Suppressed   int64  `json:"suppressed"`
			OnOtherList  int64  `json:"on_other_list"`
			OverCapacity int64  `json:"over_capacity"`
			ValueAtStake string `json:"value_at_stake"`
			Path         string `json:"path"`
		}
		out := []list{}
		for _, s := range summaries {
			out = append(out, list{s.Name, s.Candidates, s.Rows, s.Suppressed, s.OnOtherList, s.OverCapacity, s.Value.String(), filepath.Join(c.Dir, "lists", s.Name)})
		}
		return a.printJSON(out)
	}
	table := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "list\trows\tvalue at stake (%s)\tsuppressed\ton another list\tover capacity\tfolder\n", c.Manifest.Currency)
	for _, s := range summaries {
		fmt.Fprintf(table, "%s\t%d\t%s\t%d\t%d\t%d\t%s\n", s.Name, s.Rows, s.Value.Round(2), s.Suppressed, s.OnOtherList, s.OverCapacity, filepath.Join(c.Dir, "lists", s.Name))
	}
	return table.Flush()
}

func (a *app) list(cmd *cobra.Command, c *pipeline.Console, name, format string) error {
	summaries, err := c.Lists(cmd.Context())
	if err != nil {
		return err
	}
	var names []string
	known := false
	for _, s := range summaries {
		names = append(names, s.Name)
		known = known || s.Name == name
	}
	if !known {
		return usageError("pharos list", "show list %q: this run has no such list%s", name, nearestHint(name, names))
	}
	if err := c.Attach(cmd.Context(), "lists."+name, []string{filepath.Join(c.Dir, "lists", name, "list.parquet")}); err != nil {
		return err
	}
	columns := "*"
	if format == model.FormatTable {
		columns = "rank, customer_id, name, value_at_stake, tier, churn_state, reason, owner, due_by"
	}
	return a.query(cmd, c, fmt.Sprintf("select %s from lists.%s order by rank", columns, name), format)
}
