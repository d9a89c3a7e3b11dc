package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/govalues/decimal"
)

// TestAReportSinceAnEarlierRunSaysWhatTheComparisonSays reads the section back and holds it against diff.
func TestAReportSinceAnEarlierRunSaysWhatTheComparisonSays(t *testing.T) {
	dir, config := mixedRun(t)
	out := filepath.Join(dir, "since.html")
	if said := refused(t, exitUsage, "-c", config, "report", "--since", "previous", "-o", out); !strings.Contains(said, "no published run before the current one") {
		t.Errorf("without an earlier run: %s", said)
	}
	capture(t, "-c", config, "close", "2026-03")
	appendLine(t, dir, "orders.csv", "12,1,B,2026-03-15T10:00:00Z,p1,1,0.50,10.00,3.00")
	appendLine(t, dir, "orders.csv", "13,1,N,2026-06-30T10:00:00Z,p1,1,0.00,8.00,2.00")
	capture(t, "-c", config, "run", "--as-of", "2026-07-02")
	c := compared(t, config)
	for _, lang := range []string{"en", "zh"} {
		capture(t, "-c", config, "report", "--since", "previous", "--lang", lang, "-o", out)
		section := sinceSection(t, out)
		if plain := capture(t, "-c", config, "report", "--lang", lang, "-o", "-"); strings.Count(plain, `<section class="finding`)+1 != sections(t, out) {
			t.Errorf("%s: the report has %d sections beside what changed, the run's own %d", lang, sections(t, out)-1, strings.Count(plain, `<section class="finding`))
		}
		for _, row := range c.rows(t, "sums") {
			if row["position"] != "1" && row["position"] != "2" {
				continue
			}
			for _, column := range []string{"before", "after", "change"} {
				amount, err := decimal.Parse(row[column])
				if err != nil {
					t.Fatal(err)
				}
				if want := strings.ReplaceAll(amount.Round(2).String(), "-", "\u2212"); !strings.Contains(strings.ReplaceAll(section, ",", ""), ">"+want+"<") {
					t.Errorf("%s: %s of %s, %s, is not said", lang, column, row["figure"], want)
				}
			}
		}
		for _, row := range c.rows(t, "customers") {
			if !strings.Contains(section, row["customer_id"]) {
				t.Errorf("%s: customer %s changed and is not named", lang, row["customer_id"])
			}
		}
		if n := strings.Count(section, `class="support"`); n < 2 || strings.Count(section, map[string]string{"en": "The number on page one", "zh": "首页数字"}[lang]) > 1 {
			t.Errorf("%s: %d sentences support the finding, or the light is said twice", lang, n)
		}
	}
	sinceIsRefused(t, config, out)
}

func sections(t *testing.T, path string) int {
	t.Helper()
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Count(string(page), `<section class="finding`)
}

// sinceSection is the section of what changed, of a rendered report.
func sinceSection(t *testing.T, path string) string {
	t.Helper()
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(page), `id="since"`)
	if !ok {
		t.Fatal("the report does not say what changed")
	}
	section, _, _ := strings.Cut(rest, "</section>")
	return section
}

func sinceIsRefused(t *testing.T, config, out string) {
	t.Helper()
	for want, args := range map[string][]string{
		"it is not earlier than run":              {"--since", "current", "--run", "previous", "-o", out},
		"no published run of this name":           {"--since", "2020-01-01-aaaaaaaaaaaa", "-o", out},
		"say where to with -o":                    {"--since", "previous"},
		"the workbook holds the marts of one run": {"--since", "previous", "-o", "x.xlsx"},
		"is not earlier than run 2026-07-02":      {"--since", "current", "-o", out},
	} {
		if said := refused(t, exitUsage, append([]string{"-c", config, "report"}, args...)...); !strings.Contains(said, want) {
			t.Errorf("%q: %s", args, said)
		}
	}
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	_, before, _ := strings.Cut(string(text), "currency: ")
	if err := os.WriteFile(config, []byte(strings.Replace(string(text), "currency: "+before[:3], "currency: JPY", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	capture(t, "-c", config, "run", "--as-of", "2026-07-03")
	if said := refused(t, exitUsage, "-c", config, "report", "--since", "previous", "-o", out); !strings.Contains(said, "JPY") {
		t.Errorf("in another currency: %s", said)
	}
}
