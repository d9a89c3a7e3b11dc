package pipeline

import "github.com/pharos-analytics/pharos/pipeline/publish"

// pairsShown is how many pairs of products the report names.
const pairsShown = "15"

// bindBaskets binds what is bought together and how naming the next product did. The pairs that
// stand together most often beyond what chance would bring come first.
func bindBaskets(b *binder, d *publish.ReportData, held map[string]string, cfg *Config) {
	out := &d.Baskets
	out.False = float64(cfg.Baskets.FalseDiscoveryBP) / 10000
	inMart(b, held, "basket_pairs", `select cast(coalesce(max(baskets_all), 0) as bigint) as baskets, count(*) as pairs,
		count(case when significant then 1 end) as significant from %s`, func(r record) any {
		out.Baskets, out.Pairs, out.Significant = r.count("baskets"), r.count("pairs"), r.count("significant")
		return nil
	})
	out.Together = inMart(b, held, "basket_pairs", `select * from %s where significant
		order by baskets_both - cast(baskets_a as double) * baskets_b / baskets_all desc, product_a, product_b limit `+pairsShown, func(r record) publish.ProductPair {
		return publish.ProductPair{A: r.text("product_a"), B: r.text("product_b"), NameA: r.text("name_a"), NameB: r.text("name_b"),
			OfA: r.count("baskets_a"), OfB: r.count("baskets_b"), Both: r.count("baskets_both"),
			AB: r.shareOrNil("confidence_a_b"), BA: r.shareOrNil("confidence_b_a"), Lift: r.shareOrNil("lift")}
	})
	out.Trials = inMart(b, held, "next_product_backtest", "select * from %s order by places", func(r record) publish.OfferTrial {
		return publish.OfferTrial{Places: r.count("places"), From: r.dayOrNil("cut_on"), Days: r.count("days"), Customers: r.count("customers"),
			Hits: r.count("hits"), PopularHits: r.count("popular_hits"), Rate: r.shareOrNil("hit_rate"), Popular: r.shareOrNil("popular_rate"),
			Difference: r.shareOrNil("difference"), Low: r.shareOrNil("difference_low"), High: r.shareOrNil("difference_high"),
			Usable: r.flag("usable"), Reason: r.text("reason")}
	})
	inMart(b, held, "next_products", `select count(distinct customer_id) as customers, count(*) as offers,
		count(case when rule = 'popular' then 1 end) as popular from %s`, func(r record) any {
		out.Customers, out.Offers, out.Popular = r.count("customers"), r.count("offers"), r.count("popular")
		return nil
	})
}
