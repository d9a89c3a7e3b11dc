package pipeline

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pharos-analytics/pharos/analysis"
	"github.com/pharos-analytics/pharos/pipeline/extract"
	"github.com/pharos-analytics/pharos/pipeline/lake"
	"github.com/pharos-analytics/pharos/pipeline/publish"
	"github.com/pharos-analytics/pharos/segment"
)

// kiosk is a company of one CSV file: orders with a cost.
func kiosk(t *testing.T) *Config {
	t.Helper()
	if testing.Short() {
		t.Skip("whole runs; -short leaves them out")
	}
	dir := t.TempDir()
	column := func(name string) extract.ColumnMapping { return extract.ColumnMapping{Name: name, Column: name} }
	return &Config{
		Path: filepath.Join(dir, "pharos.yaml"), Dir: dir, Hash: "kiosk", Workspace: filepath.Join(dir, "lighthouse"),
		Company: Company{Name: "Kiosk", Currency: "EUR", Location: time.UTC, Language: "en", FiscalMonth: 1},
		Light:   Light{KPI: "top_tier_profit_at_risk"},
		Sources: []extract.Spec{{Name: "orders", Dir: dir, CSV: &extract.CSV{Path: "orders.csv"}}},
		Data: []extract.Mapping{{Table: "order_lines", Source: "orders", Columns: []extract.ColumnMapping{
			column("order_id"), column("customer_id"), column("ordered_at"), column("net_amount"), column("cost")}}},
		Profit: segment.DefaultProfit(), Tiers: segment.DefaultTiers(), Big: segment.DefaultBig(), Bands: segment.DefaultBands(),
		Lists: segment.DefaultLists("en"), Retention: analysis.DefaultRetention(), Renewal: analysis.DefaultRenewal(), Churn: analysis.DefaultChurn(), Lifetime: analysis.DefaultLifetime(),
		Engine: EngineSetting{Threads: 1, MemoryMB: 512}, KeepRuns: 2, Suppression: noOptOutsAsked(t),
	}
}

// noOptOutsAsked is suppression: { required: false, policy: none }.
func noOptOutsAsked(t *testing.T) segment.SuppressionPolicy {
	t.Helper()
	consent, err := segment.Policy("none")
	if err != nil {
		t.Fatal(err)
	}
	return segment.SuppressionPolicy{Consent: consent}
}

// sell writes the orders up to a night; without costs two of five customers lack theirs, and the gate missing_cost_gate fails.
func sell(t *testing.T, cfg *Config, nights int, costs bool) {
	t.Helper()
	var b strings.Builder
	b.WriteString("order_id,customer_id,ordered_at,net_amount,cost\n")
	for n := range nights {
		for c := range 5 {
			cost := ""
			if costs || c > 1 {
				cost = fmt.Sprint(3 + c)
			}
			fmt.Fprintf(&b, "%d-%d,C%d,2026-05-%02d,%d.50,%s\n", n, c, c, n+1, 6+n, cost)
		}
	}
	if err := os.WriteFile(filepath.Join(cfg.Dir, "orders.csv"), []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

func run(ctx context.Context, cfg *Config, night int) (*Outcome, error) {
	return Run(ctx, cfg, Options{AsOf: day(2026, 5, night+1), Version: "test", Now: time.Now})
}

func mustRun(t *testing.T, cfg *Config, night int) *Outcome {
	t.Helper()
	sell(t, cfg, night, true)
	out, err := run(t.Context(), cfg, night)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func entries(t *testing.T, path ...string) []string {
	t.Helper()
	found, err := os.ReadDir(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range found {
		names = append(names, e.Name())
	}
	return names
}

// cell is the one value of a query.
func cell(t *testing.T, cfg *Config, id, query string) any {
	t.Helper()
	c, err := OpenRun(t.Context(), cfg, id)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	rows, err := c.Query(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	return rows.Values[0][0]
}

func TestANightWhoseCostsAreMissingIsHeldBackAndCanBeLookedAt(t *testing.T) {
	cfg := kiosk(t)
	good := mustRun(t, cfg, 1)
	sell(t, cfg, 2, false)
	out, err := run(t.Context(), cfg, 2)
	if !errors.Is(err, ErrGate) || out == nil || !strings.Contains(err.Error(), "missing_cost_gate") {
		t.Fatalf("got %v, %v", out, err)
	}
	w := &publish.Workspace{Root: cfg.Workspace}
	if current, err := w.Current(); err != nil || current != good.Manifest.ID {
		t.Errorf("current is %s, %v", current, err)
	}
	id := out.Manifest.ID
	if out.Dir != w.FailedDir(id) || out.Manifest.Status != publish.StatusFailed || out.Manifest.Observed.Error != err.Error() {
		t.Errorf("kept in %s as %+v", out.Dir, out.Manifest)
	}
	if _, problems, err := publish.VerifyRun(out.Dir); err != nil || len(problems) > 0 {
		t.Errorf("the failed run: %v, %v", problems, err)
	}
	kept := append(entries(t, out.Dir), entries(t, out.Dir, "marts")...)
	for _, name := range []string{"manifest.json", "quality.parquet", "quarantine.parquet"} {
		if !slices.Contains(kept, name) {
			t.Errorf("the failed run lacks %s", name)
		}
	}
	for _, name := range []string{"report.html", "lists"} {
		if slices.Contains(kept, name) {
			t.Errorf("a run that was held back has %s, which somebody could act on", name)
		}
	}
	if got := cell(t, cfg, id, "select count(*) from quality where verdict = 'failed'"); got != int64(1) {
		t.Errorf("the console finds %v failed checks", got)
	}
	if got := cell(t, cfg, "", "select as_of from run.params"); got != day(2026, 5, 2) {
		t.Errorf("the current run is as of %v", got)
	}
	if left := entries(t, cfg.Workspace, "tmp"); len(left) > 0 {
		t.Errorf("tmp holds %v", left)
	}
	mended := mustRun(t, cfg, 2)
	if current, err := w.Current(); err != nil || current != mended.Manifest.ID {
		t.Errorf("after the repair %s is current, %v", current, err)
	}
}

func TestFailedNightsAreKeptByRuleAndTheirLakeWithThem(t *testing.T) {
	cfg := kiosk(t)
	good := mustRun(t, cfg, 1)
	var failed []string
	for night := 2; night <= 5; night++ {
		sell(t, cfg, night, false)
		out, err := run(t.Context(), cfg, night)
		if !errors.Is(err, ErrGate) {
			t.Fatal(err)
		}
		failed = append(failed, out.Manifest.ID)
	}
	if got := entries(t, cfg.Workspace, "runs", "failed"); !slices.Equal(got, failed[2:]) {
		t.Errorf("kept %v of %v", got, failed)
	}
	wholeLake(t, cfg, 3) // of the good run and of two failed ones
	if got := cell(t, cfg, failed[3], "select count(*) from raw.order_lines"); got != int64(25) {
		t.Errorf("the failed run shows %v lines", got)
	}
	if got := cell(t, cfg, good.Manifest.ID, "select count(*) from raw.order_lines"); got != int64(5) {
		t.Errorf("the good run shows %v lines", got)
	}
}

func TestAFirstNightThatFailsIsKeptToo(t *testing.T) {
	cfg := kiosk(t)
	sell(t, cfg, 1, false)
	out, err := run(t.Context(), cfg, 1)
	if !errors.Is(err, ErrGate) || out == nil {
		t.Fatalf("got %v", err)
	}
	if _, err := OpenRun(t.Context(), cfg, ""); !errors.Is(err, publish.ErrNoRun) {
		t.Errorf("a failed first night is current: %v", err)
	}
	if got := cell(t, cfg, out.Manifest.ID, "select count(*) from quality where verdict = 'failed'"); got != int64(1) {
		t.Errorf("the console finds %v failed checks", got)
	}
}

func TestOldNightsGoWithTheirLakeAndKeptOnesStayWhole(t *testing.T) {
	cfg := kiosk(t)
	var ids []string
	for night := 1; night <= 4; night++ {
		ids = append(ids, mustRun(t, cfg, night).Manifest.ID)
	}
	if got := entries(t, cfg.Workspace, "runs"); !slices.Equal(got, ids[2:]) {
		t.Errorf("kept %v of %v", got, ids)
	}
	wholeLake(t, cfg, 2)
	if got := entries(t, cfg.Workspace, "lake", "order_lines", lake.DefaultPartition); len(got) != 2 {
		t.Errorf("the lake holds %d nights of order lines", len(got))
	}
	if got := cell(t, cfg, ids[2], "select count(*) from raw.order_lines"); got != int64(15) {
		t.Errorf("the older run shows %v lines", got)
	}
}

// wholeLake wants a number of snapshots and every file of each as it was written.
func wholeLake(t *testing.T, cfg *Config, want int) {
	t.Helper()
	snapshots := entries(t, cfg.Workspace, "lake", "snapshots")
	if len(snapshots) != want {
		t.Errorf("the lake holds %d snapshots, not %d", len(snapshots), want)
	}
	l, err := lake.OpenExisting(filepath.Join(cfg.Workspace, "lake"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range snapshots {
		s, err := l.Load(strings.TrimSuffix(name, ".json"))
		if err != nil {
			t.Fatal(err)
		}
		if problems, err := l.Verify(t.Context(), s); err != nil || len(problems) > 0 {
			t.Errorf("snapshot %s: %v, %v", name, problems, err)
		}
	}
}

func TestADamagedLakeFileIsMendedByTheNextNight(t *testing.T) {
	cfg := kiosk(t)
	mustRun(t, cfg, 1)
	parts, err := filepath.Glob(filepath.Join(cfg.Workspace, "lake", "order_lines", "*", "*", "*.parquet"))
	if err != nil || len(parts) != 1 {
		t.Fatalf("files %v, %v", parts, err)
	}
	if err := os.WriteFile(parts[0], []byte("no Parquet"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out := mustRun(t, cfg, 1); !out.Unchanged {
		t.Error("the same night gives another run")
	}
	wholeLake(t, cfg, 1)
}

func TestAnInterruptedNightLeavesNothingBehind(t *testing.T) {
	cfg := kiosk(t)
	good := mustRun(t, cfg, 1)
	for _, phase := range []string{"read", "compute", "check", "publish"} {
		sell(t, cfg, 2, true)
		ctx, interrupt := context.WithCancel(t.Context())
		seen := false
		_, err := Run(ctx, cfg, Options{AsOf: day(2026, 5, 3), Version: phase, Now: time.Now, Progress: func(s Step) {
			if s.Phase == phase && s.Name != "report" {
				seen = true
				interrupt()
			}
		}})
		interrupt()
		if !seen || !errors.Is(err, context.Canceled) {
			t.Errorf("interrupted in phase %s (%v): %v", phase, seen, err)
		}
		w := &publish.Workspace{Root: cfg.Workspace}
		if current, err := w.Current(); err != nil || current != good.Manifest.ID {
			t.Errorf("after an interrupt in phase %s, %s is current, %v", phase, current, err)
		}
		if left := entries(t, cfg.Workspace, "tmp"); len(left) > 0 {
			t.Errorf("after an interrupt in phase %s tmp holds %v", phase, left)
		}
	}
	mustRun(t, cfg, 2)
}
