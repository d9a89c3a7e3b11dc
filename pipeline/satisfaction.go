package pipeline

import (
	"github.com/pharos-analytics/pharos/analysis"
)

// satisfactionPolicy is run.satisfaction_policy.
func satisfactionPolicy(p analysis.SatisfactionPolicy) relation {
	ends := func(s analysis.Scale) (low, high any) {
		if !s.Known() {
			return nil, nil
		}
		return int64(s.Low), int64(s.High)
	}
	low, high := ends(p.Scale)
	comparedLow, comparedHigh := ends(p.Compared)
	return table("run.satisfaction_policy", "score_low bigint", "score_high bigint", "compared_low bigint", "compared_high bigint", "has_elements boolean").of(
		[][]any{{low, high, comparedLow, comparedHigh, len(p.Elements) > 0}})
}

// satisfactionWords is run.satisfaction_words.
func satisfactionWords(p analysis.SatisfactionPolicy) relation {
	return table("run.satisfaction_words", "position bigint", "kind varchar", "meaning varchar", "word varchar", "is_pattern boolean").of(
		each(p.Words(), func(w analysis.SatisfactionWord) []any {
			return []any{int64(w.Position), w.Kind, w.Meaning, w.Word, w.IsPattern}
		}))
}
