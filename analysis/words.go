package analysis

import "slices"

// English and Chinese are the languages that words exist in.
const (
	English = "en"
	Chinese = "zh"
)

// phrase is one word or sentence in both languages.
type phrase struct{ en, zh string }

// in says the phrase in a language: Chinese for zh, English for every other.
func (p phrase) in(lang string) string {
	if lang == Chinese {
		return p.zh
	}
	return p.en
}

// Word says a word of the marts churn, churn_summary and the retention marts in a language: a
// class, sub-class, state, rule, measure or reason code of a list. A word of the company's own,
// such as a sub-class that only its configuration knows, comes back unchanged.
func Word(lang, word string) string {
	if p, known := words()[word]; known {
		return p.in(lang)
	}
	return word
}

// Known are the words that Word can say, in byte order.
func Known() []string {
	var known []string
	for word := range words() {
		known = append(known, word)
	}
	slices.Sort(known)
	return known
}

func words() map[string]phrase {
	return map[string]phrase{
		// classes and sub-classes
		Natural:      {"natural", "自然流失"},
		Competitive:  {"competition", "竞争流失"},
		Fault:        {"our fault", "我方过失"},
		Unclassified: {"unclassified", "未分类"},
		"none":       {"no further reason", "无细分原因"},
		"quality":    {"product quality", "产品质量"},
		"price":      {"price", "价格"},
		"service":    {"service and indifference", "服务与冷淡"},
		"image":      {"image", "企业形象"},
		// states of customers and of periods
		"active":      {"active", "活跃"},
		"at_risk":     {"at risk", "有流失风险"},
		"churned":     {"churned", "已流失"},
		"observed":    {"complete", "已完整"},
		"in_progress": {"in progress", "进行中"},
		"future":      {"not yet begun", "尚未开始"},
		// rules that decide a state
		"stated_departure":  {"said that they leave", "客户明确告知离开"},
		"contract_end":      {"contract ended without renewal", "合同到期未续签"},
		"contract_due":      {"contract due, complaint open", "合同即将到期且有未结投诉"},
		"contract_in_force": {"contract in force", "合同有效"},
		"own_rhythm":        {"silence against own rhythm", "超出自身购买节奏的沉默"},
		"pooled_rhythm":     {"silence against the rhythm of all customers", "超出全体客户购买节奏的沉默"},
		"fixed_days":        {"silence against a fixed limit", "超出固定天数的沉默"},
		"flag":              {"flagged as gone", "客户状态标记为已离开"},
		"model":             {"chance to be alive by the purchase model", "购买模型估计的活跃概率"},
		"no_sign":           {"no sign of leaving", "没有离开的迹象"},
		"silence":           {"silence beyond the limit", "沉默超过限度"},
		// sources that say who left, and rates of churn by their definition
		"departure":          {"stated departure", "明确告知离开"},
		"contract":           {"contract", "合同"},
		"rhythm":             {"silence", "沉默"},
		"of_all":             {"of all customers", "占全部客户"},
		"of_settled":         {"of who left and who stayed, without who only joined", "占流失与留存客户之和（不含新加入者）"},
		"of_active_at_start": {"of the active at the start of the window", "占窗口期初活跃客户"},
		// measures of retention
		"classic":          {"active in that period", "当期活跃"},
		"unbounded":        {"active in that period or later", "当期或以后活跃"},
		"streak":           {"active in that period and all before", "当期及此前各期均活跃"},
		"revenue_weighted": {"active in that period, by revenue of the first", "当期活跃（按首期收入加权）"},
		"net_revenue":      {"net revenue of that period over the first", "当期净收入与首期之比"},
		"customers":        {"customers", "客户数"},
		// reason codes of the target lists
		"big_at_risk":         {"big customer at risk", "大客户有流失风险"},
		"big_churned":         {"big customer who has left", "大客户已流失"},
		"loss_maker":          {"costs more than it brings", "亏损客户"},
		"left_by_fault":       {"left through our fault", "因我方过失离开"},
		"left_to_competitor":  {"left for a competitor", "流向竞争对手"},
		"buys_without_profit": {"buys and leaves no profit", "有购买但无利润"},
		"bought_before":       {"has stopped buying", "曾购买，现已停止"},
		"top_profit":          {"brings the most profit", "利润贡献最大"},
		"on_other_list":       {"on another list", "已在其他名单"},
		"control":             {"control group", "对照组"},
		"more_expected":       {"more is expected than earned", "预期价值高于当前利润"},
		"deal_open":           {"a deal is open", "有进行中的商机"},
		"contract_over":       {"the contract is over, its grace is not", "合同已到期，仍在宽限期"},
		"rising":              {"rising", "有望成为大客户"},
		"new_customer":        {"new customer", "新客户"},
		"over_capacity":       {"beyond the list's capacity", "超出名单容量"},
		"suppressed":          {"not to be contacted", "不得联系"},
		"chosen":              {"chosen", "入选"},
	}
}
