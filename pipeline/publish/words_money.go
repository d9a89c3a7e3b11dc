package publish

// moneyWords are the words about the light month by month and the money case of retention.
func moneyWords() map[string]word {
	return map[string]word{
		"lightline.heading":    {en: "The number, month by month", zh: "这一数字的逐月变化"},
		"lightline.finding":    {en: "Now %[2]s, %[3]s since %[4]s: %[1]s.", zh: "%[1]s：%[2]s，自 %[4]s 以来%[3]s。"},
		"lightline.one":        {en: "Now %[2]s: %[1]s.", zh: "%[1]s：%[2]s。"},
		"lightline.goal":       {en: "%[1]s.", zh: "%[1]s。"},
		"lightline.definition": {en: "Every month is computed from tonight's data as of the same day of that month, so that late corrections are in it. Dots in orange are what has to be reached.", zh: "每个月均以今晚的数据、按当月同一日计算，因此包含后来的更正。橙色圆点为需要达到的数值。"},
		"lightline.table":      {en: "The months in figures", zh: "逐月数字"},

		"money.heading":        {en: "What keeping customers is worth", zh: "留住客户的价值"},
		"money.finding":        {en: "One point more of retention is worth %[1]s of profit a year, five points %[2]s.", zh: "留存率每提高 1 个百分点，每年价值利润 %[1]s；5 个百分点为 %[2]s。"},
		"money.kept":           {en: "Of %[2]s active a year earlier, %[1]s were kept: %[3]s.", zh: "一年前活跃的 %[2]s中，留住 %[1]s 位：%[3]s。"},
		"money.per_kept":       {en: "Each of them brought %[1]s on average.", zh: "平均每位带来利润 %[1]s。"},
		"money.no_profit":      {en: "Nobody was kept, so nothing can be said about what keeping brings.", zh: "没有客户留下，因此无法说明留住客户的价值。"},
		"money.ratio":          {en: "Winning a customer costs %[1]s, keeping one %[2]s: %[3]s times as much.", zh: "赢得一位客户的成本为 %[1]s，留住一位为 %[2]s：前者是后者的 %[3]s 倍。"},
		"money.no_keeping":     {en: "Winning a customer costs %[1]s. What keeping one costs is not known: that needs cost to serve from a ledger.", zh: "赢得一位客户的成本为 %[1]s。留住一位的成本未知：需要账目中的服务成本。"},
		"money.no_winning":     {en: "Keeping a customer costs %[1]s. What winning one costs is not known: no acquisition cost is mapped.", zh: "留住一位客户的成本为 %[1]s。赢得一位的成本未知：没有获客成本数据。"},
		"money.definition":     {en: "Kept is who was active in the window a year earlier and is active in this one. A point of retention is a hundredth of those active then, each with the average profit of a kept customer in this window; the interval is that of the average. It is an estimate: whoever would be kept in addition may bring less.", zh: "“留住”指一年前窗口内活跃且本窗口内仍活跃的客户。1 个百分点即当时活跃客户的百分之一，按留存客户在本窗口的平均利润计；区间为该平均值的区间。这是估计：额外留住的客户可能带来更少利润。"},
		"money.at_start":       {en: "customers active a year earlier", zh: "一年前活跃的客户"},
		"money.kept_name":      {en: "of them kept", zh: "其中留住"},
		"money.rate":           {en: "share kept", zh: "留存占比"},
		"money.per_kept_name":  {en: "profit per kept customer", zh: "每位留存客户的利润"},
		"money.acquired":       {en: "customers won in the window", zh: "窗口内赢得的客户"},
		"money.acquired_known": {en: "of them with a known cost", zh: "其中成本已知"},
	}
}
