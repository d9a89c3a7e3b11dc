package publish

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// MailServer is where mail is handed over. The address of the server holds its password, so it is
// read from the environment or a file and is part of no message.
type MailServer struct {
	Host           string
	Port           int
	User, Password string
	Implicit       bool // TLS from the first byte (smtps); else STARTTLS
	Plain          bool // without TLS: to this machine, or because it was asked for
}

// ParseMailServer reads smtp://user:password@host:587 or smtps://host:465. STARTTLS is mandatory
// for smtp unless the host is this machine or ?tls=none is said. Errors never quote the address.
func ParseMailServer(address string) (MailServer, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Path != "" && u.Path != "/" {
		return MailServer{}, errors.New("it must be smtp://user:password@host:587 or smtps://user:password@host:465")
	}
	s := MailServer{Host: u.Hostname(), User: u.User.Username(), Implicit: u.Scheme == "smtps", Port: 587}
	s.Password, _ = u.User.Password()
	if s.Implicit {
		s.Port = 465
	}
	if text := u.Port(); text != "" {
		if s.Port, err = strconv.Atoi(text); err != nil || s.Port < 1 || s.Port > 65535 {
			return MailServer{}, errors.New("its port must be a number from 1 to 65535")
		}
	}
	switch u.Query().Get("tls") {
	case "":
		s.Plain = !s.Implicit && isThisMachine(s.Host)
	case "none":
		s.Plain = true
	default:
		return MailServer{}, errors.New("after ?tls= it can say none only")
	}
	return s, nil
}

func isThisMachine(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// mailWait is how long a server may be silent, mailLimit how long it may take in all: a mail must
// not hold up the night.
const (
	mailWait  = 30 * time.Second
	mailLimit = 2 * time.Minute
)

// SendMail hands one message over. at becomes its date. An error says which step the server
// refused, and never holds the password.
func SendMail(ctx context.Context, s MailServer, from string, to []string, at time.Time, m Message) error {
	return sendMail(ctx, s, from, to, at, m, mailWait)
}

func sendMail(ctx context.Context, s MailServer, from string, to []string, at time.Time, m Message, wait time.Duration) error {
	msg, err := compose(from, to, at, m)
	if err != nil {
		return fmt.Errorf("write mail: %w", err)
	}
	options := []gomail.Option{gomail.WithPort(s.Port), gomail.WithTimeout(wait), gomail.WithTLSPolicy(gomail.TLSMandatory)}
	switch {
	case s.Plain:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	case s.Implicit:
		options = append(options, gomail.WithSSL())
	}
	if s.User != "" {
		auth := gomail.SMTPAuthAutoDiscover
		if s.Plain {
			auth = gomail.SMTPAuthPlainNoEnc
		}
		options = append(options, gomail.WithSMTPAuth(auth), gomail.WithUsername(s.User), gomail.WithPassword(s.Password))
	}
	line := phoneLine{tls: s.Implicit, host: s.Host}
	defer line.close()
	client, err := gomail.NewClient(s.Host, append(options, gomail.WithDialContextFunc(line.dial))...)
	if err != nil {
		return fmt.Errorf("send mail: %w", err)
	}
	limit, cancel := context.WithTimeout(ctx, min(mailLimit, 4*wait))
	defer cancel()
	if err := client.DialAndSendWithContext(limit, msg); err != nil {
		return fmt.Errorf("send mail through %s: %w", net.JoinHostPort(s.Host, strconv.Itoa(s.Port)), err)
	}
	return nil
}

// phoneLine dials and hangs up: the library leaves a connection open when the server answers the
// goodbye wrongly.
type phoneLine struct {
	tls  bool
	host string
	conn net.Conn
}

func (l *phoneLine) dial(ctx context.Context, network, address string) (conn net.Conn, err error) {
	if l.tls {
		conn, err = (&tls.Dialer{Config: &tls.Config{ServerName: l.host, MinVersion: tls.VersionTLS12}}).DialContext(ctx, network, address)
	} else {
		conn, err = (&net.Dialer{}).DialContext(ctx, network, address)
	}
	l.conn = conn
	return conn, err
}

func (l *phoneLine) close() {
	if l.conn != nil {
		_ = l.conn.Close() // most often closed already
	}
}

func compose(from string, to []string, at time.Time, m Message) (*gomail.Msg, error) {
	msg := gomail.NewMsg()
	if err := msg.From(from); err != nil {
		return nil, err
	}
	if err := msg.To(to...); err != nil {
		return nil, err
	}
	msg.Subject(m.Subject)
	msg.SetDateWithValue(at)
	msg.SetMessageID()
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: nobody's holiday answer comes back
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	for _, path := range m.Attachments {
		if _, err := os.Stat(path); err != nil {
			return nil, fmt.Errorf("attach %s: %w", filepath.Base(path), err)
		}
		msg.AttachFile(path)
	}
	return msg, nil
}

// ParseAddress reads the address of a person: boss@example.com or "The Boss <boss@example.com>".
func ParseAddress(text string) error {
	_, err := mail.ParseAddress(text)
	return err
}
