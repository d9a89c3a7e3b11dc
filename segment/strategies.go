package segment

// Strategy is what a tier calls for.
type Strategy struct{ Tier, Text string }

// Strategies are the strategies of the four tiers in a language (zh; every other is English), the
// best tier first: closer contact and more value for high, contact and profitable offers for
// medium, promotion to convert zero, convert or let go for loss.
func Strategies(lang string) []Strategy {
	rows := []struct {
		tier string
		text phrase
	}{
		{High, phrase{"Closer contact and more value: a named contact, regular visits, first access to what is new", "加强联系、提供更多价值：指定专人、定期拜访、新品优先"}},
		{Medium, phrase{"Regular contact and profitable offers: sell more of what earns", "保持联系、推荐盈利产品：多售毛利高的产品"}},
		{Zero, phrase{"Promotion to convert: one limited offer, then judge by the answer", "促销转化：推出一次限时优惠，依反馈再作判断"}},
		{Loss, phrase{"Convert or let go: new prices and terms, or part without further cost", "转化或放弃：调整价格与条款，否则停止投入"}},
	}
	out := make([]Strategy, 0, len(rows))
	for _, r := range rows {
		out = append(out, Strategy{Tier: r.tier, Text: r.text.in(lang)})
	}
	return out
}
