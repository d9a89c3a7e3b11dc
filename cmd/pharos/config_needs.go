package main

import (
	"github.com/pharos-analytics/pharos/analysis"
	"github.com/pharos-analytics/pharos/pipeline"
	"github.com/pharos-analytics/pharos/segment"
	"go.yaml.in/yaml/v4"
)

// needs decodes what customers buy, what they buy together and what they are offered next.
func (n node) needs(cfg *pipeline.Config) {
	cfg.Behaviour, cfg.Baskets, cfg.Offers = analysis.DefaultBehaviour(), analysis.DefaultBaskets(), analysis.DefaultOffers()
	n.mapping(func(f *fields) {
		cfg.Behaviour = f.behaviour()
		f.get("baskets").baskets(cfg)
		f.get("next").offers(&cfg.Offers)
	})
}

// baskets decodes which orders and products are counted in pairs.
func (n node) baskets(cfg *pipeline.Config) {
	p := &cfg.Baskets
	before := len(n.d.problems)
	n.mapping(func(f *fields) {
		cfg.BasketWindow = f.get("window").window(segment.Window{})
		p.LeastBaskets = f.get("min_baskets").count(p.LeastBaskets, 1, 1_000_000)
		p.LeastTogether = f.get("min_pair").count(min(p.LeastTogether, p.LeastBaskets), 1, 1_000_000)
		p.Largest = f.get("largest").count(p.Largest, 2, 1000)
		p.FalseDiscoveryBP = int(f.get("false_discovery").share(segment.BasisPoints(p.FalseDiscoveryBP)))
		p.LeaveOut = f.get("leave_out").texts()
	})
	n.judge(before, p.Validate())
}

// offers decodes how the next product is found and tried.
func (n node) offers(p *analysis.OfferPolicy) {
	before := len(n.d.problems)
	n.mapping(func(f *fields) {
		repeat := f.get("repeat")
		if repeat.present() && repeat.y.Kind == yaml.MappingNode {
			p.Repeat = analysis.RepeatCategories
			repeat.mapping(func(r *fields) {
				p.Categories = r.need("categories", "those of the products table whose products are bought again and again").texts()
			})
		} else {
			p.Repeat = repeat.word(p.Repeat, analysis.RepeatNever, analysis.RepeatAllowed)
		}
		p.Owned = f.get("owned").count(p.Owned, 1, 1000)
		p.Neighbours = f.get("neighbours").count(p.Neighbours, 1, 1000)
		holdout := f.get("holdout")
		if p.HoldoutDays = holdout.days(0); holdout.present() && p.HoldoutDays == 0 {
			holdout.fail("%s holds nothing out; write it like 90 days, or leave it away", holdout.shown())
		}
	})
	n.judge(before, p.Validate())
}
