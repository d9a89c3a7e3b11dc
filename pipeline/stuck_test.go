package pipeline

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/pharos-analytics/pharos/pipeline/extract/extracttest"
)

// patient bounds a wait that would else have no end; what is waited for takes a second.
const patient = 30 * time.Second

func TestASourceThatIsStuckIsGivenUpAndReadAgain(t *testing.T) {
	bothShops(t, func(t *testing.T, f *faultyShop) {
		where := f.cfg.Sources[0].Postgres
		if where == nil {
			where = f.cfg.Sources[0].MySQL
		}
		where.StatementTimeout = 2 * time.Second
		bytes, _ := f.length(t)
		rounds := max(1, faultRounds()/20)
		for i := range rounds {
			f.line.Break(extracttest.Fault{What: extracttest.Stall, After: bytes * int64(2*i+3) / int64(2*rounds+4)})
			out, err := Run(t.Context(), f.cfg, f.opt)
			if err != nil {
				t.Fatalf("round %d: %v", i, err)
			}
			f.whole(t, out)
			if n := out.Snapshot.Observed.Sources[0].Attempts; n != 2 {
				t.Errorf("round %d: %d attempts, want 2", i, n)
			}
		}
	})
}

func TestANightThatHangsAtAStuckSourceCanBeInterrupted(t *testing.T) {
	bothShops(t, func(t *testing.T, f *faultyShop) {
		bytes, _ := f.length(t)
		rounds := faultRounds()
		for i := range rounds {
			ctx, cancel := context.WithCancel(t.Context())
			f.line.Break(extracttest.Fault{What: extracttest.Stall, Lasting: i%2 == 0, After: bytes * int64(i) / int64(rounds+1), Do: cancel})
			ended := make(chan error, 1)
			go func() {
				_, err := Run(ctx, f.cfg, f.opt)
				ended <- err
			}()
			select {
			case err := <-ended:
				if !errors.Is(err, context.Canceled) {
					t.Fatalf("round %d: %v, want that it was cancelled", i, err)
				}
			case <-time.After(patient):
				t.Fatalf("round %d: the night still runs", i)
			}
			cancel()
			f.currentIs(t, f.want.ID)
		}
	})
}
