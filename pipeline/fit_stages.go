package pipeline

import (
	"context"
	"fmt"

	"github.com/pharos-analytics/pharos/analysis"
	"github.com/pharos-analytics/pharos/pipeline/model"
)

// estimateStageTimes gives the median days in every stage of every group by Kaplan and Meier: who
// is still there is counted as such, never left out. Of the groups of owners, products and the like
// too, so that a stage is compared in one way.
func estimateStageTimes(ctx context.Context, from model.Reader, add func(...any) error) error {
	type group struct {
		segmentation, segment string
		position              int64
	}
	type timed struct {
		group
		spell analysis.Spell
	}
	rows, err := bind(ctx, from, "select * from analysis.stage_time_groups order by segmentation, segment, position, days, has_ended", func(r record) timed {
		return timed{group{r.text("segmentation"), r.text("segment"), r.count("position")},
			analysis.Spell{Time: float64(r.count("days")), Ended: r.flag("has_ended"), N: r.count("opportunities")}}
	})
	if err != nil {
		return err
	}
	for len(rows) > 0 {
		first, n, total := rows[0].group, 0, int64(0)
		var spells []analysis.Spell
		for n < len(rows) && rows[n].group == first {
			spells = append(spells, rows[n].spell)
			total += rows[n].spell.N
			n++
		}
		rows = rows[n:]
		points, err := analysis.KaplanMeier(spells)
		if err != nil {
			return fmt.Errorf("days in stage %d of %s %s: %w", first.position, first.segmentation, first.segment, err)
		}
		var median any
		if days, reached := analysis.Median(points); reached {
			median = days
		}
		if err := add(first.segmentation, first.segment, first.position, total, median); err != nil {
			return err
		}
	}
	return nil
}
