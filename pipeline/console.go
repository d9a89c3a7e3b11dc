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
)

// Console is a finished run that can be asked: its marts under their own names and under
// <layer>.<mart>, its parameters as run.*, the rows it was computed from as raw.*, and every other
// model as a view, so that any model file pastes unchanged.
type Console struct {
	*model.DuckDB
	Manifest *publish.Manifest
	Dir      string
	models   []model.Model
	known    map[string]bool // relations that are there
	loaded   map[string]bool // tables of the lake that hold rows
	narrowed map[string]bool // relations that hold one customer's rows only
	own      string          // the condition of these rows, once there are such relations
	temp     string
}

// OpenRun opens a run for reading; an empty id is the current one. The folders of writable may be
// written to by an export; nothing else is.
func OpenRun(ctx context.Context, cfg *Config, id string, writable ...string) (*Console, error) {
	return openRun(ctx, cfg, id, "", writable...)
}

// openRun also reads from the folder of another run, unless it is empty.
func openRun(ctx context.Context, cfg *Config, id, other string, writable ...string) (*Console, error) {
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
	models, err := Models(cfg)
	if err != nil {
		return nil, kindError{err, ErrAsked}
	}
	temp, err := os.MkdirTemp("", "pharos-")
	if err != nil {
		return nil, fmt.Errorf("open run: %w", err)
	}
	readable := []string{dir, w.Lake(), w.Closings()}
	if other != "" {
		readable = append(readable, other)
	}
	eng, err := openEngine(ctx, cfg.Engine, model.DuckDBOptions{
		TempDir: temp, Readable: readable, Writable: writable, KeepOrder: true,
	})
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(temp))
	}
	c := &Console{DuckDB: eng, Manifest: m, Dir: dir, models: models, known: map[string]bool{}, loaded: map[string]bool{}, narrowed: map[string]bool{}, temp: temp}
	if err := c.attach(ctx, cfg, w); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// Close ends the engine and removes its temporary folder.
func (c *Console) Close() error { return errors.Join(c.DuckDB.Close(), os.RemoveAll(c.temp)) }

func (c *Console) attach(ctx context.Context, cfg *Config, w *publish.Workspace) error {
	for _, md := range c.models {
		path := filepath.Join(c.Dir, "marts", md.Name+".parquet")
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
	if err := c.attachClosings(ctx, w); err != nil {
		return err
	}
	return c.attachRaw(ctx, cfg, w)
}

func (c *Console) give(ctx context.Context, relation, path string) error {
	c.known[relation] = true
	return c.Attach(ctx, relation, []string{path})
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
	for _, name := range lakeRelations(cfg) {
		c.known["raw."+name] = true
	}
	for _, t := range s.Tables {
		c.loaded[t.Name] = true
	}
	return attachLake(ctx, c.DuckDB, l, s, cfg)
}

// Prepare makes views of the models that a query names and that are no marts of the run.
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
		md.View = c.own == "" // one customer's rows are few: views upon views would be bound again and again
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
