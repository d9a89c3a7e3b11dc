package main

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/pharos-analytics/pharos/pipeline"
	"github.com/pharos-analytics/pharos/pipeline/model"
)

func newListCommand(a *app) *cobra.Command {
	var run, format, reason string
	var reveal bool
	cmd := &cobra.Command{
		Use:   "list [NAME]",
		Short: "Show the target lists, or the rows of one",
		Example: `  pharos list                    how many customers each list names, and what is at stake
  pharos list keep               its rows
  pharos list keep --format csv  the same for programs; list.csv in the run folder is for spreadsheets
  pharos list keep --reveal --reason "calls of this week" > keep.csv   with contacts; who, what and why is written down
  pharos list import keep keep.xlsx   read back what people wrote into it`,
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
			if reveal || cmd.Flags().Changed("reason") {
				return a.reveal(cmd, cfg, args, reveal, reason)
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
	cmd.Flags().BoolVar(&reveal, "reveal", false, "print list NAME of the current run as CSV with contacts, and note who looked, at what and why in reveals.jsonl")
	cmd.Flags().StringVar(&reason, "reason", "", "of --reveal: why the contacts are needed")
	for _, sub := range []*cobra.Command{newListImportCommand(a), newListLiftCommand(a)} {
		sub.Args = usageArgs(sub.Args)
		cmd.AddCommand(sub)
	}
	return cmd
}

func (a *app) lists(cmd *cobra.Command, c *pipeline.Console) error {
	summaries, err := c.Lists(cmd.Context())
	if err != nil {
		return err
	}
	withheld := c.Manifest.Withheld
	if a.json {
		type list struct {
			List         string `json:"list"`
			Candidates   int64  `json:"candidates"`
			Rows         int64  `json:"rows"`
			Suppressed   int64  `json:"suppressed"`
			OnOtherList  int64  `json:"on_other_list"`
			Control      int64  `json:"control"`
			OverCapacity int64  `json:"over_capacity"`
			ValueAtStake string `json:"value_at_stake"`
			Policy       string `json:"policy"`
			Withheld     string `json:"withheld,omitempty"`
			Path         string `json:"path,omitempty"`
		}
		out := []list{}
		for _, s := range summaries {
			row := list{s.Name, s.Candidates, s.Rows, s.Suppressed, s.OnOtherList, s.Control, s.OverCapacity, s.Value.String(), s.Policy, withheld, ""}
			if withheld == "" {
				row.Path = filepath.Join(c.Dir, "lists", s.Name)
			}
			out = append(out, row)
		}
		return a.printJSON(out)
	}
	if withheld != "" {
		fmt.Fprintf(a.err, "%s\n", sayWithheld(withheld))
	}
	table := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "list\tcandidates\trows\tvalue at stake (%s)\tsuppressed\ton another list\tcontrol\tover capacity\tfolder\n", c.Manifest.Currency)
	for _, s := range summaries {
		folder := filepath.Join(c.Dir, "lists", s.Name)
		if withheld != "" {
			folder = "withheld"
		}
		fmt.Fprintf(table, "%s\t%d\t%d\t%s\t%d\t%d\t%d\t%d\t%s\n", s.Name, s.Candidates, s.Rows, s.Value.Round(2), s.Suppressed, s.OnOtherList, s.Control, s.OverCapacity, folder)
	}
	return table.Flush()
}

// sayWithheld says why a run has no lists, and what to do about it.
func sayWithheld(reason string) string {
	what := map[string]string{
		"no_opt_outs":     "there is no opt-out data; map data.suppressions, or say suppression: { required: false }",
		"stale_opt_outs":  "the opt-out data is older than suppression.fresh_within; see why its export stands still, or allow more days",
		"unread_opt_outs": "the opt-out data could not be read again right before; see what the source said, then run again",
	}[reason]
	return "lists withheld: " + cmp.Or(what, reason)
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
	if c.Manifest.Withheld != "" {
		return &exitError{code: exitUsage, err: fmt.Errorf("show list %s of run %s: %s", name, c.Manifest.ID, sayWithheld(c.Manifest.Withheld)), hint: "pharos list shows how many candidates there are"}
	}
	if err := c.Attach(cmd.Context(), "lists."+name, []string{filepath.Join(c.Dir, "lists", name, "list.parquet")}); err != nil {
		return err
	}
	columns := "*"
	if format == model.FormatTable {
		columns = "rank, customer_id, name, channel, contact, value_at_stake, tier, reason, offer, owner, due_by"
	}
	return a.query(cmd, c, fmt.Sprintf("select %s from lists.%s order by rank", columns, name), format)
}

// reveal prints a list with its contacts, once the reason is written down.
func (a *app) reveal(cmd *cobra.Command, cfg *pipeline.Config, args []string, reveal bool, reason string) error {
	const hint = "pharos list keep --reveal --reason \"calls of this week\""
	for _, flag := range []string{"run", "format"} {
		if cmd.Flags().Changed(flag) {
			return usageError(hint, "read --%s: contacts are shown of the current run only, as CSV", flag)
		}
	}
	if len(args) != 1 || !reveal || a.json {
		return usageError(hint, "read flags: --reveal and --reason go together, with the name of one list, and print CSV")
	}
	if err := knownList(cfg, args[0]); err != nil {
		return err
	}
	text, r, err := pipeline.RevealList(cmd.Context(), cfg, args[0], reason, time.Now())
	if errors.Is(err, pipeline.ErrNoReveal) {
		return usageError(hint, "%w", err)
	}
	if err != nil {
		return hinted(err, cfg, nil)
	}
	fmt.Fprintf(a.err, "%d contacts of list %s, run %s; noted in %s: %s, %s\n", r.Rows, r.List, r.Run, filepath.Join(cfg.Workspace, "reveals.jsonl"), inert(r.User), inert(r.Reason))
	if _, err := a.out.Write(text); err != nil {
		return fmt.Errorf("print list: %w", err)
	}
	return nil
}
