package pipeline

import (
	"fmt"
	"math/big"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/pharos-analytics/pharos/pipeline/model"
)

// townSeeds are the towns that a test goes through: one of 200 companies of each kind, and with
// PHAROS_TORTURE fifty, 10,000 companies of each.
func townSeeds() int {
	if os.Getenv("PHAROS_TORTURE") != "" {
		return 50
	}
	return 1
}

func eachTown(t *testing.T, kinds []townKind, test func(t *testing.T, seed uint64, kind townKind)) {
	if testing.Short() {
		t.Skip("hundreds of companies; -short leaves them out")
	}
	for _, kind := range kinds {
		for seed := range townSeeds() {
			t.Run(fmt.Sprintf("%s %d", kind, seed), func(t *testing.T) { test(t, uint64(seed), kind) })
		}
	}
}

var allKinds = []townKind{linesOnly, costLedger, fullLedger}

// parts is a decimal of the engine in ten-thousandths.
func parts(t *testing.T, v any) int64 {
	t.Helper()
	r, ok := new(big.Rat).SetString(model.Text(v, "decimal(38,4)"))
	if !ok {
		t.Fatalf("%v is no amount", v)
	}
	r.Mul(r, big.NewRat(10000, 1))
	if !r.IsInt() {
		t.Fatalf("%v has more than four decimals", v)
	}
	return r.Num().Int64()
}

func ask(t *testing.T, eng *model.DuckDB, query string) [][]any {
	t.Helper()
	rows, err := eng.Query(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	return rows.Values
}

func TestWhatCustomersEarnAndWhatStaysUnassignedIsTheLedgerOfEveryCompanyToTheCent(t *testing.T) {
	eachTown(t, []townKind{costLedger, fullLedger}, func(t *testing.T, seed uint64, kind townKind) {
		w := newTown(seed, kind)
		eng := w.compute(t, "core.kind_balances", "core.customer_results", "core.window_sources")
		posted := map[string]int64{}
		for _, e := range w.entries {
			posted[w.windows[e.company]+" "+e.kind] += e.amount
		}
		for _, row := range ask(t, eng, "select profit_window, kind, assigned + allocated + unassigned from core.kind_balances") {
			key := fmt.Sprint(row[0], " ", row[1])
			if got := parts(t, row[2]); got != posted[key] {
				t.Errorf("%s: customers and the unassigned part come to %d, the ledger to %d ten-thousandths", key, got, posted[key])
			}
			delete(posted, key)
		}
		for key, amount := range posted {
			t.Errorf("%s: %d ten-thousandths of the ledger are nowhere", key, amount)
		}
		for _, row := range ask(t, eng, `with b as (select profit_window, sum(case kind when 'revenue' then assigned + allocated else -assigned - allocated end) as profit
			from core.kind_balances group by profit_window),
			r as (select profit_window, sum(case when basis = 'ledger' then profit else profit - net_revenue + cogs end) as profit from core.customer_results group by profit_window)
			select b.profit_window, b.profit, r.profit from b left join r using (profit_window) where b.profit <> coalesce(r.profit, 0)`) {
			t.Errorf("%v: the ledger leaves %v, the customers have %v", row[0], row[1], row[2])
		}
	})
}

func TestTiersPartitionTheCustomersOfEveryCompany(t *testing.T) {
	eachTown(t, allKinds, func(t *testing.T, seed uint64, kind townKind) {
		w := newTown(seed, kind)
		eng := w.compute(t, "segment.window_tiers", "core.customer_results")
		type standing struct{ cumulative, previous, high, positive int64 }
		last := map[string]*standing{}
		for _, row := range ask(t, eng, "select profit_window, customer_id, tier, profit, rank from segment.window_tiers order by profit_window, rank") {
			window, tier, profit := row[0].(string), row[2].(string), parts(t, row[3])
			s := last[window]
			if s == nil {
				s = &standing{previous: profit}
				last[window] = s
			}
			if profit > s.previous {
				t.Errorf("%s: %v ranks behind a customer of less profit", window, row[1])
			}
			s.previous = profit
			s.cumulative += profit
			switch tier {
			case "high":
				s.high += profit
				s.positive += profit
			case "medium":
				s.positive += profit
			case "zero":
				if profit != 0 {
					t.Errorf("%s: %v has %d and is zero", window, row[1], profit)
				}
			case "loss":
				if profit >= 0 {
					t.Errorf("%s: %v has %d and is a loss", window, row[1], profit)
				}
			default:
				t.Errorf("%s: %v stands in tier %q", window, row[1], tier)
			}
		}
		for _, row := range ask(t, eng, "select profit_window, sum(profit) from core.customer_results group by profit_window") {
			s := last[row[0].(string)]
			if got := parts(t, row[1]); got != s.cumulative {
				t.Errorf("%v: the curve ends at %d, the customers have %d", row[0], s.cumulative, got)
			}
			if 10*s.high < 8*s.positive {
				t.Errorf("%v: tier high holds %d of %d, less than 80 %%", row[0], s.high, s.positive)
			}
		}
	})
}

func TestAddingAProfitableOrderNeverLowersACustomersProfitOrRank(t *testing.T) {
	eachTown(t, []townKind{linesOnly}, func(t *testing.T, seed uint64, kind townKind) {
		w := newTown(seed, kind)
		// the rank among the company's own customers: those of other companies are known in its window too
		const query = `select profit_window || ' ' || customer_id, profit, row_number() over (partition by profit_window order by rank)
			from segment.window_tiers where substr(profit_window, 9) = substr(customer_id, 2, 3)`
		type standing struct{ profit, rank int64 }
		before := map[string]standing{}
		for _, row := range ask(t, w.compute(t, "segment.window_tiers"), query) {
			before[row[0].(string)] = standing{parts(t, row[1]), row[2].(int64)}
		}
		lucky := map[string]bool{}
		for i, start := range w.starts {
			customer := fmt.Sprintf("c%03d-0", i)
			net := w.cents(9_000) + 200
			w.lines = append(w.lines, townLine{order: customer + "/more", line: "1", customer: customer, on: start, net: net, cost: net / 2, isCosted: true, quantity: 1})
			lucky[w.windows[i]+" "+customer] = true
		}
		for _, row := range ask(t, w.compute(t, "segment.window_tiers"), query) {
			key := row[0].(string)
			b, known := before[key]
			if !known {
				continue // nobody knew the customer before
			}
			if got := parts(t, row[1]); got < b.profit || !lucky[key] && got != b.profit {
				t.Errorf("%s: profit went from %d to %d", key, b.profit, got)
			}
			if lucky[key] && row[2].(int64) > b.rank {
				t.Errorf("%s: earned more and went from rank %d to %d", key, b.rank, row[2])
			}
		}
	})
}

func TestTheOrderOfRowsAndDeliveringThemTwiceChangeNothing(t *testing.T) {
	eachTown(t, allKinds, func(t *testing.T, seed uint64, kind townKind) {
		answer := func(w *town) string {
			eng := w.compute(t, "segment.window_tiers", "core.customer_results", "core.kind_balances")
			var said strings.Builder
			for _, relation := range []string{"segment.window_tiers", "core.customer_results", "core.kind_balances"} {
				for _, row := range ask(t, eng, "select * from "+relation+" order by all") {
					fmt.Fprintln(&said, row...)
				}
			}
			return said.String()
		}
		w := newTown(seed, kind)
		want := answer(w)
		w.lines = append(w.lines, w.lines[:len(w.lines)/2]...)
		w.entries = append(w.entries, w.entries[:len(w.entries)/3]...)
		w.rng.Shuffle(len(w.lines), func(i, j int) { w.lines[i], w.lines[j] = w.lines[j], w.lines[i] })
		w.rng.Shuffle(len(w.entries), func(i, j int) { w.entries[i], w.entries[j] = w.entries[j], w.entries[i] })
		got := answer(w)
		if got != want {
			g, s := strings.Split(got, "\n"), strings.Split(want, "\n")
			i := slices.IndexFunc(g, func(line string) bool { return !slices.Contains(s, line) })
			t.Errorf("the figures differ, first: %s", g[max(i, 0)])
		}
	})
}
