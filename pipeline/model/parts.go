package model

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pharos-analytics/pharos/sql"
)

// A relation may come together from several models that say `part_of: schema.relation`, so that one
// which cannot be computed does not take the others with it. The relation's own file has no row and
// names every column in a `column:` line; the union of its parts takes the place of its text.

// gatherParts puts the union of all parts in the place of every relation that has some.
func gatherParts(models []Model) error {
	wholes := map[string]bool{}
	for _, m := range models {
		if m.PartOf == "" || wholes[m.PartOf] {
			continue
		}
		wholes[m.PartOf] = true
		at := slices.IndexFunc(models, func(w Model) bool { return w.Relation() == m.PartOf })
		if at < 0 || len(models[at].Columns) == 0 {
			return fmt.Errorf("%s:1: part_of names %s, which is no relation that has parts%s", m.Path, m.PartOf, DidYouMean(m.PartOf, relationNames(models)))
		}
		models[at] = models[at].unionOfParts(partsOf(models, m.PartOf))
	}
	return nil
}

func relationNames(models []Model) []string {
	var names []string
	for _, m := range models {
		names = append(names, m.Relation())
	}
	return names
}

// partsOf are the models that say that they are a part of a relation, in their order.
func partsOf(models []Model, relation string) []Model {
	return slices.DeleteFunc(slices.Clone(models), func(m Model) bool { return m.PartOf != relation })
}

// unionOfParts is the model with the rows of all parts, under its own header.
func (m Model) unionOfParts(parts []Model) Model {
	columns := "        " + strings.Join(slices.Sorted(maps.Keys(m.Columns)), ", ")
	var imports, selects []string
	for _, p := range parts {
		imports = append(imports, p.Name+" as (\n    select * from "+p.Relation()+"\n)")
		selects = append(selects, "    select\n"+columns+"\n    from "+p.Name+"\n")
	}
	m.SQL = headerText(m.SQL) + "\nwith\n" + strings.Join(imports, ",\n") + ",\nfinal as (\n" +
		strings.Join(selects, "    union all\n") + ")\nselect * from final\n"
	return m
}

// headerText is the leading comment of a file.
func headerText(text string) string {
	var header []string
	for _, line := range strings.Split(text, "\n") {
		if !strings.HasPrefix(line, "--") {
			break
		}
		header = append(header, line)
	}
	return strings.Join(header, "\n")
}

// withParts is the model with the union of those parts that are computed in the place of its text;
// without any it is its file, which has no row.
func (m Model) withParts(parts []Model, union func(Model, []Model) Model) (Model, error) {
	if len(parts) > 0 {
		m = union(m, parts)
	} else {
		text, err := sql.Files.ReadFile(strings.TrimPrefix(m.Path, "sql/"))
		if err != nil {
			return m, fmt.Errorf("plan %s: %w", m.Relation(), err)
		}
		m.SQL = string(text)
	}
	one := []Model{m}
	err := fillRefs(one, nil)
	return one[0], err
}
