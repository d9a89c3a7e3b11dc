package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/govalues/decimal"
)

// comparison is what diff --json prints.
type comparison struct {
	Before, After string
	Inputs        []struct{ What, Before, After string }
	Missing       []string
	Sections      []struct {
		Relation string
		Total    int64
		Rows     []map[string]string
	}
}

func (c comparison) rows(t *testing.T, relation string) []map[string]string {
	t.Helper()
	for _, s := range c.Sections {
		if s.Relation == relation {
			return s.Rows
		}
	}
	t.Fatalf("there is no section %s in %+v", relation, c)
	return nil
}

func compared(t *testing.T, config string, args ...string) comparison {
	t.Helper()
	var c comparison
	if err := json.Unmarshal([]byte(capture(t, append([]string{"-c", config, "--json", "diff", "--limit", "0"}, args...)...)), &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// sum adds up columns exactly.
func sum(t *testing.T, rows []map[string]string, columns ...string) decimal.Decimal {
	t.Helper()
	var total decimal.Decimal
	for _, row := range rows {
		for _, column := range columns {
			d, err := decimal.Parse(row[column])
			if err != nil {
				t.Fatalf("%s is %q: %v", column, row[column], err)
			}
			if total, err = total.Add(d); err != nil {
				t.Fatal(err)
			}
		}
	}
	return total
}

func TestTheCustomersOfADiffAddUpToItsSumsToTheCent(t *testing.T) {
	dir, config := mixedRun(t)
	if said := refused(t, exitUsage, "-c", config, "diff"); !strings.Contains(said, "before the current one") {
		t.Errorf("got %s", said)
	}
	capture(t, "-c", config, "close", "2026-03")
	appendLine(t, dir, "orders.csv", "12,1,B,2026-03-15T10:00:00Z,p1,1,0.50,10.00,3.00")
	appendLine(t, dir, "orders.csv", "13,1,N,2026-06-30T10:00:00Z,p1,1,0.00,8.00,2.00")
	write(t, dir, "returns.csv", "no,pos,day,amount\n1,1,2026-02-01,4.00\n2,,2026-03-05,\n6,1,2026-04-01,3.33\n9,,2026-04-01,5.00\n")
	capture(t, "-c", config, "run", "--as-of", "2026-07-02")

	c := compared(t, config)
	effects := []string{"by_revenue", "by_discounts", "by_returns", "by_cogs", "by_cost_to_serve", "by_bad_debt", "by_allocated_cost"}
	customers := c.rows(t, "customers")
	for _, row := range customers {
		one := []map[string]string{row}
		if by, change := sum(t, one, effects...), sum(t, one, "profit_change"); !by.Equal(change) {
			t.Errorf("%s changed by %s, its parts by %s", row["customer_id"], change, by)
		}
	}
	for _, row := range c.rows(t, "sums") {
		if row["figure"] == "profit" && (!sum(t, customers, "profit_change").Equal(sum(t, []map[string]string{row}, "change")) || row["change"] == "0.0000") {
			t.Errorf("profit changed by %s, the customers by %s", row["change"], sum(t, customers, "profit_change"))
		}
	}
	if tiers := sum(t, c.rows(t, "tiers"), "profit_change"); !tiers.Equal(sum(t, customers, "profit_change")) {
		t.Errorf("the ways between tiers change the profit by %s", tiers)
	}
	found := map[string]string{}
	for _, row := range customers {
		found[row["customer_id"]] = row["tier_before"] + ">" + row["main_cause"]
	}
	for customer, want := range map[string]string{"N": "new>revenue", "A": "medium>returns"} {
		if !strings.HasPrefix(found[customer], want) {
			t.Errorf("%s: got %s, want %s", customer, found[customer], want)
		}
	}
	if got := c.rows(t, "restated_entries")[0]["entry_key"]; got != "12/1" {
		t.Errorf("the entry that restates March is %s", got)
	}
	what := map[string]bool{}
	for _, in := range c.Inputs {
		what[in.What] = true
	}
	if !what["as of"] || !what["data"] || !what["closed periods"] || !what["rows of order_lines from orders"] || what["configuration"] || what["SQL"] {
		t.Errorf("the inputs that differ are %v", what)
	}
	theRowsOfOneCustomer(t, dir, config)
	whatCannotBeCompared(t, dir, config)
}

// theRowsOfOneCustomer follows one customer to the rows of the sources.
func theRowsOfOneCustomer(t *testing.T, dir, config string) {
	t.Helper()
	c := compared(t, config, "--customer", "A", "previous", "current")
	if rows := c.rows(t, "customers"); len(rows) != 1 || rows[0]["customer_id"] != "A" {
		t.Errorf("got %v", rows)
	}
	back := c.rows(t, "raw.returns")
	if len(back) != 1 || back[0]["kind"] != "disappeared" || back[0]["amount"] != "2.0000" || back[0]["_file"] != "returns.csv" {
		t.Errorf("got %v", back)
	}
	if lines := compared(t, config, "--customer", "B").rows(t, "raw.order_lines"); len(lines) != 1 || lines[0]["kind"] != "appeared" || lines[0]["_line"] != "16" {
		t.Errorf("got %v", lines)
	}
	if said := refused(t, exitUsage, "-c", config, "diff", "--customer", "nobody"); !strings.Contains(said, "unknown customer") {
		t.Errorf("got %s", said)
	}
}

// whatCannotBeCompared: a run without some mart is compared as far as it goes, another company's is not.
func whatCannotBeCompared(t *testing.T, dir, config string) {
	t.Helper()
	said := capture(t, "-c", config, "run", "--from-lake", "--as-of", "2026-07-02", "--only", "customer_profit,profit_tiers")
	id := strings.Fields(said)[len(strings.Fields(said))-1]
	for _, word := range strings.Fields(said) {
		if strings.HasPrefix(word, "2026-07-02-") {
			id = word
		}
	}
	c := compared(t, config, id, "current")
	if len(c.Missing) == 0 || len(c.rows(t, "customers")) != 0 {
		t.Errorf("got %+v", c)
	}
	refused(t, exitUsage, "-c", config, "diff", "no-such-run", "current")
	refused(t, exitUsage, "-c", config, "diff", "current")
	write(t, dir, "pharos.yaml", strings.Replace(mixedConfig, "currency: EUR", "currency: USD", 1))
	capture(t, "-c", config, "run", "--as-of", "2026-07-02")
	if said := refused(t, exitUsage, "-c", config, "diff"); !strings.Contains(said, "EUR") || !strings.Contains(said, "USD") {
		t.Errorf("got %s", said)
	}
}
