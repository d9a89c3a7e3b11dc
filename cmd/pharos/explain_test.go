package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pharos-analytics/pharos/pipeline"
)

// mixedConfig is a company of everything that a figure can be made of: lines with and without an
// id, lines loaded twice, an order over midnight, negative lines, returns with and without an
// amount, contracts, parents, and a policy for missing costs that looks at everybody.
const mixedConfig = `version: 1
history: { months: 2 }
company: { name: Mixed, currency: EUR, time_zone: UTC, language: en }
sources:
  orders:    { csv: { path: orders.csv } }
  back:      { csv: { path: returns.csv } }
  people:    { csv: { path: customers.csv } }
  contracts: { csv: { path: contracts.csv } }
  goods:     { csv: { path: products.csv } }
data:
  customers:   { source: people, columns: { customer_id: id, name: name, parent_id: parent } }
  order_lines:
    source: orders
    columns: { order_id: no, line_id: pos, customer_id: who, ordered_at: at, product_id: what, quantity: n, discount: off, net_amount: net, cost: cost }
  returns:     { source: back, columns: { order_id: no, line_id: pos, returned_on: day, amount: amount } }
  contracts:   { source: contracts, columns: { contract_id: id, customer_id: who, starts_on: from, ends_on: to, amount: amount, period: { column: per, values: { month: month, year: year, term: term } } } }
  products:    { source: goods, columns: { product_id: id, category: kind } }
profit: { missing_cost: category_average }
publish: { keep_runs: 5 }
`

func writeMixed(t *testing.T, dir string) {
	t.Helper()
	write(t, dir, "pharos.yaml", mixedConfig)
	write(t, dir, "customers.csv", "id,name,parent\nA,Ann \x1b[31m,G\nB,=Bea,G\nC,Cem,\nD,Dee,\nG,Group,\n")
	write(t, dir, "products.csv", "id,kind\np1,tea\np2,tea\np3,cups\n")
	write(t, dir, "contracts.csv", "id,who,from,to,amount,per\nK1,D,2025-11-15,2026-05-20,100.00,month\nK2,D,2025-01-01,2026-12-31,999.99,year\nK3,A,2026-01-01,2026-12-31,500.00,term\n")
	write(t, dir, "returns.csv", "no,pos,day,amount\n1,1,2026-02-01,4.00\n1,1,2026-02-01,2.00\n2,,2026-03-05,\n6,1,2026-04-01,3.33\n9,,2026-04-01,5.00\n")
	write(t, dir, "orders.csv", `no,pos,who,at,what,n,off,net,cost
1,1,A,2026-01-05T10:00:00Z,p1,1,1.50,20.00,7.77
1,2,A,2026-01-05T10:00:00Z,p2,2,0.00,30.00,
1,1,A,2026-01-05T10:00:00Z,p1,1,1.50,20.00,7.77
2,,A,2026-02-10T10:00:00Z,p1,1,0.00,11.00,5.00
2,,A,2026-02-10T10:00:00Z,p1,1,0.00,11.00,5.00
3,1,A,2026-03-31T23:50:00Z,p3,1,0.25,9.99,3.00
3,2,A,2026-04-01T00:10:00Z,p3,1,0.25,9.99,3.00
4,1,A,2026-04-02T10:00:00Z,p1,-1,0.00,-6.00,-2.00
5,1,B,2026-01-06T10:00:00Z,p2,3,0.00,40.00,55.00
6,1,B,2026-03-31T10:00:00Z,p3,1,0.00,10.00,4.00
6,1,C,2026-03-31T10:00:00Z,p3,1,0.00,12.00,4.00
7,1,C,2025-12-31T10:00:00Z,p1,1,0.00,50.00,10.00
8,1,C,2024-12-31T10:00:00Z,p1,1,0.00,60.00,10.00
9,1,,2026-01-02T10:00:00Z,p1,1,0.00,13.00,10.00
`)
}

// capture runs a command that must succeed and returns what it printed.
func capture(t *testing.T, args ...string) string {
	t.Helper()
	var out, talk bytes.Buffer
	if code := Do(args, strings.NewReader(""), &out, &talk); code != exitOK {
		t.Fatalf("pharos %s: exit %d\n%s", strings.Join(args, " "), code, talk.String())
	}
	return out.String()
}

// refused runs a command that must end with an exit code and returns what it said.
func refused(t *testing.T, want int, args ...string) string {
	t.Helper()
	var out, talk bytes.Buffer
	if code := Do(args, strings.NewReader(""), &out, &talk); code != want {
		t.Fatalf("pharos %s: exit %d, want %d\n%s%s", strings.Join(args, " "), code, want, out.String(), talk.String())
	}
	return talk.String()
}

func mixedRun(t *testing.T) (dir, config string) {
	t.Helper()
	if testing.Short() {
		t.Skip("whole runs; -short leaves them out")
	}
	dir = t.TempDir()
	writeMixed(t, dir)
	config = filepath.Join(dir, "pharos.yaml")
	capture(t, "-c", config, "run", "--as-of", "2026-07-01")
	return dir, config
}

// One run serves all: each looks at it in its own way.
func TestOneCustomerIsExplainedDownToTheSourceRows(t *testing.T) {
	_, config := mixedRun(t)
	t.Run("the rows that explain a figure add up to it for every customer", func(t *testing.T) { theRowsThatExplainAFigureAddUpToItForEveryCustomer(t, config) })
	t.Run("a figure names file and line of its rows", func(t *testing.T) { aFigureNamesFileAndLineOfItsRows(t, config) })
	t.Run("the summary is a sum and a hostile name is inert", func(t *testing.T) { theSummaryIsASumAndAHostileNameIsInert(t, config) })
	t.Run("an unknown customer mart or column is told what was meant", func(t *testing.T) { anUnknownCustomerMartOrColumnIsToldWhatWasMeant(t, config) })
	t.Run("other figures show what they stand on", func(t *testing.T) { otherFiguresShowWhatTheyStandOn(t, config) })
}

func theRowsThatExplainAFigureAddUpToItForEveryCustomer(t *testing.T, config string) {
	t.Helper()
	rows := everyFigureAddsUp(t, config, []string{"A", "B", "C", "D"})
	for _, some := range []string{"customer_profit.revenue", "customer_profit.returns", "customer_profit.discounts", "customer_profit.cogs", "rfm.frequency"} {
		if rows[some] == 0 {
			t.Errorf("no row explains %s of anybody", some)
		}
	}
}

// everyFigureAddsUp compares every figure that is a sum with its rows, and counts these.
func everyFigureAddsUp(t *testing.T, config string, customers []string) map[string]int64 {
	t.Helper()
	cfg, err := loadConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	figures := map[string][]string{
		"customer_profit": {"allocated_cost", "orders", "revenue", "returns", "discounts", "cogs", "cost_to_serve", "bad_debt", "profit"},
		"profit_tiers":    {"profit", "rank"},
		"pareto":          {"revenue", "profit", "revenue_rank", "profit_rank", "cumulative_profit"},
		"rfm":             {"frequency", "monetary"},
		"parent_profit":   {"customers", "revenue", "profit"},

		"contract_movements": {"value_start", "value_end", "change", "contracts_start", "contracts_end"},
	}
	rows := map[string]int64{}
	for _, customer := range customers {
		c, err := pipeline.OpenRun(t.Context(), cfg, "")
		if err != nil {
			t.Fatal(err)
		}
		for mart, columns := range figures {
			for _, column := range columns {
				f, err := c.ExplainFigure(t.Context(), customer, mart, column, 0)
				if err != nil {
					t.Fatalf("%s.%s of %s: %v", mart, column, customer, err)
				}
				if len(f.Row.Values) == 0 {
					continue // who buys nothing has no rfm
				}
				if !f.IsSum || !f.Agrees() {
					t.Errorf("%s.%s of %s is %s; its %d rows add up to %s", mart, column, customer, f.Value, f.Total, f.Sum)
				}
				rows[mart+"."+column] += f.Total
			}
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
	return rows
}

// ledgerConfig is the same company with its books: what the ledger knows comes from it.
const ledgerConfig = `  ledger:      { source: books, columns: { entry_id: id, posted_on: day, kind: kind, amount: amount, customer_id: who, order_id: no, contract_id: con } }
profit: { allocate: { overhead: { by: revenue }, service: { by: orders } }, missing_cost: zero }
`

func TestAFigureOfTheLedgerIsExplainedByItsEntriesAndItsPools(t *testing.T) {
	if testing.Short() {
		t.Skip("a whole run; -short leaves it out")
	}
	dir := t.TempDir()
	writeMixed(t, dir)
	text := strings.Replace(mixedConfig, "profit: { missing_cost: category_average }\n", ledgerConfig, 1)
	write(t, dir, "pharos.yaml", strings.Replace(text, "  goods: ", "  books:     { csv: { path: ledger.csv } }\n  goods: ", 1))
	write(t, dir, "ledger.csv", `id,day,kind,amount,who,no,con
E1,2025-07-01,revenue,100.00,A,,
E2,2025-07-01,revenue,70.00,B,,
E3,2025-07-02,cogs,33.33,A,,
E4,2026-03-31,revenue,12.00,,6,
E5,2026-01-31,revenue,614.62,,,K1
E6,2026-02-01,discount,1.50,A,,
E7,2026-02-01,refund,6.00,A,,
E8,2026-02-01,selling,9.99,,1,
E9,2026-02-02,bad_debt,5.00,B,,
E10,2026-02-03,overhead,100.00,,,
E11,2026-02-04,overhead,0.01,,,
E12,2026-02-05,service,10.00,,,
E12,2026-02-05,service,10.00,,,
E13,2025-06-30,overhead,77.00,,,
`)
	config := filepath.Join(dir, "pharos.yaml")
	capture(t, "-c", config, "run", "--as-of", "2026-07-01")
	rows := everyFigureAddsUp(t, config, []string{"A", "B", "C", "D"})
	for _, some := range []string{"revenue", "returns", "discounts", "cogs", "cost_to_serve", "bad_debt", "allocated_cost", "orders"} {
		if rows["customer_profit."+some] == 0 {
			t.Errorf("no row explains %s of anybody", some)
		}
	}
	page := capture(t, "-c", config, "explain", "A", "--mart", "customer_profit", "--column", "allocated_cost")
	for _, want := range []string{"overhead  revenue", "100.0100", "E10", "ledger.csv", ", the value"} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not in\n%s", want, page)
		}
	}
	if strings.Contains(page, "E13") {
		t.Error("an entry of before the window is in the pool")
	}
	closeTheBooks(t, dir, config)
}

// closeTheBooks closes a month of the ledger and posts into it: the entry is named, and so is what
// it does to everybody's share of common cost.
func closeTheBooks(t *testing.T, dir, config string) {
	t.Helper()
	capture(t, "-c", config, "close", "2026-Q1")
	appendLine(t, dir, "ledger.csv", "E14,2026-03-01,overhead,1.00,,,")
	appendLine(t, dir, "ledger.csv", "E15,2026-03-01,selling,2.00,B,,")
	capture(t, "-c", config, "run", "--as-of", "2026-07-01")
	got := query(t, config, "select table_name, entry_key, customer_id, part, kind, change from restated_entries where table_name = 'ledger'")
	if want := "table_name,entry_key,customer_id,part,kind,change\nledger,E15,B,cost_to_serve,added,2.0000\n"; got != want {
		t.Errorf("got\n%s", got)
	}
	got = query(t, config, `select cast(sum(allocated_cost_change) as decimal(18, 2)) as shared, cast(sum(cost_to_serve_change) as decimal(18, 2)) as direct,
		count(*) filter (where profit_change <> revenue_change - discounts_change - returns_change - cogs_change - cost_to_serve_change - bad_debt_change - allocated_cost_change) as wrong from restatements`)
	if want := "shared,direct,wrong\n1.00,2.00,0\n"; got != want {
		t.Errorf("got\n%s", got)
	}
	got = query(t, config, `select count(*) as wrong from (select customer_id, part, sum(change) as change from restated_entries group by customer_id, part) as e
		inner join restatements as r on r.customer_id = e.customer_id and e.part = 'allocated_cost' and r.allocated_cost_change <> e.change`)
	if want := "wrong\n0\n"; got != want {
		t.Errorf("the entries' changes do not add up to the customers':\n%s", got)
	}
}

func aFigureNamesFileAndLineOfItsRows(t *testing.T, config string) {
	t.Helper()
	var f struct {
		Value, Sum string
		Rows       []map[string]string
	}
	text := capture(t, "-c", config, "--json", "explain", "C", "--mart", "customer_profit", "--column", "revenue", "--all")
	if err := json.Unmarshal([]byte(text), &f); err != nil {
		t.Fatal(err)
	}
	if f.Value != "50.0000" || f.Sum != "50.0000" || len(f.Rows) != 1 { // order 6 was loaded for B first
		t.Fatalf("got %+v", f)
	}
	if r := f.Rows[0]; r["_file"] != "orders.csv" || r["_line"] != "13" || r["entry_key"] != "7/1" || r["contribution"] != "50.0000" {
		t.Errorf("got %v", r)
	}
	page := capture(t, "-c", config, "explain", "D", "--mart", "customer_profit", "--column", "revenue")
	for _, want := range []string{"contracts   K1", "contracts.csv  2", ", the value"} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not in\n%s", want, page)
		}
	}
}

func theSummaryIsASumAndAHostileNameIsInert(t *testing.T, config string) {
	t.Helper()
	page := capture(t, "-c", config, "explain", "A")
	if strings.Contains(page, "\x1b") {
		t.Error("an escape of the customer's name reaches the terminal")
	}
	for _, want := range []string{"parent G", "rank ", "tier high ends at rank", "+ ", "= ", "basis ", "raw.returns", "returns.csv", "raw.order_lines"} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not in\n%s", want, page)
		}
	}
}

func anUnknownCustomerMartOrColumnIsToldWhatWasMeant(t *testing.T, config string) {
	t.Helper()
	for _, c := range []struct{ args, want string }{
		{"explain AA", "nearest: A"},
		{"explain Cem", "nearest: C"},
		{"explain A --mart customer_profits --column cogs", "nearest: customer_profit"},
		{"explain A --mart customer_profit --column cog", "nearest: cogs"},
		{"explain A --mart whale_curve --column rank", "mart about customers"},
		{"explain ZZZZZZ --mart customer_profit --column cogs", "unknown customer"},
		{"explain A --mart customer_profit", "go together"},
	} {
		said := refused(t, exitUsage, append([]string{"-c", config}, strings.Fields(c.args)...)...)
		if !strings.Contains(said, c.want) {
			t.Errorf("%s: %q is not in %s", c.args, c.want, said)
		}
	}
}

func otherFiguresShowWhatTheyStandOn(t *testing.T, config string) {
	t.Helper()
	cfg, err := loadConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	c, err := pipeline.OpenRun(t.Context(), cfg, "")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}()
	f, err := c.ExplainFigure(t.Context(), "D", "churn", "state", 5)
	if err != nil {
		t.Fatal(err)
	}
	if f.IsSum || f.Value == "" || !slices.ContainsFunc(f.Basis, func(s pipeline.Section) bool { return s.Relation == "raw.contracts" }) {
		t.Errorf("got %+v", f)
	}
	var unknown *pipeline.UnknownName
	if _, err := c.ExplainFigure(t.Context(), "D", "churn", "stat", 5); !errors.As(err, &unknown) {
		t.Errorf("got %v", err)
	}
}
