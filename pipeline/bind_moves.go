package pipeline

import (
	"fmt"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// moversShown is how many customers are named in each direction of the movement.
const moversShown = "10"

// relations finds the marts that the run holds, by their public names. A company's data, or the
// options, may have left any of them out.
func (b *binder) relations() map[string]string {
	found := map[string]string{}
	query := "select table_schema, table_name from information_schema.tables where table_schema not in ('main', 'information_schema') order by table_schema, table_name"
	if b.err != nil {
		return found
	}
	_, b.err = bind(b.ctx, b.from, query, func(r record) any {
		found[r.text("table_name")] = r.text("table_schema") + "." + r.text("table_name")
		return nil
	})
	return found
}

// bindMoves binds what changed: profit from year to year, tiers, the money of retention, the light
// month by month, closed periods and the ledger.
func bindMoves(b *binder, d *publish.ReportData, kpi string) {
	held := b.relations()
	bindContracts(b, d, held)
	bindFunnel(b, d, held)
	bindSatisfaction(b, d, held)
	bindNeeds(b, d, held)
	d.Bridge = inMart(b, held, "profit_bridge", "select * from %s order by position", func(r record) publish.BridgeStep {
		return publish.BridgeStep{Position: r.count("position"), Component: r.text("component"), Total: r.text("kind") == "total",
			Amount: r.money("amount"), Customers: r.count("customers")}
	})
	d.Movement = inMart(b, held, "tier_movement", "select * from %s order by from_tier, to_tier", func(r record) publish.Movement {
		return publish.Movement{From: r.text("from_tier"), To: r.text("to_tier"), Customers: r.count("customers"), Change: r.money("profit_change")}
	})
	bindCauses(b, d, held)
	inMart(b, held, "retention_money", "select * from %s", func(r record) any {
		d.Money = retentionMoney(r)
		return nil
	})
	d.LightMonths = inMart(b, held, "kpi_history", "select * from %s where kpi = "+textLiteral(kpi)+" order by month", func(r record) publish.LightMonth {
		return publish.LightMonth{Month: r.day("month"), Value: r.shareOrNil("value")}
	})
	d.Reconciliation = inMart(b, held, "reconciliation", "select * from %s order by kind", func(r record) publish.Reconciliation {
		return publish.Reconciliation{Kind: r.text("kind"), Ledger: r.money("ledger_total"), Assigned: r.money("assigned"),
			Allocated: r.money("allocated"), Unassigned: r.money("unassigned"), Missing: r.money("difference")}
	})
	d.Restatements = inMart(b, held, "restatements", `select cast(period as varchar) as period,
		cast(count(case when profit_change <> 0 then 1 end) as bigint) as customers, cast(sum(profit_first) as decimal(38, 4)) as profit_first,
		cast(sum(profit_now) as decimal(38, 4)) as profit_now, cast(sum(profit_change) as decimal(38, 4)) as profit_change
		from %s group by period order by period`, func(r record) publish.Restatement {
		return publish.Restatement{Period: r.text("period"), Customers: r.count("customers"),
			First: r.money("profit_first"), Now: r.money("profit_now"), Change: r.money("profit_change")}
	})
}

func bindCauses(b *binder, d *publish.ReportData, held map[string]string) {
	const mart = "movement_causes"
	d.MovementCauses = inMart(b, held, mart, `select main_cause, cast(count(*) as bigint) as customers, cast(sum(profit_change) as decimal(38, 4)) as profit_change
		from %s where profit_change <> 0 group by main_cause order by main_cause`, func(r record) publish.MovementCause {
		return publish.MovementCause{Cause: r.text("main_cause"), Customers: r.count("customers"), Change: r.money("profit_change")}
	})
	for _, order := range []string{"profit_change > 0 order by profit_change desc", "profit_change < 0 order by profit_change"} {
		d.Movers = append(d.Movers, inMart(b, held, mart, `with shown as (select * from %s where `+order+", customer_id limit "+moversShown+`)
			select shown.*, customers.name from shown left join segment.customers as customers on customers.customer_id = shown.customer_id
			order by abs(shown.profit_change) desc, shown.customer_id`, mover)...)
	}
}

func mover(r record) publish.Mover {
	m := publish.Mover{CustomerID: r.text("customer_id"), Name: r.text("name"), From: r.text("from_tier"), To: r.text("to_tier"),
		Before: r.money("profit_before"), Now: r.money("profit_now"), Change: r.money("profit_change"), Cause: r.text("main_cause")}
	if _, ok := r.columns[m.Cause]; ok {
		m.CauseAmount = r.moneyOrNil(m.Cause)
	}
	return m
}

func retentionMoney(r record) *publish.RetentionMoney {
	return &publish.RetentionMoney{
		AtStart: r.count("at_start"), Kept: r.count("kept"), Rate: r.shareOrNil("rate"), RateLow: r.shareOrNil("rate_low"), RateHigh: r.shareOrNil("rate_high"),
		PerKept: r.shareOrNil("profit_per_kept"),
		Plus1:   r.shareOrNil("plus_1"), Plus1Low: r.shareOrNil("plus_1_low"), Plus1High: r.shareOrNil("plus_1_high"),
		Plus5: r.shareOrNil("plus_5"), Plus5Low: r.shareOrNil("plus_5_low"), Plus5High: r.shareOrNil("plus_5_high"),
		Acquired: r.count("acquired"), AcquiredWithCost: r.count("acquired_with_cost"), AcquisitionCost: r.shareOrNil("acquisition_cost"),
		RetentionCost: r.shareOrNil("retention_cost"), AcquisitionToRetention: r.shareOrNil("acquisition_to_retention"),
	}
}

// inMart binds a query about a mart, whose relation takes the place of %s, unless the run does not hold it.
func inMart[T any](b *binder, held map[string]string, mart, query string, row func(record) T) []T {
	relation, ok := held[mart]
	if !ok {
		return nil
	}
	return rows(b, mart, fmt.Sprintf(query, relation), row)
}

func textLiteral(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
