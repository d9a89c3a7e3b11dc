package analysis

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"
)

// world draws customers from the models themselves, always the same for the same seed.
type world struct{ *rand.Rand }

func newWorld(seed uint64) world { return world{rand.New(rand.NewPCG(seed, 77))} }

func (w world) gamma(shape, rate float64) float64 {
	return distuv.Gamma{Alpha: shape, Beta: rate, Src: w}.Rand()
}

func (w world) beta(a, b float64) float64 {
	x, y := w.gamma(a, 1), w.gamma(b, 1)
	if x+y == 0 { // both below the smallest double
		return float64(w.IntN(2))
	}
	return x / (x + y)
}

// buyer is one customer of a model, observed until t; later counts the purchases in the ahead after it.
func (w world) buyer(m PurchaseModel, theta []float64, t, ahead float64) (b Buyers, later int) {
	b = Buyers{T: t, N: 1}
	rate := w.gamma(theta[0], theta[1])
	leave, end := 0.0, math.Inf(1)
	if m == ParetoNBD {
		end = w.ExpFloat64() / w.gamma(theta[2], theta[3])
	} else {
		leave = w.beta(theta[2], theta[3])
	}
	if m == MBGNBD && w.Float64() < leave {
		return b, 0
	}
	for at := 0.0; ; {
		at += w.ExpFloat64() / rate
		if at > t+ahead || at > end {
			return b, later
		}
		if at <= t {
			b.X, b.TX = b.X+1, at
		} else {
			later++
		}
		if w.Float64() < leave {
			return b, later
		}
	}
}

// wholeDays rounds the times of a history up to days, in weeks, as a shop's books have them.
func wholeDays(b Buyers) Buyers {
	b.TX = min(math.Ceil(b.TX*7)/7, b.T)
	return b
}

// shop is n customers who came within two years and were observed for 13 to 104 weeks.
func (w world) shop(m PurchaseModel, theta []float64, n int) []Buyers {
	groups := make([]Buyers, n)
	for i := range groups {
		b, _ := w.buyer(m, theta, float64(91+w.IntN(638))/7, 0)
		groups[i] = wholeDays(b)
	}
	return groups
}

// spender is one customer of Gamma-Gamma with x repeat days.
func (w world) spender(theta []float64, x int) Spend {
	nu := w.gamma(theta[1], theta[2])
	return Spend{X: x, Z: w.gamma(theta[0]*float64(x), nu*float64(x)), N: 1}
}

// contract is how long a contract of sBG or BdW (c != 1) lasts, in periods; at most most+1.
func (w world) contract(theta []float64, most int) int {
	stay, c := 1-w.beta(theta[0], theta[1]), 1.0
	if len(theta) == 3 {
		c = theta[2]
	}
	u := w.Float64() // the survival of this customer at age t is stay^(t^c)
	for t := 1; t <= most; t++ {
		if u > math.Pow(stay, math.Pow(float64(t), c)) {
			return t
		}
	}
	return most + 1
}
