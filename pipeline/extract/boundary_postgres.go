package extract

import (
	"context"
	"crypto/tls"
	"fmt"
	"strconv"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// audit looks at the session and at the role's rights.
func (s *postgresSession) audit(ctx context.Context) ([]lake.Finding, error) {
	session, err := queryRows(ctx, s, `select current_setting('transaction_read_only'), current_setting('transaction_isolation')`)
	if err != nil {
		return nil, err
	}
	findings := []lake.Finding{sessionFinding(session[0][0] == "on", session[0][1] == "repeatable read"), s.transport()}
	for _, right := range postgresRights() {
		if s.major() < right.since {
			continue
		}
		rows, err := queryRows(ctx, s, reach+right.query)
		if err != nil {
			return nil, fmt.Errorf("audit %s: %w", right.item, err)
		}
		findings = append(findings, right.find(rows))
	}
	return findings, nil
}

// sessionFinding says whether the server confirms what was asked of the session.
func sessionFinding(readOnly, oneSnapshot bool) lake.Finding {
	f := lake.Finding{Item: itemSession, Severity: SeverityOK, Detail: "the server confirms a read-only transaction on one snapshot"}
	if !readOnly || !oneSnapshot {
		f.Severity = SeverityError
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
		return lake.Finding{Item: "transport", Severity: SeverityOK, Detail: "the connection is encrypted"}
	case local:
		return lake.Finding{Item: "transport", Severity: SeverityOK, Detail: "the connection does not leave this machine"}
	}
	return lake.Finding{Item: "transport", Severity: SeverityWarning, Detail: "the connection is not encrypted; offer TLS on the server and say tls: verify-full"}
}

// major is the server's version, 0 when it does not say.
func (s *postgresSession) major() int {
	digits := s.conn.ParameterStatus("server_version") // "15.14 (Debian…)", "17beta1"
	end := strings.IndexFunc(digits, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		end = len(digits)
	}
	n, err := strconv.Atoi(digits[:end])
	if err != nil {
		return 0
	}
	return n
}

// evidence asks whether the transaction was ever given a number, which only writing needs.
func (s *postgresSession) evidence(ctx context.Context) []lake.Finding {
	question := "select pg_catalog.txid_current_if_assigned() is null"
	const renamed = 13
	if s.major() >= renamed {
		question = "select pg_catalog.pg_current_xact_id_if_assigned() is null"
	}
	f := lake.Finding{Item: itemEvidence, Severity: SeverityOK, Detail: "the transaction ends without a number: it has written nothing"}
	rows, err := queryRows(ctx, s, question)
	switch {
	case err != nil:
		s.unasked = err
		f.Severity, f.Detail = SeverityWarning, "the server could not be asked at the end: "+err.Error()
	case rows[0][0] != "true":
		f.Severity, f.Detail = SeverityError, "the transaction was given a number: something wrote in it; look for functions behind views"
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
