package pipeline

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"time"

	"github.com/pharos-analytics/pharos/pipeline/extract"
	"github.com/pharos-analytics/pharos/pipeline/lake"
	"github.com/pharos-analytics/pharos/pipeline/model"
	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// Why no list is written. Every candidate is suppressed with this reason, so that the figures
// still add up and no mart names somebody to be called.
const (
	writtenLists  = "none"            // they are written
	noOptOuts     = "no_opt_outs"     // no opt-out data is mapped
	staleOptOuts  = "stale_opt_outs"  // it is older than suppression.fresh_within
	unreadOptOuts = "unread_opt_outs" // it could not be read again before the lists were written
)

func withheldReasons() []string { return []string{noOptOuts, staleOptOuts, unreadOptOuts} }

const suppressions = "suppressions"

// judgeOptOuts decides whether lists may be written: only with opt-out data that is fresh.
func (n *night) judgeOptOuts(s *lake.Snapshot) error {
	n.withheld = writtenLists
	if !n.cfg.Suppression.Required {
		return nil
	}
	var age int
	var err error
	switch age, err = n.ageOfOptOuts(s); {
	case err != nil:
		return err
	case n.ownOptOuts():
	case len(n.optOutMappings()) == 0 || !hasLoad(s.Loads, suppressions):
		n.withheld = noOptOuts
	case age > n.cfg.Suppression.FreshDays:
		n.withheld = staleOptOuts
	}
	return nil
}

// ownOptOuts says that a model of the company's own gives the opt-outs: it knows how fresh they are.
func (n *night) ownOptOuts() bool {
	return slices.ContainsFunc(n.models, func(m model.Model) bool { return m.Own && m.Relation() == "staging."+suppressions })
}

func (n *night) optOutMappings() []extract.Mapping {
	return slices.DeleteFunc(slices.Clone(n.cfg.Data), func(m extract.Mapping) bool { return m.Raw || m.Table != suppressions })
}

// ageOfOptOuts is how many days old the oldest opt-out data is, on D or on the day of the run,
// whichever comes first: an export as old as its newest file, a database as old as its snapshot.
func (n *night) ageOfOptOuts(s *lake.Snapshot) (days int, err error) {
	day := func(t time.Time) time.Time { return Today(t, n.cfg.Company.Location) }
	until := day(n.startedAt)
	if n.opt.AsOf.Before(until) {
		until = n.opt.AsOf
	}
	for _, m := range n.optOutMappings() {
		data := until
		for _, reading := range s.Observed.Sources {
			if reading.Source == m.Source {
				data = day(reading.SnapshotAt)
			}
		}
		if !n.opt.FromLake {
			at := slices.IndexFunc(n.cfg.Sources, func(spec extract.Spec) bool { return spec.Name == m.Source })
			written, isFile, err := extract.WrittenAt(n.cfg.Sources[at])
			if err != nil {
				return 0, err
			}
			if isFile && day(written).Before(data) {
				data = day(written)
			}
		}
		days = max(days, int(until.Sub(data).Hours()/24))
	}
	return days, nil
}

// hearLateOptOuts reads the opt-outs again, right before the lists are written. What arrived since
// the night began makes a snapshot of the lake of its own, and all that reads it is computed again.
// When they cannot be read no list is written. The manifest of the run changes with its inputs.
func (n *night) hearLateOptOuts(ctx context.Context, s *lake.Snapshot, m *marts, manifest *publish.Manifest, draft *publish.Draft) (*publish.Manifest, error) {
	if n.opt.FromLake || manifest.Status == publish.StatusPartial || n.withheld != writtenLists || len(n.optOutMappings()) == 0 || !computedIn(manifest)("list_members") {
		return manifest, nil
	}
	since := n.opt.Now()
	changed := []string{"raw." + suppressions, "run.loads", "raw." + quarantineTable}
	later, err := n.readOptOutsAgain(ctx, s)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, extract.ErrBoundary):
		return nil, err
	case err != nil:
		if !n.cfg.Suppression.Required {
			return nil, fmt.Errorf("read the opt-outs again before the lists are written: %w", err)
		}
		n.opt.Progress(Step{Phase: "withhold", Name: unreadOptOuts, Fault: err})
		n.withheld, later, changed = unreadOptOuts, s, []string{"run.suppression_policy"}
	case later.ID == s.ID:
		n.step("read", suppressions+" again", 0, since)
		return manifest, nil
	}
	if err := n.attachAgain(ctx, m, later); err != nil {
		return nil, err
	}
	if err := n.buildAgain(ctx, m, draft, changed); err != nil {
		return nil, err
	}
	again := n.manifest(later, m.plan)
	again.Checks = m.checks
	n.step("compute", "late opt-outs", 0, since)
	return again, nil
}

// readOptOutsAgain makes a snapshot that holds the opt-outs of now and everything else as it was.
func (n *night) readOptOutsAgain(ctx context.Context, s *lake.Snapshot) (*lake.Snapshot, error) {
	cfg := *n.cfg
	sources := map[string]bool{}
	for _, m := range n.optOutMappings() {
		sources[m.Source] = true
	}
	cfg.Sources = slices.DeleteFunc(slices.Clone(cfg.Sources), func(spec extract.Spec) bool { return !sources[spec.Name] })
	again := *n
	again.cfg, again.again = &cfg, []string{suppressions}
	again.opt.Progress = func(Step) {}
	later, loaded, err := again.readSources(ctx, s)
	if err != nil {
		return nil, err
	}
	later.Observed.Sources = readTwice(s.Observed.Sources, later.Observed.Sources)
	if err := again.storeFindings(ctx, loaded, s, later); err != nil {
		return nil, err
	}
	published, err := n.lake.Publish(*later)
	return &published, err
}

// readTwice notes with the reading of every source what was read of it again.
func readTwice(first, again []lake.SourceReading) []lake.SourceReading {
	out := slices.Clone(first)
	for _, r := range again {
		at := slices.IndexFunc(out, func(o lake.SourceReading) bool { return o.Source == r.Source })
		if at < 0 {
			out = append(out, r)
			continue
		}
		out[at].Reads = slices.Concat(out[at].Reads, r.Reads)
		out[at].Seconds, out[at].Connections = out[at].Seconds+r.Seconds, out[at].Connections+r.Connections
	}
	return out
}

// attachAgain gives the engine what is different in a later snapshot, and whether lists are written.
func (n *night) attachAgain(ctx context.Context, m *marts, later *lake.Snapshot) error {
	for _, name := range []string{suppressions, quarantineTable} {
		if err := attachRelation(ctx, m.DuckDB, "raw", n.lake, later, name); err != nil {
			return err
		}
	}
	for _, r := range append(relations(n.cfg, n.windows, later, m.plan.mapped), suppressionRelation(n.cfg, n.withheld)) {
		if r.name == "run.loads" || r.name == "run.suppression_policy" {
			if err := m.give(ctx, r); err != nil {
				return err
			}
		}
	}
	return nil
}

// buildAgain computes all that stands on changed relations, and the checks.
func (n *night) buildAgain(ctx context.Context, m *marts, draft *publish.Draft, changed []string) error {
	first, last := splitAt(m.plan.models, checkResults)
	if err := model.Compute(ctx, m, standingOn(first, changed), n.outputs(draft), nil, keptLists(first, last)...); err != nil {
		return err
	}
	m.checks = nil
	return n.check(ctx, m, draft, first, last)
}

// standingOn are the models that read some relations, directly or not.
func standingOn(models []model.Model, relations []string) []model.Model {
	changed := map[string]bool{}
	for _, r := range relations {
		changed[r] = true
	}
	var out []model.Model
	for _, md := range models {
		if slices.ContainsFunc(md.Refs, func(r model.Ref) bool { return changed[r.Relation()] }) {
			changed[md.Relation()] = true
			out = append(out, md)
		}
	}
	return out
}

// keptLists are the relations that are needed when the opt-outs are read again: what is computed
// anew then reads them, or the report does.
func keptLists(first, last []model.Model) []string {
	kept := map[string]bool{}
	for _, md := range standingOn(first, []string{"raw." + suppressions, "raw." + quarantineTable, "run.loads", "run.suppression_policy"}) {
		for _, r := range md.Refs {
			kept[r.Relation()] = true
		}
	}
	return append(readLater(last), slices.Sorted(maps.Keys(kept))...)
}

// outputs names the file of a model that is kept.
func (n *night) outputs(draft *publish.Draft) func(model.Model) string {
	return func(md model.Model) string {
		switch {
		case md.Relation() == pastKPIs:
			return filepath.Join(draft.Dir, "run", md.Name+".parquet")
		case slices.Contains(keptWhole(), md.Relation()):
			return filepath.Join(draft.Dir, "run", md.Relation()+".parquet")
		}
		if !md.Mart {
			return ""
		}
		return filepath.Join(draft.Dir, "marts", md.Name+".parquet")
	}
}

// unkeyed reports a control group that could be foretold and aliases that could be found out:
// without a key there is neither.
func unkeyed(cfg *Config) error {
	key, err := readKey(cfg.KeyFile)
	if err != nil {
		return err
	}
	if cfg.AliasedReport && len(key) == 0 {
		return unkeyedAliases(cfg)
	}
	for _, l := range cfg.Lists {
		if l.Control > 0 && len(key) == 0 {
			return fmt.Errorf("lists.%s.control: a control group is drawn with a key, and there is no key file %s; pharos init makes one, or write 32 random bytes there", l.Name, cfg.KeyFile)
		}
	}
	return nil
}
