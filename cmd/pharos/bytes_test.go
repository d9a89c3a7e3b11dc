package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pharos-analytics/pharos/cmd/pharos/mingguang"
	"github.com/pharos-analytics/pharos/pipeline"
	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// wholesaleConfig maps every table that some mart needs, so that no mart is left out.
const wholesaleConfig = `version: 1
history: { months: 2 }
needs: { baskets: { min_baskets: 3, min_pair: 2 }, next: { neighbours: 5, holdout: 52 weeks } }
funnel: { stages: [talk, offer, signed], lost: [lost], entry_within: 2 days, required: [amount] }
satisfaction: { scale: 0-10, compared: 1-5, elements: { service: [hotline] }, asked: [survey], unanswered: [no answer] }
company: { name: "Tea & Spice, wholesale", currency: EUR, time_zone: Europe/Lisbon, language: en }
sources:
  orders:    { csv: { path: orders.csv } }
  customers: { csv: { path: customers.csv } }
  contracts: { csv: { path: contracts.csv } }
  leavers:   { csv: { path: leavers.csv } }
  cases:     { csv: { path: cases.csv } }
  opt_outs:  { csv: { path: opt_outs.csv } }
  bills:     { csv: { path: bills.csv } }
  returns:   { csv: { path: returns.csv } }
  bank:      { csv: { path: rates.csv } }
  books:     { csv: { path: ledger.csv } }
  deals:     { csv: { path: deals.csv } }
  answers:   { csv: { path: answers.csv } }
  contacts:  { csv: { path: contacts.csv } }
secrets: { key_file: key }
data:
  customers:
    source: customers
    columns: { customer_id: id, name: name, kind: kind, region: region, birth_date: born, annual_income: income, owner_id: owner, email: mail, phone: phone }
    attributes: [size]
  order_lines:
    source: orders
    columns: { order_id: order, line_id: line, customer_id: customer, product_id: product, ordered_at: at, quantity: quantity, discount: discount, net_amount: net, cost: cost, currency: currency }
  returns:
    source: returns
    columns: { order_id: order, returned_on: day, amount: amount }
  invoices:
    source: bills
    columns: { invoice_id: id, customer_id: customer, issued_on: day, amount: net, paid_amount: paid, disputed: disputed }
  exchange_rates:
    source: bank
    columns: { currency: currency, on_date: day, rate: rate }
  ledger:
    source: books
    columns: { entry_id: no, posted_on: day, kind: kind, amount: amount, customer_id: customer }
  contracts:
    source: contracts
    columns: { contract_id: id, customer_id: customer, starts_on: from, ends_on: to, amount: amount }
  opportunities:
    source: deals
    columns: { opportunity_id: id, customer_id: customer, owner_id: owner, stage: stage, amount: amount, created_at: created, closed_at: closed, won: won }
  departures:
    source: leavers
    columns: { customer_id: customer, left_on: day, category: why }
  cases:
    source: cases
    columns: { case_id: id, customer_id: customer, opened_at: at, category: about }
  surveys:
    source: answers
    columns: { customer_id: customer, answered_at: at, score: score, expectation: expected, experience: found, element: about }
  touches:
    source: contacts
    columns: { customer_id: customer, at: at, channel: channel, outcome: outcome }
  suppressions:
    source: opt_outs
    columns: { customer_id: customer, contact: contact, reason: reason }
profit: { allocate: { overhead: { by: revenue, unassigned: 5 % }, service: { by: cases } } }
`

const wholesaleAsOf = "2026-07-01"

// writeWholesale writes a wholesaler of tea: 60 customers, 18 months, summer time on both ends,
// a leap day, lines that lose money, a line without a customer, one with a bad amount
// and two in dollars, of which one has no rate.
func writeWholesale(t *testing.T, dir string) {
	t.Helper()
	files := map[string]*strings.Builder{}
	add := func(file, format string, args ...any) {
		if files[file] == nil {
			files[file] = &strings.Builder{}
		}
		fmt.Fprintf(files[file], format+"\n", args...)
	}
	add("customers.csv", "id,name,kind,region,born,income,owner,mail,phone,size")
	add("orders.csv", "order,line,customer,product,at,quantity,discount,net,cost,currency")
	add("bills.csv", "id,customer,day,net,paid,disputed")
	add("returns.csv", "order,day,amount")
	add("rates.csv", "currency,day,rate")
	add("rates.csv", "USD,2026-03-30,0.9205")
	add("contracts.csv", "id,customer,from,to,amount")
	add("leavers.csv", "customer,day,why")
	add("cases.csv", "id,customer,at,about")
	add("ledger.csv", "no,day,kind,amount,customer")
	add("deals.csv", "id,customer,owner,stage,amount,created,closed,won")
	add("answers.csv", "customer,at,score,expected,found,about")
	add("contacts.csv", "customer,at,channel,outcome")
	for month := range 18 {
		add("ledger.csv", "O%d,%s,overhead,%d.35,", month, time.Date(2025, time.Month(1+month), 28, 0, 0, 0, 0, time.UTC).Format(time.DateOnly), 100+month)
		add("ledger.csv", "S%d,%s,service,%d.07,", month, time.Date(2025, time.Month(1+month), 27, 0, 0, 0, 0, time.UTC).Format(time.DateOnly), 40+month)
	}
	add("opt_outs.csv", "customer,contact,reason")
	for c := range 60 {
		kind := []string{"consumer", "business", "dealer", "distributor"}[c%4]
		add("customers.csv", "T%02d,=Tea & <b>%d</b>,%s,R%d,%d-02-28,%d,S%d,buyer%d@tea.example,+351 900 %03d,%c", c, c, kind, c%5, 1950+c%50, 9000*(c%11), c%3, c, c, 'A'+rune(c%3))
		first := time.Date(2025, 1, 1+c*3, 23, 30, 0, 0, time.UTC)
		for n := range 4 + c%9 {
			at := first.AddDate(0, 0, n*(20+c%17))
			if at.Format(time.DateOnly) >= wholesaleAsOf {
				break
			}
			net, cost := 40*(c%13+1)+7*n, 30*(c%13+1)+9*(c%6)*n
			add("orders.csv", "%d-%d,%d,T%02d,P%d%d,%s,%d,%d.50,%d.%02d,%d.25,EUR", c, n, n, c, c%6, (c/6+n)%7, at.Format(time.RFC3339), n+1, n%4, net, (c*n)%100, cost)
			add("orders.csv", "%d-%d,%d,T%02d,P%d%d,%s,1,0.00,0.00,0.00,EUR", c, n, n+100, c, c%6, (c/6+n+1)%7, at.Format(time.RFC3339))
		}
		add("ledger.csv", "D%d,2026-02-%02d,selling,%d.20,T%02d", c, c%28+1, c%7, c)
		add("bills.csv", "R%d,T%02d,2025-%02d-15,%d.00,%d.00,%t", c, c, c%12+1, 100+c, 50*(c%4), c%8 == 3)
		closed, won := fmt.Sprintf("2026-0%d-20", c%6+1), fmt.Sprint(c%4 == 1)
		if c%4 == 2 {
			closed, won = "", ""
		}
		add("deals.csv", "P%d,T%02d,S%d,%s,%d.00,2025-%02d-03,%s,%s", c, c, c%3, []string{"lost", "signed", "talk", "offer"}[c%4], 500+c, c%12+1, closed, won)
		add("contacts.csv", "T%02d,2026-01-%02dT09:00:00Z,mail,%s", c, c%27+1, []string{"survey", "survey", "no answer"}[c%3])
		if c%8 != 1 {
			add("answers.csv", "T%02d,2026-02-%02dT23:30:00Z,%d,%d,%d,%s", c, c%28+1, c%12, c%5+1, (c*3)%5+1, []string{"hotline", "image", "price", ""}[c%4])
			add("answers.csv", "T%02d,2025-03-%02dT09:00:00Z,%d,,,hotline", c, c%28+1, c%11)
		}
		if c%11 == 3 {
			add("returns.csv", "%d-1,2026-05-%02d,%d.10", c, c%28+1, c)
		}
		if c%5 == 0 {
			add("contracts.csv", "K%d,T%02d,2025-0%d-01,2026-0%d-28,%d.00", c, c, c%9+1, c%8+1, 1000+c)
		}
		if c%9 == 4 {
			add("leavers.csv", "T%02d,2026-0%d-11,%s", c, c%6+1, []string{"Price", "Moved", "No idea"}[c%3])
		}
		if c%7 == 2 {
			add("cases.csv", "B%d,T%02d,2026-0%d-09T10:00:00Z,Service", c, c, c%6+1)
		}
	}
	add("orders.csv", "x-1,1,,P10,2026-03-29T01:30:00Z,1,0,12.50,3.00,EUR")
	add("orders.csv", "x-2,1,T01,P10,2026-03-29T01:30:00Z,1,0,twelve,3.00,EUR")
	add("orders.csv", "x-3,1,T01,P10,2026-03-30T09:30:00Z,1,0,12.50,3.00,USD")
	add("orders.csv", "x-4,1,T01,P10,2026-03-31T09:30:00Z,1,0,12.50,3.00,USD")
	add("opt_outs.csv", "T07,buyer7@tea.example,asked by mail")
	write(t, dir, "pharos.yaml", wholesaleConfig)
	write(t, dir, "key", "0000000000000000000000000000000000000000000000000000000000000001\n")
	for name, b := range files {
		write(t, dir, name, b.String())
	}
}

// trace is all that a run left: the bytes of its files, and the manifest without what was observed.
type trace struct {
	Files    map[string]string
	Manifest publish.Manifest
}

func traceOf(t *testing.T, dir string) trace {
	t.Helper()
	m, problems, err := publish.VerifyRun(dir)
	if err != nil || len(problems) > 0 {
		t.Fatalf("%v, %v", problems, err)
	}
	if m.Observed.StartedAt.IsZero() || m.Observed.FinishedAt.IsZero() {
		t.Error("the manifest does not say when the run took place")
	}
	tr := trace{Files: map[string]string{}, Manifest: *m}
	tr.Manifest.Observed = publish.Observed{}
	err = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || e.Name() == publish.ManifestFile {
			return err
		}
		b, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		tr.Files[filepath.ToSlash(rel)] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// differences names the files that differ, and shows the first line that does.
func differences(a, b trace) []string {
	var all []string
	for name, want := range a.Files {
		switch got, ok := b.Files[name]; {
		case !ok:
			all = append(all, name+" is missing")
		case got != want:
			all = append(all, name+" differs")
		}
	}
	for name := range b.Files {
		if _, ok := a.Files[name]; !ok {
			all = append(all, name+" is new")
		}
	}
	if d := cmp.Diff(a.Manifest, b.Manifest); d != "" {
		all = append(all, "manifest: "+d)
	}
	return all
}

// host is a machine to run on: its environment, the folder's name, and the engine's bounds.
type host struct {
	name, folder string
	env          []string
	engine       pipeline.EngineSetting
}

func hosts() []host {
	return []host{
		{name: "in UTC", folder: "company", env: []string{"TZ=UTC", "LANG=C", "LC_ALL=C"}},
		{name: "in Shanghai, elsewhere on disk", folder: "客户 'value' & more", env: []string{"TZ=Asia/Shanghai", "LANG=zh_CN.UTF-8", "LC_ALL="}},
		{name: "in New York, in German", folder: "c", env: []string{"TZ=America/New_York", "LANG=de_DE.UTF-8", "LC_ALL=tr_TR.UTF-8"}},
		{name: "on one thread", folder: "one", engine: pipeline.EngineSetting{Threads: 1}},
		{name: "on eight threads with 512 MB", folder: "eight", engine: pipeline.EngineSetting{Threads: 8, MemoryMB: 512}},
	}
}

// night does one night on a host and gives the folder of the run. The engine's bounds stand in
// pharos.yaml and so in the run's id; here they are set beside it, so that every byte can be compared.
func (h host) night(t *testing.T, dir, asOf string) string {
	t.Helper()
	config := filepath.Join(dir, "pharos.yaml")
	cfg, err := loadConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	if h.env != nil {
		mustChild(t, h.env, "-c", config, "run", "--as-of", asOf)
	} else {
		day, err := time.Parse(time.DateOnly, asOf)
		if err != nil {
			t.Fatal(err)
		}
		cfg.Engine = h.engine
		if _, err := pipeline.Run(t.Context(), cfg, pipeline.Options{AsOf: day, Version: programVersion(), Now: time.Now}); err != nil {
			t.Fatal(err)
		}
	}
	current, err := (&publish.Workspace{Root: cfg.Workspace}).Resolve("")
	if err != nil {
		t.Fatal(err)
	}
	return current
}

func TestTheSameNightGivesTheSameBytesOnEveryHost(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("whole runs, many times; -short leaves them out")
	}
	demo := func(t *testing.T, dir string) {
		if err := mingguang.Write(dir); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name, asOf string
		write      func(t *testing.T, dir string)
	}{
		{"wholesale", wholesaleAsOf, writeWholesale},
		{"demo", mingguang.AsOf, demo},
	} {
		t.Run(c.name, func(t *testing.T) {
			var first trace
			for i, h := range hosts() {
				dir := filepath.Join(t.TempDir(), h.folder)
				c.write(t, dir)
				run := h.night(t, dir, c.asOf)
				if got := traceOf(t, run); i == 0 {
					first = got
				} else if d := differences(first, got); d != nil {
					t.Errorf("%s: %s", h.name, strings.Join(d, "\n"))
				}
				if i > 1 {
					continue
				}
				// The same night again, on the same machine, changes nothing and says so.
				out := mustRun(t, "-c", filepath.Join(dir, "pharos.yaml"), "run", "--as-of", c.asOf)
				if !strings.Contains(out, "nothing changed: this run is already published as "+filepath.Base(run)) {
					t.Errorf("%s: the second run says\n%s", h.name, out)
				}
			}
			if len(first.Files) < 40 || len(first.Manifest.NotComputed) > 0 {
				t.Errorf("%d files were compared; not computed: %v", len(first.Files), first.Manifest.NotComputed)
			}
		})
	}
}

func TestADifferenceOfOneByteWouldBeFound(t *testing.T) {
	a := trace{Files: map[string]string{"report.html": "a", "lists/keep/README": "x"}}
	b := trace{Files: map[string]string{"report.html": "b", "marts/kpis.parquet": "y"}, Manifest: publish.Manifest{ID: "other"}}
	if d := differences(a, b); len(d) != 4 {
		t.Errorf("found %v", d)
	}
	if d := differences(a, a); d != nil {
		t.Errorf("found %v between equals", d)
	}
}

// A run folder is what people copy, mail and give to BI tools: it holds nobody's contact. Only
// raw tables of the lake do, for list rows to be reached in a later step.
func TestNoContactLeavesTheLake(t *testing.T) {
	if testing.Short() {
		t.Skip("a whole run; -short leaves it out")
	}
	dir := t.TempDir()
	writeWholesale(t, dir)
	config := filepath.Join(dir, "pharos.yaml")
	mustRun(t, "-c", config, "run", "--as-of", wholesaleAsOf)
	cfg, err := loadConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	c, err := pipeline.OpenRun(t.Context(), cfg, "")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if got := answer(t, c, "select count(*) from raw.persons where email like '%@tea.example'"); got != "60" {
		t.Fatalf("the lake holds %s contacts: the test shows nothing", got)
	}
	// Parquet files are compressed: every text cell of every mart is read.
	for _, mart := range c.Marts() {
		if got := answer(t, c, "select * from "+mart.Name); strings.Contains(got, "@tea.example") || strings.Contains(got, "+351 900") {
			t.Errorf("mart %s holds contacts", mart.Name)
		}
	}
	for name, b := range traceOf(t, c.Dir).Files {
		if strings.Contains(b, "@tea.example") || strings.Contains(b, "+351 900") {
			t.Errorf("%s holds contacts", name)
		}
		if filepath.Base(name) == "list.parquet" {
			path := filepath.Join(c.Dir, filepath.FromSlash(name))
			if got := answer(t, c, "select * from read_parquet('"+path+"')"); strings.Contains(got, "@tea.example") {
				t.Errorf("%s holds contacts", name)
			}
		}
	}
	manifest, err := os.ReadFile(filepath.Join(c.Dir, publish.ManifestFile))
	if err != nil {
		t.Fatal(err)
	}
	if !json.Valid(manifest) || strings.Contains(string(manifest), "tea.example") {
		t.Error("the manifest holds contacts")
	}
}
