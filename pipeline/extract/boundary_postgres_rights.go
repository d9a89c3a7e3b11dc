package extract

import (
	"fmt"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// postgresRight is a kind of right that a reader should not have. Its query, behind reach, lists the
// objects as rows of name and own: whether the right is the role's own, or comes from PUBLIC only.
type postgresRight struct {
	item   string
	since  int // first version that knows what the query asks; 0: all
	query  string
	none   string
	own    string // what to do about objects; %s is their list
	public string // why the right is only a warning when it comes from PUBLIC; empty: the transaction refuses it
}

// reach lists the roles whose rights the session has or could take with SET ROLE: a membership
// without inheritance is a right that is one statement away. A superuser could take every role,
// which says nothing more.
const reach = `with reach as (
    select r.oid, r.rolname, r.rolsuper from pg_catalog.pg_roles r
    where r.rolname in (session_user, current_user)
        or pg_catalog.pg_has_role(session_user, r.oid, 'member')
            and not (select s.rolsuper from pg_catalog.pg_roles s where s.rolname = session_user)
)
`

// ownGrant says whether a right reaches one of those roles other than by PUBLIC: by one of the
// object's grants (acl), or because an owner or a superuser has all rights without a grant.
const ownGrant = `(%[1]s in (select oid from reach) or exists (select from reach where rolsuper) or exists (
    select from pg_catalog.aclexplode(%[2]s) as g where g.privilege_type in (%[3]s) and g.grantee in (select oid from reach)))`

// byAnyRole asks whether one of those roles has a right in whatever way; test takes the role's oid.
func byAnyRole(test string) string {
	return "exists (select from reach as r where " + test + ")"
}

const (
	outsideSystem = `(n.nspname <> 'information_schema' and n.nspname !~ '^pg_')`
	neverSystem   = `n.nspname !~ '^pg_(toast|temp)'`
)

// postgresRights are the rights that a reader should not have, by item.
func postgresRights() []postgresRight {
	rights := postgresRoleRights()
	rights = append(rights, postgresTableRights()...)
	rights = append(rights, postgresCreationRights()...)
	rights = append(rights, postgresFunctionRights()...)
	return append(rights, postgresServerRights()...)
}

func ownRight(owner, acl, rights string) string { return fmt.Sprintf(ownGrant, owner, acl, rights) }

func postgresRoleRights() []postgresRight {
	return []postgresRight{{
		item: "role_attributes",
		query: `select a.name || case when r.rolname = session_user then '' else ' through role ' || r.rolname end, true
from reach join pg_catalog.pg_roles r on r.oid = reach.oid,
    lateral (values (1, 'superuser', r.rolsuper), (2, 'createdb', r.rolcreatedb), (3, 'createrole', r.rolcreaterole),
        (4, 'replication', r.rolreplication), (5, 'bypassrls', r.rolbypassrls)) as a (place, name, has)
where a.has order by r.rolname <> session_user, r.rolname, a.place`,
		none: "the role is no superuser and has no createdb, createrole, replication or bypassrls",
		own:  "the role has %s; alter role … with nosuperuser nocreatedb nocreaterole noreplication nobypassrls, or use a role of its own",
	}, {
		item: "role_membership",
		// The predefined roles that only read are no danger; new versions bring new ones that act.
		query: `select r.rolname, true from reach r where r.rolname ~ '^pg_' and r.rolname not in
    ('pg_read_all_data', 'pg_read_all_settings', 'pg_read_all_stats', 'pg_monitor', 'pg_stat_scan_tables', 'pg_database_owner') order by 1`,
		none: "the role is a member of no predefined role that writes, reads server files, runs programs or signals",
		own:  "the role is a member of %s; revoke it",
	}, {
		item: "object_ownership",
		query: `select distinct pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid), true from pg_catalog.pg_shdepend d
where d.deptype = 'o' and d.refclassid = 'pg_catalog.pg_authid'::regclass and d.refobjid in (select oid from reach)
    and d.dbid in (0, (select oid from pg_catalog.pg_database where datname = current_database())) order by 1`,
		none: "the role owns nothing",
		own:  "the role owns %s, and an owner may change and drop; alter … owner to another role",
	}, {
		item: "grant_option",
		query: `select distinct g.privilege_type || ' on ' || o.name, true
from (select n.nspname || '.' || c.relname, c.relacl from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    union all select n.nspname || '.' || c.relname || ' (' || a.attname || ')', a.attacl from pg_catalog.pg_attribute a
        join pg_catalog.pg_class c on c.oid = a.attrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace where a.attacl is not null
    union all select n.nspname || '.' || p.proname, p.proacl from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    union all select 'schema ' || nspname, nspacl from pg_catalog.pg_namespace
    union all select 'database ' || datname, datacl from pg_catalog.pg_database) as o (name, acl),
    pg_catalog.aclexplode(o.acl) as g where g.is_grantable and g.grantee in (select oid from reach)
union all
select 'membership in ' || r.rolname, true from pg_catalog.pg_auth_members m join pg_catalog.pg_roles r on r.oid = m.roleid
where m.admin_option and m.member in (select oid from reach) order by 1`,
		none: "the role can pass no right on",
		own:  "the role can pass on %s; revoke grant option for it (of a membership: admin option for)",
	}, {
		item: "default_privileges",
		query: `select distinct g.privilege_type || ' on ' || case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'n' then 'schemas' else 'objects' end
    || ' that ' || pg_catalog.pg_get_userbyid(d.defaclrole) || ' will create', g.grantee <> 0
from pg_catalog.pg_default_acl d, pg_catalog.aclexplode(d.defaclacl) as g
where d.defaclobjtype in ('r', 'S', 'n') and g.grantee <> d.defaclrole and (g.grantee = 0 or g.grantee in (select oid from reach))
    and g.privilege_type <> 'SELECT' and (d.defaclobjtype, g.privilege_type) <> ('n', 'USAGE') order by 1`,
		none: "no default privilege gives the role more than reading",
		own:  "the role will have %s; alter default privileges … revoke",
	}}
}

func postgresTableRights() []postgresRight {
	table := ownRight("c.relowner", "c.relacl", "'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE'") + `
    or exists (select from pg_catalog.pg_attribute a, pg_catalog.aclexplode(a.attacl) as g
        where a.attrelid = c.oid and g.privilege_type in ('INSERT', 'UPDATE') and g.grantee in (select oid from reach))
    or exists (select from reach where rolname = 'pg_write_all_data')`
	bind := ownRight("c.relowner", "c.relacl", "'REFERENCES', 'TRIGGER', 'MAINTAIN'") + `
    or exists (select from pg_catalog.pg_attribute a, pg_catalog.aclexplode(a.attacl) as g
        where a.attrelid = c.oid and g.privilege_type = 'REFERENCES' and g.grantee in (select oid from reach))`
	of := func(own, kinds, test string) string {
		return `select n.nspname || '.' || c.relname, ` + own + `
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind in (` + kinds + `) and ` + outsideSystem + ` and ` + byAnyRole(test) + ` order by 1`
	}
	return []postgresRight{{
		item: "table_write_privilege",
		query: of(table, "'r', 'p', 'v', 'f'", `pg_catalog.has_table_privilege(r.oid, c.oid, 'insert, update, delete, truncate')
    or pg_catalog.has_any_column_privilege(r.oid, c.oid, 'insert, update')`),
		none: "the role can insert, update, delete and truncate nowhere",
		own:  "the role can write to %s; revoke insert, update, delete, truncate there",
	}, {
		item: "table_bind_privilege",
		query: of(bind, "'r', 'p', 'v', 'f'", `pg_catalog.has_table_privilege(r.oid, c.oid, 'references, trigger')
    or pg_catalog.has_any_column_privilege(r.oid, c.oid, 'references') or exists (select from pg_catalog.aclexplode(c.relacl) as g
        where g.privilege_type = 'MAINTAIN' and g.grantee in (0, r.oid))`),
		none: "the role can bind no trigger and no foreign key to a table",
		own:  "the role can bind triggers or foreign keys to %s, or maintain it; revoke trigger, references there",
	}, {
		item:  "sequence_privilege",
		query: of(ownRight("c.relowner", "c.relacl", "'USAGE', 'UPDATE'"), "'S'", `pg_catalog.has_sequence_privilege(r.oid, c.oid, 'usage, update')`),
		none:  "the role can move no sequence",
		own:   "the role can move sequence %s; revoke usage, update on sequence",
	}, {
		item: "large_objects",
		query: `select 'large object ' || l.oid, ` + ownRight("l.lomowner", "l.lomacl", "'UPDATE'") + `
from pg_catalog.pg_largeobject_metadata l where ` + ownRight("l.lomowner", "l.lomacl", "'UPDATE'") + `
    or exists (select from pg_catalog.aclexplode(l.lomacl) as g where g.privilege_type = 'UPDATE' and g.grantee = 0) order by l.oid`,
		none:   "the role can write no large object",
		own:    "the role can write %s; revoke update on large object",
		public: "Pharos never commits",
	}}
}

func postgresCreationRights() []postgresRight {
	of := func(right, test string) string {
		return `select * from (select d.datname, ` + ownRight("d.datdba", "d.datacl", right) + ` as own, d.datname = current_database() as here
from pg_catalog.pg_database d where d.datallowconn and ` + byAnyRole(test) + `) as t where own or here order by here desc, 1`
	}
	return []postgresRight{{
		item: "schema_create",
		query: `select * from (select n.nspname, ` + ownRight("n.nspowner", "n.nspacl", "'CREATE'") + ` as own, ` + outsideSystem + ` as outside
from pg_catalog.pg_namespace n where ` + neverSystem + ` and ` + byAnyRole(`pg_catalog.has_schema_privilege(r.oid, n.oid, 'create')`) + `) as t
where own or outside order by outside desc, 1`,
		none: "the role can create in no schema",
		own:  "the role can create in schema %s; revoke create on schema",
	}, {
		item:  "database_create",
		query: of("'CREATE'", `pg_catalog.has_database_privilege(r.oid, d.oid, 'create')`),
		none:  "the role can create no schema in the database",
		own:   "the role can create schemas in database %s; revoke create on database",
	}, {
		item:  "database_temp",
		query: of("'TEMPORARY'", `pg_catalog.has_database_privilege(r.oid, d.oid, 'temp')`),
		none:  "the role can create no temporary tables",
		own:   "the role can create temporary tables in database %s; revoke temp on database",
	}, {
		item: "tablespace_create",
		query: `select s.spcname, ` + ownRight("s.spcowner", "s.spcacl", "'CREATE'") + `
from pg_catalog.pg_tablespace s where ` + byAnyRole(`pg_catalog.has_tablespace_privilege(r.oid, s.oid, 'create')`) + ` order by 1`,
		none: "the role can place objects in no tablespace",
		own:  "the role can place objects in tablespace %s; revoke create on tablespace",
	}}
}

func postgresFunctionRights() []postgresRight {
	const execute = `pg_catalog.has_function_privilege(r.oid, p.oid, 'execute')`
	own := ownRight("p.proowner", "p.proacl", "'EXECUTE'")
	return []postgresRight{{
		item: "security_definer_functions",
		query: `select n.nspname || '.' || p.proname, ` + own + `
from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
where p.prosecdef and ` + outsideSystem + ` and ` + byAnyRole(execute) + ` order by 1`,
		none: "the role can run no function with the rights of its owner",
		own:  "the role can run %s with the rights of their owners; revoke execute on function",
	}, {
		item: "outside_functions",
		// What dblink and languages without a sandbox do is not in our transaction, so it refuses nothing.
		query: `select n.nspname || '.' || p.proname, ` + own + `
from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace join pg_catalog.pg_language l on l.oid = p.prolang
where (l.lanispl and not l.lanpltrusted or p.proname ~ '^dblink' and exists (select from pg_catalog.pg_depend d join pg_catalog.pg_extension e on e.oid = d.refobjid
        where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid and d.refclassid = 'pg_catalog.pg_extension'::regclass and e.extname = 'dblink'))
    and ` + byAnyRole(execute) + ` order by 1`,
		none:   "the role can run no function that acts outside the transaction",
		own:    "the role can run %s, which act outside the read-only transaction; revoke execute on function",
		public: "only a select of pharos.yaml could call them",
	}, {
		item: "server_functions",
		query: `select distinct n.nspname || '.' || p.proname, true
from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace, pg_catalog.aclexplode(p.proacl) as g
where not ` + outsideSystem + ` and g.privilege_type = 'EXECUTE' and g.grantee <> p.proowner
    and g.grantee in (select oid from reach where rolname !~ '^pg_') order by 1`,
		none: "the role was given no function of the server itself",
		own:  "the role was given the server's own %s; revoke execute on function",
	}}
}

func postgresServerRights() []postgresRight {
	return []postgresRight{{
		item: "foreign_access",
		query: `select 'server ' || s.srvname, ` + ownRight("s.srvowner", "s.srvacl", "'USAGE'") + `
from pg_catalog.pg_foreign_server s where ` + byAnyRole(`pg_catalog.has_server_privilege(r.oid, s.oid, 'usage')`) + `
union all
select 'wrapper ' || w.fdwname, ` + ownRight("w.fdwowner", "w.fdwacl", "'USAGE'") + `
from pg_catalog.pg_foreign_data_wrapper w where ` + byAnyRole(`pg_catalog.has_foreign_data_wrapper_privilege(r.oid, w.oid, 'usage')`) + ` order by 1`,
		none: "the role can connect no further server",
		own:  "the role can use foreign %s; revoke usage on it, which reading a foreign table does not need",
	}, {
		item:  "parameter_privilege",
		since: 15,
		query: `select distinct g.privilege_type || ' ' || p.parname, bool_or(g.grantee <> 0)
from pg_catalog.pg_parameter_acl p, pg_catalog.aclexplode(p.paracl) as g
where g.grantee = 0 or g.grantee in (select oid from reach where not rolsuper) group by 1 order by 1`,
		none: "the role may set no parameter of the server's superuser",
		own:  "the role may %s; revoke it on parameter",
	}}
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
		return audited(r.item, SeverityError, r.none, r.own, own)
	}
	some, _, _ := strings.Cut(r.own, ";")
	why := r.public
	if why == "" {
		why = "the read-only transaction refuses it"
	}
	return audited(r.item, SeverityWarning, r.none, some+", as everyone can (PUBLIC); "+why, public)
}
