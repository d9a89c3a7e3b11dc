package analysis

import (
	"math"
	"slices"
	"testing"
)

// cdnowLike are the published fits of the CDNOW sample with covariances of about their size.
func cdnowLike(m PurchaseModel) *PurchaseFit {
	f := &PurchaseFit{Model: m}
	switch m {
	case BGNBD:
		f.Values, f.Names = []float64{0.242595, 4.413602, 0.792922, 2.425907}, []string{"r", "alpha", "a", "b"}
	case MBGNBD:
		f.Values, f.Names = []float64{0.524843, 6.183085, 0.891359, 1.614002}, []string{"r", "alpha", "a", "b"}
	default:
		f.Values, f.Names = []float64{0.553277, 10.577683, 0.606240, 11.668740}, []string{"r", "alpha", "s", "beta"}
	}
	f.LogCovariance = diagonal(0.0025, 0.0064, 0.06, 0.09)
	return f
}

func cdnowSpend() *SpendFit {
	f := &SpendFit{}
	f.Names, f.Values = []string{"p", "q", "v"}, []float64{6.249573, 3.744225, 15.443519}
	f.LogCovariance = diagonal(0.03, 0.006, 0.07)
	return f
}

func diagonal(values ...float64) [][]float64 {
	out := make([][]float64, len(values))
	for i, v := range values {
		out[i] = make([]float64, len(values))
		out[i][i] = v
	}
	return out
}

// termByTerm is definitions.md's CLV, one unit of time after the other.
func termByTerm(f *PurchaseFit, spend float64, b Buyers, terms ValueTerms) float64 {
	sum := 0.0
	for k := 1; k <= terms.Horizon; k++ {
		sum += (f.Expected(b, float64(k)) - f.Expected(b, float64(k-1))) / math.Pow(1+terms.Discount, float64(k))
	}
	return sum * spend * terms.Margin
}

func TestValueIsThePublishedSum(t *testing.T) {
	terms := ValueTerms{Horizon: 52, Discount: DefaultLifetime().Discount(), Margin: 0.3}
	for _, model := range []PurchaseModel{BGNBD, MBGNBD, ParetoNBD} {
		fit, spend := cdnowLike(model), cdnowSpend()
		m, err := NewValueModel(fit, spend, 0, terms, 100, false)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range []Buyers{{X: 0, T: 0}, {X: 0, T: 38.86}, {X: 2, TX: 30.43, T: 38.86}, {X: 26, TX: 30.86, T: 31}, {X: 3, TX: 2, T: 150}} {
			g := m.Of(b.X, b.T).Since(b.TX)
			got, want := g.Worth(42).Value, termByTerm(fit, spend.Expected(b.X, 42), b, terms)
			if math.Abs(got-want) > 1e-8*math.Abs(want) {
				t.Errorf("%s of %v: %v, term by term %v", model, b, got, want)
			}
			if want := fit.Expected(b, 52); math.Abs(g.ExpectedPurchases-want) > 1e-12*want {
				t.Errorf("%s of %v: %v purchases, want %v", model, b, g.ExpectedPurchases, want)
			}
		}
	}
}

// The draws are summed by quadrature; their bounds must be those of the sums written out.
func TestTheIntervalIsThatOfTheDrawsWrittenOut(t *testing.T) {
	for _, terms := range []ValueTerms{{52, 0.0018, 0.3}, {1, 0.01, 1}, {365, 0.0003, 0.2}, {6, 0.02, -0.1}} {
		for _, model := range []PurchaseModel{BGNBD, MBGNBD, ParetoNBD} {
			fit, spend := cdnowLike(model), cdnowSpend()
			m, err := NewValueModel(fit, spend, 0, terms, 100, true)
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range []Buyers{{X: 0, T: 0}, {X: 0, T: 38.86}, {X: 2, TX: 30.43, T: 38.86}, {X: 26, TX: 30.86, T: 31}, {X: 3, TX: 2, T: 150}} {
				got := m.Of(b.X, b.T).Since(b.TX).Worth(42)
				var all []float64
				for i, draw := range m.bought {
					all = append(all, termByTerm(draw, m.spent[i].Expected(b.X, 42), b, terms))
				}
				slices.Sort(all)
				for _, bound := range []struct{ got, want float64 }{{got.Low, all[9]}, {got.High, all[190]}} {
					if math.Abs(bound.got-bound.want) > 1e-6*math.Abs(bound.want) {
						t.Errorf("%s %v of %v: bound %v, written out %v", model, terms, b, bound.got, bound.want)
					}
				}
				if !(got.Low <= got.Value && got.Value <= got.High) {
					t.Errorf("%s of %v: %v is not between %v and %v", model, b, got.Value, got.Low, got.High)
				}
			}
		}
	}
}

func TestWithoutAModelOfSpendTheMeanStandsForEverybody(t *testing.T) {
	m, err := NewValueModel(cdnowLike(MBGNBD), nil, 12.5, ValueTerms{52, 0, 1}, 100, true)
	if err != nil {
		t.Fatal(err)
	}
	g := m.Of(2, 30).Since(20)
	if a, b := g.Worth(1), g.Worth(1000); a != b || a.Spend != 12.5 || !(a.Low < a.Value && a.Value < a.High) {
		t.Errorf("%v and %v", a, b)
	}
}

func TestWhoGaveEverythingBackTakesTheMeanOfAll(t *testing.T) {
	spend := cdnowSpend()
	m, err := NewValueModel(cdnowLike(MBGNBD), spend, 0, ValueTerms{52, 0, 1}, 100, true)
	if err != nil {
		t.Fatal(err)
	}
	for _, z := range []float64{0, -5} {
		if got := m.Of(2, 30).Since(20).Worth(z).Spend; got != spend.Prior() {
			t.Errorf("z %v: %v, want %v", z, got, spend.Prior())
		}
	}
}

func TestAValueHasNoUpperBoundWhereTheMeanSpendHasNone(t *testing.T) {
	spend := cdnowSpend()
	m, err := NewValueModel(cdnowLike(MBGNBD), spend, 0, ValueTerms{52, 0, 1}, 100, true)
	if err != nil || !m.Bounded() {
		t.Errorf("q far above 1: bounded %v, %v", m.Bounded(), err)
	}
	spend.Values[1] = 1.05
	m, err = NewValueModel(cdnowLike(MBGNBD), spend, 0, ValueTerms{52, 0, 1}, 100, true)
	if err != nil || m.Bounded() {
		t.Errorf("q near 1: bounded %v, %v", m.Bounded(), err)
	}
}
