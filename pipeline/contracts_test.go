package pipeline

import (
	"fmt"
	"testing"
	"time"
)

// held is a company of contracts on D 2026-01-01.
func held(contracts ...townContract) *town {
	return &town{contracts: contracts, until: day(2026, 1, 1)}
}

// one asks for a single row.
func (w *town) one(t *testing.T, relation, query string) []any {
	t.Helper()
	rows := ask(t, w.compute(t, relation), query)
	if len(rows) != 1 {
		t.Fatalf("%s: %d rows, not one", query, len(rows))
	}
	return rows[0]
}

func TestOfTwentyCustomersOn600ThreeLeaveAndPricesRiseBy2(t *testing.T) {
	w := held()
	for i := range 20 {
		customer := fmt.Sprintf("c-%02d", i)
		old := townContract{id: customer + "/old", customer: customer, period: "month", starts: day(2024, 3, 1), ends: day(2025, 3, 1), amount: 300_000}
		w.contracts = append(w.contracts, old)
		if i >= 3 {
			w.contracts = append(w.contracts, townContract{id: customer + "/new", customer: customer, period: "month", starts: old.ends, ends: day(2026, 3, 1), amount: 320_000})
		}
	}
	row := w.one(t, "analysis.contract_retention", `select customers_start, customers_kept, 1 - logo_retention, grr, round(100 * nrr, 2), value_start
		from analysis.contract_retention where period_kind = 'window'`)
	if got := fmt.Sprint(row[0], row[1], " ", row[3], row[4]); got != "20 17 0.85 90.67" || row[2].(float64) < 0.1499999 || row[2].(float64) > 0.1500001 || parts(t, row[5]) != 6_000_000 {
		t.Errorf("customers, kept, GRR and NRR are %s, logo churn is %v, the start %v", got, row[2], row[5])
	}
	if row := w.one(t, "publish.contract_figures", "select customers_start, customers_kept, decided, renewed, grr, nrr from publish.contract_figures"); fmt.Sprint(row) != "[20 17 20 17 0.85 0.9066666666666666]" {
		t.Errorf("the key figures stand on %v", row)
	}
}

func TestEightyFiveOfAHundredContractsAreRenewed(t *testing.T) {
	w := held()
	for i := range 100 {
		id := fmt.Sprintf("c-%03d", i)
		w.contracts = append(w.contracts, townContract{id: id, customer: id, period: "year", starts: day(2024, 6, 1), ends: day(2025, 6, 1), amount: 120_000})
		if i < 85 {
			w.contracts = append(w.contracts, townContract{id: id + "+", customer: id, period: "year", starts: day(2025, 6, 1).AddDate(0, 0, i%31), ends: day(2026, 6, 1), amount: 120_000})
		}
	}
	// beside, not inside: one cancelled early, and one whose grace is not over
	w.contracts = append(w.contracts,
		townContract{id: "early", customer: "early-1", period: "year", starts: day(2025, 1, 1), ends: day(2026, 6, 1), cancelled: day(2025, 6, 9), amount: 240_000},
		townContract{id: "waiting", customer: "waiting-1", period: "year", starts: day(2024, 12, 10), ends: day(2025, 12, 10), amount: 120_000})
	row := w.one(t, "analysis.contract_renewals", `select due, renewed, pending, lost, rate, early_terminations, cast(early_value as double), state
		from analysis.contract_renewals where period = date '2025-06-01'`)
	if fmt.Sprint(row) != "[100 85 0 15 0.85 1 2 observed]" {
		t.Errorf("June is %v", row)
	}
	row = w.one(t, "analysis.contract_renewals", "select due, renewed, pending, rate, state from analysis.contract_renewals where period = date '2025-12-01'")
	if fmt.Sprint(row) != "[1 0 1 <nil> in_progress]" {
		t.Errorf("December is %v", row)
	}
}

func TestContractsThatAreWrongAreInNoFigureAndAreFound(t *testing.T) {
	good := townContract{id: "good", customer: "a-1", period: "month", starts: day(2024, 1, 1), amount: 100_000}
	wrong := []townContract{
		{id: "ends before it starts", customer: "b-1", period: "month", starts: day(2025, 3, 1), ends: day(2025, 2, 1), amount: 100_000},
		{id: "cancelled before it starts", customer: "c-1", period: "month", starts: day(2024, 3, 1), ends: day(2026, 6, 1), cancelled: day(2024, 2, 1), amount: 100_000},
		{id: "a credit", customer: "d-1", period: "month", starts: day(2024, 3, 1), amount: -100_000},
		{id: "for nothing", customer: "e-1", period: "month", starts: day(2024, 3, 1), amount: 0},
		{id: "a term without an end", customer: "f-1", period: "term", starts: day(2024, 3, 1), amount: 100_000},
	}
	w := held(append(wrong, good)...)
	if row := w.one(t, "analysis.contract_retention", "select customers_start, customers_kept, contracts_start, grr, nrr from analysis.contract_retention where period_kind = 'window'"); fmt.Sprint(row) != "[1 1 1 1 1]" {
		t.Errorf("the window is %v", row)
	}
	found := ask(t, w.compute(t, "publish.findings"), "select location, value from publish.findings where check_name = 'contract_faults' order by location")
	if len(found) != len(wrong) {
		t.Errorf("%d contracts are found: %v", len(found), found)
	}
}

func TestACircleOfRenewalsRenewsNothingAndEndsNoRun(t *testing.T) {
	starts, ends := day(2024, 1, 1), day(2025, 1, 1)
	w := held(
		townContract{id: "1", customer: "a-1", period: "year", starts: starts, ends: ends, renews: "3", amount: 120_000},
		townContract{id: "2", customer: "a-1", period: "year", starts: starts, ends: ends, renews: "1", amount: 120_000},
		townContract{id: "3", customer: "a-1", period: "year", starts: starts, ends: ends, renews: "2", amount: 120_000})
	rows := ask(t, w.compute(t, "analysis.renewals"), "select state, coalesce(renews, 'nothing') from analysis.renewals")
	if fmt.Sprint(rows) != "[[lapsed nothing] [lapsed nothing] [lapsed nothing]]" {
		t.Errorf("the circle is %v", rows)
	}
}

func TestACustomerWhoLeavesTwiceIsCountedInEachPeriod(t *testing.T) {
	w := held(
		townContract{id: "1", customer: "a-1", period: "month", starts: day(2025, 1, 10), ends: day(2025, 3, 10), amount: 100_000},
		townContract{id: "2", customer: "a-1", period: "month", starts: day(2025, 8, 10), ends: day(2025, 10, 10), amount: 100_000})
	rows := ask(t, w.compute(t, "analysis.contract_bridge"), `select period, component, cast(amount as double) from analysis.contract_bridge
		where period_kind = 'month' and position between 2 and 6 and amount <> 0 order by period`)
	want := fmt.Sprint([][]any{{day(2025, 1, 1), "new", 10.0}, {day(2025, 3, 1), "churn", -10.0}, {day(2025, 8, 1), "reactivation", 10.0}, {day(2025, 10, 1), "churn", -10.0}})
	if got := fmt.Sprint(utc(rows)); got != want {
		t.Errorf("the months are %v, not %v", got, want)
	}
}

// utc gives days the location in which they are compared.
func utc(rows [][]any) [][]any {
	for _, r := range rows {
		if d, ok := r[0].(time.Time); ok {
			r[0] = d.UTC()
		}
	}
	return rows
}
