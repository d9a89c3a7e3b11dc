package pipeline

import (
	"strings"

	"github.com/pharos-analytics/pharos/analysis"
)

// funnelRelation is run.funnel_policy.
func funnelRelation(p analysis.FunnelPolicy) relation {
	return table("run.funnel_policy", "entry_days bigint", "stages bigint").of([][]any{{int64(p.EntryDays), int64(len(p.Stages))}})
}

// funnelStages is run.funnel_stages.
func funnelStages(p analysis.FunnelPolicy) relation {
	said := func(s string) string { return strings.ToLower(strings.TrimSpace(s)) }
	rows := each(p.Lost, func(s string) []any { return []any{int64(0), strings.TrimSpace(s), said(s)} })
	for i, s := range p.Stages {
		rows = append(rows, []any{int64(i + 1), strings.TrimSpace(s), said(s)})
	}
	return table("run.funnel_stages", "position bigint", "stage varchar", "said varchar").of(rows)
}
