package main

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/pharos-analytics/pharos/analysis"
	"github.com/pharos-analytics/pharos/pipeline"
	"github.com/pharos-analytics/pharos/segment"
)

// kpiNames are the rows of the mart kpis, which the light may show.
func kpiNames() []string {
	return strings.Fields(`
		customers active_customers new_customers revenue profit profit_margin
		top20_revenue_share top20_profit_share n80_customers
		loss_customers loss_sum whale_peak whale_erosion revenue_gini tied_at_cut
		top_tier_profit_at_risk top_tier_profit_at_risk_amount retention_rate repeat_rate
		logo_retention grr nrr renewal_rate
		churn_rate churned_customers churned_profit fault_churn_share unclassified_churn_share
		signing_rate close_rate pipeline_value entry_timeliness entry_completeness
		nps expectation_gap satisfaction_response_rate
		acquisition_cost retention_cost acquisition_to_retention retention_plus_1 retention_plus_5`)
}

func (n node) light() pipeline.Light {
	l := pipeline.Light{KPI: "top_tier_profit_at_risk"}
	n.mapping(func(f *fields) {
		kpi := f.get("kpi")
		if l.KPI = kpi.text(l.KPI); kpi.present() {
			if known := kpiNames(); !slices.Contains(known, l.KPI) {
				kpi.fail("%s is not a kpi%s", kpi.shown(), nearestHint(l.KPI, known))
			}
		}
		if target := f.get("target"); target.present() {
			m := target.milestone()
			l.Target = &m
		}
		if milestones := f.get("milestones"); milestones.present() {
			for _, item := range milestones.items() {
				l.Milestones = append(l.Milestones, item.milestone())
			}
		}
	})
	return l
}

func (n node) milestone() pipeline.Milestone {
	var m pipeline.Milestone
	n.mapping(func(f *fields) {
		m.Value = f.need("value", "the level to reach").level()
		m.By = f.need("by", "the day to reach it").day()
	})
	return m
}

func (n node) tiers() segment.TierPolicy {
	t := segment.DefaultTiers()
	before := len(n.d.problems)
	n.mapping(func(f *fields) {
		f.get("high").mapping(func(h *fields) {
			h.oneOf("holds", "top", "at_least")
			t.HighHolds = h.get("holds").share(0)
			t.HighTop = h.get("top").share(0)
			t.HighAtLeast = h.get("at_least").amount("")
			h.positive("holds", t.HighHolds)
			h.positive("top", t.HighTop)
		})
		f.get("zero").mapping(func(z *fields) {
			z.oneOf("within", "within_share_of_revenue")
			t.ZeroWithin = z.get("within").amount("")
			t.ZeroShare = z.get("within_share_of_revenue").share(0)
		})
	})
	n.judge(before, t.Validate())
	return t
}

// positive reports a share of nothing where it would leave a group empty.
func (f *fields) positive(key string, bp segment.BasisPoints) {
	if f.has(key) && bp == 0 {
		f.get(key).fail("must be above 0 %%")
	}
}

func (n node) big() segment.BigPolicy {
	b := segment.DefaultBig()
	before := len(n.d.problems)
	n.mapping(func(f *fields) {
		holds, top := f.get("holds"), f.get("top")
		if holds.present() || top.present() {
			f.oneOf("holds", "top")
			b.Holds, b.Top = holds.share(0), top.share(0)
			f.positive("holds", b.Holds)
			f.positive("top", b.Top)
		}
		if kinds := f.get("kinds"); kinds.present() {
			b.Kinds = kinds.texts()
		}
	})
	n.judge(before, b.Validate())
	return b
}

func (n node) segments() (segment.Bands, []pipeline.CrossedSegments) {
	b := segment.DefaultBands()
	var crossed []pipeline.CrossedSegments
	n.mapping(func(f *fields) {
		if age := f.get("age"); age.present() {
			b.Age = age.bounds()
		}
		b.Income = f.get("income").bounds()
		crossed = f.get("crossed").crossed()
	})
	return b, crossed
}

// crossed decodes a list of pairs of segmentations. Whether there are such segmentations is known
// only with the company's own models.
func (n node) crossed() []pipeline.CrossedSegments {
	if !n.present() || !n.is(yaml.SequenceNode) {
		return nil
	}
	var out []pipeline.CrossedSegments
	for _, item := range n.items() {
		before := len(n.d.problems)
		names := item.texts()
		if len(names) != 2 {
			item.fail("crosses two segmentations; write a pair such as [age, tier]")
			continue
		}
		c := pipeline.CrossedSegments{Cross: segment.Cross{First: names[0], Second: names[1]}, Pos: item.pos()}
		item.judge(before, c.Validate())
		if slices.ContainsFunc(out, func(o pipeline.CrossedSegments) bool { return o.Name() == c.Name() }) {
			item.fail("crosses %s twice; keep one", c.Name())
		}
		out = append(out, c)
	}
	return out
}

func (n node) renewal() analysis.RenewalPolicy {
	r := analysis.DefaultRenewal()
	before := len(n.d.problems)
	n.mapping(func(f *fields) { r.GraceDays = f.get("grace").days(r.GraceDays) })
	n.judge(before, r.Validate())
	return r
}

func (n node) churn() analysis.ChurnPolicy {
	c := analysis.DefaultChurn()
	before := len(n.d.problems)
	n.mapping(func(f *fields) {
		f.get("silent_after").mapping(func(s *fields) {
			days := s.get("days")
			c.Days = days.silentDays()
			if days.present() && (s.has("own_gap_quantile") || s.has("at_least")) {
				days.fail("is one fixed limit; remove it, or own_gap_quantile and at_least")
			}
			c.GapQuantile = s.get("own_gap_quantile").percent(c.GapQuantile)
			c.AtLeastDays = s.get("at_least").days(c.AtLeastDays)
			if c.AliveBelow = int(s.get("p_alive_below").share(0)); c.AliveBelow > 0 {
				c.DecidedBy = []string{analysis.ByDeparture, analysis.ByContract, analysis.ByModel} // in the place of the rhythm
			}
			s.positive("p_alive_below", segment.BasisPoints(c.AliveBelow))
		})
		c.Classes = f.get("classes").classWords()
		if sources := f.get("decided_by"); sources.present() {
			c.DecidedBy = sources.wordList(analysis.ChurnSources()...)
		}
		f.get("flag").mapping(func(g *fields) {
			c.Flag.Attribute = g.need("attribute", "the attribute of customers that says who left").text("")
			c.Flag.Left = g.need("left", "its values for customers who left").texts()
			c.Flag.Joined = g.get("joined").texts()
		})
		c.LifeEvents = f.get("life_events").texts()
	})
	n.judge(before, c.Validate())
	return c
}

// judge reports what a policy says about itself, one problem per sentence, unless its section
// has problems already: then the policy holds values that nobody wrote.
func (n node) judge(before int, err error) {
	if err == nil || len(n.d.problems) > before {
		return
	}
	for _, sentence := range strings.Split(err.Error(), "\n") {
		n.d.add(n.at.Line, n.at.Column, "%s", sentence)
	}
}

// silentDays is a fixed limit of silence: a number of days, with or without the word.
func (n node) silentDays() int {
	if n.y != nil && digits(n.y.Value) {
		return n.count(0, 1, 36500)
	}
	return n.days(0)
}

// percent is a share in whole percents.
func (n node) percent(fallback int) int {
	bp := n.share(segment.BasisPoints(fallback * 100))
	if bp%100 != 0 || bp == 0 || bp == 10000 {
		n.fail("%s is not a quantile in whole percents, such as 0.95", n.shown())
		return fallback
	}
	return int(bp / 100)
}

// classWords decodes the company's words for why customers leave, in file order.
func (n node) classWords() []analysis.ClassWord {
	if !n.present() {
		return nil
	}
	var out []analysis.ClassWord
	for _, m := range n.members() {
		class, sub, dotted := strings.Cut(m.key, ".")
		known := []string{analysis.Natural, analysis.Competitive, analysis.Fault, analysis.Unclassified}
		if !slices.Contains(known, class) || dotted && !isRelationName(sub) {
			n.d.add(m.keyAt.Line, m.keyAt.Column, "unknown class %q in %s; write natural, competitive, fault or unclassified, with a sub-class as in fault.service%s",
				m.key, n.name(), nearestHint(class, known))
			continue
		}
		for _, item := range m.items() {
			if word := strings.TrimSpace(item.text("")); word != "" {
				out = append(out, analysis.ClassWord{Class: class, SubClass: sub, Word: word})
			}
		}
	}
	return out
}
