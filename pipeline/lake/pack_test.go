package lake

import (
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/google/go-cmp/cmp"
)

// hardRow draws a row of values that stretch the encodings: widths of 0 to 64 bits, differences
// that wrap around, runs, few and many distinct values.
func hardRow(r *rand.Rand, i int) (number int64, day int32, word string) {
	switch i / 700 % 5 {
	case 0:
		return int64(i), int32(i / 50), "same"
	case 1:
		return int64(r.Uint64()) >> r.IntN(64), int32(r.Uint32()) >> r.IntN(32), fmt.Sprint("word ", r.IntN(40))
	case 2:
		return []int64{math.MinInt64, math.MaxInt64, 0, -1}[r.IntN(4)], []int32{math.MinInt32, math.MaxInt32, 0}[r.IntN(3)], ""
	case 3:
		return 7, 7, strings.Repeat("长", r.IntN(300))
	}
	return int64(r.IntN(20)) * 1_000_000, int32(r.IntN(3)), fmt.Sprint(r.Uint64())
}

// hardRecord makes rows of which a share of one in nulls is NULL (0: none, 1: all).
func hardRecord(r *rand.Rand, columns []Column, rows, nulls int) (arrow.RecordBatch, [][]string) {
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrowSchema(columns))
	defer b.Release()
	want := make([][]string, rows)
	for i := range rows {
		number, day, word := hardRow(r, i)
		values := []string{fmt.Sprint(number), fmt.Sprint(day), word, fmt.Sprint(number&1 == 0)}
		for c := range columns {
			if nulls > 0 && r.IntN(nulls) == 0 {
				b.Field(c).AppendNull()
				values[c] = "<null>"
				continue
			}
			switch f := b.Field(c).(type) {
			case *array.Int64Builder:
				f.Append(number)
			case *array.Date32Builder:
				f.Append(arrow.Date32(day))
			case *array.StringBuilder:
				f.Append(word)
			case *array.BooleanBuilder:
				f.Append(number&1 == 0)
			}
		}
		want[i] = values
	}
	return b.NewRecordBatch(), want
}

func TestEveryNumberDayAndWordComesBackWhateverItsEncoding(t *testing.T) {
	columns := []Column{{Name: "number", Type: Integer}, {Name: "day", Type: Date}, {Name: "word"}, {Name: "yes", Type: Boolean}}
	for _, rows := range []int{1, 2, 7, 8, 9, 33, 128, 129, 130, 1000, 5000} {
		for _, nulls := range []int{0, 1, 2, 50} {
			for _, p := range []plan{planPlain, planDelta, planDictionary} {
				r := rand.New(rand.NewPCG(uint64(rows), uint64(nulls)))
				rec, want := hardRecord(r, columns, rows, nulls)
				w, err := newRelationWriter(Relation{"t", columns}, filepath.Join(t.TempDir(), "t"))
				if err != nil {
					t.Fatal(err)
				}
				w.plans = []plan{p, p, planLengths, planPlain}
				if p == planDictionary {
					w.plans[2] = planDictionary
				}
				cut := int64(r.IntN(rows)) // records of any length, not at multiples of eight
				for _, part := range []arrow.RecordBatch{rec.NewSlice(0, cut), rec.NewSlice(cut, int64(rows))} {
					if err := w.write(part); err != nil {
						t.Fatal(err)
					}
				}
				if err := w.finish(); err != nil {
					t.Fatal(err)
				}
				if _, err := w.verify(t.Context()); err != nil {
					t.Fatalf("%d rows, one in %d NULL, plan %d: %v", rows, nulls, p, err)
				}
				got := cells(t, filepath.Join(w.dir, w.parts[0].name))[1:]
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("%d rows, one in %d NULL, plan %d (-want +got):\n%s", rows, nulls, p, diff)
				}
			}
		}
	}
}

func TestTwoCellsThatChangePlacesChangeTheContentID(t *testing.T) {
	columns := []Column{{Name: "a", Type: Integer}, {Name: "b", Type: Integer}, {Name: "c"}, {Name: "d"}}
	row := func(cells ...string) []*string {
		out := make([]*string, len(cells))
		for i, c := range cells {
			if c != "∅" {
				out[i] = &c
			}
		}
		return out
	}
	seen := map[string]string{}
	for name, rows := range map[string][][]*string{
		"as it was":                  {row("1", "2", "x", "y"), row("3", "4", "x", "z")},
		"between columns of numbers": {row("2", "1", "x", "y"), row("3", "4", "x", "z")},
		"between columns of words":   {row("1", "2", "y", "x"), row("3", "4", "x", "z")},
		"between rows":               {row("3", "2", "x", "y"), row("1", "4", "x", "z")},
		"words between rows":         {row("1", "2", "x", "z"), row("3", "4", "x", "y")},
		"NULL for the empty text":    {row("1", "2", "x", "∅"), row("3", "4", "x", "z")},
		"the empty text":             {row("1", "2", "x", ""), row("3", "4", "x", "z")},
		"NULL for zero":              {row("∅", "2", "x", "y"), row("3", "4", "x", "z")},
		"zero":                       {row("0", "2", "x", "y"), row("3", "4", "x", "z")},
	} {
		table, err := openLake(t).StoreRows(t.Context(), "t", columns, rows)
		if err != nil {
			t.Fatal(err)
		}
		id := table.Partitions[0].ContentID
		if other, ok := seen[id]; ok {
			t.Errorf("%s: the same content id as %s", name, other)
		}
		seen[id] = name
	}
}
