package publish

import (
	"time"

	"github.com/govalues/decimal"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// ReportData is everything the report shows, taken from the marts of one run. Money is decimal
// in the company's currency; shares are fractions (0.25 is 25 %), nil where they are undefined;
// slices come in any order and of any length, the report sorts and limits them. Words of the
// marts (tiers, classes, states, segments) are their keys: the report translates them.
type ReportData struct {
	Company  string
	Currency string    // ISO 4217
	AsOf     time.Time // D: everything before it counts
	Window   ReportWindow
	Basis    string // what the profit stands on: ledger, margin, partial, revenue

	Light         Light
	KPIs          []KPI
	Drivers       []Driver
	Actions       []ActionRow
	ListsWithheld string // why no list was written: no_opt_outs, …; empty: they were

	Known      int64 // all known customers
	Customers  int64 // customers with any line in the window
	Revenue    decimal.Decimal
	Profit     decimal.Decimal
	Unassigned Unassigned

	Whale    []WhalePoint
	Tiers    []TierRow
	TierCut  *decimal.Decimal // smallest profit of tier high, nil when the tier is empty
	Top      []RankedCustomer // first by profit
	Bottom   []RankedCustomer // last by profit
	Segments []SegmentRow     // all segmentations, rfm among them

	Period    string // of cohorts and retention: week, month, quarter, year
	Activity  string // what counts as active: sale, net
	Cohorts   []CohortCell
	Pooled    []PooledAge
	Periods   []PeriodRow
	Lifecycle []LifecycleRow
	States    []ChurnState
	Causes    []ChurnCause

	Contracts     Contracts
	StayBy        []StayRow
	StayLeftOut   StayLeftOut
	ChurnSources  []ChurnSource
	ChurnDisagree int64 // customers of whom one source says left and another stays
	ChurnRates    []ChurnRate
	WinBacks      []WinBack

	Potential Potential
	Funnel    Funnel
	Needs     []NeedGroup // mart needs_by

	Satisfaction Satisfaction
	Baskets      Baskets

	Bridge         []BridgeStep    // from the profit of W a year before to that of W
	Movement       []Movement      // between tiers, W a year before against W
	MovementCauses []MovementCause // summed
	Movers         []Mover         // those whose profit changed most, both ways
	Money          *RetentionMoney // nil when not computed
	LightMonths    []LightMonth    // the light's figure of the last 24 months
	Reconciliation []Reconciliation
	Restatements   []Restatement

	Sources     []SourceAge
	Quality     []QualityRow
	Quarantine  []QuarantineRule
	Drift       []lake.Drift // changes of the sources' columns since the load before
	NotComputed []Uncomputed
	Verdicts    []SourceVerdict

	Run, Version, ConfigHash string

	IsAliased bool   // the names are aliases
	Since     *Since // what changed since an earlier run; nil: nobody asked
}

// ReportWindow is the profit window W: the days From <= day < To.
type ReportWindow struct {
	From, To time.Time // From is zero for "everything before To"
	Months   int       // 12 for the last twelve months; 0 with All or Fiscal
	All      bool
	Fiscal   bool
}

// Light is the one number on top: the kpi's name, its money beside it and where it has to be by when.
type Light struct {
	KPI        string
	Amount     *decimal.Decimal // for a share of money: the money itself
	Target     *LightTarget
	Milestones []LightTarget
}

// LightTarget is a value the light has to reach, in the kpi's unit, by a day: a row of mart light.
type LightTarget struct {
	Value float64
	By    time.Time
	State string   // reached, open, missed; empty when the light was not computed
	Gap   *float64 // what is still to go
}

// KPI is a row of mart kpis. The mart holds every unit in one column of doubles; what must be
// exact to the cent stands as decimals elsewhere in ReportData.
type KPI struct {
	Name            string
	Unit            string // money, share, count, ratio, points, days
	Value, Previous *float64
	Low, High       *float64
}

// Driver is a row of mart drivers: a customer or group that carries much of the light.
type Driver struct {
	Rank       int64
	CustomerID string
	Name       string
	Amount     decimal.Decimal
	Share      *float64 // of the light's amount
	Reason     string   // at_risk, churned, top_profit, …
}

// ActionRow sums up a target list.
type ActionRow struct {
	List   string // fix, keep, win_back, …; in the order of their claim on a customer
	Rows   int64
	Value  decimal.Decimal // value at stake of the list's rows
	Action string          // in the company's own words; empty: the list's default
	Owner  string          // account_manager or a name; empty: nobody yet

	Position int64 // the order of the lists' claim on a customer

	Candidates, Suppressed, OnOtherList, Control, OverCapacity int64 // with Rows they add up to the candidates
}

// Unassigned is what the window holds for nobody.
type Unassigned struct {
	Lines   int64
	Revenue decimal.Decimal
}

// WhalePoint is a row of mart whale_curve.
type WhalePoint struct {
	Rank           int64
	CustomersShare float64
	Cumulative     decimal.Decimal
}

// TierRow sums up a tier.
type TierRow struct {
	Tier       string // high, medium, zero, loss
	Customers  int64
	Revenue    decimal.Decimal
	Profit     decimal.Decimal
	NoActivity int64  // tier zero: those without any line in the window
	Previous   *int64 // customers that stood in this tier a year ago
}

// RankedCustomer is a customer with the figures that explain its rank.
type RankedCustomer struct {
	Rank        int64 // by profit
	RevenueRank int64
	CustomerID  string
	Name        string
	Kind        string
	Tier        string
	State       string // of churn: active, at_risk, churned; empty: not computed
	Basis       string
	Revenue     decimal.Decimal // gross: before discounts and returns
	Discounts   decimal.Decimal
	Returns     decimal.Decimal
	Cogs        decimal.Decimal
	OtherCost   decimal.Decimal // cost to serve, bad debt and allocated cost
	Profit      decimal.Decimal
}

// SegmentRow is a row of mart segments.
type SegmentRow struct {
	Segmentation string
	Segment      string
	Customers    int64
	Revenue      decimal.Decimal
	Profit       decimal.Decimal
}

// CohortCell is a row of mart retention_cohorts, measure classic.
type CohortCell struct {
	Cohort time.Time
	Age    int
	Size   int64
	Active *int64
	Rate   *float64
	State  string // observed, in_progress, future
}

// PooledAge is a row of mart retention_curve, measure classic: all cohorts whose period is complete.
type PooledAge struct {
	Age       int
	Customers int64
	Kept      int64
	Rate      *float64
	Low, High *float64
}

// PeriodRow is a row of mart retention_periods.
type PeriodRow struct {
	Period  time.Time
	AtStart int64
	Kept    int64
	Rate    *float64
	State   string // observed, in_progress
}

// LifecycleRow is a row of mart lifecycle.
type LifecycleRow struct {
	Month     time.Time
	State     string // new, returning, resurrected, dormant
	Customers int64
	Complete  bool
}

// ChurnState counts the customers of mart churn in one state.
type ChurnState struct {
	State        string // active, at_risk, churned
	Customers    int64
	ValueAtStake decimal.Decimal
}

// ChurnCause is a row of mart churn_summary.
type ChurnCause struct {
	Class       string // natural, competitive, fault, unclassified
	SubClass    string // quality, price, service, image, none, …
	Customers   int64
	RevenueLost decimal.Decimal
	ProfitLost  decimal.Decimal
	Share       *float64 // of the churned customers
}

// SourceAge is the freshness of one table of one source.
type SourceAge struct {
	Table, Source     string
	Rows, Quarantined int64
	Newest            *time.Time // newest day before D, nil for undated tables
}

// QualityRow is a row of mart quality.
type QualityRow struct {
	Check, Table    string
	Severity        string // error, warning, information
	Failing, Tested int64
	Verdict         string // ok, or what the check came to
}

// QuarantineRule counts the rows one rule kept out of a table, with examples.
type QuarantineRule struct {
	Table, Source, Rule string
	Rows                int64
	Examples            []QuarantineExample
}

// QuarantineExample is one quarantined row: where it is, and the value that broke the rule. The
// report never prints a whole line, a contact, an address or a free text.
type QuarantineExample struct{ Location, Column, Value string }

// Uncomputed names a mart that this run has no data for.
type Uncomputed struct {
	Mart  string
	Needs []string // canonical tables; "order_lines | contracts" means one of them
}

// SourceVerdict is the boundary verdict of one source, without anything that depends on the clock.
type SourceVerdict struct {
	Source, Kind string
	Items        int      // boundary items looked at
	Warnings     int      // of them that warn
	Accepted     []string // of them that are accepted by name, in the order of the verdict
	Unchanged    bool     // the session ended with the evidence that nothing was written
}
