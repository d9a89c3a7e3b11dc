package main

import (
	"cmp"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/pharos-analytics/pharos/pipeline"
	"github.com/pharos-analytics/pharos/pipeline/publish"
)

func newRunsCommand(a *app) *cobra.Command {
	var access bool
	cmd := &cobra.Command{
		Use:   "runs",
		Short: "List the runs, failed ones included",
		Example: `  pharos runs            newest first; * is the current one
  pharos runs --access   per run and source: what was read, how long, and the boundary verdict`,
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := loadConfig(a.config)
			if err != nil {
				return err
			}
			return a.runs(cfg, access)
		},
	}
	cmd.Flags().BoolVar(&access, "access", false, "show what was read from each source")
	return cmd
}

func (a *app) runs(cfg *pipeline.Config, access bool) error {
	w := &publish.Workspace{Root: cfg.Workspace}
	current, err := w.Current()
	if err != nil {
		current = "" // failed runs are listed before anything was published
	}
	runs, broken, err := w.Runs()
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(runs)
	}
	for _, dir := range broken {
		fmt.Fprintf(a.err, "warning: %s has no readable manifest; pharos verify looks closer\n", dir)
	}
	if len(runs) == 0 {
		fmt.Fprintf(a.err, "no run in %s yet; pharos run publishes one\n", cfg.Workspace)
		return nil
	}
	table := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "\trun\tstatus\tas of\tfinished\tseconds\tnote")
	for _, m := range runs {
		mark := ""
		if m.ID == current && m.Status == publish.StatusPublished {
			mark = "*"
		}
		o := m.Observed
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%.1f\t%s\n", mark, m.ID, m.Status, m.AsOf,
			o.FinishedAt.Local().Format("2006-01-02 15:04:05"), o.FinishedAt.Sub(o.StartedAt).Seconds(), inert(o.Error))
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("print runs: %w", err)
	}
	if access {
		a.printAccess(runs)
	}
	return nil
}

// printAccess tells the owner of each source what was read of it, how long, and how safely.
func (a *app) printAccess(runs []*publish.Manifest) {
	for _, m := range runs {
		fmt.Fprintf(a.out, "\n%s %s\n", a.styled(m.ID), m.Status)
		for _, s := range m.Observed.Boundary {
			fmt.Fprintf(a.out, "  %s (%s): snapshot %s, %.1f s, %d connections", s.Source, s.Kind, s.SnapshotAt.UTC().Format("2006-01-02 15:04:05Z"), s.Seconds, s.Connections)
			if s.Application != "" {
				fmt.Fprintf(a.out, ", as %q", s.Application)
			}
			if s.Attempts > 0 {
				fmt.Fprintf(a.out, ", attempt %d", s.Attempts)
			}
			fmt.Fprintln(a.out)
			for _, r := range s.Reads {
				how := r.How
				if r.Attempt > 0 {
					how += fmt.Sprintf(" (attempt %d, thrown away)", r.Attempt)
				}
				fmt.Fprintf(a.out, "    asked     %s: %s, %d rows in %.1f s, columns %s\n", inert(cmp.Or(r.Relation, "a select or the files")), how, r.Rows, r.Seconds, inert(strings.Join(r.Columns, ", ")))
			}
			for _, l := range m.Loads {
				if l.Source == s.Source {
					fmt.Fprintf(a.out, "    holds     %s from %s: %d rows, %d quarantined, %d filtered\n", l.Table, l.Source, l.Rows, l.Quarantined, l.Filtered)
				}
			}
			for _, f := range s.Findings {
				fmt.Fprintf(a.out, "    %-8s  %s  %s\n", f.Severity, f.Item, inert(f.Detail))
			}
		}
	}
}
