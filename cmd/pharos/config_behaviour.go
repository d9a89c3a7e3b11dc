package main

import (
	"github.com/pharos-analytics/pharos/analysis"
	"github.com/pharos-analytics/pharos/segment"
)

// behaviour decodes the keys of needs that say when what customers buy has changed.
func (f *fields) behaviour() analysis.BehaviourPolicy {
	p := analysis.DefaultBehaviour()
	before := len(f.d.problems)
	p.LeastLines = f.get("least_lines").count(p.LeastLines, 1, 1000)
	if levels := f.get("price_levels"); levels.present() {
		cuts := levels.items()
		if len(cuts) != 2 {
			levels.fail("cuts prices into low, middle and high: write two shares such as [40 %%, 60 %%]")
		} else {
			p.LowBelow, p.HighFrom = int(cuts[0].share(0)), int(cuts[1].share(0))
		}
	}
	p.LeastShift = int(f.get("least_shift").share(segment.BasisPoints(p.LeastShift)))
	p.RhythmShift = int(f.get("rhythm_shift").share(segment.BasisPoints(p.RhythmShift)))
	f.get("price_levels").judge(before, p.Validate())
	return p
}
