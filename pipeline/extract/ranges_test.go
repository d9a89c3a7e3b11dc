package extract

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/google/go-cmp/cmp"

	"github.com/pharos-analytics/pharos/pipeline/extract/extracttest"
)

const bigRows = 60_000

// bigOrders makes a table of some 3,500 pages whose physical order is not that of its key.
func bigOrders(t *testing.T, name string) (*extracttest.Server, *Server) {
	t.Helper()
	pg := extracttest.Postgres(t)
	pg.Create(t, name)
	pg.Exec(t, name, fmt.Sprintf(`create table orders (id int primary key, amount numeric(12,2), filler text) with (fillfactor = 50);
insert into orders select %d - g, g / 100.0, repeat('x', 200) from generate_series(1, %[1]d) as g; analyze orders`, bigRows))
	pg.Grant(t, name)
	return pg, testServer(t, pg, name)
}

func ordersOf(columns ...string) Query { return Query{Relation: "orders", Columns: columns} }

func TestSeveralSessionsReadATableInTheOrderOfItsPages(t *testing.T) {
	pg, server := bigOrders(t, "ranges")
	for _, workers := range []int{1, 2, 5} {
		spec := postgresSpec(server)
		spec.Postgres = &Server{}
		*spec.Postgres = *server
		spec.Postgres.Workers = workers
		src := openUnclosed(t, spec)
		pg.Exec(t, "ranges", "insert into orders select -g, 0, 'later' from generate_series(1, 5000) as g on conflict do nothing; update orders set amount = -amount where id < 1000")
		want, _, err := readAll(t, src, Query{Select: "select id, amount from orders order by ctid"})
		if err != nil || len(want) < bigRows {
			t.Fatalf("%d rows, error %v", len(want), err)
		}
		for range 2 { // the same snapshot twice
			rows, _, err := readAll(t, src, ordersOf("id", "amount"))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, rows); diff != "" {
				t.Fatalf("%d sessions give other rows than one query (-want +got):\n%.2000s", workers, diff)
			}
		}
		if err := src.Close(); err != nil {
			t.Error(err)
		}
		v := src.Verdict()
		if v.Connections != workers {
			t.Errorf("%d connections, want %d", v.Connections, workers)
		}
		if f := finding(t, v, "evidence_nothing_written"); f.Severity != "ok" {
			t.Errorf("evidence %+v", f)
		}
	}
}

func TestADistinctMappingReadsByKeyHoweverLargeTheTable(t *testing.T) {
	_, server := bigOrders(t, "bykey")
	src := openDatabase(t, postgresSpec(server))
	q := ordersOf("id")
	q.Ordered = true
	rows, _, err := readAll(t, src, q)
	if err != nil || len(rows) != bigRows || rows[0][0] != "0" || rows[1][0] != "1" {
		t.Errorf("%d rows that begin with %v, error %v; want them by key", len(rows), rows[:2], err)
	}
	if n := src.Verdict().Connections; n != 1 {
		t.Errorf("%d connections, want one", n)
	}
}

func TestARelationWithoutRowAddressesIsReadWhole(t *testing.T) {
	pg, server := bigOrders(t, "whole")
	pg.Exec(t, "whole", `create view open_orders as select id, filler from orders;
create table parent (id int, filler text); create table child () inherits (parent);
insert into parent select id, filler from orders; insert into child select id, filler from orders;
create table parts (id int, filler text) partition by range (id);
create table low partition of parts for values from (minvalue) to (30000); create table high partition of parts for values from (30000) to (maxvalue);
insert into parts select id, filler from orders`)
	pg.Grant(t, "whole")
	src := openDatabase(t, postgresSpec(server))
	for relation, want := range map[string]int{"open_orders": bigRows, "parent": 2 * bigRows, "parts": bigRows} {
		rows, _, err := readAll(t, src, Query{Relation: relation, Columns: []string{"id"}})
		if err != nil || len(rows) != want {
			t.Errorf("%s: %d rows, error %v; want %d", relation, len(rows), err, want)
		}
	}
}

func TestAKilledReaderAmongSeveralIsNoQuietNight(t *testing.T) {
	pg, server := bigOrders(t, "readers")
	server.Workers = 2
	src := openUnclosed(t, postgresSpec(server))
	records := 0
	err := src.Read(t.Context(), ordersOf("id", "filler"), Sink{Rows: func(arrow.RecordBatch) error {
		if records++; records == 1 { // four parts are begun at most, of seven
			pg.Exec(t, "readers", "select pg_terminate_backend(max(pid)) from pg_stat_activity where application_name = 'pharos' and datname = 'readers'")
		}
		return nil
	}})
	if !errors.Is(err, ErrUnreachable) || !strings.Contains(err.Error(), "run again") {
		t.Errorf("error %v after %d records, want unreachable", err, records)
	}
	if err := src.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	if f := finding(t, src.Verdict(), "evidence_nothing_written"); f.Severity != "warning" {
		t.Errorf("finding %+v, want a warning that one session gives no evidence", f)
	}
}

func TestACancelledNightEndsTheQueriesOfAllReaders(t *testing.T) {
	pg, server := bigOrders(t, "cancelled")
	server.Workers = 3
	src := openDatabase(t, postgresSpec(server))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	err := src.Read(ctx, ordersOf("id", "filler"), Sink{Rows: func(arrow.RecordBatch) error { cancel(); return nil }})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v, want that it was cancelled", err)
	}
	pg.Exec(t, "cancelled", `do $$ begin if exists (select from pg_stat_activity where application_name = 'pharos' and datname = 'cancelled' and state = 'active')
then raise 'a query still runs'; end if; end $$`)
	full := errors.New("disk is full")
	if err := src.Read(t.Context(), ordersOf("id"), Sink{Rows: func(arrow.RecordBatch) error { return full }}); !errors.Is(err, full) {
		t.Errorf("error %v, want the sink's own", err)
	}
	rows, _, err := readAll(t, src, ordersOf("id"))
	if err != nil || len(rows) != bigRows {
		t.Errorf("after the cancelled read: %d rows, error %v", len(rows), err)
	}
}

func TestAnUnreadableRowOfALargeTableHasItsPlace(t *testing.T) {
	pg := extracttest.Postgres(t)
	pg.Exec(t, "", "drop database if exists bigbytes; create database bigbytes encoding 'SQL_ASCII' template template0")
	pg.Exec(t, "bigbytes", fmt.Sprintf(`create table orders (id int, note text);
insert into orders select g, case when g = 40000 then E'M\xfcller' else repeat('x', 200) end from generate_series(1, %d) as g`, bigRows))
	pg.Grant(t, "bigbytes")
	src := openDatabase(t, postgresSpec(testServer(t, pg, "bigbytes")))
	rows, bad, err := readAll(t, src, ordersOf("note"))
	want := []BadRow{{Source: "erp", Location: "row 40000", Rule: "bad_encoding", Column: "note", Value: `M\xfcller`}}
	if diff := cmp.Diff(want, bad); err != nil || diff != "" || len(rows) != bigRows-1 {
		t.Errorf("%d rows, error %v, unreadable (-want +got):\n%s", len(rows), err, diff)
	}
}

func TestAServerWithoutAConnectionToSpareIsReadByFewerSessions(t *testing.T) {
	pg, server := bigOrders(t, "crowded")
	pg.Exec(t, "crowded", "alter database crowded connection limit 2")
	server.Workers = 4
	src := openUnclosed(t, postgresSpec(server))
	rows, _, err := readAll(t, src, ordersOf("id"))
	if err != nil || len(rows) != bigRows {
		t.Errorf("%d rows, error %v", len(rows), err)
	}
	if err := src.Close(); err != nil {
		t.Error(err)
	}
	v := src.Verdict()
	if f := finding(t, v, "parallel_readers"); v.Connections != 2 || f.Severity != "warning" || !strings.Contains(f.Detail, "2 of 4 sessions") {
		t.Errorf("%d connections, finding %+v", v.Connections, f)
	}
}
