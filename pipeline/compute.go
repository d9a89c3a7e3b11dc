package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/lake"
	"github.com/pharos-analytics/pharos/pipeline/model"
	"github.com/pharos-analytics/pharos/pipeline/publish"
	"github.com/pharos-analytics/pharos/segment"
)

// given are the relations that Go and the lake give to the models.
func given(cfg *Config) []string {
	names := []string{
		"core.calendar", "run.retention_grids", "run.retention_calendar", "run.retention_ages", "run.retention_segments", "run.churn_flags", "run.life_attributes", "run.params", "run.windows", "run.allocations", "run.rate_days", "run.big_kinds", "run.bands", "run.crossed_segments", "run.class_words",
		"run.countermeasures", "run.strategies", "run.lists", "run.list_channels", "run.cool_downs", "run.suppression_policy", "run.consent_channels", "run.consent_bases", "run.suppression_reasons", "run.suppression_words", "run.channel_words", "run.staff_kinds", "run.check_settings", "run.freshness_limits", "run.volume_limits", "run.columns", "run.loads",
		"run.increments", "run.drift", "run.light", "run.lifetime", "run.funnel_policy", "run.funnel_stages", "run.required_columns", "run.entry_rewards", "run.basket_policy", "run.offer_policy", "run.offer_places", "run.no_products", "run.repeat_categories", "run.behaviour_policy", "run.rhythm_words", "run.weekdays", "run.change_words", "run.satisfaction_policy", "run.satisfaction_words", pastKPIs, "run.identities", "run.parents", "run.decided_ids", "run.precedence", "run.closings", closedFigures, closedEntries, importedOutcomes, liftMembers, liftDays, liftListed, checkResults,
	}
	for _, name := range lakeRelations(cfg) {
		names = append(names, "raw."+name)
	}
	return names
}

// checkResults is the one relation that exists only when all others do; what reads it is built last.
const checkResults = "run.check_results"

// Models loads the built-in models and the company's own, in the order in which they are computed.
func Models(cfg *Config) ([]model.Model, error) { return modelsOf(cfg, nil) }

func modelsOf(cfg *Config, before model.Parsed) ([]model.Model, error) {
	var own []fs.FS
	if cfg.OwnSQL != "" {
		own = append(own, os.DirFS(cfg.OwnSQL))
	}
	models, err := model.LoadAll(before, own...)
	if err != nil {
		return nil, err
	}
	return model.Order(append(append(models, fitSteps()...), modelLimitStep(cfg.Churn), controlStep(cfg.KeyFile)), given(cfg))
}

// readModels loads the models and tries what the configuration and the options ask of them, so
// that a typing error is said before a source is read. Errors are under ErrAsked.
func readModels(cfg *Config, only []string) ([]model.Model, error) {
	models, err := Models(cfg)
	if err != nil {
		return nil, kindError{err, ErrAsked}
	}
	if err := unkeyed(cfg); err != nil {
		return nil, kindError{err, ErrAsked}
	}
	if err := unknownChecks(cfg, models); err != nil {
		return nil, kindError{err, ErrAsked}
	}
	if err := unknownSegmentations(cfg, models); err != nil {
		return nil, kindError{err, ErrAsked}
	}
	if err := unknownMarts(cfg, models); err != nil {
		return nil, kindError{err, ErrAsked}
	}
	if _, _, err := model.Plan(models, nil, only); err != nil {
		return nil, kindError{err, ErrAsked}
	}
	return models, nil
}

// unknownChecks reports every setting of a check that there is not, at its line of pharos.yaml.
func unknownChecks(cfg *Config, models []model.Model) error {
	var errs []error
	for i, setting := range checkSettings(cfg) {
		if err := model.UnknownSettings(models, []model.Setting{setting}); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", cfg.Checks[i].Pos, err))
		}
	}
	return errors.Join(errs...)
}

// unknownSegmentations reports own segmentations whose name is taken, and every cross of
// segmentations that there are not, at its line of pharos.yaml.
func unknownSegmentations(cfg *Config, models []model.Model) error {
	var attributes []string
	for _, m := range cfg.Data {
		attributes = append(attributes, m.Attributes...)
	}
	taken := append(segment.Segmentations(), segment.NoSegmentation)
	errs := []error{model.TakenSegmentations(models, taken)}
	for _, c := range cfg.Crossed {
		if err := model.UnknownSegmentations(models, slices.Concat(segment.Segmentations(), attributes), c.First, c.Second); err != nil {
			errs = append(errs, fmt.Errorf("%s: segments.crossed: %w", c.Pos, err))
		}
	}
	known := slices.Concat(segment.Segmentations(), attributes, customerColumns())
	for _, c := range cfg.Crossed {
		known = append(known, c.Name())
	}
	if err := model.UnknownSegmentations(models, known, cfg.Retention.By...); err != nil {
		errs = append(errs, fmt.Errorf("%s: retention.by: %w", cfg.RetentionPos, err))
	}
	errs = append(errs, unknownAttributes(cfg, attributes))
	return errors.Join(errs...)
}

// unknownAttributes reports attributes that the churn policy reads and no mapping of customers has.
func unknownAttributes(cfg *Config, attributes []string) error {
	var errs []error
	unknown := func(key, name string) {
		if name != "" && !slices.Contains(attributes, name) {
			errs = append(errs, fmt.Errorf("%s: churn.%s: no mapping of customers has an attribute %q; add it to data.customers.attributes", cfg.ChurnPos, key, name))
		}
	}
	unknown("flag.attribute", cfg.Churn.Flag.Attribute)
	for _, name := range cfg.Churn.LifeEvents {
		unknown("life_events", name)
	}
	return errors.Join(errs...)
}

// plan decides what is computed from what the snapshot holds.
func (n *night) plan(s *lake.Snapshot) (*plan, error) {
	p := &plan{mapped: map[string][]string{}, sqlHash: hashModels(n.models)}
	var available []string
	for _, t := range s.Tables {
		if _, canonical := lake.TableNamed(t.Name); canonical && len(t.Mapped) > 0 {
			available = append(available, t.Name)
			p.mapped[t.Name] = t.Mapped
		}
	}
	var err error
	p.models, p.skipped, err = model.Plan(withoutLift(n.models), available, n.opt.Only)
	return p, err
}

// marts is the computed run: the engine that can still be asked, and what the checks found.
type marts struct {
	*model.DuckDB
	plan   *plan
	checks []publish.Check
	dir    string // of the run
	temp   string // where the engine spills
}

// Close ends the engine and removes its temporary folder.
func (m *marts) Close() error { return errors.Join(m.DuckDB.Close(), os.RemoveAll(m.temp)) }

// compute builds all planned models for the as-of day.
func (n *night) compute(ctx context.Context, p *plan, s *lake.Snapshot, draft *publish.Draft) (*marts, error) {
	m, err := n.engine(ctx, p, s, draft.Dir)
	if err != nil {
		return nil, err
	}
	build := n.build
	if n.cfg.Engine.Trino != nil {
		build = n.buildOnCluster
	}
	if err := build(ctx, m, s, draft); err != nil {
		return nil, errors.Join(err, m.Close())
	}
	return m, nil
}

// build computes the models, runs the checks on them, and computes what shows the checks.
func (n *night) build(ctx context.Context, m *marts, _ *lake.Snapshot, draft *publish.Draft) error {
	if _, err := draft.Path("marts", "-"); err != nil {
		return err
	}
	first, last := splitAt(m.plan.models, checkResults)
	first = n.withPast(m, first)
	progress := func(md model.Model, rows int64, seconds float64) {
		n.opt.Progress(Step{Phase: "compute", Name: md.Relation(), Rows: rows, Seconds: seconds})
	}
	if err := model.Compute(ctx, m, first, n.outputs(draft), progress, keptLists(first, last)...); err != nil {
		return err
	}
	if err := errors.Join(keepShares(ctx, m, draft.Dir), keepParsed(n.models, draft)); err != nil {
		return err
	}
	return n.check(ctx, m, draft, first, last)
}

// check runs the checks, and computes what shows them.
func (n *night) check(ctx context.Context, m *marts, draft *publish.Draft, first, last []model.Model) error {
	return n.checkOn(ctx, m, m, draft, first, last)
}

// checkOn runs the checks on the engine that computed the models.
func (n *night) checkOn(ctx context.Context, eng model.Engine, m *marts, draft *publish.Draft, first, last []model.Model) error {
	since := n.opt.Now()
	results, err := model.RunChecks(ctx, eng, first, checkSettings(n.cfg))
	if err != nil {
		return err
	}
	shown := table(checkResults, "check_name varchar", "table_name varchar", "severity varchar", "failing bigint", "tested bigint", "verdict varchar", "detail varchar")
	for _, r := range results {
		m.checks = append(m.checks, publish.Check{Name: r.CheckName, Table: r.TableName, Severity: r.Severity, Failing: r.Failing, Tested: r.Tested, Verdict: r.Verdict, Detail: r.Detail})
		shown.rows = append(shown.rows, []any{r.CheckName, r.TableName, r.Severity, r.Failing, r.Tested, r.Verdict, orNull(r.Detail)})
	}
	n.step("check", fmt.Sprintf("%d checks", len(results)), 0, since)
	if err := m.CreateFrom(ctx, shown.name, shown.columns, shown.rows, ""); err != nil {
		return err
	}
	return model.Compute(ctx, m, last, n.outputs(draft), func(md model.Model, rows int64, seconds float64) {
		n.opt.Progress(Step{Phase: "compute", Name: md.Relation(), Rows: rows, Seconds: seconds})
	})
}

// readLater are the relations that are read when the checks are done: by the last models, by
// keepShares, and by the report where they are no marts.
func readLater(last []model.Model) []string {
	relations := []string{sharesRelation, renewalPeriods, unconvertedRows, "publish.report_lists", "staging.persons"}
	for _, md := range last {
		for _, r := range md.Refs {
			relations = append(relations, r.Relation())
		}
	}
	return relations
}

func checkSettings(cfg *Config) []model.Setting {
	var settings []model.Setting
	for _, c := range cfg.Checks {
		settings = append(settings, model.Setting{Name: c.Name, Severity: c.Severity, AtMostBP: c.AtMostBP})
	}
	return settings
}

// failed are the checks that hold the run back.
func (m *marts) failed() []publish.Check {
	return slices.DeleteFunc(slices.Clone(m.checks), func(c publish.Check) bool { return c.Verdict != model.VerdictFailed })
}

func sayChecks(checks []publish.Check) string {
	var said []string
	for _, c := range checks {
		text := fmt.Sprintf("%s of %s (%d of %d)", c.Name, c.Table, c.Failing, c.Tested)
		if c.Detail != "" {
			text += ": " + c.Detail
		}
		said = append(said, text)
	}
	return strings.Join(said, "; ")
}

// engine opens the engine of a run with the lake attached and the run relations given. These are
// written into the run's folder as Parquet too, so that the models can be run again anywhere.
func (n *night) engine(ctx context.Context, p *plan, s *lake.Snapshot, dir string) (*marts, error) {
	temp, err := os.MkdirTemp(filepath.Join(n.workspace.Root, "tmp"), "engine-")
	if err != nil {
		return nil, fmt.Errorf("open engine: %w", err)
	}
	readable := []string{n.lake.Root(), n.workspace.Closings(), n.workspace.Outcomes(), filepath.Join(n.workspace.Root, clusterFolder)}
	options := model.DuckDBOptions{TempDir: temp, Readable: readable, Writable: []string{dir}}
	eng, err := openEngine(ctx, n.cfg.Engine, options)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(temp))
	}
	m := &marts{DuckDB: eng, plan: p, dir: dir, temp: temp}
	if err := n.giveRelations(ctx, m, s); err != nil {
		return nil, errors.Join(err, m.Close())
	}
	return m, nil
}

func (n *night) giveRelations(ctx context.Context, m *marts, s *lake.Snapshot) error {
	if err := attachLake(ctx, m.DuckDB, n.lake, s, n.cfg); err != nil {
		return err
	}
	if err := attachClosings(ctx, m.DuckDB, n.workspace, n.closings); err != nil {
		return err
	}
	if err := attachOutcomes(ctx, m.DuckDB, n.workspace, n.outcomes); err != nil {
		return err
	}
	small := append(slices.Concat(relations(n.cfg, n.windows, s, m.plan.mapped), n.identities), closingsRelation(n.closings), suppressionRelation(n.cfg, n.withheld))
	for _, r := range small {
		if err := m.give(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// give makes a relation and writes it into the run's folder.
func (m *marts) give(ctx context.Context, r relation) error {
	out := filepath.Join(m.dir, "run", strings.TrimPrefix(r.name, "run.")+".parquet")
	if err := os.MkdirAll(filepath.Dir(out), 0o700); err != nil {
		return fmt.Errorf("write run relations: %w", err)
	}
	return m.CreateFrom(ctx, r.name, r.columns, r.rows, out)
}

// splitAt separates the models that stand on a relation, directly or not, from those before it.
func splitAt(models []model.Model, relation string) (before, after []model.Model) {
	late := map[string]bool{relation: true}
	for _, m := range models {
		if slices.ContainsFunc(m.Refs, func(r model.Ref) bool { return late[r.Relation()] }) {
			late[m.Relation()] = true
			after = append(after, m)
		} else {
			before = append(before, m)
		}
	}
	return before, after
}

// upTo keeps some relations and what they stand on.
func upTo(models []model.Model, relations ...string) []model.Model {
	wanted := map[string]bool{}
	for _, relation := range relations {
		wanted[relation] = true
	}
	var kept []model.Model
	for _, m := range slices.Backward(models) {
		if !wanted[m.Relation()] {
			continue
		}
		kept = append(kept, m)
		for _, r := range m.Refs {
			wanted[r.Relation()] = true
		}
	}
	slices.Reverse(kept)
	return kept
}
