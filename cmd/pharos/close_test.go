package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// query is the result of a select as CSV.
func query(t *testing.T, config, text string) string {
	t.Helper()
	return capture(t, "-c", config, "sql", "--format", "csv", text)
}

// appendLine adds a line to a file, as a source does during the day.
func appendLine(t *testing.T, dir, name, line string) {
	t.Helper()
	path := filepath.Join(dir, name)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, name, string(b)+line+"\n")
}

func TestALateReturnRestatesTheClosedMonthAndIsNamed(t *testing.T) {
	dir, config := mixedRun(t)
	said := refused(t, exitUsage, "-c", config, "close", "2026-07")
	if !strings.Contains(said, "it ends on 2026-07-31") {
		t.Errorf("got %s", said)
	}
	if said := capture(t, "-c", config, "close", "2026-03"); !strings.Contains(said, "closed 2026-03: 3 customers, 9 entries") {
		t.Errorf("got %s", said)
	}
	first := query(t, config, "select customer_id, profit from customer_profit order by customer_id")
	capture(t, "-c", config, "run", "--as-of", "2026-07-01")
	if got := query(t, config, "select * from restatements"); strings.Count(got, "\n") != 1 {
		t.Errorf("nothing changed, yet it is restated:\n%s", got)
	}
	if got := query(t, config, "select customer_id, profit from customer_profit order by customer_id"); got != first {
		t.Errorf("a closing changed the figures:\n%s\n%s", first, got)
	}

	appendLine(t, dir, "returns.csv", "6,1,2026-03-31,2.00")
	appendLine(t, dir, "orders.csv", "11,1,A,2026-03-15T10:00:00Z,p1,1,0.50,10.00,3.00")
	capture(t, "-c", config, "run", "--as-of", "2026-07-02")
	got := query(t, config, "select period, customer_id, profit_change, revenue_change, discounts_change, returns_change, cogs_change from restatements")
	if want := `period,customer_id,profit_change,revenue_change,discounts_change,returns_change,cogs_change
2026-03,A,7.0000,10.5000,0.5000,0.0000,3.0000
2026-03,B,-1.2000,0.0000,0.0000,2.0000,-0.8000
`; got != want {
		t.Errorf("got\n%s", got)
	}
	got = query(t, config, "select table_name, entry_key, customer_id, part, kind, change from restated_entries where customer_id = 'B'")
	if want := `table_name,entry_key,customer_id,part,kind,change
returns,6/1,B,cogs,added,-0.8000
returns,6/1,B,returns,added,2.0000
`; got != want {
		t.Errorf("got\n%s", got)
	}

	before := files(t, filepath.Join(dir, "lighthouse", "closings"))
	if said := refused(t, exitUsage, "-c", config, "close", "2026-03"); !strings.Contains(said, "the period is closed: by ") || !strings.Contains(said, "2026-07-01") {
		t.Errorf("got %s", said)
	}
	if after := files(t, filepath.Join(dir, "lighthouse", "closings")); after != before {
		t.Errorf("a refused closing changed files:\n%s\n%s", before, after)
	}
	if list := capture(t, "-c", config, "close"); !strings.Contains(list, "2026-03  2026-03-01  2026-04-01  3          9") {
		t.Errorf("got\n%s", list)
	}
	damagedClosing(t, dir, config)
}

// files lists a folder with the sizes and modes of what is in it.
func files(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s may be read by others: %v", e.Name(), info.Mode())
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString(e.Name() + "\n" + string(text) + "\n")
	}
	return b.String()
}

// damagedClosing flips a bit of what was closed: verify names the file, and no run goes on.
func damagedClosing(t *testing.T, dir, config string) {
	t.Helper()
	path := filepath.Join(dir, "lighthouse", "closings", "2026-03.parquet")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if out := capture(t, "-c", config, "verify"); !strings.Contains(out, "verified closing 2026-03: 2 files") {
		t.Errorf("got %s", out)
	}
	b[len(b)/2] ^= 1
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"run", "--as-of", "2026-07-03"}, {"close", "2026-04"}} {
		if said := refused(t, exitFailed, append([]string{"-c", config}, args...)...); !strings.Contains(said, "2026-03.parquet has other content") {
			t.Errorf("%v: got %s", args, said)
		}
	}
	refused(t, exitFailed, "-c", config, "verify")
}

func TestAPeriodIsNotClosedFromFiguresThatWereNeverPublished(t *testing.T) {
	dir, config := mixedRun(t)
	write(t, dir, "pharos.yaml", strings.Replace(mixedConfig, "category_average", "zero", 1))
	if said := refused(t, exitUsage, "-c", config, "close", "2026-03"); !strings.Contains(said, "changed since run") {
		t.Errorf("got %s", said)
	}
	if err := os.RemoveAll(filepath.Join(dir, "lighthouse")); err != nil {
		t.Fatal(err)
	}
	refused(t, exitUsage, "-c", config, "close", "2026-03")
	for _, wrong := range []string{"2026-3", "2026-13", "2026-Q5", "March", "../2026", ""} {
		refused(t, exitUsage, "-c", config, "close", wrong)
	}
}
