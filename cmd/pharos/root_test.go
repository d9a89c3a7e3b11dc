package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// pharos runs a command line and returns its exit code and what it printed.
func pharos(t *testing.T, args ...string) (code int, out, talk string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = Do(args, strings.NewReader(""), &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

func TestWrongUsageEndsWithExitCode2AndSaysWhatToTry(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"chek"}, `no command is named "chek"; nearest: check`},
		{[]string{"check", "extra"}, "read arguments"},
		{[]string{"check", "--nope"}, "read flags: unknown flag: --nope"},
		{[]string{"check", "-c", "missing.yaml"}, "missing.yaml does not exist"},
		{[]string{"init", "--password-env", "s3cret!"}, "give the name of a variable"},
	} {
		code, out, talk := pharos(t, c.args...)
		if code != exitUsage || !strings.Contains(talk, "pharos: ") || !strings.Contains(talk, c.want) || !strings.Contains(talk, "  try: ") || out != "" {
			t.Errorf("%v: exit %d\n%s", c.args, code, talk)
		}
	}
}

func TestHelpStartsWithExamples(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {}, {"check", "--help"}, {"help", "init"}} {
		code, out, _ := pharos(t, args...)
		if code != exitOK || !strings.HasPrefix(out, "Examples:\n") || !strings.Contains(out, "Usage:\n") {
			t.Errorf("%v: exit %d\n%s", args, code, out)
		}
	}
}

func TestEveryCommandHasExamplesAndOneLine(t *testing.T) {
	root := newRootCommand(&app{})
	for _, c := range root.Commands() {
		if c.Example == "" || c.Short == "" || strings.HasSuffix(c.Short, ".") {
			t.Errorf("%s: example %q, short %q", c.Name(), c.Example, c.Short)
		}
	}
}

func TestShellsGetACompletionScript(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish"} {
		code, out, talk := pharos(t, "completion", shell)
		if code != exitOK || !strings.Contains(out, "pharos") {
			t.Errorf("%s: exit %d\n%s", shell, code, talk)
		}
	}
}

func TestAnErrorHasOneExitCode(t *testing.T) {
	for _, c := range []struct {
		err  error
		want int
	}{
		{nil, exitOK},
		{errors.New("x"), exitFailed},
		{fmt.Errorf("read rows: %w", context.Canceled), exitInterrupted},
		{&configError{}, exitUsage},
		{fmt.Errorf("load: %w", &exitError{code: exitSource, err: errors.New("x")}), exitSource},
		{&exitError{code: exitGate, err: context.Canceled}, exitInterrupted},
	} {
		if got := exitCode(c.err); got != c.want {
			t.Errorf("%v: exit %d, want %d", c.err, got, c.want)
		}
	}
}

func TestColourIsOnlyForTerminals(t *testing.T) {
	a := &app{out: &bytes.Buffer{}}
	if got := a.styled("x"); got != "x" {
		t.Errorf("got %q", got)
	}
}
