package model

import (
	"context"
	"time"
)

// dropper is an engine that can free a relation before it is closed.
type dropper interface {
	Drop(ctx context.Context, relation string) error
}

// Compute builds the plan in its order. Out names the Parquet file of a model, or is empty for one
// that is not written; progress, if set, hears of each model when it is done. Checks are not built
// here (RunChecks does). A table that is not written is dropped when its last reader in the plan is
// done, unless a check or a view reads it, so that memory follows what is still needed.
func Compute(ctx context.Context, eng Engine, plan []Model, out func(Model) string,
	progress func(m Model, rows int64, seconds float64)) error {
	last := lastReaders(plan, out)
	for i, m := range plan {
		if m.Schema == "checks" {
			continue
		}
		started := time.Now()
		rows, err := eng.Build(ctx, m, out(m))
		if err != nil {
			return err
		}
		if progress != nil {
			progress(m, rows, time.Since(started).Seconds())
		}
		if err := dropUnneeded(ctx, eng, last[i]); err != nil {
			return err
		}
	}
	return nil
}

// lastReaders gives, per place in the plan, the tables that nobody reads after it.
func lastReaders(plan []Model, out func(Model) string) map[int][]string {
	last := map[string]int{} // relation -> place of its last reader
	kept := map[string]bool{}
	for i, m := range plan {
		for _, ref := range m.Refs {
			last[ref.Relation()] = i
			if m.View && out(m) == "" || m.Schema == "checks" {
				kept[ref.Relation()] = true
			}
		}
	}
	done := map[int][]string{}
	for _, m := range plan {
		reader, isRead := last[m.Relation()]
		if isRead && !kept[m.Relation()] && !m.View && out(m) == "" {
			done[reader] = append(done[reader], m.Relation())
		}
	}
	return done
}

func dropUnneeded(ctx context.Context, eng Engine, relations []string) error {
	d, ok := eng.(dropper)
	if !ok {
		return nil
	}
	for _, relation := range relations {
		if err := d.Drop(ctx, relation); err != nil {
			return err
		}
	}
	return nil
}
