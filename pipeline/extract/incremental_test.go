package extract

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pharos-analytics/pharos/pipeline/extract/extracttest"
)

// trackers opens the same orders in all three databases.
func trackers(t *testing.T, script string, each func(t *testing.T, src Tracker)) {
	t.Helper()
	bothServers(t, func(t *testing.T, s *extracttest.Server, spec func(*Server) Spec) {
		if spec(&Server{}).MySQL != nil {
			script = strings.ReplaceAll(script, " timestamp ", " datetime ") // without a zone, as there
		}
		s.Exec(t, "logins", script)
		s.Grant(t, "logins")
		each(t, openDatabase(t, spec(testServer(t, s, "logins"))).(Tracker))
	})
	t.Run("sqlite", func(t *testing.T) {
		dir := t.TempDir()
		makeSQLite(t, dir+"/shop.db", script)
		each(t, openDatabase(t, Spec{Name: "archive", Dir: dir, SQLite: &Files{Path: "shop.db"}}).(Tracker))
	})
}

const changedOrders = `create table orders (id int primary key, customer varchar(20), amount decimal(12,2), changed_at timestamp null);
insert into orders values (1, 'C1', 10.50, '2026-03-01 10:00:00'), (2, 'C2', null, '2026-03-05 12:00:00'),
  (3, '明光', -0.07, '2026-03-08 09:30:00'), (4, 'C4', 99999999.99, null)`

func TestANightReadsWhatChangedSinceTheLastAndWhatHasNoDate(t *testing.T) {
	trackers(t, changedOrders, func(t *testing.T, src Tracker) {
		q := Query{Relation: "orders", Columns: []string{"id"}, Filter: &Filter{Since: &Since{Cursor: "changed_at", From: "2026-03-05 12:00:00"}}}
		rows, _, err := readAll(t, src, q)
		if diff := cmp.Diff([][]string{{"2"}, {"3"}, {"4"}}, rows); err != nil || diff != "" {
			t.Errorf("error %v, rows (-want +got):\n%s", err, diff)
		}
		q = Query{Select: "select id, changed_at from orders -- all", Columns: []string{"id"}, Filter: q.Filter}
		if rows, _, err = readAll(t, src, q); err != nil || len(rows) != 3 {
			t.Errorf("of a select came %v, %v", rows, err)
		}
	})
}

func TestTheWatermarkIsTheNewestChangeButNotADateInTheFuture(t *testing.T) {
	script := changedOrders + ", (5, 'C5', 1, '2036-01-01 00:00:00')"
	trackers(t, script, func(t *testing.T, src Tracker) {
		q := Query{Relation: "orders"}
		for _, c := range []struct {
			now  time.Time
			want string
		}{
			{time.Date(2026, 3, 9, 0, 0, 0, 0, time.UTC), "2026-03-08 09:30:00"},
			{time.Date(2037, 3, 9, 0, 0, 0, 0, time.UTC), "2036-01-01 00:00:00"},
			{time.Date(2001, 3, 9, 0, 0, 0, 0, time.UTC), ""},
		} {
			mark, err := src.Watermark(t.Context(), q, "changed_at", c.now)
			if err != nil || strings.TrimSuffix(mark, "Z") != c.want {
				t.Errorf("at %s: watermark %q, %v; want %q", c.now, mark, err, c.want)
			}
		}
		if mark, err := src.Watermark(t.Context(), q, "id", time.Time{}); err != nil || mark != "5" {
			t.Errorf("the number's watermark is %q, %v", mark, err)
		}
	})
}

func TestANightBeginsAnOverlapBeforeTheWatermarkInItsOwnPrecision(t *testing.T) {
	days := Overlap{Time: 3 * 24 * time.Hour}
	for _, c := range []struct {
		overlap    Overlap
		mark, want string
	}{
		{days, "2026-03-02 10:00:00.120", "2026-02-27 10:00:00.120"},
		{days, "2026-03-02 10:00:00.123456Z", "2026-02-27 10:00:00.123456Z"},
		{days, "2026-03-02T10:00:00Z", "2026-02-27T10:00:00Z"},
		{days, "2026-03-02", "2026-02-27"},
		{Overlap{Number: 100}, "5", "-95"},
		{Overlap{}, "12.5", "12.5"},
		{UsualOverlap(), "17", "17"},
		{UsualOverlap(), "2026-03-02", "2026-02-27"},
		{UsualOverlap(), "01HX2", "01HX2"},
		{Overlap{}, "01HX2", "01HX2"},
		{days, "", ""},
	} {
		if got, err := c.overlap.Before(c.mark); err != nil || got != c.want {
			t.Errorf("%v before %q: %q, %v; want %q", c.overlap, c.mark, got, err, c.want)
		}
	}
	for _, c := range []struct {
		overlap Overlap
		mark    string
	}{{days, "17"}, {Overlap{Number: 5}, "2026-03-02"}, {days, "01HX2"}, {Overlap{Number: 5}, "1.5"}} {
		if got, err := c.overlap.Before(c.mark); err == nil {
			t.Errorf("%v before %q gave %q; an overlap that does not fit the cursor is refused", c.overlap, c.mark, got)
		}
	}
}

func TestTheKeysOfTheSourceAndOfTheLakeAddUpAlike(t *testing.T) {
	script := "create table orders (no int, line varchar(30)); insert into orders values (1, 'a'), (2, null), (-7, ''), (1, 'b'), (3, '明光通信 🚦 and much longer')"
	trackers(t, script, func(t *testing.T, src Tracker) {
		sums, err := src.KeySums(t.Context(), Query{Relation: "orders"}, []string{"no", "line"})
		if err != nil {
			t.Fatal(err)
		}
		s := func(v string) *string { return &v }
		own := sums.Empty()
		for _, key := range [][]*string{{s("1"), s("a")}, {s("2"), nil}, {s("-7"), s("")}, {s("1"), s("b")}} {
			own.Add([]byte(KeyText(key)))
		}
		missing := []byte(KeyText([]*string{s("3"), s("明光通信 🚦 and much longer")}))
		if diff := cmp.Diff([]int{own.Bucket(missing)}, own.Differing(&sums)); diff != "" {
			t.Errorf("differing buckets (-want +got):\n%s", diff)
		}
		own.Add(missing)
		if d := own.Differing(&sums); len(d) > 0 || own.Total() != 5 {
			t.Errorf("buckets %v differ, of %d rows", d, own.Total())
		}
		q := Query{Relation: "orders", Columns: []string{"no"}, Filter: &Filter{Buckets: own.In([]int{own.Bucket(missing)})}}
		if rows, _, err := readAll(t, src, q); err != nil || len(rows) != 1 || rows[0][0] != "3" {
			t.Errorf("of the bucket came %v, %v", rows, err)
		}
	})
}

func TestAHundredThousandKeysAddUpAlike(t *testing.T) {
	pg := extracttest.Postgres(t)
	pg.Create(t, "keys")
	pg.Exec(t, "keys", "create table orders as select g::bigint * g as id, 'order ' || g as code from generate_series(1, 100000) as g")
	pg.Grant(t, "keys")
	src := openDatabase(t, postgresSpec(testServer(t, pg, "keys"))).(Tracker)
	sums, err := src.KeySums(t.Context(), Query{Relation: "orders"}, []string{"id", "code"})
	if err != nil {
		t.Fatal(err)
	}
	own := sums.Empty()
	for g := range int64(100_000) {
		id, code := fmt.Sprint((g+1)*(g+1)), fmt.Sprintf("order %d", g+1)
		own.Add([]byte(KeyText([]*string{&id, &code})))
	}
	if d := own.Differing(&sums); len(d) > 0 {
		t.Errorf("%d buckets differ", len(d))
	}
}

func TestWholeNumbersAreHashedAsPostgreSQLHashesThem(t *testing.T) {
	pg := extracttest.Postgres(t)
	pg.Create(t, "numbers")
	pg.Exec(t, "numbers", `create table orders (shop smallint, no int, id bigint, primary key (shop, no, id));
		insert into orders select g % 100 - 50, g % 1000 - 500, (g - 5000)::bigint * g * g * g from generate_series(1, 10000) as g;
		insert into orders values (0, 0, 9223372036854775807), (0, 0, -9223372036854775808), (0, 0, 4294967296), (0, 0, -4294967296), (0, 0, -1), (0, 0, 0)`)
	pg.Grant(t, "numbers")
	src := openDatabase(t, postgresSpec(testServer(t, pg, "numbers"))).(Tracker)
	key := []string{"shop", "no", "id"}
	sums, err := src.KeySums(t.Context(), Query{Relation: "orders"}, key)
	if err != nil {
		t.Fatal(err)
	}
	if !sums.form.whole {
		t.Error("the keys are hashed as text")
	}
	rows, _, err := readAll(t, src, Query{Relation: "orders", Columns: key})
	if err != nil {
		t.Fatal(err)
	}
	own := sums.Empty()
	for _, row := range rows {
		own.Add([]byte(strings.Join(row, keySeparator)))
	}
	if d := own.Differing(&sums); len(d) > 0 || own.Total() != 10_006 {
		t.Errorf("%d buckets of %d rows differ", len(d), own.Total())
	}
	looked := own.Bucket([]byte("0" + keySeparator + "0" + keySeparator + "-9223372036854775808"))
	found, _, err := readAll(t, src, Query{Relation: "orders", Columns: key, Filter: &Filter{Buckets: own.In([]int{looked})}})
	if err != nil || int64(len(found)) != int64(sums.Rows[looked]) {
		t.Errorf("of bucket %d came %d rows, it has %d: %v", looked, len(found), sums.Rows[looked], err)
	}
	for _, text := range []string{"", "-", "-0", "007", "+7", " 7", "7a", "9223372036854775808", "-9223372036854775809", "99999999999999999999", keyNull} {
		if v, ok := wholeNumber([]byte(text)); ok {
			t.Errorf("%q is read as %d: PostgreSQL writes no integer so", text, v)
		}
	}
}

func TestWhatArrivedAddsUpToWhatTheSourceHas(t *testing.T) {
	trackers(t, changedOrders, func(t *testing.T, src Tracker) {
		m := Mapping{Table: "orders", Raw: true, Source: "erp", Relation: "orders", Columns: []ColumnMapping{
			{Name: "id", Column: "id"}, {Name: "customer", Column: "customer"}, {Name: "amount", Column: "amount"}}}
		mapper := compile(t, m, Spec{Name: "erp"})
		w, err := openLake(t).NewWriter(mapper.Table(), "")
		if err != nil {
			t.Fatal(err)
		}
		source, err := src.Sums(t.Context(), Query{Relation: "orders", Columns: []string{"id", "customer", "amount"}})
		if err != nil {
			t.Fatal(err)
		}
		r, err := Load(t.Context(), src, mapper, w, Part{Tally: source.Exact()})
		if err != nil {
			t.Fatal(err)
		}
		if said := r.Tallies.Differ(source); said != "" {
			t.Errorf("they differ: %s", said)
		}
		if source.Rows != 4 || source.Columns[1].Values != 4 || source.Columns[2].Values != 3 {
			t.Errorf("the source counts %+v", source)
		}
		short := Tallies{Rows: 3, Columns: []ColumnTally{{Column: "amount", Values: 2}}}
		if said := short.Differ(source); !strings.Contains(said, "3 rows were read, the source has 4") || !strings.Contains(said, "column amount: 2 values were read, the source has 3") {
			t.Errorf("of lost rows it says %q", said)
		}
	})
}

func TestAQuestionThatNobodyWaitsForEnds(t *testing.T) {
	trackers(t, changedOrders, func(t *testing.T, src Tracker) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := src.KeySums(ctx, Query{Relation: "orders"}, []string{"id"}); err == nil {
			t.Error("an answer came")
		}
	})
}
