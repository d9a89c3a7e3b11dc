package extracttest

import (
	"bytes"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Untouched runs what reads a database, and fails the test when afterwards a table's checksum or one
// of the server's counters of writing is another than before. Nothing else may use the server meanwhile.
func (s *Server) Untouched(t testing.TB, database string, read func()) {
	t.Helper()
	before := s.trace(t, database)
	read()
	if after := s.trace(t, database); after != before {
		t.Errorf("reading left traces on the %s server:\nbefore\n%s\nafter\n%s", s.name, before, after)
	}
}

func (s *Server) trace(t testing.TB, database string) string {
	t.Helper()
	queries, err := s.traces(s, database)
	if err != nil {
		t.Fatal(err)
	}
	return s.Query(t, database, strings.Join(queries, ";\n"))
}

// Query gives the rows of a query, run as administrator, one per line.
func (s *Server) Query(t testing.TB, database, sql string) string {
	t.Helper()
	out, err := s.query(database, sql)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (s *Server) query(database, sql string) (string, error) {
	cmd := s.client(s, database)
	cmd.Stdin = strings.NewReader(sql)
	var out, talk bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &talk
	showRows(cmd)
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s: %w\n%s", filepath.Base(cmd.Path), err, talk.Bytes())
	}
	return out.String(), nil
}

// showRows lets a client print bare rows: psql throws them away otherwise.
func showRows(cmd *exec.Cmd) {
	if i := slices.Index(cmd.Args, "-o"); i >= 0 {
		cmd.Args = append(slices.Delete(cmd.Args, i, i+2), "-A", "-t")
		return
	}
	cmd.Args = slices.Insert(cmd.Args, len(cmd.Args)-1, "--skip-column-names") // before the database
}

func (*postgres) traces(*Server, string) ([]string, error) {
	return []string{
		`select table_schema, table_name, query_to_xml(format('select md5(string_agg(t::text, chr(10) order by t::text)) from %I.%I as t',
    table_schema, table_name), false, false, '') from information_schema.tables
where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema') order by 1, 2`,
		"select schemaname, sequencename, last_value from pg_sequences order by 1, 2",
		"select count(*), max(oid) from pg_largeobject_metadata",
		"select count(*) from pg_class",
		// Whoever writes anything on this server takes a number first.
		"select pg_snapshot_xmax(pg_current_snapshot())",
	}, nil
}

func (*mariaDB) traces(s *Server, database string) ([]string, error) {
	const counted = "show global status where variable_name rlike '^(Com_(insert|replace|update|delete|load|truncate|create|drop|alter|call|grant)|Handler_(write|update|delete)$|Binlog_commits)'"
	names, err := s.query("", "select concat('`', replace(table_name, '`', '``'), '`') from information_schema.tables where table_type = 'BASE TABLE' and table_schema = '"+
		strings.ReplaceAll(database, "'", "''")+"' order by 1")
	if err != nil || names == "" {
		return []string{counted}, err
	}
	tables := strings.Split(strings.TrimSpace(names), "\n")
	return []string{"checksum table " + strings.Join(tables, ", "), counted}, nil
}
