package pipeline

import (
	"fmt"
	"slices"

	"github.com/pharos-analytics/pharos/analysis"
	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// dueShown is how many contracts that are due the report is given.
const dueShown = 8

// bindContracts binds what stays of contracts and which are renewed.
func bindContracts(b *binder, d *publish.ReportData, held map[string]string) {
	c := &d.Contracts
	c.DueDays = analysis.DueDays
	for _, r := range inMart(b, held, "contract_retention", "select * from %s order by period_kind, period", contractStay) {
		if r.Kind == "window" {
			c.Window = &r
			continue
		}
		c.Periods = append(c.Periods, r)
	}
	c.Bridge = inMart(b, held, "contract_bridge", "select * from %s where period_kind = 'window' order by position", func(r record) publish.BridgeStep {
		component := r.text("component")
		return publish.BridgeStep{Position: r.count("position"), Component: component, Total: component == "start" || component == "end",
			Amount: r.money("amount"), Customers: r.count("customers")}
	})
	c.By = inMart(b, held, "contract_retention_by", "select * from %s where segmentation in ('tier', 'kind') order by segmentation, segment", func(r record) publish.ContractBy {
		return publish.ContractBy{Segmentation: r.text("segmentation"), Segment: r.text("segment"), Customers: r.count("customers_start"),
			CustomersKept: r.count("customers_kept"), Logo: r.shareOrNil("logo_retention"), GRR: r.shareOrNil("grr"), NRR: r.shareOrNil("nrr"),
			Due: r.count("due"), Renewed: r.count("renewed"), Pending: r.count("pending"), Rate: r.shareOrNil("renewal_rate")}
	})
	c.Renewed = inMart(b, held, "contract_renewals", "select * from %s order by period", renewalPeriod)
	year := `select *, period_on as period, cast(null as double) as rate from ` + renewalPeriods + ` where period_kind = 'window'`
	for _, r := range rows(b, "contract_renewals", year, renewalPeriod) {
		if i := slices.IndexFunc(d.KPIs, func(k publish.KPI) bool { return k.Name == "renewal_rate" }); i >= 0 {
			r.Rate = d.KPIs[i].Value
		}
		c.Year = &r
	}
	bindDue(b, c, held)
}

func contractStay(r record) publish.ContractStay {
	return publish.ContractStay{Kind: r.text("period_kind"), Period: r.day("period"),
		Customers: r.count("customers_start"), CustomersKept: r.count("customers_kept"),
		Logo: r.shareOrNil("logo_retention"), LogoLow: r.shareOrNil("logo_low"), LogoHigh: r.shareOrNil("logo_high"),
		Contracts: r.count("contracts_start"), ContractsKept: r.count("contracts_kept"), ContractLogo: r.shareOrNil("contract_logo_retention"),
		ValueStart: r.money("value_start"), ValueKept: r.money("value_kept"), ValueEnd: r.money("value_end"),
		GRR: r.shareOrNil("grr"), NRR: r.shareOrNil("nrr"), State: r.text("state")}
}

func renewalPeriod(r record) publish.RenewalPeriod {
	return publish.RenewalPeriod{Period: r.day("period"), Due: r.count("due"), Renewed: r.count("renewed"), Pending: r.count("pending"),
		Lost: r.count("lost"), Early: r.count("early_terminations"), Upgrades: r.count("upgrades"), Downgrades: r.count("downgrades"),
		Rate: r.shareOrNil("rate"), ValueDue: r.money("value_due"), ValueRenewed: r.money("value_renewed"), State: r.text("state")}
}

// bindDue binds the contracts to see first: those with open complaints, then the next to end.
func bindDue(b *binder, c *publish.Contracts, held map[string]string) {
	query := fmt.Sprintf(`select due.*, customers.name from %%s as due left join segment.customers as customers on due.customer_id = customers.customer_id
		order by due.open_cases > 0 desc, due.due_on, due.value_at_stake desc, due.customer_id, due.contract_id limit %d`, dueShown)
	c.Due = inMart(b, held, "renewals_due", query, func(r record) publish.RenewalDue {
		return publish.RenewalDue{ContractID: r.text("contract_id"), CustomerID: r.text("customer_id"), Name: r.text("name"), Owner: r.text("owner_id"),
			Due: r.day("due_on"), DaysLeft: r.count("days_left"), OpenCases: r.count("open_cases"), Value: r.money("value_at_stake")}
	})
	inMart(b, held, "renewals_due", `select count(*) as contracts, count(case when state = 'pending' then 1 end) as pending,
		count(case when open_cases > 0 then 1 end) as with_cases, cast(coalesce(sum(value_at_stake), 0) as decimal(38, 4)) as value from %s`, func(r record) any {
		c.DueSum = publish.RenewalsDue{Contracts: r.count("contracts"), Pending: r.count("pending"), WithCases: r.count("with_cases"), Value: r.money("value")}
		return nil
	})
}
