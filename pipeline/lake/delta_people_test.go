package lake

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/google/go-cmp/cmp"
)

// people makes customers with a name, a kind and an attribute that some lack; "-" is no value.
func people(t *testing.T, mapping int64, rows ...string) arrow.RecordBatch {
	t.Helper()
	table, _ := TableNamed("customers")
	schema := table.LoadSchema([]string{"size_class"})
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	for _, row := range rows {
		cells := strings.Split(row, ",")
		for f, field := range b.Fields() {
			at := slices.Index([]string{"customer_id", "name", "kind", "size_class"}, schema.Field(f).Name)
			switch {
			case schema.Field(f).Name == MappingColumn:
				field.(*array.Int64Builder).Append(mapping)
			case at >= 0 && cells[at] != "-":
				field.(*array.StringBuilder).Append(cells[at])
			default:
				field.AppendNull()
			}
		}
	}
	return b.NewRecordBatch()
}

func loadPeople(t *testing.T, l *Lake, mapping int, by Partitioning, rows ...string) []TableSnapshot {
	t.Helper()
	table, _ := TableNamed("customers")
	w, err := l.NewPartitionedWriter(table, mapping, by)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.FindBy([]string{"customer_id"}); err != nil {
		t.Fatal(err)
	}
	w.Origin(Origin{Source: fmt.Sprint("shop", mapping), Mapped: []string{"customer_id", "name"}, Seed: fmt.Sprint(mapping)})
	if err := w.Write(people(t, int64(mapping), rows...)); err != nil {
		t.Fatal(err)
	}
	tables, err := w.Close(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return tables
}

func TestACustomerThatChangesDoesSoInAllItsRelations(t *testing.T) {
	table, _ := TableNamed("customers")
	ofMapping := []string{"k1,New,consumer,big", "k2,Two,-,-", "k4,Four,dealer,small"}
	other := []string{"k1,Elsewhere,-,-", "k9,Nine,-,-"}
	for _, by := range []Partitioning{{}, {By: ByHash, Key: []string{"customer_id"}, Buckets: 3}} {
		l := openLake(t)
		first := loadPeople(t, l, 0, by, "k1,One,consumer,small", "k2,Two,consumer,big", "k3,Three,-,big")
		second := loadPeople(t, l, 1, Partitioning{}, other...)
		inc := Increment{Table: "customers", Key: []string{"customer_id"}, Partitioning: by}
		s, err := l.Publish(Snapshot{Tables: Union(table, first, second), Increments: []Increment{inc}})
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]map[string]int{}
		wantLake := openLake(t)
		full, err := wantLake.Publish(Snapshot{Tables: Union(table, loadPeople(t, wantLake, 0, by, ofMapping...), loadPeople(t, wantLake, 1, Partitioning{}, other...))})
		if err != nil {
			t.Fatal(err)
		}
		for _, rel := range table.Relations() {
			want[rel.Name] = counted(t, wantLake, &full, rel.Name)
		}
		for _, rule := range []Compaction{never, {}} {
			w, err := l.BeginDelta(context.Background(), &s, table, 0)
			if err != nil {
				t.Fatal(err)
			}
			w.Origin(Origin{Source: "shop0", Mapped: []string{"name", "customer_id"}, Seed: "0"})
			err = errors.Join(w.Write(people(t, 0, ofMapping...)), w.Touch(people(t, 0, "k3,-,-,-")))
			if err != nil {
				t.Fatal(err)
			}
			c, err := w.Close(context.Background(), rule)
			if err != nil {
				t.Fatal(err)
			}
			s, err = l.Publish(Snapshot{Tables: Union(table, c.Tables, second), Increments: []Increment{inc}})
			if err != nil {
				t.Fatal(err)
			}
			mustVerify(t, l, &s)
			got := map[string]map[string]int{}
			for name := range maps.Keys(want) {
				got[name] = counted(t, l, &s, name)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s, %+v: %s", by.By, rule, diff)
			}
		}
		if diff := cmp.Diff(full.Tables, s.Tables); diff != "" {
			t.Errorf("%s: compacted and full load differ: %s", by.By, diff)
		}
	}
}
