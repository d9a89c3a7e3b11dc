package pipeline

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pharos-analytics/pharos/pipeline/extract"
	"github.com/pharos-analytics/pharos/pipeline/extract/extracttest"
	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// faultRounds is how often each fault strikes a source, at different places of what it sends.
func faultRounds() int {
	if os.Getenv("PHAROS_TORTURE") != "" {
		return 100
	}
	return 10
}

const (
	faultRows = 6_000
	// One table of more pages than one reader takes at a time, and one that is read after it.
	faultPostgres = `create table orders (id int primary key, customer int not null, sold timestamptz not null, amount numeric(12,2) not null, note text) with (fillfactor = 10);
insert into orders select g, g % 97, timestamptz '2026-01-01 00:00:00Z' + g * interval '1 minute', g / 7.0, repeat('né ' || g, 10) from generate_series(1, 6000) as g;
create table people (id int primary key, name text not null);
insert into people select g, 'Kunde ' || g from generate_series(0, 96) as g;`
	faultMariaDB = `create table orders (id int primary key, customer int not null, sold datetime not null, amount decimal(12,2) not null, note text);
insert into orders select seq, seq % 97, timestampadd(minute, seq, '2026-01-01 00:00:00'), seq / 7.0, repeat(concat('né ', seq), 10) from seq_1_to_6000;
create table people (id int primary key, name varchar(20) not null);
insert into people select seq, concat('Kunde ', seq) from seq_0_to_96;`
)

// faultyShop is a shop behind a line that breaks.
type faultyShop struct {
	server *extracttest.Server
	line   *extracttest.Proxy
	cfg    *Config
	lake   *lake.Lake
	pauses []time.Duration
	opt    Options
	want   *lake.Snapshot // of a night without faults
}

func newFaultyShop(t *testing.T, server string) *faultyShop {
	t.Helper()
	s, spec := randomServer(t, server)
	s.Create(t, "shop")
	s.Exec(t, "shop", map[string]string{"postgres": faultPostgres, "mariadb": faultMariaDB}[server])
	s.Grant(t, "shop")
	line := extracttest.NewProxy(t, s)
	where := spec.Postgres
	if where == nil {
		where = spec.MySQL
	}
	where.Host, where.Port, where.TLS, where.RetryFor = line.Host, line.Port, "disable", time.Minute
	cfg := kiosk(t)
	cfg.Hash, cfg.Verify, cfg.Sources = "faults", VerifyFull, []extract.Spec{spec}
	column := func(name, from string) extract.ColumnMapping { return extract.ColumnMapping{Name: name, Column: from} }
	cfg.Data = []extract.Mapping{
		{Table: "order_lines", Source: "erp", Relation: "orders", Pos: "pharos.yaml:9:3", Columns: []extract.ColumnMapping{
			column("order_id", "id"), column("customer_id", "customer"), column("ordered_at", "sold"), column("net_amount", "amount"), column("status", "note")}},
		{Table: "customers", Source: "erp", Relation: "people", Pos: "pharos.yaml:12:3", Columns: []extract.ColumnMapping{
			column("customer_id", "id"), column("name", "name")}},
	}
	f := &faultyShop{server: s, line: line, cfg: cfg}
	f.opt = Options{
		AsOf: day(2026, 6, 1), Version: "test", UntilLake: true, Now: func() time.Time { return day(2026, 6, 1) },
		Pause: func(ctx context.Context, d time.Duration) error { f.pauses = append(f.pauses, d); return ctx.Err() },
	}
	out, err := Run(t.Context(), cfg, f.opt)
	if err != nil {
		t.Fatal(err)
	}
	f.want = out.Snapshot
	if f.lake, err = lake.OpenExisting(filepath.Join(cfg.Workspace, "lake")); err != nil {
		t.Fatal(err)
	}
	return f
}

// length is how much the server sends in a whole night.
func (f *faultyShop) length(t *testing.T) (bytes, messages int64) {
	t.Helper()
	f.line.Break(extracttest.Fault{After: 1 << 60})
	if _, err := Run(t.Context(), f.cfg, f.opt); err != nil {
		t.Fatal(err)
	}
	bytes, messages, _ = f.line.Sent()
	return bytes, messages
}

// whole fails unless the lake holds every row, each as a night without faults gives it.
func (f *faultyShop) whole(t *testing.T, out *Outcome) {
	t.Helper()
	if diff := cmp.Diff(f.want.Tables, out.Snapshot.Tables); diff != "" {
		t.Fatalf("after the fault the lake holds something else (-without +with):\n%s", diff)
	}
	if lines, _ := out.Snapshot.Table("order_lines"); lines.RowCount() != faultRows {
		t.Fatalf("%d rows, want %d", lines.RowCount(), faultRows)
	}
	f.currentIs(t, out.Snapshot.ID)
}

func (f *faultyShop) currentIs(t *testing.T, id string) {
	t.Helper()
	current, err := f.lake.Current()
	if err != nil || current.ID != id {
		t.Fatalf("current is %s, %v; want %s", current.ID, err, id)
	}
}

func bothShops(t *testing.T, do func(*testing.T, *faultyShop)) {
	for _, server := range []string{"postgres", "mariadb"} {
		t.Run(server, func(t *testing.T) { do(t, newFaultyShop(t, server)) })
	}
}

func TestALineThatBreaksOnceCostsAnAttemptAndNoRow(t *testing.T) {
	bothShops(t, func(t *testing.T, f *faultyShop) {
		bytes, messages := f.length(t)
		dice := rand.New(rand.NewPCG(4, uint64(bytes)))
		rounds := faultRounds()
		again := 0
		for i := range rounds {
			at := int64((float64(i) + dice.Float64()) / float64(rounds) * float64(bytes))
			for _, fault := range []extracttest.Fault{
				{What: extracttest.Reset, After: at}, {What: extracttest.Cut, After: at},
				{What: extracttest.Cut, Messages: max(1, at*messages/bytes)}, {What: extracttest.Trickle, After: at},
			} {
				if fault.What == extracttest.Trickle && i%5 > 0 {
					continue // slow
				}
				f.line.Break(fault)
				out, err := Run(t.Context(), f.cfg, f.opt)
				if err != nil {
					t.Fatalf("round %d, %+v: %v", i, fault, err)
				}
				f.whole(t, out)
				_, _, struck := f.line.Sent()
				broken := struck > 0 && fault.What != extracttest.Trickle
				if attempts := out.Snapshot.Observed.Sources[0].Attempts; broken && attempts > 0 {
					again++
				} else if !broken && attempts > 0 {
					t.Errorf("round %d, %+v: %d attempts, though nothing broke", i, fault, attempts)
				}
			}
		}
		if again < 2*rounds {
			t.Errorf("only %d of %d broken nights were begun again: the test shows little", again, 3*rounds)
		}
	})
}

func TestALineThatStaysBrokenEndsTheNightAndMovesNothing(t *testing.T) {
	bothShops(t, func(t *testing.T, f *faultyShop) {
		bytes, _ := f.length(t)
		dice := rand.New(rand.NewPCG(5, uint64(bytes)))
		rounds := faultRounds()
		current := f.want.ID
		for i := range rounds {
			f.server.Exec(t, "shop", fmt.Sprintf("update people set name = 'Round %d' where id = 0", i)) // a night that published would show
			f.pauses = nil
			f.line.Break(extracttest.Fault{What: extracttest.Reset, Lasting: true,
				After: int64((float64(i) + dice.Float64()) / float64(rounds) * float64(bytes) * 0.9)})
			_, err := Run(t.Context(), f.cfg, f.opt)
			if !errors.Is(err, extract.ErrUnreachable) || !strings.Contains(err.Error(), "tried 7 times, with 1m0s of pauses") {
				t.Fatalf("round %d: %v; want unreachable after all attempts", i, err)
			}
			want := []time.Duration{1e9, 2e9, 4e9, 8e9, 16e9, 29e9}
			if diff := cmp.Diff(want, f.pauses); diff != "" {
				t.Fatalf("pauses (-want +got):\n%s", diff)
			}
			f.currentIs(t, current)
		}
		f.line.Heal()
		out, err := Run(t.Context(), f.cfg, f.opt)
		if err != nil {
			t.Fatal(err)
		}
		if out.Snapshot.ID == current {
			t.Error("the night after shows nothing of the changes: that current stayed proves nothing")
		}
		f.currentIs(t, out.Snapshot.ID)
	})
}

func TestASessionThatTheAdministratorEndsIsBegunAgain(t *testing.T) {
	bothShops(t, func(t *testing.T, f *faultyShop) {
		bytes, _ := f.length(t)
		dice := rand.New(rand.NewPCG(6, uint64(bytes)))
		rounds := faultRounds()
		again := 0
		for i := range rounds {
			f.line.Break(extracttest.Fault{
				After: int64((float64(i) + dice.Float64()) / float64(rounds) * float64(bytes) * 0.95),
				Do:    func() { endSessions(t, f.server, i) },
			})
			out, err := Run(t.Context(), f.cfg, f.opt)
			if err != nil {
				t.Fatalf("round %d: %v", i, err)
			}
			f.whole(t, out)
			if out.Snapshot.Observed.Sources[0].Attempts > 0 {
				again++
			}
		}
		if again < rounds/2 {
			t.Errorf("only %d of %d nights were begun again: the test shows little", again, rounds)
		}
	})
}

// endSessions ends the reader's sessions: one of them where it has several, or all.
func endSessions(t *testing.T, s *extracttest.Server, round int) {
	if s == extracttest.MariaDB(t) {
		kills := s.Query(t, "", "select concat('kill ', id, ';') from information_schema.processlist where user = '"+extracttest.Role+"'")
		if kills != "" {
			s.Exec(t, "", kills)
		}
		return
	}
	one := ""
	if round%2 == 0 {
		one = " order by pid limit 1"
	}
	s.Query(t, "shop", "select pg_terminate_backend(pid) from (select pid from pg_stat_activity where usename = '"+extracttest.Role+"'"+one+") as s")
}
