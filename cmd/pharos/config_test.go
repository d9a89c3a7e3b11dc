package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pharos-analytics/pharos/analysis"
	"github.com/pharos-analytics/pharos/pipeline"
	"github.com/pharos-analytics/pharos/pipeline/extract"
	"github.com/pharos-analytics/pharos/segment"
)

// smallest is a valid configuration with nothing but what only the company can know.
const smallest = `version: 1
company: { name: Tea, currency: EUR, time_zone: Europe/Berlin }
sources: { tills: { csv: { path: tills.csv } } }
data:
  order_lines:
    source: tills
    columns: { order_id: no, customer_id: who, ordered_at: day, net_amount: net }
`

func mustParse(t *testing.T, text string) *pipeline.Config {
	t.Helper()
	cfg, err := parseConfig("pharos.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// problemsOf returns the lines of a refused configuration.
func problemsOf(t *testing.T, text string) []string {
	t.Helper()
	_, err := parseConfig("pharos.yaml", []byte(text))
	var refused *configError
	if !errors.As(err, &refused) {
		t.Fatalf("got error %v, want problems", err)
	}
	return strings.Split(refused.Error(), "\n")
}

func TestACompanyThatSaysLittleGetsTheDefaults(t *testing.T) {
	cfg := mustParse(t, smallest)
	if cfg.Light.KPI != "top_tier_profit_at_risk" || cfg.KeepRuns != 30 || cfg.Company.Language != "en" || cfg.Company.FiscalMonth != 1 {
		t.Errorf("light %+v, keep %d, company %+v", cfg.Light, cfg.KeepRuns, cfg.Company)
	}
	if want := filepath.Join(cfg.Dir, "lighthouse"); cfg.Workspace != want {
		t.Errorf("workspace %s, want %s", cfg.Workspace, want)
	}
	for _, d := range []struct{ what, diff string }{
		{"profit", cmp.Diff(segment.ProfitPolicy{Window: segment.Window{Months: 12}, Goods: "restocked", BadDebtDays: 180, InvoiceDueDays: 30}, cfg.Profit)},
		{"tiers", cmp.Diff(segment.TierPolicy{HighHolds: 8000, ZeroWithin: "0.00"}, cfg.Tiers)},
		{"retention", cmp.Diff(analysis.DefaultRetention(), cfg.Retention)},
		{"history", cmp.Diff(24, cfg.HistoryMonths)},
		{"baskets", cmp.Diff(analysis.DefaultBaskets(), cfg.Baskets)},
		{"next", cmp.Diff(analysis.DefaultOffers(), cfg.Offers)},
		{"churn", cmp.Diff(analysis.ChurnPolicy{GapQuantile: 95, AtRisk: 80, AtLeastDays: 60, DecidedBy: []string{"departure", "contract", "rhythm"}}, cfg.Churn)},
	} {
		if d.diff != "" {
			t.Errorf("%s: -want +got\n%s", d.what, d.diff)
		}
	}
	var lists []string
	for _, l := range cfg.Lists {
		lists = append(lists, l.Name)
	}
	if diff := cmp.Diff([]string{"fix", "keep", "win_back", "renew", "grow", "rising", "welcome", "convert"}, lists); diff != "" {
		t.Error(diff)
	}
	if p := cfg.Suppression; !p.Required || p.FreshDays != 1 || p.Consent.Name != "gdpr" {
		t.Errorf("suppression of a company that counts in euro: %+v", p)
	}
}

func TestTheListsStandInTheirOrderWithWhatIsSaidOfThem(t *testing.T) {
	cfg, err := loadConfig("../../testdata/config/every-key.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var order []string
	lists := map[string]segment.ListPolicy{}
	for _, l := range cfg.Lists {
		order, lists[l.Name] = append(order, l.Name), l
	}
	keep := segment.ListPolicy{Name: "keep", Rows: 30, PerOwner: 5, Action: "上门拜访", Owner: segment.AccountManager, Control: 1000, DueDays: 7, Channels: []string{"visit", "phone"}}
	for _, c := range []struct {
		what      string
		want, got any
	}{
		{"order", []string{"keep", "fix", "win_back", "renew", "grow", "rising", "welcome", "convert"}, order},
		{"keep", keep, lists["keep"]},
		{"cool-down after anything", []segment.CoolDown{{Channel: "any", Days: 30}}, lists["convert"].CoolDown},
		{"cool-downs", []segment.CoolDown{{Channel: "phone", Days: 14}, {Channel: "wechat", Days: 3}}, lists["grow"].CoolDown},
		{"contracts", 60, lists["renew"].Within},
		{"new customers", 45, lists["welcome"].Within},
		{"fresh", 2, cfg.Suppression.FreshDays},
		{"policy", "gdpr", cfg.Suppression.Consent.Name},
		{"staff", []string{"员工", "Insider"}, cfg.Suppression.StaffKinds},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("%s: -want +got\n%s", c.what, diff)
		}
	}
}

func TestACompanyMayWriteItsOwnConsentPolicy(t *testing.T) {
	dir := t.TempDir()
	policy := "setting,name,value\nchannel,phone,opt_in\nchannel,email,free\nchannel,sms,opt_in\nchannel,visit,free\nbasis,club,any\n"
	for _, r := range segment.SuppressionReasons() {
		policy += "reason," + r + "\n"
	}
	write(t, dir, "own.csv", policy)
	config := write(t, dir, "pharos.yaml", smallest+"suppression: { policy: own.csv }\n")
	cfg, err := loadConfig(config)
	if err != nil || cfg.Suppression.Consent.Name != "own" || cfg.Suppression.ConsentHash == "" {
		t.Fatalf("%+v, %v", cfg, err)
	}
	write(t, dir, "own.csv", policy+"reason,mood\n")
	if _, err := loadConfig(config); err == nil || !strings.Contains(err.Error(), `suppression.policy: read consent policy own: line 17: reason "mood"`) {
		t.Errorf("got %v", err)
	}
}

func TestEveryKeyReachesThePolicies(t *testing.T) {
	cfg, err := loadConfig("../../testdata/config/every-key.yaml")
	if err != nil {
		t.Fatal(err)
	}
	day := func(text string) time.Time { d, _ := time.Parse(time.DateOnly, text); return d }
	headerless := false
	sources := map[string]extract.Spec{}
	for _, s := range cfg.Sources {
		sources[s.Name] = s
	}
	for _, c := range []struct {
		what      string
		want, got any
	}{
		{"light", pipeline.Light{KPI: "churn_rate", Target: &pipeline.Milestone{Value: "0.0500", By: day("2027-03-31")},
			Milestones: []pipeline.Milestone{{Value: "0.12", By: day("2026-06-30")}, {Value: "0.08", By: day("2026-12-31")}}}, cfg.Light},
		{"profit", segment.ProfitPolicy{Window: segment.Window{Fiscal: true}, MissingCost: "category_average", Goods: "lost",
			Allocations: []segment.Allocation{{Kind: "service", Driver: "cases"}, {Kind: "overhead", Driver: "revenue", Unassigned: 500}},
			BadDebtDays: 90, InvoiceDueDays: 14}, cfg.Profit},
		{"rate_valid_for", 4, cfg.Company.RateDays},
		{"tiers", segment.TierPolicy{HighTop: 2000, ZeroShare: 100}, cfg.Tiers},
		{"big", segment.BigPolicy{Top: 1000, Kinds: []string{"dealer"}}, cfg.Big},
		{"bands", segment.Bands{Age: []int64{18, 25, 60}, Income: []int64{50000, 100000}}, cfg.Bands},
		{"crossed", []segment.Cross{{First: "age", Second: "tier"}, {First: "kind", Second: "size_class"}}, crosses(cfg)},
		{"retention", analysis.RetentionPolicy{Period: "quarter", Activity: "net", By: []string{"region", "channel"}, Periods: []string{"week", "fiscal_year"}, Cohorts: analysis.AcquiredOn, Elapsed: true, AtMost: 24}, cfg.Retention},
		{"history", 6, cfg.HistoryMonths},
		{"renewal", analysis.RenewalPolicy{GraceDays: 14}, cfg.Renewal},
		{"churn", analysis.ChurnPolicy{GapQuantile: 90, AtRisk: 80, AtLeastDays: 45, DecidedBy: analysis.DefaultChurn().DecidedBy, Classes: []analysis.ClassWord{
			{Class: "natural", Word: "Moved"}, {Class: "natural", Word: "倒闭"},
			{Class: "fault", SubClass: "service", Word: "*rude*"}, {Class: "competitive", Word: "Competitor"}}}, cfg.Churn},
		{"funnel", analysis.FunnelPolicy{Stages: []string{"意向", "签单"}, Lost: []string{"丢单"}, EntryDays: 3, Required: []string{"amount"}, Rewards: []analysis.EntryReward{
			{Kind: "early", Bound: 1, Points: 4}, {Kind: "full", Bound: 9000, Points: 1}}}, cfg.Funnel},
		{"satisfaction", analysis.SatisfactionPolicy{Scale: analysis.Scale{Low: 0, High: 10}, Compared: analysis.Scale{Low: 1, High: 5},
			Elements: []analysis.ElementWord{{Element: "service", Word: "Hotline"}, {Element: "service", Word: "*售后*"}, {Element: "contact", Word: "前台"}},
			Asked:    []string{"调查邀请"}, Unanswered: []string{"no answer", "无人接听"}}, cfg.Satisfaction},
		{"needs", analysis.BehaviourPolicy{LeastLines: 4, LowBelow: 2500, HighFrom: 7500, LeastShift: 1500, RhythmShift: 4000}, cfg.Behaviour},
		{"baskets", analysis.BasketPolicy{LeastBaskets: 20, LeastTogether: 4, Largest: 100, FalseDiscoveryBP: 100, LeaveOut: []string{"POST", "邮费"}}, cfg.Baskets},
		{"window of baskets", segment.Window{Months: 24}, cfg.BasketWindow},
		{"next", analysis.OfferPolicy{Repeat: "categories", Categories: []string{"耗材"}, Owned: 30, Neighbours: 12, HoldoutDays: 56}, cfg.Offers},
		{"lifetime", analysis.LifetimePolicy{Model: "bg_nbd", UnitDays: 1, HorizonMonths: 6, DiscountBP: 800, HoldoutDays: 182, Tenure: "size_class"}, cfg.Lifetime},
		{"identity", pipeline.Identity{
			MatchOn: []segment.Match{{Kind: "tax_id", Columns: []string{"size_class"}}, {Kind: "name", Columns: []string{"name"}}, {Kind: "kind", Columns: []string{"kind"}}},
			Merges:  filepath.Join(cfg.Dir, "decisions", "merges.csv"), Parents: filepath.Join(cfg.Dir, "groups.csv"),
			Precedence: []pipeline.Precedence{{Column: "name", Sources: []string{"shop"}}, {Column: "size_class", Sources: []string{"shop", "erp"}}}}, cfg.Identity},
		{"boundary", extract.BoundaryPolicy{Accept: []string{"erp.database_temp", "role_membership"}, Strict: true}, cfg.Boundary},
		{"checks", []pipeline.CheckSetting{
			{Name: "order_lines.quarantined", Severity: "error", AtMostBP: 10}, {Name: "orphan_customers", Severity: "warning", AtMostBP: -1},
			{Name: "order_lines.freshness", Severity: "warning", AtMostBP: -1}, {Name: "returns.volume", Severity: "error", AtMostBP: -1},
			{Name: "ledger_difference", Severity: "warning", AtMostBP: -1, AtMostAmount: "0.05"}}, withoutPlaces(cfg.Checks)},
		{"freshness", []pipeline.FreshnessLimit{{Table: "order_lines", Source: "tills", Days: 4}, {Table: "departures", Source: "bare", Days: 14}}, cfg.Freshness},
		{"volume", []pipeline.VolumeLimit{{Table: "order_lines", Source: "tills", WithinBP: 5000}, {Table: "order_lines", Source: "archive", WithinBP: 5000},
			{Table: "returns", Source: "clicks", WithinBP: 9950}}, cfg.Volume},
		{"engine", pipeline.EngineSetting{MemoryMB: 2048, Threads: 2, Trino: &pipeline.TrinoSetting{URL: "https://trino.example.com:8443", User: "night",
			CA: filepath.Join(cfg.Dir, "trino-ca.pem"), Catalog: "hive", Schema: "tea", Location: "s3://tea/lighthouse", Parallel: 6, Session: map[string]string{"query_max_run_time": "2h"},
			PasswordEnv: "TRINO_PASSWORD", Storage: pipeline.StorageSetting{Endpoint: "https://s3.example.com", Region: "eu-central-1", AccessKeyEnv: "TEA_KEY",
				SecretKeyFile: filepath.Join(cfg.Dir, "secrets", "s3")}}}, cfg.Engine},
		{"tills", &extract.CSV{Path: "tills/**/day-*.csv.gz", Encoding: "gb18030", Delimiter: "\t", Quote: "none", Decimal: ",",
			Null: []string{"", "-"}, HeaderRow: 3, StopAt: "合计", Trim: true}, sources["tills"].CSV},
		{"bare", &extract.CSV{Path: "bare.txt", Header: &headerless, Columns: []string{"who", "when", "what"}}, sources["bare"].CSV},
		{"erp", &extract.Server{Host: "books.example", Port: 5433, Database: "tea", User: "reader", PasswordEnv: "TEA_PASSWORD",
			TLS: "verify-ca", CAFile: "ca.pem", Workers: 3, RowsPerSecond: 50000, StatementTimeout: 2 * time.Hour, RetryFor: 10 * time.Minute}, sources["erp"].Postgres},
		{"incremental", &extract.Incremental{Cursor: "changed_at", Key: []string{"id"}, Overlap: extract.Overlap{Time: 48 * time.Hour}, Partition: "hash", Deletes: "weekly"},
			cfg.Data[0].Incremental},
		{"verify", pipeline.VerifyWeekly, cfg.Verify},
		{"drift", pipeline.DriftHold, cfg.Drift["renamed"]},
		{"punched", []extract.FixedColumn{{Name: "who", From: 1, To: 5}, {Name: "flag", From: 6, To: 6}, {Name: "amount", From: 7, To: 14}},
			sources["punched"].Fixed.Columns},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("%s: -want +got\n%s", c.what, diff)
		}
	}
}

func crosses(cfg *pipeline.Config) []segment.Cross {
	var out []segment.Cross
	for _, c := range cfg.Crossed {
		out = append(out, c.Cross)
	}
	return out
}

func withoutPlaces(settings []pipeline.CheckSetting) []pipeline.CheckSetting {
	settings = slices.Clone(settings)
	for i := range settings {
		settings[i].Pos = ""
	}
	return settings
}

func TestMappingsKeepTheirOrderOfPrecedenceAndCanonicalColumns(t *testing.T) {
	cfg, err := loadConfig("../../testdata/config/every-key.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range cfg.Data {
		line := m.Table + "/" + string(rune('0'+m.Index)) + " " + m.Source + ":"
		for _, c := range m.Columns {
			line += " " + c.Name
		}
		got = append(got, line)
	}
	want := []string{
		"customers/0 erp: customer_id name kind",
		"customers/1 shop: customer_id name",
		"order_lines/0 tills: order_id line_id customer_id ordered_at net_amount currency",
		"order_lines/1 archive:", // a select names its columns itself
		"returns/0 clicks: order_id returned_on amount",
		"departures/0 bare: customer_id left_on reason",
		"status/0 finance: 客户号 原因",
		"visits/0 erp: id day",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if !cfg.Data[1].Distinct || !cfg.Data[2].Columns[1].Location {
		t.Errorf("distinct %v, location %+v", cfg.Data[1].Distinct, cfg.Data[2].Columns[1])
	}
	first := cfg.Data[0]
	if diff := cmp.Diff([]extract.Condition{{Column: "deleted", Values: []string{"0"}}, {Column: "type", Values: []string{"1", "2"}}}, first.Where); diff != "" {
		t.Error(diff)
	}
	if first.Columns[2].Values["2"] != "dealer" || first.Attributes[0] != "size_class" {
		t.Errorf("kind %+v, attributes %v", first.Columns[2], first.Attributes)
	}
}

// TestTheDesignPageIsTaken reads the page that the configuration was designed on.
func TestTheDesignPageIsTaken(t *testing.T) {
	page, err := os.ReadFile("../../../shared/design/config.md")
	if err != nil {
		if os.Getenv("PHAROS_REQUIRE") == "all" {
			t.Fatal(err)
		}
		t.Skip("the design page does not lie beside the repository")
	}
	_, block, _ := strings.Cut(string(page), "```yaml\n")
	block, _, _ = strings.Cut(block, "```")
	lines := problemsOf(t, block)
	for _, line := range lines {
		if strings.Contains(line, `identity.match_on: "tax_id" is no mapped column`) {
			continue // the page shows the key, and maps no tax id in its few lines about customers
		}
		t.Errorf("the page is not taken: %s", line)
	}
}

func TestAMissingFileSaysHowToGetOne(t *testing.T) {
	_, err := loadConfig(filepath.Join(t.TempDir(), "pharos.yaml"))
	var declared *exitError
	if !errors.As(err, &declared) || declared.code != exitUsage || !strings.Contains(declared.hint, "pharos init") {
		t.Errorf("got %v", err)
	}
}

func FuzzConfigNeverPanics(f *testing.F) {
	for _, name := range []string{"every-key.yaml"} {
		data, err := os.ReadFile(filepath.Join("../../testdata/config", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	for _, text := range []string{smallest, "", "version: [", "a: &a [*a]\n", "? [x]\n: y\n", "data: {order_lines: [[]]}\n", "- 1\n", "version: !t 1\n"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		cfg, err := parseConfig("pharos.yaml", data)
		if (cfg == nil) == (err == nil) {
			t.Fatalf("config %v with error %v", cfg, err)
		}
	})
}
