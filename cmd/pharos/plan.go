package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/pharos-analytics/pharos/pipeline"
)

func newPlanCommand(a *app) *cobra.Command {
	var engine string
	cmd := &cobra.Command{
		Use:   "plan",
		Short: "Say what a run would read and compute; touch nothing",
		Example: `  pharos plan          which columns are read, which marts are computed, which are not and why
  pharos plan --json   the same for programs
  pharos plan --engine trino   the statements that the cluster of engine.trino would be told`,
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := loadConfig(a.config)
			if err != nil {
				return err
			}
			if engine != "" {
				return a.statements(cfg, engine)
			}
			p, err := pipeline.PlanFor(cfg)
			if err != nil {
				return hinted(err, cfg, nil)
			}
			if a.json {
				return a.printJSON(p)
			}
			a.printPlan(p)
			return nil
		},
	}
	cmd.Flags().StringVar(&engine, "engine", "", "trino: print the statements for the cluster")
	return cmd
}

// statements prints what an engine would be told.
func (a *app) statements(cfg *pipeline.Config, engine string) error {
	if engine != "trino" {
		return usageError("pharos plan --engine trino; the embedded engine computes the files of pharos sql --describe as they are", "read --engine: there are no statements for %q", engine)
	}
	statements, err := pipeline.ClusterStatements(cfg)
	if err != nil {
		return hinted(err, cfg, nil)
	}
	if a.json {
		return a.printJSON(statements)
	}
	for _, s := range statements {
		fmt.Fprintf(a.out, "%s;\n\n", strings.TrimRight(s, "\n"))
	}
	return nil
}

func (a *app) printPlan(p *pipeline.RunPlan) {
	fmt.Fprintln(a.out, a.styled("read"))
	for _, r := range p.Reads {
		from := r.Source
		if r.Relation != "" {
			from += " " + r.Relation
		}
		if r.By != "" {
			from += ", its changes by " + r.By
		}
		fmt.Fprintf(a.out, "  %-16s from %s: %s\n", r.Table, from, strings.Join(r.Columns, ", "))
	}
	fmt.Fprintln(a.out, a.styled("compute"))
	for _, m := range p.Marts {
		fmt.Fprintf(a.out, "  %-20s %s\n", m.Name, m.Sentence)
	}
	if len(p.NotComputed) > 0 {
		fmt.Fprintln(a.out, a.styled("not computed"))
	}
	for _, n := range p.NotComputed {
		fmt.Fprintf(a.out, "  %-20s %s\n", n.Mart, n.Reason)
	}
	if len(p.Issues) > 0 {
		fmt.Fprintln(a.out, a.styled("own SQL to look at; it is computed all the same"))
	}
	for _, issue := range p.Issues {
		fmt.Fprintf(a.out, "  %s\n", issue)
	}
	fmt.Fprintf(a.out, "next: pharos run publishes into %s\n", p.Workspace)
}
