package serve

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pharos-analytics/pharos/pipeline/publish"
)

const (
	firstRun  = "2026-09-01-aaaaaaaaaaaa"
	secondRun = "2026-09-02-bbbbbbbbbbbb"
	failedRun = "2026-09-03-cccccccccccc"
)

// The tokens of the town's people.
const (
	bossToken    = "boss-token-0123456789"
	callerToken  = "caller-token-0123456789"
	analystToken = "analyst-token-0123456789"
)

// town is a workspace of invented runs, and a server for them.
type town struct {
	t       testing.TB
	root    string
	tokens  string // file
	logFile string
	server  *Server
	http    *httptest.Server
	clock   *clock
	opened  chan string // ids of runs that were opened
	broken  map[string]bool
	closed  map[string]int
	mu      sync.Mutex
	said    []string
	answers func(*Run)
}

type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// newTown builds the workspace: two published runs, the first of them current, and a failed one.
func newTown(t testing.TB) *town {
	t.Helper()
	root := t.TempDir()
	w := &town{t: t, root: root, logFile: filepath.Join(root, "downloads.jsonl"), clock: &clock{at: time.Date(2026, 9, 4, 8, 0, 0, 0, time.UTC)},
		opened: make(chan string, 10), broken: map[string]bool{}, closed: map[string]int{}}
	w.write(firstRun, publish.StatusPublished, townFiles(firstRun))
	w.write(secondRun, publish.StatusPublished, townFiles(secondRun))
	w.write(failedRun, publish.StatusFailed, map[string]string{"report.html": "must not be shown"})
	w.point(firstRun)
	return w
}

func townFiles(id string) map[string]string {
	return map[string]string{
		"report.html":                   "<!DOCTYPE html><html><head><style>body{color:#123}</style></head><body><h1>Report " + id + "</h1></body></html>",
		"report.zh.html":                "<!DOCTYPE html><html><head><style>body{color:#321}</style></head><body><h1>报告</h1></body></html>",
		"report.aliased.html":           "<!DOCTYPE html><title>aliased</title>",
		"report.xlsx":                   strings.Repeat("workbook ", 100),
		"marts/customers.parquet":       "PAR1",
		"lists/keep/list.csv":           "\ufeffrank,customer_id,name,contact,value_at_stake,reason\r\n1,C1,Ann,***17,100.5000,silent\r\n2,C2,<script>alert(1)</script>,b***@***,5.0000,'=1+1\r\n",
		"lists/keep/list.parquet":       "PAR1",
		"lists/keep/control.csv":        "\ufeffcustomer_id\r\nC9\r\n",
		"lists/keep/suppressed.csv":     "\ufeffcustomer_id,reason\r\nC8,legal\r\n",
		"lists/keep/schema.json":        "[]",
		"lists/keep/README":             "the list",
		"lists/keep/owners/control.csv": "\ufeffcustomer_id,contact\r\nC1,***17\r\n",
		"lists/keep/owners/王芳.csv":      "\ufeffcustomer_id,contact\r\nC1,***17\r\n",
		"lists/fix/control.csv":         "\ufeffcustomer_id,contact\r\nC9,***\r\n",
		"lists/fix/suppressed.csv":      "\ufeffcustomer_id,contact,reason\r\nC8,***,legal\r\n",
		"lists/fix/surprise.bin":        "nobody knows",
	}
}

func (w *town) dir(id, status string) string {
	if status == publish.StatusFailed {
		return filepath.Join(w.root, "runs", "failed", id)
	}
	return filepath.Join(w.root, "runs", id)
}

func (w *town) write(id, status string, files map[string]string) {
	w.t.Helper()
	dir := w.dir(id, status)
	m := publish.Manifest{ID: id, Schema: publish.MartSchema, Status: status, AsOf: id[:10], WindowStart: "2025-09-01", Company: "Town", Currency: "EUR", Language: "en", Version: "1", ConfigHash: "abcdef0123456789",
		Checks: []publish.Check{{Name: "orphan_customers", Table: "order_lines", Verdict: "passed", Tested: 5}}}
	m.Observed.FinishedAt = time.Date(2026, 9, 4, 2, 0, 0, 0, time.UTC)
	for name, text := range files {
		w.file(filepath.Join(dir, filepath.FromSlash(name)), text)
		sum := sha256.Sum256([]byte(text))
		m.Files = append(m.Files, publish.RunFile{Path: name, Bytes: int64(len(text)), SHA256: hex.EncodeToString(sum[:])})
	}
	b, err := json.Marshal(m)
	if err != nil {
		w.t.Fatal(err)
	}
	w.file(filepath.Join(dir, publish.ManifestFile), string(b))
}

func (w *town) file(path, text string) {
	w.t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
		w.t.Fatal(err)
	}
}

// point moves CURRENT; the stamp of the file is another each time.
func (w *town) point(id string) {
	w.t.Helper()
	path := filepath.Join(w.root, "CURRENT")
	w.file(path, id+"\n")
	w.clock.pass(time.Second)
	if err := os.Chtimes(path, w.clock.now(), w.clock.now()); err != nil {
		w.t.Fatal(err)
	}
}

func (w *town) say(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.said = append(w.said, fmt.Sprintf(format, args...))
}

func (w *town) open(_ context.Context, id string) (*Run, error) {
	w.mu.Lock()
	broken := w.broken[id]
	w.mu.Unlock()
	defer func() { w.opened <- id }()
	if broken {
		return nil, errors.New("its marts are gone")
	}
	m, err := publish.ReadManifest(filepath.Join(w.root, "runs", id))
	if err != nil {
		return nil, err
	}
	run := townRun(m)
	run.Close = func() error {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.closed[id]++
		return nil
	}
	if w.answers != nil {
		w.answers(run)
	}
	return run, nil
}

// townRun answers from one customer.
func townRun(m *publish.Manifest) *Run {
	v := 12.5
	profit := Table{Relation: "customer_profit", Sentence: "One customer.", Columns: []string{"customer_id", "profit", "share", "basis"}, Types: []string{"varchar", "decimal(38,4)", "double", "varchar"},
		Rows: [][]string{{"C1", "1234.5000", "0.25", "ledger"}}, Total: 1}
	history := Table{Relation: "tier_history", Sentence: "One month.", Columns: []string{"month", "customer_id", "tier"}, Types: []string{"date", "varchar", "varchar"},
		Rows: [][]string{{"2026-07-01", "C1", "high"}, {"2026-08-01", "C1", Null}}, Total: 2}
	found := Table{Relation: "customers", Columns: []string{"customer_id", "name", "kind", "region", "tier", "profit"}, Types: []string{"varchar", "varchar", "varchar", "varchar", "varchar", "decimal(38,4)"},
		Rows: [][]string{{"C1", "Ann", "consumer", "north", "high", "1234.5000"}}, Total: 1}
	customer := func(_ context.Context, id string) (*Customer, error) {
		if id != "C1" {
			return nil, ErrUnknown
		}
		return &Customer{ID: "C1", Summary: Summary{Name: "Ann", Tier: "high", Profit: "1234.5000", Basis: "ledger", Parts: []Amount{{"revenue", "1234.5000"}}, Rank: "1", Customers: "9", Segments: [][2]string{{"tier", "high"}}},
			Tables: []Table{profit, history}}, nil
	}
	return &Run{
		Manifest: m, KPIs: []KPI{{Name: "profit", Unit: "money", Value: &v}},
		Marts: []Mart{
			{Name: "customer_profit", Sentence: "One customer.", Grain: []string{"customer_id"}, Rows: 1, Columns: []Column{{Name: "customer_id", Type: "varchar"}, {Name: "profit", Type: "decimal(38,4)", Unit: "money"}}},
			{Name: "segments", Columns: []Column{{Name: "segment"}}}, {Name: "segment_members", Columns: []Column{{Name: "segment"}}}, {Name: "quarantine"},
		},
		Customer: customer, Explain: customer,
		Figure: func(_ context.Context, id, mart, column string) (*Figure, error) {
			return &Figure{Customer: id, Mart: mart, Column: column, Value: "1234.5000", Row: profit, Entries: &history, IsSum: true, Agrees: true, Sum: "1234.5000"}, nil
		},
		Search: func(_ context.Context, text string) (*Table, error) { return &found, nil },
		Rows: func(_ context.Context, mart string, most int) (*Table, error) {
			switch mart {
			case "segments":
				return &Table{Columns: []string{"segmentation", "segment", "customers"}, Types: []string{"varchar", "varchar", "bigint"}, Rows: [][]string{{"tier", "high", "1"}}}, nil
			case "quarantine":
				return &Table{Columns: []string{"rule", "value"}, Types: []string{"varchar", "varchar"}, Rows: [][]string{{"type", "0711-SECRET"}}}, nil
			}
			return &profit, nil
		},
		Members: func(context.Context, string, string) (*Table, error) { return &found, nil },
		Close:   func() error { return nil },
	}
}

// start serves the town; with tokens, to its people by role.
func (w *town) start(withTokens bool, change ...func(*Options)) *town {
	w.t.Helper()
	log, err := OpenLog(w.logFile)
	if err != nil {
		w.t.Fatal(err)
	}
	o := Options{Workspace: &publish.Workspace{Root: w.root}, Company: "Town", Language: "en", Currency: "EUR", Open: w.open, Rate: 100_000, Log: log, Say: w.say, Now: w.clock.now}
	if withTokens {
		w.tokens = filepath.Join(w.t.TempDir(), "tokens")
		sum := sha256.Sum256([]byte(analystToken))
		w.file(w.tokens, "# who may see what\nexecutive boss "+bossToken+"\nmarketing caller "+callerToken+"\n\nanalyst maria sha256:"+hex.EncodeToString(sum[:])+"\n")
		if o.Tokens, err = OpenTokens(w.tokens); err != nil {
			w.t.Fatal(err)
		}
	}
	for _, f := range change {
		f(&o)
	}
	if w.server, err = New(w.t.Context(), o); err != nil {
		w.t.Fatal(err)
	}
	<-w.opened
	w.http = httptest.NewServer(w.server)
	w.t.Cleanup(func() {
		w.http.Close()
		w.server.Close()
		log.Close()
	})
	return w
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

// ask sends a request with a token, or without one for "".
func (w *town) ask(method, path, token string, change ...func(*http.Request)) answer {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), method, w.http.URL+path, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	for _, f := range change {
		f(req)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, string(b)}
}

func (w *town) get(path, token string, change ...func(*http.Request)) answer {
	w.t.Helper()
	return w.ask(http.MethodGet, path, token, change...)
}

// entries are the lines of the log.
func (w *town) entries() []Entry {
	w.t.Helper()
	b, err := os.ReadFile(w.logFile)
	if err != nil {
		w.t.Fatal(err)
	}
	var out []Entry
	for line := range strings.Lines(string(b)) {
		var e Entry
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			w.t.Fatalf("%q: %v", line, err)
		}
		out = append(out, e)
	}
	return out
}

func download(list, file string) string {
	return "/download?" + url.Values{"run": {firstRun}, "list": {list}, "file": {file}}.Encode()
}

func header(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

func has(list []string, part string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return strings.Contains(s, part) })
}
