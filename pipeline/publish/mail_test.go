package publish

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pharos-analytics/pharos/pipeline/publish/reporttest"
)

// badServer accepts one connection and does with it what a broken server does.
func badServer(t *testing.T, do func(conn net.Conn, hold <-chan struct{})) MailServer {
	t.Helper()
	hold := make(chan struct{})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		do(conn, hold)
	}()
	t.Cleanup(func() { listener.Close(); close(hold); <-done })
	host, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	return MailServer{Host: host, Port: n, Plain: true}
}

func TestAServerThatHangsOrDropsDoesNotHoldUpTheNight(t *testing.T) {
	news, err := NewsMessage(company(), "en", "")
	if err != nil {
		t.Fatal(err)
	}
	for name, do := range map[string]func(net.Conn, <-chan struct{}){
		"says nothing": func(_ net.Conn, hold <-chan struct{}) { <-hold },
		"hangs after its greeting": func(c net.Conn, hold <-chan struct{}) {
			io.WriteString(c, "220 hello\r\n")
			<-hold
		},
		"drops the connection": func(net.Conn, <-chan struct{}) {},
		"drops in the middle of the letter": func(c net.Conn, _ <-chan struct{}) {
			in := bufio.NewReader(c)
			io.WriteString(c, "220 hello\r\n")
			for {
				line, err := in.ReadString('\n')
				if err != nil {
					return
				}
				if strings.HasPrefix(line, "DATA") {
					io.WriteString(c, "354 go on\r\n")
					in.ReadString('\n')
					return
				}
				io.WriteString(c, "250 ok\r\n")
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			err := sendMail(ctx, badServer(t, do), "a@example.com", []string{"b@example.com"}, time.Unix(0, 0), news, 300*time.Millisecond)
			if err == nil || ctx.Err() != nil || !strings.Contains(err.Error(), "send mail through 127.0.0.1:") {
				t.Errorf("the server that %s: %v", name, err)
			}
		})
	}
}

func TestAServerWithoutTLSGetsNoPassword(t *testing.T) {
	var said bytes.Buffer
	s := badServer(t, func(c net.Conn, _ <-chan struct{}) {
		in := bufio.NewReader(c)
		io.WriteString(c, "220 hello\r\n")
		for {
			line, err := in.ReadString('\n')
			if err != nil {
				return
			}
			said.WriteString(line)
			io.WriteString(c, "250 ok\r\n")
		}
	})
	s.Plain, s.User, s.Password = false, "pharos", "hunter2"
	news, err := NewsMessage(company(), "zh", "")
	if err != nil {
		t.Fatal(err)
	}
	if err := sendMail(t.Context(), s, "a@example.com", []string{"b@example.com"}, time.Unix(0, 0), news, time.Second); err == nil {
		t.Error("a server without STARTTLS took the mail")
	}
	if strings.Contains(said.String(), "AUTH") || strings.Contains(said.String(), "MAIL") {
		t.Errorf("without TLS the server heard\n%s", said.String())
	}
}

func TestTheAddressOfAMailServer(t *testing.T) {
	for _, c := range []struct {
		address string
		want    MailServer
		wrong   bool
	}{
		{"smtp://u:p%40ss@mail.example.com", MailServer{Host: "mail.example.com", Port: 587, User: "u", Password: "p@ss"}, false},
		{"smtps://mail.example.com", MailServer{Host: "mail.example.com", Port: 465, Implicit: true}, false},
		{"smtp://localhost:2525", MailServer{Host: "localhost", Port: 2525, Plain: true}, false},
		{"smtp://relay:25?tls=none", MailServer{Host: "relay", Port: 25, Plain: true}, false},
		{"smtp://relay:25?tls=maybe", MailServer{}, true},
		{"mail.example.com:25", MailServer{}, true},
		{"smtp://", MailServer{}, true},
		{"smtp://u:se%cret@x", MailServer{}, true},
	} {
		got, err := ParseMailServer(c.address)
		if (err != nil) != c.wrong || err == nil && got != c.want {
			t.Errorf("%s: %+v %v", c.address, got, err)
		}
		if err != nil && strings.Contains(err.Error(), "se%cret") {
			t.Errorf("the error quotes the password: %v", err)
		}
	}
}

func TestAMailSaysTheSameInBothPartsAndBothLanguages(t *testing.T) {
	d := company()
	for _, lang := range []string{"en", "zh"} {
		m, err := NewsMessage(d, lang, "https://example.com/r?a=1&b=2")
		if err != nil {
			t.Fatal(err)
		}
		s := newSpeech(lang, d.Currency)
		for _, part := range []string{m.Text, m.HTML} {
			for _, want := range append([]string{plain(headline(s, d))}, actions(s, d).Rows[0].List) {
				if !strings.Contains(strings.ReplaceAll(part, nbsp, " "), strings.ReplaceAll(want, nbsp, " ")) {
					t.Errorf("%s: no %q in\n%s", lang, want, part)
				}
			}
		}
	}
	d.Company = "<script>alert(1)</script>\r\nBcc: x@example.com"
	m, err := NewsMessage(d, "en", `javascript:alert("x")`)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(m.HTML, "<script") || strings.ContainsAny(m.Subject, "\r\n") || strings.Contains(m.HTML, "href=\"javascript") {
		t.Errorf("a hostile company: %q\n%s", m.Subject, m.HTML)
	}
}

func TestTheReportIsPrintedByAnInstalledBrowser(t *testing.T) {
	t.Run("without one, the error says what is looked for", func(t *testing.T) {
		t.Setenv("PATH", t.TempDir())
		if err := WritePDF(t.Context(), io.Discard, []byte("<p>x</p>")); !errors.Is(err, ErrNoBrowser) || !strings.Contains(err.Error(), "chromium") {
			t.Errorf("%v", err)
		}
	})
	reporttest.Program(t, browsers()...)
	var page, pdf bytes.Buffer
	if err := WriteReport(&page, company(), "zh"); err != nil {
		t.Fatal(err)
	}
	if err := WritePDF(t.Context(), &pdf, page.Bytes()); err != nil {
		t.Fatal(err)
	}
	if pdf.Len() < 50_000 || !bytes.HasPrefix(pdf.Bytes(), []byte("%PDF-")) {
		t.Errorf("%d bytes", pdf.Len())
	}
}
