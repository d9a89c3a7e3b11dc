package main

import (
	"errors"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/pharos-analytics/pharos/pipeline/extract/extracttest"
)

func TestMain(m *testing.M) {
	// Packs that read a server name this variable; tests beside each other must not set it.
	if err := os.Setenv("PHAROS_TEST_PASSWORD", extracttest.Password); err != nil {
		panic(err)
	}
	testscript.Main(cleaning{m}, map[string]func(){
		"pharos": func() { os.Exit(Do(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
	})
}

// TestScripts runs testdata/script: one file per theme, commands above, invented data below.
func TestScripts(t *testing.T) {
	dir, files := "../../testdata/script", []string(nil)
	if testing.Short() { // whole nights: one that goes all the way, and what needs none
		dir, files = "", []string{"../../testdata/script/from_files_to_figures.txtar", "../../testdata/script/a_typing_error_names_what_was_meant.txtar", "../../testdata/script/help_starts_with_examples.txtar"}
	}
	testscript.Run(t, testscript.Params{
		Dir:                 dir,
		Files:               files,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			// Nothing of the machine's own may decide what a script sees.
			e.Setenv("NO_COLOR", "1")
			e.Setenv("TZ", "America/Caracas")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":    exits,
			"remember": remember,
			"flip":     flip,
		},
	})
}

// exits CODE COMMAND [ARG…] runs a command that must end with exactly this exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND [ARG...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var ended *exec.ExitError
		if !errors.As(err, &ended) {
			ts.Fatalf("%v", err)
		}
		got = ended.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// remember VARIABLE FILE REGEXP keeps what the first group matches in a file, stdout or stderr.
func remember(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: remember VARIABLE FILE REGEXP")
	}
	pattern, err := regexp.Compile("(?m)" + args[2])
	ts.Check(err)
	found := pattern.FindStringSubmatch(ts.ReadFile(args[1]))
	if len(found) != 2 {
		ts.Fatalf("%s does not match %s", args[1], args[2])
	}
	ts.Setenv(args[0], found[1])
}

// flip FILE inverts the lowest bit of the byte in the middle of a file and keeps its size.
func flip(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: flip FILE")
	}
	path := ts.MkAbs(args[0])
	data, err := os.ReadFile(path)
	ts.Check(err)
	data[len(data)/2] ^= 1
	ts.Check(os.WriteFile(path, data, 0o600))
}
