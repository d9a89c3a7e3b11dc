package extract

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pharos-analytics/pharos/pipeline/extract/extracttest"
)

func TestEveryPostgreSQLTypeArrivesAsItsExactText(t *testing.T) {
	traps := []trap{
		{"123456789012345678901234567890.000000000000000000001::numeric", "123456789012345678901234567890.000000000000000000001"},
		{"1.10::numeric(14, 2)", "1.10"},
		{"-0.00::numeric(14, 2)", "0.00"},
		{"'NaN'::numeric", "NaN"},
		{"'Infinity'::numeric", "Infinity"},
		{"9223372036854775807::bigint", "9223372036854775807"},
		{"0.00999999978::float4", "0.01"},
		{"0.1::float4 + 0.2::float4", "0.3"},
		{"0.1::float8 + 0.2::float8", "0.30000000000000004"},
		{"731.9399999999999::float8", "731.9399999999999"},
		{"1e-5::float8", "0.00001"},
		{"1e20::float8", "100000000000000000000"},
		{"'-Infinity'::float8", "-Infinity"},
		{"'NaN'::float4", "NaN"},
		{"'2026-03-08'::date", "2026-03-08"},
		{"'0044-03-15 BC'::date", "0044-03-15 BC"},
		{"'5874897-12-31'::date", "5874897-12-31"},
		{"'infinity'::date", "infinity"},
		{"'2026-03-08 10:00:00.123456'::timestamp", "2026-03-08 10:00:00.123456"},
		{"'294276-12-31 23:59:59.999999'::timestamp", "294276-12-31 23:59:59.999999"},
		{"'2026-03-08 10:00:00.5+08'::timestamptz", "2026-03-08 02:00:00.5Z"},
		{"'1988-05-01 00:30:00'::timestamp at time zone 'Asia/Shanghai'", "1988-04-30 15:30:00Z"},
		{"'-infinity'::timestamptz", "-infinity"},
		{"'23:59:60'::time", "24:00:00"},
		{"'10:00:00+08'::timetz", "10:00:00+08"},
		{"'1 year 2 days 03:04:05.6'::interval", "P1Y2DT3H4M5.6S"},
		{"true", "true"},
		{"false", "false"},
		{"null::boolean", "∅"},
		{"''::text", ""},
		{"'ab '::char(5)", "ab   "},
		{"E'a\\nb\\tc\"'';\\\\'::text", "a\nb\tc\"';\\"},
		{"'明光通信 🚦'::text", "明光通信 🚦"},
		{`'\x00ff41'::bytea`, "0x00ff41"},
		{`''::bytea`, "0x"},
		{`'{"a": 1.10, "b": [null]}'::json`, `{"a": 1.10, "b": [null]}`},
		{`'{"b":2,"a":1.10}'::jsonb`, `{"a": 1.10, "b": 2}`},
		{"'{1,NULL,3}'::int[]", "{1,NULL,3}"},
		{"array['a b', null, '\"']::text[]", `{"a b",NULL,"\""}`},
		{"'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'::uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
		{"'gold'::tier", "gold"},
		{"7::quantity", "7"},
		{"'<a>1</a>'::xml", "<a>1</a>"},
		{"B'0101'::bit(4)", "0101"},
		{"'192.168.0.1/24'::inet", "192.168.0.1/24"},
		{"'[1,5)'::int4range", "[1,5)"},
		{"(1, 'x')::pair", "(1,x)"},
		{"'(1.5,2)'::point", "(1.5,2)"},
	}
	list := make([]string, len(traps))
	for i, trap := range traps {
		list[i] = fmt.Sprintf("%s as c%d", trap.sql, i)
	}
	pg := extracttest.Postgres(t)
	pg.Create(t, "traps")
	pg.Exec(t, "traps", "create type tier as enum ('gold'); create domain quantity as smallint; create type pair as (a int, b text);\n"+
		"create table traps as select "+strings.Join(list, ",\n"))
	pg.Grant(t, "traps")
	readTraps(t, openDatabase(t, postgresSpec(testServer(t, pg, "traps"))), traps)
}
