package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/pharos-analytics/pharos/pipeline"
	"github.com/pharos-analytics/pharos/pipeline/extract"
	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// checkRows is how many rows of each mapping check tries.
const checkRows = 1000

func newCheckCommand(a *app) *cobra.Command {
	var grants string
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Look at the sources and the mapping, write nothing",
		Long: `Opens every source read-only, shows the verdict on its boundary, and tries every mapping on its
first thousand rows: each column with values as they are and as they will be, and what would be
quarantined. Of a source whose boundary does not hold no row is read. Exit 3: a source is
unreachable, or its boundary is refused. Exit 2: a mapping cannot work.`,
		Example: `  pharos check
  pharos check --config acme/pharos.yaml --json
  pharos check --grants erp > role.sql    the script that creates the right role; needs no connection`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := loadConfig(a.config)
			if err != nil {
				return err
			}
			if grants != "" {
				return a.printGrants(cfg, grants)
			}
			return a.check(cmd.Context(), cfg)
		},
	}
	cmd.Flags().StringVar(&grants, "grants", "", "print the SQL that creates the role for this source, and do nothing else")
	return cmd
}

// printGrants prints the script of the role that may read what is mapped of a source.
func (a *app) printGrants(cfg *pipeline.Config, source string) error {
	var names []string
	for _, spec := range cfg.Sources {
		if names = append(names, spec.Name); spec.Name != source {
			continue
		}
		script, err := extract.Grants(spec, cfg.Data)
		if err != nil {
			return &exitError{code: exitUsage, err: fmt.Errorf("write grants: %w", err), hint: "pharos check --grants names a PostgreSQL, MySQL or MariaDB source that is mapped"}
		}
		_, err = fmt.Fprint(a.out, script)
		return err
	}
	return usageError("pharos check --grants "+names[0], "write grants: there is no source %q%s", source, nearestHint(source, names))
}

// checkReport is what check found, for --json.
type checkReport struct {
	Sources  []sourceReport  `json:"sources"`
	Mappings []mappingReport `json:"mappings"`
	Problems []string        `json:"problems"`
}

type sourceReport struct {
	Name     string         `json:"name"`
	Kind     string         `json:"kind"`
	Error    string         `json:"error,omitempty"`
	Findings []lake.Finding `json:"findings,omitempty"`
}

type mappingReport struct {
	Table       string         `json:"table"`
	Source      string         `json:"source"`
	At          string         `json:"at"`
	Rows        int64          `json:"rows_tried"`
	Kept        int64          `json:"rows_kept"`
	Quarantined int64          `json:"rows_quarantined"`
	Columns     []columnReport `json:"columns,omitempty"`
	Bad         []badReport    `json:"bad,omitempty"`
	Error       string         `json:"error,omitempty"`
}

type columnReport struct {
	Column string   `json:"column"`
	From   string   `json:"from"`
	Raw    []string `json:"raw,omitempty"`
	Parsed []string `json:"parsed,omitempty"`
}

type badReport struct {
	Location string `json:"location"`
	Rule     string `json:"rule"`
	Column   string `json:"column,omitempty"`
	Value    string `json:"value,omitempty"`
}

// checker collects the report and the worst error of each kind.
type checker struct {
	checkReport
	cfg         *pipeline.Config
	unreachable []error
	refused     []error
	broken      []error
}

func (a *app) check(ctx context.Context, cfg *pipeline.Config) error {
	c := &checker{cfg: cfg, checkReport: checkReport{Problems: []string{}}}
	for _, spec := range cfg.Sources {
		if err := c.source(ctx, spec); err != nil {
			return err
		}
	}
	for _, err := range slices.Concat(c.unreachable, c.refused, c.broken) {
		c.Problems = append(c.Problems, err.Error())
	}
	if err := a.printCheck(c); err != nil {
		return err
	}
	switch {
	case len(c.unreachable) > 0:
		return &exitError{code: exitSource, err: fmt.Errorf("check sources: %w", errors.Join(c.unreachable...)), hint: "is the path, the server, the role and its password right?"}
	case len(c.refused) > 0:
		return hinted(fmt.Errorf("check sources: %w", errors.Join(c.refused...)), c.cfg, nil)
	case len(c.broken) > 0:
		return &exitError{code: exitUsage, err: fmt.Errorf("check mappings: %w", errors.Join(c.broken...)), hint: "correct the lines named above"}
	}
	return nil
}

// source opens one source, tries its mappings and closes it, so that its evidence is in the
// report. Of a source that is refused no row is read. Only an interruption ends the check;
// everything else is collected.
func (c *checker) source(ctx context.Context, spec extract.Spec) error {
	report := sourceReport{Name: spec.Name, Kind: spec.Kind()}
	src, err := extract.Open(ctx, spec)
	if err == nil {
		_, refused := extract.Judge(src.Verdict(), c.cfg.Boundary)
		for _, m := range c.cfg.Data {
			if m.Source == spec.Name && refused == nil {
				c.mapping(ctx, src, spec, m)
			}
		}
		err = src.Close()
		verdict, unproved := extract.Judge(src.Verdict(), c.cfg.Boundary)
		report.Findings = verdict.Findings
		if unproved != nil {
			c.refused = append(c.refused, unproved)
		}
	}
	if err != nil {
		report.Error = err.Error()
		c.unreachable = append(c.unreachable, err)
	}
	c.Sources = append(c.Sources, report)
	return ctx.Err()
}

func (c *checker) mapping(ctx context.Context, src extract.Source, spec extract.Spec, m extract.Mapping) {
	report := mappingReport{Table: m.Table, Source: m.Source, At: m.Pos}
	trial, err := extract.Try(ctx, src, m, spec, c.cfg.Values(), checkRows)
	if err == nil {
		err = hopeless(m, trial)
	}
	switch {
	case err == nil:
	case errors.Is(err, extract.ErrUnreachable):
		report.Error = err.Error()
		c.unreachable = append(c.unreachable, err)
	default:
		report.Error = err.Error()
		c.broken = append(c.broken, err)
	}
	report.Rows, report.Kept, report.Quarantined = trial.Read, trial.Kept, trial.Quarantined
	for _, column := range trial.Columns {
		report.Columns = append(report.Columns, describeColumn(m, column))
	}
	for _, b := range trial.Bad {
		if isContact(m.Table, b.Column) {
			b.Value = hidden
		}
		report.Bad = append(report.Bad, badReport{b.Location, b.Rule, b.Column, b.Value})
	}
	c.Mappings = append(c.Mappings, report)
}

// hopeless is an error when every row that was tried is quarantined, or a SELECT leaves out
// required columns: dirty rows are normal, a mapping without any clean row is not.
func hopeless(m extract.Mapping, t extract.Trial) error {
	if table, ok := lake.TableNamed(m.Table); ok && !m.Raw && t.Read > 0 {
		var mapped []extract.ColumnMapping
		for _, c := range t.Columns {
			mapped = append(mapped, c.Mapping)
		}
		if missing := missingColumns(table, mapped); len(missing) > 0 {
			return fmt.Errorf("%s: select of %s names no column %s; name each canonical column with as", m.Pos, m.Table, strings.Join(missing, ", "))
		}
	}
	if t.Quarantined > 0 && t.Kept == 0 {
		first := t.Bad[0]
		return fmt.Errorf("%s: no row of %s can be used; the first, at %s, fails %s", m.Pos, m.Table, first.Location,
			strings.TrimSpace(first.Rule+" "+first.Column))
	}
	return nil
}

// hidden stands for a contact: check shows no personal addresses or numbers.
const hidden = "(hidden)"

func isContact(table, column string) bool {
	t, _ := lake.TableNamed(table)
	c, ok := t.Column(column)
	return ok && c.Class == lake.Contact
}

func describeColumn(m extract.Mapping, c extract.TrialColumn) columnReport {
	r := columnReport{Column: c.Mapping.Name, From: c.Mapping.Column, Raw: c.Raw, Parsed: c.Parsed}
	switch {
	case c.Mapping.Compute != "":
		r.From, r.Raw = c.Mapping.Compute, nil
	case c.Mapping.Value != nil:
		r.From, r.Raw = "constant", nil
	}
	if isContact(m.Table, c.Mapping.Name) {
		r.Raw, r.Parsed = nil, []string{hidden}
	}
	return r
}

// printCheck shows the report to a person, or to a program.
func (a *app) printCheck(c *checker) error {
	if a.json {
		return a.printJSON(c.checkReport)
	}
	for _, s := range c.Sources {
		fmt.Fprintf(a.out, "%s (%s)\n", a.styled("source "+s.Name), s.Kind)
		for _, f := range s.Findings {
			fmt.Fprintf(a.out, "  %-8s %s: %s\n", f.Severity, f.Item, inert(f.Detail))
		}
		if s.Error != "" {
			fmt.Fprintf(a.out, "  %-8s %s\n", "error", s.Error)
		}
	}
	for _, m := range c.Mappings {
		fmt.Fprintf(a.out, "\n%s from %s (%s)\n", a.styled(m.Table), m.Source, m.At)
		a.printColumns(m)
		fmt.Fprintf(a.out, "  %s rows tried, %s kept, %s quarantined\n", grouped(m.Rows), grouped(m.Kept), grouped(m.Quarantined))
		for _, b := range m.Bad {
			fmt.Fprintf(a.out, "    %s  %s %s  %s\n", visible(b.Location), b.Rule, b.Column, quoted(b.Value))
		}
		if m.Error != "" {
			fmt.Fprintf(a.out, "  error    %s\n", m.Error)
		}
	}
	return nil
}

func (a *app) printColumns(m mappingReport) {
	for _, c := range m.Columns {
		var shown []string
		for i, parsed := range c.Parsed {
			pair := visible(parsed)
			if parsed == "" {
				pair = "NULL"
			}
			if i < len(c.Raw) && c.Raw[i] != parsed {
				pair = visible(c.Raw[i]) + " → " + pair
			}
			shown = append(shown, pair)
		}
		fmt.Fprintf(a.out, "  %-18s %-24s %s\n", c.Column, visible(c.From), strings.Join(shown, ", "))
	}
}
