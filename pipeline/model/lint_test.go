package model

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/pharos-analytics/pharos/sql"
)

func TestTheBuiltInModelsFollowTheHouseRules(t *testing.T) {
	models, err := Load(sql.Files)
	if err != nil {
		t.Fatal(err)
	}
	for _, issue := range Lint(models) {
		t.Error(issue)
	}
}

// The queries that compare two runs are read by analysts too.
func TestTheQueriesOfDiffFollowTheHouseRules(t *testing.T) {
	files, err := fs.Glob(sql.Diff, "diff/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, file := range files {
		text, err := fs.ReadFile(sql.Diff, file)
		if err != nil {
			t.Fatal(err)
		}
		for _, issue := range Lint([]Model{{Path: "sql/" + file, SQL: string(text)}}) {
			t.Error(issue)
		}
	}
}

// linted wraps lines of a step and returns the issues as "line:column rule", lines counted in it.
func linted(step string) []string {
	before := "-- One row.\n-- grain: none\n-- needs: none\nwith\nfinal as (\n"
	text := before + step + "\n)\nselect * from final\n"
	var found []string
	for _, issue := range Lint([]Model{{Path: "x.sql", SQL: text}}) {
		issue.Line -= strings.Count(before, "\n")
		place, _, _ := strings.Cut(strings.TrimPrefix(issue.String(), "x.sql:"), ": ")
		found = append(found, place+" "+issue.Rule)
	}
	return found
}

func TestEveryRuleFindsItsExample(t *testing.T) {
	for _, c := range []struct{ step, want string }{
		{"    select a::bigint as b from t", "1:13 sign"},
		{"    select a // b as c from t", "1:14 sign"},
		{"    select [1] as c from t", "1:12 sign"},
		{"    select {'a': 1} as c from t", "1:12 sign"},
		{"    select unnest(x -> x) as c from t", "1:21 sign"},
		{"    select a == b as c from t", "1:14 sign"},
		{"    select a from t qualify b = 1", "1:21 word"},
		{"    select row_number() over (order by a rows between unbounded preceding and current row) as b from t", "1:25 window-rank-frame"},
		{"    select rank() over w as b from t window w as (order by a rows between unbounded preceding and current row)", "1:19 window-rank-frame"},
		{"    select cast(cast(a as double) * 2 as decimal(38, 4)) as b from t", "1:12 double-to-decimal"},
		{"    select b.a, * exclude (a) from b", "1:17 star"},
		{"    select a from t asof join b", "1:21 word"},
		{"    pivot t on a", "1:5 word"},
		{"    select current_date as day from t", "1:12 word"},
		{"    select a from t where b ilike 'x'", "1:29 word"},
		{"    select try_cast(a as bigint) as b from t", "1:12 word"},
		{"    select now() as a from t", "1:12 function"},
		{"    select random() as a from t", "1:12 function"},
		{"    select first(a) as a from t", "1:12 function"},
		{"    select mode(a) as a from t", "1:12 function"},
		{"    select list(a) as a from t", "1:12 function"},
		{"    select string_agg(a, ',') as a from t", "1:12 function"},
		{"    select avg(a) as a from t", "1:12 function"},
		{"    select stddev(a) as a from t", "1:12 function"},
		{"    select left(a, 2) as a from t", "1:12 function"},
		{"    select substr(right(a, 2), 1, 1) as a from t", "1:19 function"},
		{"    select greatest(a, b) as a from t", "1:12 function"},
		{"    select least(a, b) as a from t", "1:12 function"},
		{"    select strftime(a, b) as a from t", "1:12 function"},
		{"    select unheard_of(a) as a from t", "1:12 function"},
		{"    select a from t union select a from u", "1:21 union"},
		{"    select a, count(*) as n from t group by all", "1:42 by-all"},
		{"    select a from t order by all", "1:27 by-all"},
		{"    select distinct on (a) b from t", "1:12 distinct-on"},
		{"    select a from t where b is true", "1:29 is-true"},
		{"    select a from t where b is not false", "1:29 is-true"},
		{"    select a from t limit 5", "1:21 limit"},
		{"    select a from (select a from t order by a) as u limit 5", "1:53 limit"},
		{"    select row_number() over (partition by b) as a from t", "1:25 window-order"},
		{"    select sum(a) over (order by b) as a from t", "1:19 window-frame"},
		{"    select lag(a) ignore nulls over (order by b) as a from t", "1:19 ignore-nulls"},
		{"    select a / b as c from t", "1:14 bare-division"},
		{"    select cast(a as double) / b as c from t", "1:30 bare-division"},
		{"    select a / nullif(b, 0) as c from t", "1:14 bare-division"},
		{"    select cast(a as decimal(38, 4)) / nullif(b, 0) as c from t", "1:38 bare-division"},
		{"    select cast(a as text) as c from t", "1:22 type"},
		{"    select cast(a as varchar(3)) as c from t", "1:22 type"},
		{"    select cast(a as timestamp) as c from t", "1:22 type"},
		{"    select cast(a as timestamp(3)) as c from t", "1:22 type"},
		{"    select cast(a as decimal) as c from t", "1:22 type"},
		{"    select cast(cast(a as double) / nullif(b, 0) as bigint) as c from t", "1:12 double-to-integer"},
		{"    select cast(1 + floor(sqrt(a)) as bigint) as c from t", "1:12 double-to-integer"},
		{"    select cast(a + interval '1 month' as date) as c from t", "1:21 interval"},
		{"    select a + interval '1' month as c from t", "1:16 interval-cast"},
		{"    select date_trunc('month', a) as c from t", "1:12 date-trunc"},
		{"    select a as values from t", "1:17 reserved"},
		{"    SELECT a from t", "1:5 lower-case"},
		{"    select a from Orders", "1:19 lower-case"},
		{"    select a from t join b on t.a = b.a", "1:21 join-kind"},
		{"    select t.a from t, u", "1:22 comma-join"},
		{"    select a, from t", "1:13 last-comma"},
		{"    select\n        a\n        , b\n    from t", "3:9 comma-first"},
		{"    select a, count(*) as n from t group by 1", "1:45 group-by-number"},
		{"    select t.* from t", "1:14 star"},
		{"    select a, * from t", "1:15 star"},
		{"    select * from t inner join u on t.a = u.a", "1:12 star"},
		{"    select a b from t", "1:14 alias-as"},
		{"    select sum(a) b from t", "1:19 alias-as"},
		{"    select 1 \"b\" from t", "1:14 alias-as"},
		{"    select case when a then 1 end b from t", "1:35 alias-as"},
		{"    select t.a from orders t", "1:28 alias-as"},
		{"   select a from t", "1:1 indent"},
		{"\tselect a from t", "1:1 indent"},
		{"    select a from t  ", "1:20 blanks"},
		{"    -- " + strings.Repeat("ü", 82) + "\n    select a from t", "1:89 line-width"},
	} {
		if got := linted(c.step); len(got) == 0 || got[0] != c.want {
			t.Errorf("%s\n  got  %q\n  want %s", c.step, got, c.want)
		}
	}
}

func TestGoodSQLHasNoIssue(t *testing.T) {
	const step = `    -- NOW() :: is a comment; so is a, b  /* qualify */
    select
        t.a,
        'AVG(x) // :: it''s a text' as words,
        "Odd Name" as odd,
        date '2025-01-01' as start_on,
        cast(date_trunc('month', t.d) as date) as month_on,
        cast(t.d + interval '1' month as date) as next_on,
        cast(sum(t.b) as double) / nullif(cast(count(*) as double), 0) as share,
        cast(round(cast(t.a as double) / nullif(t.b, 0)) as bigint) as whole,
        cast(t.x as timestamp(6)) as at,
        cast(t.y as decimal(38, 4)) * 2 as money,
        count(*) filter (where t.a > 0) as n,
        extract(year from t.d) as year,
        row_number() over (partition by t.a order by t.b desc nulls last, t.c) as rank,
        sum(t.a) over (
            order by t.b rows between unbounded preceding and current row
        ) as running,
        sum(t.a) over () as total,
        case when t.a is not distinct from t.b then null else 1 end as same
    from t
    inner join (values (1, 2), (3, 4)) as v(i, j) on t.a = v.i
    left join u on t.a = u.a and u.b in (1, 2)
    full outer join w on t.a = w.a
    cross join z
    where exists (select x.a from x where x.a = t.a) and t.c like 'a%'
    group by t.a, t.b
    having count(*) > 1
    union all
    select a, b from (select a, b from u order by a, b limit 3) as first_three`
	if got := linted(step); len(got) > 0 {
		t.Errorf("got %q", got)
	}
	const wilson = `    select cast(n as double) as m, 1 / nullif(cast(n as double), 0) as s from t
    union all
    select z * z / nullif(4 * m, 0) as a, m / nullif(s, 0) as b from final`
	if got := linted(wilson); len(got) > 0 {
		t.Errorf("got %q", got)
	}
}

func TestAModelEndsWithItsFinalStep(t *testing.T) {
	for text, want := range map[string]string{
		"select a from t\n":      "final",
		"select * from final;\n": "final",
		"select * from final":    "blanks",
		strings.Repeat("-- x\n", 200) + "select * from final\n":             "",
		"-- x\n" + strings.Repeat("\n", 100) + "select * from final\n":      "length",
		"-- x\n\n" + strings.Repeat("-- y\n", 98) + "select * from final\n": "",
	} {
		var rules []string
		for _, issue := range Lint([]Model{{Path: "x.sql", SQL: text}}) {
			rules = append(rules, issue.Rule)
		}
		if got := strings.Join(rules, " "); got != want {
			t.Errorf("%d bytes ending in %q: got %q, want %q", len(text), text[max(0, len(text)-20):], got, want)
		}
	}
}
