package extract

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/pharos-analytics/pharos/pipeline/extract/extracttest"
)

func TestAQueryThatTakesTooLongIsEndedByItsServer(t *testing.T) {
	bothServers(t, func(t *testing.T, s *extracttest.Server, spec func(*Server) Spec) {
		server := testServer(t, s, "logins")
		server.StatementTimeout = time.Second
		sp := spec(server)
		src := openDatabase(t, sp)
		_, _, err := readAll(t, src, slowQuery(sp))
		if !errors.Is(err, ErrUnreachable) || !strings.Contains(err.Error(), "a query may take 1s") {
			t.Errorf("error %v, want that the query took too long", err)
		}
	})
}

func TestAnApplicationNameIsPlainAndShort(t *testing.T) {
	for run, want := range map[string]string{
		"":                            "pharos",
		"pharos 2026-11-27T02:15:00Z": "pharos 2026-11-27T02:15:00Z",
		"明光\n":                        "???",
		strings.Repeat("x", 70):       strings.Repeat("x", 63),
	} {
		if got := applicationName(run); got != want {
			t.Errorf("%q became %q, want %q", run, got, want)
		}
	}
}
