package analysis

// Countermeasures are what each cause of churn calls for, in a language (en or zh; every other
// is English). A row without sub-class holds for all sub-classes that have none of their own.
// The five of the literature are product quality, better service, price, personal attention and
// image; the rest says what is worth doing where the cause is not ours.
func Countermeasures(lang string) []Countermeasure {
	rows := []struct {
		class, subClass string
		action          phrase
	}{
		{Fault, "quality", phrase{"Product quality: find the defect, mend it, and tell the customer what has changed", "改善产品质量：查明缺陷、完成整改并告知客户"}},
		{Fault, "service", phrase{"Better service: name one responsible person and answer every open complaint", "改善服务：指定专人负责，逐一答复未结投诉"}},
		{Fault, "delivery", phrase{"Delivery: promise days that hold, and call before one is missed", "改善交付：承诺能兑现的交期，延误之前主动告知"}},
		{Fault, "price", phrase{"Price: review the conditions and show what the price contains", "价格：重新审视成交条件，说明价格所含价值"}},
		{Fault, "image", phrase{"Image: show references and say openly what went wrong", "形象：提供成功案例，坦诚说明问题所在"}},
		{Fault, "", phrase{"Personal attention: visit the customer and ask what went wrong", "专人关怀：登门拜访，了解问题所在"}},
		{Competitive, "price", phrase{"Price: make an offer that stands against the competitor's price", "价格：拿出可与竞争对手价格抗衡的报价"}},
		{Competitive, "", phrase{"Compare with the competitor and offer what it cannot", "与竞争对手逐项对比，提供对方没有的价值"}},
		{Natural, "", phrase{"Part well: close the account in good order and ask for a referral", "好聚好散：妥善结清往来，请客户推荐新客户"}},
		{Unclassified, "", phrase{"Ask why: a short call by somebody the customer knows", "询问原因：由客户熟悉的人做一次简短回访"}},
	}
	out := make([]Countermeasure, 0, len(rows))
	for _, r := range rows {
		out = append(out, Countermeasure{Class: r.class, SubClass: r.subClass, Action: r.action.in(lang)})
	}
	return out
}
