package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// postOffice is an SMTP server in the process (RFC 5321) that keeps what it is given.
type postOffice struct {
	address string
	mu      sync.Mutex
	letters []letter
}

type letter struct {
	from string
	to   []string
	data []byte
}

// newPostOffice serves on loopback; greeting is its first line, 220 to accept.
func newPostOffice(t *testing.T, greeting string) *postOffice {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &postOffice{address: "smtp://" + listener.Addr().String()}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			p.serve(conn, greeting)
		}
	}()
	t.Cleanup(func() { listener.Close(); <-done })
	return p
}

func (p *postOffice) serve(conn net.Conn, greeting string) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	say := func(line string) { io.WriteString(conn, line+"\r\n") }
	say(greeting)
	var l letter
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		switch verb := strings.ToUpper(strings.TrimSpace(line)); {
		case strings.HasPrefix(verb, "EHLO"), strings.HasPrefix(verb, "HELO"):
			say("250-post.example\r\n250 8BITMIME")
		case strings.HasPrefix(verb, "MAIL FROM:"):
			l = letter{from: line[10:]}
			say("250 ok")
		case strings.HasPrefix(verb, "RCPT TO:"):
			l.to = append(l.to, strings.Trim(strings.TrimSpace(line[8:]), "<>"))
			say("250 ok")
		case verb == "DATA":
			say("354 go on")
			for {
				part, err := in.ReadString('\n')
				if err != nil {
					return
				}
				if part == ".\r\n" {
					break
				}
				l.data = append(l.data, strings.TrimPrefix(part, ".")...)
			}
			p.mu.Lock()
			p.letters = append(p.letters, l)
			p.mu.Unlock()
			say("250 kept")
		case verb == "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func (p *postOffice) last(t *testing.T, count int) letter {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.letters) != count {
		t.Fatalf("%d letters arrived, not %d", len(p.letters), count)
	}
	return p.letters[count-1]
}

// read parses a letter with the standard library: subject, parts by type, attachments by name.
func (l letter) read(t *testing.T) (subject string, parts map[string]string, files map[string][]byte) {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(l.data))
	if err != nil {
		t.Fatal(err)
	}
	if subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		t.Fatal(err)
	}
	if m.Header.Get("Auto-Submitted") != "auto-generated" || m.Header.Get("Date") == "" || m.Header.Get("Message-ID") == "" {
		t.Errorf("headers: %v", m.Header)
	}
	parts, files = map[string]string{}, map[string][]byte{}
	walkParts(t, m.Header.Get("Content-Type"), m.Body, parts, files)
	return subject, parts, files
}

func walkParts(t *testing.T, contentType string, body io.Reader, parts map[string]string, files map[string][]byte) {
	t.Helper()
	kind, values, err := mime.ParseMediaType(contentType)
	if err != nil || !strings.HasPrefix(kind, "multipart/") {
		t.Fatalf("%q is no message of parts: %v", contentType, err)
	}
	reader := multipart.NewReader(body, values["boundary"])
	for {
		part, err := reader.NextRawPart()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(part.Header.Get("Content-Type"), "multipart/") {
			walkParts(t, part.Header.Get("Content-Type"), part, parts, files)
			continue
		}
		var content io.Reader = part
		switch strings.ToLower(part.Header.Get("Content-Transfer-Encoding")) {
		case "base64":
			content = base64.NewDecoder(base64.StdEncoding, part)
		case "quoted-printable":
			content = quotedprintable.NewReader(part)
		}
		text, err := io.ReadAll(content)
		if err != nil {
			t.Fatal(err)
		}
		if name := part.FileName(); name != "" {
			files[name] = text
			continue
		}
		kind, _, _ := mime.ParseMediaType(part.Header.Get("Content-Type"))
		parts[kind] = string(text)
	}
}

const mailedCompany = `version: 1
history: { months: 2 }
company: { name: "Grüne Lampe\r\nBcc: spy@example.com", currency: EUR, time_zone: Europe/Berlin, language: en }
sources: { tills: { csv: { path: orders.csv } } }
data: { order_lines: { source: tills, columns: { order_id: no, customer_id: who, ordered_at: day, net_amount: net, cost: cost } } }
checks: { order_lines.quarantined: { at_most: 0.1 %, severity: error } }
suppression: { required: false }
publish: { mail: { to: [boss@example.com, "The Board <board@example.com>"], failures_to: [ops@example.com], from: pharos@example.com, smtp_env: LAMP_SMTP, attach: [report.html, report.xlsx], link: "https://reports.example.com/{run}/report.html" } }
`

func TestTheMorningMailSaysWhatTheNightCameTo(t *testing.T) {
	post := newPostOffice(t, "220 post.example")
	t.Setenv("LAMP_SMTP", post.address)
	dir := t.TempDir()
	config := write(t, dir, "pharos.yaml", mailedCompany)
	write(t, dir, "orders.csv", "no,who,day,net,cost\n1,A,2026-03-01,500,100\n2,B,2026-03-02,20,90\n3,A,2026-06-03,300,50\n")
	mustRun(t, "-c", config, "run", "--as-of", "2026-07-01")
	l := post.last(t, 1)
	subject, parts, files := l.read(t)
	if strings.Join(l.to, " ") != "boss@example.com board@example.com" || !strings.Contains(l.from, "pharos@example.com") {
		t.Errorf("the letter went from %s to %v", l.from, l.to)
	}
	if !strings.Contains(subject, "Grüne Lampe") || !strings.Contains(subject, "2026-07-01") || strings.ContainsAny(subject, "\r\n") {
		t.Errorf("subject %q", subject)
	}
	run := filepath.Base(currentRun(t, dir))
	for kind, part := range parts {
		for _, want := range []string{"EUR", "https://reports.example.com/" + run + "/report.html", "Open the report"} {
			if !strings.Contains(part, want) {
				t.Errorf("the %s part does not say %q:\n%s", kind, want, part)
			}
		}
	}
	if len(parts) != 2 || strings.Contains(parts["text/html"], "<script") {
		t.Errorf("parts: %v", parts)
	}
	for _, name := range []string{"report.html", "report.xlsx"} {
		want, err := os.ReadFile(filepath.Join(dir, "lighthouse", "current", name))
		if err != nil || !bytes.Equal(files[name], want) {
			t.Errorf("attachment %s has %d bytes, the run's file %d %v", name, len(files[name]), len(want), err)
		}
	}

	mustRun(t, "-c", config, "run", "--as-of", "2026-07-01")
	subject, parts, files = post.last(t, 2).read(t)
	if !strings.Contains(subject, "nothing changed") || len(files) != 0 || !strings.Contains(parts["text/plain"], run) {
		t.Errorf("a night without news: %q, %d attachments\n%s", subject, len(files), parts["text/plain"])
	}

	write(t, dir, "orders.csv", "no,who,day,net,cost\n1,A,2026-03-01,500,100\n2,B,2026-13-02,20,90\n")
	code, _, talk := pharos(t, "-c", config, "run", "--as-of", "2026-07-02")
	if code != 4 || !strings.Contains(talk, "mail sent to ops@example.com") {
		t.Errorf("a night whose gate fails: exit %d\n%s", code, talk)
	}
	l = post.last(t, 3)
	subject, parts, files = l.read(t)
	if strings.Join(l.to, " ") != "ops@example.com" || !strings.Contains(subject, "the run failed") || len(files) != 0 {
		t.Errorf("the failure notice went to %v: %q", l.to, subject)
	}
	if text := parts["text/plain"]; !strings.Contains(text, "Exit code: 4") || !strings.Contains(text, run) || strings.Contains(text, "EUR") {
		t.Errorf("the failure notice says\n%s", text)
	}

	mustRun(t, "-c", config, "report", "--mail")
	if subject, _, _ = post.last(t, 4).read(t); strings.Contains(subject, "nothing changed") {
		t.Errorf("asked for again, the mail says %q", subject)
	}
}

func TestAMailThatCannotBeSentLeavesTheRunPublished(t *testing.T) {
	refusing := newPostOffice(t, "554 not here")
	dir := t.TempDir()
	config := write(t, dir, "pharos.yaml", mailedCompany)
	write(t, dir, "orders.csv", "no,who,day,net,cost\n1,A,2026-03-01,500,100\n")
	t.Setenv("LAMP_SMTP", strings.Replace(refusing.address, "smtp://", "smtp://pharos:hunter2@", 1))
	code, out, talk := pharos(t, "-c", config, "run", "--as-of", "2026-07-01")
	if code != 0 || !strings.Contains(talk, "mail not sent") || !strings.Contains(talk, "pharos report --mail") || !strings.Contains(out, "published") {
		t.Errorf("exit %d\n%s%s", code, out, talk)
	}
	if strings.Contains(talk, "hunter2") {
		t.Errorf("the password is shown: %s", talk)
	}
	code, _, talk = pharos(t, "-c", config, "report", "--mail")
	if code != 1 || !strings.Contains(talk, "554") {
		t.Errorf("report --mail: exit %d %s", code, talk)
	}
}

func TestAMailSettingThatIsWrongIsToldBeforeTheNight(t *testing.T) {
	for _, c := range []struct{ from, to, env, want string }{
		{"smtp_env: LAMP_SMTP", "smtp_env: LAMP_SMTP", "", "LAMP_SMTP, which holds the address of the mail server, is empty"},
		{"smtp_env: LAMP_SMTP", "smtp_env: LAMP_SMTP", "http://user:hunter2@x", "it must be smtp://user:password@host:587"},
		{"smtp_env: LAMP_SMTP", "smtp_env: LAMP_SMTP", "smtp://x:70000", "its port must be a number"},
		{"smtp_env: LAMP_SMTP", "smtp_env: 'smtp://user:hunter2@host'", "smtp://x", "must be the name of an environment variable"},
		{"smtp_env: LAMP_SMTP", "smtp_file: no/such/file", "smtp://x", "read the address of the mail server"},
		{"smtp_env: LAMP_SMTP", "from: nobody", "smtp://x", "give smtp_env or smtp_file"},
		{"boss@example.com", "boss", "smtp://x", `"boss" is no mail address`},
		{"report.xlsx", "report.doc", "smtp://x", `a mail can carry report.html, report.xlsx, report.pdf, not "report.doc"`},
		{"https://reports", "ftp://reports", "smtp://x", "must begin with https://"},
	} {
		t.Setenv("LAMP_SMTP", c.env)
		dir := t.TempDir()
		text := mailedCompany
		if c.to == "from: nobody" {
			text = strings.Replace(text, "from: pharos@example.com, smtp_env: LAMP_SMTP, ", "", 1)
		} else {
			text = strings.Replace(text, c.from, c.to, 1)
		}
		config := write(t, dir, "pharos.yaml", text)
		write(t, dir, "orders.csv", "no,who,day,net,cost\n1,A,2026-03-01,500,100\n")
		code, _, talk := pharos(t, "-c", config, "run", "--as-of", "2026-07-01")
		if code != 2 || !strings.Contains(talk, c.want) || strings.Contains(talk, "hunter2") {
			t.Errorf("%s with %q: exit %d, not told %q:\n%s", c.to, c.env, code, c.want, talk)
		}
	}
}

func currentRun(t *testing.T, dir string) string {
	t.Helper()
	run, err := filepath.EvalSymlinks(filepath.Join(dir, "lighthouse", "current"))
	if err != nil {
		t.Fatal(err)
	}
	return run
}
