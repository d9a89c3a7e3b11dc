package main

import (
	"slices"
	"strings"

	"github.com/pharos-analytics/pharos/analysis"
	"github.com/pharos-analytics/pharos/pipeline"
	"github.com/pharos-analytics/pharos/pipeline/lake"
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
	t := segment.TierPolicy{HighHolds: 8000, ZeroWithin: "0.00"}
	n.mapping(func(f *fields) {
		f.get("high").mapping(func(h *fields) {
			h.oneOf("holds", "top", "at_least")
			t.HighHolds = h.get("holds").share(0)
			t.HighTop = h.get("top").share(0)
			at := h.get("at_least")
			if t.HighAtLeast = at.amount(""); strings.HasPrefix(t.HighAtLeast, "-") {
				at.fail("is below zero; tier high begins at a profit")
			}
			h.positive("holds", t.HighHolds)
			h.positive("top", t.HighTop)
		})
		f.get("zero").mapping(func(z *fields) {
			z.oneOf("within", "within_share_of_revenue")
			within := z.get("within")
			if t.ZeroWithin = within.amount(""); strings.HasPrefix(t.ZeroWithin, "-") {
				within.fail("is below zero; it is the distance from nothing in both directions")
			}
			t.ZeroShare = z.get("within_share_of_revenue").share(0)
		})
	})
	return t
}

// positive reports a share of nothing where it would leave a group empty.
func (f *fields) positive(key string, bp segment.BasisPoints) {
	if f.has(key) && bp == 0 {
		f.get(key).fail("must be above 0 %%")
	}
}

func (n node) big() segment.BigPolicy {
	b := segment.BigPolicy{Holds: 8000, Kinds: []string{"distributor", "dealer", "wholesaler", "agent"}}
	n.mapping(func(f *fields) {
		if f.has("holds") || f.has("top") {
			f.oneOf("holds", "top")
			b.Holds = f.get("holds").share(0)
			b.Top = f.get("top").share(0)
			f.positive("holds", b.Holds)
			f.positive("top", b.Top)
		} else {
			f.known = append(f.known, "holds", "top")
		}
		if kinds := f.get("kinds"); kinds.present() {
			b.Kinds = kinds.distinct()
		}
	})
	return b
}

func (n node) bands() segment.Bands {
	var b segment.Bands
	n.mapping(func(f *fields) {
		b.Age = f.get("age").bounds()
		b.Income = f.get("income").bounds()
	})
	return b
}

func (n node) retention() analysis.RetentionPolicy {
	r := analysis.DefaultRetention()
	n.mapping(func(f *fields) {
		r.Period = f.get("period").word(r.Period, "week", "month", "quarter", "year")
		r.Activity = f.get("activity").word(r.Activity, "sale", "net")
	})
	n.judge(r.Validate())
	return r
}

func (n node) renewal() analysis.RenewalPolicy {
	r := analysis.DefaultRenewal()
	n.mapping(func(f *fields) { r.GraceDays = f.get("grace").days(r.GraceDays) })
	n.judge(r.Validate())
	return r
}

func (n node) churn() analysis.ChurnPolicy {
	c := analysis.DefaultChurn()
	n.mapping(func(f *fields) {
		f.get("silent_after").mapping(func(s *fields) {
			if s.has("days") {
				c.Days = s.get("days").silentDays()
				if s.has("own_gap_quantile") || s.has("at_least") {
					s.get("days").fail("is one fixed limit; remove it, or own_gap_quantile and at_least")
				}
			} else {
				s.known = append(s.known, "days")
			}
			c.GapQuantile = s.get("own_gap_quantile").percent(c.GapQuantile)
			c.AtLeastDays = s.get("at_least").days(c.AtLeastDays)
		})
		c.Classes = f.get("classes").classWords()
	})
	n.judge(c.Validate())
	return c
}

// judge reports what a policy says about itself, one problem per sentence, at its section.
func (n node) judge(err error) {
	if err == nil {
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

// lists decodes the capacity and action of each list; every list of this version is made, named or not.
func (n node) lists() []segment.ListPolicy {
	lists := []segment.ListPolicy{
		{Name: "keep", Rows: 50, Owner: "account_manager"},
		{Name: "convert", Rows: 200, Owner: "account_manager"},
		{Name: "fix", Rows: 50, Owner: "account_manager"},
		{Name: "win_back", Rows: 100, Owner: "account_manager"},
	}
	n.mapping(func(f *fields) {
		for i := range lists {
			l := &lists[i]
			f.get(l.Name).mapping(func(p *fields) {
				l.Rows = p.get("rows").count(l.Rows, 0, maxRows)
				l.Action = p.get("action").text(l.Action)
				l.Owner = p.get("owner").text(l.Owner)
			})
		}
	})
	return lists
}

// checks decodes changed severities and thresholds, by the name of a check or table.rule.
func (n node) checks() []pipeline.CheckSetting {
	var out []pipeline.CheckSetting
	if !n.present() {
		return nil
	}
	for _, m := range n.members() {
		if c, ok := capabilityOf(m.path); ok {
			c.asks(m.node)
			n.d.add(m.keyAt.Line, m.keyAt.Column, "%s needs %s, which this version does not do yet; remove the key", m.name(), c.name)
			continue
		}
		if table, _, dotted := strings.Cut(m.key, "."); dotted && !slices.Contains(tableNames(), table) {
			n.d.add(m.keyAt.Line, m.keyAt.Column, "unknown table %q in %s%s", table, m.name(), nearestHint(table, tableNames()))
		}
		setting := pipeline.CheckSetting{Name: m.key, AtMostBP: -1, Pos: m.pos()}
		m.mapping(func(f *fields) {
			setting.Severity = f.get("severity").word("", "error", "warning")
			setting.AtMostBP = int64(f.get("at_most").share(-1))
			if !f.has("severity") && !f.has("at_most") {
				f.fail("changes nothing; give severity or at_most")
			}
		})
		out = append(out, setting)
	}
	return out
}

// checkTable reports a key that is not a canonical table.
func checkTable(m member) {
	if _, ok := lake.TableNamed(m.key); !ok {
		m.d.add(m.keyAt.Line, m.keyAt.Column, "unknown table %q in %s%s", m.key, m.name(), nearestHint(m.key, tableNames()))
	}
}
