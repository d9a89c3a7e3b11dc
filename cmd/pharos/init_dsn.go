package main

import (
	"net/url"
	"os"
	"strconv"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/extract"
)

// passwordVariable is the environment variable that a server's password is taken from unless
// --password-env names another.
const passwordVariable = "PHAROS_PASSWORD"

// isDSN tells a server's address from a path.
func isDSN(target string) bool { return strings.Contains(target, "://") }

// parseDSN reads postgres://user@host:port/database?sslmode=… or mysql://… The address holds no
// password, since addresses end in shell histories and process lists: messages never repeat it.
func parseDSN(dsn, passwordEnv string) (extract.Spec, error) {
	u, err := url.Parse(dsn)
	if err != nil {
		return extract.Spec{}, usageError("postgres://user@host/database or mysql://user@host/database", "read address: it is not a URL")
	}
	if _, has := u.User.Password(); has || u.Query().Has("password") {
		return extract.Spec{}, usageError("export "+passwordVariable+"=… and leave the password out of the address",
			"read address of %s: it holds a password, which would stay in the shell's history", u.Hostname())
	}
	s := &extract.Server{Host: u.Hostname(), User: u.User.Username(), Database: strings.Trim(u.Path, "/"), TLS: serverTLS(u.Query())}
	if host := u.Query().Get("host"); s.Host == "" {
		s.Host = host
	}
	if s.Host == "" {
		s.Host = "localhost"
	}
	if port := u.Port(); port != "" {
		s.Port, _ = strconv.Atoi(port) // url.Parse has checked the digits
	}
	if s.User == "" || s.Database == "" {
		return extract.Spec{}, usageError(u.Scheme+"://user@host/database", "read address of %s: it names no user or no database", s.Host)
	}
	if passwordEnv == "" {
		if _, set := os.LookupEnv(passwordVariable); set {
			passwordEnv = passwordVariable
		}
	}
	s.PasswordEnv = passwordEnv
	spec := extract.Spec{Name: sourceName(s.Database)}
	switch u.Scheme {
	case "postgres", "postgresql":
		spec.Postgres = s
	case "mysql", "mariadb":
		spec.MySQL = s
	default:
		return extract.Spec{}, usageError("postgres://user@host/database or mysql://user@host/database", "read address: %s servers cannot be read", visible(u.Scheme))
	}
	return spec, nil
}

// serverTLS takes PostgreSQL's and MySQL's own words for the same thing.
func serverTLS(q url.Values) string {
	switch q.Get("sslmode") + q.Get("tls") {
	case "disable", "false":
		return "disable"
	case "require", "skip-verify":
		return "require"
	case "verify-ca":
		return "verify-ca"
	case "verify-full", "true":
		return "verify-full"
	}
	return ""
}

// sourceName makes a name for pharos.yaml out of a file's or database's name.
func sourceName(s string) string {
	name := strings.Trim(strings.Map(func(r rune) rune {
		if isWord(string(r)) && r != '-' {
			return r
		}
		return '_'
	}, strings.ToLower(s)), "_")
	for strings.Contains(name, "__") {
		name = strings.ReplaceAll(name, "__", "_")
	}
	if name == "" {
		return "data"
	}
	return name
}
