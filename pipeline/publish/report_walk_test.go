package publish

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pharos-analytics/pharos/segment"
)

func TestEveryFigureOfTheCurveTheMonthsAndTheChecksIsTheDatas(t *testing.T) {
	d := twoYears()
	page := tables(render(t, d, "en"))
	shown := page["whale/The curve in figures"][1:]
	for _, row := range shown {
		i := slices.IndexFunc(d.Whale, func(p WhalePoint) bool { return whole(p.Rank) == row[0] })
		if i < 0 {
			t.Errorf("rank %s is no point of the curve", row[0])
			continue
		}
		p, last := d.Whale[i], d.Whale[len(d.Whale)-1]
		of, _ := p.Cumulative.Quo(last.Cumulative)
		part, _ := of.Float64()
		expectRow(t, [][]string{row}, whole(p.Rank), pct(float64(p.Rank)/float64(last.Rank)), cash(p.Cumulative), pct(part))
	}
	if len(shown) < 10 {
		t.Errorf("the table of the curve holds %d points", len(shown))
	}
	months := map[string]map[string]int64{}
	for _, r := range d.Lifecycle {
		month := r.Month.Format("2006-01")
		if months[month] == nil {
			months[month] = map[string]int64{}
		}
		months[month][r.State] = r.Customers
	}
	for month, n := range months {
		if month != "2026-08" { // not over: who is dormant is not known yet
			expectRow(t, page["lifecycle/Lifecycle in figures"], month, whole(n["new"]), whole(n["resurrected"]), whole(n["returning"]), whole(n["dormant"]))
		}
	}
	expectRow(t, page["lifecycle/Lifecycle in figures"], "2026-08 (not over)", whole(months["2026-08"]["new"]), whole(months["2026-08"]["resurrected"]), whole(months["2026-08"]["returning"]), noValue)
	for _, q := range d.Quality {
		caption := "quality/Checks"
		if q.Verdict == "passed" {
			caption = "quality/Checks that passed"
		}
		expectRow(t, page[caption], "*", "*", whole(q.Failing), whole(q.Tested), "*")
	}
	for _, r := range d.Segments {
		if r.Segmentation == "rfm" {
			expectRow(t, page["segments/By recency, frequency, money"], segment.Word("en", r.Segment), whole(r.Customers), cash(r.Revenue), cash(r.Profit), "")
		}
	}
	for _, l := range d.Actions {
		expectRow(t, page["lists"], "*", whole(l.Candidates), whole(l.Rows), whole(l.Suppressed), whole(l.OnOtherList), whole(l.Control), whole(l.OverCapacity))
	}
}

func TestEveryKeyFigureIsTheDatas(t *testing.T) {
	d := company()
	rows := tables(render(t, d, "en"))["kpis"]
	say := func(v *float64, unit string) string {
		switch {
		case v == nil:
			return noValue
		case unit == "share":
			return pct(*v)
		case unit == "count":
			return whole(int64(*v))
		case unit == "ratio":
			return fmt.Sprintf("%.2f", *v)
		}
		return "*" // money is shown with three digits: TestMoney and its fellows read those
	}
	for _, k := range d.KPIs {
		interval := "*"
		if k.Low == nil {
			interval = ""
		} else if k.Unit == "share" {
			interval = pct(*k.Low) + " to " + pct(*k.High)
		}
		expectRow(t, rows, allWords()["kpi."+k.Name].en, say(k.Value, k.Unit), say(k.Previous, k.Unit), interval)
	}
	if len(rows) != len(d.KPIs)+1 {
		t.Errorf("%d rows for %d key figures", len(rows)-1, len(d.KPIs))
	}
}

// A new table needs a test that reads its figures back: here it has to be named by one.
func TestEveryTableOfThePageIsReadByATest(t *testing.T) {
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	var tests strings.Builder
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		tests.Write(text)
	}
	for name := range tables(render(t, twoYears(), "en")) {
		_, caption, _ := strings.Cut(name, "/")
		if caption == "" {
			caption = name
		}
		if !strings.Contains(tests.String(), caption+`"`) {
			t.Errorf("no test reads the table %s", name)
		}
	}
}

func TestEveryFigureOfWhoStaysAndWhoLeavesIsTheDatas(t *testing.T) {
	d := twoYears()
	page := tables(render(t, d, "en"))
	orNone := func(v *float64) string {
		if v == nil {
			return noValue
		}
		return pct(*v)
	}
	for _, c := range d.ChurnSources {
		used := map[bool]string{true: "yes", false: "no"}[c.Used]
		expectRow(t, page["churn/Who left, by each source"], "*", used, whole(c.Left), whole(c.Stays), whole(c.Alone), whole(c.Contradicted), whole(c.Here))
	}
	for _, c := range d.ChurnRates {
		interval := noValue
		if c.Low != nil {
			interval = pct(*c.Low) + " – " + pct(*c.High)
		}
		expectRow(t, page["churn/Churn rates by their definition"], "*", whole(c.Churned), whole(c.Customers), orNone(c.Rate), interval)
	}
	for _, w := range d.WinBacks {
		expectRow(t, page["churn/Customers who came back"], "*", "*", whole(w.Leavings), whole(w.Returns), orNone(w.Rate), whole(w.StillHere), cash(w.Profit))
	}
	stays := page["stay/Share of each segment's customers active in a later period, over all cohorts, in percent"]
	for _, r := range d.StayBy {
		if r.Measure != "classic" || r.Age == 0 || r.Age >= len(stays[1]) {
			continue
		}
		name := map[string]string{"all": "All", "(other)": "all smaller ones"}[r.Value]
		if name == "" {
			name = r.Value
		}
		i := slices.IndexFunc(stays, func(row []string) bool { return strings.HasSuffix(row[0], name) })
		if i < 0 || stays[i][r.Age+2] != fmt.Sprintf("%.1f", *r.Rate*100) {
			t.Errorf("%s at %d: no cell says %.1f", name, r.Age, *r.Rate*100)
		}
	}
	for _, v := range d.Satisfaction.Values {
		expectRow(t, page["satisfaction/What goes with one point of score"], "*", "*", whole(v.Customers), "*", "*", "*")
	}
	left := page["quality/What is left out of the figures"]
	set := int64(0)
	for _, src := range d.Sources {
		set += src.Quarantined
	}
	for _, n := range []int64{set, d.Unassigned.Lines, d.Known - d.Customers} {
		expectRow(t, left, "*", whole(n))
	}
	if rows := page["quality/What was not computed, and why"]; len(rows) != len(d.NotComputed)+1 {
		t.Errorf("%d marts were not computed, the page names %d", len(d.NotComputed), len(rows)-1)
	}
}
