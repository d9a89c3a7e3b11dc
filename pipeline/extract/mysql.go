package extract

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// mysqlSession is one read-only transaction on one consistent snapshot of MySQL or MariaDB.
type mysqlSession struct {
	conn    driver.Conn
	login   login
	limit   time.Duration // of one statement
	id      string        // connection id, to end a query that is not wanted any more
	mariaDB bool
	writes  map[string]string // the session's counters of writing statements at the start
	unasked error             // why the evidence could not be asked for
}

// openMySQL opens a session and fixes its snapshot.
func openMySQL(ctx context.Context, spec Spec) (Source, error) {
	const defaultPort = 3306
	l, err := newLogin(spec, spec.MySQL, defaultPort)
	if err != nil {
		return nil, specError(spec, err)
	}
	s := &mysqlSession{login: l, limit: spec.MySQL.limit()}
	if s.conn, err = connectMySQL(ctx, &l); err != nil {
		return nil, specError(spec, err)
	}
	d := &databaseSource{spec: spec, dialect: mysqlSQL, session: s, opened: time.Now(), connections: 1, pace: newPace(spec.MySQL.RowsPerSecond)}
	if d.findings, err = s.begin(ctx); err != nil {
		return nil, specError(spec, errors.Join(err, s.close(context.WithoutCancel(ctx))))
	}
	return d, nil
}

// connectMySQL logs in, with one statement per request.
func connectMySQL(ctx context.Context, l *login) (driver.Conn, error) {
	cfg := mysql.NewConfig()
	cfg.User, cfg.Passwd, cfg.DBName = l.user, l.password, l.database
	cfg.Net, cfg.Addr = "tcp", l.address()
	if l.isSocket() {
		cfg.Net, cfg.Addr = "unix", l.host
	}
	cfg.TLS, cfg.AllowFallbackToPlaintext = l.tls, l.plainAllowed
	cfg.Timeout = connectTimeout
	cfg.ConnectionAttributes = "program_name:" + strings.ReplaceAll(l.application, ",", ";")
	cfg.Logger = &mysql.NopLogger{} // its errors come back as errors
	if err := cfg.Apply(mysql.Charset("utf8mb4", "")); err != nil {
		return nil, fmt.Errorf("prepare connection: %w", err)
	}
	connector, err := mysql.NewConnector(cfg)
	if err != nil {
		return nil, fmt.Errorf("prepare connection: %s", l.redact(err.Error()))
	}
	attempt, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	conn, err := connector.Connect(attempt)
	if err != nil {
		return nil, l.refused(ctx, err, mysqlRemedy(l, err))
	}
	return conn, nil
}

// mysqlRemedy says what to do about a refused login; empty when the server did not refuse it.
func mysqlRemedy(l *login, err error) string {
	if errors.Is(err, mysql.ErrNoTLS) {
		return "the server offers no TLS; switch it on there, or say tls: prefer"
	}
	var answer *mysql.MySQLError
	if !errors.As(err, &answer) {
		return ""
	}
	const tooMany, dbDenied, denied, unknownDatabase, hostDenied = 1040, 1044, 1045, 1049, 1130
	switch answer.Number {
	case denied:
		return "the user or the password is not right, or the user may not come from here; the password comes from " + l.passwordFrom
	case dbDenied:
		return "grant select on the database to the user"
	case unknownDatabase:
		return "is the name of the database spelled right?"
	case hostDenied:
		return "the server does not let this machine in; create the user for its address"
	case tooMany:
		return "the server has no connection left; raise max_connections or run at another time"
	}
	return "the server's log says more"
}

// begin makes the session read-only, fixes its snapshot and audits it.
func (s *mysqlSession) begin(ctx context.Context) ([]lake.Finding, error) {
	who, err := queryRows(ctx, s, "select connection_id(), version()")
	if err != nil {
		return nil, err
	}
	s.id, s.mariaDB = who[0][0], strings.Contains(strings.ToLower(who[0][1]), "mariadb")
	seconds := int(nightLimit.Seconds())
	limit := fmt.Sprintf("set session max_execution_time = %d", s.limit.Milliseconds())
	if s.mariaDB {
		limit = fmt.Sprintf("set session max_statement_time = %g", s.limit.Seconds())
	}
	for _, statement := range []string{
		"set session transaction isolation level repeatable read",
		"set session transaction read only",
		"set session time_zone = '+00:00'",
		"set session sql_mode = replace(@@sql_mode, 'NO_BACKSLASH_ESCAPES', '')", // as the check of a select reads strings
		limit,
		fmt.Sprintf("set session wait_timeout = %d, net_write_timeout = %d", seconds, seconds), // the lake may be slower than the server
		"set session lock_wait_timeout = 10, innodb_lock_wait_timeout = 10",
		"start transaction with consistent snapshot, read only",
	} {
		if err := s.exec(ctx, statement); err != nil {
			return nil, err
		}
	}
	if s.writes, err = s.counters(ctx); err != nil {
		return nil, err
	}
	return s.audit(ctx)
}

func (s *mysqlSession) exec(ctx context.Context, statement string) error {
	running, cancel := context.WithTimeout(ctx, s.limit+queryGrace(s.limit))
	defer cancel()
	if _, err := s.conn.(driver.ExecerContext).ExecContext(running, statement, nil); err != nil {
		return s.explain(ctx, err)
	}
	return nil
}

// stream runs one SELECT as a prepared statement: the server takes one statement only, and
// floats come as they are instead of with six digits.
func (s *mysqlSession) stream(ctx context.Context, query string, w *rowWriter) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	// The driver answers a cancelled context by dropping the connection, which leaves the query
	// running on the server. So it gets a context of its own, and the query is ended by name.
	running, drop := context.WithTimeout(context.WithoutCancel(ctx), s.limit+queryGrace(s.limit))
	defer drop()
	read, ended := make(chan struct{}), make(chan struct{})
	unwatch := context.AfterFunc(ctx, func() {
		defer close(ended)
		s.endQuery(running, drop)
		select {
		case <-read:
		case <-time.After(cancelPatience):
			drop() // the query's end does not arrive here
		}
	})
	err := s.rows(running, ctx, query, w, drop)
	close(read)
	if !unwatch() {
		<-ended
		s.absorb(running)
		return ctx.Err()
	}
	return err
}

func (s *mysqlSession) rows(running, ctx context.Context, query string, w *rowWriter, drop func()) error {
	statement, err := s.conn.(driver.ConnPrepareContext).PrepareContext(running, query)
	if err != nil {
		return s.explain(ctx, err)
	}
	if n := statement.NumInput(); n > 0 {
		return errors.Join(unfit(fmt.Errorf("the select has %d places for parameters (?); write their values out", n)), statement.Close())
	}
	rows, err := statement.(driver.StmtQueryContext).QueryContext(running, nil)
	if err != nil {
		return errors.Join(s.explain(ctx, err), statement.Close())
	}
	err = s.take(ctx, rows, w)
	if err != nil && ctx.Err() == nil {
		s.endQuery(running, drop) // or closing would read the rest of the rows
		defer s.absorb(running)
	}
	if closing := errors.Join(rows.Close(), statement.Close()); err == nil && closing != nil {
		return s.explain(ctx, closing)
	}
	return err
}

// endQuery ends the session's running query through a second connection. If that does not work
// in time, the session is dropped.
func (s *mysqlSession) endQuery(running context.Context, drop func()) {
	attempt, cancel := context.WithTimeout(running, cancelPatience)
	defer cancel()
	helper, err := connectMySQL(attempt, &s.login)
	if err != nil {
		drop()
		return
	}
	if _, err := helper.(driver.ExecerContext).ExecContext(attempt, "kill query "+s.id, nil); err != nil {
		drop()
	}
	if err := helper.Close(); err != nil {
		drop()
	}
}

// absorb takes a kill that came after the query had ended by itself: it would hit the next one.
func (s *mysqlSession) absorb(ctx context.Context) {
	const attempts = 2
	for range attempts {
		if _, err := s.conn.(driver.ExecerContext).ExecContext(ctx, "do 0", nil); err == nil {
			return
		}
	}
}

func (s *mysqlSession) take(ctx context.Context, rows driver.Rows, w *rowWriter) error {
	names := rows.Columns()
	kinds, wires := make([]mysqlKind, len(names)), make([]wire, len(names))
	for i, name := range names {
		wires[i], kinds[i] = mysqlWire(rows.(driver.RowsColumnTypeDatabaseTypeName).ColumnTypeDatabaseTypeName(i), w.types[name])
	}
	if err := w.header(names, wires); err != nil {
		return err
	}
	values := make([]driver.Value, len(names))
	cells, buffers := make([][]byte, len(names)), newBuffers(len(names))
	for {
		err := rows.Next(values)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return s.explain(ctx, err)
		}
		for i, v := range values {
			if cells[i], err = kinds[i].bytes(&buffers[i], v); err != nil {
				return fmt.Errorf("column %s: %w", names[i], err)
			}
		}
		if err := w.row(ctx, cells); err != nil {
			return err
		}
	}
}

// explain says what an error of the server means and what to do.
func (s *mysqlSession) explain(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var answer *mysql.MySQLError
	if !errors.As(err, &answer) {
		return s.login.broke(err, s.limit)
	}
	text := s.login.redact(answer.Message)
	const (
		denied, tableDenied, columnDenied = 1044, 1142, 1143
		tooLong, tooLongMariaDB           = 3024, 1969
		duplicateName                     = 1060
		readOnly                          = 1792
	)
	if mayPass(err) {
		return s.login.fault(true, fmt.Errorf("the server says: %s (error %d); run again", text, answer.Number))
	}
	switch answer.Number {
	case denied, tableDenied, columnDenied:
		return unreachable(fmt.Errorf("the server says: %s; grant select on what is mapped to user %s", text, s.login.user))
	case tooLong, tooLongMariaDB:
		return unreachable(fmt.Errorf("the server says: %s; a query may take %s", text, s.limit))
	case duplicateName:
		return unfit(fmt.Errorf("the server says: %s; give each column of the select a name of its own with as", text))
	case readOnly:
		return unfit(fmt.Errorf("the server says: %s; Pharos only reads, in a read-only transaction", text))
	}
	return unfit(fmt.Errorf("the server says: %s (error %d)", text, answer.Number))
}
