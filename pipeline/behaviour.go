package pipeline

import (
	"fmt"

	"github.com/pharos-analytics/pharos/analysis"
)

// lastRhythm is a gap in days that no history is as long as.
const lastRhythm = 1_000_000

// behaviourRelations are the relations of what customers buy and how that changes.
func behaviourRelations(p analysis.BehaviourPolicy) []relation {
	var rhythms, weekdays, changes [][]any
	words := analysis.Rhythms()
	for i, r := range words {
		until := lastRhythm
		if i+1 < len(words) {
			until = words[i+1].From
		}
		rhythms = append(rhythms, []any{r.Word, int64(r.From), int64(until)})
	}
	for i, word := range analysis.Weekdays() {
		weekdays = append(weekdays, []any{fmt.Sprint(i + 1), word})
	}
	for i, c := range analysis.NeedChanges() {
		changes = append(changes, []any{int64(i + 1), c.Word, c.Direction})
	}
	return []relation{
		table("run.behaviour_policy", "least_lines bigint", "low_below_bp bigint", "high_from_bp bigint", "least_shift_bp bigint", "rhythm_shift_bp bigint").of(
			[][]any{{int64(p.LeastLines), int64(p.LowBelow), int64(p.HighFrom), int64(p.LeastShift), int64(p.RhythmShift)}}),
		table("run.rhythm_words", "word varchar", "from_days bigint", "until_days bigint").of(rhythms),
		table("run.weekdays", "choice varchar", "word varchar").of(weekdays),
		table("run.change_words", "position bigint", "change varchar", "direction varchar").of(changes),
	}
}
