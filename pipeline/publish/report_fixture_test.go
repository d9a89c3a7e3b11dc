package publish

import (
	"fmt"
	"math"
	"time"

	"github.com/govalues/decimal"
)

// cents makes an amount of a fixture.
func cents(n int64) decimal.Decimal { return decimal.MustNew(n, 2) }

func ptr[T any](v T) *T { return &v }

func ymd(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC) }

// invented is a customer of the fixture: id, name, kind, gross revenue, discounts, returns and goods in cents.
type invented struct {
	id, name, kind                    string
	revenue, discounts, returns, cogs int64
}

func (c invented) net() int64    { return c.revenue - c.discounts - c.returns }
func (c invented) profit() int64 { return c.net() - c.cogs }

// customers invents n customers whose value falls along a power law; every ninth is sold below
// cost, and the third largest by revenue loses money on deep discounts and returns.
func customers(n int) []invented {
	kinds := []string{"business", "distributor", "dealer", "agent", "consumer"}
	stems := []string{"北辰光电", "Harbour Fibre Works", "临江通信设备", "Südlicht Optik GmbH", "云汉网络", "Osprey Photonics"}
	rows := make([]invented, n)
	for i := range rows {
		revenue := int64(9_800_000_00/math.Pow(float64(i+1), 0.93)) / 100 * 100
		c := invented{id: fmt.Sprintf("C%05d", i+1), name: fmt.Sprintf("%s %d", stems[i%len(stems)], i+1), kind: kinds[i%len(kinds)], revenue: revenue}
		c.discounts, c.returns, c.cogs = revenue*int64(3+i%5)/100, revenue*int64(i%4)/100, revenue*int64(58+i%17)/100
		if i%9 == 8 {
			c.cogs = revenue * 104 / 100
		}
		if i == 2 {
			c.discounts, c.returns, c.cogs = revenue*29/100, revenue*14/100, revenue*66/100
		}
		rows[i] = c
	}
	return rows
}

// company is a complete, realistic fixture.
func company() ReportData {
	d := dataOf(customers(400), "明光通信 Mingguang Optical", 8)
	fillPotential(&d)
	fillFunnel(&d)
	fillSatisfaction(&d)
	fillNeeds(&d)
	fillBaskets(&d)
	d.Drivers = []Driver{
		{1, "C00005", "云汉网络 5", cents(52_114_700), ptr(0.41), "at_risk"},
		{2, "C00012", "Osprey Photonics 12", cents(31_002_150), ptr(0.244), "churned"},
		{3, "C00019", "北辰光电 19", cents(18_440_000), ptr(0.145), "at_risk"},
	}
	d.Light = Light{KPI: "top_tier_profit_at_risk", Amount: ptr(cents(127_155_000)), Target: &LightTarget{0.05, ymd(2026, 12, 31), "open", ptr(0.0421)},
		Milestones: []LightTarget{{0.08, ymd(2026, 10, 31), "open", ptr(0.0121)}, {0.1, ymd(2026, 7, 31), "reached", ptr(0.0)}, {0.06, ymd(2026, 11, 30), "open", ptr(0.0321)}}}
	d.Actions = []ActionRow{
		{List: "fix", Rows: 44, Value: cents(61_870_012), Owner: "王芳", Candidates: 60, Suppressed: 6, OverCapacity: 10},
		{List: "keep", Rows: 14, Value: cents(127_155_000), Owner: "account_manager", Candidates: 19, Suppressed: 1, OnOtherList: 4},
		{List: "win_back", Rows: 21, Value: cents(40_511_999), Candidates: 30, Suppressed: 2, OnOtherList: 5, Control: 2},
		{List: "renew", Rows: 12, Value: cents(9_511_999), Owner: "account_manager", Candidates: 12},
		{List: "grow", Rows: 30, Value: cents(3_511_999), Owner: "account_manager", Candidates: 41, OnOtherList: 7, Control: 4},
		{List: "rising"}, {List: "welcome", Owner: "account_manager"},
		{List: "convert", Rows: 37, Owner: "王芳", Candidates: 50, OnOtherList: 9, Suppressed: 4},
	}
	for i := range d.Actions {
		d.Actions[i].Position = int64(i)
	}
	return d
}

// dataOf fills everything that follows from the customers, as the marts would.
func dataOf(rows []invented, name string, cohorts int) ReportData {
	d := ReportData{Company: name, Currency: "CNY", AsOf: ymd(2026, 9, 1), Basis: "margin", Period: "month", Activity: "sale",
		Window: ReportWindow{From: ymd(2025, 9, 1), To: ymd(2026, 9, 1), Months: 12},
		Known:  int64(len(rows)) + 31, Customers: int64(len(rows)),
		Run: "2026-09-01-4f1c09ab77de", Version: "0.1.0", ConfigHash: "9d1f3c55ab0e7c6642ff8f4a2b1de07c5e9a1f30",
	}
	fillRanking(&d, rows)
	fillStay(&d, cohorts)
	fillTrust(&d)
	fillKPIs(&d)
	fillMoves(&d)
	fillContracts(&d)
	return d
}

func fillStay(d *ReportData, cohorts int) {
	first := ymd(2026, 8, 1).AddDate(0, -cohorts+1, 0)
	for c := range cohorts {
		size := int64(40 - c%7*3)
		for age := range cohorts {
			cell := CohortCell{Cohort: first.AddDate(0, c, 0), Age: age, Size: size, State: "observed"}
			switch last := cohorts - 1 - c; {
			case age > last:
				cell.State = "future"
			default:
				if age == last {
					cell.State = "in_progress"
				}
				active := size
				if age > 0 {
					active = size * int64(48-age-c%5*4) / 100
				}
				cell.Active, cell.Rate = ptr(active), ptr(float64(active)/float64(size))
			}
			d.Cohorts = append(d.Cohorts, cell)
		}
		if c > 0 {
			d.Pooled = append(d.Pooled, PooledAge{Age: c, Customers: 200, Kept: int64(90 - c), Rate: ptr(float64(90-c) / 200)})
		}
		at, kept, state := int64(150+c*3), int64(70+c*2-c%4*5), "observed"
		if c == cohorts-1 {
			state = "in_progress"
		}
		month := first.AddDate(0, c, 0)
		d.Periods = append(d.Periods, PeriodRow{month, at, kept, ptr(float64(kept) / float64(at)), state})
		d.Lifecycle = append(d.Lifecycle,
			LifecycleRow{month, "new", 12 + int64(c%5)*3, state == "observed"}, LifecycleRow{month, "returning", kept, state == "observed"},
			LifecycleRow{month, "resurrected", 20 + int64(c%3)*4, state == "observed"}, LifecycleRow{month, "dormant", at - kept, state == "observed"})
	}
	fillLeaving(d, cohorts)
	d.States = []ChurnState{{"active", 262, cents(812_000_000)}, {"at_risk", 41, cents(96_120_044)}, {"churned", 97, cents(78_433_010)}}
	cause := func(class, sub string, n, revenue, profit int64) ChurnCause {
		return ChurnCause{class, sub, n, cents(revenue), cents(profit), ptr(float64(n) / 58)}
	}
	d.Causes = []ChurnCause{
		cause("fault", "service", 17, 88_450_000, 21_300_450), cause("fault", "quality", 8, 30_110_000, 9_870_000),
		cause("competitive", "price", 12, 51_200_000, 15_005_025), cause("natural", "none", 9, 9_900_000, 1_410_000),
		cause("unclassified", "none", 12, 17_300_000, 3_991_090),
	}
}

func fillTrust(d *ReportData) {
	d.Unassigned = Unassigned{Lines: 212, Revenue: cents(1_844_310)}
	d.Sources = []SourceAge{
		{"order_lines", "orders", 41_877, 9, ptr(ymd(2026, 8, 31))}, {"customers", "crm", 431, 1, nil},
		{"contracts", "crm", 96, 0, ptr(ymd(2026, 8, 20))}, {"ledger", "finance", 91_204, 2, ptr(ymd(2026, 8, 31))},
	}
	d.Quality = []QualityRow{
		{"grain", "customer_profit", "error", 0, 400, "passed"}, {"tiers_partition", "profit_tiers", "error", 0, 431, "passed"},
		{"totals_agree", "pareto", "error", 0, 400, "passed"}, {"orphan_customers", "order_lines", "warning", 4, 41_877, "warning"},
		{"future_dates", "order_lines", "warning", 1, 41_877, "warning"}, {"zero_price", "order_lines", "warning", 0, 41_877, "passed"},
	}
	d.Quarantine = []QuarantineRule{
		{"order_lines", "orders", "ragged_line", 1, []QuarantineExample{{"orders/2026.csv:1207", "", "raw line with 13800000000"}}},
		{"order_lines", "orders", "type", 6, []QuarantineExample{{"orders/2025.csv:88", "net_amount", "12O.5"}, {"orders/2025.csv:90", "ordered_at", "2025-02-30"}}},
		{"order_lines", "orders", "currency", 2, []QuarantineExample{{"orders/2026.csv:44", "currency", "USD"}}},
		{"customers", "crm", "type", 1, []QuarantineExample{{"key=C00044", "phone", "13900000000"}}},
		{"ledger", "finance", "required", 2, []QuarantineExample{{"凭证!17", "amount", ""}}},
	}
	d.NotComputed = []Uncomputed{{"satisfaction", []string{"surveys"}}, {"needs", []string{"contracts"}}, {"funnel", []string{"opportunities", "order_lines | contracts"}}}
	d.Verdicts = []SourceVerdict{
		{Source: "orders", Kind: "csv", Items: 1}, {Source: "crm", Kind: "sqlite", Items: 3}, {Source: "finance", Kind: "excel", Items: 1},
		{Source: "erp", Kind: "postgres", Items: 22, Warnings: 1, Accepted: []string{"table_write_privilege"}, Unchanged: true},
	}
}

func fillKPIs(d *ReportData) {
	loss, lossSum := tier(*d, "loss").Customers, plot(tier(*d, "loss").Profit)
	d.KPIs = []KPI{
		{Name: "customers", Unit: "count", Value: ptr(float64(d.Known)), Previous: ptr(float64(d.Known - 6))},
		{Name: "revenue", Unit: "money", Value: ptr(plot(d.Revenue)), Previous: ptr(plot(d.Revenue) * 0.988)},
		{Name: "profit", Unit: "money", Value: ptr(plot(d.Profit)), Previous: ptr(plot(d.Profit) * 0.96)},
		{Name: "profit_margin", Unit: "share", Value: share(d.Profit, d.Revenue), Previous: ptr(0.214)},
		{Name: "top20_revenue_share", Unit: "share", Value: ptr(0.742), Previous: ptr(0.739)},
		{Name: "top20_profit_share", Unit: "share", Value: ptr(0.8166), Previous: ptr(0.82)},
		{Name: "n80_customers", Unit: "count", Value: ptr(117.0), Previous: ptr(119.0)},
		{Name: "loss_customers", Unit: "count", Value: ptr(float64(loss)), Previous: ptr(float64(loss + 2))},
		{Name: "loss_sum", Unit: "money", Value: &lossSum},
		{Name: "top_tier_profit_at_risk", Unit: "share", Value: ptr(0.0921), Previous: ptr(0.0713), Low: ptr(0.061), High: ptr(0.128)},
		{Name: "top_tier_profit_at_risk_amount", Unit: "money", Value: ptr(1_271_550.0), Previous: ptr(980_000.0)},
		{Name: "retention_rate", Unit: "share", Value: ptr(0.456), Previous: ptr(0.409), Low: ptr(0.43), High: ptr(0.48)},
		{Name: "churn_rate", Unit: "share", Value: ptr(0.181), Previous: ptr(0.175), Low: ptr(0.15), High: ptr(0.22)},
		{Name: "acquisition_cost", Unit: "money", Value: ptr(3_564.38), Previous: ptr(4_042.29)},
		{Name: "retention_plus_1", Unit: "money", Value: ptr(36_641.96), Previous: ptr(35_000.0), Low: ptr(27_001.5), High: ptr(46_282.4)},
		{Name: "revenue_gini", Unit: "ratio", Value: ptr(0.7312), Previous: ptr(0.73)},
	}
}
