package publish

import (
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// visible is the text a reader sees, with the texts of charts and hints, one element per line.
func visible(t *testing.T, page string) string {
	t.Helper()
	body := page[strings.Index(page, "<body>"):]
	body = regexp.MustCompile(`(?:title|aria-label)="([^"]*)"`).ReplaceAllString(body, ">$1<x ")
	text := html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(body, "\n"))
	text = strings.NewReplacer(nbsp, " ", minus, "-", "\u2068", "", "\u2069", "").Replace(text)
	return regexp.MustCompile(`\n\s*`).ReplaceAllString(text, "\n")
}

func TestEveryWordIsSaidInBothLanguages(t *testing.T) {
	argument := regexp.MustCompile(`%\[\d\]s`)
	files := listWords() // these name files, columns and keys of the configuration
	for id, w := range allWords() {
		if w.en == "" || w.zh == "" {
			t.Errorf("%s has a language without words", id)
		}
		en, zh := argument.FindAllString(w.en, -1), argument.FindAllString(w.zh, -1)
		slices.Sort(en)
		slices.Sort(zh)
		if !slices.Equal(en, zh) {
			t.Errorf("%s: the languages take different arguments: %q, %q", id, en, zh)
		}
		if strings.ContainsFunc(w.en, han) {
			t.Errorf("%s: Chinese in the English words", id)
		}
		if _, names := files[id]; names {
			continue
		}
		if names := regexp.MustCompile(`“(pharos )?[a-z_]+”|Pharos|JSON|` + products); latin(names.ReplaceAllString(argument.ReplaceAllString(w.zh, ""), "")) != "" {
			t.Errorf("%s: English in the Chinese words: %q", id, w.zh)
		}
	}
}

func TestNoPageTakesAWordFromAnother(t *testing.T) {
	files, err := filepath.Glob("words_*.go")
	if err != nil {
		t.Fatal(err)
	}
	stands := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\t"([a-z_.0-9]+)":\s*\{(?:en|zh):`).FindAllStringSubmatch(string(text), -1) {
			if other := stands[m[1]]; other != "" {
				t.Errorf("the word %s stands in %s and in %s: one of them is never said", m[1], other, file)
			}
			stands[m[1]] = file
		}
	}
	if len(stands) < len(allWords())/2 {
		t.Errorf("only %d of %d words were found", len(stands), len(allWords()))
	}
}

// products are names in every language.
const products = `PostgreSQL|MySQL|MariaDB|SQLite|CSV|Excel|Parquet|M?BG/NBD|Pareto/NBD|NBD|Gamma-Gamma`

func han(r rune) bool { return unicode.Is(unicode.Han, r) }

// latin finds the first run of two Latin letters.
func latin(text string) string { return regexp.MustCompile(`[A-Za-z]{2,}`).FindString(text) }

// Data in a fixture is marked so that what remains on the page are the report's own words: every
// text of the company is a number, a date or in the other script.
func onlyWords(script string) ReportData {
	d := company()
	name := map[string]string{"en": "Acme", "zh": "光"}[script]
	for i := range d.Top {
		d.Top[i].Name, d.Top[i].CustomerID = name, "1"
	}
	for i := range d.Bottom {
		d.Bottom[i].Name, d.Bottom[i].CustomerID, d.Bottom[i].RevenueRank = name, "2", 3
	}
	for i := range d.Drivers {
		d.Drivers[i].Name, d.Drivers[i].CustomerID = name, "1"
	}
	for i := range d.Movers {
		d.Movers[i].Name, d.Movers[i].CustomerID = name, "1"
	}
	for i := range d.Contracts.Due {
		d.Contracts.Due[i].Name, d.Contracts.Due[i].CustomerID, d.Contracts.Due[i].ContractID, d.Contracts.Due[i].Owner = name, "1", "2", "3"
	}
	for i := range d.Potential.Rising {
		d.Potential.Rising[i].Name, d.Potential.Rising[i].CustomerID = name, "1"
	}
	for i := range d.Baskets.Together {
		p := &d.Baskets.Together[i]
		p.NameA, p.NameB, p.A, p.B = name, name, "1", "2"
	}
	for i := range d.Funnel.Stages {
		d.Funnel.Stages[i].Stage = "1"
	}
	for i := range d.Needs {
		if d.Needs[i].By == "category" && d.Needs[i].isNamed() {
			d.Needs[i].Value = fmt.Sprint(i)
		}
	}
	for i := range d.Funnel.Pipeline {
		d.Funnel.Pipeline[i].Stage = "2"
	}
	for i := range d.Funnel.Owners {
		d.Funnel.Owners[i].Owner = "3"
	}
	for i := range d.Actions {
		if d.Actions[i].Owner == "王芳" {
			d.Actions[i].Owner = name
		}
	}
	for i := range d.Sources {
		d.Sources[i].Source = "1"
	}
	for i := range d.Quarantine {
		d.Quarantine[i].Source = "1"
		for j := range d.Quarantine[i].Examples {
			d.Quarantine[i].Examples[j] = QuarantineExample{"1", d.Quarantine[i].Examples[j].Column, "1"}
			if d.Quarantine[i].Examples[j].Column != "" {
				d.Quarantine[i].Examples[j].Column = "phone"
			}
		}
	}
	for i := range d.Verdicts {
		d.Verdicts[i].Source = "1"
	}
	d.Company, d.Run, d.ConfigHash, d.Version = name, "1", "2", "3"
	return d
}

func TestAChineseReaderMeetsNoEnglishWord(t *testing.T) {
	text := visible(t, render(t, onlyWords("zh"), "zh"))
	allowed := regexp.MustCompile(`CNY|Pharos|pharos (?:explain|sql)|phone|retention_cohorts|quality|bridge_causes|restatements|` + products)
	for line := range strings.SplitSeq(allowed.ReplaceAllString(text, ""), "\n") {
		if w := latin(line); w != "" {
			t.Errorf("%q is English in %q", w, line)
		}
	}
}

func TestAnEnglishReaderMeetsNoChineseWord(t *testing.T) {
	text := visible(t, render(t, onlyWords("en"), "en"))
	for line := range strings.SplitSeq(text, "\n") {
		if strings.ContainsFunc(line, han) {
			t.Errorf("Chinese in %q", line)
		}
	}
}

func TestThePageNamesItsLanguage(t *testing.T) {
	for lang, want := range map[string]string{"en": `<html lang="en">`, "zh": `<html lang="zh-Hans">`} {
		if !strings.Contains(render(t, company(), lang), want) {
			t.Errorf("%s: no %s", lang, want)
		}
	}
}

func TestHeadingsComeInOrderAndTablesHaveHeads(t *testing.T) {
	eachCase(t, func(t *testing.T, name, lang, page string) {
		if strings.Count(page, "<h1>") != 1 {
			t.Error("the page has not exactly one title")
		}
		level := 1
		for _, h := range regexp.MustCompile(`<h([1-6])`).FindAllStringSubmatch(page, -1) {
			next := int(h[1][0] - '0')
			if next > level+1 {
				t.Errorf("h%d follows h%d", next, level)
			}
			level = next
		}
		if strings.Count(page, "<table") != strings.Count(page, "<thead") || strings.Contains(page, "<th>") {
			t.Error("a table has no head, or a heading no scope")
		}
		if strings.Count(page, `role="img"`) != strings.Count(page, "<desc ") {
			t.Error("a chart has no description")
		}
		ids := map[string]bool{}
		for _, id := range regexp.MustCompile(` id="([^"]+)"`).FindAllStringSubmatch(page, -1) {
			if ids[id[1]] {
				t.Errorf("two elements have the id %s", id[1])
			}
			ids[id[1]] = true
		}
	})
}

func TestAPhoneNumberInQuarantineStaysOutOfTheReport(t *testing.T) {
	d := company()
	d.Quarantine = append(d.Quarantine,
		QuarantineRule{"customers", "crm", "type", 1, []QuarantineExample{{"a:1", "birth_date", "1990-13-99"}}},
		QuarantineRule{"departures", "hr", "type", 1, []QuarantineExample{{"a:1", "reason", "my husband's illness"}}},
		QuarantineRule{"own_table", "hr", "type", 1, []QuarantineExample{{"a:1", "iban", "DE00 1234"}}})
	page := render(t, d, "en")
	for _, secret := range []string{"13900000000", "13800000000", "1990-13-99", "illness", "DE00"} {
		if strings.Contains(page, secret) {
			t.Errorf("%s stands in the report", secret)
		}
	}
	if !strings.Contains(page, "12O.5") {
		t.Error("the value that broke the rule is not shown")
	}
}

func TestEveryCheckFigureAndMartOfTheSQLHasAName(t *testing.T) {
	words := allWords()
	files, err := filepath.Glob("../../sql/*/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("find the models: %v, %d files", err, len(files))
	}
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(path), ".sql")
		if _, ok := words["check."+name]; !ok && filepath.Base(filepath.Dir(path)) == "checks" {
			t.Errorf("check %s has no name in words_rules.go", name)
		}
		if _, ok := words["mart."+name]; !ok && strings.Contains(string(text), "\n-- mart: yes") {
			t.Errorf("mart %s has no name in words_rules.go", name)
		}
		if name != "kpi_definitions" {
			continue
		}
		for _, kpi := range regexp.MustCompile(`\('([a-z0-9_]+)', '(?:count|money|share|ratio|points|days)'`).FindAllStringSubmatch(string(text), -1) {
			if words["kpi."+kpi[1]].en == "" || words["kpi_is."+kpi[1]].en == "" {
				t.Errorf("key figure %s has no name or no definition in words_kpis.go", kpi[1])
			}
		}
	}
}

func TestTheOrderOfKeyFiguresNamesEachOnce(t *testing.T) {
	order := kpiOrder()
	if len(order) != len(kpiWords()) {
		t.Errorf("%d figures in order, %d with a name", len(order), len(kpiWords()))
	}
	for i, name := range order {
		if kpiWords()["kpi."+name].en == "" || slices.Contains(order[:i], name) {
			t.Errorf("%s has no name, or stands twice", name)
		}
	}
}

func TestEveryRuleOfQuarantineHasAName(t *testing.T) {
	words := allWords()
	text, err := os.ReadFile("../extract/rules.go")
	if err != nil {
		t.Fatal(err)
	}
	rules := regexp.MustCompile(`Rule[A-Z]\w*\s*=\s*"([a-z_]+)"`).FindAllStringSubmatch(string(text), -1)
	if len(rules) == 0 {
		t.Fatal("no rule was found in package extract")
	}
	for _, rule := range rules {
		if words["rule."+rule[1]].en == "" {
			t.Errorf("rule %s has no name in words_rules.go", rule[1])
		}
	}
}
