package extract

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pharos-analytics/pharos/pipeline/extract/extracttest"
	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// passwordVariable names the environment variable that test sources take their password from.
const passwordVariable = "PHAROS_TEST_PASSWORD"

// testServer is Role's view of a database on a test server.
func testServer(t *testing.T, s *extracttest.Server, database string) *Server {
	t.Helper()
	t.Setenv(passwordVariable, extracttest.Password)
	return &Server{Host: s.Host, Port: s.Port, Database: database, User: extracttest.Role, PasswordEnv: passwordVariable}
}

func postgresSpec(server *Server) Spec {
	return Spec{Name: "erp", Pos: "pharos.yaml:5:3", Postgres: server}
}

func mysqlSpec(server *Server) Spec {
	return Spec{Name: "shop", Pos: "pharos.yaml:6:3", MySQL: server}
}

// openDatabase opens a source and closes it when the test ends.
func openDatabase(t *testing.T, spec Spec) Source {
	t.Helper()
	src, err := Open(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := src.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return src
}

// contractScript creates the contract's table as SQL; the quotes and the type are the dialect's.
func contractScript(d dialect, textType string, header []string, rows [][]*string) string {
	escape := strings.NewReplacer("'", "''")
	if d == mysqlSQL {
		escape = strings.NewReplacer("'", "''", `\`, `\\`)
	}
	columns := make([]string, len(header))
	for i, name := range header {
		columns[i] = d.quote(name) + " " + textType
	}
	columns[0] += " not null primary key"
	var b strings.Builder
	fmt.Fprintf(&b, "drop table if exists t;\ncreate table t (%s);\n", strings.Join(columns, ", "))
	const perInsert = 1000
	for i, row := range rows {
		separator := ",\n"
		if i%perInsert == 0 {
			separator = "insert into t values\n"
			if i > 0 {
				separator = ";\n" + separator
			}
		}
		b.WriteString(separator)
		values := make([]string, len(row))
		for c, v := range row {
			values[c] = "null"
			if v != nil {
				values[c] = "'" + escape.Replace(*v) + "'"
			}
		}
		fmt.Fprintf(&b, "(%s)", strings.Join(values, ", "))
	}
	b.WriteString(";\n")
	return b.String()
}

func TestPostgreSQLKeepsTheContract(t *testing.T) {
	pg := extracttest.Postgres(t)
	pg.Create(t, "contract")
	testSourceContract(t, "postgres", func(t *testing.T, header []string, rows [][]*string) Source {
		pg.Exec(t, "contract", contractScript(postgresSQL, "text", header, rows))
		pg.Grant(t, "contract")
		return openUnclosed(t, postgresSpec(testServer(t, pg, "contract")))
	})
}

func TestMariaDBKeepsTheContract(t *testing.T) {
	maria := extracttest.MariaDB(t)
	maria.Create(t, "contract")
	testSourceContract(t, "mysql", func(t *testing.T, header []string, rows [][]*string) Source {
		maria.Exec(t, "contract", contractScript(mysqlSQL, "varchar(200)", header, rows))
		return openUnclosed(t, mysqlSpec(testServer(t, maria, "contract")))
	})
}

func TestSQLiteKeepsTheContract(t *testing.T) {
	testSourceContract(t, "sqlite", func(t *testing.T, header []string, rows [][]*string) Source {
		dir := t.TempDir()
		makeSQLite(t, dir+"/t.db", contractScript(sqliteSQL, "text", header, rows))
		return openUnclosed(t, Spec{Name: "archive", Dir: dir, SQLite: &Files{Path: "t.db"}})
	})
}

// openUnclosed opens a source that the test closes itself.
func openUnclosed(t *testing.T, spec Spec) Source {
	t.Helper()
	src, err := Open(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	return src
}

// finding gives one item of a verdict.
func finding(t *testing.T, v lake.SourceReading, item string) lake.Finding {
	t.Helper()
	for _, f := range v.Findings {
		if f.Item == item {
			return f
		}
	}
	t.Fatalf("no finding %s in %+v", item, v.Findings)
	return lake.Finding{}
}

// trap is a value that is easily read wrong.
type trap struct {
	sql  string // an expression of the type
	want string // ∅ for NULL
}

// readTraps reads the traps as the columns c0, c1, … of the table traps' only row.
func readTraps(t *testing.T, src Source, traps []trap) {
	t.Helper()
	columns := make([]string, len(traps))
	for i := range traps {
		columns[i] = fmt.Sprintf("c%d", i)
	}
	for _, q := range []Query{
		{Relation: "traps", Columns: columns},
		{Select: "select * from traps"},
	} {
		rows, bad, err := readAll(t, src, q)
		if err != nil || len(bad) > 0 || len(rows) != 1 {
			t.Fatalf("%d rows, unreadable %v, error %v", len(rows), bad, err)
		}
		for i, trap := range traps {
			if diff := cmp.Diff(trap.want, rows[0][i]); diff != "" {
				t.Errorf("%s (-want +got):\n%s", trap.sql, diff)
			}
		}
	}
}
