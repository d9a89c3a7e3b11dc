package analysis

import (
	"errors"
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

// exactUpper adds the hypergeometric chances up as fractions.
func exactUpper(together, ofA, ofB, all int64) float64 {
	sum := new(big.Int)
	for k := together; k <= min(ofA, ofB); k++ {
		if ofB-k > all-ofA {
			continue
		}
		sum.Add(sum, new(big.Int).Mul(new(big.Int).Binomial(ofA, k), new(big.Int).Binomial(all-ofA, ofB-k)))
	}
	v, _ := new(big.Rat).SetFrac(sum, new(big.Int).Binomial(all, ofB)).Float64()
	return v
}

func TestTheLadyTastingTea(t *testing.T) {
	// Fisher 1935: eight cups, four with milk first, all four recognised: 1 in 70.
	got, err := FisherUpper(4, 4, 4, 8)
	if err != nil || math.Abs(got-1.0/70) > 1e-15 {
		t.Errorf("got %v, %v, want 1/70", got, err)
	}
}

func TestTheChanceOfCommonBasketsIsTheExactOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.Int64Range(1, 400).Draw(t, "all")
		a, b := rapid.Int64Range(0, all).Draw(t, "a"), rapid.Int64Range(0, all).Draw(t, "b")
		together := rapid.Int64Range(max(0, a+b-all), min(a, b)).Draw(t, "together")
		got, err := FisherUpper(together, a, b, all)
		if err != nil {
			t.Fatal(err)
		}
		want := exactUpper(together, a, b, all)
		// a small chance keeps its digits, one near 1 is what the other tail leaves
		if math.Abs(got-want) > 1e-11*want && math.Abs(got-want) > 1e-13 || got < 0 || got > 1 {
			t.Errorf("%d of %d and %d in %d: got %v, want %v", together, a, b, all, got, want)
		}
		if swapped, _ := FisherUpper(together, b, a, all); math.Abs(swapped-got) > 1e-11*got {
			t.Errorf("which product is called the first makes a difference: %v, %v", got, swapped)
		}
	})
}

func TestTinyChancesOfALargeCompanyKeepTheirDigits(t *testing.T) {
	for _, c := range [][4]int64{{757, 1131, 1908, 18102}, {8, 11, 10, 18102}, {60, 900, 1100, 2_000}} {
		got, err := FisherUpper(c[0], c[1], c[2], c[3])
		want := exactUpper(c[0], c[1], c[2], c[3])
		if err != nil || math.Abs(got-want) > 1e-9*want {
			t.Errorf("%v: got %v, %v, want %v", c, got, err, want)
		}
	}
	if got, err := FisherUpper(100_000, 100_000, 100_000, 2_500_000); err != nil || got != 0 {
		t.Errorf("a chance below every double is %v, %v", got, err)
	}
}

func TestCountsThatNoBasketsCanHaveAreRefused(t *testing.T) {
	var refused *Refusal
	for _, c := range [][4]int64{{5, 4, 9, 20}, {1, 15, 15, 20}, {0, -1, 2, 20}, {2, 3, 21, 20}} {
		if got, err := FisherUpper(c[0], c[1], c[2], c[3]); !errors.As(err, &refused) {
			t.Errorf("%v: got %v, %v", c, got, err)
		}
	}
}
