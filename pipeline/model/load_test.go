package model

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/pharos-analytics/pharos/sql"
)

// modelText is a small valid file around a select.
func modelText(header, query string) string {
	return "-- One row per customer.\n-- grain: customer_id\n-- needs: none\n" + header + query + "\n"
}

// folder makes a file system of model files: path, text, path, text.
func folder(files ...string) fs.FS {
	made := fstest.MapFS{}
	for i := 0; i < len(files); i += 2 {
		made[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	return made
}

// load reads files that must be valid.
func load(t *testing.T, files ...fs.FS) []Model {
	t.Helper()
	models, err := Load(files...)
	if err != nil {
		t.Fatal(err)
	}
	return models
}

// wantErrors fails unless the error holds each text.
func wantErrors(t *testing.T, err error, texts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error; want %q", texts)
	}
	for _, text := range texts {
		if !strings.Contains(err.Error(), text) {
			t.Errorf("the error lacks %q:\n%v", text, err)
		}
	}
}

func TestAModelsHeaderSaysWhatARowIs(t *testing.T) {
	models := load(t, folder("core/spending.sql", `-- One row per customer and month, in two
-- parts: what the customer spent in it.
--
-- grain: customer_id, month
-- needs: customers, order_lines | contracts
-- mart: yes
-- units: spent money,
--   share share of the month
-- column: spent  net of returns
-- column: share  of all customers,
--   unassigned lines left out

-- this comment belongs to the select
select 1 as customer_id`))
	m := models[0]
	if got, want := m.Sentence, "One row per customer and month, in two parts: what the customer spent in it."; got != want {
		t.Errorf("sentence %q, want %q", got, want)
	}
	if got := strings.Join(m.Grain, "+"); got != "customer_id+month" {
		t.Errorf("grain %q", got)
	}
	if got := strings.Join(m.Needs, "; "); got != "customers; order_lines | contracts" {
		t.Errorf("needs %q", got)
	}
	if !m.Mart || m.View || m.Own {
		t.Errorf("mart %v, view %v, own %v", m.Mart, m.View, m.Own)
	}
	if got := m.Units["spent"] + "/" + m.Units["share"]; got != "money/share of the month" {
		t.Errorf("units %q", got)
	}
	if got := m.Columns["spent"] + "/" + m.Columns["share"]; got != "net of returns/of all customers, unassigned lines left out" {
		t.Errorf("columns %q", got)
	}
	if m.Relation() != "core.spending" || m.Path != "sql/core/spending.sql" {
		t.Errorf("relation %s, path %s", m.Relation(), m.Path)
	}
}

func TestEveryFaultOfAHeaderIsNamedWithItsLine(t *testing.T) {
	_, err := Load(folder(
		"core/a.sql", "select 1 as x",
		"core/b.sql", "-- One row.\n-- grian: x\n-- needs: none\n-- mart: maybe\nselect 1 as x",
		"core/c.sql", modelText("-- grain: y\n-- severity: error\n-- units: spent\n-- column: spent\nstray\n", "select 1 as x"),
		"core/e.sql", modelText("-- this line belongs to nothing\n", "select 1 as x"),
		"core/f.sql", modelText("-- units: spent money, spent days\n-- column: spent a\n-- column: spent b\n", "select 1 as x"),
		"core/g.sql", "-- One row.\n-- grain: Customer Id\n-- needs: order lines\nselect 1 as x",
		"checks/h.sql", modelText("-- severity: fatal\n", "select 1 as x"),
		"cor/i.sql", modelText("", "select 1 as x"),
		"core/Big Name.sql", modelText("", "select 1 as x"),
		"loose.sql", modelText("", "select 1 as x"),
		"core/j.sql", "-- One \xff.\n",
	))
	wantErrors(t, err,
		"sql/core/a.sql:1: the header has no sentence",
		"sql/core/a.sql:1: the header has no grain",
		"sql/core/a.sql:1: the header has no needs",
		"sql/core/b.sql:2: unknown header key grian: did you mean grain?",
		`sql/core/b.sql:4: mart is "maybe"`,
		"sql/core/c.sql:4: grain stands twice, first on line 2",
		"sql/core/c.sql:5: severity belongs to checks only",
		`sql/core/c.sql:6: units: "spent" is not a column and its unit`,
		`sql/core/c.sql:7: column: "spent" is not a column and its sentence`,
		`sql/core/e.sql:4: "this line belongs to nothing" is no header line`,
		"sql/core/f.sql:4: units: spent stands twice",
		"sql/core/f.sql:6: column: spent stands twice",
		`sql/core/g.sql:2: grain: "Customer Id" is no column name`,
		`sql/core/g.sql:3: needs: "order lines" is no table name`,
		`sql/checks/h.sql:4: severity is "fatal"`,
		`sql/cor/i.sql:1: a model stands in one of the folders staging, core, segment, analysis, publish, checks, not in "cor": did you mean core?`,
		"sql/core/Big Name.sql:1: the file name is the relation",
		`sql/loose.sql:1: a model stands in one of the folders`,
		"sql/core/j.sql:1: the file is not UTF-8",
	)
}

func TestTheAnalystsOwnFileReplacesTheBuiltInOne(t *testing.T) {
	builtIn := folder(
		"staging/contracts.sql", modelText("", "select 'built in' as customer_id"),
		"core/customers.sql", modelText("", "select 'built in' as customer_id"))
	own := folder(
		"staging/contracts.sql", modelText("", "select 'mine' as customer_id"),
		"segment/vips.sql", modelText("", "select 'mine' as customer_id"),
		"README.md", "notes", ".git/x.sql", "not a model")
	models := load(t, builtIn, own)
	var got []string
	for _, m := range models {
		got = append(got, m.Relation())
		if mine := strings.Contains(m.SQL, "mine"); mine != m.Own {
			t.Errorf("%s: own is %v", m.Relation(), m.Own)
		}
	}
	if want := "staging.contracts core.customers segment.vips"; strings.Join(got, " ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

func TestTwoMartsOfOneNameAreRefused(t *testing.T) {
	_, err := Load(folder(
		"core/tiers.sql", modelText("-- mart: yes\n", "select 1 as customer_id"),
		"segment/tiers.sql", modelText("-- mart: yes\n", "select 1 as customer_id")))
	wantErrors(t, err, "sql/segment/tiers.sql:1: the mart tiers exists already in sql/core/tiers.sql")
}

func TestReferencesAreReadFromTheParseTree(t *testing.T) {
	const query = `/* é: core.not_this */
with a as (select * from core.first as x), -- and not core.that
"B" as (select 'core.text' as t)
select a.x, (select max(y) from staging.second)
from a
inner join raw."Order ""Lines""" as q on a.i = q.i
cross join b
where exists (select 1 from core.first) and q.z in (select z from segment.fourth)`
	m := load(t, folder("segment/reader.sql", modelText("", query)))[0]
	var got []string
	for _, ref := range m.Refs {
		line, column := position(m.SQL, ref.Offset)
		got = append(got, strings.Join([]string{ref.Relation(), string(rune('0' + line)), m.SQL[ref.Offset : ref.Offset+4]}, " "))
		if column < 1 {
			t.Errorf("%s stands at column %d", ref.Relation(), column)
		}
	}
	want := []string{"core.first 5 core", "staging.second 7 stag", `raw.Order "Lines" 9 raw.`, "core.first ; core", "segment.fourth ; segm"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestAFileThatIsNotOneSelectIsRefused(t *testing.T) {
	for name, c := range map[string]struct{ query, want string }{
		"syntax":         {"select a\nfrm b c", "sql/core/x.sql:5:5: syntax error"},
		"two selects":    {"select 1; select 2", "this file holds 2"},
		"a statement":    {"create table x as select 1", "sql/core/x.sql:1: a model is one select"},
		"nothing":        {"", "a model is one select"},
		"no schema":      {"with orders as (select 1 as i) select *\nfrom order", "sql/core/x.sql:5:6"},
		"unknown step":   {"with orders as (select 1 as i) select *\nfrom ordes", "sql/core/x.sql:5:6: ordes has no schema and is no step of this file: did you mean orders?"},
		"a file":         {"select * from '/etc/passwd'", "has no schema"},
		"a reader":       {"select * from read_text('/etc/passwd')", "sql/core/x.sql:4:15: read_text() is no relation of the lake"},
		"nested readers": {"with a as (select * from read_csv('x')) select * from a", "read_csv() is no relation"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Load(folder("core/x.sql", modelText("", c.query)))
			wantErrors(t, err, c.want)
		})
	}
}

func TestASemicolonAtTheEndIsAllowed(t *testing.T) {
	load(t, folder("core/x.sql", modelText("", "select 1 as customer_id; -- done")))
}

func BenchmarkLoadingAllBuiltInModels(b *testing.B) {
	for b.Loop() {
		if _, err := Load(sql.Files); err != nil {
			b.Fatal(err)
		}
	}
}
