package publish

// needWords are the words about what customers buy and how that changes.
func needWords() map[string]word {
	return map[string]word{
		"needs.heading":     {en: "What customers buy", zh: "客户买什么"},
		"needs.finding":     {en: "Customers who buy mostly %[1]s bring the most: %[2]s with %[3]s.", zh: "主要购买 %[1]s 的客户贡献最多：%[2]s，%[3]s。"},
		"needs.at_risk":     {en: "Of them, %[1]s are at risk, and with them %[2]s.", zh: "其中 %[1]s 位有流失风险，涉及 %[2]s。"},
		"needs.no_category": {en: "No product has a category, so that what customers buy most is unknown; prices are compared within each product.", zh: "产品没有类别信息，无法得知客户主要购买什么；价格在同一产品内比较。"},
		"needs.levels":      {en: "At the high price level: %[1]s, %[2]s; at the low one: %[3]s, %[4]s.", zh: "高价位客户为 %[1]s，%[2]s；低价位客户为 %[3]s，%[4]s。"},
		"needs.down":        {en: "Changed for the worse: %[1]s, with %[2]s in the window before and %[3]s now.", zh: "变差的有 %[1]s：上一窗口%[2]s，现在%[3]s。"},
		"needs.other":       {en: "Something else, or another channel: %[1]s.", zh: "改买其他类别或换渠道的有 %[1]s。"},
		"needs.definition":  {en: "Top category: the one with most of a customer's money in sale lines of the window, after discounts and before returns. Price level: each line stands at the share of the category's lines that are cheaper, and half of those that cost the same; the mean over a customer's lines is low, middle or high by the configured cuts. A change compares with the window twelve months earlier; it needs the configured number of lines in both, another main choice, and a shift of at least the configured size. Of several changes the one that costs most counts; mart need_changes has all of them with their figures. The bars are the net revenue of these customers, by tier.", zh: "主要类别：窗口内客户销售行金额最多的类别，已扣折扣、未扣退货。价位：每行取同类别中更便宜的行占比加同价行的一半；客户各行的平均值按所设界限分为低、中、高。变化与提前十二个月的同一窗口比较：两个窗口都要达到所设行数，主要选择不同，且变动达到所设幅度。多项变化时取代价最大的一项；全部变化及数字见需求变化数据表。条形为这些客户的净收入，按层级分段。"},
		"needs.table":       {en: "By top category", zh: "按主要类别"},
		"needs.rest":        {en: "all other categories", zh: "其余类别"},

		"needs.col.category":    {en: "Top category", zh: "主要类别"},
		"needs.col.tier":        {en: "Of tier %[1]s", zh: "%[1]s层"},
		"needs.col.at_risk":     {en: "At risk", zh: "有风险占比"},
		"needs.col.churned":     {en: "Left", zh: "已流失占比"},
		"needs.col.price_level": {en: "Price level", zh: "价位"},
		"needs.col.change":      {en: "Change", zh: "变化"},
		"needs.col.before":      {en: "Profit before (%[1]s)", zh: "上一窗口利润（%[1]s）"},
		"needs.col.now":         {en: "Profit now (%[1]s)", zh: "现在利润（%[1]s）"},

		"needs.by.price_level": {en: "By price level", zh: "按价位"},
		"needs.by.change":      {en: "What changed since the window before", zh: "与上一窗口相比的变化"},

		"needs.category.unknown": {en: "without a category", zh: "没有类别"},
		"needs.category.none":    {en: "nothing in the window", zh: "窗口内未购买"},

		"needs.price_level.high":    {en: "high", zh: "高"},
		"needs.price_level.middle":  {en: "middle", zh: "中"},
		"needs.price_level.low":     {en: "low", zh: "低"},
		"needs.price_level.unknown": {en: "too few lines to tell", zh: "行数太少，无法判断"},

		"needs.change.stopped":       {en: "bought nothing any more", zh: "不再购买"},
		"needs.change.rhythm_slower": {en: "buys less often", zh: "购买变少"},
		"needs.change.price_down":    {en: "buys cheaper", zh: "改买便宜的"},
		"needs.change.category":      {en: "buys another category", zh: "换了类别"},
		"needs.change.channel":       {en: "uses another channel", zh: "换了渠道"},
		"needs.change.new":           {en: "new", zh: "新客户"},
		"needs.change.returned":      {en: "came back", zh: "回来的客户"},
		"needs.change.price_up":      {en: "buys dearer", zh: "改买贵的"},
		"needs.change.rhythm_faster": {en: "buys more often", zh: "购买更频繁"},
		"needs.change.none":          {en: "no change", zh: "没有变化"},
		"needs.change.unknown":       {en: "unknown", zh: "未知"},
		"needs.change.too_few":       {en: "too few lines to tell", zh: "行数太少，无法判断"},
		"needs.change.day":           {en: "buys on another day", zh: "换了日子"},

		"mart.needs_by":     {en: "what the customers of a tier buy", zh: "各层级客户买什么"},
		"mart.need_changes": {en: "what changed in what customers buy", zh: "客户需求的变化"},
	}
}
