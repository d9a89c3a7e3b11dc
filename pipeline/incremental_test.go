package pipeline

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pharos-analytics/pharos/pipeline/extract"
	"github.com/pharos-analytics/pharos/pipeline/extract/extracttest"
	"github.com/pharos-analytics/pharos/pipeline/lake"
	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// changingShop is a table of orders on PostgreSQL that is read by its changes.
type changingShop struct {
	*testing.T
	server *extracttest.Server
	cfg    *Config
	now    time.Time
	opt    Options
}

func newChangingShop(t *testing.T) *changingShop {
	s, spec := randomServer(t, "postgres")
	s.Create(t, "shop")
	shop := &changingShop{T: t, server: s, cfg: driftConfig(t, spec), now: time.Date(2026, 6, 1, 2, 0, 0, 0, time.UTC)}
	shop.opt = Options{AsOf: day(2026, 6, 1), Version: "test", Now: func() time.Time { return shop.now }, UntilLake: true}
	shop.exec(ordersPostgres)
	return shop
}

func (s *changingShop) exec(sql string) {
	s.server.Exec(s.T, "shop", sql)
	s.server.Grant(s.T, "shop")
}

func (s *changingShop) mapping() *extract.Mapping { return &s.cfg.Data[0] }

// night reads and gives how it was read, without the questions that the source answers itself.
func (s *changingShop) night() []string {
	s.Helper()
	out, err := Run(s.Context(), s.cfg, s.opt)
	if err != nil {
		s.Fatal(err)
	}
	var how []string
	for _, r := range out.Snapshot.Observed.Sources[0].Reads {
		if !strings.Contains(r.How, "itself") {
			how = append(how, r.How)
		}
	}
	return how
}

// amounts are the orders in the lake and what they are worth.
func (s *changingShop) amounts() map[string]string {
	s.Helper()
	l, err := lake.OpenExisting(filepath.Join(s.cfg.Workspace, "lake"))
	if err != nil {
		s.Fatal(err)
	}
	current, err := l.Current()
	if err != nil {
		s.Fatal(err)
	}
	n := &night{cfg: s.cfg, lake: l, workspace: openWorkspace(s.T, s.cfg)}
	rows, err := n.askLake(s.Context(), current, "select order_id, cast(net_amount as varchar) from raw.order_lines")
	if err != nil {
		s.Fatal(err)
	}
	out := map[string]string{}
	for _, r := range rows {
		out[r[0].(string)] = r[1].(string)
	}
	return out
}

func (s *changingShop) want(orders map[string]string) {
	s.Helper()
	if diff := cmp.Diff(orders, s.amounts()); diff != "" {
		s.Errorf("orders (-want +got):\n%s", diff)
	}
}

func (s *changingShop) wantRead(want, got []string) {
	s.Helper()
	if !slices.Equal(want, got) {
		s.Errorf("read %q, want %q", got, want)
	}
}

const wholeRead = "all rows"

func TestOnlyChangesAreReadFromTheSecondNightOn(t *testing.T) {
	s := newChangingShop(t)
	s.wantRead([]string{wholeRead}, s.night())
	s.exec("insert into orders values (3, 'C3', '2026-05-03', 30, null, '2026-05-03 10:00:00'); update orders set amount = 21, changed = '2026-05-03 11:00:00' where id = 2")
	s.wantRead([]string{"changes since 2026-05-02 09:00:00"}, s.night())
	s.want(map[string]string{"1": "10.5000", "2": "21.0000", "3": "30.0000"})
	s.opt.Full = true
	s.wantRead([]string{wholeRead}, s.night())
}

func TestAnOrderThatIsGoneFromTheSourceIsGoneFromTheLake(t *testing.T) {
	s := newChangingShop(t)
	s.night()
	s.exec("delete from orders where id = 1")
	s.wantRead([]string{"changes since 2026-05-02 09:00:00", "no rows; some are gone"}, s.night())
	s.want(map[string]string{"2": "20.0000"})
}

func TestAnOrderThatNoCursorShowsIsFoundByItsKey(t *testing.T) {
	s := newChangingShop(t)
	s.night()
	s.exec("insert into orders values (9, 'C9', '2026-05-01', 90, null, '2001-01-01')")
	s.wantRead([]string{"changes since 2026-05-02 09:00:00", "rows whose keys were missing"}, s.night())
	s.want(map[string]string{"1": "10.5000", "2": "20.0000", "9": "90.0000"})
}

func TestDeletesThatNobodyLooksForStay(t *testing.T) {
	s := newChangingShop(t)
	s.mapping().Incremental.Deletes = extract.DeletesNever
	s.night()
	s.exec("delete from orders where id = 1")
	s.night()
	s.want(map[string]string{"1": "10.5000", "2": "20.0000"})
	s.mapping().Incremental.Deletes = extract.DeletesWeekly // another mapping: read whole, and compared a week later
	s.wantRead([]string{wholeRead}, s.night())
	s.exec("delete from orders where id = 2; insert into orders values (3, 'C3', '2026-05-03', 30, null, '2026-05-03 10:00:00')")
	s.night()
	s.want(map[string]string{"2": "20.0000", "3": "30.0000"})
	s.now = s.now.AddDate(0, 0, 7)
	s.night()
	s.want(map[string]string{"3": "30.0000"})
}

func TestAPartitionThatIsReloadedIsTheSources(t *testing.T) {
	s := newChangingShop(t)
	s.mapping().Incremental.Deletes = extract.DeletesNever
	s.exec("insert into orders values (3, 'C3', '2026-04-30 23:30:00', 30, null, '2026-04-30 10:00:00')")
	s.night()
	s.exec("update orders set amount = 99 where id in (1, 3); delete from orders where id = 2") // no cursor shows it
	s.opt.Reload = []Partition{{Table: "order_lines", Value: "2026-05"}}
	s.wantRead([]string{"changes since 2026-05-02 09:00:00", "partition 2026-05"}, s.night())
	s.want(map[string]string{"1": "99.0000", "3": "30.0000"})
	s.opt.Reload = []Partition{{Table: "customers", Value: "2026-05"}}
	if _, err := Run(t.Context(), s.cfg, s.opt); !errors.Is(err, ErrAsked) {
		t.Errorf("a table that is not there: %v", err)
	}
}

func TestATableWhoseKeyRepeatsIsReadWholeEveryNight(t *testing.T) {
	s := newChangingShop(t)
	s.mapping().Incremental.Key = []string{"customer"}
	s.exec("insert into orders values (3, 'C1', '2026-05-03', 30, null, '2026-05-03 10:00:00')")
	s.night()
	s.wantRead([]string{wholeRead}, s.night())
	s.want(map[string]string{"1": "10.5000", "2": "20.0000", "3": "30.0000"})
	s.exec("delete from orders where id = 3")
	s.night() // whole; the key repeats no more
	s.wantRead([]string{"changes since 2026-05-02 09:00:00"}, s.night())
}

func TestKeysThatTheMappingRewritesAreComparedByTheirNumber(t *testing.T) {
	s := newChangingShop(t)
	s.mapping().Columns[0].Suffix = "0"
	s.night()
	s.wantRead([]string{"changes since 2026-05-02 09:00:00"}, s.night())
	s.exec("delete from orders where id = 1")
	s.wantRead([]string{"changes since 2026-05-02 09:00:00", wholeRead}, s.night())
	s.want(map[string]string{"2": "20.0000"})
}

func TestOnceAWeekTheTableIsReadWholeAndVerified(t *testing.T) {
	s := newChangingShop(t)
	s.cfg.Verify = VerifyWeekly
	s.night()
	s.now = s.now.AddDate(0, 0, 6)
	s.wantRead([]string{"changes since 2026-05-02 09:00:00"}, s.night())
	s.now = s.now.AddDate(0, 0, 1)
	s.wantRead([]string{wholeRead}, s.night())
}

func TestAnOverlapThatDoesNotFitIsSaidOnTheFirstNight(t *testing.T) {
	s := newChangingShop(t)
	s.mapping().Incremental.Overlap = extract.Overlap{Number: 5}
	if _, err := Run(t.Context(), s.cfg, s.opt); !errors.Is(err, extract.ErrMapping) || !strings.Contains(err.Error(), "pharos.yaml:9:3: incremental: the cursor holds times") {
		t.Errorf("got %v", err)
	}
}

func TestANightOnWhichNothingChangedSaysSo(t *testing.T) {
	s := newChangingShop(t)
	s.opt.UntilLake = false
	first, err := Run(t.Context(), s.cfg, s.opt)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Run(t.Context(), s.cfg, s.opt)
	if err != nil {
		t.Fatal(err)
	}
	third, err := Run(t.Context(), s.cfg, s.opt)
	if err != nil || !third.Unchanged || third.Manifest.ID != again.Manifest.ID {
		t.Errorf("the third night: %+v, %v; the first was %s", third, err, first.Manifest.ID)
	}
}

func openWorkspace(t *testing.T, cfg *Config) *publish.Workspace {
	t.Helper()
	w, err := publish.OpenWorkspace(cfg.Workspace)
	if err != nil {
		t.Fatal(err)
	}
	return w
}
