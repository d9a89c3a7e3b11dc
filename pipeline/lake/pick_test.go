package lake

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/metadata"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// orderBook are rows of every type, customers and orders among them: many lines of few customers, or
// few of many, with a long comment here and there, and every so often a NULL.
func orderBook(rows, customers int, seed uint64) (columns []Column, cells [][]*string) {
	columns = append(everyType(), id("customer_id"), id("order_id"), id("contract_id"))
	r := rand.New(rand.NewPCG(seed, 1))
	maybe := func(share float64, text string) *string {
		if r.Float64() < share {
			return nil
		}
		return &text
	}
	for i := range rows {
		row := make([]*string, len(columns))
		for k, c := range columns {
			row[k] = maybe(0.1, cellOf(r, c, i))
		}
		if r.IntN(2000) == 0 {
			row[0] = maybe(0, strings.Repeat("long-", 20_000))
		}
		n := len(columns)
		row[n-3] = maybe(0.02, fmt.Sprintf("C-%05d", r.IntN(customers)))
		row[n-2] = maybe(0.5, fmt.Sprintf("O-%07d", i/3))
		row[n-1] = nil
		if i%900 == 0 {
			row[n-3] = maybe(0, "") // a source may say so; the smallest text of all
		}
		cells = append(cells, row)
	}
	return columns, cells
}

// cellOf is some text of a column's type.
func cellOf(r *rand.Rand, c Column, i int) string {
	switch {
	case c.Type.IsDecimal():
		return fmt.Sprint(r.IntN(1_000_000) - 500_000)
	case c.Type == Date:
		return fmt.Sprintf("2026-%02d-%02d", 1+r.IntN(12), 1+r.IntN(28))
	case c.Type.IsTime():
		return fmt.Sprintf("2026-03-%02d 10:00:%02d", 1+r.IntN(28), r.IntN(60))
	case c.Type == Boolean:
		return fmt.Sprint(r.IntN(2) == 0)
	case c.Type == Text:
		return []string{"web", "shop", "phone", ""}[r.IntN(4)]
	}
	return fmt.Sprint(i)
}

// pickedBy are the rows of files, as text, those that a column's values pick.
func pickedBy(t testing.TB, columns []Column, files []string, wanted ...Wanted) (out []string) {
	t.Helper()
	for _, path := range files {
		err := readRecords(context.Background(), path, columns, func(rec arrow.RecordBatch) error {
			defer rec.Release()
			for row, text := range asText(rec) {
				counts := wanted == nil
				for _, w := range wanted {
					at := slices.IndexFunc(columns, func(c Column) bool { return c.Name == w.Column })
					col := rec.Column(at)
					counts = counts || col.IsValid(row) && slices.Contains(w.Values, col.ValueStr(row))
				}
				if counts {
					out = append(out, strings.Clone(text))
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func TestTheRowsOfACustomerAreFoundInEveryLayout(t *testing.T) {
	for _, c := range []struct {
		name            string
		rows, customers int
	}{
		{"a page", 500, 40}, {"many pages, few customers", 30_000, 25}, {"many pages, many customers", 40_000, 9000}, {"two row groups", 140_000, 30_000},
	} {
		t.Run(c.name, func(t *testing.T) {
			if testing.Short() && c.rows > rowGroupRows {
				t.Skip("many rows; -short leaves them out")
			}
			columns, cells := orderBook(c.rows, c.customers, uint64(c.rows))
			rec, err := record(columns, cells)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			path := filepath.Join(dir, "orders.parquet")
			if err := writeFileOf(path, columns, rec); err != nil {
				t.Fatal(err)
			}
			many := []string{"C-99999"}
			for i := range 20 {
				many = append(many, fmt.Sprintf("C-%05d", i*c.customers/20))
			}
			for i, wanted := range [][]Wanted{
				{{Column: "customer_id", Values: []string{"C-00007"}}},
				{{Column: "customer_id", Values: []string{"C-00007", "C-99999", ""}}},
				{{Column: "customer_id", Values: many}},
				{{Column: "customer_id", Values: []string{"C-00003"}}, {Column: "order_id", Values: []string{"O-0000100", "O-0000033"}}, {Column: "contract_id", Values: []string{"K-1"}}},
				{{Column: "order_id", Values: []string{"O-9999999"}}},
				{{Column: "contract_id", Values: []string{""}}, {Column: "nobody_has_it", Values: []string{"C-00007"}}},
				{{Column: "customer_id", Values: nil}},
			} {
				got, err := Pick(context.Background(), []string{path}, wanted, Newest{}, filepath.Join(dir, fmt.Sprint("picked", i)))
				if err != nil || len(got.Files) != 1 {
					t.Fatalf("%v: %v, %v", wanted, got, err)
				}
				known := slices.DeleteFunc(slices.Clone(wanted), func(w Wanted) bool { return w.Column == "nobody_has_it" })
				want := pickedBy(t, columns, []string{path}, known...)
				if diff := cmp.Diff(want, pickedBy(t, columns, got.Files)); diff != "" || int(got.Found) != len(want) {
					t.Errorf("%v: %d rows wanted\n%.2000s", wanted, len(want), diff)
				}
				if i == 0 && len(want) == 0 {
					t.Error("the first customer has no row: this shows nothing")
				}
			}
		})
	}
}

// Of a customer with years of orders the newest are shown: of all files together, and the whole of the
// last day, since what stands first among the orders of one day is another's to decide.
func TestTheNewestRowsOfACustomerAreThoseOfAllFiles(t *testing.T) {
	dir := t.TempDir()
	var columns []Column
	var paths []string
	for i := range 3 {
		var cells [][]*string
		columns, cells = orderBook(9000+i, 12, uint64(i))
		path := filepath.Join(dir, fmt.Sprint(i, ".parquet"))
		if err := WriteRows(path, columns, cells); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	day := slices.IndexFunc(columns, func(c Column) bool { return c.Name == "day" })
	wanted := []Wanted{{Column: "customer_id", Values: []string{"C-00007"}}}
	all := pickedBy(t, columns, paths, wanted...)
	var days []string
	for _, row := range all {
		days = append(days, strings.Fields(row)[day])
	}
	slices.Sort(days) // NULL is not quoted, so it is the last here
	known := slices.Index(days, "NULL")
	for _, n := range []int{1, 20, 700, known, known + 1, len(all), len(all) + 1} {
		got, err := Pick(context.Background(), paths, wanted, Newest{"day", n}, filepath.Join(dir, fmt.Sprint("newest", n)))
		if err != nil || int(got.Found) != len(all) {
			t.Fatalf("%d: %+v, %v", n, got, err)
		}
		want := all
		if n <= known {
			last := days[known-n]
			want = slices.DeleteFunc(slices.Clone(all), func(row string) bool {
				d := strings.Fields(row)[day]
				return d == "NULL" || d < last
			})
		}
		if diff := cmp.Diff(want, pickedBy(t, columns, got.Files)); diff != "" || len(want) < min(n, len(all)) {
			t.Errorf("the newest %d of %d: %d wanted\n%.1000s", n, len(all), len(want), diff)
		}
	}
}

func TestAnEntryThatNamesACustomerIsNotFoundByItsOrder(t *testing.T) {
	columns := []Column{key("entry_id"), id("customer_id"), id("order_id")}
	path := filepath.Join(t.TempDir(), "ledger.parquet")
	if err := WriteRows(path, columns, [][]*string{{new("E1"), new("C1"), new("O1")}, {new("E2"), nil, new("O1")}, {new("E3"), nil, new("O2")}, {new("E4"), new("C2"), new("O1")}}); err != nil {
		t.Fatal(err)
	}
	got, err := Pick(context.Background(), []string{path}, []Wanted{{Column: "customer_id", Values: []string{"C1"}}, {Column: "order_id", Values: []string{"O1"}, Unless: "customer_id"}},
		Newest{}, filepath.Join(t.TempDir(), "picked"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{`"E1" "C1" "O1"`, `"E2" NULL "O1"`}, pickedBy(t, columns, got.Files)); diff != "" || got.Found != 2 {
		t.Errorf("%+v %s", got, diff)
	}
}

// Files of several shapes are one relation: their picked rows stay apart by shape.
func TestTheRowsOfACustomerAreFoundInFilesOfEveryAge(t *testing.T) {
	l := oldLake(t, "v1")
	s, err := l.Current()
	if err != nil {
		t.Fatal(err)
	}
	old := l.Files(s, "order_lines")
	table, _ := TableNamed("order_lines")
	columns := table.Relations()[0].Columns
	customers, bought := map[string]bool{}, 0
	for _, path := range old {
		if err := readRecords(context.Background(), path, []Column{id("customer_id")}, func(rec arrow.RecordBatch) error {
			for row := range int(rec.NumRows()) {
				if rec.Column(0).IsValid(row) {
					customers[strings.Clone(rec.Column(0).ValueStr(row))] = true
					bought++
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	young := filepath.Join(dir, "young.parquet")
	if err := WriteRows(young, []Column{id("order_id"), id("customer_id"), text("colour")}, [][]*string{{new("O-1"), new("C-0001"), new("red")}}); err != nil {
		t.Fatal(err)
	}
	found := 0
	for customer := range customers {
		wanted := Wanted{Column: "customer_id", Values: []string{customer}}
		got, err := Pick(context.Background(), append([]string{young}, old...), []Wanted{wanted}, Newest{}, filepath.Join(dir, customer))
		if err != nil || len(got.Files) != 2 {
			t.Fatalf("%s: %v, %v", customer, got, err)
		}
		want := pickedBy(t, columns, old, wanted)
		if diff := cmp.Diff(want, pickedBy(t, columns, got.Files[1:])); diff != "" {
			t.Errorf("%s: %s", customer, diff)
		}
		found += len(want)
	}
	if found != bought || found == 0 {
		t.Errorf("%d rows found of %d", found, bought)
	}
}

func TestAFilterForgetsNobodyAndRarelyRemembersAStranger(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.IntRange(1, pageRows).Draw(t, "rows")
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		f := newPageFilter(nil, rows)
		hashes := make([]uint64, rows)
		for i := range hashes {
			hashes[i] = r.Uint64()
			f.add(hashes[i])
		}
		for _, h := range hashes {
			if !f.mayHold(h) {
				t.Fatalf("a text of %d rows is forgotten", rows)
			}
		}
		strangers := 0
		for range 4000 {
			if f.mayHold(r.Uint64()) {
				strangers++
			}
		}
		if strangers > 200 {
			t.Errorf("%d of 4,000 strangers are known to a filter of %d rows", strangers, rows)
		}
	})
}

// What is torn is an error: a page that was damaged must not become other rows.
func TestTornPagesAreErrors(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(t, "data")
		n := rapid.IntRange(1, 60).Draw(t, "n")
		if out, err := hybrid(nil, data, rapid.IntRange(0, 32).Draw(t, "width"), n); err == nil && len(out) != n {
			t.Errorf("%d numbers of %d, and no error", len(out), n)
		}
		if out, _, err := deltas(nil, data, n, n); err == nil && len(out) != n {
			t.Errorf("%d differences of %d, and no error", len(out), n)
		}
		if out, err := plainTexts(nil, data, n); err == nil && (len(out) != n+1 || int(out[n]) > len(data)) {
			t.Errorf("%d texts of %d, and no error", len(out)-1, n)
		}
	})
}

func TestNumbersUnpackAsTheyWerePacked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		longs := rapid.SliceOfN(rapid.OneOf(rapid.Int64(), rapid.Int64Range(-3, 300)), 1, 700).Draw(t, "longs")
		need := rapid.IntRange(1, len(longs)).Draw(t, "need")
		page := append(appendDeltas(nil, longs), "behind"...)
		got, size, err := deltas(nil, page, need, len(longs))
		if err != nil || size != len(page)-len("behind") {
			t.Fatalf("%d bytes of %d, %v", size, len(page), err)
		}
		if diff := cmp.Diff(longs[:need], got); diff != "" {
			t.Fatal(diff)
		}
		entries := rapid.IntRange(2, 1<<17).Draw(t, "entries")
		indices := rapid.SliceOfN(rapid.Uint32Range(0, uint32(entries-1)), 1, 300).Draw(t, "indices")
		packed := appendIndices(nil, indices, entries)
		places, err := hybrid(nil, packed[1:], int(packed[0]), len(indices))
		if diff := cmp.Diff(indices, places); diff != "" || err != nil {
			t.Fatal(diff, err)
		}
	})
}

// A row group whose entries name no order at all says so by its range.
func TestAReaderPassesByRowGroupsThatNameNoOrder(t *testing.T) {
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
	for i, want := range map[int][2]string{1: {one, two}, 2: {"", ""}} {
		chunk, err := in.RowGroup(0).MetaData().ColumnChunk(i)
		if err != nil {
			t.Fatal(err)
		}
		stats, err := chunk.Statistics()
		if err != nil || stats == nil || !stats.HasMinMax() {
			t.Fatalf("%s states no range: %v", columns[i].Name, err)
		}
		if got := stats.(*metadata.ByteArrayStatistics); string(got.Min()) != want[0] || string(got.Max()) != want[1] {
			t.Errorf("%s is said to go from %q to %q", columns[i].Name, got.Min(), got.Max())
		}
	}
}
