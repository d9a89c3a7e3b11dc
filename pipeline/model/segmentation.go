package model

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ownSegments is the relation in which the analyst's own segmentations come together. Its file
// has no row; the union of the models that say `segmentation: yes` takes the place of its text.
const ownSegments = "segment.own_segments"

// previousSegment is the column in which an own segmentation may say where the customer belonged
// at the end of the window before. Only the header can promise it: SQL is not read for it.
const previousSegment = "previous_segment"

// gatherSegmentations puts the union of the own segmentations where ownSegments stands.
func gatherSegmentations(models []Model) error {
	parts := segmentationsOf(models)
	at := slices.IndexFunc(models, func(m Model) bool { return m.Relation() == ownSegments })
	if at < 0 || len(parts) == 0 {
		return nil
	}
	if own := models[at]; own.Own {
		return fmt.Errorf("%s:1: Pharos writes this relation from the models that say segmentation: yes: rename the file", own.Path)
	}
	models[at] = models[at].union(parts)
	return nil
}

// segmentationsOf are the own segmentations among models, in their order.
func segmentationsOf(models []Model) []Model {
	return slices.DeleteFunc(slices.Clone(models), func(m Model) bool { return !m.Segmentation || !m.Own })
}

// union is the model with the rows of all parts, under its own header.
func (m Model) union(parts []Model) Model {
	var imports, selects []string
	for _, p := range parts {
		previous, hasHistory := "cast(null as varchar)", "false"
		if _, said := p.Columns[previousSegment]; said {
			previous, hasHistory = "cast("+previousSegment+" as varchar)", "true"
		}
		imports = append(imports, p.Name+" as (\n    select * from "+p.Relation()+"\n)")
		selects = append(selects, "    select\n        "+quoteText(p.Name)+" as segmentation,\n"+
			"        cast(customer_id as varchar) as customer_id,\n"+
			"        cast(segment as varchar) as segment,\n"+
			"        "+previous+" as "+previousSegment+",\n"+
			"        "+hasHistory+" as has_history\n    from "+p.Name+"\n")
	}
	m.SQL = headerText(m.SQL) + "\nwith\n" + strings.Join(imports, ",\n") + ",\nfinal as (\n" +
		strings.Join(selects, "    union all\n") + ")\nselect * from final\n"
	return m
}

// checkSegmentation reports an own segmentation that does not give what the union reads.
func checkSegmentation(m Model, columns []Column) error {
	var names []string
	for _, c := range columns {
		names = append(names, c.Name)
	}
	wanted := []string{"customer_id", "segment"}
	if _, said := m.Columns[previousSegment]; said {
		wanted = append(wanted, previousSegment)
	}
	var errs []error
	for _, name := range wanted {
		if !slices.Contains(names, name) {
			errs = append(errs, fmt.Errorf("%s:1: a segmentation gives the column %s, which the select does not make%s",
				m.Path, name, DidYouMean(name, names)))
		}
	}
	return errors.Join(errs...)
}

// TakenSegmentations reports the analyst's own segmentations whose name already means another.
func TakenSegmentations(models []Model, taken []string) error {
	var errs []error
	for _, m := range segmentationsOf(models) {
		if slices.Contains(taken, m.Name) {
			errs = append(errs, fmt.Errorf("%s:1: Pharos has a segmentation %s of its own: rename the file", m.Path, m.Name))
		}
	}
	return errors.Join(errs...)
}

// UnknownSegmentations reports names that are neither known nor an own segmentation among the
// models, with the nearest names.
func UnknownSegmentations(models []Model, known []string, names ...string) error {
	known = slices.Clone(known)
	for _, m := range segmentationsOf(models) {
		known = append(known, m.Name)
	}
	var errs []error
	for _, name := range names {
		if !slices.Contains(known, name) {
			errs = append(errs, fmt.Errorf("there is no segmentation %s%s", name, DidYouMean(name, known)))
		}
	}
	return errors.Join(errs...)
}
