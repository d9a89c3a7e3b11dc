package extract

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pharos-analytics/pharos/pipeline/extract/extracttest"
)

func TestEveryMariaDBTypeArrivesAsItsExactText(t *testing.T) {
	columns := []struct{ declared, value, want string }{
		{"decimal(65,30)", "'12345678901234567890123456789012345.000000000000000000000000000001'", "12345678901234567890123456789012345.000000000000000000000000000001"},
		{"decimal(14,2)", "-1.10", "-1.10"},
		{"bigint unsigned", "18446744073709551615", "18446744073709551615"},
		{"bigint", "-9223372036854775808", "-9223372036854775808"},
		{"mediumint", "-8388608", "-8388608"},
		{"smallint unsigned", "65535", "65535"},
		{"tinyint(1)", "1", "1"},
		{"tinyint(1)", "0", "0"},
		{"tinyint", "-128", "-128"},
		{"year", "2026", "2026"},
		{"year", "0", "0000"},
		{"float", "16777217", "16777216"}, // what the column holds; the text protocol says 16777200
		{"float", "0.01", "0.01"},
		{"double", "0.1e0 + 0.2e0", "0.30000000000000004"},
		{"double", "1e-5", "0.00001"},
		{"date", "'2026-03-08'", "2026-03-08"},
		{"date", "'0000-00-00'", "0000-00-00"},
		{"date", "'2026-03-00'", "2026-03-00"},
		{"datetime", "'2026-03-08 10:00:00'", "2026-03-08 10:00:00"},
		{"datetime(6)", "'2026-03-08 10:00:00.123456'", "2026-03-08 10:00:00.123456"},
		{"datetime(3)", "'0000-00-00 00:00:00'", "0000-00-00 00:00:00.000"},
		{"timestamp null", "'2026-03-08 10:00:00'", "2026-03-08 02:00:00Z"}, // written in the server's zone, +08:00
		{"timestamp(6) null", "'2026-03-08 10:00:00.5'", "2026-03-08 02:00:00.500000Z"},
		{"timestamp", "0", "0000-00-00 00:00:00"},
		{"time", "'838:59:59'", "838:59:59"},
		{"time(3)", "'-100:00:00.5'", "-100:00:00.500"},
		{"bit(1)", "b'1'", "1"},
		{"bit(64)", "x'ffffffffffffffff'", "18446744073709551615"},
		{"enum('gold', '銀')", "'銀'", "銀"},
		{"set('a', 'b', 'c')", "'c,a'", "a,c"},
		{"json", `'{"a": 1.10, "b": [null]}'`, `{"a": 1.10, "b": [null]}`},
		{"varchar(20)", "''", ""},
		{"varchar(20)", "null", "∅"},
		{"char(5)", "'ab'", "ab"},
		{"text", `'a\nb\tc"'';\\'`, "a\nb\tc\"';\\"},
		{"varchar(20)", "'明光通信 🚦'", "明光通信 🚦"},
		{"varchar(20) character set latin1", "'Müller'", "Müller"},
		{"varchar(20) character set gbk", "'客户'", "客户"},
		{"varbinary(20)", "x'00ff41'", "0x00ff41"},
		{"binary(3)", "x'41'", "0x410000"},
		{"longblob", "''", "0x"},
		{"point", "point(1, 2)", "0x000000000101000000000000000000f03f0000000000000040"},
		{"uuid", "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
		{"inet6", "'::1'", "::1"},
	}
	var declared, values []string
	var traps []trap
	for i, c := range columns {
		declared = append(declared, fmt.Sprintf("c%d %s", i, c.declared))
		values = append(values, c.value)
		traps = append(traps, trap{c.declared + " " + c.value, c.want})
	}
	maria := extracttest.MariaDB(t)
	maria.Create(t, "traps")
	maria.Exec(t, "traps", "create table traps ("+strings.Join(declared, ",\n")+");\ninsert into traps values ("+strings.Join(values, ",\n")+")")
	readTraps(t, openDatabase(t, mysqlSpec(testServer(t, maria, "traps"))), traps)
}
