package lake

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/google/go-cmp/cmp"
)

// never lets changes lie beside the partitions however many there are.
var never = Compaction{Percent: 1 << 30}

func orderLines(s Snapshot) TableSnapshot { t, _ := s.Table("order_lines"); return t }

func partitionOf(t *testing.T, s Snapshot, value string) Partition {
	t.Helper()
	for _, p := range orderLines(s).Partitions {
		if p.Value == value {
			return p
		}
	}
	t.Fatalf("no partition %s", value)
	return Partition{}
}

func TestAnOrderThatMovesLeavesItsOldMonth(t *testing.T) {
	l := openLake(t)
	have := shopOf(365)
	first := loadShop(t, l, byMonth, have)
	moved := have["A00003/1"]
	from := arrow.Date32(moved.day).ToTime().Format("2006-01")
	moved.day += 62
	to := arrow.Date32(moved.day).ToTime().Format("2006-01")
	next := have.with(moved)

	beside, c := night(t, l, first, have, next, nil, never)
	mustHold(t, l, &beside, next)
	if c.Updated != 1 || c.Inserted+c.Deleted+c.Repeated != 0 || c.Compacted != 0 || partitionOf(t, beside, from).Hidden != 1 {
		t.Errorf("change %+v", c)
	}
	compacted, c := night(t, l, beside, next, next, nil, Compaction{})
	mustHold(t, l, &compacted, next)
	if c.Compacted != 2 || len(orderLines(compacted).Deltas) != 0 {
		t.Errorf("%d partitions were written anew", c.Compacted)
	}
	for _, p := range orderLines(first).Partitions {
		now := partitionOf(t, compacted, p.Value)
		same := cmp.Equal(p, now)
		switch p.Value {
		case from:
			if now.Rows != p.Rows-1 {
				t.Errorf("%d rows are left in %s of %d", now.Rows, p.Value, p.Rows)
			}
		case to:
			if now.Rows != p.Rows+1 {
				t.Errorf("%d rows are now in %s after %d", now.Rows, p.Value, p.Rows)
			}
		default:
			if !same {
				t.Errorf("the untouched month %s is not shared", p.Value)
			}
		}
	}
}

func TestALastOrderThatGoesTakesItsMonthAlong(t *testing.T) {
	l := openLake(t)
	only := sale{"Z", "1", 21_000, 1}
	have := shopOf(10).with(only)
	s := loadShop(t, l, byMonth, have)
	next := have.without(only.key())
	s, c := night(t, l, s, have, next, nil, Compaction{})
	mustHold(t, l, &s, next)
	full := loadShop(t, openLake(t), byMonth, next)
	if diff := cmp.Diff(full.Tables, s.Tables); diff != "" || c.Deleted != 1 || c.Compacted != 1 {
		t.Errorf("%+v: %s", c, diff)
	}
	s, _ = night(t, l, s, next, shop{}, nil, Compaction{})
	mustHold(t, l, &s, shop{})
	s, _ = night(t, l, s, shop{}, next, nil, Compaction{})
	mustHold(t, l, &s, next)
	if diff := cmp.Diff(full.Tables, s.Tables); diff != "" {
		t.Errorf("a shop that was empty for a night: %s", diff)
	}
}

func TestOrdersThatAreDeliveredAgainChangeNothing(t *testing.T) {
	l := openLake(t)
	have := shopOf(50)
	first := loadShop(t, l, byMonth, have)
	quietNight, c := night(t, l, first, have, have, nil, never)
	if quietNight.ID != first.ID || c.Updated != 0 {
		t.Errorf("a night without a change gives snapshot %s after %s", quietNight.ID, first.ID)
	}
	again := have.sorted()[:20]
	second, c := night(t, l, first, have, have, again, never)
	if second.ID != first.ID || c.Updated != 20 || c.Inserted+c.Deleted != 0 {
		t.Errorf("an overlap of unchanged orders gives snapshot %s after %s, %+v", second.ID, first.ID, c)
	}
	changed := again[3]
	changed.amount++
	next := have.with(changed)
	third, _ := night(t, l, first, have, next, again, never)
	mustHold(t, l, &third, next)
	slices.Reverse(again)
	fourth, c := night(t, l, third, next, next, have.sorted()[10:30], never)
	if fourth.ID != third.ID || c.Updated != 20 || c.Inserted+c.Deleted != 0 {
		t.Errorf("an overlap of orders that lie on both sides gives snapshot %s after %s, %+v", fourth.ID, third.ID, c)
	}
	fifth, _ := night(t, l, fourth, next, have, again, never)
	mustHold(t, l, &fifth, have)
	if fifth.ID == fourth.ID {
		t.Error("a change back is no change")
	}
}

func TestTheNightSaysWhatBecameOfItsOrders(t *testing.T) {
	l := openLake(t)
	have := shop{}.with(sale{"A", "1", 20_000, 1}, sale{"B", "", 20_000, 2}, sale{"C", "1", 20_000, 3}, sale{"D", "1", 20_000, 4})
	s := loadShop(t, l, Partitioning{}, have)
	next := have.without("A/1").with(sale{"B", "", 20_000, 9}, sale{"E", "", 20_000, 5})
	s, c := night(t, l, s, have, next, nil, never)
	if c.Inserted != 1 || c.Updated != 1 || c.Deleted != 1 {
		t.Errorf("first night %+v", c)
	}
	// A is back, E and B go, D changes; what is gone already is no change.
	after := next.without("E/", "B/").with(sale{"A", "1", 20_000, 1}, sale{"D", "1", 20_000, 7})
	s, c = night(t, l, s, next, after, nil, never)
	if c.Inserted != 1 || c.Updated != 1 || c.Deleted != 2 {
		t.Errorf("second night %+v", c)
	}
	mustHold(t, l, &s, after)
	table, _ := TableNamed("order_lines")
	w, err := l.BeginDelta(context.Background(), &s, table, 0)
	if err != nil {
		t.Fatal(err)
	}
	twice := []sale{{"F", "1", 20_000, 1}, {"F", "1", 20_000, 2}}
	if err := errors.Join(w.Write(salesRecord(t, twice)), w.Touch(salesRecord(t, []sale{{"Nobody", "1", 20_000, 0}}))); err != nil {
		t.Fatal(err)
	}
	if c, err = w.Close(context.Background(), never); err != nil || c.Repeated != 1 || c.Inserted != 1 || c.Deleted != 0 {
		t.Errorf("a key that stands twice: %+v, %v", c, err)
	}
}

func TestTheKeysOfATableAreThoseThatCount(t *testing.T) {
	for _, by := range []Partitioning{{}, byMonth, byHash} {
		l := openLake(t)
		have := shopOf(40)
		s := loadShop(t, l, by, have)
		first := have.sorted()
		changed := first[5]
		changed.day += 40
		next := have.without(first[0].key(), first[1].key()).with(changed, sale{"N", "", 20_050, 1})
		s, _ = night(t, l, s, have, next, nil, never)

		table, _ := TableNamed("order_lines")
		w, err := l.BeginDelta(context.Background(), &s, table, 0)
		if err != nil {
			t.Fatal(err)
		}
		after := next.without(first[2].key(), changed.key()).with(sale{"M", "1", 20_300, 1}, sale{"N", "", 20_150, 1})
		err = errors.Join(w.Touch(salesRecord(t, []sale{first[2], changed})), w.Write(salesRecord(t, []sale{after["M/1"], after["N/"]})))
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]int{}
		err = w.Keys(context.Background(), func(k Keys) error {
			if k.Record != nil {
				hashes, err := HashKeys(k.Record, saleKey)
				if err != nil {
					return err
				}
				k.Each(func(row int) { k.Hashes = append(k.Hashes, hashes[row]) })
			}
			for _, h := range k.Hashes {
				got[fmt.Sprint(k.Partition, h)]++
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		rec := salesRecord(t, after.sorted())
		hashes, err := HashKeys(rec, saleKey)
		if err != nil {
			t.Fatal(err)
		}
		values, err := by.Of(rec)
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]int{}
		for i, h := range hashes {
			want[fmt.Sprint(values[i], h)]++
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", by.By, diff)
		}
		if err := w.Discard(); err != nil {
			t.Error(err)
		}
	}
}

func TestAProcessThatDiesAmongChangesLeavesTheOldRows(t *testing.T) {
	for _, rule := range []Compaction{never, {}} {
		l := openLake(t)
		have := shopOf(100)
		s := loadShop(t, l, byMonth, have)
		before := have
		have = have.without("A00001/1")
		s, _ = night(t, l, s, before, have, nil, never)
		next := have.without("A00002/1").with(sale{"N", "1", 20_001, 5})
		for died := range 3 {
			table, _ := TableNamed("order_lines")
			switch died {
			case 0: // while it writes
				w, err := l.BeginDelta(context.Background(), &s, table, 0)
				if err != nil {
					t.Fatal(err)
				}
				if err := w.Write(salesRecord(t, []sale{next["N/1"]})); err != nil {
					t.Fatal(err)
				}
			case 1: // after the folders are in place
				if _, err := l.change(t, s, have, next, nil, rule); err != nil {
					t.Fatal(err)
				}
			case 2: // after the manifest is written
				c, err := l.change(t, s, have, next, nil, rule)
				if err != nil {
					t.Fatal(err)
				}
				unfinished := Snapshot{Schema: SchemaVersion, Tables: c.Tables, Increments: s.Increments}
				unfinished.ID, _ = snapshotID(unfinished)
				for _, step := range l.publishSteps(unfinished)[:2] {
					if err := step(); err != nil {
						t.Fatal(err)
					}
				}
			}
			again, err := Open(l.Root())
			if err != nil {
				t.Fatal(err)
			}
			current, err := again.Current()
			if err != nil || current.ID != s.ID {
				t.Fatalf("died at %d: current is %v, %v", died, current, err)
			}
			mustVerify(t, again, current)
			mustHold(t, again, current, have)
			if left, _ := os.ReadDir(again.path("tmp")); len(left) > 0 {
				t.Errorf("died at %d: not swept: %v", died, left)
			}
		}
		s, _ = night(t, l, s, have, next, nil, rule)
		mustVerify(t, l, &s)
		mustHold(t, l, &s, next)
	}
}

func TestChangesAreVerifiedAndKept(t *testing.T) {
	l := openLake(t)
	have := shopOf(100)
	s := loadShop(t, l, byMonth, have)
	next := have.without("A00001/1").with(sale{"N", "1", 20_001, 5})
	s, _ = night(t, l, s, have, next, nil, never)
	other := publish(t, l, store(t, l, lines(t, upTo(10))))
	if err := l.Collect([]string{s.ID}); err != nil {
		t.Fatal(err)
	}
	mustVerify(t, l, &s)
	mustHold(t, l, &s, next)
	part := l.Parts(&s, "order_lines")[0]
	for name, file := range map[string]string{"changed rows": part.Delta[0], "keys": part.Keys[0]} {
		kept, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		damaged := slices.Clone(kept)
		damaged[len(damaged)/2] ^= 1
		if err := os.WriteFile(file, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		problems, err := l.Verify(context.Background(), &s)
		if err != nil || len(problems) != 1 || !strings.Contains(problems[0].What, "content changed") {
			t.Errorf("damaged %s: %v, %v", name, problems, err)
		}
		if err := os.WriteFile(file, kept, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Remove(part.Keys[0]); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Publish(s); err == nil {
		t.Error("a snapshot whose keys are missing becomes current")
	}
	if current, err := l.Current(); err != nil || current.ID != other.ID {
		t.Errorf("current is %v, %v", current, err)
	}
}

func TestChangesNeedRowsToStandOn(t *testing.T) {
	l := openLake(t)
	s := publish(t, l, store(t, l, lines(t, upTo(10))))
	table, _ := TableNamed("order_lines")
	if _, err := l.BeginDelta(context.Background(), &s, table, 0); !errors.Is(err, ErrNoBase) {
		t.Errorf("without an increment: %v", err)
	}
	s.Increments = []Increment{{Table: "order_lines", Mapping: 1, Key: saleKey}}
	if _, err := l.BeginDelta(context.Background(), &s, table, 1); !errors.Is(err, ErrNoBase) {
		t.Errorf("without partitions of the mapping: %v", err)
	}
	if left, _ := os.ReadDir(l.path("tmp")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
