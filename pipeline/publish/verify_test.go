package publish

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestEveryChangeToARunIsFoundAndNamed(t *testing.T) {
	for _, c := range []struct {
		name, path, detail string
		change             func(dir string) error
	}{
		{"a file is gone", "report.html", "missing", func(dir string) error { return os.Remove(filepath.Join(dir, "report.html")) }},
		{"a file is longer", "report.html", "bytes", func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "report.html"), make([]byte, 5000), 0o600)
		}},
		{"a file was added", "marts/extra.parquet", "not in the manifest", func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "marts", "extra.parquet"), nil, 0o600)
		}},
		{"a file became a folder", "report.html", "cannot be read", func(dir string) error {
			return firstError(os.Remove(filepath.Join(dir, "report.html")), os.Mkdir(filepath.Join(dir, "report.html"), 0o700))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorkspace(t)
			m := manifestOf(1, StatusPublished)
			night(t, w, m)
			if err := c.change(w.RunDir(m.ID)); err != nil {
				t.Fatal(err)
			}
			_, problems, err := VerifyRun(w.RunDir(m.ID))
			if err != nil || len(problems) != 1 || problems[0].Path != c.path || !strings.Contains(problems[0].Detail, c.detail) {
				t.Errorf("found %v, %v", problems, err)
			}
		})
	}
}

func TestOneFlippedBitIsFoundWhereverItIs(t *testing.T) {
	w := newWorkspace(t)
	m := manifestOf(1, StatusPublished)
	night(t, w, m)
	rapid.Check(t, func(rt *rapid.T) {
		f := rapid.SampledFrom(m.Files).Draw(rt, "file")
		path := filepath.Join(w.RunDir(m.ID), filepath.FromSlash(f.Path))
		before, err := os.ReadFile(path)
		if err != nil {
			rt.Fatal(err)
		}
		bit := rapid.IntRange(0, 8*len(before)-1).Draw(rt, "bit")
		after := append([]byte(nil), before...)
		after[bit/8] ^= 1 << (bit % 8)
		if err := os.WriteFile(path, after, 0o600); err != nil {
			rt.Fatal(err)
		}
		if _, problems, err := VerifyRun(w.RunDir(m.ID)); err != nil || len(problems) != 1 || problems[0].Path != f.Path {
			rt.Errorf("found %v, %v", problems, err)
		}
		if err := os.WriteFile(path, before, 0o600); err != nil {
			rt.Fatal(err)
		}
		if _, problems, err := VerifyRun(w.RunDir(m.ID)); err != nil || len(problems) != 0 {
			rt.Errorf("the mended run: %v, %v", problems, err)
		}
	})
}
