package extract

import (
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/google/go-cmp/cmp"
)

// listing shows a folder: names, sizes, times and hashes.
func listing(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, fmt.Sprintf("%s %d %s %x", e.Name(), info.Size(), info.ModTime(), sha256.Sum256(content)))
	}
	return out
}

// writer is a program that works on a database while Pharos reads it.
func writer(t *testing.T, path string, statements ...string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
	return db
}

func TestNothingChangesBesideADatabaseFile(t *testing.T) {
	const orders = "create table orders (id integer primary key, note text); insert into orders values (1, 'a'), (2, 'b')"
	const many = `with recursive n(i) as (select 3 union all select i + 1 from n where i < 5000)
insert into orders select i, hex(randomblob(100)) from n`
	for _, c := range []struct {
		name       string
		statements []string
		beside     string // a file that must lie beside the database for the case to mean anything
		rows       int
	}{
		{"at rest", []string{orders}, "", 2},
		{"in WAL mode at rest", []string{"pragma journal_mode = wal", orders, "pragma wal_checkpoint(truncate)"}, "shop.db-shm", 2},
		{"rows in the log", []string{"pragma journal_mode = wal", orders, "insert into orders values (3, 'c')"}, "shop.db-wal", 3},
		{"an unfinished transaction in the log", []string{"pragma journal_mode = wal", "pragma cache_size = 5", orders, "begin", many}, "shop.db-wal", 2},
		{"an unfinished transaction in the file", []string{"pragma cache_size = 5", orders, "begin", many}, "shop.db-journal", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "shop.db")
			writer(t, path, c.statements...)
			if c.beside != "" {
				if info, err := os.Stat(filepath.Join(dir, c.beside)); err != nil || strings.HasSuffix(c.beside, "l") && info.Size() == 0 {
					t.Fatalf("no %s: the case does not test what it says: %v", c.beside, err)
				}
			}
			temporary := t.TempDir()
			t.Setenv("TMPDIR", temporary)
			before := listing(t, dir)
			src := openUnclosed(t, Spec{Name: "archive", Dir: dir, SQLite: &Files{Path: "shop.db"}})
			if _, err := src.Describe(t.Context()); err != nil {
				t.Error(err)
			}
			for _, q := range []Query{{Relation: "orders", Columns: []string{"id"}}, {Select: "select id from orders"}} {
				rows, _, err := readAll(t, src, q)
				if err != nil || len(rows) != c.rows {
					t.Errorf("%d rows, error %v; want %d", len(rows), err, c.rows)
				}
			}
			if diff := cmp.Diff(before, listing(t, dir)); diff != "" {
				t.Errorf("the folder has changed while it was read:\n%s", diff)
			}
			if err := src.Close(); err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff(before, listing(t, dir)); diff != "" {
				t.Errorf("the folder has changed:\n%s", diff)
			}
			if left := listing(t, temporary); len(left) > 0 {
				t.Errorf("a copy is left behind: %v", left)
			}
			if f := finding(t, src.Verdict(), "evidence_unchanged"); f.Severity != "ok" {
				t.Errorf("finding %+v", f)
			}
		})
	}
}

func TestAFileThatIsWrittenWhileItIsReadIsNotPublished(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "shop.db")
	db := writer(t, path, "create table orders (id integer primary key)", "insert into orders values (1)")
	src := openUnclosed(t, Spec{Name: "archive", Dir: dir, SQLite: &Files{Path: "shop.db"}})
	err := src.Read(t.Context(), Query{Relation: "orders", Columns: []string{"id"}}, Sink{Rows: func(arrow.RecordBatch) error { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("insert into orders values (2)"); err != nil {
		t.Fatal(err)
	}
	_, _, err = readAll(t, src, Query{Relation: "orders", Columns: []string{"id"}})
	if !errors.Is(err, ErrUnreachable) || !strings.Contains(err.Error(), "was changed while it was read") {
		t.Errorf("error %v", err)
	}
	if err := src.Close(); err != nil {
		t.Error(err)
	}
	if f := finding(t, src.Verdict(), "evidence_unchanged"); f.Severity != "warning" {
		t.Errorf("finding %+v", f)
	}
}

func TestAFileThatIsNoDatabaseSaysSo(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"text.db": strings.Repeat("not a database\n", 100), "a1.db": "", "a2.db": "", "cut.db": "SQLite format 3\x00 and no more",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for path, want := range map[string]string{
		"text.db": "is no SQLite database", "cut.db": "cut.db", "missing.db": "no such file", "a*.db": "fits 2 files",
	} {
		_, err := Open(t.Context(), Spec{Name: "archive", Pos: "pharos.yaml:7:3", Dir: dir, SQLite: &Files{Path: path}})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "pharos.yaml:7:3: open source archive") {
			t.Errorf("%s: error %v, want %q", path, err, want)
		}
		if errors.Is(err, ErrUnreachable) == (path == "a*.db") {
			t.Errorf("%s: error %v is of the wrong kind", path, err)
		}
	}
}

func TestSQLiteDoesNotTakeAMisspeltColumnForAText(t *testing.T) {
	dir := t.TempDir()
	makeSQLite(t, filepath.Join(dir, "a.db"), "create table orders (id integer primary key, amount real)")
	src := openDatabase(t, Spec{Name: "archive", Dir: dir, SQLite: &Files{Path: "a.db"}})
	for query, want := range map[string]string{
		`select "amuont" from orders`:                   "amuont",
		`select a.id, b.id from orders a join orders b`: "", // all columns: the second is id:1
		`insert into orders values (1, 2)`:              "refused",
		`select 1; delete from orders`:                  "more than one statement",
		`select load_extension('x')`:                    "authorized",
	} {
		q := Query{Select: query}
		_, _, err := readAll(t, src, q)
		if want == "" {
			want = "name of its own with as"
		}
		if !errors.Is(err, ErrMapping) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", query, err, want)
		}
	}
}

func TestATableOfEveryKindOfKeyIsReadWhole(t *testing.T) {
	dir := t.TempDir()
	makeSQLite(t, filepath.Join(dir, "a.db"), `
create table by_number (id integer primary key, v text); insert into by_number values (2, 'b'), (1, 'a');
create table by_text (id text primary key, v text) without rowid; insert into by_text values ('2', 'b'), ('1', 'a');
create table by_pair (v text, a text, b text, primary key (b, a)); insert into by_pair values ('b', 'x', '2'), ('a', 'y', '1'), ('c', null, '2'), ('d', null, '2');
create table unkeyed (v text); insert into unkeyed values ('b'), ('a');
create table hides (rowid text, _rowid_ text, oid text, v text); insert into hides values ('1', '1', '1', 'b'), ('2', '2', '2', 'a');
create table made (a integer, v text generated always as (a || '!')); insert into made (a) values (1);
create view broken as select missing from nowhere;`)
	src := openDatabase(t, Spec{Name: "archive", Dir: dir, SQLite: &Files{Path: "a.db"}})
	relations, err := src.Describe(t.Context())
	if err != nil || len(relations) != 6 {
		t.Fatalf("described as %+v, error %v; the broken view is not to be offered", relations, err)
	}
	for relation, want := range map[string]string{
		"by_number": "[[a] [b]]", "by_text": "[[a] [b]]", "by_pair": "[[a] [c] [d] [b]]", "unkeyed": "[[b] [a]]", "hides": "[[a] [b]]", "made": "[[1!]]",
	} {
		rows, _, err := readAll(t, src, Query{Relation: relation, Columns: []string{"v"}})
		if err != nil || fmt.Sprint(rows) != want {
			t.Errorf("%s: %v, error %v; want %s", relation, rows, err, want)
		}
	}
}
