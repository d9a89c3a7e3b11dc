package analysis

import (
	"fmt"
	"slices"
)

// ValueTerms say what a customer's future purchases are worth: how many units of time ahead they
// count, by what rate per unit they are discounted, and which share of their value stays as profit.
type ValueTerms struct {
	Horizon  int
	Discount float64
	Margin   float64
}

// The interval of a value: the central 90 % over so many draws of the parameters.
const (
	ValueDraws = 200
	valueSeed  = 1987 // fixed: a rerun draws the same
	valueLow   = 10   // the 10th smallest of 200, and
	valueHigh  = 191  // the 10th largest: 5 % on each side
)

// ValueModel gives the expected value of customers (definitions.md, CLV): expected purchases by a
// purchase model, expected spend by Gamma-Gamma or, without it, one mean for all, discounted, times
// the margin. It is safe for concurrent use.
type ValueModel struct {
	purchases *PurchaseFit
	spend     *SpendFit
	mean      float64 // value of a purchase day where there is no model of spend
	terms     ValueTerms
	horizon   *Horizon
	bought    []*PurchaseFit
	ahead     []*Forecast // per draw of bought
	spent     []*SpendFit
}

// NewValueModel prepares a value model; spend may be nil. With intervals it draws the parameters,
// for customers observed up to longest (others take longer): the error then is that a covariance
// cannot be drawn from.
func NewValueModel(purchases *PurchaseFit, spend *SpendFit, mean float64, terms ValueTerms, longest float64, intervals bool) (*ValueModel, error) {
	horizon, err := NewHorizon(terms.Horizon, terms.Discount)
	if err != nil {
		return nil, err
	}
	m := &ValueModel{purchases: purchases, spend: spend, mean: mean, terms: terms, horizon: horizon}
	if !intervals {
		return m, nil
	}
	drawn, err := purchases.Draws(ValueDraws, valueSeed)
	if err != nil {
		return nil, fmt.Errorf("interval of value: %w", err)
	}
	for _, values := range drawn {
		draw := purchases.With(values)
		m.bought, m.ahead = append(m.bought, draw), append(m.ahead, horizon.Forecast(draw, longest))
	}
	if spend == nil {
		return m, nil
	}
	if drawn, err = spend.Draws(ValueDraws, valueSeed+1); err != nil {
		return nil, fmt.Errorf("interval of value: %w", err)
	}
	for _, values := range drawn {
		m.spent = append(m.spent, spend.With(values))
	}
	return m, nil
}

// Bounded says whether values have an upper bound. They have none when in the draws above it the mean
// spend of the population does not exist (q <= 1): so little is known of what people spend.
func (m *ValueModel) Bounded() bool {
	infinite := 0
	for _, draw := range m.spent {
		if draw.Values[1] <= 1 {
			infinite++
		}
	}
	return infinite <= ValueDraws-valueHigh
}

// PairValue is a value model for customers of one X and one T: what they would buy while they stay.
type PairValue struct {
	m                    *ValueModel
	x                    int
	t                    float64
	expected, discounted float64
	draws                []float64 // discounted, per draw
	flat, steep          []float64 // per draw, the expected spend of a z: flat + steep z; flat alone without repeat spend
	prior                []float64
}

// Of prepares the model for customers of X repeat purchase days who were observed for T.
func (m *ValueModel) Of(x int, t float64) *PairValue {
	b := Buyers{X: x, T: t, N: 1}
	p := &PairValue{m: m, x: x, t: t}
	p.expected, p.discounted = m.horizon.whileAlive(m.purchases, b)
	for _, draw := range m.ahead {
		_, discounted := draw.whileAlive(b)
		p.draws = append(p.draws, discounted)
	}
	for _, draw := range m.spent {
		prior := draw.Expected(0, 0)
		base, next := draw.Expected(x, 1), draw.Expected(x, 2)
		p.prior = append(p.prior, prior)
		p.steep = append(p.steep, next-base)
		p.flat = append(p.flat, 2*base-next)
	}
	return p
}

// GroupValue is a PairValue for customers whose last purchase came TX after the first: everything
// that the purchase model says of them.
type GroupValue struct {
	p                 *PairValue
	Alive             float64
	ExpectedPurchases float64
	discounted        float64
	draws, values     []float64
	same              *CustomerValue // the value of everybody without own spend
}

// Since completes the history of a group of customers.
func (p *PairValue) Since(tx float64) *GroupValue {
	m, b := p.m, Buyers{X: p.x, TX: tx, T: p.t, N: 1}
	alive := m.purchases.Alive(b)
	g := &GroupValue{p: p, Alive: alive, ExpectedPurchases: alive * p.expected, discounted: alive * p.discounted}
	g.draws, g.values = make([]float64, len(m.bought)), make([]float64, len(m.bought))
	for i, draw := range m.bought {
		g.draws[i] = draw.Alive(b) * p.draws[i]
	}
	return g
}

// CustomerValue is the expected spend per purchase day and the value over the horizon, with the
// interval of the estimate when the model has intervals.
type CustomerValue struct{ Spend, Value, Low, High float64 }

// Worth values a customer whose repeat days were worth z on average; z that is not above zero, and
// any z without repeat days or without a model of spend, takes the mean.
func (g *GroupValue) Worth(z float64) CustomerValue {
	own := g.p.x > 0 && z > 0 && g.p.m.spend != nil
	if own {
		return g.worth(z, true)
	}
	if g.same == nil {
		v := g.worth(0, false)
		g.same = &v
	}
	return *g.same
}

func (g *GroupValue) worth(z float64, own bool) CustomerValue {
	m := g.p.m
	v := CustomerValue{Spend: m.mean}
	if m.spend != nil {
		v.Spend = m.spend.Expected(g.p.x, z)
	}
	v.Value = v.Spend * m.terms.Margin * g.discounted
	if len(g.draws) == 0 {
		return v
	}
	for i, bought := range g.draws {
		spend := m.mean
		switch {
		case own:
			spend = g.p.flat[i] + g.p.steep[i]*z
		case m.spend != nil:
			spend = g.p.prior[i]
		}
		g.values[i] = spend * bought
	}
	slices.Sort(g.values)
	v.Low, v.High = m.terms.Margin*g.values[valueLow-1], m.terms.Margin*g.values[valueHigh-1]
	if m.terms.Margin < 0 {
		v.Low, v.High = v.High, v.Low
	}
	return v
}
