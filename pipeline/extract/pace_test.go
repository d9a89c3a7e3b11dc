package extract

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestAllReadersTogetherKeepThePace(t *testing.T) {
	at := time.Date(2026, 11, 27, 2, 15, 0, 0, time.UTC)
	var pauses []time.Duration
	p := &pace{perSecond: 1000, now: func() time.Time { return at }, pause: func(_ context.Context, d time.Duration) error {
		pauses = append(pauses, d)
		return nil
	}}
	take := func(rows int) {
		if err := p.wait(t.Context(), rows); err != nil {
			t.Fatal(err)
		}
	}
	take(250)
	take(250) // by another reader at the same moment
	at = at.Add(10 * time.Second)
	take(500) // a long pause is not made up for
	want := []time.Duration{250 * time.Millisecond, 500 * time.Millisecond, 500 * time.Millisecond}
	for i, d := range want {
		if pauses[i] != d {
			t.Errorf("pause %d is %s, want %s", i, pauses[i], d)
		}
	}
	if n := p.batchRows(); n != 250 {
		t.Errorf("records of %d rows, want a quarter of a second's", n)
	}
	if p := newPace(0); p.batchRows() != batchRows || p.wait(t.Context(), 1<<30) != nil {
		t.Error("without a bound readers wait")
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if err := newPace(1).wait(cancelled, 1000); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that a cancelled night waits for nothing", err)
	}
}
