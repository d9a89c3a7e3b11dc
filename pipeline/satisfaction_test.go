package pipeline

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pharos-analytics/pharos/analysis"
	"github.com/pharos-analytics/pharos/pipeline/model"
	"github.com/pharos-analytics/pharos/segment"
)

// asking is a generated company that surveys its customers: rows by table of the lake.
type asking struct {
	policy analysis.SatisfactionPolicy
	tables map[string][]map[string]any
}

func (a *asking) add(table string, values map[string]any) {
	a.tables[table] = append(a.tables[table], values)
}

// compute builds the marts of satisfaction on 2026-01-01, W being 2025.
func (a asking) compute(t *testing.T, wanted ...string) *model.DuckDB {
	t.Helper()
	cfg := &Config{
		Company: Company{Name: "Town", Currency: "EUR", Language: "en", FiscalMonth: 1, Location: time.UTC},
		Profit:  segment.DefaultProfit(), Tiers: segment.DefaultTiers(), Big: segment.DefaultBig(), Renewal: analysis.DefaultRenewal(),
		Retention: analysis.DefaultRetention(), Churn: analysis.DefaultChurn(), Lifetime: analysis.DefaultLifetime(), Funnel: analysis.DefaultFunnel(), Satisfaction: a.policy,
	}
	mapped := map[string][]string{"order_lines": {"order_id", "customer_id", "ordered_at", "net_amount", "profit"}, "surveys": {"customer_id", "answered_at", "score", "expectation", "experience", "element"}}
	return computeTown(t, cfg, a.tables, mapped, wanted)
}

// scorePoints is a number of a scale in the lake's type; nil stays unknown.
func scorePoints(v any) any {
	if v == nil {
		return nil
	}
	return model.Decimal(fmt.Sprint(v))
}

// randomAsking has answers of every kind, the wrong ones and those of strangers among them.
func randomAsking(seed uint64) asking {
	r := rand.New(rand.NewPCG(seed, 13))
	one := func(of ...any) any { return of[r.IntN(len(of))] }
	a := asking{tables: map[string][]map[string]any{}, policy: analysis.SatisfactionPolicy{Scale: analysis.Scale{Low: 0, High: 10}, Compared: analysis.Scale{Low: 1, High: 5},
		Elements: []analysis.ElementWord{{Element: analysis.Contact, Word: "desk*"}}, Asked: []string{"survey"}, Unanswered: []string{"no answer"}}}
	if seed%2 == 1 {
		a.policy.Scale, a.policy.Asked = analysis.Scale{Low: 1, High: 5}, nil
	}
	on := func() time.Time { return day(2024, 6, 1).AddDate(0, 0, r.IntN(620)) }
	for i := range 40 {
		id := fmt.Sprintf("c-%02d", i)
		a.add("customers", map[string]any{"customer_id": id, "kind": one("dealer", "maker")})
		for n := range r.IntN(4) {
			d := on()
			a.add("order_lines", map[string]any{"order_id": fmt.Sprintf("%s-%d", id, n), "customer_id": id, "ordered_at": d, "ordered_on": d, "net_amount": money(int64(r.IntN(900_000))), "profit": money(int64(r.IntN(500_000) - 150_000))})
		}
	}
	for i := range 180 + r.IntN(60) {
		d := on()
		a.add("surveys", map[string]any{"customer_id": fmt.Sprintf("c-%02d", r.IntN(45)), "answered_on": d, "answered_at": d.Add(time.Duration(r.IntN(20)) * time.Hour), "element": one("service", "Desk 1", "IMAGE", "zoo", nil, " "),
			"score": scorePoints(one(0, 1, 3, 4, 5, 6, 7, 9, 10, 11, "8.5", nil)), "expectation": scorePoints(one(1, 2, 3, 5, 9, nil)), "experience": scorePoints(one(1, 2, 3, 5, nil)), "_line": int64(i + 1)})
		if r.IntN(3) == 0 {
			a.add("touches", map[string]any{"customer_id": fmt.Sprintf("c-%02d", r.IntN(48)), "at": on(), "at_on": on(), "channel": one("survey", "mail"), "outcome": one("no answer", "fine")})
		}
		if r.IntN(4) == 0 {
			a.add("cases", map[string]any{"case_id": fmt.Sprint(i), "customer_id": fmt.Sprintf("c-%02d", r.IntN(45)), "opened_on": on(), "opened_at": on(), "resolved_on": one(on(), nil), "category": one("desk", "service", "zoo", nil)})
		}
	}
	return a
}

// counted is what a group's answers come to, answer by answer.
type counted struct{ answers, below, equal, above, scored int64 }

// countAnswers is the definition written out: the last answer of a customer, day and word.
func (a asking) countAnswers() map[string]counted {
	last := map[string]map[string]any{}
	for _, v := range a.tables["surveys"] {
		d := v["answered_on"].(time.Time)
		if d.Before(day(2025, 1, 1)) || !d.Before(day(2026, 1, 1)) {
			continue
		}
		word, _ := v["element"].(string)
		key := fmt.Sprint(v["customer_id"], d, strings.ToLower(strings.TrimSpace(word)))
		if kept := last[key]; kept == nil || v["answered_at"].(time.Time).After(kept["answered_at"].(time.Time)) {
			last[key] = v
		}
	}
	number := func(v any, s analysis.Scale) (float64, bool) {
		if v == nil {
			return 0, false
		}
		var f float64
		fmt.Sscan(string(v.(model.Decimal)), &f)
		return f, f >= float64(s.Low) && f <= float64(s.High)
	}
	out := map[string]counted{}
	for _, v := range last {
		element := map[any]string{"service": "service", "Desk 1": "contact", "IMAGE": "image", "zoo": "other", nil: "unknown", " ": "unknown"}[v["element"]]
		expected, one := number(v["expectation"], a.policy.Compared)
		found, two := number(v["experience"], a.policy.Compared)
		for _, e := range []string{element, "all"} {
			c := out[e]
			c.answers++
			if _, ok := number(v["score"], a.policy.Scale); ok {
				c.scored++
			}
			if one && two {
				switch {
				case found < expected:
					c.below++
				case found > expected:
					c.above++
				default:
					c.equal++
				}
			}
			out[e] = c
		}
	}
	return out
}

// satisfactionMarts are what the laws speak of.
var satisfactionMarts = []string{"analysis.satisfaction", "analysis.satisfaction_by", "analysis.satisfaction_response", "analysis.satisfaction_scores", "analysis.satisfaction_value", "analysis.satisfaction_signals",
	"analysis.customer_satisfaction", "analysis.satisfaction_scale", "analysis.unmapped_elements", "analysis.unanswered_complaints", "publish.kpi_values", "analysis.open_cases", "analysis.element_signals",
	"analysis.survey_members", "analysis.survey_faults", "segment.profit_tiers", "analysis.strangers"}

func TestEverySurveyAddsUpWhateverCustomersAnswer(t *testing.T) {
	for seed := range uint64(6) {
		a := randomAsking(seed)
		eng := a.compute(t, satisfactionMarts...)
		for law, query := range map[string]string{
			"below, equal and above are at most the answers": "select * from analysis.satisfaction_by where below + equal + above > answers or scored > answers or customers > answers or customers < 1",
			"tiers are the whole": `select element from analysis.satisfaction_by where "by" in ('all', 'tier') group by element
				having sum(case when "by" = 'all' then answers else -answers end) <> 0 or sum(case when "by" = 'all' then below else -below end) <> 0 or sum(case when "by" = 'all' then scored else -scored end) <> 0`,
			"every segmentation is the whole": `select "by", element from analysis.satisfaction_by b where "by" <> 'churn_class' group by "by", element
				having sum(answers) <> (select answers from analysis.satisfaction_by a where a."by" = 'all' and a.element = b.element)`,
			"elements are the whole":                        `select "by", value from analysis.satisfaction_by group by "by", value having sum(case when element = 'all' then answers else -answers end) <> 0`,
			"the public mart is the tiers":                  `select * from analysis.satisfaction s full join (select * from analysis.satisfaction_by where "by" = 'tier' and element <> 'all') b on b.value = s.tier and b.element = s.element where s.answers is distinct from b.answers or s.mean_score is distinct from b.mean_score or s.nps is distinct from b.nps`,
			"customers are the whole":                       `select * from (select sum(answers) as a, sum(below) as b, sum(equal) as e, sum(above) as v from analysis.customer_satisfaction) cross join (select * from analysis.satisfaction_by where "by" = 'all' and element = 'all') where a <> answers or b <> below or e <> equal or v <> above`,
			"an interval holds its figure":                  "select * from analysis.satisfaction_by where not gap_low <= expectation_gap or not gap_high >= expectation_gap or not nps_low <= nps + 1e-9 or not nps_high >= nps - 1e-9 or not csat_low <= csat or not csat_high >= csat - 1e-9 or not mean_low <= mean_score or not mean_high >= mean_score",
			"a scale has one of the two":                    "select * from analysis.satisfaction_by where nps is not null and csat is not null",
			"who answered was asked":                        "select * from analysis.satisfaction_response where answered > asked or asked < 1 or silent <> asked - answered or not low <= rate or not high >= rate - 1e-9",
			"profit of both is profit of the asked":         `select * from (select sum(profit) as p from segment.profit_tiers inner join analysis.survey_members using (customer_id) where is_counted) cross join (select * from analysis.satisfaction_response where "by" = 'all') where p <> profit_answered + profit_silent`,
			"the key figures are those of all":              `select * from publish.kpi_values as k cross join (select * from analysis.satisfaction_by where "by" = 'all' and element = 'all') as b where kpi = 'nps' and (k.value is distinct from nps or abs(k.low - nps_low) > 1e-9) or kpi = 'expectation_gap' and (k.value is distinct from expectation_gap or abs(k.high - gap_high) > 1e-9)`,
			"the response rate is that of all":              `select * from publish.kpi_values as k cross join (select * from analysis.satisfaction_response where "by" = 'all') as b where kpi = 'satisfaction_response_rate' and abs(k.value - rate) > 1e-12`,
			"kept and churned are those judged":             "select * from analysis.satisfaction_scores where kept + churned <> judged or judged > customers",
			"a slope lies in its interval or has a reason":  "select * from analysis.satisfaction_value where (reason is null) <> (per_point is not null) or not low <= per_point or not high >= per_point",
			"open cases are the unanswered complaints":      "select * from (select count(*) as n from analysis.unanswered_complaints) cross join (select coalesce(sum(open_cases), 0) as o from analysis.open_cases) where n <> o",
			"no signal is counted twice":                    "select * from (select sum(signals) as s from analysis.satisfaction_signals) cross join (select sum(signals) as c from analysis.element_signals) where s is distinct from c",
			"a stranger's tier is unknown, and only theirs": `select * from (select sum(answers) as n from analysis.satisfaction where tier = 'unknown') cross join (select sum(c.answers) as m from analysis.customer_satisfaction c inner join analysis.strangers s on s.customer_id = c.customer_id) where coalesce(n, 0) <> coalesce(m, 0)`,
		} {
			if broken := ask(t, eng, query); len(broken) > 0 {
				t.Errorf("seed %d: %s: %v", seed, law, broken)
			}
		}
		got := map[string]counted{}
		for _, row := range ask(t, eng, `select element, answers, below, equal, above, scored from analysis.satisfaction_by where "by" = 'all'`) {
			got[row[0].(string)] = counted{row[1].(int64), row[2].(int64), row[3].(int64), row[4].(int64), row[5].(int64)}
		}
		if want := a.countAnswers(); fmt.Sprint(got) != fmt.Sprint(want) || want["all"].answers < 60 || want["all"].below < 5 {
			t.Errorf("seed %d: the mart counts %v, answer by answer it is %v", seed, got, want)
		}
	}
}

func TestTheOrderOfTheRowsChangesNoFigureOfSatisfaction(t *testing.T) {
	marts := []string{"analysis.satisfaction", "analysis.satisfaction_by", "analysis.satisfaction_response", "analysis.satisfaction_value", "analysis.satisfaction_signals"}
	said := func(a asking) string {
		eng := a.compute(t, marts...)
		var all []string
		for _, m := range marts {
			all = append(all, fmt.Sprint(ask(t, eng, "select * from "+m+" order by all")))
		}
		return strings.Join(all, "\n")
	}
	a := randomAsking(4)
	want := said(a)
	r := rand.New(rand.NewPCG(9, 9))
	for name, rows := range a.tables {
		rows = slices.Clone(rows)
		r.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		a.tables[name] = rows
	}
	if got := said(a); got != want {
		t.Error("other rows first, other figures")
	}
}

// TestAPointOfScoreIsWorthWhatItWasMadeToBe has customers who bring 40 more a point and were asked
// the year before.
func TestAPointOfScoreIsWorthWhatItWasMadeToBe(t *testing.T) {
	a := asking{tables: map[string][]map[string]any{}, policy: analysis.SatisfactionPolicy{Scale: analysis.Scale{Low: 0, High: 10}}}
	r := rand.New(rand.NewPCG(1, 2))
	var sx, sy, sxx, sxy, n float64
	for i := range 200 {
		id, score := fmt.Sprintf("c-%03d", i), r.IntN(11)
		profit := int64(10_000 * (100 + 40*score + r.IntN(200)))
		a.add("order_lines", map[string]any{"order_id": id + "-1", "customer_id": id, "ordered_at": day(2024, 3, 1), "ordered_on": day(2024, 3, 1), "net_amount": money(10_000), "profit": money(10_000)})
		a.add("order_lines", map[string]any{"order_id": id, "customer_id": id, "ordered_at": day(2025, 12, 1), "ordered_on": day(2025, 12, 1), "net_amount": money(profit), "profit": money(profit)})
		a.add("surveys", map[string]any{"customer_id": id, "answered_on": day(2024, 5, 1), "answered_at": day(2024, 5, 1), "score": scorePoints(score)})
		x, y := float64(score), float64(profit)/10_000
		sx, sy, sxx, sxy, n = sx+x, sy+y, sxx+x*x, sxy+x*y, n+1
	}
	eng := a.compute(t, "analysis.satisfaction_value")
	rows := ask(t, eng, "select outcome, timing, customers, per_point, low, high, is_quoted, reason, says from analysis.satisfaction_value where element = 'all' order by outcome, timing")
	slope := (n*sxy - sx*sy) / (n*sxx - sx*sx)
	if len(rows) != 2 || fmt.Sprint(rows[0][:3], rows[0][7:8]) != "[churned earlier 200] [nobody_left]" || fmt.Sprint(rows[1][:3], rows[1][6:]) != "[profit earlier 200] [true <nil> association]" {
		t.Fatalf("the slopes are %v", rows)
	}
	if got := rows[1][3].(float64); math.Abs(got-slope) > 1e-6 || rows[1][4].(float64) > 40 || rows[1][5].(float64) < 40 {
		t.Errorf("a point goes with %v (%v to %v), customer by customer %v, made to be 40", got, rows[1][4], rows[1][5], slope)
	}
}
