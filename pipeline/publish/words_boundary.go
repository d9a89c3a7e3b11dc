package publish

// boundaryWords are the words about the read-only proof of each source.
func boundaryWords() map[string]word {
	return map[string]word{
		"prov.boundary":        {en: "Read-only proof", zh: "只读证明"},
		"prov.verdict":         {en: "%[1]s (%[2]s): %[3]s.", zh: "%[1]s（%[2]s）：%[3]s。"},
		"prov.files":           {en: "opened read-only, %[1]s checked", zh: "以只读方式打开，已查 %[1]s"},
		"prov.session":         {en: "read-only proved, %[1]s checked", zh: "只读已证明，已查 %[1]s"},
		"prov.nothing_written": {en: "read-only proved, nothing written, %[1]s checked", zh: "只读已证明，未写入任何内容，已查 %[1]s"},
		"prov.and":             {en: "%[1]s; %[2]s", zh: "%[1]s；%[2]s"},
		"prov.accepted":        {en: "%[1]s; %[2]s: %[3]s", zh: "%[1]s；%[2]s：%[3]s"},
		"prov.more":            {en: "%[1]s and %[2]s more", zh: "%[1]s等另外 %[2]s 项"},
		"n.warnings":           {en: "%[1]s warnings", one: "%[1]s warning", zh: "%[1]s 项警告"},
		"n.accepted":           {en: "%[1]s findings accepted", one: "%[1]s finding accepted", zh: "已接受 %[1]s 项"},

		"source_kind.postgres": {en: "PostgreSQL", zh: "PostgreSQL"},
		"source_kind.mysql":    {en: "MySQL or MariaDB", zh: "MySQL 或 MariaDB"},
		"source_kind.sqlite":   {en: "SQLite", zh: "SQLite"},
		"source_kind.csv":      {en: "CSV", zh: "CSV"},
		"source_kind.fixed":    {en: "fixed-width text", zh: "定宽文本"},
		"source_kind.excel":    {en: "Excel", zh: "Excel"},
		"source_kind.parquet":  {en: "Parquet", zh: "Parquet"},
		"source_kind.jsonl":    {en: "JSON lines", zh: "JSON 行"},

		"finding.role_attributes":            {en: "attributes of the role", zh: "角色属性"},
		"finding.role_membership":            {en: "memberships of the role", zh: "角色成员关系"},
		"finding.object_ownership":           {en: "ownership of objects", zh: "对象所有权"},
		"finding.grant_option":               {en: "rights that may be passed on", zh: "可转授的权限"},
		"finding.default_privileges":         {en: "rights over future objects", zh: "对未来对象的权限"},
		"finding.table_write_privilege":      {en: "rights to write to tables", zh: "写入表的权限"},
		"finding.table_bind_privilege":       {en: "rights to bind triggers and foreign keys", zh: "绑定触发器和外键的权限"},
		"finding.table_lock":                 {en: "right to lock tables", zh: "锁表的权限"},
		"finding.sequence_privilege":         {en: "rights to move sequences", zh: "推进序列的权限"},
		"finding.large_objects":              {en: "rights to write large objects", zh: "写入大对象的权限"},
		"finding.schema_create":              {en: "rights to create, alter and drop", zh: "创建、更改和删除的权限"},
		"finding.database_create":            {en: "right to create schemas", zh: "创建模式的权限"},
		"finding.database_temp":              {en: "right to create temporary tables", zh: "创建临时表的权限"},
		"finding.tablespace_create":          {en: "rights over tablespaces", zh: "对表空间的权限"},
		"finding.security_definer_functions": {en: "functions with their owner's rights", zh: "以所有者权限运行的函数"},
		"finding.outside_functions":          {en: "functions that act outside the transaction", zh: "在事务之外起作用的函数"},
		"finding.server_functions":           {en: "functions of the server itself", zh: "服务器自身的函数"},
		"finding.foreign_access":             {en: "access to further servers", zh: "访问其他服务器的权限"},
		"finding.parameter_privilege":        {en: "rights to set parameters", zh: "设置参数的权限"},
		"finding.routine_execute":            {en: "right to run routines", zh: "运行存储程序的权限"},
		"finding.file_privilege":             {en: "right to files of the server", zh: "对服务器文件的权限"},
		"finding.server_privileges":          {en: "rights over the server", zh: "对服务器的权限"},
	}
}
