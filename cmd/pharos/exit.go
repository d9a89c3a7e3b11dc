package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// The exit codes are a contract with cron jobs and scripts (README, exit codes). Only exitOK
// changes what is current.
const (
	exitOK          = 0
	exitFailed      = 1
	exitUsage       = 2 // usage or configuration
	exitSource      = 3 // source unreachable, or its read-only proof refused
	exitGate        = 4 // a data gate failed
	exitLocked      = 5 // another run holds the lock
	exitInterrupted = 130
)

// exitError is an error with the exit code that it ends the program with and what the user can try.
type exitError struct {
	code int
	err  error
	hint string
}

func (e *exitError) Error() string { return e.err.Error() }
func (e *exitError) Unwrap() error { return e.err }

// usageError is a wrong flag, argument or setting.
func usageError(hint, format string, args ...any) error {
	return &exitError{code: exitUsage, err: fmt.Errorf(format, args...), hint: hint}
}

// exitCode is the one place where kinds of errors become exit codes.
func exitCode(err error) int {
	var configured *configError
	var declared *exitError
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	case errors.As(err, &declared):
		return declared.code
	case errors.As(err, &configured):
		return exitUsage
	}
	return exitFailed
}

// printError says what failed and what to try. The problems of a configuration stand one per
// line, without a prefix, so that editors can jump to them.
func printError(w io.Writer, err error) {
	var configured *configError
	if errors.As(err, &configured) {
		fmt.Fprintf(w, "%s\npharos: %s in %s; nothing was read or written\n", configured.Error(), problems(len(configured.problems)), configured.file)
		return
	}
	if errors.Is(err, context.Canceled) {
		fmt.Fprintln(w, "pharos: interrupted; what was current is still current")
		return
	}
	fmt.Fprintf(w, "pharos: %s\n", message(err))
	var declared *exitError
	if errors.As(err, &declared) && declared.hint != "" {
		fmt.Fprintf(w, "  try: %s\n", declared.hint)
	}
}

// message is an error's text for a terminal: what a source or a value said in it may be made to
// steer one. The line ends between joined errors stay.
func message(err error) string {
	lines := strings.Split(strings.TrimSpace(err.Error()), "\n")
	for i, line := range lines {
		lines[i] = inert(line)
	}
	return strings.Join(lines, "\n")
}

// problems counts them for people.
func problems(n int) string {
	if n == 1 {
		return "1 problem"
	}
	return fmt.Sprintf("%d problems", n)
}
