package pipeline

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/pharos-analytics/pharos/analysis"
	"github.com/pharos-analytics/pharos/pipeline/lake"
	"github.com/pharos-analytics/pharos/pipeline/model"
	"github.com/pharos-analytics/pharos/pipeline/publish/serve"
)

// ServeSetting is `serve: { … }`: how runs are shown in a browser. Paths are absolute.
type ServeSetting struct {
	Addr      string   // host:port to listen on
	Tokens    string   // the token file; empty: this machine only
	Cert, Key string   // of TLS, both or none
	Hosts     []string // names by which browsers reach it
	Rate      int      // requests a second of one client
	Log       string   // the record of downloads
}

// browser answers what pages ask of one run: figures of a customer from card indexes, which are
// made once when the run is opened; everything else from the engine, one question at a time.
type browser struct {
	cfg    *Config
	c      *Console
	turn   chan struct{} // the engine answers one at a time
	cards  *lake.Cards
	marts  []cardMart
	cut    tierCut
	folder string
}

// browseMemoryMB is what an engine may hold that answers pages; a whole night may hold more.
const browseMemoryMB = 1024

// explainedRows is how many source rows of a table a page shows.
const explainedRows = 20

// Browse opens a run for pharos serve. Opening takes about as long as reading the run's marts of
// customers once; cards and engine lie in a temporary folder until the run is closed.
func Browse(ctx context.Context, cfg *Config, id string) (*serve.Run, error) {
	small := *cfg
	if small.Engine.MemoryMB == 0 {
		small.Engine.MemoryMB = browseMemoryMB
	}
	c, err := OpenRunLazily(ctx, &small, id)
	if err != nil {
		return nil, err
	}
	b := &browser{cfg: &small, c: c, turn: make(chan struct{}, 1)}
	run, err := b.open(ctx)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open run %s: %w", c.Manifest.ID, err), b.close())
	}
	return run, nil
}

func (b *browser) open(ctx context.Context) (*serve.Run, error) {
	var err error
	if b.folder, err = os.MkdirTemp("", "pharos-cards-"); err != nil {
		return nil, err
	}
	b.cards = lake.NewCards(b.folder)
	run := &serve.Run{
		Manifest: b.c.Manifest, Customer: b.customer, Explain: b.explain, Figure: b.figure, Search: b.search, Rows: b.rows, Members: b.members,
		Close: b.close,
	}
	if run.Marts, err = b.dictionary(ctx); err != nil {
		return nil, err
	}
	if run.KPIs, err = b.kpis(ctx); err != nil {
		return nil, err
	}
	if err := b.writeCards(ctx); err != nil {
		return nil, err
	}
	if b.c.known["segment.profit_tiers"] {
		b.cut, err = b.c.tierCut(ctx)
	}
	return run, err
}

func (b *browser) close() error {
	var errs []error
	if b.cards != nil {
		errs = append(errs, b.cards.Close())
	}
	if b.folder != "" {
		errs = append(errs, os.RemoveAll(b.folder))
	}
	return errors.Join(append(errs, b.c.Close())...)
}

// dictionary describes the marts of the run.
func (b *browser) dictionary(ctx context.Context) ([]serve.Mart, error) {
	var out []serve.Mart
	for _, md := range b.c.Marts() {
		found, err := b.c.Query(ctx, "select * from "+md.Relation()+" where false")
		if err != nil {
			return nil, err
		}
		counted, err := b.c.Query(ctx, "select count(*) as n from "+md.Relation())
		if err != nil {
			return nil, err
		}
		m := serve.Mart{Name: md.Name, Sentence: md.Sentence, Grain: md.Grain}
		m.Rows, _ = counted.Values[0][0].(int64)
		for i, name := range found.Columns {
			m.Columns = append(m.Columns, serve.Column{Name: name, Type: found.Types[i], Unit: md.Units[name], Sentence: md.Columns[name]})
		}
		out = append(out, m)
	}
	slices.SortFunc(out, func(x, y serve.Mart) int { return strings.Compare(x.Name, y.Name) })
	return out, nil
}

func (b *browser) kpis(ctx context.Context) ([]serve.KPI, error) {
	if !b.c.known["publish.kpis"] {
		return nil, nil
	}
	return bind(ctx, b.c, "select * from publish.kpis order by kpi", func(r record) serve.KPI {
		return serve.KPI{Name: r.text("kpi"), Unit: r.text("unit"), Value: r.shareOrNil("value"), Previous: r.shareOrNil("previous")}
	})
}

// ask runs a query in its turn.
func (b *browser) ask(ctx context.Context, query string) (*model.Rows, error) {
	select {
	case b.turn <- struct{}{}:
		defer func() { <-b.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return b.c.Query(ctx, query)
}

// search finds customers by id or by a part of the name; for an empty text, the first by profit.
func (b *browser) search(ctx context.Context, text string) (*serve.Table, error) {
	where := "true"
	first := ""
	if text != "" {
		t := literal(text)
		where = "customers.customer_id = " + t + " or starts_with(lower(customers.customer_id), lower(" + t + ")) or contains(lower(customers.name), lower(" + t + "))"
		if who, err := b.merged(text); err != nil {
			return nil, err
		} else if who != text {
			where += " or customers.customer_id = " + literal(who)
		}
		first = "customers.customer_id = " + t + " desc, "
	}
	return b.people(ctx, where, first)
}

// foundMost is how many a page shows; one more is looked for, so that it can say that there are more.
const foundMost = 50

// people lists customers of segment.customers with their tier and profit.
func (b *browser) people(ctx context.Context, where, first string) (*serve.Table, error) {
	if !b.c.known["segment.customers"] {
		return &serve.Table{}, nil
	}
	tier, profit, join := "cast(null as varchar)", "cast(null as decimal(38, 4))", ""
	if b.c.known["segment.profit_tiers"] {
		tier, profit, join = "tiers.tier", "tiers.profit", " left join segment.profit_tiers as tiers on tiers.customer_id = customers.customer_id"
	}
	rows, err := b.ask(ctx, fmt.Sprintf(`select customers.customer_id, customers.name, customers.kind, customers.region, %s as tier, %s as profit
		from segment.customers as customers%s where %s order by %sprofit desc nulls last, customers.customer_id limit %d`, tier, profit, join, where, first, foundMost+1))
	if err != nil {
		return nil, err
	}
	t := shownTable("customers", "", rows, 0)
	if t.Total = int64(len(t.Rows)); t.Total > foundMost {
		t.Rows = t.Rows[:foundMost]
	}
	return &t, nil
}

// members are the customers of a segment.
func (b *browser) members(ctx context.Context, segmentation, segment string) (*serve.Table, error) {
	if !b.c.known["segment.segment_members"] {
		return nil, fmt.Errorf("list members: %w", serve.ErrUnknown)
	}
	return b.people(ctx, "customers.customer_id in (select customer_id from segment.segment_members where segmentation = "+literal(segmentation)+" and segment = "+literal(segment)+")", "")
}

// rows are the first rows of a mart, in the order in which they are stored.
func (b *browser) rows(ctx context.Context, mart string, most int) (*serve.Table, error) {
	md, err := b.c.martNamed(mart)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", serve.ErrUnknown, err)
	}
	rows, err := b.ask(ctx, fmt.Sprintf("select * from %s limit %d", md.Relation(), most))
	if err != nil {
		return nil, err
	}
	t := shownTable(md.Name, md.Sentence, rows, 0)
	return &t, nil
}

// explain and figure narrow an engine to one customer, so each has one of its own.
func (b *browser) explain(ctx context.Context, id string) (*serve.Customer, error) {
	c, err := OpenRunForCustomer(ctx, b.cfg, b.c.Manifest.ID)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	e, err := c.Explain(ctx, id, explainedRows)
	if err != nil {
		return nil, unknownToPages(err)
	}
	return customerOf(e), nil
}

func (b *browser) figure(ctx context.Context, id, mart, column string) (*serve.Figure, error) {
	c, err := OpenRunLazily(ctx, b.cfg, b.c.Manifest.ID)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	f, err := c.ExplainFigure(ctx, id, mart, column, explainedRows)
	if err != nil {
		return nil, unknownToPages(err)
	}
	out := &serve.Figure{Customer: f.Customer, Mart: f.Mart, Column: f.Column, Sentence: f.Sentence, Meaning: f.Meaning, Unit: f.Unit, Value: f.Value, Formula: f.Formula,
		Row: shownTable(f.Mart, f.Sentence, f.Row, 0), IsSum: f.IsSum, Agrees: f.IsSum && f.Agrees(), Sum: orWord(f.Sum, "0")}
	if f.Entries != nil {
		entries := shownTable("", "", f.Entries, f.Total)
		out.Entries = &entries
	}
	for _, s := range f.Basis {
		out.Basis = append(out.Basis, shownTable(s.Relation, s.Sentence, s.Rows, s.Total))
	}
	return out, nil
}

// unknownToPages says what is not there as pages know it.
func unknownToPages(err error) error {
	if errors.Is(err, ErrUnknownCustomer) || errors.Is(err, ErrUnknownFigure) {
		return errors.Join(serve.ErrUnknown, err)
	}
	return err
}

// customerOf is an explanation as pages show it.
func customerOf(e *Explanation) *serve.Customer {
	s := e.Summary
	out := &serve.Customer{ID: e.Customer, MergedFrom: e.MergedFrom, SourceIDs: e.SourceIDs, Summary: serve.Summary{
		Name: s.Name, Kind: s.Kind, Parent: s.Parent, Tier: s.Tier, PreviousTier: s.PreviousTier, Basis: s.Basis, Profit: s.Profit,
		Rank: s.Rank, Customers: s.Customers, ToCut: s.ToCut, Churn: s.Churn, Class: s.ChurnClass, SubClass: s.SubClass,
		EvidenceEN: analysis.Evidence(analysis.English, s.Evidence), EvidenceZH: analysis.Evidence(analysis.Chinese, s.Evidence),
		Segments: s.Segments, Lists: s.Lists,
	}}
	for _, p := range s.Parts {
		out.Summary.Parts = append(out.Summary.Parts, serve.Amount(p))
	}
	for _, section := range e.Sections {
		out.Tables = append(out.Tables, shownTable(section.Relation, section.Sentence, section.Rows, section.Total))
	}
	return out
}

// shownTable writes rows as exact text; total 0 says that these are all.
func shownTable(relation, sentence string, rows *model.Rows, total int64) serve.Table {
	t := serve.Table{Relation: relation, Sentence: sentence, Columns: rows.Columns, Types: rows.Types, Total: max(total, int64(len(rows.Values)))}
	for _, row := range rows.Values {
		cells := make([]string, len(row))
		for i, v := range row {
			if cells[i] = serve.Null; v != nil {
				cells[i] = model.Text(v, rows.Types[i])
			}
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}
