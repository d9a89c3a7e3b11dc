package extract

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// grants lists what the user may do, what its roles may do included.
func (s *mysqlSession) grants(ctx context.Context) ([]grant, error) {
	rows, err := s.show(ctx, "show grants")
	if err != nil {
		return nil, err
	}
	var all []grant
	for _, line := range firstColumn(rows) {
		grants, roles := parseGrant(line)
		all = append(all, grants...)
		for _, role := range roles {
			lines, err := s.roleGrants(ctx, role)
			if ctx.Err() != nil {
				return nil, err
			}
			if err != nil { // hidden from the user: then the role's name stands for what it may do
				all = append(all, grant{right: rightOfRole, on: role})
			}
			for _, line := range firstColumn(lines) {
				grants, _ := parseGrant(line) // those of roles within the role are listed with it
				all = append(all, grants...)
			}
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

// Names of rights that SHOW GRANTS does not write as one.
const (
	rightOfRole = "ROLE"         // a role whose grants the user cannot see
	rightToPass = "GRANT OPTION" // a right that may be passed on, or a role
)

// parseGrant reads a line of SHOW GRANTS: its rights, or the roles that it grants. The rest of the
// line, which may hold the hash of a password, is dropped.
func parseGrant(line string) (grants []grant, roles []string) {
	s := sqlScanner{dialect: mysqlSQL, text: line}
	var rights []string
	start, depth, on := 0, 0, -1
	cut := func(at int) string { return strings.TrimSpace(line[start:at]) }
	for first := true; ; first = false {
		tok, err := s.next()
		if err != nil || tok.kind == tokenEnd {
			return nil, nil
		}
		word := strings.ToUpper(tok.text)
		switch {
		case first && word != "GRANT":
			return nil, nil
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
			return rolesGranted(append(rights, cut(tok.at)), line[s.pos:])
		case word == "TO" && tok.kind == tokenWord:
			return rightsGranted(rights, cut(tok.at), line[s.pos:]), nil
		}
	}
}

func rolesGranted(roles []string, rest string) (grants []grant, _ []string) {
	if strings.HasSuffix(strings.ToUpper(strings.TrimSpace(rest)), "WITH ADMIN OPTION") {
		for _, role := range roles {
			grants = append(grants, grant{right: rightToPass, on: "role " + role})
		}
	}
	return grants, roles
}

func rightsGranted(rights []string, on, rest string) (grants []grant) {
	if strings.HasPrefix(strings.ToUpper(strings.TrimSpace(rest)), "PUBLIC") {
		on += " through PUBLIC"
	}
	for _, right := range rights {
		right, _, _ = strings.Cut(right, "(") // of columns
		grants = append(grants, grant{right: strings.ToUpper(strings.TrimSpace(right)), on: on})
	}
	if strings.Contains(strings.ToUpper(rest), "WITH GRANT OPTION") {
		grants = append(grants, grant{right: rightToPass, on: on})
	}
	return grants
}

// mysqlRight is a kind of right that a reader should not have, and the server's words for it.
type mysqlRight struct {
	item   string
	rights []string // empty: all that no other item names
	global bool     // ALL PRIVILEGES holds it only when granted on *.*
	none   string
	some   string // what to do; %s is the list of grants
}

// mysqlRights leave a reader USAGE, SELECT and SHOW VIEW.
func mysqlRights() []mysqlRight {
	return []mysqlRight{
		{item: "table_write_privilege", rights: []string{"INSERT", "UPDATE", "DELETE", "DELETE HISTORY"},
			none: "the user can change no row", some: "the user has %s; revoke it"},
		{item: "schema_create", rights: []string{"CREATE", "DROP", "ALTER", "INDEX", "TRIGGER", "REFERENCES", "EVENT", "CREATE VIEW", "CREATE ROUTINE", "ALTER ROUTINE"},
			none: "the user can create, alter and drop nothing", some: "the user has %s; revoke it"},
		{item: "database_temp", rights: []string{"CREATE TEMPORARY TABLES"},
			none: "the user can create no temporary tables", some: "the user has %s; revoke it"},
		{item: "table_lock", rights: []string{"LOCK TABLES"},
			none: "the user can lock no table", some: "the user has %s; revoke it"},
		{item: "routine_execute", rights: []string{"EXECUTE"},
			none: "the user can run no routine with the rights of its definer", some: "the user has %s; revoke it"},
		{item: "file_privilege", rights: []string{"FILE"}, global: true,
			none: "the user can read and write no file of the server", some: "the user has %s, which writes files even in a read-only transaction; revoke it"},
		{item: "grant_option", rights: []string{rightToPass},
			none: "the user can pass no right on", some: "the user has %s; revoke grant option (of a role: admin option for)"},
		{item: "role_membership", rights: []string{rightOfRole},
			none: "the grants of all the user's roles are known", some: "the user has %s, whose grants it cannot see; revoke it, or grant what it holds to the user itself"},
		{item: "server_privileges", global: true,
			none: "the user has no right over the server", some: "the user has %s; revoke it"},
	}
}

// auditGrants sorts the grants that a reader should not have by what they allow.
func auditGrants(grants []grant) []lake.Finding {
	var findings []lake.Finding
	rights := mysqlRights()
	known := []string{"USAGE", "SELECT", "SHOW VIEW", "ALL PRIVILEGES"}
	for _, r := range rights {
		known = append(known, r.rights...)
	}
	for _, r := range rights {
		var objects []string
		for _, g := range grants {
			all := g.right == "ALL PRIVILEGES" && r.inAll(g.on)
			rest := len(r.rights) == 0 && !slices.Contains(known, g.right)
			if all || rest || slices.Contains(r.rights, g.right) {
				objects = append(objects, g.right+" on "+g.on)
			}
		}
		slices.Sort(objects)
		findings = append(findings, audited(r.item, SeverityError, r.none, r.some, slices.Compact(objects)))
	}
	return findings
}

// inAll says that ALL PRIVILEGES on an object holds the right.
func (r mysqlRight) inAll(on string) bool {
	switch r.item {
	case "grant_option", "role_membership":
		return false
	}
	return !r.global || strings.HasPrefix(on, "*.*")
}
