package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/pharos-analytics/pharos/pipeline/publish/reporttest"
)

// hostile are names that somebody may type into a web form to do harm where they are shown. None
// begins or ends with a blank: blanks around a text are no part of it (mapping of texts).
var hostile = []string{
	`<script>alert(1)</script>`,
	`"><img src=x onerror=alert(1)>`,
	`</title></style></svg><b onmouseover='alert(1)'>x`,
	`&lt;b&gt; &amp; <!--`,
	`=1+1`,
	`＝1+1`,
	`+HYPERLINK("http://x","y")`,
	`-2+3`,
	`@SUM(A1)`,
	"tab\t=1+1",
	`'; drop table customers; --`,
	`customers"."name`,
	`a,b;"c"`,
	"two\nlines",
	"cr\r\n=1+1",
	"\x1b[31mred\x1b[0m\x1b]0;title\x07",
	"c1 \u009b31m\u0085c1",
	"\u202egnp.exe\u202c",
	"\u2066isolated\u2069\u200f",
	"line\u2028of\u2029lines",
	`../../etc/passwd`,
	`${jndi:ldap://x} {{.Name}} %s%n`,
}

const hostileCompany = `version: 1
history: { months: 2 }
company: { name: "<i>=1+1 & \"S\xf6hne\"\u202e\x1b[31m", currency: EUR, time_zone: Europe/Berlin, language: en }
sources:
  tills: { csv: { path: orders.csv } }
  people: { csv: { path: customers.csv } }
  desk: { csv: { path: departures.csv } }
  shelf: { csv: { path: products.csv } }
  safe: { csv: { path: contracts.csv } }
  sales: { csv: { path: opportunities.csv } }
  help: { csv: { path: cases.csv } }
  books: { csv: { path: invoices.csv } }
  asked: { csv: { path: surveys.csv } }
  calls: { csv: { path: touches.csv } }
  steps: { csv: { path: stages.csv } }
  agreed: { csv: { path: consents.csv } }
secrets: { key_file: key }
publish: { aliased: true, workbook: { rows: 20000 } }
data:
  order_lines:
    source: tills
    columns: { order_id: no, customer_id: who, ordered_at: day, product_id: what, net_amount: net, cost: cost, channel: way }
  customers:
    source: people
    columns: { customer_id: id, name: name, kind: name, region: name, country: name, city: name, industry: name, owner_id: name }
    attributes: ['size "; drop']
  products:
    source: shelf
    columns: { product_id: id, name: name, category: name }
  contracts:
    source: safe
    columns: { contract_id: id, customer_id: who, starts_on: from, ends_on: to, amount: amount, owner_id: who }
  opportunities:
    source: sales
    columns: { opportunity_id: id, stage: stage, customer_id: who, owner_id: who, source: stage, amount: amount, created_at: day }
  cases:
    source: help
    columns: { case_id: id, customer_id: who, opened_at: day, category: what, severity: what }
  departures:
    source: desk
    columns: { customer_id: who, left_on: day, category: why, reason: why, competitor: why }
  invoices:
    source: books
    columns: { invoice_id: id, customer_id: who, issued_on: day, due_on: due, amount: amount }
  surveys:
    source: asked
    columns: { customer_id: who, answered_at: day, score: score, element: what }
  touches:
    source: calls
    columns: { customer_id: who, at: day, channel: what, owner_id: what, list_id: what, outcome: what }
  opportunity_stages:
    source: steps
    columns: { opportunity_id: id, stage: stage, entered_at: day }
  consents:
    source: agreed
    columns: { customer_id: who, channel: what, basis: what, given_on: day }
suppression: { required: false, policy: none }
`

// hostileNight publishes a company whose every text is hostile: each name is a customer's id, name
// and attributes, a product, and the reason of a departure.
func hostileNight(t *testing.T) (config, run string) {
	t.Helper()
	dir := t.TempDir()
	orders := [][]string{{"no", "who", "day", "what", "net", "cost", "way"}}
	people := [][]string{{"id", "name", `size "; drop`}}
	left := [][]string{{"who", "day", "why"}}
	products, contracts := [][]string{{"id", "name"}}, [][]string{{"id", "who", "from", "to", "amount"}}
	invoices, surveys := [][]string{{"id", "who", "day", "due", "amount"}}, [][]string{{"who", "day", "score", "what"}}
	touches, stages, consents := [][]string{{"who", "day", "what"}}, [][]string{{"id", "stage", "day"}}, [][]string{{"who", "what", "day"}}
	deals, cases := [][]string{{"id", "stage", "who", "amount", "day"}}, [][]string{{"id", "who", "day", "what"}}
	for i, name := range hostileNames() {
		for month := range 3 {
			day := "2026-0" + strconv.Itoa(3+month) + "-15"
			orders = append(orders, []string{name, name, day, name, strconv.Itoa(100 * (i + 1)), strconv.Itoa(1000), name})
		}
		people = append(people, []string{name, name, name})
		products = append(products, []string{name, name})
		contracts = append(contracts, []string{name, name, "2025-10-01", fmt.Sprintf("2026-09-%02d", 2+i%28), strconv.Itoa(900 + i)})
		deals = append(deals, []string{name, name, name, strconv.Itoa(50 + i), "2026-07-01"})
		cases = append(cases, []string{name, name, "2026-08-01", name})
		invoices = append(invoices, []string{name, name, "2026-06-01", "2026-07-01", strconv.Itoa(70 + i)})
		surveys = append(surveys, []string{name, "2026-07-15", strconv.Itoa(1 + i%10), name})
		touches = append(touches, []string{name, "2026-08-02", name})
		stages = append(stages, []string{name, name, "2026-07-02"})
		consents = append(consents, []string{name, name, "2026-01-02"})
		if i%3 == 0 {
			left = append(left, []string{name, "2026-08-01", name})
		}
	}
	for file, rows := range map[string][][]string{"orders.csv": orders, "customers.csv": people, "departures.csv": left,
		"products.csv": products, "contracts.csv": contracts, "opportunities.csv": deals, "cases.csv": cases,
		"invoices.csv": invoices, "surveys.csv": surveys, "touches.csv": touches, "stages.csv": stages, "consents.csv": consents} {
		var text strings.Builder
		if err := csv.NewWriter(&text).WriteAll(rows); err != nil {
			t.Fatal(err)
		}
		write(t, dir, file, text.String())
	}
	write(t, dir, "key", "0123456789abcdef0123456789abcdef\n")
	config = write(t, dir, "pharos.yaml", hostileCompany)
	code, out, talk := pharos(t, "run", "--config", config, "--as-of", "2026-09-01")
	if code != exitOK {
		t.Fatalf("exit %d\n%s", code, talk)
	}
	checkInert(t, "run", out+talk)
	pointer, err := os.ReadFile(filepath.Join(dir, "lighthouse", "CURRENT"))
	if err != nil {
		t.Fatal(err)
	}
	return config, filepath.Join(dir, "lighthouse", "runs", strings.TrimSpace(string(pointer)))
}

// checkInert reports characters that steer a terminal or turn the reading direction.
func checkInert(t *testing.T, where, text string) {
	t.Helper()
	for i, r := range text {
		if unicode.IsControl(r) && r != '\n' || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' {
			t.Errorf("%s: %U in %q", where, r, text[max(0, i-40):min(len(text), i+40)])
			return
		}
	}
}

func TestHostileNamesAreInertEverywhere(t *testing.T) {
	t.Parallel()
	config, run := hostileNight(t)
	t.Run("report", func(t *testing.T) { checkPages(t, run) })
	t.Run("lists", func(t *testing.T) { checkLists(t, config, run) })
	t.Run("terminal", func(t *testing.T) {
		for _, args := range [][]string{
			{"list"}, {"list", "keep"}, {"list", "win_back"}, {"list", "fix"}, {"runs", "--access"}, {"check"}, {"verify"},
			{"sql", "select * from customers"}, {"sql", "select * from churn"}, {"sql", "select * from segment_members"},
			{"sql", "select * from raw.order_lines"}, {"sql", "select * from raw.departures"}, {"report"}, {"diff", "current", "current"}, {"runs"},
		} {
			code, out, talk := pharos(t, append(args, "--config", config)...)
			if code != exitOK {
				t.Errorf("%q: exit %d\n%s", args, code, talk)
			}
			checkInert(t, strings.Join(args, " "), out+talk)
		}
		for _, args := range [][]string{{"list"}, {"runs"}, {"report"}, {"diff", "current", "current"}, {"explain", "--", hostile[0]}, {"explain", "--", hostile[15]}} {
			if _, out, talk := pharos(t, append([]string{"--json", "--config", config}, args...)...); !json.Valid([]byte(out)) {
				t.Errorf("%q is no JSON: %.200s%s", args, out, talk)
			}
		}
	})
	t.Run("spreadsheets", func(t *testing.T) {
		reporttest.Program(t, "soffice")
		if cells := checkSpreadsheets(t, run); cells < 20000 {
			t.Errorf("only %d cells are compared", cells)
		}
	})
	t.Run("paper", func(t *testing.T) { checkPaper(t, config) })
	t.Run("explain", func(t *testing.T) {
		for i, name := range hostileNames() {
			if i >= len(hostile) && i%16 != 0 {
				continue // each of the first, and a sample of the others: every one takes a process' time
			}
			code, out, talk := pharos(t, "explain", "--config", config, "--", name)
			if code != exitOK || !strings.Contains(out, "raw.order_lines") || !strings.Contains(out, strconv.Itoa(300*(i+1))+".0000") {
				t.Errorf("%q: exit %d\n%s%s", name, code, out, talk)
			}
			checkInert(t, "explain", out+talk)
		}
		code, _, talk := pharos(t, "sql", "--config", config, "select cast(name as integer) from customers where name like '%red%'")
		if code != exitUsage || !strings.Contains(talk, "red") {
			t.Errorf("exit %d\n%s", code, talk)
		}
		checkInert(t, "error that names a value", talk)
		code, _, talk = pharos(t, "explain", "--config", config, "--", "\x1b[31m\u202enobody")
		if code != exitUsage {
			t.Errorf("exit %d", code)
		}
		checkInert(t, "unknown customer", talk)
	})
	t.Run("programs", func(t *testing.T) { checkExact(t, config) })
}

// checkPages reports names that a browser would take for markup. Every name is among the best or
// the worst customers or the drivers; how each is shown is the report's own test.
func checkPages(t *testing.T, run string) {
	for _, file := range []string{"report.html", "report.zh.html", "report.aliased.html", "report.zh.aliased.html"} {
		page, err := os.ReadFile(filepath.Join(run, file))
		if err != nil {
			t.Fatal(err)
		}
		text := string(page)
		aliased := strings.Contains(file, "aliased")
		for _, name := range hostileNames() {
			if shown := strings.Join(strings.Fields(name), " "); aliased && len([]rune(shown)) > 7 && strings.Contains(html.UnescapeString(text), shown) {
				t.Errorf("%s tells %.60q", file, name)
			}
			if strings.ContainsAny(name, `<>`) && strings.Contains(text, name) {
				t.Errorf("%s holds %q as it is", file, name)
			}
		}
		for _, markup := range []string{"<script>alert", "<img src=x", "<b onmouse", "<i>=1+1"} {
			if strings.Contains(text, markup) {
				t.Errorf("%s holds %s", file, markup)
			}
		}
		if !aliased && !strings.Contains(text, "&lt;script&gt;alert(1)&lt;/script&gt;") {
			t.Errorf("%s does not show the customers by their names", file)
		}
		// The page sets names apart from its own text with a pair of isolates, which no name may close.
		if opened, closed := strings.Count(text, "\u2068"), strings.Count(text, "\u2069"); opened == 0 && !aliased || opened != closed {
			t.Errorf("%s opens %d isolates and closes %d", file, opened, closed)
		}
		checkInert(t, file, strings.NewReplacer("\u2068", "", "\u2069", "").Replace(text))
	}
}

// checkPaper prints the report and reads what stands on the sheets.
func checkPaper(t *testing.T, config string) {
	t.Helper()
	reporttest.Program(t, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
	pdftotext := reporttest.Program(t, "pdftotext")
	out := filepath.Join(t.TempDir(), "report.pdf")
	if code, _, talk := pharos(t, "report", "--config", config, "-o", out); code != exitOK {
		t.Fatalf("exit %d\n%s", code, talk)
	}
	text, err := exec.Command(pdftotext, "-layout", out, "-").Output()
	if err != nil || !strings.Contains(string(text), "<script>alert") {
		t.Errorf("the sheets do not show who is who: %v", err)
	}
	// pdftotext itself marks where words run from right to left, with U+202A to U+202C.
	checkInert(t, out, strings.NewReplacer("\f", "", "\u2068", "", "\u2069", "", "\u202a", "", "\u202b", "", "\u202c", "").Replace(string(text)))
}

// checkLists reads every list file as a spreadsheet would.
func checkLists(t *testing.T, config, run string) {
	files, err := filepath.Glob(filepath.Join(run, "lists", "*", "*.csv"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d lists, %v", len(files), err)
	}
	listed := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(text), "\ufeff"))).ReadAll()
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		column := slices.Index(rows[0], "name")
		for _, row := range rows[1:] {
			for i, cell := range row {
				first, _ := utf8.DecodeRuneInString(strings.TrimLeft(cell, " "))
				if strings.ContainsRune("=+@＝＋－＠\t\r\n", first) && cell != "" || first == '-' && !isNumber(cell) {
					t.Errorf("%s: a spreadsheet computes %s %q", file, rows[0][i], cell)
				}
			}
			if column >= 0 {
				listed++
				name := strings.ReplaceAll(strings.TrimPrefix(row[column], "'"), "\r\n", "\n")
				if !slices.ContainsFunc(hostileNames(), func(h string) bool { return strings.TrimPrefix(strings.ReplaceAll(h, "\r\n", "\n"), "'") == name }) {
					t.Errorf("%s: %q is nobody's name", file, row[column])
				}
			}
		}
	}
	if listed < 10 {
		t.Errorf("only %d customers are on lists: the test shows little", listed)
	}
	readmes, err := filepath.Glob(filepath.Join(run, "lists", "*", "README"))
	if err != nil || len(readmes) == 0 {
		t.Fatalf("%d READMEs, %v", len(readmes), err)
	}
	for _, file := range readmes {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		checkInert(t, file, string(text))
	}
}

func isNumber(cell string) bool {
	_, err := strconv.ParseFloat(cell, 64)
	return err == nil
}

// checkExact: what programs read is the very text of the source, in every format.
func checkExact(t *testing.T, config string) {
	query := `select customer_id, name from customers order by customer_id`
	want := slices.Sorted(slices.Values(hostileNames()))
	code, out, talk := pharos(t, "sql", "--config", config, "--format", "json", query)
	var objects []struct {
		CustomerID string `json:"customer_id"`
		Name       string `json:"name"`
	}
	if err := json.Unmarshal([]byte(out), &objects); err != nil || code != exitOK {
		t.Fatalf("exit %d, %v\n%s", code, err, talk)
	}
	var got []string
	for _, o := range objects {
		if o.Name != o.CustomerID {
			t.Errorf("customer %q is named %q", o.CustomerID, o.Name)
		}
		got = append(got, o.CustomerID)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("json: %s", diff)
	}
	// encoding/csv reads a CR LF within quotes as LF, so that both sides are read alike.
	_, out, _ = pharos(t, "sql", "--config", config, "--format", "csv", query)
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil || len(rows) != len(hostileNames())+1 {
		t.Fatalf("csv: %d rows, %v", len(rows), err)
	}
	for i, row := range rows[1:] {
		if name := strings.ReplaceAll(want[i], "\r\n", "\n"); row[0] != name || row[1] != name {
			t.Errorf("csv: got %q, want %q", row, name)
		}
	}
	code, out, talk = pharos(t, "sql", "--config", config, "--format", "csv", "select count(*) as n from quarantine")
	if code != exitOK || out != "n\n0\n" {
		t.Errorf("exit %d: %s%s", code, out, talk)
	}
}
