package pipeline

import (
	"context"
	"fmt"

	"github.com/pharos-analytics/pharos/analysis"
	"github.com/pharos-analytics/pharos/pipeline/model"
)

// fitContractModels fits how long contracts last to the customers whose stay is known by contracts
// or by an attribute, in periods of renewal. Without such customers there is no row.
func fitContractModels(ctx context.Context, from model.Reader, add func(...any) error) error {
	var months int64
	_, err := bind(ctx, from, "select period_months from analysis.renewal_periods", func(r record) any {
		months = int64(r.count("period_months"))
		return nil
	})
	if err != nil {
		return err
	}
	survivors, err := readSurvivors(ctx, from, months)
	if err != nil || len(survivors) == 0 {
		return err
	}
	for _, m := range []analysis.ContractModel{analysis.SBG, analysis.BDW} {
		f, err := fitSurvivors(m, survivors)
		if err != nil {
			return err
		}
		values := f.values()
		if err := add(append(values[1:len(values)-1], months, tryContracts(m, survivors))...); err != nil {
			return err
		}
	}
	return nil
}

func fitSurvivors(m analysis.ContractModel, survivors analysis.Survivors) (fitted, error) {
	fit, err := analysis.FitContracts(m, survivors)
	if err != nil {
		return newFitted("", string(m), nil, err)
	}
	return newFitted("", string(m), &fit.Fit, nil)
}

// readSurvivors counts by age in periods: who left within a period entered it and was lost at its
// end; whose period still runs is not counted in it.
func readSurvivors(ctx context.Context, from model.Reader, months int64) (analysis.Survivors, error) {
	var survivors analysis.Survivors
	query := "select months, has_ended, count(*) as customers from analysis.tenures where source <> 'dates' group by months, has_ended order by months, has_ended"
	_, err := bind(ctx, from, query, func(r record) any {
		n, ended := r.count("customers"), r.flag("has_ended")
		last := r.count("months") / months
		if ended {
			last = max((r.count("months")+months-1)/months, 1)
		}
		for age := range last {
			for int64(len(survivors)) <= age {
				survivors = append(survivors, analysis.Renewal{Age: len(survivors) + 1})
			}
			survivors[age].AtRisk += n
		}
		if ended {
			survivors[last-1].Lost += n
		}
		return nil
	})
	return survivors, err
}

// tryContracts learns from the earlier half of the ages and says how many leave in the later half:
// the relative error of that number, NULL where it cannot be tried.
func tryContracts(m analysis.ContractModel, survivors analysis.Survivors) any {
	half := (len(survivors) + 1) / 2
	fit, err := analysis.FitContracts(m, survivors[:half])
	if err != nil {
		return nil
	}
	var predicted, actual float64
	for _, age := range survivors[half:] {
		predicted += float64(age.AtRisk) * (1 - fit.Retention(float64(age.Age)))
		actual += float64(age.Lost)
	}
	if actual == 0 {
		return nil
	}
	return predicted/actual - 1
}

// estimateSurvival gives the Kaplan-Meier curve of every segment.
func estimateSurvival(ctx context.Context, from model.Reader, add func(...any) error) error {
	type group struct {
		segmentation, segment string
		spell                 analysis.Spell
	}
	groups, err := bind(ctx, from, "select * from analysis.tenure_groups order by segmentation, segment, months, has_ended", func(r record) group {
		return group{r.text("segmentation"), r.text("segment"), analysis.Spell{Time: float64(r.count("months")), Ended: r.flag("has_ended"), N: r.count("customers")}}
	})
	if err != nil {
		return err
	}
	for len(groups) > 0 {
		first, n := groups[0], 0
		var spells []analysis.Spell
		for n < len(groups) && groups[n].segmentation == first.segmentation && groups[n].segment == first.segment {
			spells = append(spells, groups[n].spell)
			n++
		}
		groups = groups[n:]
		points, err := analysis.KaplanMeier(spells)
		if err != nil {
			return fmt.Errorf("survival of %s %s: %w", first.segmentation, first.segment, err)
		}
		var median any
		if months, reached := analysis.Median(points); reached {
			median = months
		}
		for _, p := range points {
			if err := add(first.segmentation, first.segment, int64(p.Time), p.AtRisk, p.Ended, p.Survival, p.Low, p.High, median); err != nil {
				return err
			}
		}
	}
	return nil
}
