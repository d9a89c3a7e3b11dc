package lake

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
)

func TestAKeyIsFoundWhereverItsPartitionMayHaveIt(t *testing.T) {
	columns := []Column{{Name: "code"}}
	var rows [][]*string
	for i := range 2000 {
		code := strings.Repeat("长x", i%9) + fmt.Sprint(i*i)
		rows = append(rows, []*string{&code})
		if i%100 == 0 {
			rows = append(rows, []*string{nil})
		}
	}
	empty := ""
	rows = append(rows, []*string{&empty})
	l := openLake(t)
	stored, err := l.StoreRows(t.Context(), "codes", columns, rows)
	if err != nil {
		t.Fatal(err)
	}
	rec, err := record(columns, rows)
	if err != nil {
		t.Fatal(err)
	}
	want, err := HashKeys(rec, []string{"code"})
	if err != nil {
		t.Fatal(err)
	}
	scan := func(in *sieve) (got []KeyHash) {
		err := l.eachHash(t.Context(), stored.Partitions[0], columns, []string{"code"}, in, func(hashes []KeyHash) { got = append(got, hashes...) })
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	if !slices.Equal(scan(nil), want) {
		t.Error("the hashes are not those of the keys")
	}
	var in sieve
	for i := 0; i < len(rows); i += 7 {
		if rows[i][0] != nil {
			in.add(*rows[i][0])
		}
	}
	passed := scan(&in)
	if len(passed) > len(want)/3 {
		t.Errorf("%d of %d keys pass: the sieve holds back nothing", len(passed), len(want))
	}
	for i := range rows {
		if (i%7 == 0 || rows[i][0] == nil) && !slices.Contains(passed, want[i]) {
			t.Errorf("row %d is held back", i)
		}
	}
}

func TestANightLooksForItsKeysOnlyWhereTheyMayBe(t *testing.T) {
	p := Partition{Value: "2026-03", Rows: 9, Keys: []KeyRange{{"code", "99", "1001"}, {"no", "-7", "12"}}, Columns: []ColumnStats{{Name: "code"}, {Name: "no", Nulls: 1}}}
	columns := []Column{{Name: "code"}, {Name: "no", Type: Integer}}
	s := func(text string) *string { return &text }
	for _, c := range []struct {
		code, no *string
		want     bool
	}{
		{s("99"), s("0"), true}, {s("100"), s("-7"), true}, {s("1001"), s("12"), true}, {s("500"), nil, true},
		{s("98"), s("0"), false}, {s("9"), s("0"), false}, {s("1002"), s("0"), false}, {s("10000"), s("0"), false},
		{s("100"), s("-8"), false}, {s("100"), s("13"), false}, {nil, s("0"), false},
	} {
		rec, err := record(columns, [][]*string{{c.code, c.no}})
		if err != nil {
			t.Fatal(err)
		}
		k := newNewKeys(columns, Increment{Key: []string{"code", "no"}})
		if k.mayBeIn(p) {
			t.Error("no key may be anywhere")
		}
		k.add(rec, []int32{0}, []KeyHash{{}})
		if got := k.mayBeIn(p); got != c.want {
			t.Errorf("%v: %v", rec, got)
		}
		older := p
		older.Keys = nil // written before ranges were kept
		if !k.mayBeIn(older) {
			t.Error("a partition without ranges may have every key")
		}
	}
}

func TestAPartitionKnowsTheRangeOfItsKeys(t *testing.T) {
	l := openLake(t)
	have := shopOf(365)
	s := loadShop(t, l, byMonth, have)
	for _, p := range orderLines(s).Partitions {
		low, high := "", ""
		for _, x := range have.sorted() {
			if arrow.Date32(x.day).ToTime().Format("2006-01") != p.Value {
				continue
			}
			if low == "" {
				low = x.order
			}
			high = x.order
		}
		want := []KeyRange{{"order_id", low, high}, {"line_id", "1", "2"}}
		if !slices.Equal(p.Keys, want) {
			t.Errorf("%s has keys %v, want %v", p.Value, p.Keys, want)
		}
	}
}
