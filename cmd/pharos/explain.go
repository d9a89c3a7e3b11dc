package main

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/pharos-analytics/pharos/analysis"
	"github.com/pharos-analytics/pharos/pipeline"
	"github.com/pharos-analytics/pharos/pipeline/model"
)

func newExplainCommand(a *app) *cobra.Command {
	var run string
	var all bool
	cmd := &cobra.Command{
		Use:   "explain CUSTOMER",
		Short: "Show every figure of one customer down to the source rows",
		Example: `  pharos explain C0003         each mart's figures, then the rows behind them with file and line
  pharos explain C0003 --all   every source row, not only the first twenty of a table`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := loadConfig(a.config)
			if err != nil {
				return err
			}
			c, err := pipeline.OpenRun(cmd.Context(), cfg, run)
			if err != nil {
				return hinted(err, cfg, nil)
			}
			defer c.Close()
			limit := int64(20)
			if all {
				limit = 0
			}
			sections, err := c.Explain(cmd.Context(), args[0], limit)
			if err != nil {
				return hinted(err, cfg, nil)
			}
			if a.json {
				return a.printJSON(explainJSON(args[0], c.Manifest.ID, sections))
			}
			return a.printExplain(args[0], c, sections)
		},
	}
	cmd.Flags().StringVar(&run, "run", "", "run id; default the current run")
	cmd.Flags().BoolVar(&all, "all", false, "show every source row")
	return cmd
}

func (a *app) printExplain(customer string, c *pipeline.Console, sections []pipeline.Section) error {
	fmt.Fprintf(a.out, "customer %s in run %s, window %s to %s, %s\n", inert(customer), c.Manifest.ID, c.Manifest.WindowStart, c.Manifest.AsOf, c.Manifest.Currency)
	for _, s := range sections {
		fmt.Fprintf(a.out, "\n%s  %s\n", a.styled(s.Relation), s.Sentence)
		table := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
		if len(s.Rows.Values) == 1 {
			for i, col := range s.Rows.Columns {
				text := plain(s.Rows.Values[0][i], s.Rows.Types[i])
				if s.Relation == "churn" && col == "evidence" {
					text = analysis.Evidence(analysis.English, text)
				}
				if col != "customer_id" {
					fmt.Fprintf(table, "  %s\t%s\n", col, text)
				}
			}
		} else {
			fmt.Fprintf(table, "  %s\n", strings.Join(s.Rows.Columns, "\t"))
			for _, row := range s.Rows.Values {
				cells := make([]string, len(row))
				for i, v := range row {
					cells[i] = plain(v, s.Rows.Types[i])
				}
				fmt.Fprintf(table, "  %s\n", strings.Join(cells, "\t"))
			}
		}
		if err := table.Flush(); err != nil {
			return fmt.Errorf("print explanation: %w", err)
		}
		if n := int64(len(s.Rows.Values)); n < s.Total {
			fmt.Fprintf(a.out, "  … %d of %d rows; --all shows every one\n", n, s.Total)
		}
	}
	return nil
}

func explainJSON(customer, run string, sections []pipeline.Section) any {
	type section struct {
		Relation string              `json:"relation"`
		Total    int64               `json:"total"`
		Rows     []map[string]string `json:"rows"`
	}
	out := struct {
		Customer string    `json:"customer"`
		Run      string    `json:"run"`
		Sections []section `json:"sections"`
	}{Customer: customer, Run: run}
	for _, s := range sections {
		sec := section{Relation: s.Relation, Total: s.Total}
		for _, row := range s.Rows.Values {
			cells := map[string]string{}
			for i, v := range row {
				if v != nil {
					cells[s.Rows.Columns[i]] = model.Text(v, s.Rows.Types[i])
				}
			}
			sec.Rows = append(sec.Rows, cells)
		}
		out.Sections = append(out.Sections, sec)
	}
	return out
}

// plain is a value as text for people.
func plain(v any, kind string) string {
	if v == nil {
		return "-"
	}
	return inert(model.Text(v, kind))
}

// inert makes a hostile name harmless on a terminal: characters that steer it, end the line or
// turn the reading direction become visible.
func inert(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' {
			return '\uFFFD'
		}
		return r
	}, text)
}
