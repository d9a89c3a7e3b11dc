package model

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// Order puts models in an order in which each stands after all it reads: by layer, then name,
// wherever the references leave a choice. Given are the relations that are no models: raw.<table>,
// run.*, core.calendar. A cycle, an unknown relation, a reference to a later layer and a needs line
// that names no table are errors with file and line, all at once.
func Order(models []Model, given []string) ([]Model, error) {
	models = slices.Clone(models)
	slices.SortFunc(models, compareModels)
	g := newGraph(models, given)
	var errs []error
	for _, m := range models {
		errs = append(errs, g.checkRefs(m), g.checkNeeds(m))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return g.sorted()
}

// graph is who reads whom.
type graph struct {
	models []Model        // by layer, then name
	place  map[string]int // relation -> index in models
	given  map[string]bool
	names  []string // every known relation, for nearest names
}

func newGraph(models []Model, given []string) graph {
	g := graph{models: models, place: map[string]int{}, given: map[string]bool{}, names: slices.Clone(given)}
	for _, relation := range given {
		g.given[relation] = true
	}
	for i, m := range models {
		g.place[m.Relation()] = i
		g.names = append(g.names, m.Relation())
	}
	return g
}

// Relation is the qualified name of what is read.
func (r Ref) Relation() string { return r.Schema + "." + r.Name }

// checkRefs reports unknown relations and references to later layers.
func (g graph) checkRefs(m Model) error {
	var errs []error
	for _, ref := range m.Refs {
		relation := ref.Relation()
		_, isModel := g.place[relation]
		switch {
		case !isModel && !g.given[relation]:
			errs = append(errs, fmt.Errorf("%s: unknown relation %s%s",
				m.at(ref.Offset), relation, DidYouMean(relation, g.names)))
		case layerOf(ref.Schema) > layerOf(m.Schema):
			errs = append(errs, fmt.Errorf("%s: %s reads %s, a later layer: the order is %s",
				m.at(ref.Offset), m.Relation(), relation, strings.Join(layers[:], ", ")))
		}
	}
	return errors.Join(errs...)
}

// checkNeeds reports tables in needs that are neither canonical nor in the lake.
func (g graph) checkNeeds(m Model) error {
	var errs []error
	for _, item := range m.Needs {
		for _, table := range alternatives(item) {
			if _, canonical := lake.TableNamed(table); canonical || g.given["raw."+table] {
				continue
			}
			var known []string
			for _, t := range lake.Canonical() {
				known = append(known, t.Name)
			}
			errs = append(errs, fmt.Errorf("%s:1: needs: there is no table %s%s", m.Path, table, DidYouMean(table, known)))
		}
	}
	return errors.Join(errs...)
}

// sorted takes, again and again, the first model all of whose inputs are taken.
func (g graph) sorted() ([]Model, error) {
	taken := make([]bool, len(g.models))
	order := make([]Model, 0, len(g.models))
	for len(order) < len(g.models) {
		next := slices.IndexFunc(g.models, func(m Model) bool {
			return !taken[g.place[m.Relation()]] && !slices.ContainsFunc(m.Refs, func(r Ref) bool {
				i, isModel := g.place[r.Relation()]
				return isModel && !taken[i]
			})
		})
		if next < 0 {
			return nil, g.cycle(taken)
		}
		taken[next] = true
		order = append(order, g.models[next])
	}
	return order, nil
}

// cycle walks from the first model that could not be taken until it meets a model again.
func (g graph) cycle(taken []bool) error {
	m := g.models[slices.Index(taken, false)]
	path := []string{m.Relation()}
	for {
		i := slices.IndexFunc(m.Refs, func(r Ref) bool {
			place, isModel := g.place[r.Relation()]
			return isModel && !taken[place]
		})
		ref := m.Refs[i]
		relation := ref.Relation()
		start := slices.Index(path, relation)
		path = append(path, relation)
		if start >= 0 {
			return fmt.Errorf("%s: the models read each other in a circle: %s",
				m.at(ref.Offset), strings.Join(path[start:], " -> "))
		}
		m = g.models[g.place[relation]]
	}
}
