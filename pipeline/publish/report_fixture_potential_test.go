package publish

// fillPotential invents who is rising: the first by expected value who are not big.
func fillPotential(d *ReportData) {
	d.Potential = Potential{Months: 12, Model: "mbg_nbd", Named: 23, Expected: cents(210_400_050), Rising: []RisingCustomer{
		{Rank: 1, CustomerID: "C00041", Name: "Südlicht Optik GmbH 41", Tier: "medium", Why: "often_and_much", CLV: cents(31_000_005), Low: cents(28_500_000), High: ptr(cents(34_200_099)), Spend: cents(9_870_012), Alive: 0.9712, Purchases: 14.24, Frequency: 31, DaysPast: 9},
		{Rank: 2, CustomerID: "C00055", Name: "云汉网络 55", Tier: "medium", Why: "often", CLV: cents(18_400_000), Low: cents(17_100_000), Spend: cents(2_100_040), Alive: 0.884, Purchases: 29.96, Frequency: 61, DaysPast: 2},
		{Rank: 3, CustomerID: "C00067", Name: "unknown", Tier: "zero", Why: "much", CLV: cents(9_050_505), Low: cents(2_000_000), High: ptr(cents(19_000_000)), Spend: cents(40_000_000), Alive: 0.5049, Purchases: 0.76, Frequency: 1, DaysPast: 140},
	}, Backtest: []Backtest{
		{Method: "clv", Named: 21, BecameBig: 8, Rate: ptr(0.381), Low: ptr(0.2075), High: ptr(0.5912)},
		{Method: "revenue", Named: 21, BecameBig: 6, Rate: ptr(0.2857), Low: ptr(0.1381), High: ptr(0.5)},
		{Method: "random", Named: 21, BecameBig: 1.26, Rate: ptr(0.06)},
	}, Models: []LifetimeModel{
		{Model: "mbg_nbd", Customers: ptr(int64(1395)), HoldoutError: ptr(0.1164), MAE: ptr(3.1264), Usable: true},
		{Model: "bg_nbd", Customers: ptr(int64(1395)), HoldoutError: ptr(-0.042), MAE: ptr(2.991), Usable: true},
		{Model: "pareto_nbd", Reason: "not_converged"},
		{Model: "gamma_gamma", Customers: ptr(int64(1268)), HoldoutError: ptr(-0.0517), Usable: true},
		{Model: "sbg", Reason: "nobody_left"},
	}, Trials: []Trial{
		{"mbg_nbd", "0", 301, 120.449, 131}, {"mbg_nbd", "7+", 1094, 12_004.96, 10_800}, {"mbg_nbd", "all", 1395, 12_125.41, 10_931},
		{"bg_nbd", "0", 301, 99, 131}, {"gamma_gamma", "all", 1268, 1e9, 1e9},
	}}
}
