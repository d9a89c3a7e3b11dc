package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/pharos-analytics/pharos/pipeline"
)

func newReportCommand(a *app) *cobra.Command {
	var run, lang, out string
	cmd := &cobra.Command{
		Use:   "report",
		Short: "Name the report of a run, or render it again",
		Example: `  pharos report                          where the current run's report is
  pharos report --lang en -o report.html render it in English into a file of your own
  pharos report --run 2026-09-01-0a1b2c3d4e5f --lang zh -o -   to standard output`,
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := loadConfig(a.config)
			if err != nil {
				return err
			}
			if lang != "" && !slices.Contains(pipeline.Languages(), lang) {
				return usageError("--lang en or --lang zh", "read --lang %q: the report is written in %s", lang, strings.Join(pipeline.Languages(), " and "))
			}
			c, err := pipeline.OpenRun(cmd.Context(), cfg, run)
			if err != nil {
				return hinted(err, cfg, nil)
			}
			defer c.Close()
			if out == "" {
				return a.nameReport(cfg, c, lang)
			}
			if out != "-" {
				if err := refuseOutput(cfg, out); err != nil {
					return err
				}
			}
			if lang == "" {
				lang = cfg.Company.Language
			}
			return a.renderReport(cmd, cfg, c, lang, out)
		},
	}
	cmd.Flags().StringVar(&run, "run", "", "run id; default the current run")
	cmd.Flags().StringVar(&lang, "lang", "", "en or zh; default the company's language")
	cmd.Flags().StringVarP(&out, "output", "o", "", "file to render into; - is standard output")
	return cmd
}

func (a *app) nameReport(cfg *pipeline.Config, c *pipeline.Console, lang string) error {
	name := "report.html"
	if lang != "" && lang != c.Manifest.Language {
		name = "report." + lang + ".html"
	}
	path := filepath.Join(c.Dir, name)
	if a.json {
		return a.printJSON(map[string]string{"run": c.Manifest.ID, "report": path})
	}
	fmt.Fprintln(a.out, path)
	return nil
}

func (a *app) renderReport(cmd *cobra.Command, cfg *pipeline.Config, c *pipeline.Console, lang, out string) error {
	var page bytes.Buffer
	if err := c.WriteReport(cmd.Context(), cfg, &page, lang); err != nil {
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
