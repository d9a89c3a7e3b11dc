package main

import (
	"path/filepath"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline"
)

const (
	// defaultSheetRows keeps the workbook of a large company small enough to be opened at once.
	defaultSheetRows = 5000
	mostSheetRows    = 1<<20 - 1 // of any spreadsheet
)

// publish reads what a run leaves beside its marts.
func (f *fields) publish(cfg *pipeline.Config) {
	cfg.AliasedReport = f.get("aliased").flag(false)
	cfg.KeepRuns = f.get("keep_runs").count(30, 1, 100000)
	f.get("workbook").mapping(func(w *fields) {
		cfg.Workbook.Rows = w.get("rows").count(defaultSheetRows, 1, mostSheetRows)
		marts := w.get("marts")
		cfg.Workbook.Marts, cfg.Workbook.Pos = marts.texts(), marts.pos()
	})
	cfg.Mail = f.get("mail").mail(cfg.Dir)
}

// mail reads who hears of a night; nil when nobody does.
func (n node) mail(dir string) *pipeline.MailSetting {
	if !n.present() {
		return nil
	}
	m := &pipeline.MailSetting{Pos: n.pos()}
	n.private = true // a password typed here by mistake is not printed
	n.mapping(func(f *fields) {
		m.To = f.need("to", "the addresses").texts()
		m.Failures = f.get("failures_to").texts()
		m.From = f.get("from").text("")
		env := f.get("smtp_env")
		m.ServerEnv = env.text("")
		if env.present() && !isVariable(m.ServerEnv) {
			env.fail("must be the name of an environment variable such as SMTP_URL, never the address itself")
		}
		if m.ServerFile = f.get("smtp_file").text(""); m.ServerFile != "" && !filepath.IsAbs(m.ServerFile) {
			m.ServerFile = filepath.Join(dir, m.ServerFile)
		}
		m.Attach = f.get("attach").texts()
		link := f.get("link")
		if m.Link = link.text(""); m.Link != "" && !strings.HasPrefix(m.Link, "https://") && !strings.HasPrefix(m.Link, "http://") {
			link.fail("must begin with https:// or http://; {run} in it stands for the run's id")
		}
	})
	if len(m.To) == 0 {
		return m // the missing key was told
	}
	for _, err := range m.Problems() {
		n.fail("%v", err)
	}
	return m
}
