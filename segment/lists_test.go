package segment

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestTheListsThatAreNamedComeFirstAndTheOthersAsTheyWere(t *testing.T) {
	names := func(lists []ListPolicy) (out []string) {
		for _, l := range lists {
			out = append(out, l.Name)
		}
		return out
	}
	if got := names(OrderLists(DefaultLists(English), nil)); !slices.Equal(got, ListNames()) {
		t.Errorf("without an order: %v", got)
	}
	want := []string{Welcome, Keep, Fix, WinBack, Renew, Grow, Rising, Convert}
	if got := names(OrderLists(DefaultLists(Chinese), []string{Welcome, Keep})); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestEveryListHasAnActionInBothLanguages(t *testing.T) {
	for i, l := range DefaultLists(Chinese) {
		if !isChinese(l.Action) || isChinese(DefaultLists(English)[i].Action) || l.Owner == "" || l.DueDays == 0 || Word(Chinese, l.Name) == l.Name {
			t.Errorf("%+v", l)
		}
	}
}

// A capacity is used up when the control group is taken out of the pool, and never passed by more
// than one by what rounding leaves.
func TestAPoolIsTheCapacityAndItsControlGroup(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := ListPolicy{Control: BasisPoints(rapid.Int64Range(0, 5000).Draw(rt, "control"))}
		rows := rapid.IntRange(1, 100_000).Draw(rt, "rows")
		pool := p.PoolOf(rows)
		if called := int64(pool) - int64(pool)*int64(p.Control)/10_000; called < int64(rows)-1 || called > int64(rows)+1 {
			rt.Fatalf("a pool of %d leaves %d for %d rows at %d", pool, called, rows, p.Control)
		}
	})
	if got := (ListPolicy{Control: 1000}).PoolOf(50); got != 55 {
		t.Errorf("50 rows and a tenth left out: a pool of %d", got)
	}
}

func TestEveryPolicyNamesEveryChannelAndEveryReason(t *testing.T) {
	for _, name := range PolicyNames() {
		p, err := Policy(name)
		if err != nil || len(p.Channels) != len(Channels()) || len(p.Reasons) != len(SuppressionReasons()) {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
	}
	if _, err := Policy("hipaa"); err == nil {
		t.Error("there is a policy hipaa")
	}
}

func TestWhoIsSoldToInChinaHasAgreed(t *testing.T) {
	optIn := func(policy string) (out []string) {
		p, err := Policy(policy)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range p.Channels {
			if c.OptIn {
				out = append(out, c.Channel)
			}
		}
		slices.Sort(out)
		return out
	}
	for policy, want := range map[string][]string{
		"pipl": {"email", "phone", "sms"}, "gdpr": {"email", "phone", "sms"}, "can_spam": {"sms"}, "none": nil,
	} {
		if got := optIn(policy); !slices.Equal(got, want) {
			t.Errorf("%s asks for a permission on %v, not %v", policy, got, want)
		}
	}
	gdpr, err := Policy("gdpr")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range gdpr.Channels {
		if counts := slices.Contains(c.Bases, "existing_customer"); counts != (c.Channel == "email") {
			t.Errorf("having bought allows %s: %v", c.Channel, counts)
		}
	}
}

func TestTheCurrencySaysWhichLawHolds(t *testing.T) {
	for currency, want := range map[string]string{"CNY": "pipl", "EUR": "gdpr", "USD": "can_spam", "BRL": "none"} {
		if got := PolicyFor(currency); got != want {
			t.Errorf("%s: %s, not %s", currency, got, want)
		}
	}
}

func TestAPolicyFileSaysWhatIsWrongInWhichLine(t *testing.T) {
	whole := "setting,name,value,source\nchannel,phone,free\nchannel,email,opt_in\nchannel,sms,opt_in\nchannel,visit,free\nbasis,club_member,email\n"
	for _, r := range SuppressionReasons() {
		whole += "reason," + r + "\n"
	}
	p, err := ReadPolicy("own", strings.NewReader(whole))
	if err != nil || p.Name != "own" || !slices.Equal(p.Channels[1].Bases, []string{"club_member"}) {
		t.Fatalf("%+v, %v", p, err)
	}
	for text, want := range map[string]string{
		"":                               "reason staff is missing",
		"name,setting,value\n":           "line 1: the first line is setting,name,value",
		whole + "channel,phone,free\n":   `line 17: channel "phone" with "free"`,
		whole + "channel,pigeon,free\n":  `line 17: channel "pigeon"`,
		whole + "reason,dislike\n":       `line 17: reason "dislike"`,
		whole + "reason,staff\n":         `line 17: reason "staff"`,
		whole + "basis,consent,letter\n": `line 17: basis "consent" for "letter"`,
		whole + "colour,blue\n":          `line 17: unknown setting "colour"`,
		whole + "reason,\"staff\n":       "line 17, column 15",
		strings.Replace(whole, "channel,sms,opt_in\n", "", 1): "channel sms is missing",
	} {
		if _, err := ReadPolicy("own", strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: want %q, got %v", text[max(0, len(text)-30):], want, err)
		}
	}
}
