package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pharos-analytics/pharos/analysis"
	"github.com/pharos-analytics/pharos/pipeline"
)

// inventedShop writes the orders of a company and returns its sale lines. Customers have likings, so
// that there is something to find; among the lines are those that are no sale, products that stand
// in an order twice, orders of nobody, order numbers of two customers and orders over midnight.
func inventedShop(seed uint64, asOf time.Time) (text string, sales []soldLine) {
	r := rand.New(rand.NewPCG(seed, 11))
	var b strings.Builder
	b.WriteString("order,customer,product,day,quantity,net,status\n")
	products := 12 + r.IntN(20)
	for o := range 300 + r.IntN(500) {
		customer := fmt.Sprintf("c%02d", r.IntN(40+int(seed%3)*20))
		liking := int(customer[2]-'0') % 5
		day := asOf.AddDate(0, 0, -1-r.IntN(700))
		order := fmt.Sprintf("o%d", o)
		switch r.IntN(25) {
		case 0:
			customer = ""
		case 1:
			order = fmt.Sprintf("o%d", r.IntN(o+1)) // another customer's number
		}
		size := 1 + r.IntN(5)
		if r.IntN(30) == 0 {
			size = 14
		}
		for range size {
			p := r.IntN(products)
			if r.IntN(3) > 0 {
				p = (liking*products/5 + r.IntN(4)) % products
			}
			on, quantity, net, status := day, 1+r.IntN(3), r.IntN(50), "done"
			switch r.IntN(16) {
			case 0:
				quantity, net = -1, -5
			case 1:
				status = "void"
			case 2:
				on = day.AddDate(0, 0, 1)
			case 3:
				net = 0
			}
			product := fmt.Sprintf("p%d", p)
			if p == 3 && r.IntN(9) == 0 {
				product = "" // a line that names none
			}
			fmt.Fprintf(&b, "%s,%s,%s,%s,%d,%d,%s\n", order, customer, product, on.Format(time.DateOnly), quantity, net, status)
			if quantity > 0 && status == "done" && product != "" && on.Before(asOf) {
				sales = append(sales, soldLine{order, customer, product, on})
			}
		}
	}
	return b.String(), sales
}

const shopConfig = `version: 1
history: { months: 2 }
company: { name: Shop, currency: EUR, time_zone: UTC, language: en }
sources: { shop: { csv: { path: orders.csv } }, goods: { csv: { path: products.csv } } }
data:
  products: { source: goods, columns: { product_id: id, category: kind } }
  order_lines:
    source: shop
    columns: { order_id: order, customer_id: customer, product_id: product, ordered_at: day, quantity: quantity, net_amount: net, status: { column: status, values: { void: cancelled } } }
profit: { window: 12 months }
`

// runShop runs a generated company and opens what was computed.
func runShop(t *testing.T, orders, needs string, asOf time.Time) *pipeline.Console {
	t.Helper()
	dir := t.TempDir()
	goods := "id,kind\n"
	for p := range 40 {
		goods += fmt.Sprintf("p%d,%s\n", p, []string{"paper", "tools"}[p%2])
	}
	for name, text := range map[string]string{"orders.csv": orders, "products.csv": goods, "pharos.yaml": shopConfig + needs} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(dir, "pharos.yaml")
	mustRun(t, "-c", path, "run", "--as-of", asOf.Format(time.DateOnly))
	cfg, err := loadConfig(path)
	if err != nil {
		t.Fatal(err)
	}
	c, err := pipeline.OpenRun(t.Context(), cfg, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func TestWhatIsBoughtTogetherInEveryCompanyIsWhatABruteForceFinds(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("whole runs; -short leaves them out")
	}
	asOf := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	small := analysis.BasketPolicy{LeastBaskets: 4, LeastTogether: 2, Largest: 8, FalseDiscoveryBP: 1000}
	epoch, year := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC), asOf.AddDate(-1, 0, 0)
	counts := "min_baskets: 4, min_pair: 2, largest: 8, false_discovery: 10 %"
	for seed, c := range []struct {
		needs    string
		start    time.Time
		repeat   string
		holdout  int
		isRepeat func(string) bool
	}{
		{"needs: { baskets: { window: all, " + counts + " } }\n", epoch, "never", 0, nil},
		{"needs: { baskets: { " + counts + " }, next: { owned: 6, neighbours: 3 } }\n", year, "never", 0, nil},
		{"needs: { baskets: { " + counts + " }, next: { repeat: allowed, owned: 6, neighbours: 3, holdout: 60 days } }\n", year, "allowed", 60, func(string) bool { return true }},
		{"needs: { baskets: { window: all, " + counts + " }, next: { repeat: { categories: [tools] }, owned: 6, neighbours: 3, holdout: 20 weeks } }\n", epoch, "categories", 140,
			func(p string) bool { return (p[len(p)-1]-'0')%2 == 1 }},
	} {
		t.Run(c.repeat+fmt.Sprint(seed), func(t *testing.T) {
			text, sales := inventedShop(uint64(seed), asOf)
			r := rules{asOf: asOf, start: c.start, baskets: small, offers: analysis.DefaultOffers(), isRepeat: c.isRepeat}
			r.offers.HoldoutDays = c.holdout
			if seed > 0 {
				r.offers.Owned, r.offers.Neighbours = 6, 3
			}
			shop := runShop(t, text, c.needs, asOf)
			samePairs(t, shop, r, sales)
			sameOffers(t, shop, r, sales)
			if got := answer(t, shop, "select count(*) > 10, (select max(customers) > 20 from next_product_backtest) from basket_pairs"); got != "true|true" {
				t.Errorf("the company is too small to show anything: %s", got)
			}
			t.Log(answer(t, shop, "select hits, popular_hits, usable from next_product_backtest where places = 10"), "of the next products:", answer(t, shop, "select count(*) from next_products"))
		})
	}
}
