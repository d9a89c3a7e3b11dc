// Package extracttest starts real PostgreSQL and MariaDB servers for tests, from the programs that
// are installed.
//
//	pg := extracttest.Postgres(t)
//	pg.Load(t, "shop", "shop.sql")
//	config := strings.NewReplacer(pg.Replacements("shop")...).Replace(config)
//
// A server is started once per test binary, on a free port of 127.0.0.1 and on a Unix socket, and
// ends with the binary, however that ends: a keeper process waits for the end of a pipe that the
// test process holds, ends the server and removes its folder. Where the programs are missing the
// test is skipped, or fails when PHAROS_REQUIRE=all is set.
//
// The servers' own settings are chosen to be in the way: time zone Asia/Shanghai, odd date and
// number styles. A client that relies on defaults reads wrong values.
package extracttest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Role may log in with Password and read every database that Load or Create made, and nothing else.
const Role = "pharos_reader"

// Password is Role's. It holds what breaks carelessly written addresses and statements.
const Password = `p@ss:/%'"\word`

// Server is a running server.
type Server struct {
	Host   string // 127.0.0.1; the certificate of its TLS is made out to localhost
	Port   int
	Socket string // as Server.Host of a source: PostgreSQL's socket folder, MariaDB's socket file
	CAFile string // signer of the server's certificate

	product
	name   string
	dir    string
	keeper io.Closer // its end ends the server
}

// product is what differs between the two servers.
type product interface {
	// install makes the data folder, as the account.
	install(s *Server, a *account) error
	// command starts the server in the foreground.
	command(s *Server) []string
	// client runs SQL from its standard input as administrator.
	client(s *Server, database string) *exec.Cmd
	// traces are queries whose answers change with every write: checksums of a database's tables and
	// the server's counters of writing.
	traces(s *Server, database string) ([]string, error)
	dialect() dialect
}

// dialect is a server's own SQL.
type dialect struct {
	endSignal  string // ends the server at once
	createRole string
	create     func(database string) string
	drop       func(database string) string
	grant      func(database string) string
	clean      func(script []byte) []byte // of what the server does not know any more
}

// One server of each product serves all tests of a binary.
var (
	postgresOnce = sync.OnceValues(func() (*Server, error) { return start("postgres", findPostgres) })
	mariaDBOnce  = sync.OnceValues(func() (*Server, error) { return start("mariadb", findMariaDB) })
)

// Postgres gives the binary's PostgreSQL server, started when it is first asked for.
func Postgres(t testing.TB) *Server {
	t.Helper()
	return require(t, postgresOnce)
}

// MariaDB gives the binary's MariaDB server, started when it is first asked for.
func MariaDB(t testing.TB) *Server {
	t.Helper()
	return require(t, mariaDBOnce)
}

func require(t testing.TB, once func() (*Server, error)) *Server {
	t.Helper()
	s, err := once()
	switch {
	case err == nil:
		return s
	case errors.Is(err, exec.ErrNotFound) && os.Getenv("PHAROS_REQUIRE") != "all":
		t.Skip(err)
	}
	t.Fatal(err)
	return nil
}

// start installs and starts a server. The free port may be taken before it listens: it tries again.
func start(name string, find func() (product, error)) (*Server, error) {
	p, err := find()
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	const attempts = 3
	for range attempts {
		s := &Server{Host: "127.0.0.1", product: p, name: name}
		if err = s.start(); err == nil {
			return s, nil
		}
		err = errors.Join(fmt.Errorf("start %s: %w", name, err), s.stop())
	}
	return nil, err
}

func (s *Server) start() error {
	account, err := serverAccount()
	if err != nil {
		return err
	}
	if s.dir, err = os.MkdirTemp("", "pharos-"+s.name+"-"); err != nil {
		return err
	}
	if s.Port, err = freePort(); err != nil {
		return err
	}
	s.CAFile = filepath.Join(s.dir, "ca.pem")
	if err := writeCertificates(s.dir); err != nil {
		return err
	}
	if err := account.own(s.dir); err != nil {
		return err
	}
	if err := s.install(s, account); err != nil {
		return err
	}
	if err := s.keep(account); err != nil {
		return err
	}
	if err := s.await(); err != nil {
		return err
	}
	return s.run("", s.dialect().createRole)
}

// keeperScript runs the server until its own standard input ends.
const keeperScript = `
trap '' INT TERM HUP
dir=$1 signal=$2
shift 2
"$@" </dev/null >"$dir/server.log" 2>&1 &
server=$!
read -r _
kill -"$signal" "$server"
wait "$server"
rm -rf "$dir"
`

// keep starts the keeper, which starts the server.
func (s *Server) keep(a *account) error {
	args := append([]string{"-c", keeperScript, "keeper", s.dir, s.dialect().endSignal}, s.command(s)...)
	cmd := a.command("sh", args...)
	cmd.SysProcAttr.Setpgid = true // an interrupt at the terminal is for the tests
	pipe, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	s.keeper = pipe
	return cmd.Start()
}

// stop ends a server that did not start well.
func (s *Server) stop() error {
	if s.keeper != nil {
		return s.keeper.Close()
	}
	if s.dir == "" {
		return nil
	}
	return os.RemoveAll(s.dir)
}

// await polls until the server answers.
func (s *Server) await() error {
	const patience, pause = 60 * time.Second, 20 * time.Millisecond
	deadline := time.After(patience)
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for {
		err := s.run("", "select 1")
		if err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-deadline:
			log, _ := os.ReadFile(filepath.Join(s.dir, "server.log"))
			return fmt.Errorf("no answer within %s: %w\n%s", patience, err, log)
		}
	}
}

// run gives SQL to the server's own client as administrator.
func (s *Server) run(database, sql string) error {
	cmd := s.client(s, database)
	cmd.Stdin = strings.NewReader(sql)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", filepath.Base(cmd.Path), err, bytes.TrimSpace(out))
	}
	return nil
}

// Exec runs SQL statements as administrator; database "" is the server's own.
func (s *Server) Exec(t testing.TB, database, sql string) {
	t.Helper()
	if err := s.run(database, sql); err != nil {
		t.Fatal(err)
	}
}

// Create makes an empty database in place of an older one and lets Role read it. Tables that are
// created later need Grant.
func (s *Server) Create(t testing.TB, database string) {
	t.Helper()
	s.Exec(t, "", s.dialect().drop(database))
	s.Exec(t, "", s.dialect().create(database))
	s.Grant(t, database)
}

// Grant lets Role read all that is in a database now.
func (s *Server) Grant(t testing.TB, database string) {
	t.Helper()
	s.Exec(t, database, s.dialect().grant(database))
}

// Load runs a script with the server's client in place of an older database, which the script may
// create itself, and lets Role read it.
func (s *Server) Load(t testing.TB, database, sqlFile string) {
	t.Helper()
	script, err := os.ReadFile(sqlFile)
	if err != nil {
		t.Fatal(err)
	}
	s.Exec(t, "", s.dialect().drop(database))
	in := ""
	if !createsDatabase.Match(script) {
		s.Exec(t, "", s.dialect().create(database))
		in = database
	}
	s.Exec(t, in, string(s.dialect().clean(script)))
	s.Grant(t, database)
}

// Replacements are pairs for strings.NewReplacer over a configuration with the words HOST, PORT
// and USER.
func (s *Server) Replacements(database string) []string {
	return []string{"HOST", s.Host, "PORT", strconv.Itoa(s.Port), "USER", Role}
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	port := l.Addr().(*net.TCPAddr).Port
	return port, l.Close()
}

// account is the user that servers run as: they refuse to be root.
type account struct{ credential *syscall.Credential }

func serverAccount() (*account, error) {
	if os.Geteuid() != 0 {
		return &account{}, nil
	}
	for _, name := range []string{"postgres", "mysql", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return nil, err
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			return nil, err
		}
		return &account{&syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
	}
	return nil, errors.New("the tests run as root, and there is no user postgres, mysql or nobody to run a server as")
}

// own gives a folder and its files to the account.
func (a *account) own(dir string) error {
	if a.credential == nil {
		return nil
	}
	return filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Chown(path, int(a.credential.Uid), int(a.credential.Gid))
	})
}

// command prepares a program to run as the account.
func (a *account) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: a.credential}
	cmd.Dir = "/"
	cmd.Env = []string{"PATH=" + os.Getenv("PATH") + ":/usr/sbin:/sbin", "LC_ALL=C", "TMPDIR=" + os.TempDir()}
	return cmd
}

// install runs a program that makes a data folder.
func (a *account) install(name string, args ...string) error {
	cmd := a.command(name, args...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", filepath.Base(name), err, bytes.TrimSpace(out))
	}
	return nil
}
