package segment

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

const (
	wholeShare = BasisPoints(10000) // 100 %
	maxMonths  = 1200               // a century: a longer window is `all`
	moneyScale = 4                  // decimals that the lake keeps of an amount
	moneyWhole = 14                 // digits before the point that the lake keeps
)

// Validate says what is wrong with a window: it is a number of months, all history, or the
// fiscal year to date, and one of them only.
func (w Window) Validate() error {
	switch said := count(w.Months != 0, w.All, w.Fiscal); {
	case said == 0:
		return errors.New("profit.window says nothing: write a number of months, all, or fiscal year to date")
	case said > 1:
		return errors.New("profit.window says several things: keep one of months, all and fiscal year to date")
	case !w.All && !w.Fiscal && (w.Months < 1 || w.Months > maxMonths):
		return fmt.Errorf("profit.window is %d months: use 1 to %d, or all", w.Months, maxMonths)
	}
	return nil
}

// Validate says what is wrong with a profit policy, all of it, one sentence each.
func (p ProfitPolicy) Validate() error {
	errs := make([]error, 0, len(p.Allocations))
	for _, a := range p.Allocations {
		errs = append(errs,
			oneOf("profit.allocate", a.Kind, LedgerKinds()...),
			oneOf("profit.allocate."+a.Kind+".by", a.Driver, Drivers()...),
			share("profit.allocate."+a.Kind+".unassigned", a.Unassigned))
	}
	return errors.Join(
		errors.Join(errs...),
		p.Window.Validate(),
		oneOf("profit.missing_cost", p.MissingCost, "", CategoryAverage, CostZero, Exclude),
		oneOf("returns.goods", p.Goods, "", Restocked, Lost),
	)
}

// Validate says what is wrong with a tier policy, all of it, one sentence each.
func (p TierPolicy) Validate() error {
	errs := []error{
		share("tiers.high.holds", p.HighHolds),
		share("tiers.high.top", p.HighTop),
		amount("tiers.high.at_least", p.HighAtLeast),
		amount("tiers.zero.within", p.ZeroWithin),
		share("tiers.zero.within_share_of_revenue", p.ZeroShare),
	}
	if n := count(p.HighHolds != 0, p.HighTop != 0, p.HighAtLeast != ""); n != 1 {
		errs = append(errs, fmt.Errorf("tiers.high has %d rules: give exactly one of holds, top and at_least", n))
	}
	if p.ZeroShare != 0 && strings.Trim(p.ZeroWithin, "0.") != "" {
		errs = append(errs, errors.New("tiers.zero has two widths: keep one of within and within_share_of_revenue"))
	}
	return errors.Join(errs...)
}

// Validate says what is wrong with a policy of big customers, all of it, one sentence each.
func (p BigPolicy) Validate() error {
	errs := []error{share("big.holds", p.Holds), share("big.top", p.Top)}
	if n := count(p.Holds != 0, p.Top != 0); n != 1 {
		errs = append(errs, fmt.Errorf("big has %d rules: give exactly one of holds and top", n))
	}
	for i, kind := range p.Kinds {
		switch {
		case strings.TrimSpace(kind) == "":
			errs = append(errs, errors.New("big.kinds has an empty word: name a kind of customer"))
		case slices.Contains(p.Kinds[:i], kind):
			errs = append(errs, fmt.Errorf("big.kinds names %q twice: keep one", kind))
		}
	}
	return errors.Join(errs...)
}

// Validate says what is wrong with the bands: bounds are above zero and ascend.
func (b Bands) Validate() error {
	return errors.Join(ascending("segments.age", b.Age), ascending("segments.income", b.Income))
}

// count is how many conditions hold.
func count(conditions ...bool) int {
	n := 0
	for _, holds := range conditions {
		if holds {
			n++
		}
	}
	return n
}

func oneOf(key, value string, known ...string) error {
	if slices.Contains(known, value) {
		return nil
	}
	words := slices.DeleteFunc(slices.Clone(known), func(word string) bool { return word == "" })
	return fmt.Errorf("%s is %q: use %s", key, value, strings.Join(words, ", "))
}

func share(key string, value BasisPoints) error {
	if value >= 0 && value <= wholeShare {
		return nil
	}
	return fmt.Errorf("%s is %d hundredths of a percent: use 0 %% to 100 %%", key, value)
}

// amount judges decimal text: not negative, and within what the lake keeps of an amount.
func amount(key, text string) error {
	if text == "" {
		return nil
	}
	whole, fraction, pointed := strings.Cut(text, ".")
	switch {
	case strings.HasPrefix(text, "-"):
		return fmt.Errorf("%s is %s: use an amount of zero or more", key, text)
	case !digits(whole) || pointed && !digits(fraction):
		return fmt.Errorf("%s is %q: write an amount such as 50000 or 0.50", key, text)
	case len(fraction) > moneyScale || len(whole) > moneyWhole:
		return fmt.Errorf("%s is %s: amounts have up to %d digits and %d decimals", key, text, moneyWhole, moneyScale)
	}
	return nil
}

func digits(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}

func ascending(key string, bounds []int64) error {
	for i, bound := range bounds {
		switch {
		case bound <= 0:
			return fmt.Errorf("%s has the bound %d: a band begins above zero, what is below the first is a band already", key, bound)
		case i > 0 && bound <= bounds[i-1]:
			return fmt.Errorf("%s has %d after %d: bounds ascend", key, bound, bounds[i-1])
		}
	}
	return nil
}
