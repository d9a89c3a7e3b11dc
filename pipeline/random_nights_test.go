package pipeline

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pharos-analytics/pharos/pipeline/extract"
	"github.com/pharos-analytics/pharos/pipeline/extract/extracttest"
	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// randomShop is a shop whose tables change every night in every way that a cursor shows or does
// not show.
type randomShop struct {
	rng   *rand.Rand
	next  int
	night int
	live  []int // order lines that are there
	mysql bool
}

func (s *randomShop) now() time.Time {
	return time.Date(2026, 6, 1, 2, 0, 0, 0, time.UTC).AddDate(0, 0, s.night)
}

const randomSchema = `create table sold_lines (id int primary key, no varchar(10), customer varchar(10), sold date, amount varchar(20), cost decimal(12,2), status varchar(10), changed timestamp null);
create table people (id varchar(10) primary key, name varchar(30), city varchar(20), size_class varchar(5), changed timestamp null);`

func (s *randomShop) schema() string {
	if s.mysql {
		return strings.ReplaceAll(randomSchema, "timestamp null", "datetime null")
	}
	return randomSchema
}

// cursor is when a change was made: now, or a little before, as a transaction that committed late.
func (s *randomShop) cursor() string {
	switch s.rng.IntN(10) {
	case 0:
		return "null"
	case 1:
		return "'" + s.now().Add(-20*time.Hour).Format(time.DateTime) + "'"
	}
	return "'" + s.now().Add(-time.Duration(s.rng.IntN(3600))*time.Second).Format(time.DateTime) + "'"
}

// amount is sometimes none that can be read, and the row is quarantined.
func (s *randomShop) amount() string {
	if s.rng.IntN(25) == 0 {
		return "'n/a'"
	}
	return fmt.Sprintf("'%d.%02d'", s.rng.IntN(900)-50, s.rng.IntN(100))
}

func (s *randomShop) status() string {
	if s.rng.IntN(12) == 0 {
		return "'test'" // left out by where
	}
	return "'done'"
}

func (s *randomShop) day() string {
	back := s.rng.IntN(5)
	if s.rng.IntN(3) == 0 {
		back = s.rng.IntN(400) // a late row
	}
	return "'" + s.now().AddDate(0, 0, -1-back).Format(time.DateOnly) + "'"
}

func (s *randomShop) pick() int { return s.live[s.rng.IntN(len(s.live))] }

// changes are the statements of one day.
func (s *randomShop) changes() string {
	var b strings.Builder
	for range 6 + s.rng.IntN(10) {
		s.next++
		s.live = append(s.live, s.next)
		cursor := s.cursor()
		if s.rng.IntN(20) == 0 {
			cursor = "'2020-01-01 00:00:00'" // no cursor will ever show it
		}
		fmt.Fprintf(&b, "insert into sold_lines values (%d, 'N%d', 'C%d', %s, %s, %d, %s, %s);\n",
			s.next, s.next/3, s.rng.IntN(12), s.day(), s.amount(), s.rng.IntN(90), s.status(), cursor)
	}
	for range s.rng.IntN(6) {
		switch id := s.pick(); s.rng.IntN(5) {
		case 0:
			fmt.Fprintf(&b, "update sold_lines set sold = %s, changed = %s where id = %d;\n", s.day(), s.cursor(), id) // to another month
		case 1:
			fmt.Fprintf(&b, "update sold_lines set status = %s, changed = %s where id = %d;\n", s.status(), s.cursor(), id)
		case 2:
			fmt.Fprintf(&b, "update sold_lines set changed = %s where id = %d;\n", s.cursor(), id) // delivered again
		default:
			fmt.Fprintf(&b, "update sold_lines set amount = %s, customer = 'C%d', changed = %s where id = %d;\n", s.amount(), s.rng.IntN(12), s.cursor(), id)
		}
	}
	for range s.rng.IntN(4) {
		i := s.rng.IntN(len(s.live))
		fmt.Fprintf(&b, "delete from sold_lines where id = %d;\n", s.live[i])
		s.live = append(s.live[:i], s.live[i+1:]...)
	}
	for range s.rng.IntN(3) {
		c := s.rng.IntN(12)
		size := []string{"null", "'S'", "'L'"}[s.rng.IntN(3)]
		fmt.Fprintf(&b, "delete from people where id = 'C%d';\n", c)
		if s.rng.IntN(4) > 0 {
			fmt.Fprintf(&b, "insert into people values ('C%d', 'Person %d of night %d', 'Town %d', %s, %s);\n", c, c, s.night, s.rng.IntN(3), size, s.cursor())
		}
	}
	return b.String()
}

// randomConfig reads the shop by its changes.
func randomConfig(t *testing.T, spec extract.Spec) *Config {
	t.Helper()
	cfg := kiosk(t)
	cfg.Hash, cfg.Verify = "random", VerifyCount
	cfg.Sources = []extract.Spec{spec}
	column := func(name, from string) extract.ColumnMapping { return extract.ColumnMapping{Name: name, Column: from} }
	overlap := extract.Overlap{Time: 24 * time.Hour}
	cfg.Data = []extract.Mapping{
		{Table: "order_lines", Source: spec.Name, Relation: "sold_lines", Columns: []extract.ColumnMapping{
			column("order_id", "no"), {Name: "line_id", Column: "id", Prefix: "L"}, column("customer_id", "customer"), column("ordered_at", "sold"),
			column("net_amount", "amount"), column("cost", "cost")},
			Where:       []extract.Condition{{Column: "status", Values: []string{"done"}}},
			Incremental: &extract.Incremental{Cursor: "changed", Key: []string{"id"}, Overlap: overlap, Partition: "month", By: "ordered_at", Deletes: extract.DeletesNightly}},
		{Table: "customers", Source: spec.Name, Relation: "people", Attributes: []string{"size_class"}, Columns: []extract.ColumnMapping{
			column("customer_id", "id"), column("name", "name"), column("city", "city")},
			Incremental: &extract.Incremental{Cursor: "changed", Key: []string{"id"}, Overlap: overlap, Partition: "hash", Deletes: extract.DeletesNightly}},
	}
	return cfg
}

// martHashes are the bytes of every mart of a run.
func martHashes(t *testing.T, out *Outcome) map[string]string {
	t.Helper()
	hashes := map[string]string{}
	for _, name := range entries(t, out.Dir, "marts") {
		content, err := os.ReadFile(filepath.Join(out.Dir, "marts", name))
		if err != nil {
			t.Fatal(err)
		}
		hashes[name] = fmt.Sprintf("%x", sha256.Sum256(content))
	}
	return hashes
}

// TestNightsOfChangesGiveWhatAWholeReadGives compares, night after night, the marts of a company
// that is read by its changes with those of one that is read whole, byte for byte. PHAROS_TORTURE
// does 200 nights.
func TestNightsOfChangesGiveWhatAWholeReadGives(t *testing.T) {
	nights := 6
	if os.Getenv("PHAROS_TORTURE") != "" {
		nights = 200
	}
	for _, server := range []string{"postgres", "mariadb"} {
		t.Run(server, func(t *testing.T) {
			seed := uint64(len(server))
			shop := &randomShop{rng: rand.New(rand.NewPCG(seed, 1)), mysql: server == "mariadb"}
			s, spec := randomServer(t, server)
			s.Create(t, "shop")
			s.Exec(t, "shop", shop.schema())
			changed := randomConfig(t, spec)
			for shop.night = range nights {
				s.Exec(t, "shop", shop.changes())
				s.Grant(t, "shop")
				crash(t, changed, shop)
				opt := shop.options()
				opt.Full = shop.rng.IntN(25) == 0
				byChanges, err := Run(t.Context(), changed, opt)
				if err != nil {
					t.Fatalf("night %d: %v", shop.night, err)
				}
				whole := randomConfig(t, spec)
				want, err := Run(t.Context(), whole, shop.options())
				if err != nil {
					t.Fatalf("night %d: %v", shop.night, err)
				}
				sameMarts(t, shop.night, martHashes(t, want), martHashes(t, byChanges))
				if t.Failed() {
					t.Logf("by changes in %s, whole in %s", byChanges.Dir, want.Dir)
					return
				}
				if err := os.RemoveAll(whole.Dir); err != nil {
					t.Fatal(err)
				}
			}
			if nights > 4 && !readByChanges(t, changed) {
				t.Error("the last night read everything: nothing was proved")
			}
		})
	}
}

func randomServer(t *testing.T, name string) (*extracttest.Server, extract.Spec) {
	t.Helper()
	const variable = "PHAROS_TEST_PASSWORD"
	t.Setenv(variable, extracttest.Password)
	s := map[string]func(testing.TB) *extracttest.Server{"postgres": extracttest.Postgres, "mariadb": extracttest.MariaDB}[name](t)
	server := &extract.Server{Host: s.Host, Port: s.Port, Database: "shop", User: extracttest.Role, PasswordEnv: variable}
	if name == "mariadb" {
		return s, extract.Spec{Name: "erp", MySQL: server}
	}
	return s, extract.Spec{Name: "erp", Postgres: server}
}

// options are those of a night of the shop; how soon changes are merged is left to chance.
func (s *randomShop) options() Options {
	compactions := []lake.Compaction{{Percent: 0, AtLeast: 1}, {Percent: 20, AtLeast: 10}, {Percent: 100, AtLeast: 1 << 40}}
	return Options{
		AsOf: s.now().Truncate(24 * time.Hour), Version: "test", Now: s.now,
		Compaction: compactions[s.rng.IntN(len(compactions))],
	}
}

// crash begins a night that ends at some step, one time in three.
func crash(t *testing.T, cfg *Config, shop *randomShop) {
	t.Helper()
	if shop.rng.IntN(3) > 0 {
		return
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	left := shop.rng.IntN(12)
	opt := shop.options()
	opt.Progress = func(Step) {
		if left--; left < 0 {
			cancel()
		}
	}
	if _, err := Run(ctx, cfg, opt); err != nil && !errors.Is(err, context.Canceled) {
		t.Fatalf("night %d: the crash: %v", shop.night, err)
	}
}

func sameMarts(t *testing.T, night int, want, got map[string]string) {
	t.Helper()
	for name, hash := range want {
		if got[name] != hash {
			t.Errorf("night %d: %s differs", night, name)
		}
	}
	if len(want) != len(got) || len(want) < 10 {
		t.Errorf("night %d: %d marts against %d", night, len(got), len(want))
	}
}

// readByChanges says whether the current snapshot came from changes.
func readByChanges(t *testing.T, cfg *Config) bool {
	t.Helper()
	l, err := lake.OpenExisting(filepath.Join(cfg.Workspace, "lake"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := l.Current()
	if err != nil {
		t.Fatal(err)
	}
	for _, source := range s.Observed.Sources {
		for _, r := range source.Reads {
			if strings.HasPrefix(r.How, "changes since") {
				return true
			}
		}
	}
	return false
}
