package extract

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// nightLimit bounds one pause between queries, and one query unless the source says otherwise.
// Reading a large table takes hours; a session that hangs longer would hold the server's vacuum back.
const nightLimit = 4 * time.Hour

// postgresSession is one read-only transaction on one snapshot.
type postgresSession struct {
	conn     *pgconn.PgConn
	login    login
	limit    time.Duration // of one statement
	snapshot string        // its name, once it was given to other sessions
	unasked  error         // why the evidence could not be asked for
}

// openPostgres opens a session and fixes its snapshot.
func openPostgres(ctx context.Context, spec Spec) (Source, error) {
	const defaultPort = 5432
	l, err := newLogin(spec, spec.Postgres, defaultPort)
	if err != nil {
		return nil, specError(spec, err)
	}
	s := &postgresSession{login: l, limit: spec.Postgres.limit()}
	if s.conn, err = connectPostgres(ctx, &l); err != nil {
		return nil, specError(spec, err)
	}
	d := &databaseSource{
		spec: spec, dialect: postgresSQL, session: s, opened: time.Now(), connections: 1,
		workers: spec.Postgres.workers(), pace: newPace(spec.Postgres.RowsPerSecond),
	}
	if d.findings, err = s.begin(ctx); err != nil {
		return nil, specError(spec, errors.Join(err, s.close(context.WithoutCancel(ctx))))
	}
	return d, nil
}

// connectPostgres logs in. Only what pharos.yaml says counts: settings in PG… variables of the
// environment do not.
func connectPostgres(ctx context.Context, l *login) (*pgconn.PgConn, error) {
	cfg, err := pgconn.ParseConfig("host=localhost user=pharos password=none dbname=pharos sslmode=disable")
	if err != nil {
		return nil, fmt.Errorf("prepare connection: %w", err)
	}
	cfg.Host, cfg.Port, cfg.Database, cfg.User, cfg.Password = l.host, uint16(l.port), l.database, l.user, l.password
	cfg.RuntimeParams = map[string]string{"application_name": l.application, "client_encoding": "UTF8"}
	cfg.TLSConfig, cfg.Fallbacks, cfg.SSLNegotiation = l.tls, nil, ""
	if l.plainAllowed {
		cfg.Fallbacks = []*pgconn.FallbackConfig{{Host: l.host, Port: uint16(l.port)}}
	}
	cfg.BuildContextWatcherHandler = func(c *pgconn.PgConn) ctxwatch.Handler {
		// A cancelled run also ends the query on the server; if that hangs, the connection goes.
		return &pgconn.CancelRequestContextWatcherHandler{Conn: c, DeadlineDelay: cancelPatience}
	}
	attempt, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	conn, err := pgconn.ConnectConfig(attempt, cfg)
	if err != nil {
		return nil, l.refused(ctx, err, postgresRemedy(l, err))
	}
	return conn, nil
}

// cancelPatience is how long a server may take to end a query that is not wanted any more.
const cancelPatience = 800 * time.Millisecond

// postgresRemedy says what to do about a refused login; empty when the server did not refuse it.
func postgresRemedy(l *login, err error) string {
	var answer *pgconn.PgError
	if !errors.As(err, &answer) {
		if strings.Contains(err.Error(), "server refused TLS") {
			return "the server offers no TLS; switch it on there, or say tls: prefer"
		}
		return ""
	}
	switch answer.Code {
	case "28P01":
		return "the user or the password is not right; the password comes from " + l.passwordFrom
	case "28000":
		return "the server lets this user in neither from here nor this way; its pg_hba.conf decides"
	case "3D000":
		return "is the name of the database spelled right?"
	case "42501":
		return "grant connect on the database to the user"
	case "53300":
		return "the server has no connection left; raise max_connections or run at another time"
	case "57P03":
		return "the server is starting or stopping; run again later"
	}
	return "the server's log says more"
}

// begin starts the transaction, fixes its snapshot and audits it.
func (s *postgresSession) begin(ctx context.Context) ([]lake.Finding, error) {
	if err := s.settle(ctx); err != nil {
		return nil, err
	}
	return s.audit(ctx)
}

// settle starts the transaction and fixes how values are written. What is to come first in the
// transaction is given.
func (s *postgresSession) settle(ctx context.Context, first ...string) error {
	encoding := "UTF8"
	if s.conn.ParameterStatus("server_encoding") == "SQL_ASCII" {
		encoding = "SQL_ASCII" // bytes of any kind: the server would end the query at one that is no UTF-8, we quarantine its row
	}
	statements := append([]string{
		"set default_transaction_read_only = on",
		"set client_encoding = '" + encoding + "'",
		"begin isolation level repeatable read read only",
	}, first...)
	for _, statement := range append(statements,
		fmt.Sprintf("set local statement_timeout = %d", s.limit.Milliseconds()),
		fmt.Sprintf("set local idle_in_transaction_session_timeout = %d", nightLimit.Milliseconds()),
		"set local lock_timeout = '10s'", // rather no report tonight than a queue behind our lock
		"set local datestyle = 'ISO, YMD'",
		"set local intervalstyle = 'iso_8601'",
		"set local timezone = 'UTC'",
		"set local extra_float_digits = 3",
		"set local bytea_output = 'hex'",
		"set local xmloption = 'content'",
		"set local standard_conforming_strings = on",
	) {
		if err := s.exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

func (s *postgresSession) exec(ctx context.Context, statement string) error {
	running, cancel := context.WithTimeout(ctx, s.limit+queryGrace(s.limit))
	defer cancel()
	if _, err := s.conn.Exec(running, statement).ReadAll(); err != nil {
		return s.explain(ctx, err)
	}
	return nil
}

// stream runs one SELECT. The extended protocol takes one statement only. A savepoint keeps the
// snapshot alive when the query fails.
func (s *postgresSession) stream(ctx context.Context, query string, w *rowWriter) error {
	if err := s.exec(ctx, "savepoint reading"); err != nil {
		return err
	}
	err := s.rows(ctx, query, w)
	after := "release savepoint reading"
	if err != nil {
		after = "rollback to savepoint reading"
	}
	tidy, cancel := context.WithTimeout(context.WithoutCancel(ctx), cancelPatience)
	defer cancel()
	if failed := s.exec(tidy, after); err == nil {
		return failed
	}
	return err
}

func (s *postgresSession) rows(ctx context.Context, query string, w *rowWriter) error {
	running, cancel := context.WithTimeout(ctx, s.limit+queryGrace(s.limit))
	defer cancel()
	result, wires, err := s.start(running, ctx, query, w.types)
	if err != nil {
		return err
	}
	err = s.take(ctx, result, wires, w)
	if err != nil {
		cancel() // the server need not send the rest
	}
	tag, ended := result.Close()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return err
	case ended != nil:
		return s.explain(ctx, ended)
	case tag.RowsAffected() != w.taken():
		return unreachable(fmt.Errorf("%d rows came, but the server says it sent %d; run again", w.taken(), tag.RowsAffected()))
	}
	return nil
}

// start sends a query. When types are wanted, the server is asked first what it would give: only
// then is it known which columns can come in binary.
func (s *postgresSession) start(running, ctx context.Context, query string, types map[string]lake.Type) (*pgconn.ResultReader, []wire, error) {
	if len(types) == 0 {
		return s.conn.ExecParams(running, query, nil, nil, nil, nil), nil, nil
	}
	described, err := s.conn.Prepare(running, "", query, nil)
	if err != nil {
		return nil, nil, s.explain(ctx, err)
	}
	wires, formats := postgresWires(described.Fields, types)
	return s.conn.ExecPrepared(running, "", nil, nil, formats), wires, nil
}

func (s *postgresSession) take(ctx context.Context, result *pgconn.ResultReader, wires []wire, w *rowWriter) error {
	fields := result.FieldDescriptions()
	if fields == nil {
		return nil // an error, which Close gives
	}
	if wires == nil {
		wires, _ = postgresWires(fields, nil)
	}
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	if err := w.header(names, wires); err != nil {
		return err
	}
	for result.NextRow() {
		if err := w.row(ctx, result.Values()); err != nil {
			return err
		}
	}
	return nil
}
