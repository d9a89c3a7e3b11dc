package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/lake"
	"github.com/pharos-analytics/pharos/pipeline/model"
	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// Console is a finished run that can be asked: its marts under their own names and under
// <layer>.<mart>, its parameters as run.*, the rows it was computed from as raw.*, and every other
// model as a view, so that any model file pastes unchanged.
type Console struct {
	*model.DuckDB
	Manifest *publish.Manifest
	Dir      string
	models   []model.Model
	lake     *lake.Lake
	snapshot *lake.Snapshot
	picked   int                                    // relations that were picked from the lake
	newest   int64                                  // that many rows of each table are enough, the newest; 0: all are needed
	found    map[string]int64                       // rows there are of relations that hold the newest only
	known    map[string]bool                        // relations that are there
	loaded   map[string]bool                        // tables of the lake that hold rows
	narrowed map[string]bool                        // relations that hold one customer's rows only
	own      string                                 // the condition of these rows, once there are such relations
	lazy     map[string]func(context.Context) error // relations that are attached when a query first names them; nil: all are there
	temp     string
}

// OpenRun opens a run for reading; an empty id is the current one. The folders of writable may be
// written to by an export; nothing else is.
func OpenRun(ctx context.Context, cfg *Config, id string, writable ...string) (*Console, error) {
	return openRun(ctx, cfg, id, false, nil, writable)
}

// OpenRunLazily opens a run for a few queries of ours: a relation costs its opening only when a
// query names it. People's own queries may name relations in ways that we do not see.
func OpenRunLazily(ctx context.Context, cfg *Config, id string) (*Console, error) {
	return openRun(ctx, cfg, id, true, nil, nil)
}

// OpenRunForCustomer opens a run to explain one customer: many small queries, two at a time (Explain),
// each on one thread. More would wait for each other longer than they work.
func OpenRunForCustomer(ctx context.Context, cfg *Config, id string) (*Console, error) {
	small := *cfg
	small.Engine.Threads = 1
	return OpenRunLazily(ctx, &small, id)
}

// openRun reads the models while the engine opens the files.
func openRun(ctx context.Context, cfg *Config, id string, lazy bool, readable, writable []string) (*Console, error) {
	w := &publish.Workspace{Root: cfg.Workspace}
	dir, err := w.Resolve(id)
	if err != nil {
		return nil, err
	}
	m, err := publish.ReadManifest(dir)
	if err != nil {
		return nil, err
	}
	if m.Snapshot == "" {
		return nil, kindError{fmt.Errorf("open run %s: it ended before its data was read and holds the verdicts only: pharos runs --access shows them", m.ID), publish.ErrNoRun}
	}
	type loaded struct {
		models []model.Model
		err    error
	}
	loading := make(chan loaded, 1)
	go func() {
		models, err := modelsOf(cfg, parsedBefore(dir))
		loading <- loaded{models, err}
	}()
	c, err := openConsole(ctx, cfg, m, dir, append(readable, dir, w.Lake(), w.Closings(), w.Outcomes()), writable)
	read := <-loading
	if read.err != nil {
		err = errors.Join(kindError{read.err, ErrAsked}, err)
	}
	if err == nil {
		c.models = read.models
		if lazy {
			c.lazy = map[string]func(context.Context) error{}
		}
		err = c.attach(ctx, cfg, w)
	}
	if err != nil && c != nil {
		err = errors.Join(err, c.Close())
	}
	if err != nil {
		return nil, err
	}
	return c, nil
}

func openConsole(ctx context.Context, cfg *Config, m *publish.Manifest, dir string, readable, writable []string) (*Console, error) {
	temp, err := os.MkdirTemp("", "pharos-")
	if err != nil {
		return nil, fmt.Errorf("open run: %w", err)
	}
	eng, err := openEngine(ctx, cfg.Engine, model.DuckDBOptions{TempDir: temp, Readable: readable, Writable: writable, KeepOrder: true})
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(temp))
	}
	return &Console{DuckDB: eng, Manifest: m, Dir: dir, known: map[string]bool{}, loaded: map[string]bool{}, narrowed: map[string]bool{}, found: map[string]int64{}, temp: temp}, nil
}

// Close ends the engine and removes its temporary folder.
func (c *Console) Close() error { return errors.Join(c.DuckDB.Close(), os.RemoveAll(c.temp)) }

func (c *Console) attach(ctx context.Context, cfg *Config, w *publish.Workspace) error {
	for _, md := range c.models {
		path := c.martFile(md)
		if _, err := os.Stat(path); !md.Mart || err != nil {
			continue
		}
		for _, name := range []string{md.Name, md.Relation()} {
			if err := c.give(ctx, name, path); err != nil {
				return err
			}
		}
	}
	params, err := fs.Glob(os.DirFS(c.Dir), "run/*.parquet") // the folder's own name is no pattern
	if err != nil {
		return fmt.Errorf("open run: %w", err)
	}
	for _, file := range params {
		path := filepath.Join(c.Dir, filepath.FromSlash(file))
		name := strings.TrimSuffix(filepath.Base(path), ".parquet")
		if !strings.Contains(name, ".") {
			name = "run." + name
		}
		if err := c.give(ctx, name, path); err != nil {
			return err
		}
	}
	if err := errors.Join(c.attachClosings(ctx, w), c.attachOutcomes(ctx, w)); err != nil {
		return err
	}
	return c.attachRaw(ctx, cfg, w)
}

func (c *Console) martFile(md model.Model) string {
	return filepath.Join(c.Dir, "marts", md.Name+".parquet")
}

func (c *Console) give(ctx context.Context, relation, path string) error {
	return c.attachWhenNamed(ctx, relation, func(ctx context.Context) error { return c.Attach(ctx, relation, []string{path}) })
}

// attachWhenNamed attaches a relation now, or, lazily, when a query names it.
func (c *Console) attachWhenNamed(ctx context.Context, relation string, attach func(context.Context) error) error {
	c.known[relation] = true
	if c.lazy == nil {
		return attach(ctx)
	}
	c.lazy[relation] = attach
	return nil
}

// ready attaches what a text names and is not attached yet.
func (c *Console) ready(ctx context.Context, text string) error {
	text = strings.ToLower(text)
	for _, relation := range slices.Sorted(maps.Keys(c.lazy)) {
		if !strings.Contains(text, relation) {
			continue
		}
		attach := c.lazy[relation]
		delete(c.lazy, relation)
		if err := attach(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Query runs one select on what the run holds.
func (c *Console) Query(ctx context.Context, query string) (*model.Rows, error) {
	if err := c.ready(ctx, query); err != nil {
		return nil, err
	}
	return c.DuckDB.Query(ctx, query)
}

// Replace makes a relation a table of the rows of a query.
func (c *Console) Replace(ctx context.Context, relation, query string) error {
	if !strings.Contains(query, relation) {
		delete(c.lazy, relation)
	}
	if err := c.ready(ctx, relation+" "+query); err != nil {
		return err
	}
	return c.DuckDB.Replace(ctx, relation, query)
}

// attachRaw gives the rows that the run was computed from, as long as a kept run names them.
func (c *Console) attachRaw(ctx context.Context, cfg *Config, w *publish.Workspace) error {
	l, err := lake.OpenExisting(w.Lake())
	if err != nil {
		return err
	}
	s, err := l.Load(c.Manifest.Snapshot)
	if err != nil {
		return err
	}
	c.lake, c.snapshot = l, s
	for _, name := range lakeRelations(cfg) {
		c.known["raw."+name] = true
	}
	for _, t := range s.Tables {
		c.loaded[t.Name] = true
	}
	if c.lazy == nil {
		return attachLake(ctx, c.DuckDB, l, s, cfg)
	}
	for _, name := range attachable(s) {
		c.lazy["raw."+name] = func(ctx context.Context) error { return attachRelation(ctx, c.DuckDB, "raw", l, s, name) }
	}
	return nil
}

// Prepare makes the models that a query names and that are no marts of the run.
func (c *Console) Prepare(ctx context.Context, query string) error {
	text := strings.ToLower(query)
	wanted := map[string]bool{}
	var build []model.Model
	for _, md := range slices.Backward(c.models) {
		if md.Schema == "checks" || c.known[md.Relation()] || !wanted[md.Relation()] && !strings.Contains(text, md.Relation()) {
			continue
		}
		build = append(build, md)
		for _, r := range md.Refs {
			wanted[r.Relation()] = true
		}
	}
	for _, md := range slices.Backward(build) {
		if md.Step != nil {
			return fmt.Errorf("%s is made by the program during a run, and this run did not keep it: its results are in the marts clv, model_fit, model_calibration, survival and potential", md.Relation())
		}
		if c.own != "" {
			md.View = false // one customer's rows are few
		}
		if err := c.ready(ctx, md.SQL); err != nil {
			return err
		}
		if _, err := c.Build(ctx, md, ""); err != nil {
			return err
		}
		c.known[md.Relation()] = true
	}
	return nil
}

// Marts are the published relations of the run, in the order of the models.
func (c *Console) Marts() []model.Model {
	return slices.DeleteFunc(slices.Clone(c.models), func(md model.Model) bool { return !md.Mart || !c.known[md.Relation()] })
}
