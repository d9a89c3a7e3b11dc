package publish

// sinceWords are the words about what changed since an earlier run.
func sinceWords() map[string]word {
	return map[string]word{
		"since.heading":    {en: "What changed since %[1]s", zh: "自 %[1]s 以来的变化"},
		"since.rise":       {en: "Profit is %[1]s higher, at %[2]s; the figures of %[3]s changed.", zh: "利润增加 %[1]s，为 %[2]s；%[3]s的数字有变化。"},
		"since.fall":       {en: "Profit is %[1]s lower, at %[2]s; the figures of %[3]s changed.", zh: "利润减少 %[1]s，为 %[2]s；%[3]s的数字有变化。"},
		"since.same":       {en: "Profit is the same to the cent, %[2]s; the figures of %[3]s changed.", zh: "利润分毫不差，仍为 %[2]s；%[3]s的数字有变化。"},
		"since.rise_r":     {en: "Net revenue is %[1]s higher, at %[2]s; the figures of %[3]s changed.", zh: "净收入增加 %[1]s，为 %[2]s；%[3]s的数字有变化。"},
		"since.fall_r":     {en: "Net revenue is %[1]s lower, at %[2]s; the figures of %[3]s changed.", zh: "净收入减少 %[1]s，为 %[2]s；%[3]s的数字有变化。"},
		"since.same_r":     {en: "Net revenue is the same to the cent, %[2]s; the figures of %[3]s changed.", zh: "净收入分毫不差，仍为 %[2]s；%[3]s的数字有变化。"},
		"since.light":      {en: "The number on page one, %[1]s, went from %[2]s to %[3]s: %[4]s.", zh: "首页数字“%[1]s”由 %[2]s变为 %[3]s：%[4]s。"},
		"since.moved":      {en: "%[1]s moved to a better tier (%[2]s) and %[3]s to a worse one (%[4]s).", zh: "%[1]s升至更高层级（%[2]s），%[3]s降至更低层级（%[4]s）。"},
		"since.restated":   {en: "Closed periods now say something else than they said first about %[1]s: see the restatements below.", zh: "已关账期间关于%[1]s的数字与最初不同，见下文的重述。"},
		"since.definition": {en: "This run against run %[1]s: what is in both and the same is left out. Customers who are new or gone count with their whole profit; all changes add up to the change of the profit to the cent.", zh: "本次运行与运行 %[1]s 比较：两次相同的内容不列出。新增或消失的客户按其全部利润计；各项变化合计与利润变化分毫不差。"},
		"since.sums":       {en: "Sums of both runs (money in %[1]s)", zh: "两次运行的合计（金额单位 %[1]s）"},
		"since.kpis":       {en: "Key figures that changed", zh: "有变化的关键指标"},
		"since.tiers":      {en: "From tier then (rows) to tier now (columns): customers whose tier or profit changed, and the change of their profit in %[1]s", zh: "由当时层级（行）到现在层级（列）：层级或利润有变化的客户数及其利润变化（%[1]s）"},
		"since.inputs":     {en: "What went in and is not the same", zh: "输入的差异"},
		"since.rows":       {en: "rows of %[1]s from %[2]s", zh: "%[1]s的行数，来自 %[2]s"},
		"since.of_tier":    {en: "customers of tier %[1]s", zh: "%[1]s层级的客户"},
		"since.col.figure": {en: "Figure", zh: "数字"},
		"since.col.input":  {en: "Input", zh: "输入"},
		"since.col.then":   {en: "Then", zh: "当时"},
		"since.col.after":  {en: "Now", zh: "现在"},
		"since.col.change": {en: "Change", zh: "变化"},
		"since.col.before": {en: "Then (%[1]s)", zh: "当时（%[1]s）"},
		"since.col.now":    {en: "Now (%[1]s)", zh: "现在（%[1]s）"},

		"since_figure.customers_with_a_result": {en: "customers with a result in the window", zh: "窗口内有结果的客户"},
		"since_figure.customers_known":         {en: "customers known", zh: "已知客户"},

		"since_input.as_of":          {en: "as of", zh: "截至"},
		"since_input.window_start":   {en: "first day of the window", zh: "窗口首日"},
		"since_input.data":           {en: "data (fingerprint)", zh: "数据（指纹）"},
		"since_input.configuration":  {en: "configuration (fingerprint)", zh: "配置（指纹）"},
		"since_input.SQL":            {en: "definitions (fingerprint)", zh: "定义（指纹）"},
		"since_input.version":        {en: "version of Pharos", zh: "Pharos 版本"},
		"since_input.closed_periods": {en: "closed periods", zh: "已关账期间"},
	}
}
