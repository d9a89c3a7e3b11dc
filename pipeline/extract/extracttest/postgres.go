package extracttest

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// createsDatabase finds scripts that make their database themselves.
var createsDatabase = regexp.MustCompile(`(?im)^\s*create\s+database\b`)

// postgres is PostgreSQL 12 or later.
type postgres struct{ initdb, server, psql string }

// findPostgres looks in the PATH and where Debian puts the server's programs.
func findPostgres() (product, error) {
	var p postgres
	for name, path := range map[string]*string{"initdb": &p.initdb, "postgres": &p.server, "psql": &p.psql} {
		var err error
		if *path, err = exec.LookPath(name); err == nil {
			continue
		}
		found, globErr := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
		if globErr != nil || len(found) == 0 {
			return nil, err
		}
		*path = found[len(found)-1]
	}
	return &p, nil
}

func (p *postgres) install(s *Server, a *account) error {
	s.Socket = s.dir
	data := filepath.Join(s.dir, "data")
	if err := a.install(p.initdb, "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"); err != nil {
		return err
	}
	const access = "local all postgres trust\nlocal all all scram-sha-256\nhost all all 127.0.0.1/32 scram-sha-256\nhost all all ::1/128 scram-sha-256\n"
	if err := os.WriteFile(filepath.Join(data, "pg_hba.conf"), []byte(access), 0o600); err != nil {
		return err
	}
	return a.own(data)
}

func (p *postgres) command(s *Server) []string {
	args := []string{p.server, "-D", filepath.Join(s.dir, "data"), "-p", strconv.Itoa(s.Port), "-k", s.dir}
	for _, setting := range []string{
		"listen_addresses=localhost", "fsync=off", "full_page_writes=off", "synchronous_commit=off", "shared_buffers=32MB",
		"autovacuum=off", // only what tests and readers do takes transaction numbers
		"ssl=on", "ssl_cert_file=" + filepath.Join(s.dir, "server.pem"), "ssl_key_file=" + filepath.Join(s.dir, "server.key"),
		"timezone=Asia/Shanghai", "datestyle=German", "intervalstyle=sql_standard", "extra_float_digits=0", "bytea_output=escape",
	} {
		args = append(args, "-c", setting)
	}
	return args
}

func (p *postgres) client(s *Server, database string) *exec.Cmd {
	if database == "" {
		database = "postgres"
	}
	cmd := exec.Command(p.psql, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", s.dir, "-p", strconv.Itoa(s.Port),
		"-U", "postgres", "-d", database, "-f", "-", "-o", os.DevNull)
	cmd.Env = []string{"PGCLIENTENCODING=UTF8", "PGOPTIONS=-c client_min_messages=warning -c datestyle=ISO,YMD"}
	return cmd
}

// grantEverywhere reaches every schema of the database's owner.
const grantEverywhere = `do $$
declare s name;
begin
    for s in select nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema' loop
        execute format('grant usage on schema %I to ` + Role + `', s);
        execute format('grant select on all tables in schema %I to ` + Role + `', s);
    end loop;
end $$`

func (*postgres) dialect() dialect {
	return dialect{
		endSignal:  "QUIT",
		createRole: fmt.Sprintf("create role %s login password '%s'", Role, strings.ReplaceAll(Password, "'", "''")),
		create:     func(database string) string { return "create database " + quoted(database, `"`) },
		drop: func(database string) string {
			return "drop database if exists " + quoted(database, `"`) + " with (force)"
		},
		grant: func(string) string { return grantEverywhere },
		clean: func(script []byte) []byte { // old dumps begin with a setting that version 12 abolished
			return bytes.ReplaceAll(script, []byte("SET default_with_oids = false;"), nil)
		},
	}
}

func quoted(name, quote string) string {
	return quote + strings.ReplaceAll(name, quote, quote+quote) + quote
}
