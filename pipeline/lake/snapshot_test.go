package lake

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAProcessThatDiesLeavesTheOldSnapshotCurrent(t *testing.T) {
	for died := range 3 {
		l := openLake(t)
		old := publish(t, l, store(t, l, lines(t, upTo(100))))

		// A writer that dies while writing, and a publishing that dies before step `died` is over.
		table, _ := TableNamed("order_lines")
		w, err := l.NewWriter(table, "")
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Write(lines(t, upTo(10))); err != nil {
			t.Fatal(err)
		}
		next := Snapshot{Schema: SchemaVersion, Tables: []TableSnapshot{store(t, l, lines(t, upTo(200)))}}
		next.ID, _ = snapshotID(next)
		for _, step := range l.publishSteps(next)[:died] {
			if err := step(); err != nil {
				t.Fatal(err)
			}
		}

		again, err := Open(l.Root())
		if err != nil {
			t.Fatal(err)
		}
		current, err := again.Current()
		if err != nil || current.ID != old.ID {
			t.Fatalf("died before step %d: current is %v (%v), want %s", died, current, err, old.ID)
		}
		mustVerify(t, again, current)
		if left, _ := os.ReadDir(again.path("tmp")); len(left) > 0 {
			t.Errorf("died before step %d: not swept: %v", died, left)
		}
		got := publish(t, again, next.Tables...)
		mustVerify(t, again, &got)
		if now, _ := again.Current(); now.ID != next.ID {
			t.Errorf("the next run publishes %s, want %s", now.ID, next.ID)
		}
	}
}

func TestANightWithoutChangesHasTheSameSnapshot(t *testing.T) {
	l := openLake(t)
	first, err := l.Publish(Snapshot{Tables: []TableSnapshot{store(t, l, lines(t, upTo(10)))}, Observed: Observed{Sources: []SourceReading{{Source: "a"}}}})
	if err != nil {
		t.Fatal(err)
	}
	second := publish(t, l, store(t, l, lines(t, upTo(10))))
	if first.ID != second.ID {
		t.Errorf("ids %s and %s", first.ID, second.ID)
	}
	if err := os.WriteFile(l.snapshotPath(first.ID), []byte(`{"id":"`+first.ID+`","schema":1,"tables":[]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Current(); err == nil || !strings.Contains(err.Error(), "changed after it was written") {
		t.Errorf("a forged manifest loads: %v", err)
	}
}

func TestGarbageIsWhatNoKeptSnapshotUses(t *testing.T) {
	l := openLake(t)
	first := publish(t, l, store(t, l, lines(t, upTo(10))))
	second := publish(t, l, store(t, l, lines(t, upTo(20))))
	third := publish(t, l, store(t, l, lines(t, upTo(30))))
	if err := l.Collect([]string{first.ID}); err != nil {
		t.Fatal(err)
	}
	mustVerify(t, l, &first)
	mustVerify(t, l, &third) // the current one is never garbage
	if _, err := l.Load(second.ID); err == nil {
		t.Error("the second snapshot is still there")
	}
	if _, err := os.Stat(filepath.Dir(l.Files(&second, "order_lines")[0])); !os.IsNotExist(err) {
		t.Error("the second snapshot's files are still there")
	}
}

func TestFoldersAreForTheOwnerOnly(t *testing.T) {
	l := openLake(t)
	publish(t, l, store(t, l, lines(t, upTo(10))))
	err := filepath.WalkDir(l.Root(), func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == l.Root() {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
