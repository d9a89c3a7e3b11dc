package pipeline

import (
	"context"
	"fmt"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// namedFindings bounds how many rows behind failed checks an error names; all are in the marts of
// the failed run.
const namedFindings = 5

// findings names the rows behind failed checks, one per line, where a model publish.*_findings knows
// them: an error that says only how many failed leaves the search to the reader.
func (m *marts) findings(ctx context.Context, failed []publish.Check) (string, error) {
	found := map[string][]string{} // check -> findings
	for _, md := range m.plan.models {
		if md.Schema != "publish" || !strings.HasSuffix(md.Name, "_findings") {
			continue
		}
		rows, err := m.Query(ctx, "select check_name, finding from "+md.Relation()+" order by check_name, place, finding")
		if err != nil {
			return "", err
		}
		for _, row := range rows.Values {
			check, finding := row[0].(string), row[1].(string)
			found[check] = append(found[check], finding)
		}
	}
	var said strings.Builder
	for _, c := range failed {
		for i, finding := range found[c.Name] {
			if i == namedFindings {
				fmt.Fprintf(&said, "\n  %s: … and %d more", c.Name, len(found[c.Name])-i)
				break
			}
			fmt.Fprintf(&said, "\n  %s: %s", c.Name, finding)
		}
	}
	return said.String(), nil
}
