package extract

import (
	"strings"
	"testing"
)

func TestASelectIsOneSelectAndNothingElse(t *testing.T) {
	for _, c := range []struct {
		dialect dialect
		text    string
		want    string // what is sent; or "error: " and a part of the message
	}{
		{postgresSQL, "select 1", "select 1"},
		{postgresSQL, " Select 1 ; -- done;\n /* and; done */ ", "Select 1"},
		{postgresSQL, "/* a; */ -- b;\n(select 1) union (select 2)", "/* a; */ -- b;\n(select 1) union (select 2)"},
		{postgresSQL, "with x as (select 1) select * from x", "with x as (select 1) select * from x"},
		{postgresSQL, `select ';', "a;""b", $$;delete$$, $q$ $$; $q$, E'\';' from t`, `select ';', "a;""b", $$;delete$$, $q$ $$; $q$, E'\';' from t`},
		{postgresSQL, `select '\' as x`, `select '\' as x`},
		{postgresSQL, "select l.update, \"delete\", deleted, last_update, 'insert into' from l", "select l.update, \"delete\", deleted, last_update, 'insert into' from l"},
		{postgresSQL, "select price$ from t where a > $1", "select price$ from t where a > $1"},
		{mysqlSQL, "select 'it\\'s; fine' from `a;b`", "select 'it\\'s; fine' from `a;b`"},
		{mysqlSQL, "select 1--1, 2 # ; a comment", "select 1--1, 2 # ; a comment"},
		{mysqlSQL, "select 1 -- ; a comment", "select 1 -- ; a comment"},
		{sqliteSQL, "select [a;b] from t", "select [a;b] from t"},
		{sqliteSQL, "select replace(a, ';', '') from t", "select replace(a, ';', '') from t"},

		{postgresSQL, "", "error: empty"},
		{postgresSQL, " -- select 1", "error: empty"},
		{postgresSQL, "delete from t", `error: begins with "delete from"`},
		{postgresSQL, "'select' 1", "error: begins with"},
		{postgresSQL, "values (1)", "error: begins with"},
		{postgresSQL, "select 1; select 2", "error: more than one statement"},
		{postgresSQL, "select 1;;", "error: more than one statement"},
		{postgresSQL, "select 1; drop table t", "error: more than one statement"},
		{postgresSQL, "with x as (delete from t returning *) select * from x", "error: word DELETE"},
		{postgresSQL, "with x as (Insert into t values (1) returning *) select * from x", "error: word INSERT"},
		{postgresSQL, "with x as (select 1) update t set a = 1", "error: word UPDATE"},
		{postgresSQL, "select * into u from t", "error: word INTO"},
		{postgresSQL, "select * from t for update", "error: word UPDATE"},
		{postgresSQL, "select * from t for key share", "error: word SHARE"},
		{postgresSQL, "select 'open", "error: does not close"},
		{postgresSQL, "select $a$ open $b$", "error: does not close"},
		{postgresSQL, "select 1 /* /* open */", "error: does not close"},
		{postgresSQL, `select E'\'; delete from t; --'`, `select E'\'; delete from t; --'`},
		{postgresSQL, `select '\'; delete from t; --'`, "error: more than one statement"},
		{mysqlSQL, "select 1--1; drop table t", "error: more than one statement"},
		{mysqlSQL, "select 1 /*! into outfile '/x' */", "error: the server runs"},
		{mysqlSQL, "select 1 /*M!100100 into outfile '/x' */", "error: the server runs"},
		{mysqlSQL, "select a into outfile '/x' from t", "error: word INTO"},
		{mysqlSQL, "select a from t lock in share mode", "error: word SHARE"},
		{mysqlSQL, `select "a\" into outfile "b"`, "error: single quotes"},
		{sqliteSQL, "attach 'x' as y", "error: begins with"},
		{sqliteSQL, "select 1) ; drop table t; --", "error: more than one statement"},
	} {
		got, err := oneSelect(c.dialect, c.text)
		if want, fails := strings.CutPrefix(c.want, "error: "); fails {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%q: %q, error %v; want an error that says %q", c.text, got, err, want)
			}
			continue
		}
		if err != nil || got != c.want {
			t.Errorf("%q: %q, error %v; want %q", c.text, got, err, c.want)
		}
	}
}

func FuzzOneSelectNeverHangs(f *testing.F) {
	f.Add(0, "select $a$ ' /* -- \" ; ")
	f.Add(1, "select `a`; # x\n/*! */")
	f.Fuzz(func(t *testing.T, d int, text string) {
		got, err := oneSelect(dialect(uint(d)%3), text)
		if err == nil && !strings.Contains(text, got) {
			t.Errorf("%q became %q", text, got)
		}
	})
}
