package analysis

import (
	"math"
	"strings"
	"testing"
)

func TestTwelveMonthsAreFiftyTwoWeeks(t *testing.T) {
	p := DefaultLifetime()
	if got := p.HorizonUnits(); got != 52 {
		t.Errorf("twelve months of weeks are %d, want 52", got)
	}
	if got := math.Pow(1+p.Discount(), 52); math.Abs(got-1.1) > 1e-12 {
		t.Errorf("52 weeks discount by %v, want 1.1", got)
	}
	p.UnitDays, p.HorizonMonths = 30, 1
	if got := p.HorizonUnits(); got != 1 {
		t.Errorf("one month of thirty-day units is %d, want 1", got)
	}
	p.UnitDays = 91
	if got := p.HorizonUnits(); got != 1 {
		t.Errorf("a horizon below one unit is %d units, want 1", got)
	}
}

func TestALifetimePolicySaysAllThatIsWrong(t *testing.T) {
	if err := DefaultLifetime().Validate(); err != nil {
		t.Error(err)
	}
	err := LifetimePolicy{Model: "nbd", UnitDays: 0, HorizonMonths: 0, DiscountBP: -1, HoldoutDays: -1}.Validate()
	for _, want := range []string{"lifetime.model", "lifetime.unit", "lifetime.horizon", "lifetime.discount", "lifetime.holdout"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not speak of %s", err, want)
		}
	}
}
