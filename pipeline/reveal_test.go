package pipeline

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pharos-analytics/pharos/pipeline/model"
	"github.com/pharos-analytics/pharos/pipeline/publish"
	"github.com/pharos-analytics/pharos/segment"
)

func TestWhoSeesContactsIsWrittenDownFirst(t *testing.T) {
	cfg := callers(t)
	for i := range cfg.Lists {
		cfg.Lists[i].Control = 3000
		cfg.Lists[i].Channels = []string{"email", "phone"}
	}
	cfg.KeyFile = filepath.Join(cfg.Dir, "key")
	put(t, cfg, "key", "0123456789abcdef0123456789abcdef")
	out := ranOn(t, cfg, day(2026, 5, 3))
	h := longestChosen(t, out)
	now := time.Date(2026, 5, 3, 9, 0, 0, 0, time.UTC)
	for _, reason := range []string{"", " \t", strings.Repeat("x", 501)} {
		if text, _, err := RevealList(t.Context(), cfg, h, reason, now); !errors.Is(err, ErrNoReveal) || text != nil {
			t.Errorf("reason %.10q: %v", reason, err)
		}
	}
	log := filepath.Join(cfg.Workspace, "reveals.jsonl")
	if err := os.Mkdir(log, 0o700); err != nil {
		t.Fatal(err)
	}
	if text, _, err := RevealList(t.Context(), cfg, h, "calls", now); err == nil || text != nil {
		t.Errorf("the log cannot be written, and contacts are shown: %s", text)
	}
	if err := os.Remove(log); err != nil {
		t.Fatal(err)
	}
	var text []byte
	for i := range 2 {
		var err error
		if text, _, err = RevealList(t.Context(), cfg, h, fmt.Sprint("calls ", i), now); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	var r publish.Reveal
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &r); err != nil || len(lines) != 2 {
		t.Fatalf("%d lines, %v", len(lines), err)
	}
	sum := sha256.Sum256(text)
	if r.SHA256 != hex.EncodeToString(sum[:]) || r.Reason != "calls 1" || r.Run != out.Manifest.ID || r.List != h || r.Version != 1 || r.User == "" || !r.At.Equal(now) {
		t.Errorf("the log says %+v", r)
	}
	listed := idsOf(t, filepath.Join(out.Dir, "lists", h, "list.csv"))
	if r.Rows != len(listed) {
		t.Errorf("%d rows, not %d", r.Rows, len(listed))
	}
	on := map[string]bool{}
	for _, id := range listed {
		on[id] = true
	}
	for i := range 5 {
		id := fmt.Sprint("C", i)
		if shown := bytes.Contains(text, []byte(strings.ToLower(id)+"@x.org")); shown != on[id] {
			t.Errorf("%s is on the list: %v, and their contact is shown: %v", id, on[id], shown)
		}
	}
}

// longestChosen names the list that calls most customers.
func longestChosen(t *testing.T, out *Outcome) string {
	t.Helper()
	best, most := "", 0
	for _, l := range segment.ListNames() {
		if n := len(idsOf(t, filepath.Join(out.Dir, "lists", l, "list.csv"))); n > most {
			best, most = l, n
		}
	}
	if most == 0 {
		t.Fatal("no list calls anybody")
	}
	return best
}

// textOf is all that a file says: the parts of a workbook, the cells of a Parquet file.
func textOf(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	switch filepath.Ext(path) {
	case ".xlsx":
		r, err := zip.OpenReader(path)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		for _, f := range r.File {
			part, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			b, err := io.ReadAll(part)
			if err != nil {
				t.Fatal(err)
			}
			text += string(b)
		}
	case ".parquet":
		eng, err := openEngine(t.Context(), EngineSetting{MemoryMB: 200, Threads: 1}, model.DuckDBOptions{TempDir: t.TempDir(), Readable: []string{filepath.Dir(path)}})
		if err != nil {
			t.Fatal(err)
		}
		defer eng.Close()
		if err := eng.Attach(t.Context(), "run.file", []string{path}); err != nil {
			t.Fatal(err)
		}
		rows, err := eng.Query(t.Context(), "select * from run.file")
		if err != nil {
			t.Fatal(err)
		}
		text += fmt.Sprint(rows.Values)
	}
	return text
}
