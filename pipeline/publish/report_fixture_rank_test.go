package publish

import (
	"cmp"
	"slices"
	"strings"

	"github.com/govalues/decimal"
)

// fillRanking fills totals, ranking, curve, tiers and segments from the customers.
func fillRanking(d *ReportData, rows []invented) {
	byRevenue := slices.Clone(rows)
	slices.SortFunc(byRevenue, func(a, b invented) int { return cmp.Or(cmp.Compare(b.net(), a.net()), cmp.Compare(a.id, b.id)) })
	byProfit := slices.Clone(rows)
	slices.SortFunc(byProfit, func(a, b invented) int {
		return cmp.Or(cmp.Compare(b.profit(), a.profit()), cmp.Compare(a.id, b.id))
	})
	revenueRank := map[string]int64{}
	for i, c := range byRevenue {
		revenueRank[c.id] = int64(i) + 1
	}
	positive, total, net := int64(0), int64(0), int64(0)
	for _, c := range rows {
		positive, total, net = positive+max(c.profit(), 0), total+c.profit(), net+c.net()
	}
	d.Revenue, d.Profit = cents(net), cents(total)
	tiers, kinds := map[string]*TierRow{}, map[string]*SegmentRow{}
	for _, key := range tierKeys() {
		tiers[key] = &TierRow{Tier: key, Previous: ptr(int64(len(rows) / 5))}
	}
	running, step := int64(0), max(len(rows)/1000, 1)
	for i, c := range byProfit {
		key := tierOf(c.profit(), running, positive)
		running += c.profit()
		if i%step == 0 || i == len(rows)-1 || c.profit() >= 0 && (i+1 == len(rows) || byProfit[i+1].profit() < 0) {
			d.Whale = append(d.Whale, WhalePoint{int64(i) + 1, float64(i+1) / float64(len(rows)), cents(running)})
		}
		add(&tiers[key].Customers, &tiers[key].Revenue, &tiers[key].Profit, c)
		if key == "high" {
			d.TierCut = ptr(cents(c.profit()))
		}
		if kinds[c.kind] == nil {
			kinds[c.kind] = &SegmentRow{Segmentation: "kind", Segment: c.kind}
		}
		add(&kinds[c.kind].Customers, &kinds[c.kind].Revenue, &kinds[c.kind].Profit, c)
		ranked := RankedCustomer{Rank: int64(i) + 1, RevenueRank: revenueRank[c.id], CustomerID: c.id, Name: c.name, Kind: c.kind, Tier: key,
			State: []string{"active", "at_risk", "churned", "active"}[i%4], Basis: d.Basis, Revenue: cents(c.revenue), Discounts: cents(c.discounts),
			Returns: cents(c.returns), Cogs: cents(c.cogs), Profit: cents(c.profit())}
		if i < rankedRows {
			d.Top = append(d.Top, ranked)
		}
		if i >= len(rows)-rankedRows {
			d.Bottom = append(d.Bottom, ranked)
		}
	}
	tiers["zero"].Customers += d.Known - d.Customers
	tiers["zero"].NoActivity = d.Known - d.Customers
	for _, key := range tierKeys() {
		d.Tiers = append(d.Tiers, *tiers[key])
	}
	for _, k := range kinds {
		d.Segments = append(d.Segments, *k)
	}
	for i, seg := range strings.Fields("champions loyal potential_loyalist new promising need_attention about_to_sleep cannot_lose at_risk hibernating") {
		n := int64(10 - i)
		d.Segments = append(d.Segments, SegmentRow{"rfm", seg, n * 7, cents(n * n * 3_100_000), cents(n * n * 700_100)})
	}
}

func tierOf(profit, before, positive int64) string {
	switch {
	case profit < 0:
		return "loss"
	case profit == 0:
		return "zero"
	case before*100 < positive*80:
		return "high"
	}
	return "medium"
}

func add(n *int64, revenue, profit *decimal.Decimal, c invented) {
	*n++
	*revenue, *profit = sum(*revenue, cents(c.net())), sum(*profit, cents(c.profit()))
}
