package analysis

import (
	"errors"
	"fmt"
)

// BehaviourPolicy says when what a customer buys is told in words, and when it counts as changed.
// All shares are basis points.
type BehaviourPolicy struct {
	LeastLines  int // of lines, priced lines, days or gaps, in each window; fewer say nothing
	LowBelow    int // a mean place among the prices below it is a low price level
	HighFrom    int // from here on the level is high
	LeastShift  int // a share, or a place among prices, moves by so much or it is no change
	RhythmShift int // gaps that are longer by so much are slower, the other way round faster
}

// DefaultBehaviour asks for five lines, cuts price levels at 40 % and 60 %, since means of many
// lines lie near the middle, and takes 20 points and half as long a gap for a change.
func DefaultBehaviour() BehaviourPolicy {
	return BehaviourPolicy{LeastLines: 5, LowBelow: 4000, HighFrom: 6000, LeastShift: 2000, RhythmShift: 5000}
}

// Validate says what is wrong with a policy, all of it, one sentence each.
func (p BehaviourPolicy) Validate() error {
	errs := []error{
		between("needs.least_lines", p.LeastLines, 1, 1000, "lines"),
		between("needs.least_shift", p.LeastShift, 1, 10000, "basis points"),
		between("needs.rhythm_shift", p.RhythmShift, 1, 100000, "basis points"),
	}
	if p.LowBelow <= 0 || p.HighFrom >= 10000 || p.LowBelow >= p.HighFrom {
		errs = append(errs, fmt.Errorf("needs.price_levels cuts at %d and %d basis points: write two rising shares between 0 %% and 100 %%, such as [40 %%, 60 %%]", p.LowBelow, p.HighFrom))
	}
	return errors.Join(errs...)
}

// NeedChange is a word for what changed in what a customer buys, and whether it is worse or better
// for the company.
type NeedChange struct {
	Word, Direction string
}

// The directions of NeedChange.
const (
	ChangeDown  = "down"
	ChangeUp    = "up"
	ChangeOther = "other" // something else, neither better nor worse
	ChangeNone  = "none"
)

// NeedChanges are all words of change in the order in which they count for a customer: what costs
// money first, what nothing is known of late, and the day of the week last: of few days it moves by
// chance, so that it alone is no change of a customer.
func NeedChanges() []NeedChange {
	return []NeedChange{
		{"stopped", ChangeDown}, {"rhythm_slower", ChangeDown}, {"price_down", ChangeDown},
		{"category", ChangeOther}, {"channel", ChangeOther},
		{"new", ChangeUp}, {"returned", ChangeUp}, {"price_up", ChangeUp}, {"rhythm_faster", ChangeUp},
		{"none", ChangeNone}, {"unknown", ChangeNone}, {"too_few", ChangeNone}, {"day", ChangeOther},
	}
}

// Rhythm is a word for the days between purchases, from From on.
type Rhythm struct {
	Word string
	From int
}

// Rhythms are all words for rhythms, rising. Each reaches to about the middle between what it
// names and what the next one does: a monthly buyer is late now and then.
func Rhythms() []Rhythm {
	return []Rhythm{{"daily", 0}, {"weekly", 4}, {"fortnightly", 11}, {"monthly", 22}, {"quarterly", 61}, {"half_yearly", 137}, {"yearly", 274}, {"rarer", 548}}
}

// Weekdays are the words for the days of the week, Monday first.
func Weekdays() []string {
	return []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
}
