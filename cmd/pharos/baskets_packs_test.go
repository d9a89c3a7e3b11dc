package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pharos-analytics/pharos/analysis"
	"github.com/pharos-analytics/pharos/pipeline"
	"github.com/pharos-analytics/pharos/pipeline/extract/extracttest"
	"github.com/pharos-analytics/pharos/pipeline/model"
)

// records are the rows of a query as text.
func records(t *testing.T, c *pipeline.Console, query string) [][]string {
	t.Helper()
	if err := c.Prepare(t.Context(), query); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := c.QueryTo(t.Context(), query, &out, model.FormatCSV); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&out).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}

func number(t *testing.T, text string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func near(a, b float64) bool { return a == b || math.Abs(a-b) <= 1e-9*max(math.Abs(a), math.Abs(b)) }

// samePairs compares mart basket_pairs with the brute force, row by row.
func samePairs(t *testing.T, c *pipeline.Console, r rules, lines []soldLine) {
	t.Helper()
	p := r.baskets
	pairs, ones := together(basketsOf(lines, r.start, r.asOf), p.Largest, false, p.LeastBaskets, p.LeastTogether)
	judged, err := adjust(pairs, ones, p.LeastBaskets)
	if err != nil {
		t.Fatal(err)
	}
	want := make(map[pairKey]tested, len(judged))
	for _, j := range judged {
		want[j.pairKey] = j
	}
	rows := records(t, c, `select product_a, product_b, baskets_both, baskets_a, baskets_b, baskets_all, support, confidence_a_b, confidence_b_a, lift,
		p_value, adjusted_p, significant from basket_pairs`)
	if len(rows) != len(want) {
		t.Errorf("%d pairs in the mart, %d by brute force", len(rows), len(want))
	}
	wrong := 0
	for _, row := range rows {
		w, found := want[pairKey{row[0], row[1]}]
		both, a, b, all := float64(w.both), float64(w.pairCount.a), float64(w.pairCount.b), float64(w.all)
		figures := []float64{both, a, b, all, both / all, both / a, both / b, both * all / (a * b), w.p, w.adjusted}
		for i, figure := range figures {
			found = found && near(number(t, row[2+i]), figure)
		}
		if isSure := w.adjusted*10000 <= float64(p.FalseDiscoveryBP); !found || row[12] != fmt.Sprint(isSure) {
			if wrong++; wrong < 5 {
				t.Errorf("the mart says %v, the brute force %+v", row, w)
			}
		}
	}
	if wrong > 0 {
		t.Errorf("%d of %d pairs differ", wrong, len(rows))
	}
}

// sameOffers compares marts next_product_backtest and next_products with the brute force.
func sameOffers(t *testing.T, c *pipeline.Console, r rules, lines []soldLine) {
	t.Helper()
	trials, err := r.try(lines, 1, 5, 10)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range records(t, c, "select places, customers, hits, popular_hits, only_method, only_popular from next_product_backtest") {
		w := trials[int(number(t, row[0]))]
		if want := fmt.Sprint([]int{w.customers, w.hits, w.popular, w.onlyMethod, w.onlyPopular}); fmt.Sprint(row[1:]) != want {
			t.Errorf("first %s products: the mart says %v, the brute force %v", row[0], row[1:], want)
		}
	}
	rows := records(t, c, "select customer_id, rank, product_id, rule, coalesce(owned_product_id, ''), together, coalesce(score, 0) from next_products order by customer_id, rank")
	usable := answer(t, c, "select usable from next_product_backtest where places = 10") == "true"
	if !usable {
		if len(rows) > 0 {
			t.Errorf("the method is refused, and %d next products are named", len(rows))
		}
		return
	}
	now, err := r.seenFrom(lines, r.start, r.asOf)
	if err != nil {
		t.Fatal(err)
	}
	wrong, at := 0, 0
	for _, customer := range slices.Sorted(keysOf(now.had)) {
		for i, o := range now.offersFor(customer) {
			want := []string{customer, fmt.Sprint(i + 1), o.product, o.rule, o.owned, fmt.Sprint(o.support)}
			if at >= len(rows) || !slices.Equal(rows[at][:6], want) || math.Abs(number(t, rows[at][6])-float64(o.score)/1e6) > 1e-9 {
				if wrong++; wrong < 5 {
					t.Errorf("the mart says %v, the brute force %v %d", rows[min(at, len(rows)-1)], want, o.score)
				}
			}
			at++
		}
	}
	if wrong > 0 || at != len(rows) {
		t.Errorf("%d of %d next products differ, the brute force has %d", wrong, len(rows), at)
	}
}

func keysOf[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// retailLines are the sale lines of Online Retail, read from its files.
func retailLines(t *testing.T) []soldLine {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(packData(t), "online_retail", "*.csv"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files of Online Retail, %v", len(files), err)
	}
	var lines []soldLine
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows[1:] {
			quantity, price := number(t, row[3]), number(t, row[5])
			if net := quantity * price; net < 0 || quantity <= 0 && net <= 0 || row[1] == "" {
				continue
			}
			day, err := time.Parse(time.DateTime, row[4])
			if err != nil {
				t.Fatal(err)
			}
			lines = append(lines, soldLine{row[0], strings.TrimSuffix(row[6], ".0"), row[1], day.Truncate(24 * time.Hour)})
		}
	}
	return lines
}

// northwindLines are the lines of Northwind's orders, read from its dump; all are sales.
func northwindLines(t *testing.T) []soldLine {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(packData(t), "northwind", "northwind.sql"))
	if err != nil {
		t.Fatal(err)
	}
	type head struct {
		customer string
		day      time.Time
	}
	heads := map[string]head{}
	for _, m := range regexp.MustCompile(`(?m)^INSERT INTO orders VALUES \((\d+), '([A-Z]+)', \d+, '([0-9-]+)'`).FindAllStringSubmatch(string(b), -1) {
		day, err := time.Parse(time.DateOnly, m[3])
		if err != nil {
			t.Fatal(err)
		}
		heads[m[1]] = head{m[2], day}
	}
	var lines []soldLine
	for _, m := range regexp.MustCompile(`(?m)^INSERT INTO order_details VALUES \((\d+), (\d+), `).FindAllStringSubmatch(string(b), -1) {
		lines = append(lines, soldLine{m[1], heads[m[1]].customer, m[2], heads[m[1]].day})
	}
	if len(lines) != 2155 || len(heads) != 830 {
		t.Fatalf("%d lines of %d orders in the dump of Northwind", len(lines), len(heads))
	}
	return lines
}

func rulesOf(asOf time.Time) rules {
	return rules{asOf: asOf, start: time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC), baskets: analysis.DefaultBaskets(), offers: analysis.DefaultOffers()}
}

func TestWhatIsBoughtTogetherInOnlineRetailIsWhatItsFilesSay(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("the packs are whole runs; -short leaves them out")
	}
	lines, r := retailLines(t), rulesOf(time.Date(2011, 12, 10, 0, 0, 0, 0, time.UTC))
	c := runPack(t, "online_retail", "2011-12-10")
	samePairs(t, c, r, lines)
	sameOffers(t, c, r, lines)
	checkFigures(t, c, "online_retail/figures_baskets.txt")
}

func TestWhatIsBoughtTogetherInNorthwindIsWhatItsDumpSays(t *testing.T) {
	if testing.Short() {
		t.Skip("the packs are whole runs; -short leaves them out")
	}
	lines, r := northwindLines(t), rulesOf(time.Date(1998, 5, 7, 0, 0, 0, 0, time.UTC))
	pg := extracttest.Postgres(t)
	pg.Load(t, "northwind", filepath.Join(packData(t), "northwind", "northwind.sql"))
	c := runPack(t, "northwind", "1998-05-07", pg.Replacements("northwind")...)
	samePairs(t, c, r, lines)
	sameOffers(t, c, r, lines)
	checkFigures(t, c, "northwind/figures_baskets.txt")
}
