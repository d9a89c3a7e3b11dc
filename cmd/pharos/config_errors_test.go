package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pharos-analytics/pharos/segment"
)

func TestAWrongSettingIsNamedWithPlaceAndRemedy(t *testing.T) {
	replace := func(old, with string) string {
		if !strings.Contains(smallest, old) {
			t.Fatalf("no %q in the smallest configuration", old)
		}
		return strings.Replace(smallest, old, with, 1)
	}
	for _, c := range []struct{ name, text, want string }{
		{"misspelt key", replace("columns: {", "coloumns: {"), `pharos.yaml:7:5: unknown key "coloumns" in data.order_lines; nearest: columns`},
		{"no address to serve on", smallest + "serve: { addr: localhost }\n", `pharos.yaml:8:16: serve.addr: "localhost" is not an address to listen on such as 127.0.0.1:8080`},
		{"half a certificate", smallest + "serve: { tls_cert: a.pem }\n", `pharos.yaml:8:8: serve: tls_cert and tls_key go together`},
		{"an address for a host", smallest + "serve: { hosts: [\"https://a.example.com\"] }\n", `serve.hosts: "https://a.example.com" is not the name of a host`},
		{"no rate", smallest + "serve: { rate: 0 }\n", `serve.rate: "0" is not a whole number from 1 to 100000`},
		{"a misspelt key of serve", smallest + "serve: { adr: a }\n", `unknown key "adr" in serve; nearest: addr`},
		{"a log in a source", smallest + "serve: { log: tills.csv }\n", `serve.log: it belongs to source tills, and nothing is ever written to a source`},
		{"misspelt column", replace("net_amount:", "net_amuont:"), `unknown column "net_amuont" in data.order_lines.columns; nearest: net_amount`},
		{"misspelt table", replace("order_lines:", "orderlines:"), `pharos.yaml:5:3: unknown table "orderlines" in data; nearest: order_lines`},
		{"misspelt source", replace("source: tills", "source: till"), `pharos.yaml:6:13: data.order_lines.source: no source is named "till"; nearest: tills`},
		{"required column", replace(", net_amount: net", ""), `data.order_lines.columns: required columns are not mapped: net_amount`},
		{"no version", replace("version: 1\n", ""), `pharos.yaml:1:1: missing key "version": start the file with: version: 1`},
		{"other version", replace("version: 1", "version: 2"), `pharos.yaml:1:10: version: "2" is not a version that this Pharos reads`},
		{"wrong currency", replace("EUR", "Euro"), `company.currency: "Euro" is not an ISO currency code`},
		{"wrong zone", replace("Europe/Berlin", "Berlin"), `company.time_zone: "Berlin" is not a time zone`},
		{"rate of another season", replace("currency: EUR", "currency: EUR, rate_valid_for: 32 days"), `company.rate_valid_for: "32 days" is longer than 31 days`},
		{"duplicate key", replace("    source: tills\n", "    source: tills\n    source: tills\n"), `pharos.yaml:7:5: duplicate key "source" in data.order_lines; it stands at pharos.yaml:6:5 already`},
		{"no value", replace("source: tills", "source:"), `data.order_lines.source: has no value`},
		{"a list for a word", replace("source: tills", "source: [tills]"), `data.order_lines.source: expected a single value`},
		{"two kinds", replace("csv: { path: tills.csv }", "csv: { path: a }, excel: { path: b }"), `sources.tills: give exactly one of postgres, mysql`},
		{"table of a file", replace("source: tills", "source: tills\n    table: x"), `data.order_lines.table: belongs to databases`},
		{"select of a file", replace("source: tills", "source: tills\n    select: select 1"), `data.order_lines.select: needs SELECTs over extracted files`},
		{"alike sources", replace("sources: {", "sources: { TILLS: { csv: { path: b } },"), `source "tills" is named like "TILLS"`},
		{"format of an amount", replace("net_amount: net", "net_amount: { column: net, format: YYYY }"), `net_amount.format: is for dates`},
		{"distinct lines", replace("source: tills", "source: tills\n    distinct: true"), `data.order_lines.distinct: is for customers and products`},
		{"two origins", replace("net_amount: net", "net_amount: { column: net, value: 1 }"), `net_amount: give exactly one of column, compute, value`},
		{"a period of no calendar", smallest + "retention: { periods: [week, decade] }\n", `pharos.yaml:8:30: retention.periods: "decade" is not one of day, week, month, quarter, year, fiscal_year`},
		{"a period twice", smallest + "retention: { periods: [week, week] }\n", `retention.periods names week twice: keep one`},
		{"a grid of nothing", smallest + "retention: { at_most: 0 }\n", `retention.at_most: "0" is not a whole number from 1 to 400`},
		{"workspace in itself", smallest + "workspace: .\n", `workspace: holds pharos.yaml itself`},
		{"alias", replace("name: Tea", "name: &n Tea, language: *n"), `YAML aliases (*name) are not supported`},
		{"tag", replace("name: Tea", "name: !x Tea"), `YAML tags (!name) are not supported`},
		{"freshness of no table", smallest + "checks: { freshness: { orderlines: 2 days } }\n", `pharos.yaml:8:24: unknown table "orderlines" in checks.freshness; nearest: order_lines`},
		{"freshness of an undated table", smallest + "checks: { freshness: { customers: 2 days } }\n", `checks.freshness.customers: customers has no day of its own`},
		{"freshness of a table that nobody maps", smallest + "checks: { freshness: { cases: 2 days } }\n", `checks.freshness.cases: no source is mapped to cases`},
		{"freshness of another source", smallest + "checks: { freshness: { order_lines: { at_most: 2 days, sources: [till] } } }\n", `order_lines is not mapped from "till"; nearest: tills`},
		{"freshness that can never be", smallest + "checks: { freshness: { order_lines: 0 days } }\n", `"0 days" can never hold`},
		{"volume without a sign", smallest + "checks: { volume: { order_lines: 50 % } }\n", `checks.volume.order_lines: "50 %" is not a deviation; write it like ±50 %`},
		{"volume of anything", smallest + "checks: { volume: { order_lines: ±100 % } }\n", `lets a day without a single row pass`},
		{"a negative difference", smallest + "checks: { ledger_difference: { at_most: -0.01 } }\n", `"-0.01" is below zero`},
		{"unknown kpi", smallest + "light: { kpi: chrun_rate }\n", `light.kpi: "chrun_rate" is not a kpi; nearest: churn_rate`},
		{"unknown policy key", smallest + "tiers: { high: { hold: 80 % } }\n", `unknown key "hold" in tiers.high; nearest: holds`},
		{"bands out of order", smallest + "segments: { age: [25, 18] }\n", `segments.age: 18 does not follow 25`},
		{"a cross of three", smallest + "segments: { crossed: [[age, tier, rfm]] }\n", `pharos.yaml:8:23: segments.crossed: crosses two segmentations; write a pair such as [age, tier]`},
		{"a cross with itself", smallest + "segments: { crossed: [[age, age]] }\n", `pharos.yaml:8:23: segments.crossed crosses age with itself`},
		{"a cross twice", smallest + "segments: { crossed: [[age, tier], [age, tier]] }\n", `pharos.yaml:8:36: segments.crossed: crosses age × tier twice; keep one`},
		{"a cross that is no pair", smallest + "segments: { crossed: age }\n", `segments.crossed: expected a list`},
		{"negative width of zero", smallest + "tiers: { zero: { within: -1 } }\n", `tiers.zero.within is -1: use an amount of zero or more`},
		{"a word under two causes", smallest + "churn: { classes: { natural: [Moved], competitive: [moved] } }\n", `"moved" stands under natural already`},
		{"unknown class", smallest + "churn: { classes: { faults: [x] } }\n", `unknown class "faults" in churn.classes`},
		{"unknown model", smallest + "lifetime: { model: mgb_nbd }\n", `pharos.yaml:8:20: lifetime.model: "mgb_nbd" is not one of mbg_nbd, bg_nbd, pareto_nbd; nearest: mbg_nbd`},
		{"a unit without a length", smallest + "lifetime: { unit: 0 days }\n", `lifetime.unit is 0: use 1 to 92 days`},
		{"no horizon", smallest + "lifetime: { horizon: all }\n", `lifetime.horizon: "all" is not a time ahead; write it like 12 months`},
		{"an endless horizon", smallest + "lifetime: { horizon: 50 years }\n", `lifetime.horizon is 600: use 1 to 120 months`},
		{"nothing held out", smallest + "lifetime: { holdout: 0 days }\n", `lifetime.holdout: "0 days" holds nothing out`},
		{"tenure of nobody", smallest + "lifetime: { tenure: months }\n", `lifetime.tenure: "months" is no attribute of customers`},
		{"a funnel without stages", smallest + "funnel: { entry_within: 2 days }\n", `pharos.yaml:8:9: missing key "stages" in funnel: the stages in their order, the last one signing`},
		{"a stage twice", smallest + "funnel: { stages: [talk, Talk] }\n", `pharos.yaml:8:9: funnel.stages: "Talk" stands in funnel.stages already`},
		{"a required column that is none", smallest + "funnel: { stages: [a, b], required: [amont] }\n", `pharos.yaml:8:38: funnel.required: "amont" is no column of opportunities that a record can be asked for; nearest: amount`},
		{"misspelt funnel key", smallest + "funnel: { stages: [a, b], entry_witin: 2 days }\n", `unknown key "entry_witin" in funnel; nearest: entry_within`},
		{"a scale of one number", smallest + "satisfaction: { scale: 10 }\n", `pharos.yaml:8:24: satisfaction.scale: "10" is not a scale; write its lowest and highest score, such as 0-10 or 1-5`},
		{"a scale of nothing", smallest + "satisfaction: { scale: 0-0 }\n", `satisfaction.scale: "0-0" is not a scale`},
		{"a scale upside down", smallest + "satisfaction: { scale: 10-0 }\n", `pharos.yaml:8:15: satisfaction.scale goes from 10 to 0: write the lowest score first`},
		{"an unknown element", smallest + "satisfaction: { elements: { servise: [hotline] } }\n", `pharos.yaml:8:29: unknown element "servise" in satisfaction.elements; nearest: service`},
		{"a word under two elements", smallest + "satisfaction: { elements: { service: [desk], contact: [Desk] } }\n", `satisfaction.elements.contact: "Desk" stands under service already`},
		{"misspelt satisfaction key", smallest + "satisfaction: { scael: 0-10 }\n", `unknown key "scael" in satisfaction; nearest: scale`},
		{"a reward without points", smallest + "funnel: { stages: [a, b], rewards: { early: [{ within: 1 day }] } }\n", `missing key "points"`},
		{"a basket of one", smallest + "needs: { baskets: { largest: 1 } }\n", `pharos.yaml:8:30: needs.baskets.largest: "1" is not a whole number from 2 to 1000`},
		{"a pair in more baskets than its products", smallest + "needs: { baskets: { min_baskets: 5, min_pair: 6 } }\n", `pharos.yaml:8:19: needs.baskets.min_pair is 6 and min_baskets 5: two products are together in at most as many baskets as each is in`},
		{"no false discovery", smallest + "needs: { baskets: { false_discovery: 5 } }\n", `needs.baskets.false_discovery: "5" is ambiguous as a share; write 5 %`},
		{"a window of baskets", smallest + "needs: { baskets: { window: 12 } }\n", `needs.baskets.window: "12" is not a window; write 12 months, all, or fiscal year to date`},
		{"misspelt key of baskets", smallest + "needs: { baskets: { min_basket: 5 } }\n", `unknown key "min_basket" in needs.baskets; nearest: min_baskets`},
		{"sometimes again", smallest + "needs: { next: { repeat: sometimes } }\n", `pharos.yaml:8:26: needs.next.repeat: "sometimes" is not one of never, allowed`},
		{"again by no category", smallest + "needs: { next: { repeat: { categories: [] } } }\n", `needs.next.repeat names no category: list some, or write never or allowed`},
		{"no next product held out", smallest + "needs: { next: { holdout: 0 days } }\n", `needs.next.holdout: "0 days" holds nothing out; write it like 90 days, or leave it away`},
		{"misspelt next", smallest + "needs: { nxt: {} }\n", `unknown key "nxt" in needs; nearest: next`},
		{"misspelt lifetime key", smallest + "lifetime: { horizn: 12 months }\n", `unknown key "horizn" in lifetime; nearest: horizon`},
		{"unknown list", smallest + "lists: { kep: {} }\n", `unknown key "kep" in lists; nearest: keep`},
		{"order of unknown lists", smallest + "lists: { order: [keep, risng] }\n", `lists.order: "risng"`},
		{"order with a list twice", smallest + "lists: { order: [keep, keep] }\n", `lists.order: names keep twice`},
		{"new customers of another list", smallest + "lists: { keep: { new_within: 3 days } }\n", `unknown key "new_within" in lists.keep`},
		{"control group of most", smallest + "lists: { keep: { control: 60 % } }\n", `lists.keep.control is 6000 hundredths of a percent: use 0 % to 50 %`},
		{"contracts too far ahead", smallest + "lists: { renew: { due_within: 91 days } }\n", `lists.renew.due_within is 91 days: contracts are looked at 90 days ahead`},
		{"unknown channel", smallest + "lists: { grow: { channels: [phon] } }\n", `lists.grow.channels: "phon"`},
		{"no channel", smallest + "lists: { grow: { channels: [] } }\n", `lists.grow.channels is empty`},
		{"cool-down of a channel nobody knows", smallest + "lists: { grow: { cool_down: { fone: 3 days } } }\n", `unknown key "fone" in lists.grow.cool_down; nearest: phone`},
		{"capacity below nothing", smallest + "lists: { grow: { per_owner: -1 } }\n", `lists.grow.per_owner`},
		{"unknown policy", smallest + "suppression: { policy: gdrp }\n", `suppression.policy: "gdrp" is no consent policy; nearest: gdpr; there are pipl, gdpr, can_spam, none`},
		{"policy file that is not there", smallest + "suppression: { policy: nowhere.csv }\n", `suppression.policy: cannot be read`},
		{"unknown key of suppression", smallest + "suppression: { requird: true }\n", `unknown key "requird" in suppression; nearest: required`},
		{"freshness without a unit", smallest + "suppression: { fresh_within: 3 }\n", `suppression.fresh_within`},
		{"empty", "", `pharos.yaml:1:1: the file is empty`},
		{"syntax", "version: 1\ncompany: [\n", `pharos.yaml:3:1: not YAML: did not find expected node content`},
		{"tab", "version: 1\n\tcompany: x\n", `pharos.yaml:2:1: not YAML: found a tab character`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := strings.Join(problemsOf(t, c.text), "\n"); !strings.Contains(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestAllProblemsComeAtOnceInTheOrderOfTheFile(t *testing.T) {
	got := problemsOf(t, `version: 1
compny: { name: x }
company: { name: Tea, currency: euro, time_zone: UTC }
sources: { tills: { csv: { path: a.csv, delimiter: ";;" } } }
data:
  order_lines:
    source: tils
    incremental: { cursor: at, key: [no], overlap: 3 days }
    columns: { order_id: no, custmer_id: who, ordered_at: at, net_amount: net }
funnel: { stages: [a] }
`)
	want := []string{
		`pharos.yaml:2:1: unknown key "compny"; nearest: company`,
		`pharos.yaml:3:33: company.currency: "euro" is not an ISO currency code such as CNY, EUR or USD`,
		`pharos.yaml:4:52: sources.tills.csv.delimiter: ";;" is not one character; write a character in quotes, or tab`,
		`pharos.yaml:7:13: data.order_lines.source: no source is named "tils"; nearest: tills`,
		`pharos.yaml:9:14: data.order_lines.columns: required columns are not mapped: customer_id`,
		`pharos.yaml:9:30: unknown column "custmer_id" in data.order_lines.columns; nearest: customer_id`,
		`pharos.yaml:10:9: funnel.stages has 1 stages: name 2 to 20, in their order, the last one signing`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestASecretInTheFileIsRefusedAndNeverRepeated(t *testing.T) {
	const canary = `c4nary@:/%'x`
	for _, server := range []string{
		`password: "` + canary + `"`,
		`PASSWORD: "` + canary + `"`,
		`token: "` + canary + `"`,
		`password_env: "` + canary + `"`,
		`host: "postgres://reader:` + canary + `@db"`,
		`port: "` + canary + `"`,
		`tls: "` + canary + `"`,
		`password_env: *c4nary`,
		`password_env: "c4nary`,
		`password_env: c4nary: 1`,
		`dsn: { a: "` + canary + `" }`,
	} {
		text := strings.Replace(smallest, "tills: { csv: { path: tills.csv } }",
			"tills: { csv: { path: tills.csv } }, erp: { postgres: { database: d, user: u, "+server+" } }", 1)
		got := strings.Join(problemsOf(t, text), "\n")
		if strings.Contains(got, "c4nary") {
			t.Errorf("%s: the secret is repeated:\n%s", server, got)
		}
	}
	got := problemsOf(t, strings.Replace(smallest, "csv: { path: tills.csv }", `mysql: { host: h, database: d, user: u, password: x }`, 1))
	if want := "a secret is never written into the file; name where it is: password_env: NAME"; !strings.Contains(got[0], want) {
		t.Errorf("got %s, want %s", got[0], want)
	}
}

func TestTheWorkspaceMayNotLieWhereASourceIsRead(t *testing.T) {
	for path, refused := range map[string]bool{
		"lighthouse/old.csv": true,
		"**/*.csv":           true,
		"exports/**/*.csv":   false,
		"lighthouse-2/a.csv": false,
		"*.csv":              false,
	} {
		_, err := parseConfig("pharos.yaml", []byte(strings.Replace(smallest, "path: tills.csv", `path: "`+path+`"`, 1)))
		if got := err != nil && strings.Contains(err.Error(), "an output may not be a source"); got != refused {
			t.Errorf("%s: refused %v, want %v (%v)", path, got, refused, err)
		}
	}
}

func TestAShareIsReadExactlyOrNotAtAll(t *testing.T) {
	for text, want := range map[string]segment.BasisPoints{
		"80 %": 8000, "80%": 8000, "0.8": 8000, "0.95": 9500, "0.1 %": 10, "0.01 %": 1, "100 %": 10000, "1.0": 10000,
		"0": 0, "0 %": 0, "12.50 %": 1250, "80 ％": 8000, "0.0001": 1,
		"80": -1, "1": -1, "1.5": -1, "101 %": -1, "0.001 %": -1, "0.00001": -1, "-5 %": -1, "%": -1, "": -1, "1e1 %": -1, "8 0 %": -1,
	} {
		got, err := parseShare(text)
		if err != nil {
			got = -1
		}
		if got != want {
			t.Errorf("%q: got %d (%v), want %d", text, got, err, want)
		}
	}
}

func TestDurationsWindowsAndMemory(t *testing.T) {
	for text, ok := range map[string]bool{
		"profit: { window: all }": true, "profit: { window: 24 months }": true, "profit: { window: 1 year }": true,
		"profit: { window: 12 }": false, "profit: { window: 0 months }": false, "profit: { window: -1 months }": false,
		"renewal: { grace: 30 days }": true, "renewal: { grace: 30 }": false, "renewal: { grace: thirty days }": false,
		"engine: { duckdb: { memory: 512MB } }": true, "engine: { duckdb: { memory: 4 GB } }": true, "engine: { duckdb: { memory: 4 } }": false,
		"churn: { silent_after: { days: 90 } }": true, "churn: { silent_after: { days: 90 days } }": true,
		"churn: { silent_after: { days: 90, at_least: 60 days } }": false, "churn: { silent_after: { own_gap_quantile: 0.8 } }": false,
		"tiers: { high: { at_least: 50000 } }": true, "tiers: { high: { at_least: 5e4 } }": false, "tiers: { high: { holds: 0 % } }": false,
		"tiers: { high: { holds: 80 %, top: 20 % } }": false, "tiers: { zero: { within: 0.005 } }": true, "tiers: { zero: { within: -1 } }": false,
		"light: { target: { value: 0.05, by: 2026-02-30 } }": false,
		"checks: { x: {} }": false, "suppression: { required: true }": true, "suppression: { required: maybe }": false, "boundary: { strict: true }": true,
	} {
		_, err := parseConfig("pharos.yaml", []byte(smallest+text+"\n"))
		if (err == nil) != ok {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestTheNearestNameIsTheOneMeant(t *testing.T) {
	names := []string{"customer_id", "order_id", "ordered_at", "net_amount"}
	for word, want := range map[string]string{
		"CustomerID": "customer_id", "orderd_at": "ordered_at", "net_amuont": "net_amount", "zebra": "", "": "", "x": "",
	} {
		if got := nearest(word, names); got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
}
