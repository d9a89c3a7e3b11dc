package main

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/pharos-analytics/pharos/pipeline"
	"github.com/pharos-analytics/pharos/pipeline/lake"
	"github.com/pharos-analytics/pharos/pipeline/publish"
)

func TestAReadingThatBeganAgainIsSaidAndKept(t *testing.T) {
	var out, talk bytes.Buffer
	a := &app{out: &out, err: &talk}
	newProgress(a).step(pipeline.Step{Phase: "retry", Name: "erp", Seconds: 4, Fault: errors.New("reach postgres at db1:5432: connection refused\x1b[2J")})
	if got := talk.String(); got != "retry    all sources in 4 s: reach postgres at db1:5432: connection refused\ufffd[2J\n" {
		t.Errorf("said is %q", got)
	}
	m := &publish.Manifest{ID: "2026-09-01-0123456789ab", Status: publish.StatusPublished}
	m.Observed.Boundary = []lake.SourceReading{{Source: "erp", Kind: "postgres", Attempts: 2, Reads: []lake.Reading{
		{Table: "order_lines", Relation: "orders", Columns: []string{"id"}, How: "all rows", Attempt: 1},
		{Table: "order_lines", Relation: "orders", Columns: []string{"id"}, How: "all rows", Rows: 7},
	}}}
	a.printAccess([]*publish.Manifest{m})
	for _, want := range []string{", attempt 2\n", "orders: all rows (attempt 1, thrown away), 0 rows", "orders: all rows, 7 rows"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, &out)
		}
	}
}
