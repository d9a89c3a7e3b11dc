package extract

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pharos-analytics/pharos/pipeline/extract/extracttest"
)

// boundaryCase gives a role rights beyond reading and says what the audit makes of them.
type boundaryCase struct {
	name     string
	rights   string // SQL as administrator; %s is the role
	item     string
	severity string
	detail   string
}

func TestARoleIsReportedByWhatItMayDo(t *testing.T) {
	pg := extracttest.Postgres(t)
	pg.Create(t, "audited")
	pg.Exec(t, "audited", `create table orders (id int primary key, note text); insert into orders values (1, 'a');
create function wipe() returns int language plpgsql security definer as $$ begin delete from orders; return 1; end $$;
revoke execute on function wipe() from public;`)
	pg.Grant(t, "audited")
	for i, c := range []boundaryCase{
		{"a reader", "select 1", "table_write_privilege", "ok", ""},
		{"a reader", "select 1", "role_attributes", "ok", ""},
		{"a reader", "select 1", "session_read_only", "ok", ""},
		{"everyone may make temporary tables", "select 1", "database_temp", "warning", "PUBLIC"},
		{"a role of its own may make temporary tables", "grant temp on database audited to %s", "database_temp", "error", "revoke temp"},
		{"createdb", "alter role %s createdb createrole", "role_attributes", "error", "createdb, createrole"},
		{"superuser", "alter role %s superuser", "role_attributes", "error", "superuser"},
		{"superuser", "alter role %s superuser", "table_write_privilege", "error", "public.orders"},
		{"delete", "grant delete on orders to %s", "table_write_privilege", "error", "public.orders"},
		{"update of a column", "grant update (note) on orders to %s", "table_write_privilege", "error", "public.orders"},
		{"delete for everyone", "grant delete on orders to public", "table_write_privilege", "warning", "PUBLIC"},
		{"delete through a role", "create role clerks; grant insert on orders to clerks; grant clerks to %s", "table_write_privilege", "error", "public.orders"},
		{"owner", "create table theirs (x int); alter table theirs owner to %s", "table_write_privilege", "error", "public.theirs"},
		{"create", "grant create on schema public to %s", "schema_create", "error", "public"},
		{"create schemas", "grant create on database audited to %s", "database_create", "error", "audited"},
		{"definer function", "grant execute on function wipe() to %s", "security_definer_functions", "error", "public.wipe"},
		{"definer function for everyone", "grant execute on function wipe() to public", "security_definer_functions", "warning", "public.wipe"},
		{"predefined role", "grant pg_write_all_data to %s", "role_membership", "error", "pg_write_all_data"},
		{"predefined role", "grant pg_write_all_data to %s", "table_write_privilege", "error", "public.orders"},
	} {
		t.Run(c.name, func(t *testing.T) {
			role := fmt.Sprintf("auditor_%d", i)
			pg.Exec(t, "audited", "create role "+role+" login password 'x'; grant usage on schema public to "+role+"; grant select on orders to "+role)
			pg.Exec(t, "audited", strings.ReplaceAll(c.rights, "%s", role))
			t.Cleanup(func() {
				pg.Exec(t, "audited", "drop owned by "+role+"; drop role "+role+"; drop role if exists clerks_unused;"+
					"revoke delete on orders from public; revoke execute on function wipe() from public")
			})
			server := testServer(t, pg, "audited")
			t.Setenv(passwordVariable, "x")
			server.User = role
			c.check(t, postgresSpec(server))
		})
	}
}

func (c boundaryCase) check(t *testing.T, spec Spec) {
	t.Helper()
	src := openDatabase(t, spec)
	f := finding(t, src.Verdict(), c.item)
	if f.Severity != c.severity || !strings.Contains(f.Detail, c.detail) {
		t.Errorf("finding %+v, want %s that says %q", f, c.severity, c.detail)
	}
}

func TestAUserIsReportedByWhatItMayDo(t *testing.T) {
	maria := extracttest.MariaDB(t)
	maria.Create(t, "audited")
	maria.Exec(t, "audited", "create table orders (id int primary key) engine=InnoDB; create table log (id int) engine=MyISAM")
	for i, c := range []boundaryCase{
		{"a reader", "select 1", "table_write_privilege", "ok", ""},
		{"a reader", "select 1", "routine_execute", "ok", ""},
		{"a reader", "select 1", "server_privileges", "ok", ""},
		{"a reader", "select 1", "grant_option", "ok", ""},
		{"a reader", "select 1", "session_read_only", "ok", ""},
		{"tables outside the snapshot", "select 1", "snapshot_engines", "warning", "log are not InnoDB"},
		{"show view", "grant show view on audited.* to %s", "server_privileges", "ok", ""},
		{"insert into a column", "grant select, insert (id) on audited.orders to %s", "table_write_privilege", "error", "INSERT on `audited`.`orders`"},
		{"all", "grant all on audited.* to %s", "table_write_privilege", "error", "ALL PRIVILEGES on `audited`.*"},
		{"files", "grant file on *.* to %s", "file_privilege", "error", "FILE on *.*"},
		{"routines", "grant execute on audited.* to %s", "routine_execute", "error", "EXECUTE on `audited`.*"},
		{"passing on", "grant select on audited.* to %s with grant option", "grant_option", "error", "`audited`.*"},
		{"a role", "create role clerks; grant delete on audited.* to clerks; grant clerks to %s", "table_write_privilege", "error", "DELETE on `audited`.*"},
	} {
		t.Run(c.name, func(t *testing.T) {
			user := fmt.Sprintf("auditor_%d", i)
			maria.Exec(t, "audited", "create user "+user+" identified by 'x'; grant select on audited.* to "+user)
			maria.Exec(t, "audited", strings.ReplaceAll(c.rights, "%s", user))
			t.Cleanup(func() { maria.Exec(t, "audited", "drop user "+user) })
			server := testServer(t, maria, "audited")
			t.Setenv(passwordVariable, "x")
			server.User = user
			c.check(t, mysqlSpec(server))
		})
	}
}

func TestAGrantIsReadWithoutTheHashBesideIt(t *testing.T) {
	for _, c := range []struct {
		line  string
		want  []grant
		roles []string
	}{
		{"GRANT USAGE ON *.* TO `u`@`%` IDENTIFIED BY PASSWORD '*AB'", []grant{{"USAGE", "*.*"}}, nil},
		{"GRANT SELECT, INSERT (`a`, `to`), SHOW VIEW ON `on`.`to` TO `u`@`%`",
			[]grant{{"SELECT", "`on`.`to`"}, {"INSERT", "`on`.`to`"}, {"SHOW VIEW", "`on`.`to`"}}, nil},
		{"GRANT EXECUTE ON PROCEDURE `d`.`p` TO `u`@`%` WITH GRANT OPTION",
			[]grant{{"EXECUTE", "PROCEDURE `d`.`p`"}, {"GRANT OPTION", "PROCEDURE `d`.`p`"}}, nil},
		{"GRANT `clerks`@`%` TO `u`@`%`", nil, []string{"`clerks`@`%`"}},
		{"GRANT `clerks`@`%`,`buyers`@`%` TO `u`@`%` WITH ADMIN OPTION", []grant{{"GRANT OPTION", "role `clerks`@`%`"}, {"GRANT OPTION", "role `buyers`@`%`"}}, []string{"`clerks`@`%`", "`buyers`@`%`"}},
		{"GRANT DELETE ON `d`.* TO PUBLIC", []grant{{"DELETE", "`d`.* through PUBLIC"}}, nil},
		{"GRANT PROXY ON ''@'%' TO 'root'@'localhost' WITH GRANT OPTION", []grant{{"PROXY", "''@'%'"}, {"GRANT OPTION", "''@'%'"}}, nil},
		{"SET DEFAULT ROLE `clerks` FOR `u`@`%`", nil, nil},
	} {
		got, roles := parseGrant(c.line)
		if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(grant{})); diff != "" || !slices.Equal(roles, c.roles) {
			t.Errorf("%s: roles %q, grants (-want +got):\n%s", c.line, roles, diff)
		}
	}
}

func TestNothingWrittenIsProvedAtTheEnd(t *testing.T) {
	bothServers(t, func(t *testing.T, s *extracttest.Server, spec func(*Server) Spec) {
		s.Exec(t, "logins", "create table orders (id int primary key)")
		s.Grant(t, "logins")
		src := openUnclosed(t, spec(testServer(t, s, "logins")))
		if _, _, err := readAll(t, src, Query{Relation: "orders", Columns: []string{"id"}}); err != nil {
			t.Fatal(err)
		}
		if _, err := src.Describe(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := src.Close(); err != nil {
			t.Fatal(err)
		}
		if f := finding(t, src.Verdict(), "evidence_nothing_written"); f.Severity != "ok" {
			t.Errorf("finding %+v", f)
		}
	})
}

// A role with too many rights leaves the read-only transaction behind our back, as a function or a
// faulty driver might.
func TestWhatWasWrittenAllTheSameIsFoundAtTheEnd(t *testing.T) {
	t.Run("postgres", func(t *testing.T) {
		pg := extracttest.Postgres(t)
		pg.Create(t, "written")
		src := openUnclosed(t, postgresSpec(testServer(t, pg, "written")))
		// even a read-only transaction may ask for a number
		if _, _, err := readAll(t, src, Query{Select: "select pg_current_xact_id()"}); err != nil {
			t.Fatal(err)
		}
		checkEvidence(t, src, "given a number")
	})
	t.Run("mariadb", func(t *testing.T) {
		maria := extracttest.MariaDB(t)
		maria.Create(t, "written")
		maria.Exec(t, "written", "create table orders (id int primary key); grant insert on written.* to "+extracttest.Role+"@'%'")
		src := openUnclosed(t, mysqlSpec(testServer(t, maria, "written")))
		s := src.(*databaseSource).session.(*mysqlSession)
		for _, statement := range []string{"rollback", "set session transaction read write", "insert into orders values (1), (2)"} {
			if err := s.exec(t.Context(), statement); err != nil {
				t.Fatal(err)
			}
		}
		checkEvidence(t, src, "Com_insert from 0 to 1, Handler_write from 0 to 2")
	})
}

func checkEvidence(t *testing.T, src Source, want string) {
	t.Helper()
	if err := src.Close(); err != nil {
		t.Fatal(err)
	}
	if f := finding(t, src.Verdict(), "evidence_nothing_written"); f.Severity != "error" || !strings.Contains(f.Detail, want) {
		t.Errorf("finding %+v, want %q", f, want)
	}
}

func TestASelectThatWritesThroughAFunctionIsRefusedByTheServer(t *testing.T) {
	pg, maria := extracttest.Postgres(t), extracttest.MariaDB(t)
	pg.Create(t, "wiped")
	pg.Exec(t, "wiped", `create table orders (id int primary key); insert into orders values (1);
create function wipe() returns int language plpgsql security definer as $$ begin delete from orders; return 1; end $$`)
	pg.Grant(t, "wiped")
	maria.Create(t, "wiped")
	maria.Exec(t, "wiped", "create table orders (id int primary key); insert into orders values (1); grant execute on wiped.* to "+extracttest.Role+"@'%';\n"+
		"delimiter //\ncreate function wipe() returns int begin delete from orders; return 1; end//\ndelimiter ;\n")
	for _, spec := range []Spec{postgresSpec(testServer(t, pg, "wiped")), mysqlSpec(testServer(t, maria, "wiped"))} {
		t.Run(spec.Kind(), func(t *testing.T) {
			src := openDatabase(t, spec)
			_, _, err := readAll(t, src, Query{Select: "select wipe() as w"})
			if !errors.Is(err, ErrMapping) || !strings.Contains(err.Error(), "only reads") {
				t.Errorf("error %v, want that it is refused", err)
			}
			rows, _, err := readAll(t, src, Query{Relation: "orders", Columns: []string{"id"}}) // the session goes on
			if err != nil || len(rows) != 1 {
				t.Errorf("orders %v, error %v", rows, err)
			}
		})
	}
}
