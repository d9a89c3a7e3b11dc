package extract

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// unscaled writes a value of decimal(18,scale) as text.
func unscaled(v int64, scale int) string {
	return new(big.Rat).SetFrac(big.NewInt(v), big.NewInt(pow10(scale))).FloatString(scale)
}

func TestAnAmountKeepsItsCents(t *testing.T) {
	for text, want := range map[string]string{
		"1234.5": "1234.5000", "0": "0.0000", "-0.01": "-0.0100", "+7": "7.0000", ".5": "0.5000", "5.": "5.0000", "007": "7.0000",
		"1,234.56": "1234.5600", "1,234,567.89": "1234567.8900", "12,34,567.50": "1234567.5000", "1'234.50": "1234.5000", "1’234.50": "1234.5000",
		"1 234.50": "1234.5000", "1\u00a0234.50": "1234.5000", "1\u2009234\u202f567": "1234567.0000", " 42\t": "42.0000", "\ufeff42": "42.0000",
		"$1,234.56": "1234.5600", "-$5": "-5.0000", "$-5": "-5.0000", "$ 5": "5.0000", "¥1,234.50": "1234.5000", "￥１，２３４．５０": "1234.5000",
		"1,234.50元": "1234.5000", "€12": "12.0000", "12 €": "12.0000", "£3.20": "3.2000", "₹12,34,567": "1234567.0000", "CNY 1,234.50": "1234.5000",
		"1234.50 USD": "1234.5000", "US$20": "20.0000", "HK$ 20": "20.0000",
		"(1,234)": "-1234.0000", "($1,234.50)": "-1234.5000", "$(1,234.50)": "-1234.5000", "1,234-": "-1234.0000", "１２３－": "-123.0000", "−5": "-5.0000", "（５）": "-5.0000",
		"1E3": "1000.0000", "1.5e-3": "0.0015", "1E+2": "100.0000", "0E9": "0.0000", "12345E-2": "123.4500",
		"0.1499999999999999944488848768742172978818416595458984375": "0.1500", "731.9399999999999": "731.9400",
		"0.00005": "0.0001", "-0.00005": "-0.0001", "0.00004999": "0.0000", "1e-30": "0.0000", "99999999999999.9999": "99999999999999.9999",
		"-99999999999999.99994": "-99999999999999.9999", "0000000000000000000000001.5": "1.5000",
	} {
		v, _, _, rule := parseFixed(text, 4, false)
		if got := unscaled(v, 4); rule != "" || got != want {
			t.Errorf("%q is %s (%s), want %s", text, got, rule, want)
		}
	}
}

func TestAGermanAmountKeepsItsCents(t *testing.T) {
	for text, want := range map[string]string{
		"1.234,56": "1234.5600", "1234,5": "1234.5000", "1.234": "1234.0000", "1.234.567": "1234567.0000", "1 234,50 €": "1234.5000",
		"-0,01": "-0.0100", "(1.234,50)": "-1234.5000", "1234": "1234.0000",
	} {
		v, _, _, rule := parseFixed(text, 4, true)
		if got := unscaled(v, 4); rule != "" || got != want {
			t.Errorf("%q is %s (%s), want %s", text, got, rule, want)
		}
	}
}

func TestWhatIsNoAmountIsRefused(t *testing.T) {
	point := []string{
		"1,23", "1,2345", "12,34", "0,123", ",123", "1,234,56", "1,23,456,789", "1.234,56", "1,234 567", "1.2.3", "1 2", "1,,234", "1,234.5,6",
		"12%", "１２％", "NaN", "nan", "Infinity", "-inf", "--5", "-5-", "(5", "5)", "(-5)", "((5))", "$5$", "$USD 5", "5 PCS", "5 kg", "abc", "1a", "0x1F",
		"", " ", "-", "$", "()", ".", "e5", "1e", "1e1.5", "1e99999", "٣", "½", "1\x00", "1\x012", "12 元 3", "USD", "TRY",
	}
	for _, text := range point {
		if v, _, _, rule := parseFixed(text, 4, false); rule != RuleType {
			t.Errorf("%q is %s with rule %q, want rule type", text, unscaled(v, 4), rule)
		}
	}
	for _, text := range []string{"1,234.56", "1234.56", "1.23", "0.5", "1,234,567"} {
		if v, _, _, rule := parseFixed(text, 4, true); rule != RuleType {
			t.Errorf("decimal comma: %q is %s with rule %q, want rule type", text, unscaled(v, 4), rule)
		}
	}
	for _, text := range []string{"100000000000000", "-100000000000000.0", "1e15", "99999999999999.99995", "1e9999", "9999999999999999999999", strings.Repeat("9", 200)} {
		if _, _, _, rule := parseFixed(text, 4, false); rule != RuleOutOfRange {
			t.Errorf("%q: rule %q, want out_of_range", text, rule)
		}
	}
}

func TestDigitsBeyondTheScaleAreCounted(t *testing.T) {
	for text, want := range map[string]bool{
		"1.2345": false, "1.23450000": false, "1.23456": true, "1.00000000000000000000000001": true, "1e-5": true, "0.000000": false,
		"1.500000000000000000000": false, "123456789012.12345678": true,
	} {
		if _, rounded, _, rule := parseFixed(text, 4, false); rule != "" || rounded != want {
			t.Errorf("%q: rounded %v (%s), want %v", text, rounded, rule, want)
		}
	}
}

func TestACurrencyBesideAnAmountIsNoticed(t *testing.T) {
	for _, c := range []struct {
		text, company string
		may           bool
	}{
		{"$5", "USD", true}, {"$5", "CAD", true}, {"$5", "CNY", false}, {"US$5", "CAD", false}, {"€5", "EUR", true}, {"5 €", "USD", false},
		{"¥5", "CNY", true}, {"￥5", "JPY", true}, {"¥5", "USD", false}, {"5元", "CNY", true}, {"5元", "EUR", false}, {"USD 5", "USD", true},
		{"USD 5", "CNY", false}, {"RMB 5", "CNY", true}, {"5", "CNY", true}, {"€5", "", true},
	} {
		_, _, mark, rule := parseFixed(c.text, 4, false)
		if rule != "" || mayMean(mark, c.company) != c.may {
			t.Errorf("%q in a company of %s: mark %q, rule %q, want accepted %v", c.text, c.company, mark, rule, c.may)
		}
	}
}

func TestEveryAmountSurvivesItsWriting(t *testing.T) {
	writings := map[string]func(v int64, scale int) (string, bool){
		"plain":   func(v int64, s int) (string, bool) { return unscaled(v, s), false },
		"grouped": func(v int64, s int) (string, bool) { return group(unscaled(v, s), ",", "."), false },
		"comma":   func(v int64, s int) (string, bool) { return group(unscaled(v, s), ".", ","), true },
		"spaced":  func(v int64, s int) (string, bool) { return group(unscaled(v, s), "\u00a0", ","), true },
		"bracketed": func(v int64, s int) (string, bool) {
			if text := unscaled(v, s); strings.HasPrefix(text, "-") {
				return "(" + text[1:] + ")", false
			}
			return unscaled(v, s), false
		},
		"currency":   func(v int64, s int) (string, bool) { return "¥" + unscaled(v, s), false },
		"scientific": func(v int64, s int) (string, bool) { return fmt.Sprintf("%dE-%d", v, s), false },
		"full width": func(v int64, s int) (string, bool) { return wide(unscaled(v, s)), false },
	}
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Int64Range(-1e18+1, 1e18-1).Draw(t, "v")
		scale := rapid.SampledFrom([]int{0, 4, 6, 10}).Draw(t, "scale")
		for name, write := range writings {
			text, comma := write(v, scale)
			got, rounded, _, rule := parseFixed(text, scale, comma)
			if got != v || rounded || rule != "" {
				t.Fatalf("%s: %q is %d (rounded %v, rule %q), want %d", name, text, got, rounded, rule, v)
			}
		}
	})
}

func group(plain, separator, point string) string {
	sign := ""
	if strings.HasPrefix(plain, "-") {
		sign, plain = "-", plain[1:]
	}
	whole, fraction, found := strings.Cut(plain, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + separator + whole[i:]
	}
	if found {
		whole += point + fraction
	}
	return sign + whole
}

func wide(plain string) string {
	return strings.Map(func(r rune) rune { return r - '!' + '！' }, plain)
}

func TestRoundingIsHalfAwayFromZero(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.StringMatching(`-?[0-9]{1,12}\.[0-9]{1,30}`).Draw(t, "text")
		want := halfAway(t, digits, 4)
		v, _, _, rule := parseFixed(digits, 4, false)
		if rule != "" || v != want {
			t.Fatalf("%s at 4 places is %d (%s), want %d", digits, v, rule, want)
		}
	})
}

// halfAway is the definition: add half a unit to the magnitude and cut.
func halfAway(t *rapid.T, text string, scale int) int64 {
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		t.Fatalf("%q is no number", text)
	}
	sign := int64(r.Sign())
	r.Abs(r).Mul(r, big.NewRat(pow10(scale), 1)).Add(r, big.NewRat(1, 2))
	return sign * new(big.Int).Quo(r.Num(), r.Denom()).Int64()
}

func FuzzParseFixed(f *testing.F) {
	for _, s := range []string{"1,234.56", "(￥１，２３４．５０)", "1E-3", "US$5", "1'234-", "99999999999999.9999"} {
		f.Add(s, true)
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, s string, comma bool) {
		v, _, _, rule := parseFixed(s, 4, comma)
		if rule == "" && !fits18(v) {
			t.Errorf("%q is %d, which is beyond decimal(18,4)", s, v)
		}
		x, _, exactRule := parseExact(s, comma)
		if rule == "" && exactRule == "" {
			if again, _, ok := x.round(4); !ok || again != v {
				t.Errorf("%q is %d as an amount and %d in a computation", s, v, again)
			}
		}
	})
}

func TestTheShortWayToReadAnAmountAgreesWithTheLongOne(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	const letters = "0123456789012345678900--..,, +E"
	for range 200_000 {
		text := make([]byte, r.IntN(21))
		for i := range text {
			text[i] = letters[r.IntN(len(letters))]
		}
		scale, comma := r.IntN(11), r.IntN(4) == 0
		point := byte('.')
		if comma {
			point = ','
		}
		got, ok := parseCell(text, scale, point)
		if !ok {
			continue // the long way decides
		}
		want, rounded, mark, rule := parseFixed(string(text), scale, comma)
		if got != want || rounded || mark != "" || rule != "" {
			t.Fatalf("%q at scale %d is %d, the long way %d (rounded %v, %q, %q)", text, scale, got, want, rounded, mark, rule)
		}
	}
}
