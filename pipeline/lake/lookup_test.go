package lake

import (
	"path/filepath"
	"testing"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/metadata"
)

// Whoever looks for the entries of one order or one customer must be able to pass by a row group that
// has none, by its range and its Bloom filter: also one whose entries name no order at all.
func TestAReaderPassesByRowGroupsWithoutTheCustomerOrTheOrder(t *testing.T) {
	columns := []Column{key("entry_id"), id("customer_id"), id("order_id")}
	one, two := "C-0001", "C-0002"
	path := filepath.Join(t.TempDir(), "ledger.parquet")
	if err := WriteRows(path, columns, [][]*string{{&one, &one, nil}, {&two, &two, nil}}); err != nil {
		t.Fatal(err)
	}
	in, err := file.OpenParquetFile(path, false)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	blooms, err := in.GetBloomFilterReader().RowGroup(0)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		column      int
		least, most string
		has, lacks  string
	}{{1, one, two, two, "C-0003"}, {2, "", "", "", "O-1"}} {
		name := columns[c.column].Name
		chunk, err := in.RowGroup(0).MetaData().ColumnChunk(c.column)
		if err != nil {
			t.Fatal(err)
		}
		stats, err := chunk.Statistics()
		if err != nil || stats == nil || !stats.HasMinMax() {
			t.Fatalf("%s states no range: %v", name, err)
		}
		if got := stats.(*metadata.ByteArrayStatistics); string(got.Min()) != c.least || string(got.Max()) != c.most {
			t.Errorf("%s is said to go from %q to %q", name, got.Min(), got.Max())
		}
		filter, err := blooms.GetColumnBloomFilter(c.column)
		if err != nil || filter == nil {
			t.Fatalf("%s has no filter: %v", name, err)
		}
		knows := func(v string) bool {
			return filter.CheckHash(metadata.GetHash(filter.Hasher(), parquet.ByteArray(v)))
		}
		if c.has != "" && !knows(c.has) || knows(c.lacks) {
			t.Errorf("%s: the filter knows %q %t and %q %t", name, c.has, knows(c.has), c.lacks, knows(c.lacks))
		}
	}
}
