package pipeline

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/pharos-analytics/pharos/analysis"
	"github.com/pharos-analytics/pharos/pipeline/lake"
	"github.com/pharos-analytics/pharos/pipeline/model"
	"github.com/pharos-analytics/pharos/segment"
)

// A neighbourhood is customers with a history of their own each: orders on days of three years,
// farewells before, between and after them, some twice and some in the future, in words of two
// languages and widths, cases and contracts.
type neighbourhood struct {
	rng    *rand.Rand
	tables map[string][]map[string]any
}

func newNeighbourhood(seed uint64) *neighbourhood {
	n := &neighbourhood{rng: rand.New(rand.NewPCG(seed, 11)), tables: map[string][]map[string]any{}}
	for c := range 40 + n.rng.IntN(40) {
		n.customer(fmt.Sprintf("c%03d", c))
	}
	return n
}

var neighboursAsOf = day(2025, 3, 15)

func (n *neighbourhood) day() time.Time { return day(2022, 1, 1).AddDate(0, 0, n.rng.IntN(1200)) }

func (n *neighbourhood) add(table string, values map[string]any) {
	values["_mapping"], values["_line"] = int64(0), int64(len(n.tables[table])+1)
	n.tables[table] = append(n.tables[table], values)
}

func (n *neighbourhood) customer(id string) {
	pick := func(words ...string) string { return words[n.rng.IntN(len(words))] }
	known := map[string]any{"customer_id": id, "region": pick("north", "south", "west"), "channel": pick("web", "shop")}
	if n.rng.IntN(3) > 0 {
		known["acquired_on"] = n.day()
	}
	n.add("customers", known)
	for o := range n.rng.IntN(9) {
		on := n.day()
		n.add("order_lines", map[string]any{"order_id": fmt.Sprint(id, "/", o), "line_id": "1", "customer_id": id, "ordered_on": on, "ordered_at": on,
			"quantity": model.Decimal("1"), "net_amount": money(int64(n.rng.IntN(400)-20) * 10000), "cost": money(int64(n.rng.IntN(200)) * 10000)})
	}
	for range n.rng.IntN(3) {
		on := n.day()
		left := map[string]any{"customer_id": id, "left_on": on, "reason": pick("Price", "ＰＲＩＣＥ", "价格太高", " moved ", "搬迁", "", "whatever"), "category": pick("", "Other")}
		if n.rng.IntN(3) == 0 {
			left["competitor"] = "Borealis"
		}
		n.add("departures", left)
		if n.rng.IntN(4) == 0 {
			n.add("departures", map[string]any{"customer_id": id, "left_on": on, "reason": "the same day again"})
		}
	}
	if n.rng.IntN(2) == 0 {
		on := n.day()
		n.add("cases", map[string]any{"case_id": id, "customer_id": id, "opened_on": on, "opened_at": on, "category": pick("Price", "Moved", "question")})
	}
	for k := range n.rng.IntN(3) {
		from := n.day()
		c := map[string]any{"contract_id": fmt.Sprint(id, "-", k), "customer_id": id, "starts_on": from, "amount": money(1000000), "period": "month"}
		if n.rng.IntN(4) > 0 {
			c["ends_on"] = from.AddDate(0, 0, n.rng.IntN(500)-20) // some end before they start
		}
		n.add("contracts", c)
	}
}

// compute builds the models up to some relations, with every row of every table in a given order.
func (n *neighbourhood) compute(t *testing.T, threads int, shuffled uint64, change func(*Config), wanted ...string) *model.DuckDB {
	t.Helper()
	cfg := &Config{
		Company: Company{Name: "Street", Currency: "EUR", Language: "en", FiscalMonth: 4, Location: time.UTC},
		Profit:  segment.DefaultProfit(), Tiers: segment.DefaultTiers(), Big: segment.DefaultBig(),
		Retention: analysis.DefaultRetention(), Renewal: analysis.DefaultRenewal(), Churn: analysis.DefaultChurn(), Lifetime: analysis.DefaultLifetime(),
	}
	cfg.Profit.Window = segment.Window{Months: 12}
	cfg.Retention.By, cfg.Retention.Elapsed = []string{"region", "channel"}, true
	cfg.Retention.Periods = []string{"day", "week", "quarter", "year", analysis.FiscalYear}
	cfg.Churn.Classes = []analysis.ClassWord{{Class: "fault", SubClass: "price", Word: "price"}, {Class: "fault", SubClass: "price", Word: "*价格*"},
		{Class: "natural", SubClass: "moved", Word: "Moved"}, {Class: "natural", SubClass: "moved", Word: "搬迁"}}
	if change != nil {
		change(cfg)
	}
	models, err := Models(cfg)
	if err != nil {
		t.Fatal(err)
	}
	eng, err := openEngine(t.Context(), EngineSetting{MemoryMB: 1000, Threads: threads}, model.DuckDBOptions{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { eng.Close() })
	for _, s := range lakeShapes() {
		var columns []model.Column
		for _, c := range s.Columns {
			columns = append(columns, model.Column{Name: c.Name, Type: c.Type.String()})
		}
		rows := each(n.tables[s.Name], func(values map[string]any) []any {
			return each([][]model.Column{columns}, func(cs []model.Column) []any {
				row := make([]any, len(cs))
				for i, c := range cs {
					row[i] = values[c.Name]
				}
				return row
			})[0]
		})
		rng := rand.New(rand.NewPCG(shuffled, 5))
		rng.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		if err := eng.CreateFrom(t.Context(), "raw."+s.Name, columns, rows, ""); err != nil {
			t.Fatal(err)
		}
	}
	undecided := append(identityRelations(cfg, &lake.Snapshot{}, &decisions{merges: &segment.Merges{}}, nil), noOutcomes())
	for _, r := range slices.Concat(relations(cfg, windowsAt(neighboursAsOf, cfg.Profit.Window, 4), &lake.Snapshot{}, nil), undecided) {
		if err := eng.CreateFrom(t.Context(), r.name, r.columns, r.rows, ""); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range keep(models, wanted) { // one by one, so that no table is dropped that a test reads
		if _, err := eng.Build(t.Context(), m, ""); err != nil {
			t.Fatal(err)
		}
	}
	return eng
}

func eachNeighbourhood(t *testing.T, test func(t *testing.T, n *neighbourhood)) {
	if testing.Short() {
		t.Skip("whole companies; -short leaves them out")
	}
	for seed := range townSeeds() * 4 {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { test(t, newNeighbourhood(uint64(seed))) })
	}
}

// nothing fails for every row that a query finds.
func nothing(t *testing.T, eng *model.DuckDB, law, query string) {
	t.Helper()
	if rows := ask(t, eng, query); len(rows) > 0 {
		t.Errorf("%s: %d rows, the first %v", law, len(rows), rows[0])
	}
}

func TestTheLawsOfRetentionHoldForEveryCompanyAndPeriod(t *testing.T) {
	eachNeighbourhood(t, func(t *testing.T, n *neighbourhood) {
		for _, cohorts := range []string{analysis.FirstOrder, analysis.AcquiredOn} {
			eng := n.compute(t, 2, 0, func(c *Config) { c.Retention.Cohorts = cohorts }, "analysis.retention_by", "analysis.retention_grids", "checks.retention_by_adds_up", "analysis.retention_entries", "core.activity")
			nothing(t, eng, "a check of the run breaks", "select * from checks.retention_by_adds_up where failing <> 0 or tested = 0")
			nothing(t, eng, "a share is none", `select * from analysis.retention_by where measure <> 'net_revenue' and (rate < 0 or rate > 1 or rate is null and active is not null and measure in ('classic', 'unbounded', 'streak'))`)
			nothing(t, eng, "an interval does not hold its share", `select * from analysis.retention_by where rate_low > rate or rate_high < rate or rate_low < 0 or rate_high > 1`)
			nothing(t, eng, "the future has figures", `select * from analysis.retention_by where state = 'future' and (active is not null or rate is not null or revenue is not null)`)
			nothing(t, eng, "a number is not finite", `select * from analysis.retention_by where not isfinite(rate)`)
			nothing(t, eng, "customers are lost between entries and grids", `select g.* from analysis.retention_grids g where g."by" = 'all' and g.customers + g.customers_left_out <> (select count(distinct customer_id) from analysis.retention_entries)`)
			// each cell again, by a count of customers that knows nothing of the models between
			nothing(t, eng, "a cell of months is not what the days say", `select * from analysis.retention_by b where period_kind = 'month' and "by" = 'all' and measure = 'classic' and state <> 'future' and active <>
				(select count(distinct e.customer_id) from analysis.retention_entries e inner join core.activity a using (customer_id) where e.unit = 'month' and e.cohort_on = b.cohort
					and date_trunc('month', a.active_on) = b.cohort + to_months(cast(b.age as integer)))`)
			nothing(t, eng, "a cell of elapsed months is not what the days say", `select * from analysis.retention_by b where period_kind = 'elapsed_month' and "by" = 'all' and measure = 'classic' and state <> 'future' and active <>
				(select count(distinct e.customer_id) from analysis.retention_entries e inner join core.activity a using (customer_id) where e.unit = 'month' and e.cohort_on = b.cohort
					and a.active_on >= e.entry_on + to_months(cast(b.age as integer)) and a.active_on < e.entry_on + to_months(cast(b.age + 1 as integer)))`)
			nothing(t, eng, "a week does not start on Monday", `select * from analysis.retention_by where period_kind = 'week' and dayofweek(cohort) <> 1`)
			nothing(t, eng, "a fiscal year does not start in April", `select * from analysis.retention_by where period_kind = 'fiscal_year' and (month(cohort) <> 4 or day(cohort) <> 1)`)
		}
	})
}

func TestTheClassesOfChurnPartitionTheChurnedOfEveryCompany(t *testing.T) {
	eachNeighbourhood(t, func(t *testing.T, n *neighbourhood) {
		eng := n.compute(t, 2, 0, nil, "analysis.churn", "analysis.churn_summary", "analysis.churn_sources", "analysis.churn_opinions", "analysis.win_backs", "analysis.win_back_summary", "publish.churn_rates", "publish.churn_totals")
		nothing(t, eng, "a churned customer has no class, or one who stays has", "select * from analysis.churn where (state = 'churned') <> (class is not null) or (class is null) <> (sub_class is null) or evidence is null")
		nothing(t, eng, "the summary is not the churned of the window", `select 1 where (select sum(customers) from analysis.churn_summary) <> (select count(*) from analysis.churn where churned_on >= date '2024-03-15')
			or (select abs(sum(share) - 1) > 1e-9 from analysis.churn_summary having sum(customers) > 0)`)
		nothing(t, eng, "the sources do not decide each churned customer once", "select 1 where (select sum(decided) from analysis.churn_sources) <> (select count(*) from analysis.churn where state = 'churned')")
		nothing(t, eng, "the opinions are not all customers", "select 1 where (select sum(customers) from analysis.churn_opinions) <> (select count(*) from analysis.churn)")
		nothing(t, eng, "somebody left in the future, or before they were known", "select * from analysis.churn where churned_on >= date '2025-03-15'")
		nothing(t, eng, "a return comes before its leaving, or the next leaving before the return", "select * from analysis.win_backs where returned_on <= left_on or left_again_on < returned_on or returned_on >= date '2025-03-15'")
		nothing(t, eng, "a churn rate is none", "select * from publish.churn_rates where rate < 0 or rate > 1 or rate_low > rate or rate_high < rate")
		nothing(t, eng, "full width says something else than half width", "select * from analysis.churn where evidence like '%reason=ＰＲＩＣＥ%' and state = 'churned' and rule = 'stated_departure' and sub_class <> 'price'")
	})
}

func TestTheOrderOfRowsAndTheNumberOfThreadsChangeNoFigureOfStaying(t *testing.T) {
	eachNeighbourhood(t, func(t *testing.T, n *neighbourhood) {
		marts := []string{"analysis.retention_by", "analysis.retention_by_curve", "analysis.churn", "analysis.churn_summary", "analysis.churn_opinions", "analysis.win_backs", "analysis.win_back_summary"}
		one, other := n.compute(t, 1, 0, nil, marts...), n.compute(t, 4, 99, nil, marts...)
		for _, mart := range marts {
			want, got := ask(t, one, "select * from "+mart+" order by all"), ask(t, other, "select * from "+mart+" order by all")
			if fmt.Sprint(want) != fmt.Sprint(got) {
				t.Errorf("%s differs", mart)
			}
		}
	})
}

func TestACompanyOfOneCustomerAndOneOfNobodyAreCountedToo(t *testing.T) {
	on := day(2024, 5, 5)
	for name, lines := range map[string]int{"nobody": 0, "one customer": 1} {
		t.Run(name, func(t *testing.T) {
			n := &neighbourhood{tables: map[string][]map[string]any{}}
			for range lines {
				n.add("order_lines", map[string]any{"order_id": "o", "line_id": "1", "customer_id": "a", "ordered_on": on, "ordered_at": on, "quantity": model.Decimal("1"), "net_amount": money(10000)})
				n.add("departures", map[string]any{"customer_id": "a", "left_on": on.AddDate(-1, 0, 0), "reason": "left before the first order"})
				n.add("departures", map[string]any{"customer_id": "a", "left_on": on.AddDate(5, 0, 0), "reason": "will leave"})
			}
			eng := n.compute(t, 2, 0, nil, "analysis.retention_by", "analysis.churn", "analysis.churn_sources", "analysis.win_backs", "publish.churn_rates")
			nothing(t, eng, "a cohort of one is more or less than one", "select * from analysis.retention_by where cohort_size <> 1 or rate not in (0, 1) and measure <> 'net_revenue'")
			if rows := ask(t, eng, "select state, rule, class from analysis.churn"); len(rows) != lines || lines == 1 && fmt.Sprint(rows[0]) != "[churned pooled_rhythm unclassified]" {
				t.Errorf("churn says %v: only its silence counts: farewells before the first order and in the future are none", rows)
			}
			nothing(t, eng, "who had not come yet has come back", "select * from analysis.win_backs")
		})
	}
}
