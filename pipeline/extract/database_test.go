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

// shortSession loses rows on the way and ends as if all were well.
type shortSession struct{ rows, counted string }

func (s shortSession) catalog(context.Context) ([]table, error) {
	return []table{{name: "orders", listed: "orders", columns: []SourceColumn{{Name: "id", Type: "int"}}, key: []string{"id"}}}, nil
}

func (s shortSession) stream(ctx context.Context, query string, w *rowWriter) error {
	if err := w.header([]string{"id"}, nil); err != nil {
		return err
	}
	if strings.HasPrefix(query, "select count") {
		return w.row(ctx, [][]byte{[]byte(s.counted)})
	}
	for _, id := range s.rows {
		if err := w.row(ctx, [][]byte{[]byte(string(id))}); err != nil {
			return err
		}
	}
	return nil
}

func (s shortSession) evidence(context.Context) []lake.Finding { return nil }
func (s shortSession) close(context.Context) error             { return nil }

func TestAStreamThatLostARowDoesNotCount(t *testing.T) {
	for _, c := range []struct {
		rows, counted string
		limit         int64
		whole         bool
	}{{"123", "3", 0, true}, {"12", "3", 0, false}, {"1234", "3", 0, false}, {"", "0", 0, true}, {"12", "3", 2, true}} {
		src := &databaseSource{spec: Spec{Name: "erp"}, session: shortSession{c.rows, c.counted}}
		_, _, err := readAll(t, src, Query{Relation: "orders", Columns: []string{"id"}, Limit: c.limit})
		if whole := err == nil; whole != c.whole || !whole && !errors.Is(err, ErrUnreachable) {
			t.Errorf("%+v: error %v", c, err)
		}
	}
}

func TestANightAsksForColumnsWithoutReadingRows(t *testing.T) {
	src := &databaseSource{spec: Spec{Name: "erp"}, session: shortSession{}}
	columns, err := SchemaOf(t.Context(), src, "orders")
	if diff := cmp.Diff([]lake.DeclaredColumn{{Name: "id", Type: "int"}}, columns); err != nil || diff != "" {
		t.Errorf("error %v, columns (-want +got):\n%s", err, diff)
	}
	if columns, err := SchemaOf(t.Context(), src, "order"); err != nil || columns != nil {
		t.Errorf("columns %v, error %v of a table that is not there", columns, err)
	}
}

// BenchmarkServers reads 300,000 orders of nine columns into records.
func BenchmarkServers(b *testing.B) {
	const rows = 300_000
	const columns = `%[1]s as id, %[1]s %% 9973 as customer, date '2026-03-08' as placed, cast(%[1]s / 7.0 as decimal(14, 2)) as net,
cast(%[1]s %% 9 as decimal(10, 3)) as quantity, '明光通信' as name, 'paid' as status, null as note, %[1]s * 0.5e0 as weight`
	pg, maria := extracttest.Postgres(b), extracttest.MariaDB(b)
	pg.Create(b, "bench")
	pg.Exec(b, "bench", fmt.Sprintf("create table orders as select "+columns+" from generate_series(1, %[2]d) as g; alter table orders add primary key (id)", "g", rows))
	pg.Grant(b, "bench")
	maria.Create(b, "bench")
	maria.Exec(b, "bench", fmt.Sprintf("create table orders (primary key (id)) as select "+columns+" from seq_1_to_%[2]d", "seq", rows))
	b.Setenv(passwordVariable, extracttest.Password)
	server := func(s *extracttest.Server) *Server {
		return &Server{Host: s.Host, Port: s.Port, Database: "bench", User: extracttest.Role, PasswordEnv: passwordVariable, TLS: "disable"}
	}
	for _, spec := range []Spec{postgresSpec(server(pg)), mysqlSpec(server(maria))} {
		b.Run(spec.Kind(), func(b *testing.B) {
			src, err := Open(b.Context(), spec)
			if err != nil {
				b.Fatal(err)
			}
			defer src.Close()
			q := Query{Relation: "orders", Columns: []string{"id", "customer", "placed", "net", "quantity", "name", "status", "note", "weight"}}
			b.ReportAllocs()
			for b.Loop() {
				if err := src.Read(b.Context(), q, Sink{Rows: func(arrow.RecordBatch) error { return nil }}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
