package segment

import (
	"strings"
	"testing"
)

// problem is a value that Validate must refuse with a sentence that holds all of want, or accept
// when want is empty.
type problem struct {
	policy interface{ Validate() error }
	want   []string
}

func judge(t *testing.T, cases map[string]problem) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			err := c.policy.Validate()
			if len(c.want) == 0 {
				if err != nil {
					t.Fatalf("refused: %v", err)
				}
				return
			}
			if err == nil {
				t.Fatalf("accepted %+v", c.policy)
			}
			for _, part := range c.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not say %q", err, part)
				}
			}
		})
	}
}

func TestTheDefaultsOfACompanyThatSaysNothingAreValid(t *testing.T) {
	cases := map[string]problem{
		"profit": {policy: DefaultProfit()},
		"tiers":  {policy: DefaultTiers()},
		"big":    {policy: DefaultBig()},
		"bands":  {policy: DefaultBands()},
		"none":   {policy: Bands{}},
	}
	for _, lang := range []string{English, Chinese} {
		for _, list := range DefaultLists(lang) {
			cases["list "+list.Name+" "+lang] = problem{policy: list}
		}
	}
	judge(t, cases)
}

func TestProfitIsCountedInOneWindowByDeclaredRules(t *testing.T) {
	judge(t, map[string]problem{
		"all history":         {policy: ProfitPolicy{Window: Window{All: true}}},
		"fiscal year to date": {policy: ProfitPolicy{Window: Window{Fiscal: true}, MissingCost: Exclude, Goods: Lost}},
		"six months":          {policy: ProfitPolicy{Window: Window{Months: 6}, MissingCost: CategoryAverage}},
		"no window":           {ProfitPolicy{}, []string{"profit.window says nothing"}},
		"two windows":         {ProfitPolicy{Window: Window{Months: 12, All: true}}, []string{"several things"}},
		"a negative window":   {ProfitPolicy{Window: Window{Months: -1}}, []string{"-1 months", "1 to 1200"}},
		"unknown words":       {ProfitPolicy{Window: Window{All: true}, MissingCost: "average", Goods: "gone"}, []string{`missing_cost is "average": use category_average, zero, exclude`, `goods is "gone"`}},
	})
}

func TestATierPolicyHasOneCutAndOneWidthOfNothing(t *testing.T) {
	judge(t, map[string]problem{
		"holds 80 %":              {policy: TierPolicy{HighHolds: 8000}},
		"top 20 %":                {policy: TierPolicy{HighTop: 2000, ZeroWithin: "0.00", ZeroShare: 100}},
		"at least":                {policy: TierPolicy{HighAtLeast: "50000", ZeroWithin: "12.3456"}},
		"no cut":                  {TierPolicy{}, []string{"has 0 rules"}},
		"two cuts":                {TierPolicy{HighHolds: 8000, HighAtLeast: "1"}, []string{"has 2 rules", "exactly one"}},
		"more than everything":    {TierPolicy{HighHolds: 10001}, []string{"tiers.high.holds", "0 % to 100 %"}},
		"less than nothing":       {TierPolicy{HighTop: -1}, []string{"tiers.high.top"}},
		"two widths":              {TierPolicy{HighHolds: 8000, ZeroWithin: "0.01", ZeroShare: 100}, []string{"two widths"}},
		"a negative width":        {TierPolicy{HighHolds: 8000, ZeroWithin: "-1"}, []string{"zero or more"}},
		"a word for an amount":    {TierPolicy{HighAtLeast: "much"}, []string{`"much"`, "0.50"}},
		"an amount without cents": {TierPolicy{HighAtLeast: "5."}, []string{`"5."`}},
		"five decimals":           {TierPolicy{HighAtLeast: "0.00001"}, []string{"14 digits and 4 decimals"}},
		"fifteen digits":          {TierPolicy{HighAtLeast: "100000000000000"}, []string{"14 digits and 4 decimals"}},
	})
}

func TestBigCustomersAreBigByOneRuleAndByDistinctKinds(t *testing.T) {
	judge(t, map[string]problem{
		"top without kinds": {policy: BigPolicy{Top: 2000}},
		"no rule":           {BigPolicy{}, []string{"has 0 rules"}},
		"two rules":         {BigPolicy{Holds: 8000, Top: 2000}, []string{"has 2 rules"}},
		"a kind twice":      {BigPolicy{Holds: 8000, Kinds: []string{"agent", "agent"}}, []string{`"agent" twice`}},
		"an empty kind":     {BigPolicy{Holds: 8000, Kinds: []string{" "}}, []string{"empty word"}},
		"too much":          {BigPolicy{Holds: 20000}, []string{"big.holds"}},
	})
}

func TestBandsAscendAndListsAreKnown(t *testing.T) {
	judge(t, map[string]problem{
		"one bound":              {policy: Bands{Age: []int64{18}}},
		"a bound twice":          {Bands{Age: []int64{18, 18}}, []string{"segments.age has 18 after 18"}},
		"a descending bound":     {Bands{Income: []int64{300, 100}}, []string{"segments.income has 100 after 300"}},
		"a bound of zero":        {Bands{Age: []int64{0, 18}}, []string{"begins above zero"}},
		"a list without end":     {policy: ListPolicy{Name: Keep, Channels: []string{"visit"}}},
		"a negative capacity":    {ListPolicy{Name: Keep, Rows: -5, PerOwner: -1, Channels: []string{"visit"}}, []string{"lists.keep.rows is -5", "lists.keep.per_owner is -1"}},
		"a list nobody knows":    {ListPolicy{Name: "rise", Channels: []string{"visit"}}, []string{`"rise": use fix, keep, win_back, renew, grow, rising, welcome, convert`}},
		"most are left out":      {ListPolicy{Name: Keep, Control: 5001, Channels: []string{"visit"}}, []string{"lists.keep.control is 5001"}},
		"contracts years ahead":  {ListPolicy{Name: Renew, Within: 400, Channels: []string{"visit"}}, []string{"lists.renew.due_within is 400"}},
		"no way to the customer": {ListPolicy{Name: Grow}, []string{"lists.grow.channels is empty"}},
		"by pigeon, twice by phone": {ListPolicy{Name: Grow, Channels: []string{"phone", "pigeon", "phone"}},
			[]string{`"pigeon": use phone, email, sms, visit`, "names phone twice"}},
	})
}

func TestAllProblemsOfAPolicyAreSaidAtOnce(t *testing.T) {
	err := TierPolicy{HighHolds: 20000, HighTop: -1, ZeroWithin: "x"}.Validate()
	if err == nil || strings.Count(err.Error(), "\n") != 3 {
		t.Fatalf("want four sentences, got: %v", err)
	}
}
