package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pharos-analytics/pharos/pipeline"
)

func TestAnOptOutIsExplainedWithoutItsContact(t *testing.T) {
	if testing.Short() {
		t.Skip("a whole run; -short leaves it out")
	}
	dir := t.TempDir()
	write(t, dir, "orders.csv", "no,who,at,net\n1,A,2026-05-01,10.00\n2,B,2026-05-02,20.00\n")
	write(t, dir, "out.csv", "who,mail,why\nA,ann@example.org,objected\n")
	config := write(t, dir, "pharos.yaml", `version: 1
company: { name: Small, currency: EUR, time_zone: UTC }
sources: { orders: { csv: { path: orders.csv } }, out: { csv: { path: out.csv } } }
data:
  order_lines: { source: orders, columns: { order_id: no, customer_id: who, ordered_at: at, net_amount: net } }
  suppressions: { source: out, columns: { customer_id: who, contact: mail, reason: why } }
history: { months: 2 }
`)
	mustRun(t, "-c", config, "run", "--as-of", "2026-07-01")
	if said := mustRun(t, "-c", config, "explain", "A"); strings.Contains(said, "example.org") || !strings.Contains(said, "objected") {
		t.Errorf("explain says\n%s", said)
	}
	cfg, err := loadConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	run, err := pipeline.Browse(t.Context(), cfg, "")
	if err != nil {
		t.Fatal(err)
	}
	defer run.Close()
	page, err := run.Explain(t.Context(), "A")
	if said := fmt.Sprint(page); err != nil || strings.Contains(said, "example.org") || !strings.Contains(said, "objected") {
		t.Errorf("the page says %s, %v", said, err)
	}
}
