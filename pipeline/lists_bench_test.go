package pipeline

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/pharos-analytics/pharos/pipeline/model"
	"github.com/pharos-analytics/pharos/pipeline/publish"
	"github.com/pharos-analytics/pharos/segment"
)

// millionCallees are queries that invent a million customers as the lists see them: a tenth at risk,
// a tenth who left, a twentieth with losses, every thirtieth with an opt-out, all with addresses.
func millionCallees(n int) map[string]string {
	ids := fmt.Sprintf("(select i, 'C' || i as customer_id from range(%d) as t(i))", n)
	return map[string]string{
		"core.customers": "select customer_id, case when i % 3 = 0 then 'unknown' else 'S' || (i % 500) end as owner_id, 'name' as name from " + ids,
		"publish.customer_standings": `select customer_id, 'consumer' as kind, case when i % 3 = 0 then 'unowned' else 'S' || (i % 500) end as owner_id,
			['high', 'medium', 'medium', 'zero', 'loss'][1 + i % 5] as tier, case when i % 5 = 3 then 'no_activity' end as zero_kind,
			['active', 'active', 'at_risk', 'churned', 'active', 'active', 'active'][1 + i % 7] as churn_state,
			case when i % 7 = 3 then 'fault' end as churn_class, case when i % 7 = 3 then 'price' end as sub_class,
			cast(case when i % 5 = 4 then -(i % 997) else i % 1009 end as decimal(38, 4)) as profit, cast(i % 2003 as decimal(38, 4)) as revenue,
			cast(i % 1009 as decimal(38, 4)) as value_at_stake, i % 90 as days_silent, 60 as expected_gap_days, i % 5 = 0 as is_big, true as has_bought,
			i % 14 = 3 as is_new_loss, i % 7 = 3 as is_recent_loss, date '2025-01-01' as started_on, cast(i % 1511 as decimal(38, 4)) as clv, i % 11 = 0 as is_rising,
			case when i % 40 = 0 then date '2026-02-01' end as due_on, case when i % 40 = 0 then 31 end as days_left,
			cast(case when i % 40 = 0 then 1000 end as decimal(38, 4)) as contract_value, i % 50 = 0 as is_unsettled,
			cast(i % 50 = 0 as bigint) as open_cases, cast(i % 25 = 0 as bigint) as open_deals, cast(0 as decimal(38, 4)) as deal_value from ` + ids,
		"staging.person_rows":     "select customer_id, 'name' as name, 'p' || i || '@example.org' as email, '+49 711 / ' || i as phone from " + ids,
		"staging.persons":         "select customer_id, name, email, phone from staging.person_rows",
		"staging.suppressions":    "select case when i % 60 = 0 then customer_id end as customer_id, 'p' || i || '@example.org' as contact, case when i % 4 = 0 then 'mail' end as channel, 'objected' as reason from " + ids + " where i % 30 = 0",
		"staging.consents":        "select customer_id, 'phone' as channel, 'consent' as basis, date '2025-01-01' as given_on, cast(null as date) as withdrawn_on from " + ids + " where i % 2 = 0",
		"staging.touches":         "select customer_id, 'phone' as channel, date '2025-12-01' + interval (i % 30) day as at_on from " + ids + " where i % 4 = 0",
		"publish.customer_starts": "select customer_id, started_on from publish.customer_standings",
		"analysis.next_products":  "select customer_id, 'P' || (i % 100) as name, cast(1 as bigint) as rank from " + ids + " where i % 2 = 0",
		"segment.customers":       "select customer_id, 'name' as name from publish.customer_standings",
		"analysis.churn":          "select customer_id, 'rhythm' as rule from publish.customer_standings",
	}
}

// Lists over a million customers, from what is known of them to the files in the run folder: the
// issue asks for less than five seconds.
func BenchmarkListsOfAMillionCustomers(b *testing.B) {
	const people = 1_000_000
	cfg := &Config{Company: Company{Name: "Million", Currency: "EUR", Language: "en"}, KeyFile: filepath.Join(b.TempDir(), "key"), Lists: segment.DefaultLists("en")}
	if err := os.WriteFile(cfg.KeyFile, []byte("0123456789abcdef\n"), 0o600); err != nil {
		b.Fatal(err)
	}
	var err error
	if cfg.Suppression, err = segment.DefaultSuppression("EUR"); err != nil {
		b.Fatal(err)
	}
	for i := range cfg.Lists {
		cfg.Lists[i].Control, cfg.Lists[i].PerOwner, cfg.Lists[i].CoolDown = 1000, 20, []segment.CoolDown{{Channel: "any", Days: 7}}
	}
	written := b.TempDir()
	eng, err := openEngine(b.Context(), EngineSetting{MemoryMB: 3000, Threads: 2}, model.DuckDBOptions{TempDir: b.TempDir(), Writable: []string{written}})
	if err != nil {
		b.Fatal(err)
	}
	defer eng.Close()
	for _, relation := range []string{"core.customers", "publish.customer_standings", "staging.person_rows", "staging.persons", "staging.suppressions", "staging.consents", "staging.touches", "publish.customer_starts", "segment.customers", "analysis.churn", "analysis.next_products"} {
		if err := eng.Replace(b.Context(), relation, millionCallees(people)[relation]); err != nil {
			b.Fatal(err)
		}
	}
	for _, r := range append(listRelations(cfg), suppressionRelation(cfg, writtenLists),
		table("run.params", "as_of date").of([][]any{{day(2026, 1, 1)}}),
		table("run.countermeasures", "class varchar", "sub_class varchar", "countermeasure varchar").of([][]any{{"fault", "price", "review"}}),
		table("run.strategies", "tier varchar", "strategy varchar").of([][]any{{"high", "visit"}})) {
		if err := eng.CreateFrom(b.Context(), r.name, r.columns, r.rows, ""); err != nil {
			b.Fatal(err)
		}
	}
	models, err := Models(cfg)
	if err != nil {
		b.Fatal(err)
	}
	given := []string{"publish.customer_standings", "publish.customer_starts"}
	models = slices.DeleteFunc(upTo(models, "publish.list_members", "publish.report_lists"), func(m model.Model) bool {
		return m.Schema != "publish" || slices.Contains(given, m.Relation()) || slices.ContainsFunc([]string{"customer_owners", "customer_values", "customer_values_modelled",
			"customer_dues", "customer_renewals_due", "customer_disputes", "customer_deals"}, func(name string) bool { return m.Name == name })
	})
	for round := 0; b.Loop(); round++ {
		dir := filepath.Join(b.TempDir(), fmt.Sprint(round))
		out := func(m model.Model) string {
			if m.Mart {
				return filepath.Join(written, "list_members.parquet")
			}
			return ""
		}
		progress := func(m model.Model, rows int64, seconds float64) {
			if testing.Verbose() && round == 0 {
				b.Logf("%-30s %9d rows %6.2f s", m.Relation(), rows, seconds)
			}
		}
		if err := model.Compute(b.Context(), eng, models, out, progress, "publish.list_members", "publish.report_lists"); err != nil {
			b.Fatal(err)
		}
		since := time.Now()
		members, err := listMembers(b.Context(), eng)
		if err != nil {
			b.Fatal(err)
		}
		left, err := leftOutOf(b.Context(), eng)
		if err != nil {
			b.Fatal(err)
		}
		summaries, err := listSummaries(b.Context(), eng)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := publish.WriteLists(dir, publish.ListData{Run: "r", Currency: "EUR", Lang: "en", AsOf: day(2026, 1, 1), Key: []byte("k"), OptOuts: true, Members: members, Left: left}, summaries); err != nil {
			b.Fatal(err)
		}
		if testing.Verbose() && round == 0 {
			b.Logf("%d members and %d left out written in %s", len(members), len(left), time.Since(since))
		}
	}
}
