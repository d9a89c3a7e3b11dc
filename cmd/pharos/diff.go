package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/pharos-analytics/pharos/pipeline"
	"github.com/pharos-analytics/pharos/pipeline/publish"
)

type diffFlags struct {
	customer string
	limit    int64
}

func newDiffCommand(a *app) *cobra.Command {
	var f diffFlags
	cmd := &cobra.Command{
		Use:   "diff [RUN RUN]",
		Short: "Show what changed between two runs, and why",
		Long: `Compares two runs: what went in, then the sums, the key figures, the ways between tiers and segments,
and each customer whose profit changed, with what every part of it did. The parts add up to the
change exactly. Then what the later run says of closed periods. RUN is an id, current, or previous;
without arguments the run before the current one is compared with it.`,
		Example: `  pharos diff                                  the last two published runs
  pharos diff previous current --limit 50      more customers
  pharos diff --customer C0003                 one customer, down to the source rows that are not the same`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 0 && len(args) != 2 {
				return usageError("pharos diff previous current", "read arguments: name two runs, or none")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := loadConfig(a.config)
			if err != nil {
				return err
			}
			if f.limit < 0 {
				return usageError("--limit 20", "read --limit %d: it is a number of rows, 0 for all", f.limit)
			}
			return hinted(a.diff(cmd, cfg, args, f), cfg, nil)
		},
	}
	cmd.Flags().StringVar(&f.customer, "customer", "", "only this customer, with the source rows that are not the same")
	cmd.Flags().Int64Var(&f.limit, "limit", 20, "rows of long sections, the largest change first; 0 for all")
	return cmd
}

func (a *app) diff(cmd *cobra.Command, cfg *pipeline.Config, args []string, f diffFlags) error {
	before, after, err := runsOf(cfg, args)
	if err != nil {
		return err
	}
	c, err := pipeline.OpenComparison(cmd.Context(), cfg, before, after)
	if err != nil {
		return err
	}
	defer c.Close()
	sections, err := c.Changes(cmd.Context(), f.customer, f.limit)
	if err != nil {
		return err
	}
	if f.customer != "" {
		rows, err := c.SourceRows(cmd.Context(), f.customer)
		if err != nil {
			return err
		}
		sections = append(sections, rows...)
	}
	if a.json {
		return a.printJSON(struct {
			Before   string                `json:"before"`
			After    string                `json:"after"`
			Currency string                `json:"currency"`
			Inputs   []pipeline.Difference `json:"inputs"`
			Missing  []string              `json:"missing"`
			Sections []sectionJSON         `json:"sections"`
		}{c.Before.ID, c.Manifest.ID, c.Manifest.Currency, c.Inputs(), append([]string{}, c.Missing...), sectionsJSON(sections)})
	}
	return a.printDiff(c, sections)
}

// runsOf resolves the words current and previous; without arguments these two are compared.
func runsOf(cfg *pipeline.Config, args []string) (before, after string, err error) {
	if len(args) == 0 {
		args = []string{"previous", "current"}
	}
	ids := make([]string, 2)
	for i, id := range args {
		ids[i] = id
		if id != "current" && id != "previous" {
			continue
		}
		current, previous, err := pipeline.PublishedRuns(cfg)
		if err != nil {
			return "", "", err
		}
		if ids[i] = current; id == "previous" {
			ids[i] = previous
		}
		if ids[i] == "" {
			return "", "", fmt.Errorf("compare runs: %w before the current one", publish.ErrNoRun)
		}
	}
	return ids[0], ids[1], nil
}

func (a *app) printDiff(c *pipeline.Comparison, sections []pipeline.Section) error {
	fmt.Fprintf(a.out, "before %s as of %s\nafter  %s as of %s, %s\n", c.Before.ID, c.Before.AsOf, c.Manifest.ID, c.Manifest.AsOf, c.Manifest.Currency)
	for _, m := range c.Missing {
		fmt.Fprintf(a.err, "warning: %s\n", inert(m))
	}
	inputs := c.Inputs()
	fmt.Fprintf(a.out, "\n%s  What went in and is not the same.\n", a.styled("inputs"))
	table := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	if len(inputs) == 0 {
		fmt.Fprintln(table, "  nothing")
	} else {
		fmt.Fprintln(table, "  what\tbefore\tafter")
	}
	for _, d := range inputs {
		fmt.Fprintf(table, "  %s\t%s\t%s\n", inert(d.What), orDash(inert(d.Before)), orDash(inert(d.After)))
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("print comparison: %w", err)
	}
	for _, s := range sections {
		fmt.Fprintf(a.out, "\n%s  %s\n", a.styled(s.Relation), inert(s.Sentence))
		if s.Total == 0 {
			fmt.Fprintln(a.out, "  nothing")
			continue
		}
		if err := a.printTable(s.Rows, s.Total, "--limit 0"); err != nil {
			return err
		}
	}
	return nil
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}
