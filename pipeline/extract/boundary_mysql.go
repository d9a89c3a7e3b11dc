package extract

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-sql-driver/mysql"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// audit looks at the session and at the user's grants.
func (s *mysqlSession) audit(ctx context.Context) ([]lake.Finding, error) {
	session, err := s.status(ctx, "variables", "'tx_read_only', 'transaction_read_only', 'tx_isolation', 'transaction_isolation'")
	if err != nil {
		return nil, err
	}
	values := slices.Collect(maps.Values(session))
	cipher, err := s.status(ctx, "status", "'Ssl_cipher'")
	if err != nil {
		return nil, err
	}
	findings := []lake.Finding{
		sessionFinding(slices.Contains(values, "ON"), slices.Contains(values, "REPEATABLE-READ")),
		transportFinding(cipher["Ssl_cipher"] != "", s.login.isSocket()),
	}
	grants, err := s.grants(ctx)
	if err != nil {
		return nil, fmt.Errorf("audit grants: %w", err)
	}
	findings = append(findings, auditGrants(grants)...)
	engines, err := queryRows(ctx, s, `select table_name from information_schema.tables
where table_schema = database() and table_type = 'BASE TABLE' and engine <> 'InnoDB' order by cast(table_name as binary)`)
	if err != nil {
		return nil, fmt.Errorf("audit engines: %w", err)
	}
	return append(findings, audited("snapshot_engines", SeverityWarning,
		"all tables are InnoDB: one snapshot covers them",
		"%s are not InnoDB: they are read as they are at that moment; alter table … engine = InnoDB", firstColumn(engines))), nil
}

func firstColumn(rows [][]string) []string {
	var out []string
	for _, r := range rows {
		out = append(out, r[0])
	}
	return out
}

// status reads variables or status counters of the session. SHOW needs no right.
func (s *mysqlSession) status(ctx context.Context, of, names string) (map[string]string, error) {
	rows, err := s.show(ctx, "show session "+of+" where variable_name in ("+names+")")
	if err != nil {
		return nil, err
	}
	values := make(map[string]string, len(rows))
	for _, r := range rows {
		values[r[0]] = r[1]
	}
	return values, nil
}

// show runs a SHOW, which not every version can prepare.
func (s *mysqlSession) show(ctx context.Context, statement string) ([][]string, error) {
	rows, err := s.conn.(driver.QueryerContext).QueryContext(ctx, statement, nil)
	if err != nil {
		return nil, s.explain(ctx, err)
	}
	out, err := collectRows(ctx, func(w *rowWriter) error { return s.take(ctx, rows, w) })
	return out, errors.Join(err, rows.Close())
}

// counters are the session's counts of statements that write. MariaDB also counts the rows that
// the storage engines wrote apart from those of internal temporary tables; MySQL mixes the two.
func (s *mysqlSession) counters(ctx context.Context) (map[string]string, error) {
	names := []string{"Com_insert", "Com_insert_select", "Com_replace", "Com_replace_select", "Com_update", "Com_update_multi",
		"Com_delete", "Com_delete_multi", "Com_load", "Com_truncate", "Com_create_table", "Com_drop_table", "Com_alter_table",
		"Com_call_procedure"}
	if s.mariaDB {
		names = append(names, "Handler_write", "Handler_update", "Handler_delete")
	}
	return s.status(ctx, "status", "'"+strings.Join(names, "', '")+"'")
}

// evidence compares the session's counts of writing with those at the start.
func (s *mysqlSession) evidence(ctx context.Context) []lake.Finding {
	f := lake.Finding{Item: itemEvidence, Severity: SeverityOK,
		Detail: fmt.Sprintf("none of the session's %d counters of writing has moved", len(s.writes))}
	now, err := s.counters(ctx)
	var moved []string
	for name, value := range now {
		if value != s.writes[name] {
			moved = append(moved, fmt.Sprintf("%s from %s to %s", name, s.writes[name], value))
		}
	}
	slices.Sort(moved)
	switch {
	case err != nil:
		s.unasked = err
		f.Severity, f.Detail = SeverityWarning, "the server could not be asked at the end: "+err.Error()
	case len(moved) > 0:
		f.Severity, f.Detail = SeverityError, "the session's counters of writing have moved: "+strings.Join(moved, ", ")+"; look for functions behind views"
	}
	return []lake.Finding{f}
}

// close ends the session, and with it the transaction.
func (s *mysqlSession) close(context.Context) error {
	if err := s.conn.Close(); err != nil && !errors.Is(err, mysql.ErrInvalidConn) && !errors.Is(err, driver.ErrBadConn) {
		return fmt.Errorf("close connection: %s", s.login.redact(err.Error()))
	}
	return nil
}
