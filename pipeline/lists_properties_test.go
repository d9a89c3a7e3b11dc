package pipeline

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pharos-analytics/pharos/pipeline/model"
	"github.com/pharos-analytics/pharos/segment"
)

// callRound is a company on the evening on which its lists are made: who qualifies for what, who
// said no, who was called lately, who shares a phone. Few customers and small amounts, so that ties,
// shared numbers and full lists are frequent.
type callRound struct {
	lists      []segment.ListPolicy
	policy     segment.SuppressionPolicy
	withheld   string
	customers  []callee
	candidates []claim
}

type callee struct {
	id, owner, tier, kind, email, phone string
	revenue                             int64
	unsettled                           bool
	optOuts                             [][2]string // channel, reason
	consents                            []string    // channels
	touched                             map[string]int64
}

type claim struct {
	list     string
	customer int
	urgency  int64
	value    int64
}

func drawRound(rng *rand.Rand) callRound {
	pick := func(words ...string) string { return words[rng.IntN(len(words))] }
	r := callRound{withheld: writtenLists}
	if rng.IntN(12) == 0 {
		r.withheld = staleOptOuts
	}
	consent, err := segment.Policy(pick(segment.PolicyNames()...))
	if err != nil {
		panic(err)
	}
	rng.Shuffle(len(consent.Reasons), func(i, j int) {
		consent.Reasons[i], consent.Reasons[j] = consent.Reasons[j], consent.Reasons[i]
	})
	r.policy = segment.SuppressionPolicy{Consent: consent, StaffKinds: []string{"Staff"}}
	r.lists = segment.DefaultLists("en")
	rng.Shuffle(len(r.lists), func(i, j int) { r.lists[i], r.lists[j] = r.lists[j], r.lists[i] })
	for i := range r.lists {
		l := &r.lists[i]
		l.Rows, l.PerOwner, l.Control = rng.IntN(6), rng.IntN(4), segment.BasisPoints(rng.IntN(6)*1000)
		l.Owner = pick(segment.AccountManager, "Wang")
		channels := segment.Channels()
		rng.Shuffle(len(channels), func(i, j int) { channels[i], channels[j] = channels[j], channels[i] })
		l.Channels = channels[:1+rng.IntN(len(channels))]
		if rng.IntN(2) == 0 {
			l.CoolDown = []segment.CoolDown{{Channel: pick("any", "phone"), Days: 1 + rng.IntN(20)}}
		}
	}
	for i := range 1 + rng.IntN(14) {
		c := callee{id: fmt.Sprintf("c%02d", i), owner: pick("o1", "o2", "unowned"), tier: pick("high", "medium", "zero", "loss"),
			kind: pick("consumer", "consumer", "consumer", "staff"), email: pick("", "a@x.org", "A@x.org ", fmt.Sprint(i, "@x.org")),
			phone: pick("", "0711 1", "(0711)1", fmt.Sprint("0711-", i+10)), revenue: int64(rng.IntN(3)), unsettled: rng.IntN(4) == 0, touched: map[string]int64{}}
		for range rng.IntN(2) * rng.IntN(3) {
			c.optOuts = append(c.optOuts, [2]string{pick("any", "phone", "email", "visit"), pick("legal_opt_out", "erased", "channel_opt_out", "bounced")})
		}
		for _, channel := range []string{"phone", "email", "sms"} {
			if rng.IntN(2) == 0 {
				c.consents = append(c.consents, channel)
			}
			if rng.IntN(4) == 0 {
				c.touched[channel] = int64(1 + rng.IntN(25))
			}
		}
		r.customers = append(r.customers, c)
		for _, l := range r.lists {
			if rng.IntN(3) == 0 {
				r.candidates = append(r.candidates, claim{l.Name, i, int64(1 + rng.IntN(2)), int64(rng.IntN(4))})
			}
		}
	}
	return r
}

// end is what becomes of a candidate.
type end struct{ status, reason, channel string }

// ends decides customer by customer, as a careful clerk would.
func (r callRound) ends(key []byte) map[[2]string]end {
	out := map[[2]string]end{}
	position := func(list string) int {
		return slices.IndexFunc(r.lists, func(l segment.ListPolicy) bool { return l.Name == list })
	}
	first := map[int]int{} // customer -> the list with the first claim
	for _, c := range r.candidates {
		if p, claimed := first[c.customer]; !claimed || position(c.list) < p {
			first[c.customer] = position(c.list)
		}
	}
	taken := map[string]bool{} // channel and number
	for p, l := range r.lists {
		var claims []claim
		for _, c := range r.candidates {
			if c.list == l.Name {
				claims = append(claims, c)
			}
		}
		slices.SortFunc(claims, func(a, b claim) int {
			x, y := r.customers[a.customer], r.customers[b.customer]
			return cmp.Or(cmp.Compare(a.urgency, b.urgency), cmp.Compare(b.value, a.value), cmp.Compare(y.revenue, x.revenue), cmp.Compare(x.id, y.id))
		})
		var free []callee
		for _, c := range claims {
			customer := r.customers[c.customer]
			at := [2]string{l.Name, customer.id}
			if first[c.customer] != p {
				out[at] = end{"on_other_list", "none", "none"}
				continue
			}
			channel, reason := r.judge(l, customer)
			if number := numberOf(channel, customer); reason == "none" && number != "" {
				if taken[channel+number] {
					reason = "same_contact"
				}
				taken[channel+number] = true
			}
			if reason != "none" {
				out[at] = end{"suppressed", reason, channel}
				continue
			}
			out[at] = end{"over_capacity", "none", channel}
			free = append(free, customer)
		}
		pool := room(l, free, l.PoolOf(l.Rows), l.PoolOf(l.PerOwner))
		left := control(l, pool, key)
		for _, c := range left {
			out[[2]string{l.Name, c.id}] = end{"control", "none", out[[2]string{l.Name, c.id}].channel}
		}
		pool = slices.DeleteFunc(pool, func(c callee) bool {
			return slices.ContainsFunc(left, func(o callee) bool { return o.id == c.id })
		})
		for _, c := range room(l, pool, l.Rows, l.PerOwner) {
			out[[2]string{l.Name, c.id}] = end{"chosen", "none", out[[2]string{l.Name, c.id}].channel}
		}
	}
	return out
}

// judge finds the channel, and the first reason against all of them.
func (r callRound) judge(l segment.ListPolicy, c callee) (channel, reason string) {
	against := map[string]bool{}
	if r.withheld != writtenLists {
		against[r.withheld] = true
	}
	for _, o := range c.optOuts {
		if o[0] == "any" {
			against[o[1]] = true
		}
	}
	if c.kind == "staff" {
		against["staff"] = true
	}
	if l.Selling && c.unsettled {
		against["dispute_or_complaint"] = true
	}
	for _, cool := range l.CoolDown {
		for channel, ago := range c.touched {
			if (cool.Channel == "any" || cool.Channel == channel) && ago < int64(cool.Days) {
				against["cool_down"] = true
			}
		}
	}
	channel = "none"
	ways, barred := 0, map[string]bool{}
	for _, name := range l.Channels {
		if name != "visit" && numberOf(name, c) == "" {
			continue
		}
		ways++
		why := ""
		for _, o := range c.optOuts {
			if o[0] == name {
				why = max(why, o[1])
			}
		}
		rule := r.policy.Consent.Channels[slices.IndexFunc(r.policy.Consent.Channels, func(x segment.ConsentChannel) bool { return x.Channel == name })]
		if why == "" && rule.OptIn && !slices.Contains(c.consents, name) {
			why = "no_consent"
		}
		if why == "" && channel == "none" {
			channel = name
		} else if why != "" {
			barred[why] = true
		}
	}
	switch {
	case ways == 0:
		against["no_contact"] = true
	case channel == "none":
		for why := range barred {
			against[why] = true
		}
	}
	for _, reason := range append(withheldReasons(), r.policy.Consent.Reasons...) {
		if against[reason] {
			return channel, reason
		}
	}
	return channel, "none"
}

// numberOf is the address or number without what writes it differently.
func numberOf(channel string, c callee) string {
	switch channel {
	case "email":
		return strings.ToLower(strings.TrimSpace(c.email))
	case "phone", "sms":
		return strings.NewReplacer(" ", "", "(", "", ")", "", "-", "").Replace(c.phone)
	}
	return ""
}

func room(l segment.ListPolicy, ranked []callee, rows, perOwner int) []callee {
	var out []callee
	calls := map[string]int{}
	for _, c := range ranked {
		caller := c.owner
		if l.Owner != segment.AccountManager {
			caller = l.Owner
		}
		if calls[caller]++; perOwner > 0 && caller != "unowned" && calls[caller] > perOwner {
			continue
		}
		if rows == 0 || len(out) < rows {
			out = append(out, c)
		}
	}
	return out
}

func control(l segment.ListPolicy, pool []callee, key []byte) []callee {
	hash := func(c callee) string {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte("control\x00" + l.Name + "\x00" + c.id))
		return string(mac.Sum(nil))
	}
	var out []callee
	seen := 0
	for _, tier := range []string{"high", "loss", "medium", "zero"} {
		var of []callee
		for _, c := range pool {
			if c.tier == tier {
				of = append(of, c)
			}
		}
		slices.SortFunc(of, func(a, b callee) int { return strings.Compare(hash(a), hash(b)) })
		take := (seen+len(of))*int(l.Control)/10_000 - seen*int(l.Control)/10_000
		seen += len(of)
		out = append(out, of[:take]...)
	}
	return out
}

// give makes the relations that the models of the lists stand on.
func (r callRound) give(t *testing.T, eng *model.DuckDB) {
	t.Helper()
	var candidates, standings, persons, optOuts, consents, touches [][]any
	for _, c := range r.candidates {
		candidates = append(candidates, []any{c.list, r.customers[c.customer].id, c.urgency, "why", money(c.value * 10_000)})
	}
	asOf := day(2026, 1, 1)
	for _, c := range r.customers {
		standings = append(standings, []any{c.id, c.owner, c.tier, c.kind, money(c.revenue * 10_000), c.unsettled, nil})
		persons = append(persons, []any{c.id, c.email, c.phone})
		for _, o := range c.optOuts {
			optOuts = append(optOuts, []any{c.id, o[0], o[1]})
		}
		for _, channel := range c.consents {
			consents = append(consents, []any{c.id, channel, "consent", nil})
		}
		for channel, ago := range c.touched {
			touches = append(touches, []any{c.id, channel, asOf.AddDate(0, 0, -int(ago))})
		}
	}
	cfg := &Config{Lists: r.lists, Suppression: r.policy}
	for _, rel := range append(listRelations(cfg), suppressionRelation(cfg, r.withheld),
		table("run.params", "as_of date").of([][]any{{asOf}}),
		table("publish.list_candidates", "list varchar", "customer_id varchar", "urgency bigint", "reason_code varchar", "value_at_stake decimal(38,4)").of(candidates),
		table("publish.customer_standings", "customer_id varchar", "owner_id varchar", "tier varchar", "kind varchar", "revenue decimal(38,4)", "is_unsettled boolean", "started_on date").of(standings),
		table("staging.persons", "customer_id varchar", "email varchar", "phone varchar").of(persons),
		table("publish.opt_outs", "customer_id varchar", "channel varchar", "reason varchar").of(optOuts),
		table("publish.channel_consents", "customer_id varchar", "channel varchar", "basis varchar", "given_on date").of(consents),
		table("publish.last_touches", "customer_id varchar", "channel varchar", "last_on date").of(touches),
	) {
		if err := eng.CreateFrom(t.Context(), rel.name, rel.columns, rel.rows, ""); err != nil {
			t.Fatal(err)
		}
	}
}

// Eligible, suppressed, on another list, control and over capacity are the candidates exactly, and
// each of them comes to the end to which a clerk would bring them, one by one.
func TestEveryCandidateComesToTheOneEndThatAClerkWouldFind(t *testing.T) {
	rounds := 1000
	if testing.Short() {
		rounds = 100
	}
	keyFile := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(keyFile, []byte("0123456789abcdef\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	models, err := Models(&Config{KeyFile: keyFile})
	if err != nil {
		t.Fatal(err)
	}
	wanted := []string{"publish.list_ranks", "publish.channel_bases", "publish.channel_states", "publish.list_channels", "publish.list_barriers", "publish.list_routes", "publish.list_pool", "publish.control_group", "publish.list_places"}
	models = slices.DeleteFunc(models, func(m model.Model) bool { return !slices.Contains(wanted, m.Relation()) })
	eng, err := openEngine(t.Context(), EngineSetting{MemoryMB: 500, Threads: 1}, model.DuckDBOptions{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer eng.Close()
	seen := map[end]int{}
	for seed := range rounds {
		r := drawRound(rand.New(rand.NewPCG(uint64(seed), 8)))
		r.give(t, eng)
		if err := model.Compute(t.Context(), eng, models, func(model.Model) string { return "" }, nil, wanted...); err != nil {
			t.Fatal(err)
		}
		want := r.ends([]byte("0123456789abcdef"))
		rows, err := eng.Query(t.Context(), "select list, customer_id, status, suppressed_reason, channel from publish.list_places")
		if err != nil {
			t.Fatal(err)
		}
		if len(rows.Values) != len(r.candidates) || len(want) != len(r.candidates) {
			t.Fatalf("round %d: %d ends for %d candidates", seed, len(rows.Values), len(r.candidates))
		}
		for _, row := range rows.Values {
			at := [2]string{row[0].(string), row[1].(string)}
			got := end{row[2].(string), row[3].(string), row[4].(string)}
			if got != want[at] {
				t.Errorf("round %d: %v came to %v, not %v", seed, at, got, want[at])
			}
			seen[end{got.status, got.reason, ""}]++
		}
		if t.Failed() {
			t.Fatalf("round %d: %+v", seed, r)
		}
	}
	for _, status := range []string{"chosen", "control", "over_capacity", "on_other_list"} {
		if seen[end{status, "none", ""}] == 0 {
			t.Errorf("no candidate came to %s: the test shows little", status)
		}
	}
	for _, reason := range append(segment.SuppressionReasons(), staleOptOuts) {
		if seen[end{"suppressed", reason, ""}] == 0 {
			t.Errorf("nobody is suppressed for %s: the test shows little", reason)
		}
	}
}
