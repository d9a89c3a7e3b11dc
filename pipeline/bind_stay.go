package pipeline

import "github.com/pharos-analytics/pharos/pipeline/publish"

// bindLeaving binds who stays by segment, what the sources say about who left, and who came back.
func bindLeaving(b *binder, d *publish.ReportData, period string) {
	d.StayBy = rows(b, "retention_by_curve", `select * from analysis.retention_by_curve where period_kind = `+literal(period)+`
		and (measure = 'classic' or "by" = 'all') order by "by", value, measure, age`, func(r record) publish.StayRow {
		return publish.StayRow{By: r.text("by"), Value: r.text("value"), Measure: r.text("measure"), Age: int(r.count("age")),
			Customers: r.count("customers"), Rate: r.shareOrNil("rate")}
	})
	rows(b, "retention_grids", `select * from analysis.retention_grids where "by" = 'all' and period_kind = `+literal(period), func(r record) any {
		d.StayLeftOut = publish.StayLeftOut{Cohorts: r.count("cohorts_left_out"), Customers: r.count("customers_left_out")}
		return nil
	})
	d.ChurnSources = rows(b, "churn_sources", "select * from analysis.churn_sources where is_used or says_left + says_stays > 0 order by position", func(r record) publish.ChurnSource {
		return publish.ChurnSource{Source: r.text("source"), Used: r.flag("is_used"), Left: r.count("says_left"), Stays: r.count("says_stays"),
			Alone: r.count("alone"), Contradicted: r.count("contradicted"), Here: r.count("decided_in_window")}
	})
	rows(b, "churn_opinions", "select cast(coalesce(sum(customers), 0) as bigint) as customers from analysis.churn_opinions where disagree", func(r record) any {
		d.ChurnDisagree = r.count("customers")
		return nil
	})
	d.ChurnRates = rows(b, "churn_rates", "select * from publish.churn_rates order by definition", func(r record) publish.ChurnRate {
		return publish.ChurnRate{Definition: r.text("definition"), Churned: r.count("churned"), Customers: r.count("customers"),
			Rate: r.shareOrNil("rate"), Low: r.shareOrNil("rate_low"), High: r.shareOrNil("rate_high")}
	})
	d.WinBacks = rows(b, "win_back_summary", "select * from analysis.win_back_summary order by class, rule", func(r record) publish.WinBack {
		return publish.WinBack{Class: r.text("class"), Rule: r.text("rule"), Leavings: r.count("leavings"), Returns: r.count("returns"),
			StillHere: r.count("still_here"), Rate: r.shareOrNil("rate"), Profit: r.money("profit")}
	})
}
