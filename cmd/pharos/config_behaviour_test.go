package main

import (
	"strings"
	"testing"

	"github.com/pharos-analytics/pharos/analysis"
)

func TestWhenWhatCustomersBuyHasChangedIsConfigured(t *testing.T) {
	if cfg := mustParse(t, smallest); cfg.Behaviour != analysis.DefaultBehaviour() {
		t.Errorf("a company that says nothing has %+v", cfg.Behaviour)
	}
	cfg := mustParse(t, smallest+"needs: { least_lines: 3, price_levels: [25 %, 0.75], least_shift: 10 %, rhythm_shift: 100 % }\n")
	if want := (analysis.BehaviourPolicy{LeastLines: 3, LowBelow: 2500, HighFrom: 7500, LeastShift: 1000, RhythmShift: 10000}); cfg.Behaviour != want {
		t.Errorf("got %+v, want %+v", cfg.Behaviour, want)
	}
	for name, c := range map[string]struct{ text, says string }{
		"levels that cross":   {"needs: { price_levels: [60 %, 40 %] }\n", "needs.price_levels cuts at 6000 and 4000 basis points: write two rising shares"},
		"one level":           {"needs: { price_levels: [60 %] }\n", "pharos.yaml:8:24: needs.price_levels: cuts prices into low, middle and high: write two shares"},
		"a change of no line": {"needs: { least_lines: 0 }\n", `pharos.yaml:8:23: needs.least_lines: "0" is not a whole number from 1 to 1000`},
		"no shift at all":     {"needs: { least_shift: 0 % }\n", "needs.least_shift is 0: use 1 to 10000 basis points"},
		"a misspelt key":      {"needs: { least_line: 3 }\n", `unknown key "least_line" in needs; nearest: least_lines`},
	} {
		if problems := strings.Join(problemsOf(t, smallest+c.text), "\n"); !strings.Contains(problems, c.says) {
			t.Errorf("%s: %q does not say %q", name, problems, c.says)
		}
	}
}
