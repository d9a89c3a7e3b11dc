package main

import (
	"slices"
	"strings"
)

// mostStages is how many names a column of stages has at most; more are no stages.
const mostStages = 20

// stageWords are words in the names of stages, in the order in which a sale passes them; the last
// ones mean signed, and lost is beside the order.
func stageWords() (inOrder [][]string, lost []string) {
	for _, words := range []string{
		"lead prospect intent suspect anfrage interess 意向 线索",
		"qualif engag contact discover kontakt 初步 接触",
		"followup presales demo analysis needs evaluat bedarf 售前 跟踪 需求 演示",
		"propos quot offer angebot 报价 方案",
		"negotiat verhandl review 谈判 议价",
		"won signed signing closedwon gewonnen abschluss 签单 签约 赢单 成交",
	} {
		inOrder = append(inOrder, strings.Fields(words))
	}
	return inOrder, strings.Fields("lost verloren abandon 丢单 输单 失败")
}

// foundStages are the names in a column of stages: those in the order of a sale, and those for lost.
// Known is whether every name has a place of its own and the last one is signing.
func foundStages(values []string) (stages, lost []string, known bool) {
	inOrder, lostWords := stageWords()
	place := func(name string) int {
		return slices.IndexFunc(inOrder, func(words []string) bool { return containsAny(name, words) })
	}
	names := slices.Clone(values)
	for i := range names {
		names[i] = strings.TrimSpace(names[i])
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		switch {
		case name == "":
		case containsAny(name, lostWords):
			lost = append(lost, name)
		default:
			stages = append(stages, name)
		}
	}
	slices.SortStableFunc(stages, func(a, b string) int { return place(a) - place(b) })
	known = len(stages) >= 2 && place(stages[len(stages)-1]) == len(inOrder)-1
	for i, name := range stages {
		known = known && place(name) >= 0 && (i == 0 || place(name) > place(stages[i-1]))
	}
	return stages, lost, known
}

func containsAny(name string, words []string) bool {
	name = fold(name)
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(name, w) })
}

// funnel proposes the stages of opportunities: in force where their names say the order, else as a
// comment, since a guessed order would count deals as further than they are.
func (w *yamlWriter) funnel(p *plan) {
	m := p.mapped("opportunities")
	if m == nil {
		return
	}
	column := m.from.column(m.source("stage"))
	if column == nil {
		return
	}
	stages, lost, known := foundStages(column.values)
	if len(stages) < 2 || len(stages)+len(lost) > mostStages {
		return
	}
	text := strings.Join(append(yamlList("stages", stages), yamlList("lost", lost)...), ", ")
	if known {
		w.linef("\nfunnel: { %s } # CHECK: the stages of the first rows in their order, the last one signing; add what is missing", text)
		return
	}
	w.linef("")
	w.comment("", "CHECK: put the stages in the order of a sale, the last one signing, and remove the #")
	w.comment("", "funnel: { "+text+" }")
}
