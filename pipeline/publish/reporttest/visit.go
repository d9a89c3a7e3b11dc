package reporttest

import (
	"context"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// Visit is what a browser did with a page of a server.
type Visit struct {
	Console []string // what the page made it say: errors and refusals of policies
	Outside []string // hosts that it asked beside the server
	PNG     string   // what it saw
}

// See opens a page in a window of a width and watches console and network. Flags are added to the
// browser's own.
func See(t *testing.T, address string, width, height int, flags ...string) Visit {
	t.Helper()
	path := Program(t, browsers...)
	dir := t.TempDir()
	v := Visit{PNG: filepath.Join(dir, "page.png")}
	log := filepath.Join(dir, "net.json")
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	args := append(browserFlags(t), "--enable-logging=stderr", "--log-net-log="+log, "--screenshot="+v.PNG)
	args = append(args, windowSize(width, height))
	args = append(append(args, flags...), address)
	cmd := exec.CommandContext(ctx, path, args...)
	said, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("open %s: %v\n%s", address, err, said)
	}
	for line := range strings.Lines(string(said)) {
		if strings.Contains(line, "CONSOLE") {
			v.Console = append(v.Console, strings.TrimSpace(line))
		}
	}
	events, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	server, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(events), server.Host) {
		t.Fatalf("the log of the network does not know %s: nothing can be told from it", server.Host)
	}
	// the browser has errands of its own; those of the page name it as their initiator
	for _, m := range regexp.MustCompile(`\{[^{}]*"initiator":"([^"]*)"[^{}]*"url":"([a-z]+)://([^/"]*)[^{}]*\}`).FindAllStringSubmatch(string(events), -1) {
		if strings.HasSuffix(m[1], "//"+server.Host) && m[2] != "data" && m[3] != server.Host && !slices.Contains(v.Outside, m[3]) {
			v.Outside = append(v.Outside, m[3])
		}
	}
	return v
}
