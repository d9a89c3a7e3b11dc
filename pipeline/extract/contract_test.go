package extract

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/google/go-cmp/cmp"
)

// contractRelation is the relation that every contract source offers.
const contractRelation = "t"

// testSourceContract holds what the pipeline relies on, whatever the source. open makes a new
// source that offers one relation named "t" with the given header and rows (nil is NULL), all
// of type text. The first column is always "id": never NULL, unique, and ascending in byte
// order, so that a database may declare it the primary key. No value is empty, has blanks at
// its ends or holds a line break, since fixed-width text cannot say such things.
func testSourceContract(t *testing.T, name string, open func(t *testing.T, header []string, rows [][]*string) Source) {
	t.Run(name, func(t *testing.T) {
		t.Run("rows arrive whole and in order", func(t *testing.T) { contractRows(t, open) })
		t.Run("only asked columns, in the asked order", func(t *testing.T) { contractColumns(t, open) })
		t.Run("a column that is not there is named with its neighbours", func(t *testing.T) { contractUnknown(t, open) })
		t.Run("a sample is no longer than asked", func(t *testing.T) { contractLimit(t, open) })
		t.Run("an empty relation has columns and no rows", func(t *testing.T) { contractEmpty(t, open) })
		t.Run("50,000 rows stream through bounded records", func(t *testing.T) { contractStream(t, open) })
		t.Run("a cancelled read stops", func(t *testing.T) { contractCancel(t, open) })
		t.Run("an error of the sink ends the read", func(t *testing.T) { contractSinkError(t, open) })
		t.Run("the source describes itself", func(t *testing.T) { contractDescribe(t, open) })
		t.Run("the verdict says who was read and how", func(t *testing.T) { contractVerdict(t, open) })
	})
}

type openContract = func(t *testing.T, header []string, rows [][]*string) Source

func contractHeader() []string { return []string{"id", "customer", "amount", "城市"} }

func contractSample() [][]*string {
	s := func(v string) *string { return &v }
	return [][]*string{
		{s("001"), s("Müller & Söhne"), s("1,234.50"), s("Köln")},
		{s("002"), nil, s("-0.005"), s("上海")},
		{s("003"), s(`say "hi"; 'twice'`), nil, nil},
		{s("004"), s("<b>|=1+1|</b>"), s("731.9399999999999"), s("São Paulo")},
		{s("005"), s("明光通信 🚦"), s("100000000000000000000.0001"), s("北京")},
		{s("006"), s("2026-03-08"), s("00017"), s("true")},
	}
}

// readAll reads a query and gives its rows as text, NULL as "∅", without the locating columns.
func readAll(t *testing.T, src Source, q Query) ([][]string, []BadRow, error) {
	t.Helper()
	var rows [][]string
	var bad []BadRow
	err := src.Read(context.Background(), q, Sink{
		Rows: func(rec arrow.RecordBatch) error {
			rows = append(rows, textRows(t, rec)...)
			return nil
		},
		Bad: func(b BadRow) error { bad = append(bad, b); return nil },
	})
	return rows, bad, err
}

// textRows turns a record into rows of text without the locating columns.
func textRows(t *testing.T, rec arrow.RecordBatch) [][]string {
	t.Helper()
	rows := make([][]string, rec.NumRows())
	for c := range int(rec.NumCols()) {
		switch rec.ColumnName(c) {
		case FileColumn, LineColumn:
			continue
		}
		col, ok := rec.Column(c).(*array.String)
		if !ok {
			t.Fatalf("column %s is %s, want text", rec.ColumnName(c), rec.Column(c).DataType())
		}
		for r := range rows {
			if col.IsNull(r) {
				rows[r] = append(rows[r], "∅")
			} else {
				rows[r] = append(rows[r], col.Value(r))
			}
		}
	}
	return rows
}

func wantText(rows [][]*string) [][]string {
	out := make([][]string, len(rows))
	for i, row := range rows {
		for _, v := range row {
			if v == nil {
				out[i] = append(out[i], "∅")
			} else {
				out[i] = append(out[i], *v)
			}
		}
	}
	return out
}

func openClosed(t *testing.T, open openContract, header []string, rows [][]*string) Source {
	t.Helper()
	src := open(t, header, rows)
	t.Cleanup(func() {
		if err := src.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return src
}

func contractRows(t *testing.T, open openContract) {
	src := openClosed(t, open, contractHeader(), contractSample())
	for round := range 2 { // the same snapshot twice
		got, bad, err := readAll(t, src, Query{Relation: contractRelation, Columns: contractHeader()})
		if err != nil {
			t.Fatal(err)
		}
		if len(bad) > 0 {
			t.Fatalf("unreadable rows: %v", bad)
		}
		if diff := cmp.Diff(wantText(contractSample()), got); diff != "" {
			t.Fatalf("round %d, rows differ (-want +got):\n%s", round, diff)
		}
	}
}

func contractColumns(t *testing.T, open openContract) {
	src := openClosed(t, open, contractHeader(), contractSample())
	asked := []string{"城市", "id"}
	err := src.Read(context.Background(), Query{Relation: contractRelation, Columns: asked}, Sink{
		Rows: func(rec arrow.RecordBatch) error {
			var names []string
			for _, f := range rec.Schema().Fields() {
				if f.Name != FileColumn && f.Name != LineColumn {
					names = append(names, f.Name)
				}
			}
			if diff := cmp.Diff(asked, names); diff != "" {
				t.Errorf("columns (-want +got):\n%s", diff)
			}
			return nil
		},
		Bad: func(b BadRow) error { return fmt.Errorf("unreadable row %v", b) },
	})
	if err != nil {
		t.Fatal(err)
	}
	got, _, err := readAll(t, src, Query{Relation: contractRelation, Columns: asked})
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"Köln", "001"}, {"上海", "002"}, {"∅", "003"}, {"São Paulo", "004"}, {"北京", "005"}, {"true", "006"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

func contractUnknown(t *testing.T, open openContract) {
	src := openClosed(t, open, contractHeader(), contractSample())
	_, _, err := readAll(t, src, Query{Relation: contractRelation, Columns: []string{"id", "custmoer"}})
	if err == nil {
		t.Fatal("a column that does not exist was read without an error")
	}
	for _, word := range []string{"custmoer", "customer"} {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("error does not say %q: %v", word, err)
		}
	}
}

func contractLimit(t *testing.T, open openContract) {
	src := openClosed(t, open, contractHeader(), contractSample())
	got, _, err := readAll(t, src, Query{Relation: contractRelation, Columns: []string{"id"}, Limit: 2})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][]string{{"001"}, {"002"}}, got); diff != "" {
		t.Errorf("sample (-want +got):\n%s", diff)
	}
	all, _, err := readAll(t, src, Query{Relation: contractRelation, Columns: []string{"id"}})
	if err != nil || len(all) != 6 {
		t.Errorf("after a sample: %d rows, %v; want all 6", len(all), err)
	}
}

func contractEmpty(t *testing.T, open openContract) {
	src := openClosed(t, open, contractHeader(), nil)
	got, bad, err := readAll(t, src, Query{Relation: contractRelation, Columns: contractHeader()})
	if err != nil || len(got) != 0 || len(bad) != 0 {
		t.Errorf("rows %v, unreadable %v, error %v; want none", got, bad, err)
	}
}

func contractMany(n int) [][]*string {
	rows := make([][]*string, n)
	for i := range rows {
		id, customer := fmt.Sprintf("%06d", i), fmt.Sprintf("customer %d", i%977)
		rows[i] = []*string{&id, &customer}
		if i%10 == 3 {
			rows[i][1] = nil
		}
	}
	return rows
}

func contractStream(t *testing.T, open openContract) {
	const n = 50_000
	rows := contractMany(n)
	src := openClosed(t, open, []string{"id", "customer"}, rows)
	next, records := 0, 0
	err := src.Read(context.Background(), Query{Relation: contractRelation, Columns: []string{"id", "customer"}}, Sink{
		Rows: func(rec arrow.RecordBatch) error {
			records++
			if rec.NumRows() > 1<<15 {
				t.Errorf("a record of %d rows", rec.NumRows())
			}
			for _, row := range textRows(t, rec) {
				if want := wantText(rows[next : next+1])[0]; row[0] != want[0] || row[1] != want[1] {
					return fmt.Errorf("row %d is %v, want %v", next, row, want)
				}
				next++
			}
			return nil
		},
		Bad: func(b BadRow) error { return fmt.Errorf("unreadable row %v", b) },
	})
	if err != nil {
		t.Fatal(err)
	}
	if next != n || records < 2 {
		t.Errorf("%d rows in %d records, want %d in at least 2", next, records, n)
	}
}

func contractCancel(t *testing.T, open openContract) {
	src := openClosed(t, open, []string{"id", "customer"}, contractMany(50_000))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var after int64
	err := src.Read(ctx, Query{Relation: contractRelation, Columns: []string{"id"}}, Sink{
		Rows: func(rec arrow.RecordBatch) error {
			after += rec.NumRows()
			cancel()
			return nil
		},
		Bad: func(BadRow) error { return nil },
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
	if after >= 50_000 {
		t.Errorf("all rows were delivered although the read was cancelled at the first record")
	}
}

func contractSinkError(t *testing.T, open openContract) {
	src := openClosed(t, open, []string{"id", "customer"}, contractMany(50_000))
	full := errors.New("disk is full")
	calls := 0
	err := src.Read(context.Background(), Query{Relation: contractRelation, Columns: []string{"id"}}, Sink{
		Rows: func(arrow.RecordBatch) error { calls++; return full },
		Bad:  func(BadRow) error { return nil },
	})
	if !errors.Is(err, full) || calls != 1 {
		t.Errorf("error %v after %d records, want the sink's own after 1", err, calls)
	}
}

func contractDescribe(t *testing.T, open openContract) {
	src := openClosed(t, open, contractHeader(), contractSample())
	relations, err := src.Describe(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range relations {
		if r.Name != contractRelation && !strings.HasSuffix(r.Name, "."+contractRelation) {
			continue
		}
		var names []string
		for _, c := range r.Columns {
			names = append(names, c.Name)
			if len(c.Samples) > 5 {
				t.Errorf("column %s has %d samples, want at most 5", c.Name, len(c.Samples))
			}
		}
		if diff := cmp.Diff(contractHeader(), names); diff != "" {
			t.Errorf("columns (-want +got):\n%s", diff)
		}
		if s := r.Columns[1].Samples; len(s) == 0 || s[0] != "Müller & Söhne" {
			t.Errorf("samples of customer: %q", s)
		}
		return
	}
	t.Errorf("no relation %s among %v", contractRelation, relations)
}

func contractVerdict(t *testing.T, open openContract) {
	src := open(t, contractHeader(), contractSample())
	if err := src.Close(); err != nil {
		t.Fatal(err)
	}
	v := src.Verdict()
	if v.Source == "" || v.Kind == "" || len(v.Findings) == 0 {
		t.Errorf("verdict says too little: %+v", v)
	}
}
