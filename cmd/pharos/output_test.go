package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestNothingDerivedIsWrittenIntoASource(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "tills.csv", "no,who,day,net\nB1,K1,2026-03-08,12\n")
	config := write(t, dir, "pharos.yaml", smallest)
	mustRun(t, "-c", config, "run", "--as-of", "2026-04-01")
	if err := os.Symlink("tills.csv", filepath.Join(dir, "report.html")); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(filepath.Join(dir, "tills.csv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"report", "-o", filepath.Join(dir, "tills.csv")}, {"report", "-o", filepath.Join(dir, "report.html")},
		{"sql", "--export", filepath.Join(dir, "tills.csv")}, {"sql", "--export", filepath.Join(dir, "report.html")},
	} {
		code, _, talk := pharos(t, append([]string{"-c", config}, args...)...)
		if code != exitUsage || !strings.Contains(talk, "belongs to source tills") {
			t.Errorf("%v: exit %d\n%s", args, code, talk)
		}
		if after, err := os.ReadFile(filepath.Join(dir, "tills.csv")); err != nil || string(after) != string(before) {
			t.Fatalf("%v changed the source: %q, %v", args, after, err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "exports"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("exports", filepath.Join(dir, "lighthouse2")); err != nil {
		t.Fatal(err)
	}
	inside := strings.Replace(smallest, "path: tills.csv", "path: exports/*.csv", 1) + "workspace: lighthouse2\n"
	code, _, talk := pharos(t, "-c", write(t, dir, "inside.yaml", inside), "run")
	if code != exitUsage || !strings.Contains(talk, "an output may not be a source") {
		t.Errorf("a workspace that leads into a source: exit %d\n%s", code, talk)
	}
}

func TestInitOverwritesNoExportWithItsProposal(t *testing.T) {
	dir := t.TempDir()
	const text = "order_id,customer_id,order_date,amount\nB1,K1,2026-03-08,12\nB2,K2,2026-03-09,13\n"
	orders := write(t, dir, "orders.csv", text)
	code, _, talk := pharos(t, "init", "--force", "--config", orders, orders)
	if after, err := os.ReadFile(orders); code != exitUsage || !strings.Contains(talk, "belongs to source orders") || err != nil || string(after) != text {
		t.Errorf("exit %d, %q, %v\n%s", code, after, err, talk)
	}
}
