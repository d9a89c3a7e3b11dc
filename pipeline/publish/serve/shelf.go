package serve

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// shelf holds the current run open. CURRENT may move at any time: the new run is opened beside
// the old one and takes its place once it can answer, and the old one is closed when its last
// question is answered. A new run that cannot be opened leaves the old one where it is.
type shelf struct {
	w    *publish.Workspace
	open func(ctx context.Context, id string) (*Run, error)
	say  func(format string, args ...any)
	now  func() time.Time

	mu      sync.Mutex
	run     *lease
	stamp   fileStamp
	opening string        // id of the run that is being opened
	opened  chan struct{} // closed when it is, or cannot be
	broken  string        // id of the run that could not be opened
	retry   time.Time
	closed  bool
}

// lease is an open run and how many ask it; the shelf itself is one of them.
type lease struct {
	*Run
	users int
}

// retryAfter is how long a run that could not be opened is left alone: what was missing may come.
const retryAfter = time.Minute

// start opens the current run; without one there is nothing to serve.
func (s *shelf) start(ctx context.Context) error {
	id, err := s.w.Current()
	if err != nil {
		return err
	}
	run, err := s.open(ctx, id)
	if err != nil {
		return err
	}
	s.run = &lease{run, 1}
	s.stamp = s.pointer()
	return nil
}

func (s *shelf) pointer() fileStamp {
	info, err := os.Stat(filepath.Join(s.w.Root, "CURRENT"))
	if err != nil {
		return fileStamp{}
	}
	return fileStamp{info.ModTime(), info.Size(), info.Mode()}
}

// take borrows the open run; give must follow.
func (s *shelf) take() *lease {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.look()
	s.run.users++
	return s.run
}

func (s *shelf) give(l *lease) {
	s.mu.Lock()
	l.users--
	last := l.users == 0
	s.mu.Unlock()
	if last {
		if err := l.Close(); err != nil {
			s.say("close run %s: %v", l.Manifest.ID, err)
		}
	}
}

// look begins to open a run when CURRENT has moved. The caller holds the lock.
func (s *shelf) look() {
	stamp := s.pointer()
	again := s.broken != "" && !s.now().Before(s.retry)
	if s.closed || s.opening != "" || stamp == s.stamp && !again {
		return
	}
	id, err := s.w.Current()
	if err != nil {
		s.say("%v; run %s is still shown", err, s.run.Manifest.ID)
		s.stamp = stamp
		return
	}
	s.stamp = stamp
	if id == s.run.Manifest.ID {
		s.broken = ""
		return
	}
	s.opening, s.opened = id, make(chan struct{})
	go s.replace(id, s.opened)
}

func (s *shelf) replace(id string, done chan struct{}) {
	defer close(done)
	run, err := s.open(context.Background(), id)
	s.mu.Lock()
	s.opening = ""
	old := s.run
	switch {
	case err != nil:
		s.broken, s.retry = id, s.now().Add(retryAfter)
		old = nil
		s.say("open run %s: %v; run %s is still shown", id, err, s.run.Manifest.ID)
	case s.closed:
		old = &lease{run, 1}
	default:
		s.run, s.broken = &lease{run, 1}, ""
		s.say("run %s is shown now", id)
	}
	s.mu.Unlock()
	if old != nil {
		s.give(old)
	}
}

// news is what a page says about a run that is newer than the one it shows.
func (s *shelf) news() (opening, broken string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.opening, s.broken
}

// close waits for a run that is being opened and gives up the shelf's own hold.
func (s *shelf) close() {
	s.mu.Lock()
	s.closed = true
	opening, run := s.opening != "", s.run
	done := s.opened
	s.mu.Unlock()
	if opening {
		<-done
		s.mu.Lock()
		run = s.run
		s.mu.Unlock()
	}
	if run != nil {
		s.give(run)
	}
}

// manifests reads the manifests of all runs, each again only when its file changed.
type manifests struct {
	w *publish.Workspace

	mu    sync.Mutex
	known map[string]knownManifest // by folder
}

type knownManifest struct {
	stamp fileStamp
	m     *publish.Manifest
}

// find returns the manifest and the folder of a run by its id. An id is looked for among those
// that there are: it is never made a path.
func (k *manifests) find(id string) (*publish.Manifest, string, error) {
	all, err := k.all()
	if err != nil {
		return nil, "", err
	}
	for _, one := range all {
		if one.m.ID == id {
			return one.m, one.dir, nil
		}
	}
	return nil, "", errNotFound
}

// listed is a run of the workspace.
type listed struct {
	m   *publish.Manifest
	dir string
}

// all are the runs, the newest first. A folder without a readable manifest is none.
func (k *manifests) all() ([]listed, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	var runs []listed
	seen := map[string]knownManifest{}
	for _, parent := range []string{filepath.Join(k.w.Root, "runs"), filepath.Join(k.w.Root, "runs", "failed")} {
		entries, err := os.ReadDir(parent)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("list runs: %w", err)
		}
		for _, e := range entries {
			dir := filepath.Join(parent, e.Name())
			info, err := os.Lstat(filepath.Join(dir, publish.ManifestFile))
			if !e.IsDir() || err != nil || !info.Mode().IsRegular() {
				continue
			}
			one := k.known[dir]
			if stamp := (fileStamp{info.ModTime(), info.Size(), info.Mode()}); one.m == nil || one.stamp != stamp {
				m, err := publish.ReadManifest(dir)
				if err != nil {
					continue
				}
				one = knownManifest{stamp, m}
			}
			seen[dir] = one
			runs = append(runs, listed{one.m, dir})
		}
	}
	k.known = seen
	sortNewest(runs)
	return runs, nil
}
