package model

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/pharos-analytics/pharos/sql"
)

// ranked is what the models of ranking and movement stand on: a few customers in two windows.
// Money is in ten-thousandths.
type ranked struct {
	rule                  string
	share, least          int64 // of the tier rule
	zeroWithin, zeroShare int64
	customers             int
	results               []result
}

type result struct {
	window                                                       string
	customer                                                     int
	revenue, discounts, returns, cogs, service, badDebt, overall int64
}

func (r result) net() int64    { return r.revenue - r.discounts - r.returns }
func (r result) profit() int64 { return r.net() - r.cogs - r.service - r.badDebt - r.overall }

// drawCompany draws small amounts, so that ties, nothing and losses are as frequent as profits.
func drawCompany(t *rapid.T) ranked {
	c := ranked{
		rule:       rapid.SampledFrom([]string{"holds", "top", "at_least"}).Draw(t, "rule"),
		share:      rapid.Int64Range(1, 10000).Draw(t, "share"),
		least:      rapid.Int64Range(0, 300).Draw(t, "least"),
		zeroWithin: rapid.Int64Range(0, 2).Draw(t, "within"),
		customers:  rapid.IntRange(1, 12).Draw(t, "customers"),
	}
	if c.zeroWithin == 0 {
		c.zeroShare = rapid.Int64Range(0, 3000).Draw(t, "zero share")
	}
	amount := rapid.OneOf(rapid.Int64Range(-3, 9), rapid.Int64Range(-200, 900))
	for _, window := range []string{"current", "previous"} {
		for i := range c.customers {
			if rapid.IntRange(0, 3).Draw(t, "has result") == 0 {
				continue
			}
			part := func(name string) int64 { return amount.Draw(t, name) }
			c.results = append(c.results, result{window, i, part("revenue"), part("discounts"), part("returns"), part("cogs"),
				part("cost to serve"), part("bad debt"), part("allocated cost")})
		}
	}
	return c
}

func money(tenThousandths int64) Decimal { return Decimal(fmt.Sprintf("%de-4", tenThousandths)) }

// lawModels are built in this order from core.* and run.*.
var lawModels = []string{"segment.signed_profits", "segment.judged_tiers", "segment.window_tiers", "segment.window_pareto", "segment.pareto", "segment.whale_curve", "segment.tier_moves", "segment.movement_parts",
	"segment.movement_causes", "segment.tier_movement", "segment.ranking_members", "segment.ranking_sizes", "segment.rankings", "checks.movement_adds_up"}

// compute builds models of ranking and movement for a company.
func (c ranked) compute(t *testing.T, e *DuckDB, models []Model) {
	t.Helper()
	create := func(relation string, columns []Column, rows [][]any) {
		t.Helper()
		if err := e.CreateFrom(t.Context(), relation, columns, rows, ""); err != nil {
			t.Fatal(err)
		}
	}
	const exact = "decimal(38,4)"
	create("run.params", []Column{{"as_of", "date"}, {"tier_rule", "varchar"}, {"tier_bp", "bigint"}, {"tier_at_least", "decimal(18,4)"},
		{"zero_within", "decimal(18,4)"}, {"zero_share_bp", "bigint"}, {"big_rule", "varchar"}, {"big_bp", "bigint"}},
		[][]any{{date(2026), c.rule, c.share, money(c.least), money(c.zeroWithin), c.zeroShare, "holds", int64(8000)}})
	create("core.profit_windows", []Column{{"profit_window", "varchar"}, {"kind", "varchar"}, {"ends_on", "date"}, {"month_on", "date"}},
		[][]any{{"current", "report", date(2026), nil}, {"previous", "report", date(2025), nil}})
	var customers [][]any
	for i := range c.customers {
		customers = append(customers, []any{fmt.Sprintf("c%02d", i), date(2024+i%2*2).AddDate(0, 0, -1)}) // every second one came in the last year
	}
	create("core.customers", []Column{{"customer_id", "varchar"}, {"first_seen_on", "date"}}, customers)
	var results [][]any
	for _, r := range c.results {
		results = append(results, []any{r.window, fmt.Sprintf("c%02d", r.customer), money(r.revenue), money(r.discounts), money(r.returns),
			money(r.cogs), money(r.service), money(r.badDebt), money(r.overall), money(r.net()), money(r.profit())})
	}
	create("core.customer_results", []Column{{"profit_window", "varchar"}, {"customer_id", "varchar"}, {"revenue", exact}, {"discounts", exact},
		{"returns", exact}, {"cogs", exact}, {"cost_to_serve", exact}, {"bad_debt", exact}, {"allocated_cost", exact}, {"net_revenue", exact}, {"profit", exact}}, results)
	var profits [][]any
	for _, r := range results {
		profits = append(profits, []any{r[0], r[1], r[9], r[10]})
	}
	create("core.window_profits", []Column{{"profit_window", "varchar"}, {"customer_id", "varchar"}, {"net_revenue", exact}, {"profit", exact}}, profits)
	create("segment.segment_members", []Column{{"customer_id", "varchar"}, {"segmentation", "varchar"}, {"segment", "varchar"}}, nil)
	create("segment.segment_movement", []Column{{"segmentation", "varchar"}, {"customers", "bigint"}, {"profit_change", exact}}, nil)
	for _, m := range models {
		build(t, e, m, "")
	}
}

// laws are queries that count what must not be, whatever the company.
var laws = map[string]string{
	"every known customer is in one tier": `select count(*) from (
		select c.customer_id from core.customers as c left join segment.window_tiers as t on c.customer_id = t.customer_id and t.profit_window = 'current'
		group by c.customer_id having count(t.tier) filter (where t.tier in ('high', 'medium', 'zero', 'loss')) <> 1)`,
	"who has a result is known in its window": `select count(*) from core.customer_results as r
		left join segment.window_tiers as t on r.customer_id = t.customer_id and r.profit_window = t.profit_window where t.tier is null or not t.has_result`,
	"nobody of tier medium earns more than one of tier high": `select count(*) from segment.window_tiers as h
		inner join segment.window_tiers as m on h.profit_window = m.profit_window where h.tier = 'high' and m.tier = 'medium' and m.profit > h.profit`,
	"tier high holds its share, and not without its last": `select count(*) from (
		select profit_window, sum(profit) filter (where tier = 'high') as high, min(profit) filter (where tier = 'high') as last,
			sum(profit) filter (where tier in ('high', 'medium')) as positive from segment.window_tiers group by profit_window) cross join run.params
		where tier_rule = 'holds' and positive is not null and (10000 * high < tier_bp * positive or 10000 * (high - last) >= tier_bp * positive)`,
	"the whale curve is concave": `select count(*) from (select profit - lag(profit) over (order by profit_rank) as bend from segment.pareto) where bend > 0`,
	"the whale curve ends at the total": `select count(*) from (select max_by(cumulative_profit, rank) as ending from segment.whale_curve)
		cross join (select sum(profit) as total from core.customer_results where profit_window = 'current') where ending is distinct from total`,
	"the whale curve passes its peak": `select count(*) from (select max(cumulative_profit) as highest from segment.whale_curve)
		cross join (select sum(profit) as peak from segment.pareto where profit > 0) where peak is not null and highest <> peak`,
	"movement adds up": `select sum(failing) from checks.movement_adds_up`,
	"lost customers have nothing left, new ones had nothing": `select count(*) from segment.tier_moves
		where from_tier = 'new' and profit_before <> 0 or to_tier = 'lost' and profit_now <> 0`,
	"the main cause pushed most": `select count(*) from (
		select c.*, unnest([revenue, discounts, returns, cogs, cost_to_serve, bad_debt, allocated_cost]) as part,
			unnest(['revenue', 'discounts', 'returns', 'cogs', 'cost_to_serve', 'bad_debt', 'allocated_cost']) as name,
			max(greatest(revenue, discounts, returns, cogs, cost_to_serve, bad_debt, allocated_cost)) over (partition by customer_id) as most,
			min(least(revenue, discounts, returns, cogs, cost_to_serve, bad_debt, allocated_cost)) over (partition by customer_id) as least
		from segment.movement_causes as c)
		where name = main_cause and part <> case when profit_change > 0 then most else least end or (main_cause = 'none') <> (profit_change = 0)`,
}

// builtIn are models that come with Pharos, in the order given.
func builtIn(t *testing.T, relations ...string) []Model {
	t.Helper()
	all := load(t, sql.Files)
	var models []Model
	for _, relation := range relations {
		models = append(models, modelNamed(t, all, relation))
	}
	return models
}

func TestRankingAndMovementKeepTheirLaws(t *testing.T) {
	var asked []string
	for law, broken := range laws {
		asked = append(asked, "select "+quoteText(law)+" as law, cast(("+broken+") as bigint) as times")
	}
	query := "select * from (" + strings.Join(asked, " union all ") + ") where times <> 0"
	models := builtIn(t, lawModels...)
	e, _ := engine(t, 1)
	rapid.Check(t, func(rt *rapid.T) {
		c := drawCompany(rt)
		c.compute(t, e, models)
		for _, broken := range values(t, e, query) {
			rt.Errorf("%s: broken %v times", broken...)
		}
		c.compareRanking(rt, values(t, e, `select profit_window, customers, n80_customers, tied_at_cut, cast(10000 * top20_revenue as bigint),
			cast(10000 * top20_profit as bigint), revenue_gini from segment.rankings order by 1`))
	})
}

// compareRanking counts the ranking again, the plain way.
func (c ranked) compareRanking(t *rapid.T, rows [][]any) {
	for _, row := range rows {
		var revenues, profits []int64
		for _, r := range c.results {
			if r.window == row[0] {
				revenues, profits = append(revenues, r.net()), append(profits, r.profit())
			}
		}
		descending := func(a, b int64) int { return int(b - a) }
		slices.SortFunc(revenues, descending)
		slices.SortFunc(profits, descending)
		n := len(revenues)
		fifth := (n + 4) / 5
		var total, soFar, topRevenue, topProfit int64
		for i := range n {
			total += revenues[i]
			if i < fifth {
				topRevenue, topProfit = topRevenue+revenues[i], topProfit+profits[i]
			}
		}
		var n80, gini, tied any = nil, giniOf(revenues), int64(0)
		for i := 0; i < n && n80 == nil; i++ {
			if soFar += revenues[i]; total > 0 && 5*soFar >= 4*total {
				n80 = int64(i + 1)
			}
		}
		if fifth < n && revenues[fifth-1] == revenues[fifth] {
			for _, v := range revenues {
				if v == revenues[fifth] {
					tied = tied.(int64) + 1
				}
			}
		}
		want := []any{row[0], int64(n), n80, tied, topRevenue, topProfit, gini}
		if n == 0 {
			want[4], want[5] = nil, nil
		}
		for i := range want {
			if !sameValue(want[i], row[i]) {
				t.Errorf("column %d: got %v, want %v", i+1, row, want)
			}
		}
	}
}

// giniOf is half the mean difference of any two over the mean, of those that are not below zero.
func giniOf(values []int64) any {
	var n, total, differences float64
	for _, a := range values {
		for _, b := range values {
			if a >= 0 && b >= 0 {
				differences += float64(max(a-b, b-a))
			}
		}
		if a >= 0 {
			n, total = n+1, total+float64(a)
		}
	}
	if total == 0 {
		return nil
	}
	return differences / (2 * n * total)
}

func TestMoreProfitNeverCostsARank(t *testing.T) {
	models := builtIn(t, "segment.signed_profits", "segment.judged_tiers", "segment.window_tiers")
	e, _ := engine(t, 1)
	ranks := func(c ranked) [][]any {
		c.compute(t, e, models)
		return values(t, e, "select customer_id, rank from segment.window_tiers where profit_window = 'current' order by customer_id")
	}
	rapid.Check(t, func(rt *rapid.T) {
		c := drawCompany(rt)
		before := ranks(c)
		better := slices.IndexFunc(c.results, func(r result) bool { return r.window == "current" })
		if better < 0 {
			return
		}
		c.results[better].revenue += rapid.Int64Range(1, 500).Draw(rt, "more")
		i := c.results[better].customer
		if after := ranks(c); after[i][1].(int64) > before[i][1].(int64) {
			rt.Errorf("customer %v fell to rank %v", before[i], after[i])
		}
	})
}

func date(year int) time.Time { return time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC) }
