package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pharos-analytics/pharos/pipeline"
	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// newsOf finds the mail server before the night begins, so that a missing address is told at once;
// nil when nobody hears of this run.
func newsOf(cfg *pipeline.Config, f runFlags) (*publish.MailServer, error) {
	if cfg.Mail == nil || len(f.only) > 0 || f.until != "" {
		return nil, nil
	}
	s, err := cfg.MailServer()
	return &s, err
}

// mailNews sends the news. What was published is published: a mail that cannot be sent is said and
// changes no exit code.
func (a *app) mailNews(ctx context.Context, cfg *pipeline.Config, s *publish.MailServer, out *pipeline.Outcome) {
	if s == nil {
		return
	}
	a.sayMail(cfg.Mail.To, pipeline.MailNews(ctx, cfg, *s, out, time.Now()), "; pharos report --mail sends it again")
}

// mailFailure sends that a night failed. A wrong setting and another run's lock are told where they
// are made, on the terminal.
func (a *app) mailFailure(ctx context.Context, cfg *pipeline.Config, s *publish.MailServer, asOf time.Time, failed error) {
	code := exitCode(failed)
	if s == nil || !slices.Contains([]int{exitFailed, exitSource, exitGate}, code) {
		return
	}
	to := cfg.Mail.Failures
	if len(to) == 0 {
		to = cfg.Mail.To
	}
	a.sayMail(to, pipeline.MailFailure(ctx, cfg, *s, asOf, time.Now(), failed, code), "")
}

func (a *app) sayMail(to []string, err error, hint string) {
	if err != nil {
		fmt.Fprintf(a.err, "mail not sent: %v%s\n", err, hint)
		return
	}
	fmt.Fprintf(a.err, "mail sent to %s\n", strings.Join(to, ", "))
}

// mailReport sends the news of a published run again.
func (a *app) mailReport(ctx context.Context, cfg *pipeline.Config, c *pipeline.Console) error {
	if cfg.Mail == nil {
		return usageError("publish: { mail: { to: [boss@example.com], smtp_env: SMTP_URL } } in "+cfg.Path, "mail report: nobody is named")
	}
	if c.Manifest.Status != publish.StatusPublished {
		return usageError("pharos runs lists the runs", "mail report: run %s is %s; only a published report is sent", c.Manifest.ID, c.Manifest.Status)
	}
	s, err := cfg.MailServer()
	if err != nil {
		return hinted(err, cfg, nil)
	}
	if err := pipeline.MailNews(ctx, cfg, s, &pipeline.Outcome{Manifest: c.Manifest, Dir: c.Dir}, time.Now()); err != nil {
		return err
	}
	fmt.Fprintf(a.out, "mail sent to %s\n", strings.Join(cfg.Mail.To, ", "))
	return nil
}
