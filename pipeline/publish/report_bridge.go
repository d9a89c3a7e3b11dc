package publish

import (
	"cmp"
	"slices"

	"github.com/govalues/decimal"
)

// bridgeSection leads from the profit of W a year before to that of W.
func bridgeSection(s *speech, d ReportData) (section, bool) {
	steps := slices.Clone(d.Bridge)
	slices.SortFunc(steps, func(a, b BridgeStep) int {
		return cmp.Or(cmp.Compare(a.Position, b.Position), cmp.Compare(a.Component, b.Component))
	})
	if len(steps) < 2 || steps[0].Customers == 0 {
		return section{}, false // nobody had a result a year before: there is nothing to lead from
	}
	sec := section{ID: "bridge", Heading: byBasis(s, d, "bridge.heading"), Findings: bridgeFindings(s, d, steps), Definition: byBasis(s, d, "bridge.definition")}
	stairs := stairsOf(s, d, steps)
	if _, _, cut := stairScale(stairs); cut {
		sec.Findings = append(sec.Findings, s.say("bridge.cut"))
	}
	sec.Wide = waterfallChart(sec.Heading, sec.Findings[0], stairs, "bridge-wide", wide)
	sec.Narrow = waterfallChart(sec.Heading, sec.Findings[0], stairs, "bridge-narrow", narrow)
	sec.Legend = []legendItem{{"bar-blue", s.say("bridge.adds")}, {"bar-orange", s.say("bridge.takes")}}
	sec.Details = []table{bridgeTable(s, d, steps)}
	return sec, true
}

// byBasis says a sentence about profit, or the one about net revenue where no cost is known.
func byBasis(s *speech, d ReportData, id string, args ...string) string {
	if d.Basis == "revenue" {
		id += "_r"
	}
	return s.say(id, args...)
}

// stepName says a step; a total is named by what it is a total of.
func stepName(s *speech, d ReportData, b BridgeStep) string {
	if b.Total {
		return byBasis(s, d, "step."+b.Component)
	}
	return s.term("step", b.Component)
}

func stairsOf(s *speech, d ReportData, steps []BridgeStep) []stair {
	var stairs []stair
	reached := decimal.Zero
	for _, b := range steps {
		from := reached
		if b.Total {
			from, reached = decimal.Zero, b.Amount
		} else {
			reached = sum(reached, b.Amount)
		}
		if !b.Total && b.Amount.IsZero() {
			continue // the table says it
		}
		text := s.axis(b.Amount)
		if !b.Total && b.Amount.IsPos() {
			text = "+" + text
		}
		stairs = append(stairs, stair{name: stepName(s, d, b), text: text, from: plot(from), to: plot(reached), total: b.Total})
	}
	return stairs
}

func bridgeFindings(s *speech, d ReportData, steps []BridgeStep) []string {
	first, last := steps[0], steps[len(steps)-1]
	change := sum(last.Amount, first.Amount.Neg())
	id := "bridge.same"
	switch {
	case change.IsPos():
		id = "bridge.rise"
	case change.IsNeg():
		id = "bridge.fall"
	}
	findings := []string{byBasis(s, d, id, s.money(first.Amount), s.money(last.Amount), s.money(change.Abs()))}
	up, down := extremeSteps(steps)
	var most []string
	if up.Amount.IsPos() {
		most = append(most, s.say("bridge.most", stepName(s, d, up), s.money(up.Amount)))
	}
	if down.Amount.IsNeg() {
		most = append(most, s.say("bridge.least", stepName(s, d, down), s.money(down.Amount.Abs())))
	}
	if len(most) > 0 {
		findings = append(findings, s.sentences(most...))
	}
	return findings
}

// extremeSteps are the steps that add and take most.
func extremeSteps(steps []BridgeStep) (up, down BridgeStep) {
	for _, b := range steps {
		switch {
		case b.Total:
		case b.Amount.Cmp(up.Amount) > 0:
			up = b
		case b.Amount.Cmp(down.Amount) < 0:
			down = b
		}
	}
	return up, down
}

func bridgeTable(s *speech, d ReportData, steps []BridgeStep) table {
	t := table{Caption: s.say("bridge.table"), Columns: []heading{
		{s.say("bridge.col.step"), ""}, {s.say("bridge.col.amount", s.currency), "n"}, {s.say("col.customers"), "n"}, {s.say("bridge.col.meaning"), "text"},
	}}
	for _, b := range steps[:len(steps)-1] {
		meaning := ""
		if s.known("step_is", b.Component) {
			meaning = s.say("step_is." + b.Component)
		}
		t.Rows = append(t.Rows, words(stepName(s, d, b), s.exact(b.Amount), s.number(b.Customers), meaning))
	}
	last := steps[len(steps)-1]
	t.Total = words(stepName(s, d, last), s.exact(last.Amount), s.number(last.Customers), "")
	return t
}
