package pipeline

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pharos-analytics/pharos/pipeline/extract"
	"github.com/pharos-analytics/pharos/pipeline/extract/extracttest"
	"github.com/pharos-analytics/pharos/pipeline/lake"
	"github.com/pharos-analytics/pharos/pipeline/model"
)

// A typeTrap is a column type of a server, with values that are easily read wrong. Each is kept in
// a raw table of its own, and goes into a column of a canonical table.
type typeTrap struct {
	kind   string // as the server declares it
	to     string // canonical table and column
	values []trapValue
}

// A trapValue is what a value becomes: its text in the lake, NULL, or the rule that quarantines its
// row behind a "!".
type trapValue struct{ sql, raw, canonical string }

// exactly is for values that are the same in both.
func exactly(sql, want string) trapValue { return trapValue{sql, want, want} }

// quote writes plain text as SQL.
func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// same is for texts that arrive as they are.
func same(text string) trapValue { return exactly(quote(text), text) }

// trapScript makes a table for each trap.
func trapScript(traps []typeTrap) string {
	var b strings.Builder
	for i, trap := range traps {
		fmt.Fprintf(&b, "create table t%d (id int primary key, v %s);\n", i, trap.kind)
		for id, v := range trap.values {
			fmt.Fprintf(&b, "insert into t%d values (%d, %s);\n", i, id, v.sql)
		}
	}
	return b.String()
}

// trapMappings are the raw table of each trap, and its way into its canonical table.
func trapMappings(traps []typeTrap) []extract.Mapping {
	constant := func(name, value string) extract.ColumnMapping {
		return extract.ColumnMapping{Name: name, Value: &value}
	}
	required := map[string][]extract.ColumnMapping{
		"order_lines": {constant("customer_id", "K1"), constant("ordered_at", "2026-03-08"), constant("net_amount", "1")},
		"invoices":    {constant("customer_id", "K1"), constant("issued_on", "2026-03-08"), constant("amount", "1")},
		"customers":   {},
	}
	keys := map[string]string{"order_lines": "order_id", "invoices": "invoice_id", "customers": "customer_id"}
	var mappings []extract.Mapping
	count := map[string]int{}
	for i, trap := range traps {
		mappings = append(mappings, rawTable(fmt.Sprintf("t%d", i), "id", "v"))
		table, column, _ := strings.Cut(trap.to, ".")
		m := extract.Mapping{Table: table, Source: "erp", Relation: fmt.Sprintf("t%d", i), Pos: "pharos.yaml:9:3", Index: count[table]}
		count[table]++
		m.Columns = []extract.ColumnMapping{{Name: keys[table], Column: "id", Prefix: fmt.Sprintf("t%d-", i)}, {Name: column, Column: "v"}}
		for _, c := range required[table] {
			if c.Name != column {
				m.Columns = append(m.Columns, c)
			}
		}
		mappings = append(mappings, m)
	}
	return mappings
}

// trapsIn reads the traps into the lake and gives what each became: raw and canonical.
func trapsIn(t *testing.T, cfg *Config, traps []typeTrap) (raw, canonical map[string]string, s *lake.Snapshot) {
	t.Helper()
	out, err := Run(t.Context(), cfg, Options{AsOf: day(2026, 5, 1), UntilLake: true, Version: "test", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	l, err := lake.OpenExisting(filepath.Join(cfg.Workspace, "lake"))
	if err != nil {
		t.Fatal(err)
	}
	if problems, err := l.Verify(t.Context(), out.Snapshot); err != nil || len(problems) > 0 {
		t.Fatalf("the lake does not verify: %v, error %v", problems, err)
	}
	eng, err := model.OpenDuckDB(t.Context(), model.DuckDBOptions{Threads: 1, MemoryMB: 512, TempDir: t.TempDir(), Readable: []string{cfg.Workspace}})
	if err != nil {
		t.Fatal(err)
	}
	defer eng.Close()
	if err := attachLake(t.Context(), eng, l, out.Snapshot, cfg); err != nil {
		t.Fatal(err)
	}
	raw, canonical = map[string]string{}, map[string]string{}
	for i, trap := range traps {
		table, column, _ := strings.Cut(trap.to, ".")
		key := map[string]string{"order_lines": "order_id", "invoices": "invoice_id", "customers": "customer_id"}[table]
		name := fmt.Sprintf("t%d", i)
		textsOf(t, eng, raw, name+"-", fmt.Sprintf("select id, v from raw.%s", name))
		textsOf(t, eng, canonical, "", fmt.Sprintf("select %[1]s, %[2]s from raw.%[3]s where %[1]s like '%[4]s-%%'", key, column, table, name))
	}
	rows, err := eng.Query(t.Context(), "select table_name, location, rule, "+lake.MappingColumn+" from raw.quarantine")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows.Values {
		table, location, rule := r[0].(string), r[1].(string), r[2].(string)
		into, name := raw, table
		if !strings.HasPrefix(table, "t") {
			into = canonical
			for _, m := range cfg.Data {
				if m.Table == table && fmt.Sprint(m.Index) == r[3] {
					name = m.Relation
				}
			}
		}
		id := location[strings.LastIndex(location, ":")+1:] // key=order_id:7, of a table with a key
		if n := 0; strings.HasPrefix(location, "row=") {
			if _, err := fmt.Sscanf(location, "row=%d", &n); err != nil {
				t.Fatal(err)
			}
			id = fmt.Sprint(n - 1)
		}
		into[name+"-"+id] += "!" + rule
	}
	return raw, canonical, out.Snapshot
}

// textsOf adds the rows of a query of two columns: the name of a trap, and what it became as text.
func textsOf(t *testing.T, eng *model.DuckDB, into map[string]string, prefix, query string) {
	t.Helper()
	described, err := eng.Query(t.Context(), query+" limit 0")
	if err != nil {
		t.Fatal(err)
	}
	key, value := described.Columns[0], described.Columns[1]
	text := value + "::varchar"
	if described.Types[1] == "timestamptz" {
		text = "make_timestamp(epoch_us(" + value + "))::varchar || 'Z'"
	}
	rows, err := eng.Query(t.Context(), fmt.Sprintf("select %s::varchar, coalesce(%s, 'NULL') from (%s)", key, text, query))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows.Values {
		into[prefix+r[0].(string)] += r[1].(string)
	}
}

// checkTraps compares what became of every value.
func checkTraps(t *testing.T, cfg *Config, traps []typeTrap) *lake.Snapshot {
	t.Helper()
	raw, canonical, s := trapsIn(t, cfg, traps)
	for i, trap := range traps {
		for id, v := range trap.values {
			name := fmt.Sprintf("t%d-%d", i, id)
			if diff := cmp.Diff(v.raw, raw[name]); diff != "" {
				t.Errorf("%s %.60s, raw (-want +got):\n%.600s", trap.kind, v.sql, diff)
			}
			if diff := cmp.Diff(v.canonical, canonical[name]); diff != "" {
				t.Errorf("%s %.60s as %s (-want +got):\n%.600s", trap.kind, v.sql, trap.to, diff)
			}
		}
	}
	return s
}

// textTraps are texts that both servers hold.
func textTraps() []trapValue {
	return []trapValue{
		{"''", "", "NULL"}, {"null", "NULL", "NULL"}, {"' padded '", " padded ", "padded"},
		same("明光通信 🚦"), same("zero\u200bwidth \u202eoverride\u202c \u2066isolate\u2069"), same("a\tb \"quoted\" 'single', comma; end"),
		same("line\nbreak\r\nend"), same("=cmd|'/c calc'!A0"), same("NULL"), same("e\u0301 is not \u00e9"), same(strings.Repeat("長い🚦", 150_000)),
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
		{"text", "order_lines.status", textTraps()},
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

func trapKeeper(t *testing.T, spec extract.Spec, s *extracttest.Server, traps []typeTrap) *Config {
	t.Helper()
	cfg := keeper(t, spec, s, trapMappings(traps)...)
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	cfg.Company.Location = berlin
	return cfg
}

func loadOfMapping(t *testing.T, s *lake.Snapshot, table string, mapping int) int {
	t.Helper()
	for i, l := range s.Loads {
		if l.Table == table && l.Mapping == mapping {
			return i
		}
	}
	t.Fatalf("nothing was loaded into %s by mapping %d", table, mapping)
	return 0
}
