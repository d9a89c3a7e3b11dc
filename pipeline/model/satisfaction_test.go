package model

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// answerCells are cells of answers as analysis.satisfaction_cells has them, one a row of each seed.
func answerCells(t *testing.T, e *DuckDB, rows [][]any) {
	t.Helper()
	columns := []Column{{"segmentation", "varchar"}, {"segment", "varchar"}, {"element", "varchar"}}
	for _, name := range []string{"below", "equal", "above", "scored", "votes", "promoters", "detractors", "rated", "satisfied"} {
		columns = append(columns, Column{name, "bigint"})
	}
	columns = append(columns, Column{"score_sum", "decimal(38,6)"}, Column{"score_squares", "decimal(38,12)"})
	if err := e.CreateFrom(t.Context(), "analysis.satisfaction_cells", columns, rows, ""); err != nil {
		t.Fatal(err)
	}
}

// percentOf is the first value of a query, in percent.
func percentOf(t *testing.T, e *DuckDB, query string) float64 {
	t.Helper()
	rows, err := e.Query(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	return 100 * rows.Values[0][0].(float64)
}

func TestTheIntervalsOfPromotersCoverTheTruth(t *testing.T) {
	const seeds = 2000
	for _, world := range []struct {
		promote, warn float64
		n             int
	}{{0.4, 0.25, 30}, {0.4, 0.25, 120}, {0.4, 0.25, 1000}, {0.75, 0.05, 60}, {0.2, 0.5, 80}} {
		e, _ := engine(t, 2)
		var rows [][]any
		for seed := range uint64(seeds) {
			r := rand.New(rand.NewPCG(seed, uint64(world.n)))
			var ayes, noes int64
			for range world.n {
				switch u := r.Float64(); {
				case u < world.promote:
					ayes++
				case u < world.promote+world.warn:
					noes++
				}
			}
			n := int64(world.n)
			rows = append(rows, []any{"seed", fmt.Sprint(seed), "all", int64(0), int64(0), int64(0), int64(0), n, ayes, noes, int64(0), int64(0), nil, nil})
		}
		answerCells(t, e, rows)
		build(t, e, builtIn(t, "analysis.difference_intervals")[0], "")
		truth := world.promote - world.warn
		covered := percentOf(t, e, fmt.Sprintf(`select avg(case when i.low <= %[1]v and %[1]v <= i.high then 1.0::double else 0 end)
			from analysis.satisfaction_cells c inner join analysis.difference_intervals i on c.votes = i.trials and c.promoters = i.ayes and c.detractors = i.noes`, truth))
		t.Logf("%v promote, %v warn, %d answers: %.2f %%", world.promote, world.warn, world.n, covered)
		if covered < 93 || covered > 97 {
			t.Errorf("%v promote, %v warn, %d answers: the interval covers %v in %.2f %% of %d seeds, want 93 to 97", world.promote, world.warn, world.n, truth, covered, seeds)
		}
	}
}

// The quantile of t in SQL is an expansion: here it is held against the exact one.
func TestTheIntervalOfAMeanIsStudents(t *testing.T) {
	e, _ := engine(t, 2)
	var rows [][]any
	type bounds struct{ mean, half float64 }
	want := map[string]bounds{}
	for n := 5; n <= 400; n += 1 + n/7 {
		r := rand.New(rand.NewPCG(uint64(n), 5))
		var scores []float64
		sum, squares := int64(0), int64(0)
		for range n {
			s := int64(r.IntN(11))
			scores, sum, squares = append(scores, float64(s)), sum+s, squares+s*s
		}
		key := fmt.Sprint(n)
		mean, deviation := stat.MeanStdDev(scores, nil)
		want[key] = bounds{mean, deviation / math.Sqrt(float64(n)) * distuv.StudentsT{Sigma: 1, Nu: float64(n - 1)}.Quantile(0.975)}
		rows = append(rows, []any{"n", key, "all", int64(0), int64(0), int64(0), int64(n), int64(0), int64(0), int64(0), int64(0), int64(0), Decimal(fmt.Sprint(sum)), Decimal(fmt.Sprint(squares))})
	}
	answerCells(t, e, rows)
	if err := e.CreateFrom(t.Context(), "run.satisfaction_policy", []Column{{"score_low", "bigint"}, {"score_high", "bigint"}}, [][]any{{nil, nil}}, ""); err != nil {
		t.Fatal(err)
	}
	build(t, e, builtIn(t, "analysis.score_means")[0], "")
	got, err := e.Query(t.Context(), "select segment, mean_score, mean_low, mean_high from analysis.score_means")
	if err != nil || len(got.Values) != len(want) {
		t.Fatalf("%d of %d means, %v", len(got.Values), len(want), err)
	}
	for _, v := range got.Values {
		w := want[v[0].(string)]
		for i, exact := range []float64{w.mean, w.mean - w.half, w.mean + w.half} {
			if math.Abs(v[i+1].(float64)-exact) > 0.001*w.half+1e-9 {
				t.Errorf("of %s scores: %v, exact %v", v[0], v[i+1], exact)
			}
		}
	}
}
