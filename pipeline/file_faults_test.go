package pipeline

import (
	"bytes"
	"compress/gzip"
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

// archive is a company with two files: people are read after orders.
func archive(t *testing.T, people string) (*Config, *lake.Snapshot) {
	t.Helper()
	cfg := kiosk(t)
	column := func(name string) extract.ColumnMapping { return extract.ColumnMapping{Name: name, Column: name} }
	cfg.Sources = append(cfg.Sources, extract.Spec{Name: "people", Dir: cfg.Dir, CSV: &extract.CSV{Path: people}})
	cfg.Data = append(cfg.Data, extract.Mapping{Table: "customers", Source: "people", Columns: []extract.ColumnMapping{column("customer_id"), column("name")}})
	sell(t, cfg, 3, true)
	putPeople(t, cfg, people, []byte(peopleCSV()))
	out, err := Run(t.Context(), cfg, archiveOptions())
	if err != nil {
		t.Fatal(err)
	}
	return cfg, out.Snapshot
}

func archiveOptions() Options {
	return Options{AsOf: day(2026, 5, 4), Version: "test", Now: time.Now, UntilLake: true}
}

func peopleCSV() string {
	var b strings.Builder
	b.WriteString("customer_id,name\n")
	for i := range 20_000 {
		fmt.Fprintf(&b, "C%d,Kunde %d Müller\n", i, i)
	}
	return b.String()
}

// putPeople writes the file of people, packed where its name says so.
func putPeople(t *testing.T, cfg *Config, name string, content []byte) {
	t.Helper()
	if strings.HasSuffix(name, ".gz") {
		var packed bytes.Buffer
		w := gzip.NewWriter(&packed)
		if _, err := w.Write(content); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		content = packed.Bytes()
	}
	if err := os.WriteFile(filepath.Join(cfg.Dir, name), content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// lakeStands fails unless a snapshot is still the current one.
func lakeStands(t *testing.T, cfg *Config, s *lake.Snapshot) {
	t.Helper()
	l, err := lake.OpenExisting(filepath.Join(cfg.Workspace, "lake"))
	if err != nil {
		t.Fatal(err)
	}
	current, err := l.Current()
	if err != nil || current.ID != s.ID {
		t.Fatalf("current is %s, %v; want %s", current.ID, err, s.ID)
	}
}

func TestAFileThatIsWrittenToDuringTheNightIsNotBelieved(t *testing.T) {
	for what, spoil := range map[string]func(path string) error{
		"goes on": func(path string) error {
			f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				return err
			}
			_, err = f.WriteString("C20000,Neu\n")
			return errors.Join(err, f.Close())
		},
		"is begun anew": func(path string) error { return os.WriteFile(path, []byte("customer_id,name\nC1,Kunde"), 0o600) },
		"is cut":        func(path string) error { return os.Truncate(path, 4000) },
		"is replaced": func(path string) error {
			if err := os.WriteFile(path+".new", []byte(strings.ReplaceAll(peopleCSV(), "Kunde 7 ", "Kunde 8 ")), 0o600); err != nil {
				return err
			}
			return os.Rename(path+".new", path)
		},
		"disappears": os.Remove,
	} {
		t.Run(what, func(t *testing.T) {
			cfg, before := archive(t, "people.csv")
			opt := archiveOptions()
			opt.Progress = func(s Step) {
				if s.Phase == "read" && s.Name == "order_lines" {
					if err := spoil(filepath.Join(cfg.Dir, "people.csv")); err != nil {
						t.Error(err)
					}
				}
			}
			_, err := Run(t.Context(), cfg, opt)
			if !errors.Is(err, extract.ErrUnreachable) || !strings.Contains(err.Error(), "people.csv") {
				t.Errorf("a file that %s: %v; want that it cannot be read as it is", what, err)
			}
			lakeStands(t, cfg, before)
		})
	}
}

func TestAPackedFileThatIsCutGivesNoRows(t *testing.T) {
	cfg, before := archive(t, "people.csv.gz")
	path := filepath.Join(cfg.Dir, "people.csv.gz")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	n := faultRounds()
	for i := range n {
		size := len(whole) * i / n
		if i == n-1 {
			size = len(whole) - 1
		}
		if err := os.WriteFile(path, whole[:size], 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Run(t.Context(), cfg, archiveOptions()); err == nil || i > 0 && !errors.Is(err, extract.ErrUnreachable) || !strings.Contains(err.Error(), "people") {
			t.Fatalf("cut to %d of %d bytes: %v", size, len(whole), err)
		}
		lakeStands(t, cfg, before)
	}
}

// TestACutLastLineIsSetAsideWithItsNumber cuts a file before its last field is whole. A cut within
// a last field of plain text cannot be seen; one at a line's end is a matter of the check of volumes.
func TestACutLastLineIsSetAsideWithItsNumber(t *testing.T) {
	cfg, _ := archive(t, "people.csv")
	const last = `"C20000","Käufer, letzter"`
	for cut := 1; cut < len(last); cut++ {
		if last[cut-1] == ',' && last[cut] == '"' {
			continue // a whole line whose last field is empty
		}
		putPeople(t, cfg, "people.csv", []byte(peopleCSV()+last[:cut]))
		out, err := Run(t.Context(), cfg, archiveOptions())
		if err != nil {
			t.Fatalf("cut to %q: %v", last[:cut], err)
		}
		people, _ := out.Snapshot.Table("customers")
		bad, _ := out.Snapshot.Table("quarantine")
		if people.RowCount() != 20_000 || bad.RowCount() != 1 {
			t.Fatalf("cut to %q: %d rows, %d in quarantine; want 20000 and 1", last[:cut], people.RowCount(), bad.RowCount())
		}
		eng, l := lakeEngine(t, cfg)
		if err := attachLake(t.Context(), eng, l, out.Snapshot, cfg); err != nil {
			t.Fatal(err)
		}
		rows, err := eng.Query(t.Context(), "select location from raw.quarantine")
		if err != nil || rows.Values[0][0] != "people.csv:20002" {
			t.Errorf("cut to %q: set aside is %v, %v", last[:cut], rows, err)
		}
		if err := eng.Close(); err != nil {
			t.Error(err)
		}
	}
}
