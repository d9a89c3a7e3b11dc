package analysis

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestWordsKeepTheirOrderAndLoseCaseAndOuterBlanks(t *testing.T) {
	got := Patterns([]ClassWord{
		{Competitive, "", " Competitor "},
		{Competitive, "price", "*Better Offer*"},
		{Natural, "", "   "},
		{Fault, "service", "服务态度"},
		{Fault, "image", `100%_SURE\*`},
	})
	want := []Pattern{
		{1, Competitive, "", "competitor", false},
		{2, Competitive, "price", "%better offer%", true},
		{4, Fault, "service", "服务态度", false},
		{5, Fault, "image", `100\%\_sure\\%`, true},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// A word without a star is compared as it is, so only patterns are escaped.
func TestAWordWithoutAStarIsNeverEscaped(t *testing.T) {
	got := Patterns([]ClassWord{{Fault, "price", "50% too dear"}})
	if got[0].Word != "50% too dear" || got[0].IsPattern {
		t.Errorf("got %+v", got[0])
	}
}

func TestAPatternFitsWhatItsStarsStandForAndNothingElse(t *testing.T) {
	text := rapid.StringOfN(rapid.SampledFrom([]rune(`ab%_\漢`)), 0, 6, -1)
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringOfN(rapid.SampledFrom([]rune(`ab%_\漢*`)), 1, 6, -1).Draw(t, "word")
		said := text.Draw(t, "said")
		if got, want := like([]rune(said), []rune(likePattern(word))), fits([]rune(said), []rune(word)); got != want {
			t.Fatalf("%q like %q is %v, %q fits is %v", said, likePattern(word), got, word, want)
		}
	})
}

// fits says whether a text fits a word whose stars stand for any text.
func fits(text, word []rune) bool {
	if len(word) == 0 {
		return len(text) == 0
	}
	if word[0] == '*' {
		return fits(text, word[1:]) || len(text) > 0 && fits(text[1:], word)
	}
	return len(text) > 0 && text[0] == word[0] && fits(text[1:], word[1:])
}

// like is SQL's like with escape '\'.
func like(text, pattern []rune) bool {
	switch {
	case len(pattern) == 0:
		return len(text) == 0
	case pattern[0] == '%':
		return like(text, pattern[1:]) || len(text) > 0 && like(text[1:], pattern)
	case len(text) == 0:
		return false
	case pattern[0] == '\\':
		return text[0] == pattern[1] && like(text[1:], pattern[2:])
	}
	return (pattern[0] == '_' || text[0] == pattern[0]) && like(text[1:], pattern[1:])
}

func TestEveryPatternOfAWordFitsTheWordItself(t *testing.T) {
	for _, word := range []string{"*质量*", "100%*", `a\b*`, "_*_"} {
		said := strings.ReplaceAll(word, "*", "")
		if !like([]rune(said), []rune(likePattern(word))) {
			t.Errorf("%q does not fit %q", said, word)
		}
	}
}
