package pipeline

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/pharos-analytics/pharos/analysis"
	"github.com/pharos-analytics/pharos/pipeline/model"
	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// What is asked of a list that was handed over: its customers, the days after it, and who was on any
// list in these days. Only Lift gives them; a night computes nothing that stands on them.
const (
	liftMembers = "run.lift_members"
	liftDays    = "run.lift_days"
	liftListed  = "run.lift_listed"
)

// withoutLift are the models of a night.
func withoutLift(models []model.Model) []model.Model {
	asked := standingOn(models, []string{liftMembers})
	return slices.DeleteFunc(slices.Clone(models), func(m model.Model) bool {
		return slices.ContainsFunc(asked, func(a model.Model) bool { return a.Relation() == m.Relation() })
	})
}

// ErrNoLift says that a list cannot be measured: it had no control group, or its days are not over.
var ErrNoLift = errors.New("the list cannot be measured")

// LiftPolicy says how a list is measured.
type LiftPolicy struct {
	Days    int // after the list's as-of day in which purchases count
	AtLeast int // customers in the list and in its control group; fewer are not enough
}

// DefaultLift looks at two months, and at thirty customers on either side: the number from which the
// intervals hold what they promise however skewed the amounts are.
func DefaultLift() LiftPolicy { return LiftPolicy{Days: 60, AtLeast: 30} }

// Lift is what a list did: whoever was chosen, called or not, against whoever was left out by chance.
type Lift struct {
	List, Run      string // the run that handed the list over
	AsOf           string
	From, Until    time.Time // first day, and the day after the last
	Treated        int64     // customers chosen
	TreatedTouched int64     // of them contacted in these days
	Control        int64
	ControlTouched int64 // contacted all the same
	ControlListed  int64 // on a list meanwhile
	TreatedMissing int64 // so many more are needed; 0: there are enough
	ControlMissing int64
	Share, Money   *analysis.Effect // who bought; net revenue of a customer. nil: not enough data
	Outcomes       []LiftOutcome    // as they were handed back; the control group has none
	Currency       string
}

// LiftOutcome counts the rows of a list that came back with a word.
type LiftOutcome struct {
	Status, Outcome string
	Rows            int64
}

// MeasureLift compares the chosen of a list with its control group, by what the current run's data
// says of the days after the list. An empty run is the last whose days are over.
//
// Errors: publish.ErrNoRun, ErrNoLift, or what failed.
func MeasureLift(ctx context.Context, cfg *Config, list, run string, p LiftPolicy) (l *Lift, err error) {
	w := &publish.Workspace{Root: cfg.Workspace}
	runs, _, err := w.Runs()
	if err != nil {
		return nil, err
	}
	runs = slices.DeleteFunc(runs, func(m *publish.Manifest) bool { return m.Status != publish.StatusPublished || m.Withheld != "" })
	var readable []string
	for _, m := range runs {
		readable = append(readable, w.RunDir(m.ID))
	}
	c, err := openRun(ctx, cfg, "", true, readable, nil)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	if !hasLoad(c.Manifest.Loads, "order_lines") {
		return nil, kindError{errors.New("measure the list: it needs order_lines: what is bought afterwards is what counts"), ErrNoLift}
	}
	base, err := measurable(runs, c.Manifest, list, run, p)
	if err != nil {
		return nil, err
	}
	from, err := time.Parse(time.DateOnly, base.AsOf)
	if err != nil {
		return nil, fmt.Errorf("measure list %s: %w", list, err)
	}
	l = &Lift{List: list, Run: base.ID, AsOf: base.AsOf, From: from, Until: from.AddDate(0, 0, p.Days), Currency: c.Manifest.Currency}
	if err := c.giveLift(ctx, w, runs, l); err != nil {
		return nil, err
	}
	return l, c.measure(ctx, l, p)
}

// measurable is the run whose list is measured.
func measurable(runs []*publish.Manifest, current *publish.Manifest, list, run string, p LiftPolicy) (*publish.Manifest, error) {
	refuse := func(why string, args ...any) error {
		return kindError{fmt.Errorf("measure list "+list+": "+why, args...), ErrNoLift}
	}
	var best *publish.Manifest
	first := ""
	for _, m := range runs {
		if run != "" && m.ID != run || !slices.ContainsFunc(m.Lists, func(v publish.ListVersion) bool { return v.List == list }) {
			continue
		}
		from, err := time.Parse(time.DateOnly, m.AsOf)
		if err != nil {
			return nil, fmt.Errorf("measure list %s: %w", list, err)
		}
		over := from.AddDate(0, 0, p.Days).Format(time.DateOnly)
		if first == "" || over < first {
			first = over
		}
		// of several versions of a day the last that was made was in people's hands
		if over <= current.AsOf && (best == nil || m.AsOf > best.AsOf) {
			best = m
		}
	}
	switch {
	case best != nil:
		return best, nil
	case first == "" && run != "":
		return nil, refuse("run %s handed over no such list, or is no longer kept", run)
	case first == "":
		return nil, refuse("no kept run handed it over")
	}
	return nil, refuse("not enough data: its %d days are over on %s at the earliest, and the current run %s knows what came before %s; look at fewer days, or run again then", p.Days, first, current.ID, current.AsOf)
}

// giveLift gives the relations that the models of the lift read, under today's ids.
func (c *Console) giveLift(ctx context.Context, w *publish.Workspace, runs []*publish.Manifest, l *Lift) error {
	members := func(m string) string { return filepath.Join(w.RunDir(m), "marts", "list_members.parquet") }
	var meanwhile []string
	for _, m := range runs {
		if day := l.Until.Format(time.DateOnly); m.AsOf >= l.AsOf && m.AsOf < day && isFile(members(m.ID)) {
			meanwhile = append(meanwhile, members(m.ID))
		}
	}
	if err := errors.Join(c.Attach(ctx, "lift.members", []string{members(l.Run)}), c.Attach(ctx, "lift.meanwhile", meanwhile)); err != nil {
		return err
	}
	today := `select coalesce(identities.customer_id, given.customer_id) as customer_id, %s
		from %s as given left join run.identities as identities on identities.source_id = given.customer_id
		where given.status in (%s) %s group by 1`
	days := fmt.Sprintf("select date '%s' as starts_on, date '%s' as ends_on", l.From.Format(time.DateOnly), l.Until.Format(time.DateOnly))
	return errors.Join(
		c.Replace(ctx, liftMembers, fmt.Sprintf(today, "min(given.tier) as tier, bool_or(given.status = 'chosen') as is_treated", "lift.members", "'chosen', 'control'", "and given.list = "+literal(l.List))),
		c.Replace(ctx, liftListed, fmt.Sprintf(today, "count(*) as times", "lift.meanwhile", "'chosen'", "")),
		c.Replace(ctx, liftDays, days))
}

func (c *Console) measure(ctx context.Context, l *Lift, p LiftPolicy) error {
	if err := c.Prepare(ctx, "publish.lift_arms staging.outcomes"); err != nil {
		return err
	}
	strata, err := bind(ctx, c, "select * from publish.lift_arms order by tier", func(r record) analysis.LiftStratum {
		l.Treated, l.Control = l.Treated+r.count("treated"), l.Control+r.count("control")
		l.TreatedTouched, l.ControlTouched, l.ControlListed = l.TreatedTouched+r.count("treated_touched"), l.ControlTouched+r.count("control_touched"), l.ControlListed+r.count("control_listed")
		arm := func(name string) analysis.LiftArm {
			sum, _ := r.money(name + "_revenue").Float64()
			squares, _ := r.money(name + "_squares").Float64()
			return analysis.LiftArm{N: r.count(name), Active: r.count(name + "_active"), Revenue: sum, Squares: squares}
		}
		return analysis.LiftStratum{Name: r.text("tier"), Treated: arm("treated"), Control: arm("control")}
	})
	if err != nil {
		return err
	}
	if l.Control == 0 {
		return kindError{fmt.Errorf("measure list %s: nobody was left out of it in run %s: say lists.%s.control: 10 %%, and whoever is called later can be compared", l.List, l.Run, l.List), ErrNoLift}
	}
	l.TreatedMissing, l.ControlMissing = max(0, int64(p.AtLeast)-l.Treated), max(0, int64(p.AtLeast)-l.Control)
	if l.TreatedMissing+l.ControlMissing == 0 {
		if e, ok := analysis.LiftOfShare(strata); ok {
			l.Share = &e
		}
		if e, ok := analysis.LiftOfMoney(strata); ok {
			l.Money = &e
		}
	}
	l.Outcomes, err = bind(ctx, c, `select status, coalesce(outcome, '') as outcome, count(*) as n from staging.outcomes
		where list = `+literal(l.List)+" and run = "+literal(l.Run)+" group by 1, 2 order by 1, 2", func(r record) LiftOutcome {
		return LiftOutcome{r.text("status"), r.text("outcome"), r.count("n")}
	})
	return err
}
