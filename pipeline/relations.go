package pipeline

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/pharos-analytics/pharos/analysis"
	"github.com/pharos-analytics/pharos/pipeline/lake"
	"github.com/pharos-analytics/pharos/pipeline/model"
	"github.com/pharos-analytics/pharos/segment"
)

// relation is a small relation that Go gives to SQL.
type relation struct {
	name    string
	columns []model.Column
	rows    [][]any
}

// relations are the run.* relations of params.go for one as-of day.
func relations(cfg *Config, w windows, read *lake.Snapshot, mapped map[string][]string) []relation {
	return append(slices.Concat(retentionRelations(cfg, w.asOf), churnRelations(cfg), behaviourRelations(cfg.Behaviour), basketRelations(cfg, w), listRelations(cfg)), []relation{
		params(cfg, w),
		profitWindows(cfg, w),
		table("run.allocations", "kind varchar", "driver varchar", "unassigned_bp bigint").of(
			each(cfg.Profit.Allocations, func(a segment.Allocation) []any { return []any{a.Kind, a.Driver, int64(a.Unassigned)} })),
		calendar(w.asOf, cfg.Retention.Period),
		table("run.rate_days", "days bigint").of(rateDays(cfg)),
		table("run.big_kinds", "kind varchar").of(each(cfg.Big.Kinds, func(k string) []any { return []any{k} })),
		table("run.bands", "segmentation varchar", "position bigint", "lower_bound bigint", "upper_bound bigint", "label varchar").of(bandRows(cfg.Bands)),
		table("run.crossed_segments", "position bigint", "segmentation varchar", "first_segmentation varchar", "second_segmentation varchar").of(crossedRows(cfg.Crossed)),
		table("run.class_words", "position bigint", "class varchar", "sub_class varchar", "word varchar", "is_pattern boolean").of(classWordRows(cfg.Churn)),
		table("run.countermeasures", "class varchar", "sub_class varchar", "countermeasure varchar").of(
			each(analysis.Countermeasures(cfg.Company.Language), func(c analysis.Countermeasure) []any {
				return []any{c.Class, orNull(c.SubClass), c.Action}
			})),
		table("run.strategies", "tier varchar", "strategy varchar").of(
			each(segment.Strategies(cfg.Company.Language), func(s segment.Strategy) []any { return []any{s.Tier, s.Text} })),
		table("run.check_settings", "check_name varchar", "severity varchar", "at_most_bp bigint", "at_most_amount decimal(18,4)").of(checkRows(cfg.Checks)),
		table("run.freshness_limits", "table_name varchar", "source varchar", "at_most_days bigint").of(
			each(cfg.Freshness, func(l FreshnessLimit) []any { return []any{l.Table, l.Source, int64(l.Days)} })),
		table("run.volume_limits", "table_name varchar", "source varchar", "within_bp bigint").of(
			each(cfg.Volume, func(l VolumeLimit) []any { return []any{l.Table, l.Source, l.WithinBP} })),
		table("run.columns", "table_name varchar", "column_name varchar").of(mappedRows(mapped)),
		table("run.loads", "table_name varchar", "source varchar", "rows bigint", "quarantined bigint", "newest_on date").of(loadRows(read.Loads)),
		table("run.increments", "table_name varchar", "mapping bigint", "is_whole boolean").of(incrementRows(read.Increments)),
		table("run.drift", "table_name varchar", "source varchar", "column_name varchar", "change varchar", "before varchar", "after varchar", "outcome varchar").of(driftRows(read.Drift)),
		lifetimeRelation(cfg.Lifetime),
		funnelRelation(cfg.Funnel),
		funnelStages(cfg.Funnel),
		table("run.required_columns", "column_name varchar").of(each(cfg.Funnel.Required, func(c string) []any { return []any{c} })),
		table("run.entry_rewards", "kind varchar", "bound bigint", "points bigint").of(
			each(cfg.Funnel.Rewards, func(r analysis.EntryReward) []any { return []any{r.Kind, int64(r.Bound), int64(r.Points)} })),
		satisfactionPolicy(cfg.Satisfaction),
		satisfactionWords(cfg.Satisfaction),
		table("run.light", "position bigint", "kind varchar", "kpi varchar", "goal double", "by_on date").of(lightRows(cfg.Light)),
	}...)
}

func params(cfg *Config, w windows) relation {
	var r relation
	r.name = "run.params"
	add := func(name, typ string, value any) {
		r.columns = append(r.columns, model.Column{Name: name, Type: typ})
		if len(r.rows) == 0 {
			r.rows = [][]any{nil}
		}
		r.rows[0] = append(r.rows[0], value)
	}
	add("as_of", "date", w.asOf)
	add("last_day", "date", w.asOf.AddDate(0, 0, -1))
	add("window_start", "date", w.start)
	add("previous_as_of", "date", w.previousAsOf)
	add("previous_window_start", "date", w.previousStart)
	add("currency", "varchar", cfg.Company.Currency)
	add("language", "varchar", cfg.Company.Language)
	add("company", "varchar", cfg.Company.Name)
	add("minor_unit_parts", "bigint", minorUnitParts(cfg.Company.Currency))
	add("missing_cost", "varchar", orWord(cfg.Profit.MissingCost, "none"))
	add("returned_goods", "varchar", orWord(cfg.Profit.Goods, "restocked"))
	rule, share, least := tierRule(cfg.Tiers)
	add("tier_rule", "varchar", rule)
	add("tier_bp", "bigint", share)
	add("tier_at_least", "decimal(18,4)", model.Decimal(least))
	add("zero_within", "decimal(18,4)", model.Decimal(orWord(cfg.Tiers.ZeroWithin, "0")))
	add("zero_share_bp", "bigint", int64(cfg.Tiers.ZeroShare))
	if cfg.Big.Top > 0 {
		add("big_rule", "varchar", "top")
		add("big_bp", "bigint", int64(cfg.Big.Top))
	} else {
		add("big_rule", "varchar", "holds")
		add("big_bp", "bigint", int64(cfg.Big.Holds))
	}
	add("activity", "varchar", cfg.Retention.Activity)
	add("retention_period", "varchar", cfg.Retention.Period)
	add("retention_cohorts", "varchar", orWord(cfg.Retention.Cohorts, analysis.FirstOrder))
	add("retention_at_most", "bigint", int64(cfg.Retention.AtMost))
	add("grace_days", "bigint", int64(cfg.Renewal.GraceDays))
	add("due_days", "bigint", int64(analysis.DueDays))
	add("silent_days", "bigint", int64(cfg.Churn.Days))
	add("gap_percent", "bigint", int64(cfg.Churn.GapQuantile))
	add("risk_percent", "bigint", int64(cfg.Churn.AtRisk))
	add("silent_at_least", "bigint", int64(cfg.Churn.AtLeastDays))
	add("uses_departures", "boolean", slices.Contains(cfg.Churn.DecidedBy, analysis.ByDeparture))
	add("uses_contracts", "boolean", slices.Contains(cfg.Churn.DecidedBy, analysis.ByContract))
	add("uses_flags", "boolean", slices.Contains(cfg.Churn.DecidedBy, analysis.ByFlag))
	add("uses_rhythm", "boolean", slices.Contains(cfg.Churn.DecidedBy, analysis.ByRhythm))
	add("uses_model", "boolean", slices.Contains(cfg.Churn.DecidedBy, analysis.ByModel))
	add("missing_cost_bp", "bigint", int64(missingCostGate))
	add("bad_debt_days", "bigint", int64(cfg.Profit.BadDebtDays))
	add("invoice_due_days", "bigint", int64(cfg.Profit.InvoiceDueDays))
	return r
}

// minorUnitParts is the smallest unit of a currency in ten-thousandths: 100 for a cent. Currencies
// without one, and those with thousandths, are the ones of ISO 4217.
func minorUnitParts(currency string) int64 {
	switch currency {
	case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF":
		return 10000
	case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND":
		return 10
	}
	return 100
}

// missingCostGate is the share of revenue without cost above which a run fails unless
// profit.missing_cost is declared (definitions.md, Profit).
const missingCostGate = segment.BasisPoints(500)

func tierRule(p segment.TierPolicy) (rule string, share int64, least string) {
	switch {
	case p.HighAtLeast != "":
		return "at_least", 0, p.HighAtLeast
	case p.HighTop > 0:
		return "top", int64(p.HighTop), "0"
	}
	return "holds", int64(p.HighHolds), "0"
}

// table names a relation and its columns, each "name type".
func table(name string, named ...string) relation {
	return relation{name: name, columns: namedColumns(named...)}
}

// namedColumns reads columns written "name type".
func namedColumns(named ...string) []model.Column {
	var out []model.Column
	for _, c := range named {
		name, kind, _ := strings.Cut(c, " ")
		out = append(out, model.Column{Name: name, Type: kind})
	}
	return out
}

func (r relation) of(rows [][]any) relation { r.rows = rows; return r }

func each[T any](items []T, row func(T) []any) [][]any {
	rows := make([][]any, 0, len(items))
	for _, it := range items {
		rows = append(rows, row(it))
	}
	return rows
}

// rateDays are the days that an exchange rate holds, counted from its own.
func rateDays(cfg *Config) [][]any {
	var rows [][]any
	for days := range cfg.Company.RateDays + 1 {
		rows = append(rows, []any{int64(days)})
	}
	return rows
}

func bandRows(b segment.Bands) [][]any {
	return each(b.Rows(), func(r segment.Band) []any {
		return []any{r.Segmentation, r.Position, orNone(r.Lower), orNone(r.Upper), r.Label}
	})
}

func crossedRows(crossed []CrossedSegments) [][]any {
	var rows [][]any
	for i, c := range crossed {
		rows = append(rows, []any{int64(i + 1), c.Name(), c.First, c.Second})
	}
	return rows
}

func classWordRows(p analysis.ChurnPolicy) [][]any {
	return each(analysis.Patterns(p.Classes), func(w analysis.Pattern) []any {
		return []any{int64(w.Position), w.Class, orNull(w.SubClass), w.Word, w.IsPattern}
	})
}

func checkRows(settings []CheckSetting) [][]any {
	return each(settings, func(s CheckSetting) []any {
		var most any
		if s.AtMostBP >= 0 {
			most = s.AtMostBP
		}
		var amount any
		if s.AtMostAmount != "" {
			amount = model.Decimal(s.AtMostAmount)
		}
		return []any{s.Name, orNull(s.Severity), most, amount}
	})
}

func mappedRows(mapped map[string][]string) [][]any {
	var rows [][]any
	for _, t := range slices.Sorted(maps.Keys(mapped)) {
		for _, c := range mapped[t] {
			rows = append(rows, []any{t, c})
		}
	}
	return rows
}

func loadRows(loads []lake.Load) [][]any {
	return each(loads, func(l lake.Load) []any {
		var newest any
		if d, err := time.Parse(time.DateOnly, l.NewestOn); err == nil {
			newest = d
		}
		return []any{l.Table, l.Source, l.Rows, l.Quarantined, newest}
	})
}

func incrementRows(increments []lake.Increment) [][]any {
	return each(increments, func(i lake.Increment) []any { return []any{i.Table, int64(i.Mapping), i.State[stateWhole] != ""} })
}

func driftRows(drift []lake.Drift) [][]any {
	return each(drift, func(d lake.Drift) []any {
		return []any{d.Table, d.Source, d.Column, d.Change, orNull(d.Before), orNull(d.After), d.Outcome}
	})
}

// lightRows are the light itself, its target and its milestones by their day. Key figures are
// doubles, and so is what they have to reach.
func lightRows(l Light) [][]any {
	rows := [][]any{{int64(0), "now", l.KPI, nil, nil}}
	add := func(kind string, m Milestone) {
		rows = append(rows, []any{int64(len(rows)), kind, l.KPI, floatOf(m.Value), m.By})
	}
	if l.Target != nil {
		add("target", *l.Target)
	}
	milestones := slices.Clone(l.Milestones)
	slices.SortStableFunc(milestones, func(a, b Milestone) int { return a.By.Compare(b.By) })
	for _, m := range milestones {
		add("milestone", m)
	}
	return rows
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func orWord(s, word string) string {
	if s == "" {
		return word
	}
	return s
}

func orNone(bound *int64) any {
	if bound == nil {
		return nil
	}
	return *bound
}
