package lake

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/google/go-cmp/cmp"
)

// parted writes sales in records of a size, with little memory.
func parted(t *testing.T, by Partitioning, sales []sale, size, budget int, watch func(w *Writer)) (*Lake, TableSnapshot) {
	t.Helper()
	l := openLake(t)
	table, _ := TableNamed("order_lines")
	w, err := l.NewPartitionedWriter(table, 2, by)
	if err != nil {
		t.Fatal(err)
	}
	w.Origin(saleFrom)
	w.relations[0].budget = budget
	for from := 0; from < len(sales); from += size {
		if err := w.Write(salesRecord(t, sales[from:min(len(sales), from+size)])); err != nil {
			t.Fatal(err)
		}
		watch(w)
	}
	tables, err := w.Close(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return l, tables[0]
}

func quiet(*Writer) {}

func shuffled(sales []sale) []sale {
	out := slices.Clone(sales)
	rand.New(rand.NewPCG(3, 4)).Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

func TestEachOrderLineLiesInItsOwnMonth(t *testing.T) {
	sales := append(shopOf(500).sorted(), sale{"Z1", "1", -1, 5})
	l, table := parted(t, byMonth, shuffled(sales), 100, waitingRows, quiet)
	want := map[string]int{}
	for _, s := range sales {
		if s.day < 0 {
			want["none"]++
		} else {
			want[arrow.Date32(s.day).ToTime().Format("2006-01")]++
		}
	}
	got := map[string]int{}
	for _, p := range table.Partitions {
		got[p.Value] = int(p.Rows)
		if p.Mapping != 2 {
			t.Errorf("partition %s is said to be of mapping %d", p.Value, p.Mapping)
		}
		at := -1
		for i, row := range cells(t, l.files(p)[0]) {
			if i == 0 {
				at = columnsAt(row, []string{"ordered_on"})[0]
				continue
			}
			month := "none"
			if row[at] != "<null>" {
				var day int
				if _, err := fmt.Sscan(row[at], &day); err != nil {
					t.Fatal(err)
				}
				month = arrow.Date32(day).ToTime().Format("2006-01")
			}
			if month != p.Value {
				t.Fatalf("a row of %s lies in %s", month, p.Value)
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if !slices.IsSortedFunc(table.Partitions, func(a, b Partition) int { return strings.Compare(a.Value, b.Value) }) {
		t.Error("the partitions are not in order")
	}
}

func TestNeitherOrderNorMemoryNorRecordsShowInThePartitions(t *testing.T) {
	sales := shopOf(1000).sorted()
	for i := range sales {
		sales[i].day = 20_000 + i%40
	}
	mixed := shuffled(sales)
	byDay := Partitioning{By: ByDay, Column: "ordered_on"}
	for _, by := range []Partitioning{byMonth, byDay, byHash, {By: ByYear, Column: "ordered_on"}} {
		_, want := parted(t, by, sales, 1000, waitingRows, quiet)
		_, other := parted(t, by, mixed, 1000, waitingRows, quiet)
		var little TableSnapshot
		for _, size := range []int{1000, 77, 3000} {
			_, got := parted(t, by, mixed, size, 500, quiet)
			if little.Name == "" {
				little = got
			}
			if diff := cmp.Diff(little, got); diff != "" {
				t.Errorf("%s: the size of records shows: %s", by.By, diff)
			}
		}
		for _, got := range []TableSnapshot{other, little} {
			for i, p := range got.Partitions {
				if w := want.Partitions[i]; p.Value != w.Value || p.ContentID != w.ContentID || !slices.Equal(p.Columns, w.Columns) {
					t.Errorf("%s: partition %s differs", by.By, p.Value)
				}
			}
		}
	}
}

func TestYearsOfDaysStayWithinOpenFiles(t *testing.T) {
	var sales []sale
	for i := range 12_000 {
		sales = append(sales, sale{fmt.Sprintf("A%d", i), "1", 10_000 + i%1200, int64(i)})
	}
	most, waiting := 0, 0
	l, table := parted(t, Partitioning{By: ByDay, Column: "ordered_on"}, shuffled(sales), 1000, 3000, func(w *Writer) {
		entries, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Skip("this system does not list open files")
		}
		open := 0
		for _, e := range entries {
			if to, err := os.Readlink(filepath.Join("/proc/self/fd", e.Name())); err == nil && filepath.Ext(to) == ".parquet" {
				open++
			}
		}
		most, waiting = max(most, open), max(waiting, w.relations[0].waiting)
	})
	if most > openParts+1 || waiting > 3000 {
		t.Errorf("%d files were open and %d rows waited", most, waiting)
	}
	if len(table.Partitions) != 1200 {
		t.Errorf("%d partitions", len(table.Partitions))
	}
	publish(t, l, table)
	if table.RowCount() != 12_000 {
		t.Errorf("%d rows", table.RowCount())
	}
}

func TestATableWithoutRowsHasOneEmptyPartition(t *testing.T) {
	for _, by := range []Partitioning{{}, byMonth, byHash} {
		l, table := parted(t, by, nil, 1, waitingRows, quiet)
		if len(table.Partitions) != 1 || table.Partitions[0].Rows != 0 || len(table.Partitions[0].Files) != 1 {
			t.Errorf("%s: %+v", by.By, table.Partitions)
		}
		s := publish(t, l, table)
		mustVerify(t, l, &s)
	}
}

func TestAPartitioningThatDoesNotFitIsRefused(t *testing.T) {
	l := openLake(t)
	orders, _ := TableNamed("order_lines")
	customers, _ := TableNamed("customers")
	for name, c := range map[string]struct {
		t  Table
		by Partitioning
	}{
		"no such column":        {orders, Partitioning{By: ByMonth, Column: "orderd_on"}},
		"no date":               {orders, Partitioning{By: ByMonth, Column: "order_id"}},
		"no key":                {orders, Partitioning{By: ByHash, Buckets: 4}},
		"no buckets":            {orders, Partitioning{By: ByHash, Key: saleKey}},
		"too many buckets":      {orders, Partitioning{By: ByHash, Key: saleKey, Buckets: 101}},
		"no such way":           {orders, Partitioning{By: "week", Column: "ordered_on"}},
		"persons lack the date": {customers, Partitioning{By: ByMonth, Column: "acquired_on"}},
	} {
		if _, err := l.NewPartitionedWriter(c.t, 0, c.by); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if left, _ := os.ReadDir(l.path("tmp")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
