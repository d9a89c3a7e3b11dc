package main

import (
	"html"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pharos-analytics/pharos/cmd/pharos/mingguang"
	"github.com/pharos-analytics/pharos/pipeline"
	"github.com/pharos-analytics/pharos/pipeline/publish/reporttest"
)

// maxReport is the size that a report may have to go through any mail gateway, in bytes.
const maxReport = 1_000_000

// realReports are the reports of whole runs: the demo company, made here, and real retail data.
func realReports(t *testing.T) map[string]*pipeline.Console {
	t.Helper()
	if testing.Short() {
		t.Skip("whole runs and a browser; -short leaves them out")
	}
	dir := demoDir(t)
	if _, err := os.Stat(filepath.Join(dir, "README.md")); err != nil {
		t.Errorf("the demo explains itself nowhere: %v", err)
	}
	cfg, err := loadConfig(filepath.Join(dir, "pharos.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	demo, err := pipeline.OpenRun(t.Context(), cfg, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { demo.Close() })
	if demo.Manifest.AsOf != mingguang.AsOf {
		t.Errorf("the demo is computed as of %s", demo.Manifest.AsOf)
	}
	all := map[string]*pipeline.Console{"demo": demo}
	// The browser may look at the demo where the packs are not; the packs are asked for last.
	if _, err := os.Stat(filepath.Join(repository(t), "..", "shared", "data")); err == nil || os.Getenv("PHAROS_REQUIRE") == "all" {
		all["online_retail"] = runPack(t, "online_retail", "2011-12-10")
	} else {
		t.Log("the real data packs are not beside the repository (../shared/data): only the demo is looked at")
	}
	return all
}

// pageOf is the published report of a run in a language.
func pageOf(t *testing.T, c *pipeline.Console, lang string) string {
	t.Helper()
	name := "report.html"
	if lang != c.Manifest.Language {
		name = "report." + lang + ".html"
	}
	b, err := os.ReadFile(filepath.Join(c.Dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestTheRealReportsFitScreensAndSheets(t *testing.T) {
	runs := realReports(t)
	var pages []reporttest.Page
	for _, name := range slices.Sorted(maps.Keys(runs)) {
		for _, lang := range pipeline.Languages() {
			page := pageOf(t, runs[name], lang)
			if len(page) >= maxReport {
				t.Errorf("%s in %s has %d bytes", name, lang, len(page))
			}
			pages = append(pages, reporttest.Page{Name: name + "_" + lang, HTML: page})
			if lang == "zh" {
				for _, word := range untranslated(t, runs[name], page) {
					t.Errorf("%s: %q is not Chinese", name, word)
				}
			}
			printedWell(t, name+"_"+lang, page, runs[name].Manifest.ID)
		}
	}
	checkSeen(t, pages)
}

// checkSeen looks at reports of whole runs in every view.
func checkSeen(t *testing.T, pages []reporttest.Page) {
	t.Helper()
	for _, seen := range reporttest.Look(t, pages, reporttest.Views()) {
		name := seen.Page.Name + "_" + seen.View.String()
		for _, fault := range seen.Faults {
			t.Errorf("%s: %s", name, fault)
		}
		if seen.Width > float64(seen.View.Width) && !seen.View.Print {
			t.Errorf("%s: the page is %v wide and scrolls sideways", name, seen.Width)
		}
		if seen.View.Width == 1440 && seen.StripBottom > 900 {
			t.Errorf("%s: page one ends at %v, below a window of 900", name, seen.StripBottom)
		}
		if seen.Charts < 6 {
			t.Errorf("%s: only %d charts are seen", name, seen.Charts)
		}
		if want := seen.View.Dark && !seen.View.Print; seen.DarkGround != want {
			t.Errorf("%s: the ground is dark: %t", name, seen.DarkGround)
		}
	}
}

// printedWell prints a report: the first page stands alone, nothing reaches over an edge, no
// sheet is next to empty but the last, and the provenance is in one piece.
func printedWell(t *testing.T, name, page, run string) {
	t.Helper()
	sheets := reporttest.Print(t, page)
	for _, fault := range sheets.Outside(t) {
		t.Errorf("%s: %s", name, fault)
	}
	if !strings.Contains(sheets.Pages[0], run) {
		t.Errorf("%s: the first page runs over onto the second", name)
	}
	last := len(sheets.Pages) - 1
	if last > 35 {
		t.Errorf("%s: %d sheets", name, last+1)
	}
	for i, text := range sheets.Pages {
		lines := 0
		for line := range strings.Lines(text) {
			if strings.TrimSpace(line) != "" {
				lines++
			}
		}
		if lines < 6 && i < last {
			t.Errorf("%s: sheet %d holds %d lines:\n%s", name, i+1, lines, text)
		}
	}
	if !strings.Contains(sheets.Pages[last], run) {
		t.Errorf("%s: the last sheet does not say which run this is:\n%s", name, sheets.Pages[last])
	}
}

// untranslated finds the Latin words of a Chinese page that are no words of the company's own:
// neither its names, ids and values, nor those of its sources and files.
func untranslated(t *testing.T, c *pipeline.Console, page string) []string {
	t.Helper()
	body := regexp.MustCompile(`(?s)<(style|script)[^>]*>.*?</(style|script)>`).ReplaceAllString(page[strings.Index(page, "<body>"):], "")
	body = regexp.MustCompile(`(?:title|aria-label)="([^"]*)"`).ReplaceAllString(body, ">$1<x ")
	text := html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(body, " "))
	own := companyWords(t, c)
	var found []string
	for _, word := range regexp.MustCompile(`[A-Za-z][A-Za-z_.-]*[A-Za-z]`).FindAllString(text, -1) {
		if !own[word] && !slices.Contains(found, word) {
			found = append(found, word)
		}
	}
	return found
}

// companyWords are the words that stay as they are: names, values and ids of the company, names of its sources
// and their kinds, names of commands and marts, the currency, and hexadecimal numbers of the run.
func companyWords(t *testing.T, c *pipeline.Console) map[string]bool {
	t.Helper()
	text := answer(t, c, "select customer_id, name, region, country, city, industry from raw.customers left join raw.persons using (customer_id)") + " " +
		strings.ReplaceAll(answer(t, c, "select distinct attribute, value from raw.customer_attributes"), "_", " ") + " " +
		answer(t, c, "select source, location, column_name, value from publish.quarantine") + " " +
		answer(t, c, "select contract_id, owner_id from raw.contracts") + " " +
		c.Manifest.Company + " " + c.Manifest.Currency + " " + c.Manifest.Version + " " + c.Manifest.ID + " " + c.Manifest.ConfigHash +
		" Pharos pharos explain sql CSV SQLite Excel JSON Parquet PostgreSQL MySQL MariaDB BG MBG NBD Pareto Gamma-Gamma retention_cohorts quality"
	for _, l := range c.Manifest.Loads {
		text += " " + l.Source
	}
	for _, s := range c.Manifest.Observed.Boundary {
		text += " " + s.Source + " " + s.Kind
	}
	own := map[string]bool{}
	for _, word := range regexp.MustCompile(`[A-Za-z][A-Za-z_.-]*[A-Za-z]`).FindAllString(text, -1) {
		own[word] = true
	}
	return own
}
