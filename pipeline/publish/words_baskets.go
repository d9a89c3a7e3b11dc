package publish

// basketWords are the words about what is bought together and what is offered next.
func basketWords() map[string]word {
	return map[string]word{
		"n.pairs": {en: "%[1]s pairs of products", zh: "%[1]s 对产品", one: "%[1]s pair of products"},

		"offers.heading": {en: "What to offer next", zh: "下一步推荐什么"},
		"offers.found":   {en: "Of %[1]s to whom %[2]s products were named, %[3]s bought one of them; of the %[2]s most popular, %[4]s bought one.", zh: "向%[1]s各推荐 %[2]s 个产品，其中 %[3]s 的客户买了至少一个；若推荐最热门的 %[2]s 个，则为 %[4]s。"},
		"offers.tried":   {en: "That is a trial on the %[1]s days from %[2]s on, with what was known before. The difference is %[3]s points (95 % interval %[4]s to %[5]s).", zh: "这是用 %[2]s 之前已知的信息对此后 %[1]s 天所作的检验。相差 %[3]s 个百分点（95% 区间 %[4]s 至 %[5]s）。"},
		"offers.named":   {en: "Mart next_products names up to ten for %[1]s.", zh: "下一步产品数据表为%[1]s各列出至多十个产品。"},
		"offers.popular": {en: "Of these, %[1]s of %[2]s are only popular, and are called so.", zh: "其中 %[1]s 个（共 %[2]s 个）仅为热门产品，并已注明。"},
		"offers.refused": {en: "No next product is named:", zh: "不给出下一步推荐产品："},

		"offer_reason.too_short":         {en: "the history is too short to hold a part of it out.", zh: "历史太短，无法留出一段用于检验。"},
		"offer_reason.too_few_customers": {en: "too few customers bought both before and in the days that were held out.", zh: "在留出时段之前与其中都有购买的客户太少。"},
		"offer_reason.no_pairs":          {en: "no two products go together often enough.", zh: "没有两个产品足够经常地一起出现。"},
		"offer_reason.worse":             {en: "the most popular products did better.", zh: "直接推荐最热门产品效果更好。"},
		"offer_reason.no_better":         {en: "that is not surely better than the most popular products.", zh: "无法确定优于直接推荐最热门产品。"},

		"offers.pairs":            {en: "In %[1]s baskets %[2]s are common enough to be counted; %[3]s of them stand together more often than chance would have it, of which at most %[4]s are expected to be chance after all.", zh: "在 %[1]s 个购物篮中，%[2]s足够常见而被统计；其中 %[3]s 对一起出现的次数多于偶然，预计其中至多 %[4]s 仍属偶然。"},
		"offers.no_pairs":         {en: "No two products stand together in enough baskets to be counted.", zh: "没有两个产品在足够多的购物篮中一起出现。"},
		"offers.definition":       {en: "A basket is an order with two or more different products on its sale lines; each product counts once in it, and very large baskets are left out. Lift: how many times as often two products stand together as if neither cared for the other; more often than chance: Fisher's exact test, adjusted for the number of pairs by Benjamini and Hochberg.", zh: "购物篮：销售行上有两种或更多不同产品的订单；每种产品只计一次，特别大的购物篮不计。提升度：两个产品一起出现的次数是互不相关时的多少倍；多于偶然：费希尔精确检验，并按产品对的数量作多重检验校正。"},
		"offers.definition.trial": {en: "The next products of a customer are those that are most alike to what the customer has: in the same baskets, or had by the same customers (cosine, summed over the customer's products). What a customer has is not offered unless the configuration allows it. They are named only if they surely beat the most popular products, offered by the same rule, on days they had not seen.", zh: "客户的下一步产品：与客户已有产品最相近者，即出现在同一购物篮或为同一批客户所有（余弦相似度，按客户已有产品求和）。除非配置允许，不推荐客户已有的产品。仅当在未见过的时段上确定优于按同样规则推荐的最热门产品时才给出。"},

		"offers.trials":           {en: "How naming the next product did, by the number of products named", zh: "推荐检验结果（按推荐的产品数）"},
		"offers.col.places":       {en: "First products", zh: "前几个产品"},
		"offers.col.hits":         {en: "Customers who bought one", zh: "买了其中之一的客户"},
		"offers.col.rate":         {en: "Share", zh: "占比"},
		"offers.col.popular_hits": {en: "Of the most popular", zh: "推荐最热门时"},
		"offers.col.popular":      {en: "Share of the most popular", zh: "推荐最热门时占比"},
		"offers.col.difference":   {en: "Difference (points)", zh: "差值（百分点）"},
		"offers.col.low":          {en: "95 % from", zh: "95% 下限"},
		"offers.col.high":         {en: "to", zh: "上限"},
		"offers.table":            {en: "Bought together, most often beyond chance first", zh: "一起购买的产品（按超出偶然的次数从多到少）"},
		"offers.col.a":            {en: "Product", zh: "产品"},
		"offers.col.b":            {en: "Other product", zh: "另一产品"},
		"offers.col.both":         {en: "Baskets with both", zh: "同时含两者的购物篮"},
		"offers.col.of_a":         {en: "With the first", zh: "含第一个"},
		"offers.col.of_b":         {en: "With the other", zh: "含另一个"},
		"offers.col.ab":           {en: "Of the first, with the other", zh: "含第一个者中含另一个"},
		"offers.col.ba":           {en: "Of the other, with the first", zh: "含另一个者中含第一个"},
		"offers.col.lift":         {en: "Lift", zh: "提升度"},

		"mart.basket_pairs":          {en: "products bought together", zh: "一起购买的产品"},
		"mart.next_products":         {en: "next products of customers", zh: "客户的下一步产品"},
		"mart.next_product_backtest": {en: "trial of the next products", zh: "下一步产品的检验"},
		"mart.similar_products":      {en: "products that are written alike", zh: "写法相近的产品"},

		"check.large_baskets":    {en: "baskets too large to be counted in pairs", zh: "过大而不计入产品对的购物篮"},
		"check.similar_products": {en: "products that are written alike", zh: "写法相近的产品"},
	}
}
