package extract

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pharos-analytics/pharos/pipeline/extract/extracttest"
	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// excess is a single right too many: SQL as administrator with the role's name for ROLE, the
// findings that name it, and what takes away the traces that the role's end leaves.
type excess struct{ name, grant, items, undo string }

func postgresExcesses() []excess {
	return []excess{
		{"createdb", "alter role ROLE createdb", "role_attributes", ""},
		{"createrole", "alter role ROLE createrole", "role_attributes", ""},
		{"replication", "alter role ROLE replication", "role_attributes", ""},
		{"bypassrls", "alter role ROLE bypassrls", "role_attributes", ""},
		{"createdb of another role", "create role clerks createdb; grant clerks to ROLE", "role_attributes", "drop role clerks"},
		{"insert", "grant insert on orders to ROLE", "table_write_privilege", ""},
		{"update", "grant update on orders to ROLE", "table_write_privilege", ""},
		{"delete", "grant delete on orders to ROLE", "table_write_privilege", ""},
		{"truncate", "grant truncate on orders to ROLE", "table_write_privilege", ""},
		{"update of a column", "grant update (note) on orders to ROLE", "table_write_privilege", ""},
		{"insert into a view", "grant insert on shown to ROLE", "table_write_privilege", ""},
		{"delete of a role that is not inherited", "create role clerks; grant delete on orders to clerks; alter role ROLE noinherit; grant clerks to ROLE",
			"table_write_privilege", "drop owned by clerks; drop role clerks"},
		{"delete two roles away", "create role clerks; create role staff; grant delete on orders to clerks; grant clerks to staff; grant staff to ROLE",
			"table_write_privilege", "drop owned by clerks; drop role clerks, staff"},
		{"foreign keys", "grant references on orders to ROLE", "table_bind_privilege", ""},
		{"triggers", "grant trigger on orders to ROLE", "table_bind_privilege", ""},
		{"nextval", "grant usage on sequence numbers to ROLE", "sequence_privilege", ""},
		{"setval", "grant update on sequence numbers to ROLE", "sequence_privilege", ""},
		{"a large object", "select lo_create(4711); grant update on large object 4711 to ROLE", "large_objects", "select lo_unlink(4711)"},
		{"create in a schema", "grant create on schema public to ROLE", "schema_create", ""},
		{"create schemas", "grant create on database audited to ROLE", "database_create", ""},
		{"create schemas in another database", "grant create on database template1 to ROLE", "database_create", ""},
		{"temporary tables of its own", "grant temp on database audited to ROLE", "database_temp", ""},
		{"a tablespace", "set allow_in_place_tablespaces = on; create tablespace attic location ''; grant create on tablespace attic to ROLE", "tablespace_create", "drop tablespace attic"},
		{"a function with its owner's rights", "grant execute on function wipe() to ROLE", "security_definer_functions", ""},
		{"a function of the server", "grant execute on function pg_catalog.lo_export(oid, text) to ROLE", "server_functions", ""},
		{"a connection past the transaction", "create extension dblink; revoke execute on all functions in schema public from public; grant execute on function dblink_exec(text) to ROLE",
			"outside_functions", "drop extension dblink"},
		{"pg_write_all_data", "grant pg_write_all_data to ROLE", "role_membership table_write_privilege", ""},
		{"pg_write_server_files", "grant pg_write_server_files to ROLE", "role_membership", ""},
		{"pg_read_server_files", "grant pg_read_server_files to ROLE", "role_membership", ""},
		{"pg_execute_server_program", "grant pg_execute_server_program to ROLE", "role_membership", ""},
		{"pg_signal_backend", "grant pg_signal_backend to ROLE", "role_membership", ""},
		{"its own function", "create function mine() returns int language sql as 'select 1'; alter function mine() owner to ROLE", "object_ownership", ""},
		{"its own table", "create table mine (x int); alter table mine owner to ROLE", "object_ownership table_write_privilege table_bind_privilege", ""},
		{"passing on", "grant select on orders to ROLE with grant option", "grant_option", ""},
		{"passing on a role", "create role clerks; grant clerks to ROLE with admin option", "grant_option", "drop role clerks"},
		{"future tables", "alter default privileges in schema public grant insert on tables to ROLE", "default_privileges", ""},
		{"a foreign wrapper", "create extension postgres_fdw; grant usage on foreign data wrapper postgres_fdw to ROLE", "foreign_access", "drop extension postgres_fdw cascade"},
		{"a foreign server", "create extension postgres_fdw; create server far foreign data wrapper postgres_fdw; grant usage on foreign server far to ROLE",
			"foreign_access", "drop extension postgres_fdw cascade"},
		{"a parameter of the superuser", "grant set on parameter session_replication_role to ROLE", "parameter_privilege", ""},
	}
}

func mariaDBExcesses() []excess {
	on := func(right string) string { return "grant " + right + " on audited.* to ROLE" }
	return []excess{
		{"insert", on("insert"), "table_write_privilege", ""},
		{"update", on("update"), "table_write_privilege", ""},
		{"delete", "grant delete on audited.orders to ROLE", "table_write_privilege", ""},
		{"insert into a column", "grant insert (id) on audited.orders to ROLE", "table_write_privilege", ""},
		{"delete of history", on("delete history"), "table_write_privilege", ""},
		{"delete for everyone", "grant delete on audited.* to public", "table_write_privilege", "revoke delete on audited.* from public"},
		{"delete of a role that was not taken", "create role clerks; grant delete on audited.* to clerks; grant clerks to ROLE", "table_write_privilege", "drop role clerks"},
		{"delete two roles away", "create role clerks; create role staff; grant delete on audited.* to clerks; grant clerks to staff; grant staff to ROLE",
			"table_write_privilege", "drop role clerks; drop role staff"},
		{"create", on("create"), "schema_create", ""},
		{"drop", on("drop"), "schema_create", ""},
		{"alter", on("alter"), "schema_create", ""},
		{"indexes", on("index"), "schema_create", ""},
		{"triggers", on("trigger"), "schema_create", ""},
		{"events", on("event"), "schema_create", ""},
		{"foreign keys", on("references"), "schema_create", ""},
		{"views", on("create view"), "schema_create", ""},
		{"routines", on("create routine"), "schema_create", ""},
		{"temporary tables", on("create temporary tables"), "database_temp", ""},
		{"locks", on("lock tables"), "table_lock", ""},
		{"a function with its definer's rights", "grant execute on function audited.wipe to ROLE", "routine_execute", ""},
		{"files", "grant file on *.* to ROLE", "file_privilege", ""},
		{"super", "grant super on *.* to ROLE", "server_privileges", ""},
		{"process", "grant process on *.* to ROLE", "server_privileges", ""},
		{"reload", "grant reload on *.* to ROLE", "server_privileges", ""},
		{"passing on", "grant select on audited.* to ROLE with grant option", "grant_option", ""},
		{"passing on a role", "create role clerks; grant clerks to ROLE with admin option", "grant_option", "drop role clerks"},
		{"all", on("all"), "table_write_privilege schema_create database_temp table_lock routine_execute", ""},
	}
}

func TestASingleRightTooManyIsRefusedByNameAndPassesWhenAccepted(t *testing.T) {
	if testing.Short() {
		t.Skip("makes a role for each of 66 rights; -short leaves it out")
	}
	t.Run("postgres", func(t *testing.T) {
		pg := extracttest.Postgres(t)
		pg.Create(t, "audited")
		pg.Exec(t, "audited", `create table orders (id int primary key, note text); insert into orders values (1, 'a'), (2, 'b');
create view shown as select id from orders; create sequence numbers;
create function wipe() returns int language plpgsql security definer as $$ begin delete from orders; return 1; end $$;
revoke execute on function wipe() from public`)
		for i, e := range postgresExcesses() {
			t.Run(e.name, func(t *testing.T) {
				role := fmt.Sprintf("auditor_%d", i)
				pg.Exec(t, "audited", "create role "+role+" login password 'x'; grant select on orders to "+role+";"+strings.ReplaceAll(e.grant, "ROLE", role))
				t.Cleanup(func() {
					pg.Exec(t, "template1", "drop owned by "+role)
					pg.Exec(t, "audited", "drop owned by "+role+" cascade; drop role "+role+";"+e.undo)
				})
				server := testServer(t, pg, "audited")
				server.User = role
				e.refused(t, pg, postgresSpec(server))
			})
		}
	})
	t.Run("mariadb", func(t *testing.T) {
		maria := extracttest.MariaDB(t)
		maria.Create(t, "audited")
		maria.Exec(t, "audited", "create table orders (id int primary key) engine=InnoDB; insert into orders values (1), (2);\n"+
			"delimiter //\ncreate function wipe() returns int begin delete from orders; return 1; end//\ndelimiter ;\n")
		for i, e := range mariaDBExcesses() {
			t.Run(e.name, func(t *testing.T) {
				user := fmt.Sprintf("auditor_%d", i)
				maria.Exec(t, "audited", "create user "+user+" identified by 'x'; grant select on audited.* to "+user+";"+strings.ReplaceAll(e.grant, "ROLE", user))
				t.Cleanup(func() { maria.Exec(t, "audited", "drop user "+user+";"+e.undo) })
				server := testServer(t, maria, "audited")
				server.User = user
				e.refused(t, maria, mysqlSpec(server))
			})
		}
	})
}

// refused wants exactly the excess's findings refused, for all sources and for one accepted, and that
// looking at them has written nothing.
func (e excess) refused(t *testing.T, s *extracttest.Server, spec Spec) {
	t.Helper()
	t.Setenv(passwordVariable, "x")
	items := strings.Fields(e.items)
	var verdict lake.SourceReading
	s.Untouched(t, "audited", func() {
		src := openUnclosed(t, spec)
		if _, _, err := readAll(t, src, Query{Relation: "orders", Columns: []string{"id"}}); err != nil {
			t.Error(err)
		}
		if err := src.Close(); err != nil {
			t.Error(err)
		}
		verdict = src.Verdict()
	})
	_, err := Judge(verdict, BoundaryPolicy{})
	if !errors.Is(err, ErrBoundary) {
		t.Fatalf("error %v, want that it is refused", err)
	}
	var named []string
	for _, line := range strings.Split(err.Error(), "\n")[1:] {
		item, _, _ := strings.Cut(strings.TrimSpace(line), ":")
		named = append(named, item)
	}
	slices.Sort(named)
	slices.Sort(items)
	if !slices.Equal(named, items) {
		t.Errorf("refused for %v, want %v:\n%v", named, items, err)
	}
	prefixed := make([]string, len(items))
	for i, item := range items {
		prefixed[i] = spec.Name + "." + item
	}
	for _, accept := range [][]string{items, prefixed} {
		judged, err := Judge(verdict, BoundaryPolicy{Accept: accept})
		if err != nil {
			t.Errorf("with %v accepted: %v", accept, err)
		}
		for _, item := range items {
			if f := finding(t, judged, item); f.Severity != SeverityAccepted {
				t.Errorf("finding %+v is not marked as accepted", f)
			}
		}
	}
	if _, err := Judge(verdict, BoundaryPolicy{Accept: items[1:]}); !errors.Is(err, ErrBoundary) {
		t.Errorf("with %s not accepted: %v, want that it is refused", items[0], err)
	}
	if _, err := Judge(verdict, BoundaryPolicy{Accept: []string{"elsewhere." + items[0]}}); !errors.Is(err, ErrBoundary) {
		t.Errorf("accepted for another source: %v, want that it is refused", err)
	}
}
