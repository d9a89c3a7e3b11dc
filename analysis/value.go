package analysis

import (
	"fmt"
	"math"
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
	weights   []float64 // of E[X(k)], k = 1 to the horizon, in the discounted sum
	bought    []*PurchaseFit
	spent     []*SpendFit
}

// NewValueModel prepares a value model; spend may be nil. With intervals it draws the parameters,
// the error then is that a covariance cannot be drawn from.
func NewValueModel(purchases *PurchaseFit, spend *SpendFit, mean float64, terms ValueTerms, intervals bool) (*ValueModel, error) {
	m := &ValueModel{purchases: purchases, spend: spend, mean: mean, terms: terms, weights: make([]float64, terms.Horizon)}
	// the sum of v^k (E(k) - E(k-1)) is that of E(k) (v^k - v^(k+1)), and v^H E(H)
	v := 1 / (1 + terms.Discount)
	for k := 1; k <= terms.Horizon; k++ {
		m.weights[k-1] = math.Pow(v, float64(k))
		if k < terms.Horizon {
			m.weights[k-1] *= 1 - v
		}
	}
	if !intervals {
		return m, nil
	}
	drawn, err := purchases.Draws(ValueDraws, valueSeed)
	if err != nil {
		return nil, fmt.Errorf("interval of value: %w", err)
	}
	for _, values := range drawn {
		m.bought = append(m.bought, purchases.With(values))
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

// AgeValue is a value model for customers who have been observed for one and the same T.
type AgeValue struct {
	m     *ValueModel
	t     float64
	rules []rule // one per draw
}

// rule adds up the discounted purchases of one draw from a few of its values.
type rule struct{ at, weight []float64 }

// ruleNodes are the values that a draw is asked for. E[X(t)] is smooth in ln(1 + t/(alpha+T)),
// where a polynomial through so many points, and 0, is within 1e-6 of it.
const ruleNodes = 7

// At prepares the model for customers of one T. The estimate itself is summed term by term; the
// draws, which only say how wide the interval is, by interpolation.
func (m *ValueModel) At(t float64) *AgeValue {
	a := &AgeValue{m: m, t: t}
	for _, draw := range m.bought {
		a.rules = append(a.rules, m.rule(draw, t))
	}
	return a
}

// rule integrates the polynomial through the Chebyshev points of ln(1 + t/scale) (barycentric form,
// Berrut and Trefethen 2004).
func (m *ValueModel) rule(draw *PurchaseFit, t float64) rule {
	scale := draw.Values[1] + t
	if draw.Model == ParetoNBD {
		scale = draw.Values[3] + t
	}
	far := math.Log1p(float64(m.terms.Horizon) / scale)
	var nodes [ruleNodes + 1]float64
	r := rule{make([]float64, ruleNodes), make([]float64, ruleNodes)}
	for j := range nodes {
		nodes[j] = (1 - math.Cos(math.Pi*float64(j)/ruleNodes)) / 2
		if j > 0 {
			r.at[j-1] = scale * math.Expm1(far*nodes[j])
		}
	}
	for k, weight := range m.weights {
		place := math.Log1p(float64(k+1)/scale) / far
		var parts [ruleNodes + 1]float64
		sum, hit := 0.0, -1
		for j := range nodes {
			distance := place - nodes[j]
			if math.Abs(distance) < 1e-14 {
				hit = j
				break
			}
			parts[j] = 1 / distance
			if j%2 == 1 {
				parts[j] = -parts[j]
			}
			if j == 0 || j == ruleNodes {
				parts[j] /= 2
			}
			sum += parts[j]
		}
		for j := 1; j <= ruleNodes; j++ {
			switch {
			case hit == j:
				r.weight[j-1] += weight
			case hit < 0:
				r.weight[j-1] += weight * parts[j] / sum
			}
		}
	}
	return r
}

// PairValue is an AgeValue for customers of one X too: what they would buy while they stay.
type PairValue struct {
	a                    *AgeValue
	x                    int
	expected, discounted float64
	draws                []float64 // discounted, per draw
	flat, steep          []float64 // per draw, the expected spend of a z: flat + steep z; flat alone without repeat spend
	prior                []float64
}

// Of prepares the model for customers of X repeat purchase days.
func (a *AgeValue) Of(x int) *PairValue {
	m, b := a.m, Buyers{X: x, T: a.t, N: 1}
	p := &PairValue{a: a, x: x, expected: m.purchases.whileAlive(b, float64(m.terms.Horizon))}
	for k, weight := range m.weights {
		p.discounted += weight * m.purchases.whileAlive(b, float64(k+1))
	}
	for i, draw := range m.bought {
		sum, r := 0.0, a.rules[i]
		for j, at := range r.at {
			sum += r.weight[j] * draw.whileAlive(b, at)
		}
		p.draws = append(p.draws, sum)
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
	p                    *PairValue
	Alive                float64
	ExpectedPurchases    float64
	discounted           float64
	draws, values        []float64
	same                 *CustomerValue // the value of everybody without own spend
}

// Since completes the history of a group of customers.
func (p *PairValue) Since(tx float64) *GroupValue {
	m, b := p.a.m, Buyers{X: p.x, TX: tx, T: p.a.t, N: 1}
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
	own := g.p.x > 0 && z > 0 && g.p.a.m.spend != nil
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
	m := g.p.a.m
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
