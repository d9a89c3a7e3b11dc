package pipeline

import (
	"context"
	"slices"

	"github.com/pharos-analytics/pharos/pipeline/extract"
	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// withTypes gives the columns of raw mappings their types: what pharos.yaml says, or the server.
// A column that two sources type differently is kept as text.
func withTypes(ctx context.Context, sources sourceSet, mappings []extract.Mapping) ([]extract.Mapping, error) {
	if !mappings[0].Raw {
		return mappings, nil
	}
	out := make([]extract.Mapping, len(mappings))
	types := map[string]lake.Type{}
	for i, m := range mappings {
		var err error
		if out[i], err = extract.WithSourceTypes(ctx, sources[m.Source].Source, m); err != nil {
			return nil, err
		}
		for _, c := range out[i].Columns {
			if known, ok := types[c.Name]; ok && known != c.Type {
				types[c.Name] = lake.Text
			} else {
				types[c.Name] = c.Type
			}
		}
	}
	for i := range out {
		out[i].Columns = slices.Clone(out[i].Columns)
		for c := range out[i].Columns {
			out[i].Columns[c].Type = types[out[i].Columns[c].Name]
		}
	}
	return out, nil
}
