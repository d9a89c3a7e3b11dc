package pipeline

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pharos-analytics/pharos/pipeline/extract"
	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// driftCase is a change of the table orders on both servers.
type driftCase struct {
	change, postgres, mariadb string
	follows                   bool // accept and warn can load it
}

const (
	ordersPostgres = `drop table if exists orders; create table orders (id int primary key, customer varchar(20), sold timestamp(0), amount numeric(12,2), product varchar(9), changed timestamp);
insert into orders values (1, 'C1', '2026-05-01 10:00:00', 10.50, 'P1', '2026-05-01 10:00:00'), (2, 'C2', '2026-05-02 10:00:00', 20, null, '2026-05-02 10:00:00')`
	reorderedOrders = `drop table orders; create table orders (customer varchar(20), id int primary key, sold timestamp(0) null, amount decimal(12,2), product varchar(9), changed timestamp null);
insert into orders values ('C1', 1, '2026-05-01 10:00:00', 10.50, 'P1', '2026-05-01 10:00:00'), ('C2', 2, '2026-05-02 10:00:00', 20, null, '2026-05-02 10:00:00')`
)

func driftCases() []driftCase {
	return []driftCase{
		{extract.ColumnAdded, "alter table orders add note text", "alter table orders add note text", true},
		{extract.ColumnDropped, "alter table orders drop product", "alter table orders drop product", true},
		{extract.ColumnRenamed, "alter table orders rename customer to client", "alter table orders rename column customer to client", true},
		{extract.ColumnReordered, reorderedOrders, strings.ReplaceAll(reorderedOrders, "timestamp", "datetime"), true},
		{extract.ColumnWidened, "alter table orders alter id type bigint", "alter table orders modify id bigint", true},
		{extract.ColumnNarrowed, "alter table orders alter customer type varchar(5)", "alter table orders modify customer varchar(5)", true},
		{extract.ColumnRescaled, "alter table orders alter amount type numeric(12,4)", "alter table orders modify amount decimal(12,4)", true},
		{extract.ColumnRetyped, "alter table orders alter amount type text", "alter table orders modify amount varchar(20)", true},
		{extract.ColumnRezoned, "alter table orders alter sold type timestamptz(0)", "alter table orders modify sold timestamp(0) null", true},
		{"required column dropped", "alter table orders drop amount", "alter table orders drop amount", false},
	}
}

func driftConfig(t *testing.T, spec extract.Spec) *Config {
	cfg := kiosk(t)
	cfg.Hash, cfg.Verify, cfg.Sources = "drift", VerifyCount, []extract.Spec{spec}
	column := func(name, from string) extract.ColumnMapping { return extract.ColumnMapping{Name: name, Column: from} }
	cfg.Data = []extract.Mapping{{Table: "order_lines", Source: spec.Name, Relation: "orders", Pos: "pharos.yaml:9:3", Columns: []extract.ColumnMapping{
		column("order_id", "id"), column("customer_id", "customer"), column("ordered_at", "sold"), column("product_id", "product"), column("net_amount", "amount")},
		Incremental: &extract.Incremental{Cursor: "changed", Key: []string{"id"}, Overlap: extract.Overlap{Time: time.Hour}, Partition: "month", By: "ordered_at", Deletes: extract.DeletesNightly}}}
	return cfg
}

func TestAChangeOfTheSourceHasTheOutcomeThatIsConfigured(t *testing.T) {
	for _, server := range []string{"postgres", "mariadb"} {
		t.Run(server, func(t *testing.T) {
			s, spec := randomServer(t, server)
			for _, c := range driftCases() {
				for _, outcome := range DriftOutcomes() {
					t.Run(c.change+" "+outcome, func(t *testing.T) {
						base, change := ordersPostgres, c.postgres
						if server == "mariadb" {
							base, change = strings.ReplaceAll(strings.ReplaceAll(base, "timestamp", "datetime"), "numeric", "decimal"), c.mariadb
						}
						s.Create(t, "shop")
						s.Exec(t, "shop", base)
						s.Grant(t, "shop")
						cfg := driftConfig(t, spec)
						cfg.Drift = map[string]string{}
						for _, kind := range DriftKinds() {
							cfg.Drift[kind] = outcome
						}
						opt := Options{AsOf: day(2026, 6, 1), Version: "test", Now: time.Now, UntilLake: true}
						before, err := Run(t.Context(), cfg, opt)
						if err != nil {
							t.Fatal(err)
						}
						s.Exec(t, "shop", change)
						s.Grant(t, "shop")
						after, err := Run(t.Context(), cfg, opt)
						judgeDrift(t, cfg, c, outcome, before, after, err)
					})
				}
			}
		})
	}
}

func judgeDrift(t *testing.T, cfg *Config, c driftCase, outcome string, before, after *Outcome, err error) {
	t.Helper()
	l, open := lake.OpenExisting(filepath.Join(cfg.Workspace, "lake"))
	if open != nil {
		t.Fatal(open)
	}
	current, read := l.Current()
	if read != nil {
		t.Fatal(read)
	}
	untouched := c.change == extract.ColumnAdded // of no mapped column: no reason to end or to hold
	if outcome == DriftRefuse && !untouched || outcome != DriftHold && !c.follows {
		if !errors.Is(err, ErrDrift) || !strings.Contains(err.Error(), "pharos.yaml:9:3") || current.ID != before.Snapshot.ID {
			t.Errorf("got %v; the run must end, and the lake stay as it was", err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if len(after.Snapshot.Drift) == 0 {
		t.Fatal("the change is silent")
	}
	want := outcome
	if untouched && (outcome == DriftHold || outcome == DriftRefuse) {
		want = DriftWarn
	}
	for _, d := range after.Snapshot.Drift {
		if d.Outcome != want || c.follows && d.Change != c.change || d.Table != "order_lines" || d.Source != "erp" {
			t.Errorf("noted is %+v, want %s %s", d, c.change, want)
		}
	}
	lines, _ := after.Snapshot.Table("order_lines")
	if lines.RowCount() != 2 {
		t.Errorf("%d rows, want both orders", lines.RowCount())
	}
	if old, _ := before.Snapshot.Table("order_lines"); want == DriftHold && lines.Partitions[0].ContentID != old.Partitions[0].ContentID {
		t.Error("the table did not stay as it was")
	}
}

func TestAReportTellsOfAColumnThatIsGone(t *testing.T) {
	s, spec := randomServer(t, "postgres")
	s.Create(t, "shop")
	s.Exec(t, "shop", ordersPostgres)
	s.Grant(t, "shop")
	cfg := driftConfig(t, spec)
	opt := Options{AsOf: day(2026, 6, 1), Version: "test", Now: time.Now}
	if _, err := Run(t.Context(), cfg, opt); err != nil {
		t.Fatal(err)
	}
	s.Exec(t, "shop", "alter table orders drop product")
	cfg.Drift = map[string]string{extract.ColumnDropped: DriftHold}
	out, err := Run(t.Context(), cfg, opt)
	if err != nil {
		t.Fatal(err)
	}
	if verdict := cell(t, cfg, "", "select verdict from quality where check_name = 'source_drift' and table_name = 'order_lines'"); verdict != "warning" {
		t.Errorf("the check says %v", verdict)
	}
	page, err := os.ReadFile(filepath.Join(out.Dir, "report.html"))
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"product", "gone", "table kept as last read"} {
		if !strings.Contains(string(page), word) {
			t.Errorf("the report does not say %q", word)
		}
	}
}

func TestAKeyThatComesLateInAWebLogIsReadAndNoDrift(t *testing.T) {
	cfg := kiosk(t)
	cfg.Sources = []extract.Spec{{Name: "orders", Dir: cfg.Dir, JSONL: &extract.Files{Path: "*.jsonl"}}}
	cfg.Data[0].Columns = append(cfg.Data[0].Columns, extract.ColumnMapping{Name: "channel", Column: "campaign"})
	write := func(first int) {
		var b strings.Builder
		for i := range 1500 {
			campaign := ""
			if i >= first {
				campaign = `"campaign": "spring", `
			}
			fmt.Fprintf(&b, `{%s"order_id": "%d", "customer_id": "C%d", "ordered_at": "2026-05-01", "net_amount": 5, "cost": 1}`+"\n", campaign, i, i%9)
		}
		if err := os.WriteFile(filepath.Join(cfg.Dir, "web.jsonl"), []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	opt := Options{AsOf: day(2026, 6, 1), Version: "test", Now: time.Now, UntilLake: true}
	for _, first := range []int{0, 1200} { // on the second night it is in none of the first thousand lines
		write(first)
		out, err := Run(t.Context(), cfg, opt)
		if err != nil {
			t.Fatal(err)
		}
		if lines, _ := out.Snapshot.Table("order_lines"); lines.RowCount() != 1500 || len(out.Snapshot.Drift) > 0 {
			t.Errorf("%d lines, drift %v", lines.RowCount(), out.Snapshot.Drift)
		}
	}
}
