package publish

import (
	"bytes"
	"errors"
	"flag"
	"html/template"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/govalues/decimal"
)

var update = flag.Bool("update", false, "write the golden reports anew")

func render(t *testing.T, d ReportData, lang string) string {
	t.Helper()
	var b strings.Builder
	if err := WriteReport(&b, d, lang); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// oneCustomer is a company that has a single customer and a single month.
func oneCustomer() ReportData {
	d := dataOf([]invented{{id: "1", name: "Solo Ltd", kind: "business", revenue: 500_000, cogs: 200_000}}, "Solo & Sons", 1)
	d.Known, d.Pooled, d.States, d.Causes, d.Quality, d.Quarantine, d.NotComputed = 1, nil, nil, nil, nil, nil, nil
	return d
}

// onlyLosses is a company whose every customer costs money.
func onlyLosses() ReportData {
	rows := customers(12)
	for i := range rows {
		rows[i].cogs = rows[i].revenue * 13 / 10
	}
	return dataOf(rows, "Lossmaker AG", 3)
}

// noCosts is a company without any cost: profit is net revenue.
func noCosts() ReportData {
	rows := customers(60)
	for i := range rows {
		rows[i].cogs = 0
	}
	d := dataOf(rows, "Online Shop", 13)
	d.Basis, d.Currency = "revenue", "GBP"
	for i := range d.Top {
		d.Top[i].Basis = "revenue"
	}
	for i := range d.Bottom {
		d.Bottom[i].Basis = "revenue"
	}
	return d
}

// ties is a company whose customers are all worth the same.
func ties() ReportData {
	rows := customers(10)
	for i := range rows {
		rows[i].revenue, rows[i].discounts, rows[i].returns, rows[i].cogs = 100_000, 0, 0, 60_000
	}
	return dataOf(rows, "Level Ltd", 2)
}

// nothing is a company whose tables hold no row in the window.
func nothing() ReportData {
	return ReportData{Company: "Empty", Currency: "EUR", AsOf: ymd(2026, 9, 1), Window: ReportWindow{All: true, To: ymd(2026, 9, 1)}, Basis: "revenue", Period: "month", Activity: "sale"}
}

// twoYears is the realistic company with two years of cohorts and months.
func twoYears() ReportData {
	d, long := company(), dataOf(customers(400), "", 24)
	d.Cohorts, d.Pooled, d.Periods, d.Lifecycle = long.Cohorts, long.Pooled, long.Periods, long.Lifecycle
	return d
}

// hostile is the realistic company with names that try everything.
func hostile() ReportData {
	d := company()
	names := []string{
		strings.Repeat("Gesellschaft für optische Nachrichtenübertragung ", 4) + "mbH", strings.Repeat("W", 200), strings.Repeat("光", 200),
		`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `'; drop table customers; --`, "\u202eevil\u202c name", "مؤسسة البصريات", "👩‍🔬🏭 Photonics 👍🏽",
		"</style><b>", "=cmd|' /C calc'!A0", "a\x00b\x1b[31mred", "line\nbreak", "{{.Run}}", "%s %[1]s %d",
	}
	for i := range d.Top {
		d.Top[i].Name = names[i%len(names)]
	}
	for i := range d.Bottom {
		d.Bottom[i].Name = names[(i+3)%len(names)]
	}
	for i := range d.Drivers {
		d.Drivers[i].Name = names[i]
	}
	for i, n := range names {
		d.Segments = append(d.Segments, SegmentRow{"region", n, int64(i), cents(int64(i) * 100), cents(int64(i) * 10)})
	}
	d.Segments = append(d.Segments, SegmentRow{names[3], names[4], 1, cents(1), cents(1)})
	for i := range d.Movers {
		d.Movers[i].Name, d.Movers[i].Cause = names[i], names[i+3]
	}
	d.Movement[0].From, d.MovementCauses[0].Cause, d.Reconciliation[0].Kind, d.Restatements[0].Period = names[3], names[4], names[4], names[1]
	for i := range d.Contracts.Due {
		d.Contracts.Due[i].Name, d.Contracts.Due[i].ContractID, d.Contracts.Due[i].Owner = names[i], names[i+4], names[i+1]
	}
	d.Contracts.By[0].Segment = names[4]
	for i := range d.Needs {
		if d.Needs[i].Value == "光模块" {
			d.Needs[i].Value = names[4]
		}
	}
	for i := range d.Baskets.Together {
		d.Baskets.Together[i].NameA, d.Baskets.Together[i].B = names[i%len(names)], names[(i+3)%len(names)]
	}
	for i := range d.Funnel.Owners {
		d.Funnel.Owners[i].Owner = names[i]
	}
	d.Funnel.Stages[0].Stage, d.Funnel.Stages[1].Stage, d.Funnel.Pipeline[0].Stage = names[1], names[4], names[3]
	d.Company, d.Run, d.Version = names[3], names[4], names[9]
	d.Actions[0].Action, d.Actions[0].Owner = names[4], names[1]
	d.Causes[0].SubClass = names[3]
	d.Sources[0].Source, d.Quality[3].Check, d.Quarantine[1].Examples[0].Value = names[4], names[3], names[3]
	return d
}

// million is the realistic company with the marts of a million customers.
func million() ReportData {
	d := company()
	d.Whale, d.Cohorts, d.Quarantine, d.Quality = nil, nil, nil, nil
	for i := range int64(1_001) {
		d.Whale = append(d.Whale, WhalePoint{i*1000 + 1, float64(i) / 1000, cents((i + 1) * 9_000_000_000)})
	}
	for c := range 120 {
		for age := range 120 {
			d.Cohorts = append(d.Cohorts, CohortCell{Cohort: ymd(2016, 9+c, 1), Age: age, Size: 9_000, Active: ptr(int64(4_000)), Rate: ptr(0.44), State: "observed"})
		}
	}
	for i := range 5_000 {
		d.Segments = append(d.Segments, SegmentRow{"city", strings.Repeat("x", 30) + string(rune('a'+i%26)), int64(i), cents(int64(i)), cents(int64(i))})
		d.Quality = append(d.Quality, QualityRow{"grain", "customers", "error", int64(i), 9, "warning"})
		d.Quarantine = append(d.Quarantine, QuarantineRule{"order_lines", "orders", "type", 4, []QuarantineExample{{"a.csv:1", "net_amount", strings.Repeat("9", 9_000)}}})
	}
	return d
}

func cases() map[string]ReportData {
	return map[string]ReportData{
		"company": company(), "two_years": twoYears(), "one_customer": oneCustomer(), "only_losses": onlyLosses(),
		"no_costs": noCosts(), "nothing": nothing(), "hostile": hostile(), "million": million(), "ties": ties(),
	}
}

func eachCase(t *testing.T, check func(t *testing.T, name, lang, page string)) {
	all := cases()
	for _, name := range sortedNames(all) {
		for _, lang := range []string{"en", "zh"} {
			t.Run(name+"_"+lang, func(t *testing.T) { check(t, name, lang, render(t, all[name], lang)) })
		}
	}
}

func sortedNames(all map[string]ReportData) []string {
	var names []string
	for n := range all {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

func TestTheReportOfTheSameDataHasTheSameBytes(t *testing.T) {
	shuffled := company()
	for _, reverse := range []func(){
		func() { slices.Reverse(shuffled.Top) }, func() { slices.Reverse(shuffled.Cohorts) }, func() { slices.Reverse(shuffled.Whale) },
		func() { slices.Reverse(shuffled.Segments) }, func() { slices.Reverse(shuffled.Causes) }, func() { slices.Reverse(shuffled.Tiers) },
		func() { slices.Reverse(shuffled.Actions) }, func() { slices.Reverse(shuffled.Quality) }, func() { slices.Reverse(shuffled.Sources) },
		func() { slices.Reverse(shuffled.Periods) }, func() { slices.Reverse(shuffled.Quarantine) }, func() { slices.Reverse(shuffled.Drivers) }, func() { slices.Reverse(shuffled.KPIs) },
		func() { slices.Reverse(shuffled.Bridge) }, func() { slices.Reverse(shuffled.Movement) }, func() { slices.Reverse(shuffled.MovementCauses) },
		func() { slices.Reverse(shuffled.Movers) }, func() { slices.Reverse(shuffled.LightMonths) }, func() { slices.Reverse(shuffled.Reconciliation) },
		func() { slices.Reverse(shuffled.Restatements) }, func() { slices.Reverse(shuffled.Light.Milestones) }, func() { slices.Reverse(shuffled.Lifecycle) },
	} {
		reverse()
	}
	for _, lang := range []string{"en", "zh"} {
		if render(t, company(), lang) != render(t, shuffled, lang) {
			t.Errorf("%s: the order in which rows arrive changes the report", lang)
		}
	}
}

func TestTheReportIsTheOneThatWasApproved(t *testing.T) {
	for _, lang := range []string{"en", "zh"} {
		path := filepath.Join("..", "..", "testdata", "golden", "report."+lang+".html")
		got := []byte(render(t, company(), lang))
		if *update {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s differs from the report: look at it in a browser, then run go test ./pipeline/publish -run Approved -update", path)
		}
	}
}

func TestTheReportLoadsAndRunsNothing(t *testing.T) {
	eachCase(t, func(t *testing.T, name, lang, page string) {
		for _, bad := range []string{"<script", "<img", "<link", "<iframe", "onerror=a\"", "http://", "https://", "url(http", "@import", "javascript:", "ZgotmplZ", "\u202e", "\x1b", "\x00"} {
			if strings.Contains(page, bad) {
				t.Errorf("the page contains %q", bad)
			}
		}
		if !strings.Contains(page, `content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"`) {
			t.Error("the page has no content security policy")
		}
		if strings.Count(page, "</style>") != 1 {
			t.Error("a name ended the style sheet")
		}
		if len(page) >= 1_000_000 {
			t.Errorf("the page has %d bytes, more than 1 MB", len(page))
		}
	})
}

func TestTheReportIsReadableWithoutAnyNonsense(t *testing.T) {
	eachCase(t, func(t *testing.T, name, lang, page string) {
		text := visible(t, page)
		for _, bad := range []string{"NaN", "Inf", "%!", "%[1]s", "<nil>", "map[", "0001-01-01"} {
			if strings.Contains(text, bad) && !(name == "hostile" && bad == "%[1]s") {
				t.Errorf("the page says %q", bad)
			}
		}
		if strings.Contains(page, `<div class="wide"></div>`) || strings.Contains(page, "<tbody>\n</tbody>") {
			t.Error("the page has an empty chart or table")
		}
	})
}

func TestAMillionCustomersFitOnOneMegabyte(t *testing.T) {
	page := render(t, million(), "en")
	if len(page) >= 1_000_000 {
		t.Errorf("the page has %d bytes", len(page))
	}
	if n := strings.Count(page[strings.Index(page, `class="curve-blue"`):], "L"); n < 100 {
		t.Errorf("the curve has only %d points", n)
	}
	w, _ := newWhale(million().Whale)
	if len(w.points) > curvePoints {
		t.Errorf("the curve keeps %d points, more than %d", len(w.points), curvePoints)
	}
	if !strings.Contains(page, "Shown are the last 24 cohorts and the first 24 months") {
		t.Error("the page does not say which cohorts it leaves out")
	}
}

func TestAReportInAnUnknownLanguageIsRefused(t *testing.T) {
	if err := WriteReport(&bytes.Buffer{}, company(), "fr"); err == nil || !strings.Contains(err.Error(), `"fr"`) {
		t.Errorf("got %v", err)
	}
}

func TestAFullDiskIsReported(t *testing.T) {
	full := errors.New("no space left on device")
	if err := WriteReport(failing{full}, company(), "en"); !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestACustomersNameCannotLeaveTheTextOfAChart(t *testing.T) {
	chart := barChart(`<b>`, `"><script>`, []bar{{`</text><script>`, `<i>`, 1, "bar-blue"}, {"b", "", -1, "bar-blue"}}, "x", narrow)
	if s := string(chart); strings.Contains(s, "<script") || strings.Contains(s, "<b>") || strings.Contains(s, "<i>") {
		t.Errorf("markup came through: %s", s)
	}
	if sliver(1, 0, 0) != template.HTML("") {
		t.Error("a bar was drawn on a scale without length")
	}
	if share(decimal.One, decimal.Zero) != nil || countShare(1, 0) != nil {
		t.Error("something was divided by nothing")
	}
}
