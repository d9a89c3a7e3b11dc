package extract

import (
	"fmt"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// The boundary is proved in layers: what the role may do, what the session can do, and what the
// session has done. The findings report; nothing is refused here yet.

const (
	severityOK      = "ok"
	severityWarning = "warning"
	severityError   = "error"
)

// audited is a finding about rights: ok when there are none.
func audited(item, severity, none, some string, objects []string) lake.Finding {
	if len(objects) == 0 {
		return lake.Finding{Item: item, Severity: severityOK, Detail: none}
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
