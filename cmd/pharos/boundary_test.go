package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pharos-analytics/pharos/pipeline/extract"
	"github.com/pharos-analytics/pharos/pipeline/extract/extracttest"
	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// guarded is a shop on a server, read by a role of its own that holds what the printed script grants.
type guarded struct {
	server *extracttest.Server
	config string
	role   string
}

func openShop(t *testing.T, kind string) *guarded {
	t.Helper()
	if testing.Short() {
		t.Skip("starts database servers")
	}
	start := map[string]func(testing.TB) *extracttest.Server{"postgres": extracttest.Postgres, "mysql": extracttest.MariaDB}[kind]
	g := &guarded{server: start(t), role: "night_reader"}
	g.server.Create(t, "guarded")
	g.server.Exec(t, "guarded", "create table sales (no int primary key, who varchar(9), day date, net decimal(9,2)); insert into sales values (1, 'K1', '2026-03-08', 5), (2, 'K2', '2026-03-09', 7.5)")
	t.Setenv("SHOP_PASSWORD", "x y")
	text := fmt.Sprintf(shop, kind, g.server.Host, g.server.Port, "guarded", g.role, "sales", "net")
	g.config = write(t, t.TempDir(), "pharos.yaml", text)
	script := mustRun(t, "-c", g.config, "check", "--grants", "erp")
	g.server.Exec(t, "guarded", strings.Replace(script, "PASSWORD_HERE;", "'x y';", 1))
	end := "drop user " + g.role
	if kind == "postgres" {
		g.server.Exec(t, "guarded", "alter role "+g.role+" password 'x y'")
		end = "drop owned by " + g.role + "; drop role " + g.role
	}
	t.Cleanup(func() { g.server.Exec(t, "guarded", end) })
	return g
}

// set changes the boundary section of the configuration.
func (g *guarded) set(t *testing.T, boundary string) {
	t.Helper()
	b, err := os.ReadFile(g.config)
	if err != nil {
		t.Fatal(err)
	}
	text, _, _ := strings.Cut(string(b), "boundary:")
	if err := os.WriteFile(g.config, []byte(text+boundary), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (g *guarded) run(t *testing.T, args ...string) (code int, out, talk string) {
	t.Helper()
	return pharos(t, append([]string{"-c", g.config}, args...)...)
}

func TestARoleThatMayWriteIsRefusedBeforeAnyRowIsRead(t *testing.T) {
	for kind, grant := range map[string]string{
		"postgres": "grant delete on sales to night_reader; create sequence numbers; grant update on sequence numbers to night_reader",
		"mysql":    "grant delete, trigger on guarded.* to night_reader",
	} {
		t.Run(kind, func(t *testing.T) {
			g := openShop(t, kind)
			good := goodNight(t, g.config)
			g.server.Exec(t, "guarded", grant)
			second := map[string]string{"postgres": "sequence_privilege", "mysql": "schema_create"}[kind]
			snapshots := filepath.Join(filepath.Dir(g.config), "lighthouse", "lake", "CURRENT")
			before, err := os.ReadFile(snapshots)
			if err != nil {
				t.Fatal(err)
			}
			for _, command := range []string{"run", "check"} {
				g.server.Untouched(t, "guarded", func() {
					code, out, talk := g.run(t, command)
					if code != exitSource || !strings.Contains(talk, "table_write_privilege: the ") || !strings.Contains(talk, second+": the ") ||
						!strings.Contains(talk, "revoke") || !strings.Contains(talk, "check --grants") || strings.Contains(out, "rows tried, 2 kept") {
						t.Errorf("%s: exit %d\n%s%s", command, code, out, talk)
					}
				})
			}
			good()
			if after, err := os.ReadFile(snapshots); err != nil || string(after) != string(before) {
				t.Errorf("the lake's pointer was %s and is %s, %v", before, after, err)
			}
			_, out, _ := g.run(t, "runs", "--access")
			if !strings.Contains(out, "failed") || !strings.Contains(out, "error     table_write_privilege") || !strings.Contains(out, "refuse source erp") {
				t.Errorf("the refused night left no verdict:\n%s", out)
			}
			g.set(t, "boundary: { accept: [table_write_privilege] }\n")
			if code, _, talk := g.run(t, "run"); code != exitSource || strings.Contains(talk, "table_write_privilege:") {
				t.Errorf("one of two accepted: exit %d\n%s", code, talk)
			}
			g.set(t, "boundary: { accept: [table_write_privilege, erp."+second+"] }\n")
			if code, _, talk := g.run(t, "run"); code != exitOK {
				t.Errorf("both accepted: exit %d\n%s", code, talk)
			}
			if code, out, _ := g.run(t, "check"); code != exitOK || !strings.Contains(out, "accepted table_write_privilege: ") {
				t.Errorf("check: exit %d\n%s", code, out)
			}
			_, out, _ = g.run(t, "runs", "--access")
			if !strings.Contains(out, "accepted  "+second) || !strings.Contains(out, "ok        evidence_nothing_written") ||
				!strings.Contains(out, "asked     sales: ") || !strings.Contains(out, ", columns no, who, day, net\n") || !strings.Contains(out, `, as "pharos `) {
				t.Errorf("the accepted findings, what was asked, or as whom is not shown:\n%s", out)
			}
			if page := reportPage(t, g); !strings.Contains(page, "nothing written") || !strings.Contains(page, "2 findings accepted: ") {
				t.Error("the report's footer does not say what was accepted")
			}
		})
	}
}

// reportPage is the text of the current run's report.
func reportPage(t *testing.T, g *guarded) string {
	t.Helper()
	b, err := os.ReadFile(strings.TrimSpace(mustRun(t, "-c", g.config, "report")))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestWhatComesThroughPublicIsRefusedByTheStrict(t *testing.T) {
	g := openShop(t, "postgres")
	g.set(t, "boundary: { strict: true }\n")
	code, _, talk := g.run(t, "run")
	if code != exitSource || !strings.Contains(talk, "database_temp: ") || !strings.Contains(talk, "PUBLIC") {
		t.Errorf("exit %d\n%s", code, talk)
	}
	g.set(t, "boundary: { strict: true, accept: [erp.database_temp] }\n")
	g.server.Untouched(t, "guarded", func() {
		if code, _, talk := g.run(t, "run"); code != exitOK {
			t.Errorf("accepted: exit %d\n%s", code, talk)
		}
	})
}

// A large object is what a read-only transaction lets a select make before PostgreSQL 16.
func TestANightThatWroteIsRefusedAndItsEvidenceKept(t *testing.T) {
	g := openShop(t, "postgres")
	stillGood := goodNight(t, g.config)
	g.set(t, "") // the next night maps a select that writes
	b, err := os.ReadFile(g.config)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(b), "table: sales", "select: select no, who, day, net, lo_create(0) as made from sales", 1)
	if err := os.WriteFile(g.config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	code, _, talk := g.run(t, "run")
	if code == exitUsage && strings.Contains(talk, "only reads") {
		t.Skip("this PostgreSQL refuses to make large objects in a read-only transaction")
	}
	if code != exitSource || !strings.Contains(talk, "evidence_nothing_written: the transaction was given a number") {
		t.Errorf("exit %d\n%s", code, talk)
	}
	stillGood()
	cfg, err := loadConfig(g.config)
	if err != nil {
		t.Fatal(err)
	}
	runs, broken, err := (&publish.Workspace{Root: cfg.Workspace}).Runs()
	if err != nil || len(broken) > 0 || runs[0].Status != publish.StatusFailed || !extract.HasWritten(runs[0].Observed.Boundary[0]) {
		t.Errorf("the newest run is %+v, %v, %v", runs[0], broken, err)
	}
	if code, _, talk := g.run(t, "verify", "--all"); code != exitOK {
		t.Errorf("verify: exit %d\n%s", code, talk)
	}
	if code, _, talk := g.run(t, "sql", "--run", runs[0].ID, "select 1"); code != exitUsage || !strings.Contains(talk, "runs --access") {
		t.Errorf("sql on the failed reading: exit %d\n%s", code, talk)
	}
	if n := strings.TrimSpace(g.server.Query(t, "guarded", "select count(*) from pg_largeobject_metadata")); n != "0" {
		t.Errorf("%s large objects stayed", n)
	}
}

func TestAReadingThatFailedLeavesItsEvidence(t *testing.T) {
	g := openShop(t, "mysql")
	g.server.Exec(t, "guarded", "drop table sales; create table sales (no int)")
	if code, _, _ := g.run(t, "run"); code != exitUsage {
		t.Errorf("exit %d, want %d", code, exitUsage)
	}
	_, out, _ := g.run(t, "--json", "runs")
	var runs []publish.Manifest
	if err := json.Unmarshal([]byte(out), &runs); err != nil || len(runs) != 1 || !extract.HasEvidence(runs[0].Observed.Boundary[0]) || runs[0].Observed.Error == "" {
		t.Errorf("runs %+v, %v", runs, err)
	}
}

func TestAnAcceptanceThatAcceptsNothingIsAMistake(t *testing.T) {
	const erp = "\nsources: { erp: { postgres: { host: h, database: d, user: u } }, tills: { csv: { path: tills.csv } } }\n"
	base := strings.Replace(smallest, "\nsources: { tills: { csv: { path: tills.csv } } }\n", erp, 1)
	for accept, want := range map[string]string{
		"table_write_privilege": "", "erp.table_write_privilege": "", "erp.database_temp, role_membership": "",
		"table_write_privileges":         `"table_write_privileges" is no finding that can be accepted here; nearest: table_write_privilege`,
		"epr.table_write_privilege":      "nearest: erp.table_write_privilege",
		"tills.table_write_privilege":    "no finding that can be accepted here",
		"erp.file_privilege":             "no finding that can be accepted here",
		"session_read_only":              "it cannot be accepted",
		"erp.evidence_nothing_written":   "it cannot be accepted",
		"transport":                      "no finding that can be accepted here",
		"{ erp: table_write_privilege }": "expected a single value",
	} {
		cfg, err := parseConfig("pharos.yaml", []byte(base+"boundary: { accept: ["+accept+"] }\n"))
		switch {
		case want == "" && (err != nil || len(cfg.Boundary.Accept) == 0):
			t.Errorf("%s: %v", accept, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: %v, want %q", accept, err, want)
		}
	}
}
