package extract

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// partPages is the size of a part of a table: 4 MiB of 8 KiB pages. A table of less than
// two parts is read in one stream, by key.
const partPages = 512

// parts divides a table by the addresses of its rows. Pages that are appended while it is read
// hold no row of the snapshot.
func (s *postgresSession) parts(ctx context.Context, t table) ([]string, error) {
	const tidRangeScan = 14 // before, a condition on ctid reads the whole table
	if s.major() < tidRangeScan {
		return nil, nil
	}
	name := postgresSQL.quote(t.schema) + "." + postgresSQL.quote(t.name)
	// The lock that a query takes and the transaction keeps stops whoever would rewrite the table
	// (vacuum full, cluster) after its pages are counted.
	if _, err := queryRows(ctx, s, "select from "+name+" limit 0"); err != nil {
		return nil, err
	}
	rows, err := queryRows(ctx, s, "select pg_catalog.pg_relation_size('"+strings.ReplaceAll(name, "'", "''")+"'::regclass) / current_setting('block_size')::bigint")
	if err != nil {
		return nil, err
	}
	pages, err := strconv.ParseInt(rows[0][0], 10, 64)
	if err != nil {
		return nil, fmt.Errorf("read the number of pages of %s: %w", t.listed, err)
	}
	var parts []string
	for first := int64(0); first+partPages <= pages; first += partPages {
		parts = append(parts, fmt.Sprintf("t.ctid >= '(%d,0)'::tid and t.ctid < '(%d,0)'::tid", first, first+partPages))
	}
	if n := len(parts); n > 0 { // the last has no end
		parts[n-1], _, _ = strings.Cut(parts[n-1], " and ")
	}
	return parts, nil
}

func (s *postgresSession) major() int {
	text, _, _ := strings.Cut(s.conn.ParameterStatus("server_version"), ".")
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return n
}

// beside opens a session on the snapshot of this one.
func (s *postgresSession) beside(ctx context.Context) (session, error) {
	if s.snapshot == "" {
		result, err := s.conn.Exec(ctx, "select pg_catalog.pg_export_snapshot()").ReadAll() // no subtransaction may export
		if err != nil {
			return nil, s.explain(ctx, err)
		}
		s.snapshot = string(result[0].Rows[0][0])
	}
	reader := &postgresSession{login: s.login, limit: s.limit, snapshot: s.snapshot}
	var err error
	if reader.conn, err = connectPostgres(ctx, &reader.login); err != nil {
		return nil, err
	}
	err = reader.settle(ctx, "set transaction snapshot '"+s.snapshot+"'")
	if err == nil {
		err = reader.confirm(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, reader.close(context.WithoutCancel(ctx)))
	}
	return reader, nil
}

// confirm asks the server whether the session is what was asked for.
func (s *postgresSession) confirm(ctx context.Context) error {
	rows, err := queryRows(ctx, s, `select current_setting('transaction_read_only'), current_setting('transaction_isolation')`)
	if err != nil {
		return err
	}
	if f := sessionFinding(rows[0][0] == "on", rows[0][1] == "repeatable read"); f.Severity != severityOK {
		return unreachable(errors.New(f.Detail))
	}
	return nil
}
