package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// WriteReport renders the later run's report with what changed since the earlier one on top.
// Errors: ErrNotComparable where the earlier run is none.
func (c *Comparison) WriteReport(ctx context.Context, cfg *Config, w io.Writer, req ReportRequest) error {
	b, a := c.Before, c.Manifest
	if b.ID == a.ID || b.AsOf > a.AsOf || b.AsOf == a.AsOf && b.Observed.StartedAt.After(a.Observed.StartedAt) {
		return kindError{fmt.Errorf("report since run %s as of %s: it is not earlier than run %s as of %s", b.ID, b.AsOf, a.ID, a.AsOf), ErrNotComparable}
	}
	data, err := laterData(ctx, cfg, a.ID)
	if err != nil {
		return err
	}
	if data.Since, err = c.since(ctx); err != nil {
		return err
	}
	return renderReport(ctx, c, cfg, w, data, req)
}

// laterData is what the report of the later run shows, of an engine that knows no other run.
func laterData(ctx context.Context, cfg *Config, id string) (data publish.ReportData, err error) {
	later, err := OpenRun(ctx, cfg, id)
	if err != nil {
		return data, err
	}
	defer func() { err = errors.Join(err, later.Close()) }()
	return later.reportData(ctx, cfg)
}

// WritePDF prints the later run's report with what changed since the earlier one on top.
func (c *Comparison) WritePDF(ctx context.Context, cfg *Config, w io.Writer, req ReportRequest) error {
	return printReport(ctx, cfg, w, req, c.WriteReport)
}

// sinceMovers is how many customers are read each way; the report shows as many.
const sinceMovers = 20

// since binds what Changes has compared; nothing is compared here.
func (c *Comparison) since(ctx context.Context) (*publish.Since, error) {
	asOf, err := time.Parse(time.DateOnly, c.Before.AsOf)
	if err != nil {
		return nil, err
	}
	sections, err := c.Changes(ctx, "", sinceMovers)
	if err != nil {
		return nil, err
	}
	s := &publish.Since{Run: c.Before.ID, AsOf: asOf}
	for _, section := range sections {
		switch section.Relation {
		case "customers":
			s.Changed = section.Total
		case "restatements":
			s.Restated = section.Total
		}
	}
	for _, d := range c.Inputs() {
		in := publish.SinceInput{What: strings.ReplaceAll(d.What, " ", "_"), Before: d.Before, After: d.After}
		if rows, ok := strings.CutPrefix(d.What, "rows of "); ok {
			in.Table, in.Source, _ = strings.Cut(rows, " from ")
		}
		s.Inputs = append(s.Inputs, in)
	}
	return s, c.bindSince(ctx, s)
}

func (c *Comparison) bindSince(ctx context.Context, s *publish.Since) error {
	b := binder{ctx: ctx, from: c, computed: func(mart string) bool { return c.known["after."+mart] }}
	s.Figures = rows(&b, "customer_profit", "select * from diff.sums order by position, figure", func(r record) publish.SinceFigure {
		return publish.SinceFigure{Position: r.count("position"), Figure: r.text("figure"), Before: r.money("before"), After: r.money("after"), Change: r.money("change")}
	})
	s.KPIs = rows(&b, "kpis", "select * from diff.kpis where change <> 0 or is_light or (before is null) <> (after is null) order by kpi", func(r record) publish.SinceKPI {
		return publish.SinceKPI{Name: r.text("kpi"), Unit: r.text("unit"), Before: r.shareOrNil("before"), After: r.shareOrNil("after"), IsLight: r.flag("is_light")}
	})
	s.Movement = rows(&b, "profit_tiers", "select * from diff.tiers where from_tier <> to_tier or profit_change <> 0 order by from_tier, to_tier", func(r record) publish.Movement {
		return publish.Movement{From: r.text("from_tier"), To: r.text("to_tier"), Customers: r.count("customers"), Change: r.money("profit_change")}
	})
	for _, way := range []string{"> 0", "< 0"} {
		query := fmt.Sprintf(`select changed.*, coalesce(now.name, earlier.name) as name from diff.customers as changed
			left join after.customers as now on now.customer_id = changed.customer_id
			left join before.customers as earlier on earlier.customer_id = changed.customer_id
			where changed.profit_change %s order by abs(changed.profit_change) desc, changed.customer_id limit %d`, way, sinceMovers)
		s.Movers = append(s.Movers, rows(&b, "customer_profit", query, func(r record) publish.Mover {
			return publish.Mover{CustomerID: r.text("customer_id"), Name: r.text("name"), From: r.text("tier_before"), To: r.text("tier_after"),
				Before: r.money("profit_before"), Now: r.money("profit_after"), Change: r.money("profit_change"), Cause: r.text("main_cause")}
		})...)
	}
	return b.err
}
