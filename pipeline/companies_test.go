package pipeline

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/pharos-analytics/pharos/analysis"
	"github.com/pharos-analytics/pharos/pipeline/lake"
	"github.com/pharos-analytics/pharos/pipeline/model"
	"github.com/pharos-analytics/pharos/segment"
)

// A town is many small companies that are computed at once: each has a month, a profit window and
// customers of its own, so that what a window says is what one company says. Money is in whole
// ten-thousandths.
type town struct {
	rng     *rand.Rand
	kind    townKind
	windows []string
	starts  []time.Time
	lines   []townLine
	entries []townEntry
	cases   []townCase

	contracts []townContract // of a town of contracts
	until     time.Time      // its D
}

// townKind is what the companies of a town have to tell their profit from.
type townKind string

const (
	linesOnly  townKind = "order lines only"
	costLedger townKind = "order lines and a ledger of costs"
	fullLedger townKind = "a whole ledger"
)

type townLine struct {
	order, line, customer string // customer is empty for a line of nobody
	on                    time.Time
	net, discount, cost   int64
	quantity              int64
	isCosted, isVoid      bool
}

type townEntry struct {
	id, kind, customer, order string
	on                        time.Time
	amount                    int64
	company                   int
}

type townCase struct {
	customer string
	on       time.Time
}

const townCompanies = 200

func newTown(seed uint64, kind townKind) *town {
	w := &town{rng: rand.New(rand.NewPCG(seed, uint64(len(kind)))), kind: kind}
	for i := range townCompanies {
		start := day(2005, time.Month(1+i), 1)
		w.windows = append(w.windows, fmt.Sprintf("company %03d", i))
		w.starts = append(w.starts, start)
		w.company(i, start)
	}
	return w
}

// asOf is the day after the last company's month.
func (w *town) asOf() time.Time {
	if !w.until.IsZero() {
		return w.until
	}
	return w.starts[townCompanies-1].AddDate(0, 1, 0)
}

func (w *town) company(i int, start time.Time) {
	for c := range 1 + w.rng.IntN(9) {
		customer := fmt.Sprintf("c%03d-%d", i, c)
		for o := range w.rng.IntN(4) {
			w.order(fmt.Sprintf("%s/%d", customer, o), customer, start)
		}
		for range w.rng.IntN(3) {
			w.cases = append(w.cases, townCase{customer, start.AddDate(0, 0, w.rng.IntN(28))})
		}
		if w.kind != linesOnly {
			w.book(i, customer, start)
		}
	}
	w.order(fmt.Sprintf("c%03d/nobody", i), "", start)
	if w.kind != linesOnly {
		w.shared(i, start)
	}
}

func (w *town) order(id, customer string, start time.Time) {
	for n := range 1 + w.rng.IntN(3) {
		l := townLine{order: id, line: fmt.Sprint(n), customer: customer, on: start.AddDate(0, 0, w.rng.IntN(28)), quantity: 1,
			net: w.cents(20_000), cost: w.cents(18_000), isCosted: w.rng.IntN(6) > 0, isVoid: w.rng.IntN(12) == 0}
		switch w.rng.IntN(8) {
		case 0:
			l.net, l.quantity = -l.net, -1
		case 1:
			l.net = 0
		case 2:
			l.discount = w.cents(3_000)
		}
		w.lines = append(w.lines, l)
	}
}

// cents is an amount in ten-thousandths; one in ten has more digits than a cent.
func (w *town) cents(most int) int64 {
	if w.rng.IntN(10) == 0 {
		return int64(w.rng.IntN(most * 100))
	}
	return int64(w.rng.IntN(most)) * 100
}

// book posts entries that name a customer or one of their orders.
func (w *town) book(i int, customer string, start time.Time) {
	for _, kind := range w.kinds() {
		if w.rng.IntN(3) == 0 {
			continue
		}
		e := townEntry{kind: kind, customer: customer, on: start.AddDate(0, 0, w.rng.IntN(28)), amount: w.cents(15_000), company: i}
		switch w.rng.IntN(6) {
		case 0:
			e.customer, e.order = "", customer+"/0"
		case 1:
			e.amount = -e.amount
		}
		w.post(e)
	}
}

// shared posts entries that name nobody, or an order that there is not.
func (w *town) shared(i int, start time.Time) {
	for _, kind := range w.kinds() {
		for range w.rng.IntN(3) {
			e := townEntry{kind: kind, on: start.AddDate(0, 0, w.rng.IntN(28)), amount: w.cents(90_000), company: i}
			if w.rng.IntN(5) == 0 {
				e.order = "an order that there is not"
			}
			w.post(e)
		}
	}
	// every month has revenue and cost of goods, so that the ledger covers every company
	if w.kind == fullLedger {
		w.post(townEntry{kind: "cogs", customer: fmt.Sprintf("c%03d-0", i), on: start, amount: w.cents(9_000) + 100, company: i})
		w.post(townEntry{kind: "revenue", customer: fmt.Sprintf("c%03d-0", i), on: start, amount: w.cents(50_000) + 100, company: i})
	}
}

func (w *town) post(e townEntry) {
	e.id = fmt.Sprintf("e%06d", len(w.entries))
	w.entries = append(w.entries, e)
}

func (w *town) kinds() []string {
	if w.kind == costLedger {
		return []string{"service", "selling", "overhead", "bad_debt"}
	}
	return segment.LedgerKinds()
}

// money is ten-thousandths as decimal text.
func money(parts int64) model.Decimal {
	sign := ""
	if parts < 0 {
		sign, parts = "-", -parts
	}
	return model.Decimal(fmt.Sprintf("%s%d.%04d", sign, parts/10000, parts%10000))
}

// compute builds the models of a town up to the given relations, in an engine of its own.
func (w *town) compute(t *testing.T, wanted ...string) *model.DuckDB {
	t.Helper()
	cfg := &Config{
		Company: Company{Name: "Town", Currency: "EUR", Language: "en", FiscalMonth: 1, Location: time.UTC},
		Profit:  segment.DefaultProfit(), Tiers: segment.DefaultTiers(), Big: segment.DefaultBig(),
		Renewal: analysis.DefaultRenewal(), Lifetime: analysis.DefaultLifetime(),
	}
	cfg.Profit.Allocations = []segment.Allocation{
		{Kind: "overhead", Driver: "revenue", Unassigned: 500}, {Kind: "service", Driver: "cases"},
		{Kind: "selling", Driver: "orders", Unassigned: 33}, {Kind: "bad_debt", Driver: "equal"}, {Kind: "cogs", Driver: "equal"},
	}
	models, err := Models(cfg)
	if err != nil {
		t.Fatal(err)
	}
	eng, err := openEngine(t.Context(), EngineSetting{MemoryMB: 1500, Threads: 2}, model.DuckDBOptions{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { eng.Close() })
	must := func(err error) {
		if err != nil {
			t.Helper()
			t.Fatal(err)
		}
	}
	for _, s := range lakeShapes() {
		columns, rows := w.raw(s)
		must(eng.CreateFrom(t.Context(), "raw."+s.Name, columns, rows, ""))
	}
	mapped := map[string][]string{"order_lines": {"order_id", "line_id", "customer_id", "net_amount", "cost"}, "ledger": {"entry_id", "kind"}}
	undecided := append(identityRelations(cfg, &lake.Snapshot{}, &decisions{merges: &segment.Merges{}}, nil), noOutcomes())
	for _, r := range slices.Concat(relations(cfg, windowsAt(w.asOf(), cfg.Profit.Window, 1), &lake.Snapshot{}, mapped), undecided) {
		if r.name == "run.windows" && len(w.windows) > 0 {
			r.rows = w.windowRows()
		}
		must(eng.CreateFrom(t.Context(), r.name, r.columns, r.rows, ""))
	}
	must(model.Compute(t.Context(), eng, keep(models, wanted), func(model.Model) string { return "" }, nil, wanted...))
	return eng
}

// keep is every model that some relations stand on, and they.
func keep(models []model.Model, relations []string) []model.Model {
	wanted := map[string]bool{}
	for _, relation := range relations {
		for _, m := range upTo(models, relation) {
			wanted[m.Relation()] = true
		}
	}
	var kept []model.Model
	for _, m := range models {
		if wanted[m.Relation()] {
			if slices.Contains(relations, m.Relation()) {
				m.View, m.Mart = false, false
			}
			kept = append(kept, m)
		}
	}
	return kept
}

func (w *town) windowRows() [][]any {
	var rows [][]any
	for i, name := range w.windows {
		rows = append(rows, []any{name, "standard", int64(i + 1), w.starts[i], w.starts[i].AddDate(0, 1, 0), nil})
	}
	return rows
}

// raw is what the lake would hold of a town.
func (w *town) raw(s lake.Relation) (columns []model.Column, rows [][]any) {
	place := map[string]int{}
	for i, c := range s.Columns {
		columns = append(columns, model.Column{Name: c.Name, Type: c.Type.String()})
		place[c.Name] = i
	}
	add := func(values map[string]any) {
		row := make([]any, len(columns))
		for name, v := range values {
			if v != "" {
				row[place[name]] = v
			}
		}
		rows = append(rows, row)
	}
	switch s.Name {
	case "order_lines":
		for i, l := range w.lines {
			v := map[string]any{"order_id": l.order, "line_id": l.line, "customer_id": l.customer, "ordered_on": l.on, "ordered_at": l.on,
				"quantity": model.Decimal(fmt.Sprint(l.quantity)), "net_amount": money(l.net), "discount": money(l.discount),
				"_mapping": int64(0), "_line": int64(i + 1)}
			if l.isCosted {
				v["cost"] = money(l.cost)
			}
			if l.isVoid {
				v["status"] = "cancelled"
			}
			add(v)
		}
	case "ledger":
		for i, e := range w.entries {
			add(map[string]any{"entry_id": e.id, "posted_on": e.on, "kind": e.kind, "amount": money(e.amount), "customer_id": e.customer,
				"order_id": e.order, "_mapping": int64(0), "_line": int64(i + 1)})
		}
	case "contracts", "customer_attributes":
		w.rawContracts(s.Name, add)
	case "cases":
		for i, c := range w.cases {
			add(map[string]any{"case_id": fmt.Sprint(i), "customer_id": c.customer, "opened_on": c.on, "opened_at": c.on})
		}
	case duplicateTable:
		for _, table := range []string{"order_lines", "ledger"} {
			add(map[string]any{"table_name": table, "key": "some", "rows": int64(2)})
		}
	}
	return columns, rows
}
