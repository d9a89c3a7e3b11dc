package main

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
)

// smallDisk is a workspace on a disk of its own, whose size can be changed.
type smallDisk struct{ path string }

func newSmallDisk(t *testing.T, path string) *smallDisk {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root may mount a disk of a given size")
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("pharos-test", path, "tmpfs", 0, "size=1g"); err != nil {
		if os.Getenv("PHAROS_REQUIRE") == "all" {
			t.Fatalf("mount a small disk: %v", err)
		}
		t.Skipf("mount a small disk: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(path, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return &smallDisk{path}
}

func (d *smallDisk) used(t *testing.T) int64 {
	t.Helper()
	var s syscall.Statfs_t
	if err := syscall.Statfs(d.path, &s); err != nil {
		t.Fatal(err)
	}
	return int64(s.Blocks-s.Bfree) * s.Bsize
}

// leave makes the disk so small that this much is free.
func (d *smallDisk) leave(t *testing.T, free int64) {
	t.Helper()
	if err := syscall.Mount("pharos-test", d.path, "tmpfs", syscall.MS_REMOUNT, fmt.Sprintf("size=%d", d.used(t)+free)); err != nil {
		t.Fatal(err)
	}
}

// TestAFullDiskLeavesTheLastGoodRunAndTheNextSucceeds runs a night again and again with a little
// more space each time, until it succeeds.
func TestAFullDiskLeavesTheLastGoodRunAndTheNextSucceeds(t *testing.T) {
	step := 1 + 1/float64(rounds(t, 3, 25))
	s := newStall(t)
	disk := newSmallDisk(t, s.workspace().Root)
	last := s.day(t, 0)
	if code, _, talk := pharos(t, "-c", s.config, "run", "--as-of", last); code != exitOK {
		t.Fatalf("exit %d\n%s", code, talk)
	}
	var b strings.Builder
	b.WriteString("order,customer,day,net,cost\n")
	for i := range 40_000 {
		fmt.Fprintf(&b, "B%d,C%d,2026-01-01,%d.%02d,1.10\n", i, i%5000, 5+i*7919%9000, i%100)
	}
	write(t, s.dir, "orders/big.csv", b.String())
	asOf := s.day(t, 1)
	failed, phases := 0, map[string]bool{}
	for free := 4096.0; ; free *= step {
		disk.leave(t, int64(free))
		code, out, talk := pharos(t, "-c", s.config, "run", "--as-of", asOf)
		if code == exitOK {
			break
		}
		if code != exitFailed || out != "" || !strings.Contains(strings.ToLower(talk), "no space left on device") || !strings.Contains(talk, "try: free space where "+disk.path) {
			t.Fatalf("with %.0f bytes: exit %d\n%s%s", free, code, out, talk)
		}
		failed++
		phases[phaseOf(talk)] = true
		if got := s.whole(t); got != last {
			t.Fatalf("with %.0f bytes: as of %s is current", free, got)
		}
	}
	if failed < 5 || !phases["read"] || !phases["compute"] && !phases["publish"] {
		t.Errorf("%d nights found the disk full, in %v: the test shows little", failed, phases)
	}
	if got := s.whole(t); got != asOf {
		t.Errorf("as of %s is current, not the night that had enough space", got)
	}
	disk.leave(t, 1<<30)
	last = s.day(t, 2)
	if code, _, talk := pharos(t, "-c", s.config, "run", "--as-of", last); code != exitOK {
		t.Fatalf("the next night: exit %d\n%s", code, talk)
	}
	if got := s.whole(t); got != last {
		t.Errorf("as of %s is current after the next night", got)
	}
	s.tidy(t)
}

// phaseOf is where a run was when it ended: before the lake was whole, or after.
func phaseOf(talk string) string {
	if strings.Contains(talk, "\ncompute ") {
		return "publish"
	}
	if strings.Contains(talk, "read     order_lines") {
		return "compute"
	}
	return "read"
}
