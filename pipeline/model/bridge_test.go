package model

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/pharos-analytics/pharos/sql"
)

// bridgeCompanies invents customers, each as different from the next as companies are: amounts with
// four digits, products given up, taken up, given away and sold below cost, entries that no line shows.
func bridgeCompanies(random *rand.Rand, n int) (results, sales [][]any) {
	amount := func(most int) string {
		return fmt.Sprintf("%d.%04d", random.IntN(most), random.IntN(10_000))
	}
	for c := range n {
		id := fmt.Sprintf("C%05d", c)
		windows := 0
		for _, window := range []string{"previous", "current"} {
			if random.IntN(8) == 0 {
				continue // new, lost or without any result
			}
			windows++
			results = append(results, []any{window, id, amount(90_000), amount(900), amount(2_000), amount(60_000), amount(500), amount(50), amount(5_000)})
		}
		for p := range random.IntN(6) {
			if windows < 2 {
				break // core.product_sales holds who has a result in both
			}
			row := []any{id, fmt.Sprintf("P%d", p)}
			for range 2 {
				if random.IntN(3) == 0 {
					row = append(row, "0", "0", "0", "0")
					continue
				}
				row = append(row, amount(1+random.IntN(20_000)), amount(200), amount(15_000), fmt.Sprintf("%d.%06d", random.IntN(300), 1+random.IntN(999_999)))
			}
			sales = append(sales, row)
		}
	}
	return results, sales
}

func TestTheBridgeOfEveryCompanyAddsUpToTheCent(t *testing.T) {
	e, _ := engine(t, 2)
	results, sales := bridgeCompanies(rand.New(rand.NewPCG(5, 16)), 10_000)
	money := func(names ...string) []Column {
		var columns []Column
		for _, name := range names {
			columns = append(columns, Column{name, "decimal(38,4)"})
		}
		return columns
	}
	give(t, e, "facts.results", append([]Column{{"profit_window", "varchar"}, {"customer_id", "varchar"}},
		money("revenue", "discounts", "returns", "cogs", "cost_to_serve", "bad_debt", "allocated_cost")...), results)
	give(t, e, "core.product_sales", append(append(append([]Column{{"customer_id", "varchar"}, {"product_id", "varchar"}},
		money("sales_before", "discounts_before", "cost_before")...), Column{"quantity_before", "decimal(38,6)"}),
		append(money("sales_now", "discounts_now", "cost_now"), Column{"quantity_now", "decimal(38,6)"})...), sales)
	if err := e.makeSchema(t.Context(), "core.customer_results"); err != nil {
		t.Fatal(err)
	}
	if err := e.exec(t.Context(), `create view core.customer_results as select *, revenue - discounts - returns - cogs - cost_to_serve
		- bad_debt - allocated_cost as profit from facts.results`); err != nil {
		t.Fatal(err)
	}
	models, err := Load(sql.Files)
	if err != nil {
		t.Fatal(err)
	}
	for _, relation := range []string{"core.sales_effects", "segment.bridge_causes", "segment.profit_bridge", "checks.bridge_adds_up"} {
		for _, m := range models {
			if m.Relation() == relation {
				build(t, e, m, "")
			}
		}
	}
	if n := one(t, e, "select count(*) from segment.bridge_causes where profit_change <> price + volume + mix + discount + returns + cost_of_goods + cost_to_serve + other_revenue + new_customers + lost_customers"); n != int64(0) {
		t.Errorf("the causes of %v companies do not add up", n)
	}
	if n := one(t, e, "select failing from checks.bridge_adds_up"); n != int64(0) {
		t.Errorf("the check finds %v faults in a bridge that adds up", n)
	}
	for standing, least := range map[string]int64{"kept": 7_000, "new": 900, "lost": 900} {
		if n := one(t, e, "select count(*) from segment.bridge_causes where standing = '"+standing+"'"); n.(int64) < least {
			t.Errorf("only %v companies are %s: the test says little", n, standing)
		}
	}
}
