package pipeline

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// MailSetting is `publish: { mail: … }`: who hears of a night.
type MailSetting struct {
	To         []string
	Failures   []string // who hears of a failed night; empty: the same
	From       string   // empty: the server's user, when that is an address, else the first of To
	ServerEnv  string   // the environment variable that holds the server's address
	ServerFile string   // or the file
	Attach     []string
	Link       string // address of the report, {run} stands for the run's id; empty: none
	Pos        string
}

// Attachable are the files of a run that a mail may carry.
func Attachable() []string { return []string{"report.html", "report.xlsx", "report.pdf"} }

// MailServer reads where mail is handed over, before the night begins: a missing address is a
// matter of configuration (ErrAsked).
func (cfg *Config) MailServer() (publish.MailServer, error) {
	m := cfg.Mail
	address, from := os.Getenv(m.ServerEnv), "environment variable "+m.ServerEnv
	if m.ServerFile != "" {
		from = "file " + m.ServerFile
		text, err := os.ReadFile(m.ServerFile)
		if err != nil {
			return publish.MailServer{}, kindError{fmt.Errorf("%s: publish.mail: read the address of the mail server: %w", m.Pos, err), ErrAsked}
		}
		address = string(text)
	}
	if strings.TrimSpace(address) == "" {
		return publish.MailServer{}, kindError{fmt.Errorf("%s: publish.mail: the %s, which holds the address of the mail server, is empty", m.Pos, from), ErrAsked}
	}
	s, err := publish.ParseMailServer(strings.TrimSpace(address))
	if err != nil {
		return s, kindError{fmt.Errorf("%s: publish.mail: the address of the mail server in %s: %w", m.Pos, from, err), ErrAsked}
	}
	for _, source := range cfg.Sources {
		if db := source.Server(); db != nil && strings.EqualFold(db.Host, s.Host) && db.Port == s.Port {
			return s, kindError{fmt.Errorf("%s: publish.mail: the mail server is source %s; nothing is ever written to a source", m.Pos, source.Name), ErrAsked}
		}
	}
	return s, nil
}

func (m *MailSetting) sender(s publish.MailServer) string {
	switch {
	case m.From != "":
		return m.From
	case publish.ParseAddress(s.User) == nil:
		return s.User
	}
	return m.To[0]
}

// MailNews sends what a night came to: the news of a published run, or that nothing changed.
func MailNews(ctx context.Context, cfg *Config, s publish.MailServer, out *Outcome, at time.Time) error {
	c, err := OpenRun(ctx, cfg, out.Manifest.ID)
	if err != nil {
		return err
	}
	defer c.Close()
	data, err := c.reportData(ctx, cfg)
	if err != nil {
		return err
	}
	link := strings.ReplaceAll(cfg.Mail.Link, "{run}", c.Manifest.ID)
	if out.Unchanged {
		m, err := publish.UnchangedMessage(data, cfg.Company.Language, link)
		if err != nil {
			return err
		}
		return publish.SendMail(ctx, s, cfg.Mail.sender(s), cfg.Mail.To, at, m)
	}
	m, err := publish.NewsMessage(data, cfg.Company.Language, link)
	if err != nil {
		return err
	}
	for _, name := range cfg.Mail.Attach {
		path := filepath.Join(c.Dir, name)
		if name == "report.pdf" {
			if path, err = c.printed(ctx); err != nil {
				return err
			}
		}
		m.Attachments = append(m.Attachments, path)
	}
	return publish.SendMail(ctx, s, cfg.Mail.sender(s), cfg.Mail.To, at, m)
}

// printed prints the run's report into the console's temporary folder.
func (c *Console) printed(ctx context.Context) (string, error) {
	page, err := os.ReadFile(filepath.Join(c.Dir, "report.html"))
	if err != nil {
		return "", fmt.Errorf("print report: %w", err)
	}
	var pdf bytes.Buffer
	if err := publish.WritePDF(ctx, &pdf, page); err != nil {
		return "", err
	}
	path := filepath.Join(c.temp, "report.pdf")
	return path, os.WriteFile(path, pdf.Bytes(), 0o600)
}

// MailFailure sends that a night published nothing.
func MailFailure(ctx context.Context, cfg *Config, s publish.MailServer, asOf, at time.Time, failed error, code int) error {
	f := publish.Failure{Company: cfg.Company.Name, AsOf: asOf.Format(time.DateOnly), Problem: failed.Error(), Code: code}
	w := publish.Workspace{Root: cfg.Workspace}
	if dir, err := w.Resolve(""); err == nil {
		if m, err := publish.ReadManifest(dir); err == nil {
			f.Current, f.CurrentAsOf = m.ID, m.AsOf
		}
	}
	m, err := publish.FailureMessage(f, cfg.Company.Language)
	if err != nil {
		return err
	}
	to := cfg.Mail.Failures
	if len(to) == 0 {
		to = cfg.Mail.To
	}
	return publish.SendMail(ctx, s, cfg.Mail.sender(s), to, at, m)
}

// Problems are the addresses and attachments that cannot be.
func (m *MailSetting) Problems() []error {
	var errs []error
	addresses := slices.Concat(m.To, m.Failures)
	if m.From != "" {
		addresses = append(addresses, m.From)
	}
	for _, address := range addresses {
		if err := publish.ParseAddress(address); err != nil {
			errs = append(errs, fmt.Errorf("%q is no mail address", address))
		}
	}
	for _, name := range m.Attach {
		if !slices.Contains(Attachable(), name) {
			errs = append(errs, fmt.Errorf("attach: a mail can carry %s, not %q", strings.Join(Attachable(), ", "), name))
		}
	}
	if (m.ServerEnv == "") == (m.ServerFile == "") {
		errs = append(errs, errors.New("give smtp_env or smtp_file: what holds smtp://user:password@host:587"))
	}
	return errs
}
