package pipeline

import (
	"context"
	"sort"

	"github.com/pharos-analytics/pharos/analysis"
	"github.com/pharos-analytics/pharos/pipeline/model"
)

// modelLimits is the relation of the silences that the purchase model grants each customer.
const modelLimits = "model_limits"

// longestSilence is how many days of silence are looked at, a century: a model that grants more
// (BG/NBD everything to who bought once) sets no limit.
const longestSilence = 36500

// modelLimitStep gives for each customer P(alive) at D, and how many days of silence the model of
// the lifetime values grants until P(alive) falls below what pharos.yaml asks for. Where it asks
// for none the relation is empty and nothing has to be fitted for it.
func modelLimitStep(p analysis.ChurnPolicy) model.Model {
	m := model.Model{Schema: model.StepSchema, Name: modelLimits, Path: "fit." + modelLimits,
		Output: namedColumns("customer_id varchar", "p_alive double", "limit_days bigint", "risk_limit_days bigint"),
		Header: model.Header{Sentence: "The silence that the purchase model grants a customer.", Grain: listed("customer_id")},
		Refs:   []model.Ref{refTo("run.params")},
		Step:   func(context.Context, model.Reader, func(...any) error) error { return nil }}
	if p.AliveBelow == 0 {
		return m
	}
	m.Header.Needs = listed("order_lines")
	for _, relation := range []string{"run.lifetime", "fit.purchase_model", "analysis.lifetime_cuts", "analysis.purchase_histories"} {
		m.Refs = append(m.Refs, refTo(relation))
	}
	m.Step = func(ctx context.Context, from model.Reader, add func(...any) error) error {
		return limitSilences(ctx, from, p, add)
	}
	return m
}

func limitSilences(ctx context.Context, from model.Reader, p analysis.ChurnPolicy, add func(...any) error) error {
	terms, err := readTerms(ctx, from)
	if err != nil {
		return err
	}
	fits, err := readFitted(ctx, from, "select * from fit.purchase_model")
	if err != nil {
		return err
	}
	now, found, err := cutAs(ctx, from, roleNow)
	if err != nil || !found || len(fits) == 0 || fits[0].fit == nil {
		return err
	}
	fit := fits[0].purchases()
	return now.eachAge(ctx, from, func(age []buyer) {
		var limit, risk any
		for i := range age {
			b := &age[i]
			alive := func(t int64) float64 {
				return fit.Alive(analysis.Buyers{X: b.x, TX: float64(b.tx) / terms.unit, T: float64(t) / terms.unit, N: 1})
			}
			if i == 0 || age[i-1].x != b.x || age[i-1].tx != b.tx {
				limit, risk = grantedSilence(alive, b.tx, p.AliveBelow), grantedSilence(alive, b.tx, p.AliveRisk())
			}
			b.results = []any{alive(b.t), limit, risk}
		}
	}, add)
}

// grantedSilence is the longest silence, in days from the last activity to D, with which P(alive)
// is still not below a limit in basis points; nil when it never falls below. Who bought yesterday
// has been silent for one day and is observed until that day.
func grantedSilence(alive func(t int64) float64, last int64, belowBP int) any {
	below := float64(belowBP) / 10000
	days := sort.Search(longestSilence, func(d int) bool { return alive(last+int64(d)) < below })
	if days == longestSilence {
		return nil
	}
	return int64(days)
}
