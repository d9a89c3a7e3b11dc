package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// runSQL runs a script in one DuckDB process with the Python of the floor.
const runSQL = `import duckdb, sys
connection = duckdb.connect()
for statement in open(sys.argv[1]).read().split(";"):
    if statement.strip():
        connection.execute(statement)
`

// script fills a file of testdata/bench with the places of this run.
func script(b *testing.B, work, name string) string {
	b.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "testdata", "bench", name))
	if err != nil {
		b.Fatal(err)
	}
	filled := strings.NewReplacer("LINES", filepath.Join(work, "lines.parquet"), "LEDGER", filepath.Join(work, "ledger.parquet"),
		"TMP", filepath.Join(work, "tmp"), "OUT", filepath.Join(work, "floor")).Replace(string(text))
	path := filepath.Join(work, name)
	if err := os.WriteFile(path, []byte(filled), 0o600); err != nil {
		b.Fatal(err)
	}
	return path
}

// ledgerCompany is a company of 10 M order lines, 12.8 M ledger entries and 1 M customers (800,000 with
// a line), read into its lake.
type ledgerCompany struct {
	pharos, python, run string // programs, and the script that runs SQL
	work, config        string
}

func makeLedgerCompany(b *testing.B) ledgerCompany {
	b.Helper()
	python, dir := floor(b)
	pharos := buildPharos(b)
	work := b.TempDir()
	measure(b, python, filepath.Join(dir, "gen.py"), "synth", "--lines", "10000000", "--customers", "1000000", "--out", filepath.Join(work, "lines.parquet"))
	run := filepath.Join(work, "run.py")
	if err := os.WriteFile(run, []byte(runSQL), 0o600); err != nil {
		b.Fatal(err)
	}
	for _, folder := range []string{"floor", "tmp"} {
		if err := os.Mkdir(filepath.Join(work, folder), 0o700); err != nil {
			b.Fatal(err)
		}
	}
	measure(b, python, run, script(b, work, "ledger.sql"))
	text := "version: 1\ncompany: { name: Synthetic, currency: EUR, time_zone: UTC, language: en }\n" +
		"sources: { lines: { parquet: { path: lines.parquet } }, books: { parquet: { path: ledger.parquet } } }\n" +
		"data:\n  ledger:\n    source: books\n    columns: { entry_id: entry_id, posted_on: posted_on, kind: kind, amount: amount, customer_id: customer_id, order_id: order_id }\n" +
		"  order_lines:\n    source: lines\n    columns:\n"
	for _, c := range []string{"order_id", "line_id", "customer_id", "ordered_at", "product_id", "quantity", "unit_price", "discount", "net_amount", "cost", "channel", "status"} {
		text += "      " + c + ": " + c + "\n"
	}
	text += "profit: { window: 12 months, allocate: { service: { by: orders }, overhead: { by: revenue, unassigned: 5 % } } }\n" +
		"tiers: { zero: { within_share_of_revenue: 1 % } }\nengine: { duckdb: { memory: 4GB, threads: 2 } }\n"
	config := filepath.Join(work, "pharos.yaml")
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	measure(b, pharos, "-c", config, "run", "--as-of", "2026-01-01", "--until", "lake")
	return ledgerCompany{pharos, python, run, work, config}
}

// BenchmarkLedger: profit from the ledger with allocation, reconciliation, tiers of 24 months, ranking and movement over 10 M order
// lines, 12.8 M ledger entries and 1 M customers (800,000 with a line) in the lake, beside hand-written SQL for the same marts. Must
// 1.25; memory within the configured limit plus 300 MB.
func BenchmarkLedger(b *testing.B) {
	c := makeLedgerCompany(b)
	var ours, theirs []usage
	for b.Loop() {
		ours = append(ours, measure(b, c.pharos, "-c", c.config, "run", "--from-lake", "--as-of", "2026-01-01",
			"--only", "customer_profit,reconciliation,tier_history,profit_tiers,pareto,movement_causes"))
		theirs = append(theirs, measure(b, c.python, c.run, script(b, c.work, "ledger_floor.sql")))
	}
	report(b, ours, theirs)
}

// BenchmarkExplainWithALedger: `pharos explain` of customers of that company, after a night of all marts: of one with three orders,
// which is more than the median has, of one with 17, which one in a hundred exceeds, and of one with 64. Must 300 ms.
func BenchmarkExplainWithALedger(b *testing.B) {
	c := makeLedgerCompany(b)
	measure(b, c.pharos, "-c", c.config, "run", "--from-lake", "--as-of", "2026-11-28")
	customers := []struct{ name, id string }{{"3-orders", "C00147964"}, {"17-orders", "C00016496"}, {"64-orders", "C00001522"}}
	walls := map[string][]usage{}
	for b.Loop() {
		for _, one := range customers {
			walls[one.name] = append(walls[one.name], measure(b, c.pharos, "-c", c.config, "explain", one.id))
		}
	}
	b.ReportMetric(0, "ns/op")
	for _, one := range customers {
		b.ReportMetric(medianWall(walls[one.name]), one.name+"-ms")
	}
	b.ReportMetric(300, "floor-ms")
}
