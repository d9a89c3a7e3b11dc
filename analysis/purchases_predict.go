package analysis

import "math"

// Alive is P(alive): the chance that customers with history b will buy again at all.
func (f *PurchaseFit) Alive(b Buyers) float64 {
	return 1 - f.left(b)
}

// left is 1 - P(alive).
func (f *PurchaseFit) left(b Buyers) float64 {
	q := f.Values[0] + float64(b.X)
	alpha := f.Values[1]
	if f.Model == ParetoNBD {
		s, beta := f.Values[2], f.Values[3]
		var d deaths
		f := newIntegrand(alpha, beta, q, s+1)
		f.between(&d, b.TX, b.T)
		if d.j <= 0 {
			return 0
		}
		_, left := softplus(d.scale + math.Log(s*d.j) + q*math.Log(alpha+b.T) + s*math.Log(beta+b.T))
		return left
	}
	y := b.X + extraChance(f.Model)
	if y == 0 {
		return 0
	}
	odds := math.Log(f.Values[2]) - math.Log(f.Values[3]+float64(y-1))
	_, left := softplus(odds + q*math.Log((alpha+b.T)/(alpha+b.TX)))
	return left
}

// Expected is E[X(T, T+t)]: how often a customer with history b is expected to buy in the t after T.
func (f *PurchaseFit) Expected(b Buyers, t float64) float64 {
	return f.Alive(b) * f.whileAlive(b, t)
}

// whileAlive is Expected for a customer who is alive at T.
func (f *PurchaseFit) whileAlive(b Buyers, t float64) float64 {
	if t <= 0 {
		return 0
	}
	q, alpha := f.Values[0]+float64(b.X), f.Values[1]+b.T
	if f.Model == ParetoNBD {
		s, beta := f.Values[2], f.Values[3]+b.T
		return q / alpha * beta * powerMean(s-1, math.Log1p(t/beta))
	}
	return betaGeometricExpected(q, alpha, f.Values[2], f.Values[3]+float64(b.X+extraChance(f.Model)), t)
}

// ExpectedNew is E[X(t)]: how many repeat purchase days a new customer is expected to have in the
// first t.
func (f *PurchaseFit) ExpectedNew(t float64) float64 {
	stays := 1.0
	if f.Model == MBGNBD { // the first purchase may be the last
		stays = f.Values[3] / (f.Values[2] + f.Values[3])
	}
	return stays * f.whileAlive(Buyers{}, t)
}

// NoneWithin is the chance of no purchase in the next t. Who is alive at T can leave without a
// purchase only in Pareto/NBD, so only there that is counted too.
func (f *PurchaseFit) NoneWithin(b Buyers, t float64) float64 {
	t = math.Max(t, 0)
	q, alpha := f.Values[0]+float64(b.X), f.Values[1]+b.T
	left := f.left(b)
	silent := math.Exp(-q * math.Log1p(t/alpha))
	if f.Model == ParetoNBD {
		s, beta := f.Values[2], f.Values[3]+b.T
		silent *= math.Exp(-s * math.Log1p(t/beta))
		var d deaths
		dying := newIntegrand(alpha, beta, q, s+1)
		dying.between(&d, 0, t)
		if d.j > 0 {
			silent += math.Exp(d.scale + math.Log(s*d.j) + q*math.Log(alpha) + s*math.Log(beta))
		}
		silent = math.Min(silent, 1)
	}
	return left + (1-left)*silent
}

// powerMean is (1 - e^(-k l)) / k, and l at k = 0.
func powerMean(k, l float64) float64 {
	if math.Abs(k*l) < 1e-12 {
		return l * (1 - k*l/2)
	}
	return -math.Expm1(-k*l) / k
}
