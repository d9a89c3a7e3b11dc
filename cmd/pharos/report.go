package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/pharos-analytics/pharos/pipeline"
)

// reportFlags say which report is wanted and where.
type reportFlags struct {
	run, since, lang, out, format string
	mail, aliased                 bool
}

func newReportCommand(a *app) *cobra.Command {
	var f reportFlags
	cmd := &cobra.Command{
		Use:   "report",
		Short: "Name the report of a run, or render it again",
		Example: `  pharos report                          where the current run's report is
  pharos report --lang en -o report.html render it in English into a file of your own
  pharos report -o report.xlsx           write the workbook again; --format xlsx for any other name
  pharos report -o report.pdf            print it on A4 through an installed Chromium
  pharos report --aliased -o report.html with aliases instead of names
  pharos report --since previous -o report.html   with what changed since an earlier run on top
  pharos report --mail                   send the mail of the night again
  pharos report --run 2026-09-01-0a1b2c3d4e5f --lang zh -o -   to standard output`,
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := loadConfig(a.config)
			if err != nil {
				return err
			}
			if err := f.check(); err != nil {
				return err
			}
			return hinted(a.report(cmd.Context(), cfg, f), cfg, nil)
		},
	}
	cmd.Flags().StringVar(&f.run, "run", "", "run id; default the current run")
	cmd.Flags().StringVar(&f.since, "since", "", "earlier run, an id or previous: what changed since then, on top")
	cmd.Flags().BoolVar(&f.aliased, "aliased", false, "aliases instead of the names and ids of customers and owners")
	cmd.Flags().StringVar(&f.format, "format", "", "html, xlsx or pdf; default what the output's name says, else html")
	cmd.Flags().BoolVar(&f.mail, "mail", false, "send it to those whom publish.mail names")
	cmd.Flags().StringVar(&f.lang, "lang", "", "en or zh; default the company's language")
	cmd.Flags().StringVarP(&f.out, "output", "o", "", "file to render into; - is standard output")
	return cmd
}

// check refuses what contradicts itself, before a run is opened.
func (f *reportFlags) check() error {
	if f.lang != "" && !slices.Contains(pipeline.Languages(), f.lang) {
		return usageError("--lang en or --lang zh", "read --lang %q: the report is written in %s", f.lang, strings.Join(pipeline.Languages(), " and "))
	}
	var err error
	if f.format, err = reportFormat(f.format, f.out); err != nil {
		return err
	}
	switch {
	case f.since != "" && (f.out == "" || f.mail):
		return usageError("pharos report --since previous -o report.html", "read --since: such a report is rendered when it is asked for; say where to with -o")
	case (f.since != "" || f.aliased) && f.format == "xlsx":
		return usageError("-o report.html or -o report.pdf", "read --format xlsx: the workbook holds the marts of one run with their names; --since and --aliased are for the page")
	case f.aliased && f.mail:
		return usageError("pharos report --aliased -o report.html", "read --aliased: the mail of the night names customers")
	}
	return nil
}

// rendered is a run, or two that are compared, that can be written as a report.
type rendered interface {
	WriteReport(ctx context.Context, cfg *pipeline.Config, w io.Writer, req pipeline.ReportRequest) error
	WritePDF(ctx context.Context, cfg *pipeline.Config, w io.Writer, req pipeline.ReportRequest) error
	Close() error
}

func (a *app) report(ctx context.Context, cfg *pipeline.Config, f reportFlags) error {
	if f.out != "" && f.out != "-" {
		if err := refuseOutput(cfg, f.out); err != nil {
			return err
		}
	}
	if f.since != "" {
		return a.reportSince(ctx, cfg, f)
	}
	c, err := pipeline.OpenRun(ctx, cfg, f.run)
	if err != nil {
		return err
	}
	defer c.Close()
	switch {
	case f.mail:
		return a.mailReport(ctx, cfg, c)
	case f.out == "":
		return a.nameReport(c, f)
	case f.format == "xlsx":
		return a.renderReport(f, func(w io.Writer) error { return c.WriteWorkbook(ctx, cfg, w, f.languageOf(cfg)) })
	}
	return a.renderPage(ctx, cfg, c, f)
}

// reportSince renders the report of a run with what changed since an earlier one.
func (a *app) reportSince(ctx context.Context, cfg *pipeline.Config, f reportFlags) error {
	run := f.run
	if run == "" {
		run = "current"
	}
	before, after, err := runsOf(cfg, []string{f.since, run})
	if err != nil {
		return err
	}
	c, err := pipeline.OpenComparison(ctx, cfg, before, after)
	if err != nil {
		return err
	}
	defer c.Close()
	for _, m := range c.Missing {
		fmt.Fprintf(a.err, "warning: %s\n", inert(m))
	}
	return a.renderPage(ctx, cfg, c, f)
}

func (a *app) renderPage(ctx context.Context, cfg *pipeline.Config, c rendered, f reportFlags) error {
	req := pipeline.ReportRequest{Lang: f.languageOf(cfg), Aliased: f.aliased}
	write := c.WriteReport
	if f.format == "pdf" {
		write = c.WritePDF
	}
	return a.renderReport(f, func(w io.Writer) error { return write(ctx, cfg, w, req) })
}

func (f reportFlags) languageOf(cfg *pipeline.Config) string {
	if f.lang != "" {
		return f.lang
	}
	return cfg.Company.Language
}

// reportFormat is the asked format, else the one that the output's name says, else HTML.
func reportFormat(format, out string) (string, error) {
	formats := []string{"html", "xlsx", "pdf"}
	if format == "" {
		format = strings.TrimPrefix(strings.ToLower(filepath.Ext(out)), ".")
		if !slices.Contains(formats, format) {
			return "html", nil
		}
	}
	if !slices.Contains(formats, format) {
		return "", usageError("--format html, xlsx or pdf", "read --format %q", format)
	}
	return format, nil
}

func (a *app) nameReport(c *pipeline.Console, f reportFlags) error {
	name := pipeline.ReportRequest{Lang: f.lang, Aliased: f.aliased}.ReportName(c.Manifest.Language)
	switch f.format {
	case "xlsx":
		name = "report.xlsx"
	case "pdf":
		return usageError("pharos report -o report.pdf", "name the report as PDF: it is printed when it is asked for")
	}
	path := filepath.Join(c.Dir, name)
	if _, err := os.Stat(path); f.aliased && err != nil {
		return usageError("pharos report --aliased -o report.html, or publish: { aliased: true } before the next run", "name the aliased report: run %s has none", c.Manifest.ID)
	}
	if a.json {
		return a.printJSON(map[string]string{"run": c.Manifest.ID, "report": path})
	}
	fmt.Fprintln(a.out, path)
	return nil
}

func (a *app) renderReport(f reportFlags, render func(io.Writer) error) error {
	var page bytes.Buffer
	if err := render(&page); err != nil {
		return err
	}
	if f.out == "-" {
		_, err := a.out.Write(page.Bytes())
		return err
	}
	if err := os.WriteFile(f.out, page.Bytes(), 0o600); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	fmt.Fprintln(a.out, f.out)
	return nil
}
