package serve

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/pharos-analytics/pharos/pipeline/publish"
)

//go:embed templates
var templates embed.FS

// Options are what a server shows, to whom, and where it writes what was taken.
type Options struct {
	Workspace                   *publish.Workspace
	Company, Language, Currency string
	Open                        func(ctx context.Context, id string) (*Run, error)

	Tokens *Tokens  // nil: this machine only, everything
	Hosts  []string // names by which the server is reached, beside those of this machine
	Secure bool     // reached over TLS
	Rate   int      // requests a second of one client; twice as many at once

	Log *Log
	Say func(format string, args ...any) // for the operator
	Now func() time.Time
}

// Server answers for the runs of one workspace.
type Server struct {
	Options
	routes    map[string]route
	menu      []route
	shelf     *shelf
	manifests *manifests
	sessions  *sessions
	limit     *limiter // of requests
	failures  *limiter // of wrong tokens
	sums      *sums
	styles    *styleHashes
	slow      chan struct{} // places for questions that take long
	waiting   atomic.Int32  // who waits for one
	words     map[string]*publish.Words
	page      *template.Template
	log       *Log
	say       func(format string, args ...any)
	now       func() time.Time
}

// Wrong tokens of one address: ten at once, then one in six seconds.
const (
	failuresAtOnce    = 10
	failuresPerSecond = 1.0 / 6
)

// slowPlaces is how many questions that take long are answered at once; each has an engine of its own.
const slowPlaces = 2

// mostWaiting is how many may wait for such a place.
const mostWaiting = 20

// New opens the current run and gives a server; Close ends it. Without a run the error is
// publish.ErrNoRun.
func New(ctx context.Context, o Options) (*Server, error) {
	page, err := template.New("").Funcs(template.FuncMap{"facts": markupFacts, "grid": markupGrid}).ParseFS(templates, "templates/*.gohtml")
	if err != nil {
		return nil, fmt.Errorf("read templates: %w", err)
	}
	s := &Server{
		Options: o, routes: map[string]route{}, log: o.Log, say: o.Say, now: o.Now, page: page,
		shelf:     &shelf{w: o.Workspace, open: o.Open, say: o.Say, now: o.Now},
		manifests: &manifests{w: o.Workspace},
		sessions:  newSessions(o.Now),
		limit:     newLimiter(float64(o.Rate), 2*float64(o.Rate), o.Now),
		failures:  newLimiter(failuresPerSecond, failuresAtOnce, o.Now),
		sums:      &sums{known: map[string]knownSum{}},
		styles:    &styleHashes{known: map[string]string{}},
		slow:      make(chan struct{}, slowPlaces),
		words:     map[string]*publish.Words{"en": publish.NewWords("en", o.Currency), "zh": publish.NewWords("zh", o.Currency)},
	}
	for _, r := range routes() {
		s.routes[r.path] = r
		if r.title != "" {
			s.menu = append(s.menu, r)
		}
	}
	if err := s.shelf.start(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// Close closes the open run, after the last question about it.
func (s *Server) Close() { s.shelf.close() }

// Times and sizes of requests. A page is written within writePage, a download within writeFile.
const (
	readHeader = 5 * time.Second
	readAll    = 15 * time.Second
	writePage  = time.Minute
	writeFile  = time.Hour
	idle       = 2 * time.Minute
	mostHeader = 16 << 10
	mostForm   = 4 << 10
	finishing  = 30 * time.Second
)

// Serve answers on a listener until the context ends; then it finishes what was begun, for half a
// minute at most, and returns nil.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	server := &http.Server{
		Handler: s, ReadHeaderTimeout: readHeader, ReadTimeout: readAll, WriteTimeout: writePage, IdleTimeout: idle, MaxHeaderBytes: mostHeader,
		ErrorLog:    operatorLog(s.say),
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishing)
	defer cancel()
	if err := server.Shutdown(limit); err != nil {
		return errors.Join(fmt.Errorf("finish what was begun: %w", err), server.Close())
	}
	return nil
}

// longer gives a download more time than a page has.
func (s *Server) longer(w http.ResponseWriter) {
	// A connection that cannot be given more time keeps the time of a page.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(writeFile))
}

// request is a request and who asks.
type request struct {
	*http.Request
	who    *caller
	lang   string
	params map[string][]string
}

func (r *request) query(name string) string {
	if v := r.params[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// remote is the address of the client without its port.
func (r *request) remote() string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// ServeHTTP answers one request: each guard in turn, then the page.
func (s *Server) ServeHTTP(w http.ResponseWriter, hr *http.Request) {
	r := &request{Request: hr, params: hr.URL.Query(), lang: s.Language}
	if lang := r.query("lang"); s.words[lang] != nil {
		r.lang = lang
	}
	s.headers(w)
	defer func() {
		if p := recover(); p != nil {
			if p == http.ErrAbortHandler {
				panic(p)
			}
			s.say("answer %s: %v", hr.URL.Path, p)
			s.refuse(w, r, errors.New("a fault of the program"))
		}
	}()
	if err := s.guarded(w, r); err != nil {
		s.refuse(w, r, err)
	}
}

func (s *Server) guarded(w http.ResponseWriter, r *request) error {
	if err := s.foreign(r); err != nil {
		return err
	}
	if err := s.know(r); err != nil {
		return err
	}
	client := "at " + r.remote()
	if r.who != nil && r.who.role != Local {
		client = "as " + r.who.name
	}
	if wait, ok := s.limit.take(client); !ok {
		return tooMany{wait}
	}
	route, ok := s.routes[r.URL.Path]
	switch {
	case !ok:
		return errNotFound
	case r.Method == http.MethodPost && route.posts, r.Method == http.MethodGet, r.Method == http.MethodHead:
	default:
		return errMethod
	}
	if r.who == nil && route.area != public {
		return errLogin
	}
	if !r.who.sees(route.area) {
		return errForbidden
	}
	return route.answer(s, w, r)
}

// tooMany is a refusal for so many seconds.
type tooMany struct{ wait int }

func (e tooMany) Error() string { return fmt.Sprintf("too many requests for %d seconds", e.wait) }

// operator is where net/http says what went wrong with connections.
type operator func(format string, args ...any)

func (o operator) Write(p []byte) (int, error) {
	o("%s", strings.TrimSpace(string(p)))
	return len(p), nil
}
