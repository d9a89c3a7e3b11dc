package pipeline

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/model"
	"github.com/pharos-analytics/pharos/segment"
)

// controlGroup is who would be called and is not, so that what calling does can be measured.
const controlGroup = "control_group"

// listRelations are what the configuration says about the target lists.
func listRelations(cfg *Config) []relation {
	var lists, channels, coolDowns [][]any
	for i, l := range cfg.Lists {
		lists = append(lists, []any{l.Name, int64(i + 1), int64(l.Rows), int64(l.PerOwner), int64(l.PoolOf(l.Rows)), int64(l.PoolOf(l.PerOwner)), int64(l.Control),
			l.Action, l.Owner, l.Selling, int64(l.DueDays), int64(l.Within)})
		for j, c := range l.Channels {
			channels = append(channels, []any{l.Name, int64(j + 1), c})
		}
		for _, c := range l.CoolDown {
			coolDowns = append(coolDowns, []any{l.Name, c.Channel, int64(c.Days)})
		}
	}
	return append(consentRelations(cfg.Suppression),
		table("run.lists", "list varchar", "position bigint", "capacity bigint", "per_owner bigint", "pool_capacity bigint", "pool_per_owner bigint", "control_bp bigint",
			"action varchar", "owner varchar", "is_selling boolean", "due_days bigint", "within_days bigint").of(lists),
		table("run.list_channels", "list varchar", "position bigint", "channel varchar").of(channels),
		table("run.cool_downs", "list varchar", "channel varchar", "days bigint").of(coolDowns))
}

// consentRelations are what the consent policy says, with the words that companies use.
func consentRelations(p segment.SuppressionPolicy) []relation {
	words, err := segment.PolicyWords()
	if err != nil {
		panic(fmt.Sprintf("pipeline: the policy words are part of the program: %v", err))
	}
	var channels, bases, reasons, reasonWords, channelWords [][]any
	for _, c := range p.Consent.Channels {
		channels = append(channels, []any{c.Channel, c.OptIn})
		for i, basis := range c.Bases {
			for _, w := range words {
				if w.Kind == segment.BasisWord && w.Means == basis {
					bases = append(bases, []any{c.Channel, int64(i + 1), basis, w.Word})
				}
			}
			if !slices.ContainsFunc(words, func(w segment.PolicyWord) bool { return w.Kind == segment.BasisWord && w.Word == basis }) {
				bases = append(bases, []any{c.Channel, int64(i + 1), basis, strings.ToLower(basis)}) // a word of the company's own policy
			}
		}
	}
	for i, reason := range append(withheldReasons(), p.Consent.Reasons...) {
		reasons = append(reasons, []any{int64(i + 1), reason})
	}
	pattern := strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`, "*", "%")
	for _, w := range words {
		switch w.Kind {
		case segment.ReasonWord:
			reasonWords = append(reasonWords, []any{int64(len(reasonWords) + 1), pattern.Replace(w.Word), w.Means})
		case segment.ChannelWord:
			channelWords = append(channelWords, []any{w.Word, w.Means})
		}
	}
	return []relation{
		table("run.consent_channels", "channel varchar", "needs_consent boolean").of(channels),
		table("run.consent_bases", "channel varchar", "position bigint", "basis varchar", "word varchar").of(bases),
		table("run.suppression_reasons", "position bigint", "reason varchar").of(reasons),
		table("run.suppression_words", "position bigint", "word varchar", "reason varchar").of(reasonWords),
		table("run.channel_words", "word varchar", "channel varchar").of(channelWords),
		table("run.staff_kinds", "kind varchar").of(each(p.StaffKinds, func(k string) []any { return []any{strings.ToLower(k)} })),
	}
}

// suppressionRelation is run.suppression_policy.
func suppressionRelation(cfg *Config, withheld string) relation {
	return table("run.suppression_policy", "policy varchar", "withheld varchar").of([][]any{{orWord(cfg.Suppression.Consent.Name, "none"), orWord(withheld, writtenLists)}})
}

// controlStep draws the control group of each list: the configured share of the pool, the same in
// every tier, those whose keyed hash is the least. The draw is random to who does not hold the key,
// and next to the same from night to night, so that who was left out stays left out.
func controlStep(keyFile string) model.Model {
	m := model.Model{Schema: "publish", Name: controlGroup, Path: "publish." + controlGroup, Output: namedColumns("list varchar", "customer_id varchar"),
		Header: model.Header{Sentence: "A candidate who would be called and is left out, to measure what calling does.", Grain: listed("list, customer_id")}}
	for _, relation := range []string{"run.lists", "publish.list_pool"} {
		m.Refs = append(m.Refs, refTo(relation))
	}
	m.Step = func(ctx context.Context, from model.Reader, add func(...any) error) error {
		return drawControl(ctx, from, keyFile, add)
	}
	return m
}

// pooled is a member of a list's pool.
type pooled struct {
	list, tier, customer string
	hash                 [sha256.Size]byte
}

func drawControl(ctx context.Context, from model.Reader, keyFile string, add func(...any) error) error {
	shares := map[string]int64{}
	if _, err := bind(ctx, from, "select list, control_bp from run.lists where control_bp > 0", func(r record) any {
		shares[r.text("list")] = r.count("control_bp")
		return nil
	}); err != nil || len(shares) == 0 {
		return err
	}
	key, err := readKey(keyFile)
	if err == nil && len(key) == 0 {
		err = errors.New("a control group needs a key file: secrets.key_file names none that is there; pharos init makes one")
	}
	if err != nil {
		return err
	}
	mac := hmac.New(sha256.New, key)
	var pool []pooled
	err = from.Each(ctx, `select list_pool.list, list_pool.tier, list_pool.customer_id from publish.list_pool as list_pool
		inner join run.lists as lists on lists.list = list_pool.list where lists.control_bp > 0`, func(row []any) error {
		p := pooled{list: row[0].(string), tier: row[1].(string), customer: row[2].(string)}
		mac.Reset()
		fmt.Fprintf(mac, "control\x00%s\x00%s", p.list, p.customer)
		mac.Sum(p.hash[:0])
		pool = append(pool, p)
		return nil
	})
	if err != nil {
		return err
	}
	for _, p := range leftOut(pool, shares) {
		if err := add(p.list, p.customer); err != nil {
			return err
		}
	}
	return nil
}

// leftOut takes of every tier of a list the least hashes: together, and of every tier as near as
// whole customers come to it, the list's share in basis points.
func leftOut(pool []pooled, shares map[string]int64) []pooled {
	slices.SortFunc(pool, func(a, b pooled) int {
		return cmp.Or(strings.Compare(a.list, b.list), strings.Compare(a.tier, b.tier), slices.Compare(a.hash[:], b.hash[:]), strings.Compare(a.customer, b.customer))
	})
	const whole = 10_000
	var out []pooled
	seen := map[string]int64{} // list -> members of the tiers before
	for at := 0; at < len(pool); {
		end := at
		for end < len(pool) && pool[end].list == pool[at].list && pool[end].tier == pool[at].tier {
			end++
		}
		list, n := pool[at].list, int64(end-at)
		take := (seen[list]+n)*shares[list]/whole - seen[list]*shares[list]/whole
		out = append(out, pool[at:at+int(take)]...)
		seen[list] += n
		at = end
	}
	return out
}
