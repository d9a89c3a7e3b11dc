package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/pharos-analytics/pharos/pipeline/extract/extracttest"
	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// Bad rows and bad files are in testdata/script; here is what needs a server, a lock or a user.

// shop is a company whose orders are in a database.
const shop = `version: 1
history: { months: 2 }
company: { name: Uferladen, currency: EUR, time_zone: Europe/Berlin, language: en }
sources: { erp: { %s: { host: %q, port: %d, database: %s, user: %s, password_env: SHOP_PASSWORD, retry_for: 0 } } }
data:
  order_lines:
    source: erp
    table: %s
    columns: { order_id: no, customer_id: who, ordered_at: day, net_amount: %s }
`

// goodNight runs a first good night and gives a function that fails the test unless that night
// is still current and whole.
func goodNight(t *testing.T, config string) (stillCurrent func()) {
	t.Helper()
	if code, _, talk := pharos(t, "run", "--config", config, "--as-of", "2026-09-01"); code != exitOK {
		t.Fatalf("exit %d\n%s", code, talk)
	}
	pointer := filepath.Join(filepath.Dir(config), "lighthouse", "CURRENT")
	before, err := os.ReadFile(pointer)
	if err != nil {
		t.Fatal(err)
	}
	return func() {
		t.Helper()
		after, err := os.ReadFile(pointer)
		if err != nil || string(after) != string(before) {
			t.Errorf("CURRENT was %s and is %s, %v", before, after, err)
		}
		if code, out, talk := pharos(t, "verify", "--config", config); code != exitOK {
			t.Errorf("the last good run does not verify: exit %d\n%s%s", code, out, talk)
		}
	}
}

// TestAServerThatCannotBeReadLeavesTheLastGoodRun walks through a database's bad nights.
func TestAServerThatCannotBeReadLeavesTheLastGoodRun(t *testing.T) {
	if testing.Short() {
		t.Skip("starts database servers")
	}
	for _, kind := range []string{"postgres", "mysql"} {
		t.Run(kind, func(t *testing.T) {
			server := extracttest.Postgres
			if kind == "mysql" {
				server = extracttest.MariaDB
			}
			s := server(t)
			s.Create(t, "nights")
			s.Exec(t, "nights", "create table orders (no varchar(9), who varchar(9), day date, net numeric(12,2));"+
				"insert into orders values ('1', 'K1', '2026-03-08', 5.00), ('2', 'K2', '2026-03-09', 7.50)")
			s.Grant(t, "nights")
			dir := t.TempDir()
			night := func(port int, database, user, table, column string) string {
				return write(t, dir, "pharos.yaml", fmt.Sprintf(shop, kind, s.Host, port, database, user, table, column))
			}
			t.Setenv("SHOP_PASSWORD", extracttest.Password)
			config := night(s.Port, "nights", extracttest.Role, "orders", "net")
			stillCurrent := goodNight(t, config)
			for _, c := range []struct {
				name, password, database, user, table, column string
				port, code                                    int
				want                                          []string
			}{
				{"wrong password", "falsch-c4nary", "nights", extracttest.Role, "orders", "net", s.Port, exitSource, []string{"SHOP_PASSWORD", extracttest.Role}},
				{"unknown user", "falsch-c4nary", "nights", "nobody_here", "orders", "net", s.Port, exitSource, []string{"nobody_here"}},
				{"no such database", extracttest.Password, "days", extracttest.Role, "orders", "net", s.Port, exitSource, []string{"days"}},
				{"server away", extracttest.Password, "nights", extracttest.Role, "orders", "net", 1, exitSource, []string{s.Host + ":1"}},
				{"table gone", extracttest.Password, "nights", extracttest.Role, "order_s", "net", s.Port, exitUsage, []string{`no table "order_s"`, "nearest: ", "orders"}},
				{"column renamed", extracttest.Password, "nights", extracttest.Role, "orders", "nett", s.Port, exitUsage, []string{"order_lines", "pharos.yaml:", `no column "nett"`, "nearest: net"}},
			} {
				t.Run(c.name, func(t *testing.T) {
					t.Setenv("SHOP_PASSWORD", c.password)
					night(c.port, c.database, c.user, c.table, c.column)
					for _, command := range []string{"run", "check"} {
						code, out, talk := pharos(t, command, "--config", config)
						if code != c.code {
							t.Errorf("%s: exit %d, want %d", command, code, c.code)
						}
						for _, want := range append(c.want, "erp", "  try: ") {
							if !strings.Contains(talk, want) {
								t.Errorf("%s: no %q in\n%s", command, want, talk)
							}
						}
						if strings.Contains(out+talk, c.password) {
							t.Errorf("%s: the password is printed\n%s%s", command, out, talk)
						}
					}
					stillCurrent()
				})
			}
		})
	}
}

func TestTwoNightsAtOnceAreOneNight(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "tills.csv", "no,who,day,net\n1,K1,2026-03-08,5.00\n")
	config := write(t, dir, "pharos.yaml", smallest)
	stillCurrent := goodNight(t, config)
	release, err := (&publish.Workspace{Root: filepath.Join(dir, "lighthouse")}).Lock()
	if err != nil {
		t.Fatal(err)
	}
	code, _, talk := pharos(t, "run", "--config", config)
	if code != exitLocked || !strings.Contains(talk, "another run holds the lock") || !strings.Contains(talk, "try: wait") {
		t.Errorf("exit %d\n%s", code, talk)
	}
	stillCurrent()
	release()
	if code, _, talk := pharos(t, "run", "--config", config, "--as-of", "2026-09-02"); code != exitOK {
		t.Errorf("exit %d after the other run ended\n%s", code, talk)
	}
}

func TestAFolderThatMayNotBeWrittenIsSaidByName(t *testing.T) {
	dir, err := os.MkdirTemp("", "pharos-readonly-") // t.TempDir is closed to other users
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	write(t, dir, "tills.csv", "no,who,day,net\n1,K1,2026-03-08,5.00\n")
	config := write(t, dir, "pharos.yaml", smallest)
	stillCurrent := goodNight(t, config)
	workspace := filepath.Join(dir, "lighthouse")
	for _, path := range []string{dir, workspace} {
		if err := os.Chmod(path, 0o555); err != nil {
			t.Fatal(err)
		}
	}
	code, talk := asAStranger(t, "run", "--config", config, "--as-of", "2026-09-02")
	if code != exitFailed || !strings.Contains(talk, "permission denied") ||
		!strings.Contains(talk, "try: let this user write in "+workspace+", or name another folder with workspace: in "+config) {
		t.Errorf("exit %d\n%s", code, talk)
	}
	for _, path := range []string{dir, workspace} {
		if err := os.Chmod(path, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	stillCurrent()
}

// asAStranger runs pharos as a user without rights: root is nobody for once, because root may
// write everywhere.
func asAStranger(t *testing.T, args ...string) (code int, talk string) {
	t.Helper()
	cmd := exec.Command("/proc/self/exe", args...) // nobody may not enter the folder of the test binary
	cmd.Args[0] = "pharos"                         // TestMain starts the program by this name
	if _, err := os.Stat(cmd.Path); err != nil {
		t.Skip("this system has no /proc")
	}
	if os.Geteuid() == 0 {
		const nobody = 65534
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	var out strings.Builder
	cmd.Stderr = &out
	if err := cmd.Run(); cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), out.String()
}

func TestAFileThatMayNotBeReadIsSaidByName(t *testing.T) {
	dir, err := os.MkdirTemp("", "pharos-unreadable-") // t.TempDir is closed to other users
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	tills := write(t, dir, "tills.csv", "no,who,day,net\n1,K1,2026-03-08,5.00\n")
	config := write(t, dir, "pharos.yaml", smallest)
	if code, talk := asAStranger(t, "run", "--config", config, "--as-of", "2026-09-01"); code != exitOK {
		t.Fatalf("exit %d\n%s", code, talk)
	}
	before := current(t, stall{dir: dir})
	if err := os.Chmod(tills, 0); err != nil {
		t.Fatal(err)
	}
	code, talk := asAStranger(t, "run", "--config", config, "--as-of", "2026-09-02")
	if code != exitSource || !strings.Contains(talk, "tills.csv") || !strings.Contains(talk, "permission denied") {
		t.Errorf("exit %d\n%s", code, talk)
	}
	if after := current(t, stall{dir: dir}); after != before {
		t.Errorf("as of %s is current", after)
	}
}
