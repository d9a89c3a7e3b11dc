// Package reporttest looks at reports the way people do: laid out by a headless Chromium in
// windows of several widths, on light and dark screens, and printed. It measures text over text, text
// that is cut, charts that are empty, faint marks and words beyond the edge of a sheet, listens for
// requests and errors, and asks axe-core. It takes pages and gives faults; tests of package publish
// hand it invented reports, tests of the commands real ones.
//
// It imports nothing of ours. Where a program is not installed the test skips; where
// PHAROS_REQUIRE=all is set it fails.
package reporttest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// browsers are the names under which a Chromium is installed.
var browsers = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}

// Program finds an installed program, or skips the test; where everything is required it fails.
func Program(t *testing.T, names ...string) string {
	t.Helper()
	for _, n := range names {
		if path, err := exec.LookPath(n); err == nil {
			return path
		}
	}
	reason := "none of these programs is installed: " + strings.Join(names, ", ")
	if os.Getenv("PHAROS_REQUIRE") == "all" {
		t.Fatal(reason)
	}
	t.Skip(reason)
	return ""
}

// chromium runs a headless browser with a fresh profile and returns what it prints.
func chromium(t *testing.T, args ...string) []byte {
	t.Helper()
	path := Program(t, browsers...)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, path, append(browserFlags(t), args...)...).Output()
	if err != nil {
		t.Fatalf("run %s: %v", path, err)
	}
	return out
}

// browserFlags are those of a quiet browser with a profile of its own.
func browserFlags(t *testing.T) []string {
	t.Helper()
	return []string{"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars", "--user-data-dir=" + t.TempDir()}
}

func windowSize(width, height int) string { return fmt.Sprintf("--window-size=%d,%d", width, height) }

// Sheets is a printed report.
type Sheets struct {
	Pages []string // the text of each page, laid out by blanks
	boxes string
}

var box = regexp.MustCompile(`<page width="([\d.]+)"|<word xMin="([-\d.]+)"[^>]*xMax="([\d.]+)"[^>]*>([^<]*)`)

// Print prints a page as the browser would and reads the sheets back.
func Print(t *testing.T, page string) Sheets {
	t.Helper()
	pdftotext := Program(t, "pdftotext")
	dir := t.TempDir()
	in, pdf := filepath.Join(dir, "report.html"), filepath.Join(dir, "report.pdf")
	if err := os.WriteFile(in, []byte(page), 0o600); err != nil {
		t.Fatal(err)
	}
	chromium(t, "--no-pdf-header-footer", "--print-to-pdf="+pdf, "file://"+in)
	read := func(how string) string {
		text, err := exec.Command(pdftotext, how, pdf, "-").Output()
		if err != nil {
			t.Fatalf("read the printed report: %v", err)
		}
		return string(text)
	}
	text := strings.TrimSuffix(read("-layout"), "\f")
	return Sheets{Pages: strings.Split(text, "\f"), boxes: read("-bbox")}
}

// Outside names the words that reach over the margin of their sheet.
func (s Sheets) Outside(t *testing.T) []string {
	t.Helper()
	var faults []string
	width := 0.0
	number := func(text string) float64 {
		v, err := strconv.ParseFloat(text, 64)
		if err != nil {
			t.Fatalf("read the boxes of the printed words: %v", err)
		}
		return v
	}
	for _, m := range box.FindAllStringSubmatch(s.boxes, -1) {
		if m[1] != "" {
			width = number(m[1])
			continue
		}
		if left, right := number(m[2]), number(m[3]); left < 20 || right > width-20 {
			faults = append(faults, fmt.Sprintf("%q is printed from %v to %v on a page of %v", m[4], left, right, width))
		}
	}
	return faults
}
