package pipeline

import (
	"context"
	"errors"
	"fmt"
	"math/big"

	"github.com/pharos-analytics/pharos/analysis"
	"github.com/pharos-analytics/pharos/pipeline/model"
)

// slopeColumns are those of fit.satisfaction_slopes.
var slopeColumns = []string{"outcome varchar", "timing varchar", "element varchar", "customers bigint", "mean_score double", "at_mean double",
	"slope double", "low double", "high double", "reason varchar"}

// scoredGroup is a row of analysis.score_groups.
type scoredGroup struct {
	timing, element            string
	score                      float64
	customers, judged, churned int64
	profit, squares            *big.Rat
}

// estimateSlopes gives what goes with one point of score more, of profit and of leaving, for every
// timing and element of analysis.score_groups.
func estimateSlopes(ctx context.Context, from model.Reader, add func(...any) error) error {
	rows, err := bind(ctx, from, "select * from analysis.score_groups order by timing, element, score", func(r record) scoredGroup {
		score, _ := r.exact("score").Float64()
		return scoredGroup{r.text("timing"), r.text("element"), score, r.count("customers"), r.count("judged"), r.count("churned"), r.exact("profit"), r.exact("profit_squares")}
	})
	if err != nil {
		return err
	}
	for len(rows) > 0 {
		n := 0
		for n < len(rows) && rows[n].timing == rows[0].timing && rows[n].element == rows[0].element {
			n++
		}
		for _, outcome := range []string{"churned", "profit"} {
			slope, err := slopeOf(outcome, rows[:n])
			var refused *analysis.Refusal
			switch {
			case errors.As(err, &refused):
				err = add(outcome, rows[0].timing, rows[0].element, slope.N, nil, nil, nil, nil, nil, refused.Reason)
			case err == nil:
				err = add(outcome, rows[0].timing, rows[0].element, slope.N, slope.MeanScore, slope.AtMean, slope.PerPoint, slope.Low, slope.High, nil)
			}
			if err != nil {
				return fmt.Errorf("%s by score of %s: %w", outcome, rows[0].element, err)
			}
		}
		rows = rows[n:]
	}
	return nil
}

// slopeOf fits one outcome. Where all left or nobody did, there is nothing to compare.
func slopeOf(outcome string, rows []scoredGroup) (analysis.Slope, error) {
	var groups []analysis.ScoreGroup
	if outcome == "profit" {
		for _, g := range rows {
			groups = append(groups, groupOfScore(g.score, g.customers, g.profit, g.squares))
		}
		return analysis.Associate(groups)
	}
	var judged, churned int64
	for _, g := range rows {
		if judged, churned = judged+g.judged, churned+g.churned; g.judged > 0 {
			sum := new(big.Rat).SetInt64(g.churned)
			groups = append(groups, groupOfScore(g.score, g.judged, sum, sum)) // the square of 1 is 1
		}
	}
	if refused := analysis.OneOutcome(judged, churned); refused != nil {
		return analysis.Slope{N: judged}, refused
	}
	return analysis.Associate(groups)
}

// groupOfScore turns exact sums into a group: what is subtracted there is of nearly one size.
func groupOfScore(score float64, n int64, sum, squares *big.Rat) analysis.ScoreGroup {
	g := analysis.ScoreGroup{Score: score, N: n}
	g.Sum, _ = sum.Float64()
	scatter := new(big.Rat).Mul(sum, sum)
	scatter.Quo(scatter, new(big.Rat).SetInt64(n))
	g.Scatter, _ = scatter.Sub(squares, scatter).Float64()
	return g
}

// exact is a decimal with all its digits, also beyond the 19 of money.
func (r record) exact(name string) *big.Rat {
	v, ok := column[model.Decimal](r, name)
	if !ok {
		return new(big.Rat)
	}
	d, ok := new(big.Rat).SetString(string(v))
	if !ok {
		r.fail(fmt.Errorf("column %s holds %s, no decimal", name, v))
		return new(big.Rat)
	}
	return d
}
