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
	cmd := &cobra.Command{
		Use:   "report",
		Short: "Name the report of a run, or render it again",
		Example: `  pharos report                          where the current run's report is
  pharos report --lang en -o report.html render it in English into a file of your own
  pharos report -o report.xlsx           write the workbook again; --format xlsx for any other name
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
			if format == "xlsx" {
				render = c.WriteWorkbook
			}
			return a.renderReport(cmd, cfg, render, lang, out)
		},
	}
	cmd.Flags().StringVar(&run, "run", "", "run id; default the current run")
	cmd.Flags().StringVar(&format, "format", "", "html or xlsx; default what the output's name says, else html")
	cmd.Flags().StringVar(&lang, "lang", "", "en or zh; default the company's language")
	cmd.Flags().StringVarP(&out, "output", "o", "", "file to render into; - is standard output")
	return cmd
}

// reportFormat is the asked format, else the one that the output's name says, else HTML.
func reportFormat(format, out string) (string, error) {
	if format == "" && strings.EqualFold(filepath.Ext(out), ".xlsx") {
		return "xlsx", nil
	}
	if !slices.Contains([]string{"", "html", "xlsx"}, format) {
		return "", usageError("--format html or --format xlsx", "read --format %q", format)
	}
	return format, nil
}

func (a *app) nameReport(c *pipeline.Console, lang, format string) error {
	name := "report.html"
	if format == "xlsx" {
		name = "report.xlsx"
	} else if lang != "" && lang != c.Manifest.Language {
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
