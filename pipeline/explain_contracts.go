package pipeline

import "fmt"

// contractRules take the figures of mart contract_movements apart into contracts.
func contractRules() map[string]figureRule {
	start, end := inForce("previous_as_of"), inForce("as_of")
	value := func(formula, when string) figureRule { return contractRule(formula, when, "terms.monthly_value") }
	count := func(formula, when string) figureRule { return contractRule(formula, when, "cast(1 as bigint)") }
	return map[string]figureRule{
		"contract_movements.value_start":     value("value a month of the contracts in force on the day before the last twelve months", start),
		"contract_movements.value_end":       value("value a month of the contracts in force on the last day before the as-of day", end),
		"contract_movements.contracts_start": count("contracts in force on the day before the last twelve months, one each", start),
		"contract_movements.contracts_end":   count("contracts in force on the last day before the as-of day, one each", end),
		"contract_movements.change": contractRule("value_end - value_start, contract by contract", "("+start+") <> ("+end+")",
			"case when "+end+" then terms.monthly_value else -terms.monthly_value end"),
	}
}

// inForce holds for a contract that is in force on the day before a day of run.params.
func inForce(day string) string {
	return fmt.Sprintf("terms.starts_on < params.%[1]s and terms.active_until >= params.%[1]s", day)
}

func contractRule(formula, when, contribution string) figureRule {
	return figureRule{formula, `
		select terms.contract_id, terms.starts_on, terms.ended_on, contracts.amount, contracts.period,
			contracts._source, contracts._file, contracts._line, ` + contribution + ` as contribution
		from analysis.contract_terms as terms
		cross join run.params as params
		inner join staging.contracts as contracts on terms.contract_id = contracts.contract_id
		where terms.customer_id = {customer} and terms.monthly_value > 0 and ` + when,
		"starts_on, contract_id", true}
}
