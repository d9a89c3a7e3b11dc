package extracttest

import (
	"bytes"
	"strings"
	"testing"
)

// Start gives SQL to the server's own client, as administrator, and does not wait. The client
// ends with the test, unless wait is called, which waits for its end and reports an error of it.
func (s *Server) Start(t testing.TB, database, sql string) (wait func()) {
	t.Helper()
	cmd := s.client(s, database)
	cmd.Stdin = strings.NewReader(sql)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	waited := false
	t.Cleanup(func() {
		if !waited {
			_ = cmd.Process.Kill() // it may have ended already
			<-ended
		}
	})
	return func() {
		t.Helper()
		waited = true
		if err := <-ended; err != nil {
			t.Errorf("the client ended with %v: %s", err, out.String())
		}
	}
}

// Copy writes the rows of a query on a PostgreSQL server to a file; options are those of COPY.
func (s *Server) Copy(t testing.TB, database, query, file, options string) {
	t.Helper()
	cmd := s.client(s, database)
	cmd.Args = append(cmd.Args, "-o", file)
	cmd.Stdin = strings.NewReader("set timezone = 'UTC';\ncopy (" + query + ") to stdout " + options + ";\n")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("copy: %v\n%s", err, out)
	}
}
