package analysis

import (
	"strings"
	"testing"
)

func TestTheDefaultFunnelIsValid(t *testing.T) {
	if err := DefaultFunnel().Validate(); err != nil {
		t.Error(err)
	}
}

func TestAFunnelSaysEverythingThatIsWrongWithIt(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*FunnelPolicy)
		want   string
	}{
		{"one stage", func(p *FunnelPolicy) { p.Stages = []string{"won"} }, "funnel.stages has 1 stages: name 2 to 20"},
		{"a stage twice", func(p *FunnelPolicy) { p.Stages = []string{"Talk", " talk "} }, `funnel.stages: " talk " stands in funnel.stages already`},
		{"an empty stage", func(p *FunnelPolicy) { p.Stages = []string{"Talk", " "} }, "funnel.stages: an empty name"},
		{"a stage that is lost", func(p *FunnelPolicy) { p.Stages, p.Lost = []string{"a", "b"}, []string{"B"} }, `funnel.lost: "B" stands in funnel.stages already`},
		{"an unknown column", func(p *FunnelPolicy) { p.Required = []string{"amont"} }, `funnel.required: "amont" is no column`},
		{"a column twice", func(p *FunnelPolicy) { p.Required = []string{"amount", "amount"} }, `funnel.required: "amount" stands there twice`},
		{"early before it begins", func(p *FunnelPolicy) { p.EntryDays = -1 }, "funnel.entry_within is -1"},
		{"an unknown reward", func(p *FunnelPolicy) { p.Rewards = []EntryReward{{"late", 1, 1}} }, `funnel.rewards is "late"`},
		{"a reward twice", func(p *FunnelPolicy) { p.Rewards = []EntryReward{{RewardEarly, 1, 1}, {RewardEarly, 1, 2}} }, "funnel.rewards.early: 1 days stand there twice"},
		{"fuller than full", func(p *FunnelPolicy) { p.Rewards = []EntryReward{{RewardFull, 10001, 1}} }, "funnel.rewards.full is 10001"},
		{"a punishment", func(p *FunnelPolicy) { p.Rewards = []EntryReward{{RewardFull, 1, -1}} }, "funnel.rewards.full.points is -1"},
	} {
		p := DefaultFunnel()
		c.change(&p)
		if err := p.Validate(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
}
