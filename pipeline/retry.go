package pipeline

import (
	"context"
	"fmt"
	"time"

	"github.com/pharos-analytics/pharos/pipeline/extract"
	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// The first pause after a fault that may pass, and the longest: each is twice the one before.
const (
	firstPause   = time.Second
	longestPause = 30 * time.Second
)

// readSources reads every table, and begins again when a fault of a server may pass: a session that
// is lost takes its snapshot with it, and one night shows one state of each source. Nothing that
// was read before the fault is published.
func (n *night) readSources(ctx context.Context, before *lake.Snapshot) (*lake.Snapshot, *findings, error) {
	var faults backOff
	for {
		s, loaded, err := n.readOnce(ctx, before)
		n.readings = faults.tell(n.readings)
		if err == nil {
			s.Observed.Sources = n.readings
			return s, loaded, nil
		}
		source, passes := extract.Transient(err)
		if !passes || ctx.Err() != nil {
			return nil, nil, err
		}
		pause, ok := faults.next(n.opt.Now(), n.retryFor(source))
		if !ok {
			return nil, nil, faults.exhausted(err)
		}
		faults.keep(n.readings)
		n.opt.Progress(Step{Phase: "retry", Name: source, Seconds: pause.Seconds(), Fault: err})
		if err := n.opt.Pause(ctx, pause); err != nil {
			return nil, nil, err
		}
	}
}

// retryFor is how long faults of a source are waited out.
func (n *night) retryFor(source string) time.Duration {
	for _, spec := range n.cfg.Sources {
		if spec.Name == source {
			return spec.RetryFor()
		}
	}
	return 0
}

// backOff counts the attempts of one night. Its time begins with the first fault: the hours of a
// long reading before that are no reason to give up.
type backOff struct {
	failed int
	since  time.Time // of the first fault
	waited time.Duration
	given  []lake.SourceReading // of the attempts that failed
}

// next is the pause before another attempt; ok is false when the time is over.
func (b *backOff) next(now time.Time, limit time.Duration) (pause time.Duration, ok bool) {
	if b.failed == 0 {
		b.since = now
	}
	left := limit - max(b.waited, now.Sub(b.since))
	pause = min(firstPause<<min(b.failed, 16), longestPause, left)
	b.failed++
	if pause <= 0 {
		return 0, false
	}
	b.waited += pause
	return pause, true
}

// exhausted says how often a reading was tried, and for how long.
func (b *backOff) exhausted(err error) error {
	if b.failed == 1 {
		return err
	}
	return fmt.Errorf("%w; tried %d times, with %s of pauses", err, b.failed, b.waited)
}

// keep remembers what an attempt that failed did at the sources.
func (b *backOff) keep(readings []lake.SourceReading) {
	b.given = nil // readings already tell of those before
	for _, r := range readings {
		for i := range r.Reads {
			if r.Reads[i].Attempt == 0 {
				r.Reads[i].Attempt = b.failed
			}
		}
		b.given = append(b.given, r)
	}
}

// tell adds the attempts that failed to the readings of the one that follows: the owner of a source
// sees all that was asked of it.
func (b *backOff) tell(readings []lake.SourceReading) []lake.SourceReading {
	if b.failed == 0 {
		return readings
	}
	for _, earlier := range b.given {
		found := false
		for i := range readings {
			if r := &readings[i]; r.Source == earlier.Source {
				r.Reads = append(earlier.Reads, r.Reads...)
				r.Connections += earlier.Connections
				found = true
			}
		}
		if !found { // it could not be opened again
			readings = append(readings, earlier)
		}
	}
	for i := range readings {
		readings[i].Attempts = b.failed + 1
	}
	return readings
}

// pauseFor waits, or ends with the context.
func pauseFor(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
