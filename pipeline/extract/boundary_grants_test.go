package extract

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pharos-analytics/pharos/pipeline/extract/extracttest"
)

func TestTheRoleOfThePrintedScriptReadsWhatIsMappedAndPassesTheAudit(t *testing.T) {
	mappings := []Mapping{
		{Table: "customers", Source: "erp", Relation: `Sales dept.cust"omer`},
		{Table: "orders", Source: "erp", Relation: "orders"},
		{Table: "order_lines", Source: "erp", Select: `with o as (select no from orders) select o.no, l.net from o inner join lines as l on l.no = o.no`},
		{Table: "returns", Source: "elsewhere", Relation: "secrets"},
	}
	t.Run("postgres", func(t *testing.T) {
		pg := extracttest.Postgres(t)
		const database, role = `sales "2026"`, `reader's "own" role; --`
		pg.Create(t, database)
		pg.Exec(t, database, `create schema "Sales dept"; create table "Sales dept"."cust""omer" (id int primary key, name text); insert into "Sales dept"."cust""omer" values (1, 'a');
create table orders (no int primary key); insert into orders values (1); create table lines (no int, net numeric); insert into lines values (1, 2.5); create table secrets (x int)`)
		server := testServer(t, pg, database)
		server.User = role
		spec := postgresSpec(server)
		pg.Exec(t, database, script(t, spec, mappings))
		pg.Exec(t, database, `alter role `+postgresSQL.quote(role)+` password 'y'`)
		t.Cleanup(func() {
			pg.Exec(t, database, "drop owned by "+postgresSQL.quote(role)+"; drop role "+postgresSQL.quote(role))
		})
		passes(t, pg, database, spec, mappings, []string{"lines", "orders", `Sales dept.cust"omer`})
	})
	t.Run("mariadb", func(t *testing.T) {
		maria := extracttest.MariaDB(t)
		const database, user = "sales `2026`_%", "reader's `own` role"
		mappings[0].Relation = "cust`omer's"
		maria.Create(t, database)
		maria.Exec(t, database, "create table `cust``omer's` (id int primary key, name text); insert into `cust``omer's` values (1, 'a');"+
			"create table orders (no int primary key); insert into orders values (1); create table `lines` (no int, net decimal(9,2)); insert into `lines` values (1, 2.5); create table secrets (x int)")
		server := testServer(t, maria, database)
		server.User = user
		spec := mysqlSpec(server)
		spec.Name = "erp"
		mappings[2].Select = strings.ReplaceAll(mappings[2].Select, "lines", "`lines`")
		text := script(t, spec, mappings)
		maria.Exec(t, "", strings.Replace(text, "PASSWORD_HERE;", "'y';", 1))
		t.Cleanup(func() { maria.Exec(t, "", "drop user "+mysqlSQL.quote(user)) })
		passes(t, maria, database, spec, mappings, []string{"cust`omer's", "lines", "orders"})
	})
}

func script(t *testing.T, spec Spec, mappings []Mapping) string {
	t.Helper()
	t.Setenv(passwordVariable, "y")
	text, err := Grants(spec, mappings)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(text, "'y'") || strings.Contains(strings.ToLower(text), " public;") {
		t.Errorf("the script holds the password, or changes PUBLIC:\n%s", text)
	}
	return text
}

// passes reads all mappings as the role of the script and wants no finding but PUBLIC's, no further
// table in sight and no trace on the server.
func passes(t *testing.T, s *extracttest.Server, database string, spec Spec, mappings []Mapping, tables []string) {
	t.Helper()
	s.Untouched(t, database, func() {
		src := openUnclosed(t, spec)
		if _, err := Judge(src.Verdict(), BoundaryPolicy{}); err != nil {
			t.Error(err)
		}
		relations, err := src.Describe(t.Context())
		if err != nil {
			t.Error(err)
		}
		var seen []string
		for _, r := range relations {
			seen = append(seen, r.Name)
		}
		if diff := cmp.Diff(tables, seen); diff != "" {
			t.Errorf("tables that the role sees (-want +got):\n%s", diff)
		}
		for _, q := range []Query{{Relation: mappings[0].Relation, Columns: []string{"name"}}, {Relation: "orders", Columns: []string{"no"}}, {Select: mappings[2].Select}} {
			if rows, _, err := readAll(t, src, q); err != nil || len(rows) != 1 {
				t.Errorf("%+v: %v, %v", q, rows, err)
			}
		}
		if err := src.Close(); err != nil {
			t.Error(err)
		}
		_, err = Judge(src.Verdict(), BoundaryPolicy{Strict: true, Accept: []string{"database_temp"}})
		if err != nil {
			t.Errorf("more than the default rights of everyone: %v", err)
		}
	})
}

func TestGrantsNameTheTablesOfASelect(t *testing.T) {
	for _, c := range []struct {
		dialect dialect
		text    string
		want    string
	}{
		{postgresSQL, "select * from orders", "orders"},
		{postgresSQL, `select * from Orders o, "Order Lines" as l, erp."x.y" where o.a in (select b from "q""r", s)`, `orders|Order Lines|erp.x.y|q"r|s`},
		{postgresSQL, "select extract(year from d), trim(both from e), a is distinct from b from t", "t"},
		{postgresSQL, "with a as (select 1 from x), b (p, q) as not materialized (select 2, 3 from a) select * from a join b on true left join only y using (k, z), lateral (select 1 from w) v", "x|y|w"},
		{postgresSQL, "select * from generate_series(1, 3) as g, (a cross join b), c where x = 'from nowhere, d' -- from e", "a|b|c"},
		{postgresSQL, "select sum(x) from a union all (select y from b) order by 1, z", "a|b"},
		{mysqlSQL, "select `from`.x from `from` straight join Other # from c\n where 1", "from|Other"},
	} {
		names, err := relationsOf(c.dialect, c.text)
		var got []string
		for _, parts := range names {
			got = append(got, strings.Join(parts, "."))
		}
		if err != nil || strings.Join(got, "|") != c.want {
			t.Errorf("%s\ngives %q, %v; want %q", c.text, got, err, c.want)
		}
	}
}

func TestFilesNeedNoGrants(t *testing.T) {
	for _, spec := range []Spec{{Name: "tills", CSV: &CSV{Path: "x.csv"}}, {Name: "erp", Postgres: &Server{User: "u", Database: "d"}}} {
		if text, err := Grants(spec, nil); !errors.Is(err, ErrMapping) {
			t.Errorf("%s: %q, %v; want an error", spec.Name, text, err)
		}
	}
}
