package segment

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func accepted(line int, a, b string) MergeRow {
	return MergeRow{Line: line, Decision: MergeAccepted, CustomerID: a, OtherID: b}
}

func refused(line int, a, b string) MergeRow {
	return MergeRow{Line: line, Decision: MergeRefused, CustomerID: a, OtherID: b}
}

func TestAcceptedRowsMergeTransitivelyIntoTheFirstMappingsID(t *testing.T) {
	m, err := Unite([]MergeRow{accepted(2, "b", "c"), {Line: 3, CustomerID: "a", OtherID: "z"}, accepted(4, "d", "c"), accepted(5, "x", "y"), refused(6, "a", "x")})
	if err != nil {
		t.Fatal(err)
	}
	places := map[string]int64{"b": 1, "c": 1, "d": 0, "x": 2, "y": 2}
	want := []Identity{
		{SourceID: "b", CustomerID: "d", LinkedID: "c", Line: 2},
		{SourceID: "c", CustomerID: "d", LinkedID: "d", Line: 4},
		{SourceID: "y", CustomerID: "x", LinkedID: "x", Line: 5},
	}
	if diff := cmp.Diff(want, m.Identities(func(id string) int64 { return places[id] })); diff != "" {
		t.Error(diff)
	}
}

func TestARefusalIsNeverOutvoted(t *testing.T) {
	_, err := Unite([]MergeRow{accepted(2, "a", "b"), accepted(3, "q", "r"), accepted(5, "b", "c"), refused(9, "c", "a"), refused(10, "r", "q")})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"line 9 refuses that c and a are one customer, and what is accepted in lines 2 and 5", "line 10 refuses that r and q are one customer, and what is accepted in line 3"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
}

// proposals runs the whole search over profiles.
func proposals(t *testing.T, matches []Match, profiles []Profile, rows ...MergeRow) []MergeRow {
	t.Helper()
	c := NewCandidates(matches)
	for _, p := range profiles {
		c.Add(p)
	}
	c.Pair()
	for _, p := range profiles {
		c.Keep(p)
	}
	out, err := c.Propose(rows)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

var fourMatches = []Match{{Kind: MatchTaxID}, {Kind: MatchEmail}, {Kind: MatchPhone}, {Kind: MatchName}}

func profile(id string, place int64, name, tax, email, phone string) Profile {
	return Profile{ID: id, Place: place, Name: name, Values: [][]string{{tax}, {email}, {phone}, {name}}}
}

func said(rows []MergeRow) []string {
	var out []string
	for _, r := range rows {
		out = append(out, fmt.Sprintf("%s %s %s: %s", r.CustomerID, r.OtherID, r.Score, r.Evidence))
	}
	return out
}

func TestProposalsSayWhyAndTheLikeliestComesFirst(t *testing.T) {
	got := said(proposals(t, fourMatches, []Profile{
		profile("c9", 1, "Acme Corp", "DE123456789", "", ""),
		profile("e1", 0, "Acme GmbH", "123 456 789", "info@acme.example", "0711 554433"),
		profile("s4", 2, "ACME", "", "Info@Acme.example", "+49 711 554433"),
		profile("s5", 2, "明光通信有限公司", "", "", "0755-88886666"),
		profile("e7", 0, "深圳明光通信", "", "", "+86 755 88886666"),
		profile("s6", 2, "Harbour Cleaning", "", "", "0711 554433"), // a switchboard
		profile("e8", 0, "Silk Road Traders", "111222333", "", ""),
		profile("c8", 1, "Silk Road Trader", "444555666", "", ""), // two tax ids are two companies
		profile("e5", 0, "Blue Whale Fisheries", "", "", ""),
		profile("c5", 1, "Blue Whale Fisherie", "", "", ""),
		profile("e6", 0, "Store 12 Lisbon", "", "", ""),
		profile("c6", 1, "Store 13 Lisbon", "", "", ""),
	}))
	want := []string{
		"e1 c9 0.98: tax_id same, name 1.00",
		"e1 s4 0.98: email same, phone same, name 1.00",
		"e7 s5 0.81: phone same, name 0.66",
		"e5 c5 0.66: name 0.94",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestNobodyIsAskedTwice(t *testing.T) {
	three := []Profile{profile("a", 0, "Acme", "123456789", "", ""), profile("b", 1, "Acme", "123456789", "", ""), profile("c", 2, "Acme", "123456789", "", "")}
	for _, c := range []struct {
		why  string
		rows []MergeRow
		want int
	}{
		{"two rows connect three ids", nil, 2},
		{"an open row is asked already", []MergeRow{{Line: 2, CustomerID: "c", OtherID: "b"}}, 1},
		{"an accepted row is decided", []MergeRow{accepted(2, "a", "b")}, 1},
		{"two accepted rows say all", []MergeRow{accepted(2, "a", "b"), accepted(3, "c", "b")}, 0},
		{"a refusal holds for the merged customer", []MergeRow{accepted(2, "a", "b"), refused(3, "c", "b")}, 0},
		{"refused pairs are not asked again", []MergeRow{refused(2, "a", "b"), refused(3, "a", "c"), refused(4, "c", "b")}, 0},
	} {
		if got := said(proposals(t, fourMatches, three, c.rows...)); len(got) != c.want {
			t.Errorf("%s: %v, want %d", c.why, got, c.want)
		}
	}
}

func TestAValueThatManyShareIsNoReason(t *testing.T) {
	var crowd []Profile
	for i := range mostSharing + 1 {
		crowd = append(crowd, profile(fmt.Sprintf("k%02d", i), 0, "", "", "nobody@example.com", ""))
	}
	if got := said(proposals(t, fourMatches, crowd)); got != nil {
		t.Errorf("proposed %v", got)
	}
	if got := said(proposals(t, fourMatches, crowd[1:])); len(got) != mostSharing-1 {
		t.Errorf("%d of %d proposed", len(got), mostSharing-1)
	}
}

// TestNoSimilarNamesAreMissed compares the prefix filter with comparing all with all.
func TestNoSimilarNamesAreMissed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching("[ab]{1,3}[明光通信ab]{0,5}( [abc]{2,4})?")
		names := rapid.SliceOfN(word, 2, 12).Draw(t, "names")
		c := NewCandidates([]Match{{Kind: MatchName}})
		for i, name := range names {
			c.Add(Profile{ID: fmt.Sprint(i), Values: [][]string{{name}}})
		}
		c.Pair()
		for i := range names {
			for j := range i {
				pair := [2]uint32{uint32(j), uint32(i)}
				if alike := NameSimilarity(names[i], names[j]); alike >= leastSimilar != slices.Contains(c.pairs, pair) {
					t.Fatalf("%q and %q are alike by %d, and a pair: %v", names[i], names[j], alike, slices.Contains(c.pairs, pair))
				}
			}
		}
	})
}

// TestTheOrderOfTheProfilesChangesNothing holds because a load may deliver rows in any order.
func TestTheOrderOfTheProfilesChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 10).Draw(t, "n")
		var profiles []Profile
		for i := range n {
			draw := func(label string, of ...string) string { return rapid.SampledFrom(append(of, "")).Draw(t, label) }
			profiles = append(profiles, profile(fmt.Sprint(i), int64(i%3), draw("name", "Acme Ltd", "Acme Tea", "Acme Teas"),
				draw("tax", "123456789", "987654321"), draw("mail", "a@b.org", "c@d.org"), draw("phone", "7115544", "7115545")))
		}
		run := func(ps []Profile) []MergeRow {
			c := NewCandidates(fourMatches)
			for _, p := range ps {
				c.Add(p)
			}
			c.Pair()
			for _, p := range ps {
				c.Keep(p)
			}
			rows, err := c.Propose(nil)
			if err != nil {
				t.Fatal(err)
			}
			return rows
		}
		if diff := cmp.Diff(run(profiles), run(rapid.Permutation(profiles).Draw(t, "order"))); diff != "" {
			t.Fatal(diff)
		}
	})
}

func BenchmarkAMillionProfiles(b *testing.B) {
	first := strings.Fields("Nord Sued West Ost Silver Golden Blue Green Rapid Noble Silent Bright 明光 华为 光迅 中天 亨通 长飞 烽火 海信 东方 北方")
	second := strings.Fields("Whale Falcon River Stone Harbour Cable Optics Photon Signal Bridge Tower 通信 电子 科技 光电 网络 贸易 实业 集团 技术")
	for b.Loop() {
		c := NewCandidates(fourMatches)
		each := func(see func(Profile)) {
			for i := range 1_000_000 {
				name := fmt.Sprintf("%s %s %c%c%c Ltd", first[i%22], second[i/22%20], 'a'+i/440%26, 'a'+i/11440%26, 'a'+i/297440%26)
				see(profile(fmt.Sprint(i), 0, name, fmt.Sprint(100_000_000+i), fmt.Sprintf("buyer%d@shop.example", i), fmt.Sprint(7_000_000+i)))
			}
		}
		each(c.Add)
		c.Pair()
		each(c.Keep)
		rows, err := c.Propose(nil)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(rows)), "proposals")
	}
}
