package pipeline

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/model"
	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// namedFindings bounds how many rows behind failed checks an error names; all are in the marts of
// the failed run.
const namedFindings = 5

// findings names the rows behind failed checks, one per line, where publish.gate_findings knows
// them: an error that says only how many failed leaves the search to the reader.
func (m *marts) findings(ctx context.Context, failed []publish.Check) (string, error) {
	const relation = "publish.gate_findings"
	if !slices.ContainsFunc(m.plan.models, func(md model.Model) bool { return md.Relation() == relation }) {
		return "", nil
	}
	rows, err := m.Query(ctx, "select check_name, finding from "+relation+" order by check_name, place, finding")
	if err != nil {
		return "", err
	}
	var said strings.Builder
	for _, c := range failed {
		shown, all := 0, 0
		for _, row := range rows.Values {
			if row[0] != c.Name {
				continue
			}
			if all++; shown < namedFindings {
				shown++
				fmt.Fprintf(&said, "\n  %s: %s", c.Name, row[1])
			}
		}
		if all > shown {
			fmt.Fprintf(&said, "\n  %s: … and %d more", c.Name, all-shown)
		}
	}
	return said.String(), nil
}
