package main

import (
	"github.com/pharos-analytics/pharos/analysis"
)

// retention decodes how cohorts are counted, and says where `by` stands, whose segmentations are
// known only with the company's own models.
func (n node) retention() (analysis.RetentionPolicy, string) {
	r := analysis.DefaultRetention()
	before := len(n.d.problems)
	pos := n.pos()
	n.mapping(func(f *fields) {
		r.Period = f.get("period").word(r.Period, "week", "month", "quarter", "year")
		r.Activity = f.get("activity").word(r.Activity, "sale", "net")
		if by := f.get("by"); by.present() {
			r.By, pos = by.texts(), by.pos()
		}
		r.Periods = f.get("periods").wordList(analysis.RetentionPeriods()...)
		r.Cohorts = f.get("cohorts").word(r.Cohorts, analysis.FirstOrder, analysis.AcquiredOn)
		r.Elapsed = f.get("elapsed").flag(r.Elapsed)
		r.AtMost = f.get("at_most").count(r.AtMost, 1, 400)
	})
	n.judge(before, r.Validate())
	return r, pos
}

// wordList is a list of words, each one of the allowed.
func (n node) wordList(allowed ...string) []string {
	if !n.present() {
		return nil
	}
	var out []string
	for _, item := range n.items() {
		if word := item.word("", allowed...); word != "" {
			out = append(out, word)
		}
	}
	return out
}
