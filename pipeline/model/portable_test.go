package model

import (
	"slices"
	"strings"
	"testing"

	"github.com/pharos-analytics/pharos/pipeline/lake"
	"github.com/pharos-analytics/pharos/pipeline/model/trinotest"
)

// constructs are what models may write, each with what both engines must say; the name begins with
// the function where it is one.
var constructs = []struct{ name, query, want string }{
	{"abs", "select abs(cast(-2.5 as decimal(4,1)))", "2.5"},
	{"cast half up to money", "select cast(cast('0.00005' as decimal(18,5)) as decimal(38,4)), cast(cast('-0.00005' as decimal(18,5)) as decimal(38,4))", "0.0001|-0.0001"},
	{"cast text", "select cast('12.50' as decimal(38,4)), cast('7' as bigint), cast('2025-02-03' as date)", "12.5000|7|2025-02-03"},
	{"ceil", "select ceil(cast(1.2 as double)), ceiling(cast(-1.2 as double))", "2|-1"},
	{"ceiling", "select ceiling(cast(1.2 as double))", "2"},
	{"coalesce", "select coalesce(cast(null as varchar), 'b')", "b"},
	{"concat", "select concat('a', 'b')", "ab"},
	{"concat_ws", "select concat_ws('-', 'a', cast(null as varchar), 'b')", "a-b"},
	{"count distinct", "select count(distinct x), count(x), count(*) from (values ('a'), ('a'), (cast(null as varchar))) as t(x)", "1|2|3"},
	{"date_diff", "select date_diff('day', date '2024-02-28', date '2024-03-01')", "2"},
	{"date_trunc", "select cast(date_trunc('month', date '2024-02-28') as date)", "2024-02-01"},
	{"day", "select day(date '2024-02-28')", "28"},
	{"dense_rank", "select max(r) from (select dense_rank() over (order by x) as r from (values (1), (1), (2)) as t(x)) as s", "2"},
	{"exists", "select case when exists (select 1 from (values (1)) as t(x) where x = 1) then 'yes' else 'no' end", "yes"},
	{"exp", "select round(exp(cast(1 as double)), 6)", "2.718282"},
	{"extract", "select extract(year from date '2024-02-28'), extract(quarter from date '2024-05-01')", "2024|2"},
	{"first_value", "select max(v) from (select first_value(x) over (order by x rows between unbounded preceding and current row) as v from (values (3), (1)) as t(x)) as s", "1"},
	{"floor", "select floor(cast(-1.2 as double))", "-2"},
	{"lag", "select x, lag(x) over (order by x) from (values (1), (2)) as t(x) order by x", "1|NULL ; 2|1"},
	{"last_value", "select min(v) from (select last_value(x) over (order by x rows between unbounded preceding and unbounded following) as v from (values (3), (1)) as t(x)) as s", "3"},
	{"lead", "select x, lead(x) over (order by x) from (values (1), (2)) as t(x) order by x", "1|2 ; 2|NULL"},
	{"length", "select length('漢字a')", "3"},
	{"like", "select case when 'a_b' like 'a\\_%' escape '\\' then 1 else 0 end", "1"},
	{"ln", "select round(ln(cast(10 as double)), 6)", "2.302585"},
	{"log10", "select round(log10(cast(1000 as double)), 6)", "3"},
	{"lower", "select lower('ÄB')", "äb"},
	{"lpad", "select lpad('7', 3, '0')", "007"},
	{"ltrim", "select ltrim('  a')", "a"},
	{"max", "select max(x), min(x) from (values ('B'), ('a')) as t(x)", "a|B"},
	{"max_by", "select max_by(x, y), min_by(x, y) from (values ('a', 2), ('b', 1)) as t(x, y)", "a|b"},
	{"min", "select min(x) from (values (date '2024-01-02'), (date '2023-01-02')) as t(x)", "2023-01-02"},
	{"min_by", "select min_by(x, y) from (values ('a', 2), ('b', 1)) as t(x, y)", "b"},
	{"mod", "select mod(-7, 3), mod(cast(7.5 as decimal(4,1)), cast(2 as decimal(4,1)))", "-1|1.5"},
	{"month", "select month(date '2024-02-28')", "2"},
	{"ntile", "select x, ntile(2) over (order by x) from (values (1), (2), (3)) as t(x) order by x", "1|1 ; 2|1 ; 3|2"},
	{"nullif", "select nullif('', '')", "NULL"},
	{"percent_rank", "select max(r) from (select percent_rank() over (order by x) as r from (values (1), (2), (3)) as t(x)) as s", "1"},
	{"power", "select power(cast(2 as double), cast(10 as double))", "1024"},
	{"quarter", "select quarter(date '2024-05-01')", "2"},
	{"rank", "select x, rank() over (order by x) from (values (1), (1), (2)) as t(x) order by x", "1|1 ; 1|1 ; 2|3"},
	{"replace", "select replace('a-b-c', '-', '')", "abc"},
	{"round", "select round(cast(2.5 as double)), round(cast(-2.5 as double)), round(cast(0.01055 as double), 4)", "3|-3|0.0106"},
	{"round before money", "select cast(round(cast(0.01055 as double), 4) as decimal(38,4)), cast(round(cast(654.28805 as double), 4) as decimal(38,4))", "0.0106|654.2881"},
	{"row_number", "select x, row_number() over (order by x desc) from (values ('a'), ('b')) as t(x) order by x", "a|2 ; b|1"},
	{"rpad", "select rpad('7', 3, '0')", "700"},
	{"rtrim", "select rtrim('a  ')", "a"},
	{"sign", "select sign(cast(-2.5 as double))", "-1"},
	{"sqrt", "select sqrt(cast(9 as double))", "3"},
	{"strpos", "select strpos('漢字', '字')", "2"},
	{"substr", "select substr('漢字ab', 2, 2), substr('abc', -2)", "字a|bc"},
	{"sum money", "select cast(sum(x) as decimal(38,4)) from (values (cast('0.1' as decimal(18,4))), (cast('-0.3' as decimal(18,4)))) as t(x)", "-0.2000"},
	{"sum whole", "select cast(sum(x) as bigint) from (values (cast(1 as bigint)), (cast(2 as bigint))) as t(x)", "3"},
	{"translate", "select translate('a-b', '-', '_')", "a_b"},
	{"trim", "select trim('  a ')", "a"},
	{"unnest", "select x from unnest(array['b', 'a']) as t(x) order by x", "a ; b"},
	{"upper", "select upper('äb')", "ÄB"},
	{"week", "select week(date '2021-01-03')", "53"},
	{"year", "select year(date '2024-02-28')", "2024"},
	{"quotient", "select cast(7 as double) / nullif(2, 0), cast(7 as double) / nullif(0, 0)", "3.5|NULL"},
	{"product of money", "select cast(cast(cast('12345678901.2345' as decimal(18,4)) as decimal(38,4)) * 3 as decimal(38,4))", "37037036703.7035"},
	{"months apart", "select (year(date '2025-01-31') - year(date '2023-11-30')) * 12 + month(date '2025-01-31') - month(date '2023-11-30')", "14"},
	{"month later", "select cast(date '2024-01-31' + interval '1' month as date)", "2024-02-29"},
	{"days later", "select cast(date '2024-02-27' + 3 * interval '1' day as date)", "2024-03-01"},
	{"day of the week", "select mod(date_diff('day', date '1970-01-05', date '2024-03-03'), 7) + 1", "7"},
	{"month as text", "select substr(cast(date '2024-02-28' as varchar), 1, 7)", "2024-02"},
	{"instant", "select cast('2025-01-01 10:00:00.123456' as timestamp(6))", "2025-01-01 10:00:00.123456"},
	{"window frame", "select x, sum(x) over (order by x rows between unbounded preceding and current row) from (values (cast(1 as bigint)), (cast(2 as bigint))) as t(x) order by x", "1|1 ; 2|3"},
	{"named window", "select x, count(*) over w from (values (1), (2)) as t(x) window w as (order by x rows between unbounded preceding and current row) order by x", "1|1 ; 2|2"},
	{"nulls last", "select x from (values ('b'), (cast(null as varchar)), ('a')) as t(x) order by x desc nulls last", "b ; a ; NULL"},
	{"order of texts", "select x from (values ('a'), ('B'), ('ä'), ('漢'), (''), ('1')) as t(x) order by x", " ; 1 ; B ; a ; ä ; 漢"},
	{"filter", "select count(*) filter (where x > 1) from (values (1), (2)) as t(x)", "1"},
	{"grouping sets", "select x, count(*) from (values ('a'), ('b')) as t(x) group by grouping sets ((x), ()) order by x nulls last", "a|1 ; b|1 ; NULL|2"},
	{"joins", "select a.x, b.y from (values (1), (2)) as a(x) full join (values (2), (3)) as b(y) on a.x = b.y order by a.x nulls last, b.y", "1|NULL ; 2|2 ; NULL|3"},
	{"not exists", "select x from (values (1), (2)) as a(x) where not exists (select 1 from (values (2)) as b(y) where b.y = a.x)", "1"},
	{"null safe", "select case when cast(null as varchar) is not distinct from cast(null as varchar) then 1 else 0 end", "1"},
	{"sets", "(select 1 as x union all select 1) intersect (select 1) except (select 2)", "1"},
	{"union distinct", "select 1 as x union distinct select 1", "1"},
	{"tuples", "select count(*) from (values (1, 'a')) as t(x, y) where (x, y) in ((1, 'a'))", "1"},
	{"between", "select case when date '2024-02-01' between date '2024-01-01' and date '2024-12-31' then 1 else 0 end", "1"},
	{"offset", "select x from (values (1), (2), (3)) as t(x) order by x offset 1 limit 1", "2"},
}

func TestEveryConstructThatModelsMayWriteMeansTheSameOnBothEngines(t *testing.T) {
	if testing.Short() {
		t.Skip("needs the cluster; -short leaves it out")
	}
	local, _ := engine(t, 1)
	cluster := trinotest.Shared(t)
	there, err := OpenTrino(t.Context(), TrinoOptions{URL: cluster.URL, User: "test", Catalog: "lake", Schema: "pharos_constructs", Parallel: 1,
		Store: lake.SharedFolder{Root: cluster.Shared, Seen: "local:///"}}, local)
	if err != nil {
		t.Fatal(err)
	}
	defer there.Close()
	for _, c := range constructs {
		t.Run(c.name, func(t *testing.T) {
			for name, eng := range map[string]Engine{"DuckDB": local, "Trino": there} {
				rows, err := eng.Query(t.Context(), c.query)
				if err != nil {
					t.Errorf("on %s: %v", name, err)
					continue
				}
				if got := rowsText(rows); got != c.want {
					t.Errorf("on %s: %s, want %s", name, got, c.want)
				}
			}
		})
	}
}

func TestEveryFunctionThatModelsMayCallHasBeenComparedOnBothEngines(t *testing.T) {
	for _, function := range portableFunctions {
		if !slices.ContainsFunc(constructs, func(c struct{ name, query, want string }) bool { return strings.Fields(c.name)[0] == function }) {
			t.Errorf("%s() may be called and no construct compares it", function)
		}
	}
}

// rowsText writes a result: values by |, rows by " ; ".
func rowsText(rows *Rows) string {
	var lines []string
	for _, row := range rows.Values {
		cells := make([]string, len(row))
		for i, v := range row {
			if cells[i] = "NULL"; v != nil {
				cells[i] = Text(v, rows.Types[i])
			}
		}
		lines = append(lines, strings.Join(cells, "|"))
	}
	return strings.Join(lines, " ; ")
}
