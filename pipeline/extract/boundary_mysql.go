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
	return append(findings, audited("snapshot_engines", severityWarning,
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

// grants lists what the user may do, what its roles may do included.
func (s *mysqlSession) grants(ctx context.Context) ([]grant, error) {
	rows, err := s.show(ctx, "show grants")
	if err != nil {
		return nil, err
	}
	var all []grant
	for _, line := range firstColumn(rows) {
		grants, role := parseGrant(line)
		all = append(all, grants...)
		if role == "" {
			continue
		}
		lines, err := s.roleGrants(ctx, role)
		if ctx.Err() != nil {
			return nil, err
		}
		if err != nil { // hidden from the user: then the role's name stands for what it may do
			all = append(all, grant{right: "ROLE " + role, on: "unknown objects"})
		}
		for _, line := range firstColumn(lines) {
			grants, _ := parseGrant(line)
			all = append(all, grants...)
		}
	}
	return all, nil
}

// roleGrants lists the grants of a role that the user has. MariaDB shows them to one who has
// taken the role, so the session takes it for this question.
func (s *mysqlSession) roleGrants(ctx context.Context, role string) (lines [][]string, err error) {
	if !s.mariaDB {
		return s.show(ctx, "show grants for current_user() using "+role)
	}
	before, err := queryRows(ctx, s, "select current_role()")
	if err != nil {
		return nil, err
	}
	back := "none"
	if before[0][0] != "" {
		back = mysqlSQL.quote(before[0][0])
	}
	if err := s.exec(ctx, "set role "+role); err != nil {
		return nil, err
	}
	lines, err = s.show(ctx, "show grants for current_role()")
	return lines, errors.Join(err, s.exec(ctx, "set role "+back))
}

// grant is one right on one object.
type grant struct{ right, on string }

// parseGrant reads a line of SHOW GRANTS: its rights, or the role that it grants. The rest of the
// line, which may hold the hash of a password, is dropped.
func parseGrant(line string) (grants []grant, role string) {
	s := sqlScanner{dialect: mysqlSQL, text: line}
	var rights []string
	start, depth, on := 0, 0, -1
	cut := func(at int) string { return strings.TrimSpace(line[start:at]) }
	for first := true; ; first = false {
		tok, err := s.next()
		if err != nil || tok.kind == tokenEnd {
			return nil, ""
		}
		word := strings.ToUpper(tok.text)
		switch {
		case first && word != "GRANT":
			return nil, ""
		case first:
			start = s.pos
		case word == "(":
			depth++
		case word == ")":
			depth--
		case depth > 0:
		case word == "," && on < 0, word == "ON" && tok.kind == tokenWord && on < 0:
			rights = append(rights, cut(tok.at))
			if start = s.pos; word == "ON" {
				on = s.pos
			}
		case word == "TO" && tok.kind == tokenWord && on < 0:
			return nil, cut(tok.at)
		case word == "TO" && tok.kind == tokenWord:
			for _, right := range rights {
				right, _, _ = strings.Cut(right, "(") // of columns
				grants = append(grants, grant{right: strings.ToUpper(strings.TrimSpace(right)), on: cut(tok.at)})
			}
			if strings.Contains(strings.ToUpper(line[s.pos:]), "WITH GRANT OPTION") {
				grants = append(grants, grant{right: "GRANT OPTION", on: cut(tok.at)})
			}
			return grants, ""
		}
	}
}

// auditGrants sorts the grants that a reader should not have by what they allow.
func auditGrants(grants []grant) []lake.Finding {
	var writes, routines, passing, others []string
	for _, g := range grants {
		text := g.right + " on " + g.on
		switch g.right {
		case "USAGE", "SELECT", "SHOW VIEW":
		case "INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "ALTER", "INDEX", "TRIGGER", "REFERENCES", "EVENT", "ALL PRIVILEGES",
			"CREATE VIEW", "CREATE TEMPORARY TABLES", "CREATE ROUTINE", "ALTER ROUTINE", "LOCK TABLES", "DELETE HISTORY":
			writes = append(writes, text)
		case "EXECUTE":
			routines = append(routines, text)
		case "GRANT OPTION":
			passing = append(passing, text)
		default:
			others = append(others, text)
		}
	}
	find := func(item, none, some string, objects []string) lake.Finding {
		slices.Sort(objects)
		return audited(item, severityError, none, some, slices.Compact(objects))
	}
	return []lake.Finding{
		find("table_write_privilege", "the user can change no data and no table", "the user has %s; revoke it", writes),
		find("routine_execute", "the user can run no routine with the rights of its definer", "the user has %s; revoke it", routines),
		find("server_privileges", "the user has no right over files or the server", "the user has %s; revoke it", others),
		find("grant_option", "the user can pass no right on", "the user has %s; revoke grant option", passing),
	}
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
	f := lake.Finding{Item: "evidence_nothing_written", Severity: severityOK,
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
		f.Severity, f.Detail = severityWarning, "the server could not be asked at the end: "+err.Error()
	case len(moved) > 0:
		f.Severity, f.Detail = severityError, "the session's counters of writing have moved: "+strings.Join(moved, ", ")+"; look for functions behind views"
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
