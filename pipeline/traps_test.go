package pipeline

import (
	"fmt"
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
	eng, l := lakeEngine(t, cfg)
	defer eng.Close()
	if problems, err := l.Verify(t.Context(), out.Snapshot); err != nil || len(problems) > 0 {
		t.Fatalf("the lake does not verify: %v, error %v", problems, err)
	}
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
		id := location[strings.LastIndexAny(location, "=:")+1:] // key=order_id:7, of a table with a key
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
