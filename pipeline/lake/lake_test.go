package lake

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/google/go-cmp/cmp"
)

func openLake(t testing.TB) *Lake {
	t.Helper()
	l, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// lines makes a record of order lines; every third has no customer, all else repeats and varies.
func lines(t testing.TB, order []int) arrow.RecordBatch {
	t.Helper()
	table, _ := TableNamed("order_lines")
	schema := table.LoadSchema(nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	for _, i := range order {
		for f, field := range b.Fields() {
			switch schema.Field(f).Name {
			case "order_id":
				field.(*array.StringBuilder).Append(fmt.Sprintf("A%06d", i/3))
			case "customer_id":
				if i%3 == 0 {
					field.AppendNull()
				} else {
					field.(*array.StringBuilder).Append(fmt.Sprintf("客户%d", i%97))
				}
			case "ordered_at":
				field.(*array.TimestampBuilder).Append(arrow.Timestamp(1_300_000_000_000_000 + int64(i)*60_000_000))
			case "ordered_on":
				field.(*array.Date32Builder).Append(arrow.Date32(15_000 + i/1440))
			case "net_amount":
				field.(*array.Decimal64Builder).Append(decimal.Decimal64(int64(i%1000)*12_345 - 3_000_000))
			case "_line":
				field.(*array.Int64Builder).Append(int64(i) + 2)
			default:
				field.AppendNull()
			}
		}
	}
	return b.NewRecordBatch()
}

func upTo(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// store writes records of order lines and gives the table's entry.
func store(t testing.TB, l *Lake, recs ...arrow.RecordBatch) TableSnapshot {
	t.Helper()
	table, _ := TableNamed("order_lines")
	w, err := l.NewWriter(table, "")
	if err != nil {
		t.Fatal(err)
	}
	w.Origin(Origin{Source: "shop", Mapped: []string{"order_id", "net_amount"}, Seed: "Asia/Shanghai"})
	for _, rec := range recs {
		if err := w.Write(rec); err != nil {
			t.Fatal(err)
		}
	}
	tables, err := w.Close(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return tables[0]
}

func publish(t testing.TB, l *Lake, tables ...TableSnapshot) Snapshot {
	t.Helper()
	s, err := l.Publish(Snapshot{Tables: tables})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func mustVerify(t testing.TB, l *Lake, s *Snapshot) {
	t.Helper()
	problems, err := l.Verify(context.Background(), s)
	if err != nil || len(problems) > 0 {
		t.Fatalf("the lake does not verify: %v %v", problems, err)
	}
}

func TestANightOfOrdersVerifies(t *testing.T) {
	l := openLake(t)
	const rows = 2*rowGroupRows + 7
	table := store(t, l, lines(t, upTo(rows)))
	publish(t, l, table)
	current, err := l.Current()
	if err != nil {
		t.Fatal(err)
	}
	mustVerify(t, l, current)
	got, _ := current.Table("order_lines")
	if diff := cmp.Diff([]string{"shop"}, got.Source); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"order_id", "net_amount"}, got.Mapped); diff != "" {
		t.Error(diff)
	}
	p := got.Partitions[0]
	if p.Value != "all" || p.Rows != rows || len(p.Files) != 1 {
		t.Errorf("partition %+v", p)
	}
	want := int64(0)
	for i := range rows {
		want += int64(i%1000)*12_345 - 3_000_000
	}
	stats := columnOf(t, p, "net_amount")
	if stats.Nulls != 0 || stats.Sum != fmt.Sprintf("%d.%04d", want/10_000, want%10_000) {
		t.Errorf("net_amount %+v, want sum of %d ten-thousandths", stats, want)
	}
	if nulls := columnOf(t, p, "customer_id").Nulls; nulls != (rows+2)/3 {
		t.Errorf("%d lines without a customer, want %d", nulls, (rows+2)/3)
	}
	if files := l.Files(current, "order_lines"); len(files) != 1 || !filepath.IsAbs(files[0]) {
		t.Errorf("files %v", files)
	}
}

func columnOf(t testing.TB, p Partition, name string) ColumnStats {
	t.Helper()
	i := slices.IndexFunc(p.Columns, func(c ColumnStats) bool { return c.Name == name })
	if i < 0 {
		t.Fatalf("no column %s in %v", name, p.Columns)
	}
	return p.Columns[i]
}

func TestTheSameRowsInAnotherOrderShareTheFolder(t *testing.T) {
	l := openLake(t)
	first := store(t, l, lines(t, upTo(5000)))
	order := upTo(5000)
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	second := store(t, l, lines(t, order))
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("permuted rows gave another entry: %s", diff)
	}
	publish(t, l, second)
	current, _ := l.Current()
	mustVerify(t, l, current)
	if left, _ := os.ReadDir(l.path("tmp")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestEveryChangeOfARowChangesTheContentID(t *testing.T) {
	l := openLake(t)
	base := store(t, l, lines(t, upTo(10))).Partitions[0].ContentID
	for name, order := range map[string][]int{
		"a row more":      upTo(11),
		"a row less":      upTo(9),
		"a row twice":     {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9},
		"another row":     {0, 1, 2, 3, 4, 5, 6, 7, 8, 10},
		"two rows double": {0, 0, 1, 1, 4, 5, 6, 7, 8, 9},
	} {
		if id := store(t, l, lines(t, order)).Partitions[0].ContentID; id == base {
			t.Errorf("%s: the same content id", name)
		}
	}
	if contentID(Relation{Name: "a"}, []string{"x"}, rowHash{}) == contentID(Relation{Name: "a"}, []string{"y"}, rowHash{}) {
		t.Error("another mapping gives the same content id")
	}
}

func TestLongTextsAndFullRowGroupsAreKept(t *testing.T) {
	// 128 characters a row fill pages exactly; the last row group is full as well.
	rows := make([][]*string, rowGroupRows)
	for i := range rows {
		rows[i] = []*string{new(fmt.Sprintf("%0128d", i)), new(strings.Repeat("x", i%9*100)), nil, new(fmt.Sprint(i % 7))}
		if i%5 == 1 {
			rows[i][1] = nil
		}
	}
	l := openLake(t)
	columns := []Column{{Name: "unique"}, {Name: "repeating"}, {Name: "null"}, {Name: "n", Type: Integer}}
	table, err := l.StoreRows(context.Background(), "notes", columns, rows)
	if err != nil {
		t.Fatal(err)
	}
	s := publish(t, l, table)
	mustVerify(t, l, &s)
	got := cells(t, l.Files(&s, "notes")[0])
	for i := 0; i < rowGroupRows; i += 4095 {
		want := []string{*rows[i][0], "<null>", "<null>", *rows[i][3]}
		if rows[i][1] != nil {
			want[1] = *rows[i][1]
		}
		if diff := cmp.Diff(want, got[i+1]); diff != "" {
			t.Errorf("row %d: %s", i, diff)
		}
	}
}

func TestAManyYearsTableIsWrittenToSeveralFiles(t *testing.T) {
	l := openLake(t)
	rec := lines(t, upTo(2*rowGroupRows+10))
	whole := store(t, l, rec)
	table, _ := TableNamed("order_lines")
	w, err := l.NewWriter(table, "2026")
	if err != nil {
		t.Fatal(err)
	}
	w.relations[0].limit = 1 // a file per row group
	w.Origin(Origin{Source: "shop", Mapped: []string{"order_id", "net_amount"}, Seed: "Asia/Shanghai"})
	if err := w.Write(rec); err != nil {
		t.Fatal(err)
	}
	split, err := w.Close(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	p := split[0].Partitions[0]
	if len(p.Files) != 3 || p.Files[2].Rows != 10 || !strings.HasSuffix(p.Files[2].Path, "2026/"+p.ContentID+"/part-00002.parquet") {
		t.Errorf("files %+v", p.Files)
	}
	if diff := cmp.Diff(whole.Partitions[0].Columns, p.Columns); diff != "" || p.ContentID != whole.Partitions[0].ContentID {
		t.Errorf("three files count otherwise than one: %s", diff)
	}
	s := publish(t, l, split...)
	mustVerify(t, l, &s)
	if len(l.Files(&s, "order_lines")) != 3 {
		t.Errorf("files %v", l.Files(&s, "order_lines"))
	}
}

func TestWordsThatStopRepeatingAreKept(t *testing.T) {
	// The first rows promise a small dictionary; the rest breaks the promise.
	rows := make([][]*string, 60_000)
	for i := range rows {
		rows[i] = []*string{new(fmt.Sprint("same", i/10_000*i))}
	}
	l := openLake(t)
	table, err := l.StoreRows(context.Background(), "notes", []Column{{Name: "word"}}, rows)
	if err != nil {
		t.Fatal(err)
	}
	s := publish(t, l, table)
	mustVerify(t, l, &s)
	for i, got := range cells(t, l.Files(&s, "notes")[0])[1:] {
		if got[0] != *rows[i][0] {
			t.Fatalf("row %d is %q, want %q", i, got[0], *rows[i][0])
		}
	}
}

func TestTheSizeOfRecordsDoesNotShowInTheBytes(t *testing.T) {
	rows := rowGroupRows + 5000
	whole := lines(t, upTo(rows))
	var want File
	for _, size := range []int{rows, 1024, 999, 40_000} {
		var recs []arrow.RecordBatch
		for from := 0; from < rows; from += size {
			recs = append(recs, whole.NewSlice(int64(from), int64(min(rows, from+size))))
		}
		got := store(t, openLake(t), recs...).Partitions[0].Files[0]
		if want == (File{}) {
			want = got
		}
		if got != want {
			t.Errorf("records of %d rows give %+v, want %+v", size, got, want)
		}
	}
}

func TestADamagedFileIsNamed(t *testing.T) {
	damage := map[string]struct {
		do   func(path string) error
		says string
	}{
		"one byte": {func(p string) error {
			b, err := os.ReadFile(p)
			if err == nil {
				b[len(b)/2] ^= 1
				err = os.WriteFile(p, b, 0o600)
			}
			return err
		}, "content changed"},
		"cut":     {func(p string) error { return os.Truncate(p, 100) }, "bytes expected"},
		"missing": {os.Remove, "missing"},
	}
	for name, d := range damage {
		t.Run(name, func(t *testing.T) {
			l := openLake(t)
			s := publish(t, l, store(t, l, lines(t, upTo(1000))))
			if err := d.do(l.Files(&s, "order_lines")[0]); err != nil {
				t.Fatal(err)
			}
			problems, err := l.Verify(context.Background(), &s)
			if err != nil || len(problems) != 1 {
				t.Fatalf("problems %v, error %v", problems, err)
			}
			p := problems[0]
			if p.Table != "order_lines" || !strings.HasSuffix(p.Path, "part-00000.parquet") || !strings.Contains(p.What, d.says) {
				t.Errorf("problem %v, want one that says %q", p, d.says)
			}
			// The next night writes the same rows and heals the folder.
			again := publish(t, l, store(t, l, lines(t, upTo(1000))))
			mustVerify(t, l, &again)
		})
	}
}

func TestAManifestThatMiscountsIsFound(t *testing.T) {
	l := openLake(t)
	table := store(t, l, lines(t, upTo(1000)))
	for name, change := range map[string]func(p *Partition){
		"rows":  func(p *Partition) { p.Rows++ },
		"nulls": func(p *Partition) { p.Columns[2].Nulls++ },
		"sum":   func(p *Partition) { p.Columns[9].Sum = "1.0000" },
	} {
		p := table.Partitions[0]
		p.Columns = slices.Clone(p.Columns)
		change(&p)
		problems, err := l.Verify(context.Background(), &Snapshot{Tables: []TableSnapshot{{Name: "order_lines", Partitions: []Partition{p}}}})
		if err != nil || len(problems) != 1 {
			t.Errorf("%s: problems %v, error %v", name, problems, err)
		}
	}
}

func TestAReadBackThatDiffersPublishesNothing(t *testing.T) {
	l := openLake(t)
	table, _ := TableNamed("order_lines")
	w, err := l.NewWriter(table, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(lines(t, upTo(100))); err != nil {
		t.Fatal(err)
	}
	part := w.relations[0].parts[0]
	if err := w.relations[0].flush(part); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(part.out.wait(), part.out.endPart()); err != nil {
		t.Fatal(err)
	}
	part.out.parts[0].tallies[0].check++ // one value on disk is not the one that was written
	if _, err := w.Close(context.Background()); err == nil || !strings.Contains(err.Error(), "column order_id differs") {
		t.Errorf("error %v", err)
	}
	if _, err := os.Stat(l.path("order_lines")); !os.IsNotExist(err) {
		t.Error("a folder was moved into place")
	}
}
