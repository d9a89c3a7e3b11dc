package pipeline

import (
	"context"
	"path/filepath"
	"slices"
	"time"

	"github.com/pharos-analytics/pharos/pipeline/model"
	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// importedOutcomes is what people handed back of target lists, as a relation of SQL.
const importedOutcomes = "run.outcomes"

// readOutcomes reads the imports that count for the night and verifies their rows: those of
// contacts before D, and every objection, whatever its day, because the lists are used after D.
func (n *night) readOutcomes() error {
	all, err := n.workspace.ReadOutcomes()
	if err != nil {
		return err
	}
	for _, o := range all {
		if o.On >= n.opt.AsOf.Format(time.DateOnly) && o.Objections == 0 {
			continue
		}
		if err := n.workspace.VerifyOutcome(o); err != nil {
			return err
		}
		n.outcomes = append(n.outcomes, publish.OutcomeInput{Number: o.Number, SHA256: o.File.SHA256})
	}
	return nil
}

// attachOutcomes gives the engine the rows of imports.
func attachOutcomes(ctx context.Context, eng *model.DuckDB, w *publish.Workspace, imports []publish.OutcomeInput) error {
	var files []string
	for _, o := range imports {
		files = append(files, filepath.Join(w.Outcomes(), publish.OutcomeFile(o.Number)))
	}
	if len(files) > 0 {
		return eng.Attach(ctx, importedOutcomes, files)
	}
	none := noOutcomes()
	return eng.CreateFrom(ctx, none.name, none.columns, nil, "")
}

// noOutcomes is run.outcomes where nothing was handed back.
func noOutcomes() relation {
	r := relation{name: importedOutcomes}
	for _, c := range publish.OutcomeColumns() {
		r.columns = append(r.columns, model.Column{Name: c.Name, Type: c.Type.String()})
	}
	return r
}

// attachOutcomes gives a finished run the imports that it took into account, as far as they are there.
func (c *Console) attachOutcomes(ctx context.Context, w *publish.Workspace) error {
	there := slices.DeleteFunc(slices.Clone(c.Manifest.Outcomes), func(o publish.OutcomeInput) bool {
		return !isFile(filepath.Join(w.Outcomes(), publish.OutcomeFile(o.Number)))
	})
	return c.attachWhenNamed(ctx, importedOutcomes, func(ctx context.Context) error { return attachOutcomes(ctx, c.DuckDB, w, there) })
}
