package extract

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"
)

// connectTimeout bounds one attempt to connect and log in.
const connectTimeout = 10 * time.Second

// login is what it takes to open a session with a server.
type login struct {
	source       string
	kind         string
	host         string
	port         int
	database     string
	user         string
	password     string
	passwordFrom string      // where it came from, for messages; the password itself is in none
	tls          *tls.Config // nil: without
	plainAllowed bool        // tls is only preferred
	application  string      // what the server's owner sees the session as
}

// newLogin reads the secrets that a source names.
func newLogin(spec Spec, server *Server, defaultPort int) (login, error) {
	l := login{
		source: spec.Name, kind: spec.Kind(), host: server.Host, port: server.Port, database: server.Database, user: server.User,
		application: applicationName(spec.Application),
	}
	if l.host == "" {
		l.host = "localhost"
	}
	if l.port == 0 {
		l.port = defaultPort
	}
	if err := l.readPassword(spec.Dir, server); err != nil {
		return login{}, err
	}
	if l.isSocket() {
		return l, nil // what does not leave the machine needs no TLS
	}
	return l, l.configureTLS(spec.Dir, server)
}

// applicationName is at most 63 bytes of plain text: PostgreSQL cuts there, and shows others as ?.
func applicationName(run string) string {
	if run == "" {
		return "pharos"
	}
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, run)
	const longest = 63
	return plain[:min(len(plain), longest)]
}

func (l *login) isSocket() bool { return strings.HasPrefix(l.host, "/") }

func (l *login) address() string { return net.JoinHostPort(l.host, strconv.Itoa(l.port)) }

// where names the server in messages.
func (l *login) where() string {
	at := l.address()
	if l.isSocket() {
		at = l.host
	}
	return fmt.Sprintf("%s at %s, database %s, user %s", l.kind, at, l.database, l.user)
}

func (l *login) readPassword(dir string, server *Server) error {
	switch {
	case server.PasswordEnv != "":
		l.passwordFrom = "environment variable " + server.PasswordEnv
		l.password = os.Getenv(server.PasswordEnv)
		if l.password == "" {
			return unreachable(fmt.Errorf("%s, which is to hold the password of user %s, is not set; export it before the run", l.passwordFrom, l.user))
		}
	case server.PasswordFile != "":
		l.passwordFrom = "file " + server.PasswordFile
		text, err := os.ReadFile(resolve(dir, server.PasswordFile))
		if err != nil {
			return unreachable(fmt.Errorf("read the password of user %s: %w", l.user, err))
		}
		l.password = string(bytes.TrimRight(text, "\r\n"))
		if l.password == "" {
			return unreachable(fmt.Errorf("%s, which is to hold the password of user %s, is empty", l.passwordFrom, l.user))
		}
	default:
		l.passwordFrom = "nowhere: neither password_env nor password_file is given"
	}
	return nil
}

func resolve(dir, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}

// configureTLS follows libpq's modes: prefer and require encrypt, verify-ca also checks who signed
// the server's certificate, verify-full also that it is made out to this host. With a CA file,
// require is verify-ca.
func (l *login) configureTLS(dir string, server *Server) error {
	mode := server.TLS
	if mode == "" {
		mode = "prefer"
	}
	cfg := &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: mode != "verify-full", ServerName: l.host}
	if server.CAFile != "" {
		pem, err := os.ReadFile(resolve(dir, server.CAFile))
		if err != nil {
			return unreachable(fmt.Errorf("read ca_file: %w", err))
		}
		cfg.RootCAs = x509.NewCertPool()
		if !cfg.RootCAs.AppendCertsFromPEM(pem) {
			return unreachable(fmt.Errorf("ca_file %s holds no certificate in PEM form", server.CAFile))
		}
		if mode == "require" {
			mode = "verify-ca"
		}
	}
	switch mode {
	case "disable":
		return nil
	case "prefer":
		l.plainAllowed = true
	case "verify-ca":
		cfg.VerifyConnection = verifyChain(cfg.RootCAs)
	case "require", "verify-full":
	default:
		return unfit(fmt.Errorf("tls %q is not known; it is disable, prefer, require, verify-ca or verify-full", mode))
	}
	l.tls = cfg
	return nil
}

// verifyChain checks a certificate's signers but not its names. Roots nil are the system's.
func verifyChain(roots *x509.CertPool) func(tls.ConnectionState) error {
	return func(state tls.ConnectionState) error {
		chain := x509.NewCertPool()
		for _, c := range state.PeerCertificates[1:] {
			chain.AddCert(c)
		}
		_, err := state.PeerCertificates[0].Verify(x509.VerifyOptions{Roots: roots, Intermediates: chain})
		return err
	}
}

// refused turns an error of connecting into one that says what to do. Nothing of the driver's
// error is kept but its text without the password: drivers hang their whole configuration on it.
func (l *login) refused(ctx context.Context, err error, remedy string) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	text := innermost(err).Error()
	if answer := serverAnswer(err); answer != "" {
		text = answer
	}
	if remedy == "" {
		remedy = networkRemedy(err)
	}
	return l.fault(mayPass(err), fmt.Errorf("reach %s: %s; %s", l.where(), l.redact(text), remedy))
}

// serverAnswer is what a server says that refuses a login; empty when it said nothing.
func serverAnswer(err error) string {
	var postgres *pgconn.PgError
	var maria *mysql.MySQLError
	switch {
	case errors.As(err, &postgres):
		return fmt.Sprintf("the server says: %s (SQLSTATE %s)", postgres.Message, postgres.Code)
	case errors.As(err, &maria):
		return fmt.Sprintf("the server says: %s (error %d)", maria.Message, maria.Number)
	}
	return ""
}

// innermost leaves aside what drivers write around a fault, several times over when they have
// tried several addresses.
func innermost(err error) error {
	var certificate *tls.CertificateVerificationError
	var name *net.DNSError
	var network *net.OpError
	switch {
	case errors.As(err, &certificate):
		return certificate
	case errors.As(err, &name):
		return name
	case errors.As(err, &network):
		return network
	}
	return err
}

// networkRemedy says what to do about errors below the databases' own protocols.
func networkRemedy(err error) string {
	var name *net.DNSError
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &name):
		return "the host name is not known here; is it spelled right?"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nothing listens there; is the server running, and is the port right?"
	case errors.Is(err, syscall.ENOENT):
		return "there is no such socket; is the server running on this machine?"
	case errors.As(err, &authority):
		return "the server's certificate is not signed by anyone known here; name its signer with ca_file"
	case errors.As(err, &host):
		return "the server's certificate is made out to another host; use that name, or tls: verify-ca"
	case errors.As(err, &invalid):
		return "the server's certificate is not valid; renew it"
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		return fmt.Sprintf("no answer within %s; is a firewall in between?", connectTimeout)
	}
	return "is the server up, and does it let this machine in?"
}

// redact takes the password out of a text, as it is and as drivers write it in addresses.
func (l *login) redact(text string) string {
	const tooShort = 3 // shorter ones would take letters out of ordinary words
	if len(l.password) <= tooShort {
		return text
	}
	for _, form := range []string{
		l.password, url.QueryEscape(l.password), url.PathEscape(l.password), url.UserPassword("", l.password).String()[1:],
		strconv.Quote(l.password), base64.StdEncoding.EncodeToString([]byte(l.password)), base64.URLEncoding.EncodeToString([]byte(l.password)),
	} {
		text = strings.ReplaceAll(text, strings.Trim(form, `"@=`), "***")
	}
	return text
}
