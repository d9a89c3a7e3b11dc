package pipeline

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"

	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// ReportRequest says how a report is to be rendered: its language, and whether names give way to aliases.
type ReportRequest struct {
	Lang    string
	Aliased bool
}

// ReportName is the name of a report's file in a run folder whose company speaks own.
func (r ReportRequest) ReportName(own string) string {
	name := "report"
	if r.Lang != "" && r.Lang != own {
		name += "." + r.Lang
	}
	if r.Aliased {
		name += ".aliased"
	}
	return name + ".html"
}

// writeReports writes the report in every language, and with aliases where these are asked for.
func (n *night) writeReports(ctx context.Context, m *marts, data publish.ReportData, draft *publish.Draft) error {
	for _, lang := range Languages() {
		for _, aliased := range []bool{false, true}[:1+countOf(n.cfg.AliasedReport)] {
			req := ReportRequest{Lang: lang, Aliased: aliased}
			var page bytes.Buffer
			if err := renderReport(ctx, m, n.cfg, &page, data, req); err != nil {
				return err
			}
			path, err := draft.Path(req.ReportName(n.cfg.Company.Language))
			if err != nil {
				return err
			}
			if err := os.WriteFile(path, page.Bytes(), 0o600); err != nil {
				return fmt.Errorf("write report: %w", err)
			}
		}
	}
	return nil
}

func countOf(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

func renderReport(ctx context.Context, from asker, cfg *Config, w io.Writer, data publish.ReportData, req ReportRequest) error {
	if !req.Aliased {
		return publish.WriteReport(w, data, req.Lang)
	}
	key, err := readKey(cfg.KeyFile)
	if err != nil {
		return err
	}
	if len(key) == 0 {
		return unkeyedAliases(cfg)
	}
	known, err := namesAmong(ctx, from, data.Words())
	if err != nil {
		return err
	}
	return publish.WriteReport(w, publish.Aliased(data, publish.Aliases{Key: key, Known: known}, req.Lang), req.Lang)
}

// unkeyedAliases is the error of aliases that anyone could find out by trying names.
func unkeyedAliases(cfg *Config) error {
	return kindError{fmt.Errorf("publish.aliased: aliases are made with a key, and there is no key file %s; pharos init makes one, or write 32 random bytes there", cfg.KeyFile), ErrAsked}
}

// namesAmong are those of the texts that are the name or the id of a customer, even of one without
// any figure.
func namesAmong(ctx context.Context, from asker, texts []string) (map[string]bool, error) {
	known := map[string]bool{}
	if len(texts) == 0 {
		return known, nil
	}
	in := literals(texts)
	rows, err := from.Query(ctx, "select customer_id as word from segment.customers where customer_id in ("+in+
		") union select name from segment.customers where name <> 'unknown' and name in ("+in+")")
	if err != nil {
		return nil, err
	}
	for _, row := range rows.Values {
		known[row[0].(string)] = true
	}
	return known, nil
}

// WriteReport renders the report of a finished run again.
func (c *Console) WriteReport(ctx context.Context, cfg *Config, w io.Writer, req ReportRequest) error {
	data, err := c.reportData(ctx, cfg)
	if err != nil {
		return err
	}
	return renderReport(ctx, c, cfg, w, data, req)
}

// WritePDF prints the report of a finished run.
func (c *Console) WritePDF(ctx context.Context, cfg *Config, w io.Writer, req ReportRequest) error {
	return printReport(ctx, cfg, w, req, c.WriteReport)
}

func printReport(ctx context.Context, cfg *Config, w io.Writer, req ReportRequest, write func(context.Context, *Config, io.Writer, ReportRequest) error) error {
	var page bytes.Buffer
	if err := write(ctx, cfg, &page, req); err != nil {
		return err
	}
	return publish.WritePDF(ctx, w, page.Bytes())
}
