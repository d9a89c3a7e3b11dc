package pipeline

import (
	"slices"
	"time"

	"github.com/pharos-analytics/pharos/analysis"
	"github.com/pharos-analytics/pharos/pipeline/extract"
	"github.com/pharos-analytics/pharos/pipeline/publish"
	"github.com/pharos-analytics/pharos/segment"
)

// Config is a validated pharos.yaml. cmd/pharos parses the file into it; nothing here reads YAML.
type Config struct {
	Path          string // pharos.yaml, as given
	Dir           string // its folder: what relative paths start from
	Hash          string // SHA-256 of the file's bytes, hex
	Workspace     string // absolute: lake/, runs/, CURRENT, current, tmp/
	Company       Company
	Light         Light
	Sources       []extract.Spec    // in file order
	Data          []extract.Mapping // in file order; raw tables too
	Identity      Identity
	Boundary      extract.BoundaryPolicy
	Profit        segment.ProfitPolicy
	Tiers         segment.TierPolicy
	Big           segment.BigPolicy
	Bands         segment.Bands
	Crossed       []CrossedSegments
	Lists         []segment.ListPolicy // every list, in the order of their claim on a customer
	ListFormat    publish.ListFormat
	Suppression   segment.SuppressionPolicy
	Retention     analysis.RetentionPolicy
	RetentionPos  string // where pharos.yaml says retention.by
	HistoryMonths int    // months of the history of tiers and key figures, the one of the as-of day included
	Renewal       analysis.RenewalPolicy
	Churn         analysis.ChurnPolicy
	ChurnPos      string // where pharos.yaml speaks of churn
	Lifetime      analysis.LifetimePolicy
	Funnel        analysis.FunnelPolicy
	Satisfaction  analysis.SatisfactionPolicy
	Behaviour     analysis.BehaviourPolicy
	Baskets       analysis.BasketPolicy
	BasketWindow  segment.Window // of the baskets; zero: that of profit
	Offers        analysis.OfferPolicy
	Checks        []CheckSetting
	Freshness     []FreshnessLimit
	Volume        []VolumeLimit
	Engine        EngineSetting
	Verify        string            // when sources add up their columns: VerifyWeekly, VerifyFull, VerifyCount
	Drift         map[string]string // kind of change of a source's columns -> outcome; missing: DefaultDrift
	KeyFile       string            // absolute; may not exist
	KeepRuns      int
	Serve         ServeSetting
	AliasedReport bool // a report without names beside the report
	Workbook      WorkbookSetting
	Mail          *MailSetting // nil: nobody hears of a night
	OwnSQL        string       // absolute folder sql/ beside the file, empty when there is none
}

// When a source counts and sums up its columns in the snapshot that is read, to be compared with
// what arrived. The number of rows is compared on every load.
const (
	VerifyWeekly = "weekly" // on the first load and once in seven days
	VerifyFull   = "full"   // on every load
	VerifyCount  = "count"  // never
)

// Company is who the run is for.
type Company struct {
	Name        string
	Currency    string // ISO 4217
	Location    *time.Location
	Language    string // en or zh
	FiscalMonth int    // 1..12, first month of the fiscal year
	RateDays    int    // so many days after its own an exchange rate still holds, while there is no newer one
}

// Values is what the mapping of values needs to know about the company.
func (c *Config) Values() extract.Context {
	return extract.Context{
		Location: c.Company.Location, Currency: c.Company.Currency,
		HasRates: slices.ContainsFunc(c.Data, func(m extract.Mapping) bool { return m.Table == "exchange_rates" && !m.Raw }),
	}
}

// Identity says how the records of several sources become one customer.
type Identity struct {
	MatchOn    []segment.Match // keys by which merges are proposed; none: nothing is proposed
	Merges     string          // absolute: the file of proposals and decisions; may not exist; empty: there is none
	Parents    string          // absolute: the file of parents; empty: there is none
	Precedence []Precedence    // in file order
}

// Precedence says which sources are asked first for a column of customers. Sources that it does not
// name follow in the order of the mappings.
type Precedence struct {
	Column  string // of customers, or an attribute
	Sources []string
}

// Light is the one number on top of everything.
type Light struct {
	KPI        string
	Target     *Milestone
	Milestones []Milestone
}

// Milestone is a value of the light to be reached by a day.
type Milestone struct {
	Value string // decimal text
	By    time.Time
}

// DefaultHistory is how many months back tiers and key figures are computed unless pharos.yaml asks
// for fewer; mart tier_history and mart kpi_history promise no more.
const DefaultHistory = 24

// CheckSetting changes a check's severity or threshold.
type CheckSetting struct {
	Name         string // check file name, or table.rule
	Severity     string // error, warning
	AtMostBP     int64  // share in basis points; -1: not set
	AtMostAmount string // money, decimal text; empty: not set
	Pos          string
}

// CrossedSegments asks for the cross of two segmentations.
type CrossedSegments struct {
	segment.Cross
	Pos string
}

// FreshnessLimit is how old the newest row of a source's table may be, counted to the as-of day.
type FreshnessLimit struct {
	Table, Source string
	Days          int
}

// VolumeLimit is how far the rows of a source's table of one day may be from what is usual, in
// basis points, in both directions.
type VolumeLimit struct {
	Table, Source string
	WithinBP      int64
}

// EngineSetting bounds the embedded engine, and names the cluster of a company that outgrew it.
type EngineSetting struct {
	MemoryMB int
	Threads  int
	Trino    *TrinoSetting // nil: the embedded engine computes
}

// TrinoSetting is the cluster that computes. Of password and token at most one is configured, by a
// variable or a file.
type TrinoSetting struct {
	URL      string // or URLEnv, the variable that holds it
	URLEnv   string
	User     string
	CA       string // PEM file
	Catalog  string
	Schema   string // begins the names of our schemas
	Location string // the workspace as the cluster sees it
	Parallel int
	Session  map[string]string

	PasswordEnv, PasswordFile, TokenEnv, TokenFile string

	Storage StorageSetting // of a location on S3-compatible storage
}

// StorageSetting is how object storage is reached from here; its keys are named by variables or files.
type StorageSetting struct {
	Endpoint, Region                                         string
	AccessKeyEnv, AccessKeyFile, SecretKeyEnv, SecretKeyFile string
}
