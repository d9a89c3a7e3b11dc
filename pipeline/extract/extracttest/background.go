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
