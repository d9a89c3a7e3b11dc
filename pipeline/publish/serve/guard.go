package serve

import (
	"context"
	"errors"
	"log"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// headers are those of every answer. A page may load its one stylesheet and its icon, be framed by
// nobody and send forms to itself only.
func (s *Server) headers(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Security-Policy", pagePolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
	h.Set("Cache-Control", "private, no-store")
	h.Set("Vary", "Cookie, Authorization")
}

const pagePolicy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// foreign refuses requests whose Host is not this server's, so that a name that somebody points at
// this address reads nothing (DNS rebinding), and requests that a page from elsewhere made.
func (s *Server) foreign(r *request) error {
	if !s.isOwn(r.Host, r.Context()) {
		return errForeign
	}
	if origin := r.Header.Get("Origin"); origin != "" {
		scheme := "http://"
		if s.Secure {
			scheme = "https://"
		}
		// behind a proxy that speaks TLS for us the browser's scheme is another than ours
		if origin != scheme+r.Host && origin != "https://"+r.Host {
			return errForeign
		}
	}
	site := r.Header.Get("Sec-Fetch-Site")
	link := r.Method == http.MethodGet && r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document"
	if (site == "cross-site" || site == "same-site") && !link { // a link in a mail may lead here
		return errForeign
	}
	return nil
}

// isOwn says whether a Host header names this server: this machine's names where the request came
// over its loopback, the very address that the request came to, or a configured name.
func (s *Server) isOwn(host string, ctx context.Context) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.ToLower(strings.TrimSuffix(strings.Trim(name, "[]"), "."))
	if name == "" {
		return false
	}
	if slices.ContainsFunc(s.Hosts, func(own string) bool { return strings.EqualFold(own, name) }) {
		return true
	}
	local, ok := ctx.Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return false
	}
	at, err := netip.ParseAddrPort(local.String())
	if err != nil {
		return false
	}
	if name == "localhost" {
		return at.Addr().Unmap().IsLoopback()
	}
	ip, err := netip.ParseAddr(name)
	return err == nil && (ip.Unmap() == at.Addr().Unmap() || ip.Unmap().IsLoopback() && at.Addr().Unmap().IsLoopback())
}

// know finds out who asks. Nobody is no error: the login must be reached.
func (s *Server) know(r *request) error {
	if s.Tokens == nil {
		r.who = &caller{name: Local, role: Local}
		return nil
	}
	list, err := s.Tokens.current()
	if err != nil {
		s.say("%v; nobody is let in", err)
		return errTokens
	}
	if presented, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		t, err := s.present(r, list, strings.TrimSpace(presented))
		if err != nil {
			return err
		}
		if t == nil {
			return errLogin
		}
		r.who = &t.caller
		return nil
	}
	if c, err := r.Cookie(s.cookieName()); err == nil {
		if t := s.sessions.of(c.Value, list); t != nil {
			r.who = &t.caller
		}
	}
	return nil
}

// present compares a token that an address presents, and lets an address that was wrong too often
// wait: not even the right token is looked at then, so that guesses cannot go on.
func (s *Server) present(r *request, list []token, presented string) (*token, error) {
	if wait, is := s.failures.empty(r.remote()); is {
		return nil, tooMany{wait}
	}
	t := find(list, presented)
	if t == nil {
		s.failures.take(r.remote())
		s.say("a wrong token from %s", r.remote())
	}
	return t, nil
}

func (s *Server) cookieName() string {
	if s.Secure {
		return "__Host-pharos"
	}
	return "pharos"
}

// refuse answers what was refused or failed, in words that reveal nothing of what there is.
func (s *Server) refuse(w http.ResponseWriter, r *request, err error) {
	h := w.Header()
	for _, name := range []string{"Content-Length", "Content-Range", "Content-Disposition", "Content-Encoding", "ETag", "Last-Modified", "Accept-Ranges"} {
		h.Del(name)
	}
	h.Set("Content-Security-Policy", pagePolicy)
	h.Set("Cache-Control", "no-store")
	status, word, args := http.StatusInternalServerError, "error.fault", []string(nil)
	var many tooMany
	switch {
	case errors.As(err, &many):
		status, word, args = http.StatusTooManyRequests, "error.too_many", []string{strconv.Itoa(many.wait)}
		h.Set("Retry-After", strconv.Itoa(many.wait))
	case errors.Is(err, errNotFound), errors.Is(err, ErrUnknown), errors.Is(err, publish.ErrNoRun):
		status, word = http.StatusNotFound, "error.not_found"
	case errors.Is(err, errForbidden):
		status, word = http.StatusForbidden, "error.forbidden"
	case errors.Is(err, errForeign):
		status, word = http.StatusForbidden, "error.foreign"
	case errors.Is(err, errMethod):
		status, word = http.StatusMethodNotAllowed, "error.method"
		h.Set("Allow", "GET, HEAD")
	case errors.Is(err, errRequest):
		status, word = http.StatusBadRequest, "error.request"
	case errors.Is(err, errLog):
		s.say("%v", err)
		status, word = http.StatusServiceUnavailable, "error.log"
	case errors.Is(err, errChanged):
		status, word = http.StatusConflict, "error.changed"
	case errors.Is(err, errBusy):
		status, word = http.StatusServiceUnavailable, "error.busy"
		h.Set("Retry-After", "2")
	case errors.Is(err, errTokens):
		status, word = http.StatusServiceUnavailable, "error.tokens"
	case errors.Is(err, errLogin):
		if s.toLogin(w, r) {
			return
		}
		status, word = http.StatusUnauthorized, "error.login"
		h.Set("WWW-Authenticate", `Bearer realm="pharos"`)
	case r.Context().Err() != nil: // the client is gone
		return
	default:
		s.say("answer %s: %v", r.URL.Path, err)
	}
	words := s.words[r.lang]
	s.write(w, r, status, "error", frame{Title: words.Say("error.heading"), Sheet: sheet{Heading: words.Say("error.heading"), Text: []string{words.Say(word, args...)}}})
}

func operatorLog(say func(format string, args ...any)) *log.Logger {
	return log.New(operator(say), "", 0)
}
