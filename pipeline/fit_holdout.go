package pipeline

import (
	"context"
	"math"
	"strconv"

	"github.com/pharos-analytics/pharos/analysis"
	"github.com/pharos-analytics/pharos/pipeline/model"
)

// everybody is the row of fit.holdouts over all customers.
const everybody = "all"

// lastBucket holds everybody with so many repeat days before the hold-out, or more.
const lastBucket = 7

// trial is what one model said of the customers of one bucket, and what they did.
type trial struct {
	customers                 int64
	predicted, actual, absent float64 // absent: sum of |predicted - actual| over customers
}

func (t *trial) take(n int64, predicted, actual float64) {
	t.customers += n
	t.predicted += float64(n) * predicted
	t.actual += float64(n) * actual
	t.absent += float64(n) * math.Abs(predicted-actual)
}

// tryModels lets every model that learnt from the days before the hold-out say how often each
// customer buys in it, and compares. The rows come in the order of the query, so that sums are
// the same on every run.
func tryModels(ctx context.Context, from model.Reader, add func(...any) error) error {
	terms, err := readTerms(ctx, from)
	if err != nil {
		return err
	}
	then, found, err := cutAs(ctx, from, roleHoldout)
	if err != nil || !found {
		return err
	}
	fits, err := readFitted(ctx, from, "select * from fit.models where role = "+literal(roleHoldout)+" order by model")
	if err != nil {
		return err
	}
	var models []*analysis.PurchaseFit
	for _, f := range fits {
		switch {
		case f.fit == nil:
		case f.model == gammaGamma:
			if err := trySpend(ctx, from, f.spend(), add); err != nil {
				return err
			}
		default:
			models = append(models, f.purchases())
		}
	}
	trials, err := tryPurchases(ctx, from, models, terms, float64(then.daysAfter)/terms.unit)
	if err != nil {
		return err
	}
	for i, m := range models {
		for bucket, t := range trials[i] {
			if t.customers == 0 {
				continue
			}
			if err := add(string(m.Model), bucketName(bucket), t.customers, t.predicted, t.actual, t.absent); err != nil {
				return err
			}
		}
	}
	return nil
}

// bucketName is 0 to 6, 7+, and all.
func bucketName(bucket int) string {
	switch bucket {
	case lastBucket:
		return strconv.Itoa(lastBucket) + "+"
	case lastBucket + 1:
		return everybody
	}
	return strconv.Itoa(bucket)
}

// tryPurchases gives, per model, a trial for each bucket and one for everybody.
func tryPurchases(ctx context.Context, from model.Reader, models []*analysis.PurchaseFit, terms lifetimeTerms, ahead float64) ([][]trial, error) {
	trials := make([][]trial, len(models))
	for i := range trials {
		trials[i] = make([]trial, lastBucket+2)
	}
	var last analysis.Buyers
	expected := make([]float64, len(models))
	err := from.Each(ctx, "select repeat_days, recency_days, age_days, held_days, customers from analysis.holdout_groups order by repeat_days, recency_days, age_days, held_days", func(row []any) error {
		b := analysis.Buyers{X: int(row[0].(int64)), TX: float64(row[1].(int64)) / terms.unit, T: float64(row[2].(int64)) / terms.unit, N: 1}
		for i, m := range models {
			if b != last {
				expected[i] = m.Expected(b, ahead)
			}
			for _, bucket := range []int{min(b.X, lastBucket), lastBucket + 1} {
				trials[i][bucket].take(row[4].(int64), expected[i], float64(row[3].(int64)))
			}
		}
		last = b
		return ctx.Err()
	})
	return trials, err
}

// trySpend compares what the model of spend says of the days that followed with their value.
func trySpend(ctx context.Context, from model.Reader, fit *analysis.SpendFit, add func(...any) error) error {
	var t trial
	err := from.Each(ctx, "select repeat_days, cast(repeat_value as double), held_days, cast(held_value as double), customers from analysis.holdout_spend order by repeat_days, repeat_value", func(row []any) error {
		x, z := row[0].(int64), 0.0
		if x > 0 {
			z = row[1].(float64) / float64(x)
		}
		predicted, actual := fit.Expected(int(x), z)*float64(row[2].(int64)), row[3].(float64)
		t.take(1, predicted, actual)
		t.customers += row[4].(int64) - 1
		return nil
	})
	if err != nil || t.customers == 0 {
		return err
	}
	return add(gammaGamma, everybody, t.customers, t.predicted, t.actual, t.absent)
}
