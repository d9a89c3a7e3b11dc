package pipeline

import (
	"maps"
	"strings"
)

// figureRule says which rows make a figure. The query may read every mart and model; raw relations
// hold the customer's own rows only. With isSum its column contribution adds up to the value.
type figureRule struct {
	formula string
	query   string // {customer} stands for the id
	order   string
	isSum   bool
}

// groupOf is the query of the parent group that a customer belongs to.
func groupOf(customer string) string {
	return "select case when parent_id <> 'none' then parent_id else customer_id end from segment.customers where customer_id = " + literal(customer)
}

// figureRules are the figures that are taken apart row by row, by mart and column.
func figureRules() map[string]figureRule {
	rules := map[string]figureRule{
		"customer_profit.orders":   orderRule(),
		"customer_profit.basis":    basisRule(),
		"profit_tiers.tier":        tierExplained(),
		"profit_tiers.zero_kind":   tierExplained(),
		"profit_tiers.rank":        rankRule("segment.profit_tiers", "profit"),
		"pareto.revenue_rank":      rankRule("segment.pareto", "revenue"),
		"pareto.profit_rank":       rankRule("segment.pareto", "profit"),
		"pareto.cumulative_profit": cumulativeRule(),
		"pareto.revenue_share":     shareRule(),
		"parent_profit.customers":  memberRule("members with a line in the window, one each", "1"),
		"parent_profit.revenue":    memberRule("net revenue of the members", "pareto.revenue"),
		"parent_profit.profit":     memberRule("profit of the members", "pareto.profit"),
		"rfm.recency_days":         activityRule("days from the last activity to the as-of day", "date_diff('day', activity.active_on, params.as_of)", "days_before", false),
		"rfm.frequency":            activityRule("days with an activity in the window, one each", "1", "contribution", true),
		"rfm.r":                    scoreRule("r", "recency_days"),
		"rfm.f":                    scoreRule("f", "frequency"),
		"rfm.m":                    scoreRule("m", "monetary"),
	}
	for _, part := range profitParts() {
		rules["customer_profit."+part] = postingRule("sum of what the customer's entries bring to "+part, "'"+part+"'")
	}
	rules["customer_profit.allocated_cost"] = allocationRule()
	profit := postingRule("revenue - discounts - returns - cogs - cost_to_serve - bad_debt - allocated_cost", quotedList(profitParts()))
	net := postingRule("net revenue: revenue - discounts - returns", "'revenue', 'discounts', 'returns'")
	for _, f := range []string{"customer_profit.profit", "profit_tiers.profit", "pareto.profit"} {
		rules[f] = profit
	}
	rules["pareto.revenue"], rules["rfm.monetary"] = net, net
	maps.Copy(rules, contractRules())
	maps.Copy(rules, satisfactionRules())
	maps.Copy(rules, needRules())
	return rules
}

func quotedList(words []string) string { return "'" + strings.Join(words, "', '") + "'" }

// postingRule adds up entries; a single part with its own sign, several with the one they have in the profit.
func postingRule(formula, parts string) figureRule {
	amount := "amount"
	if strings.Contains(parts, ",") {
		amount = "case when part = 'revenue' then amount else -amount end"
	}
	return figureRule{formula, "select table_name, entry_key, part, posted_on, _source, _file, _line, " + amount +
		" as contribution from core.postings where profit_window = 'current' and customer_id = {customer} and part in (" + parts + ")",
		"posted_on desc nulls first, table_name, entry_key, part, _file, _line, contribution", true}
}

// allocationRule gives the shares of common cost, each with its driver and the pool it is a part of.
func allocationRule() figureRule {
	return figureRule{"per kind of shared cost: what is allocated of the pool, by the customer's part of what the driver measures of all; whole minor units, the largest remainders first", `
		select allocations.kind, allocations.driver,
			allocations.weight as own_measure, shared_pools.weights as measure_of_all,
			shared_pools.entries as entries_in_pool, shared_pools.amount as pool, shared_pools.unassigned_bp,
			case when allocations.kind = 'revenue' then -allocations.amount else allocations.amount end as contribution
		from core.allocations as allocations
		left join core.shared_pools as shared_pools
			on shared_pools.profit_window = allocations.profit_window and shared_pools.kind = allocations.kind
		where allocations.profit_window = 'current' and allocations.customer_id = {customer}`, "kind", true}
}

// orderRule counts an order at the first of its sale lines in the window.
func orderRule() figureRule {
	return figureRule{"orders with a sale line in the window, each once", `
		select line_values.order_id, line_values.line_id, line_values.ordered_on as posted_on,
			line_values._source, line_values._file, line_values._line,
			cast(case when row_number() over (partition by line_values.order_id
				order by line_values.ordered_on, line_values.line_id nulls last, line_values._file nulls last, line_values._line nulls last) = 1
				then 1 else 0 end as bigint) as contribution
		from core.line_values as line_values
		inner join core.profit_windows as profit_windows
			on line_values.ordered_on >= profit_windows.starts_on and line_values.ordered_on < profit_windows.ends_on
		where profit_windows.profit_window = 'current' and line_values.sale_line = 1 and line_values.customer_id = {customer}`,
		"posted_on desc, order_id, line_id nulls last, _file, _line", true}
}

func basisRule() figureRule {
	return figureRule{"margin when every counted line has a cost, partial when some have, revenue when none has", `
		select count(line_values.counted_line) as counted_lines, count(line_values.costed_line) as lines_with_cost
		from core.line_values as line_values
		inner join core.profit_windows as profit_windows
			on line_values.ordered_on >= profit_windows.starts_on and line_values.ordered_on < profit_windows.ends_on
		where profit_windows.profit_window = 'current' and line_values.customer_id = {customer}`, "counted_lines", false}
}

// tierExplained shows the customer between the borders of the tiers.
func tierExplained() figureRule {
	return figureRule{"loss below -eps, zero within eps; of the others, by profit, high are the first by the declared rule and medium the rest", `
		select tier, count(*) as customers, min(rank) as first_rank, max(rank) as last_rank, max(profit) as highest_profit, min(profit) as lowest_profit,
			max(max(case when customer_id = {customer} then profit end)) over () as own_profit,
			max(max(case when customer_id = {customer} then profit end)) over () - min(profit) as above_lowest
		from segment.profit_tiers group by tier`, "first_rank", false}
}

// rankRule counts who stands before the customer: a rank is one more.
func rankRule(relation, amount string) figureRule {
	own := "(select " + amount + " from " + relation + " where customer_id = {customer})"
	return figureRule{"by " + amount + ", the highest first; equal amounts by customer_id", `
		select 1 as position, 'customers with a higher ` + amount + `' as counted, count(*) as contribution
		from ` + relation + ` where ` + amount + ` > ` + own + `
		union all
		select 2 as position, 'customers with the same ` + amount + ` and an earlier id' as counted, count(*) as contribution
		from ` + relation + ` where ` + amount + ` = ` + own + ` and customer_id < {customer}
		union all
		select 3 as position, 'the customer' as counted, 1 as contribution`, "position", true}
}

func cumulativeRule() figureRule {
	own := "(select profit_rank from segment.pareto where customer_id = {customer})"
	return figureRule{"the profit of everybody up to this profit rank", `
		select 1 as position, 'profit of the customers before' as counted, cast(coalesce(sum(profit), 0) as decimal(38, 4)) as contribution
		from segment.pareto where profit_rank < ` + own + `
		union all
		select 2 as position, 'own profit' as counted, profit as contribution from segment.pareto where customer_id = {customer}`, "position", true}
}

func shareRule() figureRule {
	return figureRule{"own net revenue over the net revenue of everybody", `
		select max(case when customer_id = {customer} then revenue end) as own_revenue, cast(sum(revenue) as decimal(38, 4)) as total_revenue
		from segment.pareto`, "own_revenue", false}
}

// memberRule adds up the members of the customer's parent group.
func memberRule(formula, contribution string) figureRule {
	return figureRule{formula, `
		select customers.customer_id, customers.name, cast(` + contribution + ` as decimal(38, 4)) as contribution
		from segment.pareto as pareto
		inner join segment.customers as customers on pareto.customer_id = customers.customer_id
		where case when customers.parent_id <> 'none' then customers.parent_id else customers.customer_id end = (
			select case when parent_id <> 'none' then parent_id else customer_id end from segment.customers where customer_id = {customer})`,
		"contribution desc, customer_id", true}
}

// activityRule lists the days on which the customer was active in the window.
func activityRule(formula, counted, name string, isSum bool) figureRule {
	return figureRule{formula, `
		select activity.active_on, activity.net_revenue, cast(` + counted + ` as bigint) as ` + name + `
		from core.activity as activity cross join run.params as params
		where activity.customer_id = {customer} and activity.active_on >= params.window_start`, "active_on desc", isSum}
}

// scoreRule shows the bins of a score with their borders.
func scoreRule(score, measure string) figureRule {
	return figureRule{"1 + floor(5 k / n), k the customers of strictly less " + measure + " (for r: less recent), n all", `
		select ` + score + ` as score, count(*) as customers, min(` + measure + `) as lowest, max(` + measure + `) as highest,
			max(max(case when customer_id = {customer} then ` + measure + ` end)) over () as own
		from segment.rfm group by ` + score, "score desc", false}
}
