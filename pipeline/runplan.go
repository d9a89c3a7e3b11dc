package pipeline

import (
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

// PlanFor plans a run from the configuration alone. Errors are under ErrAsked.
func PlanFor(cfg *Config) (*RunPlan, error) {
	models, err := readModels(cfg, nil)
	if err != nil {
		return nil, err
	}
	p := &RunPlan{Workspace: cfg.Workspace}
	var available []string
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
		if _, canonical := lake.TableNamed(m.Table); canonical && !m.Raw && !slices.Contains(available, m.Table) {
			available = append(available, m.Table)
		}
	}
	build, skipped, err := model.Plan(models, available, nil)
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
