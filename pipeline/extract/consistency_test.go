package extract

import (
	"fmt"
	"os"
	"strconv"
	"testing"

	"github.com/pharos-analytics/pharos/pipeline/extract/extracttest"
)

// busyBank books without a pause until the table stop has a row: every transaction changes an
// account's balance together with its entries, opens accounts and deletes entries.
func busyBank(mysql bool) (schema, writer string) {
	schema = `create table accounts (id int primary key, balance bigint not null);
create table entries (id bigint primary key, account int not null references accounts (id), amount int not null);
create table stop (id int);
insert into accounts values (0, 0), (1, 0), (2, 0), (3, 0), (4, 0);
`
	if mysql {
		return schema + `insert into entries select seq, seq % 5, seq from seq_1_to_2000;
update accounts set balance = (select sum(amount) from entries where account = accounts.id);
delimiter //
create procedure churn() begin
  declare n bigint default 2000; declare a int; declare e bigint; declare v int;
  while not exists (select 1 from stop) do
    set n = n + 1;
    start transaction;
    if n % 50 = 0 then insert into accounts values (n, 0); end if;
    set a = (select max(id) from accounts where id <= floor(rand() * n));
    insert into entries values (n, a, n % 900);
    update accounts set balance = balance + n % 900 where id = a;
    set e = n - 1000 - floor(rand() * 500);
    set a = (select account from entries where id = e), v = (select amount from entries where id = e);
    if a is not null then
      delete from entries where id = e;
      update accounts set balance = balance - v where id = a;
    end if;
    set e = n - floor(rand() * 500);
    set a = (select account from entries where id = e);
    update entries set amount = amount + 7 where id = e;
    update accounts set balance = balance + 7 where id = a;
    commit;
  end while;
end //
delimiter ;
`, "call churn();"
	}
	return schema + `insert into entries select g, g % 5, g % 900 from generate_series(1, 300000) as g; -- enough for several sessions
update accounts set balance = (select sum(amount) from entries where account = accounts.id);
create procedure churn() language plpgsql as $$
declare n bigint := 300000; a int; e bigint; v int;
begin
  while not exists (select from stop) loop
    n := n + 1;
    if n % 50 = 0 then insert into accounts values (n, 0); end if;
    a := (select max(id) from accounts where id <= floor(random() * n));
    insert into entries values (n, a, n % 900);
    update accounts set balance = balance + n % 900 where id = a;
    e := n - 1000 - floor(random() * 500)::int; -- in the query it would be another one for every row
    delete from entries where id = e returning account, amount into a, v;
    if found then update accounts set balance = balance - v where id = a; end if;
    e := n - floor(random() * 500)::int;
    update entries set amount = amount + 7 where id = e returning account into a;
    if found then update accounts set balance = balance + 7 where id = a; end if;
    commit;
  end loop;
end $$;
`, "call churn();"
}

// TestTablesReadWhileTheyAreWrittenToAreThoseOfOneMoment reads a bank that books at full speed:
// every entry's account is there, and every balance is the sum of its entries.
func TestTablesReadWhileTheyAreWrittenToAreThoseOfOneMoment(t *testing.T) {
	rounds := 10
	switch {
	case os.Getenv("PHAROS_TORTURE") != "":
		rounds = 100
	case testing.Short():
		rounds = 3
	}
	bothServers(t, func(t *testing.T, s *extracttest.Server, spec func(*Server) Spec) {
		schema, writer := busyBank(spec(&Server{}).MySQL != nil)
		s.Exec(t, "logins", schema)
		s.Grant(t, "logins")
		stopped := s.Start(t, "logins", writer)
		server := testServer(t, s, "logins")
		moments := map[string]bool{}
		for range rounds {
			moments[readBank(t, spec(server))] = true
		}
		s.Exec(t, "logins", "insert into stop values (1)")
		stopped()
		if len(moments) < rounds/2 {
			t.Errorf("%d rounds saw %d states: the bank did not book meanwhile", rounds, len(moments))
		}
	})
}

// readBank reads both tables in one session, checks them and gives what tells the moment.
func readBank(t *testing.T, spec Spec) string {
	t.Helper()
	src, err := Open(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	balances := map[string]int64{}
	each := func(q Query, take func(row []string)) int {
		rows, bad, err := readAll(t, src, q)
		if err != nil || len(bad) > 0 {
			t.Fatal(err, bad)
		}
		for _, row := range rows {
			take(row)
		}
		return len(rows)
	}
	number := func(text string) int64 {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	each(Query{Relation: "accounts", Columns: []string{"id", "balance"}}, func(row []string) { balances[row[0]] = number(row[1]) })
	last := int64(0)
	entries := each(Query{Relation: "entries", Columns: []string{"account", "amount", "id"}}, func(row []string) {
		if _, known := balances[row[0]]; !known {
			t.Errorf("an entry is of account %s, which is not there", row[0])
		}
		balances[row[0]] -= number(row[1])
		last = max(last, number(row[2]))
	})
	for account, rest := range balances {
		if rest != 0 {
			t.Errorf("account %s differs from its entries by %d", account, rest)
		}
	}
	if n := src.Verdict().Connections; spec.Postgres != nil && n < 2 {
		t.Errorf("%d session read the bank; one cannot differ from another", n)
	}
	return fmt.Sprintf("%d accounts, %d entries to %d", len(balances), entries, last)
}
