package pipeline

// needRules take apart what a customer buys: line by line, choice by choice, or change by change.
func needRules() map[string]figureRule {
	rules := map[string]figureRule{
		"needs.net_money":      needLineRule("net money of the sale lines in the window, before returns", "net_money", true),
		"needs.lines":          needLineRule("sale lines in the window, one each", "cast(1 as bigint)", true),
		"needs.products":       needProductRule(),
		"needs.price_position": needPriceRule("mean of the places of the priced lines"),
		"needs.price_level":    needPriceRule("low, middle or high by the mean of the places of the priced lines, where there are enough"),
		"needs.price_basis":    needPriceRule("whether lines are placed among the prices of their category or of their product"),
		"needs.rhythm":         needGapRule(),
		"needs.gap_days":       needGapRule(),
	}
	for column, dimension := range map[string]string{"top_category": "category", "top_share": "category", "categories": "category",
		"main_channel": "channel", "channel_share": "channel", "main_day": "day", "day_share": "day"} {
		rules["needs."+column] = needChoiceRule(dimension)
	}
	for _, column := range []string{"change", "changes", "direction"} {
		rules["needs."+column] = figureRule{"of the sides that changed, the one that costs most; stopped, new and returned by the windows in which there are lines", `
			select dimension, before, now, change, figure_before, figure_now, money_before, money_now, count_before, count_now
			from analysis.need_changes where customer_id = {customer}`, "dimension", false}
	}
	return rules
}

func needLineRule(formula, contribution string, isSum bool) figureRule {
	return figureRule{formula, `select ordered_on, order_id, line_id, product_id, channel, price, _source, _file, _line, ` + contribution + ` as contribution
		from analysis.need_lines where profit_window = 'current' and customer_id = {customer}`, "ordered_on desc, order_id, line_id nulls last, _file, _line", isSum}
}

func needProductRule() figureRule {
	return figureRule{"products of the sale lines in the window, one each", `select product_id, category, cast(sum(lines) as bigint) as lines, sum(net_money) as net_money, cast(1 as bigint) as contribution
		from analysis.need_purchases where profit_window = 'current' and customer_id = {customer} and product_id <> 'none' group by product_id, category`, "net_money desc, product_id", true}
}

// needChoiceRule shows all categories, channels or weekdays of the customer, the main one first.
func needChoiceRule(dimension string) figureRule {
	formula := "the one with most net money of the sale lines in the window; of equal ones that with more lines, then the first by name"
	if dimension == "day" {
		formula = "the weekday, 1 is Monday, with most days with an activity in the window; of equal ones that with more money"
	}
	return figureRule{formula, `select choice as ` + dimension + `, place, lines, net_money, share from analysis.need_values
		where profit_window = 'current' and dimension = '` + dimension + `' and customer_id = {customer}`, "place", false}
}

// needPriceRule places each line among the prices of everybody, which the run has kept.
func needPriceRule(formula string) figureRule {
	return figureRule{formula, `
		select need_lines.ordered_on, need_lines.order_id, need_lines.line_id, need_lines.product_id, purchases.price_basis, purchases.price_group,
			need_lines._source, need_lines._file, need_lines._line, need_lines.price, price_places.all_lines as lines_compared,
			cast(price_places.place as double) / 1000000 as place
		from analysis.need_lines as need_lines
		inner join analysis.need_purchases as purchases on need_lines.profit_window = purchases.profit_window and need_lines.customer_id = purchases.customer_id
			and need_lines.product_id = purchases.product_id and need_lines.channel = purchases.channel and coalesce(need_lines.price, -1) = purchases.price
		left join analysis.price_places as price_places on purchases.profit_window = price_places.profit_window and purchases.price_basis = price_places.price_basis
			and purchases.price_group = price_places.price_group and purchases.price = price_places.price
		where need_lines.profit_window = 'current' and need_lines.customer_id = {customer}`,
		"place desc nulls last, ordered_on desc, order_id, line_id nulls last, _file, _line", false}
}

func needGapRule() figureRule {
	return figureRule{"nearest-rank median of the days between activity days, of gaps that ended in the window", `
		select gaps.active_on, gaps.gap_days from analysis.activity_gaps as gaps
		inner join core.profit_windows as windows on gaps.active_on >= windows.starts_on and gaps.active_on < windows.ends_on
		where windows.profit_window = 'current' and gaps.customer_id = {customer}`, "gap_days, active_on", false}
}
