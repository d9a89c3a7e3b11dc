package main

import (
	"slices"

	"github.com/pharos-analytics/pharos/analysis"
)

// funnel decodes the stages of a sale and how its record is judged.
func (n node) funnel() analysis.FunnelPolicy {
	p := analysis.DefaultFunnel()
	before := len(n.d.problems)
	n.mapping(func(f *fields) {
		p.Stages = f.need("stages", "the stages in their order, the last one signing").texts()
		p.Lost = f.get("lost").texts()
		p.EntryDays = f.get("entry_within").days(p.EntryDays)
		if required := f.get("required"); required.present() {
			p.Required = nil
			for _, item := range required.items() {
				column := item.text("")
				if column != "" && !slices.Contains(analysis.FunnelColumns(), column) {
					item.fail("%s is no column of opportunities that a record can be asked for%s", item.shown(), nearestHint(column, analysis.FunnelColumns()))
				}
				p.Required = append(p.Required, column)
			}
		}
		f.get("rewards").mapping(func(r *fields) {
			p.Rewards = slices.Concat(
				r.get("early").rewards(analysis.RewardEarly, "within", p.Rewards, func(bound node) int { return bound.days(0) }),
				r.get("full").rewards(analysis.RewardFull, "filled", p.Rewards, func(bound node) int { return int(bound.share(0)) }))
		})
	})
	n.judge(before, p.Validate())
	return p
}

// rewards is a list of bounds and the points that reaching them earns; without one the given stay.
func (n node) rewards(kind, key string, given []analysis.EntryReward, bound func(node) int) []analysis.EntryReward {
	var out []analysis.EntryReward
	if !n.present() {
		for _, r := range given {
			if r.Kind == kind {
				out = append(out, r)
			}
		}
		return out
	}
	for _, item := range n.items() {
		item.mapping(func(f *fields) {
			at := bound(f.need(key, "from where on the points are earned"))
			out = append(out, analysis.EntryReward{Kind: kind, Bound: at, Points: f.need("points", "what it earns").count(0, 0, 1000)})
		})
	}
	return out
}
