package segment

import (
	"slices"
	"testing"
	"unicode"
)

func isChinese(text string) bool {
	return slices.ContainsFunc([]rune(text), func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

func isLatin(text string) bool {
	return slices.ContainsFunc([]rune(text), func(r rune) bool { return unicode.Is(unicode.Latin, r) })
}

func TestEveryWordIsSaidInBothLanguages(t *testing.T) {
	for _, word := range Known() {
		if en := Word(English, word); en == "" || isChinese(en) {
			t.Errorf("%s in English is %q", word, en)
		}
		if zh := Word(Chinese, word); !isChinese(zh) || isLatin(zh) {
			t.Errorf("%s in Chinese is %q", word, zh)
		}
	}
}

func TestTheWordsOfTheMartsAreKnown(t *testing.T) {
	marts := []string{
		High, Medium, Zero, Loss, "no_activity", "no_profit", "ledger", "margin", "partial", "revenue",
		"champions", "loyal", "potential_loyalist", "new", "promising", "need_attention", "about_to_sleep",
		"cannot_lose", "at_risk", "hibernating", "returning", "resurrected", "dormant", "inactive",
		"kind", "region", "country", "age", "income", "rfm", "lifecycle", "tier", "unknown",
	}
	for _, word := range slices.Concat(marts, DefaultBig().Kinds, []string{Fix, Keep, WinBack, Convert}) {
		if _, found := slices.BinarySearch(Known(), word); !found {
			t.Errorf("no word for %q", word)
		}
	}
}

func TestACompanysOwnWordComesBackUnchanged(t *testing.T) {
	for _, word := range []string{"大客户", "Key Account", ""} {
		if got := Word(English, word); got != word {
			t.Errorf("%q became %q", word, got)
		}
	}
}

func TestEveryTierHasItsStrategyBestTierFirst(t *testing.T) {
	for lang, said := range map[string]func(string) bool{English: isLatin, Chinese: isChinese, "de": isLatin} {
		var tiers []string
		for _, s := range Strategies(lang) {
			tiers = append(tiers, s.Tier)
			if !said(s.Text) {
				t.Errorf("strategy of %s in %s is %q", s.Tier, lang, s.Text)
			}
		}
		if want := []string{High, Medium, Zero, Loss}; !slices.Equal(tiers, want) {
			t.Errorf("got %v, want %v", tiers, want)
		}
	}
}
