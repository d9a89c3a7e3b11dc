package extract

import (
	"fmt"
	"slices"
	"strings"
)

// Grants is the SQL script that creates the role of a source: it may read the tables that the
// mappings name and do nothing else, so that with it the audit passes on a server with its default
// settings. It is made without a connection, never changes PUBLIC and holds no password.
//
// The grants are for whole tables: reading also orders by the primary key and counts in the same
// snapshot, and which columns that takes only the server knows. Only mapped columns are read.
func Grants(spec Spec, mappings []Mapping) (string, error) {
	var tables []grantedTable
	add := func(t grantedTable) {
		same := func(o grantedTable) bool { return o.schema == t.schema && o.name == t.name }
		if !slices.ContainsFunc(tables, same) {
			tables = append(tables, t)
		}
	}
	dialect, server := postgresSQL, spec.Postgres
	if spec.MySQL != nil {
		dialect, server = mysqlSQL, spec.MySQL
	}
	if server == nil {
		return "", unfit(fmt.Errorf("source %s is made of files: it needs no role, only the right to read them", spec.Name))
	}
	for _, m := range mappings {
		switch {
		case m.Source != spec.Name:
		case m.Select == "":
			add(tableOfName(dialect, server, m.Relation))
		default:
			names, err := relationsOf(dialect, m.Select)
			if err != nil {
				return "", unfit(fmt.Errorf("%s: read the select: %w", m.Pos, err))
			}
			for _, parts := range names {
				t := tableOfParts(dialect, server, parts)
				t.note = "from the select of " + m.Table
				add(t)
			}
		}
	}
	if len(tables) == 0 {
		return "", unfit(fmt.Errorf("no mapping reads a table of source %s: there is nothing to grant", spec.Name))
	}
	if dialect == mysqlSQL {
		return mysqlGrants(spec, server, tables), nil
	}
	return postgresGrants(spec, server, tables), nil
}

// grantedTable is a table that a mapping reads.
type grantedTable struct{ schema, name, note string }

// tableOfName reads a mapping's "schema.table"; without a schema it is PostgreSQL's public, or MySQL's
// database, where every name is a table's own.
func tableOfName(d dialect, server *Server, name string) grantedTable {
	if schema, table, has := strings.Cut(name, "."); has && d == postgresSQL {
		return grantedTable{schema: schema, name: table}
	}
	if table, has := strings.CutPrefix(name, server.Database+"."); has && d == mysqlSQL {
		name = table
	}
	return tableOfParts(d, server, []string{name})
}

func tableOfParts(d dialect, server *Server, parts []string) grantedTable {
	last := len(parts) - 1
	t := grantedTable{name: parts[last]}
	switch {
	case last > 0:
		t.schema = parts[last-1]
	case d == mysqlSQL:
		t.schema = server.Database
	default:
		t.schema = "public"
	}
	return t
}

func postgresGrants(spec Spec, server *Server, tables []grantedTable) string {
	role, database := postgresSQL.quote(server.User), postgresSQL.quote(server.Database)
	var b strings.Builder
	fmt.Fprintf(&b, `-- The role with which Pharos reads source %s, and which can do nothing else.
-- Run it with psql, connected to the database of the source, as a role that may create roles and owns
-- the tables. It changes no right of anyone else. Tables that are named without a schema are looked
-- for in schema public.
create role %s login nosuperuser nocreatedb nocreaterole noreplication nobypassrls;
`, spec.Name, role)
	fmt.Fprintf(&b, "-- then give it a password, which so stands in no file: \\password %s\n\n", lineOf(role))
	fmt.Fprintf(&b, "grant connect on database %s to %s;\n", database, role)
	var schemas []string
	for _, t := range tables {
		if !slices.Contains(schemas, t.schema) {
			schemas = append(schemas, t.schema)
			fmt.Fprintf(&b, "grant usage on schema %s to %s;\n", postgresSQL.quote(t.schema), role)
		}
	}
	writeSelects(&b, postgresSQL, tables, role)
	return b.String()
}

func mysqlGrants(spec Spec, server *Server, tables []grantedTable) string {
	user := mysqlSQL.quote(server.User) + "@" + mysqlSQL.quote("%")
	var b strings.Builder
	fmt.Fprintf(&b, `-- The user with which Pharos reads source %s, and who can do nothing else.
-- Run it with the server's own client, as a user who may create users. It changes no right of anyone
-- else. Write a password in quotes in place of PASSWORD_HERE: until then the server refuses the
-- statement. In place of %% name the machine that Pharos runs on, if it has one address.
create user %s identified by PASSWORD_HERE;

`, spec.Name, user)
	writeSelects(&b, mysqlSQL, tables, user)
	return b.String()
}

func writeSelects(b *strings.Builder, d dialect, tables []grantedTable, to string) {
	for _, t := range tables {
		if t.note != "" {
			fmt.Fprintf(b, "-- %s; leave it out if it is no table of this database\n", t.note)
		}
		fmt.Fprintf(b, "grant select on %s.%s to %s;\n", d.quote(t.schema), d.quote(t.name), to)
	}
}

// lineOf keeps a name within the line of a comment.
func lineOf(name string) string { return strings.NewReplacer("\n", " ", "\r", " ").Replace(name) }

// relationsOf lists what stands behind FROM and JOIN in a select, as the parts of its names, without
// what WITH defines and without functions. It reads words, not grammar: a person looks at the script.
func relationsOf(d dialect, text string) ([][]string, error) {
	words, err := wordsOf(d, text)
	if err != nil {
		return nil, err
	}
	var found [][]string
	var defined []string
	selects := []bool{true} // of each open parenthesis: is it a query of its own?
	listing := []bool{false}
	for i, w := range words {
		top := len(selects) - 1
		switch {
		case w.sign("("):
			selects = append(selects, i+1 < len(words) && (words[i+1].is("SELECT") || words[i+1].is("WITH") || words[i+1].sign("(")))
			listing = append(listing, listing[top] && i > 0 && (words[i-1].is("FROM") || words[i-1].is("JOIN") || words[i-1].sign(",")))
		case w.sign(")") && top > 0:
			selects, listing = selects[:top], listing[:top]
		case w.is("WHERE") || w.is("GROUP") || w.is("ORDER") || w.is("HAVING") || w.is("UNION") || w.is("LIMIT") || w.is("SELECT"):
			listing[top] = false
		case w.is("AS"):
			defined = append(defined, definedBefore(words, i)...)
		case w.is("FROM") && selects[top] && !(i > 0 && words[i-1].is("DISTINCT")), w.is("JOIN"):
			listing[top] = w.is("FROM") || listing[top]
			found = appendName(found, words[i+1:])
		case w.sign(",") && listing[top]:
			found = appendName(found, words[i+1:])
		}
	}
	return slices.DeleteFunc(found, func(parts []string) bool {
		return len(parts) == 1 && slices.ContainsFunc(defined, func(name string) bool { return strings.EqualFold(name, parts[0]) })
	}), nil
}

// definedBefore is the name that WITH gives to the query behind words[as]: name as (…), name (columns)
// as (…), name as materialized (…).
func definedBefore(words []sqlWord, as int) []string {
	behind := as + 1
	for behind < len(words) && (words[behind].is("NOT") || words[behind].is("MATERIALIZED")) {
		behind++
	}
	if behind >= len(words) || !words[behind].sign("(") {
		return nil
	}
	name := as - 1
	if name >= 0 && words[name].sign(")") {
		for name >= 0 && !words[name].sign("(") {
			name--
		}
		name--
	}
	if name < 0 {
		return nil
	}
	return []string{words[name].text}
}

// appendName takes the name that words begin with, unless it is a function's or a query's.
func appendName(found [][]string, words []sqlWord) [][]string {
	for len(words) > 0 && (words[0].is("ONLY") || words[0].is("LATERAL") || words[0].sign("(")) {
		words = words[1:] // from (a join b …), from only a
	}
	var parts []string
	for len(words) > 0 && (words[0].kind == tokenWord || words[0].kind == tokenQuoted) {
		parts = append(parts, words[0].text)
		if len(words) < 3 || !words[1].sign(".") {
			words = words[1:]
			break
		}
		words = words[2:]
	}
	if len(parts) == 0 || len(words) > 0 && words[0].sign("(") || len(parts) == 1 && (strings.EqualFold(parts[0], "select") || strings.EqualFold(parts[0], "with")) {
		return found
	}
	return append(found, parts)
}

// sqlWord is a token with its text: of a quoted name what it names.
type sqlWord struct {
	kind tokenKind
	text string
}

func (w sqlWord) is(keyword string) bool {
	return w.kind == tokenWord && strings.EqualFold(w.text, keyword)
}
func (w sqlWord) sign(s string) bool { return w.kind == tokenSign && w.text == s }

func wordsOf(d dialect, text string) ([]sqlWord, error) {
	s := sqlScanner{dialect: d, text: text}
	var words []sqlWord
	for {
		tok, err := s.next()
		if err != nil {
			return nil, err
		}
		switch tok.kind {
		case tokenEnd:
			return words, nil
		case tokenQuoted:
			tok.text = unquoted(text[tok.at:s.pos])
		case tokenWord:
			if d == postgresSQL {
				tok.text = strings.ToLower(tok.text) // as the server reads names without quotes
			}
		}
		words = append(words, sqlWord{tok.kind, tok.text})
	}
}

func unquoted(text string) string {
	if len(text) < 2 {
		return text
	}
	quote := text[:1]
	return strings.ReplaceAll(text[1:len(text)-1], quote+quote, quote)
}
