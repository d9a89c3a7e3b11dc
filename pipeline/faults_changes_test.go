package pipeline

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pharos-analytics/pharos/pipeline/extract"
	"github.com/pharos-analytics/pharos/pipeline/extract/extracttest"
)

// TestALineThatBreaksWhileChangesAreReadLosesNoChange reads the same nights of changes with faults
// and without, into two lakes that must stay equal.
func TestALineThatBreaksWhileChangesAreReadLosesNoChange(t *testing.T) {
	bothShops(t, func(t *testing.T, f *faultyShop) {
		f.server.Exec(t, "shop", "alter table orders add changed timestamp null")
		f.cfg.Verify, f.cfg.Drift = VerifyCount, map[string]string{extract.ColumnAdded: DriftAccept}
		f.cfg.Data[0].Incremental = &extract.Incremental{Cursor: "changed", Key: []string{"id"}, Overlap: extract.Overlap{Time: time.Hour}, Partition: "month", By: "ordered_at", Deletes: extract.DeletesNightly}
		spared := *f.cfg
		spared.Workspace = filepath.Join(spared.Dir, "spared")
		spared.Data = slices.Clone(f.cfg.Data)
		again := 0
		var length int64
		for night := range faultRounds() + 1 {
			f.opt.Now = func() time.Time { return day(2026, 6, 1).AddDate(0, 0, night) }
			f.server.Exec(t, "shop", fmt.Sprintf(`update orders set amount = amount + 1, changed = '2026-06-%02[1]d 01:00:00' where id %% 50 = %[1]d;
delete from orders where id = 100 + %[1]d; update orders set note = 'no cursor shows it' where id = 1000 + %[1]d;`, 1+night%28))
			f.line.Break(extracttest.Fault{After: 1 << 60})
			want, err := Run(t.Context(), &spared, f.opt)
			if err != nil {
				t.Fatal(err)
			}
			if night > 0 { // the first reads everything
				length, _, _ = f.line.Sent()
				f.line.Break(extracttest.Fault{What: extracttest.Reset, After: length * int64(night) / int64(faultRounds()+1)})
			}
			got, err := Run(t.Context(), f.cfg, f.opt)
			if err != nil {
				t.Fatalf("night %d: %v", night, err)
			}
			f.line.Heal()
			if diff := cmp.Diff(want.Snapshot.Tables, got.Snapshot.Tables); diff != "" {
				t.Fatalf("night %d: after a fault the lake holds something else (-without +with):\n%s", night, diff)
			}
			if diff := cmp.Diff(want.Snapshot.Increments, got.Snapshot.Increments); diff != "" {
				t.Fatalf("night %d: after a fault the next night begins elsewhere (-without +with):\n%s", night, diff)
			}
			if got.Snapshot.Observed.Sources[0].Attempts > 0 {
				again++
			}
		}
		if again < faultRounds()*3/4 || !readByChanges(t, f.cfg) {
			t.Errorf("%d of %d nights were begun again; by changes: %v", again, faultRounds(), readByChanges(t, f.cfg))
		}
	})
}
