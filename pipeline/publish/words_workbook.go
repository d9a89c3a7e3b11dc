package publish

// workbookWords are the words of report.xlsx beside those of the report.
func workbookWords() map[string]word {
	return map[string]word{
		"workbook.overview":   {en: "Overview", zh: "概览"},
		"workbook.dictionary": {en: "Dictionary", zh: "数据字典"},
		"workbook.sheet":      {en: "Sheet", zh: "工作表"},
		"workbook.row":        {en: "What it is", zh: "内容"},
		"workbook.rows":       {en: "Rows", zh: "行数"},
		"workbook.shown":      {en: "Shown", zh: "显示行数"},
		"workbook.which":      {en: "Which rows", zh: "显示哪些行"},
		"workbook.all":        {en: "all", zh: "全部"},
		"workbook.first":      {en: "the first by their key", zh: "按键排序的前若干行"},
		"workbook.by_profit":  {en: "customers with the largest profit or loss first", zh: "利润或亏损最大的客户在前"},
		"workbook.column":     {en: "Column", zh: "列"},
		"workbook.type":       {en: "Type", zh: "类型"},
		"workbook.unit":       {en: "Unit", zh: "单位"},
		"workbook.meaning":    {en: "Meaning", zh: "含义"},
		"workbook.note":       {en: "Every figure is a value taken from the tables of the run; there are no formulas. Identifiers are texts.", zh: "所有数字均为取自本次运行数据表的数值，不含公式；编号均为文本。"},
	}
}
