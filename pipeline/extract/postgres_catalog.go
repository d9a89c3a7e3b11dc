package extract

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// postgresColumns lists every column that the role may read. A relation that its bare name finds
// is listed by that name, others with their schema. Key is the place in the primary key, or NULL.
// The last column says whether rows have addresses that a part of the table can be read by.
const postgresColumns = `
select n.nspname, c.relname, pg_catalog.pg_table_is_visible(c.oid),
    case when c.relkind in ('r', 'm') and c.reltuples >= 0 then c.reltuples::bigint else -1 end,
    a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
    (select k.place from pg_catalog.pg_index i, unnest(i.indkey::int2[]) with ordinality as k (attnum, place)
     where i.indrelid = c.oid and i.indisprimary and k.attnum = a.attnum),
    c.relkind in ('r', 'm') and not c.relhassubclass and exists (select from pg_catalog.pg_am m where m.oid = c.relam and m.amname = 'heap')
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_attribute a on a.attrelid = c.oid
where c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition
    and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
    and a.attnum > 0 and not a.attisdropped
    and pg_catalog.has_schema_privilege(n.oid, 'usage')
    and pg_catalog.has_column_privilege(c.oid, a.attnum, 'select')
order by 3 desc, n.nspname collate "C", c.relname collate "C", a.attnum`

// catalog lists the relations that the role may read, those on its search path first.
func (s *postgresSession) catalog(ctx context.Context) ([]table, error) {
	rows, err := queryRows(ctx, s, postgresColumns)
	if err != nil {
		return nil, err
	}
	var c catalogBuilder
	for _, r := range rows {
		listed := r[1]
		if r[2] != "true" {
			listed = r[0] + "." + r[1]
		}
		if err := c.add(table{schema: r[0], name: r[1], listed: listed, ranged: r[7] == "true"}, r[3], r[4], r[5], r[6]); err != nil {
			return nil, err
		}
	}
	return c.finish(), nil
}

// catalogBuilder makes tables out of rows that hold one column each.
type catalogBuilder struct {
	tables []table
	keys   []map[int]string // of each table: place in its primary key -> column
}

// add takes a column of a table; estimate and place are numbers as text, place empty outside the key.
func (c *catalogBuilder) add(t table, estimate, column, kind, place string) error {
	last := len(c.tables) - 1
	if last < 0 || c.tables[last].schema != t.schema || c.tables[last].name != t.name {
		rows, err := strconv.ParseInt(estimate, 10, 64)
		if err != nil {
			return fmt.Errorf("read row estimate of %s: %w", t.listed, err)
		}
		t.rows = rows
		c.tables = append(c.tables, t)
		c.keys = append(c.keys, map[int]string{})
		last++
	}
	c.tables[last].columns = append(c.tables[last].columns, SourceColumn{Name: column, Type: kind})
	if place == "" {
		return nil
	}
	n, err := strconv.Atoi(place)
	if err != nil {
		return fmt.Errorf("read primary key of %s: %w", t.listed, err)
	}
	c.keys[last][n] = column
	return nil
}

// finish puts the keys in order.
func (c *catalogBuilder) finish() []table {
	for i, key := range c.keys {
		for place := 1; place <= len(key); place++ {
			column, ok := key[place]
			if !ok { // a part of the key may not be read: it orders nothing for this role
				c.tables[i].key = nil
				break
			}
			c.tables[i].key = append(c.tables[i].key, column)
		}
	}
	return c.tables
}

// explain says what an error of the server means and what to do.
func (s *postgresSession) explain(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var answer *pgconn.PgError
	if !errors.As(err, &answer) {
		return s.login.broke(err, s.limit)
	}
	text := s.login.redact(answer.Message)
	if answer.Hint != "" {
		text += " (" + s.login.redact(answer.Hint) + ")"
	}
	fit, remedy := postgresAdvice(answer.Code, s.login.user, s.limit)
	said := fmt.Errorf("the server says: %s%s", text, remedy)
	if fit {
		return unfit(said)
	}
	return s.login.fault(mayPass(err), said)
}

// postgresAdvice sorts the server's errors: those of the mapping, which may change, and those of
// the server, with a remedy where there is one.
func postgresAdvice(code, user string, limit time.Duration) (fit bool, remedy string) {
	switch code {
	case "25006":
		return true, "; Pharos only reads, in a read-only transaction"
	case "42501":
		return false, fmt.Sprintf("; grant select on what is mapped to user %s", user)
	case "57014":
		return false, fmt.Sprintf("; a query may take %s", limit)
	case "57P01", "57P02", "57P05", "25P03":
		return false, "; the server ended the session, run again"
	case "55P03":
		return false, "; another session holds a lock on the table, run at another time"
	case "40001":
		return false, "; a standby took the snapshot away, see max_standby_streaming_delay there"
	}
	class := code[:min(2, len(code))]
	return strings.Contains("22 42 0A", class), ""
}
