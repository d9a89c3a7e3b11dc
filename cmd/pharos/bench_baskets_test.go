package main

import (
	"os"
	"path/filepath"
	"testing"
)

// basketBench makes the order lines of testdata/bench/baskets.sql in a lake of their own: 10 M lines,
// 20,000 products, 772,000 customers with a line.
func basketBench(b *testing.B) (pharos, python, work, config, run string) {
	b.Helper()
	python, _ = floor(b)
	pharos, work = buildPharos(b), b.TempDir()
	run = filepath.Join(work, "run.py")
	if err := os.WriteFile(run, []byte(runSQL), 0o600); err != nil {
		b.Fatal(err)
	}
	for _, folder := range []string{"floor", "tmp"} {
		if err := os.Mkdir(filepath.Join(work, folder), 0o700); err != nil {
			b.Fatal(err)
		}
	}
	measure(b, python, run, script(b, work, "baskets.sql"))
	text := "version: 1\ncompany: { name: Synthetic, currency: EUR, time_zone: UTC, language: en }\n" +
		"sources: { lines: { parquet: { path: lines.parquet } } }\n" +
		"data:\n  order_lines:\n    source: lines\n    columns:\n"
	for _, c := range []string{"order_id", "line_id", "customer_id", "ordered_at", "product_id", "quantity", "net_amount", "status"} {
		text += "      " + c + ": " + c + "\n"
	}
	text += "profit: { window: all }\nengine: { duckdb: { memory: 4GB, threads: 2 } }\n"
	config = filepath.Join(work, "pharos.yaml")
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	measure(b, pharos, "-c", config, "run", "--as-of", "2026-01-01", "--until", "lake")
	return pharos, python, work, config, run
}

// BenchmarkBaskets: mart basket_pairs, with its test of chance, over 10 M order lines and 20,000 products in the lake, beside
// hand-written SQL for the same pairs, which tests nothing. Must 2; memory within the configured limit plus 300 MB.
func BenchmarkBaskets(b *testing.B) {
	pharos, python, work, config, run := basketBench(b)
	var ours, theirs []usage
	for b.Loop() {
		ours = append(ours, measure(b, pharos, "-c", config, "run", "--from-lake", "--as-of", "2026-01-01", "--only", "basket_pairs"))
		theirs = append(theirs, measure(b, python, run, script(b, work, "baskets_floor.sql")))
	}
	report(b, ours, theirs)
}

// BenchmarkNextProducts: the next ten products of 772,000 customers over the same lines, with their trial, beside the SQL of the
// pairs alone: what naming them costs. No bound but that of memory.
func BenchmarkNextProducts(b *testing.B) {
	pharos, python, work, config, run := basketBench(b)
	var ours, theirs []usage
	for b.Loop() {
		ours = append(ours, measure(b, pharos, "-c", config, "run", "--from-lake", "--as-of", "2026-01-01", "--only", "next_products"))
		theirs = append(theirs, measure(b, python, run, script(b, work, "baskets_floor.sql")))
	}
	report(b, ours, theirs)
}
