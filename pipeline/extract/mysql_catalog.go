package extract

import (
	"context"
	"database/sql/driver"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

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

// mysqlKind is how a column's values become text.
type mysqlKind int

const (
	mysqlPlain   mysqlKind = iota // as it comes
	mysqlInstant                  // TIMESTAMP, which the session's zone makes UTC
	mysqlBits                     // BIT: a number in big-endian bytes
	mysqlBinary                   // bytes
)

// kindOfMySQL sorts by the driver's names of types.
func kindOfMySQL(name string) mysqlKind {
	switch {
	case name == "TIMESTAMP":
		return mysqlInstant
	case name == "BIT":
		return mysqlBits
	case strings.HasSuffix(name, "BLOB"), strings.HasSuffix(name, "BINARY"), name == "GEOMETRY", name == "VECTOR":
		return mysqlBinary
	}
	return mysqlPlain
}

// text is a value's exact text, nil for NULL; the buffer is used again for the next row.
func (k mysqlKind) text(buffer *[]byte, v driver.Value) ([]byte, error) {
	b := (*buffer)[:0]
	switch v := v.(type) {
	case nil:
		return nil, nil
	case int64:
		b = strconv.AppendInt(b, v, 10)
	case float32:
		b = appendFloat(b, float64(v), 32)
	case float64:
		b = appendFloat(b, v, 64)
	case string:
		b = append(b, v...)
	case []byte:
		b = k.bytes(b, v)
	default:
		return nil, fmt.Errorf("a value of type %T is not known", v)
	}
	*buffer = b
	return b, nil
}

func (k mysqlKind) bytes(b, v []byte) []byte {
	switch k {
	case mysqlBits:
		var n uint64
		for _, c := range v {
			n = n<<8 | uint64(c)
		}
		return strconv.AppendUint(b, n, 10)
	case mysqlBinary:
		return hex.AppendEncode(append(b, "0x"...), v)
	case mysqlInstant:
		if !strings.HasPrefix(string(v), "0000") { // a zero date is no instant
			return append(append(b, v...), 'Z')
		}
	}
	return append(b, v...)
}
