package publish

import (
	"strings"
	"testing"

	"github.com/govalues/decimal"
)

func TestAmountsAreReadAtAGlanceInBothLanguages(t *testing.T) {
	for _, c := range []struct{ amount, currency, en, zh, exact string }{
		{"1940000", "CNY", "CNY 1.94 M", "CNY 194 万", "1,940,000.00"},
		{"-1980.7400", "USD", "-USD 1.98 K", "-USD 1,981", "-1,980.74"},
		{"999950", "EUR", "EUR 1.00 M", "EUR 100 万", "999,950.00"},
		{"999499", "EUR", "EUR 999 K", "EUR 99.9 万", "999,499.00"},
		{"123456789", "CNY", "CNY 123 M", "CNY 1.23 亿", "123,456,789.00"},
		{"99999999", "CNY", "CNY 100 M", "CNY 1.00 亿", "99,999,999.00"},
		{"12345678", "CNY", "CNY 12.3 M", "CNY 1,235 万", "12,345,678.00"},
		{"2500000000", "JPY", "JPY 2.50 B", "JPY 25.0 亿", "2,500,000,000"},
		{"12.5", "GBP", "GBP 12.50", "GBP 12.50", "12.50"},
		{"0.005", "GBP", "GBP 0.01", "GBP 0.01", "0.01"},
		{"-0.004", "GBP", "GBP 0.00", "GBP 0.00", "0.00"},
		{"0", "GBP", "GBP 0", "GBP 0", "0.00"},
		{"2.345", "KWD", "KWD 2.345", "KWD 2.345", "2.345"},
		{"0.125", "USD", "USD 0.13", "USD 0.13", "0.13"},
	} {
		d := decimal.MustParse(c.amount)
		for lang, want := range map[string]string{"en": c.en, "zh": c.zh} {
			s := newSpeech(lang, c.currency)
			if got := ascii(s.money(d)); got != want {
				t.Errorf("%s %s in %s: %q, want %q", c.amount, c.currency, lang, got, want)
			}
			if got := ascii(s.exact(d)); got != c.exact {
				t.Errorf("%s exactly: %q, want %q", c.amount, got, c.exact)
			}
		}
	}
}

func ascii(text string) string { return strings.NewReplacer(nbsp, " ", minus, "-").Replace(text) }

func TestSharesNeverShowANegativeZeroOrNonsense(t *testing.T) {
	s := newSpeech("en", "EUR")
	zero := 0.0
	for _, c := range []struct {
		share *float64
		want  string
	}{{nil, noValue}, {ptr(-0.0001), "0.0 %"}, {ptr(-0.25), "-25.0 %"}, {ptr(12.345), "1,234.5 %"}, {ptr(1 / zero), noValue}} {
		if got := ascii(s.percent(c.share)); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestANameFromOutsideCannotTurnTheTextAround(t *testing.T) {
	for name, want := range map[string]string{
		"\u202eevil\u202c": "evil", "a\nb\tc": "a b c", "a\x1b[31mb": "a[31mb", "\u2066x\u2069\u200f": "x", "👩\u200d🔬": "👩\u200d🔬", " \u3000a ": "a", "\xff": "\ufffd",
	} {
		if got := plain(name); got != want {
			t.Errorf("%q became %q, want %q", name, got, want)
		}
	}
}

func TestALongNameIsShortenedByItsWidthNotItsBytes(t *testing.T) {
	for _, c := range []struct {
		name  string
		width int
		want  string
	}{{"明光通信", 8, "明光通信"}, {"明光通信", 7, "明光通…"}, {"Mingguang", 5, "Ming…"}, {"", 3, ""}} {
		if got := shorten(c.name, c.width); got != c.want || cells(got) > c.width {
			t.Errorf("%q in %d: %q, want %q", c.name, c.width, got, c.want)
		}
	}
}

func TestTicksCoverTheValuesWithRoundSteps(t *testing.T) {
	for _, c := range [][2]float64{{0, 1}, {0, 0}, {-962, 20_500_000}, {-5, -1}, {0, 0.0456}, {-3e12, 9e12}, {0, 7}} {
		steps := ticks(min(c[0], 0), max(c[1], 0))
		if steps[0] > c[0] || steps[len(steps)-1] < c[1] || len(steps) < 3 || len(steps) > 12 {
			t.Errorf("%v: %v", c, steps)
		}
	}
}
