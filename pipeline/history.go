package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/pharos-analytics/pharos/pipeline/model"
)

// pastKPIs is the relation of the key figures of earlier months. What reads it is built after it.
const pastKPIs = "run.past_kpis"

// kpiValues is what an earlier month is asked for: every key figure and its value.
const kpiValues = "publish.kpi_values"

// pastWorkers is how many months are computed side by side. The statements are small and most of
// their time is planning, which one connection does on one core.
const pastWorkers = 2

// pastRelation is a relation of the run that an earlier as-of day can take its rows from: what it
// holds of the days before that day is what it held then.
type pastRelation struct{ relation, columns, where string }

// pastRelations are those relations for an earlier as-of day. They say what happened before that
// day as tonight's load knows it: late corrections are in, and which contracts accrue or what a
// missing cost comes to is what the whole load says. The slices of time are cut where the windows
// of the history begin and end, so that the sums of the slices serve those windows too.
func pastRelations(asOf time.Time) []pastRelation {
	before := func(column string) string { return fmt.Sprintf("%s < date '%s'", column, asOf.Format(time.DateOnly)) }
	return []pastRelation{
		{"core.order_days", "*", before("ordered_on")},
		{"core.split_orders", "*", before("ordered_on")},
		{"core.unassigned_days", "*", before("ordered_on")},
		{"core.activity", "*", before("active_on")},
		{"core.returns", "*", before("returned_on")},
		{"core.customers", "*", "first_seen_on is null or " + before("first_seen_on")},
		{"core.accruing_contracts", "*", ""},
		{"core.bad_debts", "*", before("posted_on")},
		{"core.ledger_days", "*", before("posted_on")},
		{"staging.contracts", "*", ""},
		{"core.time_slices", "*", ""},
		{"core.day_slices", "*", ""},
		{"core.line_slices", "*", ""},
		{"core.ledger_totals", "*", ""},
		{"core.kind_slices", "*", ""},
		{"core.customer_slices", "*", ""},
		{"analysis.opportunity_facts", "*", ""},
		{"analysis.purchase_gaps", "*", before("active_on")},
		{"analysis.survey_answers", "*", before("answered_on")},
		{"analysis.asked_days", "*", before("asked_on")},
		// no key figure speaks of segments, and an earlier day has no history of its own
		{"segment.segment_members", "*", "false"},
		{"core.direct_history", "*", "false"},
		{"core.history_results", "*", "false"},
		{"analysis.contract_periods", "*", "false"}, // only the twelve months before the day
	}
}

// withPast puts the key figures of earlier months into the plan, before what reads them.
func (n *night) withPast(m *marts, planned []model.Model) []model.Model {
	before, after := splitAt(planned, pastKPIs)
	if len(after) == 0 {
		return planned
	}
	p, months := n.pastOf(before, after)
	step := model.Model{Schema: "run", Name: "past_kpis", Refs: p.reads, Output: namedColumns(pastColumns...), Header: model.Header{Grain: []string{"months_back", "kpi"}}}
	step.Step = func(ctx context.Context, _ model.Reader, add func(...any) error) error {
		return n.computePast(ctx, m, p, months, add)
	}
	return slices.Concat(before, []model.Model{step}, after)
}

// pastOf says what is computed for earlier months, and for how many.
func (n *night) pastOf(before, after []model.Model) (past, int) {
	months := 1
	if slices.ContainsFunc(after, func(md model.Model) bool { return md.Relation() == "publish.kpi_history" }) {
		months = max(n.cfg.HistoryMonths-1, 1)
	}
	return newPast(upTo(before, kpiValues)), months
}

// pastEngine computes the models again for an earlier day, from relations that it shares with
// tonight's.
type pastEngine interface {
	model.Engine
	CreateFrom(ctx context.Context, relation string, columns []model.Column, rows [][]any, out string) error
	Share(ctx context.Context, relation, columns, where string) error
}

// timeMachine is an engine beside whose relations those of an earlier day can be computed.
type timeMachine interface {
	Query(ctx context.Context, query string) (*model.Rows, error)
	beside(ctx context.Context, name string) (pastEngine, error)
}

func (m *marts) beside(ctx context.Context, name string) (pastEngine, error) {
	b, err := m.Beside(ctx, name)
	if err != nil {
		return nil, err
	}
	return b, nil
}

// past is how the key figures of an earlier day are computed beside those of D.
type past struct {
	same  []model.Model // say the same on every as-of day: computed once
	build []model.Model // are computed for each
	given map[string]bool
	reads []model.Ref // what is taken over from the run
}

// newPast divides the models of the key figures: what stands on the relations of pastRelations,
// what does not know the as-of day, and what has to be computed for each.
func newPast(models []model.Model) past {
	p := past{given: map[string]bool{}}
	for _, r := range pastRelations(epoch) {
		p.given[r.relation] = true
	}
	wanted := map[string]bool{kpiValues: true}
	for _, md := range slices.Backward(models) {
		if !wanted[md.Relation()] {
			continue
		}
		if p.given[md.Relation()] {
			p.reads = append(p.reads, model.Ref{Schema: md.Schema, Name: md.Name})
			continue
		}
		p.build = append(p.build, md)
		for _, r := range md.Refs {
			wanted[r.Relation()] = true
		}
	}
	slices.Reverse(p.build)
	changing := map[string]bool{"run.params": true, "run.windows": true}
	for relation := range p.given {
		changing[relation] = true
	}
	p.build = slices.DeleteFunc(p.build, func(md model.Model) bool {
		if slices.ContainsFunc(md.Refs, func(r model.Ref) bool { return changing[r.Relation()] }) {
			changing[md.Relation()] = true
			return false
		}
		p.same = append(p.same, md)
		return true
	})
	return p
}

// computePast gives the rows of run.past_kpis.
func (n *night) computePast(ctx context.Context, m timeMachine, p past, months int, add func(...any) error) error {
	first, err := firstDay(ctx, m)
	if err != nil {
		return err
	}
	values := make([][][]any, months+1)
	faults := make([]error, pastWorkers)
	var workers sync.WaitGroup
	for w := range min(pastWorkers, months) {
		workers.Go(func() {
			faults[w] = n.pastWorker(ctx, m, p, w, func(b pastEngine) error {
				for back := 1 + w; back <= months; back += pastWorkers {
					asOf := monthsBefore(n.windows.asOf, back)
					if !first.Before(asOf) {
						break // nobody was known yet
					}
					rows, err := n.kpisAt(ctx, b, p, asOf, back)
					if err != nil {
						return fmt.Errorf("compute kpis as of %s: %w", asOf.Format(time.DateOnly), err)
					}
					values[back] = rows
				}
				return nil
			})
		})
	}
	workers.Wait()
	if err := errors.Join(faults...); err != nil {
		return err
	}
	for _, row := range slices.Concat(values...) {
		if err := add(row...); err != nil {
			return err
		}
	}
	return nil
}

// pastColumns are those of run.past_kpis.
var pastColumns = []string{"months_back bigint", "month_on date", "kpi varchar", "value double"}

// firstDay is the first day of which a customer is known; zero when there is no such day.
func firstDay(ctx context.Context, m asker) (time.Time, error) {
	days, err := bind(ctx, m, "select min(first_seen_on) as first_on from core.customers", func(r record) time.Time { return r.day("first_on") })
	if err != nil || len(days) == 0 {
		return time.Time{}, err
	}
	return days[0], nil
}

// pastWorker opens a database beside the run's, gives it what is the same on every day, and hands it over.
func (n *night) pastWorker(ctx context.Context, m timeMachine, p past, number int, work func(pastEngine) error) (err error) {
	b, err := m.beside(ctx, fmt.Sprintf("past_%d", number))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	made := map[string]bool{"run.params": true, "run.windows": true}
	for _, md := range slices.Concat(p.same, p.build) {
		made[md.Relation()] = true
	}
	for _, md := range slices.Concat(p.same, p.build) {
		for _, r := range md.Refs { // of the run and the lake
			if relation := r.Relation(); !made[relation] && !p.given[relation] {
				made[relation] = true
				if err := b.Share(ctx, relation, "*", ""); err != nil {
					return err
				}
			}
		}
	}
	for _, md := range p.same {
		md.View = md.View && slices.Contains([]string{"order_lines", "ledger"}, md.Name) // too long to hold twice
		if _, err := b.Build(ctx, md, ""); err != nil {
			return err
		}
	}
	return work(b)
}

// kpisAt computes the key figures of one earlier day.
func (n *night) kpisAt(ctx context.Context, b pastEngine, p past, asOf time.Time, back int) ([][]any, error) {
	w := windowsAt(asOf, n.cfg.Profit.Window, n.cfg.Company.FiscalMonth)
	current := profitWindows(n.cfg, w)
	current.rows = current.rows[:1] // key figures of a month speak of its own window only
	for _, r := range []relation{params(n.cfg, w), current} {
		if err := b.CreateFrom(ctx, r.name, r.columns, r.rows, ""); err != nil {
			return nil, err
		}
	}
	for _, r := range pastRelations(asOf) {
		if !slices.ContainsFunc(p.reads, func(ref model.Ref) bool { return ref.Relation() == r.relation }) {
			continue
		}
		if err := b.Share(ctx, r.relation, r.columns, r.where); err != nil {
			return nil, err
		}
	}
	if err := model.Compute(ctx, b, p.build, func(model.Model) string { return "" }, nil); err != nil {
		return nil, err
	}
	rows, err := b.Query(ctx, "select kpi, value from "+kpiValues+" order by kpi")
	if err != nil {
		return nil, err
	}
	out := make([][]any, len(rows.Values))
	for i, v := range rows.Values {
		out[i] = []any{int64(back), lastMonth(asOf), v[0], v[1]}
	}
	return out, nil
}
