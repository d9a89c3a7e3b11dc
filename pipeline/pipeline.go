package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/pharos-analytics/pharos/pipeline/extract"
	"github.com/pharos-analytics/pharos/pipeline/lake"
	"github.com/pharos-analytics/pharos/pipeline/model"
	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// ErrGate says that a check of severity error failed: the run is kept among the failed ones.
var ErrGate = errors.New("a data gate failed")

// ErrAsked says that the options, the configuration or the company's own SQL ask for what is not
// there: a mart, a check, a model that cannot be read.
var ErrAsked = errors.New("asked for what is not there")

// kindError puts an error under a kind without repeating the kind's words in its text.
type kindError struct {
	error
	kind error
}

func (e kindError) Unwrap() []error { return []error{e.kind, e.error} }

// Options are what the caller of one run decides. Nothing in a result depends on Now.
type Options struct {
	AsOf       time.Time       // D, a calendar day; everything before it counts
	FromLake   bool            // compute on the last snapshot, read no source
	Only       []string        // only these marts and what they stand on; the run becomes no current one
	UntilLake  bool            // read the sources into the lake and stop: nothing is computed or published
	Full       bool            // read every table whole, whatever the night before has left
	Reload     []Partition     // read these partitions again
	Compaction lake.Compaction // when changes are merged into their partitions; zero: lake.DefaultCompaction
	Version    string          // of the program
	Progress   func(Step)
	Now        func() time.Time
	Pause      func(context.Context, time.Duration) error // between attempts to read; nil: waits, or ends with the context
}

// Partition names a part of a table that is read by its changes.
type Partition struct{ Table, Value string }

// Step is one step of a run that ended, or a reading that is about to begin again, for people who watch.
type Step struct {
	Phase   string // read, retry, compute, query, check, publish
	Name    string
	Rows    int64
	Seconds float64
	Bytes   int64 // of a query on a cluster: read so far
	Done    int   // its pieces of work that are done
	Of      int   // of so many
	Fault   error // of a retry: why the sources are read again, after Seconds
}

// Outcome is what a run left behind.
type Outcome struct {
	Manifest  *publish.Manifest // nil when the run ended with the lake
	Snapshot  *lake.Snapshot
	Dir       string // folder of the run
	Unchanged bool   // the same inputs, configuration and as-of day were published before
	Proposed  int    // rows that were added to merges.csv, for people to decide
}

// Run does the night's work: it reads the sources into the lake, computes the models, checks
// them and publishes marts, report and lists. Only a run that ends without error moves CURRENT.
//
// Errors: ErrAsked before anything is read; publish.ErrLocked, extract.ErrUnreachable,
// extract.ErrBoundary, extract.ErrMapping, ErrGate, a cancelled context, or what failed.
// With ErrGate the outcome names the failed run's folder.
func Run(ctx context.Context, cfg *Config, opt Options) (*Outcome, error) {
	if !opt.UntilLake && !slices.ContainsFunc(cfg.Data, func(m extract.Mapping) bool { return !m.Raw }) {
		return nil, kindError{errors.New("compute marts: no canonical table is mapped; map one under data, or stop after the lake with --until lake"), ErrAsked}
	}
	var models []model.Model
	if !opt.UntilLake { // whoever only reads needs no engine, and its memory
		var err error
		if models, err = readModels(cfg, opt.Only); err != nil {
			return nil, err
		}
	}
	if err := unknownPartitions(cfg, opt.Reload); err != nil {
		return nil, err
	}
	decided, err := readDecisions(cfg)
	if err != nil {
		return nil, err
	}
	workspace, err := publish.OpenWorkspace(cfg.Workspace)
	if err != nil {
		return nil, err
	}
	release, err := workspace.Lock()
	if err != nil {
		return nil, err
	}
	defer release()
	if err := workspace.Sweep(); err != nil {
		return nil, err
	}
	if err := lostDecisions(cfg, workspace); err != nil {
		return nil, err
	}
	n, err := newNight(cfg, opt, models, workspace)
	if err != nil {
		return nil, err
	}
	n.decided = decided
	if n.handovers, err = workspace.NoteHandover(); err != nil {
		return nil, err
	}

	snapshot, err := n.load(ctx) // sources → lake
	if err != nil {
		return nil, n.keepReadings(err)
	}
	if opt.UntilLake {
		return &Outcome{Snapshot: snapshot, Dir: n.lake.Root()}, nil
	}
	if err := n.judgeOptOuts(snapshot); err != nil {
		return nil, err
	}
	plan, err := n.plan(snapshot) // SQL files → what this company's data allows
	if err != nil {
		return nil, err
	}
	n.windows.ask(plan.models, n.cfg.HistoryMonths)
	manifest := n.manifest(snapshot, plan)
	out := n.published(manifest.ID)
	if out == nil || n.neverAsked() {
		if err := n.identify(ctx, snapshot); err != nil { // merges.csv → which ids are one customer
			return nil, err
		}
	}
	if out != nil {
		out.Proposed = n.proposed
		return out, workspace.Point(manifest.ID)
	}
	draft, err := workspace.Begin()
	if err != nil {
		return nil, err
	}
	defer draft.Discard()

	marts, err := n.compute(ctx, plan, snapshot, draft) // lake → marts, checked
	if err != nil {
		return nil, err
	}
	defer marts.Close()
	manifest.Checks = marts.checks
	if failed := marts.failed(); len(failed) > 0 && len(opt.Only) == 0 {
		return n.holdBack(draft, manifest, failed)
	}
	if manifest, err = n.hearLateOptOuts(ctx, snapshot, marts, manifest, draft); err != nil {
		return nil, err
	}
	if failed := marts.failed(); len(failed) > 0 && len(opt.Only) == 0 {
		return n.holdBack(draft, manifest, failed)
	}
	if err := n.write(ctx, marts, manifest, draft); err != nil { // marts → report, lists
		return nil, err
	}
	return n.publish(ctx, draft, manifest)
}

// night is the state of one run.
type night struct {
	cfg        *Config
	opt        Options
	workspace  *publish.Workspace
	windows    windows
	startedAt  time.Time
	lake       *lake.Lake
	readings   []lake.SourceReading // what happened at the sources tonight, also when the reading failed
	models     []model.Model        // all, in the order of their computation
	decided    *decisions
	identities []relation         // what the decisions make of the ids that were loaded
	proposed   int                // rows that were added to merges.csv
	closings   []*publish.Closing // the periods that were closed, their files verified
	again      []string           // tables that are read; the others stay as they are. Empty: all are read
	store      lake.Store         // where a cluster computes; nil without one
	withheld   string             // why no list is written, or writtenLists
	handovers  []publish.Handover // the runs that were current, the oldest first
	outcomes   []publish.OutcomeInput
}

func newNight(cfg *Config, opt Options, models []model.Model, w *publish.Workspace) (*night, error) {
	l, err := lake.Open(w.Lake())
	if err != nil {
		return nil, err
	}
	if opt.Progress == nil {
		opt.Progress = func(Step) {}
	}
	var turn sync.Mutex // queries of a cluster tell of themselves side by side; who watches hears one at a time
	tell := opt.Progress
	opt.Progress = func(s Step) {
		turn.Lock()
		defer turn.Unlock()
		tell(s)
	}
	if opt.Pause == nil {
		opt.Pause = pauseFor
	}
	if opt.Compaction == (lake.Compaction{}) {
		opt.Compaction = lake.DefaultCompaction()
	}
	days := windowsAt(opt.AsOf, cfg.Profit.Window, cfg.Company.FiscalMonth)
	n := &night{
		models: models, cfg: cfg, opt: opt, workspace: w, lake: l, startedAt: opt.Now().UTC(),
		windows: days,
	}
	return n, errors.Join(n.readClosings(), n.readOutcomes())
}

// step reports how long a piece of work took.
func (n *night) step(phase, name string, rows int64, since time.Time) {
	n.opt.Progress(Step{Phase: phase, Name: name, Rows: rows, Seconds: n.opt.Now().Sub(since).Seconds()})
}

// published finds a whole earlier run of the same id: the same inputs, configuration, SQL,
// version and as-of day, so its bytes are the ones this run would write.
func (n *night) published(id string) *Outcome {
	if len(n.opt.Only) > 0 {
		return nil
	}
	m, problems, err := publish.VerifyRun(n.workspace.RunDir(id))
	if err != nil || len(problems) > 0 {
		return nil
	}
	return &Outcome{Manifest: m, Dir: n.workspace.RunDir(id), Unchanged: true}
}

// holdBack keeps a run whose gates failed, for people to look at.
func (n *night) holdBack(draft *publish.Draft, m *publish.Manifest, failed []publish.Check) (*Outcome, error) {
	err := fmt.Errorf("hold run back: %w: %s", ErrGate, sayChecks(failed))
	m.Observed.Error = err.Error()
	m.Observed.FinishedAt = n.opt.Now().UTC()
	if err := draft.Fail(m); err != nil {
		return nil, err
	}
	if err := n.clean(); err != nil {
		return nil, err
	}
	return &Outcome{Manifest: m, Dir: n.workspace.FailedDir(m.ID)}, err
}

func (n *night) publish(ctx context.Context, draft *publish.Draft, m *publish.Manifest) (*Outcome, error) {
	since := n.opt.Now()
	m.Observed.FinishedAt = since.UTC()
	if err := draft.Publish(m); err != nil {
		return nil, err
	}
	if m.Status != publish.StatusPartial {
		if err := n.clean(); err != nil {
			return nil, err
		}
	}
	if n.store != nil { // the marts are in the run; a failed night leaves what it computed to the next
		if err := n.store.Remove(ctx, clusterFolder); err != nil {
			return nil, fmt.Errorf("remove what the cluster computed: %w", err)
		}
	}
	n.step("publish", m.ID, int64(len(m.Files)), since)
	return &Outcome{Manifest: m, Dir: n.workspace.RunDir(m.ID), Proposed: n.proposed}, nil
}

// clean removes runs and lake folders that no rule keeps any more.
func (n *night) clean() error {
	if err := n.workspace.Prune(n.cfg.KeepRuns); err != nil {
		return err
	}
	runs, _, err := n.workspace.Runs()
	if err != nil {
		return err
	}
	var keep []string
	for _, m := range runs {
		keep = append(keep, m.Snapshot)
	}
	return n.lake.Collect(keep)
}
