package main

import (
	"regexp"
	"slices"
	"strconv"

	"github.com/pharos-analytics/pharos/analysis"
)

// satisfaction decodes how customers are asked and what the company's words for it mean.
func (n node) satisfaction() analysis.SatisfactionPolicy {
	var p analysis.SatisfactionPolicy
	before := len(n.d.problems)
	n.mapping(func(f *fields) {
		p.Scale = f.get("scale").scale()
		p.Compared = f.get("compared").scale()
		if elements := f.get("elements"); elements.present() {
			for _, m := range elements.members() {
				if !slices.Contains(analysis.Elements(), m.key) {
					m.d.add(m.keyAt.Line, m.keyAt.Column, "unknown element %q in %s%s", m.key, elements.name(), nearestHint(m.key, analysis.Elements()))
					continue
				}
				for _, word := range m.texts() {
					p.Elements = append(p.Elements, analysis.ElementWord{Element: m.key, Word: word})
				}
			}
		}
		p.Asked = f.get("asked").texts()
		p.Unanswered = f.get("unanswered").texts()
	})
	n.judge(before, p.Validate())
	return p
}

// scale is the lowest and the highest score: 0-10, 1-5, 1 to 7.
func (n node) scale() analysis.Scale {
	text := n.text("")
	if text == "" {
		return analysis.Scale{}
	}
	ends := regexp.MustCompile(`^\s*(-?\d{1,4})\s*(?:-|–|to|\.\.)\s*(-?\d{1,4})\s*$`).FindStringSubmatch(text)
	if ends == nil {
		n.fail("%s is not a scale; write its lowest and highest score, such as 0-10 or 1-5", n.shown())
		return analysis.Scale{}
	}
	low, _ := strconv.Atoi(ends[1])
	high, _ := strconv.Atoi(ends[2])
	s := analysis.Scale{Low: low, High: high}
	if !s.Known() { // 0-0 is no scale, and must not read as none
		n.fail("%s is not a scale; write its lowest and highest score, such as 0-10 or 1-5", n.shown())
	}
	return s
}
