package serve

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"sync"
	"time"
)

// sessionLasts is a working day: a browser that stays open over night asks again.
const sessionLasts = 12 * time.Hour

// mostSessions bounds what is remembered; the oldest end first.
const mostSessions = 1000

// sessions are the logins of this process; a restart ends them all. A session holds the sum of
// its token and not the role: it is as good as the token file says at each request.
type sessions struct {
	now func() time.Time

	mu   sync.Mutex
	open map[[sha256.Size]byte]session // by the sum of the cookie, so that memory holds no cookie
}

type session struct {
	token [sha256.Size]byte
	ends  time.Time
}

func newSessions(now func() time.Time) *sessions {
	return &sessions{now: now, open: map[[sha256.Size]byte]session{}}
}

// begin opens a session for a token and returns the cookie's value.
func (s *sessions) begin(t token) string {
	value := base64.RawURLEncoding.EncodeToString(randomBytes())
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	var oldest [sha256.Size]byte
	for key, one := range s.open {
		if !one.ends.After(now) {
			delete(s.open, key)
		} else if first, ok := s.open[oldest]; !ok || one.ends.Before(first.ends) {
			oldest = key
		}
	}
	if len(s.open) >= mostSessions {
		delete(s.open, oldest)
	}
	s.open[sha256.Sum256([]byte(value))] = session{token: t.sum, ends: now.Add(sessionLasts)}
	return value
}

// of returns the token of a cookie, as long as the session and the token last.
func (s *sessions) of(value string, list []token) *token {
	s.mu.Lock()
	defer s.mu.Unlock()
	one, ok := s.open[sha256.Sum256([]byte(value))]
	if !ok || !one.ends.After(s.now()) {
		return nil
	}
	i := slices.IndexFunc(list, func(t token) bool { return t.sum == one.token })
	if i < 0 {
		return nil
	}
	return &list[i]
}

func (s *sessions) end(value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, sha256.Sum256([]byte(value)))
}

// randomBytes are of the machine's own source, which does not fail (crypto/rand).
func randomBytes() []byte {
	b := make([]byte, 32)
	rand.Read(b)
	return b
}
