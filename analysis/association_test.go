package analysis

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"
)

// scoredCustomer is a customer's score and outcome.
type scoredCustomer struct{ score, outcome float64 }

// grouped counts customers as SQL does.
func grouped(customers []scoredCustomer) []ScoreGroup {
	outcomes := map[float64][]float64{}
	for _, c := range customers {
		outcomes[c.score] = append(outcomes[c.score], c.outcome)
	}
	var groups []ScoreGroup
	for score, all := range outcomes {
		g := ScoreGroup{Score: score, N: int64(len(all))}
		for _, y := range all {
			g.Sum += y
		}
		for _, y := range all {
			g.Scatter += math.Pow(y-g.Sum/float64(g.N), 2)
		}
		groups = append(groups, g)
	}
	return groups
}

// leverages is HC3 written customer by customer with matrices: the textbook's (X'X)^-1 X' diag(e²/(1-h)²) X (X'X)^-1.
func leverages(customers []scoredCustomer) (slope, standardError float64) {
	n := len(customers)
	x, y := mat.NewDense(n, 2, nil), mat.NewVecDense(n, nil)
	for i, c := range customers {
		x.Set(i, 0, 1)
		x.Set(i, 1, c.score)
		y.SetVec(i, c.outcome)
	}
	var xx, inverse mat.Dense
	xx.Mul(x.T(), x)
	if err := inverse.Inverse(&xx); err != nil {
		panic(err)
	}
	var beta, xy mat.VecDense
	xy.MulVec(x.T(), y)
	beta.MulVec(&inverse, &xy)
	meat := mat.NewDense(2, 2, nil)
	for i := range n {
		row := mat.NewVecDense(2, []float64{1, customers[i].score})
		var ix mat.VecDense
		ix.MulVec(&inverse, row)
		h := mat.Dot(row, &ix)
		e := (customers[i].outcome - mat.Dot(row, &beta)) / (1 - h)
		var outer mat.Dense
		outer.Outer(e*e, row, row)
		meat.Add(meat, &outer)
	}
	var half, covariance mat.Dense
	half.Mul(&inverse, meat)
	covariance.Mul(&half, &inverse)
	return beta.AtVec(1), math.Sqrt(covariance.At(1, 1))
}

// towns are customers whose profit rises by 20 a point, with a spread that grows with the score
// and a long tail, and who leave with a chance that falls by 6 points a point; in a second world by
// 0.8, where few leave at all.
func towns(seed uint64, n int) (profit, left, rarely []scoredCustomer) {
	r := rand.New(rand.NewPCG(seed, 11))
	for range n {
		score := float64(r.IntN(11))
		tail := math.Exp(r.NormFloat64()*0.5) - math.Exp(0.125)
		profit = append(profit, scoredCustomer{score, 100 + 20*score + (20+10*score)*tail + 30*r.NormFloat64()})
		gone := 0.0
		if r.Float64() < 0.8-0.06*score {
			gone = 1
		}
		left = append(left, scoredCustomer{score, gone})
		gone = 0
		if r.Float64() < 0.1-0.008*score {
			gone = 1
		}
		rarely = append(rarely, scoredCustomer{score, gone})
	}
	return profit, left, rarely
}

func TestTheSlopeOfGroupsIsTheSlopeOfTheirCustomers(t *testing.T) {
	for seed := range uint64(40) {
		profit, left, _ := towns(seed, MinCustomers+int(seed)*7)
		for name, customers := range map[string][]scoredCustomer{"profit": profit, "left": left} {
			got, err := Associate(grouped(customers))
			if err != nil {
				t.Fatalf("seed %d, %s: %v", seed, name, err)
			}
			slope, standardError := leverages(customers)
			half := standardError * distuv.StudentsT{Sigma: 1, Nu: float64(len(customers) - 2)}.Quantile(0.975)
			for what, pair := range map[string][2]float64{"slope": {got.PerPoint, slope}, "low": {got.Low, slope - half}, "high": {got.High, slope + half}} {
				if math.Abs(pair[0]-pair[1]) > 1e-9*(1+math.Abs(pair[1])) {
					t.Errorf("seed %d, %s: %s is %v, customer by customer %v", seed, name, what, pair[0], pair[1])
				}
			}
		}
	}
}

func TestTheOrderOfTheGroupsChangesNoDigit(t *testing.T) {
	profit, _, _ := towns(3, 200)
	groups := grouped(profit)
	want, err := Associate(groups)
	if err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(20) {
		mixed := slices.Clone(groups)
		rand.New(rand.NewPCG(seed, 1)).Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		if got, _ := Associate(mixed); got != want {
			t.Fatalf("shuffled: %+v, want %+v", got, want)
		}
	}
}

// The truth of a linear probability model on scores from 0 to 10 is the slope of the chance itself.
func TestTheIntervalOfASlopeCoversTheTruth(t *testing.T) {
	const seeds = 2000
	for _, n := range []int{MinCustomers, 150, 600} {
		var ofProfit, ofLeaving, ofFew, few int
		for seed := range uint64(seeds) {
			profit, left, rarely := towns(seed*7+uint64(n), n)
			if s, err := Associate(grouped(profit)); err != nil {
				t.Fatal(err)
			} else if s.Low <= 20 && 20 <= s.High {
				ofProfit++
			}
			if s, err := Associate(grouped(left)); err != nil {
				t.Fatal(err)
			} else if s.Low <= -0.06 && -0.06 <= s.High {
				ofLeaving++
			}
			gone := int64(0)
			for _, c := range rarely {
				gone += int64(c.outcome)
			}
			if OneOutcome(int64(n), gone) != nil {
				continue
			}
			few++
			if s, err := Associate(grouped(rarely)); err != nil {
				t.Fatal(err)
			} else if s.Low <= -0.008 && -0.008 <= s.High {
				ofFew++
			}
		}
		if share := 100 * float64(ofFew) / float64(max(few, 1)); few == seeds && (share < 93 || share > 97) {
			t.Errorf("%d customers: where few leave, the interval covers the truth in %.2f %% of %d seeds, want 93 to 97", n, share, few)
		} else {
			t.Logf("%d customers, few leaving: %.2f %% of the %d seeds that are not refused", n, share, few)
		}
		for name, covered := range map[string]int{"profit": ofProfit, "leaving": ofLeaving} {
			share := 100 * float64(covered) / seeds
			t.Logf("%d customers, %s: %.2f %%", n, name, share)
			if share < 93 || share > 97 {
				t.Errorf("%d customers: the interval of %s covers the truth in %.2f %% of %d seeds, want 93 to 97", n, name, share, seeds)
			}
		}
	}
}

func TestASlopeOfTooLittleIsRefusedByItsWord(t *testing.T) {
	group := func(score float64, n int64, sum, scatter float64) ScoreGroup {
		return ScoreGroup{score, n, sum, scatter}
	}
	for _, c := range []struct {
		name   string
		groups []ScoreGroup
		want   string
	}{
		{"nobody", nil, ReasonTooFewCustomers},
		{"49 customers", []ScoreGroup{group(1, 24, 3, 1), group(2, 25, 3, 1)}, ReasonTooFewCustomers},
		{"four differ", []ScoreGroup{group(1, 100, 3, 1), group(2, 4, 3, 1)}, ReasonOneScore},
		{"all the same score", []ScoreGroup{group(1, 100, 3, 1)}, ReasonOneScore},
		{"a straight line", []ScoreGroup{group(1, 30, 0, 0), group(2, 30, 30, 0)}, ReasonToldApart},
		{"nothing moves", []ScoreGroup{group(1, 30, 30, 0), group(2, 30, 30, 0)}, ReasonToldApart},
	} {
		_, err := Associate(c.groups)
		var refused *Refusal
		if !errors.As(err, &refused) || refused.Reason != c.want {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
	for _, c := range []struct {
		judged, left int64
		want         string
	}{{49, 20, ReasonTooFewCustomers}, {100, 0, ReasonNobodyLeft}, {100, 100, ReasonEverybody}, {100, 9, ReasonFewOnOneSide}, {100, 91, ReasonFewOnOneSide}} {
		var refused *Refusal
		if err := OneOutcome(c.judged, c.left); !errors.As(err, &refused) || refused.Reason != c.want {
			t.Errorf("%d of %d left: got %v, want %s", c.left, c.judged, err, c.want)
		}
	}
	if err := OneOutcome(100, 10); err != nil {
		t.Error(err)
	}
}
