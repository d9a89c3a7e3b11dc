package extract

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"
)

// transientError is a fault of a server that may be over in a moment: the session is lost, another
// one may do.
type transientError struct {
	error
	source string
}

func (e transientError) Unwrap() []error { return []error{ErrUnreachable, e.error} }

// Transient names the server source whose fault ended a reading, if all that is wrong may be over
// in a moment: the server restarts, a connection broke, a lock is held. What was read in the
// session before is lost with its snapshot.
func Transient(err error) (source string, ok bool) {
	var fault transientError
	if !errors.As(err, &fault) || errors.Is(err, ErrBoundary) || errors.Is(err, ErrMapping) {
		return "", false
	}
	return fault.source, true
}

// fault puts an error of a server under ErrUnreachable, and marks it when it may pass.
func (l *login) fault(passes bool, err error) error {
	if passes {
		return transientError{err, l.source}
	}
	return unreachable(err)
}

// mayPass says whether an error of a driver is worth another attempt.
func mayPass(err error) bool {
	var postgres *pgconn.PgError
	var maria *mysql.MySQLError
	switch {
	case errors.As(err, &postgres):
		return postgresPasses(postgres.Code)
	case errors.As(err, &maria):
		return mysqlPasses(maria.Number)
	}
	return brokenConnection(err)
}

// postgresPasses knows the SQLSTATEs of faults that pass: PostgreSQL's appendix "Error Codes".
func postgresPasses(code string) bool {
	switch code {
	case "57P01", "57P02", "57P03", "57P05", "25P03", // the server or its administrator ended the session, or it is starting
		"53200", "53300", // no memory, no connection left
		"55P03", "40P01", // somebody's lock
		"40001": // a standby took the snapshot away
		return true
	}
	return strings.HasPrefix(code, "08") // the connection
}

// mysqlPasses knows the numbers of faults that pass, of MySQL's and MariaDB's error references.
func mysqlPasses(number uint16) bool {
	switch number {
	case 1040, 1203, 1226, // no connection left, for anybody or for this user
		1053,             // shutdown
		1152, 1184, 1927, // the connection was ended
		1158, 1159, 1160, 1161, // the network
		1205, 1213, // somebody's lock
		1317: // somebody ended the query
		return true
	}
	return false
}

// brokenConnection says whether an error is one of the network, or of a session that is gone.
func brokenConnection(err error) bool {
	var name *net.DNSError
	if errors.As(err, &name) {
		return name.IsTemporary || name.IsTimeout // no such host is a matter of spelling
	}
	for _, gone := range []error{
		io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, driver.ErrBadConn, mysql.ErrInvalidConn,
		context.DeadlineExceeded, os.ErrDeadlineExceeded,
		syscall.ECONNREFUSED, syscall.ECONNRESET, syscall.ECONNABORTED, syscall.EPIPE, syscall.ETIMEDOUT,
		syscall.EHOSTUNREACH, syscall.ENETUNREACH, syscall.EHOSTDOWN, syscall.ENETDOWN,
		syscall.ENOENT, // the socket of a server that restarts
	} {
		if errors.Is(err, gone) {
			return true
		}
	}
	return false
}

// queryGrace is how much longer than its limit a query may take before the server, which should have
// ended it, counts as stuck.
func queryGrace(limit time.Duration) time.Duration { return min(limit, time.Minute) }

// broke is for errors that are no answer of the server.
func (l *login) broke(err error, limit time.Duration) error {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) {
		return l.fault(true, fmt.Errorf("%s is stuck: a query may take %s, and the server has neither answered nor ended it; run again", l.where(), limit))
	}
	return l.fault(true, fmt.Errorf("the connection to %s broke: %s; run again", l.where(), l.redact(err.Error())))
}

// Unproved is the fault that kept a closed source from being asked for the evidence that nothing was
// written, if it may pass; nil where there is evidence, or what it says speaks for itself.
func Unproved(src Source) error {
	d, ok := src.(*databaseSource)
	if !ok || HasEvidence(d.Verdict()) {
		return nil
	}
	var err error
	switch s := d.session.(type) {
	case *postgresSession:
		err = s.unasked
	case *mysqlSession:
		err = s.unasked
	}
	if _, passes := Transient(err); !passes {
		return nil
	}
	return d.readError(fmt.Errorf("ask whether anything was written: %w", err))
}
