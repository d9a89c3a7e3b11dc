package pipeline

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pharos-analytics/pharos/pipeline/extract"
	"github.com/pharos-analytics/pharos/pipeline/lake"
	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// reportData takes everything the report shows from the marts of one run.
func reportData(ctx context.Context, from asker, cfg *Config, m *publish.Manifest, lists []publish.ListSummary) (publish.ReportData, error) {
	asOf, err := time.Parse(time.DateOnly, m.AsOf)
	if err != nil {
		return publish.ReportData{}, err
	}
	d := publish.ReportData{
		Company: m.Company, Currency: m.Currency, AsOf: asOf, Window: reportWindow(cfg, m, asOf),
		Period: cfg.Retention.Period, Activity: cfg.Retention.Activity,
		Run: m.ID, Version: m.Version, ConfigHash: m.ConfigHash,
		NotComputed: uncomputed(m.NotComputed), Verdicts: verdicts(m.Observed.Boundary), Drift: m.Drift,
	}
	for _, c := range m.Checks {
		d.Quality = append(d.Quality, publish.QualityRow{Check: c.Name, Table: c.Table, Severity: c.Severity, Failing: c.Failing, Tested: c.Tested, Verdict: c.Verdict})
	}
	for i, l := range lists {
		d.Actions = append(d.Actions, publish.ActionRow{List: l.Name, Rows: l.Rows, Value: l.Value, Action: l.Action, Owner: l.Owner, Position: int64(i + 1),
			Candidates: l.Candidates, Suppressed: l.Suppressed, OnOtherList: l.OnOtherList, Control: l.Control, OverCapacity: l.OverCapacity})
	}
	d.ListsWithheld = m.Withheld
	b := binder{ctx: ctx, from: from, computed: computedIn(m), hasRates: hasLoad(m.Loads, "exchange_rates")}
	d.Sources = b.setAside(b.sources(m.Loads, asOf))
	bindValue(&b, &d)
	bindStay(&b, &d)
	bindLeaving(&b, &d, cfg.Retention.Period)
	bindTrust(&b, &d)
	bindMoves(&b, &d, cfg.Light.KPI)
	bindPotential(&b, &d, cfg)
	d.Light = b.light(cfg)
	return d, b.err
}

// binder reads one relation after the other and keeps the first error.
type binder struct {
	ctx      context.Context
	from     asker
	computed func(mart string) bool
	hasRates bool // whether exchange rates are loaded
	err      error
}

// rows binds a query unless an earlier one failed or the mart it needs was not computed.
func rows[T any](b *binder, mart, query string, row func(record) T) []T {
	if b.err != nil || !b.computed(mart) {
		return nil
	}
	out, err := bind(b.ctx, b.from, query, row)
	b.err = err
	return out
}

func computedIn(m *publish.Manifest) func(string) bool {
	return func(mart string) bool {
		for _, n := range m.NotComputed {
			if n.Mart == mart {
				return false
			}
		}
		return true
	}
}

func bindValue(b *binder, d *publish.ReportData) {
	rows(b, "profit_tiers", "select * from publish.report_totals", func(r record) any {
		d.Known, d.Customers = r.count("known"), r.count("customers")
		d.Revenue, d.Profit = r.money("revenue"), r.money("profit")
		d.TierCut = r.moneyOrNil("tier_cut")
		d.Unassigned = publish.Unassigned{Lines: r.count("unassigned_lines"), Revenue: r.money("unassigned_revenue")}
		return nil
	})
	d.Whale = rows(b, "whale_curve", "select * from segment.whale_curve order by rank", func(r record) publish.WhalePoint {
		return publish.WhalePoint{Rank: r.count("rank"), CustomersShare: r.share("customers_share"), Cumulative: r.money("cumulative_profit")}
	})
	d.Tiers = rows(b, "profit_tiers", "select * from publish.report_tiers order by tier", func(r record) publish.TierRow {
		return publish.TierRow{Tier: r.text("tier"), Customers: r.count("customers"), Revenue: r.money("revenue"),
			Profit: r.money("profit"), NoActivity: r.count("no_activity"), Previous: r.countOrNil("previous")}
	})
	ranked := "select * from publish.report_ranking where "
	d.Top = rows(b, "pareto", ranked+"is_top order by profit_rank", rankedCustomer)
	d.Bottom = rows(b, "pareto", ranked+"is_bottom order by profit_rank", rankedCustomer)
	d.Segments = rows(b, "segments", "select * from segment.segments order by segmentation, segment", func(r record) publish.SegmentRow {
		return publish.SegmentRow{Segmentation: r.text("segmentation"), Segment: r.text("segment"), Customers: r.count("customers"),
			Revenue: r.money("revenue"), Profit: r.money("profit")}
	})
}

func rankedCustomer(r record) publish.RankedCustomer {
	return publish.RankedCustomer{
		Rank: r.count("profit_rank"), RevenueRank: r.count("revenue_rank"), CustomerID: r.text("customer_id"), Name: r.text("name"),
		Kind: r.text("kind"), Tier: r.text("tier"), State: r.text("state"), Basis: r.text("basis"),
		Revenue: r.money("gross_revenue"), Discounts: r.money("discounts"), Returns: r.money("returns"), Cogs: r.money("cogs"),
		OtherCost: r.money("other_cost"), Profit: r.money("profit"),
	}
}

func bindStay(b *binder, d *publish.ReportData) {
	d.Cohorts = rows(b, "retention_cohorts", "select * from analysis.retention_cohorts where measure = 'classic' order by cohort, age", func(r record) publish.CohortCell {
		return publish.CohortCell{Cohort: r.day("cohort"), Age: int(r.count("age")), Size: r.count("cohort_size"),
			Active: r.countOrNil("active"), Rate: r.shareOrNil("rate"), State: r.text("state")}
	})
	d.Pooled = rows(b, "retention_curve", "select * from analysis.retention_curve where measure = 'classic' order by age", func(r record) publish.PooledAge {
		return publish.PooledAge{Age: int(r.count("age")), Customers: r.count("customers"), Kept: r.count("kept"),
			Rate: r.shareOrNil("rate"), Low: r.shareOrNil("rate_low"), High: r.shareOrNil("rate_high")}
	})
	d.Periods = rows(b, "retention_periods", "select * from analysis.retention_periods where measure = 'customers' order by period", func(r record) publish.PeriodRow {
		return publish.PeriodRow{Period: r.day("period"), AtStart: r.count("at_start"), Kept: r.count("kept"), Rate: r.shareOrNil("rate"), State: r.text("state")}
	})
	d.Lifecycle = rows(b, "lifecycle", "select * from segment.lifecycle order by month, state", func(r record) publish.LifecycleRow {
		return publish.LifecycleRow{Month: r.day("month"), State: r.text("state"), Customers: r.count("customers"), Complete: r.flag("complete")}
	})
	d.States = rows(b, "churn", "select * from publish.report_states order by state", func(r record) publish.ChurnState {
		return publish.ChurnState{State: r.text("state"), Customers: r.count("customers"), ValueAtStake: r.money("value_at_stake")}
	})
	d.Causes = rows(b, "churn_summary", "select * from analysis.churn_summary order by class, sub_class", func(r record) publish.ChurnCause {
		return publish.ChurnCause{Class: r.text("class"), SubClass: r.text("sub_class"), Customers: r.count("customers"),
			RevenueLost: r.money("revenue_lost"), ProfitLost: r.money("profit_lost"), Share: r.shareOrNil("share")}
	})
}

func bindTrust(b *binder, d *publish.ReportData) {
	d.KPIs = rows(b, "kpis", "select * from publish.kpis order by kpi", func(r record) publish.KPI {
		if r.text("kpi") == "profit" {
			d.Basis = r.text("basis")
		}
		return publish.KPI{Name: r.text("kpi"), Unit: r.text("unit"), Value: r.shareOrNil("value"), Previous: r.shareOrNil("previous"),
			Low: r.shareOrNil("low"), High: r.shareOrNil("high")}
	})
	d.Drivers = rows(b, "drivers", `with shown as (select * from publish.drivers order by rank limit 20)
		select shown.*, customers.name from shown left join segment.customers as customers on customers.customer_id = shown.customer_id order by shown.rank`, func(r record) publish.Driver {
		return publish.Driver{Rank: r.count("rank"), CustomerID: r.text("customer_id"), Name: r.text("name"),
			Amount: r.money("amount"), Share: r.shareOrNil("share"), Reason: r.text("reason")}
	})
	b.quarantine(d)
}

// quarantine groups the rows by rule, with three places each.
func (b *binder) quarantine(d *publish.ReportData) {
	type example struct {
		rule publish.QuarantineRule
		publish.QuarantineExample
		place int64
	}
	query := `select table_name, source, rule, location, column_name, value,
		cast(sum(rows) over (partition by table_name, source, rule) as bigint) as rows,
		row_number() over (partition by table_name, source, rule order by location, column_name, value) as place
		from publish.quarantine order by table_name, source, rule, place`
	for _, e := range rows(b, "quarantine", "select * from ("+query+") as q where place <= 3 order by table_name, source, rule, place", func(r record) example {
		return example{
			rule:              publish.QuarantineRule{Table: r.text("table_name"), Source: r.text("source"), Rule: r.text("rule"), Rows: r.count("rows")},
			QuarantineExample: publish.QuarantineExample{Location: r.text("location"), Column: r.text("column_name"), Value: r.text("value")},
			place:             r.count("place"),
		}
	}) {
		if e.place == 1 {
			d.Quarantine = append(d.Quarantine, e.rule)
		}
		last := &d.Quarantine[len(d.Quarantine)-1]
		last.Examples = append(last.Examples, e.QuarantineExample)
	}
}

// light binds what the light has to reach, as the mart judges it.
func (b *binder) light(cfg *Config) publish.Light {
	l := publish.Light{KPI: cfg.Light.KPI}
	rows(b, "light", "select * from publish.light where kind <> 'now' order by position", func(r record) any {
		t := publish.LightTarget{Value: r.share("goal"), By: r.day("by_on"), State: r.text("state"), Gap: r.shareOrNil("gap")}
		if r.text("kind") == "target" {
			l.Target = &t
		} else {
			l.Milestones = append(l.Milestones, t)
		}
		return nil
	})
	if cfg.Light.KPI == "top_tier_profit_at_risk" && b.computed("profit_tiers") && b.computed("churn") {
		rows(b, "profit_tiers", "select amount from publish.report_light", func(r record) any {
			l.Amount = r.moneyOrNil("amount")
			return nil
		})
	}
	return l
}

func reportWindow(cfg *Config, m *publish.Manifest, asOf time.Time) publish.ReportWindow {
	w := publish.ReportWindow{To: asOf, Months: cfg.Profit.Window.Months, All: cfg.Profit.Window.All, Fiscal: cfg.Profit.Window.Fiscal}
	if from, err := time.Parse(time.DateOnly, m.WindowStart); err == nil && !w.All {
		w.From = from
	}
	return w
}

// sources are the loads with their newest day before D. Where the newest row lies in the future
// the rows themselves are asked again.
func (b *binder) sources(loads []lake.Load, asOf time.Time) []publish.SourceAge {
	var out []publish.SourceAge
	for _, l := range loads {
		s := publish.SourceAge{Table: l.Table, Source: l.Source, Rows: l.Rows, Quarantined: l.Quarantined}
		if d, err := time.Parse(time.DateOnly, l.NewestOn); err == nil {
			s.Newest = &d
		}
		if s.Newest != nil && !s.Newest.Before(asOf) {
			s.Newest = b.newestBefore(l, asOf)
		}
		out = append(out, s)
	}
	return out
}

// setAside adds to each source the rows of its tables whose currency could not be converted: they
// reached the lake and are in no figure.
func (b *binder) setAside(sources []publish.SourceAge) []publish.SourceAge {
	if !b.hasRates {
		return sources
	}
	rows(b, "quarantine", "select table_name, source, count(*) as rows from staging.unconverted_rows group by table_name, source", func(r record) any {
		table, source := r.text("table_name"), r.text("source")
		if i := slices.IndexFunc(sources, func(s publish.SourceAge) bool { return s.Table == table && s.Source == source }); i >= 0 {
			sources[i].Rows -= r.count("rows")
			sources[i].Quarantined += r.count("rows")
		}
		return nil
	})
	return sources
}

func (b *binder) newestBefore(l lake.Load, asOf time.Time) (newest *time.Time) {
	t, _ := lake.TableNamed(l.Table)
	query := fmt.Sprintf("select max(%[1]s) as newest from raw.%[2]s where _mapping = %[3]d and %[1]s < date '%[4]s'",
		quoted(t.Day), l.Table, l.Mapping, asOf.Format(time.DateOnly))
	rows(b, "quality", query, func(r record) any { newest = r.dayOrNil("newest"); return nil })
	return newest
}

func uncomputed(skipped []publish.NotComputed) []publish.Uncomputed {
	var out []publish.Uncomputed
	for _, n := range skipped {
		needs := strings.Split(strings.TrimPrefix(n.Reason, "needs "), " and ")
		for i := range needs {
			needs[i] = strings.ReplaceAll(needs[i], " or ", " | ")
		}
		out = append(out, publish.Uncomputed{Mart: n.Mart, Needs: needs})
	}
	return out
}

// verdicts sums up each source's boundary; nothing of the clock reaches the report.
func verdicts(readings []lake.SourceReading) []publish.SourceVerdict {
	var out []publish.SourceVerdict
	for _, r := range readings {
		v := publish.SourceVerdict{Source: r.Source, Kind: r.Kind, Items: len(r.Findings), Unchanged: extract.HasEvidence(r)}
		for _, f := range r.Findings {
			switch f.Severity {
			case extract.SeverityWarning:
				v.Warnings++
			case extract.SeverityAccepted:
				v.Accepted = append(v.Accepted, f.Item)
			}
		}
		out = append(out, v)
	}
	return out
}
