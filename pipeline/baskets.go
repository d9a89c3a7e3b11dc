package pipeline

import (
	"time"

	"github.com/pharos-analytics/pharos/analysis"
	"github.com/pharos-analytics/pharos/segment"
)

// basketRelations are run.basket_policy, run.offer_policy and the lists beside them.
func basketRelations(cfg *Config, w windows) []relation {
	b, o := cfg.Baskets, cfg.Offers
	days, isAsked := o.HoldoutDays, o.HoldoutDays > 0
	if !isAsked {
		days = analysis.DefaultHoldoutDays
	}
	places := analysis.OfferPlaces()
	return []relation{
		table("run.basket_policy", "starts_on date", "least_baskets bigint", "least_together bigint", "most_products bigint", "false_discovery_bp bigint").of([][]any{{
			basketStart(cfg, w), int64(b.LeastBaskets), int64(b.LeastTogether), int64(b.Largest), int64(b.FalseDiscoveryBP)}}),
		table("run.offer_policy", "repeats varchar", "owned_products bigint", "neighbours bigint", "offers bigint",
			"holdout_days bigint", "is_holdout_asked boolean", "holdout_share_bp bigint", "least_customers bigint").of([][]any{{
			o.Repeat, int64(o.Owned), int64(o.Neighbours), int64(places[len(places)-1]),
			int64(days), isAsked, int64(analysis.HoldoutShareBP), int64(analysis.LeastTried)}}),
		table("run.offer_places", "places bigint").of(each(places, func(n int) []any { return []any{int64(n)} })),
		table("run.no_products", "product_id varchar").of(each(b.LeaveOut, func(id string) []any { return []any{id} })),
		table("run.repeat_categories", "category varchar").of(each(o.Categories, func(c string) []any { return []any{c} })),
	}
}

// basketStart is the first day of the baskets that count: of W, unless they have a window of their own.
func basketStart(cfg *Config, w windows) time.Time {
	if cfg.BasketWindow == (segment.Window{}) {
		return w.start
	}
	return windowsAt(w.asOf, cfg.BasketWindow, cfg.Company.FiscalMonth).start
}
