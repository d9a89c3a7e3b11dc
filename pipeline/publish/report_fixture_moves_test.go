package publish

import (
	"github.com/govalues/decimal"
)

// fillMoves invents the year before: what led from it to now, in steps that add up.
func fillMoves(d *ReportData) {
	steps := []BridgeStep{
		{Position: 2, Component: "price", Amount: cents(12_400_015)}, {Position: 3, Component: "volume", Amount: cents(31_007_250)},
		{Position: 4, Component: "mix", Amount: cents(-4_120_333)}, {Position: 5, Component: "discount", Amount: cents(-9_985_001)},
		{Position: 6, Component: "returns", Amount: cents(-2_400_000)}, {Position: 7, Component: "cost_of_goods", Amount: cents(-17_730_042)},
		{Position: 8, Component: "cost_to_serve", Amount: cents(-6_010_101)}, {Position: 9, Component: "other_revenue", Amount: decimal.Zero},
		{Position: 10, Component: "new_customers", Amount: cents(14_220_800)}, {Position: 11, Component: "lost_customers", Amount: cents(-11_300_600)},
	}
	before := d.Profit
	for i := range steps {
		before = sum(before, steps[i].Amount.Neg())
		if !steps[i].Amount.IsZero() {
			steps[i].Customers = 12 + int64(i)*3
		}
	}
	d.Bridge = append(append([]BridgeStep{{1, "profit_before", true, before, 371}}, steps...), BridgeStep{12, "profit_now", true, d.Profit, d.Customers})
	d.Movement = []Movement{
		{"high", "high", 41, cents(18_100_050)}, {"high", "medium", 6, cents(-7_700_010)}, {"high", "lost", 2, cents(-5_010_000)},
		{"medium", "high", 9, cents(9_450_000)}, {"medium", "medium", 190, cents(1_220_000)}, {"medium", "zero", 12, cents(-1_020_030)},
		{"medium", "loss", 8, cents(-3_100_450)}, {"zero", "medium", 14, cents(1_900_000)}, {"zero", "zero", 61, decimal.Zero},
		{"loss", "medium", 5, cents(2_250_500)}, {"loss", "loss", 29, cents(-640_000)}, {"loss", "lost", 4, cents(810_100)},
		{"new", "high", 2, cents(4_400_000)}, {"new", "medium", 25, cents(6_600_100)}, {"new", "loss", 7, cents(-1_150_000)},
	}
	d.MovementCauses = []MovementCause{
		{"revenue", 212, cents(38_200_450)}, {"cogs", 61, cents(-13_700_100)}, {"discounts", 33, cents(-6_050_000)},
		{"cost_to_serve", 20, cents(-4_410_000)}, {"returns", 18, cents(-2_200_000)}, {"bad_debt", 3, cents(-1_870_000)}, {"allocated_cost", 40, cents(-900_330)},
	}
	d.Movers = []Mover{
		{"C00002", "Harbour Fibre Works 2", "high", "high", cents(40_100_000), cents(47_300_020), cents(7_200_020), "revenue", ptr(cents(8_000_000))},
		{"C00018", "Osprey Photonics 18", "loss", "medium", cents(-1_200_000), cents(990_000), cents(2_190_000), "returns", ptr(cents(1_900_000))},
		{"C00401", "北辰光电 401", "new", "high", decimal.Zero, cents(3_000_500), cents(3_000_500), "new", nil},
		{"C00003", "临江通信设备 3", "medium", "loss", cents(1_050_000), cents(-1_980_074), cents(-3_030_074), "discounts", ptr(cents(-2_700_000))},
		{"C00402", "云汉网络 402", "high", "lost", cents(4_100_000), decimal.Zero, cents(-4_100_000), "lost", nil},
	}
	d.Money = &RetentionMoney{AtStart: 371, Kept: 300, Rate: ptr(0.8086), RateLow: ptr(0.7655), RateHigh: ptr(0.8455), PerKept: ptr(9_876.54),
		Plus1: ptr(36_641.96), Plus1Low: ptr(27_001.5), Plus1High: ptr(46_282.4), Plus5: ptr(183_209.8), Plus5Low: ptr(135_007.5), Plus5High: ptr(231_412.0),
		Acquired: 34, AcquiredWithCost: 33, AcquisitionCost: ptr(3_564.38), RetentionCost: ptr(812.1), AcquisitionToRetention: ptr(4.389)}
	first := ymd(2024, 9, 1)
	for i := range 24 {
		d.LightMonths = append(d.LightMonths, LightMonth{first.AddDate(0, i, 0), ptr(0.0921 + float64((i*7)%11-6)*0.004)})
	}
	d.LightMonths[23].Value = ptr(0.0921)
	d.LightMonths[4].Value = nil
	d.Reconciliation = []Reconciliation{
		{"revenue", cents(980_000_000), cents(979_100_000), decimal.Zero, cents(900_000), decimal.Zero},
		{"overhead", cents(60_500_001), decimal.Zero, cents(60_000_000), cents(500_001), decimal.Zero},
	}
	d.Restatements = []Restatement{{"2026-Q1", 3, cents(91_000_000), cents(90_250_040), cents(-749_960)}, {"2025", 0, cents(400_000_000), cents(400_000_000), decimal.Zero}}
}
