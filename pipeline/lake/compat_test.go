package lake

import (
	"os"
	"path/filepath"
	"testing"
)

// oldLake is a copy of a lake that an earlier version wrote.
func oldLake(t *testing.T, version string) *Lake {
	t.Helper()
	root := t.TempDir()
	if err := os.CopyFS(root, os.DirFS(filepath.Join("..", "..", "testdata", "lakes", version))); err != nil {
		t.Fatal(err)
	}
	l, err := Open(root)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestALakeOfTheFirstVersionIsReadBesideWhatIsWrittenToday(t *testing.T) {
	l := oldLake(t, "v1")
	s, err := l.Current()
	if err != nil {
		t.Fatal(err)
	}
	mustVerify(t, l, s)
	if s.Schema != 1 || len(s.Loads) != 1 || s.Loads[0].Rows != 100 || s.Loads[0].Quarantined != 1 {
		t.Errorf("snapshot %+v", s)
	}
	old, _ := s.Table("order_lines")
	if parts := l.Parts(s, "order_lines"); len(parts) != 1 || len(parts[0].Base) != 1 || parts[0].Keys != nil {
		t.Errorf("parts %+v", parts)
	}
	again := store(t, l, lines(t, upTo(100)))
	if again.Partitions[0].ContentID == old.Partitions[0].ContentID {
		t.Error("rows that are hashed in another way have the content id of then")
	}
	next := publish(t, l, again)
	if next.Schema != SchemaVersion || next.ID == s.ID {
		t.Errorf("snapshot %s of layout %d", next.ID, next.Schema)
	}
	if _, err := l.Load(s.ID); err != nil {
		t.Errorf("the old snapshot does not load beside the new one: %v", err)
	}
}
