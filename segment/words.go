package segment

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

// Word says a word of the marts profit_tiers, rfm, segments, lifecycle and customer_profit in a
// language: a tier, a kind of zero, an RFM segment, a lifecycle state, a segmentation, a kind of
// customer, a basis of profit or a list; of a cross it says both sides. A word of the company's
// own comes back unchanged.
func Word(lang, word string) string {
	if p, known := words()[word]; known {
		return p.in(lang)
	}
	if both, isCross := crossed(lang, word); isCross {
		return both
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
		// tiers and kinds of zero
		High:          {"high profit", "高利润"},
		Medium:        {"medium profit", "中利润"},
		Zero:          {"no profit", "零利润"},
		Loss:          {"loss", "亏损"},
		"no_activity": {"nothing bought", "无购买"},
		"no_profit":   {"bought without profit", "有购买但无利润"},
		// basis of profit
		"ledger":  {"finance ledger", "财务账"},
		"margin":  {"margin of the lines", "订单行毛利"},
		"partial": {"margin, cost partly known", "部分已知成本的毛利"},
		"revenue": {"net revenue, no cost known", "净收入（成本未知）"},
		// RFM segments; new is a lifecycle state too
		"champions":          {"champions", "核心客户"},
		"loyal":              {"loyal", "忠诚客户"},
		"potential_loyalist": {"potential loyalists", "潜在忠诚客户"},
		"new":                {"new", "新客户"},
		"promising":          {"promising", "有潜力客户"},
		"need_attention":     {"need attention", "需要关注"},
		"about_to_sleep":     {"about to sleep", "即将沉睡"},
		"cannot_lose":        {"must not be lost", "不可失去"},
		"at_risk":            {"at risk", "有流失风险"},
		"hibernating":        {"hibernating", "沉睡客户"},
		// lifecycle states
		"returning":   {"returning", "持续活跃"},
		"resurrected": {"resurrected", "重新激活"},
		"dormant":     {"dormant", "转入休眠"},
		"inactive":    {"inactive", "不活跃"},
		// segmentations
		"kind":      {"kind of customer", "客户类型"},
		"region":    {"region", "地区"},
		"country":   {"country", "国家"},
		"age":       {"age", "年龄"},
		"income":    {"annual income", "年收入"},
		"rfm":       {"recency, frequency, money", "近度、频度、金额"},
		"lifecycle": {"lifecycle", "生命周期"},
		"tier":      {"profit tier", "利润层级"},
		// kinds of customer, and what is not known
		"consumer":    {"consumer", "个人消费者"},
		"business":    {"business", "企业客户"},
		"distributor": {"distributor", "分销商"},
		"dealer":      {"dealer", "经销商"},
		"wholesaler":  {"wholesaler", "批发商"},
		"agent":       {"agent", "代理商"},
		"unknown":     {"unknown", "未知"},
		// ends of movement, and the parts of profit that cause it
		"lost":           {"lost", "已失去"},
		"discounts":      {"discounts", "折扣"},
		"returns":        {"returns", "退货"},
		"cogs":           {"cost of goods", "商品成本"},
		"cost_to_serve":  {"cost to serve", "服务成本"},
		"bad_debt":       {"bad debt", "坏账"},
		"allocated_cost": {"allocated cost", "分摊成本"},
		// lists
		Fix:     {"fix or let go", "整改或放弃"},
		Keep:    {"keep", "保住客户"},
		WinBack: {"win back", "赢回客户"},
		Convert: {"convert", "转化客户"},
		Renew:   {"renew", "续约"},
		Grow:    {"grow", "提升客户"},
		Rising:  {"rising", "潜力客户"},
		Welcome: {"welcome", "欢迎新客户"},
	}
}
