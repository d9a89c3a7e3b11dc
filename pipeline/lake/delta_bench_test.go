package lake

import (
	"context"
	"fmt"
	"math/rand/v2"
	"syscall"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
)

const benchOrders = 3_000_000

// cpu is what this process has used, in seconds.
func cpu() float64 {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return 0
	}
	return float64(r.Utime.Nano()+r.Stime.Nano()) / 1e9
}

// inCPU reports the seconds of processor that f takes, beside those of the clock.
func inCPU(b *testing.B, f func()) {
	var used float64
	for b.Loop() {
		before := cpu()
		f()
		used += cpu() - before
	}
	b.ReportMetric(used/float64(b.N), "cpu-s/op")
}

// benchSale is an order of one line, of the i-th place of the source.
func benchSale(i int, days int, mixed bool) sale {
	day := i * days / benchOrders
	if mixed {
		day = int(uint32(i)*2654435761>>7) % days
	}
	return sale{fmt.Sprintf("A%08d", i), "1", 10_000 + day, int64(i)}
}

func benchRecords(b *testing.B, from, to, days int, mixed bool) []arrow.RecordBatch {
	b.Helper()
	var out []arrow.RecordBatch
	for from < to {
		var sales []sale
		for ; len(sales) < 16_384 && from < to; from++ {
			sales = append(sales, benchSale(from, days, mixed))
		}
		out = append(out, salesRecord(b, sales))
	}
	return out
}

func benchLoad(b *testing.B, l *Lake, by Partitioning, recs []arrow.RecordBatch) Snapshot {
	b.Helper()
	table, _ := TableNamed("order_lines")
	w, err := l.NewPartitionedWriter(table, 0, by)
	if err != nil {
		b.Fatal(err)
	}
	if err := w.FindBy(saleKey); err != nil {
		b.Fatal(err)
	}
	w.Origin(saleFrom)
	for _, rec := range recs {
		if err := w.Write(rec); err != nil {
			b.Fatal(err)
		}
	}
	tables, err := w.Close(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	return publishShop(b, l, tables, by)
}

// BenchmarkPartitions measures a full load by how its rows are divided and in which order they come.
func BenchmarkPartitions(b *testing.B) {
	byDay := Partitioning{By: ByDay, Column: "ordered_on"}
	for _, c := range []struct {
		name  string
		by    Partitioning
		days  int
		mixed bool
	}{
		{"one", Partitioning{}, 3000, false}, {"months in order", byMonth, 3000, false}, {"months mixed", byMonth, 3000, true},
		{"days in order", byDay, 3650, false}, {"days mixed", byDay, 3650, true}, {"buckets", Partitioning{By: ByHash, Key: saleKey, Buckets: 16}, 3000, false},
	} {
		b.Run(c.name, func(b *testing.B) {
			recs := benchRecords(b, 0, benchOrders, c.days, c.mixed)
			inCPU(b, func() { benchLoad(b, openLake(b), c.by, recs) })
		})
	}
}

// BenchmarkSecondNight measures a night of one change in a hundred rows.
func BenchmarkSecondNight(b *testing.B) {
	l := openLake(b)
	s := benchLoad(b, l, byMonth, benchRecords(b, 0, benchOrders, 3000, false))
	table, _ := TableNamed("order_lines")
	newest := benchRecords(b, benchOrders*99/100, benchOrders, 3000, false)
	var sales []sale
	r := rand.New(rand.NewPCG(1, 1))
	for range benchOrders / 100 {
		x := benchSale(r.IntN(benchOrders), 3000, false)
		x.amount++
		sales = append(sales, x)
	}
	spread := []arrow.RecordBatch{salesRecord(b, sales)}
	for _, c := range []struct {
		name string
		recs []arrow.RecordBatch
		rule Compaction
	}{{"newest", newest, DefaultCompaction()}, {"spread", spread, DefaultCompaction()}, {"newest compacted", newest, Compaction{}}, {"spread compacted", spread, Compaction{}}} {
		b.Run(c.name, func(b *testing.B) {
			inCPU(b, func() {
				w, err := l.BeginDelta(context.Background(), &s, table, 0)
				if err != nil {
					b.Fatal(err)
				}
				w.Origin(saleFrom)
				for _, rec := range c.recs {
					if err := w.Write(rec); err != nil {
						b.Fatal(err)
					}
				}
				if _, err := w.Close(context.Background(), c.rule); err != nil {
					b.Fatal(err)
				}
			})
		})
	}
	b.Run("keys", func(b *testing.B) {
		inCPU(b, func() {
			w, err := l.BeginDelta(context.Background(), &s, table, 0)
			if err != nil {
				b.Fatal(err)
			}
			rows := 0
			if err := w.Keys(context.Background(), func(k Keys) error { rows += int(k.Record.NumRows()); return nil }); err != nil || rows != benchOrders {
				b.Fatal(rows, err)
			}
			if err := w.Discard(); err != nil {
				b.Fatal(err)
			}
		})
	})
}
