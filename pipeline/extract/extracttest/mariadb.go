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

// findMariaDB looks in the PATH, and for the server where it is when /usr/sbin is not in it.
func findMariaDB() (product, error) {
	var m mariaDB
	for name, path := range map[string]*string{"mariadb-install-db": &m.installer, "mariadb": &m.mariadb} {
		var err error
		if *path, err = exec.LookPath(name); err != nil {
			return nil, err
		}
	}
	var err error
	if m.server, err = exec.LookPath("mariadbd"); err != nil {
		m.server, err = exec.LookPath("/usr/sbin/mariadbd")
	}
	return &m, err
}

func (m *mariaDB) install(s *Server, a *account) error {
	s.Socket = filepath.Join(s.dir, "server.sock")
	return a.install(m.installer, "--no-defaults", "--datadir="+filepath.Join(s.dir, "data"),
		"--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve", "--force")
}

func (m *mariaDB) command(s *Server) []string {
	return []string{
		m.server, "--no-defaults", "--datadir=" + filepath.Join(s.dir, "data"), "--socket=" + s.Socket,
		"--tmpdir=" + s.dir, // a server that starts clears the temporary tables out of its folder, whosever they are
		"--port=" + strconv.Itoa(s.Port), "--bind-address=127.0.0.1", "--pid-file=" + filepath.Join(s.dir, "server.pid"),
		"--skip-name-resolve", "--innodb-buffer-pool-size=64M", "--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0",
		"--character-set-server=latin1", "--default-time-zone=+08:00", "--sql-mode=",
		"--ssl-ca=" + s.CAFile, "--ssl-cert=" + filepath.Join(s.dir, "server.pem"), "--ssl-key=" + filepath.Join(s.dir, "server.key"),
	}
}

func (m *mariaDB) client(s *Server, database string) *exec.Cmd {
	return exec.Command(m.mariadb, "--no-defaults", "--socket="+s.Socket, "--user=root",
		"--default-character-set=utf8mb4", "--batch", database)
}

func (*mariaDB) dialect() dialect {
	password := strings.NewReplacer("'", "''", `\`, `\\`).Replace(Password)
	return dialect{
		endSignal:  "KILL",
		createRole: fmt.Sprintf("drop user if exists ''@'localhost'; create user %s@'%%' identified by '%s'", Role, password),
		create: func(database string) string {
			return "create database " + quoted(database, "`") + " character set utf8mb4"
		},
		drop: func(database string) string { return "drop database if exists " + quoted(database, "`") },
		grant: func(database string) string {
			return "grant select on " + quoted(database, "`") + ".* to " + Role + "@'%'"
		},
		clean: func(script []byte) []byte { return script },
	}
}
