package publish

// kpiWords are the names of the key figures.
func kpiWords() map[string]word {
	return map[string]word{
		"kpi.customers":                      {en: "known customers", zh: "已知客户"},
		"kpi.active_customers":               {en: "active customers", zh: "活跃客户"},
		"kpi.new_customers":                  {en: "new customers", zh: "新客户"},
		"kpi.orders":                         {en: "orders", zh: "订单数"},
		"kpi.revenue":                        {en: "net revenue", zh: "净收入"},
		"kpi.profit":                         {en: "profit", zh: "利润"},
		"kpi.profit_margin":                  {en: "profit margin", zh: "利润率"},
		"kpi.unassigned_revenue":             {en: "net revenue of nobody", zh: "未分配净收入"},
		"kpi.top20_revenue_share":            {en: "revenue share of the largest fifth", zh: "收入最高五分之一的收入占比"},
		"kpi.top20_profit_share":             {en: "profit share of the best fifth", zh: "利润最高五分之一的利润占比"},
		"kpi.n80_customers":                  {en: "customers for 80 % of the revenue", zh: "达到 80% 收入所需客户"},
		"kpi.loss_customers":                 {en: "loss-making customers", zh: "亏损客户"},
		"kpi.loss_sum":                       {en: "their loss", zh: "亏损总额"},
		"kpi.whale_peak":                     {en: "peak of the whale curve", zh: "鲸鱼曲线峰值"},
		"kpi.whale_erosion":                  {en: "erosion after the peak", zh: "峰值后的侵蚀"},
		"kpi.revenue_gini":                   {en: "Gini of revenue", zh: "收入基尼系数"},
		"kpi.tied_at_cut":                    {en: "customers tied across the cut", zh: "分界处并列的客户"},
		"kpi.top_tier_profit_at_risk":        {en: "profit of the top tier at risk", zh: "高利润层的风险利润占比"},
		"kpi.top_tier_profit_at_risk_amount": {en: "the same, in money", zh: "高利润层的风险利润金额"},
		"kpi.retention_rate":                 {en: "retention, last complete period", zh: "最近完整一期的留存率"},
		"kpi.repeat_rate":                    {en: "repeat rate", zh: "复购率"},
		"kpi.churn_rate":                     {en: "churn rate", zh: "流失率"},
		"kpi.churned_customers":              {en: "customers who left", zh: "流失客户"},
		"kpi.churned_profit":                 {en: "profit that left with them", zh: "流失利润"},
		"kpi.fault_churn_share":              {en: "left through our fault", zh: "因我方过失流失占比"},
		"kpi.unclassified_churn_share":       {en: "left for no known reason", zh: "原因不明的流失占比"},
		"kpi.logo_retention":                 {en: "logo retention", zh: "客户数留存率"},
		"kpi.grr":                            {en: "gross revenue retention", zh: "总收入留存率"},
		"kpi.nrr":                            {en: "net revenue retention", zh: "净收入留存率"},
		"kpi.renewal_rate":                   {en: "renewal rate", zh: "续签率"},
		"kpi.signing_rate":                   {en: "signing rate", zh: "签约率"},
		"kpi.close_rate":                     {en: "close rate", zh: "成交率"},
		"kpi.pipeline_value":                 {en: "pipeline value", zh: "在谈金额"},
		"kpi.entry_timeliness":               {en: "timely data entry", zh: "及时录入率"},
		"kpi.entry_completeness":             {en: "complete data entry", zh: "完整录入率"},
		"kpi.nps":                            {en: "net promoter score", zh: "净推荐值"},
		"kpi.expectation_gap":                {en: "expectation gap", zh: "期望差距"},
		"kpi.satisfaction_response_rate":     {en: "response rate of surveys", zh: "调查回复率"},
		"kpi.acquisition_cost":               {en: "cost to win a customer", zh: "获客成本"},
		"kpi.retention_cost":                 {en: "cost to keep a customer", zh: "留客成本"},
		"kpi.acquisition_to_retention":       {en: "cost to win over cost to keep", zh: "获客与留客成本之比"},
		"kpi.retention_plus_1":               {en: "profit of one point more retention", zh: "留存提高 1 个百分点的利润"},
		"kpi.retention_plus_5":               {en: "profit of five points more retention", zh: "留存提高 5 个百分点的利润"},
	}
}

// kpiDefinitions are the definitions of the key figures that this version computes.
func kpiDefinitions() map[string]word {
	return map[string]word{
		"kpi_is.customers":                      {en: "everybody any table knows", zh: "任一表中出现的全部客户"},
		"kpi_is.active_customers":               {en: "customers with an activity in the window", zh: "窗口内有活动的客户"},
		"kpi_is.new_customers":                  {en: "customers whose first activity falls in the window", zh: "首次活动在窗口内的客户"},
		"kpi_is.orders":                         {en: "orders with a sale line in the window", zh: "窗口内含销售行的订单"},
		"kpi_is.revenue":                        {en: "revenue after discounts and returns, in the window", zh: "窗口内扣除折扣和退货后的收入"},
		"kpi_is.profit":                         {en: "net revenue less the known costs, in the window", zh: "窗口内净收入减去已知成本"},
		"kpi_is.profit_margin":                  {en: "profit over net revenue", zh: "利润除以净收入"},
		"kpi_is.unassigned_revenue":             {en: "net revenue of lines without a customer", zh: "没有客户的行的净收入"},
		"kpi_is.top20_revenue_share":            {en: "net revenue of the first fifth by revenue over all", zh: "收入前五分之一客户的净收入占比"},
		"kpi_is.top20_profit_share":             {en: "profit of the first fifth by profit over all; above 100 % when others lose", zh: "利润前五分之一客户的利润占比；其他客户亏损时可超过 100%"},
		"kpi_is.n80_customers":                  {en: "the fewest customers whose net revenue reaches 80 % of all", zh: "净收入达到总额 80% 的最少客户数"},
		"kpi_is.loss_customers":                 {en: "customers who cost more than they bring", zh: "成本高于收入的客户"},
		"kpi_is.loss_sum":                       {en: "the sum of their losses", zh: "这些客户的亏损之和"},
		"kpi_is.whale_peak":                     {en: "the sum of all positive profits", zh: "全部正利润之和"},
		"kpi_is.whale_erosion":                  {en: "peak less total", zh: "峰值减去总额"},
		"kpi_is.revenue_gini":                   {en: "0 when all bring the same, near 1 when one brings everything", zh: "各客户相同时为 0，集中于一位时接近 1"},
		"kpi_is.tied_at_cut":                    {en: "customers with equal profit on both sides of the cut", zh: "分界两侧利润相同的客户"},
		"kpi_is.top_tier_profit_at_risk":        {en: "profit of tier-high customers who are at risk or left in the window, over all profit of tier high", zh: "高利润层中有风险或已流失客户的利润，除以高利润层全部利润"},
		"kpi_is.top_tier_profit_at_risk_amount": {en: "the money behind that share", zh: "上述占比对应的金额"},
		"kpi_is.retention_rate":                 {en: "active in the last complete period and the one before, over active in the one before", zh: "最近完整一期与前一期均活跃的客户，除以前一期活跃的客户"},
		"kpi_is.repeat_rate":                    {en: "customers with two or more orders over those with one or more, all history", zh: "全部历史中两单及以上客户除以一单及以上客户"},
		"kpi_is.churn_rate":                     {en: "customers who left in the window over those active at its start", zh: "窗口内流失客户除以窗口开始时的活跃客户"},
		"kpi_is.churned_customers":              {en: "customers who left in the window", zh: "窗口内流失的客户"},
		"kpi_is.churned_profit":                 {en: "their profit in the twelve months that end with the last activity", zh: "这些客户截至最后一次活动的十二个月利润"},
		"kpi_is.fault_churn_share":              {en: "of those who left, the share that left through our fault", zh: "流失客户中因我方过失者的占比"},
		"kpi_is.unclassified_churn_share":       {en: "of those who left, the share without evidence of a cause", zh: "流失客户中没有原因证据者的占比"},
	}
}

// kpiOrder is the order in which definitions.md lists the key figures.
func kpiOrder() []string {
	return []string{
		"customers", "active_customers", "new_customers", "orders", "revenue", "profit", "profit_margin",
		"unassigned_revenue", "top20_revenue_share", "top20_profit_share", "n80_customers", "loss_customers", "loss_sum",
		"whale_peak", "whale_erosion", "revenue_gini", "tied_at_cut", "top_tier_profit_at_risk",
		"top_tier_profit_at_risk_amount", "retention_rate", "repeat_rate", "churn_rate", "churned_customers",
		"churned_profit", "fault_churn_share", "unclassified_churn_share", "logo_retention", "grr", "nrr", "renewal_rate",
		"signing_rate", "close_rate", "pipeline_value", "entry_timeliness", "entry_completeness", "nps", "expectation_gap",
		"satisfaction_response_rate", "acquisition_cost", "retention_cost", "acquisition_to_retention", "retention_plus_1",
		"retention_plus_5",
	}
}
