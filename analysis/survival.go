package analysis

import (
	"cmp"
	"math"
	"slices"
)

// Spell is N customers who were observed for Time, and left then (Ended) or were still there.
type Spell struct {
	Time  float64
	Ended bool
	N     int64
}

// SurvivalPoint is the estimate from Time on, until the next point. AtRisk were there just before
// Time; Ended left at it, Censored were last seen at it.
type SurvivalPoint struct {
	Time                    float64
	AtRisk, Ended, Censored int64
	Survival, Low, High     float64 // High and Low: 95 %
}

// normal95 is the 97.5 % quantile of the normal distribution.
const normal95 = 1.959963984540054

// KaplanMeier estimates the share still there after each time (Kaplan and Meier 1958) with
// Greenwood's variance and the 95 % band by the logarithm of minus the logarithm, which stays in
// [0, 1] (Kalbfleisch and Prentice; the band of lifelines). The first point is time 0 with
// survival 1, then one for each distinct time. Where everybody left, the band is [0, the last
// upper limit]. Error: *Refusal for no spell, a negative time or count.
func KaplanMeier(spells []Spell) ([]SurvivalPoint, error) {
	sorted := slices.Clone(spells)
	slices.SortFunc(sorted, func(a, b Spell) int { return cmp.Compare(a.Time, b.Time) })
	var left int64
	for _, s := range sorted {
		if s.N < 1 || !(s.Time >= 0) || math.IsInf(s.Time, 0) {
			return nil, refuse(ReasonImpossibleHistory, "%d customers were observed for %v: times are 0 or more and finite, counts 1 or more", s.N, s.Time)
		}
		left += s.N
	}
	if left == 0 {
		return nil, refuse(ReasonTooFewCustomers, "no spell was observed")
	}
	points := []SurvivalPoint{{AtRisk: left, Survival: 1, Low: 1, High: 1}}
	greenwood := 0.0
	for _, s := range sorted {
		last := &points[len(points)-1]
		if s.Time > last.Time {
			points = append(points, SurvivalPoint{Time: s.Time, AtRisk: last.AtRisk - last.Ended - last.Censored})
			last = &points[len(points)-1]
		}
		if s.Ended {
			last.Ended += s.N
		} else {
			last.Censored += s.N
		}
	}
	before := SurvivalPoint{Survival: 1, Low: 1, High: 1}
	for i := range points {
		p := &points[i]
		d, n := float64(p.Ended), float64(p.AtRisk)
		p.Survival, p.Low, p.High = before.Survival*(1-d/n), before.Low, before.High
		if p.Ended == p.AtRisk {
			p.Survival, p.Low = 0, 0
		} else if p.Ended > 0 {
			greenwood += d / (n * (n - d))
			log := math.Log(p.Survival)
			spread := normal95 * math.Sqrt(greenwood) / log
			p.Low, p.High = math.Exp(log*math.Exp(-spread)), math.Exp(log*math.Exp(spread))
		}
		before = *p
	}
	return points, nil
}

// SurvivalAt is the point that holds at a time; points are those of KaplanMeier. After the last
// time nothing was observed: ok is false there.
func SurvivalAt(points []SurvivalPoint, time float64) (at SurvivalPoint, ok bool) {
	for _, p := range points {
		if p.Time <= time {
			at = p
		}
	}
	return at, len(points) > 0 && time >= 0 && time <= points[len(points)-1].Time
}

// Median is the first time at which at most half are still there; ok is false when more than half
// still are at the end.
func Median(points []SurvivalPoint) (time float64, ok bool) {
	for _, p := range points {
		if p.Survival <= 0.5 {
			return p.Time, true
		}
	}
	return 0, false
}
