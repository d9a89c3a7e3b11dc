package pipeline

import (
	"time"

	"github.com/pharos-analytics/pharos/analysis"
	"github.com/pharos-analytics/pharos/pipeline/extract"
	"github.com/pharos-analytics/pharos/segment"
)

// Config is a validated pharos.yaml. cmd/pharos parses the file into it; nothing here reads YAML.
type Config struct {
	Path      string // pharos.yaml, as given
	Dir       string // its folder: what relative paths start from
	Hash      string // SHA-256 of the file's bytes, hex
	Workspace string // absolute: lake/, runs/, CURRENT, current, tmp/
	Company   Company
	Light     Light
	Sources   []extract.Spec    // in file order
	Data      []extract.Mapping // in file order; raw tables too
	Boundary  extract.BoundaryPolicy
	Profit    segment.ProfitPolicy
	Tiers     segment.TierPolicy
	Big       segment.BigPolicy
	Bands     segment.Bands
	Lists     []segment.ListPolicy // every list this version makes, with defaults filled
	Retention analysis.RetentionPolicy
	Renewal   analysis.RenewalPolicy
	Churn     analysis.ChurnPolicy
	Checks    []CheckSetting
	Engine    EngineSetting
	Verify    string            // when sources add up their columns: VerifyWeekly, VerifyFull, VerifyCount
	Drift     map[string]string // kind of change of a source's columns -> outcome; missing: DefaultDrift
	KeyFile   string            // absolute; may not exist
	KeepRuns  int
	OwnSQL    string // absolute folder sql/ beside the file, empty when there is none
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

// CheckSetting changes a check's severity or threshold.
type CheckSetting struct {
	Name         string // check file name, or table.rule
	Severity     string // error, warning
	AtMostBP     int64  // share in basis points; -1: not set
	AtMostAmount string // money, decimal text; empty: not set
	Pos          string
}

// EngineSetting bounds the embedded engine.
type EngineSetting struct {
	MemoryMB int
	Threads  int
}
