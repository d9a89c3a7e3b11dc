package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// common is what tests that only look at it have in common: the demo company with its run.
var common struct {
	once   sync.Once
	folder string
	err    error
}

func makeCommon() {
	if common.folder, common.err = os.MkdirTemp("", "pharos-demo-"); common.err != nil {
		return
	}
	var talk bytes.Buffer
	if code := Do([]string{"demo", filepath.Join(common.folder, "demo")}, strings.NewReader(""), &talk, &talk); code != exitOK {
		common.err = fmt.Errorf("pharos demo ended with %d\n%s", code, talk.String())
	}
}

// demoDir is a copy of the demo company with its run, for the test alone.
func demoDir(t testing.TB) string {
	t.Helper()
	if testing.Short() {
		t.Skip("a whole night of the demo company; -short leaves it out")
	}
	common.once.Do(makeCommon)
	if common.err != nil {
		t.Fatal(common.err)
	}
	dir := filepath.Join(t.TempDir(), "demo")
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(common.folder, "demo"))); err != nil {
		t.Fatal(err)
	}
	return dir
}

// cleaning removes after the tests what they had in common.
type cleaning struct{ *testing.M }

// Run implements testscript.TestingM.
func (c cleaning) Run() int {
	defer func() { _ = os.RemoveAll(common.folder) }()
	return c.M.Run()
}
