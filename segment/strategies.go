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

// DefaultLists are the target lists of this version in the order of their claim on a customer,
// with capacity, action in a language (zh; every other is English) and owner: the customer's own.
func DefaultLists(lang string) []ListPolicy {
	rows := []struct {
		name   string
		rows   int
		action phrase
	}{
		{Fix, 50, phrase{"Review prices, discounts, returns and service cost with the customer; if that does not help, let go", "与客户复核价格、折扣、退货与服务成本；若无改善则放弃"}},
		{Keep, 50, phrase{"Visit in person this week, ask what is missing, and agree on the next order", "本周登门拜访，了解未满足的需求，约定下一笔订单"}},
		{WinBack, 100, phrase{"Call, admit what went wrong, show what has changed, and make one good offer", "致电说明改进，坦诚过失，并提供一个有诚意的方案"}},
		{Convert, 200, phrase{"Send one limited offer on products that earn", "针对盈利产品发送一次限时优惠"}},
	}
	out := make([]ListPolicy, 0, len(rows))
	for _, r := range rows {
		out = append(out, ListPolicy{Name: r.name, Rows: r.rows, Action: r.action.in(lang), Owner: AccountManager})
	}
	return out
}

// AccountManager as a list's owner means the customer's own owner_id.
const AccountManager = "account_manager"

// FillLists puts lists in the order of their claim, adds those that are missing, and gives each
// one without an action or owner the default of its name in a language.
func FillLists(lang string, lists []ListPolicy) []ListPolicy {
	filled := DefaultLists(lang)
	for i := range filled {
		for _, given := range lists {
			if given.Name == filled[i].Name {
				filled[i] = completed(given, filled[i])
			}
		}
	}
	return filled
}

func completed(given, fallback ListPolicy) ListPolicy {
	if given.Action == "" {
		given.Action = fallback.Action
	}
	if given.Owner == "" {
		given.Owner = fallback.Owner
	}
	return given
}
