package pipeline

import (
	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// bindFunnel binds where opportunities stand, who signs them and how they are recorded.
func bindFunnel(b *binder, d *publish.ReportData, held map[string]string) {
	f := &d.Funnel
	f.Stages = inMart(b, held, "funnel", "select * from %s where cohort = 'all' order by position", func(r record) publish.FunnelStage {
		return publish.FunnelStage{Stage: r.text("stage"), Entered: r.count("entered"), Converted: r.count("converted"), Open: r.count("still_open"), Lost: r.count("lost"),
			Conversion: r.shareOrNil("conversion"), Low: r.shareOrNil("conversion_low"), High: r.shareOrNil("conversion_high"), MedianDays: r.shareOrNil("median_days")}
	})
	f.Pipeline = inMart(b, held, "pipeline", "select * from %s where deals > 0 order by position", func(r record) publish.PipelineStage {
		return publish.PipelineStage{Stage: r.text("stage"), Deals: r.count("deals"), WithoutAmount: r.count("without_amount"), Stuck: r.count("stuck"),
			Value: r.money("value"), Chance: r.shareOrNil("chance"), Weighted: r.moneyOrNil("weighted_value")}
	})
	f.Owners = inMart(b, held, "signing", "select * from %s order by won_value desc, opportunities desc, owner_id", func(r record) publish.SigningOwner {
		return publish.SigningOwner{Owner: r.text("owner_id"), Opportunities: r.count("opportunities"), Won: r.count("won"), Lost: r.count("lost"), Open: r.count("open"),
			Signing: r.shareOrNil("signing_rate"), Close: r.shareOrNil("close_rate"), CloseLow: r.shareOrNil("close_low"), CloseHigh: r.shareOrNil("close_high"),
			WonValue: r.money("won_value"), Timely: r.shareOrNil("entry_timeliness"), Complete: r.shareOrNil("entry_completeness")}
	})
	f.Times = inMart(b, held, "deal_times", "select * from %s order by outcome desc", func(r record) publish.DealTime {
		return publish.DealTime{Outcome: r.text("outcome"), Deals: r.count("timed"), Mean: r.shareOrNil("mean_days"), Median: r.shareOrNil("median_days")}
	})
}
