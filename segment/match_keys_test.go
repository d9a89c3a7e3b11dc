package segment

import "testing"

func TestValuesThatMeanTheSameHaveOneKey(t *testing.T) {
	for _, c := range []struct {
		kind string
		same []string
	}{
		{MatchTaxID, []string{"91440300MA5DA1234X", " 91440300ma5da1234x ", "９１４４０３００ＭＡ５ＤＡ１２３４Ｘ", "9144-0300-MA5D-A1234X"}},
		{MatchTaxID, []string{"DE 123 456 789", "de123456789", "123456789"}},
		{MatchEmail, []string{"Anna.Berg@Example.ORG", " anna.berg@example.org", "mailto:anna.berg+news@example.org", "ａｎｎａ．ｂｅｒｇ＠example.org"}},
		{MatchEmail, []string{"li@googlemail.com", "li@gmail.com"}},
		{MatchPhone, []string{"+86 138 0013 8000", "13800138000", "8613800138000", "0086-13800138000", "138 0013 8000 转 12"}},
		{MatchPhone, []string{"+49 (0)711 / 55 44-33", "0711/554433", "0049 711 554433", "+49711554433 ext 7"}},
		{MatchPhone, []string{"+86 755 8888 6666", "0755-88886666", "（0755）88886666"}},
		{MatchPhone, []string{"+1 (212) 555-0100", "212.555.0100", "001 212 555 0100"}},
		{MatchPhone, []string{"+351 900 123 456", "900123456"}},
		{MatchName, []string{"Acme Corporation", "ACME Corp.", "The Acme Co., Ltd.", "acme  gmbh & co. kg", "Ａｃｍｅ Inc"}},
		{MatchName, []string{"深圳市明光通信有限公司", "深圳市明光通信股份有限公司", " 深圳市明光通信 ", "深圳市明光通信有限責任公司"}},
		{MatchName, []string{"Müller Søndergård A/S", "muller sondergard as", "Sondergard, Muller"}},
		{MatchName, []string{"Ferrari S.p.A.", "FERRARI SPA"}},
	} {
		for _, v := range c.same {
			if got, want := matchKey(c.kind, v), matchKey(c.kind, c.same[0]); got != want || got == "" {
				t.Errorf("%s %q: key %q, want %q", c.kind, v, got, want)
			}
		}
	}
}

func TestValuesThatDifferHaveTheirOwnKeys(t *testing.T) {
	for _, c := range []struct{ kind, a, b string }{
		{MatchTaxID, "91440300MA5DA1234X", "91440300MA5DA1235X"},
		{MatchEmail, "info@acme.example", "info@acme.example.org"},
		{MatchPhone, "13800138000", "15800138000"},
		{MatchPhone, "0755-88886666", "0756-88886666"},
		{MatchName, "明光集团有限公司", "明光有限公司"},
		{MatchName, "明光控股有限公司", "明光有限公司"},
		{MatchName, "明光通信有限公司", "明光通信有限公司北京分公司"},
		{MatchName, "Acme GmbH", "Acma GmbH"},
	} {
		if matchKey(c.kind, c.a) == matchKey(c.kind, c.b) {
			t.Errorf("%s: %q and %q have one key %q", c.kind, c.a, c.b, matchKey(c.kind, c.a))
		}
	}
}

func TestAPlaceholderSaysNothing(t *testing.T) {
	for kind, values := range map[string][]string{
		MatchTaxID: {"", "n/a", "无", "000000000", "none-known", "12"},
		MatchEmail: {"", "none", "@example.org", "a@b", "a@b@c.org", "x@a.org; y@b.org"},
		MatchPhone: {"", "110", "0000000000", "无", "+"},
		MatchName:  {"", "  ", "—"},
	} {
		for _, v := range values {
			if key := matchKey(kind, v); key != "" {
				t.Errorf("%s %q has the key %q", kind, v, key)
			}
		}
	}
	if key := matchKey(MatchName, "公司"); key != "公司" {
		t.Errorf("a name that is only a legal form has the key %q", key)
	}
}

// TestNamesAreAlikeByTheirPairsOfLetters has figures that can be counted by hand: acme in its ends
// has _a ac cm me e_, acne has _a ac cn ne e_, three of five in common.
func TestNamesAreAlikeByTheirPairsOfLetters(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want BasisPoints
	}{
		{"Acme", "Acne", 6000},
		{"Acme Inc", "acme GmbH", 10000},
		{"明光通信", "明光通讯", 6000},           // _明 明光 光通 of _明 明光 光通 通信 信_
		{"深圳明光通信有限公司", "明光通信（深圳）", 8000}, // 明光 光通 通信 信_ _深 深圳, of 7 and of 8
		{"Store 12", "Store 13", 0},
		{"Store 12", "Store 12 Ltd", 10000},
		{"Acme", "", 0},
		{"", "", 0},
	} {
		if got := NameSimilarity(c.a, c.b); got != c.want {
			t.Errorf("%s and %s: %d, want %d", c.a, c.b, got, c.want)
		}
		if NameSimilarity(c.a, c.b) != NameSimilarity(c.b, c.a) {
			t.Errorf("%s and %s are not alike both ways", c.a, c.b)
		}
	}
}
