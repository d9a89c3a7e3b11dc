package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/pharos-analytics/pharos/pipeline"
	"github.com/pharos-analytics/pharos/pipeline/publish/serve"
)

// served is `pharos serve` of a configuration, until the test ends.
type served struct {
	url  string
	talk *talk
	stop func() error
}

// talk is what the command says, read while it goes on.
type talk struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (t *talk) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.b.Write(p)
}

func (t *talk) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.b.String()
}

// serveFor starts the command and waits for its address on standard output.
func serveFor(t testing.TB, config string, change func(*pipeline.ServeSetting)) served {
	t.Helper()
	cfg, err := loadConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	set := cfg.Serve
	set.Addr = "127.0.0.1:0"
	change(&set)
	read, write := io.Pipe()
	s := served{talk: &talk{}}
	a := &app{out: write, err: s.talk, config: config}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		err := a.serve(ctx, cfg, set)
		write.CloseWithError(io.EOF)
		ended <- err
	}()
	line := make([]byte, 200)
	n, err := read.Read(line)
	if err != nil {
		cancel()
		t.Fatalf("pharos serve ended: %v\n%s", <-ended, s.talk)
	}
	s.url = strings.TrimSuffix(strings.TrimSpace(string(line[:n])), "/")
	s.stop = sync.OnceValue(func() error { cancel(); return <-ended })
	t.Cleanup(func() {
		if err := s.stop(); err != nil {
			t.Errorf("pharos serve ended with %v", err)
		}
	})
	return s
}

func fetch(t testing.TB, client *http.Client, url string) (status int, body string) {
	t.Helper()
	res, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

// demoCompany is the demo company with its run.
func demoCompany(t testing.TB) (config string) {
	t.Helper()
	return filepath.Join(demoDir(t), "pharos.yaml")
}

func TestTheDemoCompanyIsSeenInABrowser(t *testing.T) {
	config := demoCompany(t)
	t.Run("a page shows what explain shows", func(t *testing.T) { aPageShowsWhatExplainShows(t, config) })
	t.Run("merged customers and strangers", func(t *testing.T) { theSearchFindsByNumberAndName(t, config) })
	t.Run("every page in Chromium", func(t *testing.T) { everyPageInChromium(t, config) })
	t.Run("over TLS, with tokens", func(t *testing.T) { overTLSWithTokens(t, config) })
}

// The figures of a page come from card indexes, those of explain from the engine: they must be the
// same for every customer.
func aPageShowsWhatExplainShows(t *testing.T, config string) {
	cfg, err := loadConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	run, err := pipeline.Browse(t.Context(), cfg, "")
	if err != nil {
		t.Fatal(err)
	}
	defer run.Close()
	c, err := pipeline.OpenRun(t.Context(), cfg, "")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	ids := strings.Split(answer(t, c, "select customer_id from customers order by hash(customer_id), customer_id limit 25"), " ; ")
	if len(ids) != 25 {
		t.Fatalf("customers %v", ids)
	}
	for _, id := range ids {
		page, err := run.Customer(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		whole, err := run.Explain(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		whole.Tables = slices.DeleteFunc(whole.Tables, func(table serve.Table) bool { return strings.HasPrefix(table.Relation, "raw.") })
		if diff := cmp.Diff(whole, page, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: -explain +page\n%s", id, diff)
		}
	}
}

func theSearchFindsByNumberAndName(t *testing.T, config string) {
	s := serveFor(t, config, func(*pipeline.ServeSetting) {})
	for text, want := range map[string]string{"C0003": "北京盛途光电贸易有限公司", "c0003": "北京盛途光电贸易有限公司", "盛途": "C0003", "nobody is called so": "没有此编号或名称的客户", "%27%20or%201=1%20--": "没有此编号或名称的客户", "%25": "没有此编号或名称的客户"} {
		if status, page := fetch(t, http.DefaultClient, s.url+"/customers?q="+strings.ReplaceAll(text, " ", "%20")); status != 200 || !strings.Contains(page, want) {
			t.Errorf("the search for %s is answered %d", text, status)
		}
	}
	for _, id := range []string{"nobody", "%00", "'", "C0003%20"} {
		for _, path := range []string{"/customer", "/explain"} {
			if status, _ := fetch(t, http.DefaultClient, s.url+path+"?id="+id); status != http.StatusNotFound {
				t.Errorf("%s of %s is answered %d", path, id, status)
			}
		}
	}
	status, page := fetch(t, http.DefaultClient, s.url+"/figure?id=C0003&mart=customer_profit&column=cogs&lang=en")
	if status != 200 || !strings.Contains(page, "which is") && !strings.Contains(page, "add up to") || !strings.Contains(page, "5347527.3300") {
		t.Errorf("the cost of goods is answered %d", status)
	}
	if err := s.stop(); err != nil {
		t.Errorf("an interrupt ends it with %v", err)
	}
}

// certificate writes a certificate of its own for 127.0.0.1.
func certificate(t *testing.T, dir string) (cert, key string, pool *x509.CertPool) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "pharos test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{"localhost"}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert = write(t, dir, "cert.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	key = write(t, dir, "key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})))
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool = x509.NewCertPool()
	pool.AddCert(parsed)
	return cert, key, pool
}

func overTLSWithTokens(t *testing.T, config string) {
	dir := t.TempDir()
	cert, key, pool := certificate(t, dir)
	tokens := write(t, dir, "tokens", "marketing caller caller-token-0123456789\n")
	if err := os.Chmod(tokens, 0o600); err != nil {
		t.Fatal(err)
	}
	s := serveFor(t, config, func(set *pipeline.ServeSetting) { set.Cert, set.Key, set.Tokens = cert, key, tokens })
	if !strings.HasPrefix(s.url, "https://127.0.0.1:") {
		t.Fatalf("it says %s", s.url)
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if status, _ := fetch(t, client, s.url+"/lists"); status != http.StatusUnauthorized {
		t.Errorf("without a token it is answered %d", status)
	}
	form := strings.NewReader("token=caller-token-0123456789&next=/lists")
	res, err := client.Post(s.url+"/login", "application/x-www-form-urlencoded", form)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	cookies := res.Cookies()
	if len(cookies) != 1 || cookies[0].Name != "__Host-pharos" || !cookies[0].Secure || !cookies[0].HttpOnly || cookies[0].SameSite != http.SameSiteStrictMode || res.ProtoMajor != 2 {
		t.Fatalf("the login gives %v over HTTP/%d", cookies, res.ProtoMajor)
	}
	for path, want := range map[string]int{"/lists": 200, "/list?list=keep": 200, "/download?list=keep&file=list.csv": 200, "/download?list=keep&file=control.csv": 403, "/customers": 403} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.AddCookie(cookies[0])
		res, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%s is answered %d to marketing", path, res.StatusCode)
		}
	}
	cfg, err := loadConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	log, err := os.ReadFile(cfg.Serve.Log)
	if err != nil || !strings.Contains(string(log), `"who":"caller","role":"marketing"`) || strings.Contains(string(log), "caller-token") {
		t.Errorf("the log holds %q, %v", log, err)
	}
	if res, err := http.Get("http" + strings.TrimPrefix(s.url, "https") + "/"); err == nil {
		if res.Body.Close(); res.StatusCode != http.StatusBadRequest {
			t.Errorf("without TLS it is answered %d", res.StatusCode)
		}
	}
}

func TestServeSaysWhatIsWrongAndWhatToDo(t *testing.T) {
	dir := t.TempDir()
	config := write(t, dir, "pharos.yaml", smallest)
	write(t, dir, "tills.csv", "order,who,when,net\n")
	tokens := write(t, dir, "tokens", "analyst maria maria-token-0123456789\n")
	wrong := write(t, dir, "wrong", "analyst maria\n")
	if err := os.Chmod(wrong, 0o600); err != nil {
		t.Fatal(err)
	}
	cert, key, _ := certificate(t, dir)
	_, other, _ := certificate(t, t.TempDir())
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for name, row := range map[string]struct {
		args  []string
		wants []string
	}{
		"an address that others reach": {[]string{"--addr", "0.0.0.0:0"}, []string{"serve on 0.0.0.0:0: everybody who reaches this address could read every customer", "--addr 127.0.0.1:8080", "--tokens FILE"}},
		"every address":                {[]string{"--addr", ":8080"}, []string{"there are no tokens"}},
		"a name of another machine":    {[]string{"--addr", "example.com:80"}, []string{"there are no tokens"}},
		"tokens that others may read":  {[]string{"--tokens", tokens}, []string{"can be read or written by others (its mode is 0644)", "chmod 600"}},
		"tokens that are none":         {[]string{"--tokens", wrong}, []string{"wrong:1: a line is a role, a name and a token", "sha256:<64 hex digits>"}},
		"no tokens":                    {[]string{"--tokens", filepath.Join(dir, "none")}, []string{"no such file", "pharos serve --help shows how to make one"}},
		"no port":                      {[]string{"--addr", "127.0.0.1"}, []string{`read --addr "127.0.0.1": it is not host:port`, "--addr 127.0.0.1:8080"}},
		"a port that is taken":         {[]string{"--addr", taken.Addr().String()}, []string{"another program does already", "--addr 127.0.0.1:0 takes any port that is free"}},
		"half a certificate":           {[]string{"--addr", "127.0.0.1:0", "--tls-cert", cert}, []string{"--tls-cert and --tls-key go together"}},
		"a key of another certificate": {[]string{"--addr", "127.0.0.1:0", "--tls-cert", cert, "--tls-key", other}, []string{"read certificate cert.pem with key key.pem", "belong together"}},
		"no certificate":               {[]string{"--addr", "127.0.0.1:0", "--tls-cert", tokens, "--tls-key", key}, []string{"read certificate tokens", "must be PEM files"}},
		"no run":                       {[]string{"--addr", "127.0.0.1:0"}, []string{"no published run", "pharos run publishes one"}},
		"an argument":                  {[]string{"here"}, []string{"pharos serve --help"}},
		"a flag that there is not":     {[]string{"--port", "80"}, []string{"unknown flag: --port"}},
	} {
		t.Run(name, func(t *testing.T) {
			var out, talk bytes.Buffer
			code := Do(append([]string{"-c", config, "serve"}, row.args...), strings.NewReader(""), &out, &talk)
			if code != exitUsage || out.Len() > 0 {
				t.Errorf("ended with %d, %q", code, out.String())
			}
			for _, want := range row.wants {
				if !strings.Contains(talk.String(), want) {
					t.Errorf("it says\n%s\nnot %q", talk.String(), want)
				}
			}
		})
	}
	if _, err := os.Stat(filepath.Join(dir, "lighthouse")); !os.IsNotExist(err) {
		t.Errorf("a refused server leaves something behind: %v", err)
	}
}
