package pipeline

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/pharos-analytics/pharos/pipeline/extract"
	"github.com/pharos-analytics/pharos/pipeline/extract/extracttest"
)

func TestAServerThatRestartsIsWaitedFor(t *testing.T) {
	bothShops(t, func(t *testing.T, f *faultyShop) {
		f.line.Refuse()
		var said []string
		f.opt.Progress = func(s Step) {
			if s.Phase == "retry" {
				said = append(said, s.Name+" "+s.Fault.Error())
			}
		}
		pauses := 0
		f.opt.Pause = func(context.Context, time.Duration) error {
			if pauses++; pauses == 3 {
				f.line.Listen(t)
			}
			return nil
		}
		out, err := Run(t.Context(), f.cfg, f.opt)
		if err != nil {
			t.Fatal(err)
		}
		f.whole(t, out)
		if n := out.Snapshot.Observed.Sources[0].Attempts; n != 4 || len(said) != 3 || !strings.Contains(said[0], "erp") || !strings.Contains(said[0], "nothing listens there") {
			t.Errorf("%d attempts, said %q", n, said)
		}
	})
}

func TestWhatNoWaitingMendsIsNotTriedAgain(t *testing.T) {
	bothShops(t, func(t *testing.T, f *faultyShop) {
		where := f.cfg.Sources[0].Postgres
		if where == nil {
			where = f.cfg.Sources[0].MySQL
		}
		good, relation := *where, f.cfg.Data[0].Relation
		for what, spoil := range map[string]func(){
			"wrong password":   func() { where.PasswordEnv = "PHAROS_TEST_WRONG_PASSWORD" },
			"unknown database": func() { where.Database = "shop_of_nobody" },
			"no such host":     func() { where.Host = "shop.invalid" },
			"no such table":    func() { f.cfg.Data[0].Relation = "order" },
			"no retries":       func() { where.RetryFor = 0; f.line.Refuse() },
		} {
			t.Setenv("PHAROS_TEST_WRONG_PASSWORD", "falsch")
			f.pauses = nil
			spoil()
			_, err := Run(t.Context(), f.cfg, f.opt)
			if err == nil || len(f.pauses) > 0 || strings.Contains(err.Error(), "tried") {
				t.Errorf("%s: %d pauses, %v", what, len(f.pauses), err)
			}
			if what == "no retries" {
				f.line.Listen(t)
			}
			*where, f.cfg.Data[0].Relation = good, relation
			f.currentIs(t, f.want.ID)
		}
	})
}

func TestAnInterruptedPauseEndsTheNightAtOnce(t *testing.T) {
	interrupted, interrupt := context.WithCancel(t.Context())
	interrupt()
	if err := pauseFor(interrupted, 24*time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("an interrupted pause of a day ends with %v", err)
	}
	bothShops(t, func(t *testing.T, f *faultyShop) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		f.line.Refuse()
		f.opt.Pause = nil // the real one, of a second
		f.opt.Progress = func(s Step) {
			if s.Phase == "retry" {
				cancel()
			}
		}
		if _, err := Run(ctx, f.cfg, f.opt); !errors.Is(err, context.Canceled) {
			t.Errorf("%v, want that it was cancelled", err)
		}
		f.currentIs(t, f.want.ID)
	})
}

func TestAServerWithoutAFreeConnectionIsWaitedFor(t *testing.T) {
	bothShops(t, func(t *testing.T, f *faultyShop) {
		full, free := "alter role "+extracttest.Role+" connection limit 0", "alter role "+extracttest.Role+" connection limit -1"
		if f.server == extracttest.MariaDB(t) {
			const fewest = 10
			full, free = fmt.Sprintf("set global max_connections = %d", fewest), "set global max_connections = 151"
			for range fewest {
				held, err := extract.Open(t.Context(), f.cfg.Sources[0])
				if err != nil {
					t.Fatal(err)
				}
				defer held.Close()
			}
		}
		f.server.Exec(t, "", full)
		t.Cleanup(func() { f.server.Exec(t, "", free) })
		f.opt.Pause = func(context.Context, time.Duration) error { f.server.Exec(t, "", free); return nil }
		out, err := Run(t.Context(), f.cfg, f.opt)
		if err != nil {
			t.Fatal(err)
		}
		f.whole(t, out)
		if n := out.Snapshot.Observed.Sources[0].Attempts; n != 2 {
			t.Errorf("%d attempts, want 2", n)
		}
	})
}

// TestAViewThatFailsHalfWayPublishesNothing divides by zero after most of its rows.
func TestAViewThatFailsHalfWayPublishesNothing(t *testing.T) {
	bothShops(t, func(t *testing.T, f *faultyShop) {
		series, failing := "generate_series(1, 60000) as g(n)", "10 / (n - 50001)"
		if f.server == extracttest.MariaDB(t) { // whose division by zero is NULL in a query
			series, failing = "(select seq as n from seq_1_to_60000) as g", "case when n = 50001 then (select n union select 2) else n end"
		}
		f.server.Exec(t, "shop", "create view broken as select n as id, n as customer, n % 9 as amount, "+failing+" as note from "+series)
		f.server.Grant(t, "shop")
		f.cfg.Data[0].Relation = "broken"
		f.cfg.Data[0].Columns[2] = extract.ColumnMapping{Name: "ordered_at", Value: new("2026-01-01")}
		f.cfg.Drift = map[string]string{}
		for _, kind := range DriftKinds() {
			f.cfg.Drift[kind] = DriftAccept
		}
		for _, verify := range []string{VerifyFull, VerifyCount} {
			f.cfg.Verify = verify
			_, err := Run(t.Context(), f.cfg, f.opt)
			if !errors.Is(err, extract.ErrMapping) || !strings.Contains(err.Error(), "broken") || len(f.pauses) > 0 {
				t.Errorf("verify %s: %v after %d pauses; want an error that names the view, at once", verify, err, len(f.pauses))
			}
			f.currentIs(t, f.want.ID)
		}
	})
}

// TestALineThatBreaksBeforeAnyRowIsTriedAgain breaks the line while it is secured and the reader logs in.
func TestALineThatBreaksBeforeAnyRowIsTriedAgain(t *testing.T) {
	bothShops(t, func(t *testing.T, f *faultyShop) {
		where := f.cfg.Sources[0].Postgres
		if where == nil {
			where = f.cfg.Sources[0].MySQL
		}
		const secured = 3000 // bytes of the server until the login is done, about
		for i := range faultRounds() {
			for _, mode := range []string{"require", "prefer", "disable"} {
				where.TLS = mode
				f.line.Break(extracttest.Fault{What: []extracttest.Damage{extracttest.Reset, extracttest.Cut}[i%2], After: int64(secured * i / faultRounds())})
				out, err := Run(t.Context(), f.cfg, f.opt)
				if err != nil {
					t.Fatalf("tls %s, round %d: %v", mode, i, err)
				}
				f.whole(t, out)
				if _, _, struck := f.line.Sent(); struck != 1 {
					t.Errorf("tls %s, round %d: the line broke %d times", mode, i, struck)
				}
			}
		}
	})
}

// TestALineThatBreaksBeforeTheProofIsTriedAgain breaks the line when all rows are there, and the
// server is still to be asked whether anything was written.
func TestALineThatBreaksBeforeTheProofIsTriedAgain(t *testing.T) {
	bothShops(t, func(t *testing.T, f *faultyShop) {
		broken := 0
		opt := f.opt
		opt.Progress = func(s Step) {
			if s.Phase == "read" && s.Name == "customers" && broken == 0 {
				broken++
				f.line.Refuse()
				f.line.Listen(t)
			}
		}
		out, err := Run(t.Context(), f.cfg, opt)
		if err != nil {
			t.Fatal(err)
		}
		f.whole(t, out)
		if n := out.Snapshot.Observed.Sources[0].Attempts; n != 2 {
			t.Errorf("%d attempts, want 2", n)
		}
		broken, f.cfg.Sources[0] = 0, withoutRetries(f.cfg.Sources[0])
		if _, err := Run(t.Context(), f.cfg, opt); !errors.Is(err, extract.ErrUnreachable) || !strings.Contains(err.Error(), "ask whether anything was written") {
			t.Errorf("without another attempt: %v", err)
		}
		f.currentIs(t, f.want.ID)
	})
}

func withoutRetries(spec extract.Spec) extract.Spec {
	if spec.Postgres != nil {
		spec.Postgres.RetryFor = 0
	} else {
		spec.MySQL.RetryFor = 0
	}
	return spec
}
