package publish

import "strconv"

// fillNeeds invents what 300 customers buy: twelve categories, what nobody says, and those who
// stopped; four price levels; three changes.
func fillNeeds(d *ReportData) {
	add := func(by, value string, high, medium, loss, cents100 int64) {
		parts := []NeedGroup{{Tier: "high", Customers: high}, {Tier: "medium", Customers: medium}, {Tier: "loss", Customers: loss}}
		for i := range parts {
			g := &parts[i]
			g.Revenue, g.Profit = cents(g.Customers*cents100*100*int64(3-i)), cents(g.Customers*cents100*20*int64(2-2*i))
			g.ProfitBefore, g.AtRisk, g.Churned, g.ProfitAtRisk = cents(g.Customers*cents100*15), g.Customers/4, g.Customers/5, cents(g.Customers*cents100*4)
			g.AtRiskShare, g.ChurnedShare = countShare(g.AtRisk, g.Customers), countShare(g.Churned, g.Customers)
		}
		all := sumGroups(parts)
		all.Tier = "all"
		for _, g := range append(parts, all) {
			if g.By, g.Value = by, value; g.Customers > 0 {
				d.Needs = append(d.Needs, g)
			}
		}
	}
	names := []string{"光模块", "光纤跳线", "Connectors", "分路器"}
	for i := range int64(12) {
		name := "类别 " + strconv.FormatInt(i+1, 10)
		if i < int64(len(names)) {
			name = names[i]
		}
		add("category", name, 12-i, 10, i, 40_000-3000*i)
	}
	add("category", "unknown", 1, 4, 2, 3000)
	add("category", "none", 0, 3, 2, 0)
	for i, level := range levelKeys() {
		add("price_level", level, int64(20-6*i), 40, int64(8*i), 20_000)
	}
	add("direction", "down", 9, 12, 6, 5000)
	add("direction", "other", 4, 10, 5, 4000)
	add("change", "stopped", 0, 3, 2, 0)
	add("change", "rhythm_slower", 9, 9, 4, 5000)
	add("change", "category", 4, 10, 5, 4000)
	add("change", "none", 60, 90, 20, 6000)
}
