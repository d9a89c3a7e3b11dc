package main

import (
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/pharos-analytics/pharos/analysis"
	"github.com/pharos-analytics/pharos/pipeline"
	"github.com/pharos-analytics/pharos/pipeline/model"
)

type explainFlags struct {
	run, mart, column string
	all               bool
}

func newExplainCommand(a *app) *cobra.Command {
	var f explainFlags
	cmd := &cobra.Command{
		Use:   "explain CUSTOMER",
		Short: "Show every figure of one customer down to the source rows",
		Long: `Shows who the customer is and what their profit is made of, then each mart's figures, then the rows
behind them with file and line, or table and key. With --mart and --column one figure is taken
apart: what it means, its value, and exactly the rows that make it, with what each adds to it.`,
		Example: `  pharos explain C0003         the summary, each mart's figures, then the source rows
  pharos explain C0003 --mart customer_profit --column cogs   the rows that make this figure
  pharos explain C0003 --all   every source row, not only the first twenty of a table`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := loadConfig(a.config)
			if err != nil {
				return err
			}
			if (f.mart == "") != (f.column == "") {
				return usageError("pharos explain CUSTOMER --mart customer_profit --column cogs", "read flags: --mart and --column go together")
			}
			collectAt(400) // a moment's work in little memory, of which collecting would be a fifth
			open := pipeline.OpenRunForCustomer
			if f.column == "allocated_cost" {
				open = pipeline.OpenRunLazily // stands on all entries of a pool
			}
			c, err := open(cmd.Context(), cfg, f.run)
			if err != nil {
				return hinted(err, cfg, nil)
			}
			defer c.Close()
			return hinted(a.explain(cmd, c, args[0], f), cfg, nil)
		},
	}
	cmd.Flags().StringVar(&f.run, "run", "", "run id; default the current run")
	cmd.Flags().StringVar(&f.mart, "mart", "", "the mart of the figure to take apart")
	cmd.Flags().StringVar(&f.column, "column", "", "its column")
	cmd.Flags().BoolVar(&f.all, "all", false, "show every source row")
	return cmd
}

func (a *app) explain(cmd *cobra.Command, c *pipeline.Console, customer string, f explainFlags) error {
	limit := int64(20)
	if f.all {
		limit = 0
	}
	if f.mart != "" {
		figure, err := c.ExplainFigure(cmd.Context(), customer, f.mart, f.column, limit)
		if err != nil {
			return unknownFigure(err)
		}
		if a.json {
			return a.printJSON(figureJSON(c, figure))
		}
		return a.printFigure(c, figure)
	}
	e, err := c.Explain(cmd.Context(), customer, limit)
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(explainJSON(c.Manifest.ID, e))
	}
	return a.printExplain(c, e)
}

// unknownFigure says what was probably meant by a mart or column that there is not.
func unknownFigure(err error) error {
	var unknown *pipeline.UnknownName
	if !errors.As(err, &unknown) {
		return err
	}
	return usageError("pharos sql --describe lists marts and columns", "explain a figure: %w%s; there are %s",
		err, nearestHint(unknown.Name, unknown.Known), strings.Join(unknown.Known, ", "))
}

func (a *app) printExplain(c *pipeline.Console, e *pipeline.Explanation) error {
	fmt.Fprintf(a.out, "customer %s in run %s, window %s to %s, %s\n", inert(e.Customer), c.Manifest.ID, c.Manifest.WindowStart, c.Manifest.AsOf, c.Manifest.Currency)
	if err := a.printSummary(e); err != nil {
		return err
	}
	for _, s := range e.Sections {
		if err := a.printSection(s); err != nil {
			return err
		}
	}
	return nil
}

// printSummary says who the customer is, what the profit is made of, and how they stand.
func (a *app) printSummary(e *pipeline.Explanation) error {
	s := e.Summary
	table := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	say := func(name, format string, args ...any) {
		fmt.Fprintf(table, "  %s\t%s\n", name, inert(fmt.Sprintf(format, args...)))
	}
	if e.MergedFrom != "" {
		say("merged", "%s was merged into %s", e.MergedFrom, e.Customer)
	}
	if len(e.SourceIDs) > 0 {
		say("merged ids", "%s", strings.Join(e.SourceIDs, ", "))
	}
	if s.Name != "" {
		say("name", "%s, kind %s, parent %s", s.Name, s.Kind, s.Parent)
	}
	if s.Tier != "" {
		before := s.PreviousTier
		if before == "" {
			before = "not known"
		}
		say("tier", "%s (a year before: %s), rank %s of %s", s.Tier, before, s.Rank, s.Customers)
		if s.CutRank != "" {
			say("", "tier high ends at rank %s, profit %s; this customer's profit less that: %s", s.CutRank, s.CutProfit, s.ToCut)
		}
	}
	if s.Churn != "" {
		say("churn", "%s by rule %s: %s", strings.TrimSpace(s.Churn+" "+s.ChurnClass+" "+s.SubClass), s.Rule, analysis.Evidence(analysis.English, s.Evidence))
	}
	if len(s.Segments) > 0 {
		say("segments", "%s", joined(s.Segments, "%s %s"))
	}
	if len(s.Lists) > 0 {
		say("lists", "%s", joined(s.Lists, "%s (%s)"))
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("print explanation: %w", err)
	}
	return a.printProfit(s)
}

// joined writes pairs in a row.
func joined(pairs [][2]string, format string) string {
	texts := make([]string, len(pairs))
	for i, p := range pairs {
		texts[i] = fmt.Sprintf(format, p[0], p[1])
	}
	return strings.Join(texts, ", ")
}

// printProfit writes the profit as the sum that it is.
func (a *app) printProfit(s pipeline.Summary) error {
	if s.Profit == "" {
		return nil
	}
	fmt.Fprintln(a.out)
	table := tabwriter.NewWriter(a.out, 0, 0, 1, ' ', tabwriter.AlignRight)
	for _, p := range s.Parts {
		sign := "-"
		if p.Name == "revenue" {
			sign = "+"
		}
		fmt.Fprintf(table, "  %s\t%s\t%s\t\n", sign, p.Name, inert(p.Value))
	}
	fmt.Fprintf(table, "  =\tprofit\t%s\t  (basis %s)\n", inert(s.Profit), inert(s.Basis))
	if err := table.Flush(); err != nil {
		return fmt.Errorf("print explanation: %w", err)
	}
	return nil
}

// printSection writes one relation: a single row as a list of columns, more as a table.
func (a *app) printSection(s pipeline.Section) error {
	fmt.Fprintf(a.out, "\n%s  %s\n", a.styled(s.Relation), inert(s.Sentence))
	if len(s.Rows.Values) != 1 {
		return a.printRows(s.Rows, s.Total)
	}
	table := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	for i, col := range s.Rows.Columns {
		text := plain(s.Rows.Values[0][i], s.Rows.Types[i])
		if s.Relation == "churn" && col == "evidence" {
			text = analysis.Evidence(analysis.English, text)
		}
		if col != "customer_id" {
			fmt.Fprintf(table, "  %s\t%s\n", col, text)
		}
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("print explanation: %w", err)
	}
	return nil
}

func (a *app) printRows(rows *model.Rows, total int64) error {
	return a.printTable(rows, total, "--all")
}

// printTable writes rows as a table, and, when these are not all, how many there are and which flag shows them.
func (a *app) printTable(rows *model.Rows, total int64, flag string) error {
	table := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "  %s\n", strings.Join(rows.Columns, "\t"))
	for _, row := range rows.Values {
		cells := make([]string, len(row))
		for i, v := range row {
			cells[i] = plain(v, rows.Types[i])
		}
		fmt.Fprintf(table, "  %s\n", strings.Join(cells, "\t"))
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("print rows: %w", err)
	}
	if n := int64(len(rows.Values)); n < total {
		fmt.Fprintf(a.out, "  … %d of %d rows; %s shows every one\n", n, total, flag)
	}
	return nil
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
