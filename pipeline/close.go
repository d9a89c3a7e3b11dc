package pipeline

import (
	"context"
	"errors"
	"fmt"
	"os/user"
	"path/filepath"
	"reflect"
	"time"

	"github.com/pharos-analytics/pharos/pipeline/model"
	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// ErrNotClosable says that a period cannot be closed now: it has not ended, or the current run is
// not what this configuration would compute.
var ErrNotClosable = errors.New("the period cannot be closed")

// Close freezes what the current run's data says of a period: the figures of every customer and
// the entries behind them, computed from that run's snapshot by the same models. Later runs
// compare themselves with it. Only Version and Now of the options count.
//
// Errors: publish.ErrClosed, publish.ErrNoRun, ErrNotClosable, publish.ErrLocked, or what failed.
func Close(ctx context.Context, cfg *Config, p Period, opt Options) (*publish.Closing, error) {
	models, err := readModels(cfg, nil)
	if err != nil {
		return nil, err
	}
	w := &publish.Workspace{Root: cfg.Workspace}
	current, err := w.Current()
	if err != nil {
		return nil, err
	}
	release, err := w.Lock()
	if err != nil {
		return nil, err
	}
	defer release()
	m, err := publish.ReadManifest(w.RunDir(current))
	if err != nil {
		return nil, err
	}
	if opt.AsOf, err = time.Parse(time.DateOnly, m.AsOf); err != nil {
		return nil, fmt.Errorf("close %s: read the as-of day of run %s: %w", p.Name, m.ID, err)
	}
	n, err := newNight(cfg, opt, models, w)
	if err != nil {
		return nil, err
	}
	if n.decided, err = readDecisions(cfg); err != nil {
		return nil, err
	}
	if err := n.closable(p, m); err != nil {
		return nil, err
	}
	return n.close(ctx, p, m)
}

// closable refuses a period that is closed, that still runs, and a run that was computed otherwise
// than this configuration would compute it: the closing would not say what was published.
func (n *night) closable(p Period, m *publish.Manifest) error {
	for _, c := range n.closings {
		if c.Period == p.Name {
			return fmt.Errorf("close %s: %w: by %s on %s from run %s, as of %s", p.Name, publish.ErrClosed,
				orWord(c.Observed.ClosedBy, "somebody"), c.Observed.ClosedAt.Format("2006-01-02 15:04:05Z"), c.Run, c.AsOf)
		}
	}
	if n.opt.AsOf.Before(p.Until) {
		return kindError{fmt.Errorf("close %s: it ends on %s, and the current run %s is as of %s: what comes after that day is not in it",
			p.Name, p.Until.AddDate(0, 0, -1).Format(time.DateOnly), m.ID, m.AsOf), ErrNotClosable}
	}
	if m.ConfigHash != n.cfg.Hash || m.SQLHash != hashModels(n.models) || !reflect.DeepEqual(m.Decisions, n.decided.summary()) {
		return kindError{fmt.Errorf("close %s: the configuration, the SQL or a decision about customers changed since run %s, whose figures would be closed", p.Name, m.ID), ErrNotClosable}
	}
	return nil
}

// close computes the period's window and writes the closing.
func (n *night) close(ctx context.Context, p Period, m *publish.Manifest) (*publish.Closing, error) {
	c := &publish.Closing{
		Schema: publish.ClosingSchema, Period: p.Name, StartsOn: p.From.Format(time.DateOnly), EndsOn: p.Until.Format(time.DateOnly),
		Run: m.ID, AsOf: m.AsOf, Snapshot: m.Snapshot, Currency: m.Currency, ConfigHash: m.ConfigHash, SQLHash: m.SQLHash, Version: n.opt.Version,
	}
	snapshot, err := n.lake.Load(m.Snapshot)
	if err != nil {
		return nil, err
	}
	plan, err := n.plan(snapshot)
	if err != nil {
		return nil, err
	}
	draft, err := n.workspace.Begin()
	if err != nil {
		return nil, err
	}
	defer draft.Discard()
	plan.models = upTo(plan.models, "core.closed_results", "core.closed_postings")
	n.closings = []*publish.Closing{c} // the only window that this engine counts for
	n.windows = windowsAt(n.opt.AsOf, n.cfg.Profit.Window, n.cfg.Company.FiscalMonth)
	n.windows.closed = []Period{p}
	if err := n.decide(ctx, snapshot, false); err != nil {
		return nil, err
	}
	eng, err := n.engine(ctx, plan, snapshot, draft.Dir)
	if err != nil {
		return nil, err
	}
	defer eng.Close()
	if err := model.Compute(ctx, eng, plan.models, func(model.Model) string { return "" }, nil); err != nil {
		return nil, fmt.Errorf("close %s: %w", p.Name, err)
	}
	if c.Customers, err = freeze(ctx, eng.DuckDB, "select * from core.closed_results", filepath.Join(draft.Dir, c.FiguresFile()), "period", "customer_id"); err != nil {
		return nil, err
	}
	if c.Entries, err = freeze(ctx, eng.DuckDB, "select * from core.closed_postings", filepath.Join(draft.Dir, c.EntriesFile()), "period", "table_name", "entry_key", "customer_id", "part"); err != nil {
		return nil, err
	}
	c.Observed.ClosedAt = n.opt.Now().UTC()
	if u, err := user.Current(); err == nil { // a container may have no name for its user
		c.Observed.ClosedBy = u.Username
	}
	return c, draft.Close(c)
}

// freeze writes the rows of a query to a file, ordered by their grain.
func freeze(ctx context.Context, eng *model.DuckDB, query, path string, grain ...string) (int64, error) {
	m := model.Model{Schema: "frozen", Name: filepath.Base(path), Path: filepath.Base(path), SQL: query, Header: model.Header{Grain: grain}}
	return eng.Build(ctx, m, path)
}
