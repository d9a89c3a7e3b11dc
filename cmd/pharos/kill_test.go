package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pharos-analytics/pharos/pipeline/lake"
	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// asPharos makes the test binary behave as pharos: its value is the command line, one argument per line.
const asPharos = "PHAROS_TEST_COMMAND_LINE"

// TestThisBinaryAsPharos is no test of its own: child starts this binary so that a run is a
// process that can be killed and has its own time zone and locale.
func TestThisBinaryAsPharos(t *testing.T) {
	line, asked := os.LookupEnv(asPharos)
	if !asked {
		t.Skip("only child processes of other tests are pharos")
	}
	os.Exit(Do(strings.Split(line, "\n"), strings.NewReader(""), os.Stdout, os.Stderr))
}

// process is a pharos in a process of its own.
type process struct {
	*exec.Cmd
	out, talk bytes.Buffer
}

// child prepares pharos in its own process; the context's end kills it with SIGKILL.
func child(ctx context.Context, env []string, args ...string) *process {
	p := &process{Cmd: exec.CommandContext(ctx, os.Args[0], "-test.run=^TestThisBinaryAsPharos$")}
	p.Env = append(append(os.Environ(), env...), asPharos+"="+strings.Join(args, "\n"))
	p.Stdout, p.Stderr = &p.out, &p.talk
	return p
}

// code waits for the end and gives the exit code, -1 for a killed process.
func (p *process) code(t *testing.T) int {
	t.Helper()
	err := p.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) && !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
	return p.ProcessState.ExitCode()
}

// mustChild runs pharos in its own process and wants exit 0.
func mustChild(t *testing.T, env []string, args ...string) string {
	t.Helper()
	p := child(t.Context(), env, args...)
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	if code := p.code(t); code != exitOK {
		t.Fatalf("pharos %s ended with %d\n%s%s", strings.Join(args, " "), code, &p.out, &p.talk)
	}
	return p.out.String()
}

// rounds is how often a long test repeats: full where the machine has time for it.
func rounds(t *testing.T, ci, full int) int {
	t.Helper()
	if testing.Short() {
		t.Skip("whole runs, many times; -short leaves them out")
	}
	if os.Getenv("PHAROS_TORTURE") != "" {
		return full
	}
	return ci
}

// stall is a market stall: the smallest company whose every night brings a new file of orders.
type stall struct{ dir, config string }

const stallConfig = `version: 1
history: { months: 2 }
company: { name: Market stall, currency: EUR, time_zone: Europe/Berlin, language: en }
sources:
  orders: { csv: { path: "orders/*.csv" } }
data:
  order_lines:
    source: orders
    columns: { order_id: order, customer_id: customer, ordered_at: day, net_amount: net, cost: cost }
publish: { keep_runs: 3 }
`

func newStall(t *testing.T) stall {
	t.Helper()
	s := stall{dir: t.TempDir()}
	s.config = write(t, s.dir, "pharos.yaml", stallConfig)
	s.day(t, 0)
	return s
}

// day writes the orders of night n and gives its as-of day.
func (s stall) day(t *testing.T, n int) (asOf string) {
	t.Helper()
	day := time.Date(2026, 1, 1+n, 0, 0, 0, 0, time.UTC)
	var b strings.Builder
	b.WriteString("order,customer,day,net,cost\n")
	for i := range 40 {
		fmt.Fprintf(&b, "%d-%d,C%d,%s,%d.%02d,%d.10\n", n, i, (7*n+i)%23, day.Format(time.DateOnly), 5+i, n%100, 9+i/2)
	}
	write(t, s.dir, fmt.Sprintf("orders/%04d.csv", n), b.String())
	return day.AddDate(0, 0, 1).Format(time.DateOnly)
}

func (s stall) workspace() *publish.Workspace {
	return &publish.Workspace{Root: filepath.Join(s.dir, "lighthouse")}
}

// whole fails unless CURRENT, every folder under runs and the lake under them are what their
// manifests say. It gives the as-of day of the current run.
func (s stall) whole(t *testing.T) (asOf string) {
	t.Helper()
	w := s.workspace()
	runs, broken, err := w.Runs()
	if err != nil || len(broken) > 0 {
		t.Fatalf("half-published runs %v, %v", broken, err)
	}
	current, err := w.Current()
	if err != nil {
		t.Fatal(err)
	}
	l, err := lake.OpenExisting(w.Lake())
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range runs {
		if m.Status == publish.StatusFailed {
			continue // its folder holds verdicts only
		}
		if _, problems, err := publish.VerifyRun(w.RunDir(m.ID)); err != nil || len(problems) > 0 {
			t.Fatalf("run %s: %v, %v", m.ID, problems, err)
		}
		snapshot, err := l.Load(m.Snapshot)
		if err != nil {
			t.Fatalf("run %s: %v", m.ID, err)
		}
		if problems, err := l.Verify(t.Context(), snapshot); err != nil || len(problems) > 0 {
			t.Fatalf("lake of run %s: %v, %v", m.ID, problems, err)
		}
		if m.ID == current {
			asOf = m.AsOf
		}
	}
	if asOf == "" {
		t.Fatalf("CURRENT names %s, which is no run", current)
	}
	return asOf
}

// tidy fails when anything lies about that no run needs.
func (s stall) tidy(t *testing.T) {
	t.Helper()
	root := s.workspace().Root
	for _, dir := range []string{"tmp", "lake/tmp"} {
		entries, err := os.ReadDir(filepath.Join(root, dir))
		if err != nil || len(entries) > 0 {
			t.Errorf("%s still holds %v, %v", dir, entries, err)
		}
	}
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !slices.Contains([]string{"CURRENT", "LOCK", "current", "handovers.jsonl", "lake", "runs", "tmp"}, e.Name()) {
			t.Errorf("%s was left in the workspace", e.Name())
		}
	}
}

func TestAKilledRunLeavesTheLastGoodOneAndTheNextSucceeds(t *testing.T) {
	n := rounds(t, 20, 100)
	s := newStall(t)
	since := time.Now()
	last := s.day(t, 0)
	mustChild(t, nil, "-c", s.config, "run", "--as-of", last)
	whole := time.Since(since)
	dice := rand.New(rand.NewPCG(3, 20260901))
	killed := 0
	for i := range n {
		asOf := s.day(t, i+1)
		// The moments are spread over the run, one in each of n parts of its length.
		moment := time.Duration((float64(i) + dice.Float64()) / float64(n) * float64(whole))
		ctx, cancel := context.WithTimeout(t.Context(), moment)
		p := child(ctx, nil, "-c", s.config, "run", "--as-of", asOf)
		if err := p.Start(); err != nil && !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		} else if err == nil && p.code(t) == -1 {
			killed++
		}
		cancel()
		if current := current(t, s); current != last && current != asOf {
			t.Fatalf("round %d: after the kill the run of %s is current; it was %s", i, current, last)
		}
		if got := s.whole(t); got != last && got != asOf {
			t.Fatalf("round %d, killed after %v: as of %s is current", i, moment, got)
		}
		since = time.Now()
		mustChild(t, nil, "-c", s.config, "run", "--as-of", asOf)
		whole = time.Since(since) // the machine's pace changes: the next moment follows it
		if got := s.whole(t); got != asOf {
			t.Fatalf("round %d: the next run published as of %s, not %s", i, got, asOf)
		}
		s.tidy(t)
		last = asOf
	}
	if killed < n/4 {
		t.Errorf("only %d of %d runs were killed before they ended: the test shows little", killed, n)
	}
}

// current is the as-of day that a reader sees who looks at nothing but the pointer's manifest.
func current(t *testing.T, s stall) string {
	t.Helper()
	dir, err := s.workspace().Resolve("")
	if err != nil {
		t.Fatal(err)
	}
	m, err := publish.ReadManifest(dir)
	if err != nil {
		t.Fatal(err)
	}
	link, err := os.Readlink(filepath.Join(s.workspace().Root, "current"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(s.workspace().Root, link, publish.ManifestFile)); err != nil {
		t.Errorf("the link for BI tools leads nowhere: %v", err)
	}
	return m.AsOf
}

func TestOfTwoRunsAtOnceOnePublishesAndTheOtherSaysSo(t *testing.T) {
	n := rounds(t, 20, 100)
	s := newStall(t)
	refused := 0
	for i := range n {
		asOf := s.day(t, i)
		var both [2]*process
		for k := range both {
			both[k] = child(t.Context(), nil, "-c", s.config, "run", "--as-of", asOf)
			if err := both[k].Start(); err != nil {
				t.Fatal(err)
			}
		}
		published := 0
		for _, p := range both {
			switch code := p.code(t); {
			case code == exitOK && strings.Contains(p.out.String(), "published "+asOf):
				published++
			case code == exitOK && strings.Contains(p.out.String(), "nothing changed"): // it came after the other had ended
			case code == exitLocked && strings.Contains(p.talk.String(), "another run holds the lock") && p.out.Len() == 0:
				refused++
			default:
				t.Fatalf("round %d: exit %d\n%s%s", i, code, &p.out, &p.talk)
			}
		}
		if published != 1 {
			t.Fatalf("round %d: %d runs published", i, published)
		}
		if got := s.whole(t); got != asOf {
			t.Fatalf("round %d: as of %s is current", i, got)
		}
	}
	if refused < n/2 {
		t.Errorf("only %d of %d second runs met the first: the test shows little", refused, n)
	}
}

func TestALockedOutRunReadsAndWritesNothing(t *testing.T) {
	s := newStall(t)
	w, err := publish.OpenWorkspace(s.workspace().Root)
	if err != nil {
		t.Fatal(err)
	}
	release, err := w.Lock()
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	abandoned := filepath.Join(w.Root, "tmp", "run-of-the-other")
	if err := os.Mkdir(abandoned, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(s.dir, "orders")); err != nil { // reading a source would now end with another code
		t.Fatal(err)
	}
	before := inventory(t, w.Root)
	for range 20 {
		code, out, talk := pharos(t, "-c", s.config, "run", "--as-of", "2026-02-01")
		if code != exitLocked || out != "" || !strings.Contains(talk, "nothing was read or written") {
			t.Fatalf("exit %d\n%s%s", code, out, talk)
		}
	}
	if after := inventory(t, w.Root); !slices.Equal(before, after) {
		t.Errorf("the workspace changed under the other run:\n%v\n%v", before, after)
	}
}

// inventory lists everything under a folder with size and time of change.
func inventory(t *testing.T, root string) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		all = append(all, fmt.Sprint(path, info.Size(), info.ModTime().UnixNano()))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
