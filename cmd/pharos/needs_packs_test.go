package main

import (
	"encoding/csv"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/pharos-analytics/pharos/pipeline"
)

// rawLine is an order line as its file holds it, before Pharos has seen it.
type rawLine struct {
	customer, product, category string
	on                          time.Time
	net, quantity               *big.Rat
}

// plainNeed is what one customer buys in one window, counted the plain way.
type plainNeed struct {
	top, level      string
	share, position float64
	lines, products int
}

// readRaw reads the files of a pack row by row.
func readRaw(t *testing.T, pattern string, line func(cell func(string) string) (rawLine, bool)) []rawLine {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no files %s: %v", pattern, err)
	}
	var lines []rawLine
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		records, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(b), "\ufeff"))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, record := range records[1:] {
			if l, ok := line(func(name string) string { return record[slices.Index(records[0], name)] }); ok {
				lines = append(lines, l)
			}
		}
	}
	return lines
}

// rounded is a number with so many decimals, halves away from zero.
func rounded(r *big.Rat, decimals int) *big.Rat {
	v, _ := new(big.Rat).SetString(r.FloatString(decimals))
	return v
}

func exactly(t *testing.T, text string) *big.Rat {
	t.Helper()
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		t.Fatalf("%q is no number", text)
	}
	return r
}

// plainNeeds counts what customers buy from one day up to another: every line is compared with
// every other of its category, or of its product where it has no category.
func plainNeeds(lines []rawLine, from, until time.Time) map[string]plainNeed {
	groups, own := map[string][]*big.Rat{}, map[string][]rawLine{}
	group := func(l rawLine) string {
		if l.category != "" {
			return "category " + l.category
		}
		return "product " + l.product
	}
	price := func(l rawLine) *big.Rat { return rounded(new(big.Rat).Quo(l.net, l.quantity), 6) }
	for _, l := range lines {
		if !l.on.Before(from) && l.on.Before(until) && l.quantity.Sign() > 0 && l.net.Sign() >= 0 {
			groups[group(l)] = append(groups[group(l)], price(l))
			own[l.customer] = append(own[l.customer], l)
		}
	}
	for _, prices := range groups {
		sort.Slice(prices, func(i, j int) bool { return prices[i].Cmp(prices[j]) < 0 })
	}
	needs := map[string]plainNeed{}
	for customer, bought := range own {
		money, total, places, products := map[string]*big.Rat{}, new(big.Rat), new(big.Rat), map[string]bool{}
		for _, l := range bought {
			prices, p := groups[group(l)], price(l)
			cheaper := sort.Search(len(prices), func(i int) bool { return prices[i].Cmp(p) >= 0 })
			upTo := sort.Search(len(prices), func(i int) bool { return prices[i].Cmp(p) > 0 })
			places.Add(places, big.NewRat(int64(cheaper+upTo), int64(2*len(prices)))) // the cheaper and half of the equal
			name := l.category
			if name == "" {
				name = "unknown"
			}
			if money[name] == nil {
				money[name] = new(big.Rat)
			}
			money[name].Add(money[name], l.net)
			total.Add(total, l.net)
			products[l.product] = true
		}
		n := plainNeed{lines: len(bought), products: len(products), level: "unknown"}
		for _, name := range sortedNames(money) {
			if n.top == "" || money[name].Cmp(money[n.top]) > 0 {
				n.top = name
			}
		}
		if total.Sign() > 0 {
			n.share, _ = new(big.Rat).Quo(money[n.top], total).Float64()
		}
		n.position, _ = places.Quo(places, big.NewRat(int64(len(bought)), 1)).Float64()
		if n.lines >= 5 {
			n.level = map[bool]string{true: "low", false: map[bool]string{true: "middle", false: "high"}[n.position < 0.6]}[n.position < 0.4]
		}
		needs[customer] = n
	}
	return needs
}

func sortedNames[V any](m map[string]V) []string {
	var names []string
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// compareNeeds compares the mart with what was counted the plain way.
func compareNeeds(t *testing.T, c *pipeline.Console, want, before map[string]plainNeed) {
	t.Helper()
	rows, err := c.Query(t.Context(), "select customer_id, top_category, price_level, lines, products, coalesce(top_share, 0), coalesce(price_position, 0), category_before from analysis.needs")
	if err != nil {
		t.Fatal(err)
	}
	near := func(a any, b float64) bool { return a.(float64)-b < 2e-6 && b-a.(float64) < 2e-6 }
	faults, current := 0, 0
	for _, r := range rows.Values {
		n, then := want[r[0].(string)], before[r[0].(string)]
		if n.lines == 0 {
			n.top, n.level = "none", "none"
		} else {
			current++
		}
		if then.lines == 0 {
			then.top = "none"
		}
		atCut := near(n.position, 0.4) || near(n.position, 0.6) // a millionth decides there
		if r[1] != n.top || r[2] != n.level && !atCut || r[3] != int64(n.lines) || r[4] != int64(n.products) || !near(r[5], n.share) || !near(r[6], n.position) || r[7] != then.top {
			if faults++; faults < 10 {
				t.Errorf("the mart says %v, the raw lines %+v and before %+v", r, n, then)
			}
		}
	}
	if current != len(want) || current == 0 {
		t.Errorf("the mart has %d customers with a line in the window, the raw lines have %d", current, len(want))
	}
	t.Logf("%d customers, %d of them in the window; levels %v", len(rows.Values), current, levels(want))
}

func levels(needs map[string]plainNeed) string {
	n := map[string]int{}
	for _, v := range needs {
		n[v.level]++
	}
	return fmt.Sprint(n)
}

func TestWhatCustomersOfSuperstoreBuyIsWhatTheirLinesSay(t *testing.T) {
	c := runPack(t, "superstore", "2020-01-01", "profit: { window: all }", "profit: { window: 12 months }")
	lines := readRaw(t, filepath.Join(packData(t), "superstore", "orders.csv"), func(cell func(string) string) (rawLine, bool) {
		on, err := time.Parse("1/2/2006", cell("Order Date"))
		if err != nil {
			t.Fatal(err)
		}
		return rawLine{cell("Customer ID"), cell("Product ID"), cell("Category"), on, rounded(exactly(t, cell("Sales")), 4), exactly(t, cell("Quantity"))}, true
	})
	at := func(year int) time.Time { return time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC) }
	compareNeeds(t, c, plainNeeds(lines, at(2019), at(2020)), plainNeeds(lines, at(2018), at(2019)))
	everyCustomerIsInOneGroup(t, c)
}

func TestWithoutCategoriesPricesAreComparedWithinAProduct(t *testing.T) {
	c := runPack(t, "online_retail", "2011-12-10", "profit: { window: all }", "profit: { window: 6 months }")
	lines := readRaw(t, filepath.Join(packData(t), "online_retail", "*.csv"), func(cell func(string) string) (rawLine, bool) {
		customer := strings.TrimSuffix(cell("CustomerID"), ".0")
		on, err := time.Parse("2006-01-02", cell("InvoiceDate")[:10])
		if err != nil {
			t.Fatal(err)
		}
		quantity := exactly(t, cell("Quantity"))
		net := rounded(new(big.Rat).Mul(quantity, rounded(exactly(t, cell("UnitPrice")), 6)), 4)
		return rawLine{customer, cell("StockCode"), "", on, net, quantity}, customer != ""
	})
	at := func(year, month int) time.Time { return time.Date(year, time.Month(month), 10, 0, 0, 0, 0, time.UTC) }
	compareNeeds(t, c, plainNeeds(lines, at(2011, 6), at(2011, 12)), plainNeeds(lines, at(2010, 6), at(2010, 12)))
	if got := answer(t, c, "select distinct top_category, price_basis from needs where lines > 0"); got != "unknown|product" {
		t.Errorf("without categories the mart says %s", got)
	}
	everyCustomerIsInOneGroup(t, c)
}

func everyCustomerIsInOneGroup(t *testing.T, c *pipeline.Console) {
	t.Helper()
	if got := answer(t, c, `select count(*) from (select segmentation from needs_by where tier = 'all' group by segmentation having sum(customers) <> (select count(*) from needs))`); got != "0" {
		t.Errorf("%s segmentations do not hold every customer once", got)
	}
}
