package publish

import (
	"github.com/pharos-analytics/pharos/analysis"
	"github.com/pharos-analytics/pharos/segment"
)

// termWords are keys of the marts that packages segment and analysis have no word for.
func termWords() map[string]word {
	return map[string]word{
		"sub.delivery":   {en: "delivery", zh: "交付"},
		"sub.closed":     {en: "closed down", zh: "停业"},
		"sub.moved":      {en: "moved", zh: "搬迁"},
		"sub.need_ended": {en: "need ended", zh: "需求终止"},
		"sub.deceased":   {en: "deceased", zh: "去世"},
		"sub.competitor": {en: "named competitor", zh: "点名竞争对手"},

		"any.none":       {en: "none", zh: "无"},
		"any.unassigned": {en: "unassigned", zh: "未分配"},

		"segmentation.city":     {en: "city", zh: "城市"},
		"segmentation.industry": {en: "industry", zh: "行业"},
		"segmentation.channel":  {en: "channel", zh: "渠道"},

		"driver.at_risk":     {en: "silent for longer than its own rhythm", zh: "沉默超过自身购买节奏"},
		"driver.churned":     {en: "has left", zh: "已流失"},
		"driver.top_revenue": {en: "among the largest by net revenue", zh: "属于净收入最高的客户"},
		"driver.top_profit":  {en: "among the most profitable", zh: "属于利润最高的客户"},
	}
}

// vocabulary says a key in the words of the package that owns it; a key that it does not know
// comes back as it is.
func (s *speech) vocabulary(group, key string) string {
	switch group {
	case "tier", "rfm", "lifecycle", "kind", "segmentation", "list", "any":
		return segment.Word(s.lang, key)
	case "class", "sub", "state", "churn_source", "churn_rate", "churn_rule":
		return analysis.Word(s.lang, key)
	}
	return key
}

// strategy is what product.md calls for in a tier.
func (s *speech) strategy(tier string) string {
	for _, r := range segment.Strategies(s.lang) {
		if r.Tier == tier {
			return r.Text
		}
	}
	return noValue
}

// listAction is the action of a list in the company's own words, or the list's default in the
// report's language, which need not be the language the company's lists are written in.
func (s *speech) listAction(list, own string) string {
	own = shorten(plain(own), 120)
	for _, lang := range []string{segment.English, segment.Chinese} {
		for _, l := range segment.DefaultLists(lang) {
			if l.Name == list && (own == "" || own == shorten(plain(l.Action), 120)) {
				own = ""
			}
		}
	}
	if own != "" {
		return own
	}
	for _, l := range segment.DefaultLists(s.lang) {
		if l.Name == list {
			return l.Action
		}
	}
	return s.term("list", list)
}

// countermeasure is that of the sub-class, else that of the class.
func (s *speech) countermeasure(class, subClass string) string {
	general := noValue
	for _, c := range analysis.Countermeasures(s.lang) {
		switch {
		case c.Class == class && c.SubClass == subClass:
			return c.Action
		case c.Class == class && c.SubClass == "":
			general = c.Action
		}
	}
	return general
}
