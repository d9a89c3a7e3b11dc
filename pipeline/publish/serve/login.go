package serve

import (
	"net/http"
	"net/url"
	"strings"
)

// toLogin leads a browser that nobody logged in with to the login; programs are told 401.
func (s *Server) toLogin(w http.ResponseWriter, r *request) bool {
	if r.Method != http.MethodGet || !strings.Contains(r.Header.Get("Accept"), "text/html") || r.Header.Get("Authorization") != "" {
		return false
	}
	to := url.Values{"next": {r.URL.RequestURI()}}
	if r.lang != s.Language {
		to.Set("lang", r.lang)
	}
	http.Redirect(w, r.Request, "/login?"+to.Encode(), http.StatusSeeOther)
	return true
}

// login shows the form, and takes it.
func (s *Server) login(w http.ResponseWriter, r *request) error {
	if s.Tokens == nil {
		return errNotFound
	}
	next := s.within(r.query("next"))
	if r.Method != http.MethodPost {
		return s.loginForm(w, r, http.StatusOK, next, "")
	}
	r.Body = http.MaxBytesReader(w, r.Body, mostForm)
	if err := r.ParseForm(); err != nil {
		return errRequest
	}
	next = s.within(r.PostForm.Get("next"))
	list, err := s.Tokens.current()
	if err != nil {
		return errTokens
	}
	t, err := s.present(r, list, strings.TrimSpace(r.PostForm.Get("token")))
	if err != nil {
		return err
	}
	if t == nil {
		return s.loginForm(w, r, http.StatusUnauthorized, next, s.words[r.lang].Say("login.wrong"))
	}
	http.SetCookie(w, s.cookie(s.sessions.begin(*t), int(sessionLasts.Seconds())))
	http.Redirect(w, r.Request, next, http.StatusSeeOther)
	return nil
}

func (s *Server) cookie(value string, age int) *http.Cookie {
	return &http.Cookie{Name: s.cookieName(), Value: value, Path: "/", MaxAge: age, HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteStrictMode}
}

func (s *Server) loginForm(w http.ResponseWriter, r *request, status int, next, problem string) error {
	words := s.words[r.lang]
	return s.write(w, r, status, "login", frame{Title: words.Say("login.heading"), Next: next, Problem: problem})
}

// within keeps the way back inside this server: a path of a page there is, with its query.
func (s *Server) within(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" || s.routes[u.Path].answer == nil || s.routes[u.Path].posts {
		return "/"
	}
	return (&url.URL{Path: u.Path, RawQuery: u.RawQuery}).String()
}

// logout ends the session; only a form does it.
func (s *Server) logout(w http.ResponseWriter, r *request) error {
	if r.Method != http.MethodPost {
		return errMethod
	}
	if c, err := r.Cookie(s.cookieName()); err == nil {
		s.sessions.end(c.Value)
	}
	http.SetCookie(w, s.cookie("", -1))
	http.Redirect(w, r.Request, "/login", http.StatusSeeOther)
	return nil
}
