package extracttest

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestAServerIsStartedOnce(t *testing.T) {
	first, second := Postgres(t), Postgres(t)
	if first != second {
		t.Error("the second test would wait for a server of its own")
	}
}

func TestAScriptMayMakeItsDatabaseItself(t *testing.T) {
	const tables = "create table orders (id int primary key);\ninsert into orders values (1);\n"
	for _, c := range []struct {
		server  *Server
		scripts []string
	}{
		{Postgres(t), []string{tables, "SET default_with_oids = false;\n" + tables, "CREATE DATABASE loaded;\n\n\\c loaded;\n" + tables}},
		{MariaDB(t), []string{tables, "CREATE DATABASE `loaded`;\nUSE `loaded`;\n" + tables}},
	} {
		for _, script := range c.scripts {
			path := filepath.Join(t.TempDir(), "script.sql")
			if err := os.WriteFile(path, []byte(script), 0o600); err != nil {
				t.Fatal(err)
			}
			c.server.Load(t, "loaded", path)
			c.server.Exec(t, "loaded", "select id from orders") // fails where there is no such table
		}
	}
}

// childVariable makes this test binary a child that holds a server until it is killed.
const childVariable = "PHAROS_EXTRACTTEST_CHILD"

func TestNoServerOutlivesAKilledTestBinary(t *testing.T) {
	if os.Getenv(childVariable) != "" {
		os.Stdout.WriteString("folder " + Postgres(t).dir + "\n")
		select {}
	}
	Postgres(t) // skips where there is none
	child := exec.Command(os.Args[0], "-test.run", "^"+t.Name()+"$", "-test.v")
	child.Env = append(os.Environ(), childVariable+"=1")
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	folder := ""
	for lines := bufio.NewScanner(out); folder == "" && lines.Scan(); {
		folder, _ = strings.CutPrefix(lines.Text(), "folder ")
		if folder == lines.Text() {
			folder = ""
		}
	}
	if _, err := os.Stat(filepath.Join(folder, "data", "postmaster.pid")); folder == "" || err != nil {
		t.Fatalf("the child's server does not run in %q: %v", folder, err)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := child.Wait(); err == nil {
		t.Error("the child ended by itself")
	}
	deadline, tick := time.After(time.Minute), time.NewTicker(20*time.Millisecond)
	defer tick.Stop()
	for { // the keeper removes the folder after the server's end
		if _, err := os.Stat(folder); os.IsNotExist(err) {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("the server in %s still runs", folder)
		}
	}
}
