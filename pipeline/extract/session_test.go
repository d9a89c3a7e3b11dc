package extract

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/google/go-cmp/cmp"

	"github.com/pharos-analytics/pharos/pipeline/extract/extracttest"
)

func TestRowsThatComeDuringTheNightWaitForTheNextOne(t *testing.T) {
	bothServers(t, func(t *testing.T, s *extracttest.Server, spec func(*Server) Spec) {
		s.Exec(t, "logins", "create table orders (id int primary key, amount int); insert into orders values (1, 10), (2, 20); create table order_lines (id int primary key)")
		s.Grant(t, "logins")
		src := openDatabase(t, spec(testServer(t, s, "logins")))
		s.Exec(t, "logins", "insert into orders values (3, 30); update orders set amount = 99; insert into order_lines values (1)")
		for _, q := range []Query{
			{Relation: "orders", Columns: []string{"id", "amount"}},
			{Select: "select id, amount from orders order by id"},
		} {
			rows, _, err := readAll(t, src, q)
			if diff := cmp.Diff([][]string{{"1", "10"}, {"2", "20"}}, rows); err != nil || diff != "" {
				t.Errorf("error %v, rows (-want +got):\n%s", err, diff)
			}
		}
		if rows, _, err := readAll(t, src, Query{Relation: "order_lines", Columns: []string{"id"}}); err != nil || len(rows) > 0 {
			t.Errorf("lines %v, error %v; want the state at Open", rows, err)
		}
	})
}

// slowQuery gives its first record at once and hangs before its last row.
func slowQuery(spec Spec) Query {
	if spec.Postgres != nil {
		return Query{Select: "select g, case when g > 40000 then pg_sleep(3600)::text end as z from generate_series(1, 40001) as g"}
	}
	return Query{Select: "select seq as g, case when seq > 40000 then sleep(3600) end as z from seq_1_to_40001"}
}

func TestACancelledNightEndsItsQueryOnTheServer(t *testing.T) {
	bothServers(t, func(t *testing.T, s *extracttest.Server, spec func(*Server) Spec) {
		s.Exec(t, "logins", "create table orders (id int primary key); insert into orders values (1)")
		s.Grant(t, "logins")
		sp := spec(testServer(t, s, "logins"))
		src := openDatabase(t, sp)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		err := src.Read(ctx, slowQuery(sp), Sink{Rows: func(arrow.RecordBatch) error { cancel(); return nil }})
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("error %v, want that it was cancelled", err)
		}
		if sp.Postgres != nil {
			s.Exec(t, "logins", `do $$ begin if exists (select from pg_stat_activity where application_name = 'pharos' and state = 'active')
then raise 'the query still runs'; end if; end $$`)
		} else {
			s.Exec(t, "logins", "delimiter //\n"+`begin not atomic if exists (select 1 from information_schema.processlist where command in ('Query', 'Execute') and user = '`+
				extracttest.Role+`') then signal sqlstate '45000' set message_text = 'the query still runs'; end if; end//`)
		}
		rows, _, err := readAll(t, src, Query{Relation: "orders", Columns: []string{"id"}}) // in the same snapshot
		if err != nil || len(rows) != 1 {
			t.Errorf("after the cancelled read: %v, error %v", rows, err)
		}
	})
}

func TestAFullDiskEndsTheQueryOnTheServer(t *testing.T) {
	bothServers(t, func(t *testing.T, s *extracttest.Server, spec func(*Server) Spec) {
		sp := spec(testServer(t, s, "logins"))
		src := openDatabase(t, sp)
		full := errors.New("disk is full")
		err := src.Read(t.Context(), slowQuery(sp), Sink{Rows: func(arrow.RecordBatch) error { return full }})
		if !errors.Is(err, full) {
			t.Errorf("error %v, want the sink's own", err)
		}
		if rows, _, err := readAll(t, src, Query{Select: "select 1 as one"}); err != nil || len(rows) != 1 {
			t.Errorf("after it: %v, error %v", rows, err)
		}
	})
}

func TestAKilledConnectionNeverLooksLikeAQuietNight(t *testing.T) {
	bothServers(t, func(t *testing.T, s *extracttest.Server, spec func(*Server) Spec) {
		sp := spec(testServer(t, s, "logins"))
		src := openUnclosed(t, sp)
		killed := false
		err := src.Read(t.Context(), slowQuery(sp), Sink{Rows: func(arrow.RecordBatch) error {
			if killed {
				return nil
			}
			killed = true
			if sp.Postgres != nil {
				s.Exec(t, "logins", "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'pharos'")
			} else {
				s.Exec(t, "logins", "kill "+src.(*databaseSource).session.(*mysqlSession).id)
			}
			return nil
		}})
		if !errors.Is(err, ErrUnreachable) || !strings.Contains(err.Error(), "run again") {
			t.Errorf("error %v, want unreachable", err)
		}
		if _, _, err := readAll(t, src, Query{Select: "select 1 as one"}); !errors.Is(err, ErrUnreachable) {
			t.Errorf("the next read: %v, want unreachable", err)
		}
		if err := src.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
		if f := finding(t, src.Verdict(), "evidence_nothing_written"); f.Severity != "warning" {
			t.Errorf("finding %+v, want a warning that there is no evidence", f)
		}
	})
}

// strange is a name that is only a name.
const strange = "we\"ird `name'; drop table orders; -- 客户"

func TestANameIsOnlyAName(t *testing.T) {
	pg, maria := extracttest.Postgres(t), extracttest.MariaDB(t)
	pg.Create(t, "names")
	maria.Create(t, "names")
	script := func(d dialect) string {
		return fmt.Sprintf("create table %s (%s int primary key, t int); insert into %[1]s values (1, 2);", d.quote(strange), d.quote(strange))
	}
	pg.Exec(t, "names", script(postgresSQL)+`create schema "other.side"; create table "other.side".orders (id int); create table "other.side".t (id int)`)
	pg.Grant(t, "names")
	maria.Exec(t, "names", script(mysqlSQL))
	dir := t.TempDir()
	makeSQLite(t, filepath.Join(dir, "plain.db"), script(sqliteSQL))
	if err := os.Rename(filepath.Join(dir, "plain.db"), filepath.Join(dir, "n?a%m#e.db")); err != nil {
		t.Fatal(err)
	}
	for _, spec := range []Spec{
		postgresSpec(testServer(t, pg, "names")), mysqlSpec(testServer(t, maria, "names")),
		{Name: "archive", Dir: dir, SQLite: &Files{Path: "n?a%m#e.db"}},
	} {
		t.Run(spec.Kind(), func(t *testing.T) {
			src := openDatabase(t, spec)
			rows, _, err := readAll(t, src, Query{Relation: strange, Columns: []string{"t", strange}})
			if diff := cmp.Diff([][]string{{"2", "1"}}, rows); err != nil || diff != "" {
				t.Errorf("error %v, rows (-want +got):\n%s", err, diff)
			}
			relations, err := src.Describe(t.Context())
			if err != nil || relations[0].Name != strange || relations[0].Columns[0].Name != strange {
				t.Errorf("described as %+v, error %v", relations, err)
			}
			if spec.Postgres != nil && (len(relations) != 3 || relations[1].Name != "other.side.orders") {
				t.Errorf("a table outside the search path is described as %+v", relations)
			}
		})
	}
}

func TestATableThatIsNotThereIsNamedWithItsNeighbours(t *testing.T) {
	bothServers(t, func(t *testing.T, s *extracttest.Server, spec func(*Server) Spec) {
		s.Exec(t, "logins", "create table orders (id int primary key); create table customers (id int primary key); create view open_orders as select id from orders")
		s.Grant(t, "logins")
		src := openDatabase(t, spec(testServer(t, s, "logins")))
		for _, c := range []struct {
			query Query
			want  string
		}{
			{Query{Relation: "order", Columns: []string{"id"}}, "nearest: orders"},
			{Query{Columns: []string{"id"}}, "no table is named; it has orders, customers, open_orders"},
			{Query{Relation: "orders"}, "no column is asked for"},
			{Query{Relation: "orders", Select: "select 1"}, "one of them is enough"},
			{Query{Select: "delete from orders"}, "refused"},
			{Query{Select: "select nothing from orders"}, "nothing"},
			{Query{Select: "select id from orders", Columns: []string{"ID_"}}, "nearest: id"},
			{Query{Select: "select id, id from orders", Columns: []string{"id"}}, "name of its own with as"},
			{Query{Select: "selec id from orders"}, "begins with"},
			{Query{Select: "select from from orders"}, "from"},
		} {
			_, _, err := readAll(t, src, c.query)
			if !errors.Is(err, ErrMapping) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%+v: error %v, want %q", c.query, err, c.want)
			}
		}
		if rows, _, err := readAll(t, src, Query{Relation: "open_orders", Columns: []string{"id"}}); err != nil || len(rows) > 0 {
			t.Errorf("after all those errors: %v, error %v", rows, err)
		}
	})
}

func TestAColumnThatMayNotBeReadIsNotOffered(t *testing.T) {
	pg, maria := extracttest.Postgres(t), extracttest.MariaDB(t)
	const script = "create table orders (id int primary key, secret int); grant select (id) on orders to " + extracttest.Role
	pg.Create(t, "columns")
	pg.Exec(t, "columns", "grant usage on schema public to "+extracttest.Role+"; "+script)
	maria.Exec(t, "", "drop database if exists columns; create database columns")
	maria.Exec(t, "columns", script+"@'%'")
	for _, spec := range []Spec{postgresSpec(testServer(t, pg, "columns")), mysqlSpec(testServer(t, maria, "columns"))} {
		t.Run(spec.Kind(), func(t *testing.T) {
			src := openDatabase(t, spec)
			relations, err := src.Describe(t.Context())
			if err != nil || len(relations) != 1 || len(relations[0].Columns) != 1 {
				t.Fatalf("described as %+v, error %v", relations, err)
			}
			if _, _, err := readAll(t, src, Query{Relation: "orders", Columns: []string{"id"}}); err != nil {
				t.Error(err)
			}
			_, _, err = readAll(t, src, Query{Relation: "orders", Columns: []string{"secret"}})
			if !errors.Is(err, ErrMapping) || !strings.Contains(err.Error(), "may be read") {
				t.Errorf("error %v", err)
			}
			_, _, err = readAll(t, src, Query{Select: "select secret from orders"})
			if !errors.Is(err, ErrUnreachable) || !strings.Contains(err.Error(), "grant select") {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestRowsWithoutAKeyComeInOneOrder(t *testing.T) {
	pg, maria := extracttest.Postgres(t), extracttest.MariaDB(t)
	const rows = "('a', 2), ('A', 1), ('ä', 1), ('B', 1), ('b', null), (null, 1), ('a', 10)"
	const reversed = "('a', 10), (null, 1), ('b', null), ('B', 1), ('ä', 1), ('A', 1), ('a', 2)"
	script := "create table t1 (name varchar(9), n int); insert into t1 values " + rows +
		"; create table t2 (name varchar(9), n int); insert into t2 values " + reversed + ";"
	pg.Create(t, "unordered")
	pg.Exec(t, "unordered", script)
	pg.Grant(t, "unordered")
	maria.Create(t, "unordered")
	maria.Exec(t, "unordered", script)
	dir := t.TempDir()
	makeSQLite(t, filepath.Join(dir, "u.db"), strings.NewReplacer("t1", "v1", "t2", "v2").Replace(script)+
		"create view t1 as select * from v1; create view t2 as select * from v2")
	for _, spec := range []Spec{
		postgresSpec(testServer(t, pg, "unordered")), mysqlSpec(testServer(t, maria, "unordered")),
		{Name: "archive", Dir: dir, SQLite: &Files{Path: "u.db"}},
	} {
		t.Run(spec.Kind(), func(t *testing.T) {
			src := openDatabase(t, spec)
			var got [2][][]string
			for i, relation := range []string{"t1", "t2"} {
				var err error
				if got[i], _, err = readAll(t, src, Query{Relation: relation, Columns: []string{"name", "n"}}); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(got[0], got[1]); diff != "" || len(got[0]) != 7 {
				t.Errorf("%d rows; the order depends on how they were written:\n%s", len(got[0]), diff)
			}
		})
	}
}

func TestASelectKeepsItsOwnOrder(t *testing.T) {
	maria, pg := extracttest.MariaDB(t), extracttest.Postgres(t)
	const script = "create table orders (id int primary key, placed date); insert into orders values (1, '2026-03-08'), (2, '2026-03-07'), (3, '2026-03-09');"
	pg.Create(t, "ordered")
	pg.Exec(t, "ordered", script)
	pg.Grant(t, "ordered")
	maria.Create(t, "ordered")
	maria.Exec(t, "ordered", script)
	dir := t.TempDir()
	makeSQLite(t, filepath.Join(dir, "o.db"), script)
	for _, spec := range []Spec{
		postgresSpec(testServer(t, pg, "ordered")), mysqlSpec(testServer(t, maria, "ordered")),
		{Name: "archive", Dir: dir, SQLite: &Files{Path: "o.db"}},
	} {
		t.Run(spec.Kind(), func(t *testing.T) {
			src := openDatabase(t, spec)
			rows, _, err := readAll(t, src, Query{Select: "select placed, id from orders order by placed desc; -- newest first"})
			want := [][]string{{"2026-03-09", "3"}, {"2026-03-08", "1"}, {"2026-03-07", "2"}}
			if diff := cmp.Diff(want, rows); err != nil || diff != "" {
				t.Errorf("error %v, rows (-want +got):\n%s", err, diff)
			}
			rows, _, err = readAll(t, src, Query{Select: "select placed, id from orders order by id", Columns: []string{"id"}, Limit: 2})
			if err != nil || len(rows) != 2 || len(rows[0]) != 1 {
				t.Errorf("sample %v, error %v", rows, err)
			}
		})
	}
}

func TestBytesThatAreNoTextAreQuarantinedByTheirKey(t *testing.T) {
	pg, maria := extracttest.Postgres(t), extracttest.MariaDB(t)
	pg.Exec(t, "", "drop database if exists oldbytes; create database oldbytes encoding 'SQL_ASCII' template template0")
	pg.Exec(t, "oldbytes", `create table orders (id int primary key, note text); insert into orders values (1, 'fine'), (2, E'M\xfcller'), (3, null)`)
	pg.Grant(t, "oldbytes")
	maria.Create(t, "oldbytes")
	maria.Exec(t, "oldbytes", `create table orders (id int primary key, note varchar(20)); insert into orders values (1, 'fine'), (2, 'M\0ller'), (3, null)`)
	dir := t.TempDir()
	makeSQLite(t, filepath.Join(dir, "o.db"), `create table orders (id int primary key, note text); insert into orders values (1, 'fine'), (2, cast(x'4dfc6c6c6572' as text)), (3, null)`)
	for _, c := range []struct {
		spec Spec
		want string
	}{
		{postgresSpec(testServer(t, pg, "oldbytes")), `M\xfcller`},
		{mysqlSpec(testServer(t, maria, "oldbytes")), `M\x00ller`},
		{Spec{Name: "archive", Dir: dir, SQLite: &Files{Path: "o.db"}}, `M\xfcller`},
	} {
		t.Run(c.spec.Kind(), func(t *testing.T) {
			src := openDatabase(t, c.spec)
			rows, bad, err := readAll(t, src, Query{Relation: "orders", Columns: []string{"note", "id"}})
			if diff := cmp.Diff([][]string{{"fine", "1"}, {"∅", "3"}}, rows); err != nil || diff != "" {
				t.Errorf("error %v, rows (-want +got):\n%s", err, diff)
			}
			want := []BadRow{{Source: c.spec.Name, Location: "key=2", Rule: "bad_encoding", Column: "note", Value: c.want}}
			if diff := cmp.Diff(want, bad); diff != "" {
				t.Errorf("unreadable (-want +got):\n%s", diff)
			}
			_, bad, err = readAll(t, src, Query{Relation: "orders", Columns: []string{"note"}})
			if err != nil || len(bad) != 1 || bad[0].Location != "row 2" {
				t.Errorf("without the key: %+v, error %v", bad, err)
			}
		})
	}
}

func TestAViewThatDoesNotWorkHidesNoOtherTable(t *testing.T) {
	pg, maria := extracttest.Postgres(t), extracttest.MariaDB(t)
	pg.Create(t, "views")
	pg.Exec(t, "views", `create function secret() returns int language sql as 'select 1'; revoke execute on function secret() from public;
create table orders (id int primary key); insert into orders values (7); create view broken as select secret() as id`)
	pg.Grant(t, "views")
	maria.Create(t, "views")
	maria.Exec(t, "views", `create table gone (id int); create table orders (id int primary key); insert into orders values (7);
create view broken as select id from gone; drop table gone`)
	for _, spec := range []Spec{postgresSpec(testServer(t, pg, "views")), mysqlSpec(testServer(t, maria, "views"))} {
		t.Run(spec.Kind(), func(t *testing.T) {
			relations, err := openDatabase(t, spec).Describe(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			orders := relations[len(relations)-1]
			if orders.Name != "orders" || len(orders.Columns[0].Samples) != 1 {
				t.Errorf("described as %+v", relations)
			}
		})
	}
}
