package main

import (
	"maps"
	"slices"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/extract"
)

// boundary decodes which findings of the privilege audit the company lives with: an item for all
// sources, such as table_write_privilege, or for one, such as erp.table_write_privilege.
func (n node) boundary(sources []extract.Spec) extract.BoundaryPolicy {
	var p extract.BoundaryPolicy
	n.mapping(func(f *fields) {
		p.Strict = f.get("strict").flag(false)
		known := acceptableNames(sources)
		accept := f.get("accept")
		if !accept.present() {
			return
		}
		for _, item := range accept.items() {
			name := item.text("")
			bare := name[strings.LastIndex(name, ".")+1:]
			switch {
			case name == "":
			case extract.IsProof(bare):
				item.fail("%q is the proof that nothing is written; it cannot be accepted", name)
			case !known[name]:
				item.fail("%q is no finding that can be accepted here%s", name, nearestHint(name, slices.Sorted(maps.Keys(known))))
			default:
				p.Accept = append(p.Accept, name)
			}
		}
	})
	return p
}

// acceptableNames are the findings that the audit of these sources can have.
func acceptableNames(sources []extract.Spec) map[string]bool {
	names := map[string]bool{}
	for _, s := range sources {
		for _, item := range extract.AcceptableItems(s.Kind()) {
			names[item], names[s.Name+"."+item] = true, true
		}
	}
	return names
}
