package extract

// The rules by which the mapping quarantines a row; BadRow.Rule holds them.
const (
	RuleRequired      = "required"          // a required column is NULL or blank
	RuleType          = "type"              // the value is not of the column's type
	RuleOutOfRange    = "out_of_range"      // more digits before the point than the column holds
	RuleCurrency      = "currency"          // an amount in another currency than the company's
	RuleAmbiguousDate = "ambiguous_date"    // 11/8/2018: day and month in an undeclared order
	RuleDateRange     = "date_out_of_range" // a year that no one can mean
	RuleCompute       = "compute"           // a division by zero
	RuleUnlisted      = "unlisted"          // not a row: how many more were quarantined than are listed
)

// Remedy says in one sentence what to do about the rows of a rule; empty for rules of which a
// source knows the remedy.
func Remedy(rule string) string {
	switch rule {
	case RuleRequired:
		return "fill the column in the source, or leave these rows out with where:"
	case RuleType:
		return "map the words with values:, declare the decimal sign of the source, or correct the source"
	case RuleOutOfRange:
		return "check the unit of the column: amounts have at most 14 digits before the point, prices and quantities 12"
	case RuleCurrency:
		return "amounts are never added across currencies: map exchange_rates, and rows whose currency stands in a column are converted by the rate of their day; or leave them out with where:"
	case RuleAmbiguousDate:
		return "declare the order of day and month with format:, for example DD.MM.YYYY or M/D/YYYY"
	case RuleDateRange:
		return "correct the year in the source: a table's own day lies between 1900-01-01 and 2199-12-31, others in the years 1 to 9999"
	case RuleCompute:
		return "leave rows with a zero divisor out with where:, or compute without the division"
	}
	return ""
}
