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

func newReportCommand(a *app) *cobra.Command {
	var run, lang, out, format string
	var mail bool
	cmd := &cobra.Command{
		Use:   "report",
		Short: "Name the report of a run, or render it again",
		Example: `  pharos report                          where the current run's report is
  pharos report --lang en -o report.html render it in English into a file of your own
  pharos report -o report.xlsx           write the workbook again; --format xlsx for any other name
  pharos report -o report.pdf            print it on A4 through an installed Chromium
  pharos report --mail                   send the mail of the night again
  pharos report --run 2026-09-01-0a1b2c3d4e5f --lang zh -o -   to standard output`,
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := loadConfig(a.config)
			if err != nil {
				return err
			}
			if lang != "" && !slices.Contains(pipeline.Languages(), lang) {
				return usageError("--lang en or --lang zh", "read --lang %q: the report is written in %s", lang, strings.Join(pipeline.Languages(), " and "))
			}
			if format, err = reportFormat(format, out); err != nil {
				return err
			}
			c, err := pipeline.OpenRun(cmd.Context(), cfg, run)
			if err != nil {
				return hinted(err, cfg, nil)
			}
			defer c.Close()
			if mail {
				return a.mailReport(cmd.Context(), cfg, c)
			}
			if out == "" {
				return a.nameReport(c, lang, format)
			}
			if out != "-" {
				if err := refuseOutput(cfg, out); err != nil {
					return err
				}
			}
			if lang == "" {
				lang = cfg.Company.Language
			}
			render := c.WriteReport
			switch format {
			case "xlsx":
				render = c.WriteWorkbook
			case "pdf":
				render = c.WritePDF
			}
			return a.renderReport(cmd, cfg, render, lang, out)
		},
	}
	cmd.Flags().StringVar(&run, "run", "", "run id; default the current run")
	cmd.Flags().StringVar(&format, "format", "", "html, xlsx or pdf; default what the output's name says, else html")
	cmd.Flags().BoolVar(&mail, "mail", false, "send it to those whom publish.mail names")
	cmd.Flags().StringVar(&lang, "lang", "", "en or zh; default the company's language")
	cmd.Flags().StringVarP(&out, "output", "o", "", "file to render into; - is standard output")
	return cmd
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

func (a *app) nameReport(c *pipeline.Console, lang, format string) error {
	name := "report.html"
	switch {
	case format == "xlsx":
		name = "report.xlsx"
	case format == "pdf":
		return usageError("pharos report -o report.pdf", "name the report as PDF: it is printed when it is asked for")
	case lang != "" && lang != c.Manifest.Language:
		name = "report." + lang + ".html"
	}
	path := filepath.Join(c.Dir, name)
	if a.json {
		return a.printJSON(map[string]string{"run": c.Manifest.ID, "report": path})
	}
	fmt.Fprintln(a.out, path)
	return nil
}

func (a *app) renderReport(cmd *cobra.Command, cfg *pipeline.Config, render func(context.Context, *pipeline.Config, io.Writer, string) error, lang, out string) error {
	var page bytes.Buffer
	if err := render(cmd.Context(), cfg, &page, lang); err != nil {
		return err
	}
	if out == "-" {
		_, err := a.out.Write(page.Bytes())
		return err
	}
	if err := os.WriteFile(out, page.Bytes(), 0o600); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	fmt.Fprintln(a.out, out)
	return nil
}
