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
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"
)

func TestOnlyFaultsThatMayPassAreWorthAnotherAttempt(t *testing.T) {
	network := func(err error) error {
		return &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", err)}
	}
	for _, c := range []struct {
		err    error
		passes bool
	}{
		{network(syscall.ECONNREFUSED), true}, {network(syscall.ECONNRESET), true}, {network(syscall.EHOSTUNREACH), true}, {network(syscall.EPIPE), true},
		{fmt.Errorf("receive message: %w", io.ErrUnexpectedEOF), true}, {io.EOF, true}, {driver.ErrBadConn, true}, {mysql.ErrInvalidConn, true},
		{context.DeadlineExceeded, true}, {os.ErrDeadlineExceeded, true},
		{&net.DNSError{Err: "server misbehaving", IsTemporary: true}, true}, {&net.DNSError{Err: "no such host", IsNotFound: true}, false},
		{errors.New("tls: certificate is not valid"), false}, {mysql.ErrNoTLS, false},
	} {
		if got := mayPass(c.err); got != c.passes {
			t.Errorf("%v: worth another attempt: %v", c.err, got)
		}
	}
	for code, passes := range map[string]bool{
		"57P01": true, "57P02": true, "57P03": true, "53300": true, "55P03": true, "40001": true, "08006": true, "25P03": true,
		"57014": false, "28P01": false, "28000": false, "3D000": false, "42501": false, "42P01": false, "22012": false, "25006": false, "XX000": false,
	} {
		session := &postgresSession{login: login{source: "erp"}}
		checkTransient(t, code, session.explain(t.Context(), &pgconn.PgError{Code: code, Message: "said"}), passes)
		l := login{source: "erp"}
		checkTransient(t, "login "+code, l.refused(t.Context(), &pgconn.PgError{Code: code, Message: "said"}, "remedy"), passes)
	}
	for number, passes := range map[uint16]bool{
		1040: true, 1053: true, 1203: true, 1205: true, 1226: true, 1317: true, 1927: true, 1159: true,
		1044: false, 1045: false, 1049: false, 1130: false, 1142: false, 1146: false, 1365: false, 1792: false, 1969: false, 3024: false,
	} {
		session := &mysqlSession{login: login{source: "erp"}}
		checkTransient(t, fmt.Sprint(number), session.explain(t.Context(), &mysql.MySQLError{Number: number, Message: "said"}), passes)
	}
}

func checkTransient(t *testing.T, what string, err error, passes bool) {
	t.Helper()
	source, got := Transient(fmt.Errorf("read: %w", errors.Join(err, errors.New("and more"))))
	if got != passes || passes && (source != "erp" || !errors.Is(err, ErrUnreachable)) {
		t.Errorf("%s: %v, worth another attempt: %v, of source %q", what, err, got, source)
	}
	if _, got := Transient(errors.Join(err, kindError{errors.New("refused"), ErrBoundary})); got {
		t.Errorf("%s: a boundary that does not hold is tried again", what)
	}
}

func TestAPauseOrAQueryIsNeverBoundedByNothing(t *testing.T) {
	for limit, want := range map[time.Duration]time.Duration{time.Second: time.Second, 4 * time.Hour: time.Minute} {
		if got := queryGrace(limit); got != want {
			t.Errorf("a server gets %s beyond its limit of %s, want %s", got, limit, want)
		}
	}
	l := login{source: "erp", kind: "postgres", host: "db1", password: "c4nary"}
	err := l.broke(fmt.Errorf("c4nary: %w", context.DeadlineExceeded), time.Hour)
	if !strings.Contains(err.Error(), "a query may take 1h0m0s") || strings.Contains(err.Error(), "c4nary") {
		t.Errorf("a stuck server is said as %v", err)
	}
}
