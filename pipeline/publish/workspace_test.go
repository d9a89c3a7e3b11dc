package publish

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func newWorkspace(t *testing.T) *Workspace {
	t.Helper()
	w, err := OpenWorkspace(filepath.Join(t.TempDir(), "light [h]ouse *"))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// manifestOf is a small manifest; a higher n finished later.
func manifestOf(n int, status string) *Manifest {
	m := &Manifest{Schema: MartSchema, ID: fmt.Sprintf("2026-09-%02d-abc", n), Status: status, AsOf: fmt.Sprintf("2026-09-%02d", n)}
	m.Observed.FinishedAt = time.Date(2026, 9, n, 3, 0, 0, 0, time.UTC)
	return m
}

// night drafts a run with two files and ends it by its status.
func night(t *testing.T, w *Workspace, m *Manifest) {
	t.Helper()
	d := drafted(t, w, m.ID)
	end := d.Publish
	if m.Status == StatusFailed {
		end = d.Fail
	}
	if err := end(m); err != nil {
		t.Fatal(err)
	}
}

func drafted(t *testing.T, w *Workspace, text string) *Draft {
	t.Helper()
	d, err := w.Begin()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"marts/kpis.parquet", "report.html"} {
		path, err := d.Path(filepath.FromSlash(name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(name+text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

func folders(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		if e.Name() != "failed" {
			names = append(names, e.Name())
		}
	}
	return names
}

func TestOnlyItsOwnerMayLookIntoAWorkspace(t *testing.T) {
	w := newWorkspace(t)
	night(t, w, manifestOf(1, StatusPublished))
	err := filepath.WalkDir(w.Root, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.Type()&os.ModeSymlink != 0 {
			return err
		}
		info, err := e.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestBeforeTheFirstNightThereIsNoRunAndThatIsSaid(t *testing.T) {
	w := newWorkspace(t)
	if _, err := w.Resolve(""); !errors.Is(err, ErrNoRun) || !strings.Contains(err.Error(), w.Root) {
		t.Errorf("got %v", err)
	}
	if err := w.Prune(3); err != nil {
		t.Errorf("a first night that failed cannot be cleaned up after: %v", err)
	}
}

func TestASecondRunFindsTheWorkspaceLocked(t *testing.T) {
	w := newWorkspace(t)
	release, err := w.Lock()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Lock(); !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), w.Root) {
		t.Errorf("got %v", err)
	}
	release()
	again, err := w.Lock()
	if err != nil {
		t.Fatalf("a lock that was given back is still held: %v", err)
	}
	again()
}

func TestARunIdIsNoPath(t *testing.T) {
	w := newWorkspace(t)
	night(t, w, manifestOf(1, StatusPublished))
	for _, id := range []string{"..", ".", "../runs", "failed", "/etc", "a/b", "2026-09-09-nope"} {
		if dir, err := w.Resolve(id); err == nil {
			t.Errorf("%q is taken for the run in %s", id, dir)
		}
	}
	for _, text := range []string{"", "../../elsewhere\n", "a/b"} {
		if err := os.WriteFile(filepath.Join(w.Root, "CURRENT"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if dir, err := w.Resolve(""); err == nil {
			t.Errorf("a pointer that holds %q leads to %s", text, dir)
		}
	}
}

func TestAFailedNightIsFoundByItsIdAndNeverCurrent(t *testing.T) {
	w := newWorkspace(t)
	night(t, w, manifestOf(1, StatusPublished))
	night(t, w, manifestOf(2, StatusFailed))
	if id, err := w.Current(); err != nil || id != "2026-09-01-abc" {
		t.Errorf("current is %s, %v", id, err)
	}
	if dir, err := w.Resolve("2026-09-02-abc"); err != nil || dir != w.FailedDir("2026-09-02-abc") {
		t.Errorf("the failed run is in %s, %v", dir, err)
	}
	runs, broken, err := w.Runs()
	if err != nil || len(broken) > 0 || len(runs) != 2 || runs[0].Status != StatusFailed {
		t.Errorf("runs %v, broken %v, %v", runs, broken, err)
	}
}

func TestAFolderWithoutAManifestIsShownAsBroken(t *testing.T) {
	w := newWorkspace(t)
	night(t, w, manifestOf(1, StatusPublished))
	if err := os.Mkdir(w.RunDir("half"), 0o700); err != nil {
		t.Fatal(err)
	}
	runs, broken, err := w.Runs()
	if err != nil || len(runs) != 1 || !slices.Equal(broken, []string{w.RunDir("half")}) {
		t.Errorf("runs %v, broken %v, %v", runs, broken, err)
	}
}

// Of each kind the newest are kept; the current run is, however old it is.
func TestOldRunsGoByRuleAndTheCurrentOneNever(t *testing.T) {
	w := newWorkspace(t)
	rapid.Check(t, func(rt *rapid.T) {
		for _, dir := range []string{"runs", "tmp"} {
			if err := os.RemoveAll(filepath.Join(w.Root, dir)); err != nil {
				rt.Fatal(err)
			}
		}
		if _, err := OpenWorkspace(w.Root); err != nil {
			rt.Fatal(err)
		}
		statuses := rapid.SliceOfN(rapid.SampledFrom([]string{StatusPublished, StatusPartial, StatusFailed}), 1, 12).Draw(rt, "statuses")
		keep := rapid.IntRange(1, 4).Draw(rt, "keep")
		want := map[string][]string{}
		var published []string
		for i, status := range statuses {
			m := manifestOf(i+1, status)
			night(t, w, m)
			want[status] = append(want[status], m.ID)
			if status == StatusPublished {
				published = append(published, m.ID)
			}
		}
		current := ""
		if len(published) > 0 { // somebody may have gone back to an older run
			current = rapid.SampledFrom(published).Draw(rt, "current")
			if err := w.Point(current); err != nil {
				rt.Fatal(err)
			}
		} else if err := os.RemoveAll(filepath.Join(w.Root, "CURRENT")); err != nil {
			rt.Fatal(err)
		}
		if err := w.Prune(keep); err != nil {
			rt.Fatal(err)
		}
		var kept, failed []string
		for status, ids := range want {
			newest := ids[max(0, len(ids)-keep):]
			if status == StatusFailed {
				failed = newest
				continue
			}
			kept = append(kept, newest...)
		}
		if current != "" && !slices.Contains(kept, current) {
			kept = append(kept, current)
		}
		slices.Sort(kept)
		if got := folders(t, filepath.Join(w.Root, "runs")); !slices.Equal(got, kept) {
			rt.Errorf("kept %v, want %v", got, kept)
		}
		if got := folders(t, filepath.Join(w.Root, "runs", "failed")); !slices.Equal(got, failed) {
			rt.Errorf("kept failed %v, want %v", got, failed)
		}
		if got := folders(t, filepath.Join(w.Root, "tmp")); len(got) > 0 {
			rt.Errorf("tmp holds %v", got)
		}
	})
}

func TestAPlaceThatCannotBeWrittenIsNamed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "taken")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenWorkspace(file); err == nil || !strings.Contains(err.Error(), "open workspace") || !strings.Contains(err.Error(), file) {
		t.Errorf("a file in the workspace's place: %v", err)
	}
	if os.Getuid() == 0 {
		t.Log("root may write everywhere: the folder without write permission is not tried")
		return
	}
	closed := t.TempDir()
	if err := os.Chmod(closed, 0o500); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenWorkspace(filepath.Join(closed, "lighthouse")); !errors.Is(err, os.ErrPermission) || !strings.Contains(err.Error(), closed) {
		t.Errorf("a folder without write permission: %v", err)
	}
}
