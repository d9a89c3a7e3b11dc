package extract

import (
	"context"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"

	"github.com/pharos-analytics/pharos/pipeline/extract/extracttest"
)

// bothServers runs a test on PostgreSQL and MariaDB.
func bothServers(t *testing.T, test func(t *testing.T, s *extracttest.Server, spec func(*Server) Spec)) {
	t.Run("postgres", func(t *testing.T) {
		s := extracttest.Postgres(t)
		s.Create(t, "logins")
		test(t, s, postgresSpec)
	})
	t.Run("mariadb", func(t *testing.T) {
		s := extracttest.MariaDB(t)
		s.Create(t, "logins")
		test(t, s, mysqlSpec)
	})
}

func TestAPasswordStandsInNoErrorInAnyForm(t *testing.T) {
	bothServers(t, func(t *testing.T, s *extracttest.Server, spec func(*Server) Spec) {
		for _, password := range []string{
			"c4nary@home", "c4nary:8080", "/c4nary/x?y=z", "c4nary%40", "c4nary'; select", `c4nary"quoted"`, `c4nary\back`, "c4nary geheim 密码",
		} {
			server := testServer(t, s, "logins")
			t.Setenv(passwordVariable, password)
			_, err := Open(t.Context(), spec(server))
			if !errors.Is(err, ErrUnreachable) {
				t.Fatalf("password %s: error %v, want unreachable", password, err)
			}
			checkNoSecret(t, err, password)
			for _, part := range []string{"open source", s.Host, fmt.Sprint(s.Port), extracttest.Role, "logins", passwordVariable} {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("error does not say %q: %v", part, err)
				}
			}
		}
	})
}

// checkNoSecret looks for a password, raw, as in an address and in base64, in all that an error
// and the errors below it can print.
func checkNoSecret(t *testing.T, err error, password string) {
	t.Helper()
	if err == nil {
		return
	}
	printed := fmt.Sprintf("%v\n%+v\n%#v\n%q", err, err, err, err)
	for _, form := range []string{
		password, "c4nary", url.QueryEscape(password), url.PathEscape(password), base64.StdEncoding.EncodeToString([]byte(password)),
	} {
		if strings.Contains(printed, form) {
			t.Errorf("the password stands in %s", printed)
		}
	}
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		checkNoSecret(t, e.Unwrap(), password)
	case interface{ Unwrap() []error }:
		for _, below := range e.Unwrap() {
			checkNoSecret(t, below, password)
		}
	}
}

func TestASecretThatADriverRepeatsIsTakenOut(t *testing.T) {
	for _, password := range []string{"c4nary@home", "c4n/ary?", `c4"nary\`, "c4n ary'%"} {
		l := login{password: password}
		said := fmt.Sprintf("dsn user:%s@host, url %s, path %s, escaped %q, base64 %s", password,
			url.UserPassword("user", password), url.PathEscape(password), password, base64.StdEncoding.EncodeToString([]byte(password)))
		checkNoSecret(t, errors.New(l.redact(said)), password)
	}
}

func TestAServerThatCannotBeReachedSaysWhatToDo(t *testing.T) {
	bothServers(t, func(t *testing.T, s *extracttest.Server, spec func(*Server) Spec) {
		t.Setenv("PHAROS_TEST_EMPTY", "")
		empty := filepath.Join(t.TempDir(), "empty")
		if err := os.WriteFile(empty, []byte("\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			name   string
			change func(*Server)
			want   string
		}{
			{"closed port", func(s *Server) { s.Port = closedPort(t) }, "is the server running"},
			{"unknown database", func(s *Server) { s.Database = "no_such" }, "no_such"},
			{"unknown user", func(s *Server) { s.User = "nobody_here" }, "the password is not right"},
			{"no such socket", func(s *Server) { s.Host = "/no/such/folder" }, "no such socket"},
			{"variable not set", func(s *Server) { s.PasswordEnv = "PHAROS_TEST_EMPTY" }, "PHAROS_TEST_EMPTY"},
			{"password file missing", func(s *Server) { s.PasswordEnv, s.PasswordFile = "", "no/such" }, "no/such"},
			{"password file empty", func(s *Server) { s.PasswordEnv, s.PasswordFile = "", empty }, "is empty"},
			{"CA file missing", func(s *Server) { s.CAFile = "no/such.pem" }, "ca_file"},
			{"CA file without certificate", func(s *Server) { s.CAFile = empty }, "no certificate"},
		} {
			t.Run(c.name, func(t *testing.T) {
				server := testServer(t, s, "logins")
				c.change(server)
				_, err := Open(t.Context(), spec(server))
				if !errors.Is(err, ErrUnreachable) || !strings.Contains(err.Error(), c.want) {
					t.Errorf("error %v, want unreachable and %q", err, c.want)
				}
				checkNoSecret(t, err, extracttest.Password)
			})
		}
	})
}

// closedPort is a port on which nothing listens.
func closedPort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func TestAPasswordFileEndsWithItsLine(t *testing.T) {
	bothServers(t, func(t *testing.T, s *extracttest.Server, spec func(*Server) Spec) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "secret"), []byte(extracttest.Password+"\r\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		server := testServer(t, s, "logins")
		server.PasswordEnv, server.PasswordFile = "", "secret"
		sp := spec(server)
		sp.Dir = dir
		openDatabase(t, sp)
	})
}

func TestTLSIsWhatTheModeSays(t *testing.T) {
	bothServers(t, func(t *testing.T, s *extracttest.Server, spec func(*Server) Spec) {
		for _, c := range []struct{ mode, host, ca, want string }{
			{"", s.Host, "", "encrypted"},
			{"disable", s.Host, "", "not encrypted"},
			{"require", s.Host, "", "encrypted"},
			{"require", s.Host, s.CAFile, "encrypted"},
			{"verify-ca", s.Host, s.CAFile, "encrypted"},
			{"verify-ca", s.Host, "", "error: name its signer with ca_file"},
			{"verify-full", "localhost", s.CAFile, "encrypted"},
			{"verify-full", s.Host, s.CAFile, "error: made out to another host"},
			{"verify-full", "localhost", "", "error: name its signer with ca_file"},
			{"disable", s.Socket, "", "does not leave this machine"},
			{"require", s.Socket, "", "does not leave this machine"},
			{"sometimes", s.Host, "", "error: disable, prefer, require, verify-ca or verify-full"},
		} {
			t.Run(c.mode+" "+c.host, func(t *testing.T) {
				server := testServer(t, s, "logins")
				server.TLS, server.Host, server.CAFile = c.mode, c.host, c.ca
				src, err := Open(t.Context(), spec(server))
				if want, fails := strings.CutPrefix(c.want, "error: "); fails {
					if err == nil || !strings.Contains(err.Error(), want) {
						t.Fatalf("error %v, want %q", err, want)
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				if f := finding(t, src.Verdict(), "transport"); !strings.Contains(f.Detail, c.want) || (f.Severity == "ok") == (c.mode == "disable" && c.host == s.Host) {
					t.Errorf("finding %+v, want %q", f, c.want)
				}
				if err := src.Close(); err != nil {
					t.Error(err)
				}
			})
		}
	})
}

func TestAServerWithoutTLSIsRefusedWhereTLSIsRequired(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() { // a server that answers every wish for TLS with no
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			c.Write([]byte("N"))
			c.Close()
		}
	}()
	t.Setenv(passwordVariable, "c4nary")
	server := &Server{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, Database: "d", User: "u", PasswordEnv: passwordVariable, TLS: "require"}
	_, err = Open(t.Context(), postgresSpec(server))
	if !errors.Is(err, ErrUnreachable) || !strings.Contains(err.Error(), "offers no TLS") {
		t.Errorf("error %v", err)
	}
	checkNoSecret(t, err, "c4nary")
}

func TestRemediesFitTheFault(t *testing.T) {
	l := &login{passwordFrom: "environment variable X", user: "u"}
	for _, c := range []struct {
		err  error
		want string
	}{
		{&net.DNSError{Err: "no such host", Name: "db1"}, "spelled right"},
		{context.DeadlineExceeded, "no answer within 10s"},
		{x509.CertificateInvalidError{Reason: x509.Expired}, "renew it"},
		{mysql.ErrNoTLS, "offers no TLS"},
		{&mysql.MySQLError{Number: 1040}, "max_connections"},
		{&mysql.MySQLError{Number: 1130}, "for its address"},
	} {
		got := mysqlRemedy(l, c.err)
		if got == "" {
			got = networkRemedy(c.err)
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("%v: %q, want %q", c.err, got, c.want)
		}
	}
}

func TestACancelledOpenIsNoFaultOfTheServer(t *testing.T) {
	bothServers(t, func(t *testing.T, s *extracttest.Server, spec func(*Server) Spec) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := Open(ctx, spec(testServer(t, s, "logins")))
		if !errors.Is(err, context.Canceled) || errors.Is(err, ErrUnreachable) {
			t.Errorf("error %v, want only that it was cancelled", err)
		}
	})
}
