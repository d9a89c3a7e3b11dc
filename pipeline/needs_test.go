package pipeline

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/pharos-analytics/pharos/analysis"
	"github.com/pharos-analytics/pharos/pipeline/model"
	"github.com/pharos-analytics/pharos/segment"
)

// computeNeeds builds what customers buy on 2026-01-01 from the rows of order lines and products.
func computeNeeds(t *testing.T, tables map[string][]map[string]any) *model.DuckDB {
	t.Helper()
	wanted := []string{"analysis.needs", "analysis.needs_by", "analysis.need_changes", "analysis.need_values", "analysis.price_places", "analysis.need_states", "analysis.need_totals"}
	cfg := &Config{
		Company: Company{Name: "Town", Currency: "EUR", Language: "en", FiscalMonth: 1, Location: time.UTC},
		Profit:  segment.DefaultProfit(), Tiers: segment.DefaultTiers(), Big: segment.DefaultBig(), Renewal: analysis.DefaultRenewal(),
		Retention: analysis.DefaultRetention(), Churn: analysis.DefaultChurn(), Behaviour: analysis.DefaultBehaviour(), Lifetime: analysis.DefaultLifetime(),
	}
	mapped := map[string][]string{"order_lines": {"order_id", "line_id", "customer_id", "ordered_at", "product_id", "quantity", "net_amount", "channel"}}
	return computeTown(t, cfg, tables, mapped, wanted)
}

// shopWithHabits has some customers with habits, few of them, none, and lines that lack everything.
func shopWithHabits(seed uint64) map[string][]map[string]any {
	r := rand.New(rand.NewPCG(seed, 13))
	maybe := func(v any) any {
		if r.IntN(9) == 0 {
			return nil
		}
		return v
	}
	tables := map[string][]map[string]any{}
	categories := []any{"tea", "cups", "pots", "", nil}
	for p := range 12 {
		tables["products"] = append(tables["products"], map[string]any{"product_id": fmt.Sprintf("p%02d", p), "category": categories[r.IntN(len(categories))], "_line": int64(p + 1)})
	}
	for c := range 40 {
		first, channels := r.IntN(12), 1+r.IntN(3)
		for o := range r.IntN(30) {
			on := day(2023, 6, 1).AddDate(0, 0, r.IntN(960))
			for l := range 1 + r.IntN(3) {
				product := (first + r.IntN(3)) % 14 // 12 and 13 are in no catalogue
				tables["order_lines"] = append(tables["order_lines"], map[string]any{
					"order_id": fmt.Sprintf("o%d-%d", c, o), "line_id": fmt.Sprint(l), "customer_id": maybe(fmt.Sprintf("c%02d", c)), "ordered_on": on,
					"product_id": maybe(fmt.Sprintf("p%02d", product)), "quantity": maybe(model.Decimal(fmt.Sprintf("%de-6", (1+r.IntN(4))*1_000_000))),
					"net_amount": money(int64(r.IntN(8)*10_000 - 10_000)), "channel": maybe(fmt.Sprintf("ch%d", r.IntN(channels))),
					"_line": int64(len(tables["order_lines"]) + 1)})
			}
		}
	}
	return tables
}

func TestWhatCustomersBuyAddsUpWhateverTheLinesSay(t *testing.T) {
	changed := 0
	for seed := range uint64(4) {
		eng := computeNeeds(t, shopWithHabits(seed))
		for law, query := range map[string]string{
			"the shares of a customer's categories, channels and days are one": `select * from (select sum(share) as s from analysis.need_values
				where share is not null group by profit_window, customer_id, dimension) where s not between 0.999999 and 1.000001`,
			"the mean place of all prices is the middle":       "select sum(lines * place) / sum(lines) as mean from analysis.price_places group by profit_window, price_basis, price_group having mean not between 499998 and 500000",
			"a dearer price has a higher place":                "select * from (select place - lag(place) over (partition by profit_window, price_basis, price_group order by price) as step from analysis.price_places) where step <= 0",
			"categories hold all the money":                    "select * from analysis.need_totals t inner join (select profit_window, customer_id, sum(net_money) as m, sum(lines) as l from analysis.need_values where dimension = 'category' group by all) v using (profit_window, customer_id) where v.m <> t.net_money or v.l <> t.lines",
			"every customer is in each segmentation once":      "select segmentation from analysis.needs_by where tier = 'all' group by segmentation having sum(customers) <> (select count(*) from analysis.needs)",
			"tiers are the whole":                              "select segmentation, segment from analysis.needs_by group by segmentation, segment having sum(case when tier = 'all' then profit end) <> sum(case when tier <> 'all' then profit end)",
			"who bought nothing in the window stopped":         "select * from analysis.needs where (lines = 0) <> (change = 'stopped') or (lines = 0) <> (top_category = 'none')",
			"who bought nothing before is new or returned":     "select * from analysis.needs where (lines_before = 0) <> (change in ('new', 'returned'))",
			"a change needs enough lines on both sides":        "select * from analysis.need_changes where change not in ('too_few', 'none', 'unknown') and (count_before < 5 or count_now < 5)",
			"a change is another choice, or another rhythm":    "select * from analysis.need_changes where change not in ('too_few', 'none', 'unknown') and before = now and dimension <> 'rhythm'",
			"the change that is said is one of those that are": "select * from analysis.needs n where lines > 0 and lines_before > 0 and not exists (select 1 from analysis.need_changes c where c.customer_id = n.customer_id and c.change = n.change)",
			"a place lies between nothing and everything":      "select * from analysis.needs where price_position not between 0 and 1 or top_share not between 0 and 1",
		} {
			if broken := ask(t, eng, query); len(broken) > 0 {
				t.Errorf("seed %d: %s: %v", seed, law, broken[0])
			}
		}
		changed += len(ask(t, eng, "select 1 from analysis.need_changes where change in ('category', 'price_up', 'price_down', 'channel', 'rhythm_slower', 'rhythm_faster')"))
	}
	if changed < 10 {
		t.Errorf("only %d changes in all companies: too few to show anything", changed)
	}
}

func TestTheOrderOfTheRowsDecidesNothingAboutWhatCustomersBuy(t *testing.T) {
	for seed := range uint64(2) {
		tables := shopWithHabits(seed)
		say := func() string {
			eng := computeNeeds(t, tables)
			return fmt.Sprint(ask(t, eng, "select * from analysis.needs order by customer_id"), ask(t, eng, "select * from analysis.need_changes order by customer_id, dimension"),
				ask(t, eng, "select * from analysis.needs_by order by segmentation, segment, tier"))
		}
		before := say()
		r := rand.New(rand.NewPCG(seed, 99))
		for _, rows := range tables {
			r.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		}
		if after := say(); after != before {
			t.Errorf("seed %d: the same lines in another order say something else", seed)
		}
	}
}

// TestWithoutProductsNobodyIsToldACategory is for a company that maps no products.
func TestWithoutProductsNobodyIsToldACategory(t *testing.T) {
	tables := shopWithHabits(1)
	delete(tables, "products")
	for _, line := range tables["order_lines"] {
		delete(line, "channel")
	}
	eng := computeNeeds(t, tables)
	if rows := ask(t, eng, "select distinct top_category, main_channel from analysis.needs where lines > 0"); fmt.Sprint(rows) != "[[unknown unknown]]" {
		t.Errorf("categories and channels are %v", rows)
	}
	if rows := ask(t, eng, "select distinct price_basis from analysis.needs where lines > 0 order by 1"); fmt.Sprint(rows) != "[[none] [product]]" && fmt.Sprint(rows) != "[[product]]" {
		t.Errorf("prices are compared within %v", rows)
	}
	if rows := ask(t, eng, "select * from analysis.need_changes where dimension in ('category', 'channel') and change not in ('unknown', 'too_few')"); len(rows) > 0 {
		t.Errorf("a change between things that nobody knows: %v", rows[0])
	}
}
