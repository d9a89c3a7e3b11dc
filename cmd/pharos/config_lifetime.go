package main

import (
	"slices"
	"strings"

	"github.com/pharos-analytics/pharos/analysis"
	"github.com/pharos-analytics/pharos/pipeline/extract"
	"github.com/pharos-analytics/pharos/segment"
)

// lifetime decodes how the future value of customers is estimated. The attribute that holds their
// months as a customer must be one that data.customers declares.
func (n node) lifetime(data []extract.Mapping) analysis.LifetimePolicy {
	p := analysis.DefaultLifetime()
	before := len(n.d.problems)
	n.mapping(func(f *fields) {
		p.Model = f.get("model").word(p.Model, "mbg_nbd", "bg_nbd", "pareto_nbd")
		p.UnitDays = f.get("unit").days(p.UnitDays)
		horizon := f.get("horizon")
		if w := horizon.window(segment.Window{Months: p.HorizonMonths}); w.Months > 0 {
			p.HorizonMonths = w.Months
		} else {
			horizon.fail("%s is not a time ahead; write it like 12 months or 2 years", horizon.shown())
		}
		p.DiscountBP = int(f.get("discount").share(segment.BasisPoints(p.DiscountBP)))
		holdout := f.get("holdout")
		if p.HoldoutDays = holdout.days(0); holdout.present() && p.HoldoutDays == 0 {
			holdout.fail("%s holds nothing out; write it like 39 weeks, or leave it away", holdout.shown())
		}
		tenure := f.get("tenure")
		if p.Tenure = tenure.text(""); p.Tenure != "" && !slices.Contains(attributesOf(data), p.Tenure) {
			tenure.fail("%s is no attribute of customers; name one of data.customers.attributes%s", tenure.shown(), nearestHint(p.Tenure, attributesOf(data)))
		}
	})
	n.judge(before, p.Validate())
	return p
}

// attributesOf are the attributes that the mappings of customers declare.
func attributesOf(data []extract.Mapping) []string {
	var out []string
	for _, m := range data {
		for _, a := range m.Attributes {
			if a = strings.TrimSpace(a); !slices.Contains(out, a) {
				out = append(out, a)
			}
		}
	}
	return out
}
