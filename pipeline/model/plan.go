package model

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// Skipped is a model that is not computed, and why: "needs contracts".
type Skipped struct {
	Relation string
	Mart     string // its public name, a mart's or a segmentation's; empty for any other model
	Reason   string
}

// Plan decides what is computed. Models come from Order; available are the canonical tables that
// are loaded (the analyst's own sql/staging/<table>.sql makes its table available too). A model
// whose needs are not met is skipped, and what stands on it is skipped with the same reason. Only,
// unless empty, keeps the marts it names, what they stand on, and the checks that read nothing
// else; an unknown name in it is an error. Both results keep the order of models.
func Plan(models []Model, available, only []string) (build []Model, skipped []Skipped, err error) {
	wanted, err := wantedBy(models, only)
	if err != nil {
		return nil, nil, err
	}
	loaded := map[string]bool{}
	for _, table := range available {
		loaded[table] = true
	}
	addOwnTables(models, loaded)
	reasons := map[string]string{} // relation -> why it is not computed
	for _, m := range models {
		if !wanted[m.Relation()] {
			continue
		}
		if m.Relation() == ownSegments && len(segmentationsOf(models)) > 0 {
			// one segmentation that cannot be computed does not take the others with it
			if m, err = m.withParts(segmentationsOf(build), Model.union); err != nil {
				return nil, nil, err
			}
		}
		if len(partsOf(models, m.Relation())) > 0 {
			if m, err = m.withParts(partsOf(build, m.Relation()), Model.unionOfParts); err != nil {
				return nil, nil, err
			}
		}
		reason := missing(m, loaded)
		for i := 0; reason == "" && i < len(m.Refs); i++ {
			reason = reasons[m.Refs[i].Relation()]
		}
		if reason == "" {
			build = append(build, m)
			continue
		}
		reasons[m.Relation()] = reason
		s := Skipped{Relation: m.Relation(), Reason: reason}
		if m.Mart || m.Segmentation {
			s.Mart = m.Name
		}
		skipped = append(skipped, s)
	}
	return build, skipped, nil
}

// addOwnTables counts the canonical tables that the analyst's own staging models make; one that
// needs the table itself only changes it.
func addOwnTables(models []Model, loaded map[string]bool) {
	for _, m := range models {
		_, canonical := lake.TableNamed(m.Name)
		if m.Own && m.Schema == "staging" && canonical && missing(m, loaded) == "" {
			loaded[m.Name] = true
		}
	}
}

// missing is the reason why a model's own needs are not met, or empty.
func missing(m Model, loaded map[string]bool) string {
	var missing []string
	for _, item := range m.Needs {
		tables := alternatives(item)
		if !slices.ContainsFunc(tables, func(table string) bool { return loaded[table] }) {
			missing = append(missing, strings.Join(tables, " or "))
		}
	}
	if len(missing) == 0 {
		return ""
	}
	return "needs " + strings.Join(missing, " and ")
}

// wantedBy is the set of relations that only asks for: all, when it is empty.
func wantedBy(models []Model, only []string) (map[string]bool, error) {
	wanted := map[string]bool{}
	var marts []string
	for _, m := range models {
		if len(only) == 0 || m.Mart && slices.Contains(only, m.Name) {
			wanted[m.Relation()] = true
		}
		if m.Mart {
			marts = append(marts, m.Name)
		}
	}
	for _, name := range only {
		if !slices.Contains(marts, name) {
			return nil, fmt.Errorf("there is no mart %s%s", name, DidYouMean(name, marts))
		}
	}
	isModel := map[string]bool{}
	for _, m := range slices.Backward(models) {
		isModel[m.Relation()] = true
		if wanted[m.Relation()] {
			for _, ref := range m.Refs {
				wanted[ref.Relation()] = true
			}
		}
	}
	for _, m := range models {
		if m.Schema == "checks" && !slices.ContainsFunc(m.Refs, func(r Ref) bool {
			return isModel[r.Relation()] && !wanted[r.Relation()]
		}) {
			wanted[m.Relation()] = true
		}
	}
	return wanted, nil
}
