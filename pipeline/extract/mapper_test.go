package extract

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/google/go-cmp/cmp"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// memory is a source of rows in memory. Cells are texts; "∅" is NULL.
type memorySource struct {
	columns []string
	rows    [][]string
	files   bool // with file and line, as file sources have
	size    int  // rows per record; 0: all
	fail    error
	bad     map[int]BadRow // before the row of that number
	asked   Query
}

func (s *memorySource) Describe(context.Context) ([]Relation, error) { return nil, nil }
func (s *memorySource) Verdict() lake.SourceReading                  { return lake.SourceReading{} }
func (s *memorySource) Close() error                                 { return nil }

func (s *memorySource) Read(ctx context.Context, q Query, out Sink) error {
	s.asked = q
	columns := q.Columns
	if columns == nil {
		columns = s.columns
	}
	size := s.size
	if size == 0 {
		size = len(s.rows) + 1
	}
	for from := 0; from < len(s.rows); from += size {
		if err := ctx.Err(); err != nil {
			return err
		}
		for row := from; row < min(len(s.rows), from+size); row++ {
			if b, ok := s.bad[row]; ok {
				if err := out.Bad(b); err != nil {
					return err
				}
			}
		}
		if err := out.Rows(s.record(columns, from, min(len(s.rows), from+size))); err != nil {
			return err
		}
	}
	return s.fail
}

func (s *memorySource) record(columns []string, from, to int) arrow.RecordBatch {
	batch := newTextBatch(columns, 0, nil)
	for row := from; row < to; row++ {
		for i, name := range columns {
			if cell := s.rows[row][slices.Index(s.columns, name)]; cell == "∅" {
				batch.null(i)
			} else {
				batch.value(i, []byte(cell))
			}
		}
		batch.endRow("orders.csv", int64(row)+2)
	}
	rec := batch.flush()
	if s.files {
		return rec
	}
	n := len(columns)
	return array.NewRecordBatch(arrow.NewSchema(rec.Schema().Fields()[:n], nil), rec.Columns()[:n], rec.NumRows())
}

// column reads one canonical column as text, NULL as "∅".
func column(t *testing.T, rec arrow.RecordBatch, name string) []string {
	t.Helper()
	at := rec.Schema().FieldIndices(name)
	if len(at) != 1 {
		t.Fatalf("no column %s in %v", name, rec.Schema())
	}
	var out []string
	for row := range int(rec.NumRows()) {
		if rec.Column(at[0]).IsNull(row) {
			out = append(out, "∅")
			continue
		}
		out = append(out, rec.Column(at[0]).ValueStr(row))
	}
	return out
}

var orderColumns = []string{"no", "pos", "customer", "at", "amount"}

func orders(columns ...ColumnMapping) Mapping {
	m := Mapping{Table: "order_lines", Source: "shop", Pos: "pharos.yaml:9:5", Columns: []ColumnMapping{
		{Name: "order_id", Column: "no"}, {Name: "line_id", Column: "pos"}, {Name: "customer_id", Column: "customer"},
		{Name: "ordered_at", Column: "at"}, {Name: "net_amount", Column: "amount"},
	}}
	for _, c := range columns {
		m.Columns = slices.DeleteFunc(m.Columns, func(o ColumnMapping) bool { return o.Name == c.Name })
		m.Columns = append(m.Columns, c)
	}
	return m
}

func compile(t testing.TB, m Mapping, spec Spec) *Mapper {
	t.Helper()
	location, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	mapper, err := Compile(m, spec, Context{Location: location, Currency: "CNY"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return mapper
}

// mapAll maps a source at once.
func mapAll(t *testing.T, m *Mapper, src *memorySource) (arrow.RecordBatch, []BadRow) {
	t.Helper()
	var bad []BadRow
	rec, err := m.Map(src.record(m.SourceColumns(), 0, len(src.rows)), func(b BadRow) error { bad = append(bad, b); return nil })
	if err != nil {
		t.Fatal(err)
	}
	return rec, bad
}

func TestAnOrderLineReachesItsCanonicalForm(t *testing.T) {
	src := &memorySource{columns: orderColumns, files: true, rows: [][]string{
		{" A1 ", "1", "17850.0", "2026-03-08 01:00:00", "¥1,234.505"},
		{"A1", "2", "∅", "2026年3月9日", "(5)"},
		{"A2", "", "12.05", "2026-03-08T17:00:00Z", "0.00005"},
	}}
	m := compile(t, orders(ColumnMapping{Name: "customer_id", Column: "customer", Suffix: ".0", Prefix: "shop-"}), Spec{Name: "shop", CSV: &CSV{}})
	rec, bad := mapAll(t, m, src)
	if len(bad) > 0 {
		t.Fatalf("bad rows: %v", bad)
	}
	if !rec.Schema().Equal(m.Table().LoadSchema(nil)) {
		t.Errorf("schema %v", rec.Schema())
	}
	for name, want := range map[string][]string{
		"order_id": {"A1", "A1", "A2"}, "line_id": {"1", "2", "∅"}, "customer_id": {"shop-17850", "∅", "shop-12.05"},
		"ordered_at": {"2026-03-07T17:00:00", "2026-03-08T16:00:00", "2026-03-08T17:00:00"}, "ordered_on": {"2026-03-08", "2026-03-09", "2026-03-09"},
		"net_amount": {"1234.505", "-5", "0.0001"}, "cost": {"∅", "∅", "∅"}, "_source": {"shop", "shop", "shop"}, "_mapping": {"0", "0", "0"},
		"_file": {"orders.csv", "orders.csv", "orders.csv"}, "_line": {"2", "3", "4"},
	} {
		if diff := cmp.Diff(want, column(t, rec, name)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestABadRowIsQuarantinedWithItsPlaceAndValue(t *testing.T) {
	rows := [][]string{
		{"A1", "1", "C1", "2026-03-08", "1"},
		{"∅", "2", "C1", "2026-03-08", "1"},
		{"  ", "3", "C1", "2026-03-08", "1"},
		{"A4", "4", "C1", "11/8/2018", "abc"}, // two faults: the first column counts
		{"A5", "5", "C1", "2026-03-08", "1.234,56"},
		{"A6", "6", "C1", "1899-12-31", "1"},
		{"A7", "7", "C1", "2200-01-01", "1"},
		{"A8", "8", "C1", "0000-00-00", "1"},
		{"A9", "9", "C1", "2026-03-08", "1e15"},
		{"A10", "10", "C1", "2026-03-08", "USD 5"},
		{"A11", "11", "C1", "2026-03-08", "∅"},
		{"A12", "12", "C1", "2026-03-08", "2"},
	}
	want := []BadRow{
		{Rule: RuleRequired, Column: "order_id"}, {Rule: RuleRequired, Column: "order_id"}, {Rule: RuleAmbiguousDate, Column: "ordered_at", Value: "11/8/2018"},
		{Rule: RuleType, Column: "net_amount", Value: "1.234,56"}, {Rule: RuleDateRange, Column: "ordered_at", Value: "1899-12-31"},
		{Rule: RuleDateRange, Column: "ordered_at", Value: "2200-01-01"}, {Rule: RuleType, Column: "ordered_at", Value: "0000-00-00"},
		{Rule: RuleOutOfRange, Column: "net_amount", Value: "1e15"}, {Rule: RuleCurrency, Column: "net_amount", Value: "USD 5"}, {Rule: RuleRequired, Column: "net_amount"},
	}
	places := map[bool][]string{
		true: {"orders.csv:3", "orders.csv:4", "orders.csv:5", "orders.csv:6", "orders.csv:7", "orders.csv:8", "orders.csv:9", "orders.csv:10", "orders.csv:11", "orders.csv:12"},
		false: {"key=order_id:NULL,line_id:2", "key=order_id:  ,line_id:3", "key=order_id:A4,line_id:4", "key=order_id:A5,line_id:5", "key=order_id:A6,line_id:6",
			"key=order_id:A7,line_id:7", "key=order_id:A8,line_id:8", "key=order_id:A9,line_id:9", "key=order_id:A10,line_id:10", "key=order_id:A11,line_id:11"},
	}
	for files, at := range places {
		rec, bad := mapAll(t, compile(t, orders(), Spec{Name: "shop"}), &memorySource{columns: orderColumns, rows: rows, files: files})
		for i := range want {
			want[i].Table, want[i].Source, want[i].Location = "order_lines", "shop", at[i]
		}
		if diff := cmp.Diff(want, bad); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"A1", "A12"}, column(t, rec, "order_id")); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"1", "2"}, column(t, rec, "net_amount")); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"2026-03-08", "2026-03-08"}, column(t, rec, "ordered_on")); diff != "" {
			t.Error(diff)
		}
	}
	for _, b := range want {
		if Remedy(b.Rule) == "" {
			t.Errorf("rule %s has no remedy", b.Rule)
		}
	}
}

func TestARowInAnotherCurrencyIsQuarantined(t *testing.T) {
	src := &memorySource{columns: append(slices.Clone(orderColumns), "cur"), rows: [][]string{
		{"A1", "1", "C1", "2026-03-08", "1", "CNY"}, {"A2", "1", "C1", "2026-03-08", "1", "usd"}, {"A3", "1", "C1", "2026-03-08", "1", " cny "}, {"A4", "1", "C1", "2026-03-08", "1", "∅"},
	}}
	rec, bad := mapAll(t, compile(t, orders(ColumnMapping{Name: "currency", Column: "cur"}), Spec{Name: "shop"}), src)
	if len(bad) != 1 || bad[0].Rule != RuleCurrency || bad[0].Value != "usd" || bad[0].Location != "key=order_id:A2,line_id:1" {
		t.Errorf("bad rows %v", bad)
	}
	if diff := cmp.Diff([]string{"CNY", "CNY", "∅"}, column(t, rec, "currency")); diff != "" {
		t.Error(diff)
	}
	m, err := Compile(orders(ColumnMapping{Name: "currency", Column: "cur"}), Spec{Name: "shop"}, Context{Currency: "CNY", HasRates: true}, nil)
	if err != nil {
		t.Fatal(err)
	}
	rec, bad = mapAll(t, m, src)
	if len(bad) > 0 {
		t.Errorf("with exchange rates rows in other currencies pass, and not %v", bad)
	}
	if diff := cmp.Diff([]string{"CNY", "USD", "CNY", "∅"}, column(t, rec, "currency")); diff != "" {
		t.Error(diff)
	}
	rates := Mapping{Table: "exchange_rates", Source: "bank", Columns: []ColumnMapping{{Name: "currency", Column: "c"}, {Name: "on_date", Column: "d"}, {Name: "rate", Column: "r"}}}
	rec, bad = mapAll(t, compile(t, rates, Spec{Name: "bank"}), &memorySource{columns: []string{"c", "d", "r"}, rows: [][]string{{"USD", "2026-03-08", "7.12345678915"}}})
	if len(bad) > 0 || column(t, rec, "rate")[0] != "7.1234567892" {
		t.Errorf("an exchange rate is refused: %v", bad)
	}
}

func TestWordsOfTheSourceBecomeOurs(t *testing.T) {
	src := &memorySource{columns: []string{"id", "type", "born", "age", "nick", "size", "income"}, rows: [][]string{
		{"1", "2", "8.3.1990", "36", " Ada ", "S", "1.500,50"}, {"2", " 1", "∅", "35.0", "", "∅", "unknown"}, {"3", "9", "", "∅", "Bo", "", "∅"},
	}}
	m := compile(t, Mapping{Table: "customers", Source: "erp", Index: 1, Attributes: []string{"size"}, Columns: []ColumnMapping{
		{Name: "customer_id", Column: "id"}, {Name: "kind", Column: "type", Values: map[string]string{"1": "consumer", "2": "distributor"}},
		{Name: "birth_date", Column: "born", Format: "D.M.YYYY"}, {Name: "age", Column: "age"}, {Name: "name", Column: "nick"},
		{Name: "annual_income", Column: "income", Values: map[string]string{"unknown": ""}}, {Name: "country", Value: new("CN")},
	}}, Spec{Name: "erp", CSV: &CSV{Decimal: ","}})
	src.rows[1][3] = "35"
	rec, bad := mapAll(t, m, src)
	if len(bad) > 0 {
		t.Fatalf("bad rows %v", bad)
	}
	for name, want := range map[string][]string{
		"kind": {"distributor", "consumer", "9"}, "birth_date": {"1990-03-08", "∅", "∅"}, "age": {"36", "35", "∅"}, "name": {"Ada", "∅", "Bo"},
		"annual_income": {"1500.5", "∅", "∅"}, "country": {"CN", "CN", "CN"}, "_mapping": {"1", "1", "1"}, "size": {"S", "∅", "∅"}, "_file": {"∅", "∅", "∅"},
	} {
		if diff := cmp.Diff(want, column(t, rec, name)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if want := []string{"id", "nick", "type", "born", "age", "income", "size"}; !slices.Equal(m.SourceColumns(), want) {
		t.Errorf("read are %v, want %v", m.SourceColumns(), want)
	}
}

func TestYesAndNoInManyWords(t *testing.T) {
	words := []string{"true", "T", "yes", "Y", "1", "是", "false", "f", "NO", "n", "0", "否", "∅", "", "maybe"}
	src := &memorySource{columns: []string{"id", "c", "d", "a", "x"}}
	for _, w := range words {
		src.rows = append(src.rows, []string{"I1", "C1", "2026-03-08", "1", w})
	}
	rec, bad := mapAll(t, compile(t, Mapping{Table: "invoices", Source: "erp", Columns: []ColumnMapping{
		{Name: "invoice_id", Column: "id"}, {Name: "customer_id", Column: "c"}, {Name: "issued_on", Column: "d"}, {Name: "amount", Column: "a", Negate: true}, {Name: "disputed", Column: "x"},
	}}, Spec{Name: "erp"}), src)
	want := slices.Concat(slices.Repeat([]string{"true"}, 6), slices.Repeat([]string{"false"}, 6), []string{"∅", "∅"})
	if diff := cmp.Diff(want, column(t, rec, "disputed")); diff != "" {
		t.Error(diff)
	}
	if len(bad) != 1 || bad[0].Value != "maybe" || bad[0].Rule != RuleType {
		t.Errorf("bad rows %v", bad)
	}
	if got := column(t, rec, "amount")[0]; got != "-1" {
		t.Errorf("a negated amount is %s", got)
	}
}

func TestAnAmountIsComputedFromItsColumns(t *testing.T) {
	src := &memorySource{columns: []string{"no", "customer", "at", "qty", "price", "rate"}, rows: [][]string{
		{"A1", "C1", "2026-03-08", "6", "2.55", "0.15"}, {"A2", "C1", "2026-03-08", "-6", "2.55", "0"}, {"A3", "C1", "2026-03-08", "3", "0.33335", "0"},
		{"A4", "C1", "2026-03-08", "∅", "2.55", "0"}, {"A5", "C1", "2026-03-08", "x", "2.55", "0"}, {"A6", "C1", "2026-03-08", "1", "2.55", "1"},
	}}
	m := orders(ColumnMapping{Name: "net_amount", Compute: "qty * price * (1 - rate)"}, ColumnMapping{Name: "cost", Compute: "price / (1 - rate)"})
	m.Columns = slices.DeleteFunc(m.Columns, func(c ColumnMapping) bool { return c.Name == "line_id" })
	mapper := compile(t, m, Spec{Name: "shop"})
	rec, bad := mapAll(t, mapper, src)
	if diff := cmp.Diff([]string{"13.005", "-15.3", "1.0001"}, column(t, rec, "net_amount")); diff != "" {
		t.Error(diff)
	}
	want := []BadRow{
		{Table: "order_lines", Source: "shop", Location: "key=order_id:A4", Rule: RuleRequired, Column: "net_amount"},
		{Table: "order_lines", Source: "shop", Location: "key=order_id:A5", Rule: RuleType, Column: "net_amount", Value: "x"},
		{Table: "order_lines", Source: "shop", Location: "key=order_id:A6", Rule: RuleCompute, Column: "cost", Value: "price=2.55, rate=1"},
	}
	if diff := cmp.Diff(want, bad); diff != "" {
		t.Error(diff)
	}
	if want := []string{"no", "customer", "at", "qty", "price", "rate"}; !slices.Equal(mapper.SourceColumns(), want) {
		t.Errorf("read are %v, want %v", mapper.SourceColumns(), want)
	}
}

func TestASuppressionOfNobodyIsQuarantined(t *testing.T) {
	m := Mapping{Table: "suppressions", Source: "crm", Columns: []ColumnMapping{{Name: "customer_id", Column: "id"}, {Name: "contact", Column: "mail"}, {Name: "reason", Column: "why"}}}
	rec, bad := mapAll(t, compile(t, m, Spec{Name: "crm"}), &memorySource{columns: []string{"id", "mail", "why"}, rows: [][]string{{"C1", "∅", "asked"}, {"∅", "a@b.c", "asked"}, {" ", "", "asked"}}})
	if rec.NumRows() != 2 || len(bad) != 1 || bad[0].Column != "customer_id or contact" || bad[0].Rule != RuleRequired {
		t.Errorf("%d rows kept, bad %v", rec.NumRows(), bad)
	}
}

func TestARawTableKeepsItsTextAsItIs(t *testing.T) {
	m := compile(t, Mapping{Table: "status", Raw: true, Source: "crm", Columns: []ColumnMapping{{Name: "客户号", Column: "客户号"}, {Name: "原因", Column: "原因"}}}, Spec{Name: "crm"})
	rec, bad := mapAll(t, m, &memorySource{columns: []string{"客户号", "原因"}, rows: [][]string{{" 1 ", ""}, {"∅", "价格太高"}}})
	if len(bad) > 0 {
		t.Errorf("bad rows %v", bad)
	}
	for name, want := range map[string][]string{"客户号": {" 1 ", "∅"}, "原因": {"", "价格太高"}, "_source": {"crm", "crm"}} {
		if diff := cmp.Diff(want, column(t, rec, name)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestAWrongMappingSaysWhereAndWhat(t *testing.T) {
	columns := []string{"no", "pos", "customer", "ordered at", "amount"}
	for name, c := range map[string]struct {
		change func(m *Mapping)
		want   []string
	}{
		"unknown table": {func(m *Mapping) { m.Table = "orderlines" }, []string{"pharos.yaml:9:5", `no table "orderlines"`, "order_lines"}},
		"unknown column": {func(m *Mapping) {
			m.Columns[0] = ColumnMapping{Name: "order_no", Column: "no", Pos: "pharos.yaml:11:7"}
		}, []string{"pharos.yaml:11:7", "order_no", "order_id", "order_lines.order_id is required and not mapped"}},
		"unknown source":  {func(m *Mapping) { m.Columns[3].Pos = "pharos.yaml:12:7" }, []string{"pharos.yaml:12:7", `no column "at"`, "ordered at"}},
		"unknown operand": {func(m *Mapping) { m.Columns[4].Column, m.Columns[4].Compute = "", "amnt * 2" }, []string{`no column "amnt"`, "amount"}},
		"unknown where":   {func(m *Mapping) { m.Where = []Condition{{Column: "state", Values: []string{"x"}}} }, []string{"where", `no column "state"`}},
		"two origins":     {func(m *Mapping) { m.Columns[0].Value = new("x") }, []string{"give one of column, compute, value"}},
		"no origin":       {func(m *Mapping) { m.Columns[0].Column = "" }, []string{"give one of column, compute, value"}},
		"bad format":      {func(m *Mapping) { m.Columns[3].Format = "dd.mm.yyyy" }, []string{"ordered_at", "is no token"}},
		"bad compute":     {func(m *Mapping) { m.Columns[4].Column, m.Columns[4].Compute = "", "amount *" }, []string{"position 9"}},
		"computed id":     {func(m *Mapping) { m.Columns[0].Column, m.Columns[0].Compute = "", "no + 1" }, []string{"compute is for amounts"}},
		"prefix":          {func(m *Mapping) { m.Columns[4].Prefix = "x" }, []string{"prefix and strip_suffix are for ids"}},
		"negated id":      {func(m *Mapping) { m.Columns[0].Negate = true }, []string{"negate is for amounts"}},
		"format of an id": {func(m *Mapping) { m.Columns[0].Format = "D.M.YYYY" }, []string{"format is for dates"}},
		"constant": {func(m *Mapping) {
			m.Columns[4].Column, m.Columns[4].Value = "", new("gratis")
			m.Columns[3].Column = "ordered at"
		}, []string{`the constant "gratis" does not fit`}},
		"attributes": {func(m *Mapping) { m.Attributes = []string{"size"} }, []string{"attributes are for customers"}},
	} {
		m := orders()
		c.change(&m)
		_, err := Compile(m, Spec{Name: "shop"}, Context{Currency: "CNY"}, columns)
		for _, want := range c.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: error %v, want one with %q", name, err, want)
			}
		}
	}
}

func TestAColumnThatTheSourceLostIsAnError(t *testing.T) {
	src := &memorySource{columns: []string{"no", "pos", "customer", "at", "sum"}, rows: [][]string{{"A1", "1", "C1", "2026-03-08", "1"}}}
	_, err := compile(t, orders(), Spec{Name: "shop"}).Map(src.record(src.columns, 0, 1), func(BadRow) error { return nil })
	if err == nil || !strings.Contains(err.Error(), `gives no column "amount"`) || !strings.Contains(err.Error(), "sum") {
		t.Errorf("error %v", err)
	}
}

func TestTheReceiverOfBadRowsMayStop(t *testing.T) {
	src := &memorySource{columns: orderColumns, rows: [][]string{{"A1", "1", "C1", "2026-03-08", "x"}}}
	stop := errors.New("enough")
	if _, err := compile(t, orders(), Spec{}).Map(src.record(orderColumns, 0, 1), func(BadRow) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("error %v", err)
	}
}
