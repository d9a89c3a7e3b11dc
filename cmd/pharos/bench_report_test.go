package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// BenchmarkReportOfAMillionCustomers: the report from the finished marts of 1 M customers, rendered by a
// whole process of its own. Must 2 s and 1 MB; the workbook beside it. The company is made by Pharos' own
// engine, so that no peer is needed; its history is short, because the report shows the marts of one night.
func BenchmarkReportOfAMillionCustomers(b *testing.B) {
	pharos := buildPharos(b)
	work := b.TempDir()
	tiny := filepath.Join(work, "tiny")
	measure(b, pharos, "demo", tiny)
	lines, err := os.Create(filepath.Join(work, "lines.parquet"))
	if err != nil {
		b.Fatal(err)
	}
	fewer := strings.NewReplacer("range(10000000)", "range(3000000)", "hash(i // 2) % 1000000", "(i // 3) % 1000000").Replace(millionCustomers)
	generate := exec.Command(pharos, "-c", filepath.Join(tiny, "pharos.yaml"), "sql", "--format", "parquet", fewer)
	generate.Stdout = lines
	if err := errors.Join(generate.Run(), lines.Close()); err != nil {
		b.Fatal(err)
	}
	config := filepath.Join(work, "pharos.yaml")
	text := "version: 1\ncompany: { name: Synthetic, currency: EUR, time_zone: UTC, language: en }\n" +
		"sources: { lines: { parquet: { path: lines.parquet } } }\n" +
		"data: { order_lines: { source: lines, columns: { order_id: order_id, line_id: line_id, customer_id: customer_id, ordered_at: ordered_at, " +
		"discount: discount, net_amount: net_amount, cost: cost } } }\n" +
		"profit: { window: all }\nhistory: { months: 2 }\nengine: { duckdb: { memory: 4GB, threads: 2 } }\n"
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	measure(b, pharos, "-c", config, "run", "--as-of", "2026-01-01")
	page := filepath.Join(work, "page.html")
	var seconds, cpu []float64
	for b.Loop() {
		u := measure(b, pharos, "-c", config, "report", "-o", page)
		seconds, cpu = append(seconds, u.wall.Seconds()), append(cpu, u.cpu.Seconds())
	}
	slices.Sort(seconds)
	slices.Sort(cpu)
	size, err := os.Stat(page)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(seconds[len(seconds)/2], "report-s")
	b.ReportMetric(cpu[len(cpu)/2], "report-cpu-s")
	b.ReportMetric(float64(size.Size()), "report-bytes")
	if size.Size() >= maxReport {
		b.Errorf("the report of a million customers has %d bytes", size.Size())
	}
}
