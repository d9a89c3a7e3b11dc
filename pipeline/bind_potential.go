package pipeline

import "github.com/pharos-analytics/pharos/pipeline/publish"

// risingShown is how many customers of potential the report names.
const risingShown = "20"

// bindPotential binds expected value: who is rising, how such naming did, and the models behind it.
func bindPotential(b *binder, d *publish.ReportData, cfg *Config) {
	held := b.relations()
	bindBaskets(b, d, held, cfg)
	p := &d.Potential
	p.Months, p.Model = cfg.Lifetime.HorizonMonths, cfg.Lifetime.Model
	inMart(b, held, "potential", "select count(*) as named, cast(coalesce(sum(clv), 0) as decimal(38, 4)) as expected from %s", func(r record) any {
		p.Named, p.Expected = r.count("named"), r.money("expected")
		return nil
	})
	p.Rising = inMart(b, held, "potential", `select potential.*, customers.name from %s as potential
		left join segment.customers as customers on customers.customer_id = potential.customer_id order by potential.rank limit `+risingShown, func(r record) publish.RisingCustomer {
		return publish.RisingCustomer{
			Rank: r.count("rank"), CustomerID: r.text("customer_id"), Name: r.text("name"), Tier: r.text("tier"), Why: r.text("why"),
			CLV: r.money("clv"), Low: r.money("clv_low"), High: r.moneyOrNil("clv_high"), Spend: r.money("expected_spend"),
			Alive: r.share("p_alive"), Purchases: r.share("expected_purchases"), Frequency: r.count("frequency"), DaysPast: r.count("days_since"),
		}
	})
	p.Backtest = inMart(b, held, "potential_backtest", "select * from %s order by method", func(r record) publish.Backtest {
		return publish.Backtest{Method: r.text("method"), Named: r.count("named"), BecameBig: r.share("became_big"),
			Rate: r.shareOrNil("rate"), Low: r.shareOrNil("rate_low"), High: r.shareOrNil("rate_high")}
	})
	if _, found := held["clv"]; !found {
		return
	}
	p.Models = inMart(b, held, "model_fit", "select * from %s order by model", func(r record) publish.LifetimeModel {
		return publish.LifetimeModel{Model: r.text("model"), Reason: r.text("reason"), Customers: r.countOrNil("customers"),
			HoldoutError: r.shareOrNil("holdout_error"), MAE: r.shareOrNil("holdout_mae"), Usable: r.flag("usable")}
	})
	p.Trials = inMart(b, held, "model_calibration", "select * from %s order by model, bought", func(r record) publish.Trial {
		return publish.Trial{Model: r.text("model"), Bought: r.text("bought"), Customers: r.count("customers"), Predicted: r.share("predicted"), Actual: r.share("actual")}
	})
}
