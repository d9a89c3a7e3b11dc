package segment

// DefaultProfit counts profit in the 12 months before the as-of day. Returned goods go back on
// the shelf; without a declared policy, lines without a cost hold the run back at a gate. An
// invoice without a due day is due after 30 days, what the law says where nobody agreed on
// anything (directive 2011/7/EU, article 3); half a year overdue is bad debt.
func DefaultProfit() ProfitPolicy {
	return ProfitPolicy{Window: Window{Months: 12}, Goods: Restocked, BadDebtDays: 180, InvoiceDueDays: 30}
}

// DefaultTiers calls the customers high who together bring 80 % of the positive profit, the
// fewest that do; zero is exactly nothing.
func DefaultTiers() TierPolicy {
	return TierPolicy{HighHolds: 8000, ZeroWithin: "0.00"}
}

// DefaultBig is big by the same 80 % rule, and by kind everybody who sells on.
func DefaultBig() BigPolicy {
	return BigPolicy{Holds: 8000, Kinds: []string{"distributor", "dealer", "wholesaler", "agent"}}
}

// DefaultBands divides by the ages at which households change. Income has no default: its bounds
// depend on the currency.
func DefaultBands() Bands {
	return Bands{Age: []int64{18, 25, 35, 45, 60}}
}

// The words of pharos.yaml for lines without a cost, and for the goods of returns.
const (
	CategoryAverage = "category_average" // the cost share of the product's category
	CostZero        = "zero"             // nothing
	Exclude         = "exclude"          // the line counts in no money
	Restocked       = "restocked"        // a return takes its cost back
	Lost            = "lost"             // a return leaves its cost
)

// The profit tiers, the best first.
const (
	High   = "high"
	Medium = "medium"
	Zero   = "zero"
	Loss   = "loss"
)
