package pipeline

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pharos-analytics/pharos/pipeline/model"
)

// lifetimeMarts are the marts that stand on fits.
var lifetimeMarts = []string{"clv", "model_fit", "model_calibration", "survival", "potential", "potential_backtest"}

// sellToMany writes three years of orders of customers who buy at their own pace and stop one by
// one; the file's lines come in the order of a seed.
func sellToMany(t *testing.T, cfg *Config, customers int, order uint64) {
	t.Helper()
	random := rand.New(rand.NewPCG(42, 0))
	var lines []string
	first := day(2023, time.June, 1)
	for c := range customers {
		pace, left := 10+90*random.Float64(), 0.02+0.2*random.Float64()
		at := float64(random.IntN(700))
		worth := 20 + 200*random.Float64()
		for n := 0; at < 1090; n++ {
			on := first.AddDate(0, 0, int(at))
			lines = append(lines, fmt.Sprintf("%d-%d,C%04d,%s,%.2f,%.2f", c, n, c, on.Format(time.DateOnly), worth*(0.5+random.Float64()), worth*0.6))
			if random.IntN(20) == 0 {
				lines = append(lines, fmt.Sprintf("%d-%dr,C%04d,%s,%.2f,0", c, n, c, on.Format(time.DateOnly), -worth*0.3))
			}
			if at += 1 + pace*random.ExpFloat64(); random.Float64() < left {
				break
			}
		}
	}
	shuffled := rand.New(rand.NewPCG(order, 1))
	shuffled.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	writeOrders(t, cfg, lines)
}

func writeOrders(t *testing.T, cfg *Config, lines []string) {
	t.Helper()
	text := "order_id,customer_id,ordered_at,net_amount,cost\n" + strings.Join(lines, "\n") + "\n"
	if err := os.WriteFile(filepath.Join(cfg.Dir, "orders.csv"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// valuedRun computes the lifetime marts of a company and returns the run's folder.
func valuedRun(t *testing.T, cfg *Config, asOf time.Time) *Outcome {
	t.Helper()
	out, err := Run(t.Context(), cfg, Options{AsOf: asOf, Version: "test", Now: time.Now, Only: lifetimeMarts})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// lifetimeFiles are the bytes of the marts by name.
func lifetimeFiles(t *testing.T, out *Outcome) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, mart := range lifetimeMarts {
		path := filepath.Join(out.Dir, "marts", mart+".parquet")
		b, err := os.ReadFile(path)
		if os.IsNotExist(err) && mart == "survival" {
			continue // needs contracts or departures
		}
		if err != nil {
			t.Fatal(err)
		}
		files[mart] = string(b)
	}
	return files
}

func TestExpectedValueDependsOnNoThreadAndNoOrderOfRows(t *testing.T) {
	var first map[string]string
	for i, threads := range []int{1, 2, 3} {
		cfg := kiosk(t)
		cfg.Engine.Threads = threads
		sellToMany(t, cfg, 400, uint64(i))
		files := lifetimeFiles(t, valuedRun(t, cfg, day(2026, time.June, 1)))
		if first == nil {
			first = files
		}
		for mart, bytes := range files {
			if bytes != first[mart] {
				t.Errorf("with %d threads and other lines first, %s has other bytes", threads, mart)
			}
		}
	}
}

func TestEveryValueIsFiniteAndBetweenItsBounds(t *testing.T) {
	cfg := kiosk(t)
	sellToMany(t, cfg, 400, 0)
	id := valuedRun(t, cfg, day(2026, time.June, 1)).Manifest.ID
	for query, want := range map[string]any{
		"select count(*) from clv": int64(400),
		"select count(*) from clv where clv is null or not (clv_low <= clv and clv <= clv_high) or p_alive < 0 or p_alive > 1 or expected_purchases < 0 or expected_spend <= 0":             int64(0),
		"select count(*) from clv where frequency < 0 or recency > age or (frequency = 0) <> (recency = 0)":                                                                                 int64(0),
		"select count(*) from model_fit where usable and model in ('mbg_nbd', 'bg_nbd', 'gamma_gamma')":                                                                                     int64(3),
		"select count(*) from model_fit where usable <> (reason is null) or usable <> (parameters is not null)":                                                                             int64(0),
		"select count(*) from potential inner join clv using (customer_id) where not is_rising":                                                                                             int64(0),
		"select cast(sum(case when bought = 'all' then customers else -customers end) as bigint) from model_calibration where model <> 'gamma_gamma'":                                       int64(0),
		"select count(*) from clv where is_rising and customer_id in (select customer_id from segment.pareto where is_big)":                                                                 int64(0),
		"select count(*) from potential_backtest where reason is null and not (rate_low <= rate and rate <= rate_high) and method <> 'random'":                                              int64(0),
		"select count(*) from fit.purchase_scores as scores inner join clv using (customer_id) where scores.p_alive <> clv.p_alive or scores.p_none < 1 - clv.p_alive or scores.p_none > 1": int64(0),
	} {
		c, err := OpenRun(t.Context(), cfg, id)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Prepare(t.Context(), query); err != nil {
			t.Fatal(err)
		}
		rows, err := c.Query(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		if rows.Values[0][0] != want {
			t.Errorf("%s: %v, want %v", query, rows.Values[0][0], want)
		}
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// Companies of which no model can be made must publish their marts and say why.
func TestARefusedFitIsSaidAndNothingElseBreaks(t *testing.T) {
	on := func(d int) string { return day(2025, time.January, 1).AddDate(0, 0, d).Format(time.DateOnly) }
	for name, c := range map[string]struct {
		lines  func() []string
		reason string
	}{
		"one customer": {func() []string { return []string{"1,C1," + on(0) + ",5.00,1.00"} }, "too_few_customers"},
		"all bought once": {func() (lines []string) {
			for i := range 80 {
				lines = append(lines, fmt.Sprintf("%d,C%d,%s,9.50,1.00", i, i, on(i)))
			}
			return lines
		}, "too_few_repeaters"},
		"nothing but returns": {func() (lines []string) {
			for i := range 80 {
				lines = append(lines, fmt.Sprintf("%d,C%d,%s,-9.50,-1.00", i, i, on(i)))
			}
			return lines
		}, "too_few_customers"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := kiosk(t)
			writeOrders(t, cfg, c.lines())
			id := valuedRun(t, cfg, day(2026, time.January, 1)).Manifest.ID
			if got := cell(t, cfg, id, "select reason from model_fit where model = 'mbg_nbd'"); got != c.reason {
				t.Errorf("refused as %v, want %s", got, c.reason)
			}
			for _, query := range []string{"select count(clv) from clv", "select count(*) from potential", "select count(*) from model_fit where usable or detail is null", "select sum(named) from potential_backtest"} {
				if got := cell(t, cfg, id, query); fmt.Sprint(got) != "0" {
					t.Errorf("%s: %v", query, got)
				}
			}
		})
	}
}

func TestEqualSpendIsNoModelOfSpendAndItsMeanStands(t *testing.T) {
	cfg := kiosk(t)
	random := rand.New(rand.NewPCG(3, 0))
	var lines []string
	for c := range 120 {
		for n, at := 0, random.IntN(300); at < 700; n, at = n+1, at+1+random.IntN(40+3*c) {
			lines = append(lines, fmt.Sprintf("%d-%d,C%d,%s,10.00,4.00", c, n, c, day(2024, time.January, 1).AddDate(0, 0, at).Format(time.DateOnly)))
			if random.Float64() < []float64{0.01, 0.5}[c%2] {
				break
			}
		}
	}
	writeOrders(t, cfg, lines)
	id := valuedRun(t, cfg, day(2026, time.January, 1)).Manifest.ID
	if got := cell(t, cfg, id, "select reason from model_fit where model = 'gamma_gamma'"); got != "no_variance" {
		t.Errorf("spend is refused as %v", got)
	}
	if got := cell(t, cfg, id, "select concat(reason, ' ', detail) from model_fit where model = 'mbg_nbd'"); got != " " {
		t.Fatalf("purchases: %v", got)
	}
	if got := cell(t, cfg, id, "select count(*) from clv where expected_spend <> 10 or clv is null"); got != int64(0) {
		t.Errorf("%v customers are not expected to spend what everybody does", got)
	}
	if got := cell(t, cfg, id, "select count(*) from clv where not clv_low <= clv_high"); got != int64(0) {
		t.Errorf("%v intervals are not", got)
	}
}

// A KPI may stand on fit.purchase_scores: an earlier month then fits to what was known before it.
func TestAnEarlierMonthIsFittedOnItsOwnDays(t *testing.T) {
	cfg := kiosk(t)
	sellToMany(t, cfg, 400, 0)
	const alive = "select cast(round(sum(cast(p_alive as decimal(38, 9))), 6) as varchar), count(*) from fit.purchase_scores"
	at := func(asOf time.Time) []any {
		id := valuedRun(t, cfg, asOf).Manifest.ID
		c, err := OpenRun(t.Context(), cfg, id)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		rows, err := c.Query(t.Context(), alive)
		if err != nil {
			t.Fatal(err)
		}
		return rows.Values[0]
	}
	now, then := day(2026, time.June, 1), day(2026, time.January, 1)
	want := at(then)
	models, err := Models(cfg)
	if err != nil {
		t.Fatal(err)
	}
	c, err := OpenRun(t.Context(), cfg, valuedRun(t, cfg, now).Manifest.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Prepare(t.Context(), "core.activity core.returns run.lifetime core.calendar"); err != nil {
		t.Fatal(err)
	}
	b, err := c.Beside(t.Context(), "past_0")
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	w := windowsAt(then, cfg.Profit.Window, 1)
	p := params(cfg, w)
	if err := b.CreateFrom(t.Context(), p.name, p.columns, p.rows, ""); err != nil {
		t.Fatal(err)
	}
	for relation, where := range map[string]string{"core.activity": "active_on < date '2026-01-01'", "core.returns": "returned_on < date '2026-01-01'", "run.lifetime": "", "core.calendar": ""} {
		if err := b.Share(t.Context(), relation, "*", where); err != nil {
			t.Fatal(err)
		}
	}
	var build []model.Model
	for _, md := range upTo(models, "fit.purchase_scores") {
		if md.Schema == "analysis" || md.Schema == model.StepSchema {
			build = append(build, md)
		}
	}
	if err := model.Compute(t.Context(), b, build, func(model.Model) string { return "" }, nil); err != nil {
		t.Fatal(err)
	}
	got, err := b.Query(t.Context(), alive)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got.Values[0]); diff != "" {
		t.Errorf("the month beside the run and a run of that day differ: -run +beside\n%s", diff)
	}
}

func TestWhatAStepDidNotKeepIsNotInvented(t *testing.T) {
	cfg := kiosk(t)
	sellToMany(t, cfg, 60, 0)
	c, err := OpenRun(t.Context(), cfg, valuedRun(t, cfg, day(2026, time.June, 1)).Manifest.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Prepare(t.Context(), "select * from fit.customer_values"); err == nil || !strings.Contains(err.Error(), "mart") {
		t.Errorf("%v does not point to the marts", err)
	}
	if err := c.Prepare(t.Context(), "select * from analysis.purchase_groups"); err != nil {
		t.Error(err)
	}
}
