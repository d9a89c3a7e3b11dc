package publish

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// program finds an installed program, or skips the test; where everything is required it fails.
func program(t *testing.T, names ...string) string {
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
	path := program(t, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	flags := []string{"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars", "--user-data-dir=" + t.TempDir()}
	out, err := exec.CommandContext(ctx, path, append(flags, args...)...).Output()
	if err != nil {
		t.Fatalf("run %s: %v", path, err)
	}
	return out
}

// measured is what the measuring script finds on a page.
type measured struct {
	Width, StripBottom float64
	Charts             int
	Faults             []string
}

// layout is a report to be measured in a window of a width.
type layout struct {
	name, page string
	width      int
}

// measure lays reports out in frames of their widths, all in one browser, and reads back what does
// not fit. The measured copies have no content security policy; the published report lets no script run.
func measure(t *testing.T, layouts ...layout) []measured {
	t.Helper()
	script, err := os.ReadFile(filepath.Join("testdata", "measure.js"))
	if err != nil {
		t.Fatal(err)
	}
	var frames strings.Builder
	frames.WriteString(`<!DOCTYPE html><meta charset="utf-8"><script>onmessage = e => {
		const at = [...document.querySelectorAll("iframe")].findIndex(f => f.contentWindow === e.source);
		document.querySelectorAll("pre")[at].textContent = e.data;
	}</script><body>`)
	for _, l := range layouts {
		page := regexp.MustCompile(`<meta http-equiv[^>]*>`).ReplaceAllString(l.page, "")
		page = strings.Replace(page, "</body>", "<script>"+string(script)+"</script></body>", 1)
		fmt.Fprintf(&frames, `<pre></pre><iframe style="width:%dpx;height:800px;border:0" srcdoc="%s"></iframe>`, l.width, html.EscapeString(page))
	}
	path := filepath.Join(t.TempDir(), "frames.html")
	if err := os.WriteFile(path, []byte(frames.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	dom := chromium(t, "--window-size=1400,900", "--virtual-time-budget=60000", "--dump-dom", "file://"+path)
	var all []measured
	for i, found := range regexp.MustCompile(`(?s)<pre>(.*?)</pre>`).FindAllSubmatch(dom, len(layouts)) {
		var m measured
		if err := json.Unmarshal([]byte(html.UnescapeString(string(found[1]))), &m); err != nil {
			t.Fatalf("read measurements of %s, %.200q: %v", layouts[i].name, found[1], err)
		}
		all = append(all, m)
	}
	if len(all) != len(layouts) {
		t.Fatalf("%d of %d pages were measured", len(all), len(layouts))
	}
	return all
}

func TestNothingOverlapsOrIsCutInABrowser(t *testing.T) {
	var layouts []layout
	all := cases()
	for _, name := range sortedNames(all) {
		for _, lang := range []string{"en", "zh"} {
			for _, width := range []int{1280, 390} {
				layouts = append(layouts, layout{fmt.Sprintf("%s_%s_%d", name, lang, width), render(t, all[name], lang), width})
			}
		}
	}
	for i, m := range measure(t, layouts...) {
		t.Run(layouts[i].name, func(t *testing.T) {
			for _, fault := range m.Faults {
				t.Error(fault)
			}
			if m.Width > float64(layouts[i].width) {
				t.Errorf("the page is %v wide and scrolls sideways", m.Width)
			}
			if layouts[i].width == 1280 && m.StripBottom > 800 {
				t.Errorf("page one ends at %v, below a window of 800", m.StripBottom)
			}
			if strings.HasPrefix(layouts[i].name, "company") && m.Charts < 6 {
				t.Errorf("only %d charts are seen", m.Charts)
			}
		})
	}
}

func TestAnOverlapWouldBeFound(t *testing.T) {
	page := render(t, oneCustomer(), "en")
	broken := strings.Replace(page, "</main>", `<svg class="chart" viewBox="0 0 100 20" width="400" height="80"><text x="5" y="15" font-size="9">one</text><text x="9" y="15" font-size="9">two</text></svg>`+
		`<p style="width:60px;overflow:hidden;white-space:nowrap">much too long a sentence</p><div style="width:2000px">wide</div></main>`, 1)
	m := measure(t, layout{"broken", broken, 1280})[0]
	text := strings.Join(m.Faults, "\n")
	if !strings.Contains(text, "overlap") || !strings.Contains(text, "cut") || m.Width <= 1280 {
		t.Errorf("the measuring script misses faults: %v", m)
	}
}

func TestThePrintedReportHoldsEveryTable(t *testing.T) {
	pdftotext := program(t, "pdftotext")
	whole := regexp.MustCompile(`-?[0-9][0-9.,-]*[0-9]|\b[a-z]{3,12}\b`) // what no line break divides
	for _, lang := range []string{"en", "zh"} {
		page := render(t, twoYears(), lang)
		dir := t.TempDir()
		in, pdf := filepath.Join(dir, "report.html"), filepath.Join(dir, "report.pdf")
		if err := os.WriteFile(in, []byte(page), 0o600); err != nil {
			t.Fatal(err)
		}
		chromium(t, "--no-pdf-header-footer", "--print-to-pdf="+pdf, "file://"+in)
		text, err := exec.Command(pdftotext, "-layout", pdf, "-").Output()
		if err != nil {
			t.Fatal(err)
		}
		squeeze := func(s string) string { return strings.Join(strings.Fields(strings.ReplaceAll(s, minus, "-")), "") }
		printed := squeeze(string(text))
		for name, rows := range tables(page) {
			for _, row := range rows {
				for _, cell := range row {
					for _, word := range whole.FindAllString(cell, -1) {
						if !strings.Contains(printed, word) {
							t.Errorf("%s: %q of table %s is not printed", lang, word, name)
						}
					}
				}
			}
		}
		if pages := bytes.Count(text, []byte("\f")); pages < 5 || pages > 18 {
			t.Errorf("%s: the report prints on %d pages", lang, pages)
		}
		first, _, _ := strings.Cut(string(text), "\f")
		if !strings.Contains(squeeze(first), "2026-09-01-4f1c09ab77de") {
			t.Errorf("%s: the first page runs over onto the second", lang)
		}
		insideTheSheet(t, pdftotext, pdf)
	}
}

// insideTheSheet fails when a printed word reaches over the edge of its page.
func insideTheSheet(t *testing.T, pdftotext, pdf string) {
	t.Helper()
	boxes, err := exec.Command(pdftotext, "-bbox", pdf, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	width := 0.0
	for _, m := range regexp.MustCompile(`<page width="([\d.]+)"|<word xMin="([-\d.]+)"[^>]*xMax="([\d.]+)"[^>]*>([^<]*)`).FindAllStringSubmatch(string(boxes), -1) {
		if m[1] != "" {
			width, _ = strconv.ParseFloat(m[1], 64)
			continue
		}
		left, _ := strconv.ParseFloat(m[2], 64)
		right, _ := strconv.ParseFloat(m[3], 64)
		if left < 20 || right > width-20 {
			t.Errorf("%q is printed from %v to %v on a page of %v", m[4], left, right, width)
		}
	}
}
