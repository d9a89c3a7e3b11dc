package analysis

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// FunnelPolicy says how opportunities become deals and how well they are recorded (definitions.md, Funnel).
type FunnelPolicy struct {
	Stages    []string // in their order, the last is signing; none: only what was won and lost is known
	Lost      []string // words in the place of a stage that say only that the deal is lost
	EntryDays int      // recorded so many days after the opportunity began is in time
	Required  []string // columns of opportunities that a complete record fills
	Rewards   []EntryReward
}

// EntryReward is what a record earns its owner: Points for being recorded within so many days of the
// beginning (Kind early, Bound days), or for so much of what is required (Kind full, Bound basis
// points). Of each kind the best that is reached counts.
type EntryReward struct {
	Kind   string
	Bound  int
	Points int
}

// The kinds of EntryReward.
const (
	RewardEarly = "early"
	RewardFull  = "full"
)

// FunnelColumns are the columns of opportunities that a record can be asked to fill.
func FunnelColumns() []string {
	return []string{"amount", "source", "customer_id", "owner_id", "product_id", "created_at", "recorded_at", "entered_at"}
}

// DefaultFunnel has no stages, since only the company knows them. In time is within two days;
// the same day earns three points, in time two, a week one; all that is required two, half of it one.
func DefaultFunnel() FunnelPolicy {
	return FunnelPolicy{EntryDays: 2, Required: []string{"amount", "source", "customer_id"}, Rewards: []EntryReward{
		{RewardEarly, 0, 3}, {RewardEarly, 2, 2}, {RewardEarly, 7, 1}, {RewardFull, 10000, 2}, {RewardFull, 5000, 1}}}
}

// Validate says what is wrong with a funnel, all of it, one sentence each.
func (p FunnelPolicy) Validate() error {
	errs := []error{between("funnel.entry_within", p.EntryDays, 0, longest, "days")}
	if n := len(p.Stages); n == 1 || n > 20 {
		errs = append(errs, fmt.Errorf("funnel.stages has %d stages: name 2 to 20, in their order, the last one signing", n))
	}
	seen := map[string]string{}
	for _, list := range []struct {
		key   string
		words []string
	}{{"funnel.stages", p.Stages}, {"funnel.lost", p.Lost}} {
		for _, w := range list.words {
			word := strings.ToLower(strings.TrimSpace(w))
			switch {
			case word == "":
				errs = append(errs, fmt.Errorf("%s: an empty name fits no stage", list.key))
			case seen[word] != "":
				errs = append(errs, fmt.Errorf("%s: %q stands in %s already: keep one of the two", list.key, w, seen[word]))
			default:
				seen[word] = list.key
			}
		}
	}
	columns := map[string]bool{}
	for _, c := range p.Required {
		switch {
		case !slices.Contains(FunnelColumns(), c):
			errs = append(errs, fmt.Errorf("funnel.required: %q is no column that a record can be asked for: use %s", c, strings.Join(FunnelColumns(), ", ")))
		case columns[c]:
			errs = append(errs, fmt.Errorf("funnel.required: %q stands there twice", c))
		}
		columns[c] = true
	}
	return errors.Join(append(errs, p.validateRewards()...)...)
}

func (p FunnelPolicy) validateRewards() []error {
	var errs []error
	bounds := map[EntryReward]bool{}
	for _, r := range p.Rewards {
		most, unit := longest, "days"
		if r.Kind == RewardFull {
			most, unit = 10000, "basis points"
		}
		errs = append(errs, oneOf("funnel.rewards", r.Kind, RewardEarly, RewardFull),
			between("funnel.rewards."+r.Kind, r.Bound, 0, most, unit), between("funnel.rewards."+r.Kind+".points", r.Points, 0, 1000, "points"))
		if same := (EntryReward{Kind: r.Kind, Bound: r.Bound}); bounds[same] {
			errs = append(errs, fmt.Errorf("funnel.rewards.%s: %d %s stand there twice", r.Kind, r.Bound, unit))
		} else {
			bounds[same] = true
		}
	}
	return errs
}
