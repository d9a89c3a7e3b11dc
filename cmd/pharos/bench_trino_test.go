package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/pharos-analytics/pharos/pipeline"
	"github.com/pharos-analytics/pharos/pipeline/model"
	"github.com/pharos-analytics/pharos/pipeline/model/trinotest"
)

// grownMarts are the marts of a night that grows with its order lines: from the lines to money, and
// who carries the company.
var grownMarts = []string{"customer_profit", "profit_tiers", "pareto", "rfm"}

// BenchmarkANightOnTrinoGrows: the marts from order lines to money for 100,000, a million and ten
// million lines, by one Trino node on this machine and by the embedded engine, from the lake to the
// run folder. The first night of a cluster warms it up and is not counted.
func BenchmarkANightOnTrinoGrows(b *testing.B) {
	pharos := buildPharos(b)
	cluster := trinotest.Start(b, trinotest.Options{HeapMB: 8192, Large: true})
	warm := linesCompany(b, pharos, cluster, 10_000)
	computedIn(b, warm, true)
	for _, lines := range []int{100_000, 1_000_000, 10_000_000} {
		config := linesCompany(b, pharos, cluster, lines)
		for _, there := range []bool{true, false} {
			b.Run(fmt.Sprintf("lines=%d/trino=%t", lines, there), func(b *testing.B) {
				cluster0, own0 := cluster.CPU(b), ownCPU(b)
				nights := 0.0
				for ; b.Loop(); nights++ {
					computedIn(b, config, there)
				}
				b.ReportMetric((cluster.CPU(b)-cluster0).Seconds()/nights, "cluster-cpu-s")
				b.ReportMetric((ownCPU(b)-own0).Seconds()/nights, "pharos-cpu-s")
			})
		}
	}
}

// computedIn computes the marts on one of the engines.
func computedIn(b *testing.B, config string, onTrino bool) {
	b.Helper()
	cfg, err := loadConfig(config)
	if err != nil {
		b.Fatal(err)
	}
	cfg.Engine.MemoryMB = 4000
	if !onTrino {
		cfg.Engine.Trino = nil
	}
	o := pipeline.Options{AsOf: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), FromLake: true, Only: grownMarts, Now: time.Now, Progress: func(pipeline.Step) {}}
	if _, err := pipeline.Run(b.Context(), cfg, o); err != nil {
		b.Fatal(err)
	}
}

// ownCPU is the processor time that this process has taken.
func ownCPU(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// linesCompany makes a company with so many order lines, ten to a customer, and reads it into its lake
// in the cluster's folder; it gives the configuration.
func linesCompany(b *testing.B, pharos string, cluster *trinotest.Cluster, lines int) string {
	b.Helper()
	dir, err := os.MkdirTemp(cluster.Shared, "grown-")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = os.RemoveAll(dir) }) // ten million lines would stay until the cluster goes
	eng, err := model.OpenDuckDB(b.Context(), model.DuckDBOptions{MemoryMB: 2000, Threads: 2, TempDir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer eng.Close()
	file, err := os.Create(filepath.Join(dir, "lines.parquet"))
	if err != nil {
		b.Fatal(err)
	}
	query := fmt.Sprintf(`select 'O' || (i // 3) as order_id, 'C' || ((i // 3) * 7919 %% %d) as customer_id, date '2023-01-01' + cast(i * 1095 // %d as integer) as ordered_on,
		'P' || (i * 31 %% 5003) as product_id, cast(10 + i %% 997 as decimal(18, 2)) as net_amount, cast(8 + i %% 613 as decimal(18, 2)) as cost from range(%d) as t(i)`, lines/10, lines, lines)
	if err := errors.Join(eng.QueryTo(b.Context(), query, file, model.FormatParquet), file.Close()); err != nil {
		b.Fatal(err)
	}
	config := filepath.Join(dir, "pharos.yaml")
	text := fmt.Sprintf(`version: 1
company: { name: Grown, currency: EUR, time_zone: UTC, language: en }
sources: { shop: { parquet: { path: lines.parquet } } }
data:
  order_lines: { source: shop, columns: { order_id: order_id, customer_id: customer_id, ordered_at: ordered_on, product_id: product_id, net_amount: net_amount, cost: cost } }
suppression: { required: false }
engine: { trino: { url: %q, location: "local:///%s/lighthouse" } }
`, cluster.URL, filepath.Base(dir))
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	measure(b, pharos, "-c", config, "run", "--until", "lake")
	return config
}
