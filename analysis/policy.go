// Package analysis holds the policies of what customers do: retention, renewal and churn. A
// policy is a value that the configuration fills, Validate judges, and the pipeline hands to SQL
// as relations; the rules stand in sql/analysis. It also says the words of these marts, classes,
// states, rules and their evidence, in English and Chinese.
//
// And it fits the models of how long customers stay and what they will buy, which SQL cannot: it
// takes counts of customers with equal histories and gives parameters with their errors, and from
// these P(alive), expected purchases, spend and survival. Purchases: BG/NBD (Fader, Hardie and Lee
// 2005), MBG/NBD (Batislam, Denizel and Filiztekin 2007), Pareto/NBD (Schmittlein, Morrison and
// Colombo 1987). Spend: Gamma-Gamma (Fader and Hardie 2013). Contracts: sBG (Fader and Hardie 2007),
// BdW (Fader, Hardie, Liu, Davin and Steenburgh 2018), Kaplan and Meier (1958). All by maximum
// likelihood without a penalty, with exact first and second derivatives; neither the order of the
// rows nor the number of threads changes a digit. Where data say too little the answer is a
// *Refusal or a *NotConverged, never a NaN.
//
// The package imports nothing of ours.
package analysis

// RenewalPolicy is the grace after a contract's end in which a renewal still counts.
type RenewalPolicy struct{ GraceDays int }

// DueDays is how many days before a contract's end it counts as due: from then on an open
// complaint makes its customer a risk.
const DueDays = 90

// ChurnPolicy says when silence is churn and how the company's words map to causes.
type ChurnPolicy struct {
	Days        int         // one fixed limit; 0: by own rhythm
	GapQuantile int         // own rhythm: quantile of the customer's gaps, in percent (95)
	AtRisk      int         // quantile of at_risk, in percent (80)
	AtLeastDays int         // own rhythm: the smallest limit
	Classes     []ClassWord // in file order
	AliveBelow  int         // P(alive) of the purchase model under which a customer has left, in basis points; 0: the model is not asked
	DecidedBy   []string    // the sources that decide who left, of ChurnSources; the others are only counted
	Flag        ChurnFlag   // the attribute in which somebody keeps who left
	LifeEvents  []string    // attributes whose values may be words for a natural cause
}

// ChurnFlag is an attribute of customers and its words for having left and for having only joined;
// every other value means that the customer stays. The zero flag is none.
type ChurnFlag struct {
	Attribute    string
	Left, Joined []string
}

// The sources that can say that a customer left, in the order in which they decide.
const (
	ByDeparture = "departure" // a stated departure
	ByContract  = "contract"  // the last contract ended, its grace too
	ByFlag      = "flag"      // the attribute of ChurnFlag
	ByRhythm    = "rhythm"    // silence beyond the limit
	ByModel     = "model"     // P(alive) of the purchase model below the limit
)

// ChurnSources are all sources, in the order in which they decide.
func ChurnSources() []string { return []string{ByDeparture, ByContract, ByFlag, ByRhythm, ByModel} }

// AliveRisk is P(alive) under which a customer is at risk, in basis points: a half, or the limit of
// having left where that is higher.
func (p ChurnPolicy) AliveRisk() int { return max(p.AliveBelow, 5000) }

// ClassWord maps a word or pattern (with *) of the company's own vocabulary to a class and sub-class.
type ClassWord struct {
	Class    string // natural, competitive, fault; unclassified for words that say nothing
	SubClass string // quality, price, service, image, …; may be empty
	Word     string // matched without regard to case and outer blanks; * matches any text
}

// Countermeasure is what each sub-class of fault calls for (definitions.md, churn).
type Countermeasure struct{ Class, SubClass, Action string }

// The cause classes of churn.
const (
	Natural      = "natural"      // moved, deceased, closed, no need any more
	Competitive  = "competitive"  // a competitor is named or evidenced
	Fault        = "fault"        // ours: quality, price, service, image
	Unclassified = "unclassified" // nobody knows; always shown
)

// DefaultRenewal gives a renewal 30 days of grace.
func DefaultRenewal() RenewalPolicy { return RenewalPolicy{GraceDays: 30} }

// DefaultChurn judges each customer by the own rhythm, and nobody before 60 days of silence.
func DefaultChurn() ChurnPolicy {
	return ChurnPolicy{GapQuantile: 95, AtRisk: 80, AtLeastDays: 60, DecidedBy: []string{ByDeparture, ByContract, ByRhythm}}
}
