package pipeline

import (
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// TestANightWithoutAChangeLeavesTheLakeAsItIs reads rows again because of the overlap and because
// they have no cursor: kept ones, filtered ones and quarantined ones.
func TestANightWithoutAChangeLeavesTheLakeAsItIs(t *testing.T) {
	for _, server := range []string{"postgres", "mariadb"} {
		t.Run(server, func(t *testing.T) {
			shop := &randomShop{rng: rand.New(rand.NewPCG(5, 5)), mysql: server == "mariadb"}
			s, spec := randomServer(t, server)
			s.Create(t, "shop")
			s.Exec(t, "shop", shop.schema())
			cfg := randomConfig(t, spec)
			opt := shop.options()
			opt.Compaction, opt.UntilLake = lake.DefaultCompaction(), true
			read := func() *lake.Snapshot {
				t.Helper()
				s.Grant(t, "shop")
				out, err := Run(t.Context(), cfg, opt)
				if err != nil {
					t.Fatal(err)
				}
				return out.Snapshot
			}
			for range 5 {
				s.Exec(t, "shop", shop.changes())
			}
			first := read()
			for night := range 2 {
				quiet := read()
				if quiet.ID != first.ID {
					t.Errorf("quiet night %d gives snapshot %s after %s", night, quiet.ID, first.ID)
				}
				again := map[string]int64{}
				for _, r := range quiet.Observed.Sources[0].Reads {
					if strings.HasPrefix(r.How, "changes since") {
						again[r.Table] += r.Rows
					}
				}
				if again["order_lines"] == 0 || again["customers"] == 0 {
					t.Errorf("night %d read %v again: nothing was proved", night, again)
				}
			}
			s.Exec(t, "shop", "update sold_lines set cost = cost + 1, changed = '2026-06-01 01:59:00' where id = 3")
			changed := read()
			if changed.ID == first.ID {
				t.Error("a changed row is not seen")
			}
			if third := read(); third.ID != changed.ID {
				t.Errorf("the quiet night after the change gives snapshot %s after %s", third.ID, changed.ID)
			}
			if n := len(entries(t, filepath.Join(cfg.Workspace, "lake", "snapshots"))); n != 2 {
				t.Errorf("the lake has %d snapshots of two states", n)
			}
		})
	}
}
