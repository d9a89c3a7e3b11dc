package pipeline

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pharos-analytics/pharos/pipeline/extract"
)

// sellForYears writes thirty months of orders: customers who stop, who return goods and who come
// back, lines of nobody, and orders whose lines lie on both sides of a month's end.
func sellForYears(t *testing.T, cfg *Config) {
	t.Helper()
	var b strings.Builder
	b.WriteString("order_id,customer_id,ordered_at,net_amount,cost\n")
	line := func(order, customer string, on time.Time, amount, cost int) {
		fmt.Fprintf(&b, "%s,%s,%s,%d.25,%d\n", order, customer, on.Format(time.DateOnly), amount, cost)
	}
	first := day(2024, time.January, 1)
	for month := range 30 {
		on := first.AddDate(0, month, 0)
		for c := range 12 {
			if month%(1+c%4) != 0 || month > 8+3*c {
				continue
			}
			order, customer := fmt.Sprintf("%d-%d", month, c), fmt.Sprintf("C%02d", c)
			line(order, customer, on.AddDate(0, 0, 2*c), 40+13*c-month, 30+5*c)
			if c%5 == 2 {
				line(order, customer, on.AddDate(0, 1, 0), 20+c, 9)
			}
			if c%6 == 3 {
				line(order+"-r", customer, on.AddDate(0, 0, 25), -15-c, -6)
			}
		}
		line(fmt.Sprintf("%d-n", month), "", on.AddDate(0, 0, 9), 5+month, 2)
	}
	if err := os.WriteFile(filepath.Join(cfg.Dir, "orders.csv"), []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

// signForYears writes contracts of a year and of a month: renewed, lapsed, cancelled and signed ahead.
func signForYears(t *testing.T, cfg *Config) {
	t.Helper()
	var b strings.Builder
	b.WriteString("contract_id,customer_id,starts_on,ends_on,signed_on,cancelled_on,renews_contract_id,period,amount\n")
	for c := range 20 {
		before := ""
		for year := range 3 - c%3 {
			id, start := fmt.Sprintf("%d-%d", c, year), day(2023+year, time.Month(1+c%12), 1+c)
			cancelled := ""
			if c%7 == 6 && year == 1 {
				cancelled = start.AddDate(0, 5, 0).Format(time.DateOnly)
			}
			fmt.Fprintf(&b, "%s,C%02d,%s,%s,%s,%s,%s,%s,%d\n", id, c, start.Format(time.DateOnly), start.AddDate(1, 0, 0).Format(time.DateOnly),
				start.AddDate(0, 0, -40).Format(time.DateOnly), cancelled, before, []string{"year", "month", "term"}[c%3], 500+70*c+40*year)
			if before = id; c%2 == 0 {
				before = ""
			}
		}
	}
	if err := os.WriteFile(filepath.Join(cfg.Dir, "contracts.csv"), []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	var columns []extract.ColumnMapping
	for _, name := range []string{"contract_id", "customer_id", "starts_on", "ends_on", "signed_on", "cancelled_on", "renews_contract_id", "period", "amount"} {
		columns = append(columns, extract.ColumnMapping{Name: name, Column: name})
	}
	cfg.Sources = append(cfg.Sources, extract.Spec{Name: "contracts", Dir: cfg.Dir, CSV: &extract.CSV{Path: "contracts.csv"}})
	cfg.Data = append(cfg.Data, extract.Mapping{Table: "contracts", Source: "contracts", Columns: columns})
}

func TestEachMonthOfTheHistoryIsWhatARunOfThatDaySays(t *testing.T) {
	cfg := kiosk(t)
	cfg.KeepRuns, cfg.HistoryMonths = 5, DefaultHistory
	sellForYears(t, cfg)
	signForYears(t, cfg)
	asOf := day(2026, time.June, 30)
	out, err := Run(t.Context(), cfg, Options{AsOf: asOf, Version: "test", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	for _, back := range []int{1, 12, 23} {
		then, err := Run(t.Context(), cfg, Options{AsOf: monthsBefore(asOf, back), FromLake: true, Version: "test", Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		month := lastMonth(monthsBefore(asOf, back)).Format(time.DateOnly)
		const figures = "select string_agg(kpi || ' ' || coalesce(cast(value as varchar), 'none'), ', ' order by kpi) from "
		was := cell(t, cfg, then.Manifest.ID, figures+"kpis")
		if got := cell(t, cfg, out.Manifest.ID, figures+"kpi_history where month = date '"+month+"'"); got != was {
			t.Errorf("%s was %v, and the history says %v", month, was, got)
		}
		if strings.Contains(fmt.Sprint(was), "nrr none") || strings.Contains(fmt.Sprint(was), "renewal_rate none") || strings.Contains(fmt.Sprint(was), "logo_retention 1,") {
			t.Errorf("%s says nothing of contracts: %v", month, was)
		}
	}
	if n := cell(t, cfg, out.Manifest.ID, "select count(*) from kpis left join kpi_history using (kpi) where month = date '2026-05-01' and previous is distinct from kpi_history.value"); n != int64(0) {
		t.Errorf("%v key figures have another previous value than the month before in the history", n)
	}
}

func TestTheHistoryBeginsWithTheFirstCustomer(t *testing.T) {
	cfg := kiosk(t)
	out := mustRun(t, cfg, 3) // sold from May 1 on, as of May 4
	if got := cell(t, cfg, out.Manifest.ID, "select string_agg(distinct cast(month as varchar), ' ') from kpi_history"); got != "2026-05-01" {
		t.Errorf("the history holds %v", got)
	}
}

func TestNoHistoryIsComputedForWhoDoesNotAskForIt(t *testing.T) {
	cfg := kiosk(t)
	cfg.HistoryMonths = DefaultHistory
	sellForYears(t, cfg)
	for only, months := range map[string]int64{"pareto": -1, "kpis": 1, "kpi_history": 23} {
		asked := Options{AsOf: day(2026, time.June, 30), Version: "test", Now: time.Now, Only: []string{only}}
		out, err := Run(t.Context(), cfg, asked)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(out.Dir, "run", "past_kpis.parquet")
		if _, err := os.Stat(path); months < 0 {
			if !os.IsNotExist(err) {
				t.Errorf("--only %s computed earlier months", only)
			}
			continue
		}
		if got := cell(t, cfg, out.Manifest.ID, "select count(distinct months_back) from run.past_kpis"); got != months {
			t.Errorf("--only %s computed %v earlier months, not %d", only, got, months)
		}
	}
}
