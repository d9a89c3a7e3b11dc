package extract

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/google/go-cmp/cmp"

	"github.com/pharos-analytics/pharos/pipeline/extract/extracttest"
	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// An edge is a source column with values of its type: usual ones, and rare ones of every odd kind.
type edge struct {
	name, kind string
	usual      func(*rand.Rand) string
	odd        []string
}

func decimals(whole int64, places int) func(*rand.Rand) string {
	return func(r *rand.Rand) string {
		v := r.Int64N(whole)
		if places == 0 {
			return fmt.Sprint(v - whole/2)
		}
		return fmt.Sprintf("%d.%0*d", v-whole/2, places, r.Int64N(pow10(places)))
	}
}

func quotedTime(layout string, first, span int64) func(*rand.Rand) string {
	return func(r *rand.Rand) string {
		return "'" + time.UnixMicro((first+r.Int64N(span))*1e6+r.Int64N(1e6)).UTC().Format(layout) + "'"
	}
}

const years = 365 * secondsPerDay

// edgeTable fills a table of every type with values that are usual but for one row in 500.
func edgeTable(edges []edge, rows int) string {
	r := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	b.WriteString("create table edges (id int primary key")
	for _, e := range edges {
		fmt.Fprintf(&b, ", %s %s", e.name, e.kind)
	}
	b.WriteString(");\n")
	for id := range rows {
		if id%1000 == 0 {
			b.WriteString(";\ninsert into edges values\n")
		} else {
			b.WriteString(",\n")
		}
		fmt.Fprintf(&b, "(%d", id)
		for i, e := range edges {
			value := e.usual(r)
			switch {
			case r.IntN(20) == 0:
				value = "null"
			case id > rows/2 && (id+i)%500 == 0:
				value = e.odd[r.IntN(len(e.odd))]
			}
			b.WriteString(", " + value)
		}
		b.WriteString(")")
	}
	b.WriteString(";\n")
	return b.String()
}

func postgresEdges() []edge {
	times := []string{"'infinity'", "'-infinity'", "'0044-03-15 12:00:00 BC'", "'1899-12-31 23:59:59.999999'", "'2199-12-31 23:59:59.999999'", "'9999-12-31 23:59:59.999999'",
		"'12345-01-01 00:00:00'", "'0001-01-01 00:00:00'", "'2026-03-29 02:30:00'", "'2026-10-25 02:30:00'", "'1970-01-01 00:00:00'", "'2000-01-01 00:00:00.000001'", "'1999-12-31 23:59:59.999999'"}
	return []edge{
		{"n", "numeric", decimals(1e12, 6), []string{"'NaN'", "1e30", "-1e30", "0.00000000001", "-0.5", "0", "99999999999999.9999", "-99999999999999.9999", "100000000000000", "10000.0000", "1e-16383", "123456789.123456789", "0.00005", "'1e131071'"}},
		{"n2", "numeric(12,2)", decimals(1e9, 2), []string{"9999999999.99", "-9999999999.99", "0.01", "-0.01", "10000", "0.00"}},
		{"n10", "numeric(10,0)", decimals(1e9, 0), []string{"9999999999", "-9999999999", "10000", "100000000"}},
		{"i2", "smallint", decimals(60000, 0), []string{"32767", "-32768", "0"}},
		{"i4", "integer", decimals(4e9, 0), []string{"2147483647", "-2147483648", "0"}},
		{"i8", "bigint", decimals(1e13, 0), []string{"9223372036854775807", "-9223372036854775808", "99999999999999", "100000000000000", "999999999999999999", "1000000000000000000"}},
		{"d", "date", quotedTime("2006-01-02", -60*years, 150*years), []string{"'infinity'", "'-infinity'", "'0044-03-15 BC'", "'0001-01-01'", "'1900-01-01'", "'1899-12-31'", "'2199-12-31'", "'2200-01-01'", "'9999-12-31'", "'10000-01-01'", "'5874897-12-31'"}},
		{"ts", "timestamp", quotedTime("2006-01-02 15:04:05.000000", -60*years, 150*years), times},
		{"tz", "timestamptz", quotedTime("2006-01-02 15:04:05.000000Z", -60*years, 150*years), times},
		{"b", "boolean", func(r *rand.Rand) string { return []string{"true", "false"}[r.IntN(2)] }, []string{"null"}},
		{"f", "float8", decimals(1e9, 3), []string{"'NaN'", "'Infinity'", "1e300", "0.1", "1e-7"}},
	}
}

func mysqlEdges() []edge {
	return []edge{
		{"n", "decimal(40,10)", decimals(1e12, 6), []string{"1e29", "-1e29", "0.0000000001", "-0.5", "0", "99999999999999.9999", "100000000000000", "123456789.1234567891", "0.00005"}},
		{"n2", "decimal(12,2)", decimals(1e9, 2), []string{"9999999999.99", "-9999999999.99", "0.01", "-0.01", "10000", "0.00"}},
		{"n10", "decimal(10,0)", decimals(1e9, 0), []string{"9999999999", "-9999999999", "0"}},
		{"i2", "smallint", decimals(60000, 0), []string{"32767", "-32768", "0"}},
		{"i4", "int", decimals(4e9, 0), []string{"2147483647", "-2147483648", "0"}},
		{"i8", "bigint", decimals(1e13, 0), []string{"9223372036854775807", "-9223372036854775808", "99999999999999", "100000000000000"}},
		{"u8", "bigint unsigned", func(r *rand.Rand) string { return fmt.Sprint(r.Int64N(1e13)) }, []string{"18446744073709551615", "9223372036854775808", "0"}},
		{"d", "date", quotedTime("2006-01-02", -60*years, 150*years), []string{"'0000-00-00'", "'2026-00-00'", "'1000-01-01'", "'1900-01-01'", "'1899-12-31'", "'2199-12-31'", "'2200-01-01'", "'9999-12-31'"}},
		{"ts", "datetime(6)", quotedTime("2006-01-02 15:04:05.000000", -60*years, 150*years), []string{"'0000-00-00 00:00:00'", "'1899-12-31 23:59:59.999999'", "'9999-12-31 23:59:59.999999'", "'2026-03-29 02:30:00'", "'2026-10-25 02:30:00.5'"}},
		{"t0", "datetime", quotedTime("2006-01-02 15:04:05", -60*years, 150*years), []string{"'0000-00-00 00:00:00'", "'2026-03-29 02:30:00'"}},
		{"tz", "timestamp(6) null", quotedTime("2006-01-02 15:04:05.000000", 1e6, 60*years), []string{"'0000-00-00 00:00:00'", "'1970-01-01 00:00:01'", "'2038-01-19 03:14:07.999999'"}},
		{"b", "boolean", func(r *rand.Rand) string { return fmt.Sprint(r.IntN(2)) }, []string{"2", "-1"}},
		{"f", "double", decimals(1e9, 3), []string{"1e300", "0.1", "1e-7"}},
	}
}

// edgeMappings map the edges to every type, canonical and raw.
func edgeMappings() []Mapping {
	col := func(name, from string) ColumnMapping { return ColumnMapping{Name: name, Column: from} }
	raw := func(name string, t lake.Type) ColumnMapping { return ColumnMapping{Name: name, Column: name, Type: t} }
	negative := ColumnMapping{Name: "discount", Column: "n2", Negate: true}
	return []Mapping{
		{Table: "order_lines", Columns: []ColumnMapping{col("order_id", "id"), col("line_id", "i4"), col("customer_id", "i8"), col("ordered_at", "tz"), col("quantity", "n"), col("unit_price", "n10"), negative, col("net_amount", "i2"), col("status", "b")}},
		{Table: "order_lines", Columns: []ColumnMapping{col("order_id", "id"), col("line_id", "id"), col("customer_id", "n"), col("ordered_at", "ts"), col("quantity", "f"), col("net_amount", "n2"), col("cost", "i8")}},
		{Table: "invoices", Columns: []ColumnMapping{col("invoice_id", "id"), col("customer_id", "id"), col("issued_on", "d"), col("due_on", "tz"), col("amount", "n"), col("paid_amount", "i8"), col("disputed", "b")}},
		{Table: "exchange_rates", Columns: []ColumnMapping{col("currency", "id"), col("on_date", "d"), col("rate", "i2")}},
		{Table: "customers", Columns: []ColumnMapping{col("customer_id", "id"), col("age", "i4"), col("annual_income", "i8"), col("birth_date", "d")}},
		{Table: "wide", Raw: true, Columns: []ColumnMapping{raw("id", lake.Integer32), raw("n", lake.DecimalOf(18, 6)), raw("n2", lake.DecimalOf(12, 2)), raw("n10", lake.DecimalOf(10, 0)), raw("i2", lake.Integer32),
			raw("i4", lake.Integer32), raw("i8", lake.Integer), raw("d", lake.Date), raw("ts", lake.WallClock), raw("tz", lake.Instant), raw("b", lake.Boolean), raw("f", lake.Text)}},
		{Table: "narrow", Raw: true, Columns: []ColumnMapping{raw("id", lake.Text), raw("n2", lake.DecimalOf(11, 1)), raw("i8", lake.DecimalOf(18, 5)), raw("n10", lake.Integer32), raw("d", lake.Text), raw("ts", lake.Instant)}},
	}
}

// readMapped reads and maps a relation, with or without types, and gives every row as text.
func readMapped(t *testing.T, src Source, m *Mapper, q Query) (rows []string, bad []BadRow, typed, text int) {
	t.Helper()
	var state mapState
	err := src.Read(t.Context(), q, Sink{
		Rows: func(rec arrow.RecordBatch) error {
			for name := range m.types() {
				if _, ok := rec.Column(rec.Schema().FieldIndices(name)[0]).(*array.String); ok {
					text++
				} else {
					typed++
				}
			}
			out, err := m.mapRecord(rec, &state, 0)
			if err != nil {
				return err
			}
			defer out.rec.Release()
			for r := range int(out.rec.NumRows()) {
				var b strings.Builder
				for _, c := range out.rec.Columns() {
					b.WriteString(c.ValueStr(r) + "|")
				}
				rows = append(rows, b.String())
			}
			for _, b := range out.bad {
				if m.mapping.Raw {
					b.Location = "" // a row number, which counts from the record's first
				}
				bad = append(bad, b)
			}
			return nil
		},
		Bad: func(b BadRow) error { bad = append(bad, b); return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows, bad, typed, text
}

func TestTypedValuesAreThoseOfTheirText(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	pg, maria := extracttest.Postgres(t), extracttest.MariaDB(t)
	const rows = 40_000
	pg.Create(t, "edges")
	pg.Exec(t, "edges", edgeTable(postgresEdges(), rows))
	pg.Grant(t, "edges")
	maria.Create(t, "edges")
	maria.Exec(t, "edges", "set sql_mode = '', time_zone = '+00:00';\n"+edgeTable(mysqlEdges(), rows))
	for _, spec := range []Spec{postgresSpec(testServer(t, pg, "edges")), mysqlSpec(testServer(t, maria, "edges"))} {
		src := openDatabase(t, spec)
		var typed, text int
		for _, mapping := range edgeMappings() {
			t.Run(spec.Kind()+" "+mapping.Table, func(t *testing.T) {
				mapping.Source, mapping.Relation, mapping.Pos = spec.Name, "edges", "pharos.yaml:9:3"
				m, err := Compile(mapping, spec, Context{Location: berlin, Currency: "EUR"}, nil)
				if err != nil {
					t.Fatal(err)
				}
				q := m.Query()
				got, gotBad, some, others := readMapped(t, src, m, q)
				q.Types = nil
				want, wantBad, none, _ := readMapped(t, src, m, q)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("rows of their text and of their types differ (-text +typed):\n%.4000s", diff)
				}
				if diff := cmp.Diff(wantBad, gotBad); diff != "" {
					t.Errorf("bad rows of their text and of their types differ (-text +typed):\n%.4000s", diff)
				}
				if none > 0 || len(got) == 0 {
					t.Errorf("%d rows; without types %d columns came typed", len(got), none)
				}
				typed, text = typed+some, text+others
			})
		}
		if typed == 0 || text == 0 {
			t.Errorf("%s: %d columns of records came typed and %d as text: both ways were to be compared", spec.Kind(), typed, text)
		}
	}
}
