package publish

import "github.com/govalues/decimal"

// fillContracts invents what stays of 80 customers' contracts, and which are renewed.
func fillContracts(d *ReportData) {
	c := &d.Contracts
	start := ymd(2025, 9, 1)
	c.Window = &ContractStay{Kind: "window", Period: start, Customers: 80, CustomersKept: 72, Logo: ptr(0.9), LogoLow: ptr(0.8149), LogoHigh: ptr(0.9485),
		Contracts: 120, ContractsKept: 105, ContractLogo: ptr(0.875), ValueStart: cents(600_000_000), ValueKept: cents(510_000_000), ValueEnd: cents(544_000_000),
		GRR: ptr(0.85), NRR: ptr(0.9066666), State: "observed"}
	c.Bridge = []BridgeStep{
		{1, "start", true, cents(600_000_000), 80}, {2, "new", false, cents(41_000_000), 5}, {3, "reactivation", false, decimal.Zero, 0},
		{4, "expansion", false, cents(34_000_000), 22}, {5, "contraction", false, cents(-30_000_033), 14}, {6, "churn", false, cents(-60_000_000), 8},
		{7, "end", true, cents(584_999_967), 77},
	}
	for i := range 12 {
		p := ContractStay{Kind: "month", Period: start.AddDate(0, i, 0), Customers: int64(80 - i/3), CustomersKept: int64(80 - (i+1)/3), Logo: countShare(int64(80-(i+1)/3), int64(80-i/3)),
			ContractLogo: ptr(0.99 - float64(i%4)*0.004), GRR: ptr(0.985 - float64(i%3)*0.005), NRR: ptr(0.995 + float64(i%5)*0.004), State: "observed"}
		r := RenewalPeriod{Period: p.Period, Due: int64(6 + i%5), Renewed: int64(5 + i%5), Lost: 1, Upgrades: int64(1 + i%3), Downgrades: int64(i % 2), Early: int64(i % 3 / 2),
			Rate: countShare(int64(5+i%5), int64(6+i%5)), ValueDue: cents(30_000_000 + int64(i)*1_234_567), ValueRenewed: cents(27_000_000 + int64(i)*1_200_001), State: "observed"}
		if i == 11 {
			p.State, r.State = "in_progress", "in_progress"
			r.Pending, r.Renewed, r.Lost, r.Rate = r.Due, 0, 0, nil
		}
		c.Periods, c.Renewed = append(c.Periods, p), append(c.Renewed, r)
	}
	c.Renewed[10].Pending, c.Renewed[10].Lost, c.Renewed[10].State, c.Renewed[10].Rate = 1, 0, "in_progress", ptr(1.0)
	c.Periods = append(c.Periods, ContractStay{Kind: "year", Period: ymd(2025, 1, 1), Customers: 75, CustomersKept: 70, Logo: ptr(0.9333), GRR: ptr(0.9), NRR: ptr(1.02), State: "observed"})
	c.By = []ContractBy{
		{"tier", "high", 41, 40, ptr(0.9756), ptr(0.93), ptr(1.01), 60, 55, 1, ptr(0.9322)}, {"tier", "medium", 39, 32, ptr(0.8205), ptr(0.77), ptr(0.8), 1, 0, 1, nil},
		{"kind", "distributor", 30, 29, ptr(0.9667), ptr(0.91), ptr(0.97), 40, 36, 0, ptr(0.9)},
	}
	c.Year = &RenewalPeriod{Period: start, Due: 103, Renewed: 85, Pending: 3, Lost: 15, Early: 4, Upgrades: 31, Downgrades: 12, Rate: ptr(0.85), State: "in_progress"}
	c.DueDays = 90
	c.Due = []RenewalDue{
		{"HT20250307", "C00002", "Harbour Fibre Works 2", "S01", ymd(2026, 9, 30), 29, 2, cents(80_000_000)},
		{"HT20250308", "C00003", "临江通信设备 3", "S07", ymd(2026, 8, 20), -12, 0, cents(77_000_050)},
		{"HT20250309", "C00018", "Osprey Photonics 18", "", ymd(2026, 9, 4), 3, 0, cents(55_000_000)},
	}
	c.DueSum = RenewalsDue{Contracts: 27, Pending: 3, WithCases: 1, Value: cents(1_320_000_000)}
}
