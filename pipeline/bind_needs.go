package pipeline

import (
	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// bindNeeds binds what customers buy and how that changed.
func bindNeeds(b *binder, d *publish.ReportData, held map[string]string) {
	d.Needs = inMart(b, held, "needs_by", "select * from %s order by segmentation, segment, tier", func(r record) publish.NeedGroup {
		return publish.NeedGroup{By: r.text("segmentation"), Value: r.text("segment"), Tier: r.text("tier"),
			Customers: r.count("customers"), AtRisk: r.count("at_risk"), Churned: r.count("churned"),
			Revenue: r.money("revenue"), Profit: r.money("profit"), ProfitBefore: r.money("profit_before"), ProfitAtRisk: r.money("profit_at_risk"),
			AtRiskShare: r.shareOrNil("at_risk_share"), ChurnedShare: r.shareOrNil("churned_share")}
	})
}
