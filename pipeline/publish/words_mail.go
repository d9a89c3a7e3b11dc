package publish

// mailWords are the words of the mails beside those of the report's first page.
func mailWords() map[string]word {
	return map[string]word{
		"mail.subject":        {en: "%[1]s · %[2]s · %[3]s", zh: "%[1]s · %[2]s · %[3]s"},
		"mail.open":           {en: "Open the report", zh: "打开报告"},
		"mail.footer":         {en: "Sent by Pharos after the night's run. The figures, their definitions and their quality stand in the report.", zh: "由 Pharos 在夜间运行后发送。数字、定义与数据质量见报告。"},
		"mail.unchanged":      {en: "nothing changed", zh: "没有变化"},
		"mail.unchanged.why":  {en: "The sources gave the same data as before; run %[1]s stands as it is.", zh: "数据源与上次相同，运行 %[1]s 继续有效。"},
		"mail.failed":         {en: "the run failed", zh: "运行失败"},
		"mail.failed.why":     {en: "Tonight's run ended with an error: %[1]s", zh: "今晚的运行出错：%[1]s"},
		"mail.failed.gate":    {en: "A check of tonight's data failed, so no report was published: %[1]s", zh: "今晚的数据未通过检查，因此未发布报告：%[1]s"},
		"mail.failed.code":    {en: "Exit code: %[1]s.", zh: "退出码：%[1]s。"},
		"mail.failed.current": {en: "The last good run is still current: %[1]s, as of %[2]s.", zh: "最近一次成功的运行仍然有效：%[1]s，截至 %[2]s。"},
		"mail.failed.none":    {en: "There is no earlier good run.", zh: "此前没有成功的运行。"},
	}
}
