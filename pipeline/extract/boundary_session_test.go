package extract

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pharos-analytics/pharos/pipeline/extract/extracttest"
	"github.com/pharos-analytics/pharos/pipeline/lake"
)

func TestWhatEveryoneMayDoIsWarnedOfAndRefusedWhenTheCompanyIsStrict(t *testing.T) {
	pg := extracttest.Postgres(t)
	pg.Create(t, "public_rights")
	pg.Exec(t, "public_rights", `create table orders (id int primary key);
create function wipe() returns int language plpgsql security definer as $$ begin delete from orders; return 1; end $$`)
	pg.Grant(t, "public_rights")
	verdict := openDatabase(t, postgresSpec(testServer(t, pg, "public_rights"))).Verdict()
	for _, item := range []string{"database_temp", "security_definer_functions"} {
		if f := finding(t, verdict, item); f.Severity != SeverityWarning || !strings.Contains(f.Detail, "PUBLIC") {
			t.Errorf("finding %+v, want a warning about PUBLIC", f)
		}
	}
	if _, err := Judge(verdict, BoundaryPolicy{}); err != nil {
		t.Errorf("rights of everyone are refused: %v", err)
	}
	_, err := Judge(verdict, BoundaryPolicy{Strict: true, Accept: []string{"database_temp"}})
	if !errors.Is(err, ErrBoundary) || !strings.Contains(err.Error(), "security_definer_functions: ") || strings.Contains(err.Error(), "database_temp") {
		t.Errorf("strict, temporary tables accepted: %v, want the function refused", err)
	}
	if _, err := Judge(verdict, BoundaryPolicy{Strict: true, Accept: []string{"database_temp", "erp.security_definer_functions"}}); err != nil {
		t.Errorf("strict, both accepted: %v", err)
	}
}

func TestTheProofItselfCannotBeAcceptedAway(t *testing.T) {
	ended := lake.Finding{Item: "evidence_nothing_written", Severity: SeverityOK}
	for name, findings := range map[string][]lake.Finding{
		"no read-only session": {{Item: "session_read_only", Severity: SeverityError, Detail: "a pooler"}},
		"something written":    {{Item: "evidence_nothing_written", Severity: SeverityError, Detail: "a number"}},
		"one of two sessions":  {ended, {Item: "evidence_nothing_written", Severity: SeverityError, Detail: "a number"}},
		"no evidence":          {{Item: "evidence_nothing_written", Severity: SeverityWarning, Detail: "gone"}},
	} {
		accept := BoundaryPolicy{Accept: []string{"session_read_only", "evidence_nothing_written", "erp.session_read_only", "erp.evidence_nothing_written"}}
		if _, err := Judge(lake.SourceReading{Source: "erp", Kind: "postgres", Findings: findings}, accept); !errors.Is(err, ErrBoundary) {
			t.Errorf("%s: %v, want that it is refused", name, err)
		}
	}
	broken := []lake.Finding{{Item: "evidence_nothing_written", Severity: SeverityWarning, Detail: "broke off"}, ended}
	if _, err := Judge(lake.SourceReading{Source: "erp", Kind: "postgres", Findings: broken}, BoundaryPolicy{}); err != nil {
		t.Errorf("a session that broke off beside one with evidence: %v", err)
	}
}

// TestASessionRefusesToWriteWhateverTheRoleMayDo lets an all-powerful role try from inside the session.
func TestASessionRefusesToWriteWhateverTheRoleMayDo(t *testing.T) {
	pg, maria := extracttest.Postgres(t), extracttest.MariaDB(t)
	pg.Create(t, "tempted")
	pg.Exec(t, "tempted", `create table orders (id int primary key); insert into orders values (1); create sequence numbers;
create function wipe() returns int language plpgsql security definer as $$ begin delete from orders; return 1; end $$;
create view trap as select wipe() as w; grant select on trap to public; grant all on orders, numbers to public; grant all on schema public to public`)
	maria.Create(t, "tempted")
	maria.Exec(t, "tempted", "create table orders (id int primary key); insert into orders values (1); grant all on tempted.* to "+extracttest.Role+"@'%';\n"+
		"delimiter //\ncreate function wipe() returns int begin delete from orders; return 1; end//\ncreate procedure wipe_all() begin delete from orders; end//\ndelimiter ;\ncreate view trap as select wipe() as w")
	t.Cleanup(func() {
		maria.Exec(t, "", "revoke all on tempted.* from "+extracttest.Role+"@'%'; drop database tempted")
	})
	outfile := filepath.Join(t.TempDir(), "stolen")
	for _, c := range []struct {
		kind string
		s    *extracttest.Server
		spec Spec
		sql  []string
	}{
		{"postgres", pg, postgresSpec(testServer(t, pg, "tempted")), []string{
			"delete from orders", "insert into orders values (2)", "truncate orders", "create temp table t (i int)", "create table t (i int)",
			"set transaction read write", "set local transaction_read_only = off", "select set_config('transaction_read_only', 'off', true)",
			"select wipe()", "select * from trap", "select nextval('numbers')", "select setval('numbers', 7)", "do $$ begin delete from orders; end $$",
			"select id into copied from orders", "select id from orders for update", "copy orders to program 'true'",
			"copy orders to '" + outfile + "'", "vacuum orders"}},
		{"mysql", maria, mysqlSpec(testServer(t, maria, "tempted")), []string{
			"delete from orders", "insert into orders values (2)", "update orders set id = 3", "select wipe()", "select * from trap", "call wipe_all()",
			"set transaction read write", "select * from orders into outfile '" + outfile + "'", "select id from orders into dumpfile '" + outfile + "'",
			"select id from orders; delete from orders"}},
	} {
		t.Run(c.kind, func(t *testing.T) {
			rows := c.s.Query(t, "tempted", "select * from orders")
			tempt(t, c.spec, c.sql)
			if after := c.s.Query(t, "tempted", "select * from orders"); after != rows {
				t.Errorf("the orders were %q and are %q", rows, after)
			}
			c.s.Untouched(t, "tempted", func() { temptBySelect(t, c.spec, c.sql) })
			if _, err := os.Stat(outfile); err == nil {
				t.Error("the server wrote a file")
			}
		})
	}
}

// tempt runs each statement in a session as if nothing stood before it.
func tempt(t *testing.T, spec Spec, statements []string) {
	t.Helper()
	session := openUnclosed(t, spec).(*databaseSource).session
	run := func(statement string) error { return session.(*mysqlSession).exec(t.Context(), statement) }
	if pg, ok := session.(*postgresSession); ok {
		run = func(statement string) error {
			err := pg.exec(t.Context(), "savepoint temptation; "+statement)
			return errors.Join(err, pg.exec(t.Context(), "rollback to savepoint temptation"))
		}
	}
	for _, statement := range statements {
		if err := run(statement); err == nil {
			t.Errorf("the server allows: %s", statement)
		}
	}
	if err := session.close(t.Context()); err != nil {
		t.Error(err)
	}
}

// temptBySelect gives each statement as a select of pharos.yaml. The session goes on reading, and
// ends with the evidence.
func temptBySelect(t *testing.T, spec Spec, statements []string) {
	t.Helper()
	src := openUnclosed(t, spec)
	for _, statement := range statements {
		if _, _, err := readAll(t, src, Query{Select: statement}); !errors.Is(err, ErrMapping) && !errors.Is(err, ErrUnreachable) {
			t.Errorf("as a select of pharos.yaml %s: %v, want that it is refused", statement, err)
		}
	}
	if rows, _, err := readAll(t, src, Query{Relation: "orders", Columns: []string{"id"}}); err != nil || len(rows) != 1 {
		t.Errorf("afterwards: %v, %v; want the one order", rows, err)
	}
	if err := src.Close(); err != nil {
		t.Error(err)
	}
	if _, err := Judge(src.Verdict(), BoundaryPolicy{Accept: AcceptableItems(spec.Kind())}); err != nil {
		t.Errorf("nothing was written, and yet: %v", err)
	}
}

// Before version 16 a read-only transaction may make large objects: then the evidence speaks, and
// nothing stays, since no session of ours commits.
func TestALargeObjectThatASelectMakesIsFoundAndUndone(t *testing.T) {
	pg := extracttest.Postgres(t)
	pg.Create(t, "objects")
	before := pg.Query(t, "objects", "select count(*) from pg_largeobject_metadata")
	src := openUnclosed(t, postgresSpec(testServer(t, pg, "objects")))
	_, _, refused := readAll(t, src, Query{Select: "select lo_create(0) as made"})
	if err := src.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := Judge(src.Verdict(), BoundaryPolicy{Accept: AcceptableItems("postgres")})
	if refused == nil && !errors.Is(err, ErrBoundary) {
		t.Errorf("a large object was made, and the verdict is %v", err)
	}
	if after := pg.Query(t, "objects", "select count(*) from pg_largeobject_metadata"); after != before {
		t.Errorf("%s large objects before, %s after", before, after)
	}
}

func TestTheEvidenceIsCollectedAfterAReadingThatFailed(t *testing.T) {
	bothServers(t, func(t *testing.T, s *extracttest.Server, spec func(*Server) Spec) {
		src := openUnclosed(t, spec(testServer(t, s, "logins")))
		if _, _, err := readAll(t, src, Query{Select: "select nothing from nowhere"}); err == nil {
			t.Fatal("a table that is not there was read")
		}
		if err := src.Close(); err != nil {
			t.Fatal(err)
		}
		if f := finding(t, src.Verdict(), "evidence_nothing_written"); f.Severity != SeverityOK {
			t.Errorf("finding %+v", f)
		}
	})
}

func TestReadingAWholeDatabaseLeavesNoTraceOnTheServer(t *testing.T) {
	bothServers(t, func(t *testing.T, s *extracttest.Server, spec func(*Server) Spec) {
		s.Exec(t, "logins", "create table orders (id int primary key, note varchar(20)); create view shown as select note from orders; create table keyless (a int, b varchar(9))")
		var values []string
		for i := range 5000 {
			values = append(values, fmt.Sprintf("(%d, 'note %d')", i, i%7))
		}
		s.Exec(t, "logins", "insert into orders values "+strings.Join(values, ","))
		s.Grant(t, "logins")
		s.Untouched(t, "logins", func() {
			src := openUnclosed(t, spec(testServer(t, s, "logins")))
			if _, err := src.Describe(t.Context()); err != nil {
				t.Error(err)
			}
			for relation, columns := range map[string][]string{"orders": {"id", "note"}, "shown": {"note"}, "keyless": {"a", "b"}} {
				if _, _, err := readAll(t, src, Query{Relation: relation, Columns: columns}); err != nil {
					t.Error(err)
				}
			}
			if err := src.Close(); err != nil {
				t.Error(err)
			}
		})
	})
}

func TestAWriteLeavesATraceThatTheTestsSee(t *testing.T) {
	bothServers(t, func(t *testing.T, s *extracttest.Server, _ func(*Server) Spec) {
		s.Exec(t, "logins", "create table orders (id int primary key)")
		before := s.Query(t, "logins", "select count(*) from orders")
		probe := &silent{TB: t}
		s.Untouched(probe, "logins", func() { s.Exec(t, "logins", "insert into orders values (1); delete from orders") })
		if after := s.Query(t, "logins", "select count(*) from orders"); !probe.failed || after != before {
			t.Errorf("a row that came and went is seen: %v; rows %s, %s", probe.failed, before, after)
		}
	})
}

// silent takes errors that a test wants.
type silent struct {
	testing.TB
	failed bool
}

func (s *silent) Errorf(string, ...any) { s.failed = true }
