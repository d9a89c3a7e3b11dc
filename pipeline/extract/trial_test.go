package extract

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// tillSource is a CSV of four rows: two clean, one with a bad amount, one ragged.
func tillSource(t *testing.T) (Source, Spec) {
	t.Helper()
	dir := t.TempDir()
	text := "no,who,day,net\nB1,K1,08.03.2026,\"1,234.50\"\nB2,K2,09.03.2026,twelve\nB3,K2\nB4,,10.03.2026,7\n"
	if err := os.WriteFile(filepath.Join(dir, "till.csv"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	spec := Spec{Name: "till", Dir: dir, CSV: &CSV{Path: "till.csv"}}
	src, err := Open(context.Background(), spec)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = src.Close() })
	return src, spec
}

func TestATrialCountsWhatAMappingWouldKeepAndQuarantine(t *testing.T) {
	src, spec := tillSource(t)
	m := Mapping{Table: "order_lines", Source: "till", Columns: []ColumnMapping{
		{Name: "order_id", Column: "no"}, {Name: "customer_id", Column: "who"},
		{Name: "ordered_at", Column: "day", Format: "DD.MM.YYYY"}, {Name: "net_amount", Column: "net"}}}
	trial, err := Try(context.Background(), src, m, spec, Context{Location: time.UTC, Currency: "EUR"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if trial.Read != 4 || trial.Kept != 2 || trial.Quarantined != 2 || trial.NewestDay != "2026-03-10" {
		t.Errorf("read %d, kept %d, quarantined %d, newest %s", trial.Read, trial.Kept, trial.Quarantined, trial.NewestDay)
	}
	if diff := cmp.Diff(map[string]int64{"type net_amount": 1, "ragged_line ": 1}, trial.Rules); diff != "" {
		t.Error(diff)
	}
	net := trial.Columns[3]
	if diff := cmp.Diff([]string{"1,234.50", "7"}, net.Raw); diff != "" || len(net.Parsed) != 2 {
		t.Errorf("%s parsed %v", diff, net.Parsed)
	}
	if who := trial.Columns[1].Parsed; who[1] != "" {
		t.Errorf("a missing customer is NULL, got %q", who[1])
	}
}

func TestASampleHasTheAskedColumnsAndNoLocation(t *testing.T) {
	src, _ := tillSource(t)
	got, err := ReadSample(context.Background(), src, Query{Columns: []string{"net", "who"}}, 1)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"net", "who"}, got.Columns); diff != "" || len(got.Rows) != 1 || *got.Rows[0][0] != "1,234.50" {
		t.Errorf("%s %v", diff, got.Rows)
	}
}
