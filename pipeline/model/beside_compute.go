package model

import (
	"context"
	"errors"
	"sync"
	"time"
)

// ComputeSideBySide builds the plan as Compute does, up to so many models at once: each begins when
// what it reads is done. The engine must be safe for concurrent use. After the first error no model
// is begun; those that run are waited for. Relations stay until the engine is closed.
func ComputeSideBySide(ctx context.Context, eng Engine, plan []Model, out func(Model) string,
	progress func(m Model, rows int64, seconds float64), workers int) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	g := newGraphWork(plan)
	var errs []error
	var running sync.WaitGroup
	for range workers {
		running.Go(func() {
			for {
				m, ok := g.next(ctx)
				if !ok {
					return
				}
				started := time.Now()
				rows, err := eng.Build(ctx, m, out(m))
				g.mu.Lock()
				switch {
				case err != nil:
					errs = append(errs, err)
					cancel(err)
				case progress != nil:
					progress(m, rows, time.Since(started).Seconds())
				}
				g.mu.Unlock()
				g.finish(m, err)
			}
		})
	}
	running.Wait()
	if len(errs) > 0 {
		return errs[0] // the others were cancelled by it
	}
	return context.Cause(ctx)
}

// graphWork hands out the models of a plan whose reads are done, in the order of the plan.
type graphWork struct {
	mu      sync.Mutex
	changed *sync.Cond
	waiting []Model
	open    map[string]bool // relations of the plan that are not done
	stopped bool
}

func newGraphWork(plan []Model) *graphWork {
	g := &graphWork{open: map[string]bool{}}
	g.changed = sync.NewCond(&g.mu)
	for _, m := range plan {
		if m.Schema != "checks" {
			g.waiting = append(g.waiting, m)
			g.open[m.Relation()] = true
		}
	}
	return g
}

// next waits for a model that can begin; ok is false when there is none left or work was stopped.
func (g *graphWork) next(ctx context.Context) (m Model, ok bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for {
		if g.stopped || ctx.Err() != nil || len(g.waiting) == 0 {
			return Model{}, false
		}
		for i, m := range g.waiting {
			if g.ready(m) {
				g.waiting = append(g.waiting[:i:i], g.waiting[i+1:]...)
				return m, true
			}
		}
		g.changed.Wait()
	}
}

func (g *graphWork) ready(m Model) bool {
	for _, r := range m.Refs {
		if g.open[r.Relation()] && r.Relation() != m.Relation() {
			return false
		}
	}
	return true
}

func (g *graphWork) finish(m Model, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.open, m.Relation())
	g.stopped = g.stopped || err != nil
	g.changed.Broadcast()
}

// SideBySide runs tasks, up to so many at once, and gives all their errors.
func SideBySide(workers int, tasks []func() error) error {
	errs := make([]error, len(tasks))
	var running sync.WaitGroup
	slots := make(chan struct{}, max(workers, 1))
	for i, task := range tasks {
		slots <- struct{}{}
		running.Go(func() {
			defer func() { <-slots }()
			errs[i] = task()
		})
	}
	running.Wait()
	return errors.Join(errs...)
}
