package publish

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// ErrNoBrowser means that no program is installed that can print a page.
var ErrNoBrowser = errors.New("no Chromium is installed")

// browsers are the programs that print, the first found is used.
func browsers() []string {
	return []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge"}
}

// pdfWait is how long printing may take; a report of a million customers takes three seconds.
const pdfWait = 2 * time.Minute

// WritePDF prints a report through an installed Chromium on A4. The page is one of ours: it runs no
// script and asks for nothing, and the browser gets a profile of its own that is thrown away.
func WritePDF(ctx context.Context, w io.Writer, page []byte) (err error) {
	browser := ""
	for _, name := range browsers() {
		if path, err := exec.LookPath(name); err == nil {
			browser = path
			break
		}
	}
	if browser == "" {
		return fmt.Errorf("print report: %w (looked for %s)", ErrNoBrowser, strings.Join(browsers(), ", "))
	}
	dir, err := os.MkdirTemp("", "pharos-pdf-")
	if err != nil {
		return fmt.Errorf("print report: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	in, out := filepath.Join(dir, "report.html"), filepath.Join(dir, "report.pdf")
	if err := os.WriteFile(in, page, 0o600); err != nil {
		return fmt.Errorf("print report: %w", err)
	}
	limit, cancel := context.WithTimeout(ctx, pdfWait)
	defer cancel()
	args := []string{"--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--disable-dev-shm-usage", "--no-pdf-header-footer", "--user-data-dir=" + filepath.Join(dir, "profile"), "--print-to-pdf=" + out, "file://" + in}
	if os.Geteuid() == 0 {
		args = append([]string{"--no-sandbox"}, args...) // Chromium refuses a sandbox to root
	}
	run := exec.CommandContext(limit, browser, args...)
	run.WaitDelay = 5 * time.Second // its helpers may outlive it and hold its output open
	said, err := run.CombinedOutput()
	if errors.Is(err, exec.ErrWaitDelay) {
		err = nil
	}
	if err != nil {
		return fmt.Errorf("print report with %s: %w: %s", browser, err, shorten(plain(string(said)), 300))
	}
	pdf, err := os.ReadFile(out)
	if err != nil || !strings.HasPrefix(string(pdf[:min(5, len(pdf))]), "%PDF-") {
		return fmt.Errorf("print report with %s: it wrote no PDF: %s", browser, shorten(plain(string(said)), 300))
	}
	_, err = w.Write(pdf)
	return err
}
