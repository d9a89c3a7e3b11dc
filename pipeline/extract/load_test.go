package extract

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// load loads sources into a fresh lake and gives the results and the tables.
func load(t testing.TB, l *lake.Lake, m *Mapper, sources ...Source) ([]Result, []lake.TableSnapshot) {
	t.Helper()
	w, err := l.NewWriter(m.Table(), "")
	if err != nil {
		t.Fatal(err)
	}
	var results []Result
	for _, src := range sources {
		r, err := Load(context.Background(), src, m, w)
		if err != nil {
			t.Fatal(err)
		}
		results = append(results, r)
	}
	tables, err := w.Close(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return results, tables
}

func openLake(t testing.TB) *lake.Lake {
	t.Helper()
	l, err := lake.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// manyOrders makes n lines, of which every thousandth has a bad amount and every third is filtered.
func manyOrders(n int) *memorySource {
	src := &memorySource{columns: append(orderColumns, "state"), files: true, size: 500, bad: map[int]BadRow{
		0: {Source: "shop", Location: "orders.csv:1", Rule: "ragged_line", Value: "x"}, 1500: {Source: "shop", Location: "orders.csv:1500", Rule: "ragged_line", Value: "y"},
	}}
	for i := range n {
		amount := fmt.Sprintf("%d.12345", i%100)
		if i%1000 == 999 {
			amount = "x"
		}
		src.rows = append(src.rows, []string{fmt.Sprintf("A%d", i/3), fmt.Sprint(i % 3), fmt.Sprintf("C%d", i%50), fmt.Sprintf("2026-%02d-%02d", 1+i/28%12, 1+i%28), amount, []string{"ok", " done", "void"}[i%3]})
	}
	return src
}

func TestEveryRowIsWrittenFilteredOrQuarantined(t *testing.T) {
	const n = 20_000
	m := orders()
	m.Where = []Condition{{Column: "state", Values: []string{"ok", "done"}}}
	src := manyOrders(n)
	results, tables := load(t, openLake(t), compile(t, m, Spec{Name: "shop", CSV: &CSV{}}), src)
	r := results[0]
	filtered := int64(n / 3)
	bad := int64(0)
	for i := 999; i < n; i += 1000 {
		if i%3 != 2 {
			bad++
		}
	}
	if r.Filtered != filtered || r.Quarantined != bad+2 || r.Rows != n-filtered-bad {
		t.Errorf("rows %d, quarantined %d, filtered %d; want %d, %d, %d", r.Rows, r.Quarantined, r.Filtered, n-filtered-bad, bad+2, filtered)
	}
	if tables[0].Partitions[0].Rows != r.Rows {
		t.Errorf("%d rows in the lake, %d written", tables[0].Partitions[0].Rows, r.Rows)
	}
	if diff := cmp.Diff(map[string]int64{"net_amount": r.Rows}, r.Rounded); diff != "" {
		t.Errorf("rounded: %s", diff)
	}
	if got := r.Newest.Format("2006-01-02"); got != "2026-12-27" {
		t.Errorf("newest day %s", got)
	}
	if diff := cmp.Diff([]RuleCount{{"ragged_line", "", 2}, {RuleType, "net_amount", bad}}, r.Rules); diff != "" {
		t.Error(diff)
	}
	var places []string
	for _, b := range r.Bad[:4] {
		places = append(places, b.Location)
	}
	if diff := cmp.Diff([]string{"orders.csv:1", "orders.csv:1001", "orders.csv:1500", "orders.csv:2001"}, places); diff != "" {
		t.Errorf("bad rows come in another order than they were read: %s", diff)
	}
	if want := []string{"no", "pos", "customer", "at", "amount", "state"}; cmp.Diff(want, src.asked.Columns) != "" {
		t.Errorf("asked for %v, want %v", src.asked.Columns, want)
	}
}

func TestTheSameOrdersGiveTheSameBytesOnAnyNumberOfProcessors(t *testing.T) {
	m := compile(t, orders(), Spec{Name: "shop", CSV: &CSV{}})
	var want []lake.TableSnapshot
	for _, processors := range []int{1, 2, 8} {
		func() {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
			_, got := load(t, openLake(t), m, manyOrders(5000))
			if want == nil {
				want = got
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("on %d processors: %s", processors, diff)
			}
		}()
	}
}

func TestSeveralMappingsFillOneTableInOrder(t *testing.T) {
	l := openLake(t)
	first, second := orders(), orders()
	second.Index, second.Source = 1, "web"
	w, err := l.NewWriter(compile(t, first, Spec{}).Table(), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []Mapping{first, second} {
		if _, err := Load(context.Background(), manyOrders(100), compile(t, m, Spec{Name: m.Source}), w); err != nil {
			t.Fatal(err)
		}
	}
	tables, err := w.Close(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"shop", "web"}, tables[0].Source); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"order_id", "line_id", "customer_id", "ordered_at", "ordered_on", "net_amount"}, tables[0].Mapped); diff != "" {
		t.Error(diff)
	}
	if tables[0].Partitions[0].Rows != 200 {
		t.Errorf("%d rows", tables[0].Partitions[0].Rows)
	}
}

func TestASelectNamesItsColumnsItself(t *testing.T) {
	src := &memorySource{columns: []string{"order_id", "customer_id", "ordered_at", "net_amount", "other"}, rows: [][]string{{"A1", "C1", "2026-03-08", "1", "x"}}}
	m := compile(t, Mapping{Table: "order_lines", Source: "erp", Select: "select …", Pos: "pharos.yaml:3:1"}, Spec{Name: "erp"})
	results, tables := load(t, openLake(t), m, src)
	if results[0].Rows != 1 || src.asked.Columns != nil || src.asked.Select != "select …" {
		t.Errorf("rows %d, asked %+v", results[0].Rows, src.asked)
	}
	if diff := cmp.Diff([]string{"order_id", "customer_id", "ordered_at", "ordered_on", "net_amount"}, tables[0].Mapped); diff != "" {
		t.Error(diff)
	}
	src.columns[0] = "order_no"
	w, err := openLake(t).NewWriter(m.Table(), "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Load(context.Background(), src, m, w); err == nil || !strings.Contains(err.Error(), "gives no column order_id, which is required") {
		t.Errorf("error %v", err)
	}
}

func TestRawMappingsOfDifferentColumnsFormOneTable(t *testing.T) {
	l := openLake(t)
	raw := func(names ...string) *Mapper {
		m := Mapping{Table: "status", Raw: true, Source: "crm"}
		for _, n := range names {
			m.Columns = append(m.Columns, ColumnMapping{Name: n, Column: n})
		}
		return compile(t, m, Spec{Name: "crm"})
	}
	w, err := l.NewWriter(lake.RawTable("status", []lake.Column{{Name: "a"}, {Name: "b"}}), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []*Mapper{raw("b"), raw("a", "b")} {
		if _, err := Load(context.Background(), &memorySource{columns: []string{"a", "b"}, rows: [][]string{{"1", "2"}}}, m, w); err != nil {
			t.Fatal(err)
		}
	}
	tables, err := w.Close(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if c := tables[0].Partitions[0].Columns; c[0].Name != "a" || c[0].Nulls != 1 || c[1].Nulls != 0 {
		t.Errorf("columns %+v", c)
	}
}

func TestASourceThatBreaksOffLoadsNothing(t *testing.T) {
	src := manyOrders(10_000)
	src.fail = errors.New("connection reset")
	w, err := openLake(t).NewWriter(compile(t, orders(), Spec{}).Table(), "")
	if err != nil {
		t.Fatal(err)
	}
	before := runtime.NumGoroutine()
	_, err = Load(context.Background(), src, compile(t, orders(), Spec{}), w)
	if !errors.Is(err, src.fail) || !strings.Contains(err.Error(), "load order_lines from shop") {
		t.Errorf("error %v", err)
	}
	if err := w.Discard(); err != nil {
		t.Error(err)
	}
	if after := runtime.NumGoroutine(); after > before {
		t.Errorf("%d goroutines before, %d after", before, after)
	}
}

func TestACancelledLoadEndsWithoutLeaks(t *testing.T) {
	before := runtime.NumGoroutine()
	ctx, cancel := context.WithCancel(context.Background())
	src := manyOrders(50_000)
	endless := &endlessSource{memorySource: src, after: 3, cancel: cancel}
	w, err := openLake(t).NewWriter(compile(t, orders(), Spec{}).Table(), "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Load(ctx, endless, compile(t, orders(), Spec{}), w); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if err := w.Discard(); err != nil {
		t.Error(err)
	}
	if after := runtime.NumGoroutine(); after > before {
		t.Errorf("%d goroutines before, %d after", before, after)
	}
}

// endlessSource gives the same record for ever; the company presses Ctrl-C after some of them.
type endlessSource struct {
	*memorySource
	after  int
	cancel func()
}

func (s *endlessSource) Read(_ context.Context, q Query, out Sink) error {
	for i := 0; ; i++ {
		if i == s.after {
			s.cancel()
		}
		if err := out.Rows(s.record(q.Columns, 0, 500)); err != nil {
			return err
		}
	}
}

func TestAFloodOfBadRowsIsCountedBeyondTheList(t *testing.T) {
	src := &memorySource{columns: orderColumns, size: 10_000}
	for i := range listedBad + 50 {
		src.rows = append(src.rows, []string{fmt.Sprint("A", i), "1", "C1", "2026-03-08", "x"})
	}
	results, _ := load(t, openLake(t), compile(t, orders(), Spec{Name: "shop"}), src)
	r := results[0]
	if r.Quarantined != listedBad+50 || r.Unlisted != 50 || len(r.Bad) != listedBad+1 {
		t.Errorf("quarantined %d, unlisted %d, listed %d", r.Quarantined, r.Unlisted, len(r.Bad))
	}
	last := r.Bad[listedBad]
	if last.Rule != RuleUnlisted || last.Value != "50 more rows are not listed" || last.Table != "order_lines" {
		t.Errorf("the last line is %+v", last)
	}
}

func TestARowWithoutAKeyIsFoundByItsNumber(t *testing.T) {
	src := &memorySource{columns: []string{"c", "at", "score"}, size: 2, rows: [][]string{{"C1", "2026-03-08", "1"}, {"C1", "2026-03-08", "2"}, {"C1", "2026-03-08", "x"}}}
	m := Mapping{Table: "surveys", Source: "web", Columns: []ColumnMapping{{Name: "customer_id", Column: "c"}, {Name: "answered_at", Column: "at"}, {Name: "score", Column: "score"}}}
	results, _ := load(t, openLake(t), compile(t, m, Spec{Name: "web"}), src)
	if bad := results[0].Bad; len(bad) != 1 || bad[0].Location != "row=3" {
		t.Errorf("bad rows %v", bad)
	}
}

func TestAnotherMappingIsAnotherContent(t *testing.T) {
	l := openLake(t)
	_, plain := load(t, l, compile(t, orders(), Spec{Name: "shop"}), manyOrders(10))
	moved := orders()
	moved.Pos = "pharos.yaml:99:1"
	_, same := load(t, l, compile(t, moved, Spec{Name: "shop"}), manyOrders(10))
	_, other := load(t, l, compile(t, orders(ColumnMapping{Name: "net_amount", Column: "amount", Values: map[string]string{"-": "0"}}), Spec{Name: "shop"}), manyOrders(10))
	if plain[0].Partitions[0].ContentID != same[0].Partitions[0].ContentID {
		t.Error("a line moved in pharos.yaml gives another content id")
	}
	if plain[0].Partitions[0].ContentID == other[0].Partitions[0].ContentID {
		t.Error("another mapping gives the same content id")
	}
}

// BenchmarkLoad measures text records to verified Parquet: the shape of a shop's order lines.
func BenchmarkLoad(b *testing.B) {
	const rows = 500_000
	src := &memorySource{columns: []string{"no", "item", "qty", "at", "price", "customer", "country"}, files: true, size: 16384}
	for i := range rows {
		customer := fmt.Sprintf("%d.0", 12346+i/40%4372)
		if i%7 == 0 {
			customer = "∅"
		}
		src.rows = append(src.rows, []string{fmt.Sprint(536365 + i/21), fmt.Sprintf("%dA", 10002+i*31%4070), fmt.Sprint(1 + i%24),
			fmt.Sprintf("2011-%02d-%02d %02d:%02d:00", 1+i/42000, 1+i/1500%28, 8+i/200%10, i/21%60), fmt.Sprintf("%d.%02d", i%12, i%100), customer, []string{"United Kingdom", "Germany", "EIRE"}[i/21%3]})
	}
	m := compile(b, Mapping{Table: "order_lines", Source: "shop", Columns: []ColumnMapping{
		{Name: "order_id", Column: "no"}, {Name: "customer_id", Column: "customer", Suffix: ".0"}, {Name: "ordered_at", Column: "at"}, {Name: "product_id", Column: "item"},
		{Name: "quantity", Column: "qty"}, {Name: "unit_price", Column: "price"}, {Name: "net_amount", Compute: "qty * price"}, {Name: "channel", Column: "country"},
	}}, Spec{Name: "shop", CSV: &CSV{}})
	for b.Loop() {
		load(b, openLake(b), m, src)
	}
	b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mrows/s")
}
