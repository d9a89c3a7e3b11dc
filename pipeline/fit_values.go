package pipeline

import (
	"context"
	"runtime"
	"sync"

	"github.com/pharos-analytics/pharos/analysis"
	"github.com/pharos-analytics/pharos/pipeline/model"
)

// buyer is one customer's history, times in days.
type buyer struct {
	id      string
	x       int
	tx, t   int64
	perDay  float64 // mean value of the repeat days, 0 without any
	results []any   // the row that a step gives, without the id
}

// scoredAtOnce is about how many customers wait for their results at the same time.
const scoredAtOnce = 20_000

// eachAge hands the customers of a day over by how long they have been observed, side by side on
// all processors, and adds the rows in the order of the query: memory does not grow with their number.
func (c cut) eachAge(ctx context.Context, from model.Reader, score func(sameAge []buyer), add func(...any) error) error {
	var ages [][]buyer
	waiting := 0
	work := func() error {
		scoreAges(ages, score)
		for _, age := range ages {
			for _, b := range age {
				if err := add(append([]any{b.id}, b.results...)...); err != nil {
					return err
				}
			}
		}
		ages, waiting = nil, 0
		return ctx.Err()
	}
	err := from.Each(ctx, "select customer_id, repeat_days, recency_days, age_days, cast(repeat_value as double) from analysis.purchase_histories"+c.where()+
		" order by age_days, repeat_days, recency_days, customer_id", func(row []any) error {
		b := buyer{id: row[0].(string), x: int(row[1].(int64)), tx: row[2].(int64), t: row[3].(int64)}
		if b.x > 0 {
			b.perDay = row[4].(float64) / float64(b.x)
		}
		last := len(ages) - 1
		if last >= 0 && ages[last][0].t == b.t {
			ages[last] = append(ages[last], b)
		} else {
			if waiting >= scoredAtOnce {
				if err := work(); err != nil {
					return err
				}
			}
			ages = append(ages, []buyer{b})
		}
		waiting++
		return nil
	})
	if err != nil {
		return err
	}
	return work()
}

func scoreAges(ages [][]buyer, score func([]buyer)) {
	next := make(chan []buyer)
	var working sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(ages)) {
		working.Go(func() {
			for age := range next {
				score(age)
			}
		})
	}
	for _, age := range ages {
		next <- age
	}
	close(next)
	working.Wait()
}

// scorePurchases gives what the purchase model alone says of each customer.
func scorePurchases(ctx context.Context, from model.Reader, add func(...any) error) error {
	terms, err := readTerms(ctx, from)
	if err != nil {
		return err
	}
	fits, err := readFitted(ctx, from, "select * from fit.purchase_model")
	if err != nil {
		return err
	}
	now, found, err := cutAs(ctx, from, roleNow)
	used := inUse(fits, terms.model)
	if err != nil || !found || used == nil {
		return err
	}
	fit, ahead := used.purchases(), float64(terms.horizon)
	return now.eachAge(ctx, from, func(age []buyer) {
		for i := range age {
			b := &age[i]
			if i > 0 && age[i-1].x == b.x && age[i-1].tx == b.tx {
				b.results = age[i-1].results
				continue
			}
			same := analysis.Buyers{X: b.x, TX: float64(b.tx) / terms.unit, T: float64(b.t) / terms.unit, N: 1}
			b.results = []any{fit.Alive(same), fit.NoneWithin(same, ahead), fit.Expected(same, ahead)}
		}
	}, add)
}

// valueCustomers gives each customer's expected value with its interval.
func valueCustomers(ctx context.Context, from model.Reader, add func(...any) error) error {
	m, now, terms, err := valueModel(ctx, from, roleNow)
	if err != nil || m == nil {
		return err
	}
	return now.eachAge(ctx, from, func(age []buyer) {
		valued(m, terms, age, func(b *buyer, v analysis.CustomerValue) {
			var high any
			if m.Bounded() {
				high = v.High
			}
			b.results = []any{v.Spend, v.Value, v.Low, high}
		})
	}, add)
}

// valueCustomersThen gives what would have been said a year before D, with what was known then.
func valueCustomersThen(ctx context.Context, from model.Reader, add func(...any) error) error {
	m, then, terms, err := valueModel(ctx, from, roleBacktest)
	if err != nil || m == nil {
		return err
	}
	return then.eachAge(ctx, from, func(age []buyer) {
		valued(m, terms, age, func(b *buyer, v analysis.CustomerValue) { b.results = []any{v.Value} })
	}, add)
}

// valued values customers of one age, in the order of repeat days and then recency.
func valued(m *analysis.ValueModel, terms lifetimeTerms, age []buyer, each func(*buyer, analysis.CustomerValue)) {
	var pair *analysis.PairValue
	var group *analysis.GroupValue
	for i := range age {
		b := &age[i]
		newPair := i == 0 || age[i-1].x != b.x
		if newPair {
			pair = m.Of(b.x, float64(b.t)/terms.unit)
		}
		if newPair || age[i-1].tx != b.tx {
			group = pair.Since(float64(b.tx) / terms.unit)
		}
		each(b, group.Worth(b.perDay))
	}
}

// valueModel puts together the fits of a day and the margin of the window before it; nil without a
// purchase model or a margin.
func valueModel(ctx context.Context, from model.Reader, role string) (*analysis.ValueModel, cut, lifetimeTerms, error) {
	terms, err := readTerms(ctx, from)
	if err != nil {
		return nil, cut{}, terms, err
	}
	day, found, err := cutAs(ctx, from, role)
	if err != nil || !found {
		return nil, day, terms, err
	}
	purchases, spend, err := valueFits(ctx, from, role, terms)
	if err != nil || purchases == nil {
		return nil, day, terms, err
	}
	margin, found, err := marginOf(ctx, from, role)
	if err != nil || !found {
		return nil, day, terms, err
	}
	mean := 0.0
	if spend == nil {
		if mean, err = day.meanSpend(ctx, from); err != nil {
			return nil, day, terms, err
		}
	}
	m, err := analysis.NewValueModel(purchases, spend, mean, analysis.ValueTerms{Horizon: terms.horizon, Discount: terms.discount, Margin: margin}, float64(day.history)/terms.unit, role == roleNow)
	return m, day, terms, err
}

func valueFits(ctx context.Context, from model.Reader, role string, terms lifetimeTerms) (*analysis.PurchaseFit, *analysis.SpendFit, error) {
	query := "select * from fit.models where role = " + literal(role)
	fits, err := readFitted(ctx, from, query)
	if err == nil && role == roleNow {
		var chosen []fitted
		chosen, err = readFitted(ctx, from, "select * from fit.purchase_model")
		fits = append(fits, chosen...)
	}
	var purchases *analysis.PurchaseFit
	if used := inUse(fits, terms.model); used != nil {
		purchases = used.purchases()
	}
	var spend *analysis.SpendFit
	for _, f := range fits {
		if f.model == gammaGamma {
			spend = f.spend()
		}
	}
	return purchases, spend, err
}

// marginOf is the profit over net revenue of the window that ends at D, or at D a year ago.
func marginOf(ctx context.Context, from model.Reader, role string) (margin float64, found bool, err error) {
	window := "current"
	if role == roleBacktest {
		window = "previous"
	}
	_, err = bind(ctx, from, "select margin from analysis.profit_margins where margin is not null and profit_window = "+literal(window), func(r record) any {
		margin, found = r.share("margin"), true
		return nil
	})
	return margin, found, err
}

// meanSpend is the mean value of a repeat day, or of any day where nobody came back.
func (c cut) meanSpend(ctx context.Context, from model.Reader) (mean float64, err error) {
	query := "select repeat_days, cast(repeat_value as double) as repeat_value, purchase_days, cast(purchase_value as double) as purchase_value from analysis.spend_totals" + c.where()
	_, err = bind(ctx, from, query, func(r record) any {
		switch repeats, days := r.count("repeat_days"), r.count("purchase_days"); {
		case repeats > 0:
			mean = r.share("repeat_value") / float64(repeats)
		case days > 0:
			mean = max(r.share("purchase_value")/float64(days), 0)
		}
		return nil
	})
	return mean, err
}
