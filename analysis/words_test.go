package analysis

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"unicode"
)

func isChinese(text string) bool {
	return slices.ContainsFunc([]rune(text), func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

func TestEveryWordIsSaidInBothLanguages(t *testing.T) {
	for _, word := range Known() {
		en, zh := Word(English, word), Word(Chinese, word)
		if en == "" || isChinese(en) {
			t.Errorf("%s in English is %q", word, en)
		}
		if !isChinese(zh) {
			t.Errorf("%s in Chinese is %q", word, zh)
		}
	}
}

func TestAWordOfTheCompanyStaysAsItIs(t *testing.T) {
	for _, lang := range []string{English, Chinese} {
		if got := Word(lang, "delivery_time"); got != "delivery_time" {
			t.Errorf("in %s: %q", lang, got)
		}
	}
}

// The words of the marts stand in SQL as 'word' behind then or else; a new one must be said too.
func TestTheWordsThatTheModelsWriteAreKnown(t *testing.T) {
	written := regexp.MustCompile(`(?:(?:then|else) '([a-z_]+)'|'([a-z_]+)' as reason_code)`)
	for _, file := range []string{
		"analysis/churn_states.sql", "analysis/silences.sql", "analysis/cohort_cells.sql", "analysis/period_steps.sql", "publish/list_places.sql",
		"publish/list_convert.sql", "publish/list_fix.sql", "publish/list_grow.sql", "publish/list_keep.sql", "publish/list_renew.sql",
		"publish/list_rising.sql", "publish/list_welcome.sql", "publish/list_win_back.sql",
	} {
		text, err := os.ReadFile(filepath.Join("..", "sql", filepath.FromSlash(file)))
		if err != nil {
			t.Fatal(err)
		}
		words := written.FindAllStringSubmatch(string(text), -1)
		if len(words) == 0 {
			t.Errorf("%s: no words found", file)
		}
		for _, w := range words {
			if word := w[1] + w[2]; !slices.Contains(Known(), word) {
				t.Errorf("%s writes %q, which has no word", file, word)
			}
		}
	}
}

func TestEveryCauseHasACountermeasureInBothLanguages(t *testing.T) {
	english, chinese := Countermeasures(English), Countermeasures(Chinese)
	if len(english) != len(chinese) {
		t.Fatalf("%d in English, %d in Chinese", len(english), len(chinese))
	}
	fallback := map[string]bool{}
	seen := map[string]bool{}
	for i, c := range english {
		z := chinese[i]
		if c.Class != z.Class || c.SubClass != z.SubClass || isChinese(c.Action) || !isChinese(z.Action) {
			t.Errorf("%+v beside %+v", c, z)
		}
		if key := causeKey(c.Class, c.SubClass); seen[key] {
			t.Errorf("%s stands twice", key)
		} else {
			seen[key] = true
		}
		fallback[c.Class] = fallback[c.Class] || c.SubClass == ""
	}
	for _, class := range []string{Natural, Competitive, Fault, Unclassified} {
		if !fallback[class] {
			t.Errorf("%s has no countermeasure of its own", class)
		}
	}
	for _, subClass := range []string{"quality", "service", "price", "image"} {
		if !seen["fault."+subClass] {
			t.Errorf("fault.%s has no countermeasure", subClass)
		}
	}
}

func TestEvidenceReadsAsASentence(t *testing.T) {
	for _, c := range []struct{ evidence, en, zh string }{
		{"days_silent=120; gap_days=45; limit_days=60; last_activity_on=2025-09-03",
			"silent for 120 days, usual gap at most 45 days, limit 60 days, last activity on 2025-09-03",
			"已沉默 120 天，正常间隔不超过 45 天，判定界限 60 天，最近一次活动 2025-09-03"},
		{"left_on=2025-10-01; reason=50% too dear, a=b", "left on 2025-10-01, stated reason: 50% too dear, a=b", "于 2025-10-01 离开，所述原因：50% too dear, a=b"},
		{"due_on=none", "", ""},
		{"days_silent=9; limit_days=none", "silent for 9 days", "已沉默 9 天"},
		{"a note; weight=3", "a note, 3", "a note，3"},
		{"", "", ""},
	} {
		if got := Evidence(English, c.evidence); got != c.en {
			t.Errorf("%q in English is %q, want %q", c.evidence, got, c.en)
		}
		if got := Evidence(Chinese, c.evidence); got != c.zh {
			t.Errorf("%q in Chinese is %q, want %q", c.evidence, got, c.zh)
		}
	}
}

// Whatever name the models write in churn.evidence has a form.
func TestEveryFactThatTheModelsWriteHasAForm(t *testing.T) {
	name := regexp.MustCompile(`([a-z_]+)=' \|\|`)
	for _, file := range []string{"churn_evidence.sql", "churn_causes.sql"} {
		text, err := os.ReadFile(filepath.Join("..", "sql", "analysis", file))
		if err != nil {
			t.Fatal(err)
		}
		names := name.FindAllStringSubmatch(string(text), -1)
		if len(names) == 0 {
			t.Errorf("%s: no names found", file)
		}
		for _, n := range names {
			if _, known := evidenceForms()[n[1]]; !known {
				t.Errorf("%s writes %s, which has no form", file, n[1])
			}
		}
	}
}
