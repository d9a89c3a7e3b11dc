package extract

import "context"

// mysqlColumns lists the columns that the user may read in the session's database, with their
// place in the primary key.
const mysqlColumns = `
select t.table_schema, t.table_name, case when t.table_type = 'BASE TABLE' then coalesce(t.table_rows, -1) else -1 end,
    c.column_name, c.column_type, k.seq_in_index
from information_schema.tables as t
inner join information_schema.columns as c on c.table_schema = t.table_schema and c.table_name = t.table_name
left join information_schema.statistics as k on k.table_schema = c.table_schema and k.table_name = c.table_name
    and k.column_name = c.column_name and k.index_name = 'PRIMARY'
where t.table_schema = database() and find_in_set('select', c.privileges) > 0
order by cast(t.table_name as binary), c.ordinal_position`

// catalog lists the tables and views of the database.
func (s *mysqlSession) catalog(ctx context.Context) ([]table, error) {
	rows, err := queryRows(ctx, s, mysqlColumns)
	if err != nil {
		return nil, err
	}
	var c catalogBuilder
	for _, r := range rows {
		if err := c.add(table{schema: r[0], name: r[1], listed: r[1]}, r[2], r[3], r[4], r[5]); err != nil {
			return nil, err
		}
	}
	return c.finish(), nil
}
