package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/pharos-analytics/pharos/pipeline"
	"github.com/pharos-analytics/pharos/pipeline/model"
)

type sqlFlags struct {
	format, run, export string
	describe, open      bool
}

func newSQLCommand(a *app) *cobra.Command {
	var f sqlFlags
	cmd := &cobra.Command{
		Use:   "sql [QUERY]",
		Short: "Query the marts of a run",
		Long: `The marts stand under their own names, the rows they come from as raw.<table>, the parameters as
run.<name>, and every other model as <layer>.<model>. The query is one select; nothing can be
changed by it.`,
		Example: `  pharos sql "select tier, count(*) from profit_tiers group by tier order by tier"
  pharos sql --format csv "select * from churn where state = 'at_risk'" > at_risk.csv
  pharos sql --describe profit_tiers          the data dictionary, of one mart or of all
  pharos sql --export marts.duckdb            all marts as tables, for notebooks and BI
  pharos sql --open                           a console: end each query with ;`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := loadConfig(a.config)
			if err != nil {
				return err
			}
			return hinted(a.sql(cmd, cfg, f, args), cfg, nil)
		},
	}
	cmd.Flags().StringVar(&f.format, "format", "", "table (default), csv, json or parquet")
	cmd.Flags().StringVar(&f.run, "run", "", "run id, a failed one too; default the current run")
	cmd.Flags().StringVar(&f.export, "export", "", "write the marts as tables of this new DuckDB file")
	cmd.Flags().BoolVar(&f.describe, "describe", false, "print the data dictionary")
	cmd.Flags().BoolVar(&f.open, "open", false, "read queries from the terminal")
	return cmd
}

func (a *app) sql(cmd *cobra.Command, cfg *pipeline.Config, f sqlFlags, args []string) error {
	format, err := a.formatOf(f.format)
	if err != nil {
		return err
	}
	var writable []string
	if f.export != "" {
		path, err := filepath.Abs(f.export)
		if err != nil {
			return fmt.Errorf("export marts: %w", err)
		}
		if err := refuseOutput(cfg, path); err != nil {
			return err
		}
		f.export = path
		writable = []string{filepath.Dir(path)}
	}
	c, err := pipeline.OpenRun(cmd.Context(), cfg, f.run, writable...)
	if err != nil {
		return err
	}
	defer c.Close()
	switch {
	case f.describe:
		return a.describe(cmd, c, args, format)
	case f.export != "":
		return a.export(cmd, c, f.export)
	case f.open:
		return a.console(cmd, c, format)
	case len(args) == 0:
		return usageError("pharos sql \"select * from kpis\"", "read arguments: a query is missing")
	}
	return a.query(cmd, c, args[0], format)
}

// formatOf is the format that a result is printed in: what --format names, else that of --json,
// else a table.
func (a *app) formatOf(flag string) (string, error) {
	known := []string{model.FormatTable, model.FormatCSV, model.FormatJSON, model.FormatParquet}
	switch {
	case flag == "" && a.json:
		return model.FormatJSON, nil
	case flag == "":
		return model.FormatTable, nil
	case !slices.Contains(known, flag):
		return "", usageError("--format csv", "read --format %q: it is one of %s%s", flag, strings.Join(known, ", "), nearestHint(flag, known))
	}
	return flag, nil
}

func (a *app) query(cmd *cobra.Command, c *pipeline.Console, query, format string) error {
	if format == model.FormatParquet && onTerminal(a.out) {
		return usageError("pharos sql --format parquet \"…\" > file.parquet", "write the result: a Parquet file does not belong on a terminal")
	}
	if err := c.Prepare(cmd.Context(), query); err != nil {
		return err
	}
	if err := c.QueryTo(cmd.Context(), query, a.out, format); err != nil {
		if cmd.Context().Err() != nil {
			return err
		}
		return &exitError{code: exitUsage, err: err, hint: "pharos sql --describe lists the marts and their columns"}
	}
	return nil
}

func (a *app) export(cmd *cobra.Command, c *pipeline.Console, path string) error {
	var relations []string
	for _, m := range c.Marts() {
		relations = append(relations, m.Relation())
	}
	if err := c.ExportDatabase(cmd.Context(), path, relations); err != nil {
		return err
	}
	fmt.Fprintf(a.out, "wrote %d marts of run %s to %s\n", len(relations), c.Manifest.ID, path)
	return nil
}

// describe prints the data dictionary that stands in the headers of the SQL files.
func (a *app) describe(cmd *cobra.Command, c *pipeline.Console, args []string, format string) error {
	marts := c.Marts()
	if len(args) == 1 {
		var names []string
		var found []model.Model
		for _, m := range marts {
			names = append(names, m.Name)
			if m.Name == args[0] {
				found = append(found, m)
			}
		}
		if len(found) == 0 {
			return usageError("pharos sql --describe", "describe %q: this run has no such mart%s", args[0], nearestHint(args[0], names))
		}
		marts = found
	}
	rows, err := model.Describe(cmd.Context(), c, marts)
	if err != nil {
		return err
	}
	relation, columns, values := "dictionary", []model.Column{{Name: "mart", Type: "varchar"}, {Name: "column", Type: "varchar"},
		{Name: "type", Type: "varchar"}, {Name: "unit", Type: "varchar"}, {Name: "meaning", Type: "varchar"}}, [][]any{}
	for _, r := range rows {
		values = append(values, []any{r.Mart, r.Column, r.Type, r.Unit, r.Sentence})
	}
	if err := c.CreateFrom(cmd.Context(), relation, columns, values, ""); err != nil {
		return err
	}
	return c.QueryTo(cmd.Context(), "select * from dictionary", a.out, format)
}

// console reads queries that end with ; until the input ends. A query that fails is said and forgotten.
func (a *app) console(cmd *cobra.Command, c *pipeline.Console, format string) error {
	fmt.Fprintf(a.err, "run %s, %s; end a query with ; and the console with Ctrl-D\n", c.Manifest.ID, c.Manifest.Company)
	in := bufio.NewScanner(a.in)
	in.Buffer(nil, 1<<20)
	var text strings.Builder
	prompt := func() {
		if f, ok := a.in.(*os.File); ok && onTerminal(f) {
			fmt.Fprint(a.err, "pharos> ")
		}
	}
	for prompt(); in.Scan(); prompt() {
		text.WriteString(in.Text() + "\n")
		query := strings.TrimSpace(text.String())
		if !strings.HasSuffix(query, ";") {
			continue
		}
		text.Reset()
		if err := a.query(cmd, c, strings.TrimSuffix(query, ";"), format); err != nil {
			if cmd.Context().Err() != nil {
				return err
			}
			fmt.Fprintln(a.err, message(err))
		}
	}
	if rest := strings.TrimSpace(text.String()); rest != "" {
		return a.query(cmd, c, rest, format)
	}
	return in.Err()
}
