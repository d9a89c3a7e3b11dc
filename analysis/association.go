package analysis

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// Why a slope is refused: closed words, beside those of Refusal.
const (
	ReasonOneScore     = "one_score"       // nearly all have the same score: fewer than MinOtherScores differ
	ReasonEverybody    = "everybody_left"  // nobody stayed, so that no score goes with staying
	ReasonFewOnOneSide = "few_on_one_side" // hardly anybody left, or hardly anybody stayed
	ReasonToldApart    = "told_apart"      // no spread is left beside the line: there is no interval
	ReasonNothingKnown = "nothing_known"   // of nobody is the outcome known
)

// The least that a slope needs beside MinCustomers. Below, an interval that relies on many customers
// covers too little.
const (
	MinOtherScores = 5  // customers whose score is not the most frequent one
	MinOnOneSide   = 10 // customers who left, and customers who stayed
)

// ScoreGroup is the customers of one score: how many, the sum of their outcomes, and the sum of the
// squared distances of the outcomes from their mean.
type ScoreGroup struct {
	Score        float64
	N            int64
	Sum, Scatter float64
}

// Slope is what goes with one point of score more, in units of the outcome.
type Slope struct {
	PerPoint, Low, High float64 // 95 %
	MeanScore, AtMean   float64 // the line passes through this point
	N                   int64
}

// Associate fits a line through outcomes over scores by least squares and gives its slope with the
// 95 % interval that allows for a spread that differs from score to score: HC3 of MacKinnon and White
// (1985) with Student's t of n - 2 degrees of freedom. For an outcome of 0 and 1 it is a linear
// probability model. Only groups of equal scores are needed, since within one all leverages are
// equal. An association, not an effect. The answer to too little data is a *Refusal.
func Associate(groups []ScoreGroup) (Slope, error) {
	groups = slices.Clone(groups)
	slices.SortFunc(groups, func(a, b ScoreGroup) int {
		switch {
		case a.Score < b.Score:
			return -1
		case a.Score > b.Score:
			return 1
		}
		return 0
	})
	var n, most int64
	var sumX, sumY float64
	for _, g := range groups {
		n, most = n+g.N, max(most, g.N)
		sumX += float64(g.N) * g.Score
		sumY += g.Sum
	}
	switch {
	case n < MinCustomers:
		return Slope{N: n}, refuse(ReasonTooFewCustomers, "%d customers with a score and an outcome, %d are needed", n, MinCustomers)
	case n-most < MinOtherScores:
		return Slope{N: n}, refuse(ReasonOneScore, "%d of %d customers have the same score, %d others are needed", most, n, MinOtherScores)
	}
	s := Slope{MeanScore: sumX / float64(n), AtMean: sumY / float64(n), N: n}
	var sxx, sxy float64
	for _, g := range groups {
		d := g.Score - s.MeanScore
		sxx += float64(g.N) * d * d
		sxy += d * (g.Sum - float64(g.N)*s.AtMean)
	}
	s.PerPoint = sxy / sxx
	half, err := s.halfWidth(groups, sxx)
	if err != nil {
		return Slope{N: n, MeanScore: s.MeanScore}, err
	}
	s.Low, s.High = s.PerPoint-half, s.PerPoint+half
	return s, nil
}

// OneOutcome refuses where all customers left or nobody did, or nearly so: a share that cannot change
// with the score says nothing of it. Too few customers are said first.
func OneOutcome(judged, left int64) error {
	switch {
	case judged < MinCustomers:
		return refuse(ReasonTooFewCustomers, "%d customers with a score of whom it is known whether they left, %d are needed", judged, MinCustomers)
	case left == 0:
		return refuse(ReasonNobodyLeft, "none of %d customers left", judged)
	case left == judged:
		return refuse(ReasonEverybody, "all of %d customers left", judged)
	case min(left, judged-left) < MinOnOneSide:
		return refuse(ReasonFewOnOneSide, "%d of %d customers left, %d on either side are needed", left, judged, MinOnOneSide)
	}
	return nil
}

// halfWidth is half of the interval: t times the root of Σ d² e² / (1-h)² over Sxx.
func (s Slope) halfWidth(groups []ScoreGroup, sxx float64) (float64, error) {
	var meat, rest, total float64
	for _, g := range groups {
		d := g.Score - s.MeanScore
		off := g.Sum/float64(g.N) - s.AtMean - s.PerPoint*d
		residual := g.Scatter + float64(g.N)*off*off
		kept := 1 - 1/float64(s.N) - d*d/sxx
		meat += d * d * residual / (kept * kept)
		rest += residual
		total += g.Scatter + float64(g.N)*math.Pow(g.Sum/float64(g.N)-s.AtMean, 2)
	}
	if rest <= 1e-12*total || !(meat > 0) {
		return 0, refuse(ReasonToldApart, "the score tells every outcome, so that no spread is left for an interval")
	}
	t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(s.N - 2)}.Quantile(0.975)
	return t * math.Sqrt(meat) / sxx, nil
}
