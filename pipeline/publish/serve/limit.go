package serve

import (
	"container/list"
	"math"
	"sync"
	"time"
)

// limiter lets each client ask so many times a second, and more at once while it was quiet
// before. It remembers so many clients; who was silent longest is forgotten first.
type limiter struct {
	perSecond, burst float64
	now              func() time.Time

	mu      sync.Mutex
	clients map[string]*list.Element
	order   *list.List // of *bucket, the latest in front
}

type bucket struct {
	client string
	left   float64
	at     time.Time
}

// mostClients bounds what a limiter remembers.
const mostClients = 10_000

func newLimiter(perSecond, burst float64, now func() time.Time) *limiter {
	return &limiter{perSecond: perSecond, burst: burst, now: now, clients: map[string]*list.Element{}, order: list.New()}
}

// take takes one request of a client, or says after how many whole seconds there is one again.
func (l *limiter) take(client string) (wait int, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.bucket(client)
	if b.left < 1 {
		return l.wait(b), false
	}
	b.left--
	return 0, true
}

// empty says whether a client has nothing left, without taking anything.
func (l *limiter) empty(client string) (wait int, is bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.bucket(client)
	return l.wait(b), b.left < 1
}

func (l *limiter) wait(b *bucket) int {
	return max(1, int(math.Ceil((1-b.left)/l.perSecond)))
}

func (l *limiter) bucket(client string) *bucket {
	now := l.now()
	if e, ok := l.clients[client]; ok {
		l.order.MoveToFront(e)
		b := e.Value.(*bucket)
		b.left = min(l.burst, b.left+max(0, now.Sub(b.at).Seconds())*l.perSecond)
		b.at = now
		return b
	}
	if l.order.Len() >= mostClients {
		oldest := l.order.Back()
		delete(l.clients, oldest.Value.(*bucket).client)
		l.order.Remove(oldest)
	}
	b := &bucket{client: client, left: l.burst, at: now}
	l.clients[client] = l.order.PushFront(b)
	return b
}
