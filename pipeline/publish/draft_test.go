package publish

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The moments between the steps of publishing, as a process that dies there leaves the disk.
func TestWhereverPublishingDiesTheOldRunIsCurrentAndTheNextNightSucceeds(t *testing.T) {
	next := manifestOf(2, StatusPublished)
	for _, c := range []struct {
		name    string
		current int // the night that is current after the death
		steps   func(d *Draft) error
	}{
		{"while files are written", 1, func(*Draft) error { return nil }},
		{"with the manifest written", 1, func(d *Draft) error { return d.seal(next) }},
		{"with half a manifest", 1, func(d *Draft) error {
			return os.WriteFile(filepath.Join(d.Dir, ".new-1"), []byte(`{"id": "2026`), 0o600)
		}},
		{"with the run in its place", 1, func(d *Draft) error {
			return firstError(d.seal(next), d.moveTo(d.w.RunDir(next.ID)))
		}},
		{"with half a pointer", 1, func(d *Draft) error {
			return firstError(d.seal(next), d.moveTo(d.w.RunDir(next.ID)), os.WriteFile(filepath.Join(d.w.Root, "tmp", ".new-2"), []byte("2026-"), 0o600))
		}},
		{"with the pointer moved and the link not", 2, func(d *Draft) error {
			return firstError(d.seal(next), d.moveTo(d.w.RunDir(next.ID)),
				replaceFile(filepath.Join(d.w.Root, "CURRENT"), []byte(next.ID+"\n"), filepath.Join(d.w.Root, "tmp")))
		}},
		{"with the link made and not in its place", 2, func(d *Draft) error {
			return firstError(d.seal(next), d.moveTo(d.w.RunDir(next.ID)),
				replaceFile(filepath.Join(d.w.Root, "CURRENT"), []byte(next.ID+"\n"), filepath.Join(d.w.Root, "tmp")),
				os.Symlink("runs", filepath.Join(d.w.Root, "tmp", "current-"+next.ID)))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorkspace(t)
			night(t, w, manifestOf(1, StatusPublished))
			if err := c.steps(drafted(t, w, next.ID)); err != nil {
				t.Fatal(err)
			}
			verified(t, w, c.current)
			if err := w.Sweep(); err != nil {
				t.Fatal(err)
			}
			if left := folders(t, filepath.Join(w.Root, "tmp")); len(left) > 0 {
				t.Errorf("start-up leaves %v", left)
			}
			night(t, w, manifestOf(2, StatusPublished))
			verified(t, w, 2)
			if target, err := os.Readlink(filepath.Join(w.Root, "current")); err != nil || target != filepath.Join("runs", next.ID) {
				t.Errorf("the link leads to %s, %v", target, err)
			}
		})
	}
}

func firstError(errs ...error) error {
	i := slices.IndexFunc(errs, func(err error) bool { return err != nil })
	if i < 0 {
		return nil
	}
	return errs[i]
}

// verified fails unless the run of night n is current and every run is whole.
func verified(t *testing.T, w *Workspace, n int) {
	t.Helper()
	want := manifestOf(n, StatusPublished).ID
	if id, err := w.Current(); err != nil || id != want {
		t.Fatalf("current is %s, not %s: %v", id, want, err)
	}
	runs, broken, err := w.Runs()
	if err != nil || len(broken) > 0 {
		t.Fatalf("half-published: %v, %v", broken, err)
	}
	for _, m := range runs {
		if _, problems, err := VerifyRun(w.RunDir(m.ID)); err != nil || len(problems) > 0 {
			t.Fatalf("run %s: %v, %v", m.ID, problems, err)
		}
	}
}

// A disk that refuses one step: the message names step and path, the old run stays current.
func TestAStepThatTheDiskRefusesIsNamedAndChangesNothing(t *testing.T) {
	for _, c := range []struct {
		name, want string
		obstruct   func(w *Workspace, d *Draft) error
	}{
		{"a file of the run vanished while it was sealed", "seal run", func(_ *Workspace, d *Draft) error {
			return os.Symlink("nowhere", filepath.Join(d.Dir, "marts", "lost.parquet"))
		}},
		{"the manifest cannot be put in place", "seal run", func(_ *Workspace, d *Draft) error {
			return os.MkdirAll(filepath.Join(d.Dir, ManifestFile, "in", "the", "way"), 0o700)
		}},
		{"the draft is gone", "seal run", func(_ *Workspace, d *Draft) error { return os.RemoveAll(d.Dir) }},
		{"tmp is gone", "move pointer", func(w *Workspace, d *Draft) error {
			elsewhere := filepath.Join(w.Root, "draft")
			err := firstError(os.Rename(d.Dir, elsewhere), os.RemoveAll(filepath.Join(w.Root, "tmp")))
			d.Dir = elsewhere
			return err
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorkspace(t)
			night(t, w, manifestOf(1, StatusPublished))
			d := drafted(t, w, "2")
			if err := c.obstruct(w, d); err != nil {
				t.Fatal(err)
			}
			if err := d.Publish(manifestOf(2, StatusPublished)); err == nil || !strings.HasPrefix(err.Error(), c.want) || !strings.Contains(err.Error(), w.Root) {
				t.Errorf("got %v", err)
			}
			verified(t, w, 1)
		})
	}
}

func TestARunWhoseFilesWereDamagedIsPublishedAnew(t *testing.T) {
	w := newWorkspace(t)
	m := manifestOf(1, StatusPublished)
	night(t, w, m)
	if err := os.WriteFile(filepath.Join(w.RunDir(m.ID), "report.html"), []byte("scribbled"), 0o600); err != nil {
		t.Fatal(err)
	}
	night(t, w, manifestOf(1, StatusPublished))
	verified(t, w, 1)
	if left := folders(t, filepath.Join(w.Root, "tmp")); len(left) > 0 {
		t.Errorf("the damaged run lies in tmp: %v", left)
	}
}

func TestAPartialRunIsKeptAndNeverCurrent(t *testing.T) {
	w := newWorkspace(t)
	night(t, w, manifestOf(1, StatusPublished))
	night(t, w, manifestOf(2, StatusPartial))
	verified(t, w, 1)
	if _, err := w.Resolve(manifestOf(2, "").ID); err != nil {
		t.Error(err)
	}
}

func TestTheManifestListsEveryFileInOrderAndNothingOfTheClock(t *testing.T) {
	var texts []string
	for n := range 2 {
		w := newWorkspace(t)
		m := manifestOf(1, StatusPublished)
		m.Observed.FinishedAt = m.Observed.FinishedAt.AddDate(0, 0, n)
		night(t, w, m)
		got, err := ReadManifest(w.RunDir(m.ID))
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Files) != 2 || got.Files[0].Path != "marts/kpis.parquet" || got.Files[0].Bytes != int64(len("marts/kpis.parquet"+m.ID)) || got.Files[1].Path != "report.html" {
			t.Errorf("files %+v", got.Files)
		}
		got.Observed = Observed{}
		b, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(b))
	}
	if texts[0] != texts[1] {
		t.Errorf("manifests differ in more than what was observed:\n%s\n%s", texts[0], texts[1])
	}
}

func TestAManifestOfAnotherWorldIsRefused(t *testing.T) {
	for name, text := range map[string]string{
		"no JSON": "<html>", "a newer schema": fmt.Sprintf(`{"schema": %d}`, MartSchema+1), "an unknown key": `{"schema": 1, "surprise": true}`, "empty": "",
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, ManifestFile), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadManifest(dir); err == nil || !strings.Contains(err.Error(), dir) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
