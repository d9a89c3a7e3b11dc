package serve

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// settled waits until the shelf opens nothing.
func (w *town) settled() {
	w.t.Helper()
	s := w.server.shelf
	s.mu.Lock()
	done := s.opened
	s.mu.Unlock()
	if done != nil {
		<-done
	}
}

func (w *town) closings(id string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.closed[id]
}

func TestThePagesFollowTheCurrentRun(t *testing.T) {
	w := newTown(t).start(false)
	if page := w.get("/customer?id=C1", "").body; !strings.Contains(page, firstRun) {
		t.Fatal("the first run is not shown")
	}
	w.point(secondRun)
	if page := w.get("/customer?id=C1", "").body; !strings.Contains(page, firstRun) && !strings.Contains(page, secondRun) {
		t.Error("while the new run is opened neither is shown")
	}
	w.settled()
	for _, path := range []string{"/customer?id=C1", "/report", "/"} {
		if page := w.get(path, "").body; !strings.Contains(page, secondRun) || strings.Contains(page, firstRun) {
			t.Errorf("%s does not show the new run", path)
		}
	}
	if n := w.closings(firstRun); n != 1 {
		t.Errorf("the old run was closed %d times", n)
	}
	if got := w.get("/report?run="+firstRun, ""); got.status != 200 || !strings.Contains(got.body, firstRun) {
		t.Errorf("the report of the old run is answered %d", got.status)
	}
}

func TestAnOldRunStaysOpenUntilItsLastQuestionIsAnswered(t *testing.T) {
	w := newTown(t)
	asked, goOn := make(chan struct{}), make(chan struct{})
	w.answers = func(r *Run) {
		if r.Manifest.ID != firstRun {
			return
		}
		answer := r.Explain
		r.Explain = func(ctx context.Context, id string) (*Customer, error) {
			close(asked)
			<-goOn
			return answer(ctx, id)
		}
	}
	w.start(false)
	pages := make(chan answer, 1)
	go func() { pages <- w.get("/explain?id=C1", "") }()
	<-asked
	w.point(secondRun)
	w.get("/", "")
	w.settled()
	if page := w.get("/", "").body; !strings.Contains(page, secondRun) {
		t.Error("a long question keeps the new run away")
	}
	if w.closings(firstRun) != 0 {
		t.Error("the old run was closed under a question")
	}
	close(goOn)
	if got := <-pages; got.status != 200 || !strings.Contains(got.body, firstRun) {
		t.Errorf("the long question is answered %d", got.status)
	}
	w.http.Close() // waits for the handler, which gives the run back
	if n := w.closings(firstRun); n != 1 {
		t.Errorf("afterwards it was closed %d times", n)
	}
}

func TestABrokenNewRunDoesNotTakeTheOldOneDown(t *testing.T) {
	w := newTown(t)
	w.broken[secondRun] = true
	w.start(false)
	w.point(secondRun)
	w.get("/", "")
	w.settled()
	<-w.opened
	for range 3 { // and it is not tried at every request
		if page := w.get("/customer?id=C1", "").body; !strings.Contains(page, "run "+firstRun) && !strings.Contains(page, "Run "+firstRun) || !strings.Contains(page, "could not be opened") {
			t.Error("the old run is not shown, or not the trouble")
		}
	}
	if len(w.opened) != 0 {
		t.Error("a broken run is tried at every request")
	}
	w.mu.Lock()
	w.broken[secondRun] = false
	w.mu.Unlock()
	w.clock.pass(retryAfter)
	w.get("/", "")
	w.settled()
	if page := w.get("/", "").body; !strings.Contains(page, secondRun) || strings.Contains(page, "could not be opened") {
		t.Error("the run that was mended is not shown")
	}
	w.file(filepath.Join(w.root, "CURRENT"), "../../etc\n")
	w.clock.pass(retryAfter)
	if got := w.get("/", ""); got.status != 200 || !strings.Contains(got.body, secondRun) {
		t.Errorf("a pointer that names no run is answered %d", got.status)
	}
}

func TestWithoutARunThereIsNothingToServe(t *testing.T) {
	_, err := New(t.Context(), Options{Workspace: &publish.Workspace{Root: t.TempDir()}, Now: (&clock{}).now})
	if !errors.Is(err, publish.ErrNoRun) {
		t.Errorf("%v", err)
	}
}

func TestAShutdownFinishesWhatIsHandedOut(t *testing.T) {
	w := newTown(t)
	big := strings.Repeat("0123456789abcdef", 1<<20) // more than the sockets hold
	w.file(filepath.Join(w.root, "runs", firstRun, "lists", "keep", "later.bin"), big)
	w.start(false)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, interrupt := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- w.server.Serve(ctx, l) }()
	res, err := http.Get("http://" + l.Addr().String() + download("keep", "later.bin"))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	head := make([]byte, 1000)
	if _, err := io.ReadFull(res.Body, head); err != nil {
		t.Fatal(err)
	}
	interrupt()
	select {
	case err := <-ended:
		t.Fatalf("the server ended under a download: %v", err)
	default:
	}
	rest, err := io.ReadAll(res.Body)
	if err != nil || string(head)+string(rest) != big {
		t.Errorf("%d bytes of %d arrived: %v", len(head)+len(rest), len(big), err)
	}
	if err := <-ended; err != nil {
		t.Errorf("the server ended with %v", err)
	}
	if _, err := http.Get("http://" + l.Addr().String() + "/"); err == nil {
		t.Error("it still answers")
	}
}
