package extract

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// The boundary is proved in layers: what the role may do, what the session can do, and what the
// session has done. The verdict names each item; Judge refuses.

// The severities of a finding.
const (
	SeverityOK       = "ok"
	SeverityWarning  = "warning"
	SeverityError    = "error"
	SeverityAccepted = "accepted" // a warning or an error that pharos.yaml accepts by name
)

// The items that are the proof itself: no configuration accepts them away.
const (
	itemSession  = "session_read_only"
	itemEvidence = "evidence_nothing_written"
)

// ErrBoundary: the read-only proof of a source does not hold, or the company has not accepted
// what its role may do beyond reading.
var ErrBoundary = errors.New("boundary refused")

// BoundaryPolicy is what the company has decided about findings of the privilege audit.
type BoundaryPolicy struct {
	Accept []string // "table_write_privilege" for every source, "erp.table_write_privilege" for one
	Strict bool     // refuses also the rights that come through PUBLIC only
}

func (p BoundaryPolicy) accepts(source, item string) bool {
	return slices.Contains(p.Accept, item) || slices.Contains(p.Accept, source+"."+item)
}

// AcceptableItems are the names that a policy can accept for a kind of source: those of rights.
// Files have none.
func AcceptableItems(kind string) []string {
	var items []string
	switch kind {
	case "postgres":
		for _, r := range postgresRights() {
			items = append(items, r.item)
		}
	case "mysql":
		for _, r := range mysqlRights() {
			items = append(items, r.item)
		}
	}
	return items
}

// IsProof says that an item is the proof itself, which cannot be accepted away.
func IsProof(item string) bool { return item == itemSession || item == itemEvidence }

// Judge marks what the policy accepts in a verdict and refuses the rest, under ErrBoundary and with
// every finding by name. It is asked before the first row is read, and after Close for the
// evidence: a reading whose end could not be proved is refused too.
func Judge(v lake.SourceReading, p BoundaryPolicy) (lake.SourceReading, error) {
	rights := AcceptableItems(v.Kind)
	v.Findings = slices.Clone(v.Findings)
	var refused []string
	for i, f := range v.Findings {
		right := slices.Contains(rights, f.Item)
		wrong := f.Severity == SeverityError || f.Severity == SeverityWarning && right && p.Strict
		switch {
		case f.Severity == SeverityOK:
		case right && p.accepts(v.Source, f.Item):
			v.Findings[i].Severity = SeverityAccepted
		case wrong, f.Item == itemEvidence && !HasEvidence(v):
			refused = append(refused, fmt.Sprintf("  %s: %s", f.Item, f.Detail))
		}
	}
	if len(refused) == 0 {
		return v, nil
	}
	return v, kindError{fmt.Errorf("refuse source %s: its boundary does not hold:\n%s", v.Source, strings.Join(refused, "\n")), ErrBoundary}
}

// HasEvidence says that a session of a reading ended with the evidence that nothing was written.
// Another that broke off does not speak against it: what its transaction did was undone.
func HasEvidence(v lake.SourceReading) bool {
	return slices.ContainsFunc(v.Findings, func(f lake.Finding) bool {
		return f.Item == itemEvidence && f.Severity == SeverityOK
	})
}

// HasWritten says that the evidence speaks against a reading.
func HasWritten(v lake.SourceReading) bool {
	return slices.ContainsFunc(v.Findings, func(f lake.Finding) bool {
		return f.Item == itemEvidence && f.Severity == SeverityError
	})
}

// audited is a finding about rights: ok when there are none.
func audited(item, severity, none, some string, objects []string) lake.Finding {
	if len(objects) == 0 {
		return lake.Finding{Item: item, Severity: SeverityOK, Detail: none}
	}
	return lake.Finding{Item: item, Severity: severity, Detail: fmt.Sprintf(some, shortList(objects))}
}

// shortList names the first few and counts the rest.
func shortList(names []string) string {
	const most = 5
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}
