package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

func TestStagesAreOrderedOnlyWhereTheirNamesSayHow(t *testing.T) {
	for name, c := range map[string]struct {
		values, stages, lost []string
		known                bool
	}{
		"a sale in English":         {[]string{"Won", "Lost", "Engaging", "Prospecting", "Won"}, []string{"Prospecting", "Engaging", "Won"}, []string{"Lost"}, true},
		"a sale in Chinese":         {[]string{"签单", "商务谈判", "售前跟踪", "意向"}, []string{"意向", "售前跟踪", "商务谈判", "签单"}, nil, true},
		"a name that says nothing":  {[]string{"Won", "Stage 2", "Prospecting"}, []string{"Stage 2", "Prospecting", "Won"}, nil, false},
		"two names of one place":    {[]string{"Won", "Quote sent", "Proposal"}, []string{"Proposal", "Quote sent", "Won"}, nil, false},
		"nothing that means signed": {[]string{"Negotiation", "Prospecting"}, []string{"Prospecting", "Negotiation"}, nil, false},
		"one stage":                 {[]string{"Won", " Won "}, []string{"Won"}, nil, false},
	} {
		stages, lost, known := foundStages(c.values)
		if !slices.Equal(stages, c.stages) || !slices.Equal(lost, c.lost) || known != c.known {
			t.Errorf("%s: got %q, lost %q, known %v", name, stages, lost, known)
		}
	}
}

func TestInitProposesTheStagesOfAFunnel(t *testing.T) {
	rows := func(stages ...string) string {
		var b strings.Builder
		b.WriteString("opportunity_id,sales_agent,account,deal_stage,engage_date,close_date,close_value\n")
		for i, s := range stages {
			fmt.Fprintf(&b, "OP%d,Ann,Acme %d,%s,2026-01-0%d,2026-02-0%d,10%d.00\n", i, i, s, i+1, i+1, i)
		}
		return b.String()
	}
	for name, c := range map[string]struct {
		stages []string
		line   string
		inUse  bool
	}{
		"known":   {[]string{"Won", "Prospecting", "Lost", "Engaging", "Won"}, "\nfunnel: { stages: [Prospecting, Engaging, Won], lost: [Lost] } # CHECK", true},
		"unknown": {[]string{"Blue", "Green", "Won"}, "\n# funnel: { stages: [Blue, Green, Won] }\n", false},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			config, _ := initIn(t, dir, write(t, dir, "opportunities.csv", rows(c.stages...)))
			text, err := os.ReadFile(config)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(text), c.line) {
				t.Errorf("no %q in\n%s", c.line, text)
			}
			cfg, err := loadConfig(config)
			if err != nil {
				t.Fatal(err)
			}
			if inUse := len(cfg.Funnel.Stages) > 0; inUse != c.inUse {
				t.Errorf("the stages in use are %q", cfg.Funnel.Stages)
			}
		})
	}
}
