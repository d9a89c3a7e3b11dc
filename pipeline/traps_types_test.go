package pipeline

import (
	"strings"
	"testing"

	"github.com/pharos-analytics/pharos/pipeline/extract"
	"github.com/pharos-analytics/pharos/pipeline/extract/extracttest"
)

// textTraps are texts that both servers hold; char is their name of the function that gives a character.
func textTraps(char string) []trapValue {
	return []trapValue{
		{"''", "", "NULL"}, {"null", "NULL", "NULL"}, {"' padded '", " padded ", "padded"},
		same("明光通信 🚦"), same("zero\u200bwidth \u202eoverride\u202c \u2066isolate\u2069"), same("a\tb \"quoted\" 'single', comma; end"),
		exactly("concat('line', "+char+"(10), 'break', "+char+"(13), "+char+"(10), 'end')", "line\nbreak\r\nend"), same("=cmd|'/c calc'!A0"), same("NULL"), same("e\u0301 is not \u00e9"), same(strings.Repeat("長い🚦", 150_000)),
	}
}

func postgresTraps() []typeTrap {
	return []typeTrap{
		{"numeric", "order_lines.net_amount", []trapValue{
			{"1234567890123456789012345678901234567890", "1234567890123456789012345678901234567890", "!out_of_range"},
			{"12345678901234.56785", "12345678901234.56785", "12345678901234.5679"},
			{"-0.00005", "-0.00005", "-0.0001"}, {"0.00004", "0.00004", "0.0000"},
			{"99999999999999.9999", "99999999999999.9999", "99999999999999.9999"}, {"100000000000000", "100000000000000", "!out_of_range"},
			{"99999999999999.99995", "99999999999999.99995", "!out_of_range"},
			{"'NaN'", "NaN", "!type"}, {"'Infinity'", "Infinity", "!type"}, {"'-Infinity'", "-Infinity", "!type"},
			{"1e-30", "0.000000000000000000000000000001", "0.0000"},
		}},
		{"numeric(20,6)", "order_lines.unit_price", []trapValue{exactly("1.5", "1.500000"), exactly("-999999999999.999999", "-999999999999.999999"), {"12345678901234.5", "12345678901234.500000", "!out_of_range"}}},
		{"numeric(12,2)", "order_lines.cost", []trapValue{{"-9999999999.99", "-9999999999.99", "-9999999999.9900"}, {"0.005", "0.01", "0.0100"}}},
		{"float8", "order_lines.net_amount", []trapValue{{"0.1", "0.1", "0.1000"}, {"0.1::float8 + 0.2::float8", "0.30000000000000004", "0.3000"}, {"1e300", "1e+300", "!out_of_range"}, {"'NaN'", "NaN", "!type"}, {"'-Infinity'", "-Infinity", "!type"}}},
		{"float4", "order_lines.quantity", []trapValue{{"0.1", "0.1", "0.100000"}, {"16777216", "16777216", "16777216.000000"}}},
		{"bigint", "order_lines.line_id", []trapValue{exactly("9223372036854775807", "9223372036854775807"), exactly("-9223372036854775808", "-9223372036854775808")}},
		{"integer", "customers.age", []trapValue{exactly("2147483647", "2147483647"), exactly("0", "0")}},
		{"smallint", "invoices.disputed", []trapValue{{"1", "1", "true"}, {"0", "0", "false"}, {"2", "2", "!type"}}},
		{"boolean", "invoices.disputed", []trapValue{exactly("true", "true"), exactly("false", "false"), exactly("null", "NULL")}},
		{"date", "invoices.due_on", []trapValue{
			exactly("'2024-02-29'", "2024-02-29"), exactly("'0001-01-01'", "0001-01-01"), exactly("'9999-12-31'", "9999-12-31"),
			{"'0044-03-15 BC'", "!date_out_of_range", "!date_out_of_range"}, {"'infinity'", "!type", "!type"}, {"'-infinity'", "!type", "!type"}, {"'5874897-12-31'", "!date_out_of_range", "!date_out_of_range"},
		}},
		{"date", "invoices.issued_on", []trapValue{exactly("'1900-01-01'", "1900-01-01"), {"'1899-12-31'", "1899-12-31", "!date_out_of_range"}, {"'2200-01-01'", "2200-01-01", "!date_out_of_range"}}},
		{"timestamp", "order_lines.ordered_at", []trapValue{
			{"'2026-03-08 10:00:00.123456'", "2026-03-08 10:00:00.123456", "2026-03-08 09:00:00.123456"},
			{"'2026-03-29 02:30:00'", "2026-03-29 02:30:00", "2026-03-29 01:30:00"}, // a time that the clock skipped
			{"'2026-10-25 02:30:00'", "2026-10-25 02:30:00", "2026-10-25 01:30:00"}, // one that it passed twice
			{"'2026-10-25 01:59:59'", "2026-10-25 01:59:59", "2026-10-24 23:59:59"}, // before
			{"'294276-12-31 23:59:59.999999'", "!date_out_of_range", "!date_out_of_range"}, {"'infinity'", "!type", "!type"}, {"'0044-03-15 12:00:00 BC'", "!date_out_of_range", "!date_out_of_range"},
		}},
		{"timestamptz", "order_lines.ordered_at", []trapValue{
			{"'2026-03-08 10:00:00.000001+08'", "2026-03-08 02:00:00.000001Z", "2026-03-08 02:00:00.000001"},
			{"'2026-10-25 02:30:00+02'", "2026-10-25 00:30:00Z", "2026-10-25 00:30:00"}, {"'2026-10-25 02:30:00+01'", "2026-10-25 01:30:00Z", "2026-10-25 01:30:00"},
			{"'1969-12-31 23:59:59.999999Z'", "1969-12-31 23:59:59.999999Z", "1969-12-31 23:59:59.999999"},
			{"'-infinity'", "!type", "!type"}, {"'0044-03-15 12:00:00Z BC'", "!date_out_of_range", "!date_out_of_range"}, {"'294276-12-31 23:59:59.999999Z'", "!date_out_of_range", "!date_out_of_range"},
		}},
		{"time", "order_lines.status", []trapValue{exactly("'24:00:00'", "24:00:00"), exactly("'10:00:00.000001'", "10:00:00.000001")}},
		{"interval", "order_lines.status", []trapValue{exactly("'1 year 2 days -03:04:05.6'", "P1Y2DT-3H-4M-5.6S"), exactly("'838:59:59'", "PT838H59M59S")}},
		{"bit(1)", "invoices.disputed", []trapValue{{"B'1'", "1", "true"}, {"B'0'", "0", "false"}}},
		{"bit(64)", "order_lines.status", []trapValue{exactly("repeat('1', 64)::bit(64)", strings.Repeat("1", 64))}},
		{"tier", "order_lines.status", []trapValue{exactly("'銀'", "銀")}},
		{"json", "order_lines.status", []trapValue{exactly(`'{"a": 1.10,  "b": [null]}'`, `{"a": 1.10,  "b": [null]}`)}},
		{"jsonb", "order_lines.status", []trapValue{exactly(`'{"b":2,"a":1.10}'`, `{"a": 1.10, "b": 2}`)}},
		{"int[]", "order_lines.status", []trapValue{exactly("'{1,NULL,3}'", "{1,NULL,3}"), exactly("'{}'", "{}")}},
		{"pair", "order_lines.status", []trapValue{exactly("(1, 'x y')::pair", `(1,"x y")`)}},
		{"int4range", "order_lines.status", []trapValue{exactly("'[1,5)'", "[1,5)"), exactly("'empty'", "empty")}},
		{"uuid", "order_lines.line_id", []trapValue{exactly("'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")}},
		{"inet", "order_lines.status", []trapValue{exactly("'192.168.0.1/24'", "192.168.0.1/24"), exactly("'::1'", "::1")}},
		{"money", "order_lines.net_amount", []trapValue{{"1234.5", "1234.50", "1234.5000"}, {"-92233720368547758.08", "-92233720368547758.08", "!out_of_range"}}},
		{"bytea", "order_lines.status", []trapValue{exactly(`'\x00ff41'`, "0x00ff41"), exactly(`''`, "0x")}},
		{"char(5)", "order_lines.status", []trapValue{{"'ab'", "ab   ", "ab"}, {"''", "     ", "NULL"}}},
		{"text", "order_lines.status", textTraps("chr")},
	}
}

func TestEveryPostgreSQLTypeReachesTheLakeExactlyOrIsQuarantined(t *testing.T) {
	pg := extracttest.Postgres(t)
	pg.Create(t, "keeper")
	traps := postgresTraps()
	pg.Exec(t, "keeper", "create type tier as enum ('gold', '銀'); create type pair as (a int, b text);\n"+trapScript(traps))
	pg.Grant(t, "keeper")
	s := checkTraps(t, trapKeeper(t, extract.Spec{Postgres: &extract.Server{}}, pg, traps), traps)
	if n := s.Loads[loadOfMapping(t, s, "order_lines", 0)].Rounded["net_amount"]; n != 4 {
		t.Errorf("%d values of the unbounded numeric were rounded, want those 4 with more than four places that are kept", n)
	}
}

func mariaDBTraps() []typeTrap {
	return []typeTrap{
		{"decimal(65,30)", "order_lines.net_amount", []trapValue{
			{"'12345678901234567890123456789012345.000000000000000000000000000001'", "12345678901234567890123456789012345.000000000000000000000000000001", "!out_of_range"},
			{"12345678901234.56785", "12345678901234.567850000000000000000000000000", "12345678901234.5679"},
			{"-0.00005", "-0.000050000000000000000000000000", "-0.0001"},
		}},
		{"decimal(12,2)", "order_lines.cost", []trapValue{{"-9999999999.99", "-9999999999.99", "-9999999999.9900"}, {"0.005", "0.01", "0.0100"}}},
		{"double", "order_lines.net_amount", []trapValue{{"0.1", "0.1", "0.1000"}, {"0.1e0 + 0.2e0", "0.30000000000000004", "0.3000"}, {"1e300", "1e+300", "!out_of_range"}}},
		{"float", "order_lines.quantity", []trapValue{{"0.1", "0.1", "0.100000"}, {"16777217", "16777216", "16777216.000000"}}},
		{"bigint unsigned", "order_lines.line_id", []trapValue{exactly("18446744073709551615", "18446744073709551615"), exactly("9223372036854775808", "9223372036854775808")}},
		{"bigint unsigned", "order_lines.net_amount", []trapValue{{"18446744073709551615", "18446744073709551615", "!out_of_range"}, {"99999999999999", "99999999999999", "99999999999999.0000"}}},
		{"bigint unsigned", "customers.age", []trapValue{{"18446744073709551615", "18446744073709551615", "!out_of_range"}, exactly("42", "42")}},
		{"bigint", "order_lines.line_id", []trapValue{exactly("-9223372036854775808", "-9223372036854775808")}},
		{"tinyint(1)", "invoices.disputed", []trapValue{{"1", "1", "true"}, {"0", "0", "false"}, {"2", "2", "!type"}, {"-1", "-1", "!type"}}},
		{"tinyint(1)", "order_lines.quantity", []trapValue{{"127", "127", "127.000000"}}},
		{"boolean", "order_lines.status", []trapValue{exactly("true", "1")}},
		{"date", "invoices.due_on", []trapValue{
			exactly("'2024-02-29'", "2024-02-29"), exactly("'9999-12-31'", "9999-12-31"), exactly("'1000-01-01'", "1000-01-01"),
			{"'0000-00-00'", "!type", "!type"}, {"'2026-00-00'", "!type", "!type"}, {"'2026-03-00'", "!type", "!type"}, {"'2026-02-31'", "!type", "!type"},
		}},
		{"datetime(6)", "order_lines.ordered_at", []trapValue{
			{"'2026-03-08 10:00:00.123456'", "2026-03-08 10:00:00.123456", "2026-03-08 09:00:00.123456"},
			{"'2026-03-29 02:30:00'", "2026-03-29 02:30:00", "2026-03-29 01:30:00"}, // a time that the clock skipped
			{"'2026-10-25 02:30:00'", "2026-10-25 02:30:00", "2026-10-25 01:30:00"}, // one that it passed twice
			{"'0000-00-00 00:00:00'", "!type", "!type"}, {"'2026-00-00 10:00:00'", "!type", "!type"},
			{"'9999-12-31 23:59:59.999999'", "9999-12-31 23:59:59.999999", "!date_out_of_range"},
		}},
		{"timestamp(6) null", "order_lines.ordered_at", []trapValue{
			{"'2026-03-08 10:00:00.000001'", "2026-03-08 10:00:00.000001Z", "2026-03-08 10:00:00.000001"},
			{"'2026-10-25 00:30:00'", "2026-10-25 00:30:00Z", "2026-10-25 00:30:00"}, {"'2026-10-25 01:30:00'", "2026-10-25 01:30:00Z", "2026-10-25 01:30:00"},
			{"'2038-01-19 03:14:07.999999'", "2038-01-19 03:14:07.999999Z", "2038-01-19 03:14:07.999999"}, {"'0000-00-00 00:00:00'", "!type", "!type"},
		}},
		{"time", "order_lines.status", []trapValue{exactly("'838:59:59'", "838:59:59"), exactly("'-100:00:01'", "-100:00:01")}},
		{"time(6)", "order_lines.status", []trapValue{exactly("'-00:00:00.000001'", "-00:00:00.000001"), exactly("'25:00:00.5'", "25:00:00.500000")}},
		{"year", "order_lines.status", []trapValue{exactly("2026", "2026"), exactly("1901", "1901"), exactly("0", "0000")}},
		{"bit(1)", "invoices.disputed", []trapValue{{"b'1'", "1", "true"}, {"b'0'", "0", "false"}}},
		{"bit(64)", "order_lines.line_id", []trapValue{exactly("x'ffffffffffffffff'", "18446744073709551615"), exactly("b'0'", "0")}},
		{"enum('gold', '銀', '')", "order_lines.status", []trapValue{exactly("'銀'", "銀"), {"''", "", "NULL"}}},
		{"set('a', 'b', 'c')", "order_lines.status", []trapValue{exactly("'c,a'", "a,c"), {"''", "", "NULL"}}},
		{"json", "order_lines.status", []trapValue{exactly(`'{"a": 1.10,  "b": [null]}'`, `{"a": 1.10,  "b": [null]}`)}},
		{"uuid", "order_lines.line_id", []trapValue{exactly("'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")}},
		{"inet6", "order_lines.status", []trapValue{exactly("'::1'", "::1")}},
		{"varbinary(20)", "order_lines.status", []trapValue{exactly("x'00ff41'", "0x00ff41"), exactly("''", "0x")}},
		{"longblob", "order_lines.status", []trapValue{exactly("concat(repeat(x'00', 2), x'ff')", "0x0000ff")}},
		{"binary(3)", "order_lines.status", []trapValue{exactly("x'41'", "0x410000")}},
		{"char(5)", "order_lines.status", []trapValue{exactly("'ab'", "ab"), {"''", "", "NULL"}}},
		{"varchar(20) character set latin1", "order_lines.status", []trapValue{exactly("'Müller €'", "Müller €")}},
		{"varchar(20) character set gbk", "order_lines.status", []trapValue{exactly("'客户'", "客户")}},
		{"varchar(20)", "order_lines.status", []trapValue{{`'M\0ller'`, "!bad_encoding", "!bad_encoding"}, exactly("'fine'", "fine")}},
		{"longtext", "order_lines.status", textTraps("char")},
	}
}

func TestEveryMariaDBTypeReachesTheLakeExactlyOrIsQuarantined(t *testing.T) {
	maria := extracttest.MariaDB(t)
	maria.Create(t, "keeper")
	traps := mariaDBTraps()
	maria.Exec(t, "keeper", "set sql_mode = '', time_zone = '+00:00';\n"+trapScript(traps))
	s := checkTraps(t, trapKeeper(t, extract.Spec{MySQL: &extract.Server{}}, maria, traps), traps)
	if n := s.Loads[loadOfMapping(t, s, "order_lines", 0)].Rounded["net_amount"]; n != 2 {
		t.Errorf("%d values were rounded, want the 2 with more than four places", n)
	}
}
