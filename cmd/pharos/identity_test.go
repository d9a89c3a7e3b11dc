package main

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pharos-analytics/pharos/pipeline"
	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// cables is a company whose customers stand in three systems: the books, the sales people's and the
// shop's. Acme is in all three, Blue Whale in two; the shop's Acme has its own tax id column.
const cables = `version: 1
history: { months: 2 }
company: { name: Cables, currency: EUR, time_zone: Europe/Berlin, language: en }
sources:
  erp:  { csv: { path: erp.csv } }
  crm:  { csv: { path: crm.csv } }
  shop: { csv: { path: shop.csv } }
  till: { csv: { path: till.csv } }
  desk: { csv: { path: desk.csv } }
data:
  customers:
    - { source: erp, columns: { customer_id: id, name: name, region: region, kind: kind, parent_id: parent }, attributes: [tax_id] }
    - { source: crm, columns: { customer_id: id, name: name, region: region, email: mail, phone: phone }, attributes: [vat_no] }
    - { source: shop, columns: { customer_id: { column: id, prefix: "shop-" }, name: nick, kind: kind, email: mail } }
  order_lines: { source: till, columns: { order_id: no, customer_id: who, ordered_at: day, net_amount: net, cost: cost } }
  cases: { source: desk, columns: { case_id: no, customer_id: who, opened_at: day } }
identity:
  match_on: [{ tax_id: [tax_id, vat_no] }, email, phone, name]
  PARENTS
  precedence: { region: [crm, erp], kind: [shop] }
profit: { window: all }
`

func writeCables(t *testing.T, dir string) string {
	t.Helper()
	write(t, dir, "erp.csv", "id,name,region,kind,parent,tax_id\nE1,Acme GmbH,north,business,H1,DE123456789\nE2,Blue Whale Fisheries Ltd,coast,business,,\n"+
		"H1,Acme Holding,north,business,W1,\nW1,World Group,,business,,\nE9,\"=Evil, Inc\",south,business,,555666777\n")
	write(t, dir, "crm.csv", "id,name,region,mail,phone,vat_no\nC7,ACME Corp.,south,info@acme.example,+49 711 554433,123 456 789\nC8,Blue Whale Fisherie,,,,\nC9,Evil,south,,,555666777\n")
	write(t, dir, "shop.csv", "id,nick,kind,mail\n3,acme,dealer,Info@Acme.example\n4,Somebody Else,consumer,else@x.example\n")
	write(t, dir, "till.csv", "no,who,day,net,cost\n1,E1,2026-01-05,100.00,60.00\n2,C7,2026-02-05,40.00,30.00\n3,shop-3,2026-03-05,10.00,15.00\n"+
		"4,E2,2026-01-09,70.00,20.00\n5,C8,2026-04-09,5.00,1.00\n6,H1,2026-05-01,7.00,1.00\n7,shop-4,2026-05-02,3.00,1.00\n8,W1,2026-05-03,2.00,1.00\n9,E9,2026-05-03,1.00,1.00\n")
	write(t, dir, "desk.csv", "no,who,day\nB1,C7,2026-06-01\n")
	return write(t, dir, "pharos.yaml", strings.Replace(cables, "PARENTS", "merges: merges.csv", 1))
}

// ask opens the current run of a configuration and asks it.
func ask(t *testing.T, config, query string) string {
	t.Helper()
	return askRun(t, config, "", query)
}

func askRun(t *testing.T, config, run, query string) string {
	t.Helper()
	cfg, err := loadConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	c, err := pipeline.OpenRun(t.Context(), cfg, run)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	return answer(t, c, query)
}

// decide writes a word before the row of two ids, as a person would, and gives the whole file.
func decide(t *testing.T, dir, word string, ids ...string) string {
	t.Helper()
	path := filepath.Join(dir, "merges.csv")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(b), "\n")
	done := false
	for i, line := range lines {
		_, rest, _ := strings.Cut(line, ",")
		if strings.HasPrefix(rest, strings.Join(ids, ",")+",") {
			lines[i], done = word+","+rest, true
		}
	}
	if !done {
		t.Fatalf("no row of %v in\n%s", ids, b)
	}
	text := strings.Join(lines, "\n")
	write(t, dir, "merges.csv", text)
	return text
}

const customersSQL = "select customer_id, orders, revenue, profit from customer_profit order by customer_id"

func TestOneCustomerComesOutOfThreeSourcesByDecisionOnly(t *testing.T) {
	dir := t.TempDir()
	config := writeCables(t, dir)
	night := func() string {
		t.Helper()
		code, out, talk := pharos(t, "run", "-c", config, "--as-of", "2026-07-01")
		if code != exitOK {
			t.Fatalf("exit %d\n%s%s", code, out, talk)
		}
		return out + talk
	}
	talk := night()
	if !strings.Contains(talk, "4 merges proposed in "+filepath.Join(dir, "merges.csv")) {
		t.Errorf("the proposals are not said:\n%s", talk)
	}
	apart := ask(t, config, customersSQL)
	if want := "C7|1|40.0000|10.0000 ; C8|1|5.0000|4.0000 ; E1|1|100.0000|40.0000 ; E2|1|70.0000|50.0000"; !strings.HasPrefix(apart, want) {
		t.Errorf("somebody was merged without a decision:\n%s", apart)
	}
	asProposed := mergesFile(t, dir)
	if diff := cmp.Diff([][]string{
		{"decision", "customer_id", "other_id", "score", "evidence", "name", "other_name"},
		{"", "E1", "C7", "0.98", "tax_id same, name 1.00", "Acme GmbH", "ACME Corp."},
		{"", "E9", "C9", "0.98", "tax_id same, name 1.00", "'=Evil, Inc", "Evil"},
		{"", "C7", "shop-3", "0.95", "email same, name 1.00", "ACME Corp.", "acme"},
		{"", "E2", "C8", "0.66", "name 0.94", "Blue Whale Fisheries Ltd", "Blue Whale Fisherie"},
	}, asProposed); diff != "" {
		t.Error(diff)
	}
	if info, err := os.Stat(filepath.Join(dir, "merges.csv")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	open, _ := os.ReadFile(filepath.Join(dir, "merges.csv"))
	if again := night(); !strings.Contains(again, "nothing changed") {
		t.Errorf("open proposals change the run:\n%s", again)
	}
	if err := os.Remove(filepath.Join(dir, "merges.csv")); err != nil {
		t.Fatal(err)
	}
	night()
	if again, _ := os.ReadFile(filepath.Join(dir, "merges.csv")); string(again) != string(open) {
		t.Errorf("a night without news asks otherwise:\n%s", again)
	}

	decide(t, dir, "accept", "E1", "C7")
	decide(t, dir, "accept", "C7", "shop-3")
	decided := decide(t, dir, "refuse", "E2", "C8")
	night()
	if now, _ := os.ReadFile(filepath.Join(dir, "merges.csv")); string(now) != decided {
		t.Errorf("the decisions were rewritten:\n%s", now)
	}
	for query, want := range map[string]string{
		customersSQL + " limit 4": "C8|1|5.0000|4.0000 ; E1|3|150.0000|45.0000 ; E2|1|70.0000|50.0000 ; E9|1|1.0000|0.0000",
		"select region, kind, name from customers where customer_id = 'E1'":                         "south|dealer|Acme GmbH",
		"select count(*) from customers where customer_id in ('C7', 'shop-3')":                      "0",
		"select source_id, customer_id, linked_id, line from core.identities order by 1":            "C7|E1|E1|2 ; shop-3|E1|C7|4",
		"select customer_id from staging.cases":                                                     "E1",
		"select attribute, value from core.customer_attributes where customer_id = 'E1' order by 1": "tax_id|DE123456789 ; vat_no|123 456 789",
		"select sum(revenue) from customer_profit":                                                  "238.0000",
	} {
		if got := ask(t, config, query); got != want {
			t.Errorf("%s\n got %s\nwant %s", query, got, want)
		}
	}
	m := currentManifest(t, dir)
	if m.Decisions == nil || m.Decisions.Accepted != 2 || m.Decisions.Refused != 1 {
		t.Errorf("decisions %+v", m.Decisions)
	}
	for _, id := range []string{"C7", "E1"} {
		code, out, _ := pharos(t, "explain", "-c", config, id)
		for _, want := range []string{"core.identities", "tax_id same", "till.csv", "crm.csv", "shop.csv"} {
			if code != exitOK || !strings.Contains(out, want) {
				t.Errorf("explain %s: exit %d, no %s in\n%s", id, code, want, out)
			}
		}
	}

	decide(t, dir, "refuse", "E1", "C7")
	decide(t, dir, "refuse", "C7", "shop-3")
	night()
	if got := ask(t, config, customersSQL); got != apart {
		t.Errorf("a split loses rows:\n got %s\nwant %s", got, apart)
	}
	if second := currentManifest(t, dir); second.ID == m.ID {
		t.Error("a decision does not change the run")
	}
	write(t, dir, "merges.csv", string(open))
	night()
	if got := ask(t, config, customersSQL); got != apart {
		t.Errorf("an open row merges:\n got %s\nwant %s", got, apart)
	}
}

func mergesFile(t *testing.T, dir string) [][]string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, "merges.csv"))
	if err != nil {
		t.Fatal(err)
	}
	text, marked := strings.CutPrefix(string(b), "\ufeff")
	if !marked {
		t.Error("merges.csv has no byte order mark")
	}
	records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return records
}

func currentManifest(t *testing.T, dir string) *publish.Manifest {
	t.Helper()
	run, err := (&publish.Workspace{Root: filepath.Join(dir, "lighthouse")}).Resolve("")
	if err != nil {
		t.Fatal(err)
	}
	m, err := publish.ReadManifest(run)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestNewProposalsAreAddedBelowWhatAPersonWrote(t *testing.T) {
	dir := t.TempDir()
	config := writeCables(t, dir)
	// saved by a spreadsheet of another country: semicolons, another order, a note, no line end at the end
	before := "note;other_id;customer_id;decision\r\nasked Ann;C7;E1;ACCEPT \r\n;;;\r\n;C9;E9;拒绝"
	write(t, dir, "merges.csv", before)
	mustRun(t, "run", "-c", config, "--as-of", "2026-07-01")
	after, err := os.ReadFile(filepath.Join(dir, "merges.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if want := before + "\r\n;shop-3;C7;\r\n;C8;E2;\r\n"; string(after) != want {
		t.Errorf("got\n%q\nwant\n%q", after, want)
	}
	if got := ask(t, config, "select source_id, customer_id, line from core.identities"); got != "C7|E1|2" {
		t.Errorf("merged %s", got)
	}
}

func TestAWrongRowOfMergesIsNamedBeforeAnythingIsRead(t *testing.T) {
	const head = "decision,customer_id,other_id\n"
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"unknown word", head + "yes,E1,C7\n", []string{"merges.csv:2:", `"yes"`, "accept, refuse"}},
		{"missing id", head + ",E1,\naccept,,C7\n", []string{"merges.csv:2:", "merges.csv:3:", "needs customer_id and other_id"}},
		{"itself", head + "accept,E1,E1\n", []string{"merges.csv:2:", "E1 is compared with itself"}},
		{"both", head + "accept,E1,C7\nrefuse,C7,E1\n", []string{"merges.csv", "line 3 refuses", "line 2"}},
		{"within a group", head + "accept,E1,C7\naccept,C7,shop-3\n\nrefuse,shop-3,E1\n", []string{"line 5 refuses", "lines 2 and 3", "change one"}},
		{"no column", "decision;customer_id\naccept;E1\n", []string{"merges.csv:1:", "no column other_id"}},
		{"empty file", "", []string{"merges.csv:1:", "no column decision"}},
		{"another encoding", head + "accept,E1,C7,\xd6\xd0\n", []string{"merges.csv", "not UTF-8", "save it as CSV UTF-8"}},
		{"open quote", head + "accept,\"E1,C7\n", []string{"merges.csv:2:", "cannot be read"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			config := writeCables(t, dir)
			write(t, dir, "merges.csv", c.text)
			code, _, talk := pharos(t, "run", "-c", config, "--as-of", "2026-07-01")
			if code != exitUsage || !strings.Contains(talk, "  try: ") {
				t.Errorf("exit %d\n%s", code, talk)
			}
			for _, want := range c.want {
				if !strings.Contains(talk, want) {
					t.Errorf("no %q in\n%s", want, talk)
				}
			}
			if _, err := os.Stat(filepath.Join(dir, "lighthouse")); err == nil {
				t.Error("something was written")
			}
			if now, _ := os.ReadFile(filepath.Join(dir, "merges.csv")); string(now) != c.text {
				t.Error("merges.csv was written")
			}
		})
	}
}

func TestAnIDThatNoSourceKnowsIsWarnedOf(t *testing.T) {
	dir := t.TempDir()
	config := writeCables(t, dir)
	write(t, dir, "merges.csv", "decision,customer_id,other_id\naccept,E1,1.2E+05\naccept,E2,C8\n")
	mustRun(t, "run", "-c", config, "--as-of", "2026-07-01")
	if got := ask(t, config, "select table_name, failing, tested, verdict from quality where check_name = 'unknown_decided_ids'"); got != "merges.csv|1|4|warning" {
		t.Errorf("got %s", got)
	}
	if got := ask(t, config, customersSQL+" limit 4"); got != "C7|1|40.0000|10.0000 ; E1|1|100.0000|40.0000 ; E2|2|75.0000|54.0000 ; E9|1|1.0000|0.0000" {
		t.Errorf("got %s", got)
	}
}

func TestDecisionsThatAreGoneAreAskedFor(t *testing.T) {
	dir := t.TempDir()
	config := writeCables(t, dir)
	write(t, dir, "merges.csv", "decision,customer_id,other_id\naccept,E1,C7\n")
	mustRun(t, "run", "-c", config, "--as-of", "2026-07-01")
	merged := currentManifest(t, dir).ID
	if err := os.Remove(filepath.Join(dir, "merges.csv")); err != nil {
		t.Fatal(err)
	}
	code, _, talk := pharos(t, "run", "-c", config, "--as-of", "2026-07-02")
	if code != exitUsage || !strings.Contains(talk, "merges.csv is gone") || !strings.Contains(talk, "bring it back") {
		t.Errorf("exit %d\n%s", code, talk)
	}
	if now := currentManifest(t, dir).ID; now != merged {
		t.Errorf("%s is current", now)
	}
	write(t, dir, "merges.csv", "decision,customer_id,other_id\n")
	mustRun(t, "run", "-c", config, "--as-of", "2026-07-02")
	if got := ask(t, config, "select count(*) from core.identities"); got != "0" {
		t.Errorf("%s are merged still", got)
	}
}

func TestAGroupIsAddedUpOverAllLevels(t *testing.T) {
	dir := t.TempDir()
	config := writeCables(t, dir)
	write(t, dir, "pharos.yaml", strings.Replace(cables, "PARENTS", "parents: parents.csv", 1))
	write(t, dir, "merges.csv", "decision,customer_id,other_id\naccept,E1,C7\n")
	// shop-3 belongs to the merged Acme, by the id that Acme no longer has; E2 to a name that is no customer
	write(t, dir, "parents.csv", "customer_id,parent_id\nshop-3,C7\nE2,Sea Trust\nghost,E1\n")
	mustRun(t, "run", "-c", config, "--as-of", "2026-07-01")
	for query, want := range map[string]string{
		"select customer_id, parent_id, root_id from customers where root_id = 'W1' order by 1":                 "E1|H1|W1 ; H1|W1|W1 ; W1|none|W1 ; shop-3|E1|W1",
		"select parent_id, customers, revenue, profit, revenue_rank, loss_customers from parent_profit limit 2": "W1|4|159.0000|52.0000|1|1 ; Sea Trust|1|70.0000|50.0000|2|0",
		"select table_name, failing, tested from quality where check_name = 'unknown_parents'":                  "customers|1|4",
		"select table_name, failing, tested from quality where check_name = 'unknown_decided_ids' order by 1":   "merges.csv|0|2 ; parents.csv|1|3",
	} {
		if got := ask(t, config, strings.Replace(query, "parent_profit limit 2", "parent_profit order by revenue_rank limit 2", 1)); got != want {
			t.Errorf("%s\n got %s\nwant %s", query, got, want)
		}
	}
}

func TestACircleOfParentsHoldsTheRunBackByName(t *testing.T) {
	dir := t.TempDir()
	config := writeCables(t, dir)
	stillCurrent := goodNight(t, config)
	write(t, dir, "pharos.yaml", strings.Replace(cables, "PARENTS", "parents: parents.csv", 1))
	write(t, dir, "parents.csv", "customer_id,parent_id\nW1,E1\nE2,W1\n")
	code, _, talk := pharos(t, "run", "-c", config, "--as-of", "2026-09-02")
	if code != exitGate {
		t.Fatalf("exit %d\n%s", code, talk)
	}
	for _, want := range []string{"parent_cycle of customers (3 of 4)", "E1 belongs to H1 (customers table)", "H1 belongs to W1 (customers table)", "W1 belongs to E1 (parents.csv line 2)", "with another parent breaks the circle"} {
		if !strings.Contains(talk, want) {
			t.Errorf("no %q in\n%s", want, talk)
		}
	}
	stillCurrent()
}

func TestAWrongRowOfParentsIsNamedBeforeAnythingIsRead(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"two parents", "customer_id,parent_id\nE1,H1\nC7,W1\n", []string{"parents.csv:3:", "C7", "E1 in line 2"}},
		{"no customer", "customer_id,parent_id\n,H1\n", []string{"parents.csv:2:", "customer_id is empty"}},
		{"no column", "customer,parent_id\nE1,H1\n", []string{"parents.csv:1:", "no column customer_id"}},
		{"no file", "", []string{"parents.csv", "no such file", "or remove identity"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			config := writeCables(t, dir)
			write(t, dir, "pharos.yaml", strings.Replace(cables, "PARENTS", "parents: parents.csv", 1))
			write(t, dir, "merges.csv", "decision,customer_id,other_id\naccept,E1,C7\n")
			if c.text != "" {
				write(t, dir, "parents.csv", c.text)
			}
			code, _, talk := pharos(t, "run", "-c", config, "--as-of", "2026-07-01")
			if code != exitUsage {
				t.Errorf("exit %d", code)
			}
			for _, want := range c.want {
				if !strings.Contains(talk, want) {
					t.Errorf("no %q in\n%s", want, talk)
				}
			}
		})
	}
}
