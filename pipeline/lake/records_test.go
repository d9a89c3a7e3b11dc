package lake

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// everyType is a column of each type.
func everyType() []Column {
	return []Column{
		{Name: "name"}, {Name: "amount", Type: Money}, {Name: "price", Type: Precise}, {Name: "rate", Type: Rate},
		{Name: "day", Type: Date}, {Name: "at", Type: Timestamp}, {Name: "won", Type: Boolean}, {Name: "n", Type: Integer},
		{Name: "small", Type: Integer32}, {Name: "instant", Type: Instant}, {Name: "clock", Type: WallClock}, {Name: "share", Type: DecimalOf(5, 2)},
	}
}

// asText shows a record row by row.
func asText(rec arrow.RecordBatch) []string {
	var out []string
	for row := range int(rec.NumRows()) {
		var cells []string
		for _, col := range rec.Columns() {
			if col.IsNull(row) {
				cells = append(cells, "NULL")
			} else {
				cells = append(cells, fmt.Sprintf("%q", col.ValueStr(row)))
			}
		}
		out = append(out, strings.Join(cells, " "))
	}
	return out
}

func TestWhatTheLakeReadsIsWhatWasWritten(t *testing.T) {
	dir, made := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 300).Draw(t, "rows")
		nulls := rapid.IntRange(0, 10).Draw(t, "nulls in ten")
		var rows [][]*string
		for i := range n {
			var row []*string
			for c, cell := range []string{fmt.Sprintf("客户 %d", i*i%7), fmt.Sprintf("-%d.05", i), fmt.Sprintf("%d.000001", i), "7.1234567891",
				fmt.Sprintf("20%02d-03-08", i%100), fmt.Sprintf("2026-03-08 10:00:00.%06d", i), []string{"true", "false"}[i%2], fmt.Sprint(i - 100),
				fmt.Sprint(7 - i), fmt.Sprintf("2026-03-08 11:00:00.%06d", i), fmt.Sprintf("1926-03-08 10:00:00.%06d", i), fmt.Sprintf("%d.25", i)} {
				if (i*7+c*3)%10 < nulls {
					row = append(row, nil)
				} else {
					row = append(row, &cell)
				}
			}
			rows = append(rows, row)
		}
		written, err := record(everyType(), rows)
		if err != nil {
			t.Fatal(err)
		}
		made++
		path := filepath.Join(dir, fmt.Sprint(made))
		if err := WriteRows(path, everyType(), rows); err != nil {
			t.Fatal(err)
		}
		var got []string
		gathered := newRowBuffer(written.Schema())
		err = readRecords(context.Background(), path, everyType(), func(rec arrow.RecordBatch) error {
			got = append(got, asText(rec)...)
			var odd []int32
			for row := range int32(rec.NumRows()) {
				if row%2 == 1 {
					odd = append(odd, row)
				}
			}
			return gathered.add(rec, odd)
		})
		if err != nil {
			t.Fatal(err)
		}
		want := asText(written)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
		var odd []string
		for i := 1; i < len(want); i += 2 {
			odd = append(odd, want[i])
		}
		if diff := cmp.Diff(odd, asText(gathered.take())); diff != "" {
			t.Fatalf("every second row: %s", diff)
		}
	})
}

func TestAFileOfAnOlderShapeIsReadWithoutItsNewColumns(t *testing.T) {
	path := filepath.Join(t.TempDir(), "old.parquet")
	if err := WriteRows(path, []Column{{Name: "b", Type: Money}, {Name: "a"}}, [][]*string{{new("1"), new("x")}, {nil, nil}}); err != nil {
		t.Fatal(err)
	}
	read := func(columns ...Column) (out []string, err error) {
		err = readRecords(context.Background(), path, columns, func(rec arrow.RecordBatch) error {
			out = append(out, asText(rec)...)
			return nil
		})
		return out, err
	}
	got, err := read(Column{Name: "a"}, Column{Name: "new", Type: Date}, Column{Name: "b", Type: Money})
	if diff := cmp.Diff([]string{`"x" NULL "1"`, "NULL NULL NULL"}, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if _, err := read(Column{Name: "b"}); err == nil || !strings.Contains(err.Error(), "column b has another type") {
		t.Errorf("money is read as text: %v", err)
	}
}

func TestNoTwoKeysAreSpelledAlike(t *testing.T) {
	columns := []Column{{Name: "a"}, {Name: "b"}, {Name: "n", Type: Integer}}
	rows := [][]*string{
		{new("ab"), new("c"), new("1")}, {new("a"), new("bc"), new("1")}, {new("abc"), nil, new("1")}, {nil, new("abc"), new("1")},
		{new("abc"), new(""), new("1")}, {new(""), new("abc"), new("1")}, {nil, nil, nil}, {nil, nil, new("0")}, {new(""), nil, new("0")},
	}
	rec, err := record(columns, rows)
	if err != nil {
		t.Fatal(err)
	}
	hashes, err := HashKeys(rec, []string{"a", "b", "n"})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[KeyHash]int{}
	for i, h := range hashes {
		if j, ok := seen[h]; ok {
			t.Errorf("rows %d and %d have one key", i, j)
		}
		seen[h] = i
	}
	// A key alone or among others, in a record with or without NULLs, is the same key.
	for i, row := range rows {
		alone, err := record(columns, [][]*string{row})
		if err != nil {
			t.Fatal(err)
		}
		one, err := HashKeys(alone, []string{"a", "b", "n"})
		if err != nil || one[0] != hashes[i] {
			t.Errorf("row %d alone has another key: %v", i, err)
		}
	}
}
