package extracttest

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// mariaDB is MariaDB 10.4 or later.
type mariaDB struct{ installer, server, mariadb string }

func (*mariaDB) name() string { return "mariadb" }

func (m *mariaDB) find() (err error) {
	if m.installer, err = exec.LookPath("mariadb-install-db"); err != nil {
		return err
	}
	if m.mariadb, err = exec.LookPath("mariadb"); err != nil {
		return err
	}
	if m.server, err = exec.LookPath("mariadbd"); err != nil {
		m.server, err = exec.LookPath("/usr/sbin/mariadbd") // not in every user's PATH
	}
	return err
}

func (m *mariaDB) install(s *Server, a *account) error {
	s.Socket = filepath.Join(s.dir, "server.sock")
	return a.install(m.installer, "--no-defaults", "--datadir="+filepath.Join(s.dir, "data"),
		"--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve", "--force")
}

func (m *mariaDB) command(s *Server) []string {
	return []string{
		m.server, "--no-defaults", "--datadir=" + filepath.Join(s.dir, "data"), "--socket=" + s.Socket,
		"--port=" + strconv.Itoa(s.Port), "--bind-address=127.0.0.1", "--pid-file=" + filepath.Join(s.dir, "server.pid"),
		"--skip-name-resolve", "--innodb-buffer-pool-size=64M", "--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0",
		"--character-set-server=latin1", "--default-time-zone=+08:00", "--sql-mode=",
		"--ssl-ca=" + s.CAFile, "--ssl-cert=" + filepath.Join(s.dir, "server.pem"), "--ssl-key=" + filepath.Join(s.dir, "server.key"),
	}
}

func (*mariaDB) endSignal() string { return "KILL" }

func (m *mariaDB) client(s *Server, database string) *exec.Cmd {
	return exec.Command(m.mariadb, "--no-defaults", "--socket="+s.Socket, "--user=root",
		"--default-character-set=utf8mb4", "--batch", database)
}

func (*mariaDB) createRole() string {
	password := strings.NewReplacer("'", "''", `\`, `\\`).Replace(Password)
	return fmt.Sprintf("drop user if exists ''@'localhost'; create user %s@'%%' identified by '%s'", Role, password)
}

func (*mariaDB) create(database string) string {
	return "create database " + quoted(database, "`") + " character set utf8mb4"
}

func (*mariaDB) drop(database string) string { return "drop database if exists " + quoted(database, "`") }

func (*mariaDB) grant(database string) string {
	return "grant select on " + quoted(database, "`") + ".* to " + Role + "@'%'"
}

func (*mariaDB) clean(script []byte) []byte { return script }
