package pipeline

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/pharos-analytics/pharos/analysis"
	"github.com/pharos-analytics/pharos/pipeline/lake"
	"github.com/pharos-analytics/pharos/pipeline/model"
	"github.com/pharos-analytics/pharos/segment"
)

// sale is an opportunity of a generated funnel, as its table and its history of stages hold it.
type sale struct {
	values  map[string]any
	history []map[string]any
}

// funnelOfTests has the stages talk, offer and signed.
func funnelOfTests() analysis.FunnelPolicy {
	p := analysis.DefaultFunnel()
	p.Stages, p.Lost = []string{"talk", "offer", "signed"}, []string{"gone"}
	return p
}

// computeSales builds the marts of the funnel on 2026-01-01.
func computeSales(t *testing.T, p analysis.FunnelPolicy, sales []sale, wanted ...string) *model.DuckDB {
	t.Helper()
	cfg := &Config{
		Company: Company{Name: "Town", Currency: "EUR", Language: "en", FiscalMonth: 1, Location: time.UTC},
		Profit:  segment.DefaultProfit(), Tiers: segment.DefaultTiers(), Big: segment.DefaultBig(), Renewal: analysis.DefaultRenewal(),
		Retention: analysis.DefaultRetention(), Funnel: p,
	}
	models, err := Models(cfg)
	if err != nil {
		t.Fatal(err)
	}
	eng, err := openEngine(t.Context(), EngineSetting{MemoryMB: 1500, Threads: 2}, model.DuckDBOptions{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { eng.Close() })
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range lakeShapes() {
		var columns []model.Column
		for _, c := range s.Columns {
			columns = append(columns, model.Column{Name: c.Name, Type: c.Type.String()})
		}
		var rows [][]any
		add := func(values map[string]any) {
			row := make([]any, len(columns))
			for i, c := range columns {
				row[i] = values[c.Name]
			}
			rows = append(rows, row)
		}
		for _, o := range sales {
			switch s.Name {
			case "opportunities":
				add(o.values)
			case "opportunity_stages":
				for _, h := range o.history {
					add(h)
				}
			}
		}
		must(eng.CreateFrom(t.Context(), "raw."+s.Name, columns, rows, ""))
	}
	mapped := map[string][]string{"opportunities": {"opportunity_id", "stage", "customer_id", "owner_id", "closed_at", "won"}}
	undecided := append(identityRelations(cfg, &lake.Snapshot{}, &decisions{merges: &segment.Merges{}}, nil), noOutcomes())
	for _, r := range append(relations(cfg, windowsAt(day(2026, 1, 1), cfg.Profit.Window, 1), &lake.Snapshot{}, mapped), undecided...) {
		must(eng.CreateFrom(t.Context(), r.name, r.columns, r.rows, ""))
	}
	must(model.Compute(t.Context(), eng, keep(models, wanted), func(model.Model) string { return "" }, nil, wanted...))
	return eng
}

// randomSales are opportunities of every kind, the wrong ones among them.
func randomSales(seed uint64) []sale {
	r := rand.New(rand.NewPCG(seed, 7))
	on := func() any {
		if r.IntN(8) == 0 {
			return nil
		}
		return day(2025, 1, 1).AddDate(0, 0, r.IntN(400))
	}
	one := func(of ...any) any { return of[r.IntN(len(of))] }
	var sales []sale
	for i := range 60 + r.IntN(60) {
		id := fmt.Sprintf("o-%03d", i)
		s := sale{values: map[string]any{"opportunity_id": id, "stage": one("talk", " Offer", "signed", "gone", "limbo"), "customer_id": one("c-1", "c-2", nil), "owner_id": one("a", "b", nil),
			"source": one("web", "fair", nil), "product_id": one("p", nil), "amount": one(money(int64(r.IntN(1_000_000))), nil), "won": one(true, false, nil, nil),
			"created_on": on(), "recorded_on": on(), "entered_on": on(), "closed_on": one(on(), nil), "_line": int64(i + 1)}}
		for range r.IntN(4) {
			s.history = append(s.history, map[string]any{"opportunity_id": id, "stage": one("talk", "offer", "signed", "limbo"), "entered_on": on()})
		}
		sales = append(sales, s)
	}
	return sales
}

func TestEveryFunnelAddsUpWhateverTheRecordsSay(t *testing.T) {
	for seed := range uint64(12) {
		sales := randomSales(seed)
		eng := computeSales(t, funnelOfTests(), sales, "analysis.funnel", "analysis.funnel_by", "analysis.signing", "analysis.pipeline", "analysis.entry_discipline",
			"analysis.stuck_deals", "analysis.signing_periods", "publish.funnel_totals", "analysis.deal_times", "analysis.unknown_stages", "analysis.deal_stages")
		for law, query := range map[string]string{
			"won, lost and open are all opportunities of an owner": "select * from analysis.signing where won + lost + open <> opportunities",
			"owners are all that is known": `select * from publish.funnel_totals cross join (select sum(opportunities) as n, sum(won) as w, sum(lost) as l from analysis.signing)
				where n <> opportunities or w <> won or l <> lost`,
			"who reached a stage went on, is there or was lost": "select * from analysis.funnel where entered <> converted + still_open + lost or entered < converted",
			"a share lies between nothing and everything":       "select * from analysis.funnel where not conversion between 0 and 1 or not conversion_low <= conversion or not conversion_high >= conversion - 0.000000001",
			"who went on reached the next stage":                "select * from analysis.funnel f inner join analysis.funnel n on n.cohort = f.cohort and n.position = f.position + 1 where n.entered <> f.converted",
			"cohorts are the whole": `select position from analysis.funnel group by position having sum(case when cohort = 'all' then entered else 0 end) <> sum(case when cohort <> 'all' then entered else 0 end)
				or sum(case when cohort = 'all' then still_open else 0 end) <> sum(case when cohort <> 'all' then still_open else 0 end)`,
			"the stages of the deals are the funnel's": `select * from analysis.funnel f full join (select stage, count(*) as n, count(case when outcome = 'converted' then 1 end) as c,
				count(case when outcome = 'lost' then 1 end) as l from analysis.deal_stages group by stage) d using (stage)
				where f.cohort = 'all' and (f.entered <> d.n or f.converted <> d.c or f.lost <> d.l) or f.stage is null`,
			"every group is the whole": `select segmentation, position from analysis.funnel_by group by segmentation, position
				having sum(entered) <> (select entered from analysis.funnel f where f.cohort = 'all' and f.position = funnel_by.position)`,
			"the open ones are those of the funnel":      "select * from (select sum(deals) as d from analysis.pipeline) cross join (select sum(still_open) as s from analysis.funnel where cohort = 'all') where d <> s",
			"nobody is in a stage for less than no days": "select * from analysis.stuck_deals where days <= limit_days or days < 0",
			"no deal takes less than no days":            "select * from analysis.deal_times where mean_days < 0 or median_days < 0 or timed > deals",
			"a period's deals are won or lost deals":     "select * from (select sum(won) as w from analysis.signing_periods where period_kind = 'year') cross join publish.funnel_totals where w > won",
			"earned shares are one":                      "select sum(points_share) from analysis.entry_discipline having not sum(points_share) between 0.999999 and 1.000001",
		} {
			if broken := ask(t, eng, query); len(broken) > 0 {
				t.Errorf("seed %d: %s: %v", seed, law, broken)
			}
		}
		if rows := ask(t, eng, "select opportunities, won, lost from publish.funnel_totals"); seed == 0 && (rows[0][0].(int64) < 40 || rows[0][1].(int64) < 5 || rows[0][2].(int64) < 5) {
			t.Errorf("the generated funnel is %v: too thin to show anything", rows[0])
		}
	}
}

// TestAFunnelWithoutStagesStillCountsWhatWasSigned is for a company that has not named its stages.
func TestAFunnelWithoutStagesStillCountsWhatWasSigned(t *testing.T) {
	eng := computeSales(t, analysis.DefaultFunnel(), randomSales(3), "analysis.funnel", "analysis.signing", "analysis.unknown_stages", "checks.unknown_stages")
	if rows := ask(t, eng, "select (select count(*) from analysis.funnel), (select count(*) from analysis.unknown_stages), (select sum(won) > 0 from analysis.signing)"); fmt.Sprint(rows) != "[[0 0 true]]" {
		t.Errorf("stages, unknown names and whether anything was signed are %v", rows)
	}
}

// TestIntervalsOfSimulatedFunnelsCoverTheTruth simulates 2,000 owners whose chance of signing is
// known. Deals that began late are still open on D, whatever becomes of them: leaving them out of
// the close rate does not bend it, since how long a deal takes says nothing about its end.
func TestIntervalsOfSimulatedFunnelsCoverTheTruth(t *testing.T) {
	const owners, deals, offered, signed = 2000, 60, 0.7, 0.5
	var sales []sale
	for owner := range owners {
		r := rand.New(rand.NewPCG(uint64(owner), 11))
		for i := range deals {
			began := day(2025, 1, 1).AddDate(0, 0, r.IntN(365))
			stage := "talk"
			if r.Float64() < offered {
				stage = "offer"
			}
			won := r.Float64() < signed && stage == "offer"
			v := map[string]any{"opportunity_id": fmt.Sprintf("%d-%d", owner, i), "owner_id": fmt.Sprint(owner), "stage": stage, "created_on": began}
			if closed := began.AddDate(0, 0, 10+r.IntN(120)); closed.Before(day(2026, 1, 1)) {
				v["closed_on"], v["won"] = closed, won
				if won {
					v["stage"] = "signed"
				}
			}
			sales = append(sales, sale{values: v})
		}
	}
	eng := computeSales(t, funnelOfTests(), sales, "analysis.signing", "analysis.pipeline")
	rows := ask(t, eng, fmt.Sprintf("select count(*), cast(sum(open) as bigint), count(case when %v between close_low and close_high then 1 end) from analysis.signing", offered*signed))
	n, open, covered := rows[0][0].(int64), rows[0][1].(int64), float64(rows[0][2].(int64))/owners
	if n != owners || open < 10*owners/2 {
		t.Fatalf("%d owners with %d open deals: too few are censored", n, open)
	}
	if covered < 0.93 || covered > 0.97 {
		t.Errorf("the 95 %% intervals of the close rate cover the truth in %.1f %% of %d funnels", 100*covered, owners)
	}
	t.Logf("covered %.2f %%, open %.1f %%", 100*covered, 100*float64(open)/owners/deals)
	for _, row := range ask(t, eng, "select stage, chance_low, chance_high from analysis.pipeline where stage in ('talk', 'offer')") {
		truth := map[string]float64{"talk": offered * signed, "offer": signed}[row[0].(string)]
		if row[1].(float64) > truth || truth > row[2].(float64) {
			t.Errorf("the chance in stage %v lies between %v and %v, and is %v", row[0], row[1], row[2], truth)
		}
	}
}
