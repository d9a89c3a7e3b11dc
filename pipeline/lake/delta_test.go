package lake

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/google/go-cmp/cmp"
)

// sale is a row of a small shop; the same values are the same row.
type sale struct {
	order  string
	line   string // "": NULL
	day    int    // since 1970; -1: NULL
	amount int64
}

func (s sale) key() string { return s.order + "/" + s.line }

// shop is what the source holds, by key.
type shop map[string]sale

func (s shop) sorted() []sale {
	var out []sale
	for _, key := range slices.Sorted(maps.Keys(s)) {
		out = append(out, s[key])
	}
	return out
}

func (s shop) without(keys ...string) shop {
	out := maps.Clone(s)
	for _, key := range keys {
		delete(out, key)
	}
	return out
}

func (s shop) with(sales ...sale) shop {
	out := maps.Clone(s)
	for _, x := range sales {
		out[x.key()] = x
	}
	return out
}

// shopOf has n orders of three lines, the last without a number, over a year.
func shopOf(n int) shop {
	s := shop{}
	for i := range n {
		for line, number := range []string{"1", "2", ""} {
			x := sale{fmt.Sprintf("A%05d", i), number, 20_000 + i%365, int64(i*10 + line)}
			s[x.key()] = x
		}
	}
	return s
}

func salesRecord(t testing.TB, sales []sale) arrow.RecordBatch {
	t.Helper()
	table, _ := TableNamed("order_lines")
	schema := table.LoadSchema(nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	for _, s := range sales {
		for f, field := range b.Fields() {
			name := schema.Field(f).Name
			switch {
			case name == "order_id":
				field.(*array.StringBuilder).Append(s.order)
			case name == "line_id" && s.line != "":
				field.(*array.StringBuilder).Append(s.line)
			case name == "ordered_at" && s.day >= 0:
				field.(*array.TimestampBuilder).Append(arrow.Timestamp(int64(s.day) * 86_400_000_000))
			case name == "ordered_on" && s.day >= 0:
				field.(*array.Date32Builder).Append(arrow.Date32(s.day))
			case name == "net_amount":
				field.(*array.Decimal64Builder).Append(decimal.Decimal64(s.amount))
			default:
				field.AppendNull()
			}
		}
	}
	return b.NewRecordBatch()
}

var (
	byMonth  = Partitioning{By: ByMonth, Column: "ordered_on"}
	byHash   = Partitioning{By: ByHash, Key: []string{"order_id"}, Buckets: 4}
	saleKey  = []string{"order_id", "line_id"}
	saleFrom = Origin{Source: "shop", Mapped: []string{"order_id", "line_id", "net_amount"}, Seed: "Asia/Shanghai"}
)

// loadShop reads the whole shop.
func loadShop(t testing.TB, l *Lake, by Partitioning, s shop) Snapshot {
	t.Helper()
	table, _ := TableNamed("order_lines")
	w, err := l.NewPartitionedWriter(table, 0, by)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.FindBy(saleKey); err != nil {
		t.Fatal(err)
	}
	w.Origin(saleFrom)
	if err := w.Write(salesRecord(t, s.sorted())); err != nil {
		t.Fatal(err)
	}
	tables, err := w.Close(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return publishShop(t, l, tables, by)
}

func publishShop(t testing.TB, l *Lake, tables []TableSnapshot, by Partitioning) Snapshot {
	t.Helper()
	s, err := l.Publish(Snapshot{Tables: tables, Increments: []Increment{{Table: "order_lines", Key: saleKey, Partitioning: by, Seed: "1"}}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// night puts the difference between two states of the shop on a snapshot; again are rows that the
// overlap delivers once more.
func night(t testing.TB, l *Lake, s Snapshot, before, after shop, again []sale, rule Compaction) (Snapshot, Change) {
	t.Helper()
	c, err := l.change(t, s, before, after, again, rule)
	if err != nil {
		t.Fatal(err)
	}
	inc, _ := s.Increment("order_lines", 0)
	return publishShop(t, l, c.Tables, inc.Partitioning), c
}

func (l *Lake) change(t testing.TB, s Snapshot, before, after shop, again []sale, rule Compaction) (Change, error) {
	t.Helper()
	table, _ := TableNamed("order_lines")
	w, err := l.BeginDelta(context.Background(), &s, table, 0)
	if err != nil {
		t.Fatal(err)
	}
	w.Origin(saleFrom)
	var written, gone []sale
	for _, x := range after.sorted() {
		if old, ok := before[x.key()]; !ok || old != x {
			written = append(written, x)
		}
	}
	for _, x := range again {
		if old, ok := before[x.key()]; ok && after[x.key()] == old {
			written = append(written, x)
		}
	}
	for _, x := range before.sorted() {
		if _, ok := after[x.key()]; !ok {
			gone = append(gone, x)
		}
	}
	if err := w.Write(salesRecord(t, written)); err != nil {
		t.Fatal(err)
	}
	if err := w.Touch(salesRecord(t, gone)); err != nil {
		t.Fatal(err)
	}
	return w.Close(context.Background(), rule)
}

// counted are the rows that count, each as text with how often it is there, put together from the
// files by another reader.
func counted(t *testing.T, l *Lake, s *Snapshot, relation string) map[string]int {
	t.Helper()
	out := map[string]int{}
	add := func(file string, skip map[string]bool, key []string) {
		rows := cells(t, file)
		at := columnsAt(rows[0], key)
		for _, row := range rows[1:] {
			if !skip[pick(row, at)] {
				out[strings.Join(row, "|")]++
			}
		}
	}
	for _, p := range l.Parts(s, relation) {
		skip := map[string]bool{}
		for _, file := range p.Keys {
			rows := cells(t, file)
			at := columnsAt(rows[0], p.Key)
			for _, row := range rows[1:] {
				if skip[pick(row, at)] {
					t.Errorf("key %s stands twice", pick(row, at))
				}
				skip[pick(row, at)] = true
			}
		}
		for _, file := range p.Base {
			add(file, skip, p.Key)
		}
		for _, file := range p.Delta {
			add(file, nil, nil)
		}
	}
	return out
}

func columnsAt(header, names []string) (at []int) {
	for _, name := range names {
		at = append(at, slices.IndexFunc(header, func(h string) bool { return strings.HasPrefix(h, name+" ") }))
	}
	return at
}

func pick(row []string, at []int) string {
	var parts []string
	for _, i := range at {
		parts = append(parts, row[i])
	}
	return strings.Join(parts, "/")
}

func mustHold(t *testing.T, l *Lake, s *Snapshot, want shop) {
	t.Helper()
	fullLake := openLake(t)
	full := loadShop(t, fullLake, Partitioning{}, want)
	if diff := cmp.Diff(counted(t, fullLake, &full, "order_lines"), counted(t, l, s, "order_lines")); diff != "" {
		t.Fatalf("the rows that count are not those of a full load: %s", diff)
	}
	table, _ := s.Table("order_lines")
	if table.RowCount() != int64(len(want)) {
		t.Fatalf("%d rows are said to count, want %d", table.RowCount(), len(want))
	}
}

func TestNightsOfChangesEqualAFullLoad(t *testing.T) {
	for name, by := range map[string]Partitioning{"one partition": {}, "months": byMonth, "buckets": byHash} {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(3) {
				r := rand.New(rand.NewPCG(seed, 7))
				l := openLake(t)
				have := shopOf(120)
				s := loadShop(t, l, by, have)
				for range 8 {
					next := have
					var again []sale
					for _, x := range have.sorted() {
						switch r.IntN(60) {
						case 0:
							next = next.without(x.key())
						case 1:
							x.amount += 1 + r.Int64N(9)
							next = next.with(x)
						case 2:
							x.day = 20_000 + r.IntN(365) // moves to another month
							next = next.with(x)
						case 3:
							x.day = -1
							next = next.with(x)
						case 4, 5:
							again = append(again, x)
						}
					}
					for range r.IntN(10) {
						next = next.with(sale{fmt.Sprintf("B%05d", r.IntN(500)), []string{"", "1"}[r.IntN(2)], 20_000 + r.IntN(400), r.Int64N(100)})
					}
					rule := []Compaction{{}, {Percent: 5}, {Percent: 20, AtLeast: 10}, DefaultCompaction()}[r.IntN(4)]
					s, _ = night(t, l, s, have, next, again, rule)
					have = next
					mustVerify(t, l, &s)
					mustHold(t, l, &s, have)
				}
				// After a compaction a full load of the same rows gives the same folders.
				s, _ = night(t, l, s, have, have, nil, Compaction{})
				full := loadShop(t, l, by, have)
				if diff := cmp.Diff(full.Tables, s.Tables); diff != "" {
					t.Fatalf("seed %d: compacted and full load differ: %s", seed, diff)
				}
			}
		})
	}
}
