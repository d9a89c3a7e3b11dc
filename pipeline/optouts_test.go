package pipeline

import (
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pharos-analytics/pharos/pipeline/extract"
	"github.com/pharos-analytics/pharos/pipeline/lake"
	"github.com/pharos-analytics/pharos/pipeline/publish"
	"github.com/pharos-analytics/pharos/segment"
)

// callers is the kiosk with customers who have phones, a file of opt-outs, and the duty to have one.
func callers(t *testing.T) *Config {
	t.Helper()
	cfg := kiosk(t)
	column := func(name string) extract.ColumnMapping { return extract.ColumnMapping{Name: name, Column: name} }
	cfg.Sources = append(cfg.Sources, extract.Spec{Name: "people", Dir: cfg.Dir, CSV: &extract.CSV{Path: "people.csv"}},
		extract.Spec{Name: "refusals", Dir: cfg.Dir, CSV: &extract.CSV{Path: "refusals.csv"}})
	cfg.Data = append(cfg.Data,
		extract.Mapping{Table: "customers", Source: "people", Columns: []extract.ColumnMapping{column("customer_id"), column("phone"), column("email")}},
		extract.Mapping{Table: suppressions, Source: "refusals", Columns: []extract.ColumnMapping{column("customer_id"), column("contact"), column("reason")}})
	cfg.Suppression.Required, cfg.Suppression.FreshDays = true, 1
	put(t, cfg, "people.csv", "customer_id,phone,email\nC0,0711 1000,c0@x.org\nC1,0711 1001,c1@x.org\nC2,0711 1002,c2@x.org\nC3,0711 1003,c3@x.org\nC4,0711 1004,c4@x.org\n")
	put(t, cfg, "refusals.csv", "customer_id,contact,reason\nC4,,objected\n")
	sell(t, cfg, 2, true)
	return cfg
}

func put(t *testing.T, cfg *Config, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(cfg.Dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// called are the customers on the lists of a run, and suppressed those taken off with the reason.
func called(t *testing.T, out *Outcome) (called []string, suppressed map[string]string) {
	t.Helper()
	suppressed = map[string]string{}
	read := func(pattern string, row func(record []string)) {
		files, err := filepath.Glob(filepath.Join(out.Dir, "lists", "*", pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			records, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(b), "\ufeff"))).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range records[1:] {
				row(r)
			}
		}
	}
	read("list.csv", func(r []string) { called = append(called, r[5]) })
	read("suppressed.csv", func(r []string) { suppressed[r[0]] = r[1] })
	slices.Sort(called)
	return called, suppressed
}

// during runs a night and does something at the moment at which the checks are done: everything is
// computed, and nothing is written yet.
func during(t *testing.T, cfg *Config, do func()) *Outcome {
	t.Helper()
	done := false
	out, err := Run(t.Context(), cfg, Options{AsOf: day(2026, 5, 3), Version: "test", Now: time.Now, Progress: func(s Step) {
		if s.Phase == "check" && !done {
			done = true
			do()
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAnOptOutThatArrivesBeforeTheListsAreWrittenIsHonoured(t *testing.T) {
	cfg := callers(t)
	late := "customer_id,contact,reason\nC4,,objected\n,C2@X.org,never again\n"
	out := during(t, cfg, func() { put(t, cfg, "refusals.csv", late) })
	listed, suppressed := called(t, out)
	if slices.Contains(listed, "C2") || suppressed["C2"] != "legal_opt_out" || suppressed["C4"] != "legal_opt_out" || !slices.Contains(listed, "C1") {
		t.Errorf("called %v, suppressed %v", listed, suppressed)
	}
	if out.Manifest.Withheld != "" {
		t.Error("the lists are withheld")
	}
	again := during(t, cfg, func() {})
	if !again.Unchanged || again.Manifest.ID != out.Manifest.ID {
		t.Errorf("the same night again is %s, not %s: the run does not name what it was made from", again.Manifest.ID, out.Manifest.ID)
	}
	early := callers(t) // the same company, and the opt-out is there from the beginning
	put(t, early, "refusals.csv", late)
	same := during(t, early, func() {})
	if same.Manifest.ID != out.Manifest.ID {
		t.Fatalf("%s and %s", same.Manifest.ID, out.Manifest.ID)
	}
	for i, f := range same.Manifest.Files {
		if g := out.Manifest.Files[i]; f != g {
			t.Errorf("%s has other bytes than if the opt-out had been there from the beginning", f.Path)
		}
	}
	whole(t, out)
}

// whole looks through every file of a run for what identifies who must not be contacted.
func whole(t *testing.T, out *Outcome) {
	t.Helper()
	err := filepath.WalkDir(out.Dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text := textOf(t, path)
		for _, secret := range []string{"c2@x.org", "C2@X.org", "0711 1004", "07111004", "c4@x.org"} {
			if strings.Contains(text, secret) {
				t.Errorf("%s holds %s", entry.Name(), secret)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestWhenTheOptOutsCannotBeReadAgainNoListIsWritten(t *testing.T) {
	cfg := callers(t)
	out := during(t, cfg, func() {
		if err := os.Remove(filepath.Join(cfg.Dir, "refusals.csv")); err != nil {
			t.Error(err)
		}
	})
	if out.Manifest.Withheld != unreadOptOuts {
		t.Errorf("withheld: %q", out.Manifest.Withheld)
	}
	nobodyIsCalled(t, cfg, out, unreadOptOuts)
	put(t, cfg, "refusals.csv", "customer_id,contact,reason\nC4,,objected\n")
	next := during(t, cfg, func() {})
	if listed, _ := called(t, next); next.Manifest.Withheld != "" || len(listed) == 0 {
		t.Errorf("the next run, with the file there again, calls %v: %q", listed, next.Manifest.Withheld)
	}
}

// nobodyIsCalled looks at a run whose lists are withheld: one file says why, the mart calls nobody,
// and the candidates still add up.
func nobodyIsCalled(t *testing.T, cfg *Config, out *Outcome, reason string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(out.Dir, "lists"))
	if err != nil || len(entries) != 1 || entries[0].Name() != "README" {
		t.Errorf("the lists folder holds %v, %v", entries, err)
	}
	c, err := OpenRun(t.Context(), cfg, out.Manifest.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	rows, err := c.Query(t.Context(), "select count(*), count(*) filter (where status in ('chosen', 'control', 'over_capacity')), count(*) filter (where suppressed_reason = '"+reason+"') from list_members")
	if err != nil {
		t.Fatal(err)
	}
	if got := rows.Values[0]; got[0].(int64) == 0 || got[1].(int64) != 0 || got[2].(int64) == 0 {
		t.Errorf("members, called, suppressed for %s: %v", reason, got)
	}
	sums, err := c.Lists(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sums {
		if s.Withheld != reason || s.Rows+s.Suppressed+s.OnOtherList+s.Control+s.OverCapacity != s.Candidates {
			t.Errorf("%+v", s)
		}
	}
}

func TestWithoutOptOutDataNoListIsWrittenUnlessNobodyAsksForIt(t *testing.T) {
	cfg := kiosk(t)
	cfg.Suppression.Required = true
	sell(t, cfg, 2, true)
	out, err := run(t.Context(), cfg, 2)
	if err != nil {
		t.Fatal(err)
	}
	if out.Manifest.Withheld != noOptOuts || out.Manifest.Status != publish.StatusPublished {
		t.Errorf("%q, %s", out.Manifest.Withheld, out.Manifest.Status)
	}
	nobodyIsCalled(t, cfg, out, noOptOuts)
	cfg.Suppression.Required, cfg.Hash = false, "not required"
	out, err = run(t.Context(), cfg, 2)
	if err != nil {
		t.Fatal(err)
	}
	if listed, _ := called(t, out); out.Manifest.Withheld != "" || len(listed) == 0 {
		t.Errorf("%q: %v", out.Manifest.Withheld, listed)
	}
}

func TestOptOutsOfAFileThatNobodyWritesAnyMoreAreStale(t *testing.T) {
	cfg := callers(t)
	file := filepath.Join(cfg.Dir, "refusals.csv")
	for _, c := range []struct {
		written  time.Time
		withheld string
	}{{day(2026, 5, 1), staleOptOuts}, {day(2026, 5, 2), ""}, {day(2026, 5, 3), ""}} { // D is 2026-05-03
		if err := os.Chtimes(file, c.written, c.written); err != nil {
			t.Fatal(err)
		}
		out := during(t, cfg, func() {})
		if out.Manifest.Withheld != c.withheld {
			t.Errorf("written on %s: %q", c.written.Format(time.DateOnly), out.Manifest.Withheld)
		}
		if c.withheld != "" {
			nobodyIsCalled(t, cfg, out, staleOptOuts)
		}
	}
}

// What was read last week says nothing about today; that a file is newer than what was read neither.
func TestALakeOfLastWeekHasStaleOptOuts(t *testing.T) {
	cfg := callers(t)
	read := day(2026, 4, 20)
	n := &night{cfg: cfg, opt: Options{AsOf: day(2026, 5, 3), FromLake: true}, startedAt: day(2026, 5, 3)}
	s := &lake.Snapshot{Loads: []lake.Load{{Table: suppressions, Source: "refusals"}}, Observed: lake.Observed{Sources: []lake.SourceReading{{Source: "refusals", SnapshotAt: read}}}}
	for _, c := range []struct {
		asOf, started time.Time
		withheld      string
	}{
		{day(2026, 5, 3), day(2026, 5, 3), staleOptOuts},
		{day(2026, 4, 21), day(2026, 5, 3), writtenLists}, // a day of the past, and the opt-outs are of that day
		{day(2026, 5, 3), day(2026, 4, 21), writtenLists}, // a day to come: nobody can know more today
	} {
		n.opt.AsOf, n.startedAt = c.asOf, c.started
		if err := n.judgeOptOuts(s); err != nil || n.withheld != c.withheld {
			t.Errorf("as of %s on %s: %q, %v", c.asOf.Format(time.DateOnly), c.started.Format(time.DateOnly), n.withheld, err)
		}
	}
}

func TestAControlGroupWithoutAKeyIsRefusedBeforeAnythingIsRead(t *testing.T) {
	cfg := callers(t)
	cfg.Lists[1].Control = 1000
	cfg.KeyFile = filepath.Join(cfg.Dir, "no key here")
	_, err := run(t.Context(), cfg, 2)
	if !errors.Is(err, ErrAsked) || !strings.Contains(err.Error(), "lists.keep.control") || !strings.Contains(err.Error(), "pharos init") {
		t.Errorf("got %v", err)
	}
}

func TestOneOfTwoWhoShareAPhoneIsCalled(t *testing.T) {
	cfg := callers(t)
	put(t, cfg, "people.csv", "customer_id,phone,email\nC0,0711 1000,\nC1,+49 711 5,\nC2,+49(711)5,\nC3,,\nC4,0711 1004,\n")
	cfg.Lists = segment.DefaultLists("en")
	listed, suppressed := called(t, during(t, cfg, func() {}))
	if slices.Contains(listed, "C1") == slices.Contains(listed, "C2") || len(suppressed) != 2 {
		t.Errorf("called %v, suppressed %v", listed, suppressed)
	}
}
