package pipeline

import (
	"errors"
	"slices"

	"github.com/pharos-analytics/pharos/pipeline/lake"
	"github.com/pharos-analytics/pharos/pipeline/model"
	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// RunPlan is what a run would do, said without touching a source or the workspace.
type RunPlan struct {
	Workspace   string                `json:"workspace"`
	Reads       []PlannedRead         `json:"reads"`
	Marts       []PlannedMart         `json:"marts"`
	NotComputed []publish.NotComputed `json:"not_computed"`
	Issues      []string              `json:"issues"` // where the company's own SQL leaves the house style, or what DuckDB and Trino compute alike
}

// PlannedRead is one mapping: the source columns it reads, and nothing else is read.
type PlannedRead struct {
	Table    string   `json:"table"`
	Source   string   `json:"source"`
	Relation string   `json:"relation,omitempty"`
	Columns  []string `json:"columns"`
	By       string   `json:"by,omitempty"` // the cursor of a table that is read by its changes
}

// PlannedMart is a mart that will be published.
type PlannedMart struct {
	Name     string `json:"name"`
	Sentence string `json:"sentence"`
}

// ClusterStatements are what a run would tell the cluster of engine.trino, model after model, said
// without touching it. Where relations lie and how the schemas begin is as in a run, but for the hash
// in the folder of each. Errors are under ErrAsked.
func ClusterStatements(cfg *Config) ([]string, error) {
	if cfg.Engine.Trino == nil {
		return nil, kindError{errors.New("plan statements: engine.trino is not configured"), ErrAsked}
	}
	models, err := readModels(cfg, nil)
	if err != nil {
		return nil, err
	}
	build, _, err := model.Plan(models, availableTables(cfg), nil)
	if err != nil {
		return nil, err
	}
	first, last := splitAt(build, checkResults)
	s := cfg.Engine.Trino
	return model.TrinoStatements(first, clusterSchema(s), s.Location+"/"+clusterFolder, slices.Concat(keptLists(first, last), readHere(first), model.ReadByMany(first))...)
}

// availableTables are the canonical tables that some mapping fills.
func availableTables(cfg *Config) []string {
	var available []string
	for _, m := range cfg.Data {
		if _, canonical := lake.TableNamed(m.Table); canonical && !m.Raw && !slices.Contains(available, m.Table) {
			available = append(available, m.Table)
		}
	}
	return available
}

// PlanFor plans a run from the configuration alone. Errors are under ErrAsked.
func PlanFor(cfg *Config) (*RunPlan, error) {
	models, err := readModels(cfg, nil)
	if err != nil {
		return nil, err
	}
	p := &RunPlan{Workspace: cfg.Workspace}
	for _, m := range cfg.Data {
		r := PlannedRead{Table: m.Table, Source: m.Source, Relation: m.Relation}
		if m.Select != "" {
			r.Relation = "(select)"
		}
		if m.Incremental != nil {
			r.By = m.Incremental.Cursor
		}
		for _, c := range m.Columns {
			if c.Column != "" {
				r.Columns = append(r.Columns, c.Column)
			} else if c.Compute != "" {
				r.Columns = append(r.Columns, c.Name+" = "+c.Compute)
			}
		}
		r.Columns = append(r.Columns, m.Attributes...)
		p.Reads = append(p.Reads, r)
	}
	build, skipped, err := model.Plan(models, availableTables(cfg), nil)
	if err != nil {
		return nil, err
	}
	own := slices.DeleteFunc(slices.Clone(models), func(m model.Model) bool { return !m.Own })
	for _, issue := range model.Lint(own) {
		p.Issues = append(p.Issues, issue.String())
	}
	for _, m := range build {
		if m.Mart {
			p.Marts = append(p.Marts, PlannedMart{Name: m.Name, Sentence: m.Sentence})
		}
	}
	for _, s := range skipped {
		if s.Mart != "" {
			p.NotComputed = append(p.NotComputed, publish.NotComputed{Mart: s.Mart, Reason: s.Reason})
		}
	}
	return p, nil
}
