package extract

import (
	"context"
	"crypto/tls"
	"fmt"
	"strconv"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// postgresRight is a kind of right that a reader should not have. Its query lists the objects as
// rows of name and own: whether the right is the role's own, or comes from PUBLIC only.
type postgresRight struct {
	item  string
	query string
	none  string
	own   string // what to do about objects; %s is their list
}

// ownGrant says whether one of an object's grants (acl) reaches the role other than by PUBLIC.
// An owner has all rights without a grant.
const ownGrant = `(pg_catalog.pg_has_role(%[1]s, 'usage') or exists (
    select from pg_catalog.aclexplode(%[2]s) as g
    where g.grantee <> 0 and g.privilege_type in (%[3]s) and pg_catalog.pg_has_role(g.grantee, 'usage')))`

// postgresRights are the rights that reliability.md, "The boundary, proved", names.
func postgresRights() []postgresRight {
	own := func(owner, acl, rights string) string { return fmt.Sprintf(ownGrant, owner, acl, rights) }
	const outside = `n.nspname <> 'information_schema' and n.nspname !~ '^pg_'`
	return []postgresRight{{
		item: "role_attributes",
		query: `select a.name, true from pg_catalog.pg_roles r,
    lateral (values ('superuser', r.rolsuper), ('createdb', r.rolcreatedb), ('createrole', r.rolcreaterole),
        ('replication', r.rolreplication), ('bypassrls', r.rolbypassrls)) as a (name, has)
where r.rolname = current_user and a.has`,
		none: "the role is no superuser and has no createdb, createrole, replication or bypassrls",
		own:  "the role has %s; alter role … with nosuperuser nocreatedb nocreaterole noreplication nobypassrls, or use a role of its own",
	}, {
		item: "table_write_privilege",
		query: `select n.nspname || '.' || c.relname, ` + own("c.relowner", "c.relacl", "'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE'") + `
    or exists (select from pg_catalog.pg_attribute a, pg_catalog.aclexplode(a.attacl) as g
        where a.attrelid = c.oid and g.grantee <> 0 and g.privilege_type in ('INSERT', 'UPDATE') and pg_catalog.pg_has_role(g.grantee, 'usage'))
    or exists (select from pg_catalog.pg_roles r where r.rolname = 'pg_write_all_data' and pg_catalog.pg_has_role(r.oid, 'usage'))
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'v', 'f') and ` + outside + `
    and (pg_catalog.has_table_privilege(c.oid, 'insert, update, delete, truncate')
        or pg_catalog.has_any_column_privilege(c.oid, 'insert, update'))
order by 1`,
		none: "the role can insert, update, delete and truncate nowhere",
		own:  "the role can write to %s; revoke insert, update, delete, truncate there",
	}, {
		item: "schema_create",
		query: `select n.nspname, ` + own("n.nspowner", "n.nspacl", "'CREATE'") + `
from pg_catalog.pg_namespace n where ` + outside + ` and pg_catalog.has_schema_privilege(n.oid, 'create') order by 1`,
		none: "the role can create in no schema",
		own:  "the role can create in schema %s; revoke create on schema",
	}, {
		item: "database_create",
		query: `select d.datname, ` + own("d.datdba", "d.datacl", "'CREATE'") + `
from pg_catalog.pg_database d where d.datname = current_database() and pg_catalog.has_database_privilege(d.oid, 'create')`,
		none: "the role can create no schema in the database",
		own:  "the role can create schemas in database %s; revoke create on database",
	}, {
		item: "database_temp",
		query: `select d.datname, ` + own("d.datdba", "d.datacl", "'TEMPORARY'") + `
from pg_catalog.pg_database d where d.datname = current_database() and pg_catalog.has_database_privilege(d.oid, 'temp')`,
		none: "the role can create no temporary tables",
		own:  "the role can create temporary tables in database %s; revoke temp on database",
	}, {
		item: "security_definer_functions",
		query: `select n.nspname || '.' || p.proname, ` + own("p.proowner", "p.proacl", "'EXECUTE'") + `
from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
where p.prosecdef and ` + outside + ` and pg_catalog.has_function_privilege(p.oid, 'execute') order by 1`,
		none: "the role can run no function with the rights of its owner",
		own:  "the role can run %s with the rights of their owners; revoke execute on function",
	}, {
		item: "role_membership",
		query: `select r.rolname, true from pg_catalog.pg_roles r
where r.rolname in ('pg_write_all_data', 'pg_write_server_files', 'pg_execute_server_program')
    and pg_catalog.pg_has_role(r.oid, 'member') order by 1`,
		none: "the role is no member of pg_write_all_data, pg_write_server_files or pg_execute_server_program",
		own:  "the role is a member of %s; revoke it",
	}}
}

// audit looks at the session and at the role's rights.
func (s *postgresSession) audit(ctx context.Context) ([]lake.Finding, error) {
	session, err := queryRows(ctx, s, `select current_setting('transaction_read_only'), current_setting('transaction_isolation')`)
	if err != nil {
		return nil, err
	}
	findings := []lake.Finding{sessionFinding(session[0][0] == "on", session[0][1] == "repeatable read"), s.transport()}
	for _, right := range postgresRights() {
		rows, err := queryRows(ctx, s, right.query)
		if err != nil {
			return nil, fmt.Errorf("audit %s: %w", right.item, err)
		}
		findings = append(findings, right.find(rows))
	}
	return findings, nil
}

// sessionFinding says whether the server confirms what was asked of the session.
func sessionFinding(readOnly, oneSnapshot bool) lake.Finding {
	f := lake.Finding{Item: "session_read_only", Severity: severityOK, Detail: "the server confirms a read-only transaction on one snapshot"}
	if !readOnly || !oneSnapshot {
		f.Severity = severityError
		f.Detail = "the server did not make the transaction read-only and repeatable; is a connection pooler in between? connect to the server itself"
	}
	return f
}

func (s *postgresSession) transport() lake.Finding {
	_, encrypted := s.conn.Conn().(*tls.Conn)
	return transportFinding(encrypted, s.login.isSocket())
}

func transportFinding(encrypted, local bool) lake.Finding {
	switch {
	case encrypted:
		return lake.Finding{Item: "transport", Severity: severityOK, Detail: "the connection is encrypted"}
	case local:
		return lake.Finding{Item: "transport", Severity: severityOK, Detail: "the connection does not leave this machine"}
	}
	return lake.Finding{Item: "transport", Severity: severityWarning, Detail: "the connection is not encrypted; offer TLS on the server and say tls: verify-full"}
}

// find turns the objects of a right into a finding. What comes through PUBLIC only is a warning:
// the read-only transaction refuses it, and revoking it would break the owner's other programs.
func (r postgresRight) find(rows [][]string) lake.Finding {
	var own, public []string
	for _, row := range rows {
		if row[1] == "true" {
			own = append(own, row[0])
		} else {
			public = append(public, row[0])
		}
	}
	if len(own) > 0 || len(public) == 0 {
		return audited(r.item, severityError, r.none, r.own, own)
	}
	some, _, _ := strings.Cut(r.own, ";")
	return audited(r.item, severityWarning, r.none, some+", as everyone can (PUBLIC); the read-only transaction refuses it", public)
}

// evidence asks whether the transaction was ever given a number, which only writing needs.
func (s *postgresSession) evidence(ctx context.Context) []lake.Finding {
	question := "select pg_catalog.txid_current_if_assigned() is null"
	major, _, _ := strings.Cut(s.conn.ParameterStatus("server_version"), ".")
	const renamed = 13
	if n, err := strconv.Atoi(major); err == nil && n >= renamed {
		question = "select pg_catalog.pg_current_xact_id_if_assigned() is null"
	}
	f := lake.Finding{Item: "evidence_nothing_written", Severity: severityOK, Detail: "the transaction ends without a number: it has written nothing"}
	rows, err := queryRows(ctx, s, question)
	switch {
	case err != nil:
		f.Severity, f.Detail = severityWarning, "the server could not be asked at the end: "+err.Error()
	case rows[0][0] != "true":
		f.Severity, f.Detail = severityError, "the transaction was given a number: something wrote in it; look for functions behind views"
	}
	return []lake.Finding{f}
}

// close ends the session, and with it the transaction.
func (s *postgresSession) close(ctx context.Context) error {
	if s.conn.IsClosed() {
		return nil // the server or a cancelled run has ended it: there is nothing left to release
	}
	if err := s.conn.Close(ctx); err != nil {
		return fmt.Errorf("close connection: %s", s.login.redact(err.Error()))
	}
	return nil
}
