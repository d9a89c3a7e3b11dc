package pipeline

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// sellForever writes two and a half years of orders of customers who buy at a pace of their own and
// never leave. Whoever came first still buys on the last day.
func sellForever(t *testing.T, cfg *Config, customers int) {
	t.Helper()
	random := rand.New(rand.NewPCG(8, 0))
	var lines []string
	first := day(2023, time.June, 1)
	for c := range customers {
		pace, worth := 5+40*random.Float64(), 20+200*random.Float64()
		for n, at := 0, float64(random.IntN(400)); at < 910; n, at = n+1, at+1+pace*random.ExpFloat64() {
			lines = append(lines, fmt.Sprintf("%d-%d,C%04d,%s,%.2f,%.2f", c, n, c, first.AddDate(0, 0, int(at)).Format(time.DateOnly), worth*(0.5+random.Float64()), worth*0.6))
		}
	}
	writeOrders(t, cfg, lines)
}

func TestCustomersWhoNeverLeaveAreValuedWithoutLeaving(t *testing.T) {
	cfg := kiosk(t)
	sellForever(t, cfg, 300)
	out := valuedRun(t, cfg, day(2025, time.December, 1))
	id := out.Manifest.ID
	for query, want := range map[string]string{
		"select concat(usable, ' ', reason, ' ', parameters is null) from model_fit where model = 'mbg_nbd'":                                                                                                   "false nobody_leaves true",
		"select count(*) from model_fit where model = 'mbg_nbd' and detail like '%nbd is used in its place'":                                                                                                   "1",
		"select concat(usable, ' ', customers, ' ', reason is null, ' ', holdout_error between -0.1 and 0.1) from model_fit where model = 'nbd'":                                                               "true 300 true true",
		"select count(*) from clv where p_alive = 1 and clv > 0 and clv_low < clv and clv < clv_high and expected_purchases > 0":                                                                               "300",
		"select count(*) from fit.purchase_scores where p_none > 0 and p_none < 1":                                                                                                                             "300",
		"select count(*) from model_calibration where model = 'nbd' and bought = 'all'":                                                                                                                        "1",
		"select count(*) > 0 from potential where p_alive = 1":                                                                                                                                                 "true",
		"select candidates > 0 from potential_backtest where method = 'clv'":                                                                                                                                   "true",
		"select cast(sum(expected_purchases) as double) / (select sum(lines) from (select count(*) as lines from raw.order_lines where ordered_at >= date '2024-12-01') as year) between 0.9 and 1.1 from clv": "true",
	} {
		if got := fmt.Sprint(cell(t, cfg, id, query)); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
}

// Where customers leave, NBD is neither fitted nor used.
func TestWhereCustomersLeaveTheConfiguredModelStands(t *testing.T) {
	cfg := kiosk(t)
	sellToMany(t, cfg, 400, 0)
	id := valuedRun(t, cfg, day(2026, time.June, 1)).Manifest.ID
	for _, query := range []string{"select count(*) from model_fit where model = 'nbd'", "select count(*) from model_calibration where model = 'nbd'", "select count(*) from clv where p_alive = 1"} {
		if got := cell(t, cfg, id, query); got != int64(0) {
			t.Errorf("%s: %v", query, got)
		}
	}
}

func TestTheReportNamesTheModelInUse(t *testing.T) {
	cfg := kiosk(t)
	sellForever(t, cfg, 300)
	out, err := Run(t.Context(), cfg, Options{AsOf: day(2025, time.December, 1), Version: "test", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	pages, err := filepath.Glob(filepath.Join(out.Dir, "*.html"))
	if err != nil || len(pages) == 0 {
		t.Fatal(pages, err)
	}
	page, err := os.ReadFile(pages[0])
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(page), "finds that nobody leaves") && !strings.Contains(string(page), "看不出有客户离开，因此改用") {
		t.Errorf("%s does not say which model is used and why", pages[0])
	}
}

// A window whose returns eat its sales has no margin: how often customers buy is still said.
func TestWithoutAMarginThereAreNoValuesAndTheReasonIsSaid(t *testing.T) {
	cfg := kiosk(t)
	sellToMany(t, cfg, 400, 0)
	path := filepath.Join(cfg.Dir, "orders.csv")
	orders, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	orders = append(orders, "back,C0001,2026-05-20,-99999999.00,0\n"...)
	if err := os.WriteFile(path, orders, 0o600); err != nil {
		t.Fatal(err)
	}
	id := valuedRun(t, cfg, day(2026, time.June, 1)).Manifest.ID
	for query, want := range map[string]string{
		"select concat(usable, ' ', reason, ' ', detail is null) from model_fit where model = 'mbg_nbd'": "true no_margin false",
		"select count(*) from model_fit where model <> 'mbg_nbd' and reason = 'no_margin'":               "0",
		"select concat(count(clv), ' ', count(p_alive)) from clv":                                        "0 400",
		"select count(*) from potential":                                                                 "0",
	} {
		if got := fmt.Sprint(cell(t, cfg, id, query)); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
}
