package extract

import (
	"context"
	"sync"
	"time"
)

// pace bounds the rows per second that all readers of a source take together. A nil pace is none.
type pace struct {
	perSecond int64
	now       func() time.Time
	pause     func(context.Context, time.Duration) error

	mu   sync.Mutex
	free time.Time // when everything that was taken so far is within the bound
}

// newPace gives the pace of so many rows per second; 0 is nil, without bound.
func newPace(perSecond int) *pace {
	if perSecond <= 0 {
		return nil
	}
	return &pace{perSecond: int64(perSecond), now: time.Now, pause: pause}
}

// batchRows is the size of records that keeps the pace even: about a quarter of a second's rows.
func (p *pace) batchRows() int {
	if p == nil {
		return batchRows
	}
	const perSecond = 4
	return int(min(batchRows, max(1, p.perSecond/perSecond)))
}

// wait takes rows, and returns when they are within the bound or the context is done.
func (p *pace) wait(ctx context.Context, rows int) error {
	if p == nil {
		return nil
	}
	p.mu.Lock()
	now := p.now()
	if p.free.Before(now) {
		p.free = now // a pause gives no right to make up for it
	}
	p.free = p.free.Add(time.Duration(int64(rows) * int64(time.Second) / p.perSecond))
	delay := p.free.Sub(now)
	p.mu.Unlock()
	return p.pause(ctx, delay)
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
