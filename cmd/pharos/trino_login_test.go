package main

import (
	"bytes"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/pharos-analytics/pharos/pipeline/model/trinotest"
)

// behindTLS is a cluster behind TLS that wants a password or a token.
func behindTLS(t *testing.T, cluster *trinotest.Cluster, login string) (address, ca string, asked *atomic.Int64) {
	t.Helper()
	behind, err := url.Parse(cluster.URL)
	if err != nil {
		t.Fatal(err)
	}
	asked = &atomic.Int64{}
	var server *httptest.Server
	proxy := httputil.NewSingleHostReverseProxy(behind)
	proxy.ModifyResponse = func(r *http.Response) error { // the next address of an answer is the proxy's
		text, err := io.ReadAll(r.Body)
		if err != nil {
			return err
		}
		text = bytes.ReplaceAll(text, []byte(cluster.URL), []byte(server.URL))
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(text)), int64(len(text))
		r.Header.Set("Content-Length", strconv.Itoa(len(text)))
		return nil
	}
	server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != login {
			http.Error(w, "who are you?", http.StatusUnauthorized)
			return
		}
		asked.Add(1)
		r.Header.Del("Authorization")
		r.Header.Del("Accept-Encoding")
		r.Host, r.Header["X-Forwarded-For"] = behind.Host, nil // the cluster does not expect a proxy
		proxy.ServeHTTP(w, r)
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // a client that does not trust it hangs up
	server.StartTLS()
	t.Cleanup(server.Close)
	ca = filepath.Join(t.TempDir(), "ca.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(ca, block, 0o600); err != nil {
		t.Fatal(err)
	}
	return server.URL, ca, asked
}

func TestAPasswordOrATokenGoesOverTLSOnly(t *testing.T) {
	if testing.Short() {
		t.Skip("needs the cluster; -short leaves it out")
	}
	t.Setenv("NIGHT_SECRET", "light:house")
	for name, c := range map[string]struct{ key, login string }{
		"password": {"password_env", "Basic bmlnaHQ6bGlnaHQ6aG91c2U="}, // night:light:house
		"token":    {"token_env", "Bearer light:house"},
	} {
		t.Run(name, func(t *testing.T) {
			cluster := trinotest.Shared(t)
			address, ca, asked := behindTLS(t, cluster, c.login)
			shop := onTrino(t, cluster, lensShop(t))
			config := func(more string) {
				t.Helper()
				text := fmt.Sprintf("%s\nengine: { trino: { url: %q, location: \"local:///%s/lighthouse\", user: night, %s } }\n", lensShop(t), address, filepath.Base(shop.dir), more)
				if err := os.WriteFile(shop.config, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			publishedBefore(t, shop)
			config("ca_file: " + ca)
			endsWith(t, shop, exitSource, "refused the user (401)", "engine.trino")
			config(c.key + ": NIGHT_SECRET")
			endsWith(t, shop, exitSource, "certificate", "ca_file")
			if asked.Load() > 0 {
				t.Fatal("a login was accepted too early")
			}
			config("ca_file: " + ca + ", " + c.key + ": NIGHT_SECRET")
			mustRun(t, "-c", shop.config, "run", "--as-of", shopDay, "--from-lake", "--only", "customer_profit")
			if asked.Load() == 0 {
				t.Error("the night did not log in")
			}
		})
	}
}

func TestAPasswordIsNotSentInTheOpen(t *testing.T) {
	t.Setenv("NIGHT_SECRET", "light:house")
	dir := t.TempDir()
	shop := trinoCompany{dir: dir, config: filepath.Join(dir, "pharos.yaml")}
	text := lensShop(t) + "\nengine: { trino: { url: \"http://127.0.0.1:1\", location: \"local:///x\", password_env: NIGHT_SECRET } }\n"
	if err := os.WriteFile(shop.config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	publishedBefore(t, shop)
	var out, talk bytes.Buffer
	if code := Do([]string{"-c", shop.config, "run", "--as-of", shopDay, "--from-lake"}, strings.NewReader(""), &out, &talk); code != exitUsage || !strings.Contains(talk.String(), "over https only") {
		t.Errorf("exit code %d: %s", code, talk.String())
	}
}
