package analysis

import "strings"

// Fact is one name and value of churn.evidence.
type Fact struct{ Name, Value string }

// Facts reads churn.evidence, "name=value; name=value", in its order. Text without a name is
// kept as a fact without one, so that nothing is lost.
func Facts(evidence string) []Fact {
	var facts []Fact
	for _, part := range strings.Split(evidence, "; ") {
		name, value, named := strings.Cut(part, "=")
		switch {
		case part == "":
		case named:
			facts = append(facts, Fact{name, value})
		default:
			facts = append(facts, Fact{"", part})
		}
	}
	return facts
}

// Evidence says churn.evidence in a language (en or zh; every other is English), for example
// "silent for 120 days, usual gap 45 days, limit 60 days". Facts that are "none" are left out.
func Evidence(lang, evidence string) string {
	var said []string
	for _, f := range Facts(evidence) {
		form, known := evidenceForms()[f.Name]
		switch {
		case f.Value == "none":
		case known:
			said = append(said, strings.ReplaceAll(form.in(lang), "%", f.Value))
		default:
			said = append(said, f.Value)
		}
	}
	if lang == Chinese {
		return strings.Join(said, "，")
	}
	return strings.Join(said, ", ")
}

// evidenceForms are the facts that sql/analysis writes; % stands for the value.
func evidenceForms() map[string]phrase {
	return map[string]phrase{
		"days_silent":      {"silent for % days", "已沉默 % 天"},
		"gap_days":         {"usual gap at most % days", "正常间隔不超过 % 天"},
		"limit_days":       {"limit % days", "判定界限 % 天"},
		"last_activity_on": {"last activity on %", "最近一次活动 %"},
		"left_on":          {"left on %", "于 % 离开"},
		"ended_on":         {"contract ended on %", "合同于 % 到期"},
		"grace_days":       {"no renewal within % days", "% 天宽限期内未续签"},
		"due_on":           {"contract runs until %", "合同有效期至 %"},
		"open_cases":       {"% open complaints", "未结投诉 % 件"},
		"category":         {"stated category: %", "所述类别：%"},
		"reason":           {"stated reason: %", "所述原因：%"},
		"competitor":       {"competitor: %", "竞争对手：%"},
		"case_id":          {"complaint %", "投诉单号 %"},
		"p_alive":          {"chance to be alive %", "活跃概率 %"},
		"flag":             {"flagged as %", "客户状态标记为 %"},
		"contact_on":       {"contact on %", "联系记录 %"},
		"case_category":    {"about: %", "投诉内容：%"},
		"opportunity_id":   {"lost opportunity %", "丢失商机 %"},
	}
}
