package serve

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestARequestFromElsewhereIsRefused(t *testing.T) {
	w := newTown(t).start(false, func(o *Options) { o.Hosts = []string{"pharos.example.com"} })
	host := func(name string) func(*http.Request) { return func(r *http.Request) { r.Host = name } }
	_, port, _ := strings.Cut(strings.TrimPrefix(w.http.URL, "http://"), ":")
	for name, status := range map[string]int{
		"127.0.0.1:" + port: 200, "localhost": 200, "localhost:9": 200, "LocalHost.:" + port: 200, "[::1]:" + port: 200, "pharos.example.com": 200, "PHAROS.example.com:443": 200,
		"evil.example.com": 403, "evil.example.com:" + port: 403, "127.0.0.1.evil.example.com": 403, "192.168.1.1": 403, "localhost.evil.example.com": 403, "0.0.0.0": 403, "pharos.example.com.evil.com": 403,
	} {
		if got := w.get("/customers", "", host(name)); got.status != status {
			t.Errorf("Host %s is answered %d", name, got.status)
		}
	}
	for origin, status := range map[string]int{w.http.URL: 200, "https://evil.example.com": 403, "null": 403, "http://127.0.0.1": 403, "http://localhost:" + port: 403} {
		if got := w.get("/customers", "", header("Origin", origin)); got.status != status {
			t.Errorf("Origin %s is answered %d", origin, got.status)
		}
	}
	for _, row := range []struct {
		site, mode, dest string
		status           int
	}{
		{"same-origin", "cors", "empty", 200}, {"none", "navigate", "document", 200}, {"cross-site", "navigate", "document", 200}, // a link in a mail
		{"cross-site", "no-cors", "image", 403}, {"cross-site", "cors", "empty", 403}, {"same-site", "cors", "empty", 403}, {"cross-site", "navigate", "iframe", 403},
	} {
		if got := w.get("/customers", "", header("Sec-Fetch-Site", row.site), header("Sec-Fetch-Mode", row.mode), header("Sec-Fetch-Dest", row.dest)); got.status != row.status {
			t.Errorf("a request from %s, %s of %s, is answered %d", row.site, row.mode, row.dest, got.status)
		}
	}
}

func TestEveryAnswerCarriesItsPolicies(t *testing.T) {
	w := newTown(t).start(true)
	for _, row := range visible {
		for _, token := range []string{"", analystToken} {
			h := w.get(row.path, token).header
			policy := h.Get("Content-Security-Policy")
			if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "script-src") {
				t.Errorf("%s: the policy is %q", row.path, policy)
			}
			if !strings.Contains(policy, "sandbox") && !strings.Contains(policy, "frame-ancestors 'none'") {
				t.Errorf("%s may be framed: %q", row.path, policy)
			}
			for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin"} {
				if h.Get(name) != want {
					t.Errorf("%s: %s is %q", row.path, name, h.Get(name))
				}
			}
			if cache := h.Get("Cache-Control"); !strings.Contains(cache, "no-store") && !strings.Contains(cache, "no-cache") {
				t.Errorf("%s may be kept: %q", row.path, cache)
			}
		}
	}
	if policy := w.get("/report", bossToken).header.Get("Content-Security-Policy"); !strings.Contains(policy, "style-src 'sha256-") {
		t.Errorf("the report's own styles are not allowed by their hash: %q", policy)
	}
	if cache := w.get("/customer?id=C1", analystToken).header.Get("Cache-Control"); cache != "private, no-store" {
		t.Errorf("a page about a person may be kept: %q", cache)
	}
}

func TestAWrongTokenOpensNothingAndGuessingIsSlowedDown(t *testing.T) {
	w := newTown(t).start(true)
	for _, wrong := range []string{bossToken + "x", bossToken[1:], strings.ToUpper(bossToken), "sha256:" + sumOf(analystToken), sumOf(analystToken), "\t", "boss"} {
		if got := w.get("/", wrong); got.status != http.StatusUnauthorized || got.header.Get("WWW-Authenticate") == "" {
			t.Errorf("%q is answered %d", wrong, got.status)
		}
	}
	for range failuresAtOnce {
		w.get("/", "guess-guess-guess-guess")
	}
	got := w.get("/", bossToken)
	wait, err := strconv.Atoi(got.header.Get("Retry-After"))
	if got.status != http.StatusTooManyRequests || err != nil || wait < 1 {
		t.Fatalf("after many guesses the right token is answered %d, wait %d: guessing goes on", got.status, wait)
	}
	w.clock.pass(time.Duration(wait) * time.Second)
	if got := w.get("/", bossToken); got.status != 200 {
		t.Errorf("after the wait the right token is answered %d", got.status)
	}
	if !has(w.said, "a wrong token from 127.0.0.1") || has(w.said, "guess-guess") || has(w.said, bossToken) {
		t.Errorf("the operator hears %q", w.said[0])
	}
}

func sumOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func TestATokenIsComparedWithEveryOther(t *testing.T) {
	list, err := parseTokens("tokens", []byte("executive a "+bossToken+"\nanalyst b "+analystToken+"\nmarketing c sha256:"+sumOf(callerToken)+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	for token, name := range map[string]string{bossToken: "a", analystToken: "b", callerToken: "c"} {
		if got := find(list, token); got == nil || got.name != name {
			t.Errorf("%s is %v", token, got)
		}
	}
	if find(list, "") != nil || find(nil, bossToken) != nil {
		t.Error("nothing is a token")
	}
}

func TestAClientThatAsksTooMuchWaits(t *testing.T) {
	w := newTown(t).start(true, func(o *Options) { o.Rate = 2 })
	for i := range 4 {
		if got := w.get("/runs", bossToken); got.status != 200 {
			t.Fatalf("request %d is answered %d", i+1, got.status)
		}
	}
	got := w.get("/runs", bossToken)
	if got.status != http.StatusTooManyRequests || got.header.Get("Retry-After") != "1" {
		t.Errorf("the fifth at once is answered %d, wait %q", got.status, got.header.Get("Retry-After"))
	}
	if got := w.get("/runs", analystToken); got.status != 200 {
		t.Errorf("another token is answered %d", got.status)
	}
	w.clock.pass(time.Second)
	if got := w.get("/runs", bossToken); got.status != 200 {
		t.Errorf("a second later it is answered %d", got.status)
	}
}

func TestALimiterForgetsWhoWasSilentLongest(t *testing.T) {
	c := &clock{at: time.Unix(0, 0)}
	l := newLimiter(1, 1, c.now)
	for i := range mostClients + 10 {
		l.take(strconv.Itoa(i))
	}
	if len(l.clients) != mostClients || l.order.Len() != mostClients {
		t.Errorf("%d clients are remembered", len(l.clients))
	}
	if _, ok := l.take(strconv.Itoa(mostClients + 9)); ok {
		t.Error("the latest is forgotten")
	}
}

func TestABrowserLogsInAndOut(t *testing.T) {
	w := newTown(t).start(true)
	html := header("Accept", "text/html")
	got := w.get("/customers?q=Ann", "", html)
	if to, err := url.Parse(got.header.Get("Location")); got.status != http.StatusSeeOther || err != nil || to.Path != "/login" || to.Query().Get("next") != "/customers?q=Ann" {
		t.Fatalf("a browser is answered %d, %s", got.status, got.header.Get("Location"))
	}
	form := func(token, next string) answer {
		return w.ask("POST", "/login?"+url.Values{}.Encode(), "", func(r *http.Request) {
			*r = *r.Clone(r.Context())
			body := url.Values{"token": {token}, "next": {next}}.Encode()
			r.Body, r.ContentLength = http.NoBody, int64(len(body))
			r.Body = readCloser{strings.NewReader(body)}
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Origin", w.http.URL)
		})
	}
	if got := form("wrong-wrong-wrong-wrong", "/"); got.status != http.StatusUnauthorized || got.header.Get("Set-Cookie") != "" || strings.Contains(got.body, "wrong-wrong") {
		t.Errorf("a wrong token is answered %d", got.status)
	}
	for next, to := range map[string]string{"/customers?q=Ann": "/customers?q=Ann", "https://evil.example.com/": "/", "//evil.example.com": "/", "/\\evil.example.com": "/", "javascript:alert(1)": "/", "/logout": "/", "": "/"} {
		if got := form(analystToken, next); got.status != http.StatusSeeOther || got.header.Get("Location") != to {
			t.Errorf("after the login %q leads to %q, %d", next, got.header.Get("Location"), got.status)
		}
	}
	cookie := form(analystToken, "/").header.Get("Set-Cookie")
	for _, part := range []string{"HttpOnly", "SameSite=Strict", "Path=/", "Max-Age="} {
		if !strings.Contains(cookie, part) {
			t.Errorf("the cookie is %q", cookie)
		}
	}
	if strings.Contains(cookie, analystToken) {
		t.Error("the cookie holds the token")
	}
	value, _, _ := strings.Cut(cookie, ";")
	with := header("Cookie", value)
	if got := w.get("/customer?id=C1", "", with); got.status != 200 {
		t.Errorf("logged in, the page is answered %d", got.status)
	}
	if got := w.ask("POST", "/logout", "", with, header("Origin", "https://evil.example.com")); got.status != http.StatusForbidden {
		t.Errorf("another page logs somebody out: %d", got.status)
	}
	if got := w.ask("POST", "/logout", "", with, header("Origin", w.http.URL)); got.status != http.StatusSeeOther {
		t.Errorf("the logout is answered %d", got.status)
	}
	if got := w.get("/customer?id=C1", "", with); got.status != http.StatusUnauthorized {
		t.Errorf("after the logout the page is answered %d", got.status)
	}
	value, _, _ = strings.Cut(form(analystToken, "/").header.Get("Set-Cookie"), ";")
	w.clock.pass(sessionLasts)
	if got := w.get("/", "", header("Cookie", value)); got.status != http.StatusUnauthorized {
		t.Errorf("the next day the cookie is answered %d", got.status)
	}
}

type readCloser struct{ *strings.Reader }

func (readCloser) Close() error { return nil }

func TestATokenThatIsTakenOutEndsItsSessions(t *testing.T) {
	w := newTown(t).start(true)
	session := w.server.sessions.begin(*find(w.server.mustTokens(t), analystToken))
	cookie := header("Cookie", "pharos="+session)
	if got := w.get("/", "", cookie); got.status != 200 {
		t.Fatalf("answered %d", got.status)
	}
	w.file(w.tokens, "executive boss "+bossToken+"\n")
	if got := w.get("/", "", cookie); got.status != http.StatusUnauthorized {
		t.Errorf("the session of a token that is gone is answered %d", got.status)
	}
	if err := os.Chmod(w.tokens, 0o644); err != nil {
		t.Fatal(err)
	}
	if got := w.get("/", bossToken); got.status != http.StatusServiceUnavailable || strings.Contains(got.body, w.tokens) {
		t.Errorf("with a token file that others may read, a token is answered %d", got.status)
	}
	if err := os.Remove(w.tokens); err != nil {
		t.Fatal(err)
	}
	if got := w.get("/", bossToken); got.status != http.StatusServiceUnavailable {
		t.Errorf("without the file a token is answered %d", got.status)
	}
}

func (s *Server) mustTokens(t *testing.T) []token {
	t.Helper()
	list, err := s.Tokens.current()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestATokenFileIsReadStrictlyAndNeverQuoted(t *testing.T) {
	secret := "hunter2-hunter2-hunter2"
	for name, row := range map[string]struct{ text, want string }{
		"a role that there is not": {"admin joe " + secret, ":1: its first word must be a role: executive, marketing, analyst"},
		"a part is missing":        {"# x\nanalyst " + secret, ":2: a line is a role, a name and a token"},
		"a part too many":          {"analyst joe " + secret + " x", "this one has 4 parts"},
		"a short token":            {"analyst joe hunter2", "shorter than 16 characters"},
		"a broken sum":             {"analyst joe sha256:abc", "must have 64 hex digits"},
		"a name twice":             {"analyst joe " + secret + "\nexecutive joe " + secret + "x", ":2: the name joe stands there twice"},
		"a token twice":            {"analyst joe " + secret + "\nexecutive ann sha256:" + sumOf(secret), ":2: the token of ann is also the one of joe"},
		"nothing":                  {"# nobody\n\n", "holds no token"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "tokens")
			if err := os.WriteFile(path, []byte(row.text), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := OpenTokens(path)
			if err == nil || !strings.Contains(err.Error(), row.want) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("%v", err)
			}
		})
	}
	path := filepath.Join(t.TempDir(), "tokens")
	if err := os.WriteFile(path, []byte("analyst joe "+secret), 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenTokens(path); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a file that the group may read: %v", err)
	}
	if _, err := OpenTokens(t.TempDir()); err == nil {
		t.Error("a folder is a token file")
	}
}
