package main

import (
	"html"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pharos-analytics/pharos/pipeline"
)

// TestWhoReadsTheAliasedReportLearnsNobodysName looks for every name and id of the demo company, in
// texts, hints and descriptions.
func TestWhoReadsTheAliasedReportLearnsNobodysName(t *testing.T) {
	dir := demoDir(t)
	config := filepath.Join(dir, "pharos.yaml")
	cfg, err := loadConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	c, err := pipeline.OpenRun(t.Context(), cfg, "")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	names := namesOf(t, c)
	if len(names) < 800 {
		t.Fatalf("only %d names and ids are looked for", len(names))
	}
	for _, lang := range pipeline.Languages() {
		page := capture(t, "-c", config, "report", "--aliased", "--lang", lang, "-o", "-")
		for _, n := range told(page, names) {
			t.Errorf("%s: the page tells %q", lang, n)
		}
		if own := told(strings.Replace(page, "</main>", html.EscapeString(names[0])+"</main>", 1), names); len(own) != 1 {
			t.Errorf("%s: a name that stands in the page is found %d times", lang, len(own))
		}
		if n := len(regexp.MustCompile(`(?:Customer|客户) [2-9A-Z]{6}\b`).FindAllString(page, -1)); n < 80 {
			t.Errorf("%s: the page holds %d aliases", lang, n)
		}
	}
}

func TestAnAliasIsTheSameOnEveryNight(t *testing.T) {
	dir, config := mixedRun(t)
	if said := refused(t, exitUsage, "-c", config, "report", "--aliased"); !strings.Contains(said, "has none") {
		t.Errorf("a run without such a report: %s", said)
	}
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	asked := write(t, dir, "aliased.yaml", strings.Replace(string(text), "publish: {", "secrets: { key_file: key }\npublish: { aliased: true,", 1))
	if said := refused(t, exitUsage, "-c", asked, "run", "--as-of", "2026-07-01"); !strings.Contains(said, "publish.aliased: aliases are made with a key") {
		t.Errorf("without a key: %s", said)
	}
	write(t, dir, "key", "0123456789abcdef0123456789abcdef\n")
	var nights []string
	for _, day := range []string{"2026-07-01", "2026-07-02"} {
		capture(t, "-c", asked, "run", "--as-of", day)
		path := strings.TrimSpace(capture(t, "-c", asked, "report", "--aliased", "--lang", "zh"))
		page, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		aliases := regexp.MustCompile(`(?:Customer|客户) [2-9A-Z]{6}\b`).FindAllString(string(page), -1)
		slices.Sort(aliases)
		nights = append(nights, strings.Join(slices.Compact(aliases), " "))
	}
	if nights[0] != nights[1] || nights[0] == "" {
		t.Errorf("on the next night the aliases are others:\n%s\n%s", nights[0], nights[1])
	}
}

// namesOf are the names and ids of customers, contracts and owners, longer than a word of the report may be.
func namesOf(t *testing.T, c *pipeline.Console) []string {
	t.Helper()
	text := answer(t, c, `select customer_id as word from segment.customers union select name from segment.customers where name <> 'unknown'
		union select contract_id from raw.contracts union select owner_id from raw.contracts where owner_id is not null
		union select owner_id from segment.customers where owner_id not in ('unassigned', 'unknown') order by word`)
	return strings.Split(text, " ; ")
}

// told are the names that stand in a page as a word, wherever a reader or a program could find them.
func told(page string, names []string) []string {
	_, body, _ := strings.Cut(page, "</style>")
	body = html.UnescapeString(body)
	inWord := func(text string) bool { return regexp.MustCompile(`^\w$`).MatchString(text) }
	var out []string
	for _, n := range names {
		for at := 0; ; {
			next := strings.Index(body[at:], n)
			if next < 0 {
				break
			}
			at += next + len(n)
			if !inWord(body[at-len(n)-1:at-len(n)]) && !inWord(body[at:at+1]) {
				out = append(out, n)
				break
			}
		}
	}
	return out
}
