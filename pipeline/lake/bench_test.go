package lake

import (
	"context"
	"testing"
)

// BenchmarkWriter measures records to verified files in place; MB/s is of Parquet.
func BenchmarkWriter(b *testing.B) {
	const rows = 4 * rowGroupRows
	rec := lines(b, upTo(rows))
	table, _ := TableNamed("order_lines")
	for b.Loop() {
		l := openLake(b)
		w, err := l.NewWriter(table, "")
		if err != nil {
			b.Fatal(err)
		}
		for from := int64(0); from < rows; from += 16384 {
			if err := w.Write(rec.NewSlice(from, min(rows, from+16384))); err != nil {
				b.Fatal(err)
			}
		}
		tables, err := w.Close(context.Background())
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(tables[0].Partitions[0].Files[0].Bytes)
	}
	b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mrows/s")
}

// BenchmarkVerify measures what `pharos verify` does for each file.
func BenchmarkVerify(b *testing.B) {
	const rows = 4 * rowGroupRows
	l := openLake(b)
	s := publish(b, l, store(b, l, lines(b, upTo(rows))))
	for b.Loop() {
		mustVerify(b, l, &s)
	}
	b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mrows/s")
}
