package pipeline

import (
	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// bindSatisfaction binds what customers answered, who did not, and what goes with it.
func bindSatisfaction(b *binder, d *publish.ReportData, held map[string]string) {
	f := &d.Satisfaction
	f.Answers = inMart(b, held, "satisfaction_by", `select * from %s where "by" = 'all' or "by" in ('tier', 'churn_state') and element = 'all' order by "by", value, element`, func(r record) publish.Answers {
		return publish.Answers{By: r.text("by"), Value: r.text("value"), Element: r.text("element"),
			Answers: r.count("answers"), Customers: r.count("customers"), Scored: r.count("scored"),
			Below: r.count("below"), Equal: r.count("equal"), Above: r.count("above"),
			Gap: r.shareOrNil("expectation_gap"), GapLow: r.shareOrNil("gap_low"), GapHigh: r.shareOrNil("gap_high"),
			Mean: r.shareOrNil("mean_score"), MeanLow: r.shareOrNil("mean_low"), MeanHigh: r.shareOrNil("mean_high"),
			NPS: r.shareOrNil("nps"), NPSLow: r.shareOrNil("nps_low"), NPSHigh: r.shareOrNil("nps_high"),
			CSAT: r.shareOrNil("csat"), CSATLow: r.shareOrNil("csat_low"), CSATHigh: r.shareOrNil("csat_high")}
	})
	f.Responses = inMart(b, held, "satisfaction_response", `select * from %s where "by" in ('all', 'tier', 'churn_state') order by "by", value`, func(r record) publish.Response {
		return publish.Response{By: r.text("by"), Value: r.text("value"), Basis: r.text("basis"), Asked: r.count("asked"), Answered: r.count("answered"),
			Rate: r.shareOrNil("rate"), Low: r.shareOrNil("low"), High: r.shareOrNil("high"),
			MeanAnswered: r.moneyOrNil("mean_profit_answered"), MeanSilent: r.moneyOrNil("mean_profit_silent")}
	})
	f.Values = inMart(b, held, "satisfaction_value", "select * from %s where element = 'all' order by outcome desc, timing", func(r record) publish.ScoreValue {
		return publish.ScoreValue{Outcome: r.text("outcome"), Timing: r.text("timing"), Customers: r.count("customers"),
			PerPoint: r.shareOrNil("per_point"), Low: r.shareOrNil("low"), High: r.shareOrNil("high"), Quoted: r.flag("is_quoted"), Reason: r.text("reason")}
	})
	f.Signals = inMart(b, held, "satisfaction_signals", `select element, source, cast(sum(signals) as bigint) as signals, cast(sum(customers) as bigint) as customers
		from %s group by element, source order by element, source`, func(r record) publish.Signal {
		return publish.Signal{Element: r.text("element"), Source: r.text("source"), Signals: r.count("signals"), Customers: r.count("customers")}
	})
	inMart(b, held, "satisfaction_scale", "select * from %s where measure = 'score'", func(r record) any {
		f.NPS, f.CSAT = r.text("nps"), r.text("csat")
		return nil
	})
}
