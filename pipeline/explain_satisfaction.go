package pipeline

// satisfactionRules take the figures of mart customer_satisfaction apart into answers and cases.
func satisfactionRules() map[string]figureRule {
	return map[string]figureRule{
		"customer_satisfaction.answers":         answerRule("answers given in the window, one each", "true"),
		"customer_satisfaction.below":           answerRule("answers of the window whose experience is below the expectation", "answers.comparison = 'below'"),
		"customer_satisfaction.equal":           answerRule("answers of the window whose experience is as expected", "answers.comparison = 'equal'"),
		"customer_satisfaction.above":           answerRule("answers of the window whose experience is above the expectation", "answers.comparison = 'above'"),
		"customer_satisfaction.scored":          answerRule("answers of the window with a score on the scale", "answers.score is not null"),
		"customer_satisfaction.mean_score":      meanScoreRule(),
		"customer_satisfaction.complaints":      caseRule("cases opened in the window, one each", "cases.opened_on >= params.window_start and cases.opened_on < params.as_of"),
		"customer_satisfaction.open_complaints": caseRule("cases opened before the as-of day and not resolved before it, one each", "cases.opened_on < params.as_of and (cases.resolved_on is null or cases.resolved_on >= params.as_of)"),
	}
}

// answerRule lists the answers that count, each with the row it was read from.
func answerRule(formula, when string) figureRule {
	return figureRule{formula, `
		select answers.answered_on, answers.element, answers.score, answers.expectation, answers.experience, answers.comparison,
			places._source, places._file, places._line, cast(1 as bigint) as contribution
		from analysis.window_answers as answers
		inner join analysis.survey_rows as places
			on answers.customer_id = places.customer_id and answers.answered_on = places.answered_on and answers.said = places.said and places.place = 1
		where answers.customer_id = {customer} and ` + when,
		"answered_on desc, element, _file, _line, score", true}
}

func meanScoreRule() figureRule {
	r := answerRule("sum of the scores over their number", "answers.score is not null")
	r.isSum = false
	return r
}

func caseRule(formula, when string) figureRule {
	return figureRule{formula, `
		select cases.case_id, cases.opened_on, cases.resolved_on, cases.category, elements.element, cases.severity, cases.satisfaction, cast(1 as bigint) as contribution
		from staging.cases as cases
		cross join run.params as params
		left join analysis.case_elements as elements on cases.category = elements.category
		where cases.customer_id = {customer} and ` + when,
		"opened_on desc, case_id", true}
}
