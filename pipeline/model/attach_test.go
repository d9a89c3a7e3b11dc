package model

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// rowsFile writes rows of text cells; "" is NULL.
func rowsFile(t *testing.T, dir, name string, columns []lake.Column, rows ...string) string {
	t.Helper()
	var cells [][]*string
	for _, row := range rows {
		var line []*string
		for _, cell := range strings.Split(row, ",") {
			if cell == "" {
				line = append(line, nil)
			} else {
				line = append(line, &cell)
			}
		}
		cells = append(cells, line)
	}
	path := filepath.Join(dir, name+".parquet")
	if err := lake.WriteRows(path, columns, cells); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAChangedOrderLineCountsOnceAndADeletedOneNotAtAll(t *testing.T) {
	eng, dir := engine(t, 2)
	key := []lake.Column{{Name: "order_id"}, {Name: "line_id"}, {Name: "on", Type: lake.Date}}
	all := append(key[:3:3], lake.Column{Name: "amount", Type: lake.Money})
	part := lake.Part{
		Base: []string{
			rowsFile(t, dir, "march", all, "A1,1,2026-03-08,1.5", "A1,,2026-03-08,2", "A2,1,,3"),
			rowsFile(t, dir, "april", all, "A3,1,2026-04-01,4", ",,,5", "A4,1,2026-04-02,6"),
		},
		Key:   []string{"order_id", "line_id", "on"},
		Keys:  []string{rowsFile(t, dir, "keys", key, "A1,,2026-03-08", "A2,1,", "A3,1,2026-04-02", ",,", "A9,1,2026-05-01")},
		Delta: []string{rowsFile(t, dir, "delta", all, "A1,,2026-03-08,20", "A9,1,2026-05-01,9")},
	}
	old := lake.Part{Base: []string{rowsFile(t, dir, "other", all, "A1,,2026-03-08,7")}}
	ctx := t.Context()
	if err := eng.AttachParts(ctx, "raw.order_lines", []lake.Part{old, part}); err != nil {
		t.Fatal(err)
	}
	got, err := eng.Query(ctx, `select order_id, line_id, cast("on" as varchar), cast(amount as varchar) from raw.order_lines order by raw.order_lines.amount`)
	if err != nil {
		t.Fatal(err)
	}
	want := [][]any{
		{"A1", "1", "2026-03-08", "1.5000"}, {"A3", "1", "2026-04-01", "4.0000"}, {"A4", "1", "2026-04-02", "6.0000"},
		{"A1", nil, "2026-03-08", "7.0000"}, {"A9", "1", "2026-05-01", "9.0000"}, {"A1", nil, "2026-03-08", "20.0000"},
	}
	if diff := cmp.Diff(want, got.Values); diff != "" {
		t.Error(diff)
	}
	plan, err := eng.Query(ctx, "explain select sum(amount) from raw.order_lines")
	if err != nil {
		t.Fatal(err)
	}
	if text := plan.Values[0][1].(string); !strings.Contains(text, "HASH_JOIN") || !strings.Contains(text, "ANTI") || strings.Contains(text, "NESTED") {
		t.Errorf("the changed keys are not found by hash: %s", text)
	}
}
